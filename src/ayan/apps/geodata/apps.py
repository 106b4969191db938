"""What places for programs bring: their addresses and the description of their answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ayan.ui.contract import AppContract, Urls


class GeodataConfig(AppContract):
    name = "ayan.apps.geodata"
    label = "geodata"
    verbose_name = "داده‌های مکانی"

    def urls(self) -> Urls:
        from ayan.apps.geodata import urls

        return Urls(bare=tuple(urls.urlpatterns))

    def operations(self) -> Iterable[Any]:
        from ayan.apps.geodata import features, parcel_at

        return (*parcel_at.OPERATIONS, *features.OPERATIONS)
