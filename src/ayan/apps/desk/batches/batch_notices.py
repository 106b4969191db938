"""One message for what is done to many submissions of a batch at once, in place of one for each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from django.db import transaction

from ayan.apps.accounts.models import User
from ayan.apps.desk import notice_kinds as kinds
from ayan.apps.desk.access import dataset_of
from ayan.apps.desk.batches.batch_models import FileBatch
from ayan.apps.desk.models import Submission, SubmissionState, TaskState
from ayan.apps.outbox import outbox
from ayan.apps.outbox.message_kind import MessageKind
from ayan.apps.outbox.outbox import DeskPage
from ayan.core.values.canonical import sha256_hex
from ayan.core.values.label import in_each
from ayan.ui.value_html import plain_number

TOGETHER: Final[Mapping[str, MessageKind]] = {
    kinds.SENT.code: kinds.BATCH_SENT,
    kinds.NOBODY.code: kinds.BATCH_NOBODY,
    kinds.APPROVED.code: kinds.BATCH_APPROVED,
}
"""What is told of several submissions of a batch, by the kind that is told of one."""

_NoticeGroups = dict[str, list[tuple[User, Submission]]]
_GATHERED: ContextVar[_NoticeGroups | None] = ContextVar("gathered", default=None)


def about(batch: FileBatch) -> str:
    """How the outbox speaks of a batch."""
    return f"batch/{batch.pk.hex}"


@contextmanager
def gathered(batch: FileBatch) -> Iterator[None]:
    """Acts on submissions of a batch, in one transaction with what is told of them, each person once."""
    notes: _NoticeGroups = {}
    token = _GATHERED.set(notes)
    try:
        with transaction.atomic():
            yield
            for code, lines in notes.items():
                _put(batch, code, lines)
    finally:
        _GATHERED.reset(token)


def takes(kind: MessageKind, people: Iterable[User], submission: Submission) -> bool:
    """Whether this is told together with the others of the batch, and noted for that."""
    notes = _GATHERED.get()
    if notes is None or kind.code not in TOGETHER:
        return False
    notes.setdefault(kind.code, []).extend((person, submission) for person in people)
    return True


def _put(batch: FileBatch, code: str, lines: Sequence[tuple[User, Submission]]) -> None:
    """Whoever is told of the same submissions gets the same message; what an act undid again is told of nobody."""
    standing = set(Submission.objects.filter(batch_file__batch=batch, state=SubmissionState.SENT).values_list("pk"))
    by_person: dict[User, set[Submission]] = {}
    for person, submission in lines:
        if (submission.pk,) in standing:
            by_person.setdefault(person, set()).add(submission)
    for person, submissions in by_person.items():
        _tell(TOGETHER[code], batch, [person], submissions)


def _tell(kind: MessageKind, batch: FileBatch, people: Iterable[User], submissions: Iterable[Submission]) -> None:
    those = sorted(submissions, key=lambda each: each.pk)
    seen = ",".join(f"{each.pk.hex}-{each.revision}" for each in those)
    title = dataset_of(those[0]).title
    number = in_each(lambda lang: plain_number(len(those), lang))
    outbox.put(
        kind,
        people,
        about(batch),
        stage=sha256_hex(seen.encode())[:16],
        page=DeskPage("desk_batch", (batch.pk,)),
        title=title,
        n=number,
    )


def over(submission: Submission) -> None:
    """One of a batch waits no more: once none of it does, nobody need be told any more that they should approve it."""
    batch = FileBatch.objects.filter(files__submission=submission).first()
    if batch is None:
        return
    others = Submission.objects.filter(batch_file__batch=batch, state=SubmissionState.SENT).exclude(pk=submission.pk)
    if not others.exists():
        outbox.cancel(about(batch), kinds.BATCH_SENT.code)


def settled(submission: Submission, people: Iterable[User] = ()) -> bool:
    """Whether a submission is of a batch of several; then its publication is told with that of the others.

    Told is once none of the batch is being published any more, and to the senders of all. ``people`` are told too.
    """
    batch = FileBatch.objects.select_for_update().filter(files__submission=submission).first()
    if batch is None or batch.files.exclude(submission=None).count() < 2:
        return False
    of_batch = Submission.objects.filter(batch_file__batch=batch).select_related("sent_by", "started_by")
    waiting = of_batch.filter(state=SubmissionState.APPROVED, due_at=None).exclude(pk=submission.pk)
    if waiting.exclude(work=TaskState.FAILED).exists():
        return True
    public = list(of_batch.filter(state=SubmissionState.PUBLISHED))
    if public:
        senders = {who for each in public for who in (each.sent_by, each.started_by) if who is not None}
        _tell(
            kinds.BATCH_RELEASED,
            batch,
            {*people, *(who for who in senders if who.is_active and not who.machine)},
            public,
        )
    return True
