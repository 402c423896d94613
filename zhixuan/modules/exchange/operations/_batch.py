"""One batch of an import, written in one transaction: rows, slips, findings and the counts of the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from zhixuan.modules.exchange.models import Finding, ImportedRow, ImportRun
from zhixuan.modules.exchange.operations import _plan, _rows
from zhixuan.modules.exchange.operations._network import Network
from zhixuan.modules.exchange.operations._plan import BatchPlan, SeriesPlan
from zhixuan.modules.exchange.operations._reading import GivenRow
from zhixuan.modules.stock.operations.post_cards import PostedCards, post_cards
from zhixuan.modules.stock.queries.cards import CardSeries
from zhixuan.rules.periods import Month
from zhixuan.rules.stock.stock_cards import Finding as Oddity
from zhixuan.rules.stock.stock_cards import Severity
from zhixuan.shared.access import Actor

RANKS = {Severity.ERROR: 1, Severity.WARNING: 2, Severity.NOTE: 3}
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Batch:
    """What a batch is written with."""

    run_id: UUID
    network: Network
    reference: str
    since: Month | None
    actor: Actor
    at: datetime


def plan(rows: Sequence[GivenRow], network: Network, since: Month | None) -> BatchPlan:
    """What the rows would change, against what is known now; reads only."""
    facilities = {network.facilities[code]: code for code in _sites(rows) if code in network.facilities}
    products = {pk: code for code, pk in network.products.items()}
    known = _plan.known_rows(facilities, products) if facilities and products else _plan.KnownRows()
    return _plan.plan(rows, known, since)


def card_series(touched: Sequence[SeriesPlan], network: Network) -> list[CardSeries]:
    """The touched series as the ledger takes them."""
    return [CardSeries(network.facilities[one.series[0]], network.products[one.series[1]], one.rows) for one in touched]


@transaction.atomic
def write(rows: Sequence[GivenRow], batch: Batch) -> BatchPlan:
    """Work out under the lock of the run what is new, post it and keep it; a repeat finds nothing new.

    Raises:
        Refused: a series cannot be posted; nothing of the batch is written.
    """
    run = ImportRun.objects.select_for_update().get(pk=batch.run_id)
    made = plan(rows, batch.network, batch.since)
    if made.touched:
        codes = ",".join(sorted(_sites(rows)))
        marks = ",".join(row.fingerprint for one in made.touched for row in _given(one))
        command_id = uuid5(batch.run_id, f"{codes}:{marks}")
        posted = post_cards(
            series=card_series(made.touched, batch.network),
            reference=batch.reference,
            actor=batch.actor,
            command_id=command_id,
            at=batch.at,
        )
        _keep(made, posted, command_id, batch)
        counts = {"slips": len(posted.receipts), "movements": posted.movements}
        run.counts = _plan.sum_of([run.counts, made.counts(), counts])
    else:
        run.counts = _plan.sum_of([run.counts, made.counts()])
    run.save(update_fields=["counts"])
    return made


def _sites(rows: Sequence[GivenRow]) -> set[str]:
    return {row.card.site for row in rows}


def _given(one: SeriesPlan) -> list[GivenRow]:
    return [*one.new, *(row for _old, row in one.changed), *one.repeated]


def _keep(made: BatchPlan, posted: PostedCards, command_id: UUID, batch: Batch) -> None:
    counts, repeated = ImportedRow.Standing.COUNTS, ImportedRow.Standing.REPEATED
    replaced = {old.pk: row for one in made.touched for old, row in one.changed}
    _rows.supersede(replaced)
    given = [(row, counts) for one in made.touched for row in (*one.new, *(row for _old, row in one.changed))]
    given += [(row, repeated) for one in made.touched for row in one.repeated]
    network = batch.network
    _rows.insert(given, _rows.Origin(batch.run_id, command_id, network.facilities, network.products, posted.receipts))
    ids = _rows.ids_of(batch.run_id, {network.facilities[one.series[0]] for one in made.touched})
    _rows.link(
        {
            pk: ids[network.facilities[row.card.site], network.products[row.card.product], row.card.line_number]
            for pk, row in replaced.items()
        }
    )
    _keep_findings(made.touched, ids, batch)


def _keep_findings(touched: Sequence[SeriesPlan], ids: Mapping[tuple[int, int, int], int], batch: Batch) -> None:
    """New findings of the touched series; those of earlier runs are retired."""
    series = {
        (batch.network.facilities[site], batch.network.products[product])
        for site, product in (one.series for one in touched)
    }
    earlier = Finding.objects.filter(facility_id__in={one[0] for one in series}, retired_by=None)
    retired = [pk for pk, *key in earlier.values_list("pk", "facility_id", "product_id") if tuple(key) in series]
    for start in range(0, len(retired), AT_ONCE):
        Finding.objects.filter(pk__in=retired[start : start + AT_ONCE]).update(retired_by=batch.run_id)
    Finding.objects.bulk_create(
        [_finding(oddity, ids, batch) for one in touched for oddity in one.findings], batch_size=AT_ONCE
    )


def _finding(oddity: Oddity, ids: Mapping[tuple[int, int, int], int], batch: Batch) -> Finding:
    facility_id, product_id = batch.network.facilities[oddity.site], batch.network.products[oddity.product]
    row_ids = []
    for line in oddity.line_numbers:
        pk = -line if line < 0 else ids.get((facility_id, product_id, line))
        if pk is not None:
            row_ids.append(pk)
    return Finding(
        run_id=batch.run_id,
        kind=oddity.kind.value,
        severity=oddity.severity.value,
        rank=RANKS[oddity.severity],
        facility_id=facility_id,
        product_id=product_id,
        month=oddity.month.first_day,
        lines=[line for line in oddity.line_numbers if line > 0],
        row_ids=row_ids,
        message=oddity.message,
        numbers=dict(oddity.numbers),
    )
