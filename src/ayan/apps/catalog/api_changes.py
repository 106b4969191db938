"""What changed in a dataset between two states, for programs: JSON pages, or all of it as JSON lines or CSV."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponseBase

from ayan.apps.catalog.api_address import dataset_of, links, no_format, parameters, root_of
from ayan.apps.catalog.api_reply import document, reading, streamed, tag
from ayan.core.query.changes import changes, every_change
from ayan.core.query.changing import ChangeQuestion, parse_changes
from ayan.core.query.formats.differences import CHANGE_FORMATS, changes_page
from ayan.core.query.sides import Sides, sides
from ayan.core.schema.definition import Dataset
from ayan.core.store.shelf import Shelf
from ayan.wiring import city


@reading
def changed(request: HttpRequest, slug: str, name: str = "json") -> HttpResponseBase:
    """The rows added, removed or changed between two states."""
    here = city.current()
    found = dataset_of(here, slug)
    if name not in CHANGE_FORMATS:
        raise no_format(CHANGE_FORMATS)
    kind = CHANGE_FORMATS[name]
    question = parse_changes(slug, parameters(request), refuse=kind.refuse)
    pair = sides(here.shelf, question)
    states = (pair.before.state.digest, pair.after.state.digest, *(one.release.ref for one in pair.gone))
    etag = tag("changes", name, *states, found.digest, question.query_string())
    headers = links(found)
    if kind.write is None:
        return document(request, etag, lambda: _page(here.shelf, found, question, pair), headers)
    headers["Content-Disposition"] = f'attachment; filename="{slug}-changes.{name}"'
    write = kind.write
    return streamed(
        request, etag, lambda: write(every_change(found, question, pair), question, found), kind.media_type, headers
    )


def _page(shelf: Shelf, dataset: Dataset, question: ChangeQuestion, pair: Sides) -> bytes:
    answer = changes(shelf, dataset, question, pair)
    following = None
    if answer.next:
        start, end = answer.sides.before.pinned, answer.sides.after.pinned
        after = replace(question, start=start, end=end, cursor=answer.next)
        following = f"{root_of(dataset)}/changes.json?{after.query_string()}"
    return changes_page(answer, question, dataset, following)
