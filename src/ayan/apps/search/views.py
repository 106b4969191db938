"""The page of the one box: the best answer first, then datasets, then rows, and where the words stand in each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from ayan.apps.catalog.explorer import result_table
from ayan.apps.catalog.page_context import published
from ayan.apps.catalog.record import records
from ayan.apps.catalog.record.records import sentence
from ayan.apps.search import box
from ayan.apps.search.box_documents import ask_with_documents
from ayan.apps.search.limits import LONGEST_SEARCH, MOST_OPEN, MOST_PLACES
from ayan.apps.search.selectors import Hit, SearchResult, TableHits
from ayan.core.query.folding import FOLDED, searched
from ayan.core.query.problem import BadQuestion
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.text import fold_but_half_spaces, publish
from ayan.ui import code_html, language, value_html
from ayan.ui.component_parts import FormProblem
from ayan.ui.responses import refused
from ayan.wiring import city

WRONG: Final = {
    "empty-value": Label(
        "واژه‌ای در آن نیست که بتوان جست. نام، موضوع یا شماره‌ای بنویسید.",
        "There is no word in it to search for. Write a name, a subject or a number.",
    ),
    "too-many": Label(
        "واژه‌ها بیش از اندازه است. مهم‌ترین‌ها را نگه دارید.", "These are too many words. Keep the ones that matter most."
    ),
    "control-character": Label(
        "نویسهٔ نادیدنی در آن است. آن را دوباره و با دست بنویسید.",
        "It holds a character nobody can see. Type it again by hand.",
    ),
}
CHANGED: Final = Label(
    "این تغییر پرسش را نمی‌شناسیم. دوباره از جعبه بپرسید.",
    "This change of a question is not known. Ask in the box again.",
)
# The id of the field, which the error summary leads to.
BOX: Final = "find"


@published
def search(request: HttpRequest) -> HttpResponse:
    """The empty box, or what its words find."""
    current_city, lang = city.current(), language.of(request)
    query = publish(request.GET.get("q", "")[:LONGEST_SEARCH]).strip()
    context: dict[str, Any] = {"query": query, "own_search": True, "longest": LONGEST_SEARCH, "section": "search"}
    if not query:
        return render(request, "search/search.html", context | {"datasets": current_city.registry.all()})
    try:
        answered, result, documents = ask_with_documents(current_city, query, request.GET.get("as", ""))
    except BadQuestion as bad:
        problems = [FormProblem(WRONG.get(problem.code, CHANGED).of(lang), BOX) for problem in bad.problems]
        return refused(render(request, "search/search.html", context | {"problems": problems}), bad)
    context |= {
        "result": result,
        "cards": box.cards(current_city, answered, query, lang, {hit.path for hit in result.records}),
        "fixed": answered.fixed,
        "late": answered.is_late,
        # Where the answers are not complete, that no row holds the words is not the answer.
        "replied": bool(answered.cards or documents.documents) or answered.is_unfinished,
        "documents": documents,
        # Pages that hold every word say more than one that leaves some out, or refuses.
        "documents_first": bool(documents.documents)
        and not any(c.is_sure and c.kind != "nothing" for c in answered.cards),
        "pending": answered.is_pending and not any(card.is_sure for card in answered.cards[:1]),
        "best": best(result, lang),
        "groups": groups(result, lang),
        "unfolded": MOST_OPEN,
        "about": f"search:{query}",
        "unanswered": [dataset for dataset in current_city.registry.all() if dataset.slug in result.unanswered],
    }
    response = render(request, "search/search.html", context)
    if result.unfinished or answered.is_unfinished or not documents.is_whole:
        # Asked again, it may find more, so nobody may keep it.
        response.headers["Cache-Control"] = "no-store"
    return response


@dataclass(frozen=True, slots=True)
class MatchPlace:
    """A field in which a searched word stands, with its value marked."""

    label: Label
    value: SafeString


@dataclass(frozen=True, slots=True)
class HitText:
    """One found row: its record's key, what it is called, what it says, and where the words stand but in its name."""

    dataset: Dataset
    key: str
    title: SafeString
    sentence: SafeString
    match_places: tuple[MatchPlace, ...]
    period: str = ""


@dataclass(frozen=True, slots=True)
class HitGroup:
    """The rows found in one dataset: how many, the first of them, and the question that asks for all."""

    dataset: Dataset
    total: int
    query: str
    hits: tuple[HitText, ...]


class Marker:
    """Finds the searched words in a text; whole written words are marked, for half a Persian word cannot be cut out."""

    def __init__(self, words: Iterable[str]) -> None:
        self._searches = [re.compile(searched(word, FOLDED)).search for word in words]

    def matched_words(self, text: str) -> frozenset[int]:
        """Which of the words a text holds, by their places."""
        folded = fold_but_half_spaces(publish(text))
        return frozenset(position for position, finds in enumerate(self._searches) if finds(folded))

    def __call__(self, text: str) -> bool:
        """Whether a text holds any of the words."""
        return bool(self.matched_words(text))


def best(result: SearchResult, lang: Lang) -> list[HitText]:
    """The records whose key was searched for, each period told apart where there are several."""
    several = len(result.records) > 1
    return [_hit_text(hit, Marker(()), lang, hit.row.period if several else "") for hit in result.records]


def groups(result: SearchResult, lang: Lang) -> list[HitGroup]:
    """The rows by dataset, but for a record that stands above them already."""
    marker = Marker(result.words)
    shown_paths = {hit.path for hit in result.records}
    return [
        _group(table, marker, lang)
        for table in result.tables
        if table.total > 1 or table.hits[0].path not in shown_paths
    ]


def _group(table: TableHits, marker: Marker, lang: Lang) -> HitGroup:
    return HitGroup(table.dataset, table.total, table.query, tuple(_hit_text(hit, marker, lang) for hit in table.hits))


def _hit_text(hit: Hit, marker: Marker, lang: Lang, period: str = "") -> HitText:
    dataset, values = hit.dataset, hit.row.values
    head = result_table.title_field(dataset)
    title = records.title(dataset, hit.row, lang)
    places = tuple(_places(hit, head, title, marker, lang))
    said = sentence(dataset, values, lang, locale.of(lang).calendar)
    return HitText(dataset, hit.key, code_html.words(title, marker), said, places, period)


def _places(hit: Hit, head: Field | None, title: str, marker: Marker, lang: Lang) -> Iterator[MatchPlace]:
    """The fields that hold a word which neither the name nor a field before them holds."""
    seen, shown_count = set(marker.matched_words(title)), 0
    for field in hit.dataset.published:
        value = hit.row.values.get(field.name)
        if value is None or field == head or not field.kind.plain or shown_count == MOST_PLACES:
            continue
        text = value_html.value_plain(field, value, lang, "rial")
        new = marker.matched_words(text) - seen
        if new:
            seen |= new
            shown_count += 1
            yield MatchPlace(field.label, _marked(field, text, marker))


def _marked(field: Field, text: str, marker: Marker) -> SafeString:
    return code_html.code(text) if field.kind.is_code else code_html.words(text, marker)
