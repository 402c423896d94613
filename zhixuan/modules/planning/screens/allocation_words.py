"""Words and figures of allocation plans, for screens: every line says in one sentence why it is what it is."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, pgettext

from zhixuan.modules.planning.queries import allocation_plans as plans
from zhixuan.modules.planning.queries.allocation_plans import AllocationLine
from zhixuan.modules.stock.screens.words import level_words, unit_of
from zhixuan.rules.planning.allocation_steps import STATE_LABELS, AllocationState
from zhixuan.rules.planning.outcome import Outcome
from zhixuan.rules.planning.place_facts import Source
from zhixuan.rules.planning.sharing_out import Why
from zhixuan.shared.ui.columns import Badge, Colour
from zhixuan.shared.ui.formats import day, number
from zhixuan.shared.ui.naming import choose, localized

COLOURS: dict[AllocationState, Colour] = {
    AllocationState.DRAWN: "secondary",
    AllocationState.SUBMITTED: "orange",
    AllocationState.RETURNED: "red",
    AllocationState.APPROVED: "green",
    AllocationState.REVOKED: "secondary",
}
SOURCES: dict[str, Promise] = {
    Source.FORECAST: _lazy("forecast"),
    Source.USE: _lazy("average use"),
    Source.UNKNOWN: _lazy("not known"),
}
CAUSES: dict[Why, Promise] = {
    Why.UNKNOWN_USE: _lazy("Nobody knows the use here yet: enter a quantity by hand if it needs one."),
    Why.ENOUGH: _lazy("It needs no more until its next delivery."),
    Why.LEAST: _lazy("The planner set at least {least}."),
    Why.MOST: _lazy("The planner set at most {most}."),
    Why.AREA: _lazy("Raised first, so that {area} as a whole does not stay below its floor."),
    Why.EXPIRY: _lazy("More would expire before it could be used here."),
    Why.FLOOR: _lazy("There is too little to raise every place to {floor} months; the emptiest came first."),
    Why.EMPTY: _lazy("The store has none to give."),
}

NEXT_TO_NOTHING = 0.05
"""Pieces of need: less is not worth a word."""


def state_badge(state: str) -> Badge:
    return Badge(_(STATE_LABELS[AllocationState(state)]), COLOURS[AllocationState(state)])


def tenths(exact: Fraction | float | None) -> str:
    """As people read it: one decimal place."""
    return number(None if exact is None else round(float(exact), 1))


def percent(share: float | None) -> str:
    return number(None) if share is None else f"{100 * share:.1f} %"


def per_month(line: AllocationLine) -> str:
    return tenths(plans.months(line.per_month))


def source(line: AllocationLine) -> str:
    return str(SOURCES[line.source])


def months_before(line: AllocationLine) -> str:
    return tenths(plans.facts_of(line).months_with(0))


def months_after(line: AllocationLine) -> str:
    return tenths(plans.facts_of(line).months_with(line.pieces))


def months_before_after(line: AllocationLine) -> str:
    return f"{months_before(line)} → {months_after(line)}" if line.per_month else ""


def in_packs(pieces: int, line: AllocationLine) -> str:
    """So many packs; so many pieces where a pack is one."""
    size = line.pieces_per_pack
    if size < 2:
        return f"{number(pieces)} {unit_of(line.product)}"
    return ngettext("%(n)s pack", "%(n)s packs", pieces // size) % {"n": number(pieces // size)}


def sentence(line: AllocationLine) -> str:
    """Why a place gets so much: against what it asks for, how long it lasts, and what decided it."""
    by_hand = plans.is_changed(line)
    if line.why == Why.UNKNOWN_USE and not by_hand:
        return _cause(line)
    said = [_against_asked(line)]
    months = plans.facts_of(line).months_with(line.pieces)
    if months is not None:
        said.append(_("{months} months in stock.").format(months=tenths(months)))
    if by_hand:
        decided = _("Decided by hand instead of {proposed}: {reason}")
        said.append(decided.format(proposed=in_packs(line.proposed, line), reason=line.reason))
    else:
        said.append(_cause(line))
    between = "" if choose("zh", "en") == "zh" else " "
    return between.join(part for part in said if part)


def _against_asked(line: AllocationLine) -> str:
    away = in_packs(abs(line.pieces - line.asked), line)
    if line.pieces < line.asked:
        return _("{packs} fewer than asked:").format(packs=away)
    if line.pieces > line.asked:
        return _("{packs} more than asked:").format(packs=away)
    return _("As asked:") if line.asked else _("Asks for nothing:")


def _cause(line: AllocationLine) -> str:
    why = Why(line.why)
    if why is Why.AS_ASKED:
        return ""
    if why is Why.SHORT:
        return _where_it_went(line)
    return str(CAUSES[why]).format(
        least=in_packs(line.least or 0, line),
        most=in_packs(line.most or 0, line),
        area=localized(line.area),
        floor=tenths(Fraction(line.terms["floor_months"])),
    )


def _where_it_went(line: AllocationLine) -> str:
    """What one more pack would do here, beside what the last one does where it went."""
    here, there = line.terms["here"], line.terms["there"]
    if here < NEXT_TO_NOTHING:
        return _("What it is likely to need until its next delivery is there.")
    if there is None or here > there:
        return _("There is too little for all: every place first up to its floor of {floor} months.").format(
            floor=tenths(Fraction(line.terms["floor_months"]))
        )
    pack = _("pack") if line.pieces_per_pack > 1 else unit_of(line.product, 1)
    return _(
        "One more {pack} would serve {here} pieces of need here; the last one serves {there} where it went."
    ).format(pack=pack, here=number(round(here, 2)), there=number(round(there, 2)))


def outcome_rows(*columns: Outcome) -> list[dict[str, Any]]:
    """Rows of measures, a cell for each column."""
    lines = number(columns[0].lines)
    rows: list[tuple[str, str, Callable[[Outcome], str]]] = [
        (_("Pieces given out"), "", lambda one: number(one.given)),
        (
            _("Need expected to be served"),
            _("of all places until their next deliveries, pieces counted alike"),
            lambda one: percent(one.served),
        ),
        (
            _("Nine of ten lines are served at least"),
            _("a line is one product at one place; lines count alike"),
            lambda one: percent(one.worst_tenth),
        ),
        (
            _("Stock-outs to expect"),
            _("lines that run out before their next delivery, of {lines}").format(lines=lines),
            lambda one: tenths(one.stockouts),
        ),
        (_("Emptiest area, months of stock"), _("of one product"), lambda one: tenths(one.lowest_area)),
    ]
    return [{"label": label, "hint": hint, "cells": [write(one) for one in columns]} for label, hint, write in rows]


def settings_words(one: plans.AllocationPlan) -> list[tuple[str, str]]:
    """What the planner set, as facts."""
    horizon, floor, area = map(plans.months, (one.horizon_months, one.floor_months, one.area_floor_months))
    own_floor = _("its own: emergency point or 0.6 of the time")
    return [
        (_("To be covered"), _months(horizon) if horizon else _("until the next delivery of each place")),
        (_("Floor of every place"), own_floor if floor is None else _months(floor)),
        (_("Floor of every area"), _months(area) if area else pgettext("floor", "none")),
        (_("Share of the stock given out"), f"{one.supply_percent} %"),
    ]


def _months(exact: Fraction) -> str:
    return _("{months} months").format(months=tenths(exact))


def _filled_to(line: AllocationLine) -> tuple[str, str]:
    """The norm, or the level by a forecast and why."""
    months = _months(Fraction(line.norm_months))
    if "level" not in line.terms:
        return (_("Norm"), months)
    sentence = _("{level}, that is {months} (service level {percent} %, from the forecast of {made_on})")
    return (_("Filled up to"), sentence.format(months=months, **level_words(line.terms["level"])))


def line_facts(line: AllocationLine) -> list[tuple[str, str]]:
    """Everything a line stands on, by name."""
    return [
        (_("Usable stock"), number(line.stock)),
        (_("On the way or promised"), number(line.coming)),
        (_("Need a month"), f"{per_month(line)} ({source(line)})"),
        _filled_to(line),
        (_("Next delivery"), day(line.next_on)),
        (_("To be covered"), _months(Fraction(line.terms["months"]))),
        (_("Floor"), _months(Fraction(line.terms["floor_months"]))),
        (_("Asks for"), number(line.asked)),
        (_("Proposed"), number(line.proposed)),
        (_("Gets"), f"{number(line.pieces)} {unit_of(line.product)}"),
        (_("Months before"), months_before(line)),
        (_("Months after"), months_after(line)),
    ]
