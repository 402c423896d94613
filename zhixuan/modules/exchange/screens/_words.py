"""What several screens of imports share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from zhixuan.modules.exchange import words
from zhixuan.modules.exchange.models import ImportRun
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.stock_cards import KIND_LABELS, SEVERITIES, FindingKind, Severity
from zhixuan.shared.access import ANONYMOUS, Actor
from zhixuan.shared.ui.forms import sentence

COLOURS = {Severity.ERROR: "red", Severity.WARNING: "orange", Severity.NOTE: "azure"}


def actor_of(request: HttpRequest) -> Actor:
    return getattr(request, "actor", ANONYMOUS)


def kinds_chart(counts: dict[str, int], address: str) -> dict[str, Any] | None:
    """Bars by kind, most at the top; a click leads to the findings of that kind."""
    if not counts:
        return None
    kinds = sorted(counts, key=lambda kind: counts[kind])
    data = [{"value": counts[kind], "href": f"{address}?kind={kind}"} for kind in kinds]
    return {
        "grid": {"left": 8, "right": 40, "top": 8, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value", "minInterval": 1, "splitNumber": 3},
        "yAxis": {"type": "category", "data": [words.finding_label(kind) for kind in kinds]},
        "series": [{"name": _("Findings"), "type": "bar", "data": data, "label": {"show": True, "position": "right"}}],
    }


def kind_rows(counts: dict[str, int]) -> list[dict[str, Any]]:
    """The same as a table: for readers of text and of screens without pictures."""
    return [
        {
            "kind": kind,
            "label": words.finding_label(kind),
            "badge": words.severity_badge(SEVERITIES[FindingKind(kind)]),
            "count": count,
        }
        for kind, count in counts.items()
        if kind in KIND_LABELS
    ]


def mistakes_of(run: ImportRun) -> list[dict[str, Any]]:
    """The kept mistakes of a refused run, in the language of the page."""
    return [
        {
            "sheet": one["fields"].get("sheet", ""),
            "row": one["fields"].get("row", ""),
            "column": one["fields"].get("column", ""),
            "text": sentence(refusal_of(one)),
        }
        for one in run.outcome.get("mistakes", [])
    ]


def refusal_of(kept: dict[str, Any]) -> Refused:
    """A kept mistake as the refusal it was."""
    refused = Refused(kept["message"].replace("{", "{{").replace("}", "}}"), code=kept["code"])
    refused.message, refused.fields = kept["message"], kept["fields"]
    return refused
