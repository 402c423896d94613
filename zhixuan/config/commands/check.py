"""`zhixuan check`: prove that the ledger is true."""

from __future__ import annotations

from dataclasses import asdict

import typer
from django.utils.translation import gettext as _
from django.utils.translation import pgettext as _p
from rich.table import Table

from zhixuan.config.commands.terminal import AsJson, Exit, err, out, say, say_json
from zhixuan.modules.stock.operations.check_ledger import Fault, check_ledger


def check(*, as_json: AsJson = False) -> None:
    """Exit code 1 when a row was changed behind the program's back, and which is the first."""
    with err.status(_("Checking the ledger ...")) as status:
        faults = check_ledger(progress=lambda name: status.update(f"{_('Checking the ledger ...')} {name}"))
    if as_json:
        say_json({"ok": not faults, "faults": [asdict(fault) for fault in faults]})
    elif faults:
        out.print(_table(faults))
        say(_("The ledger is not as it was written: %(count)s findings.") % {"count": len(faults)}, style="red")
    else:
        say(_("The ledger is true: every digest, seal, balance and month-end agrees."), style="green")
    if faults:
        raise typer.Exit(Exit.REFUSED)


def _table(faults: list[Fault]) -> Table:
    table = Table(_p("doctor", "Check"), _p("doctor", "Row"), _p("doctor", "What is wrong"))
    for fault in faults[:100]:
        table.add_row(fault.check, fault.row, fault.sentence)
    return table
