"""Documents for programs: what is known of each, the text of its pages, and its bytes as they were sealed."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NotRequired, TypedDict

import orjson
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from ayan.apps.documents.limits import MOST_ON_A_PAGE, ON_A_PAGE
from ayan.apps.documents.line_answers import CoverReasonAnswer, ValueLineAnswer, reason_answers, value_lines
from ayan.apps.documents.reader.page_view import gone_document
from ayan.core.attachments.document_files import MEDIA_TYPES, is_digest
from ayan.core.attachments.limits import SHORTEST_DIGEST
from ayan.core.attachments.published_documents import DocumentGone, PublishedDocument
from ayan.core.documents.document_text import PageText
from ayan.core.query.keys import natural
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.values import as_asked
from ayan.core.values.label import Label
from ayan.ui.api.answers import WordsAnswer, words
from ayan.ui.api.byte_ranges import ranged
from ayan.ui.api.operations import DATASET, JSON, TEXT, WORD, Operation, Parameter
from ayan.ui.api.responses import FRESH, NotFound, dataset_of, document, not_modified, only, reading, tag
from ayan.wiring import city

NO_DOCUMENT: Final = Label("سندی با این اثر انگشت منتشر نیست.", "No document of this digest is published.")
NO_DOCUMENTS: Final = Label("ردیف‌های این داده سندی ندارد.", "The rows of this dataset have no documents.")
NO_PAGE: Final = Label("این سند چنین صفحه‌ای ندارد.", "The document has no such page.")


class DocumentNoMore(NotFound):
    """The document was published and went, with its release or in a later one; ``left`` is what is left of it."""

    code = "document-no-more"
    fa = "این سند منتشر شده بود و دیگر در دادهٔ جاری نیست."
    en = "This document was published, and is in no current release any more."
    status = 410

    def __init__(self, left: Mapping[str, str | None]) -> None:
        super().__init__(self.code, self.label, left)


class RowOfDocumentAnswer(TypedDict):
    """A row that a document belongs to, and the release that says so."""

    dataset: str
    key: list[str]
    url: str
    kind: str
    kind_label: WordsAnswer
    title: str
    series: int
    version: int
    release: str
    row: int
    lines: list[ValueLineAnswer]


class DocumentAnswer(TypedDict):
    """A document as it is published: ``digest`` is the SHA-256 of its bytes, ``text_digest`` that of its pages' text.

    ``pages_without_text`` can be neither searched nor read aloud. ``machine_read`` is how sure a machine was of the
    letters that it recognised, from 0 to 1, and null where it did not have to.
    """

    digest: str
    text_digest: str
    media_type: str
    bytes: int
    pages: int
    pages_without_text: int
    language: str
    date: str | None
    source: str | None
    machine_read: str | None
    redactions: int
    redaction_reasons: str | None
    redaction_reason_labels: list[CoverReasonAnswer]
    url: str
    file: str
    rows: list[RowOfDocumentAnswer]


class DocumentsAnswer(TypedDict):
    """A page of documents in the order of their digests; ``next`` leads to the one that follows, null on the last."""

    documents: list[DocumentAnswer]
    next: str | None


class DocumentLineAnswer(TypedDict):
    """A line of a page; ``box`` is where it stands, in points from the lower left: left, bottom, right, top."""

    text: str
    box: NotRequired[list[float]]


class DocumentPageAnswer(TypedDict):
    """The text of a page in the order in which it is read; ``drawn`` pages are pictures and have none.

    ``machine_read`` is how sure a machine was of the letters of this page, from 0 to 1; null where they stand in the
    file.
    """

    digest: str
    page: int
    pages: int
    drawn: bool
    machine_read: str | None
    unknown: int
    size: list[float] | None
    lines: list[DocumentLineAnswer]


_DIGEST: Final = Parameter(
    "digest",
    Label(
        "اثر انگشت SHA-256 سند، یا دست‌کم {least} رقم آغاز آن اگر تنها یک سند چنین باشد",
        "The SHA-256 of the document, or {least} of its first digits at least where one document alone has them",
    ).format(least=SHORTEST_DIGEST),
    {**WORD, "pattern": "^[0-9a-f]{16,64}$"},
)
_NUMBER: Final = Parameter("number", Label("شمارهٔ صفحه از ۱", "The page, from 1"), {"type": "integer", "minimum": 1})
_KEY: Final = Parameter(
    "key",
    Label("سندهای ردیفی از dataset که این کلید را دارد.", "The documents of the row of dataset with this key."),
    TEXT,
)
_KIND: Final = Parameter("kind", Label("تنها سندهای این نوع.", "Only documents of this kind."), WORD)
_SINCE: Final = Parameter(
    "since",
    Label("تنها سندهایی که تاریخشان از این روز میلادی است.", "Only documents dated on this Gregorian day or after it."),
    {"type": "string", "format": "date"},
)
_SIZE: Final = Parameter(
    "_size",
    Label("تعداد سندهای هر صفحه", "Documents on a page"),
    {"type": "integer", "minimum": 1, "maximum": MOST_ON_A_PAGE},
)
_AFTER: Final = Parameter(
    "after",
    Label("سندهای پس از این اثر انگشت.", "The documents behind this digest."),
    {**WORD, "pattern": "^[0-9a-f]{64}$"},
)

OPERATIONS: Final = (
    Operation(
        path="/api/v1/documents",
        id="documents",
        words=Label("سندهایی که به ردیف‌ها پیوست است", "The documents that belong to rows"),
        answers={JSON: DocumentsAnswer},
        parameters=(DATASET, _KEY, _KIND, _SINCE, _SIZE, _AFTER),
        refusals=(404,),
        tag="documents",
    ),
    Operation(
        path="/api/v1/documents/{digest}",
        parts=(_DIGEST,),
        id="document",
        words=Label("یک سند و ردیف‌هایی که از آنِ آن‌هاست", "One document and the rows that it belongs to"),
        answers={JSON: DocumentAnswer},
        parameters=(),
        refusals=(404, 410),
        tag="documents",
    ),
    Operation(
        path="/api/v1/documents/{digest}/pages/{number}",
        parts=(_DIGEST, _NUMBER),
        id="documentPage",
        words=Label("متن یک صفحهٔ سند", "The text of a page of a document"),
        answers={JSON: DocumentPageAnswer},
        parameters=(),
        refusals=(404, 410),
        tag="documents",
    ),
    Operation(
        path="/api/v1/documents/{digest}/file",
        parts=(_DIGEST,),
        id="documentFile",
        words=Label("بایت‌های سند، همان‌گونه که مهر شد", "The bytes of a document, as they were sealed"),
        answers=dict.fromkeys(MEDIA_TYPES),
        parameters=(),
        refusals=(404, 410, 416),
        ranged=True,
        tag="documents",
    ),
)


@reading
def documents(request: HttpRequest) -> HttpResponseBase:
    """A page of documents."""
    only(request, "dataset", "key", "kind", "since", "_size", "after")
    standing = city.current().documents
    wanted, kind, after = (request.GET.get(name, "") for name in ("dataset", "kind", "after"))
    if after and not is_digest(after):
        raise BadQuestion([problem("cursor", "after")])
    if wanted and wanted not in standing.companions:
        raise NotFound("no-documents", NO_DOCUMENTS)
    since, size = _since(request), _size(request)
    if "key" in request.GET:
        return _of_row(request, wanted)
    asked = standing.page(wanted, kind=kind, since=since, after=after, size=size)
    following = None
    if asked.more:
        query = request.GET.copy()
        query["after"] = asked.documents[-1][0].digest
        following = f"{reverse('documents')}?{query.urlencode()}"
    return _list(request, asked.documents, following)


def _of_row(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The documents of one row, which no other condition narrows."""
    only(request, "dataset", "key")
    if not slug:
        raise BadQuestion([problem("needed", "dataset")])
    current_city = city.current()
    dataset = dataset_of(current_city.registry, slug)
    values = natural(as_asked(dataset), request.GET["key"])
    return _list(request, [(each,) for each in current_city.documents.of_row(slug, list(values.values()))], None)


