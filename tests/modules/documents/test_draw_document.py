"""Drawing a document: numbers without gaps, lots proposed, nothing moved, everything wrong said at once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.builders import TODAY, a_person, an_actor
from tests.document_builders import ISSUE, RECEIPT, RETURN, PaperCounty, document_of, lines_of, papers
from tests.stock_builders import counts, days, lot, pieces_at, sentences
from zhixuan.modules.documents.models import DocumentStep
from zhixuan.modules.documents.queries.sources import documents_of_source
from zhixuan.rules.documents.heads import Head
from zhixuan.rules.documents.lines import Acceptance
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden, Role, Unknown
from zhixuan.shared.command_ids import new
from zhixuan.shared.models import AuditEntry


def test_numbers_have_no_gaps_per_store_kind_and_year(county: PaperCounty) -> None:
    numbers = [county.draw().number, county.draw(kind=RECEIPT).number, county.draw().number]
    assert numbers == ["WA-CK2026-00001", "WA-RK2026-00001", "WA-CK2026-00002"]
    with pytest.raises(Refused):
        county.draw(county.line(9999))
    assert county.draw().number == "WA-CK2026-00003"


def test_lots_are_proposed_and_nothing_moves(county: PaperCounty) -> None:
    drawn = county.draw(county.line(130, asked_pieces=150), reference="QL-3", source="order", source_id="9")
    (line,) = lines_of(drawn)
    assert [(one["lot"], one["pieces"], one["why"]) for one in line.proposal] == [
        (lot("EARLY").pk, 100, "taken"),
        (lot("LATE").pk, 30, "taken"),
    ]
    assert pieces_at(county.warehouse) == 200
    document = document_of(drawn)
    assert (document.state, document.drawn_by_name, document.reference) == ("drawn", "Keeper", "QL-3")
    step = DocumentStep.objects.get(document=document)
    assert (step.step, step.actor_name) == ("draw", "Keeper")
    assert AuditEntry.objects.get(verb="draw_document").object_id == str(document.pk)
    (of_order,) = documents_of_source("order", "9")
    assert (of_order.number, of_order.state, of_order.event_id) == (drawn.number, "drawn", None)
    assert [(one.pieces, one.asked_pieces) for one in of_order.drawn] == [(130, 150)]
    assert of_order.posted == () == of_order.received


def test_a_receipt_keeps_what_the_law_asks_for(county: PaperCounty) -> None:
    looked = Acceptance("clean", "whole", "18 °C", 5, "accepted")
    line = county.lot_line("RK1", 60, made_on=days(-90), unit_price=Decimal("0.1234"), acceptance=looked)
    head = Head("purchase", "供货单位", "", "石满仓", "叶知秋", "云知夏")
    drawn = county.draw(line, kind=RECEIPT, reference="合同 12", head=head)
    (kept,) = lines_of(drawn)
    assert (kept.appearance, kept.sampled_pieces, kept.conclusion) == ("clean", 5, "accepted")
    assert (kept.unit_price, line.amount) == (Decimal("0.1234"), Decimal("7.40"))
    assert document_of(drawn).supplier == "供货单位"


def test_everything_wrong_is_said_at_once_and_nothing_is_kept(county: PaperCounty) -> None:
    before = (papers(), counts())
    with pytest.raises(Refused) as refused:
        county.draw(county.line(0), county.line(5, product=county.stock.pill, asked_pieces=3))
    assert [one.field for one in refused.value.reasons] == ["lines-1-asked_pieces"]
    with pytest.raises(Refused) as refused:
        county.draw(county.line(999), county.line(5, product=county.stock.pill))
    assert [one.field for one in refused.value.reasons] == ["lines-0-pieces", "lines-1-pieces"]
    with pytest.raises(Refused, match="another facility"):
        county.draw(other_facility_id=county.warehouse.pk)
    with pytest.raises(Refused, match="why the stock goes back"):
        county.draw(kind=RETURN, note=" ")
    with pytest.raises(Refused, match="future"):
        county.draw(on=days(1))
    with pytest.raises(Refused, match="expired"):
        county.draw(county.lot_line(expires_on=days(-1)), kind=RECEIPT)
    with pytest.raises(Refused) as refused:
        county.draw(kind=RECEIPT, head=Head("somewhere"))
    assert sentences(refused.value) == ["Say where the goods come from."]
    assert (papers(), counts()) == before


def test_strangers_and_lookers_on(county: PaperCounty) -> None:
    auditor = an_actor(a_person(Role.AUDITOR, county.stock.network.county))
    before = papers()
    with pytest.raises(Unknown):
        county.draw(actor=county.stock.stranger)
    with pytest.raises(Forbidden):
        county.draw(actor=auditor)
    assert papers() == before


def test_a_repeat_draws_once_and_another_content_is_a_conflict(county: PaperCounty) -> None:
    command = new()
    first = county.draw(command_id=command)
    again = county.draw(command_id=command)
    assert (again.id, again.number, again.repeated) == (first.id, first.number, True)
    with pytest.raises(Refused) as refused:
        county.draw(county.line(41), command_id=command)
    assert refused.value.code == "command_conflict"
    assert papers() == 1
    assert county.draw(kind=ISSUE, on=TODAY).number.endswith("00002")
