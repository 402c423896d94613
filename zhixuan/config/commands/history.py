"""`zhixuan history`: the one fact table that plans stand on, from the books or from a file, as a file."""

from __future__ import annotations

from datetime import date
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
    METHOD = "method"


FromFile = Annotated[
    Path | None,
    typer.Option(
        "--history", help="CSV of monthly records; without it the books 月度记录", exists=True, dir_okay=False
    ),
]
AreaCode = Annotated[str, typer.Option("--area", help="Code of an area of the books; all of it 地区编码")]
Rows = Annotated[By, typer.Option("--by", help="A row of each series, or sums by product or method 行的粒度")]


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
        from zhixuan.analytics.history import history as fact_table

        if history:
            chosen, recorded = read(history, mapping, out)
            methods = chosen.methods
        else:
            recorded, methods = _of_the_books(area), {}
        table = fact_table(recorded)
        _write(_summed(table, by, methods, of_the_books=history is None), out)
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


def _summed(table: pl.DataFrame, by: By, methods: dict[str, str], *, of_the_books: bool) -> pl.DataFrame:
    """Rows as they were asked for.

    Raises:
        Refused: methods were asked for, and products have none.
    """
    from zhixuan.analytics.history import by_method, by_product, check_methods

    if by is By.SERIES:
        return table
    if by is By.PRODUCT:
        return by_product(table)
    known = _methods_of_the_catalogue(timezone.localdate()) if of_the_books else _methods_of_the_mapping(methods)
    check_methods(table, known)
    return by_method(table, known)


def _methods_of_the_mapping(methods: dict[str, str]) -> pl.DataFrame:
    import polars as pl

    kinds = {"product": pl.String(), "method": pl.String()}
    return pl.DataFrame({"product": list(methods), "method": list(methods.values())}, schema=kinds)


def _methods_of_the_catalogue(today: date) -> pl.DataFrame:
    """With the couple-years that a piece gives, by the version of today; empty where the method has no factor."""
    import polars as pl

    from zhixuan.modules.catalogue import queries as catalogue

    found = list(catalogue.products())
    worth = catalogue.couple_years_per_piece([one.pk for one in found], today)
    rows = [(one.code, one.method.code, None if one.pk not in worth else float(worth[one.pk])) for one in found]
    kinds = {"product": pl.String(), "method": pl.String(), "couple_years_per_piece": pl.Float64()}
    return pl.DataFrame(rows, schema=kinds, orient="row")


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
