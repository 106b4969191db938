"""What is new about a record or a limit, as a feed: for whoever wants neither an account nor mail."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.catalog import atom
from ayan.apps.catalog.api_address import only
from ayan.apps.catalog.api_operations import ATOM, Operation
from ayan.apps.catalog.api_reply import Missing, document, reading, tag
from ayan.apps.catalog.atom import Entry, Feed, Link
from ayan.apps.follow.news import news
from ayan.apps.follow.topics import NoSuchTopic, read, title
from ayan.core.schema.definition import Label
from ayan.ui import language
from ayan.wiring import city

NO_TOPIC: Final = Label("چیزی به این نام نیست که دنبال شود.", "There is nothing of this name to be followed.")
WORDS: Final = Label(
    "تازه‌های یک پرونده یا یک سقف، برای دنبال کردن", "What is new about a record or a limit, to be followed"
)
OPERATIONS: Final = tuple(
    Operation(
        path=f"{prefix}/follow.atom",
        id=f"follow_feed{suffix}",
        words=WORDS,
        answers={ATOM: ""},
        parameters=("about",),
        needed=("about",),
        refusals=(404,),
        tag="promises",
    )
    for prefix, suffix in (("", ""), ("/en", "_en"))
)
BEGINNING: Final = datetime(1970, 1, 2, tzinfo=UTC)


@reading
def feed(request: HttpRequest) -> HttpResponseBase:
    """The newest things about what ``about`` names."""
    only(request, "about")
    here, lang = city.current(), language.of(request)
    try:
        topic = read(here, request.GET.get("about", ""))
    except NoSuchTopic:
        raise Missing("no-such-topic", NO_TOPIC) from None
    found = news(here, topic, BEGINNING, lang)
    site = settings.ORIGIN or f"{request.scheme}://{request.get_host()}"
    own = site + topic.feed(lang)
    told = Feed(
        id=own,
        title=f"{title(here, topic, lang)} · {here.profile.name.of(lang)}",
        subtitle=WORDS.of(lang),
        lang=lang,
        author=here.profile.name.of(lang),
        updated=found[0].at if found else atom.NEVER,
        links=[Link("self", own, ATOM), Link("alternate", site + topic.page(lang), "text/html", lang)],
    )
    entries = [
        Entry(
            id=uuid.uuid5(uuid.NAMESPACE_OID, f"{topic.text} {one.name}").urn,
            title=one.title,
            updated=one.at,
            published=one.at,
            text=one.title,
            links=[Link("alternate", site + one.address, "text/html", lang)],
        )
        for one in found
    ]
    body = atom.document(told, entries)
    return document(request, tag("follow.atom", body.decode()), lambda: body, {}, atom.MEDIA_TYPE)
