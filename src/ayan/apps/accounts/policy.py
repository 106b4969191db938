"""The one place that says who may do what: `can`, `require`, and the same as a filter of a query."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TypeAlias, TypeGuard

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from ayan.apps.accounts.models import Grant, User
from ayan.apps.accounts.roles import MACHINE, POLICY, PolicyLine


class UnknownVerb(LookupError):
    """A verb without a line of policy: a fault of the program, never a refusal."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a verb is done to: ``kind:name``, the unit and dataset it belongs to, and whose work it is.

    ``unit`` and ``dataset`` are slugs; empty means the whole city, or every dataset, which only a grant as wide
    reaches. ``sender`` is the id of who sent it (or whom it is about), ``contributors`` the ids of everybody who
    changed it.
    """

    kind: str
    name: str = ""
    unit: str = ""
    dataset: str = ""
    sender: int | None = None
    contributors: frozenset[int] = field(default_factory=frozenset)

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind


CITY = Subject("city")

Something: TypeAlias = Subject | str
Actor: TypeAlias = User | AnonymousUser | None


class Denied(PermissionDenied):
    """The actor may not do this; the middleware answers 403 and the audit trail keeps that it was tried."""

    def __init__(self, actor: Actor, verb: str, subject: Subject) -> None:
        self.actor = actor if isinstance(actor, User) else None
        self.verb, self.subject = verb, subject
        super().__init__(f"{verb} refused")


def as_subject(subject: Something) -> Subject:
    """A subject written as text: ``dataset:contracts`` names its dataset, anything else is the whole city's."""
    if isinstance(subject, Subject):
        return subject
    kind, _, name = subject.partition(":")
    return Subject(kind, name, dataset=name if kind == "dataset" else "")


class Reach:
    """What one actor may do to things of one unit and dataset: the grants are asked for once, however many the verbs.

    To be made where it is needed and thrown away with the page or the act: a grant that is taken away meanwhile still
    counts in it.
    """

    def __init__(self, actor: Actor, unit: str, dataset: str) -> None:
        self._actor, self._unit, self._dataset = actor, unit, dataset
        self._roles: frozenset[str] | None = None

    def can(self, verb: str, about: Subject) -> bool:
        """Whether the actor may do ``verb`` to ``about``, a thing of this unit and dataset. Raises UnknownVerb."""
        line, actor = _line(verb), self._actor
        if not _serving(actor, verb) or (line.own == "never" and actor.pk in {about.sender, *about.contributors}):
            return False
        if self._roles is None:
            grants = Grant.objects.filter(_reaching(self._unit, self._dataset), user=actor)
            self._roles = frozenset(grants.values_list("role", flat=True))
        return not self._roles.isdisjoint(line.roles)


class WideReach:
    """What one actor may do to many things of many units: all of their grants are asked for once.

    To be thrown away with the page, as a `Reach`.
    """

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        held = Grant.objects.filter(user=actor) if isinstance(actor, User) else Grant.objects.none()
        self._grants = list(held.values_list("role", "unit__slug", "dataset"))

    def can(self, verb: str, about: Subject) -> bool:
        """Whether the actor may do ``verb`` to ``about``. Raises UnknownVerb."""
        line, actor = _line(verb), self._actor
        if not _serving(actor, verb) or (line.own == "never" and actor.pk in {about.sender, *about.contributors}):
            return False
        return any(
            role in line.roles and unit in (None, about.unit) and dataset in ("", about.dataset)
            for role, unit, dataset in self._grants
        )


def able(people: Collection[User], verb: str, subject: Something) -> set[int]:
    """The ids of those among ``people`` who may do ``verb`` to ``subject``; all are asked about at once."""
    about, line = as_subject(subject), _line(verb)
    serving = [
        person.pk
        for person in people
        if _serving(person, verb) and (line.own != "never" or person.pk not in {about.sender, *about.contributors})
    ]
    if not serving:
        return set()
    grants = Grant.objects.filter(_reaching(about.unit, about.dataset), user__in=serving, role__in=line.roles)
    return set(grants.values_list("user", flat=True))


