"""Rows of other datasets that belong to the rows of a result, by the declared links between datasets.

A dataset that declares the steps of its records' lives (`ChainView`) is linked by these; any other by the references of
its own fields and by those that lead to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ayan.core.query.answer import Snapshot, Unanswered
from ayan.core.query.limits import MOST_BUNDLED_ROWS, MOST_LINKED_ROWS
from ayan.core.query.plan import RowCount
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Filter, Question
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import SELF, ChainView, RelatedView


class TooManyToLink(Unanswered):
    """The result has more rows than others are gathered for."""

    code = "too-many-to-link"
    status = 400
    fa = "بسته برای نتیجه‌ای تا ۵٬۰۰۰ ردیف ساخته می‌شود. آن را باریک‌تر کنید، مثلاً به یک سال."
    en = "A bundle is made of a result of at most 5,000 rows. Narrow it, to one year for example."


class TooManyLinked(Unanswered):
    """More rows belong to the result than a bundle holds."""

    code = "too-many-linked"
    status = 400
    fa = "به این ردیف‌ها بیش از ۲۰۰٬۰۰۰ ردیف یک دادهٔ دیگر وابسته است. نتیجه را باریک‌تر کنید، مثلاً به یک ماه."
    en = "More than 200,000 rows of another dataset belong to these. Narrow the result, to a month for example."


@dataclass(frozen=True, slots=True)
class DatasetLink:
    """Rows of ``dataset`` belong to those whose ``by`` is equal to their ``field``."""

    dataset: Dataset
    field: Field
    by: Field


@dataclass(frozen=True, slots=True)
class LinkedRows:
    """The rows of one dataset that belong to a result: the question for them, the state it is asked of, how many."""

    link: DatasetLink
    question: Question
    snapshot: Snapshot
    rows: int


def links_of(datasets: Iterable[Dataset], dataset: Dataset) -> list[DatasetLink]:
    """What belongs to rows of a dataset, each other dataset once, in the declared order."""
    known = {each.slug: each for each in datasets}
    chains = dataset.views_of(ChainView)
    every = _of_steps(known, dataset, chains) if chains else _of_references(known, dataset)
    unique: dict[str, DatasetLink] = {}
    for link in every:
        if link.dataset.slug != dataset.slug:
            unique.setdefault(link.dataset.slug, link)
    return list(unique.values())


def _of_steps(known: Mapping[str, Dataset], dataset: Dataset, chains: Sequence[ChainView]) -> Iterator[DatasetLink]:
    related = {view.rows: view for view in dataset.views_of(RelatedView) if view.match == "same" and not view.through}
    for step in (step for chain in chains for step in chain.steps if step != SELF):
        if "." not in step:
            yield from _named(known, _public(dataset, step))
            continue
        slug, _, name = step.partition(".")
        field = _public(known.get(slug), name)
        view = related.get(step)
        by = _public(dataset, view.by) if view else None
        if by is None and field is not None and field.ref is not None and field.ref.dataset == dataset.slug:
            by = _public(dataset, field.ref.field)
        if field is not None and by is not None:
            yield DatasetLink(known[slug], field, by)


def _of_references(known: Mapping[str, Dataset], dataset: Dataset) -> Iterator[DatasetLink]:
    for field in dataset.published:
        yield from _named(known, _public(dataset, field.name))
    for other in known.values():
        for field in other.published:
            if field.ref is not None and field.ref.dataset == dataset.slug and field.shown == "public":
                by = _public(dataset, field.ref.field)
                if by is not None:
                    yield DatasetLink(other, field, by)


def _named(known: Mapping[str, Dataset], field: Field | None) -> Iterator[DatasetLink]:
    """The records that a field names."""
    if field is not None and field.ref is not None:
        target = _public(known.get(field.ref.dataset), field.ref.field)
        if target is not None:
            yield DatasetLink(known[field.ref.dataset], target, field)


def _public(dataset: Dataset | None, name: str) -> Field | None:
    """A field whose values everybody may read whole: by no other may rows be brought together."""
    fields = dataset.published if dataset is not None else ()
    return next((field for field in fields if field.name == name and field.shown == "public"), None)


def linked_rows(
    reader: QueryService, datasets: Iterable[Dataset], dataset: Dataset, question: Question, snapshot: Snapshot
) -> list[LinkedRows]:
    """What belongs to the rows of a result, of each linked dataset that has any. Raises Unanswered.

    The linked datasets are read as they stand, or stood at the moment that the question is about.
    """
    links = links_of(datasets, dataset)
    if int(reader.table(dataset, RowCount(question), snapshot)[0][0]) > MOST_BUNDLED_ROWS:
        raise TooManyToLink
    held = _held(reader, dataset, question, snapshot, dict.fromkeys(link.by.name for link in links))
    out = []
    for link in links:
        values = held[link.by.name]
        if not values:
            continue
        asked = Question(
            slug=link.dataset.slug,
            filters=(Filter(link.field.name, "in", tuple(values), exact=True),),
            as_of=question.as_of,
        )
        state = reader.snapshot(link.dataset, asked)
        rows = int(reader.table(as_asked(link.dataset), RowCount(asked), state)[0][0])
        if rows > MOST_LINKED_ROWS:
            raise TooManyLinked
        if rows:
            out.append(LinkedRows(link, asked, state, rows))
    return out


def _held(
    reader: QueryService, dataset: Dataset, question: Question, snapshot: Snapshot, names: Iterable[str]
) -> dict[str, list[str]]:
    """The values that the rows of a result have in fields, in order, each once."""
    held: dict[str, set[str]] = {name: set() for name in names}
    if not held:
        return {}
    asked = replace(question, fields=tuple(held), sort=None, size=None, lang=None)
    for batch in reader.stream(dataset, asked, snapshot):
        for name, values in held.items():
            values.update(str(value) for value in batch.column(name).to_pylist() if value is not None)
    return {name: sorted(values) for name, values in held.items()}
