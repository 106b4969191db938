"""Yeses given in advance: by whom, for which files, until when; and putting them to a file that came by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db import transaction

from ayan.apps.accounts import audit, policy
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import Subject
from ayan.apps.desk.access import dataset_of, holds, reviewed_digest, subject
from ayan.apps.desk.approval.decisions import needed
from ayan.apps.desk.inputs import inputs_of, issues_of
from ayan.apps.desk.models import AdvanceApproval, KnownHeader, Submission, SubmissionState, TaskState
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.desk.releases.publication import publish
from ayan.core.publish.pending_draft import PendingDraft, find_pending
from ayan.core.publish.submission_processing import stored_trials
from ayan.core.refine.column_mapping import header_fingerprint
from ayan.core.schema.definition import Dataset
from ayan.core.schema.release_terms import InAdvance
from ayan.core.values.canonical import Json, canonical_json, sha256_hex
from ayan.core.values.label import Label
from ayan.core.values.period import parse
from ayan.wiring import city

_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Offer:
    """What an approver could say yes to in advance: a dataset of a unit, and a header that a clerk has confirmed."""

    dataset: Dataset
    terms: InAdvance
    header: KnownHeader
    mine: AdvanceApproval | None


def choice_digest(columns: Json) -> str:
    """The digest of how columns are read, to which a yes in advance is bound."""
    return sha256_hex(canonical_json(columns))


def offers(actor: User) -> list[Offer]:
    """Everything that ``actor`` may say yes to in advance, newest header first."""
    offered = []
    for known in KnownHeader.objects.select_related("by").order_by("-at"):
        dataset = _declared(known.dataset)
        about = _about(known.dataset, known.unit)
        if dataset is None or dataset.in_advance is None or not policy.can(actor, "advance.give", about):
            continue
        bound = _bound(known, dataset)
        mine = next((advance for advance in AdvanceApproval.objects.filter(by=actor, **bound) if holds(advance)), None)
        offered.append(Offer(dataset, dataset.in_advance, known, mine))
    return offered


def given(actor: User) -> list[AdvanceApproval]:
    """Every yes in advance that ``actor`` may revoke, the newest first."""
    rows = AdvanceApproval.objects.filter(policy.within(actor, "advance.revoke", unit="unit")).select_related(
        "by", "revoked_by"
    )
    return list(rows)


def give(actor: User, header: int, days: int) -> AdvanceApproval:
    """Say yes in advance to files of a header that somebody else has confirmed; DeskRefused beyond what is declared."""
    known = KnownHeader.objects.filter(pk=header).first()
    dataset = _declared(known.dataset) if known else None
    if known is None or dataset is None or dataset.in_advance is None:
        raise DeskRefused("این سرستون دیگر در فهرست نیست.", "This header is no longer in the list.")
    about = _about(known.dataset, known.unit)
    policy.require(actor, "advance.give", about)
    if known.by_id == actor.pk:
        raise DeskRefused(
            "ستون‌های این پرونده را خودتان تعیین کرده‌اید؛ کس دیگری باید تأیید کند.",
            "You said what these columns are; somebody else has to approve.",
        )
    most = dataset.in_advance.longest_days
    if not 1 <= days <= most:
        raise DeskRefused(
            "تعداد روزها از ۱ تا {most} باشد.", "The number of days is from 1 to {most}.", field=f"days-{header}"
        ).format(most=most)
    now = city.current().clock.now()
    with transaction.atomic():
        advance = AdvanceApproval.objects.create(
            by=actor, given_at=now, until=now + timedelta(days=days), **_bound(known, dataset)
        )
        audit.record(actor, "advance.give", about, advance=advance.pk, days=days, header=f"h-{known.fingerprint[:16]}")
    return advance


def revoke(actor: User, key: int) -> None:
    """End a yes in advance; what it approved and is not sealed yet is then short of it."""
    with transaction.atomic():
        advance = AdvanceApproval.objects.select_for_update().filter(pk=key).first()
        if advance is None:
            raise DeskRefused("چنین تأییدی نیست.", "There is no such approval.")
        about = _about(advance.dataset, advance.unit)
        policy.require(actor, "advance.revoke", about)
        if advance.revoked_at is None:
            advance.revoked_at, advance.revoked_by = city.current().clock.now(), actor
            advance.save(update_fields=["revoked_at", "revoked_by"])
            audit.record(actor, "advance.revoke", about, advance=advance.pk)


def use(key: UUID | str) -> Label | None:
    """Put the yeses given in advance to a submission that came by itself and waits; None when it goes out.

    Otherwise what stands in the way, and it waits for people like any other. Whether each of the yeses holds is asked
    again when it is sealed.
    """
    submission = Submission.objects.get(pk=key)
    if (reason := _reason(submission)) is not None:
        return reason
    with transaction.atomic():
        current = Submission.objects.select_for_update().get(pk=key)
        if current.state != SubmissionState.SENT or current.digest != submission.digest or not current.by_machine:
            return MEANWHILE
        able = _able(current)
        if len(able) < needed(current):
            return TOO_FEW
        now, reviewed = city.current().clock.now(), reviewed_digest(current)
        for advance in able[: needed(current)]:
            about = {"digest": current.digest, "reviewed_digest": reviewed}
            current.approvals.get_or_create(by=advance.by, **about, defaults={"at": now, "advance": advance})
            audit.record(
                None, "advance.use", subject(current), advance=advance.pk, by=advance.by_id, digest=current.digest
            )
        current.state, current.work = SubmissionState.APPROVED, TaskState.WAITING
        current.inputs += 1
        current.revision += 1
        current.changed_at = now
        current.save()
        publish.enqueue(str(current.pk), current.inputs)
    return None


MEANWHILE: Final = Label("کسی در این میان روی آن کار کرده است.", "Somebody has worked on it meanwhile.")
TOO_FEW: Final = Label(
    "تأیید از پیش کافی برای این سرستون و تعریف داده نیست.",
    "There are not enough approvals in advance for this header and declaration.",
)
NOT_DECLARED: Final = Label(
    "تعریف این داده انتشار با تأیید از پیش را نخواسته است.",
    "The dataset does not declare publication on approvals given in advance.",
)
NOT_CLEAN: Final = Label(
    "اشکال، هشدار یا کار دستی دارد.", "It has issues or warnings, or somebody put something right in it."
)
UNBALANCED: Final = Label("با آن موازنه‌ای برقرار نیست.", "A balance fails with it.")
NOTHING_BEFORE: Final = Label(
    "پیش از این چیزی برای سنجش منتشر نشده است.", "Nothing was published before to compare with."
)


def _reason(submission: Submission) -> Label | None:
    """Why a submission may not go out on yeses in advance; None where nothing stands in the way but their number."""
    dataset = dataset_of(submission)
    terms = dataset.in_advance
    if terms is None:
        return NOT_DECLARED
    if not _clean(submission, terms):
        return NOT_CLEAN
    waiting = find_pending(city.current().publish_context, dataset, submission.draft)
    if any(trial.worse for trial in stored_trials(city.current().reconciler(submission.dataset), waiting)):
        return UNBALANCED
    percent = _change(submission, waiting)
    if percent is None:
        return NOTHING_BEFORE
    if percent > terms.change_percent:
        most = terms.change_percent
        return Label(
            "ردیف‌ها یا جمع‌ها نسبت به انتشار پیش از آن بیش از {most}٪ تغییر دارد.",
            "Rows or sums change by more than {most}% against the release before.",
        ).format(most=most)
    return None if len(_able(submission)) >= needed(submission) else TOO_FEW


def _clean(submission: Submission, terms: InAdvance) -> bool:
    """Whether nothing was found, mended, left out or waived that a person should look at."""
    issues = issues_of(submission)
    if issues is None or not submission.by_machine or submission.waivers.exists():
        return False
    if submission.steps.filter(undone_at=None).exclude(kind__in=("file", "columns")).exists():
        return False
    disturbing = [cause for cause in issues.causes if cause.severity != "info" and cause.code not in terms.harmless]
    return not disturbing and not (submission.difference or {}).get("needs_note")


def _change(submission: Submission, pending: PendingDraft) -> Decimal | None:
    """By how many percent rows and sums differ from what was published before; None where there was nothing."""
    difference = submission.difference or {}
    current = city.current().release_store.current(submission.dataset)
    if submission.period in current:
        stood = difference["changed"] + difference["removed"] + difference["same"]
        moved = max(difference["changed"] + difference["removed"], difference["added"])
        return max(Decimal(difference["most"]), _HUNDRED * moved / stood if stood else _HUNDRED)
    before = [period for period in current if parse(period) < parse(submission.period)]
    if not before:
        return None
    facts = current[max(before, key=parse)].manifest["ayan"]
    pairs = [(Decimal(pending.draft.rows), Decimal(facts["rows"]))]
    totals = pending.draft.facts.totals
    pairs += [(Decimal(totals[name]), Decimal(was)) for name, was in facts["totals"].items() if name in totals]
    return max(_percent(now, was) for now, was in pairs)


def _percent(now: Decimal, was: Decimal) -> Decimal:
    if not was:
        # Out of nothing comes any amount.
        return Decimal("Infinity") if now else Decimal(0)
    return abs(now - was) * _HUNDRED / abs(was)


def _able(submission: Submission) -> list[AdvanceApproval]:
    """The yeses in advance that hold for exactly this file, one for each person who may still approve it."""
    inputs = inputs_of(submission.steps.all())
    if inputs.choice is None:
        return []
    try:
        header = header_fingerprint(inputs.folder.table())
    except LookupError:
        return []
    rows = AdvanceApproval.objects.filter(
        dataset=submission.dataset,
        unit=submission.unit,
        header=header,
        choice=choice_digest(inputs.choice.as_json()),
        revoked_at=None,
    ).select_related("by")
    about = subject(submission)
    able: dict[int, AdvanceApproval] = {}
    for advance in rows.order_by("given_at", "pk"):
        if holds(advance) and policy.can(advance.by, "submission.approve", about):
            able.setdefault(advance.by_id, advance)
    return list(able.values())


def _bound(known: KnownHeader, dataset: Dataset) -> dict[str, str]:
    return {
        "dataset": known.dataset,
        "unit": known.unit,
        "declaration": dataset.digest,
        "header": known.fingerprint,
        "choice": choice_digest(known.columns),
    }


def _about(dataset: str, unit: str) -> Subject:
    return Subject("advance", dataset, unit, dataset)


def _declared(slug: str) -> Dataset | None:
    try:
        return city.current().registry.get(slug)
    except KeyError:
        return None
