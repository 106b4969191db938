"""What the standards bring: their addresses and the description of their answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ayan.ui.contract import AppContract, CopiedFile, Urls


class StandardsConfig(AppContract):
    name = "ayan.apps.standards"
    label = "standards"
    verbose_name = "استانداردها"

    def urls(self) -> Urls:
        from ayan.apps.standards import urls

        return Urls(bare=tuple(urls.urlpatterns))

    def copied(self, records: int) -> Iterable[CopiedFile]:
        from ayan.apps.standards.copied_files import copied_files
        from ayan.wiring import city

        del records
        return copied_files(city.current())

    def operations(self) -> Iterable[Any]:
        from ayan.apps.standards import action_api, contracting, discovery, popolo_api, reconciliation_service

        operations = (discovery, contracting, popolo_api, reconciliation_service, action_api)
        return tuple(operation for each in operations for operation in each.OPERATIONS)
