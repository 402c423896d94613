"""Note that a token was used, at most once an hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from zhixuan.modules.accounts.models import ApiToken

NOTED_EVERY = timedelta(hours=1)


def note_token_use(*, token_id: int, at: datetime) -> None:
    """Keep the hour of the last use, so that forgotten tokens can be found; reading mostly writes nothing."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=at - NOTED_EVERY)
    if ApiToken.objects.filter(stale, pk=token_id).exists():
        ApiToken.objects.filter(stale, pk=token_id).update(last_used_at=at)
