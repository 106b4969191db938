"""What the search brings: its page and its answer for programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ayan.ui.contract import AppContract, CopiedFile, PageOf, Urls


class SearchConfig(AppContract):
    name = "ayan.apps.search"
    label = "search"
    verbose_name = "جستجو"
    pages_of = (PageOf("search", "search"),)

    def urls(self) -> Urls:
        from ayan.apps.search import urls

        return Urls(public=tuple(urls.pages), bare=tuple(urls.urlpatterns))

    def operations(self) -> Iterable[Any]:
        from ayan.apps.search import api

        return api.OPERATIONS

    def copied(self, records: int) -> Iterable[CopiedFile]:
        del records
        return CopiedFile.pages("search", any_query=True)
