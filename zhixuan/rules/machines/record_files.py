"""How a vendor's table of records is read: which column is what, which word means which kind. A TOML file, strict."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from zhixuan.rules.definition import DefinitionTable
from zhixuan.rules.machines.records import Kind
from zhixuan.rules.refusal import N_

COLUMNS: Final = ("machine", "number", "kind", "slot", "happened_at", "pieces")
REQUIRED: Final = ("machine", "kind", "happened_at")
MOMENT: Final = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]*(\d{1,2})[:时](\d{1,2})"
    r"(?:[:分](\d{1,2})秒?)?(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?"
)
ID_NUMBER: Final = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"
)
"""A citizen's identity number: region, day of birth, sequence, check digit (GB 11643)."""

ABOUT_PEOPLE: Final = frozenset(
    [
        "身份证",
        "身份证号",
        "身份证号码",
        "证件号",
        "证件号码",
        "姓名",
        "手机",
        "手机号",
        "手机号码",
        "电话",
        "年龄",
        "性别",
        "人脸",
        "openid",
        "unionid",
        "卡号",
        "idnumber",
        "idcard",
        "name",
        "phone",
        "mobile",
        "age",
        "sex",
        "gender",
        "cardnumber",
        "face",
    ]
)
"""Titles, in lower case and without blanks, of columns that say who took something. They are never read: a file with
one is refused, so that nothing about anybody is kept even for a minute. No definition can take one off this list."""


@dataclass(frozen=True, slots=True)
class RecordMapping:
    """A whole definition.

    Args:
        columns: titles by field.
        kinds: kind by the word in the table, in lower case.
    """

    title_zh: str
    title_en: str
    source: str
    compiled_on: date | None
    columns: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, Kind]


def read_mapping(content: Mapping[str, object], *, file: str) -> RecordMapping:
    """The mapping of a definition file (TOML already parsed).

    Raises:
        Refused: every field that is wrong, missing or not known, at once.
    """
    whole = DefinitionTable(content, file=file)
    head = whole.table("file")
    titles = (head.text("title_zh"), head.text("title_en"), head.text("source"))
    compiled_on = head.day("compiled_on", optional=True)
    head.close()
    written = whole.table("columns")
    columns = {}
    for name in COLUMNS:
        if listed := written.texts(name, optional=name not in REQUIRED):
            columns[name] = listed
    written.close()
    words = whole.table("kinds")
    kinds: dict[str, Kind] = {}
    for kind in Kind:
        for word in words.texts(kind.value, optional=kind is not Kind.VEND):
            if word.lower() in kinds:
                words.refuse(kind.value, N_("{file}, {place}: {word} means two kinds."), word=word)
            kinds[word.lower()] = kind
    words.close()
    whole.finish()
    return RecordMapping(*titles, compiled_on, columns, kinds)


def moment_of(text: str) -> tuple[datetime, bool] | None:
    """A moment as vendors write it, and whether it says its zone; None when it cannot be understood.

    2026-11-23 08:05, 2026/11/23 8:05:09, 2026年11月23日 08:05, 2026-11-23T08:05:09+08:00.
    """
    match = MOMENT.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    try:
        moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0))  # noqa: DTZ001
        if zone is None:
            return moment, False
        return datetime.fromisoformat(f"{moment.isoformat()}{'+00:00' if zone == 'Z' else zone}"), True
    except ValueError:
        return None
