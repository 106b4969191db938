"""The API: datasets, rows, groups, facets, changes, releases and their files for programs; no key is needed to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from ayan.apps.catalog.releases import erasure_notes
from ayan.core.query import keys
from ayan.core.query.answer import RowErased, Snapshot
from ayan.core.query.change_question import ChangeQuestion, SnapshotSides, parse_changes, sides
from ayan.core.query.changes import changes, every_change
from ayan.core.query.formats import FORMATS
from ayan.core.query.formats.differences import CHANGE_FORMATS, changes_page
from ayan.core.query.formats.document import facets_page, groups_page, json_values, page, provenance
from ayan.core.query.grouping import parse_facets, parse_groups
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.query_service import answer_facets, answer_groups
from ayan.core.query.question import Question
from ayan.core.query.question_parser import parse
from ayan.core.schema.definition import Dataset
from ayan.core.schema.export import table_schema
from ayan.core.store.manifest import MEDIATYPE, beside, file_name
from ayan.core.store.objects import MANIFEST, Withdrawn
from ayan.core.store.release import Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.store.tombstone import instant
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.ui.api.responses import (
    FRESH,
    NotFound,
    dataset_of,
    document,
    links,
    no_format,
    not_modified,
    only,
    parameters,
    problem_document,
    reading,
    release_of,
    root_of,
    streamed,
    tag,
)
from ayan.wiring import city
from ayan.wiring.city import City

PIECE: Final = 1 << 18
# A part's name, as it was sealed or as an erasure renewed it.
_GENERATION: Final = re.compile(r"data-[0-9]{4}(\.e[0-9]+)?\.parquet")
_RANGE: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})").fullmatch

NO_FILE: Final = Label("این انتشار پرونده‌ای به این نام ندارد.", "The release has no file of this name.")


class FileReplaced(Refusal):
    """The file of this name is no more: rows were erased from it."""

    code = "file-replaced"
    fa = "از این پرونده ردیف‌هایی پاک شده و پروندهٔ دیگری جای آن را گرفته است."
    en = "Rows have been erased from this file, and another one has taken its place."
    status = 410


class OutsideFile(Refusal):
    """The range asked for is not in the file."""

    code = "range"
    fa = "بازهٔ خواسته‌شده بیرون از پرونده است."
    en = "The range asked for is outside the file."
    status = 416


def manifest(request: HttpRequest, city: City, release: Release) -> HttpResponseBase:
    """``datapackage.json``, byte for byte as it was sealed; its tag is its SHA-256."""
    if release.withdrawn:
        return erasure_notes.withdrawn(request, city, release)
    headers = {"Cache-Control": FRESH, "ETag": f'"{release.digest}"'}
    known = not_modified(request, headers["ETag"], headers)
    if known is not None:
        return known
    return HttpResponse(release.local(MANIFEST).read_bytes(), content_type="application/json", headers=headers)


def part(request: HttpRequest, city: City, release: Release, name: str) -> HttpResponseBase:
    """One file of a release, or the range of it that is asked for; its tag is its SHA-256."""
    if name == MANIFEST:
        return manifest(request, city, release)
    if release.withdrawn:
        return erasure_notes.withdrawn(request, city, release)
    files = {file_name(resource): resource for resource in release.manifest["resources"]} | beside(release.manifest)
    if name not in files:
        if release.erasures and _GENERATION.fullmatch(name):
            notes = [note.as_json() for note in erasure_notes.of_release(city, release)]
            return problem_document(
                request, FileReplaced(code=RowErased.code), {"erasures": notes, "files": list(release.names)}
            )
        raise NotFound("no-such-file", NO_FILE)
    resource = files[name]
    etag = f'"{str(resource["hash"]).removeprefix("sha256:")}"'
    headers = {
        "Cache-Control": FRESH,
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Content-Disposition": f'attachment; filename="{release.slug}-{release.period}-{release.number}-{name}"',
        "Link": f'<{request.path.rpartition("/")[0]}>; rel="canonical"',
    }
    known = not_modified(request, etag, headers)
    if known is not None:
        return known
    try:
        path = release.local(name)
    except Withdrawn:
        return erasure_notes.withdrawn(request, city, release)
    return _ranged(request, path, etag, headers)


def _ranged(request: HttpRequest, path: Path, etag: str, headers: dict[str, str]) -> HttpResponseBase:
    size = path.stat().st_size
    first, last, status = 0, size - 1, 200
    asked = _RANGE(request.headers.get("Range", ""))
    if asked and (asked[1] or asked[2]) and request.headers.get("If-Range", etag) == etag:
        first, last, status = _bounds(asked, size)
        if status == OutsideFile.status:
            response = problem_document(request, OutsideFile())
            response.headers["Content-Range"] = f"bytes */{size}"
            return response
        if status == 206:
            headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    headers["Content-Length"] = str(last - first + 1)
    media_type = MEDIATYPE if path.suffix == ".parquet" else "application/octet-stream"
    if request.method == "HEAD":
        return HttpResponse(content_type=media_type, status=status, headers=headers)
    return StreamingHttpResponse(_bytes(path, first, last), content_type=media_type, status=status, headers=headers)


def _bounds(asked: re.Match[str], size: int) -> tuple[int, int, int]:
    """First and last byte and the status: 206, 416 where nothing of the range is there, 200 for an invalid one."""
    if not asked[1]:
        length = int(asked[2])
        return (max(0, size - length), size - 1, 206) if length and size else (0, 0, 416)
    first, last = int(asked[1]), int(asked[2]) if asked[2] else size - 1
    if asked[2] and last < first:
        return 0, size - 1, 200
    return (first, min(last, size - 1), 206) if first < size else (0, 0, 416)


def _bytes(path: Path, first: int, last: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        left = last - first + 1
        while left > 0 and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece


def listed(release: Release, root: str, current: bool) -> dict[str, Any]:
    """A release as lists name it."""
    return {
        "period": release.period,
        "number": release.number,
        "rows": release.rows,
        "sealed_at": release.sealed_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "digest": f"sha256:{release.digest}",
        "current": current,
        "withdrawn": release.withdrawn,
        "erased_rows": sum(erasure.count for erasure in release.erasures),
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
        "url": root_of(dataset),
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
    body = orjson.dumps(
        {
            **_summary(current_city, dataset),
            "law": _words(dataset.law),
            "grace_days": dataset.grace_days,
            "key": list(dataset.key),
            "bytes": asdict(current_city.index_store.disk_use(current_city.release_store.snapshot(slug))),
            "schema": table_schema(dataset.published, dataset.key),
            "releases": _releases(current_city, dataset),
            "formats": {name: f"{root_of(dataset)}/rows.{name}" for name in FORMATS},
        }
    )
    return document(request, tag("dataset", body.decode()), lambda: body, {})


def _releases(city: City, dataset: Dataset) -> list[dict[str, Any]]:
    current = set(city.release_store.snapshot(dataset.slug).releases)
    history = city.release_store.releases(dataset.slug)
    return [listed(release, root_of(dataset), release in current) for release in reversed(history)]


@reading
def rows(request: HttpRequest, slug: str, name: str = "json") -> HttpResponseBase:
    """The rows that a question asks for: a page in JSON, the whole result in any other format."""
    current_city = city.current()
    dataset = dataset_of(current_city.registry, slug)
    if name not in FORMATS:
        raise no_format(FORMATS)
    kind = FORMATS[name]
    question = parse(dataset, parameters(request), refuse=kind.refuse)
    standing = current_city.query_service.snapshot(dataset, question)
    etag = tag("rows", name, standing.snapshot_id, dataset.digest, question.query_string())
    headers = links(dataset, standing.releases)
    if kind.write is None:
        return document(request, etag, lambda: _page(current_city, dataset, question, standing), headers)
    headers["Content-Disposition"] = f'attachment; filename="{slug}-{standing.snapshot_id[:12]}.{name}"'
    write = kind.write
    return streamed(
        request, etag, lambda: write(current_city.query_service, dataset, question, standing), kind, headers
    )


def _page(city: City, dataset: Dataset, question: Question, snapshot: Snapshot) -> bytes:
    answer = city.query_service.rows(dataset, question, snapshot)
    following = None
    if answer.next:
        following = f"{root_of(dataset)}/rows.json?{replace(question, cursor=answer.next).query_string()}"
    return page(answer, question, following)


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
    picked = keys.find(current_city.query_service, dataset, key, standing)
    if not picked:
        raise erasure_notes.missing(current_city, dataset, key)
    body = {
        "rows": [{**json_values(hit.values, question.calendar), "_row": hit.address} for hit in picked],
        **provenance(standing),
    }
    if question.lang:
        body["labels"] = {field.name: field.label.of(question.lang) for field in dataset.published}
    etag = tag("row", key, standing.snapshot_id, dataset.digest, question.query_string())
    return document(request, etag, lambda: orjson.dumps(body), links(dataset, standing.releases))


@reading
def groups(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Groups of rows with counts, sums and the like."""
    current_city = city.current()
    dataset = dataset_of(current_city.registry, slug)
    question = parse_groups(dataset, parameters(request))
    standing = current_city.query_service.snapshot(dataset, question.scope)

    def body() -> bytes:
        return groups_page(answer_groups(current_city.query_service, dataset, question, standing), question, dataset)

    etag = tag("groups", standing.snapshot_id, dataset.digest, question.query_string())
    return document(request, etag, body, links(dataset, standing.releases))


