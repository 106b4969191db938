"""The API: datasets, rows, groups, facets, changes, releases and their files for programs; no key is needed to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import urlencode

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.api.bundles import bundled
from ayan.apps.api.limits import RELEASES_LISTED
from ayan.apps.api.release_files import manifest, part
from ayan.apps.catalog.citation import file_sources
from ayan.apps.catalog.releases import correction_notes, erasure_notes
from ayan.apps.catalog.selectors import reworded
from ayan.core.query import keys, values
from ayan.core.query.answer import Snapshot
from ayan.core.query.change_question import ChangeQuestion, SnapshotSides, parse_changes, sides
from ayan.core.query.changes import changes, every_change
from ayan.core.query.formats import FORMATS, formats_of
from ayan.core.query.formats.differences import CHANGE_FORMATS, changes_page
from ayan.core.query.formats.document import facets_page, groups_page, json_values, page, provenance
from ayan.core.query.formats.place_columns import place_columns
from ayan.core.query.grouping import FacetQuestion, GroupQuestion, parse_facets, parse_groups
from ayan.core.query.limits import MOST_NAMED_RELEASES
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.query_service import answer_facets, answer_groups
from ayan.core.query.question import Question
from ayan.core.query.question_parser import parse
from ayan.core.schedule.freshness import Freshness, freshness
from ayan.core.schema.definition import Dataset
from ayan.core.schema.export import table_schema
from ayan.core.store.release import Release
from ayan.core.store.sealed_labels import LabelChange, as_standing
from ayan.core.store.tombstone import instant
from ayan.core.values.asked_value import BadValue
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.ui.api.responses import (
    NotFound,
    dataset_of,
    document,
    links,
    no_format,
    only,
    parameters,
    reading,
    release_of,
    root_of,
    streamed,
    tag,
)
from ayan.wiring import city
from ayan.wiring.city import City


def listed(city: City, release: Release, root: str, current: bool) -> dict[str, Any]:
    """A release as lists name it."""
    why = correction_notes.of_release(city, release)
    return {
        "period": release.period,
        "number": release.number,
        "rows": release.rows,
        "sealed_at": release.sealed_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "digest": f"sha256:{release.digest}",
        "current": current,
        "withdrawn": release.withdrawn,
        "erased_rows": sum(erasure.count for erasure in release.erasures),
        "reason": why.as_json() if why else None,
        "url": f"{root}/releases/{release.period}/{release.number}",
    }


def _words(label: Label | None) -> dict[str, str] | None:
    return label.words() if label else None


def _summary(city: City, dataset: Dataset) -> dict[str, Any]:
    state = city.release_store.snapshot(dataset.slug)
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
        "freshness": _freshness(freshness(dataset, city.release_store, today(city.clock), city.opens(dataset.slug))),
        "url": root_of(dataset),
    }


def _freshness(fresh: Freshness) -> dict[str, Any]:
    return {
        "state": fresh.state,
        "until": str(fresh.until) if fresh.until else None,
        "owed": len(fresh.owed),
        "due_on": fresh.since.isoformat() if fresh.since else None,
        "days_late": fresh.days,
        "opens": fresh.opens.isoformat() if fresh.opens else None,
    }


@reading
def datasets(request: HttpRequest) -> HttpResponseBase:
    """Every dataset that is declared."""
    only(request, "_lang")
    current_city = city.current()
    summaries = [_summary(current_city, dataset) for dataset in current_city.registry.all()]
    damaged = {"damaged": [dataset.slug for dataset in current_city.set_aside]} if current_city.set_aside else {}
    body = orjson.dumps({"datasets": summaries, **damaged})
    return document(request, tag("datasets", body.decode()), lambda: body, {})


@reading
def dataset(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One dataset: what it is, its schema, its releases."""
    only(request, "_lang")
    current_city = city.current()
    dataset = dataset_of(current_city.registry, slug)
    history = _history(current_city, dataset)
    body = orjson.dumps(
        {
            **_summary(current_city, dataset),
            "law": _words(dataset.law),
            "grace_days": dataset.grace_days,
            "key": list(dataset.key),
            "reworded": [_reworded(change) for change in reworded(current_city, dataset)],
            "bytes": asdict(current_city.index_store.disk_use(current_city.release_store.snapshot(slug))),
            "schema": table_schema(dataset.published, dataset.key),
            "releases": _listed(current_city, dataset, history[:MOST_NAMED_RELEASES]),
            "releases_total": len(history),
            "releases_url": f"{root_of(dataset)}/releases",
            "formats": {name: f"{root_of(dataset)}/rows.{name}" for name in formats_of(dataset)},
        }
    )
    return document(request, tag("dataset", body.decode()), lambda: body, {})


def _reworded(change: LabelChange) -> dict[str, Any]:
    return {
        "subject": change.subject,
        "field": change.field,
        "code": change.code,
        "sealed": _words(change.sealed),
        "declared": _words(change.declared),
    }


