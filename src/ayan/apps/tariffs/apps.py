"""What the fees bring: their pages and their answers for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ayan.core.values.label import Label
from ayan.ui.contract import AppContract, CopiedFile, FooterEntry, PageOf, SlotTemplate, Urls


class TariffsConfig(AppContract):
    name = "ayan.apps.tariffs"
    label = "tariffs"
    verbose_name = "تعرفه‌ها"
    footer = (FooterEntry(column="data", page="tariffs", label=Label("محاسبهٔ عوارض", "Work out a fee"), order=60),)

    slots = (SlotTemplate(slot="record.acts", template="tariffs/of_record.html", order=15),)

    pages_of = (PageOf("tariff", "tariff"),)

    def urls(self) -> Urls:
        from ayan.apps.tariffs import urls

        return Urls(public=tuple(urls.pages), bare=tuple(urls.urlpatterns))

    def operations(self) -> Iterable[Any]:
        from ayan.apps.tariffs import api

        return api.OPERATIONS

    def copied(self, records: int) -> Iterator[CopiedFile]:
        from ayan.wiring import city

        del records
        yield from CopiedFile.pages("tariffs")
        for tariff in city.current().registry.tariffs().sound:
            yield from CopiedFile.pages("tariff", tariff.code, any_query=True)
            yield from CopiedFile.documents(f"/api/v1/tariffs/{tariff.code}")
        yield from CopiedFile.documents("/api/v1/tariffs")
