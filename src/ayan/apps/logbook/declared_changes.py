"""What the city changed in its tariffs and services: each leaf of the log with what was declared before and after."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal

from ayan.apps.logbook.limits import LONGEST_DECLARED_VALUE, MOST_DECLARED_DIFFERENCES
from ayan.core.transparency.log_rules import LogHistory
from ayan.core.values.label import Label

DeclaredChangeKind = Literal["declared", "changed", "ended"]

FOLDERS: Final[Mapping[str, Label]] = {
    "tariffs": Label("تعرفه", "Tariff"),
    "public-services": Label("خدمت", "Service"),
}
"""The folders whose changes are told, and what a file of each declares."""

ACTS: Final[Mapping[DeclaredChangeKind, Label]] = {
    "declared": Label("اعلام شد", "Declared"),
    "changed": Label("تغییر کرد", "Changed"),
    "ended": Label("برداشته شد", "Taken away"),
}
_NAMES: Final = ("code", "name", "field")
"""Keys by which one table of a list is told from the others; a list without them is told by place."""


@dataclass(frozen=True, slots=True)
class DeclaredDifference:
    """A value of a declaration by the keys that lead to it; ``before`` or ``after`` is None where it was or is none."""

    keys: str
    before: str | None
    after: str | None

    @property
    def is_code(self) -> bool:
        """Whether both are numbers, codes or formulas, which are read from the left in every language."""
        return all(each is None or each.isascii() for each in (self.before, self.after))


@dataclass(frozen=True, slots=True)
class DeclaredChange:
    """One leaf about a tariff or a service, by the digests of what was declared before and after it."""

    index: int
    at: datetime
    path: str
    before: str | None
    after: str | None

    @property
    def act(self) -> DeclaredChangeKind:
        """What the leaf does: declare something new, change it, or take it away."""
        if self.after is None:
            return "ended"
        return "changed" if self.before else "declared"

    @property
    def folder(self) -> str:
        """The folder that it stands in."""
        return self.path.partition("/")[0]

    @property
    def code(self) -> str:
        """The code of the tariff or service."""
        return self.path.partition("/")[2].removesuffix(".toml")


def changes(history: LogHistory, folder: str = "", path: str = "") -> list[DeclaredChange]:
    """The leaves about tariffs and services, newest first; of one folder or one file where it is named."""
    last: dict[str, str | None] = {}
    listed = []
    for index, entry in sorted(history.declared.items()):
        if entry.path.partition("/")[0] not in FOLDERS:
            continue
        before, last[entry.path] = last.get(entry.path), entry.digest
        if (not path or entry.path == path) and (not folder or entry.path.startswith(f"{folder}/")):
            at = datetime.fromisoformat(entry.at)
            listed.append(DeclaredChange(index, at, entry.path, before, entry.digest))
    return listed[::-1]


@dataclass(frozen=True, slots=True)
class ChangeText:
    """What a change says: the title that the file has (None where it has none), and the values that differ.

    ``more`` counts differing values beyond those that are listed. Of what was declared anew no value is listed, for
    the text of the leaf is all of it. ``is_lost`` where a text does not stand beside the log.
    """

    title: Label | None
    values: tuple[DeclaredDifference, ...] = ()
    more: int = 0
    is_lost: bool = False


def text_of(change: DeclaredChange, read: Callable[[str], bytes | None]) -> ChangeText:
    """What a change says; ``read`` gives what is published of a digest, None where it does not stand there."""
    before, after = _read(change.before, read), _read(change.after, read)
    title = _title(after or before or {})
    if (change.before and before is None) or (change.after and after is None):
        return ChangeText(title, is_lost=True)
    if change.act != "changed":
        return ChangeText(title)
    values = list(_differences(dict(_leaves(before)), dict(_leaves(after))))
    return ChangeText(title, tuple(values[:MOST_DECLARED_DIFFERENCES]), max(0, len(values) - MOST_DECLARED_DIFFERENCES))


def _read(digest: str | None, read: Callable[[str], bytes | None]) -> Any:
    body = read(digest) if digest else None
    try:
        return None if body is None else json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


def _title(said: Any) -> Label | None:
    title = said.get("title") if isinstance(said, dict) else None
    if isinstance(title, dict) and isinstance(title.get("fa"), str):
        return Label(title["fa"], str(title.get("en") or title["fa"]))
    return None


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[DeclaredDifference]:
    for keys in dict.fromkeys([*before, *after]):
        if before.get(keys) != after.get(keys):
            yield DeclaredDifference(keys, before.get(keys), after.get(keys))


def _leaves(said: Any, keys: str = "") -> Iterator[tuple[str, str]]:
    """Every single value of a declaration with the keys that lead to it."""
    if isinstance(said, dict):
        for key, value in said.items():
            yield from _leaves(value, f"{keys}.{key}" if keys else key)
    elif isinstance(said, list):
        names = [_name(each) for each in said]
        told_apart = None not in names and len(set(names)) == len(names)
        for place, each in enumerate(said):
            yield from _leaves(each, f"{keys}[{names[place] if told_apart else place + 1}]")
    else:
        text = {True: "true", False: "false", None: ""}[said] if said is None or isinstance(said, bool) else str(said)
        yield keys, text if len(text) <= LONGEST_DECLARED_VALUE else f"{text[:LONGEST_DECLARED_VALUE]}…"


def _name(said: Any) -> str | None:
    if isinstance(said, dict):
        return next((str(said[key]) for key in _NAMES if key in said), None)
    return None if isinstance(said, list) else str(said)
