"""Acts on many submissions of a batch at once: each is sent, or approved, as itself, and none that was not seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import Denied
from ayan.apps.desk import sender_acts
from ayan.apps.desk.approval import decisions
from ayan.apps.desk.batches import batch_notices
from ayan.apps.desk.batches.batch_lines import BegunFile
from ayan.apps.desk.batches.batch_models import FileBatch
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.store.correction_reason import CORRECTION_REASONS, CorrectionReason
from ayan.core.values.canonical import Json
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal

NOTHING: Final = Label(
    "چیزی برای انجام دادن نمانده است؛ صفحه را تازه کنید.", "Nothing is left to do; refresh the page."
)


def send_clean(
    actor: User, batch: FileBatch, lines: list[BegunFile], seen: Mapping[str, str], note: str, reason: CorrectionReason
) -> int:
    """Send on every clean submission whose digest was on the page, with one note; how many.

    ``seen`` are these digests by submission. Corrections state ``reason``, and are refused together where there is
    none. What one of them is refused for is told beside it. Raises DeskRefused where nothing could be sent.
    """
    ready = [line for line in lines if line.digest and seen.get(str(line.submission.pk)) == line.digest]
    if any(line.supersedes for line in ready) and reason.code not in CORRECTION_REASONS:
        raise DeskRefused(
            "برخی از این پرونده‌ها جای انتشار پیشین را می‌گیرد. علت را برگزینید.",
            "Some of these files take the place of earlier releases. Choose why.",
            "code",
        )
    if not note.strip() and any((line.submission.difference or {}).get("needs_note") for line in ready):
        raise DeskRefused(
            "جمع‌های برخی از این پرونده‌ها زیاد تغییر کرده است. بنویسید چرا.",
            "The totals of some of these files changed a lot. Write why.",
            "note",
        )

    def send_line(line: BegunFile) -> None:
        stated = reason if line.supersedes else None
        sender_acts.send(actor, line.submission.pk, line.digest, note, line.submission.revision, stated)

    return _each(batch, ready, send_line)


def approve_all(actor: User, batch: FileBatch, lines: list[BegunFile], seen: Mapping[str, str]) -> int:
    """Say yes to each submission that the page offered, to exactly what it showed; how many.

    ``seen`` are the two digests of each, with a colon between. Whatever has to be looked at by itself is not among
    them. Raises DeskRefused where nothing could be approved.
    """
    ready = [line for line in lines if line.reviewed and seen.get(str(line.submission.pk)) == mark(line)]
    return _each(batch, ready, lambda line: decisions.approve(actor, line.submission.pk, line.digest, line.reviewed))


def mark(line: BegunFile) -> str:
    """What a form says that was seen of a submission."""
    return f"{line.digest}:{line.reviewed}" if line.reviewed else line.digest


def _each(batch: FileBatch, ready: list[BegunFile], act: Callable[[BegunFile], None]) -> int:
    done, refusals = 0, list[Json]()
    with batch_notices.gathered(batch):
        for line in ready:
            try:
                act(line)
                done += 1
            except Refusal as wrong:
                refusals.append({"submission": str(line.submission.pk), "words": dict(wrong.label.words())})
            except Denied:
                continue
        batch.outcomes = refusals
        batch.save(update_fields=["outcomes"])
    if not done and not refusals:
        raise DeskRefused().worded(NOTHING)
    return done


def digests(post: Mapping[str, str]) -> dict[str, str]:
    """The digests that a form names, by submission."""
    said: dict[str, str] = {}
    for name, value in post.items():
        if name.startswith("seen:"):
            try:
                said[str(UUID(name.removeprefix("seen:")))] = value
            except ValueError:
                continue
    return said
