"""`zhixuan restore`: bring a backup back, and prove it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from django.utils import timezone
from django.utils.translation import gettext as _

from zhixuan.config import running
from zhixuan.config.backup import records
from zhixuan.config.backup.manifest import Manifest
from zhixuan.config.backup.restoring import restore_backup
from zhixuan.config.commands.backup import ask_passphrase
from zhixuan.config.commands.migrate import migrate_database
from zhixuan.config.commands.terminal import AsJson, Exit, err, say, say_json, stop
from zhixuan.modules.stock.operations.check_ledger import check_ledger
from zhixuan.rules.refusal import Refused


def restore(
    source: Annotated[Path, typer.Argument(help="File that `zhixuan backup` wrote 备份文件")],
    *,
    replace: Annotated[bool, typer.Option("--replace", help="In the place of what is there 替换现有数据")] = False,
    keys: Annotated[Path | None, typer.Option(help="File of keys kept apart 密钥文件")] = None,
    as_json: AsJson = False,
) -> None:
    """Refuses to overwrite unless told; afterwards the ledger is checked. The system must be stopped meanwhile."""
    passphrase = ask_passphrase(confirm=False) if keys else ""
    now = timezone.now()
    try:
        with running.stopped(), err.status(_("Restoring ...")):
            made = restore_backup(source, at=now, replace=replace, keys_file=keys, passphrase=passphrase)
            migrate_database()
            faults = check_ledger()
    except running.StillRunning:
        stop(_("The system is running on this data folder: stop it first."), Exit.REFUSED)
    except Refused as refused:
        stop(refused.text(_), Exit.REFUSED)
    if not faults:
        records.note_restore(source, now)
    if as_json:
        say_json({"ok": not faults, "manifest": asdict(made), "faults": [asdict(fault) for fault in faults]})
    else:
        _tell(made, len(faults))
    if faults:
        raise typer.Exit(Exit.REFUSED)


def _tell(made: Manifest, faults: int) -> None:
    said = {"at": made.made_at, "tables": len(made.rows), "rows": sum(made.rows.values())}
    say(_("Restored as of %(at)s: %(tables)s tables, %(rows)s rows.") % said)
    if faults:
        say(_("But the ledger in it is not true (%(count)s findings): see zhixuan check.") % {"count": faults}, "red")
    else:
        say(_("The ledger in it is true."), style="green")
