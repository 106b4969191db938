"""Judges tables and their metadata after CSV on the Web; each folder has ``rows.csv`` and ``rows.csv-metadata.json``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from csvw import CSVW


def faults(folder: Path) -> Iterator[str]:
    """What is wrong in one table or its metadata, with the warnings; a kind of fault once."""
    metadata = json.loads((folder / "rows.csv-metadata.json").read_bytes())
    # The file beside it is what the address of the table hands out.
    local = folder / "metadata.json"
    local.write_text(json.dumps(metadata | {"url": "rows.csv"}), encoding="utf-8")
    table = CSVW(str(local), validate=True)
    if not table.is_valid:
        yield from sorted({str(warning.message)[:300] for warning in table.warnings})
    titles = [column.titles.getfirst() for column in table.tables[0].tableSchema.columns]
    with (folder / "rows.csv").open(encoding="utf-8-sig") as file:
        header = file.readline().rstrip("\r\n").split(",")
    if titles != header:
        yield f"the columns are {header}, and {titles} are described"


def main(*folders: Path) -> None:
    """Write what was found."""
    lines = [f"{folder.name}: {line}" for folder in folders for line in faults(folder)]
    sys.stdout.write(json.dumps({"judged": len(folders), "found": lines}) + "\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
