"""What documents bring: their addresses, the description of their answers, and their place on a record's page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

from ayan.core.attachments.published_documents import PublishedDocument
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
        from ayan.apps.documents.limits import MOST_ON_A_PAGE
        from ayan.apps.documents.reader.page_pictures import has_pictures
        from ayan.wiring import city

        documents = {each.digest: each for each in city.current().documents.every()}
        own = dict(list(documents.items())[:records])
        yield CopiedFile(f"/api/v1/documents?_size={MOST_ON_A_PAGE}", "api/v1/documents.json")
        for digest, each in own.items():
            yield from CopiedFile.pages("document_reader", digest, any_query=True)
            yield from CopiedFile.documents(f"/api/v1/documents/{digest}")
            yield CopiedFile(f"/documents/{digest}/file", f"documents/{digest}/file")
            for number in range(1, each.pages + 1):
                yield from CopiedFile.pages("document_reader_page", digest, number, any_query=True)
                if has_pictures(each):
                    picture = f"/documents/{digest}/{number}.png"
                    # In a copy one width is all widths.
                    yield CopiedFile(picture, picture[1:], any_query=True)
        for newer, older in _neighbours(own.values()):
            yield from CopiedFile.pages("document_difference", newer.digest, older.digest)


def _neighbours(documents: Iterable[PublishedDocument]) -> Iterator[tuple[PublishedDocument, PublishedDocument]]:
    """Each version of a document with the one before it."""
    versions: dict[tuple[object, ...], list[PublishedDocument]] = {}
    for each in documents:
        versions.setdefault((each.dataset, each.key, each.kind, each.series), []).append(each)
    for some in versions.values():
        ordered = sorted(some, key=lambda each: -each.version)
        yield from pairwise(ordered)
