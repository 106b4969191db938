"""Whose desk a case is on while its officer is away: that of whoever stands in for them; and what units do to cases."""

from __future__ import annotations

from django.db.models import Q

from ayan.apps.accounts.forms import AccountRefused
from ayan.apps.accounts.models import Grant, User
from ayan.apps.counter.models import Case, PublishTask
from ayan.core.casework.case_words import CaseStage
from ayan.core.values.label import Label


def stood_in_for(actor: User) -> frozenset[int]:
    """The officers for whom somebody stands in today."""
    held = Grant.objects.filter(user=actor).exclude(stands_in_for=None)
    return frozenset(held.values_list("stands_in_for", flat=True))


def on_desk_of(actor: User) -> Q:
    """The cases on an officer's own desk, and on those of whomever they stand in for."""
    return Q(holder_id__in={actor.pk, *stood_in_for(actor)})


def on_no_desk() -> Q:
    """The cases that nobody has taken, or whose officer has left."""
    return Q(holder=None) | Q(holder__is_active=False)


def unit_merged(subject: str) -> None:
    """Let the cases of one unit go on in the one that takes its place."""
    old, new = subject.split(" ")
    Case.objects.filter(office=old).update(office=new)
    PublishTask.objects.filter(office=old).update(office=new)


def unit_ends(slug: str) -> None:
    """Raise AccountRefused where a unit still has open cases: nobody would see to them."""
    if Case.objects.filter(office=slug).exclude(stage=CaseStage.CLOSED).exists():
        raise AccountRefused(
            Label(
                "این واحد هنوز مورد بازی در پیشخان دارد. نخست آن‌ها را به واحد دیگری بسپارید، یا واحد را ادغام کنید.",
                "This unit still has open cases at the counter. Hand them over first, or merge the unit.",
            )
        )
