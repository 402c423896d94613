"""The words of the program in both languages: which are used, which are translated, and how well.

    python -m tests.architecture.words add       put missing words into the right .po, to be translated
    python -m tests.architecture.words compile   build the .mo that the program reads

English stands in the code; Chinese in one catalogue per app (zhixuan/modules/stock/locale/zh_Hans/...). What no app
owns (rules, config) stands in zhixuan/locale. A word translated in one catalogue serves all.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import normalize, read_po

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "zhixuan"
PO = Path("locale", "zh_Hans", "LC_MESSAGES", "django.po")
# Position of the context (None: there is none) and of the words in each function's arguments.
KEYWORDS: dict[str, tuple[int | None, tuple[int, ...]]] = {
    **dict.fromkeys(("_", "_lazy", "N_", "gettext", "gettext_lazy", "gettext_noop"), (None, (0,))),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, (0, 1))),
    **dict.fromkeys(("_p", "pgettext", "pgettext_lazy"), (0, (1,))),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, (1, 2))),
}
HEADER = """msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*[^{}]*\}|%[sd]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Word:
    """Words to be translated as they stand in the code; `plural` is empty when there is none."""

    text: str
    plural: str = ""
    context: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """Where a word is used."""

    word: Word
    path: Path
    line: int


def words_in_python(source: str) -> Iterator[tuple[int, Word]]:
    """Every translatable text of one Python file, with its line."""
    for line, function, messages, _ in extract_python(
        BytesIO(source.encode()), list(KEYWORDS), (), {"encoding": "utf-8"}
    ):
        context_at, texts_at = KEYWORDS[function]
        arguments = (messages,) if isinstance(messages, str | None) else messages
        texts = [arguments[place] for place in texts_at if place < len(arguments)]
        if len(texts) == len(texts_at) and all(isinstance(text, str) and text for text in texts):
            context = arguments[context_at] if context_at is not None else ""
            yield line, Word(texts[0], texts[1] if len(texts) > 1 else "", context or "")


def words_in_template(source: str, origin: str = "") -> Iterator[tuple[int, Word]]:
    """Every translatable text of one template: Django turns its tags into Python calls, the rest into noise."""
    from django.utils.translation.template import templatize

    calls = templatize(source, origin=origin)
    yield from words_in_python("\n".join(line.lstrip() for line in calls.split("\n")))


def uses(package: Path = PACKAGE) -> list[Use]:
    """Every use of a translatable text in the package."""
    found = []
    for path in sorted(package.rglob("*")):
        if path.suffix == ".py" and "migrations" not in path.parts:
            words = words_in_python(path.read_text(encoding="utf-8"))
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            words = words_in_template(path.read_text(encoding="utf-8"), str(path))
        else:
            continue
        found.extend(Use(word, path, line) for line, word in words)
    return found


def catalogue_of(path: Path, package: Path = PACKAGE) -> Path:
    """The .po that holds the words of a file."""
    parts = path.relative_to(package).parts
    if parts[0] == "modules" and len(parts) > 2:
        return package / "modules" / parts[1] / PO
    if parts[0] in {"shared", "demo"}:
        return package / parts[0] / PO
    return package / PO


def catalogues(package: Path = PACKAGE) -> dict[Path, Catalog]:
    """Every .po of the package, read."""
    return {path: _read(path) for path in sorted(package.rglob("*.po"))}


def find_faults(used: Iterable[Use], read: dict[Path, Catalog]) -> list[str]:
    """Everything that a reader of Chinese would stumble over, one sentence each."""
    used = list(used)
    translated: dict[tuple[str, str], dict[str, Path]] = {}
    faults = []
    for path, catalogue in read.items():
        for message in filter(lambda message: message.id, catalogue):
            faults.extend(f"{_short(path)}: {fault}" for fault in faults_of(message))
            translated.setdefault(_key(message), {})[_joined(message.string)] = path
    for (text, _), versions in translated.items():
        if len(versions) > 1:
            places = ", ".join(_short(path) for path in versions.values())
            faults.append(f'"{text}" is translated in two ways ({places}): give one of them a context (pgettext)')
    faults.extend(fault for use in used for fault in _faults_of_use(use, translated))
    asked = {(use.word.text, use.word.context) for use in used}
    faults.extend(f'"{key[0]}" is translated but used nowhere' for key in translated if key not in asked)
    return faults


def _faults_of_use(use: Use, translated: Container[tuple[str, str]]) -> Iterator[str]:
    where = f"{_short(use.path)}:{use.line}"
    if (use.word.text, use.word.context) not in translated:
        yield f'{where}: "{use.word.text}" has no Chinese (make messages)'
    if CHINESE.search(use.word.text):
        yield f'{where}: "{use.word.text}" is Chinese; the code speaks English'


def faults_of(message: Message) -> Iterator[str]:
    """What is wrong with one translation."""
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    if message.fuzzy:
        yield f'"{ids[0]}" is marked fuzzy'
    if not all(strings):
        yield f'"{ids[0]}" has no Chinese'
        return
    allowed = {frozenset(PLACEHOLDER.findall(text)) for text in ids}
    if any(frozenset(PLACEHOLDER.findall(text)) not in allowed for text in strings):
        yield f'"{ids[0]}" and its Chinese have different placeholders'


def add_missing(package: Path = PACKAGE) -> int:
    """Append words without a translation to their catalogues, with an empty one; answers how many."""
    known = {_key(message) for catalogue in catalogues(package).values() for message in catalogue}
    added = 0
    for use in uses(package):
        key = (use.word.text, use.word.context)
        if key in known:
            continue
        known.add(key)
        path = catalogue_of(use.path, package)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(HEADER, encoding="utf-8")
        with path.open("a", encoding="utf-8") as stream:
            stream.write("\n" + "\n".join(_entry(use)) + "\n")
        added += 1
    return added


def compile_all(package: Path = PACKAGE) -> None:
    """Write the .mo beside every .po."""
    for path, catalogue in catalogues(package).items():
        with path.with_suffix(".mo").open("wb") as stream:
            write_mo(stream, catalogue)


def _entry(use: Use) -> Iterator[str]:
    yield f"#: {_short(use.path)}"
    if use.word.context:
        yield f"msgctxt {normalize(use.word.context)}"
    yield f"msgid {normalize(use.word.text)}"
    if use.word.plural:
        yield f"msgid_plural {normalize(use.word.plural)}"
    yield 'msgstr[0] ""' if use.word.plural else 'msgstr ""'


def _read(path: Path) -> Catalog:
    with path.open("rb") as stream:
        return read_po(stream, locale="zh_Hans", abort_invalid=True)


def _key(message: Message) -> tuple[str, str]:
    return (message.id[0] if isinstance(message.id, tuple | list) else message.id, message.context or "")


def _joined(string: str | tuple[str, ...] | list[str]) -> str:
    return string if isinstance(string, str) else "\n".join(string)


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


if __name__ == "__main__":
    if sys.argv[1:] == ["compile"]:
        compile_all()
    elif sys.argv[1:] == ["add"]:
        sys.stdout.write(f"{add_missing()} words added\n")
    else:
        sys.exit("say add or compile")
