"""The pages of the budget: its years, what lies under a year, a scheme or a heading, and one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from ayan.apps.catalog.explorer import result_options
from ayan.apps.catalog.explorer.figures import PriceIndex, prices
from ayan.apps.catalog.page_context import published
from ayan.apps.catalog.record import records
from ayan.apps.civic import budget_api, budget_charts, budget_line, page_context
from ayan.apps.civic.budget_api import FORMS, STEPS
from ayan.apps.civic.budget_tree import MONEY, NO_HEADING, PAGE, PART, SUMMED, BudgetSums, Level, NotThere, Tree
from ayan.apps.civic.page_context import NONE, PageSettings
from ayan.apps.civic.roles import RoleDataset, declared, releases
from ayan.core.query import keys
from ayan.core.query.answer import Row, Unanswered
from ayan.core.schema.field import Field
from ayan.core.schema.glossary import Term
from ayan.core.store.release import Release
from ayan.core.values import locale
from ayan.core.values.address_step import written_key
from ayan.core.values.label import Label
from ayan.ui import value_html
from ayan.ui.charts.figure import Figure, in_one_unit
from ayan.ui.component_parts import Crumb, Download, File
from ayan.wiring import city
from ayan.wiring.city import City

SECTION: Final = "spending"
TITLE: Final = Label("بودجه", "Budget")
OF_YEAR: Final = Label("بودجهٔ {}", "Budget of {}")
SEEN: Final = Label("همین جدول", "This table")
LINES: Final = Label("ردیف‌های زیر آن", "The lines under it")
ABSENT: Final = Label("چنین ردیفی نیست", "No such line")
PAGE_TOP: Final = "budget_years"
DEPTH: Final = len(STEPS)
TERMS: Final = {"approved": "approved", "amended": "amended", "actual": "spent", "current-and-capital": "current"}
"""The words of the glossary that these pages explain, each with the figure that it is of."""
ALWAYS: Final = ("fiscal-year", "real")


@dataclass(frozen=True, slots=True)
class FigureLabels:
    """What the budget calls its figures; None for those that it does not have."""

    approved: Label
    amended: Label | None = None
    spent: Label | None = None
    current: Label | None = None
    capital: Label | None = None
    revised: Label | None = None

    @property
    def whole(self) -> Label:
        """What spending is told in per cent of."""
        return self.revised or self.amended or self.approved

    @property
    def items(self) -> list[tuple[str, Label]]:
        """The figures that the budget has, each with its label, in the order in which pages show them."""
        pairs = [(place, getattr(self, place)) for place in MONEY]
        return [(place, label) for place, label in pairs if label is not None]


@published
def overview(request: HttpRequest) -> HttpResponse:
    """Every year of the budget: what was approved, amended and spent, nominal and real."""
    return _answered(request, ())


def overview_as(request: HttpRequest, form: str) -> HttpResponseBase:
    """The same as a file."""
    return budget_api.file(request, (), form)


def tree(request: HttpRequest, steps: str) -> HttpResponseBase:
    """What lies under a year, a scheme or a heading; or one line. With .csv or .json at its end, as a file."""
    form = next((ending for ending in FORMS if steps.endswith(f".{ending}")), "")
    read = page_context.read_steps(steps.removesuffix(f".{form}"))
    return budget_api.file(request, read, form) if form else _page(request, read)


@published
def _page(request: HttpRequest, steps: tuple[str, ...]) -> HttpResponse:
    return _answered(request, steps)


def _answered(request: HttpRequest, steps: tuple[str, ...]) -> HttpResponse:
    asked, current_city = PageSettings.of(request), city.current()
    try:
        tree = Tree.of(current_city, asked)
        if tree is None:
            return page_context.nothing(asked, declared(current_city, PART), TITLE, SECTION, 404 if steps else 200)
        return _page_at(current_city, tree, steps)
    except Unanswered as none:
        return page_context.unanswered(asked, TITLE, SECTION, none)


def _page_at(city: City, tree: Tree, steps: tuple[str, ...]) -> HttpResponse:
    """What lies at an address; the page with the years to go on from where nothing does."""
    try:
        if len(steps) > DEPTH:
            raise NotThere("/".join(steps))
        return _line(city, tree, steps) if len(steps) == DEPTH else _level(city, tree, steps)
    except NotThere:
        asked = tree.settings
        context = {
            "crumbs": page_context.crumbs(asked, PAGE_TOP, TITLE, Crumb(ABSENT.of(asked.lang))),
            "section": SECTION,
        }
        return page_context.render_page(asked, "civic/budget_absent.html", context | {"years": _years(tree)}, 404)


def _years(tree: Tree) -> list[tuple[str, str]]:
    try:
        return [(year, tree.settings.page(PAGE, year)) for year in tree.years()]
    except Unanswered:
        return []


def _level(city: City, tree: Tree, steps: tuple[str, ...]) -> HttpResponse:
    asked, role_dataset = tree.settings, tree.player
    if not steps:
        return _overview(city, tree)
    inner = tree.inner(steps)
    level = tree.level(inner)
    title = _title(tree, inner)
    apart = len(steps) == 1 and len(inner) == 1
    context = {
        "section": SECTION,
        "terms": _terms(city, role_dataset),
        "player": role_dataset,
        "title": title,
        "year_title": OF_YEAR.of(asked.lang).format(value_html.period_label(steps[0], asked.lang)),
        "year": steps[0],
        "level": level,
        "schemes": apart,
        "below": role_dataset.field(_named(role_dataset, level.below)).label,
        "labels": _labels(role_dataset),
        "figures": _figures(tree, level, apart=apart),
        "years": [(year, asked.page(PAGE, year), year == steps[0]) for year in tree.years()],
        "crumbs": page_context.crumbs(asked, PAGE_TOP, TITLE, *_path(tree, inner, title)),
        "downloads": _downloads(tree, steps, level),
        "sources": _sources(city, role_dataset, steps[0]),
    }
    return page_context.render_page(asked, "civic/budget_level.html", context)


def _title(tree: Tree, steps: Sequence[str]) -> str:
    """What a heading is called, else the year."""
    year = OF_YEAR.of(tree.lang).format(value_html.period_label(steps[0], tree.lang))
    if len(steps) < 3 or not tree.heading:
        return year
    return _heading(tree, steps) or year


def _heading(tree: Tree, steps: Sequence[str]) -> str:
    if steps[2] == NONE:
        return NO_HEADING.of(tree.lang)
    if not tree.player.has("heading_title"):
        return steps[2]
    sums = tree.keys(tree.conditions(steps[:3]), "heading_title")
    return next((str(key[0]) for key in sums if key[0]), steps[2])


def _path(tree: Tree, steps: Sequence[str], title: str) -> list[Crumb]:
    """The steps that lead here; the scheme is one where a year has several."""
    page = tree.settings.page
    path = [Crumb(value_html.period_label(steps[0], tree.lang), page(PAGE, steps[0]))]
    if len(steps) > 1 and len(tree.schemes(steps[0])) > 1:
        path.append(Crumb(steps[1], page(PAGE, *steps[:2])))
    if len(steps) > 2 and tree.heading:
        path.append(Crumb(_heading(tree, steps), page(PAGE, *steps[:3])))
    if len(steps) == DEPTH:
        path.append(Crumb(title))
    return path


def _named(role_dataset: RoleDataset, below: str) -> str:
    """The place whose words stand at the head of a column of entries."""
    title = {"heading": "heading_title", "code": "title"}.get(below, below)
    return title if role_dataset.has(title) else below


def _terms(city: City, role_dataset: RoleDataset) -> tuple[Term, ...]:
    """The words that are explained, those of figures that the budget does not have left out."""
    return city.glossary.of((*(term for term, figure in TERMS.items() if role_dataset.has(figure)), *ALWAYS))


def _labels(role_dataset: RoleDataset) -> FigureLabels:
    return FigureLabels(
        **{role_field: role_dataset.field(role_field).label for role_field in SUMMED if role_dataset.has(role_field)}
    )


def _figures(tree: Tree, level: Level, *, apart: bool) -> list[Figure]:
    """What the entries of each side are of the whole, unless they stand ``apart``, and how each is divided into current
    and capital expense, where they say so."""
    role_dataset, lang, unit = tree.player, tree.lang, tree.settings.unit
    item = role_dataset.field(_named(role_dataset, level.below)).label.of(lang)
    approved = role_dataset.field("approved").label.of(lang)
    drawn: list[Figure | None] = []
    for number, side in enumerate(level.sides):
        name = f"{side.label} ({approved})"
        if not apart:
            drawn.append(budget_charts.areas(name, side.entries, unit, lang, f"areas-{number}", item))
        if role_dataset.has("current", "capital"):
            names = (role_dataset.field("current").label.of(lang), role_dataset.field("capital").label.of(lang))
            drawn.append(budget_charts.shares(name, names, side.entries, unit, lang, f"shares-{number}", item))
    source = role_dataset.dataset.owner.of(lang)
    return in_one_unit([replace(figure, source=source) for figure in drawn if figure is not None])


def _downloads(tree: Tree, steps: Sequence[str], level: Level) -> list[Download]:
    asked = tree.settings
    slug, scope = tree.player.dataset.slug, tree.ask(tree.conditions(steps)).scope
    rows = f"/api/v1/datasets/{slug}/rows"
    query = scope.query_string()
    return [
        Download(
            SEEN.of(asked.lang),
            sum(len(side.entries) for side in level.sides),
            [File(form.upper(), asked.file(PAGE if steps else PAGE_TOP, form, *steps)) for form in FORMS],
        ),
        Download(
            LINES.of(asked.lang),
            sum(side.total.lines for side in level.sides),
            [
                File("CSV", f"{rows}.csv?{query}"),
                File(
                    "Excel",
                    f"{rows}.xlsx?{'&'.join(part for part in (query, result_options.in_words(asked.lang)) if part)}",
                ),
                File("Parquet", f"{rows}.parquet?{query}"),
            ],
        ),
    ]


def _sources(city: City, role_dataset: RoleDataset, year: str) -> list[Release]:
    """The releases of a year; all that hold where none is of that year by name."""
    sealed = releases(city, role_dataset)
    return [release for release in sealed if release.period == year] or list(sealed)


def _overview(city: City, tree: Tree) -> HttpResponse:
    asked, role_dataset = tree.settings, tree.player
    index, level = _prices(city, asked), tree.level(())
    sides = []
    for side in level.sides:
        years = {entry.code: entry.sums for entry in side.entries}
        name = f"{side.label} ({role_dataset.field('approved').label.of(asked.lang)})"
        figure = budget_charts.over_years(
            name,
            years,
            index,
            asked.unit,
            asked.lang,
            f"years-{side.code}",
            level=2,
            addresses={entry.code: entry.address for entry in side.entries},
        )
        real = [index.real(entry.sums.approved, entry.code) if index else None for entry in side.entries]
        sides.append((side, figure, list(zip(side.entries, real, strict=True))))
    context = {
        "section": SECTION,
        "terms": _terms(city, role_dataset),
        "player": role_dataset,
        "title": TITLE.of(asked.lang),
        "sides": sides,
        "below": role_dataset.field("year").label,
        "labels": _labels(role_dataset),
        "prices": index,
        "bases": asked.bases(index),
        "downloads": _downloads(tree, (), level),
        "sources": list(releases(city, role_dataset)),
    }
    return page_context.render_page(asked, "civic/budget_years.html", context)


def _prices(city: City, asked: PageSettings) -> PriceIndex | None:
    """The city's index, to tell money at the prices of the year that is asked for."""
    price_index = prices(city)
    return price_index.of(asked.base) if price_index else None


