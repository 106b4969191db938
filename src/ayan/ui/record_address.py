"""The part of an address that is the key of a record: written for people, and read as `keys` knows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from django.urls import register_converter, reverse
from django.urls.converters import PathConverter

from ayan.core.values.address_step import read_key, written_key
from ayan.core.values.locale import Lang

CONVERTER: Final = "record"
# What an address holds as it is, after `reverse`: the sub-delimiters of RFC 3986, and what a path has besides.
_PLAIN: Final = "!$&'()*+,;=/~:@"


class RecordConverter(PathConverter):
    """A key of `ayan.core.query.keys`, so that views get and give keys, and addresses hold what people can read."""

    def to_python(self, value: str) -> str:
        """The key that an address spells."""
        return read_key(value)

    def to_url(self, value: object) -> str:
        """The key as the address spells it."""
        return written_key(str(value))


def record_addresses(lang: Lang, slug: str) -> Callable[[str], str]:
    """From the key of a record to the address of its page, as `reverse` says it: a table asks for one with each row."""
    page = reverse(f"{lang}:record", args=(slug, "-")).removesuffix("-")
    return lambda key: page + quote(written_key(key), safe=_PLAIN)


register_converter(RecordConverter, CONVERTER)
