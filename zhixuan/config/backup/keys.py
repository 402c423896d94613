"""Keys kept apart from the backup: one file, locked by a passphrase (scrypt, AES-256-GCM)."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from zhixuan.rules.refusal import N_, Refused

MAGIC = b"zhixuan-keys-1\n"
SALT_BYTES = 16
NONCE_BYTES = 12
# 128 MiB and about half a second for every guess (OWASP names 2**17, r=8, p=1).
SCRYPT_COST = 2**17
PASSPHRASE_CHARACTERS_MIN = 12


def key_files(folder: Path) -> dict[str, Path]:
    """Every key of an installation, by name."""
    return {path.name: path for path in sorted(folder.glob("*.key"))}


def lock(keys: dict[str, Path], target: Path, passphrase: str) -> None:
    """Write the keys into one file that only the passphrase opens.

    Raises:
        Refused: the passphrase is too short.
    """
    if len(passphrase) < PASSPHRASE_CHARACTERS_MIN:
        raise Refused(N_("The passphrase must have at least {count} characters."), count=PASSPHRASE_CHARACTERS_MIN)
    content = json.dumps({name: base64.b64encode(path.read_bytes()).decode() for name, path in keys.items()})
    salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    locked = AESGCM(_derived(passphrase, salt)).encrypt(nonce, content.encode(), MAGIC)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(MAGIC + salt + nonce + locked)
        stream.flush()
        os.fsync(stream.fileno())


def unlock(source: Path, passphrase: str) -> dict[str, bytes]:
    """The keys in a file that `lock` wrote.

    Raises:
        Refused: not such a file, or the passphrase is wrong.
    """
    content = source.read_bytes()
    if not content.startswith(MAGIC):
        raise Refused(N_("{file} is not a file of keys."), file=source.name)
    body = content[len(MAGIC) :]
    salt, nonce, locked = (
        body[:SALT_BYTES],
        body[SALT_BYTES : SALT_BYTES + NONCE_BYTES],
        body[SALT_BYTES + NONCE_BYTES :],
    )
    try:
        opened = AESGCM(_derived(passphrase, salt)).decrypt(nonce, locked, MAGIC)
    except InvalidTag as error:
        raise Refused(N_("The passphrase is wrong, or the file of keys is damaged.")) from error
    return {name: base64.b64decode(text) for name, text in json.loads(opened).items()}


def _derived(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=SCRYPT_COST, r=8, p=1).derive(passphrase.encode())
