"""What officers do with documents of rows: attach one, say what of it is covered, put it into a submission."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.http import Http404

from ayan.apps.accounts import audit, policy
from ayan.apps.accounts.models import User
from ayan.apps.desk import sender_acts
from ayan.apps.desk.access import Permissions, about_dataset, keyed, subject
from ayan.apps.desk.entry import entry_table
from ayan.apps.desk.files.uploads import ReceivedFile
from ayan.apps.desk.models import OPEN, Submission
from ayan.apps.desk.refusals import DeskRefused, PeriodTaken, SubmissionClosed
from ayan.apps.documents import cover_list
from ayan.apps.documents.cover_list import PlacesLost
from ayan.apps.documents.limits import LONGEST_TITLE, LONGEST_WORDS
from ayan.apps.documents.models import GIVEN_UP, Attachment, AttachmentState
from ayan.apps.documents.preparation import PLACES_LOST, prepare
from ayan.core.attachments.document_rows import DocumentFacts
from ayan.core.attachments.published_documents import PublishedDocument
from ayan.core.custody.prepared_documents import DocumentOriginals, PreparedDocuments, PreparedPieces
from ayan.core.publish.entry_rows import entry_text, published_texts
from ayan.core.query.answer import Row
from ayan.core.query.keys import find
from ayan.core.query.question import Question
from ayan.core.redaction.covered_places import CoveredPlaces
from ayan.core.redaction.redaction_mark import REASONS, RedactionMark
from ayan.core.schema.companions import DOCUMENT_LANGUAGES
from ayan.core.schema.definition import Dataset
from ayan.core.store.release import Release
from ayan.wiring import city


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A published row that documents are attached to: its dataset, the companion, and the documents that it has."""

    dataset: Dataset
    companion: Dataset
    row: Row
    documents: tuple[PublishedDocument, ...]

    @property
    def texts(self) -> list[str]:
        """The texts of the fields that name it."""
        return [entry_text(self.dataset.field(name), self.row.values[name]) for name in self.dataset.key]


@dataclass(frozen=True, slots=True)
class DocumentWords:
    """What somebody says of a document: its kind, title, day, language and source, and which document it renews.

    ``renews`` is ``kind:series`` of one that the row has already, empty for a new one.
    """

    kind: str
    title: str
    dated: date | None
    language: str
    source: str
    renews: str = ""


def row_of(actor: User, slug: str, key: str) -> DocumentRow:
    """The row that an address names, if the officer may attach to it. Raises Http404 and Denied; BadQuestion."""
    current_city = city.current()
    companion = current_city.documents.companions.get(slug)
    if companion is None:
        raise Http404
    policy.require(actor, "submission.create", about_dataset(actor, "submission.create", companion.slug))
    dataset = current_city.registry.get(slug)
    snapshot = current_city.query_service.snapshot(dataset, Question(slug=slug))
    rows = find(current_city.query_service, dataset, key, snapshot)
    if not rows:
        raise Http404
    documents = current_city.documents.of_row(slug, [rows[0].values[name] for name in dataset.key])
    return DocumentRow(dataset, companion, rows[0], documents)


def attach(actor: User, row: DocumentRow, words: DocumentWords, received: ReceivedFile) -> Attachment:
    """Keep a document for a row; the worker proposes what is to be covered and makes its public copy. DeskRefused."""
    _judge(row, words)
    series, version = _place(row, words)
    attachment = Attachment(
        companion=row.companion.slug,
        period=row.row.period,
        row=row.texts,
        kind=words.kind,
        title=words.title,
        series=series,
        version=version,
        dated=words.dated,
        language=words.language,
        source=words.source,
        name=received.name[:255],
        by=actor,
        at=city.current().clock.now(),
    )
    originals = DocumentOriginals(city.current().publish_context.private_store)
    originals.keep(attachment.id.hex, received.path)
    try:
        with transaction.atomic():
            attachment.save()
            about = about_dataset(actor, "submission.create", row.companion.slug)
            facts = {"did": "attach", "size": received.size, "file": keyed("original", received.digest)}
            audit.record(actor, "submission.create", about, period=attachment.period, **facts)
            prepare.enqueue(str(attachment.pk), attachment.turn)
    except BaseException:
        originals.discard(attachment.id.hex)
        raise
    return attachment


