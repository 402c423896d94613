"""Forget what limits and throttles needed for a while."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from zhixuan.modules.machines.models import PickUpCount, Throttle
from zhixuan.modules.machines.operations import _pick_ups


def forget_pick_ups(*, at: datetime) -> int:
    """Remove counts of windows that are over, and with a quarter its key; safe to repeat, for the periodic worker.

    Returns:
        rows removed.
    """
    today = timezone.localtime(at).date()
    over = PickUpCount.objects.filter(until__lt=today), Throttle.objects.filter(until__lte=at)
    removed = 0
    if any(rows.exists() for rows in over):
        with transaction.atomic():
            removed = sum(rows.delete()[0] for rows in over)
    _pick_ups.destroy_keys_before(today)
    return removed
