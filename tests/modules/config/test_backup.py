"""A backup brings everything back, says so, and refuses whatever is not exactly what it was."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone, translation
from typer.testing import CliRunner

from tests import builders, databases
from tests.databases import FreshDatabase
from tests.processes import zhixuan
from zhixuan.config import cli
from zhixuan.modules.stock.operations.seal_ledger import seal_ledger

PASSPHRASE = "four calm cranes on water"
# Writes one audit entry after the other until it is killed.
WRITER = """
import django; django.setup()
from django.db import transaction
from django.utils import timezone
from zhixuan.shared import audit
from zhixuan.shared.access import Actor
while True:
    with transaction.atomic():
        for n in range(2):
            audit.record(Actor(None, "writer"), "wrote", "-", n, "", {}, timezone.now())
    print("written", flush=True)
"""


@pytest.fixture
def system(fresh_database: FreshDatabase, settings: Any) -> FreshDatabase:
    """A system with a delivery in its ledger, an upload, and keys that are its own."""
    databases.give_own_keys(fresh_database)
    settings.DATA = fresh_database.data
    settings.LEDGER_KEY_FILE = fresh_database.data / "keys" / "ledger.key"
    network = builders.a_network()
    builders.a_delivery(network.store, builders.an_item())
    seal_ledger(at=timezone.now())
    media = fresh_database.data / "media" / "imports"
    media.mkdir(parents=True)
    (media / "cards.xlsx").write_bytes(b"cards")
    return fresh_database


def run(*words: str, code: int = 0, **variables: str) -> Any:
    """A command of this process's own system, which ends with that code; its JSON, or its complaint."""
    connections.close_all()
    with translation.override("en"):
        done = CliRunner().invoke(cli.build(), words, env=variables)
    connections.close_all()
    assert done.exit_code == code, done.output
    return json.loads(done.stdout) if code == 0 else done.stderr


def run_in(system: FreshDatabase, *words: str, code: int = 0, **variables: str) -> Any:
    """The same in a process of its own, on another system."""
    done = zhixuan(*words, environment=system.environment | {"LANG": "C"} | variables)
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout) if code == 0 else done.stderr


def pieces() -> int:
    connections.close_all()
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(pieces) FROM stock_balance WHERE pieces > 0")
        return int(cursor.fetchone()[0])


def deliver_more() -> None:
    builders.a_delivery(builders.Facility.objects.get(code="SA"), builders.Item.objects.get(), pieces=7, lot="L2")


