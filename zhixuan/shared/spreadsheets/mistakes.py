"""All mistakes of a file as a table, to work through beside the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.spreadsheets.writing import ColumnKind, ColumnSpec, Target, Value, write_xlsx

SHEET = N_("Mistakes")


def mistake_columns(translate: Callable[[str], str] = str) -> list[ColumnSpec]:
    """Sheet, row, column and what is wrong."""
    return [
        ColumnSpec(translate(N_("Sheet")), width=18),
        ColumnSpec(translate(N_("Row")), ColumnKind.WHOLE, width=8),
        ColumnSpec(translate(N_("Column")), width=20),
        ColumnSpec(translate(N_("What to correct")), width=90),
    ]


def mistake_rows(refused: Refused, translate: Callable[[str], str] = str) -> Iterator[tuple[Value, ...]]:
    """One row per reason of a refusal; place columns are empty where a reason has no place."""
    for reason in refused.reasons:
        place = reason.fields
        row = place.get("row")
        yield (
            str(place.get("sheet", "")),
            row if isinstance(row, int) else None,
            str(place.get("column", "")),
            reason.text(translate),
        )


def write_mistakes(target: Target, refused: Refused, translate: Callable[[str], str] = str) -> int:
    """The mistakes as xlsx, to download; how many there are."""
    return write_xlsx(
        target, sheet=translate(SHEET), columns=mistake_columns(translate), rows=mistake_rows(refused, translate)
    )
