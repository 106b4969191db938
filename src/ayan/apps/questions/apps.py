"""What the questions bring: the home page, a page for each of them, and their entry of the menu."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ayan.core.values.label import Label
from ayan.ui.contract import AppContract, CopiedFile, MenuEntry, Urls


class QuestionsConfig(AppContract):
    name = "ayan.apps.questions"
    label = "questions"
    verbose_name = "پرسش‌ها"
    menu = (MenuEntry(page="answers", label=Label("پرسش‌ها", "Answers"), section="answers", current="true", order=5),)

    def urls(self) -> Urls:
        from ayan.apps.questions import urls

        return Urls(public=urls.pages, bare=tuple(urls.urlpatterns))

    def operations(self) -> Iterable[Any]:
        from ayan.apps.questions import api

        return api.OPERATIONS

    def copied(self, records: int) -> Iterable[CopiedFile]:
        from ayan.apps.questions.question_page import listed
        from ayan.wiring import city

        del records
        yield from CopiedFile.pages("home")
        yield from CopiedFile.pages("answers")
        yield from CopiedFile.documents("/api/v1/answers")
        for question in listed(city.current()):
            if not question.hidden:
                yield from CopiedFile.pages("answer", question.code)
                yield from CopiedFile.documents(f"/api/v1/answers/{question.code}")
