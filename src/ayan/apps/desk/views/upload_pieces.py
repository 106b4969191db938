"""Taking a file piece by piece, for the page with a script; without one its form sends the file at once."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ayan.apps.desk import resumable_uploads
from ayan.apps.desk.limits import LARGEST_PIECE, LONGEST_NUMBER
from ayan.apps.desk.refusals import SubmissionClosed
from ayan.apps.desk.submission_page import officer, visible_page, whole
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.responses import refused

OFFSET = "Upload-Offset"
"""How many bytes have arrived, as tus 1.0 names it; a piece says with it where it begins."""


@require_http_methods(["POST"])
def begun(request: HttpRequest, key: UUID) -> HttpResponse:
    """Begin a file, or go on with the same one: where its pieces go, how much has arrived, how large a piece may be."""
    desk, post = visible_page(request, key, "submission.edit"), request.POST
    try:
        if not desk.submission.takes_data:
            raise SubmissionClosed
        upload = resumable_uploads.begin(
            officer(request),
            key,
            post.get("name", ""),
            whole(post.get("size", "")) or 0,
            post.get("modified", ""),
            settings.UPLOAD_BYTES,
        )
    except Refusal as wrong:
        return _said(request, wrong)
    address = reverse(f"{desk.lang}:desk_upload_piece", args=(key, upload.id))
    told = {"id": upload.id, "address": address, "offset": upload.offset, "piece": LARGEST_PIECE}
    answer = JsonResponse(told, status=201)
    answer.headers["Location"] = address
    return answer


@require_http_methods(["GET", "HEAD", "PATCH"])
def piece(request: HttpRequest, key: UUID, name: str) -> HttpResponse:
    """PATCH takes the bytes that follow those that have arrived; each answer says how many these are."""
    visible_page(request, key, "submission.edit")
    upload = resumable_uploads.found(officer(request), key, name)
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
