"""Codes, levels and paths of the tree of areas."""

from __future__ import annotations

import re
from collections.abc import Sequence

from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.units import to_half_width

LEVELS: tuple[str, ...] = ("nation", "province", "prefecture", "county", "township", "village")
PATH_CHARACTERS_MAX = 120
AREA_CODE_CHARACTERS_MAX = 20
FACILITY_CODE_CHARACTERS_MAX = 40
_CODE = re.compile(r"[0-9a-z](?:[0-9a-z._-]*[0-9a-z])?", re.ASCII)


def clean_code(text: str, *, longest: int, field: str = "code") -> str:
    """A code as it is kept: half-width, capital letters, nothing a path or a file could trip over.

    Capitals only, because SQLite compares the beginnings of paths without looking at case, and a scope must not
    reach another area for that.

    Raises:
        Refused: empty, too long, or with other signs than letters, digits, dot, hyphen and underscore inside.
    """
    code = to_half_width(text)
    if not code:
        raise Refused(N_("Give a code."), field=field, code="code_missing")
    if len(code) > longest:
        raise Refused(
            N_("The code {typed} is too long: {longest} signs at most."), field=field, typed=code, longest=longest
        )
    if not _CODE.fullmatch(code):
        raise Refused(
            N_("“{typed}” is not a code: use letters A-Z and digits, with . - _ between them."),
            field=field,
            typed=text.strip(),
        )
    return code.upper()


def path_under(parent_path: str, code: str, *, field: str = "parent") -> str:
    """Path of an area below another: the codes from the root, each followed by a slash. The root's parent path is "".

    Raises:
        Refused: the tree would become deeper than a path can tell.
    """
    path = f"{parent_path or '/'}{code}/"
    if len(path) > PATH_CHARACTERS_MAX:
        raise Refused(N_("The codes from the root to {typed} are too long together."), field=field, typed=code)
    return path


def moved_path(path: str, *, before: str, after: str) -> str:
    """Path of an area or facility after the branch `before` has become `after`; unchanged when it is elsewhere."""
    return after + path[len(before) :] if path.startswith(before) else path


def check_parent_level(level: str, parent_level: str | None, *, field: str = "parent") -> None:
    """A level may be left out (a county right below a province), but never turned round.

    Raises:
        Refused: the parent is at the same level or below.
    """
    if level not in LEVELS:
        raise Refused(N_("“{typed}” is not a level of areas."), field="level", typed=level)
    if parent_level is not None and LEVELS.index(level) <= LEVELS.index(parent_level):
        raise Refused(
            N_("An area of this level cannot lie in the chosen one: choose a larger area."),
            field=field,
            code="level_order",
        )


def check_not_inside_itself(path: str, new_parent_path: str, *, field: str = "parent") -> None:
    """An area cannot be moved below itself.

    Raises:
        Refused: the new parent lies inside the area.
    """
    if new_parent_path.startswith(path):
        raise Refused(N_("An area cannot lie inside itself: choose another larger area."), field=field, code="cycle")


def ancestors(path: str) -> Sequence[str]:
    """Paths from the root to the area itself: "/42/4201/" gives "/42/" and "/42/4201/"."""
    codes = path.strip("/").split("/")
    return ["/" + "/".join(codes[: depth + 1]) + "/" for depth in range(len(codes))]
