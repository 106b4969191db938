"""Attachments that everybody may see: never what the person sent, but a copy that was made anew and judged.

The person lets a file be public, and may take it back at any time. A copy is drawn from what a reader of the file sees,
with what looks like personal data covered; an officer who checks words looks at it, covers more, and lets it out or
holds it back. Whoever changed what is covered does not let it out alone. Everybody is given the copy alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django_tasks import TaskContext, task

from ayan.apps.accounts import audit, policy
from ayan.apps.accounts.models import User
from ayan.apps.counter import rules, uploads
from ayan.apps.counter.case_subject import about
from ayan.apps.counter.copy_models import CopyState
from ayan.apps.counter.limits import LONGEST_COVERED, MOST_COPY_TRIES
from ayan.apps.counter.models import Case, CaseFile, FileCopy
from ayan.apps.counter.moderation import CUT_REASONS
from ayan.apps.counter.public_words import is_told, may_read
from ayan.apps.counter.uploads import AttachmentGone
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.attachments.reading_process import pages_of
from ayan.core.documents.document_text import Box, PageText, is_text
from ayan.core.documents.drawn_page import UnreadableDocument
from ayan.core.redaction.covered_places import CoveredPlace, CoveredPlaces, over_whole_lines
from ayan.core.redaction.public_copy import MEDIA_TYPES, make_public_copy, page_size, propose_marks
from ayan.core.redaction.redaction_mark import REASONS, RedactionMark
from ayan.core.system.files import PRIVATE, write
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.ui import text_encryption
from ayan.ui.contract import FILES_QUEUE
from ayan.wiring import city

COPIED: Final = frozenset({*MEDIA_TYPES.values(), "image/jpeg", "image/png"})
"""The types of files of which a public copy is made."""

HOLD_REASONS: Final[Mapping[str, Label]] = {
    **CUT_REASONS,
    "unreadable": Label("نسخهٔ عمومی از آن ساخته نمی‌شود", "no public copy can be made of it"),
}
"""Why a copy is held back."""

_PURPOSE: Final = b"ayan counter marks 1"
_ENDINGS: Final = {media_type: ending for ending, media_type in MEDIA_TYPES.items()}
_NOT_MADE: Final = Label(
    "از این پیوست نسخهٔ عمومی ساخته نشد. آن را منتشر نکنید.",
    "No public copy could be made of this attachment. Do not publish it.",
)
_NO_LINE: Final = Label(
    "این واژه‌ها در متن پیوست پیدا نشد و چیزی با آن‌ها پوشانده نشد.",
    "These words are not in the text of the attachment, so nothing was covered by them.",
)


class CopyChanged(DeskRefused):
    """The copy is not the one that the officer saw."""

    code = "copy-changed"
    fa = "این نسخه پس از باز شدن صفحه عوض شده است. صفحه‌ها را دوباره ببینید."
    en = "The copy changed since the page was opened. Look at its pages again."
    status = 409


class CoveredBySelf(DeskRefused):
    """Whoever changed what is covered would let the copy out alone."""

    code = "copy-needs-second"
    fa = (
        "شما آنچه را پوشیده می‌شود عوض کرده‌اید، پس کس دیگری که متن‌ها را بررسی می‌کند باید صفحه‌ها را ببیند و منتشر کند. "
        "اگر کسی نیست، از مدیر سامانه بخواهید کسی را بگمارد."
    )
    en = (
        "You changed what is covered, so somebody else who checks words has to look at the pages and publish them. If "
        "there is nobody, ask an administrator to appoint somebody."
    )
    status = 409


# --- the person -------------------------------------------------------------------------------------------------------


def is_offered(case_file: CaseFile, publication: str) -> bool:
    """Whether the person may let a file be public: its case is told, it is kept, and a copy can be made of it."""
    return publication != "never" and bool(case_file.digest) and case_file.media_type in COPIED


def let(case: Case, file_id: str) -> None:
    """Let a file be public once an officer judged its copy. Raises DeskRefused."""
    case_file = _file(case, file_id)
    if case_file is None or not is_offered(case_file, rules.kind_of(case).publication):
        raise DeskRefused("این پیوست منتشر نمی‌شود.", "This attachment is not published.")
    with transaction.atomic():
        copy, is_new = FileCopy.objects.get_or_create(file=case_file, defaults={"let_at": city.current().clock.now()})
        if is_new:
            prepare.enqueue(copy.pk, copy.turn)


def take_back(case: Case, file_id: str) -> None:
    """Let a file be public no more: its copy is deleted at once."""
    case_file = _file(case, file_id)
    if case_file is not None:
        drop(case_file)


def drop(case_file: CaseFile) -> None:
    """Delete the public copy of a file, if there is one."""
    copy = FileCopy.objects.filter(file=case_file).first()
    if copy is not None:
        copy.delete()
        uploads.lose(copy.digest)


def _file(case: Case, file_id: str) -> CaseFile | None:
    if not (file_id.isascii() and file_id.isdecimal() and len(file_id) < 18):
        return None
    return CaseFile.objects.filter(case=case, pk=int(file_id)).first()


# --- making it --------------------------------------------------------------------------------------------------------


@task(takes_context=True, queue_name=FILES_QUEUE)
def prepare(context: TaskContext, key: int, turn: int) -> None:
    """Make the public copy, unless it was taken back or something else was asked of it meanwhile."""
    copy = FileCopy.objects.select_related("file").filter(pk=key, turn=turn, state=CopyState.PREPARING).first()
    if copy is None:
        return
    before, copy.digest, trouble = copy.digest, "", None
    try:
        if context.attempt > MOST_COPY_TRIES:
            raise UnreadableDocument("damaged")
        trouble = _make_copy(copy)
        state = CopyState.READY
    except (UnreadableDocument, AttachmentGone):
        state, trouble = CopyState.REFUSED, _NOT_MADE
    except Refusal as refusal:
        state, trouble = CopyState.REFUSED, refusal.label
    names = ("proposed", "marks", "digest", "media_type", "size", "pages", "left_out")
    settled = FileCopy.objects.filter(pk=key, turn=turn).update(
        state=state, trouble=trouble and trouble.words(), **{name: getattr(copy, name) for name in names}
    )
    uploads.lose(before if settled else copy.digest)


def _make_copy(copy: FileCopy) -> Label | None:
    """Make the copy and keep it; what the officer is to be told, if anything. Raises Refusal."""
    store = city.current().publish_context.private_store
    with store.scratch_folder() as folder:
        original = folder / "original"
        write(original, uploads.opened(copy.file), mode=PRIVATE)
        covered = covered_of(copy)
        if covered is None or not copy.proposed:
            words = covered.words if covered is not None else ()
            covered = CoveredPlaces(tuple(CoveredPlace(mark) for mark in propose_marks(original)), words)
            copy.proposed = True
        trouble = None
        if covered.words:
            covered, count = covered.with_lines(_pages(original, folder), drawn=not is_text(original))
            trouble = None if count else _NO_LINE
        copy.marks = text_encryption.lock(covered.as_json(), _PURPOSE)
        public_copy = make_public_copy(original, folder / "copy", covered.marks, scanner=str(settings.CLAMD))
        copy.media_type, copy.size, copy.pages = public_copy.media_type, public_copy.bytes, public_copy.pages
        copy.left_out = [[each.kind, each.page, each.count] for each in public_copy.left_out]
        copy.digest = uploads.lay_down(public_copy.path.read_bytes())
    return trouble


def _pages(document: Path, folder: Path) -> tuple[PageText, ...]:
    scratch = folder / "text"
    scratch.mkdir(mode=0o700)
    try:
        return pages_of(document, scratch)
    except UnreadableDocument:
        # A picture has no text in which words could be looked for.
        return ()


def covered_of(copy: FileCopy) -> CoveredPlaces | None:
    """What is covered; None where nothing is known of it, as the key that locked it has gone."""
    if not copy.marks:
        return CoveredPlaces()
    try:
        return CoveredPlaces.from_json(text_encryption.unlock(copy.marks, _PURPOSE))
    except InvalidToken:
        return None


# --- the officer ------------------------------------------------------------------------------------------------------


def of_case(case: Case) -> list[FileCopy]:
    """The copies of a case's files that the person lets be public, in their order."""
    return list(FileCopy.objects.select_related("file").filter(file__case=case).order_by("file"))


