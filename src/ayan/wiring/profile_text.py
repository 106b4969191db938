"""Changes of ``ayan.toml`` that leave alone what they are not about: comments, order and every other word of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import InlineTable, Table

from ayan.core.values.locale import BUILT_IN

Path: TypeAlias = tuple[str, ...]
"""Where a value stands: ``("name", "fa")``, ``("brand", "link")``, ``("opens", "all")``."""


def changed(text: str, values: Mapping[Path, str | None]) -> str:
    """The text of a city's file with other values; None takes one out, and what is as it was is not touched.

    Raises ValueError where the text is no TOML.
    """
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as fault:
        raise ValueError(str(fault)) from fault
    for path, value in values.items():
        if value is None:
            _take(document, path)
        else:
            _put(document, path, value)
    return tomlkit.dumps(document)


def said(table: object, path: Path) -> str:
    """What a file says in one place, as text; empty where it says nothing.

    Where a text is written once for all languages, that is what it says in Persian and in English.
    """
    for step in path:
        if isinstance(table, str) and step in BUILT_IN:
            return table
        if not isinstance(table, Mapping) or step not in table:
            return ""
        table = table[step]
    return table if isinstance(table, str) else ""


def _put(document: TOMLDocument, path: Path, value: str) -> None:
    table: Any = document
    above: Any = document
    for depth, step in enumerate(path[:-1]):
        below = table.get(step)
        if not isinstance(below, Table | InlineTable):
            # Texts in two languages stand in one line, as in the file that a new city begins with.
            below = tomlkit.inline_table() if depth or step == "name" else tomlkit.table()
            if isinstance(table.get(step), str):
                below.update({"fa": str(table[step]), "en": str(table[step])})
            table[step] = below
            below = table[step]
        above, table = table, below
    if isinstance(table, InlineTable) and path[-1] not in table:
        both = tomlkit.inline_table()
        both.update({**table.unwrap(), path[-1]: value})
        above[path[-2]] = both
    elif isinstance(table, Table) and path[-1] not in table:
        document[path[0]] = _longer(table, path[-1], value)
    elif table.get(path[-1]) != value:
        table[path[-1]] = value


def _longer(table: Table, key: str, value: str) -> Table:
    """A table with one more key, after its last: what follows that are the comments of the table below."""
    body = table.value.body
    last = max((at for at, (name, _item) in enumerate(body) if name is not None), default=-1)
    longer = tomlkit.table()
    for at, (name, each) in enumerate(body):
        if at == last + 1:
            longer.add(key, value)
        longer.append(name, each)
    if last + 1 == len(body):
        longer.add(key, value)
    return longer


def _take(document: TOMLDocument, path: Path) -> None:
    tables: list[Any] = [document]
    for step in path[:-1]:
        below = tables[-1].get(step)
        if not isinstance(below, Table | InlineTable):
            if isinstance(below, str):
                # One text for all languages: without one of them the other stays.
                others = {"fa": "en", "en": "fa"}
                tables[-1][step] = tomlkit.inline_table()
                tables[-1][step][others[path[-1]]] = str(below)
            return
        tables.append(below)
    tables[-1].pop(path[-1], None)
    # A text of which nothing is left is no text; a table keeps its name and its comments.
    for step, table, above in zip(reversed(path[:-1]), reversed(tables[1:]), reversed(tables[:-1]), strict=True):
        if not table and isinstance(table, InlineTable):
            above.pop(step)
