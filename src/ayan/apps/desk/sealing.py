"""The acts after which the public sees something else: sealing what was approved, taking it back, withdrawing it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django_tasks import TaskContext, task

from ayan.apps.accounts import audit, policy
from ayan.apps.accounts.models import User
from ayan.apps.desk import afterwards, balances
from ayan.apps.desk.chosen import chosen
from ayan.apps.desk.holding import dataset_of, found, held, standing, subject
from ayan.apps.desk.limits import MOST_TRIES
from ayan.apps.desk.models import Approval as Yes
from ayan.apps.desk.models import State, Submission, Work
from ayan.apps.desk.naming import approver_names, taker_name
from ayan.apps.desk.refusals import DeskRefused, SubmissionClosed
from ayan.core.release import submission as parcels
from ayan.core.release.approval import ReleaseRefused
from ayan.core.release.seal import withdraw
from ayan.core.release.waiting import find_waiting, seal_waiting, take_back_until
from ayan.core.store.manifest import Approval
from ayan.core.store.shelf import NotOnShelf, Release
from ayan.core.values.canonical import canonical_json, sha256_hex
from ayan.core.values.label import Label
from ayan.wiring import city


@task(takes_context=True, priority=50)
def publish(context: TaskContext, key: str, inputs: int) -> None:
    """Do what was approved: seal a submission, or withdraw the release that it speaks of.

    Begun again after it was cut short, it first looks whether the act has taken effect.
    """
    waiting = Submission.objects.filter(pk=key, inputs=inputs, state=State.APPROVED)
    if not waiting.update(work=Work.RUNNING, stage="index", share=None):
        return
    if context.attempt > MOST_TRIES:
        waiting.update(work=Work.FAILED, trouble={"code": "killed-sealing"})
        return
    one = waiting.get()
    try:
        release = _withdrawn(one) if one.kind == "withdrawal" else _sealed(one)
    except ReleaseRefused as refusal:
        _bring_back(one, refusal)
        return
    except BaseException:
        waiting.update(work=Work.FAILED, trouble={"code": "trouble"})
        raise
    _finish(one, release)


def _sealed(one: Submission) -> Release:
    """The release that the approved draft became, sealed now unless it already was."""
    place = city.current().workplace
    if (there := _on_shelf(one)) is not None:
        return there
    people = standing(one)
    names = approver_names(one, len(people))
    approvals = [_stated(name, given) for name, given in zip(names, people, strict=True)]
    waiting = find_waiting(place, dataset_of(one), one.draft)
    return seal_waiting(place, waiting, approvals, judge=lambda: balances.judge(one, waiting))


def _stated(name: str, given: Yes) -> Approval:
    """An approval as the manifest tells it; of one given in advance also when that was and until when it holds."""
    if given.advance is None:
        return Approval(name, given.at, "desk", given.digest)
    return Approval(name, given.at, "advance", given.digest, (given.advance.given_at, given.advance.until))


def _on_shelf(one: Submission) -> Release | None:
    """The release of exactly this content: the trace of an earlier try. No two drafts have the same digest."""
    for release in city.current().shelf.releases(one.dataset):
        if release.period == one.period and release.manifest["ayan"].get("content") == one.digest:
            return release
    return None


def _withdrawn(one: Submission) -> Release:
    place = city.current().workplace
    release = release_of(one.withdraws)
    if release is None:
        raise ReleaseRefused("draft-gone", Label("این انتشار دیگر نیست.", "The release is no more."))
    needed = max(1, dataset_of(one).approvals)
    if one.digest != withdrawal_digest(one.withdraws, release.digest, one.code) or len(standing(one)) < needed:
        raise ReleaseRefused(
            "approved-otherwise",
            Label(
                "تأییدها از آنِ همین برداشتن نیست. دوباره برای تأیید بفرستید.",
                "The approvals are not of this withdrawal. Send it for approval again.",
            ),
        )
    if not release.withdrawn:
        withdraw(place, release, one.code, approver_names(one, 1)[0])
    return release


def withdrawal_digest(ref: str, manifest: str, code: str) -> str:
    """What approvals of a withdrawal bind to."""
    return sha256_hex(canonical_json({"withdraw": ref, "manifest": manifest, "code": code}))


def release_of(ref: str) -> Release | None:
    """The release that ``slug/period/number`` names; None where there is none."""
    slug, period, number = ref.split("/")
    try:
        return city.current().shelf.release(slug, period, int(number))
    except (NotOnShelf, ValueError):
        return None


def _finish(one: Submission, release: Release) -> None:
    """Write down that the act has taken effect, and let go of what was needed for it."""
    place = city.current().workplace
    with transaction.atomic():
        done = Submission.objects.select_for_update().get(pk=one.pk)
        if done.state != State.APPROVED:
            return
        done.state, done.work, done.stage, done.trouble = State.PUBLISHED, Work.IDLE, "", None
        done.release, done.sealed_at = release.ref, city.current().clock.now()
        done.revision += 1
        done.changed_at = done.sealed_at
        done.save()
        verb = "release.withdraw" if one.kind == "withdrawal" else "release.publish"
        audit.record(None, verb, subject(done), release=release.ref)
    afterwards.tell(str(one.pk))
    held_file = chosen(one.steps.all()).file
    if held_file:
        parcels.Submission.opened(place, held_file).discard()


def _bring_back(one: Submission, refusal: ReleaseRefused) -> None:
    """What was approved can no longer be done as it was seen: its sender gets it back, with the reason."""
    with transaction.atomic():
        now = city.current().clock.now()
        back = Submission.objects.select_for_update().get(pk=one.pk)
        if back.state != State.APPROVED:
            return
        back.state, back.work, back.trouble = (
            State.RETURNED,
            Work.FAILED,
            {
                "code": refusal.code,
                "fa": refusal.fa,
                "en": refusal.en,
            },
        )
        back.revision += 1
        back.changed_at = now
        back.approvals.all().delete()
        back.save()
        audit.record(None, "release.refused", subject(back), reason=refusal.code)
    afterwards.tell(str(one.pk))


def seal_again(actor: User, key: UUID, seen: int) -> None:
    """Try once more to seal what was approved and could not be sealed."""
    verb = (
        "submission.approve"
        if policy.can(actor, "submission.approve", subject(found(actor, key)))
        else "submission.send"
    )
    with held(actor, key, verb, seen) as one:
        if one.state != State.APPROVED or one.work != Work.FAILED:
            raise SubmissionClosed
        one.inputs += 1
        one.work, one.trouble = Work.WAITING, None
        publish.enqueue(str(one.id), one.inputs)


def undo_publication(actor: User, key: UUID) -> None:
    """Take back within ten minutes what was published by mistake; the log says so for ever."""
    with held(actor, key, "release.take-back") as one:
        if not can_take_back(one):
            raise DeskRefused(
                "مهلت پس گرفتن گذشته است. اکنون می‌توان آن را اصلاح کرد یا برداشتن آن را خواست.",
                "The time for taking back is over. It can be corrected now, or its withdrawal asked for.",
            )
        one.state, one.work, one.taken_back_by = State.TAKEN_BACK, Work.WAITING, actor
        retract.enqueue(str(one.id))


@task(takes_context=True, priority=60)
def retract(context: TaskContext, key: str) -> None:
    """Withdraw what was taken back in time, however late this runs."""
    taken = Submission.objects.filter(pk=key, state=State.TAKEN_BACK)
    one = taken.get()
    if context.attempt > MOST_TRIES:
        taken.update(work=Work.FAILED, trouble={"code": "killed-sealing"})
        return
    try:
        release = release_of(one.release)
        if release is not None and not release.withdrawn:
            withdraw(city.current().workplace, release, "taken-back", taker_name(one))
    except BaseException:
        taken.update(work=Work.FAILED, trouble={"code": "trouble"})
        raise
    taken.update(work=Work.IDLE, trouble=None)


def take_back_again(actor: User, key: UUID, seen: int) -> None:
    """Try once more to withdraw what was taken back and still stands."""
    with held(actor, key, "release.take-back", seen) as one:
        if one.state != State.TAKEN_BACK or one.work != Work.FAILED:
            raise SubmissionClosed
        one.work, one.trouble = Work.WAITING, None
        retract.enqueue(str(one.id))


@task
def retract_left() -> None:
    """Ask again for the withdrawal of everything that was taken back and still stands."""
    for key in Submission.objects.filter(state=State.TAKEN_BACK).exclude(work=Work.IDLE).values_list("pk", flat=True):
        retract.enqueue(str(key))


def can_take_back(one: Submission) -> bool:
    """Whether the ten minutes are not over."""
    release = release_of(one.release) if one.release and one.kind == "data" else None
    if one.state != State.PUBLISHED or release is None or release.withdrawn:
        return False
    return city.current().clock.now() < take_back_until(release)
