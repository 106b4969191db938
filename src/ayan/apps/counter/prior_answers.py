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

from ayan.apps.counter.limits import LEAST_SHARED, LONGEST_OFFERED, MOST_LIKE, MOST_OFFERS, SHORTEST_WORD
from ayan.apps.counter.models import Case, OfferCount
from ayan.apps.counter.public_words import days_late, is_told, may_read, status_of
from ayan.apps.counter.published_places import name_of
from ayan.apps.search import box
from ayan.core.casework.case_kind import CaseKind
from ayan.core.casework.case_words import CaseStage, Outcome
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
CASE: Final = Label("مورد {number}: {summary} ({status})", "Case {number}: {summary} ({status})")

GIVEN_UP: Final = (Outcome.WITHDRAWN, Outcome.LAPSED, Outcome.MERGED)
"""Outcomes of cases that answer nothing."""


@dataclass(frozen=True, slots=True)
class PriorAnswer:
    """One thing that may be what somebody is about to ask for."""

    sort: Literal["answer", "rows", "case"]
    words: str
    address: str


def offers(kind: CaseKind, words: str, place: str, lang: Lang) -> list[PriorAnswer]:
    """What is published or answered of these words, the best first; nothing where nothing is sure.

    Of what is somewhere only cases of the same ``place`` are like it: a hole in another street is another hole.
    """
    text = publish(words[:LONGEST_OFFERED]).strip()
    if not text:
        return []
    return [*_published(text, lang), *_cases(kind, text, place, lang)][:MOST_OFFERS]


def _published(text: str, lang: Lang) -> Iterator[PriorAnswer]:
    try:
        answered, result = box.ask(city.current(), text, size=1)
    except (BadQuestion, Unanswered):
        return
    sure = [card for card in answered.cards if card.is_sure and card.kind != "nothing"]
    for card in sure[:2]:
        yield PriorAnswer("answer", card.text.of(lang), language.prefix(lang) + card.url)
    rows = sum(table.total for table in result.tables)
    if rows and not result.loosened:
        address = f"{reverse(f'{lang}:search')}?{urlencode({'q': text})}"
        yield PriorAnswer("rows", ROWS.of(lang).format(n=plain_number(rows, lang)), address)


def _cases(kind: CaseKind, text: str, place: str, lang: Lang) -> Iterator[PriorAnswer]:
    """Public cases of a kind that share words with a text, by how many; of one sentence only the newest."""
    wanted = _words(text)
    place_name = fold(name_of(place)) if kind.place is not None else ""
    least = 1 if place_name else LEAST_SHARED
    if len(wanted) < least:
        return
    any_word = Q()
    for word in wanted:
        any_word |= Q(searched__contains=word)
    public = Case.objects.filter(any_word, kind=kind.code, searched__contains=place_name).exclude(searched="")
    public = public.exclude(stage=CaseStage.CLOSED, outcome__in=GIVEN_UP) if is_told(kind) else public.none()
    alike = [case for case in public.order_by("-receipt_on")[:MOST_LIKE] if may_read(case, kind)]
    ranked = [
        (len(wanted & _words(case.summary)), case) for case in alike if not place_name or _is_at(case, place_name)
    ]
    ranked.sort(key=lambda pair: pair[0], reverse=True)
    day, workdays = today(city.current().clock), city.current().profile.workdays
    offered: set[str] = set()
    for shared, case in ranked:
        if shared < least or len(offered) == MOST_OFFERS:
            return
        if fold(case.summary) not in offered:
            offered.add(fold(case.summary))
            status = status_of(case, kind, days_late(case, day, workdays), lang).words
            words = CASE.of(lang).format(number=case.number, summary=case.summary, status=status)
            yield PriorAnswer("case", words, f"{language.prefix(lang)}/counter/{case.number}")


def _is_at(case: Case, name: str) -> bool:
    """Whether a case is at a place of this folded name."""
    return fold(name_of(case.place)) == name


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"\w+", fold(text)) if len(word) >= SHORTEST_WORD)


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
