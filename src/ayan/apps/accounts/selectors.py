"""What the pages about people and the trail read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Prefetch, QuerySet

from ayan.apps.accounts.models import Act, Grant, User
from ayan.apps.accounts.verbs import ROLES, Role, label
from ayan.core.query.formats.delimited import safe
from ayan.core.values.clock import TEHRAN
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.wiring import city

EVERYWHERE: Final = Label("همهٔ شهر", "the whole city")
EVERY_DATASET: Final = Label("همهٔ داده‌ها", "every dataset")
CSV_HEAD: Final = ("number", "at", "actor", "username", "verb", "subject", "unit", "dataset", "facts", "digest")


def grants_of(user: User, lang: Lang) -> list[dict[str, Any]]:
    """A person's roles in words, with where each of them reaches."""
    found = Grant.objects.filter(user=user).select_related("unit").order_by("role", "pk")
    return [_told(one, lang, _titles()) for one in found]


def everybody(lang: Lang) -> list[dict[str, Any]]:
    """Everybody who is or was here, with their roles."""
    titles = _titles()
    grants = Prefetch("grants", Grant.objects.select_related("unit").order_by("role", "pk"))
    people: Any = User.objects.filter(machine=False).prefetch_related(grants).order_by("-is_active", "name")
    return [
        {
            "person": one,
            "grants": [_told(grant, lang, titles) for grant in one.grants.all()],
            "waiting": not one.is_active and not one.last_login,
        }
        for one in people
    ]


def _titles() -> dict[str, Label]:
    return {one.slug: one.title for one in city.current().registry.all()}


def _told(one: Grant, lang: Lang, titles: Mapping[str, Label]) -> dict[str, Any]:
    unit = one.unit.name if one.unit else EVERYWHERE
    dataset = titles.get(one.dataset, Label(one.dataset, one.dataset)) if one.dataset else EVERY_DATASET
    return {
        "pk": one.pk,
        "role": ROLES[Role(one.role)].of(lang),
        "unit": unit.of(lang),
        "dataset": dataset.of(lang),
    }


# --- the audit trail


@dataclass(frozen=True, slots=True)
class Asked:
    """What an auditor asks of the trail; what cannot be understood asks nothing."""

    actor: int | None = None
    verb: str = ""
    subject: str = ""
    day: date | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """Read from an address; days are ISO."""
        actor = query.get("actor", "")
        try:
            day = date.fromisoformat(query.get("day", ""))
        except ValueError:
            day = None
        # The calendar of the machine ends there, and the day after is asked for too.
        day = None if day in (date.min, date.max) else day
        known = actor.isascii() and actor.isdecimal() and len(actor) < 19
        return cls(int(actor) if known else None, query.get("verb", ""), query.get("subject", "").strip()[:200], day)


def acts(asked: Asked) -> QuerySet[Act]:
    """The acts asked for, newest first."""
    found = Act.objects.select_related("actor").order_by("-number")
    if asked.actor is not None:
        found = found.filter(actor_id=asked.actor)
    if asked.verb:
        found = found.filter(verb=asked.verb)
    if asked.subject:
        found = found.filter(subject__startswith=asked.subject.replace("\0", ""))
    if asked.day:
        found = found.filter(at__gte=beginning(asked.day), at__lt=beginning(asked.day + timedelta(days=1)))
    return found


def beginning(day: date) -> datetime:
    """The first moment of a day of the city."""
    return datetime.combine(day, time(), TEHRAN)


def told(act: Act, lang: Lang) -> dict[str, Any]:
    """One act as the page shows it."""
    facts = [f"{name}={'-' if value is None else value}" for name, value in json.loads(act.facts).items()]
    person: Any = act.actor
    return {
        "number": act.number,
        "at": act.at,
        "who": person.name if person else "",
        "what": label(act.verb).of(lang) if act.verb else "",
        "verb": act.verb,
        "subject": act.subject,
        "facts": " ".join(facts),
    }


def csv_row(act: Act) -> list[str]:
    """One act as a line of the file; nothing in it can be taken for a formula."""
    person: Any = act.actor
    cells = [
        str(act.number),
        act.at.astimezone(TEHRAN).isoformat(timespec="seconds"),
        person.name if person else "",
        person.username if person else "",
        act.verb,
        act.subject,
        act.unit,
        act.dataset,
        act.facts,
        act.digest,
    ]
    return [safe(one) for one in cells]


def actors() -> list[User]:
    """Everybody who did something."""
    return list(User.objects.filter(acts__isnull=False).distinct().order_by("name"))


def verbs_used(lang: Lang) -> list[tuple[str, str]]:
    """The verbs that stand in the trail, with their words."""
    found = Act.objects.order_by("verb").values_list("verb", flat=True).distinct()
    return [(one, label(one).of(lang)) for one in found]
