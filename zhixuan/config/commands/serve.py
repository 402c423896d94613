"""`zhixuan serve`: the whole system on one machine: web workers, a background worker, the database made ready."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.db import connections
from django.utils.translation import gettext as _

from zhixuan.config import running
from zhixuan.config.commands import demo
from zhixuan.config.commands.migrate import migrate_database, pending
from zhixuan.config.commands.terminal import Exit, err, say, stop
from zhixuan.modules.accounts.operations.set_up import set_up_code
from zhixuan.modules.exchange.cli import lmis

RESTART_PAUSE_SECONDS = 2.0
STOP_SECONDS_MAX = 15


def serve(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on 监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port 端口", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Web processes; 0: one a core 进程数", min=0)] = 0,
    work: Annotated[bool, typer.Option(help="Do background work too 同时运行后台任务")] = True,
    cards: Annotated[Path | None, typer.Option(help="Folder of stock cards to bring in first 先导入库存卡")] = None,
) -> None:
    """Everything at once; Ctrl+C stops it."""
    _refuse_taken_port(host, port)
    with running.held():
        _make_ready(cards)
        _greet(host, port)
        connections.close_all()
        with _background_work() if work else _nothing():
            _answer(host, port, workers or os.cpu_count() or 1)


def _make_ready(cards: Path | None) -> None:
    if steps := pending():
        with err.status(_("Preparing the database (%(count)s steps) ...") % {"count": len(steps)}):
            migrate_database()
        say(_("The database was brought to this version (%(count)s steps).") % {"count": len(steps)})
    if cards is not None:
        lmis(cards, yes=True)  # in this process: starting another takes as long as looking whether the files changed
    if settings.DEMO:
        demo.make_ready()
    # A fault in any screen stops the start here, once, and not every web worker again and again.
    import_module(settings.ROOT_URLCONF)


def _greet(host: str, port: int) -> None:
    address = f"http://{'127.0.0.1' if host in {'0.0.0.0', '::'} else host}:{port}"  # noqa: S104 (only compared)
    say()
    say(f"  知选 Zhixuan   {address}", style="bold green")
    if settings.DEMO:
        demo.introduce()
    elif code := set_up_code(settings.DATA / "keys"):
        say("  " + _("Nobody can sign in yet. Open %(address)s and enter this set-up code:") % {"address": address})
        say(f"  {code}", style="bold yellow")
    say("  " + _("Ctrl+C stops."))
    say()


def _refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sentence = _("Port %(port)s on %(host)s cannot be used (%(reason)s): choose another with --port.")
            stop(sentence % {"port": port, "host": host, "reason": error.strerror}, Exit.SYSTEM)


def _answer(host: str, port: int, workers: int) -> None:
    """Web workers, one blocking thread each: more threads in a process only wait for each other here."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.environ[running.PARENT_VARIABLE] = str(os.getpid())
    Granian(
        "zhixuan.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=1,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=STOP_SECONDS_MAX,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()


@contextmanager
def _background_work() -> Iterator[None]:
    """A worker process beside the web workers, started again whenever it dies."""
    ending = threading.Event()
    current: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not ending.is_set():
            command = [sys.executable, "-m", "zhixuan.config.cli", "work", "--parent", str(os.getpid())]
            current[:] = [subprocess.Popen(command, start_new_session=True)]
            current[0].wait()
            ending.wait(RESTART_PAUSE_SECONDS)

    keeper = threading.Thread(target=keep, name="worker-keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ending.set()
        for process in current:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS_MAX)
            process.kill()
        keeper.join()


@contextmanager
def _nothing() -> Iterator[None]:
    yield
