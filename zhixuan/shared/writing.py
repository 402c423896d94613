"""Many rows of one table in few statements, where what Django does for every value would cost more than the writing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, models

from zhixuan.shared import sql

AS_THEY_ARE = (
    models.AutoField,
    models.BigAutoField,
    models.BooleanField,
    models.CharField,
    models.ForeignKey,
    models.IntegerField,
)
"""Kinds of columns whose values both databases take as they are."""


def insert(rows: Sequence[models.Model], *, with_ids: bool = False) -> None:
    """Write rows of one table; what is left empty has been given its default by the model.

    Args:
        with_ids: the rows bring their own ids; else the database gives them, and they are not told.
    """
    if not rows:
        return
    table = rows[0]._meta
    fields = [field for field in table.concrete_fields if with_ids or not field.primary_key]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    head = f"INSERT INTO {connection.ops.quote_name(table.db_table)} ({columns})"
    values = [(field.attname, _as_kept(field)) for field in fields]
    for some in sql.chunks(rows):  # portion by portion: the database hears of one while the next is made
        many = [
            [getattr(row, name) if kept is None else kept(getattr(row, name)) for name, kept in values] for row in some
        ]
        sql.tell(sql.insertion(head, many))


def _as_kept(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    """What makes of a value what the column takes; None where it takes the value itself."""
    if isinstance(field, models.JSONField):
        return json.dumps
    if isinstance(field, AS_THEY_ARE) and not isinstance(field, models.UUIDField):
        return None
    return lambda value: None if value is None else field.get_db_prep_save(value, connection)
