"""What changed in a dataset between two states, for programs: JSON pages, or all of it as JSON lines or CSV."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponseBase

from ayan.apps.catalog.api_address import dataset_of, links, no_format, parameters, root_of
from ayan.apps.catalog.api_response import document, reading, streamed, tag
from ayan.core.query.change_question import ChangeQuestion, SnapshotSides, parse_changes, sides
from ayan.core.query.changes import changes, every_change
from ayan.core.query.formats.differences import CHANGE_FORMATS, changes_page
from ayan.core.schema.definition import Dataset
from ayan.core.store.release_store import ReleaseStore
from ayan.wiring import city


@reading
def changed(request: HttpRequest, slug: str, name: str = "json") -> HttpResponseBase:
    """The rows added, removed or changed between two states."""
    current_city = city.current()
    dataset = dataset_of(current_city, slug)
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
        return document(request, etag, lambda: _page(current_city.release_store, dataset, question, pair), headers)
    headers["Content-Disposition"] = f'attachment; filename="{slug}-changes.{name}"'
    write = kind.write
    return streamed(
        request, etag, lambda: write(every_change(dataset, question, pair), question, dataset), kind.media_type, headers
    )


def _page(store: ReleaseStore, dataset: Dataset, question: ChangeQuestion, pair: SnapshotSides) -> bytes:
    answer = changes(store, dataset, question, pair)
    following = None
    if answer.next:
        start, end = answer.sides.before.pinned, answer.sides.after.pinned
        after = replace(question, start=start, end=end, cursor=answer.next)
        following = f"{root_of(dataset)}/changes.json?{after.query_string()}"
    return changes_page(answer, question, dataset, following)
