"""A dataset's fields as one sender's file writes them."""

from __future__ import annotations

from dataclasses import fields as attributes
from dataclasses import replace

from ayan.core.schema.definition import Dataset, FieldReading, Layout
from ayan.core.schema.field import Field
from ayan.core.schema.issue import CannotRead, Issue


def read_as(dataset: Dataset, source_name: str) -> tuple[Layout, tuple[Field, ...], dict[str, str]]:
    """The layout called ``source_name``, the dataset's fields as it writes them, and the values it states for all rows.

    The last maps a field's name to its constant. Raises CannotRead (``source-unknown``) for an undeclared layout.
    """
    source = dataset.sources.get(source_name)
    if source is None:
        known = "، ".join(sorted(dataset.sources))
        raise CannotRead(Issue(code="source-unknown", params={"source": source_name, "sources": known}))
    fields = tuple(
        overridden(field, source.fields[field.name]) if field.name in source.fields else field
        for field in dataset.fields
    )
    constants = {name: reading.constant for name, reading in source.fields.items() if reading.constant is not None}
    return source, fields, constants


def overridden(field: Field, reading: FieldReading) -> Field:
    """``field`` with every part that ``reading`` states put in place of its own."""
    stated = {
        part.name: getattr(reading, part.name)
        for part in attributes(reading)
        if part.name != "constant" and getattr(reading, part.name) is not None
    }
    return replace(field, **stated)
