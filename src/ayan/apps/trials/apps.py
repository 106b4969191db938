"""What trials bring: their page."""

from __future__ import annotations

from ayan.core.values.label import Label
from ayan.ui.contract import AppContract, FooterEntry, Urls


class TrialsConfig(AppContract):
    name = "ayan.apps.trials"
    label = "trials"
    verbose_name = "آزمایش پرونده"
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

        return Urls(public=tuple(urls.pages))
