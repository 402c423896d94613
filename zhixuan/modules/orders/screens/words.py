"""Words and colours of orders and differences, for screens."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from zhixuan.modules.catalogue.queries import Product
from zhixuan.modules.orders.queries.orders import Order
from zhixuan.modules.orders.queries.plans import Plan
from zhixuan.modules.stock.screens.words import level_words
from zhixuan.modules.stock.screens.words import unit_of as unit_of
from zhixuan.modules.stock.screens.words import with_unit as with_unit
from zhixuan.rules.orders import differences, distributing, steps
from zhixuan.rules.orders.differences import CaseState
from zhixuan.rules.orders.steps import State, Verb
from zhixuan.rules.units import Packing, UnitWords, parse_quantity
from zhixuan.shared.ui.columns import Badge, Colour
from zhixuan.shared.ui.formats import number

STATE_COLOURS: dict[State, Colour] = {
    State.DRAWN: "secondary",
    State.SUBMITTED: "orange",
    State.REVIEWED: "orange",
    State.APPROVED: "azure",
    State.BEING_SENT: "azure",
    State.SENT_PARTLY: "blue",
    State.SENT: "blue",
    State.RECEIVED: "green",
    State.CLOSED: "secondary",
    State.REFUSED: "red",
    State.WITHDRAWN: "secondary",
}

KIND_LABELS: dict[str, Promise] = {
    Order.Kind.PULL: _lazy("Usual order"),
    Order.Kind.PUSH: _lazy("By distribution"),
    Order.Kind.LATERAL: _lazy("Between places"),
    Order.Kind.DIRECT: _lazy("Direct supply"),
}

CASE_COLOURS: dict[CaseState, Colour] = {
    CaseState.WAITS_FOR_SENDER: "orange",
    CaseState.WAITS_FOR_RECEIVER: "yellow",
    CaseState.DISPUTED: "red",
    CaseState.WAITS_FOR_OFFICER: "red",
    CaseState.AGREED: "green",
    CaseState.DECIDED: "green",
}

PLAN_COLOURS: dict[str, Colour] = {Plan.State.DRAWN: "orange", Plan.State.APPROVED: "green"}
PLAN_LABELS: dict[str, Promise] = {
    Plan.State.DRAWN: _lazy("Being drawn up"),
    Plan.State.APPROVED: _lazy("Plan approved"),
    Plan.State.WITHDRAWN: _lazy("Plan withdrawn"),
}


def state_badge(state: State) -> Badge:
    return Badge(_(steps.STATE_LABELS[state]), STATE_COLOURS[state])


def case_badge(state: CaseState) -> Badge:
    return Badge(_(differences.STATE_LABELS[state]), CASE_COLOURS[state])


def plan_badge(state: str) -> Badge:
    return Badge(PLAN_LABELS[state], PLAN_COLOURS.get(state, "secondary"))


def kind_of(order: Order) -> str:
    """What kind of order, an emergency first of all."""
    return _("Emergency order") if order.emergency else str(KIND_LABELS[order.kind])


def verb_label(verb: str) -> str:
    return _(steps.VERB_LABELS[Verb(verb)])


def in_packs(pieces: int, pack: int) -> str:
    """20 packs; 20 packs 3 loose. Empty where a pack is one piece, or nothing."""
    if pack < 2 or not pieces:
        return ""
    packs, loose = divmod(pieces, pack)
    parts = [ngettext("%(n)s pack", "%(n)s packs", packs) % {"n": number(packs)}] if packs else []
    return " ".join(parts + ([_("%(n)s loose") % {"n": loose}] if loose else []))


def pieces_typed(text: str, product: Product, packing: tuple[int, int]) -> int:
    """Pieces meant by what was typed: 120, “12 packs”, “1箱2盒”; nothing is zero.

    Raises:
        Refused: it cannot be understood.
    """
    if not text.strip():
        return 0
    words = UnitWords.of(product.piece_zh, product.piece_en)
    return parse_quantity(text, packing=Packing(*packing), words=words)


def share_sentence(why: str, terms: Mapping[str, Any], pieces: int) -> str:
    """Why a place gets so much by a distribution."""
    use = terms.get("per_month")
    by_level = why == distributing.Why.FULL and "level" in terms
    told = (level_words(terms["level"]) if by_level else {}) | {
        "use": rounded(use),
        "months": rounded(terms.get("norm_months")),
        "on_hand": number(terms.get("on_hand", 0)),
        "coming": number(terms.get("in_transit", 0) + terms.get("asked", 0)),
        "needed": number(terms.get("needed")),
        "pieces": number(pieces),
    }
    sentence = distributing.FULL_BY_LEVEL if by_level else distributing.SENTENCES[distributing.Why(why)]
    return _(sentence).format(**told)


def terms_words(terms: Mapping[str, Any]) -> dict[str, Any]:
    """The kept terms of a suggestion as `orders/_terms.html` shows them."""
    use = terms.get("per_month")
    return {
        "terms": terms,
        "per_month": rounded(use) if use is not None else None,
        "norm_months": rounded(terms.get("norm_months")),
        "level": level_words(terms["level"]) if "level" in terms else None,
    }


def rounded(exact: str | None) -> str:
    """A kept fraction, for the eye."""
    return number(None) if exact is None else number(round(float(Fraction(exact)), 1))
