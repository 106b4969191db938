"""What the promises bring: activities, what is missing and what is withheld, and the diary of the missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.urls import reverse

from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.ui.contract import AppContract, CopiedFile, FooterEntry, MenuEntry, RegularTask, SlotLink, Urls, step_name


class PromisesConfig(AppContract):
    name = "ayan.apps.promises"
    label = "promises"
    verbose_name = "وعده‌ها"
    menu = (
        MenuEntry(page="missing", label=Label("عقب‌افتاده‌ها", "Overdue"), section="missing", spare=True, order=37),
        MenuEntry(
            page="deeds", label=Label("فعالیت‌های شهر", "What the city does"), section="deeds", spare=True, order=46
        ),
    )
    footer = (
        FooterEntry(column="data", page="withheld", label=Label("آنچه منتشر نمی‌شود", "What is withheld"), order=70),
    )
    slots = (
        SlotLink(slot="calendar.public", page="missing", label=Label("دیدن آن صفحه", "See that page")),
        SlotLink(
            slot="catalogue.facts",
            page="deeds",
            label=Label("فعالیت‌ها و مدرک آن‌ها", "Activities and their proof"),
            order=10,
        ),
        SlotLink(slot="catalogue.facts", page="missing", label=Label("داده‌های عقب‌افتاده", "What is overdue"), order=20),
        SlotLink(
            slot="catalogue.facts", page="withheld", label=Label("آنچه منتشر نمی‌شود", "What is withheld"), order=30
        ),
        SlotLink(
            slot="dataset.columns",
            page="withheld",
            label=Label("آنچه از این داده منتشر نمی‌شود، و چرا", "What of these data is not published, and why"),
            query="?dataset={dataset}",
        ),
        SlotLink(slot="dataset.absent", page="missing", label=Label("داده‌های عقب‌افتاده", "What is overdue")),
        SlotLink(
            slot="unit.datasets", page="missing", label=Label("همهٔ داده‌های عقب‌افتاده", "Everything that is missing")
        ),
        SlotLink(
            slot="record.withheld",
            page="withheld",
            label=Label("چرا منتشر نمی‌شود، و به تصمیم که", "Why these are not published, and by whose decision"),
            query="?dataset={dataset}",
        ),
        SlotLink(
            slot="result.withheld",
            page="withheld",
            label=Label("چرا، و به تصمیم که", "Why, and by whose decision"),
            query="?dataset={dataset}",
        ),
    )

    def urls(self) -> Urls:
        from ayan.apps.promises import urls

        return Urls(public=tuple(urls.pages), bare=tuple(urls.urlpatterns))

    def operations(self) -> Iterable[Any]:
        from ayan.apps.promises import api_activities, missing_data_api, views, withheld_data

        return (
            *missing_data_api.OPERATIONS,
            *views.OPERATIONS,
            *api_activities.OPERATIONS,
            *withheld_data.OPERATIONS,
        )

    def copied(self, records: int) -> Iterator[CopiedFile]:
        """The page of the activities once for each question that has a page of its own in a copy, then the others."""
        from ayan.apps.promises.activities import queries
        from ayan.wiring import city

        del records
        asked = list(queries(city.current()))
        for lang in locale.codes():
            address = reverse(f"{lang}:deeds")
            for query in asked:
                file = f"{address.strip('/')}/{step_name(query)}/index.html" if query else ""
                yield CopiedFile(f"{address}{query}", file)
        for name in ("missing", "withheld"):
            yield from CopiedFile.pages(name)
        yield from CopiedFile.feeds("missing_feed")
        addresses = (reverse("deeds_api"), *(f"/api/v1/{name}" for name in ("missing", "missing/history", "withheld")))
        for address in addresses:
            yield from CopiedFile.documents(address, "csv")

    def regular_tasks(self) -> Iterator[RegularTask]:
        from ayan.apps.promises import missing_data

        yield RegularTask(missing_data.keep_day, timedelta(hours=1))
