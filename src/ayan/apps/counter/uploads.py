"""Files that come with a case: taken within bounds, checked by their bytes, kept encrypted, given out to be saved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cryptography.fernet import InvalidToken
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from ayan.apps.counter.attachments import documents, malware, pictures
from ayan.apps.counter.attachments.refused_file import ACTIVE, EMPTY, UNKNOWN, refused
from ayan.apps.counter.case_encryption import lock_text, open_text
from ayan.apps.counter.limits import (
    LARGEST_ATTACHMENT,
    LARGEST_ATTACHMENTS,
    MOST_ATTACHMENTS,
    MOST_CASE_FILES,
    ORPHAN_SECONDS,
)
from ayan.apps.counter.models import Case, CaseEntry, CaseFile, FileCopy
from ayan.apps.desk.files.uploads import safe_name
from ayan.apps.desk.refusals import DeskRefused, UploadTooLarge
from ayan.core.system.files import DRAFTS, PRIVATE, PRIVATE_FOLDER, make_folder, sweep, write
from ayan.core.values.refusal import Refusal
from ayan.ui.responses import private
from ayan.ui.text_encryption import box
from ayan.wiring import city

PURPOSE: Final = b"ayan counter files 1"
FOLDER: Final = Path("counter", "files")
ACCEPTED: Final = ".pdf,.jpg,.jpeg,.png,.webp,.docx,.xlsx,.odt,.ods,.txt"
"""What the box of a form offers to choose; the bytes decide."""

_MEDIA_TYPES: Final = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "txt": "text/plain; charset=utf-8",
}
_ENDINGS: Final = {media_type: ending for ending, media_type in _MEDIA_TYPES.items()}
_NEVER_RUN: Final = "default-src 'none'; sandbox"


class AttachmentGone(Refusal):
    """The file was erased, or no key of this machine opens it."""

    code = "attachment-gone"
    fa = "این پیوست دیگر نگه داشته نمی‌شود."
    en = "This attachment is no longer kept."
    status = 410


@dataclass(frozen=True, slots=True)
class SentAttachment:
    """A file as it was sent: its bytes, and the name that the sender gave it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class CheckedUpload:
    """A file that may be kept: its bytes without what they should not tell, its name with the ending of what it is."""

    name: str
    media_type: str
    content: bytes
    verdict: str


# --- coming in --------------------------------------------------------------------------------------------------------


class SentFiles(FileUploadHandler):
    """Takes the files of one form into memory, each and all of them within bounds; what is beyond is not kept."""

    chunk_size = 1 << 18

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.files: list[SentAttachment] = []
        self.too_large = self.too_many = False
        self._content = bytearray()
        self._total = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._content = bytearray()
        if len(self.files) >= MOST_ATTACHMENTS:
            self.too_many = True
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 - Django's signature
        self._total += len(raw_data)
        if len(self._content) + len(raw_data) > LARGEST_ATTACHMENT or self._total > LARGEST_ATTACHMENTS:
            self.too_large = True
            self._content = bytearray()
            # The rest is read and thrown away, so that the sender is told and not merely cut off.
            raise SkipFile
        self._content += raw_data

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:  # noqa: ARG002 - Django's signature
        if self.file_name:
            self.files.append(SentAttachment(self.file_name, bytes(self._content)))
        self._content = bytearray()
        return None

    def taken(self) -> list[CheckedUpload]:
        """Every file that came, checked. Raises DeskRefused for the first that is not taken, or for too many."""
        if self.too_large:
            raise UploadTooLarge(
                "هر پیوست تا {each} و همهٔ آن‌ها تا {all} مگابایت.",
                "Each attachment up to {each} MB, all of them up to {all}.",
                field="files",
            ).format(each=LARGEST_ATTACHMENT >> 20, all=LARGEST_ATTACHMENTS >> 20)
        if self.too_many:
            raise DeskRefused(
                "در یک بار تا {most} پیوست پذیرفته می‌شود.", "Up to {most} attachments are taken at once.", field="files"
            ).format(most=MOST_ATTACHMENTS)
        return [checked(sent) for sent in self.files]


def receiving(request: HttpRequest) -> SentFiles:
    """Let this request, which has not been read yet, bring files: they are in what is answered once it has been."""
    handler = SentFiles(request)
    request.upload_handlers = [handler]
    return handler


def checked(upload: SentAttachment) -> CheckedUpload:
    """A file as it may be kept. Raises DeskRefused for one that is not taken.

    What it is, is read from its bytes: the name that it came by and the type that the browser told count for nothing.
    """
    if not upload.content:
        raise refused(EMPTY)
    ending, content = _recognised(upload.content)
    if len(content) > LARGEST_ATTACHMENT:
        raise UploadTooLarge(field="files")
    # The scanner is shown what came: what was taken out counts too.
    verdict = malware.scanned(upload.content)
    stem = safe_name(upload.name).rsplit(".", 1)[0] or "file"
    return CheckedUpload(f"{stem}.{ending}", _MEDIA_TYPES[ending], content, verdict)


