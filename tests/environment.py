"""The world of a test run, made before the settings are read: a data folder of its own, SQLite or a real PostgreSQL.

Named in pyproject.toml as a plugin, because pytest-django reads the settings before it reads any conftest.py.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, settings

from tests import postgres

# A busy machine is no fault of the code: time never decides a test. A failure prints the seed to run it again with.
settings.register_profile("house", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

_to_close = ExitStack()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite", help="what the tests run on")
    parser.addoption("--full", action="store_true", help="the slow suites too")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    inherited = os.environ.get("DATABASE_URL") if is_worker else None
    for name in [name for name in os.environ if name.startswith("ZHIXUAN_") or name == "DATABASE_URL"]:
        del os.environ[name]
    folder = tempfile.mkdtemp(prefix="zhixuan-test-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["ZHIXUAN_DATA"] = folder
    if inherited:
        os.environ["DATABASE_URL"] = inherited
    elif not is_worker and early_config.known_args_namespace.database == "postgresql":
        os.environ["DATABASE_URL"] = _to_close.enter_context(postgres.running())
        os.environ["PATH"] = f"{postgres.provide()}{os.pathsep}{os.environ['PATH']}"
    return (yield)


def pytest_unconfigure() -> None:
    _to_close.close()


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.getoption('database')}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Slow suites run when asked for: with --full, or by naming their marker. So does, on the second database, what no
    database decides."""
    if config.getoption("full") or config.getoption("markexpr"):
        return
    later = ["full", *(["either_database"] if config.getoption("database") == "postgresql" else [])]
    left_out = [item for item in items if any(map(item.get_closest_marker, later))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        kept = set(items) - set(left_out)
        items[:] = [item for item in items if item in kept]
