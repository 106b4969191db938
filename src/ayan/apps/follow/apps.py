"""What following brings: its page and feeds, and the letters that tell of news."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from ayan.core.values.label import Label
from ayan.ui.contract import AppContract, FooterEntry, Listener, PageOf, RegularTask, SlotLink, SlotTemplate, Urls


class FollowConfig(AppContract):
    name = "ayan.apps.follow"
    label = "follow"
    verbose_name = "دنبال کردن"
    footer = (FooterEntry(column="data", page="follow", label=Label("دنبال کردن", "Follow"), order=50),)
    slots = (
        SlotLink(slot="changes.tools", page="follow", label=Label("دنبال کردن", "Follow"), query="?about=all"),
        SlotLink(
            slot="record.news",
            page="follow",
            label=Label("هر چیز تازه دربارهٔ این، با خوراک یا رایانامه", "Anything new about this, by feed or mail"),
            query="?about=record%3A{dataset}/{key}",
        ),
        SlotLink(
            slot="record.acts",
            page="follow",
            label=Label("دنبال کردن", "Follow"),
            query="?about=record%3A{dataset}/{key}",
            order=10,
        ),
        SlotTemplate(slot="result.news", template="follow/of_result.html"),
        SlotTemplate(slot="search.news", template="follow/of_search.html"),
        SlotLink(
            slot="search.answer",
            page="follow",
            label=Label("خبرم کنید", "Notify me"),
            query="?about={followed}",
        ),
        SlotLink(
            slot="flag.news",
            page="follow",
            label=Label("دنبال کردن این هشدار", "Follow this flag"),
            query="?about=findings:{owner}/{code}",
        ),
        SlotLink(
            slot="flags.news",
            page="follow",
            label=Label("دنبال کردن یافته‌ها", "Follow the findings"),
            query="?about=findings",
        ),
        SlotLink(slot="missing.news", page="follow", label=Label("دنبال کردن", "Follow"), query="?about=missing"),
    )
    pages_of = (
        PageOf("following", "follow"),
        PageOf("search feed", "search_feed"),
    )

    def urls(self) -> Urls:
        from ayan.apps.follow.urls import pages

        return Urls(public=tuple(pages))

    def operations(self) -> Iterable[Any]:
        from ayan.apps.follow import views

        return views.OPERATIONS

    def regular_tasks(self) -> Iterator[RegularTask]:
        from ayan.apps.follow import letters

        yield RegularTask(letters.send_digests, timedelta(hours=1))
        yield RegularTask(letters.ask_again, timedelta(minutes=10))

    def message_kinds(self) -> Iterable[Any]:
        from ayan.apps.follow import letters

        return (letters.CONFIRMATION, letters.DIGEST)

    def listeners(self) -> Iterator[Listener]:
        from ayan.apps.follow import letters
        from ayan.apps.outbox import delivery

        yield Listener(delivery.MESSAGE_SENT, letters.sent)
