"""Counting a machine: which differences are posted, and by what name.

Books and slots are compared by product and item. Where a product's items were only mixed up (a lot booked as another
brand), nothing is added or taken away: the sum by product decides, and the items share it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from zhixuan.rules.refusal import N_, Refused

Key = tuple[int, int]
"""(product, item)"""

REASONS: Final = {
    "not_told": N_("Vends that the machine never told"),
    "loading": N_("Loaded otherwise than noted"),
    "stuck": N_("Stuck or fallen inside the machine"),
    "missing": N_("Missing, perhaps taken"),
    "unknown": N_("Not known"),
}
NOTE_NEEDED: Final = frozenset({"missing", "unknown"})
WORDS: Final = {
    "not_told": "机器未上报的发放 · vends never told",
    "loading": "装货与记录不符 · loaded otherwise than noted",
    "stuck": "卡在机内 · stuck inside",
    "missing": "缺失 · missing",
    "unknown": "原因不明 · not known",
}
"""As they stand in the note of the ledger's slip, which everybody reads in one language or the other."""


def differences(counted: Mapping[Key, int], in_books: Mapping[Key, int]) -> dict[Key, int]:
    """Pieces the books must gain (+) or lose (-), by product and item, so that each product's sum is what was counted.

    No item is asked for more than the books have of it.
    """
    by_product: Counter[int] = Counter()
    for (product_id, _item), pieces in counted.items():
        by_product[product_id] += pieces
    for (product_id, _item), pieces in in_books.items():
        by_product[product_id] -= pieces
    changes: dict[Key, int] = {}
    for product_id, total in sorted(by_product.items()):
        keys = sorted(key for key in counted.keys() | in_books.keys() if key[0] == product_id)
        # Those that are off in the same direction come first, by how much they are off.
        wants = {key: counted.get(key, 0) - in_books.get(key, 0) for key in keys}
        ordered = sorted(keys, key=lambda key: (-wants[key] if total > 0 else wants[key], key))
        changes |= _shared(total, ordered, wants, in_books)
    return {key: pieces for key, pieces in changes.items() if pieces}


def _shared(total: int, ordered: list[Key], wants: Mapping[Key, int], in_books: Mapping[Key, int]) -> dict[Key, int]:
    changes: dict[Key, int] = {}
    left = total
    for key in ordered:
        if total > 0:
            changes[key] = min(left, max(wants[key], 0))
        else:
            changes[key] = -min(-left, max(-wants[key], 0), in_books.get(key, 0))
        left -= changes[key]
    return changes


def check_reason(reason: str, note: str) -> str:
    """The note of the ledger's slip: the reason's name and what the person wrote.

    Raises:
        Refused: no such reason, or one that needs a note without one.
    """
    if reason not in REASONS:
        raise Refused(N_("There is a difference: choose what it comes from."), field="reason", code="reason_needed")
    if reason in NOTE_NEEDED and not note.strip():
        raise Refused(N_("Say in the note what happened."), field="note", code="note_needed")
    return f"{WORDS[reason]}: {note.strip()}" if note.strip() else WORDS[reason]
