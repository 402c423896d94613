"""Random days of a county's stores against a model that knows nothing of the code: same slips, same refusals, same
balances, cards and books, and the same expected of every line of a count.

To replay a failure: SEED=<the seed in the test's name> pytest tests/modules/stock/test_against_model.py
"""

from __future__ import annotations

import pytest

from tests.scale.random_days import run, run_until
from tests.scale.seeds import base_seed

BASE = base_seed()
KNOWN = (1, 3, 5)
SHARDS, SHARD_POSTED = 10, 10_000
"""100,000 slips posted on each database: a quarter of an hour of one free core each."""


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [*KNOWN, BASE], ids=str)
def test_system_and_model_agree(seed: int) -> None:
    history = run(seed, 300)
    assert len(history.posted) >= 12, "the dice must reach the verbs"
    if seed in KNOWN:  # one short history in ten opens no sheet that is counted
        assert history.other["lines of counts foretold"] > 0
        assert history.other["sent again"] > 0


@pytest.mark.full
@pytest.mark.django_db
@pytest.mark.parametrize("seed", [BASE + 1000 * shard for shard in range(1, SHARDS + 1)], ids=str)
def test_system_and_model_agree_for_long(seed: int) -> None:
    totals = run_until(SHARD_POSTED, seed)
    print(totals)  # noqa: T201
    assert totals.faults == []