def _history(city: City, dataset: Dataset) -> list[Release]:
    """Every release, the newest first."""
    return city.release_store.releases(dataset.slug)[::-1]


def _listed(city: City, dataset: Dataset, releases: Sequence[Release]) -> list[dict[str, Any]]:
    current = set(city.release_store.snapshot(dataset.slug).releases)
    return [listed(city, release, root_of(dataset), release in current) for release in releases]


@reading
def rows(request: HttpRequest, slug: str, name: str = "json") -> HttpResponseBase:
    """The rows that a question asks for: a page in JSON, the whole result in any other format."""
    current_city = city.current()
    dataset = dataset_of(current_city.registry, slug)
    if name not in FORMATS:
        raise no_format(FORMATS)
    kind = FORMATS[name]
    if kind.of_places:
        place_columns(dataset)
    question = parse(dataset, parameters(request), refuse=kind.refuse, takes=kind.takes)
    standing = current_city.query_service.snapshot(dataset, question)
    dataset = as_standing(dataset, standing.source, question.release)
    etag = tag("rows", name, standing.snapshot_id, dataset.digest, question.query_string())
    headers = links(dataset, standing.releases)
    if kind.write is None:
        return document(request, etag, lambda: _page(current_city, dataset, question, standing), headers)
    headers["Content-Disposition"] = file_sources.attachment(file_sources.file_name(question, standing, name))
    if name == "csv" and not question.query_string():
        headers["Link"] += (
            f', <{root_of(dataset)}/rows.csv-metadata.json>; rel="describedby"; type="application/csvm+json"'
        )
    write = kind.write

    def pieces() -> Iterator[bytes]:
        address = _address(dataset, f"rows.{name}", question)
        source = file_sources.source(current_city, question, standing, address, in_words=kind.in_words)
        return write(current_city.query_service, dataset, question, standing, source)

    return streamed(request, etag, pieces, kind, headers)


def _address(dataset: Dataset, path: str, question: Question | GroupQuestion | FacetQuestion) -> str:
    """The one address of an answer about a dataset."""
    query = question.query_string()
    return f"{root_of(dataset)}/{path}?{query}" if query else f"{root_of(dataset)}/{path}"


def _page(city: City, dataset: Dataset, question: Question, snapshot: Snapshot) -> bytes:
    answer = city.query_service.rows(dataset, question, snapshot)
    following = None
    if answer.next:
        following = f"{root_of(dataset)}/rows.json?{replace(question, cursor=answer.next).query_string()}"
    source = file_sources.source(city, question, snapshot, _address(dataset, "rows.json", question))
    return page(answer, question, following, source)


@reading
def row(request: HttpRequest, slug: str, key: str) -> HttpResponseBase:
    """The rows that a key names in the present state: one, unless periods repeat a natural key."""
    current_city = city.current()
    dataset = dataset_of(current_city.registry, slug)
    question = parse(
        dataset,
        parameters(request),
        refuse=("_search", "_sort", "_sort_desc", "_size", "_next", "_count", "_fields"),
    )
    if question.filters:
        raise BadQuestion([problem("unknown-parameter", condition.parameter) for condition in question.filters])
    standing = current_city.query_service.snapshot(dataset, question)
    dataset = as_standing(dataset, standing.source, question.release)
    picked = keys.find(current_city.query_service, dataset, key, standing)
    if not picked:
        raise erasure_notes.missing(current_city, dataset, key)
    body = {
        "rows": [{**json_values(hit.values, question.calendar), "_row": hit.address} for hit in picked],
        **provenance(standing),
        **file_sources.source(
            current_city, question, standing, _address(dataset, f"rows/{keys.step_of(key)}", question)
        ).members(),
    }
    if question.lang:
        body["labels"] = {field.name: field.label.of(question.lang) for field in dataset.published}
    if slug in current_city.documents.companions:
        body["documents"] = f"/api/v1/documents?{urlencode({'dataset': slug, 'key': key})}"
    etag = tag("row", key, standing.snapshot_id, dataset.digest, question.query_string())
    return document(request, etag, lambda: orjson.dumps(body), links(dataset, standing.releases))


