"""Private: the demo county's planning: two forecasts, so that the first can be compared with what came, and plans."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from zhixuan.demo import county, products
from zhixuan.modules.accounts import queries as accounts
from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning.jobs import make
from zhixuan.modules.planning.operations.answer_demand_comment import answer_demand_comment
from zhixuan.modules.planning.operations.comment_on_demand import comment_on_demand
from zhixuan.modules.planning.operations.draw_demand import draw_demand
from zhixuan.modules.planning.operations.enter_budget import enter_budget
from zhixuan.modules.planning.operations.enter_price import enter_price
from zhixuan.modules.planning.operations.request_forecast import request_forecast
from zhixuan.modules.planning.operations.take_demand_step import take_demand_step
from zhixuan.modules.planning.queries import plans, runs
from zhixuan.modules.planning.queries.forecasts import ForecastRun
from zhixuan.modules.stock.queries import monthly
from zhixuan.rules.periods import Month
from zhixuan.rules.planning.comments import Saying
from zhixuan.rules.planning.cost import CENTS_A_YUAN
from zhixuan.rules.planning.steps import Verb
from zhixuan.shared.access import Actor

HORIZON = 18
COMPARED_MONTHS = 6
RETURNED, SENT_IN = f"{county.COUNTY}005", f"{county.COUNTY}006"
WITHIN = f"{county.COUNTY}003"
BUDGETS = {
    (WITHIN, 0): 42_000,
    (WITHIN, 1): 45_000,
    (RETURNED, 0): 60_000,
    (RETURNED, 1): 60_000,
    (SENT_IN, 0): 8_000,
    (SENT_IN, 1): 8_000,
}
"""Yuan by area and year from this one on."""
_NAMESPACE = uuid.UUID("2f0a7f43-6f2b-4f43-93a4-0d7f6a4f9a11")


def plan_ahead(station: Actor, program: Actor, *, today: date, now: datetime) -> None:
    """Forecasts by the medians (nothing heavy is needed for them), and next year's plans: drawn, sent in, returned."""
    newest = monthly.newest_full_month(today)
    for until, at in ((newest.plus(-COMPARED_MONTHS), now - timedelta(days=3)), (newest, now - timedelta(days=1))):
        _forecast(until, station, at)
    drawn = {code: _draw(code, actor, now) for code, actor in _drawers(today, program).items()}
    _money(station, today, now - timedelta(hours=6))
    for code in (RETURNED, SENT_IN):
        _step(drawn[code], code, Verb.SUBMIT, program, now - timedelta(hours=5))
    note = "请把工业园新增用量写明 say what the new estate adds"
    _step(drawn[RETURNED], RETURNED, Verb.RETURN, station, now - timedelta(hours=4), note)
    _comments(drawn[RETURNED], station, program, now - timedelta(hours=3))


def _comments(plan: int, station: Actor, program: Actor, at: datetime) -> None:
    """What the county asks about a returned plan and one of its lines; one question is answered, both are open."""
    line = plans.bare_lines(plan).first()
    if line is None:
        raise LookupError(plan)
    comment_on_demand(
        plan_id=plan,
        text="按哪个月的人数算的？ Which month's numbers are these?",
        actor=station,
        command_id=_id(f"comment {plan}", at),
        at=at,
    )
    asked = comment_on_demand(
        plan_id=plan,
        line_id=line.pk,
        text="工业园新增用量算进去了吗？ Is the new estate counted in?",
        actor=station,
        command_id=_id(f"comment {plan} line", at),
        at=at,
    )
    answer_demand_comment(
        plan_id=plan,
        thread_id=asked.id,
        saying=Saying.SAY,
        text="还没有，正在核实。 Not yet; we are asking.",
        actor=program,
        command_id=_id(f"answer {plan}", at),
        at=at + timedelta(minutes=20),
    )


def _money(station: Actor, today: date, at: datetime) -> None:
    """Prices since the year began, and budgets for this year and the next: one plan keeps to them,
    one costs so little that the 85 % rule speaks, one costs more."""
    known = catalogue.product_ids(list(products.CENTS))
    for code, (cents, pieces) in products.CENTS.items():
        enter_price(
            area_id=_area_id(county.COUNTY),
            product_id=known[code],
            cents=cents,
            pieces=pieces,
            holds_from=date(today.year, 1, 1),
            source=products.PRICE_SOURCE,
            actor=station,
            command_id=_id(f"price {code}", at),
            at=at,
        )
    for (code, year), yuan in BUDGETS.items():
        enter_budget(
            area_id=_area_id(code),
            year=today.year + year,
            cents=yuan * CENTS_A_YUAN,
            source=products.PRICE_SOURCE,
            actor=station,
            command_id=_id(f"budget {code} {year}", at),
            at=at,
        )


def _drawers(today: date, program: Actor) -> Mapping[str, Actor]:
    """Which area's plan is drawn by whom: the township officer's own, two others, and the county's."""
    user = accounts.person_by_name("demo-township")
    own = accounts.actor_of(user, on=today) if user is not None else program
    return {WITHIN: own, RETURNED: program, SENT_IN: program}


def _id(words: str, at: datetime) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, f"{words} {at.isoformat()}")


def _area_id(code: str) -> int:
    area = directory.area_by_code(code)
    if area is None:
        raise LookupError(code)
    return area.pk


def _forecast(until: Month, actor: Actor, at: datetime) -> None:
    asked = request_forecast(
        area_id=_area_id(county.COUNTY),
        profile="plain",
        horizon=HORIZON,
        until=until,
        on=at.date(),
        actor=actor,
        command_id=_id(f"forecast {until}", at),
        at=at,
    )
    make(runs.run_of_job(ForecastRun, asked.id), actor=actor, show=lambda _done, _total, _phase: None, clock=lambda: at)


def _draw(code: str, actor: Actor, now: datetime) -> int:
    on, at = now.date(), now - timedelta(hours=6)
    return draw_demand(
        area_id=_area_id(code), year=on.year + 1, on=on, actor=actor, command_id=_id(f"plan {code}", at), at=at
    ).id


def _step(plan: int, code: str, verb: Verb, actor: Actor, at: datetime, note: str = "") -> None:
    take_demand_step(
        plan_id=plan, verb=verb, note=note, actor=actor, command_id=_id(f"{verb} {code} {plan}", at), at=at
    )
