"""Inspections: what they move, who may do them, what makes a lot due."""

from __future__ import annotations

import pytest

from tests.builders import NOW, TODAY, a_person, a_storekeeper, an_actor
from tests.quality_builders import GOOD, a_loss, inspect
from tests.stock_builders import StockedCounty, days, event, lot, pieces_at
from zhixuan.modules.accounts.models import RoleGrant
from zhixuan.modules.quality.models import Inspection
from zhixuan.modules.quality.operations.hand_in_loss import hand_in_loss
from zhixuan.modules.quality.operations.note_concern import note_concern
from zhixuan.modules.quality.queries import inspections
from zhixuan.rules.quality.inspection import Finding, Result
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden, Role, Unknown
from zhixuan.shared.command_ids import new


def held(county: StockedCounty, number: str = "A") -> int:
    return pieces_at(county.store, number, kind="quarantine")


def reasons_of(county: StockedCounty, number: str) -> set[str]:
    due = inspections.due_lots(county.keeper, today=TODAY)
    return {reason.rule.code for one in due if one.lot.number == number for reason in one.reasons}


def test_a_lot_that_passes_stays_where_it_is_and_is_no_longer_due(county: StockedCounty) -> None:
    assert reasons_of(county, "A") == {"on_receipt"}
    done = inspect(county, actor=county.keeper)
    assert (done.number, done.moved_pieces, pieces_at(county.store, "A")) == ("SA-ZJ-2026-0001", 0, 100)
    assert reasons_of(county, "A") == set()
    assert reasons_of(county, "B") == {"on_receipt"}


@pytest.mark.parametrize("result", [Result.HOLD, Result.FAIL])
def test_what_does_not_pass_goes_into_quarantine(county: StockedCounty, result: Result) -> None:
    done = inspect(county, result, actor=county.keeper)
    assert (pieces_at(county.store, "A"), held(county), done.moved_pieces) == (0, 100, 100)
    assert event(type("R", (), {"event_id": done.event_id})).note.startswith(done.number)
    assert reasons_of(county, "A") == {"held"}


def test_somebody_else_releases_it_by_an_inspection_that_passes(county: StockedCounty) -> None:
    inspect(county, Result.HOLD, actor=county.keeper)
    with pytest.raises(Refused) as refused:
        inspect(county, actor=county.keeper)
    assert refused.value.code == "same_person"
    with pytest.raises(Refused) as refused:
        county.adjust(county.store, "release", A=100, note="it looks good")
    assert refused.value.code == "held_by_inspection"
    other = an_actor(a_storekeeper(county.store))
    assert inspect(county, actor=other).moved_pieces == 100
    assert (pieces_at(county.store, "A"), held(county)) == (100, 0)


def test_holding_it_again_does_not_make_another_holder(county: StockedCounty) -> None:
    other = an_actor(a_storekeeper(county.store))
    inspect(county, Result.HOLD, actor=county.keeper)
    inspect(county, Result.HOLD, actor=other)
    with pytest.raises(Refused):
        inspect(county, actor=county.keeper)


def test_reversing_the_slip_does_not_get_round_it(county: StockedCounty) -> None:
    done = inspect(county, Result.FAIL)
    with pytest.raises(Refused) as refused:
        county.reverse(type("R", (), {"event_id": done.event_id}))
    assert refused.value.code == "held_by_inspection"


def test_what_was_held_by_hand_is_released_by_another_hand_that_says_why(county: StockedCounty) -> None:
    keeper, other = county.by(county.keeper), county.by(an_actor(a_storekeeper(county.store)))
    slip = keeper.adjust(county.store, "hold", A=5, note="look again")
    other.adjust(county.store, "hold", A=2, note="this too")
    for undo in (
        lambda: keeper.adjust(county.store, "release", A=5, note="dry"),
        lambda: keeper.reverse(slip),
        lambda: inspect(county, actor=county.keeper),
    ):
        with pytest.raises(Refused) as refused:
            undo()
        assert refused.value.code == "same_person"
    with pytest.raises(Refused) as refused:
        other.adjust(county.store, "release", A=5)
    assert refused.value.code == "note_needed"
    other.adjust(county.store, "release", A=7, note="dry, and sound")
    assert held(county) == 0
    other.adjust(county.store, "hold", A=1, note="again")
    keeper.adjust(county.store, "release", A=1, note="sound")


