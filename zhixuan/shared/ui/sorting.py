"""Putting the rows of a list in order, whether the database holds them or memory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.query import ModelIterable

from zhixuan.shared.ui.columns import walk


def sort_rows(rows: Any, fields: tuple[str, ...], *, descending: bool) -> Any:
    """Rows by the fields, missing values last either way; a QuerySet stays one and gets a tie-break by key."""
    if isinstance(rows, QuerySet):
        return _sort_query(rows, fields, descending=descending)
    return _sort_sequence(rows, fields, descending=descending) if fields else rows


def _sort_query(rows: QuerySet[Any], fields: tuple[str, ...], *, descending: bool) -> QuerySet[Any]:
    if not fields:
        return rows
    order: list[Any] = [_ordering(field, descending=descending) for field in fields]
    if rows._iterable_class is ModelIterable:  # a tie-break by key would split the groups of a .values() query
        order.append("pk")
    return rows.order_by(*order)


def _ordering(field: str, *, descending: bool) -> Any:
    if field == "pk" or field.endswith("__pk"):
        return f"-{field}" if descending else field
    return F(field).desc(nulls_last=True) if descending else F(field).asc(nulls_last=True)


def _sort_sequence(rows: Iterable[Any], fields: tuple[str, ...], *, descending: bool) -> list[Any]:
    def key(row: Any) -> tuple[Any, ...]:
        return tuple(walk(row, field) for field in fields)

    known = [row for row in rows if None not in key(row)]
    unknown = [row for row in rows if None in key(row)]
    return sorted(known, key=key, reverse=descending) + unknown
