"""The access matrix as data, and the URLs as they are."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

import zhixuan
from zhixuan.shared.access import ALL_ROLES, Role

TABLE = Path(zhixuan.__file__).parent / "config" / "access_matrix.toml"
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
WORDS = frozenset({"anyone", "signed_in", "owner", "whole"})
NOBODYS = frozenset({"owner", "whole"})


@dataclass(frozen=True, slots=True)
class Line:
    """One URL of the table: who may use which method, and the kind of object it names."""

    name: str
    who: dict[str, str | frozenset[Role]]
    kind: str = ""

    def roles(self, method: str) -> frozenset[Role]:
        """Roles that may use the method in their area; none when it is for owners or those of the whole only."""
        who = self.who.get(method, "owner")
        if isinstance(who, frozenset):
            return who
        return frozenset() if who in NOBODYS else ALL_ROLES


@dataclass(frozen=True, slots=True)
class Address:
    """One URL pattern; `methods` is empty where the view does not say."""

    name: str
    parameters: frozenset[str]
    methods: frozenset[str]

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api:")


def table() -> dict[str, Line]:
    """The lines of the table by URL name."""
    raw = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {name: _line(name, entry, raw["groups"]) for name, entry in raw["urls"].items()}


def _line(name: str, entry: dict[str, Any], groups: dict[str, list[str]]) -> Line:
    kind = entry.pop("object", "")
    return Line(name, {method: _who(said, groups) for method, said in entry.items()}, kind)


def _who(said: str | list[str], groups: dict[str, list[str]]) -> str | frozenset[Role]:
    if isinstance(said, str) and said in WORDS:
        return said
    return frozenset(Role(role) for role in (groups[said] if isinstance(said, str) else said))


def addresses() -> list[Address]:
    """Every URL the system answers, those of the API by operation."""
    return list(_walk(get_resolver(), "", frozenset()))


def _walk(resolver: URLResolver, namespace: str, parameters: frozenset[str]) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        named = parameters | frozenset(entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace, named)
        else:
            name = f"{namespace}{entry.name or entry.pattern}"
            yield Address(name, named, _methods(entry))


def _methods(entry: URLPattern) -> frozenset[str]:
    """Methods that the view declares: operations of the API know theirs, class-based views too."""
    for cell in getattr(entry.callback, "__closure__", None) or ():
        operations = getattr(cell.cell_contents, "operations", None)
        if operations:
            return frozenset(method for operation in operations for method in operation.methods)
    view = getattr(entry.callback, "view_class", None)
    return frozenset(method for method in METHODS if view is not None and hasattr(view, method.lower()))
