"""Words and colours of documents, for screens and papers."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from zhixuan.rules.documents.checking import Check, Match
from zhixuan.rules.documents.lines import Conclusion, Origin
from zhixuan.rules.documents.states import DocumentKind, DocumentState, Step
from zhixuan.shared.ui.columns import Badge, Colour

KIND_LABELS: dict[str, Promise] = {
    DocumentKind.RECEIPT: _lazy("Goods-receipt note"),
    DocumentKind.ISSUE: _lazy("Issue slip"),
    DocumentKind.RETURN: _lazy("Return slip"),
}

STATE_LABELS: dict[str, Promise] = {
    DocumentState.DRAWN: pgettext_lazy("paper", "Drawn"),
    DocumentState.RETURNED: pgettext_lazy("paper", "Returned for correction"),
    DocumentState.CHECKED: pgettext_lazy("paper", "Checked"),
    DocumentState.POSTED: pgettext_lazy("paper", "Posted"),
    DocumentState.CLOSED: pgettext_lazy("paper", "Closed"),
    DocumentState.CANCELLED: pgettext_lazy("paper", "Cancelled"),
}

STATE_COLOURS: dict[str, Colour] = {
    DocumentState.DRAWN: "azure",
    DocumentState.RETURNED: "orange",
    DocumentState.CHECKED: "blue",
    DocumentState.POSTED: "green",
    DocumentState.CLOSED: "secondary",
    DocumentState.CANCELLED: "red",
}

STEP_LABELS: dict[str, Promise] = {
    Step.DRAW: pgettext_lazy("paper step", "Drawn"),
    Step.CHANGE: pgettext_lazy("paper step", "Changed"),
    Step.CHECK: pgettext_lazy("paper step", "Checked, all in order"),
    Step.SEND_BACK: pgettext_lazy("paper step", "Returned for correction"),
    Step.TAKE_BACK: pgettext_lazy("paper step", "Taken back"),
    Step.POST: pgettext_lazy("paper step", "Posted to the ledger"),
    Step.CLOSE: pgettext_lazy("paper step", "Closed"),
    Step.CANCEL: pgettext_lazy("paper step", "Cancelled"),
}

ORIGIN_LABELS: dict[str, Promise] = {
    Origin.PURCHASE: _lazy("Purchase"),
    Origin.TRANSFER: _lazy("Transfer in"),
    Origin.RETURN: _lazy("Sent back to us"),
    Origin.SURPLUS: _lazy("Surplus of a count"),
}

CHECK_LABELS: dict[str, Promise] = {Check.CONSIGNEE: _lazy("Consignee"), Check.DAY: _lazy("Day of the slip")}

MATCH_LABELS: dict[str, Promise] = {
    Match.PRODUCT: _lazy("Product"),
    Match.PRICE: _lazy("Price"),
    Match.SPECIFICATION: _lazy("Specification"),
    Match.LOT: _lazy("Lot"),
    Match.EXPIRY: _lazy("Expiry"),
    Match.QUANTITY: _lazy("Quantity"),
    Match.PACKAGING: _lazy("Packaging"),
}

CONCLUSION_LABELS: dict[str, Promise] = {
    Conclusion.ACCEPTED: pgettext_lazy("conclusion", "Accepted"),
    Conclusion.PARTLY: pgettext_lazy("conclusion", "Partly accepted"),
    Conclusion.REFUSED: pgettext_lazy("conclusion", "Refused"),
}

FIELD_LABELS: dict[str, Promise] = {
    "pieces": _lazy("Pieces"),
    "damaged": _lazy("Damaged"),
    "missing": _lazy("Missing"),
    "asked_pieces": _lazy("Asked for"),
    "product_id": _lazy("Product"),
    "item_id": _lazy("Item"),
    "lot_number": _lazy("Lot number"),
    "expires_on": _lazy("Expires on"),
    "made_on": _lazy("Made on"),
    "unit_price": _lazy("Price of a piece"),
    "chosen": _lazy("Chosen lots"),
    "override_reason": _lazy("Why these lots"),
    "appearance": _lazy("Appearance"),
    "packaging": _lazy("Packaging"),
    "temperature": _lazy("Temperature"),
    "sampled_pieces": _lazy("Pieces sampled"),
    "conclusion": _lazy("Conclusion"),
    "on": _lazy("Day"),
    "reference": _lazy("Reference"),
    "note": _lazy("Note"),
    "supplier": _lazy("Supplier"),
    "transport": _lazy("Transport"),
    "keeper": _lazy("Keeper"),
    "acceptor": _lazy("Accepted by"),
    "supervisor": _lazy("Supervisor"),
}


def kind_label(kind: str) -> str:
    return str(KIND_LABELS[kind])


def state_badge(state: str) -> Badge:
    return Badge(STATE_LABELS[state], STATE_COLOURS[state])
