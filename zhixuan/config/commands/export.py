"""`zhixuan export`: the tables of the network, as files that `import` and the screens take back."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from zhixuan.config.commands.terminal import AsJson, Exit, say, say_json, stop
from zhixuan.modules.accounts import queries as accounts
from zhixuan.modules.directory.queries import tables
from zhixuan.modules.directory.queries.tables import TableKind
from zhixuan.shared.spreadsheets.writing import write_csv, write_xlsx

Kind = StrEnum("Kind", {kind.name: kind.value for kind in TableKind})  # type: ignore[misc]


def export(
    table: Annotated[Kind, typer.Argument(help="Which table 哪张表")],
    to: Annotated[Path, typer.Argument(help="File to write, .xlsx or .csv 文件")],
    *,
    as_json: AsJson = False,
) -> None:
    """The whole network, as its administrator sees it."""
    kind = TableKind(table.value)
    if to.suffix not in {".xlsx", ".csv"}:
        stop(_("The file must end with .xlsx or .csv."), Exit.USAGE)
    if to.exists():
        stop(_("%(file)s is there already: nothing is overwritten.") % {"file": to}, Exit.REFUSED)
    columns, rows = tables.column_specs(kind), tables.rows_of(kind, accounts.program("zhixuan export"))
    if to.suffix == ".csv":
        count = write_csv(to, columns=columns, rows=rows)
    else:
        count = write_xlsx(to, sheet=kind.value, columns=columns, rows=rows)
    if as_json:
        say_json({"file": str(to), "rows": count})
    else:
        say(_("%(count)s rows written to %(file)s.") % {"count": count, "file": to}, style="green")
