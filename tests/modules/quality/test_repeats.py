"""A paper sent twice is one paper; the same command with another content is refused, never answered with the first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import NOW, TODAY
from tests.quality_builders import GOOD, a_recall, inspect
from tests.stock_builders import StockedCounty, lot
from zhixuan.modules.quality.operations.note_concern import note_concern
from zhixuan.rules.quality.inspection import LOOKED_AT, Finding, Result
from zhixuan.rules.refusal import Refused
from zhixuan.shared.command_ids import new

pytestmark = pytest.mark.django_db

Paper = Callable[..., Any]


def a_concern(county: StockedCounty, **more: Any) -> Any:
    said = {"facility_id": county.store.pk, "lot_id": lot("A").pk, "kind": "damp", "on": TODAY, "actor": county.actor}
    return note_concern(**(said | {"at": NOW} | more))


OTHER: list[tuple[Paper, dict[str, Any]]] = [
    (inspect, {"sampled_pieces": 4}),
    (inspect, {"findings": GOOD | {LOOKED_AT[0]: Finding.NOT_SEEN}}),
    (inspect, {"note": "seen again"}),
    (a_recall, {"reason": "seal leaks, and the print is blurred"}),
    (a_recall, {"answer_by": TODAY + timedelta(days=5)}),
    (a_concern, {"note": "under the window"}),
    (a_concern, {"lot_id": None}),
]


@pytest.mark.parametrize(("paper", "other"), OTHER)
def test_the_same_again_is_the_same_and_other_contents_are_refused(
    county: StockedCounty, paper: Paper, other: dict[str, Any]
) -> None:
    command = new()
    first = paper(county, command_id=command)
    assert paper(county, command_id=command, at=NOW + timedelta(minutes=2)) == first
    with pytest.raises(Refused) as refused:
        paper(county, command_id=command, **other)
    assert refused.value.code == "command_conflict"
    assert type(first).objects.count() == 1


def test_another_person_does_not_get_the_paper_of_the_first(county: StockedCounty) -> None:
    command = new()
    inspect(county, Result.HOLD, command_id=command)
    with pytest.raises(Refused) as refused:
        inspect(county, Result.HOLD, command_id=command, actor=county.keeper)
    assert refused.value.code == "command_conflict"
