"""Add and correct trade items from a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from zhixuan.modules.catalogue import permissions, queries
from zhixuan.modules.catalogue.models import Item, Product
from zhixuan.modules.catalogue.operations._items import ItemFacts
from zhixuan.modules.catalogue.operations.add_item import add_item
from zhixuan.modules.catalogue.operations.change_item import change_item
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared import uploads
from zhixuan.shared.access import Actor
from zhixuan.shared.spreadsheets.columns import locate
from zhixuan.shared.spreadsheets.fields import Collector
from zhixuan.shared.spreadsheets.tables import Row, Table
from zhixuan.shared.uploads import Upload

PURPOSE = "catalogue.items"
TITLES: dict[str, tuple[str, ...]] = {
    "code": ("品规编码", "Item code"),
    "product": ("品种编码", "Product code"),
    "gtin": ("商品条码", "GTIN"),
    "brand_zh": ("中文商品名", "Brand (Chinese)"),
    "brand_en": ("英文商品名", "Brand (English)"),
    "holder": ("注册人", "Holder of the registration"),
    "registration_number": ("批准或注册证号", "Registration number"),
    "pieces_per_pack": ("每盒数量", "Pieces a pack"),
    "packs_per_carton": ("每箱盒数", "Packs a carton"),
    "status": ("状态", "State"),
}
"""By key: the titles by which a column is known, Chinese first."""
STATES = {"在用": "active", "Active": "active", "停用": "withdrawn", "Withdrawn": "withdrawn"}
NEEDED = frozenset({"code", "product"})
PACKINGS = ("pieces_per_pack", "packs_per_carton")
TEXTS = ("gtin", "brand_zh", "brand_en", "holder", "registration_number")

EMPTY = N_("The file holds no rows. Fill in the table and choose it again.")
NO_PRODUCT = N_("Sheet {sheet}, row {row}, column {column}: there is no product {given}.")
OTHER_PRODUCT = N_(
    "Sheet {sheet}, row {row}, column {column}: item {item} belongs to product {known}. An item does not change its "
    "product: give the new one a code of its own."
)


@dataclass(frozen=True, slots=True)
class ChangedItem:
    """A row that adds or corrects an item: its number in the file, and names of what differs (all, when it is new)."""

    row: int
    code: str
    product: Product
    is_new: bool
    differs: tuple[str, ...]


@transaction.atomic
def apply_item_table(*, upload_id: UUID, dry: bool = False, actor: Actor, at: datetime) -> list[ChangedItem]:
    """Do what every row says, or nothing. A known code is corrected, an unknown one added; a column that is not there
    is left as it is. Safe to repeat: a file is applied once.

    Args:
        dry: only say what would be done.

    Raises:
        Refused: everything that is wrong with the file, each with sheet, row and column.
        Unknown: the upload is somebody else's.
        Forbidden: the actor may not change the catalogue.
    """
    permissions.require(actor, permissions.CHANGE_ITEMS)
    upload = uploads.lock(actor, upload_id, PURPOSE)
    if upload.applied_at is not None:
        return []
    table, reader = _opened(upload)

    changed = list(_carried_out(table, reader, actor, at))
    raise_all(reader.reasons)
    if dry:
        transaction.set_rollback(True)
    else:
        uploads.finish(upload, {"changed": len(changed)}, at)
    return changed


def _opened(upload: Upload) -> tuple[Table, Collector]:
    titles = [title for names in TITLES.values() for title in names]
    table = next((one for one in uploads.tables_of(upload, titles=titles) if not one.hidden and one.rows), None)
    if table is None:
        raise Refused(EMPTY, field="file", code="empty")
    return table, Collector(table, locate(table, TITLES, optional=TITLES.keys() - NEEDED), most=5_000)


def _carried_out(table: Table, reader: Collector, actor: Actor, at: datetime) -> Iterator[ChangedItem]:
    """Each row in turn, under the caller's transaction: what a row before it took is taken."""
    known = {item.code: item for item in queries.items()}
    products = {product.code: product for product in queries.products()}
    for row in table.rows:
        code = reader.code(row, "code", required=True).upper()
        product = _product(reader, row, products, known.get(code))
        given = _given(reader, row)
        if product is None or not reader.clean(row):
            continue
        try:
            differs = _carry_out(code, product, known.get(code), given, actor, at)
        except Refused as refused:
            for reason in refused.reasons:
                reason.fields |= {"sheet": table.sheet, "row": row.number, "column": reader.title(reason.field)}
                reader.reasons.append(reason)
            continue
        if differs or code not in known:
            yield ChangedItem(row.number, code, product, code not in known, differs)


def _product(reader: Collector, row: Row, products: dict[str, Product], item: Item | None) -> Product | None:
    code = reader.code(row, "product", required=item is None)
    if item is not None and code in {"", item.product.code}:
        return item.product
    if item is not None:
        reader.refuse(row, "product", OTHER_PRODUCT, code="other-product", item=item.code, known=item.product.code)
    elif code and code not in products:
        reader.refuse(row, "product", NO_PRODUCT, code="no-product", given=code)
    return products.get(code) if item is None else None


def _given(reader: Collector, row: Row) -> dict[str, Any]:
    """What the row says, of the columns that are there; packings and state only where they are filled in."""
    given: dict[str, Any] = {name: reader.text(row, name) for name in TEXTS if reader.has(name)}
    for name in PACKINGS:
        if (pieces := reader.whole(row, name, minimum=1)) is not None:
            given[name] = pieces
    if (status := reader.choice(row, "status", STATES)) is not None:
        given["status"] = status
    return given


def _carry_out(
    code: str, product: Product, item: Item | None, given: dict[str, Any], actor: Actor, at: datetime
) -> tuple[str, ...]:
    """Names of what is different now; of a new item what was given for it."""
    said: dict[str, Any] = {"actor": actor, "at": at}
    if item is None:
        status = given.pop("status", Product.Status.ACTIVE)
        added = add_item(product_id=product.pk, code=code, **given, **said)
        if status != added.status:
            change_item(item_id=added.pk, **(_facts(added) | {"status": status}), **said)
        return tuple(given)
    before = _facts(item)
    changed = change_item(item_id=item.pk, **(before | given), **said)
    after = _facts(changed)
    return tuple(name for name in before if before[name] != after[name])


def _facts(item: Item) -> dict[str, Any]:
    names = [*(one.name for one in fields(ItemFacts)), "status"]
    return {name: getattr(item, name) if getattr(item, name) is not None else "" for name in names}
