"""A list shows, sorts, narrows and pages what it declares; the Excel file holds the same rows as the screen."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from zhixuan.shared.models import AuditEntry
from zhixuan.shared.ui.listing import Badge, ChoiceFilter, Column, DateFilter, Listing, SearchFilter, ToggleFilter

STORES = ("青山", "白鹭", "红旗")
ROWS = [
    {"name": f"{STORES[n % 3]} {n:03}", "pieces": (n * 37) % 101, "on": date(2026, 1, 1 + n % 28), "note": "=1+1"}
    for n in range(137)
]

LISTING = Listing(
    name="stores",
    title="Stores",
    columns=(
        Column("name", "Name", sort="name", href=lambda row: f"/stores/{row['name']}/"),
        Column("pieces", "Pieces", "number", sort="pieces"),
        Column("on", "Day", "date", sort="on"),
        Column("note", "Note"),
        Column("state", "State", "badge", value=lambda row: Badge("low" if row["pieces"] < 50 else "good", "green")),
    ),
    filters=(
        SearchFilter("q", "Search", lambda rows, text: [row for row in rows if text in row["name"]]),
        ChoiceFilter(
            "store",
            "Store",
            [(name, name) for name in STORES],
            lambda rows, value: [row for row in rows if row["name"].startswith(value)],
        ),
        ToggleFilter("low", "Low only", lambda rows: [row for row in rows if row["pieces"] < 50]),
        DateFilter("since", "Since", lambda rows, day: [row for row in rows if row["on"] >= day]),
    ),
    default_sort="-pieces",
    page_size=25,
)


def asked(query: str = "", *, htmx_target: str | None = None) -> HttpRequest:
    request = RequestFactory().get(f"/stores/{query}")
    htmx = SimpleNamespace(target=htmx_target, history_restore_request=False)
    request.htmx = htmx if htmx_target else None  # type: ignore[attr-defined]
    return request


def names(query: str) -> list[str]:
    return [line.cells[0].text for line in LISTING.bind(asked(query), ROWS).lines]


def sheet(response: HttpResponse) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return list(book.worksheets[0].iter_rows(values_only=True))


def test_a_page_holds_what_was_said_and_the_rest_follow() -> None:
    seen = [name for page in range(1, 7) for name in names(f"?page={page}")]
    assert sorted(seen) == sorted(row["name"] for row in ROWS)
    assert len(names("?page=1")) == 25


@pytest.mark.parametrize("page", ["0", "-3", "abc", "", "%00", "1e9"])
def test_a_page_that_is_none_shows_a_page_all_the_same(page: str) -> None:
    assert names(f"?page={page}")


def test_sorts_both_ways_by_what_a_column_declares() -> None:
    rising = [line.cells[1].text for line in LISTING.bind(asked("?sort=pieces"), ROWS).lines]
    assert [int(text) for text in rising] == sorted(row["pieces"] for row in ROWS)[:25]
    assert LISTING.bind(asked("?sort=-name"), ROWS).lines[0].cells[0].text == max(row["name"] for row in ROWS)


@pytest.mark.parametrize("sort", ["note", "-state", "password", "name__password", "pk", "?", "--name", "name,pieces"])
def test_never_sorts_by_what_no_column_declares(sort: str) -> None:
    assert LISTING.bind(asked(f"?sort={sort}"), ROWS).sort == "-pieces"


def test_filters_work_together() -> None:
    rows = LISTING.bind(asked("?q=0&store=青山&low=1&since=2026-01-10"), ROWS).rows
    expected = [
        row
        for row in ROWS
        if "0" in row["name"]
        and row["name"].startswith("青山")
        and row["pieces"] < 50
        and row["on"] >= date(2026, 1, 10)
    ]
    assert expected
    assert sorted(row["name"] for row in rows) == sorted(row["name"] for row in expected)


@pytest.mark.parametrize("query", ["?store=上海", "?low=yes", "?since=2026-02-31", "?since=tomorrow", "?q=%20%20"])
def test_nonsense_in_a_filter_narrows_nothing(query: str) -> None:
    bound = LISTING.bind(asked(query), ROWS)
    assert bound.total == len(ROWS)
    assert not bound.filtered


def test_addresses_keep_the_other_choices_and_start_again_at_page_one() -> None:
    bound = LISTING.bind(asked("?q=0&page=2&sort=name&other=kept"), ROWS)
    by_pieces = bound.headings[1].href
    assert "q=0" in by_pieces
    assert "other=kept" in by_pieces
    assert "page=" not in by_pieces
    assert bound.headings[0].direction == "ascending"
    assert bound.reset_href == "?sort=name&other=kept"


def test_two_lists_on_a_page_do_not_disturb_each_other() -> None:
    other = Listing(name="other", title="Other", columns=LISTING.columns, prefix="o-", default_sort="name")
    bound = other.bind(asked("?sort=-pieces&page=9&o-sort=on"), ROWS)
    assert bound.sort == "on"
    assert "sort=-pieces" in bound.address(sort="pieces")


@pytest.mark.parametrize("query", ["", "?store=白鹭", "?sort=name&page=3", "?q=zzz", "?sort=-on&low=1"])
def test_the_excel_file_holds_all_rows_of_the_screen_in_its_order(query: str) -> None:
    join = "&" if query else "?"
    exported = sheet(LISTING.response(asked(f"{query}{join}export=xlsx"), ROWS, template="unused.html"))
    rows = LISTING.bind(asked(query), ROWS).rows
    assert exported[0] == ("Name", "Pieces", "Day", "Note", "State")
    assert [line[0] for line in exported[1:]] == [row["name"] for row in rows]
    assert [line[1] for line in exported[1:]] == [row["pieces"] for row in rows]
    shown = LISTING.bind(asked(re.sub(r"&?page=\d+", "", query)), ROWS).lines
    assert [line[4] for line in exported[1 : len(shown) + 1]] == [line.cells[4].text for line in shown]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_a_cell_that_looks_like_a_formula_is_text(text: str) -> None:
    rows = [{**ROWS[0], "note": text}]
    content = LISTING.response(asked("?export=xlsx"), rows, template="unused.html").content
    cell = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]["D2"]
    assert cell.value == text
    assert cell.data_type == "s"


def test_the_file_holds_figures_and_days_not_their_spelling() -> None:
    line = sheet(LISTING.response(asked("?export=xlsx&sort=name"), ROWS, template="unused.html"))[1]
    assert isinstance(line[1], int)
    assert isinstance(line[2], datetime)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_htmx_gets_the_table_alone(language: str) -> None:
    with translation.override(language):
        response = LISTING.response(asked("?q=0", htmx_target="listing-stores"), ROWS, template="unused.html")
    text = response.content.decode()
    assert "<table" in text
    assert "<html" not in text
    assert "<form" not in text


def test_what_people_typed_is_shown_as_text() -> None:
    rows = [{**ROWS[0], "name": "<script>alert(1)</script>"}]
    response = LISTING.response(asked(htmx_target="listing-stores"), rows, template="unused.html")
    assert "<script>" not in response.content.decode()


AUDIT = Listing(
    name="audit",
    title="Audit",
    columns=(
        Column("actor_name", "Who", sort="actor_name"),
        Column("at", "When", "datetime", sort="at"),
        Column("actor_id", "Number", "number", sort="actor_id"),
    ),
    default_sort="-at",
    page_size=10,
)


def written(number: int, *, name: str = "Li", actor_id: int | None = 1) -> AuditEntry:
    return AuditEntry(at=datetime(2026, 1, 1, 16, number % 60, tzinfo=UTC), actor_name=name, actor_id=actor_id)


@pytest.mark.django_db
def test_equal_rows_keep_their_place_from_page_to_page() -> None:
    AuditEntry.objects.bulk_create([written(0) for _ in range(35)])
    request = asked("?sort=actor_name")
    seen = []
    for page in range(1, 5):
        request.GET = request.GET.copy()
        request.GET["page"] = str(page)  # type: ignore[misc]
        seen += [row.pk for row in AUDIT.bind(request, AuditEntry.objects.all()).page]
    assert sorted(seen) == sorted(AuditEntry.objects.values_list("pk", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("sort", ["actor_id", "-actor_id"])
def test_missing_values_stand_last_either_way(sort: str) -> None:
    AuditEntry.objects.bulk_create([written(0, actor_id=None), written(1, actor_id=7), written(2, actor_id=3)])
    rows = AUDIT.bind(asked(f"?sort={sort}"), AuditEntry.objects.all()).rows
    assert list(rows)[-1].actor_id is None


@pytest.mark.django_db
def test_a_page_costs_two_queries(django_assert_num_queries: Any) -> None:
    AuditEntry.objects.bulk_create([written(number) for number in range(30)])
    bound = AUDIT.bind(asked(), AuditEntry.objects.all())
    with django_assert_num_queries(2):
        assert bound.total == 30
        assert len(bound.lines) == 10


@pytest.mark.django_db
def test_sums_by_group_are_not_split_by_sorting() -> None:
    from django.db.models import Count

    AuditEntry.objects.bulk_create([written(1, name="Li"), written(2, name="Li"), written(3, name="Wang")])
    groups = AuditEntry.objects.values("actor_name").annotate(actor_id=Count("id")).order_by()
    rows = list(AUDIT.bind(asked("?sort=-actor_id"), groups).rows)
    assert [(row["actor_name"], row["actor_id"]) for row in rows] == [("Li", 2), ("Wang", 1)]


@pytest.mark.django_db
def test_moments_leave_in_local_time() -> None:
    written(5).save()
    exported = sheet(AUDIT.response(asked("?export=xlsx"), AuditEntry.objects.all(), template="unused.html"))
    assert exported[1][1] == datetime(2026, 1, 2, 0, 5)  # noqa: DTZ001 (Excel knows no zones)
