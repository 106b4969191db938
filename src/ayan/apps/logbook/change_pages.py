"""The changes of tariffs and services, for people as a page and for readers of feeds."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from ayan.apps.catalog import page_context
from ayan.apps.catalog.feeds import atom_feed, hub
from ayan.apps.catalog.feeds.atom_feed import Feed, FeedEntry, FeedLink
from ayan.apps.logbook.declared_changes import ACTS, FOLDERS, ChangeText, DeclaredChange, changes, text_of
from ayan.apps.logbook.limits import DECLARED_CHANGES_A_PAGE, LONGEST_DECLARED_CODE
from ayan.apps.logbook.views import LOG
from ayan.core.ledger.log import Log
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.transparency.accountability import read_published
from ayan.core.transparency.published_texts import declaration_path
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.ui.api.operations import ATOM, WORD, Operation, Parameter
from ayan.ui.api.responses import NotFound, only, reading
from ayan.ui.component_parts import Crumb
from ayan.wiring import city

TITLE: Final = Label("تغییر تعرفه‌ها و خدمات", "Changes of tariffs and services")
ABOUT: Final = Label(
    "هر تعرفه و خدمتی که شهر اعلام کرد، تغییر داد یا برداشت، با آنچه پیش از آن اعلام شده بود.",
    "Every tariff and service that the city declared, changed or took away, with what was declared before.",
)
KINDS: Final = {"tariffs": Label("تعرفه‌ها", "Tariffs"), "public-services": Label("خدمات", "Services")}
TERMS: Final = Label("واژه‌هایی که خدمات از آن‌ها نام می‌برند", "The words that services name")
ENTRY: Final = Label("{act}: {kind} «{title}»", "{act}: {kind} “{title}”")
NO_DECLARATION: Final = Label("تعرفه یا خدمتی با این نشانی نیست.", "There is no tariff or service at this address.")
FROM_TO: Final = Label("{keys}: از «{before}» به «{after}»", "{keys}: from “{before}” to “{after}”")
NEW_VALUE: Final = Label("{keys}: «{after}» افزوده شد", "{keys}: “{after}” was added")
GONE_VALUE: Final = Label("{keys}: «{before}» برداشته شد", "{keys}: “{before}” was taken away")

OPERATIONS: Final = tuple(
    Operation(
        path=f"{prefix}/log/changes.atom",
        id=f"declared_changes_feed{suffix}",
        words=words,
        answers={ATOM: None},
        parameters=(
            Parameter("of", Label("«tariffs» یا «public-services»", "`tariffs` or `public-services`"), WORD),
            Parameter("code", Label("کد یک تعرفه یا خدمت", "The code of one tariff or service"), WORD),
        ),
        refusals=(404,),
        tag="feeds",
    )
    for prefix, suffix, words in (
        (
            "",
            "",
            Label("تغییر تعرفه‌ها و خدمات، برای دنبال کردن", "The changes of tariffs and services, to be followed"),
        ),
        ("/en", "_en", Label("همان به انگلیسی", "The same in English")),
    )
)


def declared_changes(request: HttpRequest) -> HttpResponse:
    """The changes of tariffs and services, newest first, each with what was declared before and after."""
    lang, log = language.of(request), city.current().log
    folder, code = _asked(request)
    listed = _listed(folder, code)
    before = request.GET.get("before", "")
    if before and not (before.isascii() and before.isdecimal() and len(before) < 19):
        raise Http404
    older = [each for each in listed if not before or each.index < int(before)]
    shown = older[:DECLARED_CHANGES_A_PAGE]
    address = reverse(f"{lang}:declared_changes")
    context = {
        "section": "log",
        "title": TITLE,
        "about": ABOUT,
        "crumbs": [Crumb(LOG.of(lang), reverse(f"{lang}:log")), Crumb(TITLE.of(lang))],
        "kinds": [(words.of(lang), f"{address}?of={each}", each == folder) for each, words in KINDS.items()],
        "everything": address if folder else "",
        "code": code,
        "query": _query(folder, code),
        "lines": [_line(each, log, lang) for each in shown] if log is not None else [],
        "older": shown[-1].index if len(older) > len(shown) else None,
    }
    return render(request, "logbook/declared_changes.html", context)


@reading
def feed(request: HttpRequest) -> HttpResponseBase:
    """The same as a feed."""
    only(request, "of", "code")
    current_city, lang, site = city.current(), language.of(request), page_context.site(request)
    empty = [problem("empty-value", name) for name in ("of", "code") if request.GET.get(name) == ""]
    if empty:
        raise BadQuestion(empty)
    try:
        folder, code = _asked(request)
    except Http404:
        raise NotFound("no-declaration", NO_DECLARATION) from None
    listed = _listed(folder, code)[:DECLARED_CHANGES_A_PAGE]
    query = _query(folder, code)
    page = f"{site}{reverse(f'{lang}:declared_changes')}{query}"
    others = (other for other in locale.codes() if other != lang)
    twins = [
        FeedLink("alternate", f"{site}{reverse(f'{other}:declared_changes_feed')}{query}", ATOM, other)
        for other in others
    ]
    name = current_city.profile.name.of(lang)
    document = Feed(
        id=f"{site}{request.path}{query}",
        title=f"{TITLE.of(lang)} · {name}",
        subtitle=ABOUT.of(lang),
        lang=lang,
        author=name,
        updated=listed[0].at if listed else atom_feed.NEVER,
        links=[
            FeedLink("self", f"{site}{request.path}{query}", ATOM),
            FeedLink("alternate", page, "text/html", lang),
            *twins,
            *([] if query else hub.links()),
        ],
    )
    log = current_city.log
    entries = [_entry(each, log, site, lang) for each in listed] if log is not None else []
    return atom_feed.answer(request, "declared-changes.atom", document, entries)


def _asked(request: HttpRequest) -> tuple[str, str]:
    """The folder and the code that are asked for; Http404 for what is no folder."""
    folder, code = request.GET.get("of", ""), request.GET.get("code", "")
    if (folder and folder not in FOLDERS) or (code and not folder) or len(code) > LONGEST_DECLARED_CODE:
        raise Http404
    return folder, code


def _listed(folder: str, code: str) -> list[DeclaredChange]:
    current_city = city.current()
    if current_city.log is None:
        return []
    return changes(current_city.log_replay.now(), folder, f"{folder}/{code}.toml" if code else "")


def _query(folder: str, code: str) -> str:
    if not folder:
        return ""
    return f"?of={folder}&code={code}" if code else f"?of={folder}"


def _line(change: DeclaredChange, log: Log, lang: Lang) -> dict[str, Any]:
    """A change as the page tells it."""
    text = _text(change, log)
    return {
        "change": change,
        "act": ACTS[change.act],
        "kind": FOLDERS[change.folder],
        "title": _title(change, text, lang),
        "text": text,
        "stands": change.after is not None and text.title is not None,
        "texts": [declaration_path(digest) if digest else "" for digest in (change.before, change.after)],
    }


def _title(change: DeclaredChange, text: ChangeText, lang: Lang) -> str:
    """What a tariff or service is called; the list of the words that services name has no title of its own."""
    return text.title.of(lang) if text.title else TERMS.of(lang) if change.code == "terms" else change.code


def _text(change: DeclaredChange, log: Log) -> ChangeText:
    return text_of(change, lambda digest: read_published(log.folder, declaration_path(digest)))


def _entry(change: DeclaredChange, log: Log, site: str, lang: Lang) -> FeedEntry:
    text = _text(change, log)
    title = _title(change, text, lang)
    lines = []
    for each in text.values:
        words = GONE_VALUE if each.after is None else NEW_VALUE if each.before is None else FROM_TO
        lines.append(words.of(lang).format(keys=each.keys, before=each.before, after=each.after))
    return FeedEntry(
        id=uuid.uuid5(uuid.NAMESPACE_OID, f"{change.path} at leaf {change.index} of {site}").urn,
        title=ENTRY.of(lang).format(act=ACTS[change.act].of(lang), kind=FOLDERS[change.folder].of(lang), title=title),
        updated=change.at,
        published=change.at,
        text="\n".join(lines) or ABOUT.of(lang),
        links=[FeedLink("alternate", f"{site}{reverse(f'{lang}:leaf', args=(change.index,))}", "text/html", lang)],
        categories=[(change.folder, KINDS[change.folder].of(lang)), (change.act, ACTS[change.act].of(lang))],
    )
