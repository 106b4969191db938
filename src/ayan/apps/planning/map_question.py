"""What an address asks of the map: a layer and those over it, a window, a class, a day, and how it is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from ayan.apps.planning.map_place import MapPlace
from ayan.core.query.question import Question
from ayan.core.values.locale import Lang

WHOLE: Final = MapPlace()
FULL: Final = 100
"""The strength of the tints of land where the address names none, in hundredths."""
STRENGTHS: Final = (25, 50, 75, FULL)
"""Those that an address may name."""
PATH: Final = re.compile(r"-?\d{1,3}\.\d{1,5},-?\d{1,2}\.\d{1,5}(?:;-?\d{1,3}\.\d{1,5},-?\d{1,2}\.\d{1,5})*")
"""Places that were measured between: longitude and latitude in degrees."""


@dataclass(frozen=True, slots=True)
class MapQuestion:
    """What is asked of the map: a layer by its dataset (empty for land), a window and a class of the layer.

    ``as_of`` is the day whose state is shown; None for what holds now. ``over`` are the datasets whose points lie over
    the layer, ``strength`` is that of the tints of land, and ``measured`` the places between which somebody measures.
    Of a layer by figures ``of`` is the measure, and ``each`` asks for it for each person.
    """

    lang: Lang
    layer: str = ""
    place: MapPlace = WHOLE
    chosen: str = ""
    as_of: date | None = None
    over: tuple[str, ...] = ()
    strength: int = FULL
    measured: str = ""
    of: str = ""
    each: bool = False

    @property
    def address(self) -> str:
        """The one address of it."""
        return self._written(reverse(f"{self.lang}:map"), self.place)

    @property
    def document(self) -> str:
        """The address of what the browser draws of it, whatever the window."""
        return replace(self, chosen="", strength=FULL, measured="")._written(reverse(f"{self.lang}:map_layer"), WHOLE)

    def _written(self, path: str, place: MapPlace) -> str:
        at = "" if place == WHOLE else place.text
        day = self.as_of.isoformat() if self.as_of else ""
        strength = "" if self.strength == FULL else str(self.strength)
        pairs = (
            ("layer", self.layer), ("of", self.of), ("each", "1" if self.each else ""), ("over", ",".join(self.over)),
            ("class", self.chosen), ("at", at),
            ("fill", strength), ("measure", self.measured), ("_as_of", day),
        )  # fmt: skip
        said = [(name, text) for name, text in pairs if text]
        return f"{path}?{urlencode(said, safe=',;')}" if said else path

    def at(self, place: MapPlace) -> str:
        """The same layer in another window."""
        return replace(self, place=place).address

    def with_over(self, slug: str) -> MapQuestion:
        """The same with the points of a dataset laid over it, or without where they are."""
        kept = tuple(each for each in self.over if each != slug)
        return replace(self, over=kept if slug in self.over else (*self.over, slug))

    def over_alone(self, slug: str) -> MapQuestion:
        """The question for what lies over it of one dataset: that as the layer, without a class."""
        return replace(self, layer=slug, chosen="", over=(), of="", each=False)

    def state(self, slug: str) -> Question:
        """The question for the state of a dataset on the day."""
        return Question(slug=slug, as_of=self.as_of)
