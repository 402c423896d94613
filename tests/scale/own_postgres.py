"""A PostgreSQL that may be killed: its postmaster dies by SIGKILL and is started again on the same files."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from tests import postgres


class OwnServer:
    """One server; `url` is its DATABASE_URL."""

    def __init__(self) -> None:
        self.programs = postgres.provide()
        self.folder = Path(tempfile.mkdtemp(prefix="zhixuan-killed-"))
        self.port = postgres.free_port()
        self.account = postgres._account(self.folder)
        password = secrets.token_hex(8)
        postgres._init(self.programs, self.folder, password, self.account)
        self.url = f"postgresql://zhixuan:{password}@127.0.0.1:{self.port}/postgres"
        self.server = self._launch()
        postgres._wait(self.server, self.port)

    def _launch(self) -> subprocess.Popen[bytes]:
        options = [f"--{name}={value}" for name, value in postgres.SETTINGS.items()]
        return subprocess.Popen(
            [self.programs / "postgres", "-D", self.folder / "data", "-p", str(self.port), "-k", self.folder, *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=postgres._die_with_parent,
            start_new_session=True,
            cwd=self.folder,
            **self.account,
        )

    def kill(self) -> None:
        """As when the machine's memory runs out: no farewell to anybody."""
        self.server.send_signal(signal.SIGKILL)
        self.server.wait()

    def start_again(self) -> None:
        """The orphaned children of the dead one must have noticed first."""
        ends = time.monotonic() + 30
        while time.monotonic() < ends:
            self.server = self._launch()
            with suppress(postgres.NoPostgres):
                postgres._wait(self.server, self.port)
                return
            time.sleep(0.1)
        raise AssertionError("PostgreSQL did not come back within 30 seconds")

    def end(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
