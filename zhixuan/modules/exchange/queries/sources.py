"""The files of an import: a folder, single files, or a zip of them; which one holds which table."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from zhixuan.rules.imports import CardMapping
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.spreadsheets.archive import checked_parts
from zhixuan.shared.spreadsheets.limits import DEFAULT, Limits
from zhixuan.shared.spreadsheets.unfit import Unfit

TEXTS = (".csv", ".tsv", ".txt")
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
BUNDLE = Limits(unpacked_bytes=60 * 1024 * 1024, entries=20)
WORKBOOK_PARTS = frozenset({"[Content_Types].xml", "mimetype"})


@dataclass(frozen=True, slots=True)
class Source:
    """One file, with the name that the person knows it by."""

    name: str
    path: Path

    @property
    def stem(self) -> str:
        return PurePosixPath(self.name).stem.casefold()

    @property
    def is_workbook(self) -> bool:
        return self.name.casefold().endswith(WORKBOOKS)

    def facts(self) -> dict[str, str | int]:
        """Name, SHA-256 and size, as they are kept with the run."""
        with self.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return {"name": self.name, "sha256": digest, "bytes": self.path.stat().st_size}


def in_folder(folder: Path) -> list[Source]:
    """The spreadsheets of a folder, by name.

    Raises:
        Refused: no such folder, or no spreadsheet in it.
    """
    if not folder.is_dir():
        raise Refused(N_("{folder} is not a folder. Name the folder that holds the files."), folder=str(folder))
    found = [Source(path.name, path) for path in sorted(folder.iterdir()) if _is_table(path.name) and path.is_file()]
    if not found:
        raise Refused(N_("{folder} holds no spreadsheet (.csv, .xlsx, .xls, .ods)."), folder=str(folder))
    return found


def unpacked(uploads: Iterable[tuple[str, Path]], folder: Path) -> list[Source]:
    """Uploaded files as sources; what a zip bundles is taken out of it into `folder`.

    Raises:
        Refused: a zip that is damaged, too large unpacked, or made to harm.
    """
    sources: list[Source] = []
    for name, path in uploads:
        if zipfile.is_zipfile(path) and not name.casefold().endswith(WORKBOOKS):
            try:
                sources += _taken_out(name, path, folder)
            except Unfit as unfit:
                raise unfit.refusal(name) from None
        else:
            sources.append(Source(name, path))
    return sources


def _taken_out(name: str, path: Path, folder: Path) -> list[Source]:
    with path.open("rb") as file:
        parts = checked_parts(file, BUNDLE)
        if parts & WORKBOOK_PARTS:
            return [Source(f"{name}.xlsx", path)]
        sources = []
        with zipfile.ZipFile(file) as archive:
            for number, part in enumerate(sorted(parts)):
                plain = PurePosixPath(part).name
                if not _is_table(plain) or part.startswith("__MACOSX/"):
                    continue
                target = folder / f"{path.name}-{number}"
                with archive.open(part) as packed, target.open("wb") as out:
                    shutil.copyfileobj(packed, out)
                sources.append(Source(plain, target))
    return sources


def _is_table(name: str) -> bool:
    return name.casefold().endswith((*TEXTS, *WORKBOOKS)) and not name.startswith((".", "~$"))


def used(sources: Sequence[Source], mapping: CardMapping) -> list[Source]:
    """The sources whose contents the mapping would read: files of the names it gives, else all workbooks."""
    named = [one for one in sources if one.stem in _tables(mapping)]
    if {one.stem for one in named} == _tables(mapping):
        return named
    return [one for one in sources if one in named or one.is_workbook]


def _tables(mapping: CardMapping) -> set[str]:
    tables = {mapping.cards.table, mapping.products.table, mapping.sites.table if mapping.sites else ""}
    return {table.casefold() for table in tables if table}


def content_hash(facts: Iterable[dict[str, str | int]], mapping_text: str) -> str:
    """One fingerprint of all contents, whatever the files are called or in which order they come."""
    parts = sorted(str(one["sha256"]) for one in facts)
    return hashlib.sha256("\n".join([*parts, hashlib.sha256(mapping_text.encode()).hexdigest()]).encode()).hexdigest()


def check_sizes(sizes: Iterable[tuple[str, int]]) -> None:
    """Refuse what is too large before it is read.

    Raises:
        Refused: names the file and the limit.
    """
    for name, size in sizes:
        if size > DEFAULT.file_bytes:
            raise Unfit("file-too-large", limit=DEFAULT.file_bytes // 2**20).refusal(name)
