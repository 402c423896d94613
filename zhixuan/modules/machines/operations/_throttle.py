"""Not too often an hour, without knowing who: of the source a keyed digest with the hour is kept, and goes with it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from zhixuan.modules.machines.models import Throttle
from zhixuan.shared import sql


def passes(what: str, source: str, *, most: int, at: datetime) -> bool:
    """Count one more for this source in this hour; False when it is one too many."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    digest = salted_hmac("machines.throttle", f"{what}/{source}/{hour.isoformat()}", algorithm="sha256").hexdigest()
    row = (digest, 1, sql.moment_value(hour + timedelta(hours=1)))
    one_more = "ON CONFLICT (digest) DO UPDATE SET count = machines_throttle.count + 1"
    sql.tell(sql.insertion("INSERT INTO machines_throttle (digest, count, until)", [row], one_more))
    return Throttle.objects.values_list("count", flat=True).get(digest=digest) <= most
