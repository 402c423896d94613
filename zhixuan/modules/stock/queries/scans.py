"""What scanned codes mean here: the item, the lot, what the books hold of it. A handful of queries for any number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.stock.models import Balance, Lot, TraceCode
from zhixuan.modules.stock.queries import expiry, picking, traces
from zhixuan.modules.stock.queries.places import FacilityPlaces
from zhixuan.rules.scanning.reading import read_code
from zhixuan.rules.scanning.scanned import Scanned
from zhixuan.rules.scanning.traces import Direction
from zhixuan.rules.stock import fefo
from zhixuan.rules.stock.fefo import LotOnHand, Needs
from zhixuan.rules.stock.ledger import UNKNOWN_EXPIRY
from zhixuan.shared.access import Actor

INVENTED = "0952"
"""GTINs that GS1 keeps for examples and demonstrations."""
PRACTICE_MAX = 12


def read(text: str, *, today: date) -> Scanned:
    """What one code says, with the signs that the scanners of this installation send between its parts.

    Raises:
        Refused: it cannot be read; see `read_code`.
    """
    return read_code(text, today=today, separators=settings.SCANNER_SEPARATORS)


def items_named(scanned: Sequence[Scanned], *, withdrawn: bool = False) -> list[catalogue.Coded | None]:
    """The item that each code names, by GTIN or by the first digits of its trace code; None: not in the catalogue."""
    by_code = catalogue.items_by_code((one.item_code for one in scanned if one.item_code), withdrawn=withdrawn)
    return [by_code.get(one.item_code) for one in scanned]


def practice_lots(actor: Actor) -> list[Balance]:
    """A lot of each invented item on the shelves in sight, with its place: the one with most pieces."""
    rows = expiry.shelved(actor).filter(lot__item__gtin__startswith=INVENTED).exclude(lot__number="")
    most: dict[int, Balance] = {}
    for row in rows.exclude(lot__expires_on=UNKNOWN_EXPIRY).order_by("-pieces", "lot__number"):
        most.setdefault(row.lot.item_id, row)
    return sorted(most.values(), key=lambda row: row.lot.item.code)[:PRACTICE_MAX]


@dataclass(slots=True)
class Meaning:
    """What one code stands for.

    Args:
        coded: the item; None when the catalogue does not know the code.
        lots: lots of this item with this number; several when the number exists with several expiries.
        lot: the one the code means; None when it is new, or cannot be told.
        on_shelf: that lot at this facility; None when none of it is there.
        sooner: a fitting lot of the same product here that expires before it.
        before: the slip by which this very pack came in, or went out, before.
    """

    scanned: Scanned
    coded: catalogue.Coded | None = None
    lots: list[Lot] = field(default_factory=list)
    lot: Lot | None = None
    on_shelf: LotOnHand | None = None
    sooner: LotOnHand | None = None
    before: TraceCode | None = None

    @property
    def expires_on(self) -> date | None:
        """By the code; by the books where the code does not say and only one expiry is known."""
        return self.scanned.expires_on or (self.lot.expires_on if self.lot else None)

    @property
    def other_expiries(self) -> list[date]:
        """Expiries under which the number is known, when the code's own is not among them."""
        if self.scanned.expires_on is None or self.lot is not None or not self.scanned.lot:
            return []
        return sorted(lot.expires_on for lot in self.lots)


def meanings(
    scanned: Sequence[Scanned],
    *,
    places: FacilityPlaces | None,
    direction: Direction,
    today: date,
    withdrawn: bool = False,
) -> list[Meaning]:
    """What each code stands for, in their order.

    Args:
        places: the facility whose shelf is asked; None: only the catalogue answers.
        direction: whether packs are coming in or going out, for "seen before".
        withdrawn: know items that are withdrawn as well, since goods on a shelf are meant.
    """
    found = [Meaning(one, coded) for one, coded in zip(scanned, items_named(scanned, withdrawn=withdrawn), strict=True)]
    _find_lots(found)
    if places is not None:
        _look_at_shelf(found, places, today)
    seen = traces.seen_before([one.pack_code for one in scanned if one.pack_code], direction)
    for meaning in found:
        meaning.before = seen.get(meaning.scanned.pack_code)
    return found


def _find_lots(found: Sequence[Meaning]) -> None:
    wanted = {(one.coded.item.pk, one.scanned.lot) for one in found if one.coded and one.scanned.lot}
    if not wanted:
        return
    rows = Lot.objects.filter(item_id__in={key[0] for key in wanted}, number__in={key[1] for key in wanted})
    for one in found:
        if one.coded and one.scanned.lot:
            own = (one.coded.item.pk, one.scanned.lot)
            one.lots = [lot for lot in rows if (lot.item_id, lot.number) == own]
            given = one.scanned.expires_on
            fitting = [lot for lot in one.lots if given is None or lot.expires_on == given]
            one.lot = fitting[0] if len(fitting) == 1 else None


def _look_at_shelf(found: Sequence[Meaning], places: FacilityPlaces, today: date) -> None:
    products = {one.coded.item.product_id for one in found if one.coded}
    shelf: Mapping[int, list[LotOnHand]] = picking.lots_on_hand(places, products) if products else {}
    needs = Needs(on=today)
    for one in found:
        if one.coded is None:
            continue
        lots = shelf.get(one.coded.item.product_id, [])
        if one.lot is not None:
            one.on_shelf = next((lot for lot in lots if lot.lot_id == one.lot.pk), None)
        fit = sorted((lot for lot in lots if lot.pieces > 0 and fefo.unfit(lot, needs) is None), key=fefo.order)
        if fit and one.lot is not None and fit[0].expires_on < one.lot.expires_on:
            one.sooner = fit[0]