@reading
def facets(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The commonest values of fields, with how many rows each would give."""
    current_city = city.current()
    dataset = dataset_of(current_city.registry, slug)
    question = parse_facets(dataset, parameters(request))
    standing = current_city.query_service.snapshot(dataset, question.scope)

    def body() -> bytes:
        return facets_page(answer_facets(current_city.query_service, dataset, question, standing), question, dataset)

    etag = tag("facets", standing.snapshot_id, dataset.digest, question.query_string())
    return document(request, etag, body, links(dataset, standing.releases))


@reading
def releases(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Every release of a dataset, newest first, withdrawn ones included."""
    only(request, "_lang")
    current_city = city.current()
    dataset = dataset_of(current_city.registry, slug)
    body = orjson.dumps({"dataset": dataset.slug, "releases": _releases(current_city, dataset)})
    return document(request, tag("releases", body.decode()), lambda: body, {})


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
        return document(
            request, etag, lambda: _changes_page(current_city.release_store, dataset, question, pair), headers
        )
    headers["Content-Disposition"] = f'attachment; filename="{slug}-changes.{name}"'
    write = kind.write
    return streamed(
        request, etag, lambda: write(every_change(dataset, question, pair), question, dataset), kind, headers
    )


def _changes_page(store: ReleaseStore, dataset: Dataset, question: ChangeQuestion, pair: SnapshotSides) -> bytes:
    answer = changes(store, dataset, question, pair)
    following = None
    if answer.next:
        start, end = answer.sides.before.pinned, answer.sides.after.pinned
        after = replace(question, start=start, end=end, cursor=answer.next)
        following = f"{root_of(dataset)}/changes.json?{after.query_string()}"
    return changes_page(answer, question, dataset, following)
