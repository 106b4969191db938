"""The units of the municipality as a tree, each with what other datasets say under its name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ayan.apps.catalog import figures, grouped
from ayan.apps.catalog.asking import Ask
from ayan.apps.civic.framing import Asked
from ayan.apps.civic.limits import MOST_ROWS, MOST_STRANGERS
from ayan.apps.civic.reading import Read
from ayan.core.query import keys
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.grouping import By, GroupQuestion, Measure
from ayan.core.query.question import Question
from ayan.core.query.statistics import amounts_of, axis_of
from ayan.core.schema.definition import Dataset, Field
from ayan.core.values.text import fold
from ayan.wiring.city import City

PART: Final = "units"


@dataclass(frozen=True, slots=True)
class Said:
    """What one dataset says under the name of a unit: how many rows, what they come to, and the rows themselves.

    ``total`` is None where the dataset has no money, or no time in which money flows.
    """

    dataset: Dataset
    rows: int
    total: int | None
    address: str


@dataclass(slots=True)
class Unit:
    """A unit with those that stand under it; ``shared`` where another unit bears the same name."""

    row: Row
    code: str
    parent: str
    title: str
    key: str
    said: tuple[Said, ...] = ()
    shared: bool = False
    under: list[Unit] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stranger:
    """A name that rows of a dataset give as their unit and that no unit of the chart bears."""

    name: str
    said: Said


@dataclass(frozen=True, slots=True)
class Chart:
    """The tops of the tree, the units that stand in a circle or under nobody known, and names of no unit."""

    tops: tuple[Unit, ...]
    adrift: tuple[Unit, ...]
    strangers: tuple[Stranger, ...]
    more_strangers: int
    count: int


def chart(here: City, read: Read) -> Chart:
    """The whole chart; each dataset is asked once, for all units together. Raises Unanswered of the chart itself."""
    units = [_unit(read, row) for row in read.rows()]
    names = Counter(fold(one.title) for one in units)
    told = dict(_told(here, read.asked))
    for one in units:
        one.shared = names[fold(one.title)] > 1
        if not one.shared:
            one.said = tuple(found[fold(one.title)][1] for found in told.values() if fold(one.title) in found)
    strangers = [
        Stranger(name, said) for found in told.values() for folded, (name, said) in found.items() if folded not in names
    ]
    strangers.sort(key=lambda one: -one.said.rows)
    tops, adrift = _grown(units)
    return Chart(
        tuple(tops),
        tuple(adrift),
        tuple(strangers[:MOST_STRANGERS]),
        max(0, len(strangers) - MOST_STRANGERS),
        len(units),
    )


def _unit(read: Read, row: Row) -> Unit:
    player = read.player
    code, parent, title = (str(player.value(one, row.values) or "") for one in ("code", "parent", "title"))
    return Unit(row, code, parent, title or code, keys.key_of(player.dataset, row))


def _grown(units: Sequence[Unit]) -> tuple[list[Unit], list[Unit]]:
    """Every unit under its parent, in the order of the chart; those that no top leads to are given apart."""
    by_code = {one.code: one for one in units}
    tops = [one for one in units if not one.parent]
    for one in units:
        if one.parent in by_code and by_code[one.parent] is not one:
            by_code[one.parent].under.append(one)
    reached = {id(one) for top in tops for one in _walk(top)}
    adrift = [one for one in units if id(one) not in reached]
    for one in adrift:
        # In a circle each would lead to itself for ever.
        one.under = []
    return tops, adrift


def _walk(top: Unit) -> Iterator[Unit]:
    yield top
    for one in top.under:
        yield from _walk(one)


def _told(here: City, asked: Asked) -> Iterator[tuple[str, Mapping[str, tuple[str, Said]]]]:
    """By dataset, what it says under each folded name; a dataset that cannot be asked now says nothing."""
    for dataset in here.registry.all():
        unit = next((one for one in dataset.published if one.role == "unit" and one.shown == "public"), None)
        if unit is None or not here.shelf.current(dataset.slug):
            continue
        try:
            yield dataset.slug, _by_name(here, asked, dataset, unit)
        except Unanswered:
            continue


def _by_name(here: City, asked: Asked, dataset: Dataset, unit: Field) -> Mapping[str, tuple[str, Said]]:
    amount = next(iter(amounts_of(dataset)), None) if axis_of(dataset) is not None else None
    measures = (Measure("count"), *([Measure("sum", amount.name)] if amount else []))
    question = GroupQuestion(scope=Question(slug=dataset.slug, size=MOST_ROWS), by=(By(unit.name),), measures=measures)
    standing = here.reader.standing(dataset, question.scope)
    ask = Ask.bare(dataset, asked.datasets.format(slug=dataset.slug), asked.lang)
    out: dict[str, tuple[str, Said]] = {}
    for row in figures.groups(here.reader, dataset, question, standing).rows:
        name = row[unit.name]
        if not name:
            continue
        total = row[f"sum_{amount.name}"] if amount else None
        address = grouped.rows_of(ask, By(unit.name), name)
        known = out.get(fold(str(name)))
        if known is not None:
            # The explorer finds all spellings of a name by any of them.
            total = None if total is None and known[1].total is None else (total or 0) + (known[1].total or 0)
            said = Said(dataset, known[1].rows + int(row["count"]), total, known[1].address)
        else:
            said = Said(dataset, int(row["count"]), total, address)
        out[fold(str(name))] = (str(name), said)
    return out
