"""What is due, by unit: the promises of the declarations, and who sees to each of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from ayan.apps.accounts import audit, policy
from ayan.apps.accounts.models import Duty, Unit, User
from ayan.apps.accounts.policy import Subject, require
from ayan.apps.accounts.refusals import AccountRefused
from ayan.core.release.due import Due, due
from ayan.core.schema.definition import Dataset
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.wiring import city


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the calendar: a dataset, what is due of it, and who sees to it."""

    dataset: Dataset
    due: tuple[Due, ...]
    duty: Duty | None
    today: date

    @property
    def next(self) -> Due | None:
        """What is wanted first: the oldest that is late, else the next."""
        return self.due[0] if self.due else None

    @property
    def late(self) -> int:
        """How many days late."""
        return self.due[0].late(self.today) if self.due else 0

    @property
    def missing(self) -> int:
        """How many are late."""
        return sum(bool(one.late(self.today)) for one in self.due)

    @property
    def left(self) -> int:
        """How many days are left; negative where it is late."""
        return (self.due[0].on - self.today).days if self.due else 0


def lines() -> list[Line]:
    """Every declared dataset with what is due of it, the most urgent first."""
    here = city.current()
    now = today(here.clock)
    held = {one.dataset: one for one in Duty.objects.select_related("unit", "owner", "deputy")}
    found = [Line(one, tuple(due(one, here.shelf, now)), held.get(one.slug), now) for one in here.registry.all()]
    return sorted(found, key=lambda one: (one.next.on if one.next else date.max, one.dataset.slug))


def seen_by(actor: User) -> list[Line]:
    """The lines that an officer may see: those of the units and datasets of their grants."""
    return [one for one in lines() if policy.can(actor, "due.view", subject_of(one))]


def own(actor: User) -> list[Line]:
    """The lines that an officer sees to, as owner or as deputy."""
    return [one for one in lines() if one.duty and actor.pk in (one.duty.owner_id, one.duty.deputy_id)]


def subject_of(line: Line) -> Subject:
    """The dataset as the subject of a verb, in the unit that owes it."""
    return Subject("dataset", line.dataset.slug, line.duty.unit.slug if line.duty else "", line.dataset.slug)


def candidates(unit: Unit) -> list[User]:
    """Who may be owner or deputy in a unit: whoever has a role that reaches it."""
    everybody = User.objects.filter(is_active=True, machine=False, grants__isnull=False).distinct().order_by("name")
    return [one for one in everybody if policy.can(one, "due.view", Subject("unit", unit.slug, unit.slug))]


def assign(actor: User, slug: str, unit: Unit | None, owner: User | None, deputy: User | None) -> None:
    """Say which unit owes a dataset and who sees to it; both the old and the new unit must be the actor's to manage."""
    if slug not in {one.slug for one in city.current().registry.all()}:
        raise AccountRefused(Label("چنین داده‌ای اعلام نشده است.", "No such dataset is declared."), "dataset")
    with transaction.atomic():
        held = Duty.objects.select_for_update().select_related("unit").filter(dataset=slug).first()
        require(actor, "due.manage", Subject("dataset", slug, held.unit.slug if held else "", slug))
        if unit is None:
            raise AccountRefused(Label("واحد را برگزینید.", "Choose a unit."), "unit")
        require(actor, "due.manage", Subject("dataset", slug, unit.slug, slug))
        able = candidates(unit)
        if any(one is not None and one not in able for one in (owner, deputy)):
            raise AccountRefused(
                Label("مسئول و جانشین باید در همان واحد نقشی داشته باشند.", "Both must have a role in that unit."),
                "owner",
            )
        if owner is not None and owner == deputy:
            raise AccountRefused(Label("جانشین کس دیگری باشد.", "The deputy must be somebody else."), "deputy")
        Duty.objects.update_or_create(dataset=slug, defaults={"unit": unit, "owner": owner, "deputy": deputy})
        audit.record(
            actor,
            "due.manage",
            Subject("dataset", slug, unit.slug, slug),
            owner=owner.pk if owner else None,
            deputy=deputy.pk if deputy else None,
        )
