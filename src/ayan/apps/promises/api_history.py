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
from ayan.apps.catalog.api_response import document, reading, tag
from ayan.apps.catalog.atom import Feed, FeedEntry, FeedLink
from ayan.apps.promises.history import Act, MissingEvent, events
from ayan.core.query.formats.delimited import safe
from ayan.core.query.problem import BadQuestion, QuestionProblem, problem
from ayan.core.schedule.deadlines import Day
from ayan.core.schema.problem import DeclarationError
from ayan.core.values import locale
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.period import NotAPeriod, Period, parse
from ayan.ui import language, value_html
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
    current_city, (since, until) = city.current(), _days(request)
    etag = tag("missing-history", current_city.site_version.now(), str(since), str(until))

    def body() -> bytes:
        days = list(current_city.diary.days(since, until))
        return orjson.dumps(
            {
                "days": [{"day": day.day.isoformat(), "late": _late(day), "figures": day.figures} for day in days],
                "events": [
                    {"day": event.day.isoformat(), "event": event.act, **dict(zip(NAMES, _cells(event), strict=True))}
                    for event in events(days)
                ],
            }
        )

    return document(request, etag, body, {})


@reading
def history_csv(request: HttpRequest) -> HttpResponseBase:
    """One line for each thing that was late on each kept day."""
    current_city, (since, until) = city.current(), _days(request)
    etag = tag("missing-history.csv", current_city.site_version.now(), str(since), str(until))

    def body() -> bytes:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(("day", *NAMES))
        for day in current_city.diary.days(since, until):
            writer.writerows((day.day.isoformat(), *map(safe, (w.dataset, w.period, w.due_on))) for w in day.late)
        return b"\xef\xbb\xbf" + text.getvalue().encode()

    headers = {"Content-Disposition": 'attachment; filename="missing-history.csv"'}
    return document(request, etag, body, headers, "text/csv; charset=utf-8")


NAMES: Final = ("dataset", "period", "due_on")


def _late(day: Day) -> list[dict[str, str | None]]:
    return [{"dataset": w.dataset, "period": w.period or None, "due_on": w.due_on or None} for w in day.late]


def _cells(event: MissingEvent) -> Sequence[str | None]:
    return event.what.dataset, event.what.period or None, event.what.due_on or None


def _days(request: HttpRequest) -> tuple[date, date]:
    """The first and the last day asked for. Raises BadQuestion."""
    only(request, "since", "until", "_lang")
    problems: list[QuestionProblem] = []
    since, until = (_period(request, name, problems) for name in ("since", "until"))
    if problems:
        raise BadQuestion(problems)
    last = until.end if until else today(city.current().clock)
    return (since.start if since else last - USUAL), last


def _period(request: HttpRequest, name: str, problems: list[QuestionProblem]) -> Period | None:
    if name not in request.GET:
        return None
    try:
        period = parse(to_latin(request.GET[name]).strip())
    except NotAPeriod:
        period = None
    if period is None or period.kind == "none":
        problems.append(problem("not-a-date", name))
        return None
    return period


@reading
def feed(request: HttpRequest) -> HttpResponseBase:
    """What became late and what came, newest first."""
    only(request)
    current_city, lang = city.current(), language.of(request)
    site = settings.ORIGIN or f"{request.scheme}://{request.get_host()}"
    now = today(current_city.clock)
    missing_events = events(current_city.diary.days(now - FOLLOWED, now))[:SIZE]
    page = site + reverse(f"{lang}:missing")
    feed_document = Feed(
        id=site + request.path,
        title=f"{FEED_TITLE.of(lang)} · {current_city.profile.name.of(lang)}",
        subtitle=FOLLOW.of(lang),
        lang=lang,
        author=current_city.profile.name.of(lang),
        updated=_moment(missing_events[0].day) if missing_events else atom.NEVER,
        links=[
            FeedLink("self", site + request.path, ATOM),
            FeedLink("alternate", page, "text/html", lang),
            *(
                FeedLink("alternate", site + reverse(f"{other}:missing_feed"), ATOM, other)
                for other in locale.codes()
                if other != lang
            ),
        ],
    )
    body = atom.document(feed_document, [entry(current_city, event, page, lang) for event in missing_events])
    return document(request, tag("missing.atom", body.decode()), lambda: body, {}, atom.MEDIA_TYPE)


def entry(city: City, event: MissingEvent, page: str, lang: Lang) -> FeedEntry:
    """One event as a feed tells it."""
    return FeedEntry(
        id=uuid.uuid5(uuid.NAMESPACE_OID, event.name).urn,
        title=event_text(city, event, lang),
        updated=_moment(event.day),
        published=_moment(event.day),
        text=f"{event_text(city, event, lang)}\n{value_html.plain_day(event.day, lang)}",
        links=[FeedLink("alternate", f"{page}#{event.what.dataset}", "text/html", lang)],
        categories=[(event.act, ACTS[event.act].of(lang)), (event.what.dataset, event.what.dataset)],
    )


def event_text(city: City, event: MissingEvent, lang: Lang) -> str:
    """An event in a few words: «دیر شد: پرداخت‌ها، فروردین ۱۴۰۳»."""
    try:
        title = city.registry.get(event.what.dataset).title.of(lang)
    except (KeyError, DeclarationError):
        title = event.what.dataset
    period = value_html.period_label(event.what.period, lang) if event.what.period else ""
    return f"{ACTS[event.act].of(lang)}: {title}" + (locale.of(lang).comma + period if period else "")


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), TEHRAN)
