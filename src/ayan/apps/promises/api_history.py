"""What was missing on which day, for programs and to be followed."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from ayan.apps.catalog import atom
from ayan.apps.catalog.api_address import only
from ayan.apps.catalog.api_operations import ATOM, JSON, Operation
from ayan.apps.catalog.api_reply import document, reading, tag
from ayan.apps.catalog.atom import Entry, Feed, Link
from ayan.apps.promises.history import Act, Event, events
from ayan.core.query.formats.delimited import safe
from ayan.core.query.problem import BadQuestion, Problem, problem
from ayan.core.release.diary import Day
from ayan.core.schema.problem import DeclarationError
from ayan.core.values import locale
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.period import NotAPeriod, Period, parse
from ayan.ui import language, writing
from ayan.wiring import city
from ayan.wiring.city import City

WORDS: Final = Label("در هر روز چه نیامده بود", "What was missing on each day")
FEED_TITLE: Final = Label("آنچه نیامده است", "What is missing")
FOLLOW: Final = Label(
    "آنچه دیر می‌شود و آنچه می‌رسد، برای دنبال کردن", "What becomes late and what comes, to be followed"
)
ACTS: Final[dict[Act, Label]] = {"late": Label("دیر شد", "Became late"), "came": Label("رسید", "Came")}
OPERATIONS: Final = (
    Operation(
        path="/api/v1/missing/history",
        id="missing_history",
        words=WORDS,
        answers={JSON: "MissingHistory"},
        parameters=("since", "until", "_lang"),
        tag="promises",
    ),
    Operation(
        path="/api/v1/missing/history.csv",
        id="missing_history_csv",
        words=WORDS,
        answers={"text/csv": ""},
        parameters=("since", "until", "_lang"),
        tag="promises",
    ),
    Operation(path="/missing.atom", id="missing_feed", words=FOLLOW, answers={ATOM: ""}, parameters=(), tag="promises"),
    Operation(
        path="/en/missing.atom", id="missing_feed_en", words=FOLLOW, answers={ATOM: ""}, parameters=(), tag="promises"
    ),
)
USUAL: Final = timedelta(days=92)
"""How far back an answer goes where nobody says since when."""

FOLLOWED: Final = timedelta(days=400)
SIZE: Final = 50


@reading
def history(request: HttpRequest) -> HttpResponseBase:
    """Every kept day, oldest first, with what was late on it; then what changed from one to the next, newest first."""
    here, (since, until) = city.current(), _asked(request)
    etag = tag("missing-history", here.edition.now(), str(since), str(until))

    def body() -> bytes:
        days = list(here.diary.days(since, until))
        return orjson.dumps(
            {
                "days": [{"day": one.day.isoformat(), "late": _late(one), "figures": one.figures} for one in days],
                "events": [
                    {"day": one.day.isoformat(), "event": one.act, **dict(zip(NAMES, _cells(one), strict=True))}
                    for one in events(days)
                ],
            }
        )

    return document(request, etag, body, {})


@reading
def history_csv(request: HttpRequest) -> HttpResponseBase:
    """One line for each thing that was late on each kept day."""
    here, (since, until) = city.current(), _asked(request)
    etag = tag("missing-history.csv", here.edition.now(), str(since), str(until))

    def body() -> bytes:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(("day", *NAMES))
        for one in here.diary.days(since, until):
            writer.writerows((one.day.isoformat(), *map(safe, (w.dataset, w.period, w.due_on))) for w in one.late)
        return b"\xef\xbb\xbf" + text.getvalue().encode()

    headers = {"Content-Disposition": 'attachment; filename="missing-history.csv"'}
    return document(request, etag, body, headers, "text/csv; charset=utf-8")


NAMES: Final = ("dataset", "period", "due_on")


def _late(day: Day) -> list[dict[str, str | None]]:
    return [{"dataset": w.dataset, "period": w.period or None, "due_on": w.due_on or None} for w in day.late]


def _cells(one: Event) -> Sequence[str | None]:
    return one.what.dataset, one.what.period or None, one.what.due_on or None


def _asked(request: HttpRequest) -> tuple[date, date]:
    """The first and the last day asked for. Raises BadQuestion."""
    only(request, "since", "until", "_lang")
    problems: list[Problem] = []
    since, until = (_period(request, name, problems) for name in ("since", "until"))
    if problems:
        raise BadQuestion(problems)
    last = until.end if until else today(city.current().clock)
    return (since.start if since else last - USUAL), last


def _period(request: HttpRequest, name: str, problems: list[Problem]) -> Period | None:
    if name not in request.GET:
        return None
    try:
        found = parse(to_latin(request.GET[name]).strip())
    except NotAPeriod:
        found = None
    if found is None or found.kind == "none":
        problems.append(problem("not-a-date", name))
        return None
    return found


@reading
def feed(request: HttpRequest) -> HttpResponseBase:
    """What became late and what came, newest first."""
    only(request)
    here, lang = city.current(), language.of(request)
    site = settings.ORIGIN or f"{request.scheme}://{request.get_host()}"
    now = today(here.clock)
    found = events(here.diary.days(now - FOLLOWED, now))[:SIZE]
    page = site + reverse(f"{lang}:missing")
    told = Feed(
        id=site + request.path,
        title=f"{FEED_TITLE.of(lang)} · {here.profile.name.of(lang)}",
        subtitle=FOLLOW.of(lang),
        lang=lang,
        author=here.profile.name.of(lang),
        updated=_moment(found[0].day) if found else atom.NEVER,
        links=[
            Link("self", site + request.path, ATOM),
            Link("alternate", page, "text/html", lang),
            *(
                Link("alternate", site + reverse(f"{other}:missing_feed"), ATOM, other)
                for other in locale.codes()
                if other != lang
            ),
        ],
    )
    body = atom.document(told, [entry(here, one, page, lang) for one in found])
    return document(request, tag("missing.atom", body.decode()), lambda: body, {}, atom.MEDIA_TYPE)


def entry(here: City, one: Event, page: str, lang: Lang) -> Entry:
    """One event as a feed tells it."""
    return Entry(
        id=uuid.uuid5(uuid.NAMESPACE_OID, one.name).urn,
        title=said(here, one, lang),
        updated=_moment(one.day),
        published=_moment(one.day),
        text=f"{said(here, one, lang)}\n{writing.plain_day(one.day, lang)}",
        links=[Link("alternate", f"{page}#{one.what.dataset}", "text/html", lang)],
        categories=[(one.act, ACTS[one.act].of(lang)), (one.what.dataset, one.what.dataset)],
    )


def said(here: City, one: Event, lang: Lang) -> str:
    """An event in a few words: «دیر شد: پرداخت‌ها، فروردین ۱۴۰۳»."""
    try:
        title = here.registry.get(one.what.dataset).title.of(lang)
    except (KeyError, DeclarationError):
        title = one.what.dataset
    period = writing.period_label(one.what.period, lang) if one.what.period else ""
    return f"{ACTS[one.act].of(lang)}: {title}" + (locale.of(lang).comma + period if period else "")


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), TEHRAN)
