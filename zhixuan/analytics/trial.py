"""Policies tried on cards of one's own, in plain Python, for whoever stores and shows what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhixuan.analytics.series_forecasts import CardOfSeries, table_of
from zhixuan.rules.periods import Month

if TYPE_CHECKING:
    import polars as pl

Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Tried:
    """How many series of how many places were played; a line for each policy and setting.

    Args:
        lines: `policy`, `setting`, and the measures of `simulation.measures.Worth`.
    """

    series: int
    places: int
    lines: list[dict[str, Any]]


def try_policies(
    cards: Sequence[CardOfSeries],
    *,
    played: tuple[Month, Month],
    lead: int,
    review: int,
    shelf_life: int,
    report: Report,
) -> Tried:
    """Play the months again under every policy and setting, with nothing but what was known then.

    Raises:
        Refused: no series with enough reports, or months outside the cards.
        ModuleNotFoundError: the packages of the extra `forecast` are not installed.
    """
    from zhixuan.analytics.ordering.readings import Reading
    from zhixuan.analytics.simulation.comparison import trade_off
    from zhixuan.analytics.simulation.past import past_of
    from zhixuan.analytics.simulation.replay import Terms

    past = past_of(table_of(cards), *played, Reading.IMPUTED)
    found = trade_off(past, Terms(lead, review, shelf_life), report)
    lines = [{"policy": one.policy.value, "setting": one.setting, **one.worth.plain()} for one in found]
    return Tried(past.keys.height, past.keys["facility"].n_unique(), lines)


def levels_of_cards(
    cards: Sequence[CardOfSeries], month: Month, *, cover_months: int, service: float
) -> dict[tuple[str, str], int]:
    """Pieces at hand and on order after an order of that month, by (facility, product).

    Args:
        cover_months: lead time and the time between two orders together.

    Raises:
        Refused: no records before the month.
        ModuleNotFoundError: the packages of the extra `forecast` are not installed.
    """
    from zhixuan.analytics.ordering.levels import levels_at

    history: pl.DataFrame = table_of(cards)
    asked = history.select("facility", "product").unique(maintain_order=True)
    found = levels_at(history, asked, month, months=cover_months, services=(service,))
    return dict(zip(asked.iter_rows(), (int(row[0]) for row in found), strict=True))
