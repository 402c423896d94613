"""What every operation on a distribution shares."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.orders import permissions
from zhixuan.modules.orders.models import Plan, PlanLine
from zhixuan.modules.orders.queries import plans
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared.access import Actor
from zhixuan.shared.ui.naming import LocalizedName


def locked(actor: Actor, plan_id: int) -> Plan:
    """The plan, if it is still a draft and the actor distributes there.

    Raises:
        Refused: it was approved or withdrawn.
        Unknown, Forbidden: see permissions.
    """
    permissions.require(actor, permissions.DISTRIBUTE, plans.giver_of(plans.plan(actor, plan_id)))
    found = Plan.objects.select_for_update(of=("self",)).select_related("giver").get(pk=plan_id)
    if found.state != Plan.State.DRAWN:
        raise Refused(N_("This distribution has been approved or withdrawn already."), code="wrong_state")
    return found


def check_available(plan: Plan, lines: Collection[PlanLine], *, on: date) -> None:
    """Whole packs, and of no product more than the store has.

    Raises:
        Refused: every product with too much and every cell with an opened pack, at once.
    """
    available = plans.usable_at(plan.giver_id, today=on)
    given = plans.given_by_product(lines)
    products = catalogue.products_by_id(given)
    packs = catalogue.usual_packs(given)
    problems = []
    for product_id, pieces in given.items():
        if pieces > available.get(product_id, 0):
            product = products[product_id]
            problems.append(
                Refused(
                    N_(
                        "{product}: {given} pieces are given out and {available} are there. Take {over} away somewhere."
                    ),
                    field=f"product-{product_id}",
                    code="too_much",
                    product=LocalizedName(product.name_zh, product.name_en),
                    given=pieces,
                    available=available.get(product_id, 0),
                    over=pieces - available.get(product_id, 0),
                )
            )
    for line in lines:
        pack = packs.get(line.product_id, (1, 1))[0]
        if line.pieces % pack:
            problems.append(
                Refused(
                    N_("{pieces} pieces are no whole packs: a pack holds {pack}."),
                    field=f"cell-{line.pk}",
                    code="opened_pack",
                    pieces=line.pieces,
                    pack=pack,
                )
            )
    raise_all(problems)
