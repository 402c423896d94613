"""What a store has, as its keeper chooses from it: products to give out, lots to correct."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.stock.models import Balance
from zhixuan.modules.stock.queries import picking
from zhixuan.modules.stock.queries.places import FacilityPlaces
from zhixuan.rules.stock import fefo
from zhixuan.rules.stock.fefo import LotOnHand, Needs


@dataclass(frozen=True, slots=True)
class Shelved:
    """A product at a store.

    Args:
        pieces: that may go out.
        blocked: expired or held; they are there and may not.
        first: the lot that should be taken first; None when none may go out.
    """

    product: catalogue.Product
    pieces: int
    blocked: int
    first: LotOnHand | None


def shelf(places: FacilityPlaces, needs: Needs, *, also: Collection[int] = ()) -> list[Shelved]:
    """Every product that the store has or had, in the order of the catalogue.

    Args:
        also: products to show though the store never had them.
    """
    ids = set(Balance.objects.filter(place_id=places.store_id).values_list("product_id", flat=True).distinct())
    products = catalogue.products().filter(id__in=ids | set(also))
    lots = picking.lots_on_hand(places, [product.id for product in products])
    return [_shelved(product, lots.get(product.id, []), needs) for product in products]


def _shelved(product: catalogue.Product, lots: list[LotOnHand], needs: Needs) -> Shelved:
    usable = sorted((lot for lot in lots if fefo.unfit(lot, needs) is None and lot.pieces), key=fefo.order)
    pieces = sum(lot.pieces for lot in usable)
    whole = sum(lot.pieces + lot.pieces_held for lot in lots)
    return Shelved(product, pieces, whole - pieces, usable[0] if usable else None)


def lots_in(place_id: int, *, also: Collection[int] = (), emptied: bool = False) -> QuerySet[Balance]:
    """Lots with pieces at one place of a facility, next expiry first.

    Args:
        also: lots to list even when none are left, so that a form sent twice still names something.
        emptied: also lots of which the place has none left.
    """
    rows = Balance.objects.filter(place_id=place_id).select_related("lot__item", "product")
    if not emptied:
        rows = rows.filter(Q(pieces__gt=0) | Q(lot_id__in=list(also)))
    return rows.order_by("lot__expires_on", "product__code", "lot__number")
