"""Prove that the ledger is true, or name the first row that is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from zhixuan.modules.stock.operations import _audit_balances, _audit_rows
from zhixuan.modules.stock.operations._audit_rows import UNREADABLE


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it should be.

    Args:
        check: which check found it.
        row: the table and the key of the row.
        sentence: what is wrong, in English, for whoever runs the system.
    """

    check: str
    row: str
    sentence: str


CHECKS: tuple[tuple[str, Callable[[], Iterator[tuple[str, str]]]], ...] = (
    ("triggers", _audit_rows.missing_triggers),
    ("rows", _audit_rows.dangling_rows),
    ("lots", _audit_rows.changed_lots),
    ("events", _audit_rows.changed_events),
    ("slips", _audit_rows.missing_slips),
    ("chain", _audit_rows.broken_seals),
    ("balances", _audit_balances.wrong_balances),
    ("days", _audit_balances.negative_days),
    ("months", _audit_balances.wrong_months),
)


def check_ledger(*, progress: Callable[[str], None] = lambda name: None) -> list[Fault]:
    """All faults, the earliest rows of each check first; an empty list means the ledger is true.

    Proves: nothing points at a row that is gone; every event and lot bears its keyed digest; no slip number is
    missing; the chain of seals is whole and reaches as far as noted outside the database; every
    balance is the sum of its movements; no real place was below zero at the end of any day; month-ends are what the
    movements say. That every event sums to zero follows from the shape of a movement: what leaves here arrives there.
    """
    faults = []
    for name, run in CHECKS:
        progress(name)
        try:
            faults.extend([Fault(name, row, sentence) for row, sentence in run()])
        except UNREADABLE as error:
            faults.append(Fault(name, "?", f"a row holds what it never could: {error}"))
    return faults
