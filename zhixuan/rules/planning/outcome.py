"""What an allocation comes to: how well places are served, before it and after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zhixuan.rules.planning.place_facts import PlaceFacts, Settings, by_series

if TYPE_CHECKING:
    from zhixuan.rules.planning.allocation import Counts
    from zhixuan.rules.planning.columns import Columns
    from zhixuan.rules.planning.need import Matrix

WORST_SHARE: Final = 0.1
"""Nine of ten lines are served at least so much."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Over the lines whose need is known.

    Args:
        given: pieces given out.
        served: share of expected need that is expected to be satisfied until the next delivery; None without any need.
        worst_tenth: the same of the line that nine of ten are served better than; lines count equally.
        stockouts: lines expected to run out before their next delivery: the sum of their chances.
        lines: how many lines have a need.
        lowest_area: the fewest months of stock that an area has in one product; None where nothing is used.
    """

    given: int
    served: float | None
    worst_tenth: float | None
    stockouts: float
    lines: int
    lowest_area: float | None


def outcome_of(facts: Sequence[PlaceFacts], pieces: Sequence[int], settings: Settings) -> Outcome:
    """What comes of giving so many pieces to each line.

    Args:
        pieces: of each line, in the order of the facts; zeros for how things stand before.
    """
    import numpy as np

    from zhixuan.rules.planning import columns

    parts = []
    for _series, rows in by_series(facts).items():
        lines = columns.columns_of([facts[row] for row in rows])
        given = np.array([pieces[row] for row in rows], dtype=np.int64)
        parts.append((lines, columns.need(lines, settings), given))
    return outcome(parts)


def outcome(parts: Sequence[tuple[Columns, Matrix, Counts]]) -> Outcome:
    """The same of lines, their need over the time to be covered, and the pieces that each is given."""
    import numpy as np

    from zhixuan.rules.planning.need import Need

    total = sum(int(given.sum()) for _lines, _need, given in parts)
    lowest = min((months for lines, _need, given in parts for months in _area_months(lines, given)), default=None)
    known = [
        (need[use], (np.maximum(lines.there, 0) + given)[use])
        for lines, need, given in parts
        for use in [lines.use > 0]
    ]
    if not sum(len(held) for _need, held in known):
        return Outcome(total, None, None, 0.0, 0, lowest)
    need = Need(np.concatenate([quantiles for quantiles, _held in known]))
    held = np.concatenate([held for _quantiles, held in known]).astype(np.float64)
    satisfied, mean = need.satisfied(held), need.mean
    return Outcome(
        given=total,
        served=float(satisfied.sum() / mean.sum()),
        worst_tenth=float(np.quantile(satisfied / mean, WORST_SHARE)),
        stockouts=float(need.short_chance(held).sum()),
        lines=len(held),
        lowest_area=lowest,
    )


def _area_months(lines: Columns, given: Counts) -> list[float]:
    """Months of stock that each area has of the product, where it is used."""
    import numpy as np

    used = lines.use > 0
    areas, at = np.unique(lines.area[used], return_inverse=True)
    held = np.bincount(at, (lines.there + given)[used], len(areas))
    months: list[float] = (held / np.bincount(at, lines.use[used], len(areas))).tolist()
    return months
