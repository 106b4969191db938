"""How many requests named a place of the city and how they were answered, as far as no single one can be told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from ayan.core.system.file_contents import FileContents
from ayan.core.system.files import PRIVATE, write
from ayan.core.values.canonical import canonical_json, sha256_hex

OPEN: Final = "open"
FORM: Final = 1
"""The number of the form in which the file is written."""


@dataclass(frozen=True, slots=True)
class PlaceFigure:
    """The requests that came for one place: ``received`` in the period, and of those ``answered`` in it the times.

    ``median`` is in tenths of working days, ``in_time`` how many kept their day. All three are None where fewer were
    answered than may be told.
    """

    received: int
    answered: int | None = None
    in_time: int | None = None
    median: int | None = None


@dataclass(frozen=True, slots=True)
class PlaceFigures:
    """The figures of whole months, from the ``first`` to the ``last`` day: of all districts, of each, and by street.

    A place is only here if at least ``fewest`` requests can be told of it. ``first`` is None before anything was
    counted. ``mark`` changes with what is said. ``land`` and ``zones`` have how often each outcome came of objections
    that everybody may read, by the key of a piece of land and by the code of a zone; `OPEN` stands for none as yet.
    ``land`` is None before they were counted.
    """

    first: date | None = None
    last: date | None = None
    fewest: int = 0
    city: PlaceFigure | None = None
    districts: Mapping[str, PlaceFigure] = field(default_factory=dict)
    streets: Mapping[str, PlaceFigure] = field(default_factory=dict)
    mark: str = ""
    land: Mapping[str, Mapping[str, int]] | None = None
    zones: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class PlaceFigureFile:
    """The figures in ``file``, read again when it has changed. It may be deleted: whoever counts writes it anew."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._contents = FileContents(file, _figures, PlaceFigures())

    def now(self) -> PlaceFigures:
        """What may be told at this moment; empty figures where nothing was counted yet."""
        return self._contents.now()

    def write(self, figures: PlaceFigures) -> None:
        """Put figures in the place of the present ones, if they say anything else. Raises OSError."""
        text = canonical_json({
            "form": FORM,
            "first": figures.first.isoformat() if figures.first else None,
            "last": figures.last.isoformat() if figures.last else None,
            "fewest": figures.fewest,
            "city": asdict(figures.city) if figures.city else None,
            "districts": {name: asdict(each) for name, each in sorted(figures.districts.items())},
            "streets": {name: asdict(each) for name, each in sorted(figures.streets.items())},
            "land": {name: dict(each) for name, each in sorted((figures.land or {}).items())},
            "zones": {name: dict(each) for name, each in sorted(figures.zones.items())},
        })  # fmt: skip
        if sha256_hex(text) != self.now().mark:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write(self._file, text, mode=PRIVATE)


def _figures(text: bytes) -> PlaceFigures:
    document: dict[str, Any] = json.loads(text)
    if document["form"] != FORM:
        return PlaceFigures()
    return PlaceFigures(
        date.fromisoformat(document["first"]) if document["first"] else None,
        date.fromisoformat(document["last"]) if document["last"] else None,
        int(document["fewest"]),
        PlaceFigure(**document["city"]) if document["city"] else None,
        {name: PlaceFigure(**each) for name, each in document["districts"].items()},
        {name: PlaceFigure(**each) for name, each in document["streets"].items()},
        sha256_hex(text),
        document.get("land"),
        document.get("zones", {}),
    )
