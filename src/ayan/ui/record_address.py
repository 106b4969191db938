"""The part of an address that is the key of a record: written for people, and read as `keys` knows it."""

from __future__ import annotations

from typing import Final

from django.urls import register_converter
from django.urls.converters import PathConverter

from ayan.core.values.address_step import read_key, written_key

CONVERTER: Final = "record"


class RecordConverter(PathConverter):
    """A key of `ayan.core.query.keys`, so that views get and give keys, and addresses hold what people can read."""

    def to_python(self, value: str) -> str:
        """The key that an address spells."""
        return read_key(value)

    def to_url(self, value: object) -> str:
        """The key as the address spells it."""
        return written_key(str(value))


register_converter(RecordConverter, CONVERTER)
