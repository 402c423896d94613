"""A year's need worked out in the ways that quantification manuals ask for, side by side.

By consumption (what was issued), by users (people expected times the standard quantity for a user-year) and both
mixed. A user figure is an expectation of supply, never a target for people.
"""

from __future__ import annotations

import polars as pl

from zhixuan.rules.refusal import N_, Refused, raise_all

DIFFERENCE_WORTH_A_WORD = 0.2


def by_consumption(forecasts: pl.DataFrame) -> pl.DataFrame:
    """Pieces for the forecast months together: the sum of the means by facility and product."""
    return forecasts.group_by("facility", "product").agg(consumption=pl.col("mean").sum()).sort("facility", "product")


def by_users(users: pl.DataFrame, quotas: pl.DataFrame, months: int) -> pl.DataFrame:
    """Pieces for so many months: users (facility, product, users) x quota (product, pieces_per_user_year) / 12.

    Raises:
        Refused: a product without a quota, or a number of users below zero.
    """
    joined = users.join(quotas, on="product", how="left")
    mistakes = [
        Refused(N_("Product {product} has no standard quantity for a user-year."), product=product, field="product")
        for product in joined.filter(pl.col("pieces_per_user_year").is_null())["product"].unique(maintain_order=True)
    ]
    mistakes += [
        Refused(N_("{facility}, {product}: {users} users are fewer than none."), field="users", **row)
        for row in joined.filter(pl.col("users") < 0).select("facility", "product", "users").iter_rows(named=True)
    ]
    raise_all(mistakes)
    need = pl.col("users") * pl.col("pieces_per_user_year") * months / 12
    return joined.select("facility", "product", users_need=need).sort("facility", "product")


def side_by_side(consumption: pl.DataFrame, users: pl.DataFrame, *, consumption_share: float = 0.5) -> pl.DataFrame:
    """Both needs, their mix (`hybrid`), the difference relative to consumption, and whether it deserves a word.

    Where only one is known, the mix is that one.
    """
    both = consumption.join(users, on=["facility", "product"], how="full", coalesce=True)
    mixed = consumption_share * pl.col("consumption") + (1 - consumption_share) * pl.col("users_need")
    apart = (pl.col("users_need") - pl.col("consumption")) / pl.col("consumption")
    return (
        both.with_columns(
            hybrid=pl.coalesce(mixed, "consumption", "users_need"),
            difference=pl.when(pl.col("consumption") > 0).then(apart),
        )
        .with_columns(explain=(pl.col("difference").abs() > DIFFERENCE_WORTH_A_WORD).fill_null(value=False))
        .sort("facility", "product")
    )
