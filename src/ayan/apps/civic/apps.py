"""What the special pages bring: budget, council and organisation, each once a dataset plays its part."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ayan.core.values.label import Label
from ayan.ui.contract import AppContract, CopiedFile, MenuEntry, PageOf, SlotTemplate, Urls


class CivicConfig(AppContract):
    name = "ayan.apps.civic"
    label = "civic"
    verbose_name = "بودجه، شورا و سازمان"
    menu = (
        MenuEntry(
            page="budget_years",
            label=Label("بودجه", "Budget"),
            section="spending",
            current="true",
            part="budget-lines",
            order=20,
        ),
        MenuEntry(
            page="council",
            label=Label("شورا", "Council"),
            section="council",
            current="true",
            part="council-decisions",
            order=30,
        ),
        MenuEntry(
            page="organisation",
            label=Label("سازمان شهرداری", "Organisation"),
            section="organisation",
            current="page",
            part="units",
            spare=True,
            order=44,
        ),
    )
    slots = (SlotTemplate(slot="record.page", template="civic/of_record.html"),)
    pages_of = (PageOf("fiscal year", "budget_tree"),)

    def urls(self) -> Urls:
        from ayan.apps.civic.urls import pages

        return Urls(public=tuple(pages))

    def operations(self) -> Iterable[Any]:
        from ayan.apps.civic import budget_api

        return budget_api.OPERATIONS

    def copied(self, records: int) -> Iterable[CopiedFile]:
        from ayan.apps.civic import special_pages
        from ayan.wiring import city

        return special_pages.files(city.current(), records)
