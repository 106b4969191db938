"""The page of the organisation: its units as a tree, each with what other datasets say under its name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.http import HttpRequest, HttpResponse

from ayan.apps.catalog.explorer import group_table
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.page_context import published
from ayan.apps.civic import page_context
from ayan.apps.civic.limits import MOST_ROWS, MOST_STRANGERS
from ayan.apps.civic.page_context import PageSettings
from ayan.apps.civic.roles import Read, declared, read
from ayan.core.query import keys
from ayan.core.query.additivity import SumPart
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.grouping import GroupKey
from ayan.core.query.question import Question
from ayan.core.query.statistics import axis_of
from ayan.core.query.sum_parts import amounts_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.asked_value import BadValue
from ayan.core.values.label import Label
from ayan.core.values.text import fold
from ayan.wiring import city
from ayan.wiring.city import City

PART: Final = "units"
HOLDERS: Final = "post-holders"
SECTION: Final = "organisation"
TITLE: Final = Label("ساختار سازمانی", "Organisation")


@published
def organisation(request: HttpRequest) -> HttpResponse:
    """Every unit under the one above it, with its head, and with the money, people and services under its name."""
    asked, current_city = PageSettings.of(request), city.current()
    try:
        table = read(current_city, asked, PART)
        if table is None:
            return page_context.nothing(asked, declared(current_city, PART), TITLE, SECTION)
        holders = _holders(current_city, asked)
        units = chart(current_city, table, holders)
        context = {"section": SECTION, "title": TITLE, "read": table, "chart": units, "holders": holders}
        tables = [table, *([holders.read] if holders else [])]
        return page_context.render_page(asked, "civic/organisation.html", context | {"tables": tables})
    except Unanswered as none:
        return page_context.unanswered(asked, TITLE, SECTION, none)


@dataclass(frozen=True, slots=True)
class UnitFigure:
    """What one dataset says under the name of a unit: how many rows, what they come to, and the rows themselves.

    ``totals`` are empty where the dataset has no money, or no time in which money flows; where money lies on several
    sides, there is one for each.
    """

    dataset: Dataset
    rows: int
    totals: tuple[tuple[SumPart, int], ...]
    address: str


@dataclass(frozen=True, slots=True)
class PostHolder:
    """Who holds a post, as the newest period that is published says, and the key of the row that says so."""

    name: str
    key: str


@dataclass(slots=True)
class UnitNode:
    """A unit with those that stand under it; ``shared`` where another unit bears the same name.

    ``heads`` hold the post that the chart names as that of its head: none where nothing published says who does.
    """

    row: Row
    code: str
    parent: str
    title: str
    key: str
    figures: tuple[UnitFigure, ...] = ()
    shared: bool = False
    heads: tuple[PostHolder, ...] = ()
    under: list[UnitNode] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class UnlistedUnit:
    """A name that rows of a dataset give as their unit and that no unit of the chart bears."""

    name: str
    figure: UnitFigure


@dataclass(frozen=True, slots=True)
class UnitTree:
    """The tops of the tree, the units that stand in a circle or under nobody known, and names of no unit."""

    tops: tuple[UnitNode, ...]
    adrift: tuple[UnitNode, ...]
    strangers: tuple[UnlistedUnit, ...]
    more_strangers: int
    count: int


@dataclass(frozen=True, slots=True)
class PostHolders:
    """The newest period of which it is published who held which post, and who did."""

    read: Read
    period: str
    by_post: Mapping[tuple[str, str], tuple[PostHolder, ...]]

    def of(self, unit: str, post: str) -> tuple[PostHolder, ...]:
        """Who holds a post of a unit."""
        return self.by_post.get((fold(unit), fold(post)), ()) if unit and post else ()


def _holders(city: City, asked: PageSettings) -> PostHolders | None:
    """Who holds which post; None where no dataset says so, or it cannot be asked now."""
    try:
        table = read(city, asked, HOLDERS)
        newest = table.rows(newest="period", most=1) if table else ()
        if table is None or not newest:
            return None
        player = table.player
        period = str(player.value("period", newest[0].values) or "")
        rows = table.rows(player.is_("period", period)) if period else ()
    except (Unanswered, BadValue):
        return None
    by_post: dict[tuple[str, str], tuple[PostHolder, ...]] = {}
    for row in rows:
        name, post, unit = (str(player.value(place, row.values) or "") for place in ("name", "post", "unit"))
        holder = PostHolder(name, keys.key_of(player.dataset, row))
        known = by_post.get((fold(unit), fold(post)), ())
        if name and holder.name not in {other.name for other in known}:
            by_post[fold(unit), fold(post)] = (*known, holder)
    return PostHolders(table, period, by_post)


def chart(city: City, table: Read, holders: PostHolders | None = None) -> UnitTree:
    """The whole chart; each dataset is asked once, for all units together. Raises Unanswered of the chart itself."""
    units = [_unit(table, row) for row in table.rows()]
    names = Counter(fold(unit.title) for unit in units)
    by_dataset = dict(_figures_by_name(city, table.settings))
    for unit in units:
        unit.shared = names[fold(unit.title)] > 1
        if not unit.shared:
            post = str(table.player.value("head", unit.row.values) or "")
            unit.heads = holders.of(unit.title, post) if holders else ()
            unit.figures = tuple(
                by_name[fold(unit.title)][1] for by_name in by_dataset.values() if fold(unit.title) in by_name
            )
    strangers = [
        UnlistedUnit(name, said)
        for by_name in by_dataset.values()
        for folded, (name, said) in by_name.items()
        if folded not in names
    ]
    strangers.sort(key=lambda stranger: -stranger.figure.rows)
    tops, adrift = _grown(units)
    return UnitTree(
        tuple(tops),
        tuple(adrift),
        tuple(strangers[:MOST_STRANGERS]),
        max(0, len(strangers) - MOST_STRANGERS),
        len(units),
    )


def _unit(table: Read, row: Row) -> UnitNode:
    player = table.player
    code, parent, title = (
        str(player.value(role_field, row.values) or "") for role_field in ("code", "parent", "title")
    )
    return UnitNode(row, code, parent, title or code, keys.key_of(player.dataset, row))


def _grown(units: Sequence[UnitNode]) -> tuple[list[UnitNode], list[UnitNode]]:
    """Every unit under its parent, in the order of the chart; those that no top leads to are given apart."""
    by_code = {unit.code: unit for unit in units}
    tops = [unit for unit in units if not unit.parent]
    for unit in units:
        if unit.parent in by_code and by_code[unit.parent] is not unit:
            by_code[unit.parent].under.append(unit)
    reached = {id(unit) for top in tops for unit in _walk(top)}
    adrift = [unit for unit in units if id(unit) not in reached]
    for node in adrift:
        # In a circle each would lead to itself for ever.
        node.under = []
    return tops, adrift


def _walk(top: UnitNode) -> Iterator[UnitNode]:
    yield top
    for child in top.under:
        yield from _walk(child)


def _figures_by_name(city: City, asked: PageSettings) -> Iterator[tuple[str, Mapping[str, tuple[str, UnitFigure]]]]:
    """By dataset, what it says under each folded name; a dataset that cannot be asked now says nothing."""
    for dataset in city.registry.all():
        unit = next(
            (
                published_field
                for published_field in dataset.published
                if published_field.role == "unit" and published_field.shown == "public"
            ),
            None,
        )
        if unit is None or not city.release_store.current(dataset.slug):
            continue
        try:
            yield dataset.slug, _by_name(city, asked, dataset, unit)
        except Unanswered:
            continue


def _by_name(city: City, asked: PageSettings, dataset: Dataset, unit: Field) -> Mapping[str, tuple[str, UnitFigure]]:
    standing = city.query_service.snapshot(dataset, Question(slug=dataset.slug))
    ask = ExplorerState.bare(dataset, asked.datasets.format(slug=dataset.slug), asked.lang)
    table = group_table.grouped(city.query_service, ask, GroupKey(unit.name), standing, MOST_ROWS)
    amounts = amounts_of(dataset)[:1] if axis_of(dataset) is not None else ()
    out: dict[str, tuple[str, UnitFigure]] = {}
    for group in table.groups:
        if not group.value:
            continue
        name = str(group.value)
        sums = {
            part: int(total)
            for part, total in zip(table.amounts, group.totals, strict=True)
            if total is not None and part.field in amounts
        }
        known = out.get(fold(name))
        if known is not None:
            # The explorer finds all spellings of a name by any of them.
            for part, total in known[1].totals:
                sums[part] = sums.get(part, 0) + total
            said = UnitFigure(dataset, known[1].rows + group.rows, tuple(sums.items()), known[1].address)
        else:
            said = UnitFigure(dataset, group.rows, tuple(sums.items()), group.address)
        out[fold(name)] = (name, said)
    return out
