"""Changing what the city says of itself: alone before anything is published, with a second administrator from then on.

The file ``ayan.toml`` stays the form underneath: whoever edits it by hand goes on doing so, and a change that was asked
for before is then not carried out. What of it binds the city gets its leaf in the log, as after any change of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath

from django.db import transaction

from ayan.apps.accounts import audit, dual_control, policy
from ayan.apps.accounts.dual_control import OPEN, SecondNeeded, Stage, stage_of
from ayan.apps.accounts.limits import ALONE_DELAY, REQUEST_LASTS
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import CITY, Subject
from ayan.apps.profile import messages
from ayan.apps.profile.limits import LARGEST_FILE
from ayan.apps.profile.models import ProfileChange
from ayan.apps.profile.refusals import OneWaits, ProfileMoved, ProfileRefused
from ayan.core.system.files import folder_locked, write
from ayan.core.values.label import Label
from ayan.wiring import city
from ayan.wiring.profile import Profile
from ayan.wiring.profile_text import Path, changed

CHANGE, CONFIRM = "profile.change", "profile.confirm"
FILE = "ayan.toml"


def stage(change: ProfileChange) -> Stage:
    """How far a change is."""
    return stage_of(change, city.current().clock.now())


def subject(change: ProfileChange) -> Subject:
    """A change as the subject of an act: who asked for it does not confirm it."""
    return Subject("profile-change", str(change.pk), sender=change.asked_by_id)


def waiting() -> ProfileChange | None:
    """The change that waits for its decision; there is one at most."""
    return next(
        (each for each in ProfileChange.objects.filter(done_at=None, refused=False) if stage(each) in OPEN), None
    )


def text() -> str:
    """The city's file as it stands; empty where there is none."""
    path = _path()
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def ask(actor: User, values: Mapping[Path, str | None]) -> ProfileChange:
    """Change the file, or ask for it: carried out at once while nothing is published.

    Raises ProfileRefused where nothing would change and where the file would not hold, OneWaits, and Denied.
    """
    policy.require(actor, CHANGE, CITY)
    before = text()
    return propose(actor, before, _changed(before, values))


def propose(actor: User, before: str, after: str) -> ProfileChange:
    """Ask for a whole text in the place of another, as of an earlier version. Raises as `ask`."""
    policy.require(actor, CHANGE, CITY)
    _judge(after)
    if after == before:
        raise ProfileRefused(Label("چیزی تغییر نکرده است.", "Nothing is changed."))
    now = city.current().clock.now()
    with transaction.atomic():
        if waiting() is not None:
            raise OneWaits
        change = ProfileChange(asked_by=actor, asked_at=now, until=now + REQUEST_LASTS, before=before, after=after)
        try:
            alone = dual_control.check_alone(actor, strong=True)
        except SecondNeeded:
            seconds = dual_control.others(actor, frozenset())
            if not seconds:
                change.not_before = now + ALONE_DELAY
                change.until = change.not_before + REQUEST_LASTS
            change.save()
            audit.record(actor, CHANGE, subject(change), did="ask", delayed=not seconds)
            if seconds:
                messages.put(messages.WAITS, seconds, change)
            else:
                messages.put(messages.GOES_AHEAD, policy.holders("audit.view", CITY), change)
            return change
        change.done_at = now
        change.save()
        audit.record(actor, CHANGE, subject(change), did="change", **alone)
        _write(change)
    return change


def confirm(actor: User, change: ProfileChange) -> None:
    """Confirm and carry out what another administrator asked for. Raises ProfileMoved, and Denied."""
    policy.require(actor, CONFIRM, subject(change))
    with transaction.atomic():
        held = _held(change, Stage.WAITING, Stage.DELAYED, Stage.READY)
        now = city.current().clock.now()
        held.decided_by, held.decided_at, held.done_at = actor, now, now
        held.save()
        audit.record(actor, CONFIRM, subject(held), did="confirm")
        messages.put(messages.DECIDED, [held.asked_by], held)
        _write(held)


def carry_out(actor: User, change: ProfileChange) -> None:
    """Do what nobody was there to confirm, and nobody refused in time. Raises ProfileMoved, and Denied."""
    policy.require(actor, CHANGE, CITY)
    with transaction.atomic():
        held = _held(change, Stage.READY)
        if held.asked_by_id != actor.pk:
            raise ProfileRefused(
                Label("تنها کسی که درخواست داده آن را انجام می‌دهد.", "Only who asked for it carries it out.")
            )
        held.done_at = city.current().clock.now()
        held.save()
        audit.record(actor, CHANGE, subject(held), did="change", delayed=True)
        _write(held)


def may_refuse(actor: User, change: ProfileChange) -> bool:
    """Whether somebody may refuse a change: who asked takes it back, administrators and auditors object."""
    return actor.pk == change.asked_by_id or policy.can(actor, "people.object", CITY)


def refuse(actor: User, change: ProfileChange, reason: str) -> None:
    """Refuse a change that is not carried out yet, with a reason; one's own needs none. Raises as `confirm`."""
    if not may_refuse(actor, change):
        policy.require(actor, "people.object", CITY)
    words = dual_control.reason_of_refusal(reason, own=actor.pk == change.asked_by_id)
    with transaction.atomic():
        held = _held(change, *OPEN)
        held.refused, held.decided_by, held.decided_at = True, actor, city.current().clock.now()
        held.reason = words
        held.save()
        audit.record(actor, "people.object", subject(held), did="refuse")
        if actor.pk != held.asked_by_id:
            messages.put(messages.REFUSED, [held.asked_by], held)


def _held(change: ProfileChange, *stages: Stage) -> ProfileChange:
    held = ProfileChange.objects.select_for_update().get(pk=change.pk)
    if stage(held) not in stages:
        raise ProfileMoved
    return held


def _changed(before: str, values: Mapping[Path, str | None]) -> str:
    try:
        return changed(before, values)
    except ValueError:
        raise _broken() from None


def _judge(after: str) -> None:
    """Raise ProfileRefused for a text that the city could not be opened with."""
    if len(after.encode()) > LARGEST_FILE:
        raise ProfileRefused(Label("این متن برای مشخصات شهر بیش از اندازه است.", "This is too much for a profile."))
    try:
        Profile.of_text(after.encode(), _path())
    except ValueError:
        raise _broken() from None


def _broken() -> ProfileRefused:
    return ProfileRefused(
        Label(
            "پروندهٔ ayan.toml شهر درست نیست؛ کاربر سرور باید آن را با فرمان ayan doctor درست کند.",
            "The city's ayan.toml is not right; the operator mends it by what ayan doctor says.",
        )
    )


def _write(change: ProfileChange) -> None:
    """Put the text in its place, last of all: a file cannot be taken back with the rest."""
    path = _path()
    with folder_locked(path.parent):
        if text() != change.before:
            raise ProfileMoved
        write(path, change.after.encode())


def _path() -> FilePath:
    return city.current().home / FILE
