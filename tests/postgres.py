"""A real PostgreSQL of the tests' own: found or installed, on a random loopback port, gone at the end."""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ACCOUNT = "postgres"
START_SECONDS_MAX = 30
PR_SET_PDEATHSIG = 1
INITDB_OPTIONS = ("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
# As safe as in use (fsync on), only smaller: what the harnesses prove must hold for a server people run.
SETTINGS = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
    "timezone": "UTC",
}


class NoPostgres(Exception):
    """PostgreSQL is not on this machine and cannot be had."""


def binaries() -> Path | None:
    """The folder with initdb and postgres, the newest version first; None when there is none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    wheel = find_spec("pgserver")
    if wheel and wheel.origin:
        folders.append(Path(wheel.origin).parent / "pginstall" / "bin")
    if found := shutil.which("initdb"):
        folders.append(Path(found).resolve().parent)
    return next((path for path in folders if (path / "initdb").exists() and (path / "postgres").exists()), None)


def provide() -> Path:
    """The folder of the programs; installs them when they are missing.

    Raises:
        NoPostgres: with the sentence that says what to install.
    """
    if binaries() is None:
        if os.geteuid() == 0 and shutil.which("apt-get"):
            _apt("update")
            _apt("install", "-y", "--no-install-recommends", "postgresql")
        elif os.geteuid() != 0:
            # As root this wheel changes the permissions of parent folders; as anyone else it is harmless.
            subprocess.run(["uv", "pip", "install", "--quiet", "--python", sys.executable, "pgserver"], check=False)
    folder = binaries()
    if folder is None:
        raise NoPostgres(
            "The tests need PostgreSQL 15 or newer: install it (apt-get install postgresql) and try again."
        )
    return folder


@contextmanager
def running() -> Iterator[str]:
    """Start a server; gives its DATABASE_URL, stops it and takes its files away afterwards."""
    programs = provide()
    folder = Path(tempfile.mkdtemp(prefix="zhixuan-postgres-"))
    password = secrets.token_hex(16)
    port = free_port()
    account = _account(folder)
    try:
        _init(programs, folder, password, account)
        options = [f"--{name}={value}" for name, value in SETTINGS.items()]
        server = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", "-p", str(port), "-k", folder, *options],
            preexec_fn=_die_with_parent,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            cwd=folder,
            **account,
        )
        try:
            _wait(server, port)
            yield f"postgresql://zhixuan:{password}@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                server.wait(10)
            server.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _apt(*words: str) -> None:
    quietly = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "-qq", *words], env=quietly, stdout=subprocess.DEVNULL, check=False)


def _account(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: hand the folder to its account then."""
    if os.geteuid() != 0:
        return {}
    shutil.chown(folder, ACCOUNT, ACCOUNT)
    return {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": []}


def _init(programs: Path, folder: Path, password: str, account: dict[str, Any]) -> None:
    word = folder / "password"
    word.write_text(password)
    word.chmod(0o644)
    subprocess.run(
        [programs / "initdb", "-D", folder / "data", "-U", "zhixuan", f"--pwfile={word}", *INITDB_OPTIONS],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        **account,
    )
    word.unlink()


def _die_with_parent() -> None:
    """A test run that is killed takes its server along (Linux only)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    ends = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < ends and server.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise NoPostgres(f"PostgreSQL did not start within {START_SECONDS_MAX} seconds.")


if __name__ == "__main__":
    try:
        provide()
    except NoPostgres as reason:
        sys.exit(str(reason))
