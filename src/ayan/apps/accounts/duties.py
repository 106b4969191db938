"""What is due, by unit: the promises of the declarations, and who sees to each of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from ayan.apps.accounts import audit, policy
from ayan.apps.accounts.forms import AccountRefused
from ayan.apps.accounts.models import Duty, Grant, Unit, User
from ayan.apps.accounts.policy import Subject, require
from ayan.apps.accounts.roles import Role
from ayan.core.schedule.deadlines import Due, due
from ayan.core.schema.definition import Dataset
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.wiring import city


@dataclass(frozen=True, slots=True)
class DutyLine:
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
        return sum(bool(deadline.late(self.today)) for deadline in self.due)

    @property
    def left(self) -> int:
        """How many days are left; negative where it is late."""
        return (self.due[0].on - self.today).days if self.due else 0


def lines() -> list[DutyLine]:
    """Every declared dataset with what is due of it, the most urgent first."""
    current_city = city.current()
    now = today(current_city.clock)
    held = {duty.dataset: duty for duty in Duty.objects.select_related("unit__head", "owner", "deputy")}
    duty_lines = [
        DutyLine(
            dataset,
            tuple(due(dataset, current_city.release_store, now, current_city.opens(dataset.slug))),
            held.get(dataset.slug),
            now,
        )
        for dataset in current_city.registry.all()
    ]
    return sorted(
        duty_lines, key=lambda duty_line: (duty_line.next.on if duty_line.next else date.max, duty_line.dataset.slug)
    )


def seen_by(actor: User) -> list[DutyLine]:
    """The lines that an officer may see: those of the units and datasets of their grants."""
    reach = policy.WideReach(actor)
    return [duty_line for duty_line in lines() if reach.can("due.view", subject_of(duty_line))]


def own(actor: User) -> list[DutyLine]:
    """The lines that an officer sees to, as owner or as deputy."""
    return [
        duty_line
        for duty_line in lines()
        if duty_line.duty and actor.pk in (duty_line.duty.owner_id, duty_line.duty.deputy_id)
    ]


def subject_of(line: DutyLine) -> Subject:
    """The dataset as the subject of a verb, in the unit that owes it."""
    return Subject("dataset", line.dataset.slug, line.duty.unit.slug if line.duty else "", line.dataset.slug)


def heads(unit: Unit) -> list[User]:
    """Who heads a unit; where that is not said its approvers, those for all of its datasets before those for some."""
    if unit.head is not None and may_head(unit.head, unit):
        return [unit.head]
    held = Grant.objects.filter(unit=unit, role=Role.APPROVER, user__is_active=True).select_related("user")
    whole = {grant.user_id: grant.user for grant in held if not grant.dataset}
    return list((whole or {grant.user_id: grant.user for grant in held}).values())


def may_head(person: User, unit: Unit) -> bool:
    """Whether somebody can head a unit: set aside whatever nobody in it goes on with."""
    return policy.can(person, "submission.free", Subject("unit", unit.slug, unit.slug))


def able_to_head(unit: Unit) -> list[User]:
    """Everybody of whom `may_head` holds, by name."""
    people = list(User.objects.filter(is_active=True, machine=False).order_by("name"))
    able = policy.able(people, "submission.free", Subject("unit", unit.slug, unit.slug))
    return [person for person in people if person.pk in able]


def candidates(units: Collection[Unit]) -> list[User]:
    """Who may be owner or deputy in any of these units, by name: whoever has a role that reaches it."""
    return policy.holders_in("due.view", [unit.slug for unit in units])


def assign(actor: User, slug: str, unit: Unit | None, owner: User | None, deputy: User | None) -> None:
    """Say which unit owes a dataset and who sees to it; both the old and the new unit must be the actor's to manage."""
    if slug not in {dataset.slug for dataset in city.current().registry.all()}:
        raise AccountRefused(Label("چنین داده‌ای اعلام نشده است.", "No such dataset is declared."), "dataset")
    with transaction.atomic():
        held = Duty.objects.select_for_update().select_related("unit").filter(dataset=slug).first()
        require(actor, "due.manage", Subject("dataset", slug, held.unit.slug if held else "", slug))
        if unit is None:
            raise AccountRefused(Label("واحد را برگزینید.", "Choose a unit."), "unit")
        require(actor, "due.manage", Subject("dataset", slug, unit.slug, slug))
        able = candidates([unit])
        if any(person is not None and person not in able for person in (owner, deputy)):
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
