"""What documents bring: their addresses, the description of their answers, and their place on a record's page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from ayan.ui.contract import AppContract, RegularTask, SlotTemplate, Urls


class DocumentsConfig(AppContract):
    name = "ayan.apps.documents"
    label = "documents"
    verbose_name = "اسناد"

    slots = (
        SlotTemplate(slot="record.documents", template="documents/of_record.html"),
        SlotTemplate(slot="submission.documents", template="documents/of_submission.html"),
    )

    def urls(self) -> Urls:
        from ayan.apps.documents import urls

        return Urls(bare=tuple(urls.bare), desk=tuple(urls.desk))

    def regular_tasks(self) -> Iterator[RegularTask]:
        from ayan.apps.documents import preparation

        yield RegularTask(preparation.tidy, timedelta(days=1))

    def operations(self) -> Iterable[Any]:
        from ayan.apps.documents import api

        return api.OPERATIONS
