"""A dataset as one sender writes it: the declared layout, and each field with that layout's differences applied."""

from __future__ import annotations

from dataclasses import fields, replace

from ayan.core.schema.definition import Dataset, Field, FieldReading, Source


def read_as(dataset: Dataset, source: str) -> tuple[Source, tuple[Field, ...], dict[str, str]]:
    """The layout called ``source``, the fields as it reads them, and the constants it declares by field name.

    Raises KeyError when the dataset declares no such layout.
    """
    layout = dataset.sources[source]
    read = tuple(_applied(one, layout.fields.get(one.name)) for one in dataset.fields)
    constants = {name: how.constant for name, how in layout.fields.items() if how.constant is not None}
    return layout, read, constants


def _applied(field: Field, how: FieldReading | None) -> Field:
    if how is None:
        return field
    own = {one.name for one in fields(Field)}
    changed = {one.name: getattr(how, one.name) for one in fields(FieldReading) if one.name in own}
    return replace(field, **{name: value for name, value in changed.items() if value is not None})
