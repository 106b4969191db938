"""How an entry of the log is written and read: one spelling, and members of the type and shape that a city writes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Final, Protocol, TypeVar

from ayan.core.store.limits import LARGEST_NUMBER
from ayan.core.store.objects import PERIOD, SLUG
from ayan.core.values.canonical import Json

_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
CODE: Final = re.compile(r"[a-z][a-z0-9-]{0,63}", re.ASCII)


class BadStatement(ValueError):
    """An entry of the log that is no statement of this kind."""


class LogEntry(Protocol):
    """What every kind of entry has: its members as slots, and the bytes that stand in the log."""

    __slots__: tuple[str, ...]

    @property
    def leaf(self) -> bytes:
        """The entry itself: canonical JSON (RFC 8785)."""


_Entry = TypeVar("_Entry", bound=LogEntry)


def parsed(leaf: bytes, kind: Callable[..., _Entry], is_sound: Callable[[_Entry], bool]) -> _Entry:
    """The entry of one kind that ``leaf`` holds; BadStatement where it is not sound, or would not be written so."""
    try:
        entry = kind(**json.loads(leaf))
        sound = is_sound(entry) and entry.leaf == leaf
    except (ValueError, TypeError, RecursionError) as error:
        raise BadStatement("the entry is none that Ayan writes") from error
    if not sound:
        raise BadStatement("the entry is not written as Ayan writes it")
    return entry


def members(entry: LogEntry) -> dict[str, Json]:
    """The members of an entry by name; a log may have very many entries, and `asdict` takes its time."""
    return {name: getattr(entry, name) for name in type(entry).__slots__}


def is_ref(dataset: object, period: object, number: object) -> bool:
    """Whether three members of an entry name a release, and so may name its folder."""
    return (
        isinstance(dataset, str)
        and isinstance(period, str)
        and bool(SLUG.fullmatch(dataset) and PERIOD.fullmatch(period))
        and is_count(number, LARGEST_NUMBER)
        and number != 0
    )


def is_count(value: object, most: int) -> bool:
    """Whether a member is a whole number from 0 to ``most``; true and false are none."""
    return type(value) is int and 0 <= value <= most


def is_digest(value: object) -> bool:
    """Whether a member is a SHA-256 in hexadecimal digits."""
    return matches(_DIGEST, value)


def is_day(value: object) -> bool:
    """Whether a member is a day as `date.isoformat` writes it."""
    return isinstance(value, str) and date.fromisoformat(value).isoformat() == value


def is_moment(value: object) -> bool:
    """Whether a member is a moment (ISO 8601) in a zone that is named."""
    return isinstance(value, str) and len(value) <= 40 and datetime.fromisoformat(value).tzinfo is not None


def matches(pattern: re.Pattern[str], value: object) -> bool:
    """Whether a member is a text that matches as a whole."""
    return isinstance(value, str) and pattern.fullmatch(value) is not None
