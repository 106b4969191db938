"""What the services bring: their pages, their entry of the menu, their answers for programs, a link on records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.urls import reverse

from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.ui.contract import (
    AppContract,
    CopiedFile,
    FooterEntry,
    MenuEntry,
    PageOf,
    RegularTask,
    SlotTemplate,
    Urls,
    step_name,
)


class ServicesConfig(AppContract):
    name = "ayan.apps.services"
    label = "public_services"
    verbose_name = "خدمات"
    menu = (
        MenuEntry(
            page="service_list", label=Label("خدمات", "Services"), section="service-list", current="true", order=34
        ),
    )
    footer = (FooterEntry(column="data", page="service_list", label=Label("خدمات شهرداری", "Services"), order=65),)
    slots = (SlotTemplate(slot="record.acts", template="service_pages/record_act.html", order=10),)

    pages_of = (PageOf("public service", "service"),)

    def urls(self) -> Urls:
        from ayan.apps.services import urls

        return Urls(public=tuple(urls.pages), bare=tuple(urls.urlpatterns))

    def regular_tasks(self) -> Iterator[RegularTask]:
        from ayan.apps.services import service_dataset

        yield RegularTask(service_dataset.send, timedelta(hours=1))

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
            address = reverse(f"{lang}:service_list")
            for query in queries(catalogue):
                file = f"{address.strip('/')}/{step_name(query)}/index.html" if query else ""
                yield CopiedFile(f"{address}{query}", file)
        yield from CopiedFile.documents("/api/v1/services")
        yield CopiedFile("/services.jsonld", "services.jsonld")
        yield CopiedFile("/services.ttl", "services.ttl")
        for code in catalogue.services:
            yield from CopiedFile.pages("service", code)
            yield from CopiedFile.pages("service_times", code)
            yield from CopiedFile.documents(f"/api/v1/services/{code}")
