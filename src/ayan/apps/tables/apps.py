"""What the tables bring: their pages and entry of the desk, and what officers are told of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ayan.core.values.label import Label
from ayan.ui.contract import AppContract, DeskEntry, DeskPart, Urls


class TablesConfig(AppContract):
    name = "ayan.apps.tables"
    label = "tables"
    verbose_name = "جدول‌ها"
    desk_menu = (DeskEntry(page="tables", label=Label("جدول‌ها", "Tables"), verb="table.change", order=77),)

    def desk_parts(self) -> Iterator[DeskPart]:
        from ayan.apps.tables.views.decision import waiting_part

        yield DeskPart(draw=waiting_part, order=13)

    def message_kinds(self) -> Iterable[Any]:
        from ayan.apps.tables import messages

        return messages.KINDS

    def urls(self) -> Urls:
        from ayan.apps.tables import urls

        return Urls(desk=tuple(urls.desk_pages))
