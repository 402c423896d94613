"""`zhixuan check`: prove that the ledger is true."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext as _p
from rich.table import Table

from zhixuan.config.commands.terminal import AsJson, Exit, err, out, say, say_json
from zhixuan.modules.accounts import queries as accounts
from zhixuan.modules.stock.operations.check_ledger import Fault, check_ledger
from zhixuan.modules.stock.operations.rebuild_balances import rebuild_balances

Rebuild = Annotated[bool, typer.Option("--rebuild", help="Make wrong balances anew from the movements 按流水重建结存")]

REBUILT = frozenset({"balances", "months"})
"""What the movements can put right; every other fault means that the movements themselves cannot be trusted."""


def check(*, rebuild: Rebuild = False, as_json: AsJson = False) -> None:
    """Exit code 1 when a row was changed behind the program's back, and which is the first."""
    faults = _faults()
    if rebuild and faults and {fault.check for fault in faults} <= REBUILT:
        rebuild_balances(actor=accounts.program("zhixuan check"), at=timezone.now())
        say(_("The balances were made anew from the movements."))
        faults = _faults()
    if as_json:
        say_json({"ok": not faults, "faults": [asdict(fault) for fault in faults]})
    elif faults:
        out.print(_table(faults))
        say(_("The ledger is not as it was written: %(count)s findings.") % {"count": len(faults)}, style="red")
    else:
        say(_("The ledger is true: every digest, seal, balance and month-end agrees."), style="green")
    if faults:
        raise typer.Exit(Exit.REFUSED)


def _faults() -> list[Fault]:
    with err.status(_("Checking the ledger ...")) as status:
        return check_ledger(progress=lambda name: status.update(f"{_('Checking the ledger ...')} {name}"))


def _table(faults: list[Fault]) -> Table:
    table = Table(_p("doctor", "Check"), _p("doctor", "Row"), _p("doctor", "What is wrong"))
    for fault in faults[:100]:
        table.add_row(fault.check, fault.row, fault.sentence)
    return table
