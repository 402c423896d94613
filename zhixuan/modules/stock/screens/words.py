"""Words and colours of the ledger's codes, for screens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from zhixuan.modules.stock.queries.card import Side
from zhixuan.rules.stock.counting import COUNT_REASONS, WITHIN_TOLERANCE
from zhixuan.rules.stock.fefo import Why
from zhixuan.rules.stock.ledger import UNKNOWN_EXPIRY, EventKind, PlaceKind
from zhixuan.rules.stock.levels import STATUS_LABELS, StockStatus
from zhixuan.rules.stock.reasons import REASONS
from zhixuan.rules.units import Packing
from zhixuan.shared.ui.columns import Badge, Colour
from zhixuan.shared.ui.formats import day, number
from zhixuan.shared.ui.naming import choose

KIND_LABELS: dict[str, Promise] = {
    EventKind.RECEIPT: _lazy("Delivery received"),
    EventKind.TRANSFER_OUT: _lazy("Transfer sent"),
    EventKind.TRANSFER_IN: _lazy("Transfer received"),
    EventKind.DISPENSING: pgettext_lazy("slip", "Dispensing"),
    EventKind.RETURN: _lazy("Return sent"),
    EventKind.ADJUSTMENT: pgettext_lazy("slip", "Adjustment"),
    EventKind.REVERSAL: pgettext_lazy("slip", "Reversal"),
    EventKind.CARD: _lazy("Imported stock card"),
    EventKind.COUNT: pgettext_lazy("slip", "Count"),
}

KIND_COLOURS: dict[str, Colour] = {
    EventKind.RECEIPT: "green",
    EventKind.TRANSFER_IN: "green",
    EventKind.TRANSFER_OUT: "azure",
    EventKind.RETURN: "azure",
    EventKind.DISPENSING: "blue",
    EventKind.ADJUSTMENT: "orange",
    EventKind.REVERSAL: "red",
    EventKind.CARD: "purple",
    EventKind.COUNT: "orange",
}

PLACE_LABELS: dict[str, Promise] = {
    PlaceKind.STORE: pgettext_lazy("place", "Store"),
    PlaceKind.QUARANTINE: _lazy("Quarantine"),
    PlaceKind.TRANSIT: _lazy("On the way"),
    PlaceKind.SUSPENSE: _lazy("Suspense"),
    PlaceKind.SUPPLIER: _lazy("Supplier"),
    PlaceKind.CLIENTS: _lazy("Clients"),
    PlaceKind.LOST: _lazy("Lost or missing"),
    PlaceKind.DAMAGED: _lazy("Damaged"),
    PlaceKind.EXPIRED: _lazy("Expired"),
    PlaceKind.DIFFERENCE: _lazy("Count difference"),
    PlaceKind.OPENING: _lazy("Opening stock"),
}

WHY_LABELS: dict[str, Promise] = {
    Why.TAKEN: _lazy("Taken"),
    Why.NOT_NEEDED: _lazy("Not needed"),
    Why.EXPIRED: _lazy("Passed over: expired"),
    Why.QUARANTINED: _lazy("Passed over: in quarantine"),
    Why.RECALLED: _lazy("Passed over: recalled"),
    Why.NOT_THERE_THEN: _lazy("Passed over: not there that day"),
    Why.SHORT_DATED: _lazy("Passed over: expires too soon for the receiver"),
    Why.WRONG_PACK: _lazy("Passed over: another or an opened pack"),
    Why.NOT_CHOSEN: _lazy("Left behind by choice"),
}

STATUS_COLOURS: dict[str, Colour] = {
    StockStatus.STOCKED_OUT: "red",
    StockStatus.URGENT: "orange",
    StockStatus.LOW: "yellow",
    StockStatus.ADEQUATE: "green",
    StockStatus.OVERSTOCKED: "azure",
    StockStatus.NO_USE: "purple",
    StockStatus.UNKNOWN: "secondary",
}

MOVEMENT_REASONS: dict[str, Promise] = {
    "damaged_on_the_way": _lazy("Damaged on the way"),
    "missing_on_arrival": _lazy("Missing on arrival"),
    "missing_turned_up": _lazy("Was missing, has turned up"),
    "recalled": _lazy("Recalled: into quarantine"),
    "shortfall": _lazy("Shortfall, taken from suspense"),
    "opening_balance": _lazy("Opening balance"),
    "opening_correction": _lazy("Opening differs from the last closing"),
    "unexplained": _lazy("Difference the card does not explain"),
    "gain": _lazy("Positive adjustment"),
    "loss": _lazy("Negative adjustment"),
    "receipt": _lazy("Received"),
    "return_to_supplier": _lazy("Sent back to the supplier"),
    "issue": _lazy("Issued"),
    "return_from_clients": _lazy("Returned by clients"),
    WITHIN_TOLERANCE: _lazy("Within the tolerance of the count"),
}


def kind_badge(kind: str) -> Badge:
    return Badge(KIND_LABELS[EventKind(kind)], KIND_COLOURS[EventKind(kind)])


def status_badge(status: StockStatus) -> Badge:
    return Badge(_(STATUS_LABELS[status]), STATUS_COLOURS[status])


def reason_label(code: str) -> str:
    """The words of an adjustment's or a movement's reason; empty for none."""
    if code in REASONS:
        return _(REASONS[code].label)
    if code in COUNT_REASONS:
        return _(COUNT_REASONS[code].label)
    return str(MOVEMENT_REASONS.get(code, code))


def side_label(side: Side) -> str:
    """Where pieces came from or went to: the facility, or the world outside by its kind."""
    name = choose(side.name_zh, side.name_en)
    kind = PlaceKind(side.kind)
    if not name:
        return str(PLACE_LABELS[kind])
    if kind in {PlaceKind.STORE, PlaceKind.TRANSIT}:
        return name
    return str(PLACE_LABELS[kind])


def expiry(value: date | None) -> date | None:
    """The expiry day, or nothing where none was recorded."""
    return None if value is None or value == UNKNOWN_EXPIRY else value


def lot_label(number: str) -> str:
    return number or _("no lot number")


def unit_of(product: Any, pieces: int = 2) -> str:
    """The word for so many pieces of a product: 只; piece, pieces."""
    return choose(product.piece_zh, product.piece_en if pieces == 1 else _plural(product.piece_en))


def with_unit(pieces: int, product: Any) -> str:
    """1,200 只; 1 piece."""
    return f"{number(pieces)} {unit_of(product, pieces)}"


def _plural(word: str) -> str:
    if not word or word.endswith("s"):
        return word
    return f"{word}es" if word.endswith(("x", "ch", "sh")) else f"{word}s"


def packs(pieces: int, item: Any) -> str:
    """The same quantity in cartons and packs, where a pack is more than a piece."""
    if item.pieces_per_pack < 2:
        return ""
    split = Packing(item.pieces_per_pack, item.packs_per_carton).split(pieces)
    parts = ((split.cartons, _("%(n)s cartons")), (split.packs, _("%(n)s packs")), (split.pieces, _("%(n)s loose")))
    return " ".join(text % {"n": n} for n, text in parts if n)


def rounded(value: Fraction | None, places: int = 1) -> float | None:
    """An exact figure, rounded for the eye; the spreadsheet gets the same."""
    return None if value is None else round(float(value), places)


def product_name(row: Any) -> str:
    return choose(row["product_zh"], row["product_en"])


def facility_name(row: Any) -> str:
    return choose(row["facility_zh"], row["facility_en"])


def piece(row: Any) -> str:
    return choose(row["piece_zh"], row["piece_en"])


def level_words(level: Mapping[str, Any]) -> dict[str, str]:
    """What a kept level by a forecast is, for the eye: `level`, `percent`, `made_on`."""
    return {
        "level": number(level["pieces"]),
        "percent": number(Decimal(level["service"]) * 100, 0),
        "made_on": day(date.fromisoformat(level["made_on"])),
    }
