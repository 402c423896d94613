"""`zhixuan import`: monthly stock cards of another system, from a folder on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from zhixuan.modules.accounts import queries as accounts
from zhixuan.modules.exchange import words
from zhixuan.modules.exchange.operations.check_import import check_import
from zhixuan.modules.exchange.operations.import_cards import import_cards
from zhixuan.modules.exchange.queries import mappings, runs, sources
from zhixuan.modules.exchange.queries.mappings import Mapping
from zhixuan.modules.exchange.queries.sources import Source
from zhixuan.rules.refusal import Refused
from zhixuan.shared import command_ids
from zhixuan.shared.ui.forms import sentence

app = typer.Typer(no_args_is_help=True)
console = Console(soft_wrap=True, highlight=False)
errors = Console(stderr=True, soft_wrap=True, highlight=False)
MISTAKES_SHOWN_MAX = 50
REFUSED, WRONGLY_CALLED = 1, 2

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="folder with the files 文件所在文件夹")]
MappingFile = Annotated[Path | None, typer.Option("--mapping", help="TOML that says which column is what 列对应表")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="say what would happen, change nothing 试运行")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="do not ask 不再询问")]
AsJson = Annotated[bool, typer.Option("--json", help="for machines 供程序读取")]


@app.callback()
def main() -> None:
    """Bring in data of other systems 导入其他系统的数据"""


@app.command("lmis")
def lmis(
    folder: Folder,
    mapping: MappingFile = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Monthly stock cards of all sites, checked first and proved afterwards 导入各网点的月度库存卡"""
    try:
        chosen = mappings.of_file(mapping) if mapping else mappings.shipped(mappings.DEFAULT_NAME)
        _import(sources.in_folder(folder), chosen, dry_run=dry_run, yes=yes or as_json, as_json=as_json)
    except Refused as refused:
        _refuse(refused.reasons, as_json)


def _import(found: list[Source], mapping: Mapping, *, dry_run: bool, yes: bool, as_json: bool) -> None:
    actor, now = accounts.program("zhixuan import"), timezone.now()
    facts = [one.facts() for one in sources.used(found, mapping.content)]
    if done := runs.imported_last(sources.content_hash(facts, mapping.text)):
        _say({"state": "unchanged", "run": str(done.pk)}, as_json, words.already_imported(done))
        return
    with _bar(as_json) as progress:
        report = check_import(sources=found, mapping=mapping, actor=actor, at=now, progress=progress)
    if not as_json:
        _show_report(report.counts, report.added, report.findings)
    if report.mistakes:
        _refuse(report.mistakes, as_json)
    if dry_run:
        _say({"state": "checked", "counts": report.counts, **report.kept()}, as_json, _("Nothing was changed."))
        return
    if not yes and not typer.confirm(_("Import now?")):
        raise typer.Exit(WRONGLY_CALLED)
    with _bar(as_json) as progress:
        run = import_cards(
            sources=found,
            mapping=mapping,
            run_id=command_ids.new(),
            actor=actor,
            clock=timezone.now,
            progress=progress,
        )
    shown = {"state": run.state, "run": str(run.pk), "counts": run.counts, **run.outcome}
    _say(shown, as_json, words.outcome(run))
    if run.state != runs.State.DONE:
        raise typer.Exit(REFUSED)


def _show_report(counts: dict[str, int], added: dict[str, int], findings: dict[str, int]) -> None:
    table = Table(show_header=False, box=None)
    for key, count in {**counts, **{f"added_{key}": count for key, count in added.items()}}.items():
        table.add_row(words.count_label(key), f"{count:,}")
    console.print(table)
    if findings:
        console.print(_("Odd in the rows; they are imported as they are, and reported:"))
        found = Table(show_header=False, box=None)
        for kind, count in findings.items():
            found.add_row(words.finding_label(kind), f"{count:,}")
        console.print(found)


def _refuse(reasons: Any, as_json: bool) -> NoReturn:
    """All mistakes with sheet, row and column, and the end of the command."""
    listed = list(reasons)
    if as_json:
        shown = [{"message": sentence(one), "code": one.code, **_place(one)} for one in listed]
        typer.echo(json.dumps({"state": "refused", "mistakes": shown}, ensure_ascii=False, indent=2))
    else:
        for one in listed[:MISTAKES_SHOWN_MAX]:
            errors.print(sentence(one), style="red", markup=False)
        if len(listed) > MISTAKES_SHOWN_MAX:
            more = len(listed) - MISTAKES_SHOWN_MAX
            errors.print(_("%(count)s more; --json lists all.") % {"count": more}, style="red")
        errors.print(_("Nothing was imported."), style="red")
    raise typer.Exit(REFUSED)


def _place(reason: Refused) -> dict[str, object]:
    return {key: reason.fields[key] for key in ("sheet", "row", "column") if key in reason.fields}


def _say(value: dict[str, Any], as_json: bool, text: str) -> None:
    if as_json:
        typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
    else:
        console.print(text, markup=False)


@contextmanager
def _bar(quiet: bool) -> Iterator[Any]:
    """A bar on the error stream, one line for each phase."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=errors, transient=True, disable=quiet or not errors.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def show(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = bars.add_task(words.phase_label(phase), total=None)
            bars.update(tasks[phase], completed=done, total=total or None)

        yield show
