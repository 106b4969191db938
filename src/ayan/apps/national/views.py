"""The pages over all cities: the list, one figure per head, a dataset, companies, and a search."""

from __future__ import annotations

from datetime import datetime
from functools import wraps
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.views.decorators.http import condition

from ayan.apps.catalog import page_context
from ayan.apps.catalog.page_context import drawing
from ayan.apps.national.cities_flags import SILENT, flags_of_cities
from ayan.apps.national.cities_groups import shared_dataset
from ayan.apps.national.figures_page import figures_page
from ayan.apps.national.limits import LONGEST_SEARCH
from ayan.apps.national.selectors import AllCities, parameters
from ayan.core.query.problem import BadQuestion
from ayan.core.values.label import Label
from ayan.ui import colour_scheme, language
from ayan.ui.api.responses import parameters as program_parameters
from ayan.ui.api.responses import tag as tag_of
from ayan.ui.component_parts import Crumb
from ayan.ui.responses import PageView, keep

COMPARE: Final = Label("مقایسهٔ شهرها", "Cities compared")
COMPANIES: Final = Label("شرکت‌ها", "Companies")
FIGURES: Final = Label("عددها", "Figures")
FLAGS: Final = Label("هشدارها", "Flags")
SEARCH: Final = Label("جست‌وجو", "Search")


def _tag(request: HttpRequest, *_args: Any, **_kwargs: Any) -> str:
    version = AllCities.of(request).standing.version
    return tag_of(request.get_full_path(), version, drawing(), colour_scheme.chosen(request))


def national(view: PageView) -> PageView:
    """A page over all cities: read only, answered with 304 while no city has changed."""
    conditional = condition(etag_func=_tag)(view)

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        try:
            response: HttpResponse = conditional(request, *args, **kwargs)
        except Http404:
            response = _not_found(request)
        if response.headers.get("Cache-Control") == "no-store":
            # Some city was late or could not be read: asked again, another answer may come.
            del response.headers["ETag"]
        elif response.status_code in (200, 304):
            # Asked again every time: what a city has withdrawn is told by nobody.
            response.headers.setdefault("Cache-Control", "public, max-age=0, must-revalidate")
            keep(response)
        else:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answered


def _not_found(request: HttpRequest) -> HttpResponse:
    """What is not there, with the ways that this address has; those of one city would lead to nothing here.

    Raises Http404 where the address is not the one of all cities.
    """
    return render(request, "national/not_found.html", _context(AllCities.of(request)), status=404)


def _context(cities: AllCities, *steps: Crumb, **more: Any) -> dict[str, Any]:
    return {
        "wide": True,
        "longest": LONGEST_SEARCH,
        "left_out": cities.left_out(),
        "standing": len(cities.standing.cities),
        "crumbs": steps,
        **more,
    }


def _links(lines: Any, lang: str) -> list[tuple[Any, str, str]]:
    return [(line, line.rows_page(lang), line.proof_page(lang)) for line in lines]


@national
def all_cities(request: HttpRequest) -> HttpResponse:
    """Every city with what it has published, what can be compared, and companies of several cities."""
    cities, lang = AllCities.of(request), language.of(request)
    lines = [
        (line, line.place.page(lang), line.place.page(lang, "/log/"), _moment(line.newest)) for line in cities.lines()
    ]
    context = _context(
        cities,
        lines=lines,
        measures=cities.measures(),
        companies=cities.shared_companies()[:10],
        shared=cities.shared_tables(),
    )
    return render(request, "national/cities.html", context)


@national
def compare(request: HttpRequest) -> HttpResponse:
    """One figure of all cities in one year, for each head."""
    cities, lang, asked = AllCities.of(request), language.of(request), parameters(request)
    context = _context(cities, Crumb(COMPARE.of(lang)), measures=cities.measures())
    try:
        result = cities.comparison(asked.get("_measure", ""), asked.get("_year", ""))
    except BadQuestion as bad:
        return page_context.refuse(request, "national/compare.html", context | {"problems": bad.problems}, bad)
    return render(
        request,
        "national/compare.html",
        context
        | {"result": result, "lines": _links(result.lines, lang) if result else [], "api": _api(request, "compare")},
    )


@national
def table(request: HttpRequest, slug: str) -> HttpResponse:
    """The cities that have published a dataset."""
    cities, lang = AllCities.of(request), language.of(request)
    finding = cities.with_table(slug)
    title = finding[0][1].title if finding else Label(slug, slug)
    lines = [
        (
            place,
            summary,
            place.page(lang, f"/data/{slug}"),
            place.page(lang, f"/data/{slug}/releases/{summary.release}"),
        )
        for place, summary in finding
    ]
    context = _context(cities, Crumb(title.of(lang)), title=title, slug=slug, lines=lines)
    response = render(request, "national/table.html", context)
    if not finding:
        response.status_code = 404
    return response


