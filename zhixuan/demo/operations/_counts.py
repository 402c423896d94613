"""Private: counts of the demo county: nearly everybody has counted, one store has differences to judge, one cabinet is
late."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from zhixuan.demo import county
from zhixuan.modules.counting.operations.accept_differences import accept_differences
from zhixuan.modules.counting.operations.approve_count import approve_count
from zhixuan.modules.counting.operations.enter_numbers import Counted, enter_numbers
from zhixuan.modules.counting.operations.finish_count import finish_count
from zhixuan.modules.counting.operations.open_count import open_count
from zhixuan.modules.counting.operations.post_sheet import post_sheet
from zhixuan.modules.counting.queries import counts
from zhixuan.modules.counting.queries.review import reviewed
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.shared.access import Actor

POSTED = county.COUNTY_STORE
SHORT_PIECES = 2
"""What the county's count found too little of its first lot."""

BEING_COUNTED = "YL-T03"
NOT_COUNTED = frozenset({BEING_COUNTED, "YL-V0302"})
_NAMESPACE = uuid.UUID("6b6f9f0e-5a0e-4d52-9a61-0c1f5d0b7c11")


def add_counts(facilities: Mapping[str, Facility], keepers: Mapping[str, Actor], officer: Actor, now: datetime) -> None:
    """Count as the people of the county would have done in the last hours."""
    for code, facility in facilities.items():
        if code not in NOT_COUNTED:
            _counted(code, facility, keepers[code], officer, now - timedelta(hours=2))
    _being_counted(facilities[BEING_COUNTED], keepers[BEING_COUNTED], now - timedelta(hours=1))


def _id(code: str, step: str, at: datetime) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, f"{code} {step} {at.isoformat()}")


def _counted(code: str, facility: Facility, keeper: Actor, officer: Actor, at: datetime) -> None:
    """A whole count that agrees, or at the county's store nearly."""
    off = {1: -SHORT_PIECES} if code == POSTED else {}
    count_id = _entered(code, facility, keeper, at, off)
    finish_count(count_id=count_id, actor=keeper, command_id=_id(code, "finish", at), at=at + timedelta(minutes=30))
    if off:
        line = counts.lines_of(count_id).get(position=1)
        accept_differences(
            count_id=count_id,
            line_ids=[line.pk],
            reason="count_no_slip_out",
            note="培训领用未开单 taken for a training",
            actor=keeper,
            at=at + timedelta(minutes=40),
        )
        approve_count(count_id=count_id, note="情况属实 confirmed", actor=officer, at=at + timedelta(minutes=50))
    post_sheet(count_id=count_id, actor=keeper, command_id=_id(code, "post", at), at=at + timedelta(minutes=55))


def _being_counted(facility: Facility, keeper: Actor, at: datetime) -> None:
    """A store whose differences wait to be judged."""
    count_id = _entered(facility.code, facility, keeper, at, {1: -3, 2: 5})
    finish_count(
        count_id=count_id, actor=keeper, command_id=_id(facility.code, "finish", at), at=at + timedelta(minutes=30)
    )


def _entered(code: str, facility: Facility, keeper: Actor, at: datetime, off: Mapping[int, int]) -> int:
    """A sheet on which everything is counted; `off` says by how much lines differ."""
    count = open_count(facility_id=facility.pk, actor=keeper, command_id=_id(code, "open", at), at=at)
    rows = reviewed(count, counts.lines_of(count.pk), places_of(facility.pk))
    enter_numbers(
        count_id=count.pk,
        numbers=[
            Counted(
                row.line.pk,
                max(row.book.now + off.get(row.line.position, 0), 0),
                0,
                at + timedelta(minutes=20),
                _id(code, f"line {row.line.position}", at),
            )
            for row in rows
        ],
        actor=keeper,
        at=at + timedelta(minutes=20),
    )
    return count.pk
