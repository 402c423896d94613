"""`zhixuan backup`: everything into one file, while the system runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from zhixuan.config.backup.making import make_backup
from zhixuan.config.commands.terminal import AsJson, Exit, progress_bar, say, say_json, stop
from zhixuan.rules.refusal import Refused

PASSPHRASE_VARIABLE = "ZHIXUAN_PASSPHRASE"  # noqa: S105 (its name, not itself)


def backup(
    to: Annotated[Path | None, typer.Argument(help="File to write, .tar.gz 备份文件")] = None,
    *,
    keys: Annotated[Path | None, typer.Option(help="Keep the keys apart, in this locked file 密钥另存")] = None,
    as_json: AsJson = False,
) -> None:
    """Without a name: into the folder `backups` of the data folder. The passphrase of --keys is asked for, or read
    from ZHIXUAN_PASSPHRASE."""
    now = timezone.now()
    target = to or settings.DATA / "backups" / f"zhixuan-{now:%Y%m%d-%H%M%S}.tar.gz"
    passphrase = ask_passphrase(confirm=True) if keys else ""
    try:
        with progress_bar(_("Backing up"), quiet=as_json) as report:
            made = make_backup(target.resolve(), at=now, keys_apart=keys, passphrase=passphrase, report=report)
    except Refused as refused:
        stop(refused.text(_), Exit.REFUSED)
    if as_json:
        say_json({"file": str(target), "made_at": made.made_at, "ledger_head": made.ledger_head, "rows": made.rows})
        return
    say(_("Backed up into %(file)s.") % {"file": target}, style="green")
    say(_("Head of the ledger, to be noted down elsewhere: %(seal)s") % {"seal": made.ledger_head["seal"] or "-"})
    if keys is None:
        say(_("The keys are inside: keep the file as safe as the system itself, or use --keys."))


def ask_passphrase(*, confirm: bool) -> str:
    """From the environment, else from the person; never from the command line, where others can see it."""
    return os.environ.get(PASSPHRASE_VARIABLE) or str(
        typer.prompt(_("Passphrase of the keys"), hide_input=True, confirmation_prompt=confirm, err=True)
    )
