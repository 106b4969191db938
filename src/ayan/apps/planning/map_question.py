"""What an address asks of the map: a layer, a window, a class, and the day whose state is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from ayan.apps.planning.map_place import MapPlace
from ayan.core.query.question import Question
from ayan.core.values.locale import Lang

WHOLE: Final = MapPlace()


@dataclass(frozen=True, slots=True)
class MapQuestion:
    """What is asked of the map: a layer by its dataset (empty for land), a window and a class of the layer.

    ``as_of`` is the day whose state is shown; None for what holds now.
    """

    lang: Lang
    layer: str = ""
    place: MapPlace = WHOLE
    chosen: str = ""
    as_of: date | None = None

    @property
    def address(self) -> str:
        """The one address of it."""
        return self._written(reverse(f"{self.lang}:map"), self.place)

    @property
    def document(self) -> str:
        """The address of what the browser draws of it, whatever the window."""
        return replace(self, chosen="")._written(reverse(f"{self.lang}:map_layer"), WHOLE)

    def _written(self, path: str, place: MapPlace) -> str:
        at = "" if place == WHOLE else place.text
        day = self.as_of.isoformat() if self.as_of else ""
        pairs = (("layer", self.layer), ("class", self.chosen), ("at", at), ("_as_of", day))
        said = [(name, text) for name, text in pairs if text]
        return f"{path}?{urlencode(said)}" if said else path

    def at(self, place: MapPlace) -> str:
        """The same layer in another window."""
        return replace(self, place=place).address

    def state(self, slug: str) -> Question:
        """The question for the state of a dataset on the day."""
        return Question(slug=slug, as_of=self.as_of)
