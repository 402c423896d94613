"""`zhixuan doctor`: look at everything that could make trouble, before it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import typer
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import pgettext as _p
from rich.table import Table

from zhixuan.config.commands.terminal import AsJson, Exit, out, say_json
from zhixuan.config.doctor import database, machine, setup
from zhixuan.config.doctor.finding import Finding, Look, State

COLOURS = {State.OK: "green", State.WARN: "yellow", State.FAIL: "bold red"}


def doctor(*, as_json: AsJson = False) -> None:
    """Exit code 1 when something can lose data or let strangers in; warnings leave it 0."""
    findings = list(examine())
    if as_json:
        say_json({"ok": _well(findings), "findings": [asdict(finding) for finding in findings]})
    else:
        out.print(_table(findings))
    if not _well(findings):
        raise typer.Exit(Exit.REFUSED)


def examine() -> Iterator[Finding]:
    """Every finding; one that cannot even be looked at is a finding too."""
    now = timezone.now()
    looks: dict[str, Look] = {
        _p("doctor", "Database"): database.look,
        _p("doctor", "Machine"): lambda: machine.look(now),
        _p("doctor", "Set-up"): lambda: setup.look(now),
    }
    for name, look in looks.items():
        try:
            yield from look()
        except (DatabaseError, OSError) as fault:
            yield Finding(name, State.FAIL, str(fault).strip() or type(fault).__name__, "zhixuan migrate")


def _well(findings: list[Finding]) -> bool:
    return all(finding.state is not State.FAIL for finding in findings)


def _table(findings: list[Finding]) -> Table:
    table = Table("", _p("doctor", "What"), _p("doctor", "Seen"), _p("doctor", "What to do"))
    for finding in findings:
        state = f"[{COLOURS[finding.state]}]{finding.state}[/]"
        table.add_row(state, finding.name, finding.seen, finding.advice)
    return table
