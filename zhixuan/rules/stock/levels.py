"""How long stock will last, whether that is enough, and how much to order. Formulas of the OpenLMIS R&R template.

All results are exact (integers and fractions); a screen rounds when it shows. Nothing here ever answers infinity:
what cannot be known has a state that says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import Final

from zhixuan.rules.refusal import N_
from zhixuan.rules.stock.norms import Bounds
from zhixuan.rules.stock.order_levels import OrderLevel, filled_to

DAYS_PER_MONTH: Final = 30  # the normalising formula's month
CALENDAR_DAYS_PER_MONTH: Final = Fraction(1461, 48)  # 365.25 / 12, for how much is used until an expiry date


@dataclass(frozen=True, slots=True)
class PeriodUse:
    """What was issued in one period of `months` months, in which the store was empty for `stockout_days` days.

    `stockout_days` is None where nobody recorded them; that counts as none, and the average is then too low.
    """

    issued_pieces: int
    stockout_days: int | None = None
    months: int = 1
    new_users: int = 0
    pieces_per_user_month: int = 0


def normalised_use(use: PeriodUse) -> Fraction | None:
    """N = C x 30M / (30M - X) + new users x one month's quantity, in pieces of the whole period.

    Returns:
        None when the store was out of stock all the period: its need cannot be known from it.
    """
    days = use.months * DAYS_PER_MONTH
    days_in_stock = days - max(use.stockout_days or 0, 0)
    if days_in_stock <= 0:
        return None
    return Fraction(use.issued_pieces * days, days_in_stock) + use.new_users * use.pieces_per_user_month


class AverageMethod(StrEnum):
    """`LATEST`: mean of the latest periods. `LATEST_NONZERO`: of the latest periods that had any use (cLMIS)."""

    LATEST = "latest"
    LATEST_NONZERO = "latest_nonzero"


class AverageState(StrEnum):
    KNOWN = "known"
    ALWAYS_OUT = "always_out"
    NO_RECORDS = "no_records"


@dataclass(frozen=True, slots=True)
class AverageUse:
    """Average monthly consumption in pieces; `per_month` is None unless the state is KNOWN."""

    state: AverageState
    per_month: Fraction | None = None
    periods: int = 0


def average_monthly_use(
    history: Sequence[PeriodUse], *, method: AverageMethod = AverageMethod.LATEST, periods: int = 3
) -> AverageUse:
    """P = (1/G) x sum of N/M over the latest G periods that tell something.

    Args:
        history: oldest first. Periods out of stock throughout are passed over, not counted as zero.
        periods: G, one or more.

    Returns:
        Never below zero: net returns over all periods count as no use.
    """
    if periods < 1:
        raise ValueError("an average needs at least one period")
    if not history:
        return AverageUse(AverageState.NO_RECORDS)
    monthly = [use / one.months for one in history if (use := normalised_use(one)) is not None]
    if not monthly:
        return AverageUse(AverageState.ALWAYS_OUT)
    if method is AverageMethod.LATEST_NONZERO:
        monthly = [use for use in monthly if use != 0]
    latest = monthly[-periods:]
    mean = sum(latest, Fraction(0)) / len(latest) if latest else Fraction(0)
    return AverageUse(AverageState.KNOWN, max(mean, Fraction(0)), len(latest))


class MonthsState(StrEnum):
    KNOWN = "known"
    NO_USE = "no_use"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class MonthsOfStock:
    """`months` is None unless the state is KNOWN."""

    state: MonthsState
    months: Fraction | None = None


def months_of_stock(on_hand_pieces: int, use: AverageUse) -> MonthsOfStock:
    """Stock on hand / average monthly use; without use it is NO_USE (stock lies there) or UNKNOWN (none does)."""
    if use.per_month is None:
        return MonthsOfStock(MonthsState.UNKNOWN)
    if use.per_month > 0:
        return MonthsOfStock(MonthsState.KNOWN, max(on_hand_pieces, 0) / use.per_month)
    return MonthsOfStock(MonthsState.NO_USE if on_hand_pieces > 0 else MonthsState.UNKNOWN)


class StockStatus(StrEnum):
    STOCKED_OUT = "stocked_out"
    URGENT = "urgent"
    LOW = "low"
    ADEQUATE = "adequate"
    OVERSTOCKED = "overstocked"
    NO_USE = "no_use"
    UNKNOWN = "unknown"


STATUS_LABELS: Final = {
    StockStatus.STOCKED_OUT: N_("Out of stock"),
    StockStatus.URGENT: N_("Urgent"),
    StockStatus.LOW: N_("Low stock"),
    StockStatus.ADEQUATE: N_("Adequate"),
    StockStatus.OVERSTOCKED: N_("Overstocked"),
    StockStatus.NO_USE: N_("No use recorded"),
    StockStatus.UNKNOWN: N_("Not known"),
}


def stock_status(on_hand_pieces: int, use: AverageUse, bounds: Bounds) -> StockStatus:
    """Out of stock: nothing usable where there is use, or where there was none all along for want of stock.

    Urgent: below the emergency point. Low: from there to below the minimum. Adequate: minimum to maximum, both
    included. Overstocked: above. Give only usable stock: a store that holds nothing but expired lots is out of stock.
    """
    if on_hand_pieces <= 0 and (use.state is AverageState.ALWAYS_OUT or (use.per_month or 0) > 0):
        return StockStatus.STOCKED_OUT
    stock = months_of_stock(on_hand_pieces, use)
    if stock.months is None:
        return StockStatus.NO_USE if stock.state is MonthsState.NO_USE else StockStatus.UNKNOWN
    if stock.months > bounds.max_months:
        return StockStatus.OVERSTOCKED
    if stock.months >= bounds.min_months:
        return StockStatus.ADEQUATE
    return StockStatus.LOW if stock.months >= bounds.emergency_months else StockStatus.URGENT


def maximum_stock(use: AverageUse, bounds: Bounds, level: OrderLevel | None = None) -> int | None:
    """H = P x maximum months, up to the next whole piece, or the level by a forecast; None: neither is known."""
    highest = filled_to(use.per_month, bounds.max_months, level)
    return None if highest is None else ceil(highest)


def order_quantity(
    use: AverageUse,
    bounds: Bounds,
    *,
    on_hand_pieces: int,
    in_transit_pieces: int = 0,
    committed_pieces: int = 0,
    level: OrderLevel | None = None,
) -> int | None:
    """I = max(0, H - on hand - in transit + committed), in pieces; None while H is not known.

    OpenLMIS subtracts the stock on hand only; what is on its way and what is promised to others count here too.
    """
    highest = maximum_stock(use, bounds, level)
    return None if highest is None else max(0, highest - on_hand_pieces - in_transit_pieces + committed_pieces)


def ship_packs(quantity_pieces: int, pieces_per_pack: int) -> int:
    """V = ceil(K / U): the fewest whole packs that hold the quantity.

    Raises:
        ValueError: a negative quantity, or a pack of less than one.
    """
    if quantity_pieces < 0 or pieces_per_pack < 1:
        raise ValueError("packs are shipped for zero or more pieces, and hold at least one")
    return -(-quantity_pieces // pieces_per_pack)


@dataclass(frozen=True, slots=True)
class DatedLot:
    """A lot and the last day on which it may be used; None when the pack bears no date."""

    lot: str
    expires_on: date | None
    pieces: int


@dataclass(frozen=True, slots=True)
class LotAtRisk:
    lot: str
    pieces: int
    at_risk_pieces: int


def expiry_risk(lots: Iterable[DatedLot], use: AverageUse, *, on: date) -> tuple[LotAtRisk, ...] | None:
    """Pieces of each lot that will not be used before it expires, if lots go out first-expiry-first-out.

    Use until an expiry day is average monthly use x days / 30.4375, that day included, down to whole pieces.
    A lot already expired is wholly at risk. Undated lots go out last and bear no risk.

    Returns:
        Lots in the order in which they go out; None while the use is not known.
    """
    if use.per_month is None:
        return None
    taken = 0
    result = []
    for lot in sorted(lots, key=lambda one: (one.expires_on or date.max, one.lot)):
        if lot.expires_on is None:
            result.append(LotAtRisk(lot.lot, lot.pieces, 0))
            continue
        days = max(0, (lot.expires_on - on).days + 1)
        used_by_then = int(use.per_month * days / CALENDAR_DAYS_PER_MONTH)
        used = min(lot.pieces, max(0, used_by_then - taken))
        taken += used
        result.append(LotAtRisk(lot.lot, lot.pieces, lot.pieces - used))
    return tuple(result)
