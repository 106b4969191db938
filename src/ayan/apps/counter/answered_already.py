"""Before something is sent: what is published about it, what the box answers, and cases like it that are public."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import F, Q, Sum
from django.urls import reverse

from ayan.apps.counter.limits import MOST_OFFERS
from ayan.apps.counter.models import Case, OfferCount
from ayan.apps.search import box
from ayan.core.query.answer import Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.text import fold, publish
from ayan.ui import language
from ayan.ui.value_html import plain_number
from ayan.wiring import city

ROWS: Final = Label("{n} ردیف منتشرشده با همین واژه‌ها", "{n} published rows with these words")
CASE: Final = Label("مورد {number}: {summary}", "Case {number}: {summary}")
_LIKE: Final = 200
_SHORTEST: Final = 3
_SHARED: Final = 2


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that may be what somebody is about to ask for."""

    sort: Literal["answer", "rows", "case"]
    words: str
    address: str


def offers(kind: str, words: str, lang: Lang) -> list[Offer]:
    """What is published or answered of these words, the best first; nothing where nothing is sure."""
    text = publish(words[:200]).strip()
    if not text:
        return []
    return [*_published(text, lang), *_cases(kind, text, lang)][:MOST_OFFERS]


def _published(text: str, lang: Lang) -> Iterator[Offer]:
    try:
        answered, result = box.ask(city.current(), text, size=1)
    except (BadQuestion, Unanswered):
        return
    sure = [card for card in answered.cards if card.is_sure and card.kind != "nothing"]
    for card in sure[:2]:
        yield Offer("answer", card.text.of(lang), language.prefix(lang) + card.url)
    rows = sum(table.total for table in result.tables)
    if rows and not result.loosened:
        address = f"{reverse(f'{lang}:search')}?{urlencode({'q': text})}"
        yield Offer("rows", ROWS.of(lang).format(n=plain_number(rows, lang)), address)


def _cases(kind: str, text: str, lang: Lang) -> Iterator[Offer]:
    """Public cases of a kind that share at least two words with a text, those that share the most first."""
    wanted = _words(text)
    if len(wanted) < _SHARED:
        return
    any_word = Q()
    for word in wanted:
        any_word |= Q(summary__icontains=word)
    public = Case.objects.filter(any_word, kind=kind, checked_at__isnull=False, hidden="").order_by("-receipt_on")
    ranked = sorted(
        ((len(wanted & _words(case.summary)), case) for case in public[:_LIKE]), key=lambda pair: pair[0], reverse=True
    )
    for shared, case in ranked[:MOST_OFFERS]:
        if shared >= _SHARED:
            words = CASE.of(lang).format(number=case.number, summary=case.summary)
            yield Offer("case", words, f"{language.prefix(lang)}/counter/{case.number}")


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"\w+", fold(text)) if len(word) >= _SHORTEST)


# --- whether it served: numbers of a day, and nothing of who said so -------------------------------------------------


def count(kind: str, what: Literal["offered", "served", "unserved"]) -> None:
    """Count one form of today."""
    with transaction.atomic():
        row, _ = OfferCount.objects.get_or_create(kind=kind, on=today(city.current().clock))
        OfferCount.objects.filter(pk=row.pk).update(**{what: F(what) + 1})


@dataclass(frozen=True, slots=True)
class ServedShare:
    """How many forms were shown something, and how many people said that it served or did not."""

    offered: int
    served: int
    unserved: int

    @property
    def answered(self) -> int:
        """How many said either."""
        return self.served + self.unserved


def served_share(kind: str = "", since: date | None = None) -> ServedShare:
    """What people said of what was offered, of one kind or all, ever or since a day."""
    rows = OfferCount.objects.all()
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(on__gte=since) if since else rows
    sums = rows.aggregate(offered=Sum("offered"), served=Sum("served"), unserved=Sum("unserved"))
    return ServedShare(*(sums[name] or 0 for name in ("offered", "served", "unserved")))
