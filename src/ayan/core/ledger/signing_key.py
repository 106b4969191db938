"""The log's signing key: read from the environment or from a file outside the store, made, and told from a demo key."""

from __future__ import annotations

import os
import stat
from hashlib import sha256
from pathlib import Path
from typing import Final

from ayan.core.ledger.note import ED25519, Algorithm, BadNoteKey, Signer, Verifier, check_name
from ayan.core.system.files import creating
from ayan.core.values.local_path import local_path

# Whoever may read the key can sign for the city; a service's own group may, as mounted secrets often need.
_OPEN: Final = stat.S_IRWXO | stat.S_IWGRP


class KeyRefused(BadNoteKey):
    """A key that is there but may not be used as it stands; the text is for the operator."""


def load_signer(value: str, origin: str, *, outside: Path) -> Signer:
    """The signing key that ``value`` holds or names by its path.

    Raises KeyRefused when the key's name is not ``origin``, when its file stands within the folder ``outside`` (there
    it would be copied with every backup and mirror of the store), or when others can read it; BadNoteKey when it is no
    key.
    """
    path = key_path(value)
    if path is not None and path.resolve().is_relative_to(outside.resolve()):
        raise KeyRefused(f"the log's key must not stand inside {outside}")
    signer = read_key(path) if path else Signer.parse(value)
    if signer.name != origin:
        raise KeyRefused(f"the key is that of {signer.name}, the log is {origin}")
    return signer


def key_path(value: str) -> Path | None:
    """The file that ``value`` names; None where it is the key itself."""
    return None if value.startswith("PRIVATE+KEY+") else local_path(value, "AYAN_LOG_KEY")


def read_key(path: Path) -> Signer:
    """The key in a file; KeyRefused when it cannot be read, or when others can read or change it."""
    try:
        with path.open(encoding="utf-8") as file:
            if os.fstat(file.fileno()).st_mode & _OPEN:
                raise KeyRefused(f"others can read or change the key: chmod 600 {path}")
            return Signer.parse(file.read(4096))
    except (OSError, UnicodeDecodeError) as error:
        raise KeyRefused(f"the key cannot be read from {path}: {error}") from None


def make_key(path: Path, name: str, algorithm: Algorithm = ED25519) -> Signer:
    """Make a new key and write it to ``path``, for its owner only; an existing file is never replaced.

    Raises FileExistsError.
    """
    signer = Signer.generate(name, algorithm)
    path.parent.mkdir(parents=True, exist_ok=True)
    with creating(path) as file:
        file.write(f"{signer.secret}\n".encode())
    return signer


def demo_signer(origin: str) -> Signer:
    """The key of an invented city. Everybody can compute it, so what it signs proves nothing."""
    return Signer(check_name(origin), sha256(b"ayan: this key is public, for invented cities only\n").digest())


def is_demo(key: Signer | Verifier) -> bool:
    """Whether this is the key that everybody can compute."""
    public = key.verifier.public if isinstance(key, Signer) else key.public
    return public == demo_signer("demo").verifier.public
