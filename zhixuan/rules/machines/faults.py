"""What can be wrong with a machine, as everybody can say it without writing a word."""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from zhixuan.rules.refusal import N_, Refused

FAULTS: Final = {
    "nothing_came": N_("I asked for something and nothing came out"),
    "empty": N_("It is empty"),
    "no_power": N_("It is dark or does not answer"),
    "stuck": N_("A pack is stuck"),
    "damaged_pack": N_("A pack is damaged or expired"),
    "cannot_reach": N_("It cannot be reached, or is not where it should be"),
    "broken": N_("It is broken or dirty"),
}


def check(what: str, slot_number: int | None, *, slots: Set[int]) -> None:
    """A fault of the list, at a slot the machine has.

    Raises:
        Refused: neither.
    """
    if what not in FAULTS:
        raise Refused(N_("Choose what is wrong."), field="what")
    if slot_number is not None and slot_number not in slots:
        raise Refused(N_("This machine has no slot of that number."), field="slot")
