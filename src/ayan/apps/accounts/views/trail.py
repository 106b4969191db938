"""The audit trail for auditors: who did what, by person, verb, subject and day; on a page and as CSV."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from ayan.apps.accounts import audit, desk_layout
from ayan.apps.accounts.limits import TRAIL_PAGE
from ayan.apps.accounts.models import Act, User
from ayan.apps.accounts.policy import CITY, require
from ayan.apps.accounts.roles import label
from ayan.apps.accounts.staff_middleware import officer
from ayan.apps.accounts.views.trail_words import fact_words, subject_words
from ayan.core.values import period as periods
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.digits import to_latin
from ayan.core.values.locale import Lang
from ayan.core.values.period import NotAPeriod, Period
from ayan.core.values.spreadsheet import safe
from ayan.ui import language
from ayan.wiring import city

# Hexadecimal, with or without the hyphens of a UUID.
_LONG: Final = re.compile(r"[0-9a-f]{8}[0-9a-f-]{20,}")
_ID: Final = re.compile(r"[0-9a-f]{32}")
CSV_HEAD: Final = ("number", "at", "actor", "username", "verb", "subject", "unit", "dataset", "facts", "digest")


@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    require(officer(request), "audit.view", CITY)
    lang = language.of(request)
    chosen = ActFilter.of(request.GET)
    acts = acts_of(chosen)
    # A number that no line can have asks for nothing, and no database is asked with it.
    before = request.GET.get("before", "")
    before = before if len(before) <= 18 else ""
    rows = list(
        (acts.filter(number__lt=int(before)) if before.isascii() and before.isdecimal() else acts)[: TRAIL_PAGE + 1]
    )
    older = ""
    if len(rows) > TRAIL_PAGE:
        query = request.GET.copy()
        query["before"] = str(rows[TRAIL_PAGE - 1].number)
        older = f"{request.path}?{query.urlencode()}"
    context: dict[str, Any] = {
        "acts": [act_texts(act, lang) for act in rows[:TRAIL_PAGE]],
        "older": older,
        "chosen": chosen,
        "people": actors(),
        "verbs": verbs_used(lang),
        "csv": f"{reverse(f'{lang}:trail_csv')}?{request.GET.urlencode()}",
        "broken": audit.check() if request.GET.get("check") else None,
        "otherwise": audit.sealed_otherwise() if request.GET.get("check") else None,
        "checked": bool(request.GET.get("check")),
        "day": request.GET.get("day", ""),
        "yesterday": str(Period.of(today(city.current().clock) - timedelta(days=1), "day")),
    }
    return desk_layout.page(request, "accounts/trail.html", context)


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


@require_safe
def trail_csv(request: HttpRequest) -> HttpResponseBase:
    """The same acts, every one of them, as a file."""
    require(officer(request), "audit.view", CITY)
    audit.record(officer(request), "audit.view", CITY, did="download")
    acts = acts_of(ActFilter.of(request.GET))
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(CSV_HEAD)
        for act in acts.iterator(2_000):
            yield writer.writerow(csv_row(act))

    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8", headers=headers)


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
        day = _day(query.get("day", ""))
        # The calendar of the machine ends there, and the day after is asked for too.
        day = None if day in (date.min, date.max) else day
        known = actor.isascii() and actor.isdecimal() and len(actor) < 19
        return cls(int(actor) if known else None, query.get("verb", ""), query.get("subject", "").strip()[:200], day)


def _day(text: str) -> date | None:
    """A day as people write it, Jalali or Gregorian by its year, in whichever digits; None for anything else."""
    try:
        period = periods.parse(to_latin(text).strip().replace("/", "-"))
    except NotAPeriod:
        return None
    return period.start if period.kind == "day" else None


def acts_of(asked: ActFilter) -> QuerySet[Act]:
    """The acts asked for, newest first."""
    matching = Act.objects.select_related("actor").order_by("-number")
    if asked.actor is not None:
        matching = matching.filter(actor_id=asked.actor)
    if asked.verb:
        matching = matching.filter(verb=asked.verb)
    if asked.subject:
        matching = matching.filter(subject__startswith=asked.subject.replace("\0", ""))
    if asked.day:
        matching = matching.filter(
            at__gte=audit.beginning(asked.day), at__lt=audit.beginning(asked.day + timedelta(days=1))
        )
    return matching


def act_texts(act: Act, lang: Lang) -> dict[str, Any]:
    """One act as the page shows it."""
    facts = [fact_words(name, value, lang) for name, value in json.loads(act.facts).items()]
    about, name = subject_words(act.subject, lang)
    person = act.actor
    return {
        "number": act.number,
        "at": act.at,
        "who": person.name if person else "",
        "what": label(act.verb).of(lang) if act.verb else "",
        "verb": act.verb,
        "subject": act.subject,
        "about": about,
        "short": shortened(name),
        "submission": _submission(act.subject),
        "facts": [replace(fact, code=shortened(fact.code)) for fact in facts],
    }


def _submission(subject: str) -> UUID | None:
    """The id of the submission that an act is about; None where it is about something else."""
    kind, _, name = subject.partition(":")
    return UUID(name) if kind == "submission" and _ID.fullmatch(name) else None


def shortened(text: str) -> str:
    """A code whose long numbers (digests, those of submissions) are told by their ends; the file has them whole."""
    return _LONG.sub(lambda met: f"{met[0][:8]}…{met[0][-4:]}", text)


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