@dataclass(frozen=True, slots=True)
class WantedCover:
    """What an officer wants covered: the places of these numbers (from 1), the lines that hold ``words``, and an area.

    ``page`` is the page of the words, 0 for all, and of the area; that is left, top, width and height in hundredths of
    the page as it is shown, from its upper left corner.
    """

    kept: tuple[int, ...] = ()
    words: str = ""
    reason: str = ""
    page: int = 0
    area: tuple[int, int, int, int] | None = None


def cover(actor: User, copy: FileCopy, wanted: WantedCover) -> None:
    """Cover this and no more; nothing is public until the new copy was judged. Raises Denied and DeskRefused."""
    words = wanted.words.strip()
    if len(words) > LONGEST_COVERED:
        raise DeskRefused("واژه‌ها بسیار بلند است.", "The words are too long.", "words")
    if (words or wanted.area) and wanted.reason not in REASONS:
        raise DeskRefused("علت پوشاندن را برگزینید.", "Choose why it is covered.", "reason")
    with transaction.atomic():
        held = _held(actor, copy)
        if held.state == CopyState.PREPARING:
            raise DeskRefused("نسخه هنوز آماده می‌شود.", "The copy is still being prepared.")
        covered = covered_of(held)
        if covered is None:
            covered, held.proposed = CoveredPlaces(), False
        added = ((wanted.page, words, wanted.reason),) if words else ()
        covered = CoveredPlaces(covered.keeping(wanted.kept).places, added)
        if wanted.area is not None:
            covered = covered.with_place(_area_mark(held, wanted.area, wanted.page, wanted.reason))
        held.marks = text_encryption.lock(covered.as_json(), _PURPOSE)
        held.state, held.trouble, held.turn, held.reason = CopyState.PREPARING, None, held.turn + 1, ""
        held.covered_by = actor
        held.save()
        prepare.enqueue(held.pk, held.turn)


