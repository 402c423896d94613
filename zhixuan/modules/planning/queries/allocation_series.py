"""The lines of a plan as the rules take them together: one product of one store at a time, read in few rows."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from zhixuan.modules.planning.models import AllocationFacts, AllocationLine, AllocationPlan
from zhixuan.modules.planning.queries import allocation_plans as plans
from zhixuan.rules.planning import columns
from zhixuan.rules.planning.allocation import Counts
from zhixuan.rules.planning.columns import NOTHING_SAID, Columns
from zhixuan.rules.planning.need import LEVELS, Matrix
from zhixuan.rules.planning.place_facts import Settings

__all__ = ["AllocationFacts"]

KEPT = {"place": np.int64, "area": np.int64, "there": np.int64, "told": np.int64}
KEPT_MONTHS = ("norm", "emergency", "upcoming")
PACKED = "<f8"
OF_LINES = ("pk", "giver_id", "product_id", "facility_id", "pieces", "proposed", "least", "most")


@dataclass(frozen=True)
class SeriesOfPlan:
    """The lines of one product of one store, in the order in which they were worked out.

    Args:
        need: over the time that was asked for; ids, pieces, proposed: of each line as it stands now.
    """

    giver: int
    product: int
    lines: Columns
    need: Matrix
    ids: Counts
    pieces: Counts
    proposed: Counts

    @property
    def key(self) -> tuple[int, int]:
        return (self.giver, self.product)


def series_of(plan: AllocationPlan, settings: Settings | None = None) -> list[SeriesOfPlan]:
    """All lines of a plan.

    Args:
        settings: others than those of the plan, that need is asked for; of the forecasts only their time matters.
    """
    saved = plans.settings_of(plan)
    asked = settings or saved
    longer = asked.horizon_months != saved.horizon_months
    rows = AllocationFacts.objects.filter(plan=plan).order_by("giver__code", "product__code")
    kept = list(rows.defer("need" if longer else "ahead"))  # need over another time is worked out from the forecasts
    if not kept:
        return _of_lines(plan, asked)
    now = _lines_now(plan)
    return [_series(one, now[one.giver_id, one.product_id], asked if longer else None) for one in kept]


def _series(kept: AllocationFacts, now: Mapping[int, Sequence[Any]], settings: Settings | None) -> SeriesOfPlan:
    lines = _columns(kept, with_ahead=settings is not None)
    found = [now[place] for place in lines.place.tolist()]
    least, most = ([NOTHING_SAID if row[at] is None else row[at] for row in found] for at in (3, 4))
    lines = replace(lines, least=np.array(least, dtype=np.int64), most=np.array(most, dtype=np.int64))
    need = np.array(kept.need, dtype=np.float64) if settings is None else columns.need(lines, settings)
    ids, pieces, proposed = (np.array([row[at] for row in found], dtype=np.int64) for at in range(3))
    return SeriesOfPlan(kept.giver_id, kept.product_id, lines, need, ids, pieces, proposed)


def _columns(kept: AllocationFacts, *, with_ahead: bool) -> Columns:
    told = kept.columns
    count = len(told["place"])
    none = np.full(count, NOTHING_SAID, dtype=np.int64)
    known: dict[str, Any] = {name: np.array(told[name], dtype=kind) for name, kind in KEPT.items()}
    known |= {name: np.array(told[name], dtype=np.float64) for name in KEPT_MONTHS}
    per_month = np.array([np.nan if use is None else use for use in told["per_month"]], dtype=np.float64)
    packed = base64.b64decode(kept.ahead) if with_ahead else b""
    ahead = np.frombuffer(packed, dtype=PACKED).reshape(count, -1, len(LEVELS)) if with_ahead else None
    return Columns(pack=told["pack"], per_month=per_month, ahead=ahead, least=none, most=none, fixed=none, **known)


def as_kept(lines: Columns, settings: Settings) -> dict[str, Any]:
    """The columns of `AllocationFacts`, for lines that were just worked out."""
    told: dict[str, Any] = {name: getattr(lines, name).tolist() for name in (*KEPT, *KEPT_MONTHS)}
    per_month = [None if np.isnan(use) else use for use in lines.per_month.tolist()]
    ahead = b"" if lines.ahead is None else lines.ahead.astype(PACKED).tobytes()
    return {
        "columns": told | {"pack": lines.pack, "per_month": per_month},
        "need": columns.need(lines, settings).tolist(),
        "ahead": base64.b64encode(ahead).decode(),
    }


def _lines_now(plan: AllocationPlan) -> dict[tuple[int, int], dict[int, Sequence[Any]]]:
    """(id, pieces, proposed, least, most) by store and product, and by place."""
    found: dict[tuple[int, int], dict[int, Sequence[Any]]] = defaultdict(dict)
    for pk, giver, product, place, *rest in AllocationLine.objects.filter(plan=plan).values_list(*OF_LINES):
        found[giver, product][place] = (pk, *rest)
    return found


def _of_lines(plan: AllocationPlan, settings: Settings) -> list[SeriesOfPlan]:
    """Of a plan drawn up before its facts were kept together."""
    rows: dict[tuple[int, int], list[AllocationLine]] = defaultdict(list)
    for line in AllocationLine.objects.filter(plan=plan).order_by("giver__code", "product__code", "facility__code"):
        rows[line.giver_id, line.product_id].append(line)
    found = []
    for (giver, product), listed in rows.items():
        lines = columns.columns_of([plans.whole_facts_of(line) for line in listed])
        numbers = (np.array([getattr(line, name) for line in listed]) for name in ("pk", "pieces", "proposed"))
        found.append(SeriesOfPlan(giver, product, lines, columns.need(lines, settings), *numbers))
    return found
