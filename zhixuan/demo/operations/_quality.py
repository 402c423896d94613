"""Private: what the demo county did for the quality of its stock: looked at lots, read thermometers, reported a loss,
recalled a lot. All by the operations people use; a little is left for whoever tries the demo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from zhixuan.demo import county
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.quality.operations.answer_notice import answer_notice
from zhixuan.modules.quality.operations.draw_loss import LostLine, draw_loss
from zhixuan.modules.quality.operations.hand_in_loss import hand_in_loss
from zhixuan.modules.quality.operations.issue_recall import issue_recall
from zhixuan.modules.quality.operations.read_notice import read_notice
from zhixuan.modules.quality.operations.record_inspection import record_inspection
from zhixuan.modules.quality.operations.record_readings import record_readings
from zhixuan.modules.quality.queries import recalls
from zhixuan.modules.stock.queries import on_hand, tracing
from zhixuan.modules.stock.queries.tracing import Lying
from zhixuan.rules.quality.inspection import LOOKED_AT, Finding, Result
from zhixuan.rules.quality.losses import LossReason
from zhixuan.rules.quality.recalls import RecallClass, RecallKind
from zhixuan.rules.quality.storage import Reading
from zhixuan.shared.access import Actor

LEFT_TO_LOOK_AT = frozenset({"YL-T03", "YL-V0301", "YL-H02"})
"""Facilities where some lots are due: those of the people one can try."""
LOGS_DAYS = 40
HOT_DAYS = (12, 13)
"""Days ago on which the county store was too warm."""
GOOD = dict.fromkeys(LOOKED_AT, Finding.GOOD)
CREASED = "pack creased, seal whole 包装有折痕，密封完好"


def look_after_stock(
    facilities: Mapping[str, Facility], keepers: Mapping[str, Actor], station: Actor, *, today: date, now: datetime
) -> None:
    """Everything, in the order of its days."""
    lots = tracing.lying([one.pk for one in facilities.values()])
    codes = {one.pk: code for code, one in facilities.items()}
    _read_thermometers(facilities, keepers, today, now)
    _look_at_lots(lots, codes, keepers, today, now)
    _report_a_loss(facilities["YL-T03"], keepers["YL-T03"], lots, today, now)
    _recall_a_lot(lots, codes, keepers, station, today, now)


def _at(day: date, hour: int, now: datetime) -> datetime:
    return min(timezone.make_aware(datetime.combine(day, time(hour))), now)


def _command(*parts: object) -> UUID:
    return uuid5(NAMESPACE_URL, "demo-quality-" + "-".join(str(part) for part in parts))


def _read_thermometers(
    facilities: Mapping[str, Facility], keepers: Mapping[str, Actor], today: date, now: datetime
) -> None:
    for code in (county.COUNTY_STORE, "YL-T03"):
        readings = []
        for ago in range(LOGS_DAYS, 0, -1):
            day = today - timedelta(days=ago)
            warm = Decimal(11) if ago in HOT_DAYS and code == county.COUNTY_STORE else Decimal(0)
            for hour, base in ((9, Decimal("19.5")), (15, Decimal("22.5"))):
                swing = Decimal(day.toordinal() * 7 % 23) / 10
                damp = Decimal(48 + day.toordinal() * 5 % 17)
                readings.append(Reading(_at(day, hour, now), base + swing + warm, damp))
        record_readings(facility_id=facilities[code].pk, readings=readings, actor=keepers[code], at=now)


def _look_at_lots(
    lots: list[Lying], codes: Mapping[int, str], keepers: Mapping[str, Actor], today: date, now: datetime
) -> None:
    """Each lot once since it came, and again when that is long ago."""
    for number, lot in enumerate(lots):
        code = codes[lot.facility_id]
        if lot.held or lot.expires_on < today or (code in LEFT_TO_LOOK_AT and number % 2):
            continue
        day = max(lot.arrived_on, today - timedelta(days=8 + number % 60))
        record_inspection(
            facility_id=lot.facility_id,
            lot_id=lot.lot_id,
            on=day,
            findings=GOOD,
            sampled_pieces=min(lot.in_store, 1 + number % 5),
            result=Result.PASS,
            note=CREASED if number % 29 == 0 else "",
            why="on_receipt" if day == lot.arrived_on else "ninety_days",
            actor=keepers[code],
            command_id=_command("look", lot.facility_id, lot.lot_id),
            at=_at(day, 10, now),
        )


def _report_a_loss(facility: Facility, keeper: Actor, lots: list[Lying], today: date, now: datetime) -> None:
    """Wet boxes at a township store: reported, and waiting for approval."""
    here = [lot for lot in lots if lot.facility_id == facility.pk and lot.in_store > 60 and lot.expires_on > today]
    if not here:
        return
    report = draw_loss(
        facility_id=facility.pk,
        reason=LossReason.DAMP,
        on=today - timedelta(days=2),
        lines=[LostLine(here[0].lot_id, 40, price=Decimal("0.85"))],
        account="窗下一箱进水受潮 a box below the window stood in water",
        responsibility="窗框漏水，已报修 the window frame leaks, repair asked for",
        actor=keeper,
        command_id=_command("loss"),
        at=now,
    )
    hand_in_loss(report_id=report.pk, actor=keeper, at=now)


def _recall_a_lot(
    lots: list[Lying],
    codes: Mapping[int, str],
    keepers: Mapping[str, Actor],
    station: Actor,
    today: date,
    now: datetime,
) -> None:
    """A lot that a handful of facilities hold is recalled; about half of them have answered."""
    holders: dict[int, set[int]] = {}
    for lot in lots:
        if lot.in_store and lot.expires_on > today and not lot.held:
            holders.setdefault(lot.lot_id, set()).add(lot.facility_id)
    area = directory.area_by_code(county.COUNTY)
    path = area.path if area else "/"
    spread = {
        one: len(tracing.facilities_that_had([one], path)) for one, held_by in holders.items() if len(held_by) > 2
    }
    if not spread:
        return
    lot_id = min(spread, key=lambda one: (abs(spread[one] - 9), one))
    found = on_hand.lot(lot_id)
    recall = issue_recall(
        area_id=area.pk if area else 0,
        item_id=found.item_id,
        lot_number=found.number,
        expires_on=found.expires_on,
        kind=RecallKind.RECALL,
        recall_class=RecallClass.TWO,
        reason="抽检发现部分密封不严 some packs of a sample were not sealed tight",
        action="下架、清点、单独存放，退回县站 take it off the shelf, count it, keep it apart, send it back",
        answer_by=today + timedelta(days=3),
        public_zh="如您家中有该批药具，请不要使用，可退回任一发放点换领。不登记姓名。",
        public_en="If you have pieces of this lot, do not use them. Any outlet exchanges them; no name is asked.",
        actor=station,
        command_id=_command("recall"),
        at=now,
    )
    for number, notice in enumerate(recalls.notices_of(station, recall.pk)):
        keeper = keepers[codes[notice.facility_id]]
        pieces = tracing.pieces_of(notice.facility_id, [lot_id])
        there = sum(count for (_lot, kind), count in pieces.items() if kind in ("store", "quarantine"))
        if number % 2 == 0 and codes[notice.facility_id] not in LEFT_TO_LOOK_AT:
            answer_notice(notice_id=notice.pk, found_pieces=there, actor=keeper, at=now)
        elif number % 3 == 0:
            read_notice(notice_id=notice.pk, actor=keeper, at=now)
