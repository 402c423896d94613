"""Two who tell, refill or count the same machine at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from django.db import connections

from tests.builders import NOW, TODAY
from tests.databases import FreshDatabase
from tests.machine_builders import Machines, some_machines, vend
from tests.stock_builders import a_command, pieces_at
from zhixuan.modules.machines.models import Record, Visit
from zhixuan.modules.stock.models import Event
from zhixuan.modules.stock.operations.check_ledger import check_ledger
from zhixuan.modules.stock.operations.reverse_event import reverse_event
from zhixuan.rules.refusal import Refused
from zhixuan.shared.command_ids import new

AT_ONCE = 4


def together(act: Callable[[int], Any]) -> list[Any]:
    """The act in several threads at once, each with a connection of its own."""

    def one(number: int) -> Any:
        try:
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def told(machines: Machines) -> None:
    records = [vend(1 + n % 3, number=n, at=NOW - timedelta(minutes=n)) for n in range(60)]
    outcomes = together(lambda number: machines.tell(*records[number:], *records[:number]))
    assert sum(outcome.new for outcome in outcomes) == Record.objects.count() == 60
    assert sum(outcome.pieces for outcome in outcomes) == 600


def test_a_reversal_while_the_machine_goes_on_telling(fresh_database: FreshDatabase) -> None:
    """One of two reversals gives the pieces back; what is told or reversed meanwhile is not lost."""
    machines = some_machines()
    machines.refill(loads={1: 100, 2: 100})
    (vends,) = machines.tell(*(vend(1, number=n) for n in range(5))).events
    receipt = Event.objects.get(kind="transfer_in", place__facility=machines.facilities[0]).pk

    def reversed_once(event_id: int) -> str:
        said = {"reason": "another machine's", "on": TODAY, "actor": machines.actor, "at": NOW}
        try:
            reverse_event(event_id=event_id, command_id=new(), **said)
        except Refused as refused:
            return refused.code
        return "reversed"

    acts: list[Callable[[], Any]] = [
        lambda: reversed_once(vends),
        lambda: reversed_once(vends),
        lambda: reversed_once(receipt),
        lambda: machines.tell(*(vend(2, number=100 + n) for n in range(5))).pieces,
    ]
    first, second, refill, told = together(lambda number: acts[number]())
    assert sorted((first, second)) == ["already_reversed", "reversed"]
    assert (refill, told) in {("slot_emptied", 50), ("reversed", 50)}
    assert sum(machines.pieces().values()) == pieces_at(machines.facilities[0]) - _owed(machines)
    if refill == "slot_emptied":
        assert machines.pieces() == {1: 100, 2: 50, 3: 0}
    assert check_ledger() == []


def _owed(machines: Machines) -> int:
    return -pieces_at(machines.facilities[0], kind="suspense")


def test_the_same_records_the_same_refill_and_the_same_count_at_once(fresh_database: FreshDatabase) -> None:
    machines = some_machines()
    command = a_command()
    visits = together(lambda _number: machines.refill(loads={1: 100, 2: 100, 3: 100}, command_id=command))
    assert sorted(visit.repeated for visit in visits) == [False, True, True, True]
    machines.refill(loads={1: 100, 2: 100, 3: 100}, at=NOW)
    told(machines)
    assert machines.pieces() == {1: 0, 2: 0, 3: 0}
    assert pieces_at(machines.facilities[0]) == 0
    counts = together(lambda _number: machines.count({1: 5, 2: 0, 3: 0}, reason="loading"))
    assert len({count.number for count in counts}) == AT_ONCE
    assert pieces_at(machines.facilities[0]) == 5
    assert Visit.objects.count() == 2 + AT_ONCE
    assert check_ledger() == []
