"""What the pages of places bring: the map, streets and districts, and the rule of a parcel on its record's page."""

from __future__ import annotations

from collections.abc import Iterator

from ayan.core.values.address_step import written
from ayan.core.values.label import Label
from ayan.ui.contract import AppContract, CopiedFile, MenuEntry, SlotTemplate, Urls


class PlanningConfig(AppContract):
    name = "ayan.apps.planning"
    label = "planning"
    verbose_name = "شهرسازی و نقشه"
    menu = (
        MenuEntry(
            page="map",
            label=Label("نقشه", "Map"),
            section="map",
            current="true",
            part="land-parcels",
            spare=True,
            order=42,
        ),
    )
    slots = (
        SlotTemplate(slot="record.head", template="planning/head.html"),
        SlotTemplate(slot="record.heading", template="planning/heading.html"),
        SlotTemplate(slot="record.lead", template="planning/parcel.html"),
        SlotTemplate(slot="record.where", template="planning/spot.html"),
        SlotTemplate(slot="dossier.places", template="planning/dossier_map.html"),
        SlotTemplate(slot="search.places", template="planning/search_places.html"),
        SlotTemplate(slot="case.pin", template="planning/case_pin.html"),
        SlotTemplate(slot="result.groups", template="planning/result_map.html"),
        SlotTemplate(slot="answer.places", template="planning/answer_map.html"),
        SlotTemplate(slot="missing.places", template="planning/coverage.html"),
        SlotTemplate(slot="home.doors", template="planning/home_door.html"),
    )

    def urls(self) -> Urls:
        from ayan.apps.planning.urls import pages

        return Urls(public=tuple(pages))

    def copied(self, records: int) -> Iterator[CopiedFile]:
        from ayan.apps.planning.city_land import city_land
        from ayan.core.query.answer import Unanswered
        from ayan.wiring import city

        # One map for every query: a copy draws land by its zone. The frames of figures stand on other sites, which ask
        # the portal for what holds now; no page of a copy leads to one.
        yield from CopiedFile.pages("map", any_query=True)
        try:
            whole = city_land(city.current())
        except Unanswered:
            return
        for code in whole.names("district"):
            yield from CopiedFile.pages("map_district", code)
        for name in whole.names("street")[:records]:
            yield from CopiedFile.pages("map_street", written(name))
