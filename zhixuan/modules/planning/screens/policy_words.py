"""Words and the chart of policies tried on the past, for screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from zhixuan.modules.planning.queries.policies import OURS, TriedLine
from zhixuan.rules.planning.service import Cost, cost_against
from zhixuan.shared.ui.formats import number

POLICIES: dict[str, Promise] = {
    "AMC3": _lazy("Average of 3 months × months"),
    "AMC6": _lazy("Average of 6 months × months"),
    "min/max": _lazy("Minimum and maximum"),
    OURS: _lazy("Learned level"),
}
MEASURES: dict[str, Promise] = {
    "short": _lazy("Months short, %"),
    "fill": _lazy("Served, %"),
    "expired": _lazy("Expired of what came, %"),
    "deliveries": _lazy("Months with a delivery, %"),
}


def setting(one: TriedLine) -> str:
    """88 % of the learned level; 3 months at most of the others."""
    if one.policy == OURS:
        return f"{number(one.setting * 100, 0)} %"
    return ngettext("{months} month", "{months} months", round(one.setting)).format(months=number(one.setting))


def percent(share: float, places: int = 1) -> str:
    return f"{number(share * 100, places)} %"


def against(one: TriedLine, before: TriedLine) -> str:
    """What one way to order costs, and what it brings, against another."""
    cost = cost_against(one.stock, one.short, stock_before=before.stock, short_before=before.short)
    return _("{stock}; {short}").format(stock=_stock(cost), short=_short(cost))


def cost_row(one: TriedLine, today: TriedLine) -> dict[str, Any]:
    """A service level in the table of costs."""
    return {
        "setting": setting(one),
        "said": _("as today") if one is today else against(one, today),
        "stock": one.stock,
        "fill": percent(one.fill),
        "short": percent(one.short),
    }


def _stock(cost: Cost) -> str:
    if cost.stock is None or cost.same_stock:
        return _("With the same stock")
    share = number(abs(cost.stock) * 100, 0)
    text = _("With {share} % more stock") if cost.stock > 0 else _("With {share} % less stock")
    return text.format(share=share)


def _short(cost: Cost) -> str:
    """A place-month is a month of a product at a place."""
    if cost.one_in is None:
        return _("no place-month short")
    if cost.one_in == cost.one_in_before:
        return _("1 in {now} place-months short, as before").format(now=cost.one_in)
    if cost.one_in_before is None:
        return _("1 in {now} place-months short instead of none").format(now=cost.one_in)
    return _("1 in {now} place-months short instead of 1 in {before}").format(
        now=cost.one_in, before=cost.one_in_before
    )


def chart(lines: Sequence[TriedLine], measure: str, today: float) -> dict[str, Any]:
    """A curve for each policy: average stock to the right, the measure upwards; today's level is the large point."""
    curves = {policy: [one for one in lines if one.policy == policy] for policy in POLICIES}
    series = [_curve(str(POLICIES[policy]), found, measure, today) for policy, found in curves.items() if found]
    return {
        "legend": {},
        "tooltip": {"trigger": "item", "formatter": "{a}<br>{b}<br>{c}"},
        "grid": {"left": 12, "right": 24, "top": 44, "bottom": 32, "containLabel": True},
        "xAxis": {
            "type": "value",
            "name": _("Average stock, months"),
            "nameLocation": "middle",
            "nameGap": 28,
            "min": 0,
        },
        "yAxis": {"type": "value", "name": str(MEASURES[measure]), "nameTextStyle": {"align": "left"}, "scale": True},
        "series": series,
    }


def _curve(name: str, found: Sequence[TriedLine], measure: str, today: float) -> dict[str, Any]:
    mine = found[0].policy == OURS
    return {
        "name": name,
        "type": "line",
        "showSymbol": True,
        "symbolSize": 6,
        "lineStyle": {"width": 3 if mine else 2, "type": "solid" if mine else "dashed"},
        "data": [_point(one, measure, large=mine and one.setting == today) for one in found],
    }


def _point(one: TriedLine, measure: str, *, large: bool) -> Mapping[str, Any]:
    value = [round(one.stock, 2), round(getattr(one, measure) * 100, 2)]
    return {"name": setting(one), "value": value, **({"symbolSize": 16} if large else {})}
