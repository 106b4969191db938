"""A raw table kept in a folder of its own, so that a later process goes on from it without reading the file again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from ayan.core.intake.child_protocol import issue, stated
from ayan.core.intake.table import FileFacts, RawColumn, RawTable
from ayan.core.system.files import write
from ayan.core.values.sql import literal

TABLE: Final = "table.json"
_HERE: Final = "\0here\0"


def store_table(raw: RawTable, folder: Path) -> None:
    """Note beside the files of ``raw``, which stand in ``folder``, all that is known of them."""
    if any(path.parent != folder for path in raw.files):
        raise ValueError("the files of a kept table stand in its own folder")
    table = {
        "columns": [asdict(column) for column in raw.columns],
        # The folder may be restored elsewhere: the paths are written as from here.
        "relation": raw.relation.replace(literal(str(folder))[1:-1] + "/", _HERE),
        "files": [path.name for path in raw.files],
        "rows": raw.rows,
        "facts": asdict(raw.facts),
        "issues": [stated(raw_issue) for raw_issue in raw.issues],
        "repeated": {index: texts.to_pylist() for index, texts in raw.repeated.items()},
        "full": sorted(raw.full),
    }
    write(folder / TABLE, json.dumps(table, ensure_ascii=False).encode())


def stored_table(folder: Path, read: Callable[[Path], bytes] = Path.read_bytes) -> RawTable | None:
    """The table that stands in ``folder``, its note read by ``read``; None where none was finished."""
    try:
        table: dict[str, Any] = json.loads(read(folder / TABLE))
    except (OSError, ValueError):
        return None
    facts = table["facts"]
    return RawTable(
        columns=tuple(RawColumn(**column) for column in table["columns"]),
        relation=table["relation"].replace(_HERE, literal(str(folder))[1:-1] + "/"),
        files=tuple(folder / name for name in table["files"]),
        rows=table["rows"],
        facts=FileFacts(**{**facts, "sheets": tuple(facts["sheets"])}),
        issues=tuple(issue(entry) for entry in table["issues"]),
        repeated={int(index): pa.array(texts, pa.string()) for index, texts in table["repeated"].items()},
        full=frozenset(table["full"]),
    )
