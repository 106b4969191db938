"""What trials bring: their page, and the one at the desk on which a proposal becomes a declaration."""

from __future__ import annotations

from ayan.core.values.label import Label
from ayan.ui.contract import AppContract, DeskEntry, FooterEntry, PageOf, Urls


class TrialsConfig(AppContract):
    name = "ayan.apps.trials"
    label = "trials"
    verbose_name = "آزمایش پرونده"
    desk_menu = (
        DeskEntry(page="declare", label=Label("اعلام داده", "Declare a dataset"), verb="dataset.declare", order=78),
    )
    pages_of = (PageOf("new table", "declare"),)
    footer = (
        FooterEntry(
            column="data",
            page="try",
            label=Label("پرونده‌ای را بیازمایید", "Try a file"),
            order=90,
        ),
    )

    def urls(self) -> Urls:
        from ayan.apps.trials import urls

        return Urls(public=tuple(urls.pages), desk=tuple(urls.desk_pages))
