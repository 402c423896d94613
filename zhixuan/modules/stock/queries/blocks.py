"""Lots that are recalled or stopped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.db.models import QuerySet

from zhixuan.modules.stock.models import Lot, LotBlock
from zhixuan.rules.directory.areas import ancestors

LotKey = tuple[int, str, date | None]


def areas_of(area_path: str) -> list[str]:
    """Areas whose blocks hold at a facility of that area."""
    return ["/", *ancestors(area_path)]


def blocked_lot_ids(area_path: str, lot_ids: Collection[int]) -> frozenset[int]:
    """Which of these lots may not be used at a facility of that area. To post by it, ask after the lock."""
    if not (blocks := _blocks_at(area_path)):
        return frozenset()
    lots = Lot.objects.filter(id__in=lot_ids).only("id", "item_id", "number", "expires_on")
    return frozenset(lot.id for lot in lots if _hits(blocks, (lot.item_id, lot.number, lot.expires_on)))


def blocked_by_area(lot_ids: Mapping[str, Collection[int]]) -> dict[str, frozenset[int]]:
    """The same for many areas at once, in two questions: lots by area path, and which of them may not be used."""
    blocks: dict[str, list[LotKey]] = {}
    for area_path, item_id, number, on in LotBlock.objects.values_list("area_path", "item_id", "number", "expires_on"):
        blocks.setdefault(area_path, []).append((item_id, number, on))
    if not blocks:
        return dict.fromkeys(lot_ids, frozenset())
    wanted = {lot_id for ids in lot_ids.values() for lot_id in ids}
    items = {item_id for listed in blocks.values() for item_id, _number, _on in listed}
    rows = Lot.objects.filter(item_id__in=items).values_list("id", "item_id", "number", "expires_on")
    keys: dict[int, LotKey] = {
        lot_id: (item_id, number, on) for lot_id, item_id, number, on in rows if lot_id in wanted
    }
    found = {}
    for area_path, ids in lot_ids.items():
        here = [block for path in areas_of(area_path) for block in blocks.get(path, ())]
        found[area_path] = frozenset(lot_id for lot_id in ids if lot_id in keys and _hits(here, keys[lot_id]))
    return found


def blocked_keys(area_path: str, keys: Iterable[LotKey]) -> frozenset[LotKey]:
    """Which of these (item, number, expiry) may not be taken in at a facility of that area."""
    blocks = _blocks_at(area_path)
    return frozenset(key for key in keys if _hits(blocks, key))


def lots_named(item_id: int, number: str, expires_on: date | None = None) -> QuerySet[Lot]:
    """Lots of an item with this number, of whatever expiry or of the one given."""
    lots = Lot.objects.filter(item_id=item_id, number=number).select_related("item", "product").order_by("expires_on")
    return lots if expires_on is None else lots.filter(expires_on=expires_on)


def _blocks_at(area_path: str) -> list[tuple[int, str, date | None]]:
    return list(
        LotBlock.objects.filter(area_path__in=areas_of(area_path)).values_list("item_id", "number", "expires_on")
    )


def _hits(blocks: Iterable[LotKey], key: LotKey) -> bool:
    return any(block[:2] == key[:2] and block[2] in (None, key[2]) for block in blocks)
