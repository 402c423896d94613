"""The count sheet on paper: empty to count with, and afterwards the result with signatures."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from zhixuan.modules.counting.models import Count
from zhixuan.modules.counting.queries import counts
from zhixuan.modules.counting.queries.review import Reviewed, reviewed
from zhixuan.modules.counting.screens import words
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens.words import reason_label
from zhixuan.rules.counting.states import CountState
from zhixuan.rules.counting.variance import rates
from zhixuan.shared.printing import PrintColumn, Sheet, pdf_response
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui import formats
from zhixuan.shared.ui.naming import localized

RESULT = frozenset({CountState.COUNTED, CountState.APPROVED, CountState.POSTED})


def paper(request: ActorRequest, count_id: int) -> HttpResponse:
    """An empty sheet while counting goes on, the result from then on."""
    one = counts.count(request.actor, count_id)
    rows = reviewed(one, counts.lines_of(count_id), places_of(one.facility_id))
    link = request.build_absolute_uri(reverse("counting:count", args=[count_id]))
    made = _result(one, rows, link) if CountState(one.state) in RESULT else _empty(one, rows, link)
    return pdf_response(request, [made], name=one.number)


def _common(one: Count, link: str) -> dict[str, Any]:
    return {
        "issuer": localized(one.facility),
        "number": one.number,
        "link": link,
        "landscape": True,
    }


def _facts(one: Count) -> list[tuple[str, str]]:
    return [
        (_("What is counted"), words.scope_of(one)),
        (_("Opened"), f"{formats.moment(one.opened_at)}, {one.opened_by_name}"),
    ]


def _lot(row: Reviewed) -> tuple[str, ...]:
    facts = words.line_facts(row.line)
    place = f" ({facts['place']})" if facts["place"] else ""
    return (
        str(row.line.position),
        f"{facts['product']}{place}",
        row.line.item.code,
        facts["lot"],
        formats.day(facts["expires"]) if facts["expires"] else "—",
    )


LOT_WIDTHS = (("auto", "right"), ("3fr", "left"), ("auto", "left"), ("auto", "left"), ("auto", "left"))


def _lot_columns() -> list[PrintColumn]:
    titles = (_("Line"), _("Product"), _("Item"), _("Lot"), _("Expires"))
    return [PrintColumn(title, width, align) for title, (width, align) in zip(titles, LOT_WIDTHS, strict=True)]


def _empty(one: Count, rows: list[Reviewed], link: str) -> Sheet:
    """To be filled in by hand; a blind one says nothing of the books."""
    books = [] if one.blind else [PrintColumn(_("Books now"), "auto", "right")]
    return Sheet(
        title=_("Count sheet"),
        subtitle=_("Write the time of counting on the sheet: what is traded afterwards is taken into account."),
        facts=[*_facts(one), (_("Counted on, at"), "____-__-__  __:__")],
        columns=[
            *_lot_columns(),
            PrintColumn(_("Pieces in a pack"), "auto", "right"),
            *books,
            PrintColumn(_("Packs counted"), "24mm"),
            PrintColumn(_("Pieces counted"), "24mm"),
            PrintColumn(_("Remark"), "1fr"),
        ],
        rows=[
            (
                *_lot(row),
                str(row.line.item.pieces_per_pack),
                *([] if one.blind else [formats.number(row.book.now)]),
                "",
                "",
                "",
            )
            for row in rows
        ],
        signatures=[_("Counted by"), _("Checked by")],
        **_common(one, link),
    )


def _result(one: Count, rows: list[Reviewed], link: str) -> Sheet:
    counted = [(row, _expected(row)) for row in rows if row.line.counted is not None]
    found = rates((row.line.counted or 0, expected) for row, expected in counted)
    differing = [(row, expected) for row, expected in counted if row.line.counted != expected]
    return Sheet(
        title=_("Result of the count"),
        facts=[
            *_facts(one),
            (_("Counted by"), ", ".join(counts.counter_names(one.pk))),
            (_("Approved by"), one.approved_by_name or "—"),
            (_("State"), str(words.state_badge(one.state))),
            (_("Difference rate, %"), words.percent(found.difference, 2)),
            (_("Accuracy, %"), words.percent(found.accuracy, 1)),
        ],
        columns=[
            *_lot_columns(),
            PrintColumn(_("Books then"), "auto", "right"),
            PrintColumn(_("Counted"), "auto", "right"),
            PrintColumn(_("Difference"), "auto", "right"),
            PrintColumn(_("Reason"), "2fr"),
        ],
        rows=[
            (
                *_lot(row),
                formats.number(expected),
                formats.number(row.line.counted),
                words.signed((row.line.counted or 0) - expected),
                " ".join(text for text in (reason_label(row.line.reason), row.line.reason_note) if text),
            )
            for row, expected in counted
        ],
        remarks=[
            _("%(lots)s lots counted, %(differing)s with a difference.")
            % {"lots": len(counted), "differing": len(differing)},
            _("“Books then” is what the books said at the moment each lot was counted."),
        ],
        signatures=[_("Counted by"), _("Storekeeper"), _("Approved by"), _("Facility manager")],
        **_common(one, link),
    )


def _expected(row: Reviewed) -> int:
    return row.book.expected if row.line.expected is None else row.line.expected
