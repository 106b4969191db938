"""The words of a dataset as they were sealed with a release, and where today's declaration words them otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import CodeEntry, CodeList, Field
from ayan.core.store.limits import MOST_WORDED
from ayan.core.store.release import DatasetSnapshot, Release
from ayan.core.values.label import Label


def as_sealed(dataset: Dataset, manifest: Mapping[str, Any]) -> Dataset:
    """The dataset with title, owner, and labels of columns, units and codes as a release's manifest says them.

    What the manifest does not say, as of columns that came later, stays as it is declared; the very dataset where
    everything is worded alike.
    """
    facts = manifest.get("ayan", {})
    columns = _columns(manifest)
    fields = tuple(_field(field, columns.get(field.name)) for field in dataset.fields)
    title, owner = _label(facts.get("title"), dataset.title), _label(facts.get("owner"), dataset.owner)
    if title is dataset.title and owner is dataset.owner and all(map(_same, fields, dataset.fields)):
        return dataset
    return replace(dataset, title=title, owner=owner, fields=fields)


def as_standing(dataset: Dataset, state: DatasetSnapshot, asked: tuple[str, int] | None = None) -> Dataset:
    """The dataset in the words of the newest release of a state; as it is where there is none.

    Where one of them was ``asked`` for (period, number), in the words of that one.
    """
    newest = (asked and state.alone(asked).newest) or state.newest
    return dataset if newest is None else _worded(_Wording(dataset, newest))


@dataclass(frozen=True, slots=True, eq=False)
class _Wording:
    """A dataset in the words of a release: the same for the very same dataset and the same bytes of a manifest."""

    dataset: Dataset
    release: Release

    def __hash__(self) -> int:
        return hash((id(self.dataset), self.release.digest))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Wording):
            return NotImplemented
        return self.dataset is other.dataset and self.release.digest == other.release.digest


@lru_cache(maxsize=MOST_WORDED)
def _worded(wording: _Wording) -> Dataset:
    return as_sealed(wording.dataset, wording.release.manifest)


LabelSubject = Literal["title", "owner", "column", "unit", "code"]


@dataclass(frozen=True, slots=True)
class LabelChange:
    """Something that is declared otherwise than it was sealed; None where it is not declared, or was not.

    ``field`` is the name of the column, ``code`` the one that is meant, each empty where it is none.
    """

    subject: LabelSubject
    sealed: Label | None
    declared: Label | None
    field: str = ""
    code: str = ""


def label_changes(sealed: Dataset, declared: Dataset) -> tuple[LabelChange, ...]:
    """Where the declaration of a dataset words things otherwise than ``sealed`` does, in declared order."""
    return tuple(_changes(sealed, declared))


def _changes(sealed: Dataset, declared: Dataset) -> Iterator[LabelChange]:
    if sealed is declared:
        return
    if sealed.title != declared.title:
        yield LabelChange("title", sealed.title, declared.title)
    if sealed.owner != declared.owner:
        yield LabelChange("owner", sealed.owner, declared.owner)
    for was, now in zip(sealed.fields, declared.fields, strict=True):
        if not was.published or was is now:
            continue
        if was.label != now.label:
            yield LabelChange("column", was.label, now.label, was.name)
        if was.unit != now.unit:
            yield LabelChange("unit", was.unit, now.unit, was.name)
        before_codes, after_codes = _codes(was), _codes(now)
        for code in {**before_codes, **after_codes}:
            if before_codes.get(code) != after_codes.get(code):
                yield LabelChange("code", before_codes.get(code), after_codes.get(code), was.name, code)


def _codes(field: Field) -> dict[str, Label]:
    return {entry.code: entry.label for entry in field.choices.entries} if field.choices is not None else {}


def _columns(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The columns that a manifest describes, by name; every part of a release has the same."""
    for resource in manifest.get("resources", ()):
        return {str(column.get("name")): column for column in resource.get("schema", {}).get("fields", ())}
    return {}


def _field(field: Field, column: Mapping[str, Any] | None) -> Field:
    if column is None:
        return field
    label = _label(column.get("ayan:label"), field.label)
    words = column.get("ayan:unit")
    unit = _stated(words) or field.unit if field.unit is None else _label(words, field.unit)
    choices = _choices(field.choices, column.get("ayan:choices"))
    if label is field.label and unit is field.unit and choices is field.choices:
        return field
    return replace(field, label=label, unit=unit, choices=choices)


def _choices(declared: CodeList | None, sealed: Any) -> CodeList | None:
    """The code list in the words of a release; codes that it knows and that are declared no longer stand at the end."""
    if declared is None or not isinstance(sealed, list):
        return declared
    words = {str(entry["code"]): entry for entry in sealed}
    entries = [
        entry if (label := _label(words.get(entry.code), entry.label)) is entry.label else replace(entry, label=label)
        for entry in declared.entries
    ]
    known = {entry.code for entry in entries}
    entries += [CodeEntry(code, Label(entry["fa"], entry["en"])) for code, entry in words.items() if code not in known]
    unchanged = len(entries) == len(declared.entries) and all(map(_same, entries, declared.entries))
    return declared if unchanged else CodeList(declared.name, tuple(entries))


def _stated(words: object) -> Label | None:
    """The label that a manifest states; None where it states none."""
    if not isinstance(words, Mapping) or not isinstance(words.get("fa"), str) or not isinstance(words.get("en"), str):
        return None
    return Label(words["fa"], words["en"])


def _label(words: object, declared: Label) -> Label:
    """The label that a manifest states, and the declared one where that says the same, or the manifest nothing."""
    stated = _stated(words)
    alike = stated is None or (declared.fa, declared.en) == (stated.fa, stated.en)
    return declared if alike or stated is None else stated


def _same(mine: object, theirs: object) -> bool:
    return mine is theirs
