"""The system starts with one command, survives the loss of any of its processes, and leaves none behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests import databases, processes
from tests.databases import FreshDatabase
from tests.processes import COMMAND, Server, zhixuan

PATIENCE_SECONDS = 30


def answers(server: Server) -> bool:
    try:
        with urllib.request.urlopen(f"{server.url}/health/", timeout=2) as answer:  # noqa: S310 (our own address)
            return bool(answer.status == 200)
    except OSError:
        return False


def soon(what: Callable[[], object]) -> bool:
    ends = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ends:
        if what():
            return True
        time.sleep(0.1)
    return False


def children(server: Server) -> list[psutil.Process]:
    return psutil.Process(server.process.pid).children(recursive=True)


def workers(server: Server) -> list[psutil.Process]:
    return [child for child in children(server) if "work" in child.cmdline()]


def test_a_first_start_makes_the_database_and_says_how_to_begin(django_db_setup: None, tmp_path: Path) -> None:
    with databases.empty(tmp_path / "data") as new, processes.serving(new.environment | {"LANG": "C"}) as server:
        said = (new.data / "serve.log").read_text()
        assert server.url in said
        assert (new.data / "keys" / "setup.code").read_text() in said
        assert answers(server)


def test_web_and_background_workers_come_back(fresh_database: FreshDatabase) -> None:
    with processes.serving(fresh_database.environment, "--work") as server:
        assert soon(lambda: workers(server))
        for victim in children(server):
            victim.kill()
        killed = {victim.pid for victim in children(server)}
        assert soon(lambda: answers(server))
        assert soon(lambda: [worker for worker in workers(server) if worker.pid not in killed])


def test_nothing_is_left_behind(fresh_database: FreshDatabase) -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        with processes.serving(fresh_database.environment, "--work") as server:
            assert soon(lambda: workers(server))
            family = children(server)
            os.kill(server.process.pid, how)
            server.process.wait(PATIENCE_SECONDS)
            _, alive = psutil.wait_procs(family, PATIENCE_SECONDS)
            assert not alive
            if how == signal.SIGTERM:
                assert server.process.returncode == 0


def test_a_taken_port_is_said_plainly(server: Server) -> None:
    done = zhixuan(
        "serve", "--port", server.url.rsplit(":", 1)[1], environment=dict(server.environment) | {"LANG": "C"}
    )
    assert done.returncode == 3
    assert "cannot be used" in done.stderr


@pytest.mark.parametrize(
    ("words", "variables", "code"),
    [
        (["--help"], {}, 0),
        (["no-such-command"], {}, 2),
        (["check"], {"ZHIXUAN_SECRET_KEY": "weak"}, 3),
        (["check"], {"ZHIXUAN_DATA": "/proc/nowhere"}, 3),
    ],
)
def test_exit_codes_mean_something(words: list[str], variables: dict[str, str], code: int) -> None:
    done = subprocess.run([COMMAND, *words], env=os.environ | variables, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
