"""What becomes of public findings, to be followed: of all, of one flag, or about the records of one dataset."""

from __future__ import annotations

import uuid
from typing import Final
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from ayan.apps.catalog.feeds import atom
from ayan.apps.catalog.feeds.atom import Feed, FeedEntry, FeedLink
from ayan.apps.flags.finding_events import ACTS, FindingEvent, finding_events
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.schema.problem import DeclarationError
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.ui.api.addresses import only
from ayan.ui.api.operations import ATOM, Operation
from ayan.ui.api.parameters import named
from ayan.ui.api.responses import NotFound, document, reading, tag
from ayan.wiring import city
from ayan.wiring.city import City

SIZE: Final = 50
TITLE: Final = Label("یافته‌های پرچم‌ها", "Findings of flags")
ABOUT: Final = Label(
    "هر یافته که منتشر، پاسخ داده یا رفع شود یا پایان یابد.",
    "Every finding as it is published, answered, cleared and ended.",
)
NO_FLAG: Final = Label("پرچم یا داده‌ای به این نام نیست.", "There is no flag or dataset of this name.")
OPERATIONS: Final = tuple(
    Operation(
        path=f"{prefix}/flags.atom",
        id=f"findings_feed{suffix}",
        words=ABOUT,
        answers={ATOM: None},
        parameters=named("_next"),
        tag="flags",
    )
    for prefix, suffix in (("", ""), ("/en", "_en"))
)


@reading
def feed(request: HttpRequest, slug: str = "", owner: str = "", code: str = "") -> HttpResponseBase:
    """The newest happenings, `SIZE` to a page."""
    only(request, "_next")
    current_city, lang = city.current(), language.of(request)
    title, page = _about(current_city, slug, f"{owner}/{code}" if code else "", lang)
    events = finding_events(current_city, f"{owner}/{code}" if code else "", slug)
    start = 0
    if "_next" in request.GET:
        after = next((position for position, event in enumerate(events, 1) if event.name == request.GET["_next"]), None)
        if after is None:
            raise BadQuestion([problem("cursor", "_next")])
        start = after
    shown = events[start : start + SIZE]
    site = settings.ORIGIN or f"{request.scheme}://{request.get_host()}"
    own = site + request.path
    twins = [event for event in language.versions(request) if event.code != lang]
    links = [
        FeedLink("self", f"{own}?_next={quote(request.GET['_next'])}" if start else own, ATOM),
        FeedLink("first", own, ATOM),
        FeedLink("alternate", site + page, "text/html", lang),
        *(FeedLink("alternate", site + event.address.partition("?")[0], ATOM, event.code) for event in twins),
    ]
    if start + SIZE < len(events):
        links.append(FeedLink("next", f"{own}?_next={quote(shown[-1].name)}", ATOM))
    feed_document = Feed(
        id=own,
        title=f"{title} · {current_city.profile.name.of(lang)}",
        subtitle=ABOUT.of(lang),
        lang=lang,
        author=current_city.profile.name.of(lang),
        updated=events[0].at if events else atom.NEVER,
        links=links,
    )
    body = atom.document(feed_document, [_entry(event, site, lang) for event in shown])
    return document(request, tag("flags.atom", body.decode()), lambda: body, {}, atom.MEDIA_TYPE)


def _about(city: City, slug: str, flag: str, lang: Lang) -> tuple[str, str]:
    """The title of the feed, and the page it belongs to. Raises NotFound."""
    if flag:
        named_flag = city.registry.flags().named(flag)
        if named_flag is None:
            raise NotFound("no-such-flag", NO_FLAG)
        page = reverse(f"{lang}:flag", args=(named_flag.owner, named_flag.code))
        return f"{TITLE.of(lang)}: {named_flag.title.of(lang)}", page
    if slug:
        try:
            return f"{TITLE.of(lang)}: {city.registry.get(slug).title.of(lang)}", reverse(
                f"{lang}:dataset", args=(slug,)
            )
        except (KeyError, DeclarationError):
            raise NotFound("no-such-flag", NO_FLAG) from None
    return TITLE.of(lang), reverse(f"{lang}:flags")


def _entry(event: FindingEvent, site: str, lang: Lang) -> FeedEntry:
    return FeedEntry(
        id=uuid.uuid5(uuid.NAMESPACE_OID, event.name).urn,
        title=event.title(lang),
        updated=event.at,
        published=event.at,
        text=event.text(lang),
        links=[FeedLink("alternate", site + event.address(lang), "text/html", lang)],
        categories=[(event.act, ACTS[event.act].of(lang)), (event.flag.name, event.flag.title.of(lang))],
    )
