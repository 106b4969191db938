"""To which unit a dataset and a release belong: as the calendar and what was published say, never as a form does."""

from __future__ import annotations

from typing import Final

from ayan.apps.accounts.models import Duty, Grant, User
from ayan.apps.accounts.policy import Subject
from ayan.apps.accounts.verbs import POLICY
from ayan.apps.desk.models import Submission

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
