"""Words and colours of quality's codes, for screens and papers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from zhixuan.rules.quality.inspection import Finding, Result
from zhixuan.rules.quality.losses import LossReason, LossState
from zhixuan.rules.quality.recalls import NoticeState, RecallClass, RecallKind
from zhixuan.rules.quality.storage import Limits, Measure
from zhixuan.shared.ui.columns import Badge, Colour

RESULTS: dict[str, tuple[Promise, Colour]] = {
    Result.PASS: (_lazy("Passed (green)"), "green"),
    Result.HOLD: (_lazy("On hold (yellow)"), "yellow"),
    Result.FAIL: (_lazy("Failed (red)"), "red"),
}
FINDINGS: dict[str, Promise] = {
    Finding.GOOD: pgettext_lazy("finding", "Good"),
    Finding.FLAW: pgettext_lazy("finding", "Flaw"),
    Finding.NOT_SEEN: pgettext_lazy("finding", "Not looked at"),
}
LOOKED_AT: dict[str, Promise] = {
    "appearance": _lazy("Appearance"),
    "packaging": _lazy("Packaging"),
    "seal": pgettext_lazy("pack", "Seal"),
    "label": pgettext_lazy("pack", "Label"),
    "expiry_mark": _lazy("Expiry printed and not passed"),
}
DUE: dict[str, Promise] = {
    "on_receipt": _lazy("Not looked at since it came"),
    "ninety_days": _lazy("90 days without a look"),
    "at_issue": _lazy("More than 60 days since the last look"),
    "concern": _lazy("Damp, heat or a complaint"),
    "held": _lazy("In quarantine, waits for a decision"),
    "six_months": _lazy("Stored for six months"),
    "near_expiry": _lazy("Close to its expiry"),
}
CONCERNS: dict[str, Promise] = {
    "damp": _lazy("Damp or water"),
    "heat": _lazy("Heat or sun"),
    "complaint": _lazy("Complaint about a piece"),
}
COMPLAINTS: dict[str, Promise] = {
    "broken": _lazy("Torn or broken"),
    "leaking": _lazy("Leaks"),
    "smell": _lazy("Smells"),
    "colour": _lazy("Colour has changed"),
    "dry": _lazy("Dried out or sticky"),
    "label": _lazy("Label cannot be read"),
    "other": pgettext_lazy("complaint", "Something else"),
}
MEASURES: dict[str, Promise] = {
    Measure.TEMPERATURE: _lazy("Temperature"),
    Measure.HUMIDITY: _lazy("Relative humidity"),
}
UNITS = {Measure.TEMPERATURE: "°C", Measure.HUMIDITY: "%"}
LOSS_REASONS: dict[str, Promise] = {
    LossReason.EXPIRED: pgettext_lazy("loss", "Expired"),
    LossReason.BROKEN: pgettext_lazy("loss", "Broken"),
    LossReason.DAMP: pgettext_lazy("loss", "Damp"),
    LossReason.SPOILED: pgettext_lazy("loss", "Spoiled"),
    LossReason.LOST: pgettext_lazy("loss", "Lost or stolen"),
    LossReason.RECALLED: pgettext_lazy("loss", "Recalled"),
}
LOSS_STATES: dict[str, tuple[Promise, Colour]] = {
    LossState.DRAWN: (pgettext_lazy("loss report", "Drawn"), "secondary"),
    LossState.SUBMITTED: (pgettext_lazy("loss report", "Waits for approval"), "orange"),
    LossState.APPROVED: (pgettext_lazy("loss report", "Approved, to be destroyed"), "azure"),
    LossState.REFUSED: (pgettext_lazy("loss report", "Refused"), "red"),
    LossState.DESTROYED: (pgettext_lazy("loss report", "Destroyed"), "green"),
    LossState.CLOSED: (pgettext_lazy("loss report", "Closed"), "secondary"),
}
METHODS: dict[str, Promise] = {
    "burnt": _lazy("Burnt"),
    "handed_over": _lazy("Handed over to a disposal firm"),
    "crushed": _lazy("Crushed and made useless"),
    "buried": _lazy("Buried"),
    "not_there": _lazy("Nothing to destroy: lost or stolen"),
}
LEVELS: dict[str, Promise] = {
    "nation": _lazy("the national level"),
    "province": _lazy("the province"),
    "prefecture": _lazy("the prefecture"),
    "county": _lazy("the county"),
    "township": _lazy("the township"),
    "village": _lazy("the village"),
}
RECALL_KINDS: dict[str, tuple[Promise, Colour]] = {
    RecallKind.RECALL: (pgettext_lazy("recall", "Recall: send back or destroy"), "red"),
    RecallKind.STOP: (pgettext_lazy("recall", "Stop of use until more is known"), "orange"),
}
RECALL_CLASSES: dict[str, Promise] = {
    RecallClass.ONE: _lazy("Class I: may do lasting harm"),
    RecallClass.TWO: _lazy("Class II: may do passing harm"),
    RecallClass.THREE: _lazy("Class III: no harm, but not as it should be"),
}
NOTICE_STATES: dict[str, tuple[Promise, Colour]] = {
    NoticeState.SENT: (pgettext_lazy("notice", "Sent"), "orange"),
    NoticeState.READ: (pgettext_lazy("notice", "Read"), "yellow"),
    NoticeState.DONE: (pgettext_lazy("notice", "Done"), "green"),
}


def badge(known: dict[str, tuple[Promise, Colour]], code: str) -> Badge:
    return Badge(*known[code])


def choices(known: dict[str, Any]) -> list[tuple[str, Any]]:
    """Codes and words for a select or a filter."""
    return [(str(code), word[0] if isinstance(word, tuple) else word) for code, word in known.items()]


def measured(measure: str, value: Decimal | None) -> str:
    """25.5 °C; nothing for nothing."""
    return "" if value is None else f"{value.normalize():f} {UNITS[Measure(measure)]}"


def limits(found: Limits) -> list[tuple[str, str]]:
    """The limits in words: what, from where to where."""
    told = []
    for measure in Measure:
        least, most = found.bounds(measure)
        if least is not None and most is not None:
            text = _("%(least)s to %(most)s") % {
                "least": f"{least.normalize():f}",
                "most": measured(measure, most),
            }
        elif most is not None:
            text = _("up to %(most)s") % {"most": measured(measure, most)}
        elif least is not None:
            text = _("%(least)s or more") % {"least": measured(measure, least)}
        else:
            continue
        told.append((str(MEASURES[measure]), text))
    return told
