"""What the pages over all cities bring: their addresses, in an installation of many."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from ayan.ui.contract import AppContract, Urls


class NationalConfig(AppContract):
    name = "ayan.apps.national"
    label = "national"
    verbose_name = "همهٔ شهرها"

    def urls(self) -> Urls:
        if not settings.INSTALLATION:
            # A city by itself has nothing to say of others.
            return Urls()
        from ayan.apps.national import urls

        return Urls(public=tuple(urls.pages), bare=tuple(urls.urlpatterns))

    def operations(self) -> Iterable[Any]:
        if not settings.INSTALLATION:
            return ()
        from ayan.apps.national import api, flags_api, groups_api

        return (*api.OPERATIONS, *groups_api.OPERATIONS, *flags_api.OPERATIONS)
