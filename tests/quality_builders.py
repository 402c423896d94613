"""The verbs of quality in the short form that tests read well in."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.builders import NOW, TODAY
from tests.stock_builders import StockedCounty, lot
from zhixuan.modules.quality.models import Inspection, LossReport, Notice, Recall
from zhixuan.modules.quality.operations.draw_loss import LostLine, draw_loss
from zhixuan.modules.quality.operations.issue_recall import issue_recall
from zhixuan.modules.quality.operations.record_inspection import record_inspection
from zhixuan.rules.quality.inspection import LOOKED_AT, Finding, Result
from zhixuan.rules.quality.losses import LossReason
from zhixuan.rules.quality.recalls import RecallClass, RecallKind
from zhixuan.rules.quality.storage import Reading
from zhixuan.shared.access import Actor
from zhixuan.shared.command_ids import new

GOOD = dict.fromkeys(LOOKED_AT, Finding.GOOD)


def inspect(county: StockedCounty, result: Result = Result.PASS, number: str = "A", **more: Any) -> Inspection:
    """An inspection at the township store today."""
    note = "" if result is Result.PASS else "box is damp"
    said = {"on": TODAY, "findings": GOOD, "sampled_pieces": 3, "note": note, "actor": county.actor}
    said |= {"command_id": new(), "at": NOW, "facility_id": county.store.pk}
    return record_inspection(lot_id=lot(number).id, result=result, **(said | more))


def a_loss(county: StockedCounty, actor: Actor, **more: Any) -> LossReport:
    """A drawn report over 10 pieces of lot A."""
    said: dict[str, Any] = {"reason": LossReason.DAMP, "on": TODAY, "account": "rain came in", "actor": actor}
    said |= {"lines": [LostLine(lot("A").id, 10)], "command_id": new(), "at": NOW, "facility_id": county.store.pk}
    return draw_loss(**(said | more))


def a_recall(county: StockedCounty, actor: Actor | None = None, **more: Any) -> Recall:
    """A recall of lot A in county A."""
    said: dict[str, Any] = {
        "area_id": county.network.county.pk,
        "item_id": county.box.pk,
        "lot_number": "A",
        "expires_on": None,
        "kind": RecallKind.RECALL,
        "recall_class": RecallClass.TWO,
        "reason": "seal leaks",
        "action": "take it off the shelf",
        "answer_by": TODAY + timedelta(days=3),
        "public_zh": "请停止使用",
        "public_en": "Please do not use it",
        "actor": actor or county.actor,
        "command_id": new(),
        "at": NOW,
    }
    return issue_recall(**(said | more))


def notice_of(recall: Recall, facility_id: int) -> Notice:
    return Notice.objects.get(recall=recall, facility_id=facility_id)


def reading(hours_ago: float, temperature: str | None = None, humidity: str | None = None) -> Reading:
    at: datetime = NOW - timedelta(hours=hours_ago)
    return Reading(at, None if temperature is None else Decimal(temperature), (humidity and Decimal(humidity)) or None)
