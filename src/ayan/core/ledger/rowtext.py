"""The canonical text of a published row, in SQL, and the salted commitment to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from ayan.core.ledger.tree import HASH
from ayan.core.values.canonical import canonical_json
from ayan.core.values.sql import identifier, literal

# DuckDB's own text of these is the text that the rule asks for.
_PLAIN: Final = re.compile(r"(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DECIMAL\(\d+,\d+\)|DATE|BOOLEAN)")

# Where these are in a text, DuckDB spells them with capital hexadecimal digits, RFC 8785 with small ones.
_CONTROLS: Final = tuple(code for code in range(0x20) if chr(code) not in "\b\t\n\f\r")
_SHORT: Final = {"\b": r"\b", "\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r"}


class BadRows(ValueError):
    """Rows that cannot be committed to, or that are not those that were; the text names no value."""


def commitment(salt: bytes, row: bytes) -> bytes:
    """The commitment to a row: SHA-256 over its 32-byte salt and then its canonical bytes."""
    if len(salt) != HASH:
        raise BadRows("a salt has 32 bytes")
    return sha256(salt + row).digest()


def row_sql(columns: Mapping[str, str]) -> str:
    """A DuckDB expression for the canonical text of a row; ``columns`` are the names and DuckDB types of the file.

    The text is a JSON object (RFC 8785) with a member for every column. A value is null or a string, so that no reader
    of JSON can round it: whole numbers in decimal digits; decimals with exactly the digits of their scale; dates as
    ``YYYY-MM-DD``; ``true`` and ``false``; text as it is.
    Raises BadRows for a column of a type that has no canonical text.
    """
    names = sorted(columns, key=lambda name: name.encode("utf-16-be"))
    parts: list[str] = []
    for before, name in zip(["{", *[","] * len(names)], names, strict=False):
        label = literal(before + canonical_json(name).decode() + ":")
        parts.append(f"{label}, {_value_sql(identifier(name), columns[name])}")
    return f"concat({', '.join(parts)}, '}}')"


def _value_sql(column: str, kind: str) -> str:
    if kind == "VARCHAR":
        quick = f"CAST(to_json({column}) AS VARCHAR)"
        escaped = f"WHEN contains({quick}, '\\u00') THEN {_escaped(column)}"
        return f"CASE WHEN {column} IS NULL THEN 'null' {escaped} ELSE {quick} END"
    if _PLAIN.fullmatch(kind):
        return f"""CASE WHEN {column} IS NULL THEN 'null' ELSE concat('"', CAST({column} AS VARCHAR), '"') END"""
    raise BadRows(f"a column of type {kind} has no canonical text")


def _escaped(column: str) -> str:
    """The JSON string of a text by plain replacement: slow, and asked for only where a control character is."""
    escaped = f"""replace(replace({column}, '\\', '\\\\'), '"', '\\"')"""
    for short, spelled in _SHORT.items():
        escaped = f"replace({escaped}, chr({ord(short)}), {literal(spelled)})"
    for code in _CONTROLS:
        spelled = f"\\u{code:04x}"
        escaped = f"replace({escaped}, chr({code}), {literal(spelled)})"
    return f"""concat('"', {escaped}, '"')"""