def _list(
    request: HttpRequest, published: Iterable[Sequence[PublishedDocument]], following: str | None
) -> HttpResponseBase:
    answer: DocumentsAnswer = {"documents": [answer_of(rows) for rows in published], "next": following}
    body = orjson.dumps(answer)
    return document(request, tag("documents", body.decode()), lambda: body, {})


@reading
def document_of(request: HttpRequest, digest: str) -> HttpResponseBase:
    """One document."""
    only(request)
    rows = _published(digest)
    body = orjson.dumps(_with_what_holds(answer_of(rows), rows))
    return document(request, tag("document", body.decode()), lambda: body, _links(rows[0]))


@reading
def page(request: HttpRequest, digest: str, number: int) -> HttpResponseBase:
    """The text of one page."""
    only(request)
    published = _published(digest)[0]
    if not 1 <= number <= published.pages:
        raise NotFound("no-such-page", NO_PAGE)

    def body() -> bytes:
        pages = city.current().documents.text_of(published)
        return orjson.dumps(_page(published, next(page for page in pages if page.number == number)))

    try:
        return document(request, tag("document-page", published.text_digest, str(number)), body, _links(published))
    except (DocumentGone, StopIteration):
        raise NotFound("no-such-document", NO_DOCUMENT) from None


@reading
def file(request: HttpRequest, digest: str) -> HttpResponseBase:
    """The exact bytes, whole or in ranges. No program that opens them here may run or reach anything."""
    only(request)
    published = _published(digest)[0]
    etag = f'"{published.digest}"'
    ending = MEDIA_TYPES.get(published.media_type, "bin")
    name = f"{published.dataset}-{published.kind}-{published.digest[:16]}"
    headers = {
        "Cache-Control": FRESH,
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Repr-Digest": f"sha-256=:{base64.b64encode(bytes.fromhex(published.digest)).decode()}:",
        "Content-Disposition": f'attachment; filename="{name}.{ending}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        **_links(published),
    }
    known = not_modified(request, etag, headers)
    if known is not None:
        return known
    try:
        path = city.current().documents.bytes_of(published)
        media_type = published.media_type if published.media_type in MEDIA_TYPES else "application/octet-stream"
        response = ranged(request, path, media_type, etag, headers)
    except (DocumentGone, FileNotFoundError):
        raise NotFound("no-such-document", NO_DOCUMENT) from None
    if response.status_code == 200:
        response.headers["Content-Digest"] = headers["Repr-Digest"]
    return response


