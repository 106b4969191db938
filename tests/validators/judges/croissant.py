"""Judges descriptions after Croissant by MLCommons' own library, and reads the rows of each through its description.

Each folder has ``croissant.json`` and ``rows.csv``, the file that the description says is live.
"""

from __future__ import annotations

import csv
import json
import logging
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import mlcroissant
from absl import logging as absl_logging

FILE = "rows.csv"
ADDRESS = "rows/_row"
ROWS_READ = 200
"""Rows of each file that are read by the description: a row more says little more."""


def faults(folder: Path) -> Iterator[str]:
    """What is wrong in one description, with the warnings."""
    rows = folder / FILE
    try:
        dataset = mlcroissant.Dataset(str(folder / "croissant.json"), mapping={FILE: str(rows)})
    except mlcroissant.ValidationError as why:
        yield str(why)
        return
    yield from sorted(dataset.metadata.ctx.issues.warnings)
    (record_set,) = dataset.metadata.record_sets
    with rows.open(encoding="utf-8-sig", newline="") as file:
        listed = list(islice(csv.DictReader(file), ROWS_READ))
    try:
        addresses = [record[ADDRESS] for record in islice(dataset.records(record_set.uuid), len(listed))]
    except mlcroissant.GenerationError as why:
        yield str(why)
        return
    if addresses != [row["_row"].encode() for row in listed]:
        yield f"{len(addresses)} rows are read where {len(listed)} are, or others than these"


def main(*folders: Path) -> None:
    """Write what was found."""
    absl_logging.use_absl_handler()
    logging.disable(logging.WARNING)
    lines = [f"{folder.name}: {line}" for folder in folders for line in faults(folder)]
    sys.stdout.write(json.dumps({"judged": len(folders), "found": lines}) + "\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
