"""Keys kept in files, and keyed digests for rows that must show when they were changed behind the program's back."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from functools import cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def key_from_file(path: Path) -> bytes:
    """48 random bytes, made on first use. Several processes may start at once: the first to link its file wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(secrets.token_bytes(48))
            stream.flush()
            os.fsync(stream.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    key = path.read_bytes()
    if len(key) < 32:
        raise ImproperlyConfigured(f"{path.name}: the key file is damaged; restore it from the backup.")
    return key


@cache
def _cached_key(path: Path) -> bytes:
    return key_from_file(path)


def seal(path: Path, text: str) -> str:
    """HMAC-SHA-256 of a text with the key in that file, in hexadecimal."""
    return hmac.digest(_cached_key(path), text.encode(), "sha256").hex()


def fingerprint(text: str) -> str:
    """SHA-256 of a text, in hexadecimal: to compare contents, not to protect them."""
    return hashlib.sha256(text.encode()).hexdigest()
