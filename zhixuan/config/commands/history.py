"""`zhixuan history`: the one fact table that plans stand on, from the books or from a file, as a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from django.utils import timezone
from django.utils.translation import gettext as _

from zhixuan.config.commands.forecast import MappingFile, Out, read, refusing
from zhixuan.config.commands.terminal import AsJson, Exit, say, say_json, stop

if TYPE_CHECKING:
    import polars as pl

SUFFIXES = (".csv", ".parquet")


class By(StrEnum):
    """What a row is of."""

    SERIES = "series"
    PRODUCT = "product"


FromFile = Annotated[
    Path | None,
    typer.Option(
        "--history", help="CSV of monthly records; without it the books 月度记录", exists=True, dir_okay=False
    ),
]
AreaCode = Annotated[str, typer.Option("--area", help="Code of an area of the books; all of it 地区编码")]
Rows = Annotated[By, typer.Option("--by", help="A row of each series, or sums by product 行的粒度")]


def history(
    *,
    out: Out,
    history: FromFile = None,
    area: AreaCode = "",
    by: Rows = By.SERIES,
    mapping: MappingFile = None,
    as_json: AsJson = False,
) -> None:
    """Every month of every product at every place: what was recorded, what it says of need, and what is odd."""
    if out.suffix not in SUFFIXES:
        stop(_("The file must end with .csv or .parquet."), Exit.USAGE)
    with refusing():
        from zhixuan.analytics.history import by_product
        from zhixuan.analytics.history import history as fact_table

        recorded = read(history, mapping, out)[1] if history else _of_the_books(area)
        table = fact_table(recorded)
        _write(table if by is By.SERIES else by_product(table), out)
    figures = {
        "file": str(out),
        "rows": table.height,
        "series": table.select("facility", "product").n_unique(),
        "not_reported": int((~table["reported"]).sum()),
        "outliers": int(table["outlier"].sum()),
        "unit_jumps": int(table["unit_jump"].sum()),
        "bases": dict(table["basis"].value_counts().sort("basis").iter_rows()),
    }
    if as_json:
        say_json(figures)
    else:
        say(_("%(rows)s months of %(series)s series written to %(file)s.") % figures, style="green")


def _of_the_books(area: str) -> pl.DataFrame:
    """The fact table of all places of an area, by their codes, until the newest full month."""
    from zhixuan.analytics.series_forecasts import table_of
    from zhixuan.modules.directory import queries as directory
    from zhixuan.modules.planning.queries import fact_table

    found = directory.area_by_code(area) if area else None
    if area and found is None:
        stop(_("There is no area with the code %(code)s.") % {"code": area}, Exit.REFUSED)
    cards = fact_table.cards_by_code(found.path if found else "/", today=timezone.localdate())
    if not cards:
        stop(_("The books hold no full month of any place yet."), Exit.REFUSED)
    return table_of(cards)


def _write(table: pl.DataFrame, out: Path) -> None:
    """Complete or not at all."""
    partial = out.with_name(out.name + ".partial")
    if out.suffix == ".csv":
        table.write_csv(partial)
    else:
        table.write_parquet(partial)
    partial.replace(out)
