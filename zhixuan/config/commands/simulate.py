"""`zhixuan simulate`: the recorded past under several ways to order; no database is asked."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from django.utils.translation import gettext as _
from rich.table import Table

from zhixuan.config.commands.forecast import History, MappingFile, read, refusing
from zhixuan.config.commands.ordering import Lead
from zhixuan.config.commands.terminal import AsJson, figure, out, progress_bar, say, say_json
from zhixuan.rules.periods import Month

if TYPE_CHECKING:
    from zhixuan.analytics.simulation.comparison import Line
    from zhixuan.analytics.simulation.scarcity import Shared


class Wanted(StrEnum):
    """The names of `analytics.ordering.readings.Reading`, known before the heavy packages are loaded."""

    RECORDED = "recorded"
    ADJUSTED = "adjusted"
    IMPUTED = "imputed"


Since = Annotated[str, typer.Option("--from", help="First month played, as in 2017-10 起始月份")]
Until = Annotated[str, typer.Option("--to", help="Last month played 结束月份")]
Demand = Annotated[Wanted, typer.Option("--demand", help="How demand is read from issues 需求口径")]
Seed = Annotated[int, typer.Option("--seed", help="Of the draws that fill gaps 随机种子")]
Review = Annotated[int, typer.Option("--review", help="Months between orders 订货间隔", min=1, max=12)]
Supply = Annotated[
    float | None,
    typer.Option(
        "--supply", help="Share of demand that comes in, as 0.85: compare sharing 供应占需求比例", min=0.01, max=2
    ),
]
Curve = Annotated[bool, typer.Option("--curve", help="Every setting of every policy 各策略的全部档位")]
ShelfLife = Annotated[int, typer.Option("--shelf-life", help="Months 有效期（月）", min=2, max=120)]


def simulate(  # noqa: PLR0913 (the options of a command)
    *,
    history: History,
    since: Since,
    until: Until,
    lead: Lead = 1,
    review: Review = 1,
    shelf_life: ShelfLife = 24,
    demand: Demand = Wanted.IMPUTED,
    seed: Seed = 0,
    supply: Supply = None,
    curve: Curve = False,
    mapping: MappingFile = None,
    as_json: AsJson = False,
) -> None:
    """Service, stock and waste of each way to order, month after month with nothing but what was known then."""
    with refusing():
        months = Month.parse(since), Month.parse(until)
        table = read(history, mapping)[1]
        from zhixuan.analytics.ordering.readings import Reading
        from zhixuan.analytics.simulation.comparison import compare, trade_off
        from zhixuan.analytics.simulation.past import past_of
        from zhixuan.analytics.simulation.replay import Terms
        from zhixuan.analytics.simulation.scarcity import compare_sharing

        past = past_of(table, *months, Reading(demand.value), seed=seed)
        with progress_bar(_("Playing the past again"), quiet=as_json) as report:
            terms = Terms(lead, review, shelf_life)
            shared = compare_sharing(past, terms, supply, report) if supply else []
            found = [] if supply else (trade_off if curve else compare)(past, terms, report)
    if as_json:
        lines: list[dict[str, object]] = [_line(line) for line in found]
        lines += [{"policy": one.name, **one.worth.plain(), "of_bound": round(one.of_bound, 4)} for one in shared]
        say_json({"series": past.keys.height, "demand": demand.value, "policies": lines})
        return
    if supply:
        out.print(_shared_table(shared))
        return
    out.print(_table(found))
    say(_("Ratios are against AMC3 x max months at the same average stock (the last: at the same service)."))


def _line(line: Line) -> dict[str, object]:
    """`kind` and `setting` (months at most, or the service level) draw a curve for each policy."""
    about = {"policy": line.name, "kind": line.policy.value, "setting": line.setting}
    return {**about, **line.worth.plain(), "against_amc3": line.ratios.plain()}


def _table(found: list[Line]) -> Table:
    titles = (
        _("Policy"),
        _("Served"),
        _("Served, series equal"),
        _("Short months"),
        _("Stock, months"),
        _("Expired"),
        _("Worst tenth"),
        _("Deliveries"),
        _("Lost x"),
        _("Short x"),
        _("Volume lost x"),
        _("Stock x"),
    )
    table = Table(*titles, title=_("Service and stock of each way to order"))
    for line in found:
        it, against = line.worth, line.ratios
        shares = [it.fill_volume, it.fill_series, it.short_months]
        cells = [figure(share, ".1%") for share in shares]
        cells += [figure(it.stock_series, ".2f"), figure(it.expired, ".2%"), figure(it.worst_tenth, ".1%")]
        cells += [figure(it.deliveries, ".1%")]
        ratios = (against.lost_series, against.short_months, against.lost_volume, against.stock)
        table.add_row(line.name, *cells, *(figure(ratio, ".3f") for ratio in ratios))
    return table


def _shared_table(found: list[Shared]) -> Table:
    titles = (_("Policy"), _("Served"), _("Of what hindsight could"), _("Short months"), _("Worst tenth"))
    table = Table(*titles, title=_("Who got what when it was not enough"))
    for one in found:
        it = one.worth
        shares = (it.fill_volume, one.of_bound, it.short_months, it.worst_tenth)
        table.add_row(one.name, *(figure(share, ".1%") for share in shares))
    return table
