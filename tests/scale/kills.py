"""Writers, or the database server, die by SIGKILL again and again (G3): nothing acknowledged is lost or doubled.

    python -m tests.scale.kills --kills 60 [--database URL]        writers die
    python -m tests.scale.kills --server-kills 10                  the postmaster of a PostgreSQL of its own dies

Each writer is a client with an outbox: it notes a command before it sends it, and what it was told only after the
answer. After a kill it sends again what has no answer yet.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection, connections

import tests.scale
from tests.builders import NOW, TODAY
from tests.scale.seeds import base_seed
from tests.scale.world import World, a_world
from zhixuan.modules.stock.models import Event, Movement
from zhixuan.modules.stock.operations.check_ledger import check_ledger
from zhixuan.modules.stock.operations.dispense import dispense
from zhixuan.modules.stock.operations.seal_ledger import seal_ledger
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.stock.fefo import Wanted
from zhixuan.shared.command_ids import new

FORK = multiprocessing.get_context("fork")
RECOVERY_SECONDS_MAX = 15.0


@dataclass(slots=True)
class Outcome:
    """It passed when `faults` is empty."""

    kills: int
    acknowledged: int = 0
    resolved: int = 0
    slowest_recovery: float = 0.0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        words = f"{self.kills} kills, {self.acknowledged} acknowledged, {self.resolved} committed but unanswered and"
        return (
            f"{words} resolved by sending again, slowest recovery {self.slowest_recovery:.1f} s, "
            f"{len(self.faults)} faults" + "".join(f"\n  {fault}" for fault in self.faults[:20])
        )


class Client:
    """One writer's two files, and the process that works on them."""

    def __init__(self, world: World, folder: Path, number: int) -> None:
        self.world = world
        self.outbox, self.told = folder / f"{number}.outbox", folder / f"{number}.told"
        for file in (self.outbox, self.told):
            file.touch()
        self.process: Any = None

    def start(self) -> None:
        self.process = FORK.Process(target=self._work, daemon=True)
        self.process.start()

    def kill(self) -> None:
        self.process.kill()
        self.process.join()

    def lines(self, file: Path) -> list[list[str]]:
        """Whole lines only: the last one may be torn."""
        return [line.split() for line in file.read_text().split("\n")[:-1]]

    def unanswered(self) -> list[UUID]:
        told = {line[0] for line in self.lines(self.told)}
        return [UUID(line[0]) for line in self.lines(self.outbox) if line[0] not in told]

    def send(self, command: UUID) -> Receipt:
        world = self.world
        facility = world.facility_ids[command.int % len(world.facility_ids)]
        lines = [Wanted(product, 1 + command.int % 3) for product in world.product_ids]
        said = {"facility_id": facility, "lines": lines, "on": TODAY, "command_id": command}
        return dispense(**said, actor=world.actor, at=NOW)

    def note(self, file: Path, *words: object) -> None:
        handle = os.open(file, os.O_WRONLY | os.O_APPEND)
        os.write(handle, (" ".join(map(str, words)) + "\n").encode())
        os.close(handle)

    def _work(self) -> None:
        waiting = self.unanswered()
        while True:
            if not waiting:
                waiting = [new()]
                self.note(self.outbox, waiting[0].hex)
            try:
                receipt = self.send(waiting[0])
            except (DatabaseError, InterfaceError):
                with suppress(Exception):
                    connections.close_all()
                time.sleep(0.05)
                continue
            self.note(self.told, waiting.pop(0).hex, receipt.event_id)


def run(kills: int, seed: int, *, writers: int = 4, server: Any = None) -> Outcome:
    """Kill writers, or with `server` that server, and see what stands afterwards."""
    dice, outcome = random.Random(seed), Outcome(kills)
    world = a_world(10**6)
    set_up = set(Event.objects.values_list("id", flat=True))
    connections.close_all()
    with tempfile.TemporaryDirectory() as folder:
        clients = [Client(world, Path(folder), number) for number in range(writers)]
        for client in clients:
            client.start()
        for _ in range(kills):
            time.sleep(dice.uniform(0.5, 1.5) if server else dice.uniform(0.05, 0.4))
            victim = dice.choice(clients)
            before = sum(client.told.stat().st_size for client in clients if server or client is victim)
            if server:
                server.kill()
                server.start_again()
            else:
                victim.kill()
                victim.start()
            _recover(outcome, clients if server else [victim], before)
        for client in clients:
            client.kill()
        connections.close_all()
        _settle(outcome, clients, set_up)
    return outcome


def _recover(outcome: Outcome, watched: list[Client], before: int) -> None:
    """Wait until one of them has been told something again."""
    begin = time.monotonic()
    while sum(client.told.stat().st_size for client in watched) <= before:
        time.sleep(0.01)
        if time.monotonic() - begin > 2 * RECOVERY_SECONDS_MAX:
            outcome.faults.append("nothing was posted after a kill")
            return
    outcome.slowest_recovery = max(outcome.slowest_recovery, time.monotonic() - begin)


def _settle(outcome: Outcome, clients: list[Client], set_up: set[int]) -> None:
    told = {line[0]: int(line[1]) for client in clients for line in client.lines(client.told)}
    here = {event.command_id.hex: event.id for event in Event.objects.exclude(id__in=set_up)}
    outcome.acknowledged = len(told)
    outcome.faults += [f"lost: {command}" for command, event_id in told.items() if here.get(command) != event_id]
    for client in clients:
        for command in client.unanswered():
            receipt = client.send(command)
            outcome.resolved += receipt.repeated
            if receipt.repeated != (command.hex in here):
                outcome.faults.append(f"sent again: {command} repeated={receipt.repeated}")
    sent = [line[0] for client in clients for line in client.lines(client.outbox)]
    after = Event.objects.exclude(id__in=set_up)
    if sorted(event.command_id.hex for event in after) != sorted(sent):
        outcome.faults.append(f"{after.count()} events for {len(sent)} commands")
    lines = Movement.objects.filter(event__in=after).count()
    if lines < 2 * len(sent):
        outcome.faults.append(f"{lines} movements for {len(sent)} events of two lines")
    if outcome.slowest_recovery > RECOVERY_SECONDS_MAX:
        outcome.faults.append(f"recovery took {outcome.slowest_recovery:.1f} s")
    seal_ledger(at=NOW)
    outcome.faults += [str(fault) for fault in check_ledger()]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            outcome.faults += [f"integrity: {row[0]}" for row in cursor.fetchall() if row[0] != "ok"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--server-kills", type=int, default=0)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--database")
    parser.add_argument("--seed", type=int, default=base_seed())
    given = parser.parse_args()
    server = tests.scale.server
    outcome = run(given.server_kills or given.kills, given.seed, writers=given.writers, server=server)
    if server:
        connections.close_all()
        server.end()
    print(f"{connection.vendor}, seed {given.seed}: {outcome}")  # noqa: T201
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
