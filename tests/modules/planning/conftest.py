"""Every test here begins with a township store that hands out 300 condoms a month and holds 100."""

from __future__ import annotations

import pytest

from tests.order_builders import OrderingCounty, an_ordering_county


@pytest.fixture
def county(db: None) -> OrderingCounty:
    return an_ordering_county()