def can(actor: Actor, verb: str, subject: Something) -> bool:
    """Whether ``actor`` (a User, or whoever stands in for one) may do ``verb`` to ``subject``. Raises UnknownVerb."""
    about = as_subject(subject)
    return Reach(actor, about.unit, about.dataset).can(verb, about)


def require(actor: Actor, verb: str, subject: Something) -> None:
    """Raise `Denied` unless `can`."""
    if not can(actor, verb, subject):
        raise Denied(actor, verb, as_subject(subject))


def can_somewhere(actor: Actor, verb: str) -> bool:
    """Whether there is anything at all to which ``actor`` may do ``verb``: for menus, never for deciding."""
    line = _line(verb)
    return _serving(actor, verb) and _grants(actor, line).exists()


def somewhere(actor: Actor, verbs: Collection[str]) -> frozenset[str]:
    """Those among ``verbs`` of which `can_somewhere` holds, asked for at once."""
    lines = {verb: _line(verb) for verb in verbs}
    if not isinstance(actor, User):
        return frozenset()
    roles = frozenset(Grant.objects.filter(user_id=actor.pk).values_list("role", flat=True))
    return frozenset(verb for verb in verbs if _serving(actor, verb) and not roles.isdisjoint(lines[verb].roles))


def within(actor: Actor, verb: str, *, unit: str = "unit__slug", dataset: str = "dataset", sender: str = "") -> Q:
    """The rows of a query to which ``actor`` may do ``verb``, by the names of the columns that hold the slugs.

    ``sender`` names the column of the sender's id, and excludes the actor's own where the policy does.
    """
    line = _line(verb)
    condition = Q(pk__in=[])
    if not _serving(actor, verb):
        return condition
    for grant in _grants(actor, line).select_related("unit"):
        reach = Q()
        if grant.unit is not None:
            reach &= Q(**{unit: grant.unit.slug})
        if grant.dataset:
            reach &= Q(**{dataset: grant.dataset})
        # Q() alone is every row, and `|` would lose it.
        condition |= reach or ~Q(pk__in=[])
    if line.own == "never" and sender:
        condition &= ~Q(**{sender: actor.pk})
    return condition


def holders(verb: str, subject: Something) -> list[User]:
    """Every person who may do ``verb`` to ``subject``: whom to tell that it waits for them."""
    about = as_subject(subject)
    line = _line(verb)
    reach = Grant.objects.filter(_reaching(about.unit, about.dataset), role__in=line.roles)
    people = User.objects.filter(is_active=True, machine=False, grants__in=reach).distinct().order_by("pk")
    return [person for person in people if line.own != "never" or person.pk not in {about.sender, *about.contributors}]


def holders_in(verb: str, units: Collection[str]) -> list[User]:
    """Every person who may do ``verb`` to something of all datasets in any of these units, by name; asked for once."""
    reach = Grant.objects.filter(Q(unit=None) | Q(unit__slug__in=units), dataset="", role__in=_line(verb).roles)
    if not units:
        return []
    return list(User.objects.filter(is_active=True, machine=False, grants__in=reach).distinct().order_by("name"))


def _line(verb: str) -> PolicyLine:
    try:
        return POLICY[verb]
    except KeyError:
        raise UnknownVerb(f"{verb!r} has no line of policy") from None


def _serving(actor: Actor, verb: str) -> TypeGuard[User]:
    if not isinstance(actor, User) or not actor.is_active or actor.pk is None:
        return False
    return not actor.machine or verb in MACHINE


def _grants(actor: User, line: PolicyLine) -> QuerySet[Grant]:
    return Grant.objects.filter(user=actor, role__in=line.roles)


def _reaching(unit: str, dataset: str) -> Q:
    """Grants that are wide enough: for that very unit and dataset, or for all."""
    return (Q(unit=None) | Q(unit__slug=unit)) & Q(dataset__in=("", dataset))
