"""Norms that an officer set for one facility, or for the facilities of one level in an area."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.norms import Bounds

REASON_SHORTEST = 5
MONTHS_MAX = 60


@dataclass(frozen=True, slots=True)
class Override:
    """Bounds that stand in place of the norm.

    Args:
        facility_id: for this facility only; None: for all facilities of `level` in the area.
        area_path: of the area; the nearest area wins.
    """

    bounds: Bounds
    facility_id: int | None = None
    area_path: str = ""
    level: str = ""


def closest(overrides: Iterable[Override], *, facility_id: int, area_path: str, level: str) -> Override | None:
    """The override that holds at a facility: its own, else that of the nearest area, else None: the norm holds."""
    best: Override | None = None
    for one in overrides:
        if one.facility_id is not None:
            if one.facility_id == facility_id:
                return one
        elif one.level == level and area_path.startswith(one.area_path):
            best = max(best, one, key=lambda near: len(near.area_path)) if best else one
    return best


def checked_bounds(*, min_months: Fraction, max_months: Fraction, emergency_months: Fraction, reason: str) -> Bounds:
    """The bounds a person asks for.

    Raises:
        Refused: they contradict each other, are out of all proportion, or there is no reason.
    """
    reasons = []
    if len(reason.strip()) < REASON_SHORTEST:
        sentence = N_("Say why another norm holds here: it is kept and shown beside it.")
        reasons.append(Refused(sentence, field="reason", code="reason_needed"))
    if not 0 < max_months <= MONTHS_MAX:
        sentence = N_("Give a maximum above nought and of {most} months at most.")
        reasons.append(Refused(sentence, field="max_months", most=MONTHS_MAX))
    elif not 0 <= min_months < max_months:
        reasons.append(Refused(N_("The minimum must be nought or more, and below the maximum."), field="min_months"))
    elif not (0 <= emergency_months < min_months or emergency_months == min_months == 0):
        sentence = N_("The emergency point must be below the minimum (nought when the minimum is nought).")
        reasons.append(Refused(sentence, field="emergency_months"))
    if reasons:
        raise Refused.many(reasons)
    return Bounds(min_months, max_months, emergency_months)
