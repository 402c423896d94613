"""What a facility may be sent, and what may still be given out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.stock.queries.places import FacilityPlaces
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared.ui.naming import LocalizedName


def check_may_hold(
    places: FacilityPlaces, product_ids: Sequence[int], lists: Mapping[int, frozenset[int]] | None = None
) -> None:
    """The receiver of a transfer may hold these products.

    Args:
        lists: what each facility may hold, when that is at hand.

    Raises:
        Refused: every product that it may not hold.
    """
    known = directory.permitted_lists([places.facility_id]) if lists is None else lists
    permitted = known.get(places.facility_id)
    if not permitted:
        return
    products = catalogue.products_by_id(product_ids)
    raise_all(
        Refused(
            N_("Line {row}: {product} is not on the list of what the receiver may hold."),
            field=f"lines-{index}-product",
            row=index + 1,
            product=LocalizedName(products[product_id].name_zh, products[product_id].name_en),
        )
        for index, product_id in enumerate(product_ids)
        if product_id in products and product_id not in permitted
    )


def check_given_out(
    product_ids: Sequence[int], products: Mapping[int, catalogue.NameAndStatus], *, withdrawn_too: bool
) -> None:
    """Withdrawn products are not given to clients any more; that one was given before the office knew is a fact.

    Args:
        products: what the catalogue says of them.

    Raises:
        Refused: every withdrawn or unknown product.
    """
    problems = []
    for index, product_id in enumerate(product_ids):
        field = f"lines-{index}-product"
        if product_id not in products:
            problems.append(Refused(N_("Line {row}: choose a product from the catalogue."), field=field, row=index + 1))
        elif products[product_id][2] == "withdrawn" and not withdrawn_too:
            name = LocalizedName(*products[product_id][:2])
            problems.append(
                Refused(
                    N_("Line {row}: {product} is withdrawn and cannot be given out any more."),
                    field=field,
                    row=index + 1,
                    product=name,
                )
            )
    raise_all(problems)
