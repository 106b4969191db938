"""A citation for programs: what was cited, whether it still stands, and where its figures then and now are had."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final, Literal, TypedDict

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.catalog.citation import citations, short_codes
from ayan.apps.catalog.citation.citations import NotACitation, Then
from ayan.apps.catalog.explorer import state
from ayan.core.query.limits import MOST_NAMED_RELEASES
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.store.tombstone import instant
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.ui.api.answers import Instant, ReleaseName, Url, WholeNumber, WordsAnswer, words
from ayan.ui.api.json_schema import Schema
from ayan.ui.api.operations import JSON, WORD, Operation, Parameter
from ayan.ui.api.responses import NotFound, dataset_of, document, only, reading, root_of, tag
from ayan.wiring import city

CitedStanding = Literal["current", "changed", "withdrawn", "erased"]
NO_CITATION: Final = Label(
    "چنین استنادی هرگز ساخته نشده است، یا کد آن کامل نیست.", "Nothing was ever cited so, or the code is not whole."
)


class CitationAnswer(TypedDict):
    """What a citation holds, and how it stands today."""

    code: str
    dataset: str
    title: WordsAnswer
    url: Annotated[Url, Schema("The page of the citation, without the language")]
    standing: Annotated[
        CitedStanding,
        Schema(
            "`current`: the same releases are published today; `changed`: newer ones are; `withdrawn`, `erased`: rows "
            "of it can no longer be read"
        ),
    ]
    query: Annotated[str, Schema("The conditions of its rows, in the grammar of this API")]
    sealed_at: Annotated[Instant, Schema("When the newest of its releases was sealed")]
    releases: Annotated[list[ReleaseName], Schema(f"The releases that were read, {MOST_NAMED_RELEASES} at most")]
    releases_total: WholeNumber
    gone: Annotated[list[ReleaseName], Schema("Those of them that were withdrawn, or from which rows were erased")]
    rows_then: Annotated[Url | None, Schema("The rows as they were cited; null where they can no longer be read")]
    groups_then: Annotated[Url | None, Schema("The same rows taken together; add `sum`, `avg` and the like")]
    rows_now: Annotated[Url, Schema("What the same conditions give today")]
    groups_now: Url


OPERATIONS: Final = (
    Operation(
        path="/api/v1/citations/{code}",
        parts=(Parameter("code", Label("کد استناد", "The code of a citation"), WORD),),
        id="citation",
        words=Label("یک استناد و اینکه هنوز برجاست یا نه", "A citation, and whether it still stands"),
        answers={JSON: CitationAnswer},
        refusals=(404, 503),
        tag="citations",
    ),
)


@reading
def citation(request: HttpRequest, code: str) -> HttpResponseBase:
    """What a code cites, by its own code or by the short one."""
    only(request, "_lang")
    current_city = city.current()
    code = short_codes.resolved(current_city, code)
    try:
        held = citations.decode(code)
    except NotACitation:
        raise NotFound("no-such-citation", NO_CITATION) from None
    dataset = dataset_of(current_city.registry, held.slug)
    asked = [pair for pair in held.parameters if pair[0] not in state.NOT_ON_PAGES]
    ask, _ = state.read(dataset, asked, f"/data/{dataset.slug}", locale.DEFAULT.code)
    then = citations.then(current_city.release_store, held, ask.question.release)
    if then is None:
        raise NotFound("no-such-citation", NO_CITATION)
    now = Question(
        slug=dataset.slug, filters=ask.question.filters, search=ask.question.search, release=ask.question.release
    )
    current = set(current_city.release_store.snapshot(dataset.slug).releases) == set(then.releases)
    body = orjson.dumps(_answer(dataset, code, now, then, is_current=current))
    return document(request, tag("citation", body.decode()), lambda: body, {})


def _answer(dataset: Dataset, code: str, now: Question, then: Then, *, is_current: bool) -> CitationAnswer:
    frozen = now if now.release else replace(now, as_of=then.moment)
    gone = list(dict.fromkeys((*then.withdrawn, *then.erased)))
    return {
        "code": code,
        "dataset": dataset.slug,
        "title": words(dataset.title),
        "url": f"/c/{code}",
        "standing": _standing(then, is_current=is_current or bool(now.release)),
        "query": now.query_string(),
        "sealed_at": instant(then.sealed),
        "releases": [f"{each.period}/{each.number}" for each in then.releases[-MOST_NAMED_RELEASES:]],
        "releases_total": len(then.releases),
        "gone": [f"{each.period}/{each.number}" for each in gone[:MOST_NAMED_RELEASES]],
        "rows_then": None if gone else _address(dataset, "rows", frozen),
        "groups_then": None if gone else _address(dataset, "groups", frozen),
        "rows_now": _address(dataset, "rows", now),
        "groups_now": _address(dataset, "groups", now),
    }


def _standing(then: Then, *, is_current: bool) -> CitedStanding:
    if then.withdrawn:
        return "withdrawn"
    if then.erased:
        return "erased"
    return "current" if is_current else "changed"


def _address(dataset: Dataset, path: str, question: Question) -> str:
    query = question.query_string()
    return f"{root_of(dataset)}/{path}{'?' + query if query else ''}"
