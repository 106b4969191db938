"""A result that a page or an answer shows, asked again of the sealed files, and held against what the index says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from ayan.apps.catalog.citation import citations, file_sources
from ayan.apps.catalog.citation.citations import Cited, NotACitation, Then
from ayan.apps.catalog.explorer import conditions, figures
from ayan.apps.catalog.explorer import state as explorer_state
from ayan.apps.catalog.explorer.state import NOT_ON_PAGES, ExplorerState
from ayan.apps.catalog.limits import EXPLORER_PAGE
from ayan.apps.catalog.shown_units import list_unit
from ayan.apps.logbook.limits import MOST_ROWS_COMPARED
from ayan.apps.logbook.sealed_files import MeasuredFiles, measure
from ayan.core.query import statistics
from ayan.core.query.answer import Snapshot
from ayan.core.query.file_source import LogPosition
from ayan.core.query.grouping import parse_groups
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.query.question_parser import parse
from ayan.core.query.statistics import Statistics
from ayan.core.schema.definition import Dataset
from ayan.core.store.release import Release
from ayan.core.values import locale
from ayan.core.values.locale import Lang
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class ResultCheck:
    """What a question gives, as it is shown and from the sealed files.

    ``sealed`` is None where a sealed file is not what it was, so that there is nothing to compare with. ``then`` is the
    state of a citation. ``rows_differ`` counts rows that differ, None where there are too many to be
    compared one by one. ``position`` is where the log has come to hold all releases that were read.
    """

    ask: ExplorerState
    snapshot: Snapshot
    shown: Statistics
    sealed: Statistics | None
    rows_differ: int | None
    files: MeasuredFiles
    position: LogPosition | None
    then: Then | None
    is_present: bool

    @property
    def holds(self) -> bool:
        """Whether what is shown is what was sealed."""
        return self.shown == self.sealed and not self.rows_differ and not self.files.damaged

    @property
    def releases(self) -> tuple[Release, ...]:
        """The releases that were read."""
        return file_sources.asked_state(self.ask.question, self.snapshot).releases

    @property
    def chips(self) -> list[Any]:
        """The conditions in words."""
        return list(conditions.chips(self.ask))


def of_page(dataset: Dataset, query: str, lang: Lang, path: str) -> ExplorerState:
    """The state of a page by the query of its address. Raises BadQuestion."""
    return explorer_state.read(dataset, parse_qsl(query, keep_blank_values=True), path, lang)[0]


def of_rows(dataset: Dataset, query: str, lang: Lang, path: str, *, grouped: bool = False) -> ExplorerState:
    """The page with the rows that an answer for programs is about. Raises BadQuestion."""
    parameters = parse_qsl(query, keep_blank_values=True)
    question = parse_groups(dataset, parameters).scope if grouped else parse(dataset, parameters)
    return as_page(dataset, question, lang, path)


def as_page(dataset: Dataset, question: Question, lang: Lang, path: str) -> ExplorerState:
    """The page that shows what a question of a program asks for."""
    shown = replace(question, unit=list_unit(dataset), calendar=locale.of(lang).calendar, lang=lang, size=EXPLORER_PAGE)
    return ExplorerState(dataset, replace(shown, cursor=None, count=False), path, lang)


def of_citation(city: City, held: Cited, dataset: Dataset, lang: Lang, path: str) -> tuple[ExplorerState, Then]:
    """What a citation asks for and the state it was made in. Raises BadQuestion, or NotACitation for a state that the
    store never had."""
    parameters = [pair for pair in held.parameters if pair[0] not in NOT_ON_PAGES]
    ask = explorer_state.read(dataset, parameters, path, lang)[0]
    then = citations.then(city.release_store, held, ask.question.release)
    if then is None:
        raise NotACitation
    return ask, then


def check(city: City, ask: ExplorerState, then: Then | None = None) -> ResultCheck:
    """Ask again, of both. Raises Unanswered, where one of them cannot answer now."""
    present, question = ask, ask.question
    if then is not None and not question.release:
        present = replace(ask, question=replace(question, as_of=then.moment))
    scope = present.scope
    served, sealed = city.query_service, city.sealed_query_service
    snapshot = served.snapshot(ask.dataset, scope)
    releases = file_sources.asked_state(scope, snapshot).releases
    files = measure(releases)
    shown = figures.of_result(served, present, snapshot)
    again, differing = None, None
    if not files.damaged:
        beside = sealed.snapshot(ask.dataset, scope)
        again = statistics.statistics(sealed, ask.dataset, scope, beside)
        if max(shown.rows, again.rows) <= MOST_ROWS_COMPARED:
            differing = len(_rows(served, ask.dataset, scope, snapshot) ^ _rows(sealed, ask.dataset, scope, beside))
    now = city.release_store.snapshot(ask.dataset.slug).releases
    return ResultCheck(
        present,
        snapshot,
        shown,
        again,
        differing,
        files,
        file_sources.log_position(city, snapshot),
        then,
        set(releases) <= set(now) and (bool(scope.release) or len(releases) == len(now)),
    )


def _rows(reader: QueryService, dataset: Dataset, question: Question, snapshot: Snapshot) -> set[tuple[object, ...]]:
    """The rows of a result, each with its address."""
    out: set[tuple[object, ...]] = set()
    for batch in reader.stream(dataset, question, snapshot):
        columns: Sequence[list[object]] = [column.to_pylist() for column in batch.columns]
        out.update(zip(*columns, strict=True))
    return out
