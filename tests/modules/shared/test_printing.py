"""Papers: every word given stands in the PDF, as it was given, on as many pages as it needs."""

from __future__ import annotations

import io
from operator import itemgetter

import pytest
from django.test import RequestFactory
from django.utils.translation import override
from pypdf import PdfReader

from tests.papers import pages_of, text_of
from zhixuan.shared.printing import Paper, PrintColumn, Sheet, pdf, pdf_response, under_headings

COLUMNS = (PrintColumn("品种", "1fr"), PrintColumn("批号"), PrintColumn("数量", align="right"))
HOSTILE = '#panic("x") *bold* $x$ <b> @ref \\ "quoted"'


def a_sheet(**changes: object) -> Sheet:
    given: dict[str, object] = {
        "title": "入库单",
        "issuer": "清溪县药具站",
        "number": "T01-2026-00012",
        "facts": [("供货单位", "某某医药公司")],
        "columns": COLUMNS,
        "rows": [("男用避孕套", "230214A3", "1,200")],
        "totals": ("合计", "", "1,200"),
        "signatures": ("保管员", "验收员"),
        "link": "http://127.0.0.1:8000/stock/slips/1/",
    }
    return Sheet(**{**given, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("paper", list(Paper))
def test_everything_given_is_printed(paper: Paper) -> None:
    (page,) = pages_of(pdf([a_sheet()], paper=paper))

    for word in (
        "入库单",
        "清溪县药具站",
        "T01-2026-00012",
        "供货单位",
        "某某医药公司",
        "男用避孕套",
        "230214A3",
        "合计",
        "验收员",
    ):
        assert word in page


def test_a_long_table_repeats_its_heading_and_counts_its_pages() -> None:
    rows = [(f"品种{number}", f"L{number}", "1") for number in range(120)]

    with override("en"):
        pages = pages_of(pdf([a_sheet(rows=rows), a_sheet(rows=rows)], paper=Paper.A5))

    assert len(pages) % 2 == 0
    half = len(pages) // 2
    for number, page in enumerate(pages):
        assert "品种" in page.splitlines()[0] or "入库单" in page
        assert f"Page {number % half + 1} of {half}" in page
    assert all(any(f"L{number}" in page for page in pages) for number in range(120))


def test_text_is_never_read_as_markup() -> None:
    (page,) = pages_of(pdf([a_sheet(title=HOSTILE, remarks=[HOSTILE], rows=[(HOSTILE, "", "")])]))

    assert page.replace("\n", " ").count('#panic("x") *bold* $x$') >= 2


def test_a_long_code_stays_in_its_column() -> None:
    code = "8112345678901234567890" * 3
    (page,) = pages_of(pdf([a_sheet(rows=[("x", code, "1")])], paper=Paper.A5))

    assert code in page.replace("\n", "").replace(" ", "")


LINES_OF_A_PLACE = 40


def test_what_many_rows_share_heads_them_on_every_page() -> None:
    lines = [("Fusang cabinet", f"L{number}") for number in range(LINES_OF_A_PLACE)]
    rows = under_headings(lines, of=itemgetter(0), heading=str, cells=lambda one: (one[1], "", "1"))
    pages = pages_of(pdf([a_sheet(rows=rows)], paper=Paper.A5))

    assert len(rows) == LINES_OF_A_PLACE + 1
    assert len(pages) > 1
    assert all(page.count("Fusang cabinet") == 1 for page in pages)


def test_words_wider_than_their_column_are_broken() -> None:
    with override("en"):
        columns = [PrintColumn(f"Quantity {number}") for number in range(11)] + [PrintColumn("Remark", "1fr")]
        content = pdf([a_sheet(columns=columns, rows=[["Levonorgestrel"] * 12], totals=())], paper=Paper.A5)
    assert "Levonorgestrel" in text_of(content).replace("-\n", "").replace("\xad", "")


def test_page_numbers_speak_the_language_of_the_page() -> None:
    with override("zh-hans"):
        assert "第 1 页，共 1 页" in pages_of(pdf([a_sheet()]))[0]


def test_the_answer_names_the_file_and_takes_the_paper_from_the_address() -> None:
    answer = pdf_response(RequestFactory().get("/", {"paper": "a5"}), [a_sheet()], name="入库单 T01")

    assert answer["Content-Type"] == "application/pdf"
    assert "filename*=UTF-8''%E5%85%A5%E5%BA%93%E5%8D%95%20T01.pdf" in answer["Content-Disposition"]
    box = PdfReader(io.BytesIO(answer.content)).pages[0].mediabox
    assert box.width > box.height


def test_a_row_that_does_not_fit_the_columns_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="cells in a row"):
        a_sheet(rows=[("one", "two")])
    with pytest.raises(ValueError, match="wide"):
        PrintColumn("x", width="1fr; #panic()")
