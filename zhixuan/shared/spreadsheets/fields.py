"""Taking values out of rows and collecting everything that is wrong, so that a person mends a file in one go."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Literal, TypeVar, overload

from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.spreadsheets.cells import Cell, shown
from zhixuan.shared.spreadsheets.parsing import (
    EARLIEST,
    NotOne,
    to_code,
    to_date,
    to_decimal,
    to_first_day,
    to_last_day,
    to_text,
    to_whole,
)
from zhixuan.shared.spreadsheets.tables import Heading, Row, plain_title

T = TypeVar("T")
Ordered = TypeVar("Ordered", int, Decimal, datetime.date)
INT4_MAX = 2_147_483_647
DECIMAL_MAX = Decimal(10) ** 12
LATEST = datetime.date(2199, 12, 31)
SHOWN_MAX = 40
LISTED_MAX = 12

WRONG: dict[str, str] = {
    "required": N_("Sheet {sheet}, row {row}, column {column}: this cell must be filled in."),
    "digits-lost": N_(
        "Sheet {sheet}, row {row}, column {column}: Excel keeps only 15 digits, so the last digits of {value} are "
        "lost. Format the column as text and type the number again."
    ),
    "code-changed": N_(
        "Sheet {sheet}, row {row}, column {column}: Excel has turned this code into {value}. "
        "Format the column as text and type the code again."
    ),
    "error-value": N_("Sheet {sheet}, row {row}, column {column}: the formula gives the error {value}. Correct it."),
    "no-result": N_(
        "Sheet {sheet}, row {row}, column {column}: the formula has no stored result. "
        "Open the file in Excel, save it and choose it again."
    ),
    "not-a-number": N_("Sheet {sheet}, row {row}, column {column}: the stored number is damaged. Type it again."),
    "number": N_(
        "Sheet {sheet}, row {row}, column {column}: “{value}” is not a number. Write digits only, such as 12.5."
    ),
    "whole": N_(
        "Sheet {sheet}, row {row}, column {column}: “{value}” is not a whole number. Write digits only, such as 12."
    ),
    "date": N_("Sheet {sheet}, row {row}, column {column}: “{value}” is not a full date. Write it as 2025-06-01."),
    "date-impossible": N_("Sheet {sheet}, row {row}, column {column}: there is no day {value}. Correct the date."),
    "choice": N_("Sheet {sheet}, row {row}, column {column}: “{value}” is not known here. Use one of: {choices}."),
    "minimum": N_("Sheet {sheet}, row {row}, column {column}: {value} is less than {limit}, the least allowed."),
    "maximum": N_("Sheet {sheet}, row {row}, column {column}: {value} is more than {limit}, the most allowed."),
    "places": N_("Sheet {sheet}, row {row}, column {column}: {value} has more than {limit} decimal places."),
    "too-long": N_(
        "Sheet {sheet}, row {row}, column {column}: the text has {length} characters; at most {limit} are allowed."
    ),
    "more": N_("{count} more mistakes are not listed. Correct these first and choose the file again."),
}


class Collector:
    """Reads typed values out of the rows of one sheet and notes what is wrong instead of stopping.

    A required cell that is wrong gives a stand-in of its type ("", 0, the earliest date), so that reading goes on;
    an optional one gives None. Nothing read may be used before `raise_if_any()`, or of a row that is not `clean`.

    Args:
        heading: the table or stream the rows come from.
        columns: index from 0 by key, as `columns.locate` gives it. A key that is not there reads as empty.
        most: mistakes kept; the rest is only counted.
    """

    def __init__(self, heading: Heading, columns: Mapping[str, int], *, most: int = 1_000) -> None:
        self._heading = heading
        self._columns = columns
        self._most = most
        self._dirty: set[int] = set()
        self._uncounted = 0
        self.reasons: list[Refused] = []

    def text(self, row: Row, column: str, *, required: bool = False, maximum: int = 500) -> str:
        """Text, outer blanks removed; empty when there is none. `maximum` is in characters."""
        return self._words(row, column, to_text, required=required, maximum=maximum)

    def code(self, row: Row, column: str, *, required: bool = False, maximum: int = 100) -> str:
        """A code or identifier: as text, but without any blanks and with full-width characters made plain."""
        return self._words(row, column, to_code, required=required, maximum=maximum)

    @overload
    def whole(
        self, row: Row, column: str, *, required: Literal[True], minimum: int = ..., maximum: int = ...
    ) -> int: ...
    @overload
    def whole(
        self, row: Row, column: str, *, required: bool = ..., minimum: int = ..., maximum: int = ...
    ) -> int | None: ...
    def whole(
        self, row: Row, column: str, *, required: bool = False, minimum: int = -INT4_MAX, maximum: int = INT4_MAX
    ) -> int | None:
        """A whole number from `minimum` to `maximum`; unless told otherwise what a database integer holds."""
        value = self._value(row, column, to_whole, required=required)
        value = self._bounded(row, column, value, minimum, maximum)
        return 0 if required and value is None else value

    @overload
    def decimal(
        self,
        row: Row,
        column: str,
        *,
        required: Literal[True],
        places: int = ...,
        minimum: Decimal = ...,
        maximum: Decimal = ...,
    ) -> Decimal: ...
    @overload
    def decimal(
        self,
        row: Row,
        column: str,
        *,
        required: bool = ...,
        places: int = ...,
        minimum: Decimal = ...,
        maximum: Decimal = ...,
    ) -> Decimal | None: ...
    def decimal(
        self,
        row: Row,
        column: str,
        *,
        required: bool = False,
        places: int = 15,
        minimum: Decimal = -DECIMAL_MAX,
        maximum: Decimal = DECIMAL_MAX,
    ) -> Decimal | None:
        """A number with at most `places` digits after the point; more are a mistake, never rounded."""
        value = self._value(row, column, to_decimal, required=required)
        value = self._bounded(row, column, value, minimum, maximum)
        if value is not None and value != round(value, places):
            self.wrong(row, column, "places", value=str(value), limit=places)
            value = None
        return Decimal(0) if required and value is None else value

    @overload
    def date(
        self,
        row: Row,
        column: str,
        *,
        required: Literal[True],
        minimum: datetime.date = ...,
        maximum: datetime.date = ...,
    ) -> datetime.date: ...
    @overload
    def date(
        self, row: Row, column: str, *, required: bool = ..., minimum: datetime.date = ..., maximum: datetime.date = ...
    ) -> datetime.date | None: ...
    def date(
        self,
        row: Row,
        column: str,
        *,
        required: bool = False,
        minimum: datetime.date = EARLIEST,
        maximum: datetime.date = LATEST,
    ) -> datetime.date | None:
        """A day, as `parsing.to_date` reads it."""
        value = self._value(row, column, to_date, required=required)
        value = self._bounded(row, column, value, minimum, maximum)
        return EARLIEST if required and value is None else value

    def expiry(self, row: Row, column: str) -> datetime.date | None:
        """The last day of use, as `parsing.to_last_day` reads it."""
        return self._bounded(row, column, self._value(row, column, to_last_day, required=False), EARLIEST, LATEST)

    def made_on(self, row: Row, column: str) -> datetime.date | None:
        """The day of making, as `parsing.to_first_day` reads it."""
        return self._bounded(row, column, self._value(row, column, to_first_day, required=False), EARLIEST, LATEST)

    def choice(self, row: Row, column: str, choices: Mapping[str, T], *, required: bool = False) -> T | None:
        """What belongs to the word in the cell; width, case and blanks of the word do not matter."""
        word = self._value(row, column, to_text, required=required)
        if not word:
            return None
        plain = {plain_title(name): value for name, value in choices.items()}
        if plain_title(word) in plain:
            return plain[plain_title(word)]
        listed = ", ".join(list(choices)[:LISTED_MAX]) + (" …" if len(choices) > LISTED_MAX else "")
        self.wrong(row, column, "choice", value=word[:SHOWN_MAX], choices=listed)
        return None

    def has(self, column: str) -> bool:
        """Whether the file has the column."""
        return column in self._columns

    def clean(self, row: Row) -> bool:
        """Whether nothing is wrong with this row so far."""
        return row.number not in self._dirty

    def wrong(self, row: Row, column: str, why: str, **fields: object) -> None:
        """Note one of the mistakes in WRONG."""
        self.refuse(row, column, WRONG[why], code=f"cell-{why}", **fields)

    def refuse(self, row: Row, column: str, message: str, /, *, code: str = "", **fields: object) -> None:
        """Note a mistake of the caller's own: a message id that may use {sheet}, {row} and {column}."""
        self._dirty.add(row.number)
        if len(self.reasons) >= self._most:
            self._uncounted += 1
            return
        where = {"sheet": self._heading.sheet, "row": row.number, "column": self.title(column)}
        everything: dict[str, Any] = {**where, **fields}
        self.reasons.append(Refused(message, field=column, code=code or "cell", **everything))

    def raise_if_any(self) -> None:
        """End of the file.

        Raises:
            Refused: all mistakes at once, each with sheet, row and column.
        """
        if not self.reasons:
            return
        more = [Refused(WRONG["more"], code="more", count=self._uncounted)] if self._uncounted else []
        raise Refused.many([*self.reasons, *more])

    def _cell(self, row: Row, column: str) -> Cell:
        index = self._columns.get(column)
        return None if index is None else row.cell(index)

    def title(self, column: str) -> str:
        """The heading of a column as the file has it."""
        index = self._columns.get(column)
        return column if index is None else self._heading.header[index]

    def _value(self, row: Row, column: str, parse: Callable[[Cell], T], *, required: bool) -> T | None:
        """The parsed cell; None when it is empty or wrong, which is noted."""
        cell = self._cell(row, column)
        if cell is None:
            if required:
                self.wrong(row, column, "required")
            return None
        try:
            return parse(cell)
        except NotOne as no:
            self.wrong(row, column, no.why, value=shown(cell)[:SHOWN_MAX])
            return None

    def _words(self, row: Row, column: str, parse: Callable[[Cell], str], *, required: bool, maximum: int) -> str:
        value = self._value(row, column, parse, required=required) or ""
        if len(value) > maximum:
            self.wrong(row, column, "too-long", length=len(value), limit=maximum)
            return ""
        return value

    def _bounded(
        self, row: Row, column: str, value: Ordered | None, minimum: Ordered, maximum: Ordered
    ) -> Ordered | None:
        """The value when it is within the bounds; what is not never leaves here."""
        if value is None or minimum <= value <= maximum:
            return value
        why, limit = ("minimum", minimum) if value < minimum else ("maximum", maximum)
        self.wrong(row, column, why, value=str(value)[:SHOWN_MAX], limit=str(limit))
        return None
