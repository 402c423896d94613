"""Two checks, seven matches 两查七对: what a checker looks at, and what a scanned code can prove.

Source: store-keeping rules of supply stations, domain.md 3.6 [S29]: look at the consignee and at the day of the slip;
match product, price, specification, lot, expiry, quantity and packaging.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zhixuan.rules.refusal import N_, Refused, raise_all


class Check(StrEnum):
    """The two checks, of the head."""

    CONSIGNEE = "consignee"
    DAY = "day"


class Match(StrEnum):
    """The seven matches, of every line."""

    PRODUCT = "product"
    PRICE = "price"
    SPECIFICATION = "specification"
    LOT = "lot"
    EXPIRY = "expiry"
    QUANTITY = "quantity"
    PACKAGING = "packaging"


class Answer(StrEnum):
    OK = "ok"
    NOT_OK = "not_ok"


PROVED_BY_ITEM = frozenset({Match.PRODUCT, Match.SPECIFICATION})
"""What a code that names the trade item proves; the packs themselves must be looked at."""


@dataclass(frozen=True, slots=True)
class Code:
    """What a scanned code said, with the trade item it names; empty where it does not say."""

    item_id: int
    lot_number: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """One lot that a line says should lie there."""

    item_id: int
    lot_number: str
    expires_on: date | None


def proved(code: Code, lots: Iterable[Expected]) -> frozenset[Match]:
    """The matches of a line that the code proves: of one of its lots, all that the code says must fit."""
    found: set[Match] = set()
    for lot in lots:
        if code.item_id != lot.item_id:
            continue
        found |= PROVED_BY_ITEM
        if code.lot_number and code.lot_number == lot.lot_number:
            found.add(Match.LOT)
            if code.expires_on is not None and code.expires_on == lot.expires_on:
                found.add(Match.EXPIRY)
    return frozenset(found)


def contradicts(code: Code, lots: Collection[Expected]) -> bool:
    """The code is of this line's item, and of none of its lots."""
    same_item = [lot for lot in lots if lot.item_id == code.item_id]
    return bool(same_item) and bool(code.lot_number) and all(lot.lot_number != code.lot_number for lot in same_item)


def check_answers(answers: Mapping[str, str]) -> dict[str, str]:
    """The answers of one line, those that were given.

    Raises:
        Refused: something that is no match, or no answer.
    """
    known = {match.value for match in Match}
    wrong = [
        name for name, answer in answers.items() if name not in known or answer not in {one.value for one in Answer}
    ]
    if wrong:
        raise Refused(N_("Answer each of the seven matches with ok or not ok."), field=wrong[0], code="unknown_answer")
    return dict(answers)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a whole check came to: rows with something not ok, by row the names of the matches."""

    not_ok: dict[int, list[str]]
    head_not_ok: list[str]

    @property
    def passed(self) -> bool:
        return not self.not_ok and not self.head_not_ok


def judge(head: Mapping[str, str], lines: Mapping[int, Mapping[str, str]]) -> Verdict:
    """Whether everything was looked at, and what was not ok.

    Args:
        head: answers to the two checks.
        lines: answers to the seven matches, by row (1, 2, ...).

    Raises:
        Refused: something was not answered yet, all at once (the first twenty rows by name).
    """
    problems = [
        Refused(N_("Answer the two checks: consignee and day."), field=check.value, code="not_answered")
        for check in Check
        if head.get(check.value) not in {one.value for one in Answer}
    ][:1]
    open_rows = [row for row, answers in lines.items() if any(match.value not in answers for match in Match)]
    if open_rows:
        listed = ", ".join(str(row) for row in sorted(open_rows)[:20]) + (" ..." if len(open_rows) > 20 else "")
        problems.append(
            Refused(
                N_("Not all lines are checked: {count} are open (line {rows})."),
                code="lines_open",
                count=len(open_rows),
                rows=listed,
            )
        )
    raise_all(problems)
    wrong = {
        row: [match.value for match in Match if answers.get(match.value) == Answer.NOT_OK]
        for row, answers in lines.items()
    }
    return Verdict(
        {row: names for row, names in sorted(wrong.items()) if names},
        [check.value for check in Check if head.get(check.value) == Answer.NOT_OK],
    )
