"""What assistants bring: the page that says how to connect one, and the same for programs."""

from __future__ import annotations

from ayan.core.values.label import Label
from ayan.ui.contract import AppContract, FooterEntry, PageOf, Urls


class AssistantsConfig(AppContract):
    """Neither stands in a static copy: no assistant can ask a folder of files."""

    name = "ayan.apps.assistants"
    label = "assistants"
    verbose_name = "دستیارها"
    footer = (FooterEntry(column="data", page="assistants", label=Label("وصل کردن دستیار", "Assistants"), order=85),)
    pages_of = (PageOf("assistants", "assistants"),)

    def urls(self) -> Urls:
        from ayan.apps.assistants import urls

        return Urls(public=tuple(urls.pages), bare=tuple(urls.bare))
