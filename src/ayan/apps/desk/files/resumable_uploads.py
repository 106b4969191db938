"""Files that arrive piece by piece: after a broken line the next piece goes on where the last one ended."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from django.http import Http404

from ayan.apps.accounts.models import User
from ayan.apps.desk.files.uploads import UNFINISHED, ReceivedFile, incoming, safe_name
from ayan.apps.desk.limits import LARGEST_PIECE, MOST_FILES
from ayan.apps.desk.refusals import DeskRefused, UploadTooLarge
from ayan.core.system.files import PRIVATE, PRIVATE_FOLDER, flush, folder_locked, make_folder, write

_NAME: Final = re.compile(r"[0-9a-f]{32}")
_READ_AT_ONCE: Final = 1 << 16


class PieceElsewhere(DeskRefused):
    """A piece does not begin where the file ends so far; ask how far it has come."""

    code = "piece-elsewhere"
    fa = "این بخش از پرونده جای دیگری است. دوباره بپرسید چقدر رسیده است."
    en = "This piece of the file belongs elsewhere. Ask again how much has arrived."
    status = 409


@dataclass(frozen=True, slots=True)
class ResumableUpload:
    """A file on its way to one submission, from one officer: its ``id``, its name, and how many bytes it will have."""

    id: str
    name: str
    size: int
    folder: Path

    @property
    def data(self) -> Path:
        """What has arrived."""
        return self.folder / "data"

    @property
    def offset(self) -> int:
        """How many bytes have arrived."""
        return self.data.stat().st_size


@dataclass(frozen=True, slots=True)
class Selection:
    """Among how many files one was chosen, of how many bytes together, and how many may be on their way at once."""

    files: int = 1
    size: int = 0
    most_files: int = 1


ALONE: Final = Selection()


def begin(
    actor: User, key: UUID, name: str, size: int, modified: str, most: int, among: Selection = ALONE
) -> ResumableUpload:
    """Begin a file of ``size`` bytes, or go on with the same one; others of this officer that leave no room for it go.

    The same is one of the same name, size and moment of change. Raises UploadTooLarge beyond ``most`` bytes, alone or
    with the others that were chosen, and DeskRefused for an empty file and for too many of them.
    """
    if among.files > among.most_files:
        raise too_many_files()
    if among.size > most:
        raise files_too_large(most)
    if size > most:
        raise UploadTooLarge(
            "پرونده بزرگ‌تر از {most} مگابایت است. آن را در چند بخش بفرستید یا به مدیر سامانه بگویید.",
            "The file is larger than {most} MB. Send it in parts, or tell the administrator.",
            field="file",
        ).format(most=most >> 20)
    if size < 1:
        raise DeskRefused("پرونده‌ای انتخاب نشده یا پرونده خالی است.", "No file was chosen, or it is empty.", "file")
    what = {"by": actor.pk, "of": key.hex, "name": safe_name(name), "size": size, "modified": modified[:40]}
    others = []
    for upload, said in _of(actor, key):
        if said == what:
            return upload
        others.append(upload)
    # The latest belong to the files that were chosen together; what nobody goes on with makes room.
    others.sort(key=lambda upload: upload.data.stat().st_mtime)
    while others and (len(others) >= among.most_files or sum(other.size for other in others) + size > most):
        shutil.rmtree(others.pop(0).folder, ignore_errors=True)
    folder = incoming() / f"{UNFINISHED}{secrets.token_hex(16)}"
    make_folder(folder, mode=PRIVATE_FOLDER)
    (folder / "data").touch(mode=0o600)
    write(folder / "note.json", json.dumps(what).encode(), mode=PRIVATE)
    return _opened(folder, what)


def too_many_files() -> DeskRefused:
    """More files were chosen than a batch has."""
    return DeskRefused(
        "بیش از {most} پرونده را یک‌جا نمی‌گیریم. آن‌ها را در چند بار بدهید.",
        "More than {most} files are not taken at once. Give them in several turns.",
        "files",
    ).format(most=MOST_FILES)


def files_too_large(most: int) -> UploadTooLarge:
    """The files of a batch are larger together than what is taken at once, in bytes."""
    return UploadTooLarge(
        "پرونده‌ها روی هم بیش از {most} مگابایت است. آن‌ها را در چند بار بدهید.",
        "The files are larger than {most} MB together. Give them in several turns.",
        field="files",
    ).format(most=most >> 20)


def upload_of(actor: User, key: UUID, name: str) -> ResumableUpload:
    """An upload of this officer to this submission; Http404 for any other."""
    folder = incoming() / f"{UNFINISHED}{name}"
    said = _note(folder) if _NAME.fullmatch(name) else None
    if said is None or (said["by"], said["of"]) != (actor.pk, key.hex):
        raise Http404
    return _opened(folder, said)


def append(upload: ResumableUpload, offset: int, read: Callable[[int], bytes]) -> int:
    """Take a piece that begins at ``offset``; how many bytes have arrived by then.

    What came of a piece before the line broke stays. Raises PieceElsewhere where the file ends elsewhere, and
    UploadTooLarge for more than was announced.
    """
    with _alone(upload), upload.data.open("ab") as file:
        if file.tell() != offset:
            raise PieceElsewhere
        left = min(upload.size - offset, LARGEST_PIECE)
        try:
            while piece := read(min(_READ_AT_ONCE, left + 1)):
                if len(piece) > left:
                    raise UploadTooLarge
                file.write(piece)
                left -= len(piece)
        finally:
            file.flush()
            flush(upload.data)
        return file.tell()


@contextmanager
def whole(upload: ResumableUpload) -> Iterator[ReceivedFile]:
    """The file once all of it has arrived; what nobody kept of it by the end is removed. DeskRefused before that."""
    with _alone(upload):
        check_whole(upload)
        with upload.data.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        try:
            yield ReceivedFile(upload.data, digest, upload.size, upload.name)
        finally:
            shutil.rmtree(upload.folder, ignore_errors=True)


def check_whole(upload: ResumableUpload) -> None:
    """Raise DeskRefused where not all of it has arrived."""
    if upload.offset != upload.size:
        raise DeskRefused(
            "پرونده هنوز کامل نرسیده است. دوباره «ارسال» را بزنید تا ادامه یابد.",
            "The file has not arrived whole yet. Press “Send it” again to go on.",
            "file",
        )


@contextmanager
def _alone(upload: ResumableUpload) -> Iterator[None]:
    try:
        with folder_locked(upload.folder):
            yield
    except FileNotFoundError:
        raise Http404 from None


def _of(actor: User, key: UUID) -> Iterator[tuple[ResumableUpload, dict[str, object]]]:
    for folder in incoming().glob(f"{UNFINISHED}*"):
        said = _note(folder)
        if said is not None and (said["by"], said["of"]) == (actor.pk, key.hex):
            yield _opened(folder, said), said


def _note(folder: Path) -> dict[str, object] | None:
    with suppress(OSError, ValueError):
        said = json.loads((folder / "note.json").read_text("utf-8"))
        return said if isinstance(said, dict) else None
    return None


def _opened(folder: Path, said: dict[str, object]) -> ResumableUpload:
    return ResumableUpload(folder.name.removeprefix(UNFINISHED), str(said["name"]), int(str(said["size"])), folder)
