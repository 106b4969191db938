"""The pages of the budget: its years, what lies under a year, a scheme or a heading, and one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from ayan.apps.catalog import sentence
from ayan.apps.catalog.freshness import published
from ayan.apps.catalog.prices import Prices, prices
from ayan.apps.civic import budget_api, budget_charts, budget_line, budget_moves, framing
from ayan.apps.civic.budget_api import FORMS, STEPS
from ayan.apps.civic.budget_sums import Sums
from ayan.apps.civic.budget_tree import NO_HEADING, PAGE, PART, Level, NotThere, Tree
from ayan.apps.civic.framing import NONE, Asked
from ayan.apps.civic.players import Player, player, releases
from ayan.core.query import keys
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.question import Question
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.ui import writing
from ayan.ui.parts import Crumb, Download, File
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


@published
def overview(request: HttpRequest) -> HttpResponse:
    """Every year of the budget: what was approved, amended and spent, nominal and real."""
    return _answered(request, ())


def overview_as(request: HttpRequest, form: str) -> HttpResponseBase:
    """The same as a file."""
    return budget_api.file(request, (), form)


def tree(request: HttpRequest, steps: str) -> HttpResponseBase:
    """What lies under a year, a scheme or a heading; or one line. With .csv or .json at its end, as a file."""
    form = next((one for one in FORMS if steps.endswith(f".{one}")), "")
    read = framing.read_steps(steps.removesuffix(f".{form}"))
    return budget_api.file(request, read, form) if form else _page(request, read)


@published
def _page(request: HttpRequest, steps: tuple[str, ...]) -> HttpResponse:
    return _answered(request, steps)


def _answered(request: HttpRequest, steps: tuple[str, ...]) -> HttpResponse:
    asked, here = Asked.of(request), city.current()
    one = player(here, PART)
    if one is None or not releases(here, one):
        return framing.nothing(asked, PART, TITLE, SECTION, 404 if steps else 200)
    try:
        standing = here.reader.standing(one.dataset, Question(slug=one.dataset.slug))
        made = Tree(here.reader, one, standing, asked)
        if len(steps) > DEPTH:
            raise NotThere("/".join(steps))
        return _line(here, made, steps) if len(steps) == DEPTH else _level(here, made, steps)
    except NotThere:
        context = {"crumbs": framing.crumbs(asked, PAGE_TOP, TITLE, Crumb(ABSENT.of(asked.lang))), "section": SECTION}
        return framing.shown(asked, "civic/budget_absent.html", context | {"years": _years(made)}, 404)
    except Unanswered as none:
        return framing.unanswered(asked, TITLE, SECTION, none)


def _years(made: Tree) -> list[tuple[str, str]]:
    try:
        return [(one, made.asked.page(PAGE, one)) for one in made.years()]
    except Unanswered:
        return []


def _level(here: City, made: Tree, steps: tuple[str, ...]) -> HttpResponse:
    asked, one = made.asked, made.player
    if not steps:
        return _overview(here, made)
    inner = made.inner(steps)
    level = made.level(inner)
    title = _title(made, inner)
    context = {
        "section": SECTION,
        "player": one,
        "title": title,
        "year_title": OF_YEAR.of(asked.lang).format(writing.period_label(steps[0], asked.lang)),
        "year": steps[0],
        "level": level,
        "schemes": len(steps) == 1 and len(inner) == 1,
        "below": one.field(_named(one, level.below)).label,
        "labels": _labels(one),
        "figures": _shares(made, level),
        "years": [(year, asked.page(PAGE, year), year == steps[0]) for year in made.years()],
        "crumbs": framing.crumbs(asked, PAGE_TOP, TITLE, *_path(made, inner, title)),
        "downloads": _downloads(made, steps, level),
        "sources": _sources(here, one, steps[0]),
    }
    return framing.shown(asked, "civic/budget_level.html", context)


def _title(made: Tree, steps: Sequence[str]) -> str:
    """What a heading is called, else the year."""
    year = OF_YEAR.of(made.lang).format(writing.period_label(steps[0], made.lang))
    if len(steps) < 3:
        return year
    return _heading(made, steps) or year


def _heading(made: Tree, steps: Sequence[str]) -> str:
    if steps[2] == NONE:
        return NO_HEADING.of(made.lang)
    if not made.player.has("heading_title"):
        return steps[2]
    found = made.summed(made.conditions(steps[:3]), "heading_title").sums
    return next((str(key[0]) for key in found if key[0]), steps[2])


def _path(made: Tree, steps: Sequence[str], title: str) -> list[Crumb]:
    """The steps that lead here; the scheme is one where a year has several."""
    page = made.asked.page
    path = [Crumb(writing.period_label(steps[0], made.lang), page(PAGE, steps[0]))]
    if len(steps) > 1 and len(made.schemes(steps[0])) > 1:
        path.append(Crumb(steps[1], page(PAGE, *steps[:2])))
    if len(steps) > 2:
        path.append(Crumb(_heading(made, steps), page(PAGE, *steps[:3])))
    if len(steps) == DEPTH:
        path.append(Crumb(title))
    return path


def _named(one: Player, below: str) -> str:
    """The place whose words stand at the head of a column of entries."""
    title = {"heading": "heading_title", "code": "title"}.get(below, below)
    return title if one.has(title) else below


def _labels(one: Player) -> Mapping[str, Label]:
    return {place: one.field(place).label for place in budget_line.PLACES if one.has(place)}


def _shares(made: Tree, level: Level) -> list[Any]:
    """How the entries of each side divide into current and capital expense, where they say so."""
    one, lang = made.player, made.lang
    if not one.has("current", "capital"):
        return []
    names = (one.field("current").label.of(lang), one.field("capital").label.of(lang))
    item = one.field(_named(one, level.below)).label.of(lang)
    drawn = [
        budget_charts.shares(side.label, names, side.entries, made.asked.unit, lang, f"shares-{number}", item)
        for number, side in enumerate(level.sides)
    ]
    return [figure for figure in drawn if figure is not None]


def _downloads(made: Tree, steps: Sequence[str], level: Level) -> list[Download]:
    asked = made.asked
    slug, scope = made.player.dataset.slug, made.ask(made.conditions(steps)).scope
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
            [File(form.upper(), f"{rows}.{form}?{query}") for form in ("csv", "xlsx", "parquet")],
        ),
    ]


def _sources(here: City, one: Player, year: str) -> list[Any]:
    """The releases of a year; all that hold where none is of that year by name."""
    found = releases(here, one)
    return [release for release in found if release.period == year] or list(found)


def _overview(here: City, made: Tree) -> HttpResponse:
    asked, one = made.asked, made.player
    index, level = _prices(here, asked), made.level(())
    sides = []
    for side in level.sides:
        years = {entry.code: entry.sums for entry in side.entries}
        name = f"{side.label} ({one.field('approved').label.of(asked.lang)})"
        figure = budget_charts.over_years(name, years, index, asked.unit, asked.lang, f"years-{side.code}", level=2)
        real = [index.real(entry.sums.approved, entry.code) if index else None for entry in side.entries]
        sides.append((side, figure, list(zip(side.entries, real, strict=True))))
    context = {
        "section": SECTION,
        "player": one,
        "title": TITLE.of(asked.lang),
        "sides": sides,
        "below": one.field("year").label,
        "labels": _labels(one),
        "prices": index,
        "bases": asked.bases(index),
        "downloads": _downloads(made, (), level),
        "sources": list(releases(here, one)),
    }
    return framing.shown(asked, "civic/budget_years.html", context)


def _prices(here: City, asked: Asked) -> Prices | None:
    """The city's index, to tell money at the prices of the year that is asked for."""
    found = prices(here)
    return found.of(asked.base) if found else None


