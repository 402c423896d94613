"""A county that draws documents; its ledger must be true after every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.document_builders import PaperCounty, a_paper_county
from zhixuan.modules.stock.operations.check_ledger import check_ledger


@pytest.fixture
def county(db: None) -> Iterator[PaperCounty]:
    yield a_paper_county()
    assert check_ledger() == []
