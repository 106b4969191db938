"""One submission in the hands of one officer: found if they may see it, locked while they act; whose unit it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.crypto import salted_hmac

from ayan.apps.accounts import audit, policy
from ayan.apps.accounts.models import Act, Duty, Grant, Unit, User
from ayan.apps.accounts.policy import Subject
from ayan.apps.accounts.roles import POLICY, ROLES, Role
from ayan.apps.desk.models import AdvanceApproval, Override, Submission, SubmissionApproval, SubmissionStep, Waiver
from ayan.apps.desk.refusals import MovedByYourself, SubmissionClosed, SubmissionMoved
from ayan.core.schema.definition import Dataset
from ayan.core.store.objects import NotInStore
from ayan.core.store.release import Release
from ayan.core.values.canonical import Json, canonical_json, sha256_hex
from ayan.core.values.locale import PERSIAN
from ayan.ui import contract
from ayan.wiring import city

ACTED: Final = "submission acted"
"""Somebody has acted on a submission; the subject is the number of the act in the audit trail."""
CHANGING: Final = frozenset({"submission.edit", "submission.send"})
"""The acts by which an officer gets a hand in a submission."""


class Permissions:
    """What one officer may do with one submission; whatever has to be asked of the database for it is asked once.

    To be thrown away with the page or the act it was made for.
    """

    def __init__(self, actor: policy.Actor, submission: Submission) -> None:
        self._actor, self._submission = actor, submission
        self._reach = policy.Reach(actor, submission.unit, submission.dataset)
        self._subjects = SubjectParts(submission)

    @classmethod
    def of_many(cls, actor: policy.Actor, submissions: Sequence[Submission]) -> dict[UUID, Permissions]:
        """What an officer may do with each of many submissions, by its key; all are asked about at once."""
        reaches: dict[tuple[str, str], policy.Reach] = {}
        parts = SubjectParts.of_many(submissions)
        by_submission: dict[UUID, Permissions] = {}
        for submission in submissions:
            place = (submission.unit, submission.dataset)
            by_submission[submission.pk] = permissions = cls(actor, submission)
            permissions._reach = reaches.setdefault(place, permissions._reach)
            permissions._subjects = parts[submission.pk]
        return by_submission

    def may(self, verb: str) -> bool:
        """Whether the officer may do something to the submission."""
        return self._reach.can(verb, self._subjects.of(verb))

    def require(self, verb: str) -> Subject:
        """The submission as the subject of an act; raises Denied unless the officer may do it."""
        about = self._subjects.of(verb)
        if not self._reach.can(verb, about):
            raise policy.Denied(self._actor, verb, about)
        return about


class SubjectParts:
    """A submission as policy and audit speak of it; who had a hand in it may not judge it.

    Who waived a privacy hit, or overrode a balance, may do the same with the next one, and judge nothing else of it.
    """

    def __init__(self, submission: Submission) -> None:
        self._submission = submission

    @classmethod
    def of_many(cls, submissions: Sequence[Submission]) -> dict[UUID, SubjectParts]:
        """The same of many submissions, by their keys, with one question for each kind of hand."""
        by_submission = {submission.pk: cls(submission) for submission in submissions}
        hands, waived, overrode = ({key: set[int]() for key in by_submission} for _ in range(3))
        within = {"submission__in": list(by_submission)}
        of_steps = SubmissionStep.objects.filter(**within).values_list("submission", "by_id")
        of_people = Submission.contributors.through.objects.filter(**within).values_list("submission_id", "user_id")
        for key, who in (*of_steps, *of_people):
            hands[key].add(who)
        for people, kind in ((waived, Waiver), (overrode, Override)):
            for key, who in kind.objects.filter(**within).values_list("submission", "by_id"):
                people[key].add(who)
        for key, parts in by_submission.items():
            parts._hands = frozenset({parts._submission.started_by_id, *hands[key]})
            parts._waived, parts._overrode = frozenset(waived[key]), frozenset(overrode[key])
        return by_submission

    @cached_property
    def _hands(self) -> frozenset[int]:
        submission = self._submission
        changed = {
            *submission.contributors.values_list("pk", flat=True),
            *submission.steps.values_list("by_id", flat=True),
        }
        return frozenset({submission.started_by_id, *changed})

    @cached_property
    def _waived(self) -> frozenset[int]:
        return frozenset(self._submission.waivers.values_list("by_id", flat=True))

    @cached_property
    def _overrode(self) -> frozenset[int]:
        return frozenset(self._submission.overrides.values_list("by_id", flat=True))

    def of(self, verb: str = "") -> Subject:
        """The subject of a verb."""
        submission, contributors = self._submission, self._hands
        if verb != "privacy.waive":
            contributors |= self._waived
        if verb != "balance.override":
            contributors |= self._overrode
        return Subject(
            "submission",
            submission.id.hex,
            submission.unit,
            submission.dataset,
            submission.sent_by_id,
            contributors,
        )


def subject(submission: Submission, verb: str = "") -> Subject:
    """A submission as policy and audit speak of it, asked for a single verb."""
    return SubjectParts(submission).of(verb)


def dataset_of(submission: Submission) -> Dataset:
    """The declaration that a submission is read by; Http404 where the city no longer declares it."""
    try:
        return city.current().registry.get(submission.dataset)
    except KeyError:
        raise Http404 from None


def visible_submission(actor: policy.Actor, key: UUID | str, verb: str = "submission.view") -> Submission:
    """The submission, if the actor may see it; Http404 alike for one that is not there and one that is not theirs."""
    submission = Submission.objects.filter(pk=key).first()
    if submission is None or not Permissions(actor, submission).may(verb):
        raise Http404
    return submission


@contextmanager
def acting_on(
    actor: User, key: UUID | str, verb: str, expected_revision: int | None = None, **facts: Any
) -> Iterator[Submission]:
    """The submission, locked, for one act: permission, change and audit line stand or fall together.

    ``expected_revision`` is the revision on the page from which the act comes. Raises Http404, Denied, and
    SubmissionMoved when somebody else has acted since.
    """
    with transaction.atomic():
        submission = Submission.objects.select_for_update().filter(pk=key).first()
        if submission is None or not (permissions := Permissions(actor, submission)).may("submission.view"):
            raise Http404
        about = permissions.require(verb)
        if expected_revision is not None and submission.revision != expected_revision:
            last = Act.objects.filter(subject=str(subject(submission))).order_by("-number").first()
            raise MovedByYourself if last is not None and last.actor_id == actor.pk else SubmissionMoved
        yield submission
        submission.revision += 1
        submission.changed_at = city.current().clock.now()
        submission.save()
        if verb in CHANGING:
            submission.contributors.add(actor)
        act = audit.record(actor, verb, about, state=submission.state, period=submission.period, **facts)
        contract.announce(ACTED, str(act.number))


def add_step(submission: Submission, actor: User, kind: str, payload: dict[str, Any]) -> SubmissionStep:
    """Write down one more step of a submission that is held and may still be changed."""
    if not submission.takes_data:
        raise SubmissionClosed
    last = submission.steps.order_by("-number").values_list("number", flat=True).first() or 0
    return submission.steps.create(number=last + 1, kind=kind, payload=payload, by=actor, at=city.current().clock.now())


def reviewed_digest(submission: Submission) -> str:
    """What an approver sees, as one digest: the content, the sender's note, and the letter by its own digest."""
    read: dict[str, Json] = {"content": submission.digest, "note": submission.note, "letter": submission.letter}
    if submission.kind == "data" and submission.code:
        read["reason"] = [submission.code, submission.why]
    if submission.publish_on is not None:
        read["day"] = submission.publish_on.isoformat()
    return sha256_hex(canonical_json(read))


