"""Missing goods that turned up: never more than was missing, lot by lot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from zhixuan.rules.refusal import N_, Refused, raise_all


def settle(missing: Mapping[int, int], found: Iterable[tuple[int, int]], *, lot_names: Mapping[int, str]) -> None:
    """Check what turned up against what is still missing.

    Args:
        missing: pieces missing on arrival and not found since, by lot id.
        found: (lot id, pieces).

    Raises:
        Refused: nothing found, a lot that was not missing, named twice, or more than is missing; all at once.
    """
    problems = []
    listed = list(found)
    if not listed:
        problems.append(Refused(N_("Enter how many pieces turned up."), code="no_lines"))
    seen: set[int] = set()
    for lot_id, pieces in listed:
        name, left = lot_names.get(lot_id) or "—", missing.get(lot_id, 0)
        if lot_id in seen or not 0 < pieces <= left:
            problems.append(
                Refused(
                    N_("Lot {lot}: {missing} pieces are missing, so 1 to {missing} can turn up, entered once."),
                    field=f"lot-{lot_id}",
                    code="too_much",
                    lot=name,
                    missing=left,
                )
            )
        seen.add(lot_id)
    raise_all(problems)
