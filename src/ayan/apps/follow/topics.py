"""What can be followed, as texts: ``all``, ``missing``, ``dataset:S``, ``rows:S?Q``, ``record:S/K``, ``beyond:S.V``.

S is a slug, Q a query, K the key of a record and V the code of a meter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import parse_qsl, quote, urlencode

from django.urls import reverse

from ayan.apps.catalog import records
from ayan.core.query.parse import parse
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter, Question
from ayan.core.schema.definition import Dataset, Label, View
from ayan.core.schema.problem import DeclarationError
from ayan.ui import writing
from ayan.ui.language import Lang
from ayan.wiring.city import City

Kind = Literal["all", "missing", "dataset", "rows", "record", "beyond"]

LONGEST: Final = 1000
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
BEYOND: Final = Label("«{}»: گذشتن از سقف {} درصد", "“{}”: going beyond the limit of {}%")


class NoSuchTopic(ValueError):
    """The text names nothing that can be followed here."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing to be followed; what a kind does not need is None.

    ``question`` of a search holds its conditions alone; ``view`` is a meter of ``dataset``.
    """

    kind: Kind
    dataset: Dataset | None = None
    question: Question | None = None
    key: str = ""
    view: View | None = None

    @property
    def text(self) -> str:
        """The one spelling of it."""
        slug = self.dataset.slug if self.dataset else ""
        if self.kind == "rows" and self.question is not None:
            query = self.question.query_string()
            return f"rows:{slug}?{query}" if query else f"rows:{slug}"
        if self.kind == "record":
            return f"record:{slug}/{self.key}"
        if self.kind == "beyond" and self.view is not None:
            return f"beyond:{slug}.{self.view.code}"
        return f"dataset:{slug}" if self.kind == "dataset" else self.kind

    def page(self, lang: Lang) -> str:
        """The page on which it stands."""
        if self.kind in ("all", "missing"):
            return reverse(f"{lang}:{'acts' if self.kind == 'all' else 'missing'}")
        assert self.dataset is not None  # noqa: S101 - the other kinds are made with one
        if self.kind == "record":
            return reverse(f"{lang}:record", args=(self.dataset.slug, self.key))
        page = reverse(f"{lang}:dataset", args=(self.dataset.slug,))
        query = self.question.query_string() if self.question else ""
        return f"{page}?{query}" if query else page

    def feed(self, lang: Lang) -> str:
        """The feed of it, which needs no account and no address."""
        if self.kind in ("all", "missing"):
            return reverse(f"{lang}:{'changes_feed' if self.kind == 'all' else 'missing_feed'}")
        slug = quote(self.dataset.slug if self.dataset else "")
        if self.kind == "dataset":
            return f"/api/v1/datasets/{slug}/releases.atom?_lang={lang}"
        if self.kind == "rows":
            query = self.question.query_string() if self.question else ""
            return f"/api/v1/datasets/{slug}/rows.atom?{query}{'&' if query else ''}_lang={lang}"
        return f"{reverse(f'{lang}:follow_feed')}?{urlencode({'about': self.text})}"


def read(city: City, text: str) -> Topic:
    """The topic that a text names. Raises NoSuchTopic."""
    kind, _, rest = text.strip().partition(":")
    if len(text) > LONGEST:
        raise NoSuchTopic(text[:60])
    if kind == "all" and not rest:
        return Topic("all")
    if kind == "missing" and not rest:
        return Topic("missing")
    try:
        if kind == "dataset":
            return Topic("dataset", city.registry.get(rest))
        if kind == "rows":
            slug, _, query = rest.partition("?")
            dataset = city.registry.get(slug)
            return Topic("rows", dataset, _question(dataset, query))
        if kind == "record":
            slug, _, key = rest.partition("/")
            dataset = city.registry.get(slug)
            records.find(city, dataset, key)
            return Topic("record", dataset, key=key)
        if kind == "beyond":
            slug, _, code = rest.rpartition(".")
            dataset = city.registry.get(slug)
            return Topic("beyond", dataset, view=next(v for v in dataset.views_of("meter") if v.code == code))
    except (KeyError, DeclarationError, BadQuestion, records.NoSuchRecord, StopIteration):
        pass
    raise NoSuchTopic(text[:60])


def _question(dataset: Dataset, query: str) -> Question:
    """The conditions of a query; what only shapes a page is left out."""
    pairs = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in SHAPING]
    return parse(dataset, pairs)


def title(city: City, topic: Topic, lang: Lang) -> str:
    """What is followed, in words."""
    if topic.kind in ("all", "missing"):
        return (ALL if topic.kind == "all" else MISSING).of(lang)
    assert topic.dataset is not None  # noqa: S101 - the other kinds are made with one
    named = topic.dataset.title.of(lang)
    if topic.kind == "rows":
        question = topic.question or Question(slug=topic.dataset.slug)
        said = ", ".join(_condition(topic.dataset, one, lang) for one in question.filters)
        return ROWS.of(lang).format(": ".join(filter(None, [named, said, question.search])))
    if topic.kind == "record":
        row = records.find(city, topic.dataset, topic.key).row
        return RECORD.of(lang).format(f"{records.title(topic.dataset, row, lang)} ({named})")
    if topic.kind == "beyond" and topic.view is not None:
        limit = writing.plain_number(topic.view.limit, lang)
        return BEYOND.of(lang).format((topic.view.title or topic.dataset.title).of(lang), limit)
    return DATASET.of(lang).format(named)


def _condition(dataset: Dataset, one: Filter, lang: Lang) -> str:
    field = dataset.field(one.field)
    values = {"fa": "، ", "en": ", "}[lang].join(writing.value_plain(field, each, lang, "rial") for each in one.values)
    return f"{field.label.of(lang)} {one.op if one.op != 'eq' else ''} {values}".replace("  ", " ")
