"""People for the tests of the desk: each with a role, a unit and a second factor where one is needed."""

from __future__ import annotations

from ayan.apps.accounts.models import Grant, Unit, User
from ayan.apps.accounts.verbs import WHOLE_CITY, Role

FINANCE, WORKS = "finance", "works"


def unit(slug: str) -> Unit:
    made, _new = Unit.objects.get_or_create(slug=slug, defaults={"name_fa": f"واحد {slug}", "name_en": slug})
    return made


def person(username: str, **more: str) -> User:
    return User.objects.create_user(username=username, name=more.pop("name", f"نام {username}"), **more)


def officer(username: str, role: Role, *, unit_slug: str = FINANCE, dataset: str = "") -> User:
    """A person with one grant: for a unit, or for the whole city where ``unit_slug`` is empty or the role says so."""
    made = person(username)
    where = unit(unit_slug) if unit_slug and role not in WHOLE_CITY else None
    Grant.objects.create(user=made, role=role, unit=where, dataset=dataset)
    return made