def answer_of(rows: Sequence[PublishedDocument]) -> DocumentAnswer:
    """What programs are told of a document, given by every row that has it."""
    first = rows[0]
    return {
        "digest": first.digest,
        "text_digest": first.text_digest,
        "media_type": first.media_type,
        "bytes": first.size,
        "pages": first.pages,
        "pages_without_text": first.unread,
        "language": first.language,
        "date": first.date.isoformat() if first.date else None,
        "source": first.source or None,
        "machine_read": None if first.machine_read is None else str(first.machine_read),
        "redactions": first.redactions,
        "redaction_reasons": first.redaction_reasons or None,
        "redaction_reason_labels": reason_answers(first.redaction_reasons),
        "url": reverse("document", args=[first.digest]),
        "file": reverse("document_file", args=[first.digest]),
        "rows": [_row(each) for each in rows],
    }


def _row(published: PublishedDocument) -> RowOfDocumentAnswer:
    return {
        "dataset": published.dataset,
        "key": list(published.key),
        "url": f"/api/v1/datasets/{published.dataset}/rows/{published.row_step}",
        "kind": published.kind,
        "kind_label": words(published.kind_label),
        "title": published.title.fa,
        "series": published.series,
        "version": published.version,
        "release": published.release,
        "row": published.row,
        "lines": value_lines(published),
    }


def _with_what_holds(answer: DocumentAnswer, rows: Sequence[PublishedDocument]) -> DocumentAnswer:
    """The same, with whether the rows still have the values for which lines are named."""
    for said, published in zip(answer["rows"], rows, strict=True):
        said["lines"] = value_lines(published, asks_row=True)
    return answer


def _page(published: PublishedDocument, read: PageText) -> DocumentPageAnswer:
    return {
        "digest": published.digest,
        "page": read.number,
        "pages": published.pages,
        "drawn": read.drawn,
        "machine_read": None if read.machine_read is None else str(read.machine_read),
        "unknown": read.unknown,
        "size": list(read.size) if read.size else None,
        "lines": list(_lines(read)),
    }


def _lines(read: PageText) -> Iterator[DocumentLineAnswer]:
    for line in read.lines:
        yield {"text": line.text, "box": list(line.box)} if line.box else {"text": line.text}


def _published(digest: str) -> Sequence[PublishedDocument]:
    """The rows that have a document, which may be named by the beginning of its digest. Raises NotFound."""
    standing = city.current().documents
    full = digest if len(digest) == 64 else standing.full_digest(digest)
    rows = standing.by_digest(full) if full else ()
    if not rows:
        raise _not_here(digest)
    return rows


def _not_here(digest: str) -> NotFound:
    """Why a document is not given: none was ever published, or it went, with what is left of it."""
    gone = gone_document(city.current(), digest) if is_digest(digest) else None
    if gone is None:
        return NotFound("no-such-document", NO_DOCUMENT)
    left = {"release": gone.release.ref, "reason": gone.tombstone.code if gone.tombstone else None}
    return DocumentNoMore(left)


def _links(published: PublishedDocument) -> dict[str, str]:
    slug, period, number = published.ref
    return {"Link": f'</api/v1/datasets/{slug}/releases/{period}/{number}>; rel="canonical"'}


def _since(request: HttpRequest) -> date | None:
    if "since" not in request.GET:
        return None
    try:
        return date.fromisoformat(request.GET["since"])
    except ValueError:
        raise BadQuestion([problem("not-a-date", "since")]) from None


def _size(request: HttpRequest) -> int:
    text = request.GET.get("_size", str(ON_A_PAGE))
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:9]) <= MOST_ON_A_PAGE:
        raise BadQuestion([problem("size", "_size", limit=MOST_ON_A_PAGE)])
    return int(text)
