"""What the profile brings: its pages and entry of the desk, and the first steps of a new city."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ayan.core.values.label import Label
from ayan.ui.contract import AppContract, DeskEntry, DeskPart, Urls


class ProfileConfig(AppContract):
    name = "ayan.apps.profile"
    label = "profile"
    verbose_name = "مشخصات شهر"
    desk_menu = (DeskEntry(page="profile", label=Label("مشخصات شهر", "The city"), verb="profile.change", order=79),)

    def desk_parts(self) -> Iterator[DeskPart]:
        from ayan.apps.profile.first_steps import steps_part
        from ayan.apps.profile.views import waiting_part

        yield DeskPart(draw=steps_part, order=5)
        yield DeskPart(draw=waiting_part, order=12)

    def message_kinds(self) -> Iterable[Any]:
        from ayan.apps.profile import messages

        return messages.KINDS

    def urls(self) -> Urls:
        from ayan.apps.profile import urls

        return Urls(desk=tuple(urls.desk_pages))
