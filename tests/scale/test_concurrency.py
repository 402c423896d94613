"""Many writers at once (G2), on a file or server of the test's own."""

from __future__ import annotations

import pytest

from tests.databases import FreshDatabase
from tests.scale.concurrency import double_clicks, run
from tests.scale.seeds import base_seed


def test_writers_at_once_agree_with_plain_sums(fresh_database: FreshDatabase) -> None:
    seed = base_seed()
    outcome = run(writers=8, postings=480, seed=seed)
    assert outcome.faults == [], f"seed {seed}: {outcome}"
    assert outcome.posted > 200
    assert outcome.sent_again > 20


def test_a_double_click_posts_once(fresh_database: FreshDatabase) -> None:
    assert double_clicks(60) == []


@pytest.mark.full
def test_thirty_two_writers_and_fifty_thousand_postings(fresh_database: FreshDatabase) -> None:
    seed = base_seed()
    outcome = run(writers=32, postings=50_000, seed=seed)
    print(outcome)  # noqa: T201
    assert outcome.faults == [], f"seed {seed}: {outcome}"


@pytest.mark.full
def test_a_thousand_double_clicks(fresh_database: FreshDatabase) -> None:
    assert double_clicks(1000) == []
