"""Private files of work under way: locked as they are put down, read piece by piece, opened into private folders."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ayan.core.custody.original_encryption import PIECE, NotOpened, OriginalEncryption, is_locked, name_of
from ayan.core.system.files import PRIVATE, creating, flush, replacing


class FilePieces(io.RawIOBase):
    """Pieces of any size, to be read as a file is; at most so many bytes are given as are asked for."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._left = b""

    def read(self, size: int = -1, /) -> bytes:
        """The next ``size`` bytes, fewer only at the end; -1 for all that is left."""
        parts, wanted = [self._left], size - len(self._left)
        while (size < 0 or wanted > 0) and (piece := next(self._pieces, None)) is not None:
            parts.append(piece)
            wanted -= len(piece)
        whole = b"".join(parts)
        self._left = b"" if size < 0 else whole[size:]
        return whole if size < 0 else whole[:size]


@dataclass(frozen=True, slots=True)
class PrivateFiles:
    """The lock of a city's private files; without one, files are put down as they come.

    Whatever was put down before there was a lock, or under an older key that still stands among the keys, is read.
    """

    lock: Callable[[], OriginalEncryption] | None = None

    def put(self, source: Path | Iterable[bytes], target: Path) -> None:
        """Put bytes down, for their owner only, durably; the file must not be there. A locked file is locked anew."""
        with creating(target) as out:
            self._lay(self.pieces(source) if isinstance(source, Path) else source, out)

    def pieces(self, path: Path) -> Iterator[bytes]:
        """The bytes as they were put down; NotOpened where no key fits, or the file is not what was written."""
        with path.open("rb") as file:
            if not is_locked(path):
                while piece := file.read(PIECE):
                    yield piece
                return
            if self.lock is None:
                raise NotOpened("there is no key here")
            yield from self.lock().open(file)

    def read(self, path: Path) -> bytes:
        """All of a small file."""
        return b"".join(self.pieces(path))

    def open_into(self, path: Path, folder: Path) -> Path:
        """A copy that anybody who may see ``folder`` can read, under the name it has; a plain file is linked."""
        target = folder / path.name
        if not is_locked(path):
            try:
                target.hardlink_to(path)
            except OSError:
                shutil.copyfile(path, target)
            return target
        with target.open("xb") as out:
            target.chmod(0o600)
            for piece in self.pieces(path):
                out.write(piece)
        return target

    def put_folder(self, plain: Path, target: Path) -> None:
        """Put every file of a folder down in another one, which is there and empty; durable before it returns."""
        for path in sorted(plain.iterdir()):
            if path.is_file():
                self.put(path, target / path.name)
        flush(target)

    def relock(self, path: Path) -> bool:
        """Put a file under the first key, whatever it was under, in one step; False where it is so, or gone."""
        if self.lock is None:
            raise NotOpened("there is no key here")
        try:
            if name_of(path) == self.lock().name:
                return False
            with replacing(path, mode=PRIVATE) as out:
                self._lay(self.pieces(path), out)
        except FileNotFoundError:
            # Work under way puts another file in its place, which is locked.
            return False
        return True

    def _lay(self, pieces: Iterable[bytes], out: BinaryIO) -> None:
        if self.lock is not None:
            self.lock().close(FilePieces(pieces), out)
        else:
            out.writelines(pieces)
