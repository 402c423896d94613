"""Slips of imported monthly cards."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID, uuid5

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.stock.models import Event, Lot
from zhixuan.modules.stock.operations import _lots
from zhixuan.modules.stock.operations._slip import Slip
from zhixuan.modules.stock.queries.cards import CardChange, CardSeries
from zhixuan.modules.stock.queries.places import FacilityPlaces
from zhixuan.modules.stock.queries.slips import receipts_of
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.card_posting import OTHER_SIDES, Entry
from zhixuan.rules.stock.cards import CardMovementKind
from zhixuan.rules.stock.ledger import OUTSIDE_PLACE_IDS, UNKNOWN_EXPIRY, EventKind, Move, PlaceKind
from zhixuan.rules.stock.receiving import Delivered

SlipKey = tuple[int, date]
"""(facility id, day)"""


def payload(series: Sequence[CardSeries], reference: str) -> str:
    content = [[one.facility_id, one.product_id, [[str(r.month), *r.content] for r in one.rows]] for one in series]
    return json.dumps(["post_cards", reference, content], ensure_ascii=False)


def slips(
    found: Iterable[CardChange], stores: Mapping[int, FacilityPlaces], *, reference: str, command_id: UUID
) -> dict[SlipKey, Slip]:
    """A slip for each facility and day on which something changes, in the order of facilities and days."""
    changed = [one for one in found if one.changes]
    lots = _lots_of({one.series.product_id for one in changed})
    moves: dict[SlipKey, list[Move]] = defaultdict(list)
    for one in changed:
        store = stores[one.series.facility_id]
        for entry, pieces in one.changes.items():
            move = _move(entry, pieces, store, lots[one.series.product_id], one.series.product_id)
            moves[store.facility_id, entry.on].append(move)
    earlier = _earlier(moves, stores)
    return {
        key: Slip(
            uuid5(command_id, f"{key[0]}:{key[1]}"),
            EventKind.CARD,
            stores[key[0]].store_id,
            stores[key[0]].code,
            key[1],
            tuple(moves[key]),
            suspense_ids=frozenset({stores[key[0]].suspense_id}),
            reference=reference,
            details={"month": f"{key[1]:%Y-%m}"} | ({"follows": earlier[key]} if key in earlier else {}),
        )
        for key in sorted(moves)
    }


def slips_by_facility(keys: Iterable[SlipKey]) -> dict[int, int]:
    return dict(Counter(facility_id for facility_id, _on in keys))


def _move(entry: Entry, pieces: int, store: FacilityPlaces, lot_id: int, product_id: int) -> Move:
    here = store.store_id if entry.place == PlaceKind.STORE else store.suspense_id
    there = OUTSIDE_PLACE_IDS[OTHER_SIDES[CardMovementKind(entry.reason)]]
    if pieces > 0:
        return Move(lot_id, product_id, there, here, pieces, entry.reason)
    return Move(lot_id, product_id, here, there, -pieces, entry.reason)


def _lots_of(product_ids: set[int]) -> dict[int, int]:
    """The lot of each product that stands for all lots a card does not tell apart: no number, no expiry.

    The oldest such lot stays the one, whatever trade items are added or withdrawn later: what a card brought in must
    go out of the same lot.

    Raises:
        Refused: a product has no trade item to book on.
    """
    nameless = Lot.objects.filter(product_id__in=product_ids, number="", expires_on=UNKNOWN_EXPIRY).order_by("-id")
    found = dict(nameless.values_list("product_id", "id"))
    items = {product_id: _item_of(product_id) for product_id in sorted(product_ids - found.keys())}
    known = _lots.ensure(
        [Delivered(item_id, "", None, 1) for item_id in items.values()],
        {item_id: product_id for product_id, item_id in items.items()},
    )
    return found | {product_id: known[item_id, "", UNKNOWN_EXPIRY].id for product_id, item_id in items.items()}


def _item_of(product_id: int) -> int:
    item_id = catalogue.first_item_id(product_id)
    if item_id is None:
        name = catalogue.product(product_id).code
        raise Refused(N_("Product {product} has no trade item. Add one to the catalogue."), product=name)
    return item_id


def _earlier(keys: Iterable[SlipKey], stores: Mapping[int, FacilityPlaces]) -> dict[SlipKey, list[str]]:
    """Numbers of the slips of cards that stand at these facilities and days already: a new slip adds to or corrects
    what they say."""
    wanted = set(keys)
    by_store = {places.store_id: facility_id for facility_id, places in stores.items()}
    events = Event.objects.filter(
        kind=EventKind.CARD, place_id__in=list(by_store), on__in={on for _facility, on in wanted}
    )
    found: dict[SlipKey, list[str]] = defaultdict(list)
    rows = events.order_by("id").values_list("place_id", "on", "command_id")
    shown = {}
    chosen = [(by_store[place_id], on, command) for place_id, on, command in rows if (by_store[place_id], on) in wanted]
    if chosen:
        shown = receipts_of(command for _facility, _on, command in chosen)
    for facility_id, on, command in chosen:
        found[facility_id, on].append(shown[command].slip)
    return found
