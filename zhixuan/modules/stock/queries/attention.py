"""What needs a person: counted afresh each time, never kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from zhixuan.modules.stock.models import Balance, CommandConflict
from zhixuan.modules.stock.queries import on_hand, slips
from zhixuan.modules.stock.queries.scope import visible
from zhixuan.rules.stock.ledger import UNKNOWN_EXPIRY, PlaceKind
from zhixuan.shared.access import Actor

SOON_DAYS = 90
LATE_DAYS = 14


@dataclass(slots=True)
class Attention:
    """Counts of what waits, for the facilities in sight.

    Args:
        statuses: facility-products by stock status, over all and by the area path of the facility.
    """

    arriving: int = 0
    late: int = 0
    owed: int = 0
    expired_lots: int = 0
    expiring_lots: int = 0
    held_lots: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    statuses_by_area: dict[str, Counter[str]] = field(default_factory=dict)


def attention(actor: Actor, *, today: date) -> Attention:
    """Everything that waits, in a handful of queries."""
    found = Attention()
    sent_on = list(slips.awaiting_receipt(actor).values_list("on", flat=True))
    found.arriving = len(sent_on)
    found.late = sum(on <= today - timedelta(days=LATE_DAYS) for on in sent_on)
    _lots(found, actor, today)
    for row in on_hand.with_levels(on_hand.by_facility(actor, today=today), today=today):
        found.statuses[row["status"]] += 1
        found.statuses_by_area.setdefault(row["area_path"], Counter())[row["status"]] += 1
    return found


def _lots(found: Attention, actor: Actor, today: date) -> None:
    rows = Balance.objects.filter(visible(actor, "place__facility")).exclude(pieces=0)
    in_store = rows.filter(place__kind=PlaceKind.STORE)
    found.owed = rows.filter(place__kind=PlaceKind.SUSPENSE).count()
    found.held_lots = rows.filter(place__kind=PlaceKind.QUARANTINE).count()
    found.expired_lots = in_store.filter(lot__expires_on__lt=today).count()
    soon = Q(lot__expires_on__gte=today, lot__expires_on__lte=today + timedelta(days=SOON_DAYS))
    found.expiring_lots = in_store.filter(soon, lot__expires_on__lt=UNKNOWN_EXPIRY).count()


def owed(actor: Actor) -> list[Balance]:
    """Shortfalls that wait in suspense to be settled, the largest first."""
    return list(
        Balance.objects.filter(visible(actor, "place__facility"), place__kind=PlaceKind.SUSPENSE)
        .exclude(pieces=0)
        .select_related("place__facility", "product", "lot")
        .order_by("pieces")
    )


def all_conflicts() -> QuerySet[CommandConflict]:
    """Commands that came twice with different contents."""
    return CommandConflict.objects.all()
