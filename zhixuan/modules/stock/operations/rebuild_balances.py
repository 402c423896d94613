"""Make the balances anew from the movements."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from zhixuan.modules.stock.models import Balance, MonthBalance, MonthClose, Place
from zhixuan.modules.stock.operations import _audit_balances, _posting
from zhixuan.modules.stock.operations.close_month import _keep_balances
from zhixuan.modules.stock.queries.months import month_of
from zhixuan.rules.stock.ledger import PlaceKind
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def rebuild_balances(*, actor: Actor, at: datetime) -> int:
    """Replace all balances and month-ends by the sums of the movements; answers how many balances were wrong.

    For an administrator after `zhixuan check` has named wrong balances while events and seals are whole.
    """
    _posting.lock_places(Place.objects.exclude(facility=None).values_list("id", flat=True))
    wrong = sum(1 for _ in _audit_balances.wrong_balances())
    suspense = set(Place.objects.filter(kind=PlaceKind.SUSPENSE).values_list("id", flat=True))
    sums = _audit_balances._query(_audit_balances.SUMS)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM stock_balance")
    Balance.objects.bulk_create(
        [
            Balance(
                place_id=place_id,
                lot_id=lot_id,
                product_id=product_id,
                pieces=pieces,
                may_be_negative=place_id in suspense,
            )
            for place_id, lot_id, product_id, _same, pieces in sums
        ],
        batch_size=1000,
    )
    MonthBalance.objects.all().delete()
    for close in MonthClose.objects.all():
        _keep_balances(close, month_of(close.month).last_day)
    audit.record(actor, "rebuild_balances", "stock.balance", "all", "/", {"wrong": wrong}, at)
    return wrong
