"""Where mappings come from: those that ship, by name, or a file of one's own."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from zhixuan.rules.imports import CardMapping, read_mapping
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import definitions

FOLDER = "imports"
DEFAULT_NAME = "civ_lmis"
SIZE_MAX = 256 * 1024


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping with the name and the text it was read from."""

    name: str
    text: str
    content: CardMapping


def names() -> list[str]:
    """Names of the mappings that ship."""
    return [Path(file).stem for file in definitions.names(FOLDER)]


def shipped(name: str) -> Mapping:
    """A mapping that ships.

    Raises:
        Refused: there is none of that name.
    """
    if name not in names():
        sentence = N_("There is no mapping called {name}. Those that ship are: {known}.")
        raise Refused(sentence, field="mapping", name=name, known=", ".join(names()))
    return _read(name, (definitions.FOLDER / FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def of_file(path: Path) -> Mapping:
    """A mapping of one's own.

    Raises:
        Refused: no such file, not TOML, or wrong in some field.
    """
    try:
        if path.stat().st_size > SIZE_MAX:
            raise Refused(N_("{file} is too large for a mapping."), file=path.name)
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        sentence = N_("The mapping {file} cannot be read. Name a text file in UTF-8.")
        raise Refused(sentence, field="mapping", file=str(path)) from error
    return _read(path.stem[:100], text, path.name)


def _read(name: str, text: str, file: str = "") -> Mapping:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        sentence = N_("The mapping {file} is not TOML: {why}")
        raise Refused(sentence, field="mapping", file=file or name, why=str(error)) from error
    return Mapping(name, text, read_mapping(content, file=file or f"{name}.toml"))
