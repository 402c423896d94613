"""Bring a country's monthly stock cards into the ledger, and prove that the ledger then says what they say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from zhixuan.modules.exchange import permissions
from zhixuan.modules.exchange.models import ImportedFile, ImportRun
from zhixuan.modules.exchange.operations import _batch, _network, _plan, _report
from zhixuan.modules.exchange.operations._proof import prove
from zhixuan.modules.exchange.operations._reading import CardFiles
from zhixuan.modules.exchange.operations._report import Progress, no_progress
from zhixuan.modules.exchange.queries import runs
from zhixuan.modules.exchange.queries import sources as sources_of
from zhixuan.modules.exchange.queries.mappings import Mapping
from zhixuan.modules.exchange.queries.sources import Source
from zhixuan.modules.stock.operations.seal_ledger import seal_ledger
from zhixuan.rules.refusal import Refused, raise_all
from zhixuan.shared import audit
from zhixuan.shared.access import Actor, Forbidden
from zhixuan.shared.jobs import Cancelled

State = ImportRun.State
POSTED = frozenset({"new", "changed", "repeated", "slips", "movements"})
"""Counts of what was written; they go on when a run that was cut off is begun again."""


def import_cards(
    *,
    sources: Sequence[Source],
    mapping: Mapping,
    run_id: UUID,
    actor: Actor,
    clock: Callable[[], datetime],
    progress: Progress = no_progress,
) -> ImportRun:
    """Import the files. Safe to repeat, and to begin again after it was cut off at any moment.

    Not one transaction but one for about a thousand rows: each leaves rows and slips that agree. The very files of the
    latest import change nothing and are not even read; other files are compared row by row.

    Args:
        clock: gives now; everything is posted as of when the import began.
        run_id: of the run; one that was begun before goes on. Files that were cut off in another run go on there.

    Returns:
        The run: `outcome["repeated"]` when the files had been imported already, `outcome["proof"]` else. Its state is
        DONE only when every month end of the files is equal in the ledger and no day ends below zero.

    Raises:
        Refused: mistakes in the files, or rows that cannot be posted: all at once, nothing is imported.
        Forbidden: the actor may import nowhere.
        Cancelled: from `progress`; what was imported so far stays, and the same import goes on with the rest.
    """
    if not actor.has(permissions.IMPORT):
        raise Forbidden
    at = clock()
    facts = [one.facts() for one in sources_of.used(sources, mapping.content)]
    content_hash = sources_of.content_hash(facts, mapping.text)
    if (done := runs.imported_last(content_hash)) is not None:
        done.outcome = {**done.outcome, "repeated": True}
        return done
    files = _report.read(sources, mapping, progress)
    report = _report.report_on(files, mapping, actor, timezone.localdate(at), progress)
    raise_all(report.mistakes)

    run = _begin(run_id, content_hash, facts, mapping, actor, at)
    network = _network.ensure(files, mapping.content, actor, at)
    run.area_path = network.area_path
    content = mapping.content
    batch = _batch.Batch(run.pk, network, content.title_en, content.cards.stockout_days_since, actor, at)
    try:
        _post(files, batch, progress)
    except (Cancelled, Refused) as stopped:
        state = State.CANCELLED if isinstance(stopped, Cancelled) else State.FAILED
        _end(run, state, {**report.kept(), "stopped": str(stopped)}, actor, clock())
        raise
    progress("prove", 0, 0)
    proof = prove(files.rows, network)
    seal_ledger(at=at)
    outcome = {**report.kept(), "added": network.added, "proof": proof.kept()}
    return _end(run, State.DONE if proof.holds else State.FAILED, outcome, actor, clock())


@transaction.atomic
def _begin(
    run_id: UUID,
    content_hash: str,
    facts: list[dict[str, str | int]],
    mapping: Mapping,
    actor: Actor,
    at: datetime,
) -> ImportRun:
    """The run to post under: the one that these files were cut off in, the given one, or a new one."""
    unfinished = [State.POSTING, State.CANCELLED, State.FAILED]
    open_runs = ImportRun.objects.filter(kind=runs.KIND, content_hash=content_hash, state__in=unfinished)
    run = ImportRun.objects.filter(pk=run_id).first() or open_runs.order_by("-started_at").first()
    if run is None:
        run = ImportRun(pk=run_id, started_by=actor.user_id, started_by_name=actor.name[:150], started_at=at)
    counts = run.counts if run.state in unfinished else {}
    run.counts = {key: count for key, count in counts.items() if key in POSTED}
    run.kind, run.mapping, run.content_hash, run.files = runs.KIND, mapping.name, content_hash, facts
    run.state, run.finished_at = State.POSTING, None
    run.save()
    return run


def _post(files: CardFiles, batch: _batch.Batch, progress: Progress) -> None:
    done = 0
    progress("post", done, len(files.rows))
    for rows in _plan.batches(files.rows):
        _batch.write(rows, batch)
        done += len(rows)
        progress("post", done, len(files.rows))


@transaction.atomic
def _end(run: ImportRun, state: str, outcome: dict[str, object], actor: Actor, at: datetime) -> ImportRun:
    """Note how the run ended; uploaded files are kept only while there is something left to do with them."""
    run.counts = ImportRun.objects.select_for_update().values_list("counts", flat=True).get(pk=run.pk)
    changed = sum(run.counts.get(key, 0) for key in ("new", "changed", "repeated"))
    run.counts["same"] = max(run.counts.get("rows", 0) - changed, 0)
    run.state, run.outcome, run.finished_at = state, outcome, at
    run.save()
    if state == State.DONE:
        ImportedFile.objects.filter(run=run).delete()
    details = {"state": state, "counts": run.counts, "files": [one["name"] for one in run.files]}
    audit.record(actor, "import_cards", "exchange.run", run.pk, run.area_path, details, at)
    return run
