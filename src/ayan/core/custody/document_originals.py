"""Originals of documents: as they were sent, under lock, apart from the public copies that are made of them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ayan.core.custody.private_store import PrivateStore
from ayan.core.system.files import PRIVATE_FOLDER, flush, make_folder

FOLDER: Final = "documents"
_NAME: Final = re.compile(r"[0-9a-f]{32}")


class NoOriginal(LookupError):
    """The original of a document is not kept here any more; the text is its name."""


@dataclass(frozen=True, slots=True)
class DocumentOriginals:
    """The originals below ``originals/documents``, each under a random name of 32 hexadecimal digits."""

    private_store: PrivateStore

    def keep(self, name: str, pieces: Path | Iterable[bytes]) -> None:
        """Keep an original, durably and locked, under a name that is new."""
        folder = self._folder(name)
        make_folder(folder, mode=PRIVATE_FOLDER)
        self.private_store.locker.put(pieces, folder / "original")
        flush(folder)

    def open_into(self, name: str, folder: Path) -> Path:
        """An open copy in a scratch folder that is removed after work. NoOriginal, NotOpened."""
        kept = self._folder(name) / "original"
        if not kept.is_file():
            raise NoOriginal(name)
        return self.private_store.locker.open_into(kept, folder)

    def discard(self, name: str) -> None:
        """Delete an original."""
        shutil.rmtree(self._folder(name), ignore_errors=True)

    def _folder(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise NoOriginal(name[:60])
        return self.private_store.originals / FOLDER / name