def _line(city: City, tree: Tree, steps: tuple[str, ...]) -> HttpResponse:
    asked, role_dataset = tree.settings, tree.player
    row = budget_line.row_of(tree, steps)
    index = _prices(city, asked)
    title = value_html.value_plain(
        role_dataset.field("title"), role_dataset.value("title", row.values), asked.lang, "rial"
    )
    years = budget_line.years(tree, steps, index)
    year, scheme, _, code = steps
    moved = budget_line.moves(city, tree, year, scheme, code)
    sums = next((each.sums for each in years if each.current), BudgetSums())
    apart = {moved.player.dataset.slug} if moved else set()
    following, unread = budget_line.following(city, tree, row, year, index, apart)
    key = keys.key_of(role_dataset.dataset, row)
    figure = budget_charts.over_years(
        role_dataset.field("approved").label.of(asked.lang),
        {each.year: each.sums for each in years},
        index,
        asked.unit,
        asked.lang,
        "years",
        steps[0],
        addresses={each.year: each.address for each in years},
    )
    context = {
        "section": SECTION,
        "terms": _terms(city, role_dataset),
        "player": role_dataset,
        "title": title,
        "year": steps[0],
        "row": row,
        "key": key,
        "sentence": records.sentence(role_dataset.dataset, row.values, asked.lang, locale.of(asked.lang).calendar),
        "facts": _facts(role_dataset, row),
        "sums": sums,
        "moved": moved,
        "off": moved.off(sums) if moved else 0,
        "paid": budget_line.paid(city, tree, sums, following),
        "years": years,
        "figure": figure,
        "labels": _labels(role_dataset),
        "prices": index,
        "bases": asked.bases(index),
        "following": following,
        "unread": unread,
        "explanation": (role_dataset.field("explanation"), role_dataset.value("explanation", row.values))
        if role_dataset.has("explanation")
        else None,
        "crumbs": page_context.crumbs(asked, PAGE_TOP, TITLE, *_path(tree, steps, title)),
        "release": (row.period, row.release),
        "api": role_dataset.row_api(key),
        "subject": f"row:{role_dataset.dataset.slug}/{written_key(key)}",
    }
    response = page_context.render_page(asked, "civic/budget_line.html", context)
    if unread:
        # Asked again, all of it may be there, so nobody may keep it.
        response.headers["Cache-Control"] = "no-store"
    return response


def _facts(role_dataset: RoleDataset, row: Row) -> list[tuple[Field, object]]:
    """What the line is: where it stands, and of which class."""
    places = ("year", "scheme", "code", "side", "heading_title", "class")
    pairs = [
        (role_dataset.field(role_field), role_dataset.value(role_field, row.values))
        for role_field in places
        if role_dataset.has(role_field)
    ]
    return [(field, value) for field, value in pairs if value is not None]
