"""What becomes late and what comes, to be followed."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from ayan.apps.catalog.feeds import atom
from ayan.apps.catalog.feeds.atom import Feed, FeedEntry, FeedLink
from ayan.apps.promises.missing import ACTS, MissingEvent, event_text, events
from ayan.core.values import locale
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language, value_html
from ayan.ui.api.addresses import only
from ayan.ui.api.operations import ATOM, Operation
from ayan.ui.api.responses import document, reading, tag
from ayan.wiring import city
from ayan.wiring.city import City

FEED_TITLE: Final = Label("آنچه نیامده است", "What is missing")
FOLLOW: Final = Label(
    "آنچه دیر می‌شود و آنچه می‌رسد، برای دنبال کردن", "What becomes late and what comes, to be followed"
)
OPERATIONS: Final = (
    Operation(
        path="/missing.atom", id="missing_feed", words=FOLLOW, answers={ATOM: None}, parameters=(), tag="promises"
    ),
    Operation(
        path="/en/missing.atom", id="missing_feed_en", words=FOLLOW, answers={ATOM: None}, parameters=(), tag="promises"
    ),
)
FOLLOWED: Final = timedelta(days=400)
SIZE: Final = 50


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


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), TEHRAN)
