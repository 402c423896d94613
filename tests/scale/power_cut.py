"""Power cuts on SQLite (G4): at every sync point, what was written but not yet synced is lost, or only part of it.

The SQL that the system runs for a script of postings is recorded and replayed once through a file system layer of ours
(apsw) that notes every write and sync in order. From that log the disk is rebuilt as it would be found after a cut at
each point: writes before the last sync of their file stand; of later ones a random choice of sectors stands, torn pages
included. Each such disk is opened with the real SQLite and the ledger proves itself.

    python -m tests.scale.power_cut --postings 200 [--points 0 for all] [--synchronous FULL|NORMAL|OFF] [--seed 7]
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import apsw
from django.db import connection

from tests.builders import CHECKED, NOW, TODAY
from tests.scale.seeds import base_seed
from tests.scale.world import World, a_world
from zhixuan.modules.stock.operations.check_ledger import check_ledger
from zhixuan.modules.stock.operations.dispense import dispense
from zhixuan.modules.stock.operations.seal_ledger import seal_ledger
from zhixuan.modules.stock.operations.send_transfer import send_transfer
from zhixuan.rules.stock.fefo import Wanted
from zhixuan.shared.command_ids import new

SECTOR = 512
PRAGMAS = ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "foreign_keys=ON", "cache_size=-200", "temp_store=MEMORY")


@dataclass(frozen=True, slots=True)
class Posting:
    """One transaction of the system, as SQL."""

    command_id: UUID | None
    statements: list[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that happened to a file, or (file empty) that a posting was acknowledged."""

    verb: str
    file: str = ""
    at: int = 0
    content: bytes = b""


class Log(list[Act]):
    """All acts in order."""


class NotedFile(apsw.VFSFile):  # type: ignore[misc]
    """A file whose writes and syncs are noted as they pass."""

    def __init__(self, name: Any, flags: Any, log: Log) -> None:
        super().__init__("", name, flags)
        path = name.filename() if hasattr(name, "filename") else str(name)
        self.file, self.log = Path(path).name, log

    def xWrite(self, content: bytes, at: int) -> None:
        self.log.append(Act("write", self.file, at, bytes(content)))
        super().xWrite(content, at)

    def xTruncate(self, size: int) -> None:
        self.log.append(Act("truncate", self.file, size))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:
        self.log.append(Act("sync", self.file))


class NotingFiles(apsw.VFS):  # type: ignore[misc]
    """The layer between SQLite and the disk."""

    def __init__(self, log: Log) -> None:
        self.log = log
        super().__init__("noting", "")

    def xOpen(self, name: Any, flags: Any) -> NotedFile:
        return NotedFile(name, flags, self.log)


def record(postings: int, seed: int) -> tuple[Path, list[Posting]]:
    """Run the script in the system; answers a copy of the database before it, and the SQL of each posting.

    The copy lies beside the database this process is connected to.
    """
    assert connection.vendor == "sqlite"
    world = a_world(10**6)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    name = str(connection.settings_dict["NAME"])
    before = Path(f"{name}.before")
    shutil.copyfile(name, before)
    dice = random.Random(seed)
    recorded = []
    for number in range(postings):
        command = new()
        with noting_statements() as statements:
            _post(world, dice, command)
        recorded.append(Posting(command, statements))
        if number % 10 == 9:
            with noting_statements() as statements:
                seal_ledger(at=NOW)
            recorded.append(Posting(None, statements))
    return before, recorded


def _post(world: World, dice: random.Random, command: UUID) -> None:
    said = {"on": TODAY, "actor": world.actor, "command_id": command, "at": NOW}
    lines = [Wanted(product, dice.randint(1, 9)) for product in world.product_ids]
    giver, receiver = dice.sample(world.facility_ids, 2)
    if dice.random() < 0.5:
        dispense(facility_id=giver, lines=lines, **said)
    else:
        send_transfer(from_facility_id=giver, to_facility_id=receiver, lines=lines, checked=CHECKED, **said)


@contextmanager
def noting_statements() -> Iterator[list[tuple[str, Any]]]:
    """The statements that change something, as SQLite gets them."""
    statements: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if sql.split(None, 1)[0].upper() in {"INSERT", "UPDATE", "DELETE"}:
            plain = sql.replace("%s", "?").replace("%%", "%")
            statements.extend((plain, row) for row in (parameters if many else [parameters]))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        yield statements


