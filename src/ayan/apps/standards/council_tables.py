"""The council as its tables are published: who sits, meets, decides, votes and comes, and the units of the city."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from ayan.core.query import keys
from ayan.core.query.answer import Row, Snapshot
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.view import PlaysView
from ayan.core.schema.view_places import PARTS
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

CouncilPart = Literal[
    "council-seats", "council-sittings", "council-decisions", "council-ballots", "council-roll", "units"
]
COUNCIL_PARTS: Final[tuple[CouncilPart, ...]] = get_args(CouncilPart)
_ADDRESS: Final = "_row"


@dataclass(frozen=True, slots=True)
class CouncilRow:
    """A row by the names of its places, those without a value left out; ``key`` is how its record is called."""

    values: Mapping[str, Any]
    key: str
    address: str

    def text(self, place: str) -> str:
        """What stands in a place, as text; empty where nothing does."""
        value = self.values.get(place)
        return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class CouncilTable:
    """A dataset in its part, as it stands: the public fields by their places, and what the codes of the part mean.

    ``meanings`` are the places of a part that name a code instead of a field, by what the code stands for.
    """

    city: City
    dataset: Dataset
    places: Mapping[str, str]
    meanings: Mapping[str, str]
    snapshot: Snapshot

    def rows(self) -> Iterator[CouncilRow]:
        """Every published row. Raises Unanswered."""
        named = tuple(dict.fromkeys((*self.dataset.key, *self.places.values())))
        question = Question(slug=self.dataset.slug, fields=named)
        for batch in self.city.query_service.stream(self.dataset, question, self.snapshot):
            columns = {name: batch.column(name).to_pylist() for name in (*named, _ADDRESS)}
            for at in range(batch.num_rows):
                yield self._row({name: column[at] for name, column in columns.items()})

    def _row(self, record: Mapping[str, Any]) -> CouncilRow:
        address = str(record[_ADDRESS])
        release, _, number = address.partition("#")
        period, _, release_number = release.rpartition("/")
        key = keys.key_of(self.dataset, Row(record, period, int(release_number), int(number)))
        values = {place: record[name] for place, name in self.places.items() if record[name] is not None}
        return CouncilRow(values, key, address)

    def label(self, place: str, code: str, lang: Lang) -> str:
        """The words of a code in the list of a place; the code itself where it has none."""
        choices = self.dataset.field(self.places[place]).choices
        return choices.label(code, lang) if choices is not None else code


def council_tables(city: City) -> dict[CouncilPart, CouncilTable]:
    """The tables that a city has declared and published, by their part; of several in one part the first."""
    tables: dict[CouncilPart, CouncilTable] = {}
    for dataset in city.registry.all():
        if dataset.withheld is not None or not city.release_store.snapshot(dataset.slug).releases:
            continue
        for view in dataset.views_of(PlaysView):
            part = next((each for each in COUNCIL_PARTS if each == view.part), None)
            table = _table(city, dataset, dict(view.places), PARTS[part]) if part and part not in tables else None
            if part and table is not None:
                tables[part] = table
    return tables


def _table(city: City, dataset: Dataset, named: Mapping[str, str], roles: Mapping[str, Any]) -> CouncilTable | None:
    """The table, without what is not for everybody; None where it needs that."""
    public = {field.name for field in dataset.published if field.shown == "public"}
    places = {place: name for place, name in named.items() if not roles[place].of and name in public}
    needed = {place for place, role in roles.items() if role.needed and not role.of}
    if needed - places.keys():
        return None
    meanings = {code: place for place, code in named.items() if roles[place].of}
    snapshot = city.query_service.snapshot(dataset, Question(slug=dataset.slug))
    return CouncilTable(city, dataset, places, meanings, snapshot)
