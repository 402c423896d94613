"""Which role may do which verb of quality, where. Applicant, approver and witnesses are never the same person: that is
decided in `rules/quality/losses.py`."""

from __future__ import annotations

from zhixuan.modules.stock.permissions import KEEP, VIEW, require
from zhixuan.shared.access import Role

__all__ = [
    "ANSWER_NOTICE",
    "APPROVE_LOSS",
    "DESTROY",
    "INSPECT",
    "ISSUE_RECALL",
    "LOG_STORAGE",
    "NOTE_CONCERN",
    "REPORT_LOSS",
    "SET_LIMITS",
    "VIEW",
    "WITNESS",
    "require",
]

INSPECT = LOG_STORAGE = REPORT_LOSS = DESTROY = ANSWER_NOTICE = KEEP
NOTE_CONCERN = KEEP | {Role.CLINICIAN}
APPROVE_LOSS = frozenset({Role.TOWNSHIP_OFFICER, Role.STATION_OFFICER})
WITNESS = KEEP | {Role.CLINICIAN, Role.AUDITOR, Role.ASSESSOR}
SET_LIMITS = ISSUE_RECALL = frozenset({Role.STATION_OFFICER})
