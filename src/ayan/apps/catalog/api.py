"""The API: datasets, rows, groups, facets and releases for programs; no key is needed to read."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.catalog import api_files, erased
from ayan.apps.catalog.api_address import dataset_of, links, no_format, only, parameters, root_of
from ayan.apps.catalog.api_reply import NotFound, document, reading, streamed, tag
from ayan.core.query import keys
from ayan.core.query.answer import Standing
from ayan.core.query.formats import FORMATS
from ayan.core.query.formats.document import facets_page, groups_page, page, provenance, shown
from ayan.core.query.grouping import parse_facets, parse_groups
from ayan.core.query.groups import answer_facets, answer_groups
from ayan.core.query.parse import parse
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.export import table_schema
from ayan.core.store.shelf import instant
from ayan.core.values.label import Label
from ayan.wiring import city
from ayan.wiring.city import City


def _words(label: Label | None) -> dict[str, str] | None:
    return label.words() if label else None


def _summary(here: City, dataset: Dataset) -> dict[str, Any]:
    state = here.shelf.state(dataset.slug)
    return {
        "slug": dataset.slug,
        "title": _words(dataset.title),
        "description": _words(dataset.description),
        "owner": _words(dataset.owner),
        "topic": dataset.topic,
        "licence": dataset.licence,
        "cadence": dataset.cadence,
        "period": dataset.period,
        "rows": state.rows,
        "state": state.digest,
        "as_of": instant(state.sealed_at) if state.sealed_at else None,
        "url": root_of(dataset),
    }


@reading
def datasets(request: HttpRequest) -> HttpResponseBase:
    """Every dataset that is declared."""
    only(request, "_lang")
    here = city.current()
    found = [_summary(here, one) for one in here.registry.all()]
    body = orjson.dumps({"datasets": found})
    return document(request, tag("datasets", body.decode()), lambda: body, {})


@reading
def dataset(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One dataset: what it is, its schema, its releases."""
    only(request, "_lang")
    here = city.current()
    found = dataset_of(here, slug)
    body = orjson.dumps(
        {
            **_summary(here, found),
            "law": _words(found.law),
            "grace_days": found.grace_days,
            "key": list(found.key),
            "bytes": asdict(here.serving.disk_use(here.shelf.state(slug))),
            "schema": table_schema(found.published, found.key),
            "releases": _releases(here, found),
            "formats": {name: f"{root_of(found)}/rows.{name}" for name in FORMATS},
        }
    )
    return document(request, tag("dataset", body.decode()), lambda: body, {})


def _releases(here: City, dataset: Dataset) -> list[dict[str, Any]]:
    current = set(here.shelf.state(dataset.slug).releases)
    found = here.shelf.releases(dataset.slug)
    return [api_files.listed(one, root_of(dataset), one in current) for one in reversed(found)]


@reading
def rows(request: HttpRequest, slug: str, name: str = "json") -> HttpResponseBase:
    """The rows that a question asks for: a page in JSON, the whole result in any other format."""
    here = city.current()
    found = dataset_of(here, slug)
    if name not in FORMATS:
        raise no_format(FORMATS)
    kind = FORMATS[name]
    question = parse(found, parameters(request), refuse=kind.refuse)
    standing = here.reader.standing(found, question)
    etag = tag("rows", name, standing.state, found.digest, question.query_string())
    headers = links(found, standing.releases)
    if kind.write is None:
        return document(request, etag, lambda: _page(here, found, question, standing), headers)
    headers["Content-Disposition"] = f'attachment; filename="{slug}-{standing.state[:12]}.{name}"'
    write = kind.write
    return streamed(request, etag, lambda: write(here.reader, found, question, standing), kind.media_type, headers)


def _page(here: City, dataset: Dataset, question: Question, standing: Standing) -> bytes:
    answer = here.reader.rows(dataset, question, standing)
    following = None
    if answer.next:
        following = f"{root_of(dataset)}/rows.json?{replace(question, cursor=answer.next).query_string()}"
    return page(answer, question, following)


@reading
def row(request: HttpRequest, slug: str, key: str) -> HttpResponseBase:
    """The rows that a key names in the present state: one, unless periods repeat a natural key."""
    here = city.current()
    found = dataset_of(here, slug)
    question = parse(
        found,
        parameters(request),
        refuse=("_search", "_sort", "_sort_desc", "_size", "_next", "_count", "_fields"),
    )
    if question.filters:
        raise BadQuestion([problem("unknown-parameter", one.parameter) for one in question.filters])
    standing = here.reader.standing(found, question)
    picked = keys.find(here.reader, found, key, standing)
    if not picked:
        raise erased.missing(here, found, key)
    body = {
        "rows": [{**shown(one.values, question.calendar), "_row": one.address} for one in picked],
        **provenance(standing),
    }
    if question.lang:
        body["labels"] = {one.name: one.label.of(question.lang) for one in found.published}
    etag = tag("row", key, standing.state, found.digest, question.query_string())
    return document(request, etag, lambda: orjson.dumps(body), links(found, standing.releases))


@reading
def groups(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Groups of rows with counts, sums and the like."""
    here = city.current()
    found = dataset_of(here, slug)
    question = parse_groups(found, parameters(request))
    standing = here.reader.standing(found, question.scope)

    def body() -> bytes:
        return groups_page(answer_groups(here.reader, found, question, standing), question, found)

    etag = tag("groups", standing.state, found.digest, question.query_string())
    return document(request, etag, body, links(found, standing.releases))


@reading
def facets(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The commonest values of fields, with how many rows each would give."""
    here = city.current()
    found = dataset_of(here, slug)
    question = parse_facets(found, parameters(request))
    standing = here.reader.standing(found, question.scope)

    def body() -> bytes:
        return facets_page(answer_facets(here.reader, found, question, standing), question, found)

    etag = tag("facets", standing.state, found.digest, question.query_string())
    return document(request, etag, body, links(found, standing.releases))


@reading
def releases(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Every release of a dataset, newest first, withdrawn ones included."""
    only(request, "_lang")
    here = city.current()
    found = dataset_of(here, slug)
    body = orjson.dumps({"dataset": found.slug, "releases": _releases(here, found)})
    return document(request, tag("releases", body.decode()), lambda: body, {})


@reading
def release(request: HttpRequest, slug: str, period: str, number: int) -> HttpResponseBase:
    """The manifest of one release."""
    only(request, "_lang")
    here = city.current()
    found = dataset_of(here, slug)
    return api_files.manifest(request, here, api_files.release_of(here, found.slug, period, number))


@reading
def release_file(request: HttpRequest, slug: str, period: str, number: int, name: str) -> HttpResponseBase:
    """One file of one release."""
    only(request, "_lang")
    here = city.current()
    found = dataset_of(here, slug)
    return api_files.part(request, here, api_files.release_of(here, found.slug, period, number), name)


@reading
def nothing(_request: HttpRequest) -> HttpResponseBase:
    """Any other address of the API: a problem document, where a page would be no use."""
    raise NotFound("no-such-address", Label("این نشانی در رابط برنامه‌نویسی نیست.", "The API has no such address."))
