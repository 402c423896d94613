"""What an import would do, and what stands in its way: worked out by reading only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from zhixuan.modules.exchange.operations import _batch, _network, _plan, _reading
from zhixuan.modules.exchange.operations._network import Network
from zhixuan.modules.exchange.operations._plan import BatchPlan, SeriesPlan
from zhixuan.modules.exchange.operations._reading import CardFiles
from zhixuan.modules.exchange.queries.mappings import Mapping
from zhixuan.modules.exchange.queries.reports import Report
from zhixuan.modules.exchange.queries.sources import Source
from zhixuan.modules.stock.queries.cards import what_would_change
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock import card_posting
from zhixuan.rules.stock.card_posting import Bounds
from zhixuan.shared.access import Actor

MISSING_LISTED_MAX = 100
Progress = Callable[[str, int, int], None]
"""(what is being done: read, check, post or prove; done so far; of how many, 0 when not known)"""


def no_progress(phase: str, done: int, total: int) -> None:
    """For callers that show nothing."""


def read(sources: Sequence[Source], mapping: Mapping, progress: Progress) -> CardFiles:
    """The files' rows, and every mistake in them."""
    progress("read", 0, 0)
    known = _network.known_codes(mapping.content)
    return _reading.read(sources, mapping.content, known, lambda rows: progress("read", rows, 0))


def report_on(files: CardFiles, mapping: Mapping, actor: Actor, today: date, progress: Progress) -> Report:
    """What the files would change, today; reads only."""
    network = _network.present(files)
    report = Report(added=network.added, area_path=network.area_path)
    report.mistakes = [*files.mistakes, *_network.obstacles(files, actor)]
    found: Counter[str] = Counter()
    done = 0
    for rows in _plan.batches(files.rows):
        made = _batch.plan(rows, network, mapping.content.cards.stockout_days_since)
        report.counts = _plan.sum_of([report.counts, made.counts()])
        found.update(oddity.kind.value for one in made.touched for oddity in one.findings)
        report.mistakes += _obstacles(made, network, today, files.sheet)
        report.missing += missing_of(made)
        done += len(rows)
        progress("check", done, len(files.rows))
    report.findings = dict(found.most_common())
    report.missing = report.missing[:MISSING_LISTED_MAX]
    return report


def missing_of(made: BatchPlan) -> list[dict[str, Any]]:
    """Series that lack months, as JSON values."""
    return [
        {"site": site, "product": product, "months": [str(month) for month in months]}
        for (site, product), months in made.missing
    ]


def _obstacles(made: BatchPlan, network: Network, today: date, sheet: str) -> list[Refused]:
    known: list[SeriesPlan] = []
    found: list[Refused] = []
    for one in made.touched:
        if one.series[0] in network.facilities and one.series[1] in network.products:
            known.append(one)
        else:
            refused = card_posting.obstacle(one.rows, card_posting.entries_of(one.rows), Bounds(today))
            found += [refused] if refused else []
    changes = what_would_change(_batch.card_series(known, network), today=today) if known else []
    found += [change.refused for change in changes if change.refused is not None]
    for refused in found:
        refused.fields["sheet"] = sheet
    return found
