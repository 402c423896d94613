"""Empty workbooks for people to fill in, with what to enter beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from zhixuan.rules.refusal import N_
from zhixuan.shared.spreadsheets.writing import (
    ColumnKind,
    ColumnSpec,
    Formats,
    Target,
    Worksheet,
    new_workbook,
    sheet_name,
    write_cell,
    write_heading,
)

NOTES = N_("Notes")
NOTE_TITLES = (N_("Column"), N_("Must be filled in"), N_("What to enter"), N_("Example"))
NOTE_WIDTHS = (20, 16, 60, 24)
YES = N_("Yes")
CHOICES = N_("One of: {choices}")
FILLED_ROWS = 5_000
LIST_MAX = 255


def write_template(
    target: Target, *, sheet: str, columns: Sequence[ColumnSpec], translate: Callable[[str], str] = str
) -> None:
    """A workbook with the headings alone, ready to fill in, and a second sheet that explains each column.

    Text columns are formatted as text, so that Excel keeps long numbers and leading zeros. The example stands among
    the notes, not in the table, where it would be imported. Required titles end in *, which reading ignores.
    """
    with new_workbook(target) as book:
        formats = Formats(book)
        page = book.add_worksheet(sheet_name(sheet))
        marked = [_marked(column) for column in columns]
        write_heading(page, marked, formats)
        for index, column in enumerate(columns):
            _help(page, index, column)
        _write_notes(book.add_worksheet(sheet_name(translate(NOTES))), columns, formats, translate)


def _marked(column: ColumnSpec) -> ColumnSpec:
    title = f"{column.title} *" if column.required else column.title
    return ColumnSpec(title, column.kind, column.width)


def _help(page: Worksheet, index: int, column: ColumnSpec) -> None:
    """The help as a hint when a cell of the column is chosen, and a list to choose from where there is one."""
    rules: dict[str, object] = {"validate": "any"}
    if column.choices and len(",".join(column.choices)) <= LIST_MAX and not any("," in one for one in column.choices):
        rules = {"validate": "list", "source": list(column.choices)}
    if column.help:
        rules |= {"input_title": column.title[:32], "input_message": column.help[:LIST_MAX]}
    if len(rules) > 1:
        page.data_validation(1, index, FILLED_ROWS, index, rules)


def _write_notes(
    page: Worksheet, columns: Sequence[ColumnSpec], formats: Formats, translate: Callable[[str], str]
) -> None:
    titles = [ColumnSpec(translate(title), width=width) for title, width in zip(NOTE_TITLES, NOTE_WIDTHS, strict=True)]
    write_heading(page, titles, formats)
    for number, column in enumerate(columns, 1):
        explained = column.help
        if column.choices:
            explained = f"{explained} {translate(CHOICES).format(choices=', '.join(column.choices))}".strip()
        cells = (column.title, translate(YES) if column.required else "", explained, column.example)
        for index, value in enumerate(cells):
            write_cell(page, (number, index), value, ColumnKind.TEXT, formats)
