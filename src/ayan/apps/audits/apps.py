"""What the balances bring: their pages, their answers for programs, and a look at all of them once a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from ayan.core.values.label import Label
from ayan.ui.contract import AppContract, CopiedFile, FooterEntry, PageOf, RegularTask, Urls


class AuditsConfig(AppContract):
    name = "ayan.apps.audits"
    label = "audits"
    verbose_name = "موازنه‌ها"
    footer = (
        FooterEntry(
            column="checking",
            page="audits",
            label=Label("جمع‌هایی که باید برابر باشند", "Sums that must agree"),
            order=50,
        ),
    )
    pages_of = (PageOf("balance", "audit"),)

    def urls(self) -> Urls:
        from ayan.apps.audits import urls

        return Urls(public=tuple(urls.pages), bare=tuple(urls.urlpatterns))

    def operations(self) -> Iterable[Any]:
        from ayan.apps.audits import api

        return api.OPERATIONS

    def copied(self, records: int) -> Iterator[CopiedFile]:
        from ayan.wiring import city

        del records
        yield from CopiedFile.pages("audits")
        for balance in city.current().registry.balances().sound:
            yield from CopiedFile.pages("audit", balance.owner, balance.code)

    def regular_tasks(self) -> Iterator[RegularTask]:
        from ayan.apps.audits import balances

        yield RegularTask(balances.hold_all, timedelta(hours=1))
