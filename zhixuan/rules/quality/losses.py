"""Loss reports: their states, who may do which step, who approves how much, and the loss rate of a year."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from zhixuan.rules.definition import DefinitionTable
from zhixuan.rules.directory.areas import LEVELS
from zhixuan.rules.quality.inspection import read_head
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock import rates


class LossState(StrEnum):
    """Where a loss report stands."""

    DRAWN = "drawn"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    DESTROYED = "destroyed"
    CLOSED = "closed"


class LossReason(StrEnum):
    """Why the stock is lost; each has its place in the ledger."""

    EXPIRED = "expired"
    BROKEN = "broken"
    DAMP = "damp"
    SPOILED = "spoiled"
    LOST = "lost"
    RECALLED = "recalled"


LEDGER_REASONS: dict[LossReason, str] = {
    LossReason.EXPIRED: "expired",
    LossReason.BROKEN: "damaged",
    LossReason.DAMP: "damaged",
    LossReason.SPOILED: "damaged",
    LossReason.RECALLED: "damaged",
    LossReason.LOST: "lost",
}
"""Reasons of `rules.stock.reasons` that write the pieces off."""

NEXT: dict[LossState, frozenset[LossState]] = {
    LossState.DRAWN: frozenset({LossState.SUBMITTED, LossState.CLOSED}),
    LossState.SUBMITTED: frozenset({LossState.APPROVED, LossState.REFUSED}),
    LossState.APPROVED: frozenset({LossState.DESTROYED}),
    LossState.REFUSED: frozenset({LossState.CLOSED}),
    LossState.DESTROYED: frozenset({LossState.CLOSED}),
    LossState.CLOSED: frozenset(),
}
"""Which state may follow; a report that was only drawn may be dropped."""

_NOT_NOW: dict[LossState, str] = {
    LossState.DRAWN: N_("The report has not been handed in yet."),
    LossState.SUBMITTED: N_("The report waits for approval."),
    LossState.APPROVED: N_("The report is approved and waits for the witnesses and the destruction."),
    LossState.REFUSED: N_("The report was refused."),
    LossState.DESTROYED: N_("The stock has been destroyed and written off."),
    LossState.CLOSED: N_("The report is closed."),
}


def check_step(state: LossState, to: LossState) -> None:
    """The state may follow.

    Raises:
        Refused: says where the report stands.
    """
    if to not in NEXT[state]:
        raise Refused(_NOT_NOW[state], code="not_now")


def check_approver(*, applicant_id: int | None, approver_id: int | None) -> None:
    """Who reports a loss does not approve it.

    Raises:
        Refused: it is the same person.
    """
    if applicant_id is not None and applicant_id == approver_id:
        raise Refused(N_("You handed in this report yourself: somebody else has to decide on it."), code="same_person")


def check_witness(
    *, witness_id: int | None, applicant_id: int | None, approver_id: int | None, others: Collection[int]
) -> None:
    """A witness is neither the applicant nor the approver, and confirms once, signed in as themselves.

    Raises:
        Refused: says which of these it is.
    """
    if witness_id is None:
        raise Refused(N_("A witness confirms with their own sign-in."), code="not_a_person")
    if witness_id in (applicant_id, approver_id):
        raise Refused(
            N_("You reported or approved this loss: two other people have to witness the destruction."),
            code="same_person",
        )
    if witness_id in others:
        raise Refused(N_("You have confirmed this already."), code="twice")


def check_witnessed(witnesses: Collection[int], *, least: int) -> None:
    """Enough people have confirmed.

    Raises:
        Refused: says how many are still needed.
    """
    if len(set(witnesses)) < least:
        raise Refused(
            N_("{least} witnesses have to confirm the destruction, {have} have done so."),
            code="witnesses_missing",
            least=least,
            have=len(set(witnesses)),
        )


@dataclass(frozen=True, slots=True)
class Step:
    """Who approves up to how much; None: without bound."""

    level: str
    pieces_most: int | None
    amount_most: Decimal | None
    source: str
    verified: bool

    def covers(self, pieces: int, amount: Decimal | None) -> bool:
        return (self.pieces_most is None or pieces <= self.pieces_most) and (
            self.amount_most is None or amount is None or amount <= self.amount_most
        )


@dataclass(frozen=True, slots=True)
class LossRules:
    """What `definitions/quality/losses.toml` says."""

    steps: tuple[Step, ...]
    witnesses_least: int
    witnesses_source: str
    rate_most_per_mille: Fraction
    denominator: str
    rate_source: str

    def step(self, pieces: int, amount: Decimal | None) -> Step:
        """Who approves a loss of so many pieces and, where prices are known, that amount."""
        return next((step for step in self.steps if step.covers(pieces, amount)), self.steps[-1])


def level_needed(step: Step, levels_above: Collection[str]) -> str:
    """The level whose officer approves: the step's, or the highest there is where the network has none so high.

    Args:
        levels_above: levels of the areas that the facility lies in.
    """
    at_least = [level for level in levels_above if LEVELS.index(level) <= LEVELS.index(step.level)]
    if at_least:
        return max(at_least, key=LEVELS.index)
    return min(levels_above, key=LEVELS.index, default=step.level)


def is_high_enough(level: str, needed: str) -> bool:
    """An officer of that level may approve what needs the other one."""
    return LEVELS.index(level) <= LEVELS.index(needed)


def amount_of(lines: Sequence[tuple[int, Decimal | None]]) -> Decimal | None:
    """Sum over (pieces, price of a piece in yuan), to the cent; None when no price is known."""
    known = [pieces * price for pieces, price in lines if price is not None]
    return sum(known, Decimal(0)).quantize(Decimal("0.01")) if known else None


@dataclass(frozen=True, slots=True)
class LossFigures:
    """Pieces of one product at one facility in one year, and what they make."""

    opening: int
    received: int
    expired: int
    damaged: int
    lost: int

    @property
    def lost_in_all(self) -> int:
        return self.expired + self.damaged + self.lost

    def base(self, denominator: str) -> int:
        """What the rate is taken of."""
        return {
            "opening_and_received": self.opening + self.received,
            "received": self.received,
            "opening": self.opening,
        }[denominator]

    def rate(self, denominator: str) -> Fraction | None:
        """Share of the base that was lost, 0 to 1; None when there is no base."""
        return rates.share(self.lost_in_all, self.base(denominator))


DENOMINATORS = ("opening_and_received", "received", "opening")


def read_rules(content: object, *, file: str) -> LossRules:
    """The rules of a definition file.

    Raises:
        Refused: every wrong field at once.
    """
    root = DefinitionTable(content, file=file)
    read_head(root)
    steps = [_step(table) for table in root.tables("steps")]
    witnesses, rate = root.table("witnesses"), root.table("rate")
    least, witness_source = witnesses.whole("least", least=2, most=10), witnesses.text("source")
    witnesses.flag("verified")
    witnesses.close()
    most = rate.exact("most_per_mille", above_zero=True)
    denominator, rate_source = rate.choice("denominator", DENOMINATORS), rate.text("source")
    rate.flag("verified")
    rate.close()
    if not steps or steps[-1].pieces_most is not None or steps[-1].amount_most is not None:
        root.refuse("steps", N_("{file}, {place}: the last step must be without bounds."))
    root.finish()
    return LossRules(tuple(steps), least or 2, witness_source, most or Fraction(5), denominator, rate_source)


def _step(table: DefinitionTable) -> Step:
    amount = table.exact("amount_most", optional=True)
    step = Step(
        level=table.choice("level", LEVELS),
        pieces_most=table.whole("pieces_most", optional=True),
        amount_most=None if amount is None else Decimal(amount.numerator) / Decimal(amount.denominator),
        source=table.text("source"),
        verified=table.flag("verified"),
    )
    table.close()
    return step
