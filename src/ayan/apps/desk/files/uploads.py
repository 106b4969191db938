"""Files on their way in: taken from a request piece by piece, into a folder that is nobody else's business."""

from __future__ import annotations

import hashlib
import io
import re
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest

from ayan.apps.desk.limits import LONGEST_NAME, STALE_SECONDS
from ayan.core.intake import http_fetch
from ayan.core.intake.table import printable_name
from ayan.core.system import files
from ayan.core.system.files import PRIVATE_FOLDER, make_folder
from ayan.wiring import city

UNFINISHED: Final = http_fetch.UNFINISHED
_EXTENSION: Final = re.compile(r"\.[a-z0-9]{1,8}\Z")


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that has arrived whole: where it stands, its digest (SHA-256, hex), its size, the name it was sent by."""

    path: Path
    digest: str
    size: int
    name: str


class PrivateUpload(FileUploadHandler):
    """Streams files into a private folder, counting and digesting on the way; nothing is left of a broken one.

    ``limit`` bounds the bytes of all of them together, ``most`` their number; a form of ours mostly sends one.
    """

    chunk_size = 1024 * 1024

    def __init__(self, request: HttpRequest, folder: Path, limit: int, most: int = 1) -> None:
        super().__init__(request)
        self._folder, self._limit, self._most = folder, limit, most
        self.too_large = self.too_many = False
        self.received: list[ReceivedFile] = []
        self._file: IO[bytes] | None = None
        self._held = ExitStack()
        self._path = folder
        self._size = 0
        self._digest = hashlib.sha256()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if len(self.received) >= self._most or self._file is not None:
            # The rest is read and thrown away.
            self.too_many = True
            raise SkipFile
        make_folder(self._folder, mode=PRIVATE_FOLDER)
        self._path = unfinished(self._folder)
        self._file = self._held.enter_context(files.creating(self._path))
        self._size, self._digest = 0, hashlib.sha256()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002 - Django's signature
        self._size += len(raw_data)
        if self._size + sum(upload.size for upload in self.received) > self._limit or self._file is None:
            self.too_large = True
            self.forget()
            # The rest is read and thrown away, so that the sender is told and not merely cut off.
            raise StopUpload(connection_reset=False)
        self._file.write(raw_data)
        self._digest.update(raw_data)
        return None

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:  # noqa: ARG002 - Django's signature
        if self._file is None:
            return None
        self._held.close()
        self._file = None
        name = safe_name(self.file_name or "")
        self.received.append(ReceivedFile(self._path, self._digest.hexdigest(), self._size, name))
        return UploadedFile(io.BytesIO(), name, size=self._size)

    def upload_interrupted(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Remove what has come so far of the file under way."""
        if self._file is not None:
            self._file = None
            self._held.close()
            self._path.unlink(missing_ok=True)


@contextmanager
def receiving(request: HttpRequest, folder: Path, limit: int, most: int = 1) -> Iterator[PrivateUpload]:
    """Take the files of a request that has not been read yet; whatever nobody kept by the end is removed."""
    handler = PrivateUpload(request, folder, limit, most)
    request.upload_handlers = [handler]
    try:
        yield handler
    finally:
        handler.forget()
        for upload in handler.received:
            upload.path.unlink(missing_ok=True)


def unfinished(folder: Path) -> Path:
    """A new name in ``folder`` for a file that nobody has kept yet; `sweep` takes it where nobody does."""
    return folder / f"{UNFINISHED}{secrets.token_hex(8)}"


def sweep(folder: Path) -> None:
    """Remove uploads that were never finished, as when the machine went down on the way."""
    files.sweep(folder.glob(f"{UNFINISHED}*"), older=STALE_SECONDS)


def safe_name(sent: str) -> str:
    """The name of a file as it may be shown and stored: one line, no folders, no marks that turn it round."""
    bare = unicodedata.normalize("NFC", sent).replace("\\", "/").rsplit("/", 1)[-1].replace("\0", " ").strip()
    # The ending says what the file is, so it outlives the cutting of a long name.
    end = extension(bare)
    stem = printable_name(bare.removesuffix(bare[-len(end) :]) if end else bare).strip(" .")
    if len(stem) > LONGEST_NAME - len(end):
        stem = stem[: LONGEST_NAME - len(end) - 1] + "…"
    return f"{stem or 'file'}{end}"


def extension(name: str) -> str:
    """The lower-case extension with its dot, where it is a plain one; else nothing."""
    match = _EXTENSION.search(name.lower())
    return match[0] if match else ""


def incoming() -> Path:
    """Where a file stands while it is being sent."""
    return city.current().home / "work" / "incoming"
