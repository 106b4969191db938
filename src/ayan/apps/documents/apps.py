"""What documents bring: their addresses, the description of their answers, and their place on a record's page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ayan.ui.contract import AppContract, SlotTemplate, Urls


class DocumentsConfig(AppContract):
    name = "ayan.apps.documents"
    label = "documents"
    verbose_name = "اسناد"

    slots = (SlotTemplate(slot="record.documents", template="documents/of_record.html"),)

    def urls(self) -> Urls:
        from ayan.apps.documents import urls

        return Urls(bare=tuple(urls.bare))

    def operations(self) -> Iterable[Any]:
        from ayan.apps.documents import api

        return api.OPERATIONS