def test_who_is_alone_at_a_place_releases_alone_and_says_why(county: StockedCounty) -> None:
    keeper = county.by(county.keeper)
    keeper.adjust(county.store, "hold", A=5, note="look again")
    RoleGrant.objects.exclude(user_id=county.keeper.user_id).delete()
    keeper.adjust(county.store, "release", A=5, note="dry")
    assert held(county) == 0


def test_sent_twice_it_is_one_inspection(county: StockedCounty) -> None:
    same = new()
    first, second = (inspect(county, Result.HOLD, command_id=same) for _ in range(2))
    assert first.pk == second.pk
    assert Inspection.objects.count() == 1
    assert held(county) == 100
    assert inspect(county, Result.HOLD, "B").number == "SA-ZJ-2026-0002"


def test_what_does_not_fit_is_said_at_once(county: StockedCounty) -> None:
    flaw = GOOD | {"seal": Finding.FLAW, "label": Finding.NOT_SEEN}
    with pytest.raises(Refused) as refused:
        inspect(county, findings=flaw, sampled_pieces=101, on=days(1))
    assert {one.field for one in refused.value.reasons} == {"on", "sampled_pieces", "result"}
    assert {one.code for one in refused.value.reasons} >= {"flaw_and_pass", "not_all_seen"}
    with pytest.raises(Refused) as refused:
        inspect(county, Result.FAIL, note=" ")
    assert refused.value.field == "note"
    assert not Inspection.objects.exists()


def test_a_lot_that_is_not_there(county: StockedCounty) -> None:
    county.dispense(county.store, county.choose(B=40, reason="all"))
    with pytest.raises(Refused) as refused:
        inspect(county, number="B")
    assert refused.value.code == "lot_not_here"


def test_who_may(county: StockedCounty) -> None:
    with pytest.raises(Unknown):
        inspect(county, actor=county.stranger)
    with pytest.raises(Forbidden):
        inspect(county, actor=an_actor(a_person(Role.ASSESSOR, county.store)))
    assert not Inspection.objects.exists()


def test_on_a_loss_report_it_cannot_be_passed(county: StockedCounty) -> None:
    hand_in_loss(report_id=a_loss(county, county.keeper).pk, actor=county.keeper, at=NOW)
    with pytest.raises(Refused) as refused:
        inspect(county)
    assert refused.value.code == "on_loss_report"


def test_a_complaint_makes_the_lot_due_and_names_nobody(county: StockedCounty) -> None:
    inspect(county, on=days(-1))
    said = {"facility_id": county.store.pk, "on": TODAY, "actor": county.keeper, "at": NOW}
    note_concern(lot_id=lot("A").id, kind="complaint", what="smell", command_id=new(), **said)
    assert reasons_of(county, "A") == {"concern"}
    inspect(county)
    assert reasons_of(county, "A") == set()
    with pytest.raises(Refused) as refused:
        note_concern(lot_id=None, kind="complaint", what="ugly", command_id=new(), **(said | {"on": days(2)}))
    assert {one.field for one in refused.value.reasons} == {"what", "lot", "on"}


def test_at_issue_when_the_last_look_is_long_ago(county: StockedCounty) -> None:
    ids = [lot("A").id]
    assert inspections.remarks_at_issue(county.store.pk, ids, days(40)) == {}
    remarks = inspections.remarks_at_issue(county.store.pk, ids, days(41))
    assert [said.code for said in remarks.values()] == ["at_issue"]
    assert str(days(-20)) in remarks[ids[0]].text()
    inspect(county)
    assert inspections.remarks_at_issue(county.store.pk, ids, days(41)) == {}
