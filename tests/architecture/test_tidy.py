"""Every rule of the house holds, and each rule can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture import tidy
from tests.architecture.tidy import PACKAGE, Rule, Source

MODULES = sorted(path for path in (PACKAGE / "modules").iterdir() if (path / "__init__.py").exists())
LONG = "def f():\n" + "    x = 1\n" * 51
DOCUMENTED = 'def f():\n    """One.\n' + "    more\n" * 60 + '    """\n' + "    x = 1\n" * 50
OPERATION, SCREEN, MODEL = "modules/stock/operations/x.py", "modules/stock/screens/x.py", "modules/stock/models.py"

# rule, path within the package, source, number of findings
EXAMPLES: list[tuple[Rule, str, str, int]] = [
    (tidy.long_files, "rules/x.py", "x = 1\n" * 301, 1),
    (tidy.long_files, "rules/x.py", "x = 1\n" * 300, 0),
    (tidy.long_functions, "rules/x.py", LONG, 1),
    (tidy.long_functions, "rules/x.py", DOCUMENTED, 0),
    (tidy.stray_names, "shared/utils.py", "", 1),
    (tidy.stray_names, "shared/date_helpers.py", "class StockManager: ...", 2),
    (tidy.stray_names, "shared/formats.py", "class Stock: ...\nclass Information: ...", 0),
    (tidy.clocks, OPERATION, "timezone.now()", 1),
    (tidy.clocks, "rules/x.py", "datetime.date.today()", 1),
    (tidy.clocks, "demo/x.py", "time.time()", 1),
    (tidy.clocks, OPERATION, "timezone.localdate(at)", 0),
    (tidy.clocks, SCREEN, "timezone.now()", 0),
    (tidy.foreign_models, OPERATION, "from zhixuan.modules.catalogue.models import Item", 1),
    (tidy.foreign_models, OPERATION, "from zhixuan.modules.catalogue.operations import _items", 1),
    (tidy.foreign_models, OPERATION, "from zhixuan.shared.models import Job", 1),
    (tidy.foreign_models, "config/x.py", "import zhixuan.modules.stock.models", 1),
    (tidy.foreign_models, OPERATION, "from zhixuan.modules.stock.models import Lot", 0),
    (tidy.foreign_models, OPERATION, "from zhixuan.modules.catalogue import queries", 0),
    (tidy.bare_objects, SCREEN, "Facility.objects.all()", 1),
    (tidy.bare_objects, "modules/stock/api.py", "Facility._default_manager.all()", 1),
    (tidy.bare_objects, OPERATION, "Facility.objects.all()", 0),
    (tidy.signals, OPERATION, "from django.db.models.signals import post_save", 1),
    (tidy.signals, OPERATION, "from django.dispatch import receiver", 1),
    (tidy.signals, OPERATION, "import signal", 0),
    (tidy.overridden_saves, MODEL, "class Lot:\n    def save(self): ...", 1),
    (tidy.overridden_saves, MODEL, "class Lot:\n    def __str__(self): ...", 0),
    (tidy.unsafe_text, SCREEN, "mark_safe(x)", 1),
    (tidy.unsafe_text, SCREEN, "mark_safe(x)  # noqa: S308 (our own build wrote it)", 0),
    (tidy.unsafe_text, SCREEN, "rows.extra(where=[x])", 1),
    (tidy.unsafe_text, OPERATION, "cursor.execute(f'SELECT {x}')", 1),
    (tidy.unsafe_text, OPERATION, "cursor.execute('SELECT ' + x)", 1),
    (tidy.unsafe_text, OPERATION, "cursor.execute('SELECT %s' % x)", 1),
    (tidy.unsafe_text, OPERATION, "Lot.objects.raw('SELECT {}'.format(x))", 1),
    (tidy.unsafe_text, OPERATION, "cursor.execute(Q.format(marks=', '.join(['%s'] * 3)), x)", 0),
    (tidy.unsafe_text, OPERATION, "cursor.execute('SELECT %s', [x])", 0),
]


@pytest.mark.parametrize(("rule", "path", "text", "count"), EXAMPLES)
def test_the_rule_tells_good_from_bad(rule: Rule, path: str, text: str, count: int) -> None:
    assert len(list(rule(Source(PACKAGE / path, text)))) == count


@pytest.mark.parametrize("rule", tidy.RULES, ids=lambda rule: rule.__name__)
def test_every_rule_has_a_good_and_a_bad_example(rule: Rule) -> None:
    assert {bool(count) for example, _, _, count in EXAMPLES if example is rule} == {True, False}


@pytest.mark.parametrize("rule", tidy.RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    faults = [f"{source.path.relative_to(tidy.ROOT)}: {fault}" for source in tidy.sources() for fault in rule(source)]
    assert not faults, "\n".join(["", *faults])


@pytest.mark.parametrize("folder", MODULES, ids=lambda path: path.name)
def test_every_module_is_laid_out_the_same(folder: Path) -> None:
    faults = list(tidy.module_faults(folder))
    assert not faults, "\n".join(["", *faults])


def test_a_module_laid_out_otherwise_is_found(tmp_path: Path) -> None:
    for name in ("README.md", "models.py", "helpers.py"):
        (tmp_path / name).touch()
    (tmp_path / "services").mkdir()
    assert len(list(tidy.module_faults(tmp_path))) == 2
