"""The words of a reason: kept apart from everything that lasts, under a salted digest, so that they can be removed."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ayan.core.system.files import DRAFTS, flush, locked, make_folder, sweep, write

_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SALT: Final = 32
_ZWNJ: Final = "\u200c"


@dataclass(frozen=True, slots=True)
class Words:
    """Why something was withdrawn or erased, in somebody's words, and the salt (hex) that hides them in a digest."""

    text: str
    salt: str

    @classmethod
    def of(cls, text: str) -> Words | None:
        """One paragraph with a salt of its own; None for an empty text."""
        said = _plain(text)
        return cls(said, secrets.token_hex(_SALT)) if said else None

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over the salt's bytes and the text in UTF-8: what tombstones, manifests and the log hold."""
        return hashlib.sha256(bytes.fromhex(self.salt) + self.text.encode()).hexdigest()


class Reasons:
    """The words that a city keeps, one file each in ``folder``, named after its digest; without a folder, none.

    Whatever is removed here is gone: nothing else ever holds a text, and without its salt a digest confirms no guess.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def keep(self, words: Words) -> None:
        """Keep words, durably."""
        if self._folder is None:
            raise ValueError("these reasons are only to be read")
        make_folder(self._folder)
        text = json.dumps({"salt": words.salt, "text": words.text}, ensure_ascii=False, indent=1)
        with locked(self._folder / "lock"):
            sweep(self._folder.glob(DRAFTS))
            write(self._at(words.digest), f"{text}\n".encode())

    def words(self, digest: str | None) -> Words | None:
        """The words under a digest; None where there are none, are none any more, or where they are not those."""
        if self._folder is None or digest is None or not _DIGEST.fullmatch(digest):
            return None
        try:
            held = json.loads(self._at(digest).read_bytes())
            words = Words(held["text"], held["salt"])
            return words if words.digest == digest else None
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def forget(self, digest: str | None) -> bool:
        """Remove words for good; whether there were any."""
        if self._folder is None or digest is None or not _DIGEST.fullmatch(digest):
            return False
        try:
            self._at(digest).unlink()
        except FileNotFoundError:
            return False
        flush(self._folder)
        return True

    def mark(self) -> str:
        """A short text that is another one after words came or went."""
        return ",".join(sorted(self._digests()))

    def _digests(self) -> Iterator[str]:
        if self._folder is not None and self._folder.is_dir():
            yield from (path.stem for path in self._folder.glob("*.json") if _DIGEST.fullmatch(path.stem))

    def _at(self, digest: str) -> Path:
        return (self._folder or Path()) / f"{digest}.json"


def _plain(text: str) -> str:
    """A text on one line, without control and direction marks, which could command a terminal or turn a page around."""
    return " ".join("".join(sign if sign.isprintable() or sign == _ZWNJ else " " for sign in text).split())
