"""The rules of the house that no linter knows, each a function from one file to the sentences it deserves."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "zhixuan"
FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 50
STRAY_NAMES = re.compile(r"(^|_)(utils?|helpers?|managers?|handlers?|misc|common|stuff|info|impl)(_|$)", re.IGNORECASE)
# `Handler` is the worker's word for what does a kind of job; Django and logging have theirs.
ALLOWED_CLASSES = frozenset({"Handler"})
DOORS = frozenset({"screens", "api", "commands", "management", "sign_in"})
DOOR_FILES = frozenset({"api.py", "cli.py", "jobs.py", "middleware.py", "worker.py"})
CLOCKS = frozenset({"today", "now", "utcnow", "localdate", "time", "time_ns"})
CLOCK_OWNERS = frozenset({"date", "datetime", "timezone", "time"})
MODULE_FILES = re.compile(
    r"README\.md|(__init__|apps|urls|models|run_models|permissions|queries|api|cli|jobs|middleware|words)\.py"
)
MODULE_FOLDERS = re.compile(
    "migrations|operations|queries|screens|api|templates|locale|static|management|sign_in|templatetags|__pycache__"
)
UNSAFE_NAMES = frozenset({"mark_safe", "RawSQL"})
SQL_CALLS = frozenset({"execute", "executemany", "raw"})

Node = TypeVar("Node", bound=ast.AST)


@dataclass(frozen=True)
class Source:
    """One Python file, parsed."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def parts(self) -> tuple[str, ...]:
        """Of the path within the package: modules, stock, screens, receive.py."""
        return self.path.relative_to(PACKAGE).parts if self.path.is_relative_to(PACKAGE) else self.path.parts

    @property
    def module(self) -> str:
        """The business module it belongs to; empty outside."""
        return self.parts[1] if self.parts[0] == "modules" and len(self.parts) > 2 else ""

    def nodes(self, *kinds: type[Node]) -> Iterator[Node]:
        return (node for node in ast.walk(self.tree) if isinstance(node, kinds))


Rule = Callable[[Source], Iterator[str]]


def long_files(source: Source) -> Iterator[str]:
    """300 lines; tables of cases (tests) are exempt."""
    lines = source.text.count("\n")
    if lines > FILE_LINES_MAX and "tests" not in source.path.parts:
        yield f"{lines} lines, {FILE_LINES_MAX} at most"


def long_functions(source: Source) -> Iterator[str]:
    """50 lines between docstring and end; a long signature or docstring is not a long function."""
    for function in source.nodes(ast.FunctionDef, ast.AsyncFunctionDef):
        body = function.body[1:] if ast.get_docstring(function) is not None else function.body
        lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0  # type: ignore[operator]
        if lines > FUNCTION_LINES_MAX:
            yield f"line {function.lineno}: {function.name} has {lines} lines, {FUNCTION_LINES_MAX} at most"


def stray_names(source: Source) -> Iterator[str]:
    """No utils, helpers, managers: a name says what it is."""
    if STRAY_NAMES.search(source.path.stem):
        yield "the file's name says nothing"
    for node in source.nodes(ast.ClassDef):
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", node.name)
        if STRAY_NAMES.search(words) and node.name not in ALLOWED_CLASSES:
            yield f"line {node.lineno}: the name {node.name} says nothing"


def clocks(source: Source) -> Iterator[str]:
    """Time is passed in; only doors (screens, api, commands, the worker) look at the clock."""
    if DOORS & set(source.parts) or source.path.name in DOOR_FILES or source.parts[0] not in {
        "modules", "shared", "rules", "analytics", "demo",
    }:  # fmt: skip
        return
    for call in source.nodes(ast.Call):
        function = call.func
        if not isinstance(function, ast.Attribute) or function.attr not in CLOCKS:
            continue
        owner = function.value
        name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
        # timezone.localdate(at) converts a moment it was given.
        if name in CLOCK_OWNERS and not (function.attr == "localdate" and call.args):
            yield f"line {call.lineno}: {ast.unparse(function)}() looks at the clock; let the caller pass the time"


