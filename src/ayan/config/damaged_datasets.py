"""One damaged dataset takes no other down: pages are drawn without it, say so, and its own say when to come again."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from ayan.config.limits import MOST_DRAWINGS
from ayan.core.bucket.bucket_fault import BucketFault
from ayan.core.store.damage import DatasetDamaged, is_damage
from ayan.core.store.objects import StoreError
from ayan.ui import language
from ayan.ui.api.responses import is_for_programs, problem_document
from ayan.ui.responses import refused
from ayan.wiring import city
from ayan.wiring.city import City


class DamagedDatasets:
    """Answers every request without the datasets that are known to be damaged, the others in their sealed words.

    Where one is met with on the way, the page is begun anew without it: so no page has to know that one of the many
    datasets which it looks at may fail. Officers see all of them, until one stands in the way.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        base = city.current()
        try:
            damaged = base.damaged()
        except (StoreError, OSError, BucketFault):
            # Not one dataset but the store: whatever needs it says so.
            damaged = frozenset()
        if language.bare(request.path_info).startswith("/desk/"):
            # There files are read by what is declared today.
            return self.get_response(request)
        sealed_city = base.as_sealed
        with city.in_use(sealed_city.without(damaged) if damaged else sealed_city):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponseBase | None:
        """The answer without whatever dataset is at fault; None for a fault of another kind."""
        match, current_city = request.resolver_match, city.current()
        if match is None or not is_damage(fault) or request.method not in ("GET", "HEAD"):
            return _damage_page(request, current_city, fault)
        aside = frozenset(dataset.slug for dataset in current_city.set_aside)
        for _ in range(MOST_DRAWINGS):
            current_city.damage.trace(fault)
            damaged = aside | current_city.damaged()
            if damaged == aside:
                break
            aside = damaged
            with city.in_use(current_city.without(aside)):
                try:
                    answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
                except Exception as again:  # noqa: BLE001 - whatever it is, it is told as a fault is
                    fault = again
                    if not is_damage(fault):
                        break
                else:
                    return answer
        return _damage_page(request, current_city, fault)


def _damage_page(request: HttpRequest, current_city: City, fault: Exception) -> HttpResponseBase | None:
    """What is said at the address of a damaged dataset itself."""
    if isinstance(fault, StoreError) and current_city.damaged():
        # Of a dataset that is set aside already, asked for by a way that names no dataset, as a release does.
        fault = DatasetDamaged("")
    if not isinstance(fault, DatasetDamaged):
        return None
    if is_for_programs(request.path_info):
        return problem_document(request, fault)
    with city.in_use(current_city.without(current_city.damaged())):
        page = render(request, "errors/damaged.html", {"words": fault.of(language.of(request))})
    page.headers["Cache-Control"] = "no-store"
    return refused(page, fault)