def cover(actor: User, key: UUID, kept: Iterable[int], words: str, reason: str, page: int) -> None:
    """Cover only these of the places, and the lines that hold ``words``, on one page or (0) on all. DeskRefused."""
    words = words.strip()
    if len(words) > LONGEST_WORDS:
        raise DeskRefused("واژه‌ها بسیار بلند است.", "The words are too long.", "words")
    if words and reason not in REASONS:
        raise DeskRefused("علت پوشاندن را برگزینید.", "Choose why it is covered.", "reason")
    added = ((page, words, reason),) if words else ()
    with _covering(actor, key) as attachment:
        covered = _places(attachment).keeping(kept)
        cover_list.write(attachment, CoveredPlaces(covered.places, added))


def cover_place(actor: User, key: UUID, mark: RedactionMark) -> None:
    """Cover one more place, as an officer sees it on the picture of a page. DeskRefused."""
    if mark.reason not in REASONS:
        field = f"why-{mark.page}"
        raise DeskRefused("علت پوشاندن را برگزینید.", "Choose why it is covered.", field)
    with _covering(actor, key) as attachment:
        cover_list.write(attachment, _places(attachment).with_place(mark))


@contextmanager
def _covering(actor: User, key: UUID) -> Iterator[Attachment]:
    """A document of one's own, held while what is covered of it is changed; its public copy is made anew then."""
    with transaction.atomic():
        attachment = own(actor, key, lock=True)
        if attachment.state == AttachmentState.PREPARING:
            raise DeskRefused("سند هنوز آماده می‌شود.", "The document is still being prepared.")
        yield attachment
        attachment.state, attachment.trouble = AttachmentState.PREPARING, None
        attachment.turn += 1
        attachment.save()
        prepare.enqueue(str(attachment.pk), attachment.turn)


def remove(actor: User, key: UUID) -> None:
    """Remove a document that is in no submission, with its original. Raises Http404 for anybody else's."""
    store = city.current().publish_context.private_store
    with transaction.atomic():
        attachment = own(actor, key, lock=True)
        about = about_dataset(actor, "submission.create", attachment.companion)
        audit.record(actor, "submission.create", about, period=attachment.period, did="remove")
        name, digest = attachment.id.hex, attachment.digest
        attachment.delete()
    DocumentOriginals(store).discard(name)
    PreparedPieces(store, name).discard()
    if digest and not Attachment.objects.filter(digest=digest).exists():
        PreparedDocuments(store).discard(digest)


def take_out(actor: User, key: UUID) -> None:
    """Take a document out of a submission that is in its sender's hands, or was given up, so that it can be changed.

    A submission that has no other is set aside. Raises Http404, Denied and SubmissionClosed.
    """
    attachment = visible(actor, key)
    submission = attachment.submission
    if submission is None:
        raise Http404
    policy.require(actor, "submission.edit", subject(submission))
    given_up = submission.state in GIVEN_UP
    if not given_up and not submission.takes_data:
        raise SubmissionClosed
    with transaction.atomic():
        Attachment.objects.filter(pk=key).update(submission=None, state=AttachmentState.READY)
        submission.refresh_from_db()
        if given_up:
            return
        if submission.attachments.exists():
            _give(actor, city.current().registry.get(submission.dataset), submission)
        else:
            sender_acts.set_aside(actor, submission.pk, submission.revision)


def put_in(actor: User, key: UUID) -> UUID:
    """Put a document into the submission of its companion and period, which is begun where none is; its id.

    Raises PeriodTaken where the one under way is no longer in the sender's hands, and DeskRefused.
    """
    attachment = own(actor, key)
    if attachment.state != AttachmentState.READY:
        raise DeskRefused("سند هنوز آماده نیست.", "The document is not ready yet.")
    dataset = city.current().registry.get(attachment.companion)
    submission, fresh = _submission(actor, dataset, attachment.period)
    try:
        with transaction.atomic():
            Attachment.objects.filter(pk=attachment.pk).update(submission=submission, state=AttachmentState.TAKEN)
            submission.refresh_from_db()
            _give(actor, dataset, submission)
    except BaseException:
        if fresh:
            submission.refresh_from_db()
            sender_acts.set_aside(actor, submission.pk, submission.revision)
        raise
    return submission.pk


def own(actor: User, key: UUID, *, lock: bool = False) -> Attachment:
    """A document that somebody attached and has not put into a submission yet. Raises Http404 for anybody else."""
    rows = Attachment.objects.select_for_update() if lock else Attachment.objects
    attachment = rows.filter(pk=key, by=actor, submission=None).first()
    if attachment is None:
        raise Http404
    return attachment


