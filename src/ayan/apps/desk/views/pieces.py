"""Files that arrive piece by piece: that of a submission, and those of a batch that is not there yet."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import policy
from ayan.apps.desk.files import resumable_uploads
from ayan.apps.desk.files.resumable_uploads import Selection
from ayan.apps.desk.limits import LARGEST_PIECE, LONGEST_NUMBER, MOST_FILES
from ayan.apps.desk.refusals import SubmissionClosed
from ayan.apps.desk.submission_page import officer, visible_page, whole
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.responses import refused

OFFSET: Final = "Upload-Offset"
"""How many bytes have arrived, as tus 1.0 names it; a piece says with it where it begins."""
OF_BATCH: Final = UUID(int=0)
"""Under what an officer's files for a batch are on their way: there is no batch before they are there."""


@require_http_methods(["POST"])
def begun(request: HttpRequest, key: UUID) -> HttpResponse:
    """Begin a file, or go on with the same one: where its pieces go, how much has arrived, how large a piece may be."""
    desk = visible_page(request, key, "submission.edit")
    if not desk.submission.takes_data:
        return _said(request, SubmissionClosed())
    return _begun(request, key, Selection())


@require_http_methods(["GET", "HEAD", "PATCH"])
def piece(request: HttpRequest, key: UUID, name: str) -> HttpResponse:
    """PATCH takes the bytes that follow those that have arrived; each answer says how many these are."""
    visible_page(request, key, "submission.edit")
    return _piece(request, key, name)


@require_http_methods(["POST"])
def begun_of_batch(request: HttpRequest) -> HttpResponse:
    """The same for one of many files that become a batch: ``files`` says how many, ``total`` of how many bytes."""
    _require(request)
    files, total = (whole(request.POST.get(name, "")) or 0 for name in ("files", "total"))
    return _begun(request, OF_BATCH, Selection(files, total, MOST_FILES))


@require_http_methods(["GET", "HEAD", "PATCH"])
def piece_of_batch(request: HttpRequest, name: str) -> HttpResponse:
    """A piece of one of many files."""
    _require(request)
    return _piece(request, OF_BATCH, name)


def _require(request: HttpRequest) -> None:
    who = officer(request)
    if not policy.can_somewhere(who, "submission.create"):
        raise policy.Denied(who, "submission.create", policy.CITY)


def _begun(request: HttpRequest, key: UUID, among: Selection) -> HttpResponse:
    post, lang = request.POST, language.of(request)
    size = whole(post.get("size", "")) or 0
    try:
        upload = resumable_uploads.begin(
            officer(request), key, post.get("name", ""), size, post.get("modified", ""), settings.UPLOAD_BYTES, among
        )
    except Refusal as wrong:
        return _said(request, wrong)
    if key == OF_BATCH:
        address = reverse(f"{lang}:desk_batch_piece", args=(upload.id,))
    else:
        address = reverse(f"{lang}:desk_upload_piece", args=(key, upload.id))
    said = {"id": upload.id, "address": address, "offset": upload.offset, "piece": LARGEST_PIECE}
    answer = JsonResponse(said, status=201)
    answer.headers["Location"] = address
    return answer


def _piece(request: HttpRequest, key: UUID, name: str) -> HttpResponse:
    upload = resumable_uploads.upload_of(officer(request), key, name)
    arrived = upload.offset
    if request.method == "PATCH":
        said = request.headers.get(OFFSET, "")
        offset = int(said) if said.isascii() and said.isdecimal() and len(said) <= LONGEST_NUMBER else -1
        try:
            arrived = resumable_uploads.append(upload, offset, request.read)
        except Refusal as wrong:
            return _said(request, wrong)
    answer = JsonResponse({"offset": arrived})
    answer.headers[OFFSET] = str(arrived)
    return answer


def _said(request: HttpRequest, wrong: Refusal) -> HttpResponse:
    return refused(JsonResponse({"why": wrong.of(language.of(request))}), wrong)
