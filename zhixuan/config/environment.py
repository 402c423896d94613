"""Typed reading of environment variables and secrets; a bad value stops the start with a sentence that says so."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs
from django.core.exceptions import ImproperlyConfigured

from zhixuan.shared.crypto import key_from_file

SECRET_KEY_CHARACTERS_MIN = 50
SECRET_KEY_DISTINCT_MIN = 10


def env_text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def env_bool(name: str, *, default: bool) -> bool:
    text = env_text(name).lower()
    if text == "":
        return default
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={text}: say 1 or 0.")


def env_int(name: str, *, default: int) -> int:
    text = env_text(name)
    if text and not text.isdecimal():
        raise ImproperlyConfigured(f"{name}={text}: give a whole number.")
    return int(text) if text else default


def env_list(name: str, *, default: list[str]) -> list[str]:
    items = [item.strip() for item in env_text(name).split(",") if item.strip()]
    return items or default


def data_folder() -> Path:
    """Where the embedded database, keys and uploads live; made when missing, readable by its owner only."""
    folder = Path(env_text("ZHIXUAN_DATA") or platformdirs.user_data_dir("zhixuan")).expanduser().resolve()
    try:
        for path in (folder, folder / "keys", folder / "media"):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"ZHIXUAN_DATA={folder}: the folder cannot be used ({error.strerror}).") from error
    return folder


def secret_key(folder: Path) -> str:
    """The signing key: from ZHIXUAN_SECRET_KEY, else a file made once. Weak keys are refused."""
    given = env_text("ZHIXUAN_SECRET_KEY")
    key = given or key_from_file(folder / "keys" / "secret.key").hex()
    if len(key) < SECRET_KEY_CHARACTERS_MIN or len(set(key)) < SECRET_KEY_DISTINCT_MIN:
        raise ImproperlyConfigured(
            f"ZHIXUAN_SECRET_KEY is too weak: give at least {SECRET_KEY_CHARACTERS_MIN} random characters, "
            "or leave it unset and a key is made in the data folder."
        )
    return key
