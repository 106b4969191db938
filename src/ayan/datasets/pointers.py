"""What declarations say of one another: references and views lead to public fields, of their like, with a place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ayan.core.query.boxes import place_fields
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field, Ref
from ayan.core.schema.loader import MAIN
from ayan.core.schema.problem import DeclarationProblems
from ayan.core.schema.tables import near
from ayan.core.schema.view import ChainView, PlacedView, RelatedView


def judge_pointers(
    dataset: Dataset, sound: Mapping[str, Dataset], refused: Collection[str], problems: DeclarationProblems
) -> None:
    """Note what a dataset says of others that is not so. ``sound`` are the declarations by slug.

    What a refused declaration would have offered is not known, and its own faults are listed anyway.
    """
    for field, ref in _references(dataset):
        if ref.dataset not in refused:
            _judge(dataset, field, ref, sound, problems)
    for key, ref in _looks(dataset):
        if ref.dataset not in refused:
            _pointed(dataset, key, ref, sound, problems)
    _companion(dataset, sound, refused, problems)
    _stepped(dataset, sound, problems)
    _placed(dataset, sound, problems)


def _references(dataset: Dataset) -> Iterator[tuple[Field, Ref]]:
    return ((field, field.ref) for field in dataset.fields if field.ref is not None)


def _looks(dataset: Dataset) -> Iterator[tuple[str, Ref]]:
    """What the views of a dataset say of others, with the key that says it."""
    for view in dataset.views:
        for key, slug, name in view.points:
            yield f"view[{view.code}].{key}", Ref(slug, name)


def _judge(
    dataset: Dataset, field: Field, ref: Ref, sound: Mapping[str, Dataset], problems: DeclarationProblems
) -> None:
    key = f"field[{field.name}].ref"
    pointed = _pointed(dataset, key, ref, sound, problems)
    if pointed is not None and not field.kind.may_equal(pointed.kind):
        mine, theirs = field.kind.label, pointed.kind.label
        problems.add(f"{dataset.slug}/{MAIN}", key, "ref-kind", kind=mine, value=pointed.label, other=theirs)


def _companion(
    dataset: Dataset, sound: Mapping[str, Dataset], refused: Collection[str], problems: DeclarationProblems
) -> None:
    """A dataset of documents is noted whose rows could not tell which row of the other dataset they are of."""
    companion, file = dataset.companion, f"{dataset.slug}/{MAIN}"
    if companion is None or companion.of in refused:
        return
    other = sound.get(companion.of)
    if other is None:
        problems.add(file, "documents_of", "ref-dataset", value=companion.of, near=near(companion.of, sound))
        return
    if not other.key:
        problems.add(file, "documents_of", "documents-no-key", dataset=other.title)
        return
    if dataset.period != other.period:
        problems.add(file, "period", "documents-period", dataset=other.title, period=other.period)
    own = [(name, dataset.field(name).kind) for name in companion.row_key]
    if own != [(name, other.field(name).kind) for name in other.key]:
        problems.add(file, "field", "documents-row", dataset=other.title, fields=", ".join(other.key))


def _stepped(dataset: Dataset, sound: Mapping[str, Dataset], problems: DeclarationProblems) -> None:
    """A step of a chain over rows that would stand on no record's page is noted."""
    said = {view.rows for view in dataset.views_of(RelatedView)}
    for view in dataset.views_of(ChainView):
        for key, slug, name in view.points:
            other = sound.get(slug)
            field = (
                next((candidate for candidate in other.published if candidate.name == name), None) if other else None
            )
            refers = field is not None and field.ref is not None and field.ref.dataset == dataset.slug
            if field is not None and not refers and f"{slug}.{name}" not in said:
                problems.add(f"{dataset.slug}/{MAIN}", f"view[{view.code}].{key}", "chain-step", value=f"{slug}.{name}")


def _placed(dataset: Dataset, sound: Mapping[str, Dataset], problems: DeclarationProblems) -> None:
    """A view that places rows where others lie is noted where these lie nowhere, or cannot hold what it looks for."""
    for view in dataset.views_of(PlacedView):
        (_, slug, name), other = view.points[0], sound.get(view.at.partition(".")[0])
        pointed = next((field for field in other.published if field.name == name), None) if other else None
        if other is None or pointed is None:
            continue
        by = dataset.field(view.by)
        if not by.kind.may_equal(pointed.kind):
            said = {"kind": by.kind.label, "value": pointed.label, "other": pointed.kind.label}
            problems.add(f"{dataset.slug}/{MAIN}", f"view[{view.code}].by", "ref-kind", **said)
        elif not place_fields(other) or any(field.shown != "public" for field in place_fields(other)):
            problems.add(f"{dataset.slug}/{MAIN}", f"view[{view.code}].at", "place-absent", value=slug)


def _pointed(
    dataset: Dataset, key: str, ref: Ref, sound: Mapping[str, Dataset], problems: DeclarationProblems
) -> Field | None:
    """The public field that is pointed to; None, with the problem noted, where there is none."""
    file = f"{dataset.slug}/{MAIN}"
    target = sound.get(ref.dataset)
    if target is None:
        problems.add(file, key, "ref-dataset", value=ref.dataset, near=near(ref.dataset, sound))
        return None
    public = {field.name: field for field in target.published if field.shown == "public"}
    pointed = public.get(ref.field)
    if pointed is None:
        hidden = any(field.name == ref.field for field in target.fields)
        code = "ref-private" if hidden else "ref-field"
        problems.add(file, key, code, dataset=target.title, value=ref.field, near=near(ref.field, public))
    return pointed
