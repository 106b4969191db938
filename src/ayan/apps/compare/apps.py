"""What the comparison brings: its page and its answer for programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ayan.core.values.label import Label
from ayan.ui.contract import AppContract, MenuEntry, PageOf, Urls


class CompareConfig(AppContract):
    name = "ayan.apps.compare"
    label = "compare"
    verbose_name = "مقایسه"
    menu = (MenuEntry(page="compare", label=Label("مقایسه", "Compare"), section="compare", spare=True, order=40),)
    pages_of = (PageOf("comparison", "compare"),)

    def urls(self) -> Urls:
        from ayan.apps.compare import urls

        return Urls(public=tuple(urls.pages), bare=tuple(urls.urlpatterns))

    def operations(self) -> Iterable[Any]:
        from ayan.apps.compare import api

        return api.OPERATIONS
