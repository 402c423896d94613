"""Words and colours of counts, for screens."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.counting.models import STATE_LABELS, Count
from zhixuan.modules.stock.screens import words as stock
from zhixuan.rules.counting.due import Every, Standing
from zhixuan.rules.counting.states import CountState
from zhixuan.rules.stock.counting import COUNT_REASONS
from zhixuan.rules.units import Packing, UnitWords
from zhixuan.shared.ui import formats
from zhixuan.shared.ui.columns import Badge, Colour
from zhixuan.shared.ui.naming import localized

STATE_COLOURS: dict[CountState, Colour] = {
    CountState.OPENED: "azure",
    CountState.COUNTING: "blue",
    CountState.COUNTED: "yellow",
    CountState.RECOUNT: "orange",
    CountState.APPROVED: "lime",
    CountState.POSTED: "green",
    CountState.CANCELLED: "secondary",
}

STANDING_LABELS: dict[Standing, Promise] = {
    Standing.OVERDUE: _lazy("Overdue"),
    Standing.DUE: _lazy("To be counted"),
    Standing.DONE: _lazy("Counted in time"),
}
STANDING_COLOURS: dict[Standing, Colour] = {
    Standing.OVERDUE: "red",
    Standing.DUE: "yellow",
    Standing.DONE: "green",
}
EVERY_LABELS: dict[Every, Promise] = {Every.MONTH: _lazy("Every month"), Every.QUARTER: _lazy("Every quarter")}


def state_badge(state: str) -> Badge:
    known = CountState(state)
    return Badge(STATE_LABELS[known], STATE_COLOURS[known])


def standing_badge(standing: Standing) -> Badge:
    return Badge(STANDING_LABELS[standing], STANDING_COLOURS[standing])


def reasons() -> list[tuple[str, str]]:
    """Reasons of differences, to choose from."""
    return [(reason.code, _(reason.label)) for reason in COUNT_REASONS.values()]


def scope_of(count: Count) -> str:
    """What is counted, in words."""
    parts = [str(Count.Scope(count.scope).label)]
    if count.moved_since:
        parts.append(_("lots that moved since %(day)s") % {"day": count.moved_since.isoformat()})
    if not count.with_quarantine:
        parts.append(_("without quarantine"))
    return ", ".join(parts)


def line_facts(line: Any) -> dict[str, Any]:
    """What a line says of its lot."""
    return {
        "product": localized(line.product),
        "item": line.item.code,
        "lot": stock.lot_label(line.lot_number),
        "expires": stock.expiry(line.expires_on),
        "piece": stock.unit_of(line.product),
        "place": _("Quarantine") if line.held else "",
    }


def packing(line: Any) -> tuple[Packing, UnitWords]:
    """How quantities of the line are typed: its packs, and its word for a piece."""
    known = Packing(line.item.pieces_per_pack, line.item.packs_per_carton)
    return known, UnitWords.of(line.product.piece_zh, line.product.piece_en, f"{line.product.piece_en}s")


def signed(pieces: int | None) -> str:
    """A difference with its sign; a true minus."""
    if pieces is None:
        return ""
    return f"+{pieces:,}" if pieces > 0 else f"{pieces:,}".replace("-", "−")


def percent(share: Fraction | None, places: int) -> str:
    """A share as a percentage; nothing where there was nothing to divide by."""
    return formats.number(None if share is None else float(share * 100), places)
