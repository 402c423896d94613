"""A county whose ledger must be true after every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stock_builders import StockedCounty, a_stocked_county
from zhixuan.modules.stock.operations.check_ledger import check_ledger


@pytest.fixture
def county(db: None) -> Iterator[StockedCounty]:
    """Nothing in stock yet. Whatever the test did, the ledger proves itself afterwards."""
    yield a_stocked_county()
    assert check_ledger() == []


@pytest.fixture
def stocked(db: None) -> Iterator[StockedCounty]:
    """100 pieces of lot A in the township store, which came 20 days ago."""
    yield a_stocked_county(A=100)
    assert check_ledger() == []
