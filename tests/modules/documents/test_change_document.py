"""Changing a drawn document: one line at a time, lots proposed again, nobody's change overwritten."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import TODAY
from tests.document_builders import RECEIPT, PaperCounty, document_of, lines_of
from tests.stock_builders import days, lot
from zhixuan.modules.documents.models import DocumentStep
from zhixuan.modules.documents.operations.add_line import add_line
from zhixuan.modules.documents.operations.change_head import change_head
from zhixuan.modules.documents.operations.change_line import change_line
from zhixuan.modules.documents.operations.remove_line import remove_line
from zhixuan.rules.documents import picks
from zhixuan.rules.documents.heads import Head
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Unknown


def change(county: PaperCounty, drawn: Any, line: Any, index: int = 0, **more: Any) -> Any:
    line_id = lines_of(drawn)[index].pk
    return change_line(document_id=drawn.id, line_id=line_id, line=line, **county.said(**more))


def taken(drawn: Any) -> list[dict[int, int]]:
    return [picks.pieces_by_lot(line.proposal) for line in lines_of(drawn)]


def test_a_line_changes_with_its_lots_and_the_history_says_so(county: PaperCounty) -> None:
    drawn = county.draw(county.line(40))
    change(county, drawn, county.line(130))
    assert taken(drawn) == [{lot("EARLY").pk: 100, lot("LATE").pk: 30}]
    step = DocumentStep.objects.get(step="change")
    assert step.details == {"row": 1, "changed": {"pieces": [40, 130]}}
    with pytest.raises(Refused) as refused:
        change(county, drawn, county.line(201))
    assert [one.field for one in refused.value.reasons] == ["pieces"]


def test_lines_of_one_product_share_its_lots(county: PaperCounty) -> None:
    drawn = county.draw(county.line(40))
    add_line(document_id=drawn.id, line=county.line(100, item_id=county.stock.box.pk), **county.said())
    early, late = lot("EARLY").pk, lot("LATE").pk
    assert taken(drawn) == [{early: 40}, {early: 60, late: 40}]
    change(county, drawn, county.line(100))
    assert taken(drawn) == [{early: 60 + 40}, {late: 100}] or sum(sum(one.values()) for one in taken(drawn)) == 200
    with pytest.raises(Refused, match="earlier line"):
        add_line(document_id=drawn.id, line=county.line(1), **county.said())
    remove_line(document_id=drawn.id, line_id=lines_of(drawn)[1].pk, **county.said())
    assert taken(drawn) == [{early: 100}]
    with pytest.raises(Refused, match="needs a line"):
        remove_line(document_id=drawn.id, line_id=lines_of(drawn)[0].pk, **county.said())
    assert [line.row for line in lines_of(drawn)] == [1]


def test_two_who_change_the_same_line_do_not_overwrite_each_other(county: PaperCounty) -> None:
    drawn = county.draw()
    change(county, drawn, county.line(41), revision=1)
    with pytest.raises(Refused) as refused:
        change(county, drawn, county.line(42), revision=1, actor=county.checker)
    assert refused.value.code == "changed_meanwhile"
    assert lines_of(drawn)[0].pieces == 41


def test_whoever_changed_it_does_not_check_it(county: PaperCounty) -> None:
    drawn = county.draw()
    change(county, drawn, county.line(41), actor=county.checker)
    with pytest.raises(Refused) as refused:
        county.check(drawn)
    assert refused.value.code == "same_person"


def test_checked_it_is_not_changed(county: PaperCounty) -> None:
    drawn = county.draw()
    county.check(drawn)
    with pytest.raises(Refused, match="Take it back"):
        change(county, drawn, county.line(41))
    assert lines_of(drawn)[0].pieces == 40


def test_returned_it_is_corrected_and_all_answers_go(county: PaperCounty) -> None:
    drawn = county.draw(county.line(40), county.line(1, item_id=county.stock.box.pk))
    wrong = {line.row: dict.fromkeys(line.answers, "ok") for line in lines_of(drawn)}
    assert wrong
    lines = {1: {"lot": "not_ok"}, 2: {}}
    from tests.document_builders import ALL_OK

    county.check(drawn, lines={row: ALL_OK | given for row, given in lines.items()}, reason="other lot")
    assert change(county, drawn, county.line(39)).state == "drawn"
    assert [line.answers for line in lines_of(drawn)] == [{}, {}]


def test_the_head_changes_but_not_its_year_nor_where_goods_come_from(county: PaperCounty) -> None:
    drawn = county.draw(kind=RECEIPT, head=Head("purchase", "A"))
    said = {"document_id": drawn.id, "on": TODAY, "reference": "R", "note": ""}
    change_head(**said, head=Head("purchase", "B", keeper="K"), **county.said())
    assert (document_of(drawn).supplier, document_of(drawn).keeper) == ("B", "K")
    assert DocumentStep.objects.get(step="change").details["changed"]["supplier"] == ["A", "B"]
    with pytest.raises(Refused, match="another"):
        change_head(**(said | {"note": "x"}), head=Head("surplus"), **county.said())
    with pytest.raises(Refused, match="of 2026"):
        change_head(**(said | {"on": days(-400)}), head=Head("purchase"), **county.said())
    with pytest.raises(Unknown):
        change_head(**said, head=Head("purchase"), **county.said(county.stock.stranger))
    with pytest.raises(Refused) as refused:
        change_head(**said, head=Head("purchase"), revision=1, **county.said())
    assert refused.value.code == "changed_meanwhile"


def test_lots_of_a_receipt_stand_once(county: PaperCounty) -> None:
    drawn = county.draw(county.lot_line("A1"), county.lot_line("A2"), kind=RECEIPT)
    with pytest.raises(Refused, match="earlier line"):
        change(county, drawn, county.lot_line("A1"), index=1)
    change(county, drawn, county.lot_line("A3"), index=1)
    assert [line.lot_number for line in lines_of(drawn)] == ["A1", "A3"]
