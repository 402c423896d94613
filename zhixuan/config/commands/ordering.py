"""`zhixuan levels` and `zhixuan allocate`: how much to order and who gets what, from files; no database is asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from django.utils.translation import gettext as _

from zhixuan.config.commands.forecast import History, MappingFile, Out, read, refusing
from zhixuan.config.commands.terminal import AsJson, say, say_json
from zhixuan.rules.periods import Month
from zhixuan.rules.planning.service import LEAST_SERVICE, MOST_SERVICE, USUAL_SERVICE

if TYPE_CHECKING:
    import polars as pl

LEAD_MAX = 12

Request = Annotated[
    Path, typer.Option("--request", help="CSV of places and what they have 申请表", exists=True, dir_okay=False)
]
MonthAsked = Annotated[str, typer.Option("--month", help="As in 2019-04; only earlier records count 月份")]
Lead = Annotated[int, typer.Option("--lead", help="Months from order to arrival 到货月数", min=0, max=LEAD_MAX)]

Service = Annotated[
    float,
    typer.Option(
        "--service", help="Share of times in which the level is enough 服务水平", min=LEAST_SERVICE, max=MOST_SERVICE
    ),
]


def levels(  # noqa: PLR0913 (the options of a command)
    *,
    history: History,
    request: Request,
    out: Out,
    month: MonthAsked,
    lead: Lead,
    service: Service = USUAL_SERVICE,
    mapping: MappingFile = None,
    as_json: AsJson = False,
) -> None:
    """With how much at hand and on order each place is supplied until the next delivery."""
    with refusing():
        asked_month, facts = Month.parse(month), read(history, mapping, out)[1]
        from zhixuan.analytics.ordering.levels import order_up_to
        from zhixuan.analytics.ordering.requests import of_unknown_products, read_requests

        asked = read_requests(request)
        found = order_up_to(facts, asked, asked_month, lead=lead, service=service)
        _write(found, of_unknown_products(asked, facts, asked_month), out, as_json=as_json)


def allocate(  # noqa: PLR0913 (the options of a command)
    *,
    history: History,
    request: Request,
    out: Out,
    month: MonthAsked,
    lead: Lead,
    mapping: MappingFile = None,
    as_json: AsJson = False,
) -> None:
    """Who gets what of products that may not be enough for all."""
    with refusing():
        asked_month, facts = Month.parse(month), read(history, mapping, out)[1]
        from zhixuan.analytics.ordering.requests import of_unknown_products, read_requests
        from zhixuan.analytics.ordering.sharing import shares

        asked = read_requests(request, scarce=True)
        found = shares(facts, asked, asked_month, lead=lead)
        _write(found, of_unknown_products(asked, facts, asked_month), out, as_json=as_json)


def _write(found: pl.DataFrame, unknown: pl.DataFrame, out: Path, *, as_json: bool) -> None:
    """Complete or not at all; what nobody knows anything of is said."""
    partial = out.with_name(out.name + ".partial")
    found.rename({"facility": "site_code", "product": "product_code"}).write_csv(partial)
    partial.replace(out)
    figures = {"file": str(out), "rows": found.height}
    if as_json:
        say_json({**figures, "unknown": unknown.to_dicts()})
    else:
        say(_("%(rows)s rows written to %(file)s.") % figures, style="green")
        for row in unknown.iter_rows(named=True):
            say(_("Row %(row)s: nobody has records of product %(product)s, so it gets 0.") % row, style="yellow")
