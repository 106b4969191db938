"""What assistants bring: the page that says how to connect one, and the same for programs."""

from __future__ import annotations

from collections.abc import Iterable

from ayan.core.values.label import Label
from ayan.ui.contract import AppContract, CopiedFile, FooterEntry, Urls


class AssistantsConfig(AppContract):
    name = "ayan.apps.assistants"
    label = "assistants"
    verbose_name = "دستیارها"
    footer = (FooterEntry(column="data", page="assistants", label=Label("وصل کردن دستیار", "Assistants"), order=85),)

    def urls(self) -> Urls:
        from ayan.apps.assistants import urls

        return Urls(public=tuple(urls.pages), bare=tuple(urls.bare))

    def copied(self, records: int) -> Iterable[CopiedFile]:
        del records
        yield from CopiedFile.pages("assistants")
        yield CopiedFile("/llms.txt", "llms.txt")
