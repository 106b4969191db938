"""What becomes of public findings, to be followed: of all, of one flag, or about the records of one dataset."""

from __future__ import annotations

import uuid
from typing import Final
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from ayan.apps.catalog import atom
from ayan.apps.catalog.api_address import only
from ayan.apps.catalog.api_operations import ATOM, Operation
from ayan.apps.catalog.api_reply import NotFound, document, reading, tag
from ayan.apps.catalog.atom import Entry, Feed, Link
from ayan.apps.flags.happenings import ACTS, Happening, happenings
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.schema.problem import DeclarationError
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language
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
        answers={ATOM: ""},
        parameters=("_next",),
        tag="flags",
    )
    for prefix, suffix in (("", ""), ("/en", "_en"))
)


@reading
def feed(request: HttpRequest, slug: str = "", owner: str = "", code: str = "") -> HttpResponseBase:
    """The newest happenings, `SIZE` to a page."""
    only(request, "_next")
    here, lang = city.current(), language.of(request)
    title, page = _about(here, slug, f"{owner}/{code}" if code else "", lang)
    found = happenings(here, f"{owner}/{code}" if code else "", slug)
    start = 0
    if "_next" in request.GET:
        after = next((place for place, one in enumerate(found, 1) if one.name == request.GET["_next"]), None)
        if after is None:
            raise BadQuestion([problem("cursor", "_next")])
        start = after
    shown = found[start : start + SIZE]
    site = settings.ORIGIN or f"{request.scheme}://{request.get_host()}"
    own = site + request.path
    twins = [one for one in language.versions(request) if one.code != lang]
    links = [
        Link("self", f"{own}?_next={quote(request.GET['_next'])}" if start else own, ATOM),
        Link("first", own, ATOM),
        Link("alternate", site + page, "text/html", lang),
        *(Link("alternate", site + one.address.partition("?")[0], ATOM, one.code) for one in twins),
    ]
    if start + SIZE < len(found):
        links.append(Link("next", f"{own}?_next={quote(shown[-1].name)}", ATOM))
    told = Feed(
        id=own,
        title=f"{title} · {here.profile.name.of(lang)}",
        subtitle=ABOUT.of(lang),
        lang=lang,
        author=here.profile.name.of(lang),
        updated=found[0].at if found else atom.NEVER,
        links=links,
    )
    body = atom.document(told, [_entry(one, site, lang) for one in shown])
    return document(request, tag("flags.atom", body.decode()), lambda: body, {}, atom.MEDIA_TYPE)


def _about(here: City, slug: str, flag: str, lang: Lang) -> tuple[str, str]:
    """The title of the feed, and the page it belongs to. Raises NotFound."""
    if flag:
        found = here.registry.flags().named(flag)
        if found is None:
            raise NotFound("no-such-flag", NO_FLAG)
        page = reverse(f"{lang}:flag", args=(found.owner, found.code))
        return f"{TITLE.of(lang)}: {found.title.of(lang)}", page
    if slug:
        try:
            return f"{TITLE.of(lang)}: {here.registry.get(slug).title.of(lang)}", reverse(
                f"{lang}:dataset", args=(slug,)
            )
        except (KeyError, DeclarationError):
            raise NotFound("no-such-flag", NO_FLAG) from None
    return TITLE.of(lang), reverse(f"{lang}:flags")


def _entry(one: Happening, site: str, lang: Lang) -> Entry:
    return Entry(
        id=uuid.uuid5(uuid.NAMESPACE_OID, one.name).urn,
        title=one.title(lang),
        updated=one.at,
        published=one.at,
        text=one.text(lang),
        links=[Link("alternate", site + one.address(lang), "text/html", lang)],
        categories=[(one.act, ACTS[one.act].of(lang)), (one.flag.name, one.flag.title.of(lang))],
    )
