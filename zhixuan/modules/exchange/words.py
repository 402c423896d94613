"""Words for the codes of imports and findings, for screens and commands."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from zhixuan.rules.periods import Month
from zhixuan.rules.stock.stock_cards import KIND_LABELS, Finding, FindingKind, Severity
from zhixuan.shared.ui.columns import Badge, Colour
from zhixuan.shared.ui.formats import moment, number

COUNT_LABELS: dict[str, Promise] = {
    "rows": _lazy("Rows in the files"),
    "same": _lazy("Rows known already"),
    "new": _lazy("New rows"),
    "changed": _lazy("Corrected rows"),
    "repeated": _lazy("Rows repeated within the file"),
    "missing": _lazy("Known rows that the files lack (kept)"),
    "slips": _lazy("Slips posted"),
    "movements": _lazy("Movements posted"),
    "added_areas": _lazy("Areas added"),
    "added_facilities": _lazy("Facilities added"),
    "added_products": _lazy("Products added"),
}

PHASE_LABELS: dict[str, Promise] = {
    "read": _lazy("Reading the files"),
    "check": _lazy("Comparing with the books"),
    "post": _lazy("Posting"),
    "prove": _lazy("Proving every month end"),
}

SEVERITY_LABELS: dict[str, Promise] = {
    Severity.ERROR: pgettext_lazy("finding", "Error"),
    Severity.WARNING: pgettext_lazy("finding", "Warning"),
    Severity.NOTE: pgettext_lazy("finding", "Note"),
}
SEVERITY_COLOURS: dict[str, Colour] = {Severity.ERROR: "red", Severity.WARNING: "orange", Severity.NOTE: "azure"}

STATE_COLOURS: dict[str, Colour] = {
    "waiting": "secondary",
    "checked": "azure",
    "refused": "red",
    "posting": "blue",
    "done": "green",
    "cancelled": "orange",
    "failed": "red",
}


def count_label(key: str) -> str:
    return str(COUNT_LABELS.get(key, key))


def phase_label(key: str) -> str:
    return str(PHASE_LABELS.get(key, key))


def finding_label(kind: str) -> str:
    """The name of a kind of finding."""
    return _(KIND_LABELS[FindingKind(kind)]) if kind in set(FindingKind) else kind


def severity_badge(severity: str) -> Badge:
    return Badge(SEVERITY_LABELS[severity], SEVERITY_COLOURS[severity])


def state_badge(run: Any) -> Badge:
    return Badge(run.get_state_display(), STATE_COLOURS[run.state])


def finding_text(row: Any) -> str:
    """The sentence of a kept finding, in the language of the page."""
    kind, severity = FindingKind(row.kind), Severity(row.severity)
    return Finding(kind, severity, "", "", Month.of(row.month), (), row.message, row.numbers).text(_)


def proof_text(proof: dict[str, Any]) -> str:
    """What was proved, in one sentence."""
    figures = {"equal": number(proof["equal"]), "stated": number(proof["month_ends"])}
    if proof["equal"] != proof["month_ends"]:
        return _("Only %(equal)s of %(stated)s month ends in the ledger equal the files.") % figures
    if proof["negative_days"]:
        days = {"days": number(proof["negative_days"])}
        return _("Every month end equals the files, but %(days)s days end below zero.") % days
    return _("All %(stated)s month ends in the ledger equal the files; no day ends below zero.") % figures


def already_imported(run: Any) -> str:
    when = moment(run.finished_at or run.started_at)
    return _("These files were imported on %(when)s. Nothing was changed.") % {"when": when}


def outcome(run: Any) -> str:
    """How an import ended, in sentences."""
    if run.outcome.get("repeated"):
        return already_imported(run)
    figures = {key: number(run.counts.get(key, 0)) for key in ("new", "changed", "same", "slips")}
    did = (
        _("%(new)s rows are new, %(changed)s corrected, %(same)s known already; %(slips)s slips were posted.") % figures
    )
    return f"{did} {proof_text(run.outcome['proof'])}"
