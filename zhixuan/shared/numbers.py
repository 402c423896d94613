"""Numbers of papers without gaps: one row a series, place and year, moved in the transaction that uses the number."""

from __future__ import annotations

from django.db import connection, transaction

NEXT = (
    "INSERT INTO shared_numberseries (series, place, year, last) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT (series, place, year) DO UPDATE SET last = shared_numberseries.last + %s RETURNING last"
)


def next_number(series: str, place: object, year: int) -> int:
    """The next number, from 1. Whoever wants one of the same series waits until this transaction is over.

    Args:
        series: module and paper, such as `orders.plan`.
        place: id of the facility or area that numbers its own papers.
    """
    return _move(series, place, year, 1)


def hold(series: str, place: object, year: int) -> None:
    """Make others wait who draw the same paper, before it is known whether a number is needed."""
    _move(series, place, year, 0)


def _move(series: str, place: object, year: int, by: int) -> int:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("numbers are given inside the transaction that uses them")
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [series, str(place), year, by, by])
        return int(cursor.fetchone()[0])
