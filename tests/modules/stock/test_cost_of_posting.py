"""What makes a posting cheap leaves the ledger as it was: the same digests, the same refusals, few journeys."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC

import pytest
from django.conf import settings
from django.db import connection

from tests.stock_builders import StockedCounty, a_command, event
from zhixuan.modules.directory.models import Facility
from zhixuan.modules.stock.models import CommandConflict, Event
from zhixuan.rules.refusal import Refused
from zhixuan.shared.journeys import carry_out


def test_a_digest_covers_what_it_always_covered(stocked: StockedCounty) -> None:
    """The whole event as one JSON list: databases of earlier versions must stay provable."""
    receipt = stocked.dispense(stocked.store, stocked.want(3), note='早上 "A"\\ é\n')
    e = event(receipt)
    whole = [
        e.id, e.command_id.hex, e.kind, e.place_id, e.year, e.number, e.on.isoformat(),
        e.recorded_at.astimezone(UTC).isoformat(timespec="microseconds"), e.actor_id, e.actor_name, e.other_place_id,
        e.reverses_id, e.answers_id, e.reference, e.note, e.details,
        [list(one) for one in e.movements.order_by("line").values_list(
            "lot_id", "product_id", "from_place_id", "to_place_id", "pieces", "reason")],
    ]  # fmt: skip
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert "早上" in text
    assert e.digest == hmac.new(settings.LEDGER_KEY_FILE.read_bytes(), text.encode(), hashlib.sha256).hexdigest()


def test_another_content_is_a_conflict_even_where_it_names_nothing_that_is_there(stocked: StockedCounty) -> None:
    command = a_command()
    stocked.dispense(stocked.store, stocked.want(1), command_id=command)
    nowhere = Facility(id=10**9)
    with pytest.raises(Refused) as refused:
        stocked.dispense(nowhere, stocked.want(1), command_id=command)
    assert refused.value.code == "command_conflict"
    assert CommandConflict.objects.get().payload[2]["facility_id"] == 10**9


def test_what_is_refused_under_the_lock_gives_its_number_back(stocked: StockedCounty) -> None:
    first = event(stocked.dispense(stocked.store, stocked.want(1)))
    with pytest.raises(Refused):
        stocked.dispense(stocked.store, stocked.want(10**6))
    assert event(stocked.dispense(stocked.store, stocked.want(1))).number == first.number + 1


def test_a_dispensing_goes_to_the_server_three_times_before_its_commit(
    stocked: StockedCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhixuan.modules.stock.operations import _commands
    from zhixuan.shared import sql

    journeys = []
    for module in (sql, _commands):
        monkeypatch.setattr(module, "carry_out", lambda told: journeys.append(len(told)) or carry_out(told))
    stocked.dispense(stocked.store, stocked.want(1))
    assert journeys == ([3, 4, 1] if connection.vendor == "postgresql" else [3, 3, 4])


def test_events_carry_no_index_that_another_begins_with(db: None) -> None:
    """The names that migration 0007 takes away are worked out by Django; a wrong one would take nothing away."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Event._meta.db_table)
    plain = {tuple(one["columns"]) for one in found.values() if one["index"] and not one["unique"]}
    assert ("place_id",) not in plain
    answering = [name for name, one in found.items() if one["index"] and one["columns"] == ["answers_id"]]
    assert answering == ["event_that_answers"]
