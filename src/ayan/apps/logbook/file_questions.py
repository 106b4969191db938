"""Which question a file answers: as it says itself, as its name says, or as its reader does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from ayan.apps.catalog.citation import citations, file_sources, short_codes
from ayan.apps.catalog.citation.citations import NotACitation
from ayan.apps.catalog.explorer import result_options
from ayan.apps.logbook import result_check
from ayan.apps.logbook.limits import MOST_STATES
from ayan.core.query.answer import Snapshot, Unanswered
from ayan.core.query.download_comparison import DownloadFacts
from ayan.core.query.formats import FORMATS
from ayan.core.query.grouping import GroupQuestion, parse_groups
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Question
from ayan.core.query.question_parser import parse
from ayan.core.schema.definition import Dataset
from ayan.core.schema.problem import DeclarationError
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.wiring.city import City

_ROWS: Final = re.compile(r"/api/v1/datasets/([a-z0-9-]+)/(rows(?:\.[a-z]+)?|groups)")
_PAGE: Final = re.compile(r"/(?:data|embed)/([a-z0-9-]+)/?")
_CITATION: Final = re.compile(r"/c/([^/]+)")


@dataclass(frozen=True, slots=True)
class FileQuestion:
    """What a file answers, and the state that it was read from."""

    dataset: Dataset
    asked: Question | GroupQuestion
    snapshot: Snapshot

    @property
    def scope(self) -> Question:
        """The rows that it is about."""
        return self.asked.scope if isinstance(self.asked, GroupQuestion) else self.asked


class GoneState(Exception):
    """A file names a state of a dataset that can no longer be read."""

    def __init__(self, dataset: Dataset) -> None:
        super().__init__(dataset.slug)
        self.dataset = dataset


def questions_of(city: City, facts: DownloadFacts | None, name: str, typed: str, lang: Lang) -> Sequence[FileQuestion]:
    """What made the file: as it says itself, as its name says, or as its reader does. Raises GoneState.

    A reader's word names no state, so there may be several from which its rows can come; the likeliest is the first.
    """
    said = facts.said if facts else {}
    if question := _of_address(city, said.get("ayan.address", ""), said.get("ayan.state", ""), lang):
        return [question]
    if question := named_question(city, name, facts.form if facts else ""):
        return [question]
    question = _of_address(city, typed, "", lang)
    if question is None:
        return []
    return [question, *_earlier(city, question, set(facts.releases) if facts else set())]


def named_question(city: City, name: str, form: str) -> FileQuestion | None:
    """What the code in a file's name asks for; None without one. Raises GoneState."""
    questions = (_of_code(city, held, form) for held in file_sources.codes_in(name))
    return next((question for question in questions if question), None)


def _earlier(city: City, question: FileQuestion, named: set[str]) -> Iterator[FileQuestion]:
    """The same question of earlier states that have all releases that the rows name, newest first."""
    if question.scope.release or question.scope.as_of:
        return
    slug, seen = question.dataset.slug, {question.snapshot.snapshot_id}
    moments = sorted({release.sealed_at for release in city.release_store.releases(slug)}, reverse=True)
    for moment in moments:
        state = city.release_store.as_of(slug, moment)
        if state.digest not in seen and named <= {f"{each.period}/{each.number}" for each in state.releases}:
            seen.add(state.digest)
            with suppress(Unanswered):
                yield replace(question, snapshot=city.sealed_query_service.pinned(slug, state.digest))
        if len(seen) > MOST_STATES:
            return


def _of_address(city: City, address: str, state: str, lang: Lang) -> FileQuestion | None:
    try:
        parts = urlsplit(address.strip())
        path = language.bare(unquote(parts.path)) if parts.path else ""
    except ValueError:
        return None
    try:
        if match := _CITATION.fullmatch(path):
            return _of_code(city, citations.decode(short_codes.resolved(city, match[1])), "")
        if match := _PAGE.fullmatch(path):
            dataset = city.registry.get(match[1])
            ask = result_check.of_page(dataset, parts.query, lang, path)
            asked: Question | GroupQuestion = parse(dataset, parse_qsl(result_options.api_query(ask)))
        elif match := _ROWS.fullmatch(path):
            dataset = city.registry.get(match[1])
            parameters = parse_qsl(parts.query, keep_blank_values=True)
            takes = FORMATS["xlsx"].takes
            asked = (
                parse_groups(dataset, parameters) if match[2] == "groups" else parse(dataset, parameters, takes=takes)
            )
        else:
            return None
    except (KeyError, DeclarationError, BadQuestion, NotACitation):
        return None
    scope = asked.scope if isinstance(asked, GroupQuestion) else asked
    reader = city.sealed_query_service
    try:
        snapshot = reader.pinned(dataset.slug, state) if state else reader.snapshot(dataset, scope)
    except Unanswered:
        raise GoneState(dataset) from None
    return FileQuestion(dataset, asked, snapshot)


def _of_code(city: City, held: citations.Cited, form: str) -> FileQuestion | None:
    """What a code in a name asks for, in whatever form the file is now."""
    takes = FORMATS[form].takes if form in FORMATS else ()
    refused = {"_unit", "_view", "_by", *(FORMATS[form].refuse if form in FORMATS else ())} - set(takes)
    try:
        dataset = city.registry.get(held.slug)
        asked = parse(dataset, [pair for pair in held.parameters if pair[0] not in refused], takes=takes)
    except (KeyError, DeclarationError, BadQuestion):
        return None
    then = citations.then(city.release_store, held, asked.release)
    if then is None:
        return None
    if then.withdrawn or then.erased:
        raise GoneState(dataset)
    pinned = asked if asked.release else replace(asked, as_of=then.moment)
    try:
        return FileQuestion(dataset, asked, city.sealed_query_service.snapshot(dataset, pinned))
    except Unanswered:
        raise GoneState(dataset) from None
