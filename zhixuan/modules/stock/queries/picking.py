"""Which lots would go out, and why: one answer for the preview on the screen and for the posting under the lock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.stock.queries import blocks, history, norms
from zhixuan.modules.stock.queries.places import FacilityPlaces
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock import fefo
from zhixuan.rules.stock.fefo import LotOnHand, Needs, Pick, Wanted
from zhixuan.shared import sql
from zhixuan.shared.journeys import Row
from zhixuan.shared.sql import Question
from zhixuan.shared.ui.naming import LocalizedName

LOTS = """
    SELECT balance.place_id, lot.id, lot.product_id, balance.pieces, lot.item_id, lot.number, lot.expires_on,
        item.pieces_per_pack,
        EXISTS (
            SELECT 1 FROM stock_lotblock block
            WHERE block.item_id = lot.item_id AND block.number = lot.number
                AND (block.expires_on IS NULL OR block.expires_on = lot.expires_on)
                AND block.area_path IN ({areas})
        )
    FROM stock_balance balance
    JOIN stock_lot lot ON lot.id = balance.lot_id
    JOIN catalogue_item item ON item.id = lot.item_id
    WHERE balance.pieces > 0 AND balance.place_id IN (%s, %s) AND balance.product_id IN ({products})
"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one line would take. `refusal` says why it cannot be posted like this; None when it can."""

    line: Wanted
    pick: Pick
    refusal: Refused | None


def needs_of_transfer(on: date, receiver: FacilityPlaces, in_force: norms.Norms | None = None) -> Needs:
    """Lots that go to another facility must keep as long as its turnover norm says.

    Args:
        in_force: the norms, when they are at hand.
    """
    held = in_force or norms.in_force()
    end = held.good_until(on, receiver.level, facility_id=receiver.facility_id, area_path=receiver.area_path)
    return Needs(on=on, good_until=end)


def needs_of_return(on: date) -> Needs:
    """What goes back may be expired or recalled: often that is why it goes back."""
    return Needs(on=on, expired_allowed=True, recalled_allowed=True)


def lots_on_hand(
    places: FacilityPlaces, product_ids: Iterable[int], *, dated: date | None = None, from_quarantine: bool = False
) -> dict[int, list[LotOnHand]]:
    """Lots with pieces at a facility, in store or held, by product. To post by it, ask after the lock.

    Args:
        dated: a past day to post to: then only what was there that day and has not been used since can go out.
        from_quarantine: what is held can go out, and only that: for sending back what is recalled.
    """
    return sql.ask_all([asked_lots(places, product_ids, dated=dated, from_quarantine=from_quarantine)])[0]


def asked_lots(
    places: FacilityPlaces, product_ids: Iterable[int], *, dated: date | None = None, from_quarantine: bool = False
) -> Question[dict[int, list[LotOnHand]]]:
    """The same as a question, to be put together with the lock."""
    wanted = sorted(set(product_ids))
    areas = blocks.areas_of(places.area_path)
    values = [*areas, places.store_id, places.quarantine_id, *wanted]
    held, store = places.quarantine_id, places.store_id
    place_id, held_id = (held, None) if from_quarantine else (store, held)
    return Question(_lots_of(len(areas), len(wanted)), values, lambda rows: _lots(place_id, held_id, rows, dated))


@lru_cache(maxsize=100)
def _lots_of(areas: int, products: int) -> str:
    return LOTS.format(areas=sql.marks(areas), products=sql.marks(products))


def _lots(place_id: int, held_id: int | None, rows: list[Row], dated: date | None) -> dict[int, list[LotOnHand]]:
    in_store = {row[1]: row[3] for row in rows if row[0] == place_id}
    held = {row[1]: row[3] for row in rows if row[0] == held_id}
    free = in_store if dated is None else _free_since(place_id, in_store, dated)
    lots: dict[int, dict[int, LotOnHand]] = {}
    for _place, lot_id, product_id, _pieces, item_id, number, expires_on, pack, recalled in rows:
        lots.setdefault(product_id, {})[lot_id] = LotOnHand(
            lot_id=lot_id,
            item_id=item_id,
            product_id=product_id,
            number=number,
            expires_on=sql.as_date(expires_on),
            pieces=free.get(lot_id, 0),
            pieces_held=held.get(lot_id, 0),
            pieces_per_pack=pack,
            pieces_later=in_store.get(lot_id, 0) - free.get(lot_id, 0),
            recalled=bool(recalled),
        )
    return {product_id: list(by_lot.values()) for product_id, by_lot in lots.items()}


def _free_since(store_id: int, in_store: Mapping[int, int], day: date) -> Mapping[int, int]:
    """Pieces by lot that can leave on that day with every later balance at zero or more."""
    lowest = history.lowest_since([(store_id, lot_id) for lot_id in in_store], day)
    return {lot_id: max(lowest[store_id, lot_id], 0) for lot_id in in_store}


def propose(lines: Sequence[Wanted], lots: Mapping[int, Sequence[LotOnHand]], needs: Needs) -> list[Proposal]:
    """Lots for every line, by first expiry first out or as chosen; nothing is refused, it is only said."""
    proposals = []
    left = dict(lots)
    for index, line in enumerate(lines):
        proposals.append(_proposal(line, left.get(line.product_id, []), needs, index))
        if index + 1 < len(lines):
            left[line.product_id] = fefo.left_after(proposals[-1].pick, left.get(line.product_id, []))
    return proposals


def _proposal(line: Wanted, lots: Sequence[LotOnHand], needs: Needs, index: int) -> Proposal:
    own = needs
    if (line.item_id, line.whole_packs) != (needs.item_id, needs.whole_packs):
        own = replace(needs, item_id=line.item_id, whole_packs=line.whole_packs)
    field = f"lines-{index}-pieces"
    if line.chosen:
        try:
            chosen = fefo.follow_choice(lots, dict(line.chosen), own, override_reason=line.override_reason)
        except Refused as refused:
            refused.field = refused.field or field
            return Proposal(line, fefo.pick(lots, line.pieces, own), refused)
        return Proposal(line, chosen, None)
    picked = fefo.pick(lots, line.pieces, own)
    if picked.missing:
        name = product_name(line.product_id)
        return Proposal(line, picked, fefo.shortage(picked, product=name, wanted=line.pieces, field=field))
    return Proposal(line, picked, None)


def explained(pick: Pick) -> list[dict[str, Any]]:
    """What was decided about each lot of one line, as values that can be kept."""
    return [
        {
            "lot": verdict.lot_id,
            "number": verdict.number,
            "expires": verdict.expires_on.isoformat(),
            "pieces": verdict.pieces,
            "why": verdict.why.value,
        }
        for verdict in fefo.told(pick.verdicts)
    ]


def product_name(product_id: int) -> LocalizedName:
    """The product as sentences name it."""
    product = catalogue.products_by_id([product_id]).get(product_id)
    return LocalizedName(product.name_zh, product.name_en) if product else LocalizedName("？", "?")
