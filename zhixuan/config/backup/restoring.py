"""Bringing a backup back, when everything in it is what its manifest says."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from zhixuan.config.backup import keys, manifest, postgres, sqlite
from zhixuan.config.backup.manifest import Manifest
from zhixuan.modules.stock.operations.put_note_aside import put_note_aside
from zhixuan.rules.refusal import N_, Refused

PREFIXES = ("media/", "keys/")


def restore_backup(
    source: Path, *, at: datetime, replace: bool = False, keys_file: Path | None = None, passphrase: str = ""
) -> Manifest:
    """Put database, uploads and keys back as they were.

    Everything is checked before anything is changed. On SQLite what was there is moved into a folder beside it; on
    PostgreSQL it is replaced in one transaction.

    Raises:
        Refused: not a backup, damaged, of another database or a newer version, keys missing or wrong, or something is
            there already and `replace` was not said.
    """
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.DATA) as name:
        folder = Path(name)
        made = _unpacked(source, folder)
        _refuse_misfit(made)
        found_keys = _keys(made, folder, keys_file, passphrase)
        store = sqlite if connection.vendor == "sqlite" else postgres
        if not replace and not store.is_empty():
            raise Refused(N_("There is a database already: say --replace to put the backup in its place."))
        aside = settings.DATA / f"replaced-{at:%Y%m%d-%H%M%S}"
        if connection.vendor == "sqlite":
            contents = sqlite.look(folder / sqlite.FILE)
            _compare(made, contents.rows)
            sqlite.load(folder, aside)
        else:
            postgres.load(folder)
            _compare(made, postgres.look().rows)
        _put_keys(found_keys, aside)
        _put_uploads(folder / "media", aside)
        put_note_aside(aside)
    return made


def _unpacked(source: Path, folder: Path) -> Manifest:
    try:
        with tarfile.open(source, "r:gz") as archive:
            first = archive.next()
            stream = archive.extractfile(first) if first and first.name == manifest.NAME else None
            if stream is None:
                raise Refused(N_("This is not a backup of Zhixuan: its manifest cannot be read."))
            made = manifest.read(stream.read())
            archive.extractall(folder, filter="data")
    except (tarfile.TarError, EOFError, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise Refused(N_("There is no file {file}."), file=str(source)) from error
        raise Refused(N_("This file cannot be read as a backup: it is damaged or something else.")) from error
    found = {
        str(path.relative_to(folder)): manifest.digest(path)
        for path in folder.rglob("*")
        if path.is_file() and path.name != manifest.NAME
    }
    wrong = sorted(name for name in found.keys() | made.files.keys() if found.get(name) != made.files.get(name))
    if wrong:
        raise Refused(N_("The backup is damaged: {file} is not what its manifest says."), file=wrong[0])
    return made


def _refuse_misfit(made: Manifest) -> None:
    if made.database != connection.vendor:
        raise Refused(
            N_("This backup is of {its}, but the database in use is {ours}: set DATABASE_URL to one of its kind."),
            its=made.database,
            ours=connection.vendor,
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    ours = {name.split(".")[0] for name in known}
    newer = [step for step in made.migrations if step.split(".")[0] in ours and step not in known]
    if newer:
        raise Refused(N_("This backup was made by a newer version of Zhixuan: install that version first."))


def _keys(made: Manifest, folder: Path, keys_file: Path | None, passphrase: str) -> dict[str, bytes]:
    """The keys the backup needs, proved by their digests; a wrong key is said now, not at the first wrong seal."""
    if keys_file is not None:
        drafts = folder / "keys"
        drafts.mkdir(mode=0o700, exist_ok=True)
        for name, content in keys.unlock(keys_file, passphrase).items():
            (drafts / Path(name).name).write_bytes(content)
    for name, expected in made.keys.items():
        path = folder / "keys" / name
        if not path.exists():
            raise Refused(N_("The keys were kept apart from this backup: give the file with --keys."))
        if manifest.digest(path) != expected:
            raise Refused(N_("The key {name} is not the one this backup was made with."), name=name)
    return {name: (folder / "keys" / name).read_bytes() for name in made.keys}


def _compare(made: Manifest, rows: dict[str, int]) -> None:
    wrong = sorted(name for name in made.rows.keys() | rows.keys() if made.rows.get(name) != rows.get(name))
    if wrong:
        raise Refused(N_("The table {table} has not the rows its manifest says."), table=wrong[0])


def _put_keys(found: dict[str, bytes], aside: Path) -> None:
    folder: Path = settings.DATA / "keys"
    for name, content in found.items():
        path = folder / name
        if path.exists() and path.read_bytes() != content:
            (aside / "keys").mkdir(mode=0o700, parents=True, exist_ok=True)
            path.rename(aside / "keys" / name)
        path.write_bytes(content)
        path.chmod(0o600)


def _put_uploads(source: Path, aside: Path) -> None:
    target: Path = settings.DATA / "media"
    if any(target.iterdir()):
        aside.mkdir(parents=True, exist_ok=True)
        target.rename(aside / "media")
        target.mkdir(mode=0o700)
    if source.exists():
        shutil.copytree(source, target, dirs_exist_ok=True)
