"""The parts of a list as HTML, without the template engine: there are hundreds of them on a page, and the engine would
take most of its time. What is not a word of ours is escaped here; the classes are those of the stylesheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from zhixuan.shared.ui import icons

if TYPE_CHECKING:
    from zhixuan.shared.ui.bound import FilterField, Heading, Row

SORTED = {"ascending": "chevron-up", "descending": "chevron-down"}
"""Signs beside a heading that the list is sorted by."""


def words(value: object) -> str:
    """A value as text that can stand between tags and in quotes."""
    return escape(str(value))


def head(headings: Iterable[Heading]) -> SafeString:
    """The cells of the table's head."""
    return mark_safe("".join(map(_heading, headings)))  # noqa: S308 (each part is escaped or our own)


def _heading(heading: Heading) -> str:
    column, content = heading.column, words(heading.column.label)
    sorted_now = f' aria-sort="{heading.direction}"' if heading.direction in SORTED else ""
    hint = f' title="{words(column.hint)}"' if column.hint else ""
    if heading.href:
        href, sign = escape(heading.href), icons.drawn(SORTED.get(heading.direction, "selector"), "icon-small")
        content = f'<a href="{href}" hx-get="{href}" class="sort {heading.direction}">{content}{sign}</a>'
    css = f"is-{column.kind}{'' if column.phone else ' not-on-phone'}"
    return f'<th role="columnheader" scope="col" class="{css}"{sorted_now}{hint}>{content}</th>'


def body(rows: Iterable[Row]) -> SafeString:
    """The lines of the table."""
    return mark_safe("\n".join(map(_row, rows)))  # noqa: S308 (each cell escapes what it shows)


def _row(row: Row) -> str:
    css = f' class="{escape(row.css)}"' if row.css else ""
    cells = "".join([cell.markup(opening) for cell, opening in zip(row.cells, row.openings, strict=True)])
    return f'<tr role="row"{css}>{cells}</tr>'


def fields(fields: Iterable[FilterField], element_id: str) -> SafeString:
    """What the list can be narrowed by."""
    drawn = (_field(field, escape(f"{element_id}-{field.name}"), escape(field.name)) for field in fields)
    return mark_safe("\n".join(drawn))  # noqa: S308 (each part is escaped or our own)


def _field(field: FilterField, id_: str, name: str) -> str:
    label, value, kind = words(field.filter.label), escape(field.value), field.filter.kind
    if kind == "choice":
        return _choice(field, id_, name, label)
    if kind == "search":
        hint = words(getattr(field.filter, "placeholder", "") or field.filter.label)
        return (
            f'<div class="listing-search"><label class="visually-hidden" for="{id_}">{label}</label>'
            f'{icons.drawn("search")}<input class="form-control" type="search" id="{id_}" name="{name}" '
            f'value="{value}" placeholder="{hint}" autocomplete="off" data-search>'
            '<kbd class="needs-js" aria-hidden="true">/</kbd></div>'
        )
    if kind == "toggle":
        return (
            f'<label class="form-check listing-toggle"><input class="form-check-input" type="checkbox" id="{id_}" '
            f'name="{name}" value="1"{" checked" * bool(value)}><span class="form-check-label">{label}</span></label>'
        )
    return (
        f'<label class="listing-date"><span>{label}</span><input class="form-control" type="{kind}" id="{id_}" '
        f'name="{name}" value="{value}"></label>'
    )


def _choice(field: FilterField, id_: str, name: str, label: str) -> str:
    chosen = " chosen" * bool(field.value)
    everything = getattr(field.filter, "everything", "") or _("%(label)s: all") % {"label": field.filter.label}
    options = "".join(
        f'<option value="{escape(value)}"{" selected" * (value == field.value)}>{words(text)}</option>'
        for value, text in field.options
    )
    return (
        f'<div class="listing-choice"><label class="visually-hidden" for="{id_}">{label}</label>'
        f'<select class="form-select{chosen}" id="{id_}" name="{name}">'
        f'<option value="">{words(everything)}</option>{options}</select></div>'
    )


def pages(pages: Sequence[tuple[str, str]], current: int, previous: str, following: str) -> SafeString:
    """Links to the pages of the list; an empty address is a gap, or no page there."""
    drawn = [
        _step(previous, "prev", "chevron-left", _("Previous page")),
        *(_page(number, href, here=number == str(current)) for number, href in pages),
        _step(following, "next", "chevron-right", _("Next page")),
    ]
    return mark_safe("".join(drawn))  # noqa: S308 (each part is escaped or our own)


def _page(number: str, href: str, *, here: bool) -> str:
    if not href:
        return '<li class="page-item"><span class="page-link">…</span></li>'
    current = ' aria-current="page"' if here else ""
    return f'<li class="page-item{" active" * here}"><a {_leads_to(href)}{current}>{escape(number)}</a></li>'


def _step(href: str, rel: str, icon: str, said: str) -> str:
    sign = icons.drawn(icon)
    if not href:
        return f'<li class="page-item disabled"><span class="page-link">{sign}</span></li>'
    words_of_it = f'<span class="visually-hidden">{escape(said)}</span>'
    return f'<li class="page-item"><a rel="{rel}" {_leads_to(href)}>{sign}{words_of_it}</a></li>'


def _leads_to(href: str) -> str:
    href = escape(href)
    return f'class="page-link" href="{href}" hx-get="{href}" hx-swap="outerHTML show:top"'
