"""Declared shares of a result: of how many rows a condition holds, beside the same of all rows of the dataset."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ayan.apps.catalog.explorer import figures
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.core.query.answer import Snapshot
from ayan.core.query.grouping import GroupQuestion
from ayan.core.query.problem import BadQuestion
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Filter, Question
from ayan.core.query.question_parser import parse
from ayan.core.schema.definition import Dataset
from ayan.core.schema.view import ShareView


@dataclass(frozen=True, slots=True)
class Portion:
    """How many of some rows a declared condition holds for, beside the same share of all rows of the dataset."""

    view: ShareView
    rows: int
    of: int
    all_rows: int
    of_all: int
    ask: ExplorerState

    @property
    def share(self) -> float:
        """The part of the rows, from 0 to 1."""
        return self.rows / self.of

    @property
    def usual(self) -> float:
        """The part of all rows, from 0 to 1."""
        return self.all_rows / self.of_all if self.of_all else 0.0


def conditions(dataset: Dataset, where: str) -> tuple[Filter, ...] | None:
    """The conditions of a declared query; None where it cannot be asked."""
    pairs = [(name, text) for name, _, text in (part.partition("=") for part in where.split("&")) if name]
    try:
        return parse(dataset, pairs).filters
    except BadQuestion:
        return None


def portions(reader: QueryService, ask: ExplorerState, snapshot: Snapshot, rows: int) -> tuple[Portion, ...]:
    """The declared shares of some rows; none of fewer than two rows, of which a share says nothing."""
    dataset, out = ask.dataset, []
    for view in dataset.views_of(ShareView):
        added = conditions(dataset, view.where)
        if not added or rows < 2:
            continue
        narrowed = replace(ask.but(filters=(*ask.question.filters, *added)), by=None)
        whole = Question(slug=dataset.slug)
        matching, everywhere, of_all = (
            _count(reader, dataset, scope, snapshot) for scope in (narrowed.scope, replace(whole, filters=added), whole)
        )
        out.append(Portion(view, matching, rows, everywhere, of_all, narrowed))
    return tuple(out)


def _count(reader: QueryService, dataset: Dataset, scope: Question, snapshot: Snapshot) -> int:
    answer = figures.groups(reader, dataset, GroupQuestion(scope=scope), snapshot)
    return int(answer.rows[0]["count"]) if answer.rows else 0