def valid_approvals(submission: Submission, asked: User | None = None) -> list[SubmissionApproval]:
    """The yeses to exactly what is there now, in their order, of those who may still give them.

    One that follows from a yes in advance counts only while that one does. ``asked`` is somebody of whom it is known
    at this moment that they may.
    """
    given = submission.approvals.filter(
        digest=submission.digest, reviewed_digest=reviewed_digest(submission)
    ).select_related("by", "advance")
    approvals = list(given.order_by("at", "id"))
    others = [yes.by for yes in approvals if asked is None or yes.by_id != asked.pk]
    able = policy.able(others, "submission.approve", subject(submission)) if others else set()
    if asked is not None:
        able.add(asked.pk)
    return [yes for yes in approvals if yes.by_id in able and (yes.advance is None or holds(yes.advance))]


def holds(advance: AdvanceApproval) -> bool:
    """Whether a yes in advance still holds: not revoked, not over, and the dataset declared as it was."""
    current_city = city.current()
    try:
        declared = current_city.registry.get(advance.dataset)
    except KeyError:
        return False
    in_time = advance.revoked_at is None and current_city.clock.now() < advance.until
    return in_time and declared.in_advance is not None and declared.digest == advance.declaration


def keyed(what: str, digest: str) -> str:
    """A digest as the audit trail keeps it: by the city's secret, so that nobody else can confirm a guess with it."""
    return f"h-{salted_hmac(f'ayan.desk.{what}', digest, algorithm='sha256').hexdigest()[:32]}"


