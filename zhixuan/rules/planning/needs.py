"""A year's need of one place and product, worked out in the ways that manuals of quantification put side by side.

The number of users is one figure that a planner expects, with its source; it is never a list of people, and never what
people are to be brought to (decisions/002).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from zhixuan.rules.planning.demand import Method, Terms, is_unlike_use, need_of_use, need_of_users
from zhixuan.rules.refusal import N_, Refused

METHOD_LABELS: Mapping[Method, str] = {
    Method.CONSUMPTION: N_("By use"),
    Method.USERS: N_("By users"),
    Method.FORECAST: N_("By forecast"),
    Method.HYBRID: N_("Use and users, half each"),
}


@dataclass(frozen=True, slots=True)
class Basis:
    """What is known about a line; pieces.

    Args:
        own_use: handed out there in a month; None where nobody knows.
        users: expected in the year; None where nobody said.
        quota: pieces for a user-year; None where the catalogue has none.
        forecast: own use in the year as forecast; None without a forecast that reaches over it.
    """

    own_use: Fraction | None
    users: int | None = None
    quota: Fraction | None = None
    forecast: Fraction | None = None


def needs(basis: Basis) -> dict[Method, Fraction | None]:
    """The need by each method; None where it cannot be told."""
    return {method: way(basis) for method, way in WAYS.items()}


def _by_use(basis: Basis) -> Fraction | None:
    return None if basis.own_use is None else need_of_use(basis.own_use)


def _by_users(basis: Basis) -> Fraction | None:
    if basis.users is None or basis.quota is None:
        return None
    return need_of_users(Fraction(basis.users), basis.quota)


def _by_both(basis: Basis) -> Fraction | None:
    use, users = _by_use(basis), _by_users(basis)
    return None if use is None or users is None else (use + users) / 2


WAYS: Mapping[Method, Callable[[Basis], Fraction | None]] = {
    Method.CONSUMPTION: _by_use,
    Method.USERS: _by_users,
    Method.FORECAST: lambda basis: basis.forecast,
    Method.HYBRID: _by_both,
}


def need_of(basis: Basis, method: Method) -> Fraction:
    """The need that stands; where the chosen way cannot tell, nothing is needed that anybody knows of."""
    return WAYS[method](basis) or Fraction(0)


def check_method(method: Method, basis: Basis, reason: str) -> None:
    """Another way than by use has its reason: always asked for, and the more so where it differs much (20 % rule).

    Raises:
        Refused: the way cannot tell, or nothing is said.
    """
    found = WAYS[method](basis)
    if method is Method.CONSUMPTION:
        return
    if found is None:
        raise Refused(
            N_("The need cannot be told this way: the figure it stands on is missing."),
            field="method",
            code="no_figure",
        )
    if reason.strip():
        return
    if basis.own_use is not None and is_unlike_use(found, basis.own_use):
        raise Refused(
            N_("This need differs by more than 20 % from twelve months of use. Say why it stands."),
            field="reason",
            code="reason_needed",
        )
    raise Refused(N_("Say why the need stands this way and not by use."), field="reason", code="reason_needed")


def with_need(terms: Terms, need: Fraction) -> Terms:
    """The same terms with another need."""
    return Terms(need, terms.turnover_months, terms.per_month, terms.stock, terms.on_order, terms.pieces_per_pack)
