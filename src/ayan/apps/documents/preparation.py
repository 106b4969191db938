"""The worker's part: what looks personal is proposed to be covered, the public copy is made, and its text is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q, QuerySet
from django_tasks import TaskContext, task

from ayan.apps.documents import cover_list
from ayan.apps.documents.cover_list import PlacesLost
from ayan.apps.documents.limits import FORGOTTEN_DAYS, MOST_TRIES
from ayan.apps.documents.models import GIVEN_UP, Attachment, AttachmentState
from ayan.core.attachments.line_links import links_text, read_links, still_there
from ayan.core.attachments.page_texts import has_text, machine_read, read_text
from ayan.core.attachments.reading_process import pages_of, text_of_pages
from ayan.core.custody.prepared_documents import (
    DocumentOriginals,
    NoOriginal,
    PreparedDocuments,
    PreparedLost,
    PreparedPieces,
)
from ayan.core.custody.private_files import NotOpened
from ayan.core.documents.document_text import PageText, is_text
from ayan.core.documents.drawn_page import UnreadableDocument
from ayan.core.redaction.covered_places import CoveredPlace, CoveredPlaces
from ayan.core.redaction.public_copy import make_public_copy, propose_marks, readable_original
from ayan.core.values.canonical import sha256_hex
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.ui.contract import FILES_QUEUE
from ayan.wiring import city

NOT_READ = Label(
    "این سند خوانده نشد. آن را از برنامهٔ خودش دوباره به شکل PDF، docx یا HTML ذخیره و پیوست کنید.",
    "This document could not be read. Save it again as PDF, docx or HTML from its program, and attach it.",
)
PLACES_LOST = Label(
    "جاهای پوشیدهٔ این سند دیگر خوانده نمی‌شود. این سند را حذف و دوباره پیوست کنید.",
    "The covered places of this document can no longer be read. Remove it and attach it again.",
)
NO_LINE = Label(
    "این واژه‌ها در متن سند پیدا نشد و چیزی با آن‌ها پوشانده نشد.",
    "These words are not in the text of the document, so nothing was covered by them.",
)


class CopyUnwanted(Exception):
    """Nobody waits for this copy any more."""


@task(takes_context=True, queue_name=FILES_QUEUE)
def prepare(context: TaskContext, key: str, turn: int) -> None:
    """Make the public copy of an attachment, unless something else was asked of it meanwhile."""
    attachment = Attachment.objects.filter(pk=key, turn=turn, state=AttachmentState.PREPARING).first()
    if attachment is None:
        return
    pieces = PreparedPieces(city.current().publish_context.private_store, attachment.id.hex)
    try:
        if context.attempt > MOST_TRIES:
            raise UnreadableDocument("damaged")
        _prepared(attachment, pieces)
    except CopyUnwanted:
        pass
    except (UnreadableDocument, NoOriginal, NotOpened):
        _settle(attachment, AttachmentState.REFUSED, NOT_READ)
    except PlacesLost:
        _settle(attachment, AttachmentState.REFUSED, PLACES_LOST)
    except Refusal as refusal:
        _settle(attachment, AttachmentState.REFUSED, refusal.label)
    pieces.discard()


@task
def tidy() -> None:
    """Remove what was attached long ago and never sent, and the originals whose time is over."""
    from ayan.apps.documents import document_originals

    forget_old()
    document_originals.end_due()


def forget_old() -> int:
    """Remove what was attached long ago and is in no submission that goes on, with its original; how many went."""
    edge = city.current().clock.now() - timedelta(days=FORGOTTEN_DAYS)
    store = city.current().publish_context.private_store
    waiting = Q(submission=None) | Q(submission__state__in=GIVEN_UP)
    gone = list(Attachment.objects.filter(waiting, at__lt=edge).values_list("pk", flat=True))
    for key in gone:
        DocumentOriginals(store).discard(key.hex)
    preparing = Attachment.objects.filter(state=AttachmentState.PREPARING).exclude(pk__in=gone)
    PreparedPieces.keep_only(store, {key.hex for key in preparing.values_list("pk", flat=True)})
    count, _ = Attachment.objects.filter(pk__in=gone).delete()
    wanted = set(Attachment.objects.exclude(digest="").values_list("digest", flat=True))
    PreparedDocuments(store).keep_only(wanted)
    return count


def _prepared(attachment: Attachment, pieces: PreparedPieces) -> None:
    store = city.current().publish_context.private_store
    with store.scratch_folder() as folder:
        original = DocumentOriginals(store).open_into(attachment.id.hex, folder)
        readable = readable_original(original, folder, scanner=str(settings.CLAMD))
        covered = cover_list.read(attachment)
        if not attachment.proposed:
            marks = propose_marks(readable, _progress_of(attachment, "looking"))
            covered = CoveredPlaces(tuple(CoveredPlace(mark) for mark in marks), covered.words)
            attachment.proposed = True
            cover_list.write(attachment, covered)
            # Found once, whatever happens to the process while the pages are drawn.
            _standing(attachment).update(marks=attachment.marks, proposed=True)
        trouble = None
        if covered.words:
            covered, count = covered.with_lines(_pages(readable, folder), drawn=not is_text(original))
            trouble = None if count else NO_LINE
        cover_list.write(attachment, covered)
        copy = make_public_copy(
            original, folder / "copy", covered.marks,
            scanner=str(settings.CLAMD), piece_store=pieces, on_progress=_progress_of(attachment, "drawing"),
        )  # fmt: skip
        scratch = folder / "text"
        scratch.mkdir(mode=0o700)
        text = text_of_pages(copy.path, scratch, _progress_of(attachment, "reading"))
        pages = read_text(text)
        before = attachment.digest
        _keep_links(attachment, pages)
        attachment.digest = PreparedDocuments(store).keep(copy.path, text)
        attachment.text_digest, attachment.media_type = sha256_hex(text), copy.media_type
        attachment.size, attachment.pages = copy.bytes, len(pages)
        attachment.machine_read = machine_read(pages)
        attachment.unread = sum(not has_text(page) for page in pages)
        attachment.left_out = [[each.kind, each.page, each.count] for each in copy.left_out]
    _settle(attachment, AttachmentState.READY, trouble)
    if before and not Attachment.objects.filter(digest=before).exists():
        PreparedDocuments(store).discard(before)


def _keep_links(attachment: Attachment, pages: Sequence[PageText]) -> None:
    """Keep the links of values to lines that read in the new copy as they did, and name the fields of the others."""
    links = read_links(attachment.links)
    if not links:
        return
    store = city.current().publish_context.private_store
    try:
        before = read_text(PreparedDocuments(store).text(attachment.digest, attachment.text_digest))
    except PreparedLost:
        before = ()
    kept, lost = still_there(links, before, pages)
    attachment.links = links_text(kept)
    attachment.unlinked = " ".join(sorted({*attachment.unlinked.split(), *(link.field for link in lost)}))


def _standing(attachment: Attachment) -> QuerySet[Attachment]:
    """The attachment, unless something else was asked of it meanwhile, or it was removed."""
    return Attachment.objects.filter(pk=attachment.pk, turn=attachment.turn, state=AttachmentState.PREPARING)


def _progress_of(attachment: Attachment, step: str) -> Callable[[int, int], None]:
    """Whom the pages that are done are told: the clerk who waits. Raises CopyUnwanted where nobody does any more."""

    def tell(done: int, pages: int) -> None:
        if not _standing(attachment).update(progress=[step, done, pages]):
            raise CopyUnwanted

    return tell


def _pages(original: Path, folder: Path) -> tuple[PageText, ...]:
    scratch = folder / "original-text"
    scratch.mkdir(mode=0o700)
    return pages_of(original, scratch)


def _settle(attachment: Attachment, state: AttachmentState, trouble: Label | None) -> None:
    """Write down what came of it, unless somebody asked for something else meanwhile."""
    attachment.state, attachment.trouble, attachment.progress = state, trouble and trouble.words(), None
    names = [field.name for field in Attachment._meta.concrete_fields if field.name not in ("id", "turn", "submission")]
    Attachment.objects.filter(pk=attachment.pk, turn=attachment.turn).update(
        **{name: getattr(attachment, "by_id" if name == "by" else name) for name in names}
    )