CITY: Final = ""
"""The unit of what belongs to none: only a grant for the whole city reaches it."""


def unit_of(dataset: str) -> str:
    """The unit that owes a dataset; where the calendar names none, the one that published it last; else the city."""
    duty = Duty.objects.filter(dataset=dataset).select_related("unit").first()
    if duty is not None:
        return str(duty.unit.slug)
    published = Submission.objects.filter(dataset=dataset, kind="data").exclude(release="")
    last = published.order_by("-sealed_at").values_list("unit", flat=True).first()
    return last or CITY


def unit_of_release(ref: str) -> str:
    """The unit whose submission was published as this release; else that of its dataset."""
    unit = Submission.objects.filter(release=ref, kind="data").values_list("unit", flat=True).first()
    return unit if unit is not None else unit_of(ref.partition("/")[0])


def unit_for(actor: User, verb: str, dataset: str) -> str:
    """The unit in which an officer acts on a dataset: its own, or that of a grant which names this very dataset.

    A grant for every dataset of a unit reaches those that belong to the unit, and no others.
    """
    own = unit_of(dataset)
    if own != CITY:
        return own
    named = Grant.objects.filter(user=actor, dataset=dataset, role__in=POLICY[verb].roles).select_related("unit")
    units = {grant.unit.slug if grant.unit else CITY for grant in named}
    return units.pop() if len(units) == 1 else CITY


def about_dataset(actor: User, verb: str, dataset: str) -> Subject:
    """A dataset as the subject of an officer's act."""
    return Subject("dataset", dataset, unit_for(actor, verb, dataset), dataset)


def about_release(actor: User, verb: str, ref: str) -> Subject:
    """A release as the subject of an officer's act."""
    dataset = ref.partition("/")[0]
    return Subject("release", ref, unit_of_release(ref) or unit_for(actor, verb, dataset), dataset)


def release_of(ref: str) -> Release | None:
    """The release that ``slug/period/number`` names; None where there is none."""
    slug, period, number = ref.split("/")
    try:
        return city.current().release_store.release(slug, period, int(number))
    except (NotInStore, ValueError):
        return None


SOURCE: Final = "منبع خودکار"
ORDINALS: Final = ("", " دوم", " سوم", " چهارم", " پنجم", " ششم", " هفتم", " هشتم", " نهم", " دهم")


def sender_name(submission: Submission) -> str:
    """How the sender of a submission is named in its manifest: by post, or as a source where nobody touched it."""
    return _of_unit(SOURCE, submission.unit) if submission.by_machine else _named(Role.CLERK, submission.unit)


def approver_names(submission: Submission, people: int) -> list[str]:
    """How so many approvers are named: each by a name of its own, so that they can be counted."""
    name = _named(Role.APPROVER, submission.unit)
    post, mark, unit = name.partition("،")
    return [f"{post}{ORDINALS[position]}{mark}{unit}" for position in range(people)]


def taker_name(submission: Submission) -> str:
    """How whoever took a release back is named in its tombstone: by the post that they hold."""
    actor = submission.taken_back_by
    if actor is not None and actor.grants.filter(role=Role.APPROVER).exists():
        return approver_names(submission, 1)[0]
    return sender_name(submission)


def _named(role: Role, unit: str) -> str:
    return _of_unit(ROLES[role].fa, unit)


def _of_unit(who: str, unit: str) -> str:
    known_unit = Unit.objects.filter(slug=unit).first() if unit else None
    where = known_unit.name_fa if known_unit else city.current().profile.name.fa
    return PERSIAN.comma.join((who, where))