def _area_mark(copy: FileCopy, area: tuple[int, int, int, int], page: int, reason: str) -> RedactionMark:
    left, top, width, height = area
    page = page or (1 if copy.pages == 1 else 0)
    if not copy.digest or copy.media_type != MEDIA_TYPES["pdf"]:
        raise DeskRefused("این نسخه صفحهٔ کشیده ندارد.", "This copy has no drawn pages.", "area")
    if not 1 <= page <= copy.pages:
        raise DeskRefused("بگویید در کدام صفحه.", "Say on which page.", "page")
    if not (0 <= left < 100 and 0 <= top < 100 and 1 <= width <= 100 - left and 1 <= height <= 100 - top):
        raise DeskRefused(
            "چهار عدد بنویسید که درون صفحه بماند: از چپ، از بالا، پهنا و بلندی، به درصد.",
            "Write four numbers that stay on the page: from the left, from the top, width and height, in percent.",
            "area",
        )
    with city.current().publish_context.private_store.scratch_folder() as folder:
        write(folder / "copy", content_of(copy), mode=PRIVATE)
        wide, high = page_size(folder / "copy", page)
        seen = next((each for each in _pages(folder / "copy", folder) if each.number == page), PageText(page, ()))
    box = Box(
        left * wide / 100, high - (top + height) * high / 100, (left + width) * wide / 100, high - top * high / 100
    )
    return RedactionMark(page, reason, box=over_whole_lines(box, seen))


def let_out(actor: User, copy: FileCopy, turn: int) -> None:
    """Let everybody see the copy that was seen as ``turn``. Raises Denied, DeskRefused, CopyChanged, CoveredBySelf."""
    with transaction.atomic():
        held = _held(actor, copy)
        if held.turn != turn or held.state not in (CopyState.READY, CopyState.PUBLISHED):
            raise CopyChanged
        if held.covered_by_id == actor.pk:
            raise CoveredBySelf
        _judged(actor, held, CopyState.PUBLISHED, "")


def hold_back(actor: User, copy: FileCopy, reason: str) -> None:
    """Let nobody see a copy, for a reason that the person is told; its bytes are deleted. Denied, DeskRefused."""
    if reason not in HOLD_REASONS:
        raise DeskRefused("بگویید چرا منتشر نمی‌شود.", "Say why it is not published.", field="held")
    with transaction.atomic():
        held = _held(actor, copy)
        digest, held.digest, held.turn = held.digest, "", held.turn + 1
        _judged(actor, held, CopyState.DECLINED, reason)
        transaction.on_commit(lambda: uploads.lose(digest))


def _held(actor: User, copy: FileCopy) -> FileCopy:
    policy.require(actor, "case.moderate", about(copy.file.case))
    held = FileCopy.objects.select_for_update().filter(pk=copy.pk).first()
    if held is None:
        raise CopyChanged
    if not is_told(rules.kind_of(copy.file.case)):
        raise DeskRefused("از این نوع چیزی منتشر نمی‌شود.", "Nothing of this kind is published.")
    return held


def _judged(actor: User, held: FileCopy, state: CopyState, reason: str) -> None:
    held.state, held.reason, held.judged_by, held.judged_at = state, reason, actor, city.current().clock.now()
    held.save()
    audit.record(actor, "case.moderate", about(held.file.case), did=f"file-{state}", reason=reason or None)


# --- everybody --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A copy as everybody sees it: which of the case's it is, its size, pages, and why places of it are covered."""

    id: int
    number: int
    size: int
    pages: int
    ending: str
    covered: int
    reasons: tuple[Label, ...]


def public_files(case: Case) -> list[PublicFile]:
    """The copies of a case that everybody may see; the caller has asked whether its words may be read."""
    files = []
    for number, copy in enumerate(of_case(case), 1):
        if copy.state != CopyState.PUBLISHED:
            continue
        covered = covered_of(copy)
        marks = covered.marks if covered is not None else []
        reasons = tuple(REASONS[code] for code in dict.fromkeys(mark.reason for mark in marks))
        ending = _ENDINGS.get(copy.media_type, "bin")
        files.append(PublicFile(copy.file_id, number, copy.size, copy.pages, ending, len(marks), reasons))
    return files


def public_copy(case: Case, file_id: int) -> FileCopy | None:
    """The copy of a file that everybody may see now; None where there is none."""
    if not may_read(case, rules.kind_of(case)):
        return None
    return FileCopy.objects.filter(file__case=case, file_id=file_id, state=CopyState.PUBLISHED).first()


def name_of(case: Case, copy: FileCopy) -> str:
    """What the copy is called: nothing of how its sender called the file."""
    return f"{case.number}-{copy.file_id}.{_ENDINGS.get(copy.media_type, 'bin')}"


def content_of(copy: FileCopy) -> bytes:
    """The bytes of a copy. Raises AttachmentGone."""
    return uploads.lifted(copy.digest)
