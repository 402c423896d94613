"""How every command speaks: sentences for people, JSON for machines, exit codes that mean something."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Annotated, Any, NoReturn, Protocol

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class Exit(IntEnum):
    """What the exit code of every command says."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    SYSTEM = 3


AsJson = Annotated[bool, typer.Option("--json", help="One JSON document for machines 供程序读取")]


class Report(Protocol):
    """Tells how far a long work is."""

    def __call__(self, done: int, total: int) -> None: ...


def say(sentence: str = "", style: str | None = None) -> None:
    """One line for a person."""
    out.print(sentence, style=style, markup=False, soft_wrap=True)


def say_json(value: Any) -> None:
    """One document for a program."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def figure(value: float | None, form: str) -> str:
    """A number as `format` writes it, or a dash where there is none."""
    return "—" if value is None or math.isnan(value) else format(value, form).replace("%", " %")


def stop(sentence: str, code: Exit) -> NoReturn:
    """End the command with a sentence and a code."""
    err.print(sentence, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(code)


@contextmanager
def progress_bar(label: str, *, quiet: bool = False) -> Iterator[Report]:
    """A bar on the error stream, so that the output stays clean; nothing when there is no terminal."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=quiet or not err.is_terminal) as progress:
        task = progress.add_task(label, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total or None)