@reading
def bundle(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The rows that a question asks for with what belongs to them, as a zip."""
    return bundled(request, slug)


@reading
def groups(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Groups of rows with counts, sums and the like."""
    current_city = city.current()
    dataset = dataset_of(current_city.registry, slug)
    question = parse_groups(dataset, parameters(request))
    standing = current_city.query_service.snapshot(dataset, question.scope)
    dataset = as_standing(dataset, standing.source, question.scope.release)

    def body() -> bytes:
        source = file_sources.source(current_city, question.scope, standing, _address(dataset, "groups", question))
        answer = answer_groups(current_city.query_service, dataset, question, standing)
        return groups_page(answer, question, dataset, source)

    etag = tag("groups", standing.snapshot_id, dataset.digest, question.query_string())
    return document(request, etag, body, links(dataset, standing.releases))


@reading
def facets(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The commonest values of fields, with how many rows each would give."""
    current_city = city.current()
    dataset = dataset_of(current_city.registry, slug)
    question = parse_facets(dataset, parameters(request))
    standing = current_city.query_service.snapshot(dataset, question.scope)
    dataset = as_standing(dataset, standing.source, question.scope.release)

    def body() -> bytes:
        source = file_sources.source(current_city, question.scope, standing, _address(dataset, "facets", question))
        answer = answer_facets(current_city.query_service, dataset, question, standing)
        return facets_page(answer, question, dataset, source)

    etag = tag("facets", standing.snapshot_id, dataset.digest, question.query_string())
    return document(request, etag, body, links(dataset, standing.releases))


@reading
def releases(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The releases of a dataset, newest first, withdrawn ones included, page by page."""
    only(request, "_size", "_next", "_lang")
    current_city = city.current()
    dataset = dataset_of(current_city.registry, slug)
    history = _history(current_city, dataset)
    size, start = _size(request), _after(request, history)
    shown, following = history[start : start + size], None
    if start + size < len(history):
        kept = {name: request.GET[name] for name in ("_size", "_lang") if name in request.GET}
        after = f"{shown[-1].period}/{shown[-1].number}"
        following = f"{root_of(dataset)}/releases?{urlencode({**kept, '_next': after}, safe='/')}"
    body = orjson.dumps(
        {
            "dataset": dataset.slug,
            "releases": _listed(current_city, dataset, shown),
            "total": len(history),
            "next": following,
        }
    )
    return document(request, tag("releases", body.decode()), lambda: body, {})


def _size(request: HttpRequest) -> int:
    try:
        return values.read_size(request.GET["_size"]) if "_size" in request.GET else RELEASES_LISTED
    except BadValue as bad:
        raise BadQuestion([problem(bad.code, "_size", bad.allowed, **bad.blanks)]) from None


def _after(request: HttpRequest, history: Sequence[Release]) -> int:
    """Where the page begins: behind the release that ``_next`` names, which stays in its place whatever comes."""
    if "_next" not in request.GET:
        return 0
    for at, release in enumerate(history, 1):
        if f"{release.period}/{release.number}" == request.GET["_next"]:
            return at
    raise BadQuestion([problem("cursor", "_next")])


@reading
def release(request: HttpRequest, slug: str, period: str, number: int) -> HttpResponseBase:
    """The manifest of one release."""
    only(request, "_lang")
    current_city = city.current()
    dataset = dataset_of(current_city.registry, slug)
    return manifest(request, current_city, release_of(current_city.release_store, dataset.slug, period, number))


@reading
def release_file(request: HttpRequest, slug: str, period: str, number: int, name: str) -> HttpResponseBase:
    """One file of one release."""
    only(request, "_lang")
    current_city = city.current()
    dataset = dataset_of(current_city.registry, slug)
    return part(request, current_city, release_of(current_city.release_store, dataset.slug, period, number), name)


@reading
def nothing(_request: HttpRequest) -> HttpResponseBase:
    """Any other address of the API: a problem document, where a page would be no use."""
    raise NotFound("no-such-address", Label("این نشانی در رابط برنامه‌نویسی نیست.", "The API has no such address."))


@reading
def changed(request: HttpRequest, slug: str, name: str = "json") -> HttpResponseBase:
    """The rows added, removed or changed between two states."""
    current_city = city.current()
    dataset = dataset_of(current_city.registry, slug)
    if name not in CHANGE_FORMATS:
        raise no_format(CHANGE_FORMATS)
    kind = CHANGE_FORMATS[name]
    question = parse_changes(slug, parameters(request), refuse=kind.refuse)
    pair = sides(current_city.release_store, question)
    states = (
        pair.before.snapshot.digest,
        pair.after.snapshot.digest,
        *(withdrawal.release.ref for withdrawal in pair.gone),
    )
    etag = tag("changes", name, *states, dataset.digest, question.query_string())
    headers = links(dataset)
    if kind.write is None:
        return document(request, etag, lambda: _changes_page(current_city, dataset, question, pair), headers)
    pinned = replace(question, start=pair.before.pinned, end=pair.after.pinned)
    address = f"{root_of(dataset)}/changes.{name}?{pinned.query_string()}"
    named = file_sources.list_name(current_city, f"{slug}-changes", address, name, file_sources.PINNED)
    headers["Content-Disposition"] = file_sources.attachment(named)
    write, spill = kind.write, current_city.index_store.spill
    return streamed(
        request, etag, lambda: write(every_change(dataset, question, spill, pair), question, dataset), kind, headers
    )


def _changes_page(current_city: city.City, dataset: Dataset, question: ChangeQuestion, pair: SnapshotSides) -> bytes:
    answer = changes(current_city.release_store, dataset, question, current_city.index_store.spill, pair)
    following = None
    if answer.next:
        start, end = answer.sides.before.pinned, answer.sides.after.pinned
        after = replace(question, start=start, end=end, cursor=answer.next)
        following = f"{root_of(dataset)}/changes.json?{after.query_string()}"
    return changes_page(answer, question, dataset, following)
