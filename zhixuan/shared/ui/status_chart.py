"""How many stand how: one stacked bar by stock status for each product, area or the like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from zhixuan.rules.stock.levels import STATUS_LABELS, StockStatus

CHART_STATES: dict[StockStatus, str] = {
    StockStatus.STOCKED_OUT: "out",
    StockStatus.URGENT: "urgent",
    StockStatus.LOW: "low",
    StockStatus.ADEQUATE: "good",
    StockStatus.OVERSTOCKED: "over",
    StockStatus.NO_USE: "none",
    StockStatus.UNKNOWN: "none",
}
"""The colour of a status, by its name in the charts' script and in the style sheet."""


def status_bars(rows: Sequence[tuple[str, Mapping[str, int]]]) -> dict[str, Any]:
    """The chart's option: (name, count by status) from the top down; statuses that nobody has are left out."""
    upwards = list(rows)[::-1]
    return {
        "legend": {},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {
            "type": "category",
            "data": [name for name, _counts in upwards],
            "axisLabel": {"width": 160, "overflow": "truncate"},
        },
        "series": [
            {
                "name": _(STATUS_LABELS[status]),
                "type": "bar",
                "stack": "status",
                "state": CHART_STATES[status],
                "data": [counts.get(status, 0) for _name, counts in upwards],
            }
            for status in StockStatus
            if any(counts.get(status) for _name, counts in upwards)
        ],
    }
