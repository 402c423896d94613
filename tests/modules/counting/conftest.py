"""A county with something to count; its ledger must be true after every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stock_builders import StockedCounty, a_stocked_county
from zhixuan.modules.stock.operations.check_ledger import check_ledger


@pytest.fixture
def county(db: None) -> Iterator[StockedCounty]:
    """In the township store 100 pieces of lot A and 50 of lot B, which came 20 days ago."""
    yield a_stocked_county(A=100, B=50)
    assert check_ledger() == []
