"""Starting the system as a person would: the `zhixuan` command in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import free_port

COMMAND = Path(sys.executable).with_name("zhixuan")
START_SECONDS_MAX = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A running `zhixuan serve`."""

    url: str
    process: subprocess.Popen[str]
    environment: Mapping[str, str]


def zhixuan(*arguments: str, environment: Mapping[str, str], input_text: str = "") -> subprocess.CompletedProcess[str]:
    """Run one command to its end; its output is text."""
    return subprocess.run(
        [COMMAND, *arguments],
        env=dict(environment),
        input=input_text,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """What a command answered and used: seconds by the clock and of processor, and the most memory it held, in MB."""

    text: str
    error: str
    code: int
    seconds: float
    cpu_seconds: float
    megabytes: float


# A process counts what its parent held before it as its own most: so a small one of its own starts the command.
WATCHED = """
import json, os, subprocess, sys
child = subprocess.Popen(sys.argv[2:])
_, status, used = os.wait4(child.pid, 0)
child.returncode = os.waitstatus_to_exitcode(status)
with open(sys.argv[1], "w") as found:
    json.dump([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024], found)
sys.exit(child.returncode & 255)
"""


def measured(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> Measured:
    """Run a command to its end, and say what it alone used, whatever else ran before it."""
    with tempfile.NamedTemporaryFile("r") as found:
        began = time.monotonic()
        ran = subprocess.run(
            [sys.executable, "-c", WATCHED, found.name, *command],
            env=None if environment is None else dict(environment),
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.monotonic() - began
        cpu_seconds, megabytes = json.loads(found.read())
    return Measured(ran.stdout, ran.stderr, ran.returncode, seconds, cpu_seconds, megabytes)


@contextmanager
def serving(
    environment: Mapping[str, str], *options: str, command: Path = COMMAND, folder: Path | None = None
) -> Iterator[Server]:
    """Serve on a random port of the loopback until the block ends. Without background work unless asked for."""
    port = free_port()
    log = Path(environment["ZHIXUAN_DATA"]) / "serve.log"
    with log.open("a") as stream:
        process = subprocess.Popen(
            [command, "serve", "--port", str(port), "--workers", "1", *(options or ("--no-work",))],
            env=dict(environment) | {"PYTHONUNBUFFERED": "1"},
            cwd=folder,
            stdout=stream,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
    try:
        _wait(process, f"http://127.0.0.1:{port}/health/", log)
        yield Server(f"http://127.0.0.1:{port}", process, environment)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: subprocess.Popen[str], address: str, log: Path) -> None:
    ends = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < ends and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(address, timeout=2):  # noqa: S310 (our own address)
            return
        time.sleep(0.05)
    raise AssertionError(f"the server did not start:\n{log.read_text()}")
