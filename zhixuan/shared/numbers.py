"""Numbers of papers without gaps: one row a series, place and year, moved in the transaction that uses the number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django.db import transaction

from zhixuan.shared import sql
from zhixuan.shared.journeys import carry_out

HEAD = "INSERT INTO shared_numberseries (series, place, year, last)"
MOVE = (
    "ON CONFLICT (series, place, year) DO UPDATE SET last = shared_numberseries.last + excluded.last "
    "RETURNING place, last"
)
Place = TypeVar("Place")


def next_number(series: str, place: object, year: int) -> int:
    """The next number, from 1. Whoever wants one of the same series waits until this transaction is over.

    Args:
        series: module and paper, such as `orders.plan`.
        place: id of the facility or area that numbers its own papers.
    """
    return next_numbers(series, {place: 1}, year)[place].start


def next_numbers(series: str, wanted: Mapping[Place, int], year: int) -> dict[Place, range]:
    """The next numbers of many places at once, as many as each of them wants, in one go.

    Two who want numbers of the same places name them in the same order: by what they are sorted everywhere, their id.
    """
    last = _move(series, wanted, year)
    return {place: range(last[str(place)] - count + 1, last[str(place)] + 1) for place, count in wanted.items()}


def hold(series: str, place: object, year: int) -> None:
    """Make others wait who draw the same paper, before it is known whether a number is needed."""
    _move(series, {place: 0}, year)


def _move(series: str, by: Mapping[Place, int], year: int) -> dict[str, int]:
    """The last number of each series once it has been moved on, by the place as it is kept."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("numbers are given inside the transaction that uses them")
    moves = [(series, str(place), year, count) for place, count in by.items()]
    return {place: last for outcome in carry_out(sql.insertion(HEAD, moves, MOVE)) for place, last in outcome.rows}
