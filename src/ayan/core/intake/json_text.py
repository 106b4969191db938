"""JSON as text: walked over member by member, values decoded one at a time, numbers never made into floats."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from ayan.core.intake import encoding
from ayan.core.intake.issues import refuse, too_large, unreadable
from ayan.core.intake.limits import LARGEST_JSON
from ayan.core.intake.table import IntakeLimits
from ayan.core.schema.issue import CannotRead
from ayan.core.values.label import Label

_SPACE: Final = re.compile(r"[ \t\r\n]*")


class SpelledNumber(str):
    """A number as the file spells it."""

    __slots__ = ()


class BadJson(ValueError):
    """The text is not JSON, or no one knows what it says: the character where that shows, and why if it is known."""

    def __init__(self, at: int, reason: Label | None = None) -> None:
        super().__init__(at)
        self.at, self.reason = at, reason


class JsonWalker:
    """Walks over JSON text member by member, so that numbers and geometries keep the spelling of the file."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._decoder = json.JSONDecoder(
            parse_float=SpelledNumber,
            parse_int=SpelledNumber,
            parse_constant=_no_number,
            object_pairs_hook=_members_once,
        )

    def skip(self, at: int) -> int:
        """Where the next token begins."""
        match = _SPACE.match(self.text, at)
        return match.end() if match else at

    def value(self, at: int) -> tuple[Any, int]:
        """The value that begins at ``at`` and where it ends."""
        try:
            return self._decoder.raw_decode(self.text, at)
        except _Twice:
            raise BadJson(at, Label("نامی در یک شیء دو بار آمده است", "a name stands twice in one object")) from None
        except (ValueError, StopIteration):
            raise BadJson(at) from None

    def members(self, at: int, take: Callable[[str, int], int]) -> int:
        """Call ``take(name, where its value begins)`` for each member; it answers where the value ends."""
        seen: set[str] = set()

        def member(position: int) -> int:
            name, position = self.value(position)
            if not isinstance(name, str) or name in seen or not self.text.startswith('"', position - 1):
                raise BadJson(position)
            seen.add(name)
            position = self.skip(position)
            if not self.text.startswith(":", position):
                raise BadJson(position)
            return take(name, self.skip(position + 1))

        return self._list(at, "{}", member)

    def items(self, at: int, take: Callable[[int], int]) -> int:
        """Call ``take(where the item begins)`` for each item of an array; it answers where the item ends."""
        return self._list(at, "[]", take)

    def _list(self, at: int, brackets: str, take: Callable[[int], int]) -> int:
        opening, closing = brackets[0], brackets[1]
        if not self.text.startswith(opening, at):
            raise BadJson(at)
        position = self.skip(at + 1)
        if self.text.startswith(closing, position):
            return position + 1
        while True:
            position = self.skip(take(position))
            if self.text.startswith(closing, position):
                return position + 1
            if not self.text.startswith(",", position):
                raise BadJson(position)
            position = self.skip(position + 1)


class _Twice(ValueError):
    """A name stands twice in one object, so that nobody knows which value holds."""


def _no_number(name: str) -> object:
    """NaN and the infinities, which programs write and JSON has not."""
    raise ValueError(name)


def _members_once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    pairs = list(pairs)
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Twice
    return members


def whole_text(path: Path, limits: IntakeLimits) -> str:
    """The text of a JSON file in UTF-8 or, with its mark, UTF-16; CannotRead where it is too large or neither."""
    size = path.stat().st_size
    limit = min(LARGEST_JSON, limits.bytes)
    if size > limit:
        raise too_large(size, limit)
    data = path.read_bytes()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise refuse("encoding-other", line=1, encoding="utf-16") from None
    if (nul := data.find(b"\0")) >= 0:
        raise refuse("file-nul", line=data.count(b"\n", 0, nul) + 1)
    state = encoding.mark(data[:16])
    try:
        return data[state.start if state else 0 :].decode("utf-8")
    except UnicodeDecodeError as error:
        raise refuse("encoding-other", line=data.count(b"\n", 0, error.start) + 1, encoding="utf-8") from None


def written(value: Any) -> str:
    """A value as compact JSON, its numbers as the file spells them."""
    if isinstance(value, SpelledNumber):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_quoted(name)}:{written(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def not_json(text: str, bad: BadJson, first_line: int = 1) -> CannotRead:
    """The refusal of a text that is not JSON, with its line."""
    line = text.count("\n", 0, bad.at) + first_line
    if bad.reason is not None:
        return unreadable(Label("سطر {line}: {reason}", "line {line}: {reason}").format(line=line, reason=bad.reason))
    return unreadable(Label("نادرستی JSON در سطر {line}", "not valid JSON at line {line}").format(line=line))


def nested() -> CannotRead:
    """The refusal of what is nested too deeply."""
    return unreadable(Label("تودرتویی بیش از اندازه", "nested too deeply"))
