"""What the repository says of itself is so, and it says nothing of the machines it was written on."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.architecture.tidy import PACKAGE, ROOT, tracked_files

# Put together here, so that this file does not find itself.
MACHINE = re.compile(
    "|".join(
        [
            r"(?<![\w.])/(work|root|home/\w+|Users/\w+)/" + r"(?=\w)",
            "pypi" + r"\.org/simple|files\.python" + "hosted",
            "registry\\.npm" + "js|deb\\.deb" + "ian|registry\\.yarn" + "pkg",
            '"resol' + 'ved":',
            "--(extra-)?index" + "-url",
        ]
    )
)
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".json",
    ".mjs",
    ".js",
    ".html",
    ".po",
    ".yaml",
    ".yml",
    ".cfg",
    ".ini",
    ".scss",
    "",
}
NAMED_PATH = re.compile(r"`([\w.<>*/-]+/[\w.<>*/-]*|[\w-]+\.(?:md|toml|py|txt))`")

ICON = re.compile(r'(?:\{% icon |\bicon=|\bIcon\()"([a-z0-9-]+)"')


def machine_words(text: str) -> list[str]:
    """Paths of machines and addresses of registries in a text."""
    return [found[0] for found in MACHINE.finditer(text)]


def missing_paths(text: str, root: Path) -> list[str]:
    """Paths that a document names in `code` but that are not there; <word> and * stand for anything.

    A path counts from the repository, the package or its modules, and may leave out .py; a name alone may stand
    anywhere below them.
    """
    named = {found[1].rstrip("/") for found in NAMED_PATH.finditer(text)}
    return sorted(name for name in named if not _exists(root, re.sub(r"<[\w-]+>", "*", name)))


def test_no_file_speaks_of_a_machine() -> None:
    faults = []
    for path in tracked_files():
        if path.suffix in TEXT and path.stat().st_size < 2_000_000:
            found = machine_words(path.read_text(encoding="utf-8", errors="replace"))
            faults += [f"{path.relative_to(ROOT)}: {word}" for word in found]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("see /ro" + "ot/x", 1),
        ("/ho" + "me/anna/x", 1),
        ('"resol' + 'ved": "x"', 1),
        ("https://files.python" + "hosted.org", 1),
        ("../shared/data, modules/stock, /ho" + "me, https://example.org/work/1", 0),
    ],
)
def test_words_of_machines_are_found(text: str, count: int) -> None:
    assert len(machine_words(text)) == count


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "README.zh.md"])
def test_the_map_shows_what_is_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not missing_paths(text, ROOT)


def test_a_path_that_is_not_there_is_found(tmp_path: Path) -> None:
    (tmp_path / "zhixuan" / "modules" / "stock").mkdir(parents=True)
    text = "`modules/<word>/`, `stock/`, `zhixuan/modules/stock`, `modules/gone/`, `make demo`, `Makefile.md`"
    assert missing_paths(text, tmp_path) == ["Makefile.md", "modules/gone"]


def test_every_module_has_its_place_in_the_contracts() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    inside = contracts["importlinter:contract:inside"]["containers"].split()
    modules = [path.parent.name for path in (PACKAGE / "modules").glob("*/__init__.py")]
    assert sorted(inside) == sorted(f"zhixuan.modules.{name}" for name in modules)


def test_every_icon_that_is_asked_for_is_built() -> None:
    """One that is not leaves an empty space, and nobody is told."""
    built = set((PACKAGE / "shared/ui/frontend/icons.txt").read_text(encoding="utf-8").split())
    sources = [path for path in PACKAGE.rglob("*") if path.suffix in {".html", ".py"}]
    asked = {name for path in sources for name in ICON.findall(path.read_text(encoding="utf-8"))}
    assert len(asked) > 80
    assert not asked - built


@pytest.mark.django_db
def test_tables_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


def _exists(root: Path, pattern: str) -> bool:
    below = [root / name for name in ("zhixuan", "zhixuan/modules", "docs", "decisions", "tests", ".")]
    if "/" in pattern:
        return any(True for folder in below for ending in ("", ".py") for _ in folder.glob(pattern + ending))
    return (root / pattern).exists() or any(True for folder in below[:-1] for _ in folder.rglob(pattern))
