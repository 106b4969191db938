"""One spelling per document: canonical JSON (RFC 8785) and SHA-256 of bytes and files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any, Final, TypeAlias, Union

from ayan.core.values.invalid_value import InvalidValue
from ayan.core.values.limits import DEEPEST_JSON, LARGEST_INTEGER

_PIECE: Final = 1 << 16

Json: TypeAlias = Union[bool, int, str, Sequence["Json"], Mapping[str, "Json"], None]  # noqa: UP007  names itself: needs quotes
"""What a canonical document holds. No fractions: an amount is whole rial, any other decimal is written as text."""

JsonObject = dict[str, Any]
"""An object as JSON has it, of whatever members."""


class NotCanonical(InvalidValue):
    """Reasons: type, key, integer-range, surrogate, depth."""


def canonical_json(value: Json) -> bytes:
    """The document as UTF-8 bytes after RFC 8785; equal documents give equal bytes. Raises NotCanonical."""
    parts: list[str] = []
    _write(value, parts, 0)
    try:
        return "".join(parts).encode()
    except UnicodeEncodeError:
        raise NotCanonical("surrogate") from None


def _write(value: object, parts: list[str], depth: int) -> None:
    if isinstance(value, str):
        parts.append(encode_basestring(value))
    elif value is None or isinstance(value, bool):
        parts.append({None: "null", True: "true", False: "false"}[value])
    elif isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise NotCanonical("integer-range")
        parts.append(int.__repr__(value))
    elif depth >= DEEPEST_JSON:
        raise NotCanonical("depth")
    elif isinstance(value, (list, tuple)):
        _write_list(value, parts, depth)
    elif isinstance(value, Mapping):
        _write_object(value, parts, depth)
    else:
        raise NotCanonical("type")


def _write_list(items: Sequence[object], parts: list[str], depth: int) -> None:
    before = "["
    for item in items:
        parts.append(before)
        _write(item, parts, depth + 1)
        before = ","
    parts.append("]" if items else "[]")


def _write_object(members: Mapping[object, object], parts: list[str], depth: int) -> None:
    before = "{"
    for name in _ordered(members):
        parts.append(f"{before}{encode_basestring(name)}:")
        value = members[name]
        # Nearly all members of an entry of the log are these, and a log may have very many entries.
        if type(value) is str:
            parts.append(encode_basestring(value))
        elif value is None:
            parts.append("null")
        else:
            _write(value, parts, depth + 1)
        before = ","
    parts.append("}" if members else "{}")


def _ordered(members: Mapping[object, object]) -> list[str]:
    names = [name for name in members if isinstance(name, str)]
    if len(names) != len(members):
        raise NotCanonical("key")
    return sorted(names) if all(map(str.isascii, names)) else sorted(names, key=_code_units)


def _code_units(name: str) -> bytes:
    """The order of RFC 8785, section 3.2.3: by UTF-16 code units, which differs from code points beyond U+FFFF."""
    try:
        return name.encode("utf-16-be")
    except UnicodeEncodeError:
        raise NotCanonical("surrogate") from None


def sha256_hex(data: bytes) -> str:
    """The digest as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """The digest of a file as 64 lower-case hexadecimal digits; memory does not grow with the file. Raises OSError."""
    digest = hashlib.sha256()
    # Most files are small: a buffer for each would take longer to make than they take to read.
    with path.open("rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
