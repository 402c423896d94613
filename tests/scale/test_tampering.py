"""Random edits of the ledger by SQL are all found, and the first bad row is named (G17)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from tests.builders import NOW
from tests.databases import FreshDatabase
from tests.scale.seeds import base_seed
from tests.scale.tampering import Attacker, a_small_ledger, disarm, run
from tests.stock_builders import a_stocked_county
from zhixuan.modules.stock.models import Balance, Event
from zhixuan.modules.stock.operations import _head
from zhixuan.modules.stock.operations.check_ledger import check_ledger
from zhixuan.modules.stock.operations.rebuild_balances import rebuild_balances
from zhixuan.modules.stock.operations.seal_ledger import seal_ledger


def test_every_random_edit_is_found(fresh_database: FreshDatabase) -> None:
    a_small_ledger()
    missed = run(80, base_seed())
    assert missed == [], "\n".join(missed)


@pytest.mark.full
def test_a_thousand_random_edits_are_found(fresh_database: FreshDatabase) -> None:
    a_small_ledger()
    missed = run(1000, base_seed())
    assert missed == [], "\n".join(missed)


def test_the_first_bad_row_is_named(fresh_database: FreshDatabase) -> None:
    a_small_ledger()
    ids = list(Event.objects.order_by("id").values_list("id", flat=True))
    with transaction.atomic():
        disarm()
        Event.objects.filter(id__in=[ids[7], ids[20]]).update(note="another")
        faults = [fault for fault in check_ledger() if fault.check == "events"]
        transaction.set_rollback(True)
    assert [fault.row for fault in faults] == [f"stock_event {ids[7]}", f"stock_event {ids[20]}"]


def test_missing_and_gutted_triggers_are_found(db: None) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE stock_event DISABLE TRIGGER stock_event_only_added")
            cursor.execute(
                "CREATE OR REPLACE FUNCTION stock_only_added() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RETURN OLD; END $$"
            )
        else:
            cursor.execute("DROP TRIGGER stock_event_no_update")
            cursor.execute("DROP TRIGGER stock_lot_no_delete")
            cursor.execute("CREATE TRIGGER stock_lot_no_delete BEFORE DELETE ON stock_lot BEGIN SELECT 1; END")
    faults = {(fault.row, fault.check) for fault in check_ledger()}
    assert {("stock_event", "triggers"), ("stock_lot", "triggers")} <= faults


def test_the_note_of_the_latest_seal_shows_that_the_end_was_cut(fresh_database: FreshDatabase) -> None:
    county = a_stocked_county(A=10)
    for _ in range(3):
        county.dispense(county.store, county.want(1))
        seal_ledger(at=NOW)
    assert check_ledger() == []
    attacker = Attacker(1)
    for statement in disarm():
        attacker.said += statement
    attacker.run("DELETE FROM stock_seal WHERE id = 3")
    assert [fault.row for fault in check_ledger() if fault.check == "chain"] == ["stock_seal 3"]
    seal_ledger(at=NOW + timedelta(minutes=1))
    assert "stock_seal 3" in {fault.row for fault in check_ledger()}, "sealing again does not wipe the trace away"
    Path(_head.file()).write_text('{"seal": 2, "digest": "x", "proof": "y"}')
    assert str(_head.file()) in {fault.row for fault in check_ledger()}


def test_wrong_balances_are_named_and_made_anew(fresh_database: FreshDatabase) -> None:
    county = a_small_ledger()
    before = set(Balance.objects.values_list("place", "lot", "pieces"))
    Balance.objects.filter(place__kind="store").update(pieces=3)
    wrong = [fault for fault in check_ledger() if fault.check == "balances"]
    assert wrong
    assert rebuild_balances(actor=county.actor, at=NOW) == len(wrong)
    assert set(Balance.objects.values_list("place", "lot", "pieces")) == before
    assert check_ledger() == []