def _recognised(content: bytes) -> tuple[str, bytes]:
    for magic, ending in ((pictures.JPEG, "jpg"), (pictures.PNG, "png")):
        if content.startswith(magic):
            return ending, pictures.stripped(content)
    if pictures.is_webp(content):
        return "webp", pictures.stripped(content)
    if content.startswith(documents.PDF):
        return "pdf", documents.checked_pdf(content)
    if content.startswith(documents.ZIP):
        return documents.repacked_office(content)
    if content.startswith(documents.OLE):
        raise refused(ACTIVE)
    if b"\0" in content:
        raise refused(UNKNOWN)
    return "txt", documents.checked_text(content)


# --- kept -------------------------------------------------------------------------------------------------------------


def keep(case: Case, entry: CaseEntry, upload: CheckedUpload) -> CaseFile:
    """Keep a checked file with an entry of a case, encrypted. Raises DeskRefused where the case has too many.

    It stands under the digest of its encrypted bytes, which are never the same twice: two cases share no file, and each
    is erased alone.
    """
    if CaseFile.objects.filter(case=case).count() >= MOST_CASE_FILES:
        raise DeskRefused("این مورد دیگر پیوست نمی‌پذیرد.", "This case takes no further attachment.", field="files")
    kept: CaseFile = CaseFile.objects.create(
        case=case,
        entry=entry,
        name=lock_text(upload.name),
        media_type=upload.media_type,
        size=len(upload.content),
        digest=lay_down(upload.content),
        verdict=upload.verdict,
    )
    return kept


def lay_down(content: bytes) -> str:
    """Keep bytes, encrypted; the digest under which they stand."""
    locked = box(PURPOSE).encrypt(content)
    digest = sha256(locked).hexdigest()
    path = _path(digest)
    make_folder(path.parent, mode=PRIVATE_FOLDER)
    write(path, locked, mode=PRIVATE)
    return digest


def lifted(digest: str) -> bytes:
    """The bytes that stand under a digest. Raises AttachmentGone."""
    if not digest:
        raise AttachmentGone
    try:
        locked = _path(digest).read_bytes()
        if sha256(locked).hexdigest() != digest:
            raise AttachmentGone
        return box(PURPOSE).decrypt(locked)
    except (OSError, InvalidToken):
        raise AttachmentGone from None


def lose(digest: str) -> None:
    """Delete what stands under a digest; nothing for none."""
    if digest:
        _path(digest).unlink(missing_ok=True)


def opened(case_file: CaseFile) -> bytes:
    """The bytes of a kept file. Raises AttachmentGone once it is erased, or where its bytes are not what was kept."""
    return lifted(case_file.digest)


def name_of(case_file: CaseFile) -> str:
    """What a kept file is called; whoever asks may see the case."""
    return open_text(case_file.name) or f"file.{_ENDINGS.get(case_file.media_type, 'bin')}"


def erase(case_file: CaseFile) -> None:
    """Delete the bytes and the name of a file; that there was one, and how large, stays."""
    digest, case_file.digest, case_file.name = case_file.digest, "", ""
    case_file.save(update_fields=["digest", "name"])
    lose(digest)


def sweep_files() -> int:
    """Delete what no case has any more, or never had because its filing broke off; how many files went."""
    folder = city.current().home / FOLDER
    sweep(folder.glob(f"*/{DRAFTS}"), older=ORPHAN_SECONDS)
    known = {
        digest
        for kept in (CaseFile, FileCopy)
        for digest in kept.objects.exclude(digest="").values_list("digest", flat=True)
    }
    return len(sweep((path for path in _kept(folder) if path.name not in known), older=ORPHAN_SECONDS))


def _kept(folder: Path) -> Iterator[Path]:
    for path in folder.glob("[0-9a-f][0-9a-f]/*"):
        with suppress(ValueError):
            if len(bytes.fromhex(path.name)) == 32:
                yield path


def _path(digest: str) -> Path:
    return city.current().home / FOLDER / digest[:2] / digest


# --- going out --------------------------------------------------------------------------------------------------------


def answer(case_file: CaseFile) -> HttpResponse:
    """A kept file for whoever may see the case, which the caller has checked; Raises AttachmentGone.

    It is saved and never shown here: no browser guesses what it is, and a page of it could run nothing.
    """
    return saved(opened(case_file), name_of(case_file))


def saved(content: bytes, name: str) -> HttpResponse:
    """Bytes that are saved under a name and never shown."""
    response = private(HttpResponse(content, content_type="application/octet-stream"))
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = _NEVER_RUN
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
