"""The files that releases were made from, for officers: what became of each, given out for a reason, and their end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final

from ayan.apps.accounts import audit, policy
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import Subject
from ayan.apps.desk.access import about_release
from ayan.apps.desk.data_subjects import DataSubjects
from ayan.apps.desk.models import OPEN, Submission
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.custody.private_files import BadOriginalKey, NotOpened
from ayan.core.custody.retention import Entered, OriginalKept
from ayan.core.schema.definition import Dataset
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.label import Label
from ayan.wiring import city

VERB: Final = "original.read"
REASONS: Final[Mapping[str, Label]] = {
    "objection": Label("رسیدگی به اعتراض به یک مقدار", "an objection to a value"),
    "correction": Label("درست کردن انتشار", "a correction of the release"),
    "privacy": Label("بررسی حریم خصوصی", "a question of privacy"),
    "audit": Label("حسابرسی", "an audit"),
    "authority": Label("خواست مرجع قضایی یا نظارتی", "a court or supervising body asks"),
}
"""Why an original may be looked at; the code is all that the audit trail keeps."""


@dataclass(frozen=True, slots=True)
class OriginalsList:
    """One dataset in the list: how many of its originals stand, were deleted as declared, or are missing."""

    dataset: Dataset
    kept_count: int
    gone: int
    missing: int


def originals_lists(actor: User) -> list[OriginalsList]:
    """The datasets of which an officer may read an original."""
    current_city = city.current()
    by_slug: dict[str, list[OriginalKept]] = {}
    for original in _readable(actor, list(current_city.original_retention.fates())):
        by_slug.setdefault(original.release.slug, []).append(original)
    lists = []
    for dataset in current_city.registry.all():
        mine = by_slug.get(dataset.slug, [])
        if mine:
            gone = sum(original.gone is not None for original in mine)
            stands = sum(original.path is not None and original.gone is None for original in mine)
            lists.append(OriginalsList(dataset, stands, gone, len(mine) - gone - stands))
    return lists


def of_dataset(actor: User, slug: str) -> list[OriginalKept]:
    """What became of the originals of a dataset that an officer may read, newest first."""
    return _readable(actor, city.current().original_retention.fates(slug))


def one_of(actor: User, ref: str) -> OriginalKept | None:
    """What became of the original of one release; None where there is no such release, or it is not theirs to read."""
    return next(
        (original for original in of_dataset(actor, ref.partition("/")[0]) if original.release.ref == ref), None
    )


def give_out(actor: User, ref: str, reason: str) -> Iterator[bytes]:
    """The bytes of an original as it was sent, piece by piece; who took it and why is in the trail before the first.

    Raises Denied, and DeskRefused where there is no reason, no file, or no key that opens it.
    """
    about = about_release(actor, VERB, ref)
    policy.require(actor, VERB, about)
    if reason not in REASONS:
        raise DeskRefused("علت را برگزینید.", "Choose a reason.", field="reason")
    original = one_of(actor, ref)
    if original is None or original.path is None or original.gone is not None:
        raise DeskRefused("این پرونده دیگر نگه داشته نمی‌شود.", "This file is no longer kept.")
    pieces = city.current().private_store.read_original(original.path)
    try:
        first = next(pieces, b"")
    except (NotOpened, BadOriginalKey):
        raise DeskRefused(
            "پرونده با کلیدهای این دستگاه باز نشد. به مدیر سامانه بگویید.",
            "No key of this machine opens the file. Tell the administrator.",
        ) from None
    except FileNotFoundError:
        raise DeskRefused("این پرونده دیگر نگه داشته نمی‌شود.", "This file is no longer kept.") from None
    audit.record(actor, VERB, about, reason=reason)
    return chain((first,), pieces)


def _readable(actor: User, originals: list[OriginalKept]) -> list[OriginalKept]:
    """Those that an officer may read; grants and units are asked for once, however many releases there are."""
    reach = policy.WideReach(actor)
    subjects = DataSubjects(actor, VERB, {original.release.slug for original in originals})
    return [original for original in originals if reach.can(VERB, subjects.release(original.release.ref))]


def expire() -> list[Entered]:
    """Delete what is due; safe to ask any number of times. Raises what the log raises when it may not be signed."""
    current_city = city.current()
    done = current_city.original_retention.delete_due()
    for deletion in done:
        about = Subject("release", deletion.statement.ref, dataset=deletion.statement.dataset)
        audit.record(
            None,
            "original.delete",
            about,
            leaf=deletion.index,
            rule=deletion.statement.rule,
            commitment=deletion.statement.commitment,
        )
    end_letters()
    return done


def end_letters() -> None:
    """Let go of the letters of what is over: at once where nothing came of it, else with the time of the original."""
    current_city = city.current()
    now = today(current_city.clock)
    for submission in Submission.objects.exclude(state__in=OPEN).exclude(letter=""):
        rule = current_city.rule_of(submission.dataset)
        if submission.sealed_at is not None:
            sealed = submission.sealed_at.astimezone(TEHRAN).date()
            if rule is None or now < rule.retention.until(sealed):
                continue
        Submission.objects.filter(pk=submission.pk).update(letter="", letter_name="")
    current_city.private_store.drop_letters(set(Submission.objects.exclude(letter="").values_list("letter", flat=True)))