@national
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    """One number of a dataset in every city that publishes it."""
    cities, lang = AllCities.of(request), language.of(request)
    shared = shared_dataset(cities, slug)
    title = shared.dataset.title
    steps = Crumb(title.of(lang), page_context.address(request, "national_table", slug)), Crumb(FIGURES.of(lang))
    context = _context(cities, *steps, title=title)
    try:
        shown = figures_page(cities, shared, program_parameters(request), lang)
    except BadQuestion as bad:
        return page_context.refuse(request, "national/figures.html", context | {"problems": bad.problems}, bad)
    root = f"/api/v1/cities/datasets/{slug}/groups"
    context |= {"page": shown, "api": f"{root}?{shown.query}", "csv": f"{root}.csv?{shown.query}"}
    response = render(request, "national/figures.html", context)
    if not shown.answer.is_lasting:
        response.headers["Cache-Control"] = "no-store"
    return response


@national
def flags(request: HttpRequest) -> HttpResponse:
    """What integrity flags counted in every city; with ``flag`` one of them, city by city."""
    cities, lang, asked = AllCities.of(request), language.of(request), parameters(request)
    context = _context(cities, Crumb(FLAGS.of(lang)))
    try:
        counted = flags_of_cities(cities, asked.get("flag", ""), asked.get("party_id", ""))
    except BadQuestion as bad:
        return page_context.refuse(request, "national/flags.html", context | {"problems": bad.problems}, bad)
    if asked.get("flag"):
        (flag,) = counted.flags
        lines = [(line, line.place.page(lang, f"/flags/{flag.name}")) for line in flag.lines]
        silent = [(cities.place(code), SILENT[why]) for code, why in {**flag.missing, **counted.missing}.items()]
        context |= {"flag": flag, "lines": lines, "silent": silent}
    response = render(
        request, "national/flags.html", context | {"flags": [each for each in counted.flags if each.lines]}
    )
    # A finding that is taken down is gone with the next look.
    response.headers["Cache-Control"] = "no-store"
    return response


@national
def companies(request: HttpRequest) -> HttpResponse:
    """Companies that several cities name."""
    cities, lang = AllCities.of(request), language.of(request)
    context = _context(cities, Crumb(COMPANIES.of(lang)), companies=cities.shared_companies())
    return render(request, "national/companies.html", context)


@national
def company(request: HttpRequest, legal_id: str) -> HttpResponse:
    """One company: what each city has published of it."""
    cities, lang = AllCities.of(request), language.of(request)
    lines = cities.company(legal_id)
    name = max(lines, key=lambda line: line.rows.rows).rows.name
    steps = Crumb(COMPANIES.of(lang), page_context.address(request, "national_companies")), Crumb(name or legal_id)
    context = _context(
        cities,
        *steps,
        name=name,
        legal_id=lines[0].rows.legal_id,
        lines=_links(lines, lang),
        city_count=len({line.place.code for line in lines}),
        shortened=cities.shortened(),
        api=_api(request, f"companies/{lines[0].rows.legal_id}"),
    )
    return render(request, "national/company.html", context)


@national
def search(request: HttpRequest) -> HttpResponse:
    """What words find in the names of cities, in datasets and in the names of companies; rows each city searches."""
    cities, lang, asked = AllCities.of(request), language.of(request), parameters(request)
    context = _context(cities, Crumb(SEARCH.of(lang)), query=asked.get("q", ""))
    try:
        finding = cities.finding(asked.get("q", ""))
    except BadQuestion as bad:
        return page_context.refuse(request, "national/search.html", context | {"problems": bad.problems}, bad)
    named = [(place, place.page(lang)) for place in finding.cities]
    everywhere = [(line.place, line.place.page(lang, "/search")) for line in cities.lines()] if finding.words else []
    context |= {"finding": finding, "named": named, "everywhere": everywhere}
    return render(request, "national/search.html", context)


@national
def nothing(request: HttpRequest, rest: str) -> HttpResponse:  # noqa: ARG001 - the address names what is not there
    """Every other address below that of all cities."""
    raise Http404


def _api(request: HttpRequest, path: str) -> str:
    query = request.META.get("QUERY_STRING", "")
    return f"/api/v1/cities/{path}" + (f"?{query}" if query else "")


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
