"""A process that sends a whole table three times, as a program: what it holds by itself before and after, in bytes.

``python -m tests.engines.whole_tables ROOT ENGINE``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.core.query.town import DATASET, Town

from ayan.config.process_capacity import own_memory
from ayan.core.query.formats import csv_text
from ayan.core.query.question import Question


def sent(town: Town) -> int:
    """Bytes of the table as CSV."""
    return sum(
        len(piece) for piece in csv_text.lines(town.query_service, DATASET, Question(slug="works"), town.snapshot)
    )


def main(root: Path, engine: str) -> None:
    town = Town(root, engine)
    town.ask(("_size", "5"))
    before = own_memory()
    sizes = {sent(town) for _ in range(3)}
    print(before, own_memory(), *sizes)  # noqa: T201 - a program: it tells the test


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
