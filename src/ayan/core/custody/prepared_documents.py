"""Documents on their way to publication: originals, and public copies with their text until a release has them."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ayan.core.attachments.document_files import is_digest
from ayan.core.custody.private_files import NotOpened, spoil
from ayan.core.custody.private_store import PrivateStore
from ayan.core.system.files import PRIVATE_FOLDER, flush, make_folder, own_folder, rename
from ayan.core.values.canonical import sha256_file, sha256_hex

FOLDER: Final = "documents"
_PIECES: Final = "document-pieces"
_MAKING: Final = "making-"
_COPY: Final = "copy"
_TEXT: Final = "text"
_NAME: Final = re.compile(r"[0-9a-f]{32}")


class PreparedLost(LookupError):
    """What was prepared is not here any more, or is not what was prepared; the text is the digest of the copy."""


@dataclass(frozen=True, slots=True)
class PreparedDocuments:
    """The public copies that wait for their approval, each under the SHA-256 (hex) of its bytes."""

    private_store: PrivateStore

    def keep(self, copy: Path, text: bytes) -> str:
        """Keep a public copy and the text of its pages; the SHA-256 (hex) of the copy. The same is kept once."""
        digest = sha256_file(copy)
        make_folder(self._root, mode=PRIVATE_FOLDER)
        if self.has(digest, sha256_hex(text)):
            return digest
        with own_folder(self._root, _MAKING) as making:
            self.private_store.locker.put(copy, making / _COPY)
            self.private_store.locker.put([text], making / f"{_TEXT}-{sha256_hex(text)}")
            flush(making)
            self.discard(digest)
            rename(making, self._folder(digest))
        return digest

    def has(self, digest: str, text_digest: str) -> bool:
        """Whether a copy is kept with this text of its pages."""
        if not (is_digest(digest) and is_digest(text_digest)):
            return False
        folder = self._folder(digest)
        return (folder / _COPY).is_file() and (folder / f"{_TEXT}-{text_digest}").is_file()

    def copy_into(self, digest: str, folder: Path, name: str) -> Path:
        """An open copy of the public bytes in a folder; PreparedLost where they are not what was prepared."""
        return self._opened(digest, _COPY, folder / name, digest)

    def text_into(self, digest: str, text_digest: str, folder: Path, name: str) -> Path:
        """The same of the text of its pages."""
        return self._opened(digest, f"{_TEXT}-{text_digest}", folder / name, text_digest)

    def text(self, digest: str, text_digest: str) -> bytes:
        """The text of its pages, as it is stored. PreparedLost."""
        if not self.has(digest, text_digest):
            raise PreparedLost(digest)
        data = self.private_store.locker.read(self._folder(digest) / f"{_TEXT}-{text_digest}")
        if sha256_hex(data) != text_digest:
            raise PreparedLost(digest)
        return data

    def discard(self, digest: str) -> None:
        """Let go of a copy and its text."""
        if is_digest(digest):
            shutil.rmtree(self._folder(digest), ignore_errors=True)

    def keep_only(self, wanted: Collection[str]) -> int:
        """Let go of every copy that is not among these digests; how many went."""
        gone = [path for path in self._root.glob("*") if is_digest(path.name) and path.name not in wanted]
        for path in gone:
            shutil.rmtree(path, ignore_errors=True)
        return len(gone)

    def _opened(self, digest: str, kept: str, target: Path, expected: str) -> Path:
        source = self._folder(digest) / kept
        if not is_digest(digest) or not source.is_file():
            raise PreparedLost(digest)
        with target.open("xb") as out:
            target.chmod(0o600)
            for piece in self.private_store.locker.pieces(source):
                out.write(piece)
        if sha256_file(target) != expected:
            target.unlink()
            raise PreparedLost(digest)
        return target

    @property
    def _root(self) -> Path:
        return self.private_store.scratch / FOLDER

    def _folder(self, digest: str) -> Path:
        return self._root / digest


@dataclass(frozen=True, slots=True)
class PreparedPieces:
    """Pieces of the public copy of one document, locked as its original is, until the whole copy is made.

    ``document`` is the random name of its original. Work that was killed finds here what it had done.
    """

    private_store: PrivateStore
    document: str

    def take(self, name: str, folder: Path) -> bool:
        """Open the files of a piece, named by a SHA-256 (hex), in an empty folder; whether there was such a piece."""
        kept = self._root / name
        if not is_digest(name) or not kept.is_dir():
            return False
        try:
            for path in kept.iterdir():
                self.private_store.locker.open_into(path, folder)
        except NotOpened:
            # Locked with a key that is gone: the pages are drawn once more.
            shutil.rmtree(kept, ignore_errors=True)
            for path in folder.iterdir():
                path.unlink()
            return False
        return True

    def keep(self, name: str, folder: Path) -> None:
        """Keep the files of a folder as a piece, durably and in one step."""
        make_folder(self._root, mode=PRIVATE_FOLDER)
        with own_folder(self._root, _MAKING) as making:
            self.private_store.locker.put_folder(folder, making)
            shutil.rmtree(self._root / name, ignore_errors=True)
            rename(making, self._root / name)

    def discard(self) -> None:
        """Let go of all pieces of the document."""
        shutil.rmtree(self._root, ignore_errors=True)

    @classmethod
    def keep_only(cls, private_store: PrivateStore, wanted: Collection[str]) -> None:
        """Let go of the pieces of every document whose name is not among these."""
        for path in (private_store.scratch / _PIECES).glob("*"):
            if path.name not in wanted:
                shutil.rmtree(path, ignore_errors=True)

    @property
    def _root(self) -> Path:
        if not _NAME.fullmatch(self.document):
            raise NoOriginal(self.document[:60])
        return self.private_store.scratch / _PIECES / self.document


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

    def has(self, name: str) -> bool:
        """Whether an original is kept."""
        return (self._folder(name) / "original").is_file()

    def names(self) -> Iterator[str]:
        """The names under which something is kept, in their order."""
        for folder in sorted((self.private_store.originals / FOLDER).glob("*")):
            if _NAME.fullmatch(folder.name):
                yield folder.name

    def age(self, name: str) -> float:
        """Seconds since the original, or its folder where there is none, was put down; 0 where neither is there."""
        folder = self._folder(name)
        for path in (folder / "original", folder):
            with suppress(FileNotFoundError):
                return max(0.0, time.time() - path.stat().st_mtime)
        return 0.0

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of an original as they came. NoOriginal, NotOpened."""
        if not self.has(name):
            raise NoOriginal(name)
        return self.private_store.locker.pieces(self._folder(name) / "original")

    def discard(self, name: str) -> None:
        """Delete an original, so that no key opens what a disk may keep of it."""
        spoil(self._folder(name) / "original")
        shutil.rmtree(self._folder(name), ignore_errors=True)

    def _folder(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise NoOriginal(name[:60])
        return self.private_store.originals / FOLDER / name
