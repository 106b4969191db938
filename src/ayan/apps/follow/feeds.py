"""What is new about a record or a limit, as a feed: for whoever wants neither an account nor mail."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, time, timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.catalog import atom
from ayan.apps.catalog.api_address import only
from ayan.apps.catalog.api_operations import ATOM, Operation
from ayan.apps.catalog.api_response import NotFound, document, reading, tag
from ayan.apps.catalog.atom import Feed, FeedEntry, FeedLink
from ayan.apps.follow.news import news
from ayan.apps.follow.topics import NoSuchTopic, Topic, read, title
from ayan.apps.search.limits import LONGEST_SEARCH
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.question_parser import search_words
from ayan.core.values.asked_value import BadValue
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.label import Label
from ayan.ui import language
from ayan.wiring import city

NO_TOPIC: Final = Label("چیزی به این نام نیست که دنبال شود.", "There is nothing of this name to be followed.")
WORDS: Final = Label(
    "تازه‌های یک پرونده یا یک سقف، برای دنبال کردن", "What is new about a record or a limit, to be followed"
)
SEARCHED: Final = Label(
    "ردیف‌های تازهٔ همهٔ داده‌ها که این واژه‌ها در آن‌هاست", "New rows of every dataset that hold these words"
)
OPERATIONS: Final = tuple(
    Operation(
        path=f"{prefix}/{name}.atom",
        id=f"{name}_feed{suffix}",
        words=words,
        answers={ATOM: ""},
        parameters=(asked,),
        needed=(asked,),
        refusals=refusals,
        tag=tag,
    )
    for name, words, asked, refusals, tag in (
        ("follow", WORDS, "about", (404,), "promises"),
        ("search", SEARCHED, "q", (503,), "search"),
    )
    for prefix, suffix in (("", ""), ("/en", "_en"))
)
LATELY: Final = timedelta(days=92)
"""How far back a search is told of: what was published before is on the page of the search."""

BEGINNING: Final = datetime(1970, 1, 2, tzinfo=UTC)


@reading
def feed(request: HttpRequest) -> HttpResponseBase:
    """The newest things about what ``about`` names."""
    only(request, "about")
    try:
        topic = read(city.current(), request.GET.get("about", ""))
    except NoSuchTopic:
        raise NotFound("no-such-topic", NO_TOPIC) from None
    return _feed_of(request, topic, BEGINNING, WORDS)


@reading
def search(request: HttpRequest) -> HttpResponseBase:
    """The newest rows of every dataset that hold the words of ``q``."""
    only(request, "q")
    try:
        words = " ".join(search_words(request.GET.get("q", "")[:LONGEST_SEARCH]))
    except BadValue as bad:
        raise BadQuestion([problem(bad.code, "q", bad.allowed, **bad.blanks)]) from None
    # From the beginning of a day, so that the feed is the same all day long while nothing is published.
    since = datetime.combine(today(city.current().clock) - LATELY, time(), TEHRAN)
    return _feed_of(request, Topic("search", words=words), since, SEARCHED)


def _feed_of(request: HttpRequest, topic: Topic, since: datetime, words: Label) -> HttpResponseBase:
    current_city, lang = city.current(), language.of(request)
    recent = news(current_city, topic, since, lang)
    site = settings.ORIGIN or f"{request.scheme}://{request.get_host()}"
    own = site + topic.feed(lang)
    feed_document = Feed(
        id=own,
        title=f"{title(current_city, topic, lang)} · {current_city.profile.name.of(lang)}",
        subtitle=words.of(lang),
        lang=lang,
        author=current_city.profile.name.of(lang),
        updated=recent[0].at if recent else atom.NEVER,
        links=[FeedLink("self", own, ATOM), FeedLink("alternate", site + topic.page(lang), "text/html", lang)],
    )
    entries = [
        FeedEntry(
            id=uuid.uuid5(uuid.NAMESPACE_OID, f"{topic.text} {news_entry.name}").urn,
            title=news_entry.title,
            updated=news_entry.at,
            published=news_entry.at,
            text=news_entry.title,
            links=[FeedLink("alternate", site + news_entry.address, "text/html", lang)],
        )
        for news_entry in recent
    ]
    body = atom.document(feed_document, entries)
    return document(request, tag("follow.atom", body.decode()), lambda: body, {}, atom.MEDIA_TYPE)