def visible(actor: User, key: UUID) -> Attachment:
    """A document for whoever attached it, and for all who may see the submission that it is in. Raises Http404."""
    attachment = Attachment.objects.filter(pk=key).select_related("submission").first()
    if attachment is None or not (
        attachment.by_id == actor.pk
        if attachment.submission is None
        else Permissions(actor, attachment.submission).may("submission.view")
    ):
        raise Http404
    return attachment


def waiting_of(actor: User, row: DocumentRow) -> Sequence[Attachment]:
    """What somebody attached to a row and has not put into a submission yet, the oldest first."""
    return list(Attachment.objects.filter(companion=row.companion.slug, row=row.texts, by=actor, submission=None))


def _places(attachment: Attachment) -> CoveredPlaces:
    try:
        return cover_list.read(attachment)
    except PlacesLost:
        raise DeskRefused().worded(PLACES_LOST) from None


def _judge(row: DocumentRow, words: DocumentWords) -> None:
    declared = row.companion.companion
    if declared is None or declared.kind(words.kind) is None:
        raise DeskRefused("نوع سند را برگزینید.", "Choose the kind of the document.", "kind")
    if not words.title or len(words.title) > LONGEST_TITLE:
        raise DeskRefused("عنوان سند را بنویسید.", "Write the title of the document.", "title")
    if words.language not in DOCUMENT_LANGUAGES:
        raise DeskRefused("زبان سند را برگزینید.", "Choose the language of the document.", "language")
    if len(words.source) > LONGEST_TITLE:
        raise DeskRefused("منبع بسیار بلند است.", "The source is too long.", "source")


def _place(row: DocumentRow, words: DocumentWords) -> tuple[int, int]:
    """The number within its kind and the version that a document gets, behind all that are published or under way."""
    waiting = Attachment.objects.filter(companion=row.companion.slug, row=row.texts, kind=words.kind)
    known = [(each.series, each.version) for each in row.documents if each.kind == words.kind]
    known += list(waiting.values_list("series", "version"))
    if words.renews:
        kind, _, text = words.renews.partition(":")
        series = int(text) if text.isascii() and text.isdecimal() else 0
        versions = [version for each, version in known if each == series]
        if kind != words.kind or not versions:
            raise DeskRefused("سندی که تازه می‌شود پیدا نشد.", "The document that it renews was not found.", "renews")
        return series, max(versions) + 1
    return max((series for series, _ in known), default=0) + 1, 1


def _submission(actor: User, dataset: Dataset, period: str) -> tuple[Submission, bool]:
    """The submission that documents of a period go into, and whether it was begun just now."""
    try:
        return sender_acts.begin(actor, dataset, None if dataset.period == "none" else period), True
    except PeriodTaken:
        standing = Submission.objects.filter(dataset=dataset.slug, period=period, state__in=OPEN).first()
        if standing is None or not standing.takes_data or not standing.attachments.exists():
            raise
        policy.require(actor, "submission.edit", subject(standing))
        return standing, False


def _give(actor: User, dataset: Dataset, submission: Submission) -> None:
    """Make the rows that stand and those of all documents of a submission its file."""
    release = city.current().release_store.current(dataset.slug).get(submission.period)
    attached = [_cells(dataset, each) for each in submission.attachments.all()]
    count = (release.rows if release else 0) + len(attached)
    begun = release.ref if release else ""
    entry_table.give(actor, submission.pk, _rows(dataset, release, attached), count, submission.revision, begun)


def _rows(
    dataset: Dataset, release: Release | None, attached: Sequence[Mapping[str, str]]
) -> Iterator[Mapping[str, str]]:
    if release is not None:
        for _, texts in published_texts(dataset, release.parts()):
            yield texts
    yield from attached


def _cells(dataset: Dataset, attachment: Attachment) -> dict[str, str]:
    declared = dataset.companion
    assert declared is not None  # noqa: S101 - documents are attached to companions alone
    marks = _places(attachment).marks
    facts = DocumentFacts(
        kind=attachment.kind,
        title=attachment.title,
        series=attachment.series,
        version=attachment.version,
        dated=attachment.dated,
        language=attachment.language,
        pages=attachment.pages,
        unread=attachment.unread,
        size=attachment.size,
        media_type=attachment.media_type,
        source=attachment.source,
        machine_read=attachment.machine_read,
        redactions=len(marks),
        reasons=" ".join(sorted({mark.reason for mark in marks})),
        lines=attachment.links,
        text_digest=attachment.text_digest,
        digest=attachment.digest,
    )
    cells = dict(zip(declared.row_key, attachment.row, strict=True))
    texts = {name: entry_text(dataset.field(name), value) for name, value in facts.values().items()}
    return cells | {name: text for name, text in texts.items() if text}
