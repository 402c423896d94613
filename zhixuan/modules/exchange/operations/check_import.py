"""The dry run of an import."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from zhixuan.modules.exchange.operations import _report
from zhixuan.modules.exchange.operations._report import Progress, no_progress
from zhixuan.modules.exchange.queries.mappings import Mapping
from zhixuan.modules.exchange.queries.reports import Report
from zhixuan.modules.exchange.queries.sources import Source
from zhixuan.shared.access import Actor


def check_import(
    *, sources: Sequence[Source], mapping: Mapping, actor: Actor, at: datetime, progress: Progress = no_progress
) -> Report:
    """Read the files and compare them with the books; nothing is written.

    Raises:
        Refused: a file or column is missing, or a file cannot be read at all. Mistakes in rows are in the report.
    """
    files = _report.read(sources, mapping, progress)
    return _report.report_on(files, mapping, actor, timezone.localdate(at), progress)
