"""Words and figures of demand plans, for screens."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from zhixuan.modules.planning.queries import plans
from zhixuan.modules.planning.queries.plans import DemandLine
from zhixuan.rules.planning.cost import CENTS_A_YUAN
from zhixuan.rules.planning.demand import Method
from zhixuan.rules.planning.needs import METHOD_LABELS
from zhixuan.rules.planning.steps import STATE_LABELS, State
from zhixuan.shared.ui.columns import Badge, Colour
from zhixuan.shared.ui.formats import number
from zhixuan.shared.ui.naming import localized

COLOURS: dict[State, Colour] = {
    State.DRAWN: "secondary",
    State.SUBMITTED: "orange",
    State.RETURNED: "red",
    State.APPROVED: "green",
}


def state_badge(state: str) -> Badge:
    return Badge(_(STATE_LABELS[State(state)]), COLOURS[State(state)])


def tenths(exact: Fraction) -> str:
    """A fraction as people read it: one decimal place."""
    return number(round(float(exact), 1))


def yuan(cents: int) -> Decimal:
    """Exact."""
    return Decimal(cents) / CENTS_A_YUAN


def need(line: DemandLine) -> str:
    return tenths(plans.terms_of(line).need)


def turnover(line: DemandLine) -> str:
    return tenths(plans.terms_of(line).turnover)


def user_years(line: DemandLine) -> str:
    """What the need would last for, in years of one user: pieces over the standard quantity; of supply, not people."""
    return user_years_of(plans.terms_of(line).need, line.product)


def user_years_of(need_pieces: Fraction, product: Any) -> str:
    """A need in years of one user; empty where the catalogue has no standard quantity."""
    quantity = product.quantity_per_user_year
    return tenths(need_pieces / Fraction(quantity)) if quantity else ""


def sentence_of(line: DemandLine) -> str:
    """How the proposal came about, every term in it."""
    if line.method != Method.CONSUMPTION:
        return _(
            "Need {need} ({method}) + turnover {turnover} ({months} months of {passed}) - usable stock {stock} - on "
            "the way {coming}, in whole packs of {pack}: {proposed}."
        ).format(method=_(METHOD_LABELS[Method(line.method)]), **_terms(line))
    if not line.use_known:
        return _("Nobody knows the use here yet, so nothing is proposed beyond it.")
    return _(
        "Need {need} (twelve months of {use}) + turnover {turnover} ({months} months of {passed}) - usable stock "
        "{stock} - on the way {coming}, in whole packs of {pack}: {proposed}."
    ).format(use=tenths(Fraction(line.own_use)), **_terms(line))


def _terms(line: DemandLine) -> dict[str, str]:
    return {
        "need": need(line),
        "turnover": turnover(line),
        "months": tenths(Fraction(line.norm_months)),
        "passed": tenths(Fraction(line.passed)),
        "stock": number(line.stock),
        "coming": number(line.on_the_way),
        "pack": number(line.pieces_per_pack),
        "proposed": number(line.proposed),
    }


def remark(line: DemandLine) -> str:
    """The reason of a change; marked where the 20 % rule asks for one."""
    if plans.is_to_explain(line):
        return _("More than 20 % unlike use: {reason}").format(reason=line.reason)
    return line.reason


def place_and_product(line: DemandLine) -> str:
    return f"{localized(line.facility)}, {localized(line.product)}"
