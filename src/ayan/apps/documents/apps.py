"""What documents bring: their addresses, the description of their answers, and their place on a record's page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from ayan.ui.contract import AppContract, CopiedFile, PageOf, RegularTask, SlotTemplate, Urls


class DocumentsConfig(AppContract):
    name = "ayan.apps.documents"
    label = "documents"
    verbose_name = "اسناد"

    pages_of = (PageOf("document", "document_reader"), PageOf("page of a document", "document_reader_page"))
    slots = (
        SlotTemplate(slot="record.documents", template="documents/of_record.html"),
        SlotTemplate(slot="submission.documents", template="documents/of_submission.html"),
    )

    def urls(self) -> Urls:
        from ayan.apps.documents import urls
        from ayan.apps.documents.reader import urls as reader_urls

        return Urls(public=tuple(reader_urls.urlpatterns), bare=(*urls.bare, *reader_urls.bare), desk=tuple(urls.desk))

    def regular_tasks(self) -> Iterator[RegularTask]:
        from ayan.apps.documents import preparation
        from ayan.apps.documents.reader import page_pictures

        yield RegularTask(preparation.tidy, timedelta(days=1))
        yield RegularTask(page_pictures.tidy_pictures, timedelta(minutes=10))

    def operations(self) -> Iterable[Any]:
        from ayan.apps.documents import api

        return api.OPERATIONS

    def copied(self, records: int) -> Iterator[CopiedFile]:
        from ayan.apps.documents.reader.page_pictures import has_pictures
        from ayan.wiring import city

        documents = {each.digest: each for each in city.current().documents.every()}
        for digest, each in list(documents.items())[:records]:
            yield from CopiedFile.pages("document_reader", digest, any_query=True)
            yield CopiedFile(f"/documents/{digest}/file", f"documents/{digest}/file")
            for number in range(1, each.pages + 1):
                yield from CopiedFile.pages("document_reader_page", digest, number, any_query=True)
                if has_pictures(each):
                    yield CopiedFile(f"/documents/{digest}/{number}.png", f"documents/{digest}/{number}.png")
