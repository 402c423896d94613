"""The shape of what a dry run finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from zhixuan.rules.refusal import Refused


@dataclass(slots=True)
class Report:
    """What an import would do.

    Args:
        counts: rows, same, new, changed, repeated, missing.
        added: areas, facilities and products that would be entered.
        findings: how many of each kind in the series that would change.
        missing: known rows between the months of the file that it lacks; they stay as they are.
        mistakes: what must be corrected first; with any of them nothing is imported.
    """

    counts: dict[str, int] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)
    findings: dict[str, int] = field(default_factory=dict)
    missing: list[dict[str, Any]] = field(default_factory=list)
    mistakes: list[Refused] = field(default_factory=list)
    area_path: str = ""

    @property
    def changes_nothing(self) -> bool:
        return not any(self.counts.get(key) for key in ("new", "changed", "repeated"))

    def kept(self) -> dict[str, Any]:
        """As JSON values, without the mistakes."""
        return {"added": self.added, "findings": self.findings, "missing": self.missing}
