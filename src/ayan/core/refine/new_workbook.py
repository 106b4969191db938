"""A workbook that is being written for people; what writes it is imported with the first one, as few commands do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def new_workbook(path: Path, **options: bool) -> Iterator[Any]:
    """A workbook (`xlsxwriter.Workbook`) that is whole in ``path`` after the block; no text of it becomes a link.

    ``options`` are further ones of its constructor. Raises OSError when it cannot be written.
    """
    import xlsxwriter

    with path.open("wb") as file, xlsxwriter.Workbook(file, {"strings_to_urls": False, **options}) as book:
        yield book
