"""The districts by one figure as a frame for another site's page: drawing, classes and all figures."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog import page_context
from ayan.apps.catalog.page_context import published
from ayan.apps.planning.city_land import CityLand, city_land
from ayan.apps.planning.district_map import district_map
from ayan.apps.planning.district_measures import measured_districts, picked_measure
from ayan.apps.planning.district_page import district_list
from ayan.apps.planning.land_figures import DISTRICTS, land_figures
from ayan.apps.planning.limits import LONGEST_SEARCH
from ayan.apps.planning.map_question import MapQuestion
from ayan.core.query.answer import Unanswered
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.ui.figure_files import framed
from ayan.wiring import city
from ayan.wiring.city import City

ANCHOR = "districts"


@published
def map_frame(request: HttpRequest) -> HttpResponse:
    """The districts by a measure; nothing runs in it, and any site may show it."""
    lang = language.of(request)
    of, each = request.GET.get("of", ""), request.GET.get("each", "")
    if set(request.GET) - {"of", "each"} or each not in ("", "1") or len(of) > LONGEST_SEARCH:
        raise Http404
    asked = MapQuestion(lang, DISTRICTS, of=of, each=bool(each))
    try:
        whole = city_land(city.current())
        context = _drawn(city.current(), whole, asked, lang)
    except Unanswered as none:
        return framed(page_context.refuse(request, "planning/map_frame.html", {"words": none.of(lang)}, none))
    context["page"] = page_context.absolute(request, asked.address)
    return framed(render(request, "planning/map_frame.html", context))


def _drawn(city: City, whole: CityLand, asked: MapQuestion, lang: Lang) -> dict[str, object]:
    listed, figured = district_list(whole.land), land_figures(city, whole, asked)
    chosen = picked_measure(city, listed, asked.of, lang) if listed is not None else None
    if listed is None or figured is None or chosen is None:
        raise Http404
    measured = measured_districts(city, listed, chosen, lang, each=asked.each)
    if measured is None:
        raise Http404
    drawn = district_map(whole, listed, measured.values, measured.measure, ANCHOR, lang)
    return {"figured": figured, "drawn": drawn}
