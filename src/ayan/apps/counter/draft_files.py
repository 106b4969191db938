"""The files of forms that are not sent yet: encrypted on the disk until the form is, then kept with the case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import Sum

from ayan.apps.counter import uploads
from ayan.apps.counter.case_encryption import lock_text, open_text
from ayan.apps.counter.limits import DRAFT_ORPHAN_SECONDS, LARGEST_DRAFTS, MOST_DRAFT_FILES
from ayan.apps.counter.models import Case, CaseEntry, DraftFile, FilingDraft
from ayan.apps.counter.uploads import CheckedUpload
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.system.files import PRIVATE, PRIVATE_FOLDER, make_folder, sweep, write
from ayan.ui.text_encryption import box
from ayan.wiring import city

PURPOSE: Final = b"ayan counter draft files 1"
FOLDER: Final = Path("counter", "drafts")


@dataclass(frozen=True, slots=True)
class DraftFileText:
    """A file of a form as the page names it; ``size`` in bytes."""

    id: int
    name: str
    size: int


def listed(draft: FilingDraft | None) -> list[DraftFileText]:
    """The files that came with a form."""
    rows = draft.files.order_by("pk") if draft is not None else ()
    return [DraftFileText(each.pk, open_text(each.name), each.size) for each in rows]


def keep(draft: FilingDraft, files: Iterable[CheckedUpload]) -> None:
    """Keep the checked files of a form. Raises DeskRefused where there are enough of them."""
    for each in files:
        with transaction.atomic():
            FilingDraft.objects.select_for_update().get(pk=draft.pk)
            if draft.files.count() >= MOST_DRAFT_FILES:
                raise DeskRefused(
                    "یک فرم تا {most} پیوست دارد. بقیه را پس از ثبت بیفزایید.",
                    "A form takes up to {most} attachments. Add the others once it is filed.",
                    field="files",
                ).format(most=MOST_DRAFT_FILES)
            waiting = DraftFile.objects.aggregate(size=Sum("size"))["size"] or 0
            if waiting + len(each.content) > LARGEST_DRAFTS:
                raise DeskRefused(
                    "اکنون جا برای پیوست نیست. فرم را بی پیوست بفرستید و پیوست را پس از ثبت بیفزایید.",
                    "There is no room for attachments now. Send the form without, and add them once it is filed.",
                    field="files",
                )
            _write(draft, each)


def _write(draft: FilingDraft, file: CheckedUpload) -> None:
    locked = box(PURPOSE).encrypt(file.content)
    digest = sha256(locked).hexdigest()
    make_folder(_folder(), mode=PRIVATE_FOLDER)
    write(_folder() / digest, locked, mode=PRIVATE)
    DraftFile.objects.create(
        draft=draft,
        name=lock_text(file.name),
        media_type=file.media_type,
        size=len(file.content),
        verdict=file.verdict,
        digest=digest,
    )


def drop(draft: FilingDraft, file_id: str) -> None:
    """Take one file out of a form."""
    row = draft.files.filter(pk=int(file_id)).first() if file_id.isdecimal() and len(file_id) < 18 else None
    if row is not None:
        row.delete()
        unlink([row.digest])


def hand_over(draft: FilingDraft, case: Case, entry: CaseEntry) -> None:
    """Keep the files of a form with the case that it became. Raises what `uploads.keep` raises."""
    for each in draft.files.order_by("pk"):
        try:
            content = box(PURPOSE).decrypt((_folder() / each.digest).read_bytes())
        except (OSError, InvalidToken):
            raise DeskRefused(
                "پیوست «{name}» دیگر خوانده نمی‌شود. آن را بردارید و دوباره بفرستید.",
                "The attachment “{name}” can no longer be read. Take it out and send it again.",
                field="files",
            ).format(name=open_text(each.name)) from None
        uploads.keep(case, entry, CheckedUpload(open_text(each.name), each.media_type, content, each.verdict))


def unlink(digests: Iterable[str]) -> None:
    """Delete files whose rows have gone."""
    for digest in digests:
        (_folder() / digest).unlink(missing_ok=True)


def sweep_files() -> None:
    """Delete what no form has any more, because a process was killed before it said so."""
    known = set(DraftFile.objects.values_list("digest", flat=True))
    sweep((path for path in _folder().glob("*") if path.name not in known), older=DRAFT_ORPHAN_SECONDS)


def _folder() -> Path:
    return city.current().home / FOLDER
