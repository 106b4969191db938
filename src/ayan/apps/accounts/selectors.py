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
    grants = Grant.objects.filter(user=user).select_related("unit").order_by("role", "pk")
    return [_grant_texts(grant, lang, _titles()) for grant in grants]


def everybody(lang: Lang) -> list[dict[str, Any]]:
    """Everybody who is or was here, with their roles."""
    titles = _titles()
    grants = Prefetch("grants", Grant.objects.select_related("unit").order_by("role", "pk"))
    people = User.objects.filter(machine=False).prefetch_related(grants).order_by("-is_active", "name")
    return [
        {
            "person": person,
            "grants": [_grant_texts(grant, lang, titles) for grant in person.grants.all()],
            "waiting": not person.is_active and not person.last_login,
        }
        for person in people
    ]


def _titles() -> dict[str, Label]:
    return {dataset.slug: dataset.title for dataset in city.current().registry.all()}


def _grant_texts(grant: Grant, lang: Lang, titles: Mapping[str, Label]) -> dict[str, Any]:
    unit = grant.unit.name if grant.unit else EVERYWHERE
    dataset = titles.get(grant.dataset, Label(grant.dataset, grant.dataset)) if grant.dataset else EVERY_DATASET
    return {
        "pk": grant.pk,
        "role": ROLES[Role(grant.role)].of(lang),
        "unit": unit.of(lang),
        "dataset": dataset.of(lang),
    }


# --- the audit trail


@dataclass(frozen=True, slots=True)
class ActFilter:
    """What an auditor asks of the trail; what cannot be understood asks nothing."""

    actor: int | None = None
    verb: str = ""
    subject: str = ""
    day: date | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> ActFilter:
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


def acts(asked: ActFilter) -> QuerySet[Act]:
    """The acts asked for, newest first."""
    matching = Act.objects.select_related("actor").order_by("-number")
    if asked.actor is not None:
        matching = matching.filter(actor_id=asked.actor)
    if asked.verb:
        matching = matching.filter(verb=asked.verb)
    if asked.subject:
        matching = matching.filter(subject__startswith=asked.subject.replace("\0", ""))
    if asked.day:
        matching = matching.filter(at__gte=beginning(asked.day), at__lt=beginning(asked.day + timedelta(days=1)))
    return matching


def beginning(day: date) -> datetime:
    """The first moment of a day of the city."""
    return datetime.combine(day, time(), TEHRAN)


def act_texts(act: Act, lang: Lang) -> dict[str, Any]:
    """One act as the page shows it."""
    facts = [f"{name}={'-' if value is None else value}" for name, value in json.loads(act.facts).items()]
    person = act.actor
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
    person = act.actor
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
    return [safe(cell) for cell in cells]


def actors() -> list[User]:
    """Everybody who did something."""
    return list(User.objects.filter(acts__isnull=False).distinct().order_by("name"))


def verbs_used(lang: Lang) -> list[tuple[str, str]]:
    """The verbs that stand in the trail, with their words."""
    verbs = Act.objects.order_by("verb").values_list("verb", flat=True).distinct()
    return [(verb, label(verb).of(lang)) for verb in verbs]
