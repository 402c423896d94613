"""Machines whose ledger must be true, and whose slots must agree with it, after every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.machine_builders import Machines, some_machines
from zhixuan.modules.stock.operations.check_ledger import check_ledger


@pytest.fixture
def machines(db: None) -> Iterator[Machines]:
    """Whatever the test did, the ledger proves itself afterwards."""
    yield some_machines()
    assert check_ledger() == []


@pytest.fixture(autouse=True)
def no_keys_left() -> Iterator[None]:
    """Keys of quarters live in files: a test leaves none to the next one."""
    yield
    for path in settings.LEDGER_KEY_FILE.parent.glob("limits-*.secret"):
        path.unlink()
