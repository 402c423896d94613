"""What is handed on works without the source tree: a wheel, an empty environment, any folder."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests import databases, processes

ROOT = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made


def test_looks_words_and_definitions_are_inside(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for ending in ("bundle/manifest.json", "stock/locale/zh_Hans/LC_MESSAGES/django.mo", "china_free_list.toml"):
        assert any(name.endswith(ending) for name in names), ending
    assert not [name for name in names if name.startswith(("tests/", "node_modules/", "var/"))]


def test_an_empty_environment_serves_it_from_any_folder(django_db_setup: None, wheel: Path, tmp_path: Path) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    install = [Path(sys.executable).with_name("uv"), "pip", "install", "--quiet", "--python", python]
    locked = ["--require-hashes", "-r", ROOT / "requirements" / "base.txt"]
    subprocess.run([*install, *locked], check=True)
    subprocess.run([*install, "--no-deps", wheel], check=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with (
        databases.empty(tmp_path / "data") as new,
        processes.serving(new.environment, command=python.with_name("zhixuan"), folder=elsewhere) as server,
        urllib.request.urlopen(server.url, timeout=10) as answer,  # noqa: S310 (our own address)
    ):
        page = answer.read().decode()
        assert answer.status == 200
        assert "/static/bundle/shell-" in page
