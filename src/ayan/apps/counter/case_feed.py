"""The newest cases as a feed: what the list says of each, and nothing that it does not."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from ayan.apps.catalog import page_context
from ayan.apps.catalog.feeds import atom_feed
from ayan.apps.catalog.feeds.atom_feed import Feed, FeedEntry, FeedLink
from ayan.apps.counter import public_cases
from ayan.apps.counter.limits import CASES_A_FEED
from ayan.apps.counter.public_cases import CaseFilter, CaseLine
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.ui.api.operations import ATOM
from ayan.ui.value_html import plain_day
from ayan.wiring import city

TITLE: Final = Label("موارد پیشخان", "Cases of the counter")
ABOUT: Final = Label(
    "هر چه به پیشخان آمده است، بی نام کسی: نوع، واحد، روزها و نتیجه.",
    "Whatever came to the counter, without anybody’s name: kind, unit, days and outcome.",
)
_TEXT: Final = Label("رسید: {came}. مهلت: {due}. وضع: {status}.", "Received: {came}. Due: {due}. Standing: {status}.")
_NO_DAY: Final = Label("ایستاده است", "the clock stands still")


def case_feed(request: HttpRequest, narrowed: CaseFilter) -> HttpResponseBase:
    """The feed of the cases that a filter leaves, in the order of the list."""
    lang, site = language.of(request), page_context.site(request)
    page = public_cases.page(narrowed, size=CASES_A_FEED)
    shown = list(public_cases.lines(page.cases, lang))
    listed = reverse(f"{lang}:counter") + narrowed.query()
    own = site + request.path + narrowed.query()
    name = city.current().profile.name.of(lang)
    feed = Feed(
        id=own,
        title=f"{TITLE.of(lang)} · {name}",
        subtitle=ABOUT.of(lang),
        lang=lang,
        author=name,
        updated=max((_changed(line) for line in shown), default=atom_feed.NEVER),
        links=[FeedLink("self", own, ATOM), FeedLink("alternate", site + listed, "text/html", lang)],
    )
    return atom_feed.answer(request, "counter.atom", feed, [_entry(line, site, lang) for line in shown])


def _changed(line: CaseLine) -> datetime:
    return line.case.closed_at or line.case.received_at


def _entry(line: CaseLine, site: str, lang: Lang) -> FeedEntry:
    case = line.case
    kind = line.kind.title.of(lang)
    due = plain_day(case.due_on, lang) if case.due_on is not None else _NO_DAY.of(lang)
    text = _TEXT.of(lang).format(came=plain_day(case.receipt_on, lang), due=due, status=line.status.words)
    return FeedEntry(
        id=uuid.uuid5(uuid.NAMESPACE_OID, f"case {case.number}").urn,
        title=f"{kind} {case.number}" + (f": {line.summary}" if line.summary else ""),
        updated=_changed(line),
        published=case.received_at,
        text=text,
        links=[FeedLink("alternate", site + reverse(f"{lang}:counter_case", args=(case.number,)), "text/html", lang)],
        authors=(line.unit,) if line.unit else (),
        categories=[(line.kind.code, kind)],
    )