def test_what_was_there_comes_back(system: FreshDatabase, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar.gz"
    made = run("backup", str(archive), "--json")
    assert made["rows"]["stock_movement"] == 1
    assert made["ledger_head"]["seal"]
    assert archive.stat().st_mode & 0o077 == 0

    deliver_more()
    (system.data / "media" / "imports" / "cards.xlsx").unlink()
    assert pieces() == 1007
    restored = run("restore", str(archive), "--replace", "--json")

    assert restored["ok"]
    assert pieces() == 1000
    assert (system.data / "media" / "imports" / "cards.xlsx").read_bytes() == b"cards"
    deliver_more()
    assert run("check", "--json")["ok"]


def test_nothing_is_overwritten_unless_it_is_said(system: FreshDatabase, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar.gz"
    run("backup", str(archive), "--json")
    assert "--replace" in run("restore", str(archive), code=1)
    assert "already" in run("backup", str(archive), code=1)
    assert pieces() == 1000


def test_a_new_machine_gets_everything(system: FreshDatabase, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar.gz"
    run("backup", str(archive), "--json")
    with databases.empty(tmp_path / "elsewhere") as elsewhere:
        assert run_in(elsewhere, "restore", str(archive), "--json")["ok"]
        assert run_in(elsewhere, "check", "--json")["ok"]
        assert (elsewhere.data / "keys" / "ledger.key").read_bytes() == (
            system.data / "keys" / "ledger.key"
        ).read_bytes()


def test_keys_kept_apart_are_needed_and_must_be_the_right_ones(system: FreshDatabase, tmp_path: Path) -> None:
    archive, locked = tmp_path / "backup.tar.gz", tmp_path / "keys.locked"
    assert "12" in run("backup", str(archive), "--keys", str(locked), code=1, ZHIXUAN_PASSPHRASE="short")
    assert not archive.exists()
    run("backup", str(archive), "--keys", str(locked), "--json", ZHIXUAN_PASSPHRASE=PASSPHRASE)
    with tarfile.open(archive) as opened:
        assert not [name for name in opened.getnames() if name.startswith("keys")]
    secret = (system.data / "keys" / "ledger.key").read_bytes()
    assert secret not in locked.read_bytes()

    give = ("restore", str(archive), "--keys", str(locked))
    assert "--keys" in run("restore", str(archive), "--replace", code=1)
    assert "passphrase" in run(*give, "--replace", code=1, ZHIXUAN_PASSPHRASE="quite another one")
    assert pieces() == 1000
    with databases.empty(tmp_path / "elsewhere") as elsewhere:
        assert run_in(elsewhere, *give, "--json", ZHIXUAN_PASSPHRASE=PASSPHRASE)["ok"]


@pytest.mark.parametrize("harm", ["database", "manifest", "extra", "truncated", "other"])
def test_a_damaged_backup_is_refused_before_anything_changes(system: FreshDatabase, tmp_path: Path, harm: str) -> None:
    archive = tmp_path / "backup.tar.gz"
    run("backup", str(archive), "--json")
    damage(archive, harm)
    run("restore", str(archive), "--replace", code=1)
    assert pieces() == 1000
    assert run("check", "--json")["ok"]


def test_a_running_system_is_not_replaced(system: FreshDatabase, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar.gz"
    run("backup", str(archive), "--json")
    worker = subprocess.Popen(
        [sys.executable, "-m", "zhixuan.config.cli", "work"], env=system.environment, stderr=subprocess.PIPE, text=True
    )
    try:
        assert worker.stderr is not None
        while "worker begins" not in worker.stderr.readline():
            assert worker.poll() is None
        assert "stop it first" in run("restore", str(archive), "--replace", code=1)
    finally:
        worker.terminate()
        assert worker.wait(20) == 0


def test_others_write_while_it_is_made(system: FreshDatabase, tmp_path: Path) -> None:
    connections.close_all()
    variables = system.environment | {"DJANGO_SETTINGS_MODULE": "zhixuan.config.settings"}
    writer = subprocess.Popen([sys.executable, "-c", WRITER], env=variables, stdout=subprocess.PIPE, text=True)
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline()
        rows = [run("backup", str(tmp_path / f"{n}.tar.gz"), "--json")["rows"]["shared_auditentry"] for n in range(2)]
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.wait()
    # Each copy is of one moment: entries are written two at a time, beside the one of the delivery.
    assert rows[0] < rows[1]
    assert rows[0] % 2 == rows[1] % 2
    assert run("restore", str(tmp_path / "1.tar.gz"), "--replace", "--json")["ok"]


def damage(archive: Path, harm: str) -> None:
    """Rewrite the archive with one thing wrong."""
    if harm in {"truncated", "other"}:
        archive.write_bytes(archive.read_bytes()[:-2000] if harm == "truncated" else b"not an archive at all")
        return
    with tarfile.open(archive) as opened:
        members = {member.name: opened.extractfile(member).read() for member in opened}  # type: ignore[union-attr]
    if harm == "database":
        name = next(name for name in members if name.startswith("database"))
        members[name] = members[name][:-1] + bytes([members[name][-1] ^ 1])
    elif harm == "manifest":
        members["manifest.json"] = b"{}"
    else:
        members["media/planted.html"] = b"<script>"
    with tarfile.open(archive, "w:gz") as rewritten:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            rewritten.addfile(member, io.BytesIO(content))


def test_an_older_backup_put_back_is_a_whole_ledger_again(system: FreshDatabase, tmp_path: Path) -> None:
    """The note of a later seal goes aside with what was replaced; nothing is called cut off that was put back."""
    run("backup", str(tmp_path / "older.tar.gz"), "--json")
    item = builders.an_item("CONDOM-12", builders.a_product("LATER"))
    builders.a_delivery(builders.Facility.objects.get(code="SA"), item)
    seal_ledger(at=timezone.now())

    run("restore", str(tmp_path / "older.tar.gz"), "--replace", "--json")

    assert run("check", "--json") == {"ok": True, "faults": []}
