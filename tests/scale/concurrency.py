"""Many writers at once (G2): exact against an independent sum, nothing doubled, no deadlock seen by anyone.

python -m tests.scale.concurrency --writers 32 --postings 50000 --clicks 1000 [--database URL] [--seed 7]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, connections

from tests.builders import NOW, TODAY
from tests.scale.seeds import base_seed
from tests.scale.world import Request, World, a_request, a_world, faults_against
from zhixuan.modules.stock.models import Event
from zhixuan.modules.stock.operations.check_ledger import check_ledger
from zhixuan.modules.stock.operations.dispense import dispense
from zhixuan.modules.stock.operations.seal_ledger import seal_ledger
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.fefo import Wanted
from zhixuan.shared.command_ids import new

FORK = multiprocessing.get_context("fork")
SENT_AGAIN = 0.15
"""Share of the requests that arrive two to five times at once."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run; it passed when `faults` is empty."""

    seconds: float
    posted: int
    refused: int
    sent_again: int
    faults: list[str]

    def __str__(self) -> str:
        speed = self.posted / self.seconds
        words = f"{self.posted} posted ({speed:.0f}/s), {self.refused} refused, {self.sent_again} sent again"
        return f"{words}, {len(self.faults)} faults" + "".join(f"\n  {fault}" for fault in self.faults[:20])


def run(writers: int, postings: int, seed: int) -> Outcome:
    """Post from many processes into the database this process is connected to, then compare."""
    world = a_world()
    set_up = Event.objects.count()
    connections.close_all()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        logs = [Path(folder) / f"{number}.log" for number in range(writers)]
        crowd = [
            FORK.Process(target=_write, args=(world, seed * 1000 + n, postings // writers, log))
            for n, log in enumerate(logs)
        ]
        for process in crowd:
            process.start()
        while any(process.is_alive() for process in crowd):
            seal_ledger(at=NOW)  # the sealer is one more who reaches for the same rows
            time.sleep(0.3)
        seconds = time.monotonic() - begin
        answers = [json.loads(line) for log in logs for line in log.read_text().splitlines()]
    faults = [answer["fault"] for answer in answers if "fault" in answer]
    faults += [f"writer {n} ended with {p.exitcode}" for n, p in enumerate(crowd) if p.exitcode]
    acknowledged = {a["command"]: (a["event"], a["pieces"]) for a in answers if "event" in a}
    faults += faults_against(acknowledged, set_up=set_up)
    seal_ledger(at=NOW)
    faults += [str(fault) for fault in check_ledger()]
    tally = Counter(answer["kind"] for answer in answers if "kind" in answer)
    return Outcome(seconds, len(acknowledged), tally["refused"], sum(a.get("copies", 0) > 1 for a in answers), faults)


def _write(world: World, seed: int, count: int, log: Path) -> None:
    dice, done = random.Random(seed), []
    with log.open("a") as stream, ThreadPoolExecutor(4) as others:
        for _ in range(count):
            answer = _ask(world, dice, done, others)
            stream.write(json.dumps(answer) + "\n")
        list(others.map(lambda _: connections.close_all(), range(4)))


def _ask(world: World, dice: random.Random, done: list[int], others: ThreadPoolExecutor) -> dict[str, Any]:
    request = a_request(world, dice, done)
    copies = dice.randint(2, 5) if dice.random() < SENT_AGAIN else 1
    waiting = [others.submit(_answer, request, world) for _ in range(copies - 1)]
    answers = [_answer(request, world), *(one.result() for one in waiting)]
    receipts = {answer["event"]: answer for answer in answers if "event" in answer}
    faults = [answer for answer in answers if "fault" in answer]
    if len(receipts) > 1 or sum(not answer.get("repeated", True) for answer in answers) > 1:
        faults.append({"fault": f"posted twice: {answers}"})
    if faults:
        return faults[0]
    if not receipts:
        return answers[0] | {"copies": copies}
    answer = next(iter(receipts.values()))
    done.append(answer["event"])
    return answer | {"copies": copies}


def _answer(request: Request, world: World) -> dict[str, Any]:
    try:
        receipt = request.send(world.actor)
    except Refused as refused:
        return {"kind": "refused", "code": refused.code}
    except Exception as error:  # whatever else a user would see as a broken page
        return {"fault": f"{request.verb.__name__}: {error!r}"}
    return {
        "event": receipt.event_id,
        "command": request.command_id.hex,
        "pieces": request.pieces,
        "repeated": receipt.repeated,
    }


def double_clicks(count: int) -> list[str]:
    """The same command by two processes at the same instant, `count` times: one posts, the other is told the same."""
    world = a_world()
    before = Event.objects.count()
    commands = [new() for _ in range(count)]
    connections.close_all()
    barrier = FORK.Barrier(2)
    with tempfile.TemporaryDirectory() as folder:
        logs = [Path(folder) / "left", Path(folder) / "right"]
        hands = [FORK.Process(target=_click, args=(world, commands, barrier, log)) for log in logs]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
        left, right = ([json.loads(line) for line in log.read_text().splitlines()] for log in logs)
    faults = [
        f"click {number}: {one} and {other}"
        for number, (one, other) in enumerate(zip(left, right, strict=True))
        if one["event"] != other["event"] or one["repeated"] == other["repeated"]
    ]
    if Event.objects.count() != before + count:
        faults.append(f"{Event.objects.count() - before} events of {count} clicks")
    return faults + [str(fault) for fault in check_ledger()]


def _click(world: World, commands: list[Any], barrier: Any, log: Path) -> None:
    arguments = {"facility_id": world.facility_ids[0], "lines": [Wanted(world.product_ids[0], 1)], "on": TODAY}
    with log.open("a") as stream, closing(connection):
        for command in commands:
            barrier.wait(60)
            stream.write(json.dumps(_answer(Request(dispense, arguments, command, 1), world)) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writers", type=int, default=32)
    parser.add_argument("--postings", type=int, default=50_000)
    parser.add_argument("--clicks", type=int, default=0)
    parser.add_argument("--database", help="an empty PostgreSQL; without it a new SQLite file")
    parser.add_argument("--seed", type=int, default=base_seed())
    given = parser.parse_args()
    print(f"{connection.vendor}, seed {given.seed}", flush=True)  # noqa: T201
    outcome = run(given.writers, given.postings, given.seed)
    print(outcome)  # noqa: T201
    return 1 if outcome.faults else 0


def clicking() -> int:
    count = int(sys.argv[sys.argv.index("--clicks") + 1])
    faults = double_clicks(count)
    print(f"{count} double clicks, {len(faults)} faults", *faults[:20], sep="\n  ")  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(clicking() if "--clicks" in sys.argv else main())
