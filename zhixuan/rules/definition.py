"""Strict reading of definition files (TOML already parsed): every wrong field is named, none is guessed.

A reader walks a table, collects what is wrong and refuses everything at once, so that a definition is mended in one go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Final

from zhixuan.rules.refusal import N_, Refused, raise_all

_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}", re.ASCII)
_DECIMAL: Final = re.compile(r"\d{1,12}(?:\.\d{1,9})?", re.ASCII)


class DefinitionTable:
    """One table of a definition file, read field by field; call `finish` last."""

    def __init__(self, content: object, *, file: str, place: str = "", reasons: list[Refused] | None = None) -> None:
        self.file = file
        self.place = place
        self.reasons = [] if reasons is None else reasons
        self._read: set[str] = set()
        self._content: Mapping[str, object] = {}
        if isinstance(content, Mapping):
            self._content = content
        else:
            self.refuse("", N_("{file}, {place}: a table is needed here."))

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields that are written."""
        return tuple(str(field) for field in self._content)

    def peek(self, field: str) -> str:
        """A text as it is written, unjudged and not counted as read; "" when there is none."""
        value = self._content.get(field)
        return value if isinstance(value, str) else ""

    def refuse(self, field: str, message: str, **fields: object) -> None:
        """Note one reason; the sentence may use {file} and {place}."""
        place = ".".join(part for part in (self.place, field) if part) or self.file
        self.reasons.append(Refused(message, field=place, code="definition", file=self.file, place=place, **fields))

    def text(self, field: str, *, optional: bool = False, may_be_empty: bool = False, longest: int = 500) -> str:
        value = self._take(field, optional)
        if value is None or (may_be_empty and value == ""):
            return ""
        if not isinstance(value, str) or not value.strip() or len(value) > longest or value != value.strip():
            self.refuse(field, N_("{file}, {place}: a text without blanks at its ends is needed."))
            return ""
        return value

    def code(self, field: str, *, optional: bool = False) -> str:
        """A short name of ASCII letters, digits, dot, dash and underscore."""
        value = self.text(field, optional=optional)
        if value and not _CODE.fullmatch(value):
            self.refuse(field, N_("{file}, {place}: use ASCII letters, digits, dot, dash or underscore only."))
            return ""
        return value

    def choice(self, field: str, choices: Iterable[str], *, optional: bool = False) -> str:
        value = self.text(field, optional=optional)
        allowed = sorted(choices)
        if value and value not in allowed:
            self.refuse(field, N_("{file}, {place}: must be one of {choices}."), choices=", ".join(allowed))
            return ""
        return value

    def whole(self, field: str, *, optional: bool = False, least: int = 0, most: int = 10**9) -> int | None:
        value = self._take(field, optional)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.refuse(
                field, N_("{file}, {place}: a whole number from {least} to {most} is needed."), least=least, most=most
            )
            return None
        return value

    def exact(self, field: str, *, optional: bool = False, above_zero: bool = False) -> Fraction | None:
        """A number of zero or more (or above zero): a whole number, or a string like "4.6"; never a binary float."""
        value = self._take(field, optional)
        if value is None:
            return None
        if (isinstance(value, int) and not isinstance(value, bool) and value >= 0) or (
            isinstance(value, str) and _DECIMAL.fullmatch(value)
        ):
            number = Fraction(value)
            if number > 0 or not above_zero:
                return number
        self.refuse(field, N_('{file}, {place}: an exact number such as 12 or "4.6" (in quotes) is needed.'))
        return None

    def flag(self, field: str, *, default: bool | None = None) -> bool:
        value = self._take(field, default is not None)
        if value is None:
            return bool(default)
        if not isinstance(value, bool):
            self.refuse(field, N_("{file}, {place}: true or false is needed."))
            return False
        return value

    def day(self, field: str, *, optional: bool = False) -> date | None:
        value = self._take(field, optional)
        if value is None:
            return None
        if not isinstance(value, date) or isinstance(value, datetime):
            self.refuse(field, N_("{file}, {place}: a date such as 2026-11-30 (without quotes) is needed."))
            return None
        return value

    def texts(self, field: str, *, optional: bool = False) -> tuple[str, ...]:
        value = self._take(field, optional)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            self.refuse(field, N_("{file}, {place}: a list of texts is needed."))
            return ()
        return tuple(value)

    def table(self, field: str) -> DefinitionTable:
        """A table inside this one; its reasons are this table's reasons."""
        return self._child(self._take(field, optional=False), field)

    def tables(self, field: str, *, optional: bool = False) -> tuple[DefinitionTable, ...]:
        value = self._take(field, optional)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.refuse(field, N_("{file}, {place}: a list of tables is needed."))
            return ()
        return tuple(self._child(one, f"{field}[{number}]") for number, one in enumerate(value, start=1))

    def named_tables(self, field: str) -> dict[str, DefinitionTable]:
        """Tables by name, as in [sets.national]."""
        value = self._take(field, optional=False)
        if not isinstance(value, Mapping):
            self.refuse(field, N_("{file}, {place}: a table is needed here."))
            return {}
        return {str(name): self._child(one, f"{field}.{name}") for name, one in value.items()}

    def close(self) -> None:
        """Refuse fields that nobody read: a misspelt field must not be ignored in silence."""
        for field in self._content:
            if field not in self._read:
                self.refuse(str(field), N_("{file}, {place}: this field is not known here."))

    def finish(self) -> None:
        """Close the table and raise all reasons at once.

        Raises:
            Refused: something was wrong in this table or in a table inside it.
        """
        self.close()
        raise_all(self.reasons)

    def _take(self, field: str, optional: bool) -> object:
        self._read.add(field)
        value = self._content.get(field)
        if value is None and not optional:
            self.refuse(field, N_("{file}, {place}: this field is missing."))
        return value

    def _child(self, content: object, field: str) -> DefinitionTable:
        place = ".".join(part for part in (self.place, field) if part)
        return DefinitionTable(content, file=self.file, place=place, reasons=self.reasons)
