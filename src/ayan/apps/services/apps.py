"""What the services bring: their pages, their entry of the menu, their answers for programs, a link on records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse

from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.ui.contract import AppContract, CopiedFile, FooterEntry, MenuEntry, SlotTemplate, Urls, step_name


class ServicesConfig(AppContract):
    name = "ayan.apps.services"
    label = "services"
    verbose_name = "خدمات"
    menu = (MenuEntry(page="services", label=Label("خدمات", "Services"), section="services", current="true", order=34),)
    footer = (FooterEntry(column="data", page="services", label=Label("خدمات شهرداری", "Services"), order=65),)
    slots = (SlotTemplate(slot="record.acts", template="services/record_act.html", order=10),)

    def urls(self) -> Urls:
        from ayan.apps.services import urls

        return Urls(public=tuple(urls.pages), bare=tuple(urls.urlpatterns))

    def operations(self) -> Iterable[Any]:
        from ayan.apps.services import api

        return api.OPERATIONS

    def copied(self, records: int) -> Iterator[CopiedFile]:
        from ayan.apps.services.service_groups import queries
        from ayan.wiring import city
        from ayan.wiring.service_folder import service_catalogue

        del records
        catalogue = service_catalogue(city.current().home)
        for lang in locale.codes():
            address = reverse(f"{lang}:services")
            for query in queries(catalogue):
                file = f"{address.strip('/')}/{step_name(query)}/index.html" if query else ""
                yield CopiedFile(f"{address}{query}", file)
        yield from CopiedFile.documents("/api/v1/services")
        yield CopiedFile("/services.jsonld", "services.jsonld")
        for code in catalogue.services:
            yield from CopiedFile.pages("service", code)
            yield from CopiedFile.documents(f"/api/v1/services/{code}")