def foreign_models(source: Source) -> Iterator[str]:
    """Tables are known only to their own module; private files of operations too."""
    for line, name in _imports(source):
        found = re.match(r"zhixuan\.modules\.(\w+)\.(\w*models\b|.*\._)", name)
        if found and found[1] != source.module:
            yield f"line {line}: {name} belongs to {found[1]} alone; ask its queries"
        if name.startswith("zhixuan.shared.models") and source.parts[0] != "shared":
            yield f"line {line}: {name} belongs to shared alone"


def bare_objects(source: Source) -> Iterator[str]:
    """Screens and API see objects through queries, which know whose they are."""
    if not source.module or not ({"screens", "api"} & set(source.parts) or source.path.name == "api.py"):
        return
    for node in source.nodes(ast.Attribute):
        if node.attr in {"objects", "_default_manager", "_base_manager"}:
            yield f"line {node.lineno}: {ast.unparse(node)} sees all areas; ask the module's queries"


def signals(source: Source) -> Iterator[str]:
    """Nothing happens behind the reader's back: calls are written where they happen, or in config/wiring.py."""
    for line, name in _imports(source):
        if re.match(r"django\.(dispatch|db\.models\.signals|core\.signals)", name) or name.endswith(".receiver"):
            yield f"line {line}: {name}: no signals"


def overridden_saves(source: Source) -> Iterator[str]:
    """A table has no workflow: what a write entails stands in an operation."""
    if not source.path.name.endswith("models.py"):
        return
    for function in source.nodes(ast.FunctionDef):
        if function.name in {"save", "delete", "full_clean"}:
            yield f"line {function.lineno}: {function.name}() is overridden; write an operation"


def unsafe_text(source: Source) -> Iterator[str]:
    """No unescaped HTML, no SQL put together from text; ruff's own finding may be silenced with a reason."""
    lines = source.text.splitlines()
    for node in source.nodes(ast.Call):
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if any("# noqa: S" in line for line in lines[node.lineno - 1 : node.end_lineno]):
            continue
        if name in UNSAFE_NAMES or (name == "extra" and isinstance(function, ast.Attribute)):
            yield f"line {node.lineno}: {name}() is not safe"
        if name in SQL_CALLS and node.args and _is_assembled(node.args[0]):
            yield f"line {node.lineno}: SQL put together from text; pass values as parameters"


RULES: tuple[Rule, ...] = (
    long_files,
    long_functions,
    stray_names,
    clocks,
    foreign_models,
    bare_objects,
    signals,
    overridden_saves,
    unsafe_text,
)


def sources() -> list[Source]:
    """Every file of the package except migrations."""
    paths = [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]
    return [Source(path, path.read_text(encoding="utf-8")) for path in paths]


def module_faults(folder: Path) -> Iterator[str]:
    """Every module is laid out the same: README, the regular files and folders, nothing else."""
    if not (folder / "README.md").exists():
        yield f"{folder.name}: README.md is missing (owns what, verbs, tables)"
    for path in sorted(folder.iterdir()):
        allowed = MODULE_FOLDERS if path.is_dir() else MODULE_FILES
        if not allowed.fullmatch(path.name):
            yield f"{folder.name}: {path.name} is no regular part of a module"


def tracked_files() -> list[Path]:
    """What is, or is about to be, in the repository."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def _imports(source: Source) -> Iterator[tuple[int, str]]:
    for node in source.nodes(ast.Import, ast.ImportFrom):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        else:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _is_assembled(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(value, ast.FormattedValue) for value in node.values)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Mod) or _is_assembled(node.left) or not isinstance(node.right, ast.Constant)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        # As many %s as there are values is the one thing that parameters cannot say.
        return [keyword.arg for keyword in node.keywords] != ["marks"] or bool(node.args)
    return False
