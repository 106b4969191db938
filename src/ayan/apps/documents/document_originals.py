"""Originals of documents, for officers: who may take one and why, how long it is kept, and its end.

The rule is that of the files which releases are made from: so long after the seal as the dataset or the city declares,
and without a rule for good. Nobody else ever sees an original, and everybody who takes one is in the trail.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from uuid import UUID

from ayan.apps.accounts import audit, policy
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import Subject
from ayan.apps.desk.access import about_dataset
from ayan.apps.desk.files.release_originals import REASONS, VERB
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.documents import document_acts
from ayan.apps.documents.models import Attachment
from ayan.core.custody.prepared_documents import DocumentOriginals, NoOriginal
from ayan.core.custody.private_files import BadOriginalKey, NotOpened
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.label import Label
from ayan.wiring import city


@dataclass(frozen=True, slots=True)
class DocumentOriginal:
    """What became of the original of an attached document.

    ``stands`` says whether it is kept, ``until`` is the first day on which it no longer is, None where nothing is
    declared or nothing was published yet; ``gone`` when it was deleted as declared.
    """

    stands: bool
    until: date | None
    gone: datetime | None


def original_of(attachment: Attachment) -> DocumentOriginal:
    """What became of its original."""
    stands = DocumentOriginals(city.current().publish_context.private_store).has(attachment.id.hex)
    return DocumentOriginal(stands, _until(attachment), attachment.original_gone)


def may_take(actor: User, attachment: Attachment) -> bool:
    """Whether somebody may be given the original."""
    return policy.can(actor, VERB, about_dataset(actor, VERB, attachment.companion))


def give_out(actor: User, key: UUID, reason: str) -> tuple[Attachment, Iterator[bytes]]:
    """The bytes of an original as it was attached; who took it and why is in the trail before the first.

    Raises Http404, Denied, and DeskRefused where there is no reason, no file, or no key that opens it.
    """
    attachment = document_acts.visible(actor, key)
    about = about_dataset(actor, VERB, attachment.companion)
    policy.require(actor, VERB, about)
    if reason not in REASONS:
        raise DeskRefused("علت را برگزینید.", "Choose a reason.", field="taken-for")
    try:
        pieces = DocumentOriginals(city.current().publish_context.private_store).pieces(attachment.id.hex)
        first = next(pieces, b"")
    except (NoOriginal, FileNotFoundError):
        raise DeskRefused("اصل این سند دیگر نگه داشته نمی‌شود.", "The original is no longer kept.") from None
    except (NotOpened, BadOriginalKey):
        raise DeskRefused(
            "پرونده با کلیدهای این دستگاه باز نشد. به مدیر سامانه بگویید.",
            "No key of this machine opens the file. Tell the administrator.",
        ) from None
    audit.record(actor, VERB, about, period=attachment.period, reason=reason, document=attachment.id.hex)
    return attachment, chain((first,), pieces)


def end_due() -> int:
    """Delete the originals whose time is over, each told in the trail; how many went."""
    current_city = city.current()
    now, originals = current_city.clock.now(), DocumentOriginals(current_city.publish_context.private_store)
    sealed = Attachment.objects.filter(submission__sealed_at__isnull=False, original_gone=None).select_related(
        "submission"
    )
    count = 0
    for attachment in sealed.iterator():
        until = _until(attachment)
        if until is None or today(current_city.clock) < until:
            continue
        rule = current_city.rule_of(attachment.companion)
        # The trail first: whoever is stopped in between deletes it the next time.
        about = Subject("dataset", attachment.companion, dataset=attachment.companion)
        audit.record(None, "original.delete", about, rule=str(rule), document=attachment.id.hex)
        originals.discard(attachment.id.hex)
        Attachment.objects.filter(pk=attachment.pk).update(original_gone=now)
        count += 1
    return count


def reasons() -> list[tuple[str, Label]]:
    """Why an original may be looked at, by the code that the trail keeps."""
    return list(REASONS.items())


def _until(attachment: Attachment) -> date | None:
    """The first day on which its original is no longer kept, by the day on which it was sealed."""
    submission = attachment.submission
    rule = city.current().rule_of(attachment.companion)
    if rule is None or submission is None or submission.sealed_at is None:
        return None
    return rule.retention.until(submission.sealed_at.astimezone(TEHRAN).date())
