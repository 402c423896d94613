"""Close a month of a store, and open it again."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.models import MonthBalance, MonthClose
from zhixuan.modules.stock.operations import _posting
from zhixuan.modules.stock.operations._loading import day_of
from zhixuan.modules.stock.queries import history, months
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock import month_end
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def close_month(*, facility_id: int, month: Month, actor: Actor, at: datetime) -> MonthClose:
    """Keep the balances of a month's end and bar every earlier date. A month that is closed already stays so.

    Raises:
        Refused: the month is not over, or an earlier month is open.
        Unknown, Forbidden: see permissions.
    """
    places = places_of(facility_id)
    permissions.require(actor, permissions.CLOSE_MONTH, places)
    _posting.lock_places([places.store_id])
    done = MonthClose.objects.filter(place_id=places.store_id, month=month.first_day).first()
    if done is not None:
        return done
    month_end.check_closable(
        month, today=day_of(at), last_closed=months.last_closed(places.store_id), first=months.first(places.store_id)
    )

    close = MonthClose.objects.create(
        place_id=places.store_id,
        month=month.first_day,
        closed_at=at,
        closed_by=actor.user_id,
        closed_by_name=actor.name,
    )
    _keep_balances(close, month.last_day)
    audit.record(actor, "close_month", "stock.month", str(close.id), places.area_path, {"month": str(month)}, at)
    return close


def _keep_balances(close: MonthClose, day: date) -> None:
    MonthBalance.objects.bulk_create(
        MonthBalance(close=close, lot_id=lot_id, product_id=product_id, pieces=pieces)
        for (lot_id, product_id), pieces in sorted(history.balances_at(close.place_id, day).items())
    )


@transaction.atomic
def reopen_month(*, facility_id: int, month: Month, reason: str, actor: Actor, at: datetime) -> None:
    """Let a closed month be posted to again; only the latest closed one, and only with a reason that is kept.

    Raises:
        Refused: no reason, the month is not closed, or a later month is.
        Unknown, Forbidden: see permissions.
    """
    places = places_of(facility_id)
    permissions.require(actor, permissions.REOPEN_MONTH, places)
    if not reason.strip():
        raise Refused(N_("Say why the month is opened again."), field="reason", code="note_needed")
    _posting.lock_places([places.store_id])
    month_end.check_reopenable(month, last_closed=months.last_closed(places.store_id))

    MonthClose.objects.filter(place_id=places.store_id, month=month.first_day).delete()
    details = {"month": str(month), "reason": reason.strip()}
    audit.record(actor, "reopen_month", "stock.month", f"{places.store_id}:{month}", places.area_path, details, at)