def replay(before: Path, postings: list[Posting], folder: Path, synchronous: str) -> Log:
    """Run the recorded SQL once more and note what reaches the files."""
    log = Log()
    files = NotingFiles(log)
    shutil.copyfile(before, folder / "ledger.sqlite3")
    with closing(apsw.Connection(str(folder / "ledger.sqlite3"), vfs="noting")) as database:
        database.set_busy_timeout(1000)
        for pragma in (*PRAGMAS, f"synchronous={synchronous}", "wal_autocheckpoint=100"):
            database.execute(f"PRAGMA {pragma}").fetchall()
        for posting in postings:
            database.execute("BEGIN IMMEDIATE")
            for statement, parameters in posting.statements:
                database.execute(statement, parameters)
            database.execute("COMMIT")
            if posting.command_id:
                log.append(Act("acknowledged", content=posting.command_id.bytes))
    files.unregister()
    return log


def points_of(log: Log) -> list[int]:
    """Where a cut is tried: just before each sync takes effect, and just after each acknowledgement."""
    return [place for place, act in enumerate(log) if act.verb in {"sync", "acknowledged"}]


def cut(before: Path, log: Log, point: int, dice: random.Random, folder: Path) -> None:
    """The files as they are found when the power went at that point of the log."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    upto = log[: point + 1] if log[point].verb == "acknowledged" else log[:point]
    last_sync = {act.file: place for place, act in enumerate(upto) if act.verb == "sync"}
    files: dict[str, bytearray] = defaultdict(bytearray)
    files["ledger.sqlite3"] = bytearray(before.read_bytes())
    share = dice.choice([0.0, 0.5, 0.9])
    for place, act in enumerate(upto):
        stands = place < last_sync.get(act.file, -1)
        if act.verb == "write":
            for offset in range(0, len(act.content), SECTOR):
                if stands or dice.random() < share:
                    _write(files[act.file], act.at + offset, act.content[offset : offset + SECTOR])
        elif act.verb == "truncate" and (stands or dice.random() < share):
            del files[act.file][act.at :]
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _write(content: bytearray, at: int, piece: bytes) -> None:
    if len(content) < at:
        content.extend(bytes(at - len(content)))
    content[at : at + len(piece)] = piece


def faults_of(folder: Path, acknowledged: set[UUID]) -> list[str]:
    """Open the found files with the real SQLite: is all that was acknowledged there, and is the ledger true?"""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(folder / "ledger.sqlite3")
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            faults = [f"integrity: {row[0]}" for row in cursor.fetchall() if row[0] != "ok"]
            if faults:
                return faults
            cursor.execute("SELECT command_id FROM stock_event")
            here = {UUID(row[0]) for row in cursor.fetchall()}
            cursor.execute("SELECT id FROM stock_command")
            commands = {UUID(row[0]) for row in cursor.fetchall()}
        faults += [f"lost: {command}" for command in acknowledged - here]
        if commands != here:
            faults.append("a command without its event, or the other way round")
        return faults + [str(fault) for fault in check_ledger()]
    except Exception as error:  # a file that cannot even be opened is the worst of faults
        return [repr(error)]
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def run(postings: int, seed: int, *, synchronous: str = "FULL", points: int = 0) -> tuple[int, list[str]]:
    """Cut the power at so many points (0: all of them); answers how many there were, and what was wrong."""
    before, recorded = record(postings, seed)
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        log = replay(before, recorded, Path(folder), synchronous)
        every = points_of(log)
        chosen = every if not points else sorted(dice.sample(every, min(points, len(every))))
        faults = []
        for point in chosen:
            told = {UUID(bytes=act.content) for act in log[: point + 1] if act.verb == "acknowledged"}
            cut(before, log, point, dice, Path(folder) / "found")
            faults += [
                f"cut at act {point} of {len(log)}: {fault}" for fault in faults_of(Path(folder) / "found", told)
            ]
    return len(chosen), faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postings", type=int, default=200)
    parser.add_argument("--points", type=int, default=0)
    parser.add_argument("--synchronous", default="FULL")
    parser.add_argument("--seed", type=int, default=base_seed())
    given = parser.parse_args()
    tried, faults = run(given.postings, given.seed, synchronous=given.synchronous, points=given.points)
    words = f"synchronous={given.synchronous}, seed {given.seed}: {tried} power cuts, {len(faults)} faults"
    print(words, *faults[:10], sep="\n  ")  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