def _line(here: City, made: Tree, steps: tuple[str, ...]) -> HttpResponse:
    asked, one = made.asked, made.player
    row = budget_line.row_of(made, steps)
    index = _prices(here, asked)
    title = writing.value_plain(one.field("title"), one.value("title", row.values), asked.lang, "rial")
    years = budget_line.years(made, steps, index)
    year, scheme, _, code = steps
    moved = budget_moves.moves(here, made, year, scheme, code)
    sums = next((each.sums for each in years if each.here), Sums())
    apart = {moved.player.dataset.slug} if moved else set()
    following, unread = budget_line.following(here, made, row, year, index, apart)
    key = keys.key_of(one.dataset, row)
    figure = budget_charts.over_years(
        one.field("approved").label.of(asked.lang),
        {each.year: each.sums for each in years},
        index,
        asked.unit,
        asked.lang,
        "years",
        steps[0],
    )
    context = {
        "section": SECTION,
        "player": one,
        "title": title,
        "year": steps[0],
        "row": row,
        "key": key,
        "sentence": sentence.sentence(one.dataset, row.values, asked.lang, locale.of(asked.lang).calendar),
        "facts": _facts(one, row),
        "sums": sums,
        "moved": moved,
        "off": moved.off(sums) if moved else 0,
        "years": years,
        "figure": figure,
        "labels": _labels(one),
        "prices": index,
        "bases": asked.bases(index),
        "following": following,
        "unread": unread,
        "explanation": (one.field("explanation"), one.value("explanation", row.values))
        if one.has("explanation")
        else None,
        "crumbs": framing.crumbs(asked, PAGE_TOP, TITLE, *_path(made, steps, title)),
        "release": (row.period, row.release),
        "api": framing.row_api(one, key),
        "subject": f"row:{one.dataset.slug}/{key}",
    }
    response = framing.shown(asked, "civic/budget_line.html", context)
    if unread:
        # Asked again, all of it may be there, so nobody may keep it.
        response.headers["Cache-Control"] = "no-store"
    return response


def _facts(one: Player, row: Row) -> list[tuple[Any, object]]:
    """What the line is: where it stands, and of which class."""
    places = ("year", "scheme", "code", "side", "heading_title", "class")
    found = [(one.field(place), one.value(place, row.values)) for place in places if one.has(place)]
    return [(field, value) for field, value in found if value is not None]
