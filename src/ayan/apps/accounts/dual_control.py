"""What no administrator does alone, and when one is enough: before anything is published, and on the machine itself.

Whoever gives somebody a new link can use it, and so act in that name. An administrator alone could approve what a
clerk of theirs sent, waive what the guard held, and read the trail of it. So links and roles of `STRONG` need a second
pair of eyes.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from ayan.apps.accounts.forms import AccountRefused
from ayan.apps.accounts.limits import LONGEST_REASON
from ayan.apps.accounts.models import Grant, User
from ayan.apps.accounts.roles import STRONG, Role
from ayan.core.values.label import Label
from ayan.ui.value_html import plain_number
from ayan.wiring import city


class AskedChange(Protocol):
    """What was asked for and is not carried out yet: refused or not, done when, until and not before which moment."""

    refused: bool
    done_at: datetime | None
    until: datetime
    not_before: datetime | None


class Stage(StrEnum):
    """How far a request is."""

    WAITING = "waiting"  # for a second administrator
    DELAYED = "delayed"  # nobody is there to confirm it: for its time, within which it can be refused
    READY = "ready"  # to be carried out by whoever asked
    DONE = "done"
    REFUSED = "refused"
    OVER = "over"  # nobody saw to it in time


OPEN = frozenset({Stage.WAITING, Stage.DELAYED, Stage.READY})
"""As long as a request can still be refused."""


def stage_of(asked: AskedChange, now: datetime, *, confirmed: bool = False) -> Stage:
    """How far it is at a moment; what is ``confirmed`` and not done waits for nobody but whoever asked."""
    if asked.refused:
        return Stage.REFUSED
    if asked.done_at is not None:
        return Stage.DONE
    if asked.until <= now:
        return Stage.OVER
    if confirmed:
        return Stage.READY
    if asked.not_before is None:
        return Stage.WAITING
    return Stage.READY if asked.not_before <= now else Stage.DELAYED


class SecondNeeded(AccountRefused):
    """One administrator is not enough for this: it has to be asked for."""

    code = "second-administrator-needed"
    fa = "این کار تأیید مدیر دوم می‌خواهد."
    en = "This needs the confirmation of a second administrator."
    status = 409

    def __init__(self) -> None:
        super().__init__(self.label)


def holds_strong(whom: User) -> bool:
    """Whether a person holds a role of which nobody is to take the place unseen."""
    return Grant.objects.filter(user=whom, role__in=STRONG).exists()


def check_alone(actor: User | None, *, strong: bool) -> dict[str, str]:
    """Why one is enough, as the trail tells it; nothing where nothing strong is touched. SecondNeeded where it is not.

    The command speaks with the operator's right. Until the first release is sealed there is nothing to be falsified,
    and a city has to begin with somebody.
    """
    if not strong:
        return {}
    if actor is None:
        return {"alone": "machine"}
    if not _anything_sealed():
        return {"alone": "nothing-sealed"}
    raise SecondNeeded


def others(actor: User, concerned: frozenset[int]) -> list[User]:
    """The administrators who could confirm what ``actor`` asks for the people ``concerned`` (their ids)."""
    held = Grant.objects.filter(role=Role.ADMINISTRATOR, unit=None)
    people = User.objects.filter(is_active=True, machine=False, grants__in=held)
    return list(people.exclude(pk__in={actor.pk, *concerned}).distinct().order_by("pk"))


def reason_of_refusal(text: str, *, own: bool) -> str:
    """The reason with which something asked for is refused; one's ``own`` needs none. AccountRefused for a bad one."""
    words = text.strip()
    if not own and not words:
        raise AccountRefused(Label("دلیل را بنویسید.", "Write the reason."), "reason")
    if len(words) > LONGEST_REASON:
        raise AccountRefused(
            Label("دلیل حداکثر {most} نویسه باشد.", "The reason has {most} characters at most.").filled(
                lambda lang: {"most": plain_number(LONGEST_REASON, lang)}
            ),
            "reason",
        )
    return words


def _anything_sealed() -> bool:
    store = city.current().release_store
    return bool(store.datasets())
