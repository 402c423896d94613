"""Finding the wanted columns among those a sheet has."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.spreadsheets.tables import Heading, plain_title

MISSING = N_(
    "Sheet {sheet}: there is no column {column} in heading row {row}. Add it, or use the template; "
    "the columns found are: {found}."
)
TWICE = N_("Sheet {sheet}: heading row {row} has more than one column {column}. Rename or delete all but one.")
LISTED_MAX = 20


def locate(
    heading: Heading, wanted: Mapping[str, Collection[str]], *, optional: Collection[str] = ()
) -> dict[str, int]:
    """Index from 0 of each wanted column, by key; optional columns that are not there are left out.

    Args:
        heading: a table or stream.
        wanted: per key the titles by which people know the column, the preferred one first. Blanks, letter case,
            full-width forms and the marks of required columns do not matter.

    Raises:
        Refused: every column that is missing or there twice.
    """
    have = [plain_title(title) for title in heading.header]
    indexes: dict[str, int] = {}
    reasons: list[Refused] = []
    for key, titles in wanted.items():
        names = {plain_title(title) for title in titles}
        places = [index for index, title in enumerate(have) if title in names]
        if len(places) == 1:
            indexes[key] = places[0]
        elif places or key not in optional:
            reasons.append(_wrong(heading, key, next(iter(titles), key), twice=bool(places)))
    if reasons:
        raise Refused.many(reasons)
    return indexes


def _wrong(heading: Heading, key: str, title: str, *, twice: bool) -> Refused:
    found = ", ".join(title for title in heading.header[:LISTED_MAX] if title) or "-"
    return Refused(
        TWICE if twice else MISSING,
        field=key,
        code="column-twice" if twice else "column-missing",
        sheet=heading.sheet,
        row=heading.header_row,
        column=title,
        found=found,
    )
