"""Which lots are to be looked at and why, and what an inspection may conclude."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from zhixuan.rules.definition import DefinitionTable
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock.ledger import UNKNOWN_EXPIRY


class Trigger(StrEnum):
    """What makes an inspection due."""

    RECEIPT = "receipt"
    IN_STORE = "in_store"
    AT_ISSUE = "at_issue"
    CONCERN = "concern"
    NEAR_EXPIRY = "near_expiry"
    HELD = "held"


class Result(StrEnum):
    """What an inspection concludes: green, yellow, red."""

    PASS = "pass"  # noqa: S105 (a verdict, no password)
    HOLD = "hold"
    FAIL = "fail"


class Finding(StrEnum):
    """What was seen of one of the things looked at."""

    GOOD = "good"
    FLAW = "flaw"
    NOT_SEEN = "not_seen"


LOOKED_AT = ("appearance", "packaging", "seal", "label", "expiry_mark")
"""What is looked at, in the order of the form."""

_DAYS_NEEDED = frozenset({Trigger.IN_STORE, Trigger.AT_ISSUE, Trigger.NEAR_EXPIRY})


@dataclass(frozen=True, slots=True)
class DueRule:
    """One rule of `definitions/quality/inspection.toml`."""

    code: str
    trigger: Trigger
    required: bool
    source: str
    verified: bool
    days: int = 0


@dataclass(frozen=True, slots=True)
class LotThere:
    """A lot at a facility, as far as inspections are concerned.

    Args:
        arrived_on: when pieces of it last came in.
        checked_on: the last inspection there, None when there was none.
        concerned_on: the last day on which damp, heat, a complaint or an excursion was noted; None for never.
        held_pieces: in quarantine.
    """

    arrived_on: date
    expires_on: date
    checked_on: date | None = None
    concerned_on: date | None = None
    held_pieces: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """Why a lot is to be looked at, and since when."""

    rule: DueRule
    since: date


def due(lot: LotThere, rules: Iterable[DueRule], *, today: date) -> list[Due]:
    """Every rule that asks for an inspection today, the required ones first, then the longest overdue."""
    found = [Due(rule, since) for rule in rules if (since := _since(lot, rule)) is not None and since <= today]
    return sorted(found, key=lambda one: (not one.rule.required, one.since, one.rule.code))


def due_at_issue(checked_on: date | None, arrived_on: date, rules: Iterable[DueRule], *, today: date) -> DueRule | None:
    """The rule that asks for an inspection before the lot goes out; None when it was looked at lately.

    A lot that was never looked at counts from the day it came.
    """
    looked_at = max(checked_on or arrived_on, arrived_on)
    asked = [rule for rule in rules if rule.trigger is Trigger.AT_ISSUE and (today - looked_at).days > rule.days]
    return max(asked, key=lambda rule: rule.days, default=None)


def _since(lot: LotThere, rule: DueRule) -> date | None:
    """The first day on which the rule asks; None when it never does."""
    checked = lot.checked_on
    match rule.trigger:
        case Trigger.RECEIPT:
            return lot.arrived_on if checked is None or checked < lot.arrived_on else None
        case Trigger.IN_STORE:
            return max(checked or lot.arrived_on, lot.arrived_on) + timedelta(days=rule.days)
        case Trigger.CONCERN:
            noted = lot.concerned_on
            return noted if noted is not None and (checked is None or checked < noted) else None
        case Trigger.NEAR_EXPIRY:
            return _near_expiry(lot, rule.days)
        case Trigger.HELD:
            return max(checked or lot.arrived_on, lot.arrived_on) if lot.held_pieces else None
        case Trigger.AT_ISSUE:
            return None


def _near_expiry(lot: LotThere, days: int) -> date | None:
    if lot.expires_on == UNKNOWN_EXPIRY:
        return None
    near = lot.expires_on - timedelta(days=days)
    return near if lot.checked_on is None or lot.checked_on < near else None


@dataclass(frozen=True, slots=True)
class Inspected:
    """What was seen, as it was filled in."""

    on: date
    findings: Mapping[str, Finding]
    sampled_pieces: int
    result: Result
    note: str = ""


def check(seen: Inspected, *, pieces_there: int, expires_on: date, today: date) -> None:
    """An inspection makes sense and its result follows from what was seen.

    Raises:
        Refused: everything that does not fit, at once.
    """
    raise_all(_problems(seen, pieces_there=pieces_there, expires_on=expires_on, today=today))


def _problems(seen: Inspected, *, pieces_there: int, expires_on: date, today: date) -> list[Refused]:
    found: list[Refused] = []
    if seen.on > today:
        found.append(Refused(N_("{day} is in the future; today is {today}."), field="on", day=seen.on, today=today))
    if not 1 <= seen.sampled_pieces <= max(pieces_there, 1):
        found.append(
            Refused(
                N_("Say how many pieces you looked at, from 1 to {pieces}: that many are here."),
                field="sampled_pieces",
                pieces=max(pieces_there, 1),
            )
        )
    if seen.result is not Result.PASS:
        if not seen.note.strip():
            found.append(Refused(N_("Say in the note what was seen."), field="note", code="note_needed"))
        return found
    flaws = [name for name in LOOKED_AT if seen.findings.get(name) is Finding.FLAW]
    if flaws:
        found.append(
            Refused(N_("Something was found wrong: hold the lot or fail it."), field="result", code="flaw_and_pass")
        )
    if any(seen.findings.get(name, Finding.NOT_SEEN) is Finding.NOT_SEEN for name in LOOKED_AT):
        found.append(Refused(N_("Look at all five things before you pass a lot."), field="result", code="not_all_seen"))
    if expires_on < today:
        found.append(
            Refused(
                N_("The lot expired on {day}: it cannot pass. Fail it, then report the loss."),
                field="result",
                code="expired",
                day=expires_on,
            )
        )
    return found


def may_release(*, held_by: int | None, releaser: int | None, keepers: int) -> bool:
    """Somebody else than who held the lot, where there is somebody else.

    Args:
        keepers: people who may inspect at this facility.
    """
    return keepers < 2 or held_by is None or held_by != releaser


def check_release(*, held_by: int | None, releaser: int | None, keepers: int) -> None:
    """Who held a lot does not release it alone, where there is somebody else to ask.

    Raises:
        Refused: it is the same person.
    """
    if not may_release(held_by=held_by, releaser=releaser, keepers=keepers):
        raise Refused(
            N_("You put this lot on hold yourself: somebody else has to look at it before it is released."),
            field="result",
            code="same_person",
        )


def read_rules(content: object, *, file: str) -> tuple[DueRule, ...]:
    """The rules of a definition file.

    Raises:
        Refused: every wrong field at once.
    """
    root = DefinitionTable(content, file=file)
    read_head(root)
    rules = [_rule(table) for table in root.tables("rules")]
    root.finish()
    return tuple(
        DueRule(code, Trigger(trigger), required, source, verified, days)
        for code, trigger, required, source, verified, days in rules
    )


def _rule(table: DefinitionTable) -> tuple[str, str, bool, str, bool, int]:
    trigger = table.choice("trigger", [one.value for one in Trigger])
    days = table.whole("days", optional=trigger not in _DAYS_NEEDED, least=1, most=3650)
    rule = (
        table.code("code"),
        trigger,
        table.choice("duty", ["required", "hint"]) == "required",
        table.text("source"),
        table.flag("verified"),
        days or 0,
    )
    table.close()
    return rule


def read_head(root: DefinitionTable) -> None:
    """The head that every definition file has."""
    head = root.table("file")
    head.text("title_zh"), head.text("title_en"), head.day("compiled_on")
    head.close()
