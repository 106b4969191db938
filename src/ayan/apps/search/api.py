"""The search of the API: everything that one box finds, for programs."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypedDict, cast

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from ayan.apps.search.answer_api import BoxAnswerAnswer, answer_of
from ayan.apps.search.box import answers_for_programs
from ayan.apps.search.box_documents import ask_with_documents
from ayan.apps.search.limits import ROWS_SHOWN
from ayan.apps.search.selectors import Hit, SearchResult, TableHits, states
from ayan.core.answers.box_answer import BoxAnswer
from ayan.core.query import values
from ayan.core.query.formats.document import json_values
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.values.asked_value import BadValue
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.ui.api.answers import RowAnswer, Url, WholeNumber, WordsAnswer, words
from ayan.ui.api.json_schema import Schema
from ayan.ui.api.operations import JSON, WORDS, Operation, named
from ayan.ui.api.responses import document, not_modified, only, reading, root_of, tag
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.document_words import FoundDocument, FoundDocuments


class HitAnswer(TypedDict):
    """A record that words find."""

    dataset: str
    key: str
    url: Url
    row: RowAnswer


class SearchedDatasetAnswer(TypedDict):
    """A dataset whose name holds the words."""

    slug: str
    title: WordsAnswer
    url: Url
    api: Url


class DatasetHitsAnswer(TypedDict):
    """The rows of one dataset that hold the words: how many, and the first of them."""

    dataset: str
    title: WordsAnswer
    total: WholeNumber
    url: Url
    api: Url
    rows: list[HitAnswer]


class LooserSearchAnswer(TypedDict):
    """What leaving a word out would find."""

    without: str
    q: str
    total: WholeNumber


class SnippetPartAnswer(TypedDict):
    """A part of a piece of text, and whether it is what was searched for."""

    text: str
    marked: bool


class DocumentHitAnswer(TypedDict):
    """A document that words find: the page of it that fits best, with a piece of its text."""

    kind: Literal["document"]
    digest: str
    title: str
    document_kind: WordsAnswer
    dataset: str
    page: WholeNumber
    line: WholeNumber
    snippet: list[SnippetPartAnswer]
    pages: Annotated[list[WholeNumber], Schema("That page, and some others that hold the words")]
    scattered: Annotated[bool, Schema("Whether the words stand on different pages only")]
    url: Url
    api: Url


class SearchAnswer(TypedDict):
    """Everything that words find."""

    q: str
    answers: Annotated[list[BoxAnswerAnswer], Schema("Answers to the words as a question, the best first")]
    pending: Annotated[bool, Schema("Whether asked again it may answer more: new names are being read, or time was up")]
    words: Annotated[list[str], Schema("The words as they are compared")]
    best: Annotated[HitAnswer | None, Schema("The record whose key was asked for, if it is one")]
    records: list[HitAnswer]
    datasets: list[SearchedDatasetAnswer]
    rows: list[DatasetHitsAnswer]
    total: WholeNumber
    documents: Annotated[list[DocumentHitAnswer], Schema("Documents that hold the words, the best first")]
    documents_total: Annotated[
        WholeNumber | None, Schema("Documents that hold all words on one page; null where that cannot be said now")
    ]
    loosened: Annotated[list[LooserSearchAnswer], Schema("Where nothing was found: what leaving a word out would find")]
    untried: Annotated[list[str], Schema("Words that were not left out in turn: there are many, or time was up")]
    unanswered: Annotated[list[str], Schema("Datasets that could not be looked through in time")]


OPERATIONS: Final = (
    Operation(
        path="/api/v1/search",
        id="search",
        words=Label("جستجو در همهٔ داده‌ها", "Search in all datasets"),
        answers={JSON: SearchAnswer},
        parameters=(WORDS, *named("_size", "_lang")),
        needed=("q",),
        tag="search",
    ),
)


@reading
def search(request: HttpRequest) -> HttpResponseBase:
    """The records, datasets and rows that words find; ``_size`` rows of each dataset at most."""
    only(request, "q", "_size", "_lang")
    text = request.GET.get("q")
    if text is None:
        raise BadQuestion([problem("needed", "q")])
    size = _size(request.GET.get("_size"))
    current_city = city.current()
    # «امسال» means another year tomorrow.
    etag = tag("search", text, str(size), str(today(current_city.clock)), states(current_city))
    known = not_modified(request, etag, {})
    if known is not None:
        return known
    answered, result, documents = ask_with_documents(current_city, text, size=size)
    if result.unfinished or answered.is_unfinished or not documents.is_whole:
        # Asked again, it may find more, so nobody may keep it.
        return HttpResponse(
            _body(current_city, result, answered, documents),
            content_type="application/json",
            headers={"Cache-Control": "no-store"},
        )
    return document(request, etag, lambda: _body(current_city, result, answered, documents), {})


def _size(text: str | None) -> int:
    try:
        return ROWS_SHOWN if text is None else values.read_size(text)
    except BadValue as bad:
        raise BadQuestion([problem(bad.code, "_size", bad.allowed, **bad.blanks)]) from None


def _body(city: City, result: SearchResult, answered: BoxAnswer, documents: FoundDocuments) -> bytes:
    body: SearchAnswer = {
        "q": result.query,
        "answers": [answer_of(city, card) for card in answers_for_programs(answered, result, documents)],
        "pending": answered.is_unfinished,
        "words": list(result.plain),
        "best": _hit(result.best) if result.best else None,
        "records": [_hit(hit) for hit in result.records],
        "datasets": [
            {
                "slug": dataset.slug,
                "title": words(dataset.title),
                "url": f"/data/{dataset.slug}",
                "api": root_of(dataset),
            }
            for dataset in result.datasets
        ],
        "rows": [_table(table) for table in result.tables],
        "total": result.total,
        "documents": [_document(each) for each in documents.documents],
        "documents_total": documents.total,
        "loosened": [
            {"without": looser.without, "q": looser.query, "total": looser.total} for looser in result.loosened
        ],
        "untried": list(result.untried),
        "unanswered": list(result.unanswered),
    }
    return orjson.dumps(body)


def _hit(hit: Hit) -> HitAnswer:
    return {
        "dataset": hit.dataset.slug,
        "key": hit.key,
        "url": hit.path,
        "row": cast(RowAnswer, {**json_values(hit.row.values, "gregorian"), "_row": hit.row.address}),
    }


def _document(each: FoundDocument) -> DocumentHitAnswer:
    published, hit = each.published, each.hit
    return {
        "kind": "document",
        "digest": published.digest,
        "title": published.title.fa,
        "document_kind": words(published.kind_label),
        "dataset": published.dataset,
        "page": hit.page.page,
        "line": hit.page.snippet.line,
        "snippet": [{"text": part.text, "marked": part.is_marked} for part in hit.page.snippet.parts],
        "pages": [hit.page.page, *hit.others],
        "scattered": hit.is_scattered,
        "url": f"/documents/{published.digest}/{hit.page.page}",
        "api": f"/api/v1/documents/{published.digest}",
    }


def _table(table: TableHits) -> DatasetHitsAnswer:
    return {
        "dataset": table.dataset.slug,
        "title": words(table.dataset.title),
        "total": table.total,
        "url": table.path,
        "api": f"{root_of(table.dataset)}/rows?{table.query}",
        "rows": [_hit(hit) for hit in table.hits],
    }
