"""What can be followed, as texts.

``all``, ``missing``, ``missing:S``, ``dataset:S``, ``rows:S?Q``, ``record:S/K``, ``beyond:S.V``, ``search:W``,
``findings``, ``findings:S`` and ``findings:S/F``: S is a slug, Q a query, K the key of a record, V the code of a meter,
W the words of a search over all datasets, and F the code of a flag.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import parse_qsl, quote, urlencode

from django.urls import reverse

from ayan.apps.catalog.record import records
from ayan.apps.follow.limits import LONGEST_TOPIC
from ayan.core.audit.flags.flag import Flag
from ayan.core.query.operators import OPERATORS
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter, Question
from ayan.core.query.question_parser import parse, search_words
from ayan.core.schema.definition import Dataset
from ayan.core.schema.problem import DeclarationError
from ayan.core.schema.view import MeterView
from ayan.core.values import locale
from ayan.core.values.address_step import read_key, written_key
from ayan.core.values.asked_value import BadValue
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.wiring.city import City

TopicKind = Literal["all", "missing", "dataset", "rows", "record", "beyond", "search", "findings"]

# What shapes a page and is no part of what somebody follows.
SHAPING: Final = (
    "_sort",
    "_sort_desc",
    "_size",
    "_next",
    "_count",
    "_fields",
    "_calendar",
    "_lang",
    "_as_of",
    "_release",
)
ALL: Final = Label("همهٔ انتشارها، اصلاح‌ها و برداشتن‌ها", "Every release, correction and withdrawal")
MISSING: Final = Label("آنچه دیر می‌شود و آنچه پس از دیرکرد می‌رسد", "What becomes late, and what comes after being late")
DATASET: Final = Label("انتشارها و اصلاح‌های «{}»", "Releases and corrections of “{}”")
ROWS: Final = Label("ردیف‌های تازه یا تغییریافتهٔ «{}»", "New or changed rows of “{}”")
RECORD: Final = Label("هر چیز تازه دربارهٔ «{}»", "Anything new about “{}”")
MISSING_OF: Final = Label("دیر شدن و رسیدن «{}»", "“{}” becoming late, and coming after that")
SEARCH: Final = Label("ردیف‌های تازه‌ای که «{}» در آن‌هاست، در همهٔ داده‌ها", "New rows that hold “{}”, in every dataset")
FINDINGS: Final = Label("یافته‌های هشدار‌ها", "Findings of flags")
FINDINGS_OF: Final = Label("یافته‌های هشدار دربارهٔ «{}»", "Findings of flags about “{}”")
FLAG: Final = Label("یافته‌های هشدار «{}»", "Findings of the flag “{}”")
BEYOND: Final = Label("«{}»: گذشتن از سقف {} درصد", "“{}”: going beyond the limit of {}%")


_KINDS: Final[dict[str, TopicKind]] = {"all": "all", "missing": "missing", "findings": "findings", "dataset": "dataset"}
PAGES: Final[dict[str, str]] = {"all": "acts", "missing": "missing", "findings": "flags"}
FEEDS: Final[dict[str, str]] = {"all": "changes_feed", "missing": "missing_feed", "findings": "findings_feed"}


class NoSuchTopic(ValueError):
    """The text names nothing that can be followed here."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing to be followed; what a kind does not need is None.

    ``question`` of a search in one dataset holds its conditions alone, ``words`` are those of a search in all; ``view``
    is a meter of ``dataset``.
    """

    kind: TopicKind
    dataset: Dataset | None = None
    question: Question | None = None
    key: str = ""
    view: MeterView | None = None
    words: str = ""
    flag: Flag | None = None

    @property
    def text(self) -> str:
        """The one spelling of it."""
        slug = self.dataset.slug if self.dataset else ""
        if self.kind == "rows" and self.question is not None:
            query = self.question.query_string()
            return f"rows:{slug}?{query}" if query else f"rows:{slug}"
        if self.kind == "record":
            return f"record:{slug}/{written_key(self.key)}"
        if self.kind == "beyond" and self.view is not None:
            return f"beyond:{slug}.{self.view.code}"
        if self.kind == "search":
            return f"search:{self.words}"
        if self.flag is not None:
            return f"findings:{self.flag.name}"
        return f"{self.kind}:{slug}" if slug else self.kind

    def page(self, lang: Lang) -> str:
        """The page on which it stands."""
        if self.kind == "search":
            return f"{reverse(f'{lang}:search')}?{urlencode({'q': self.words})}"
        if self.flag is not None:
            return reverse(f"{lang}:flag", args=(self.flag.owner, self.flag.code))
        if self.kind == "missing" or self.dataset is None:
            page = reverse(f"{lang}:{PAGES[self.kind]}")
            return f"{page}#{self.dataset.slug}" if self.dataset else page
        if self.kind == "record":
            return reverse(f"{lang}:record", args=(self.dataset.slug, self.key))
        page = reverse(f"{lang}:dataset", args=(self.dataset.slug,))
        query = self.question.query_string() if self.question else ""
        return f"{page}?{query}" if query else page

    def feed(self, lang: Lang) -> str:
        """The feed of it, which needs no account and no address."""
        if self.kind == "search":
            return f"{reverse(f'{lang}:search_feed')}?{urlencode({'q': self.words})}"
        if self.flag is not None:
            return reverse(f"{lang}:flag_feed", args=(self.flag.owner, self.flag.code))
        if self.dataset is None:
            return reverse(f"{lang}:{FEEDS[self.kind]}")
        if self.kind == "findings":
            return reverse(f"{lang}:findings_feed_of", args=(self.dataset.slug,))
        slug = quote(self.dataset.slug)
        if self.kind == "dataset":
            return f"/api/v1/datasets/{slug}/releases.atom?_lang={lang}"
        if self.kind == "rows":
            query = self.question.query_string() if self.question else ""
            return f"/api/v1/datasets/{slug}/rows.atom?{query}{'&' if query else ''}_lang={lang}"
        return f"{reverse(f'{lang}:follow_feed')}?{urlencode({'about': self.text})}"


def read(city: City, text: str) -> Topic:
    """The topic that a text names. Raises NoSuchTopic."""
    kind, _, rest = text.strip().partition(":")
    if len(text) > LONGEST_TOPIC:
        raise NoSuchTopic(text[:60])
    if kind in FEEDS and not rest:
        return Topic(_KINDS[kind])
    try:
        if kind == "search":
            return Topic("search", words=" ".join(search_words(rest)))
        if kind == "findings" and "/" in rest:
            flag = city.registry.flags().named(rest)
            return Topic("findings", flag=_there(flag))
        if kind in ("dataset", "missing", "findings"):
            return Topic(_KINDS[kind], city.registry.get(rest))
        if kind == "rows":
            slug, _, query = rest.partition("?")
            dataset = city.registry.get(slug)
            return Topic("rows", dataset, _question(dataset, query))
        if kind == "record":
            slug, _, step = rest.partition("/")
            key = read_key(step)
            dataset = city.registry.get(slug)
            records.find(city, dataset, key)
            return Topic("record", dataset, key=key)
        if kind == "beyond":
            slug, _, code = rest.rpartition(".")
            dataset = city.registry.get(slug)
            return Topic("beyond", dataset, view=next(v for v in dataset.views_of(MeterView) if v.code == code))
    except (KeyError, DeclarationError, BadQuestion, records.NoSuchRecord, StopIteration, BadValue):
        pass
    raise NoSuchTopic(text[:60])


def _there(flag: Flag | None) -> Flag:
    if flag is None:
        raise KeyError
    return flag


def _question(dataset: Dataset, query: str) -> Question:
    """The conditions of a query; what only shapes a page is left out."""
    pairs = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in SHAPING]
    return parse(dataset, pairs)


def title(city: City, topic: Topic, lang: Lang) -> str:
    """What is followed, in words."""
    if topic.kind == "search":
        return SEARCH.of(lang).format(topic.words)
    if topic.flag is not None:
        return FLAG.of(lang).format(topic.flag.title.of(lang))
    if topic.dataset is None:
        return {"all": ALL, "missing": MISSING}.get(topic.kind, FINDINGS).of(lang)
    named = topic.dataset.title.of(lang)
    if topic.kind == "rows":
        question = topic.question or Question(slug=topic.dataset.slug)
        said = ", ".join(_condition(topic.dataset, condition, lang) for condition in question.filters)
        return ROWS.of(lang).format(": ".join(filter(None, [named, said, question.search])))
    if topic.kind == "record":
        row = records.find(city, topic.dataset, topic.key).row
        return RECORD.of(lang).format(f"{records.title(topic.dataset, row, lang)} ({named})")
    if topic.kind == "beyond" and topic.view is not None:
        limit = value_html.plain_number(topic.view.limit, lang)
        return BEYOND.of(lang).format(topic.view.title.of(lang), limit)
    return {"missing": MISSING_OF, "findings": FINDINGS_OF}.get(topic.kind, DATASET).of(lang).format(named)


def _condition(dataset: Dataset, condition: Filter, lang: Lang) -> str:
    field = dataset.field(condition.field)
    if OPERATORS[condition.op].takes == "column":
        other = dataset.field(str(condition.values[0])).label.of(lang)
        said = OPERATORS[condition.op].said(field, condition.values)
        return said.of(lang).format(label=field.label.of(lang), value=other)
    values = locale.of(lang).comma.join(value_html.value_plain(field, each, lang, "rial") for each in condition.values)
    return f"{field.label.of(lang)} {condition.op if condition.op != 'eq' else ''} {values}".replace("  ", " ")
