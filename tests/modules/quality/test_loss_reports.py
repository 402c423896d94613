"""Loss reports: reported by one, decided by another, destroyed before two more."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import NOW, TODAY, a_person, a_planner, a_storekeeper, an_actor
from tests.quality_builders import a_loss, inspect
from tests.stock_builders import StockedCounty, days, event, lot, pieces_at
from zhixuan.modules.quality.models import LossReport
from zhixuan.modules.quality.operations.close_loss import close_loss
from zhixuan.modules.quality.operations.decide_loss import decide_loss
from zhixuan.modules.quality.operations.destroy_loss import destroy_loss
from zhixuan.modules.quality.operations.draw_loss import LostLine
from zhixuan.modules.quality.operations.hand_in_loss import hand_in_loss
from zhixuan.modules.quality.operations.witness_loss import witness_loss
from zhixuan.modules.quality.queries import losses
from zhixuan.rules.quality.losses import LossReason
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Actor, Forbidden, Role, Unknown
from zhixuan.shared.command_ids import new


def hand_in(report: LossReport, actor: Actor) -> LossReport:
    return hand_in_loss(report_id=report.pk, actor=actor, at=NOW)


def decide(report: LossReport, actor: Actor, *, approve: bool = True, decision: str = "") -> LossReport:
    return decide_loss(report_id=report.pk, approve=approve, decision=decision, actor=actor, at=NOW)


def destroy(report: LossReport, actor: Actor, **more: object) -> LossReport:
    said = {"on": TODAY, "method": "burnt", "went_to": "", "actor": actor, "at": NOW}
    return destroy_loss(report_id=report.pk, **(said | more))


def witnesses(county: StockedCounty, count: int = 2) -> list[Actor]:
    return [an_actor(a_storekeeper(county.store)) for _ in range(count)]


def code_of(act: object) -> str:
    with pytest.raises(Refused) as refused:
        act()  # type: ignore[operator]
    return refused.value.code


@pytest.mark.parametrize(
    ("reason", "place"),
    [
        (LossReason.BROKEN, "damaged"),
        (LossReason.DAMP, "damaged"),
        (LossReason.SPOILED, "damaged"),
        (LossReason.RECALLED, "damaged"),
        (LossReason.LOST, "lost"),
    ],
)
def test_the_whole_way(county: StockedCounty, reason: LossReason, place: str) -> None:
    report = a_loss(county, county.keeper, reason=reason)
    assert (report.number, report.state, pieces_at(county.store, "A")) == ("SA-BS-2026-0001", "drawn", 100)
    hand_in(report, county.keeper)
    assert (pieces_at(county.store, "A"), pieces_at(county.store, "A", kind="quarantine")) == (90, 10)
    decide(report, county.actor)
    for one in witnesses(county):
        witness_loss(report_id=report.pk, actor=one, at=NOW)
    done = destroy(report, county.keeper)
    assert (done.state, pieces_at(county.store, "A", kind="quarantine")) == ("destroyed", 0)
    move = event(type("R", (), {"event_id": done.event_id})).movements.get()
    assert (move.from_place.kind, move.to_place.kind, move.pieces) == ("quarantine", place, 10)
    assert close_loss(report_id=report.pk, actor=county.keeper, at=NOW).state == "closed"


def destroyed(county: StockedCounty) -> LossReport:
    report = decide(hand_in(a_loss(county, county.keeper), county.keeper), county.actor)
    for one in witnesses(county):
        witness_loss(report_id=report.pk, actor=one, at=NOW)
    return destroy(report, county.keeper)


@pytest.mark.parametrize("closed", [False, True])
def test_reversing_the_write_off_opens_the_report_again_and_the_whole_way_is_gone_anew(
    county: StockedCounty, closed: bool
) -> None:
    report = destroyed(county)
    if closed:
        close_loss(report_id=report.pk, actor=county.keeper, at=NOW)
    county.by(county.keeper).reverse(type("R", (), {"event_id": report.event_id}), reason="the wrong box")
    report.refresh_from_db()
    assert (report.state, report.event_id, report.destroyed_on) == ("submitted", None, None)
    assert (report.decided_by, report.closed_at, report.witnesses.count()) == (None, None, 0)
    assert pieces_at(county.store, "A", kind="quarantine") == 10
    (undone,) = report.earlier
    assert (undone["reason"], undone["decided_by"], len(undone["witnesses"])) == (
        "the wrong box",
        county.actor.name,
        2,
    )
    other = an_actor(a_storekeeper(county.store))
    assert code_of(lambda: county.by(other).adjust(county.store, "release", A=10, note="sound")) == "on_loss_report"
    assert code_of(lambda: destroy(report, county.keeper)) == "not_now"

    client = Client(headers={"accept-language": "en"})
    client.force_login(a_storekeeper(county.store))
    page = client.get(reverse("quality:loss", args=[report.pk])).content.decode()
    assert "the wrong box" in page
    assert "has to be decided again" in page
    paper = client.get(reverse("quality:loss_print", args=[report.pk]))
    assert paper.headers["Content-Type"] == "application/pdf"

    decide(report, county.actor)
    for one in witnesses(county):
        witness_loss(report_id=report.pk, actor=one, at=NOW)
    again = destroy(report, county.keeper)
    assert (again.state, pieces_at(county.store, "A", kind="quarantine")) == ("destroyed", 0)
    assert again.event_id not in (None, undone["slip"])


def test_reopened_and_refused_the_goods_come_back_by_an_inspection(county: StockedCounty) -> None:
    report = destroyed(county)
    county.reverse(type("R", (), {"event_id": report.event_id}), reason="nothing was destroyed")
    decide(report, county.actor, approve=False, decision="it is sound")
    close_loss(report_id=report.pk, actor=county.keeper, at=NOW)
    inspect(county, actor=an_actor(a_storekeeper(county.store)))
    assert (pieces_at(county.store, "A"), pieces_at(county.store, "A", kind="quarantine")) == (100, 0)


def test_only_what_has_expired_is_reported_as_expired(county: StockedCounty) -> None:
    assert code_of(lambda: a_loss(county, county.keeper, reason=LossReason.EXPIRED)) == "not_expired"
    county.stock(county.store, "OLD", 5, expires=days(-1), on=days(-9))
    lines = [LostLine(lot("OLD").id, 5)]
    report = a_loss(county, county.keeper, reason=LossReason.EXPIRED, lines=lines)
    decide(hand_in(report, county.keeper), county.actor)
    for one in witnesses(county):
        witness_loss(report_id=report.pk, actor=one, at=NOW)
    done = destroy(report, county.keeper)
    move = event(type("R", (), {"event_id": done.event_id})).movements.get()
    assert (move.from_place.kind, move.to_place.kind) == ("quarantine", "expired")


def test_applicant_approver_and_witnesses_are_different_people(county: StockedCounty) -> None:
    officer, other_officer = county.actor, an_actor(a_planner(county.network.county))
    report = hand_in(a_loss(county, officer), officer)
    assert code_of(lambda: decide(report, officer)) == "same_person"
    with pytest.raises(Forbidden):
        decide(report, county.keeper)
    decide(report, other_officer)
    assert code_of(lambda: witness_loss(report_id=report.pk, actor=officer, at=NOW)) == "same_person"
    assert code_of(lambda: witness_loss(report_id=report.pk, actor=other_officer, at=NOW)) == "same_person"
    first, second = witnesses(county)
    witness_loss(report_id=report.pk, actor=first, at=NOW)
    assert code_of(lambda: witness_loss(report_id=report.pk, actor=first, at=NOW)) == "twice"
    assert code_of(lambda: destroy(report, county.keeper)) == "witnesses_missing"
    machine = Actor(None, "machine", county.actor.grants)
    assert code_of(lambda: witness_loss(report_id=report.pk, actor=machine, at=NOW)) == "not_a_person"
    witness_loss(report_id=report.pk, actor=second, at=NOW)
    assert destroy(report, county.keeper).state == "destroyed"


def test_who_drew_it_does_not_approve_though_another_handed_it_in(county: StockedCounty) -> None:
    report = hand_in(a_loss(county, county.actor), county.keeper)
    assert code_of(lambda: decide(report, county.actor)) == "same_person"


def test_a_large_loss_is_decided_higher_up(county: StockedCounty) -> None:
    township = an_actor(a_person(Role.TOWNSHIP_OFFICER, county.network.township))
    small = hand_in(a_loss(county, county.keeper), county.keeper)
    assert small.level_needed == "township"
    assert decide(small, township).state == "approved"
    dear = [LostLine(lot("A").id, 20, price=Decimal("5.01"))]
    large = hand_in(a_loss(county, county.keeper, lines=dear), county.keeper)
    assert (large.amount, large.level_needed) == (Decimal("100.20"), "county")
    assert code_of(lambda: decide(large, township)) == "level_too_low"
    assert [one.pk for one in losses.to_decide(county.actor)] == [large.pk]
    assert losses.to_decide(township) == []
    assert decide(large, county.actor).state == "approved"


def test_repeating_a_step_changes_nothing(county: StockedCounty) -> None:
    same = new()
    report, again = (a_loss(county, county.keeper, command_id=same) for _ in range(2))
    assert report.pk == again.pk
    assert code_of(lambda: a_loss(county, county.keeper, command_id=same, account="another")) == "command_conflict"
    for _ in range(2):
        hand_in(report, county.keeper)
    for _ in range(2):
        decide(report, county.actor)
    for one in witnesses(county):
        witness_loss(report_id=report.pk, actor=one, at=NOW)
    for _ in range(2):
        destroy(report, county.keeper)
    assert pieces_at(county.store, "A") == 90
    assert pieces_at(county.store, "A", kind="quarantine") == 0


def test_steps_out_of_turn(county: StockedCounty) -> None:
    report = a_loss(county, county.keeper)
    assert code_of(lambda: decide(report, county.actor)) == "not_now"
    assert code_of(lambda: destroy(report, county.keeper)) == "not_now"
    hand_in(report, county.keeper)
    assert code_of(lambda: close_loss(report_id=report.pk, actor=county.keeper, at=NOW)) == "not_now"
    assert code_of(lambda: decide(report, county.actor, approve=False)) == "note_needed"
    assert decide(report, county.actor, approve=False, decision="dry it and look again").state == "refused"
    assert pieces_at(county.store, "A", kind="quarantine") == 10
    assert close_loss(report_id=report.pk, actor=county.keeper, at=NOW).state == "closed"


def test_numbers_are_without_gaps(county: StockedCounty) -> None:
    with pytest.raises(Refused):
        a_loss(county, county.keeper, account=" ")
    numbers = [a_loss(county, county.keeper).number for _ in range(2)]
    assert numbers == ["SA-BS-2026-0001", "SA-BS-2026-0002"]


def test_what_lies_in_quarantine_is_reported_once(county: StockedCounty) -> None:
    county.adjust(county.store, "hold", A=15, note="damp")
    lines = [LostLine(lot("A").id, 15, in_quarantine=True)]
    first, second = (a_loss(county, county.keeper, lines=lines) for _ in range(2))
    hand_in(first, county.keeper)
    assert pieces_at(county.store, "A", kind="quarantine") == 15
    assert code_of(lambda: hand_in(second, county.keeper)) == "too_little"


def test_faulty_lines(county: StockedCounty) -> None:
    a = lot("A").id
    with pytest.raises(Refused) as refused:
        a_loss(county, county.keeper, lines=[LostLine(a, 101), LostLine(a, 1), LostLine(a, 0, in_quarantine=True)])
    assert [one.field for one in refused.value.reasons] == ["lines-0-pieces", "lines-1-lot", "lines-2-pieces"]
    with pytest.raises(Refused):
        a_loss(county, county.keeper, lines=[])
    assert not LossReport.objects.exists()


def test_strangers(county: StockedCounty) -> None:
    with pytest.raises(Unknown):
        a_loss(county, county.stranger)
    report = hand_in(a_loss(county, county.keeper), county.keeper)
    with pytest.raises(Unknown):
        decide(report, county.stranger)
    with pytest.raises(Unknown):
        losses.report(county.stranger, report.pk)
    with pytest.raises(Unknown):
        witness_loss(report_id=report.pk, actor=county.stranger, at=NOW)


def test_destruction_is_of_a_day_after_the_approval(county: StockedCounty) -> None:
    report = decide(hand_in(a_loss(county, county.keeper), county.keeper), county.actor)
    for one in witnesses(county):
        witness_loss(report_id=report.pk, actor=one, at=NOW)
    with pytest.raises(Refused) as refused:
        destroy(report, county.keeper, on=days(-1), method="eaten")
    assert {one.field for one in refused.value.reasons} == {"on", "method"}
    with pytest.raises(Refused) as refused:
        destroy(report, county.keeper, method="handed_over")
    assert refused.value.field == "went_to"


def test_the_loss_rate_of_a_year(county: StockedCounty) -> None:
    county.stock(county.warehouse, "C", 1000, on=days(-400))
    sent = county.send(county.warehouse, county.store, county.choose(C=100, reason="as asked"))
    county.take_all_in(sent)
    county.adjust(county.store, "lost", C=3, note="stolen")
    lost = county.adjust(county.store, "damaged", C=50)
    county.reverse(lost)
    found = {one.facility.code: one for one in losses.loss_rates(county.actor, TODAY.year)}
    store = found["SA"].figures
    assert (store.opening, store.received, store.lost, store.damaged) == (0, 240, 3, 0)
    assert found["SA"].rate == Fraction(3, 240)
    assert found["SA"].above
    warehouse = found["WA"].figures
    assert (warehouse.opening, warehouse.received, warehouse.lost_in_all) == (1000, 0, 0)
    assert not found["WA"].above
    assert losses.loss_rates(county.stranger, TODAY.year) == []
