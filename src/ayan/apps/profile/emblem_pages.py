"""The page of the city's emblem: a file is given, written anew, looked at, and asked for like any other change."""

from __future__ import annotations

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ayan.apps.accounts import desk_layout, policy, sessions
from ayan.apps.accounts.forms import problems
from ayan.apps.accounts.policy import CITY, require
from ayan.apps.accounts.staff_middleware import factor_again, officer
from ayan.apps.profile import actions, face, safe_drawing
from ayan.apps.profile.limits import LARGEST_EMBLEM
from ayan.apps.profile.refusals import ProfileRefused
from ayan.apps.profile.safe_drawing import DrawingRefused
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.responses import private
from ayan.wiring import city, emblem


class SentDrawing(FileUploadHandler):
    """The one file of the form, in memory: it is small, or it is not taken."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.content = bytearray()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002 - Django's signature
        self.content += raw_data
        if len(self.content) > LARGEST_EMBLEM:
            # One byte more than may come says that it is too large.
            raise StopUpload(connection_reset=False)
        return None

    def file_complete(self, file_size: int) -> None:
        """Nothing: what arrived stands in memory."""


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def emblem_page(request: HttpRequest) -> HttpResponse:
    """The emblem in use; POST takes another. The file is taken only from whoever may do this."""
    require(officer(request), actions.CHANGE, CITY)
    if request.method != "POST":
        return _page(request)
    if not sessions.fresh(request):
        return factor_again(request, reverse(f"{language.of(request)}:profile_emblem"))
    sent = SentDrawing(request)
    request.upload_handlers = [sent]
    return _received(request, sent)


@csrf_protect
def _received(request: HttpRequest, sent: SentDrawing) -> HttpResponse:
    request.POST  # noqa: B018 - reading it is what brings the file in
    try:
        if not sent.content:
            raise ProfileRefused(Label("پرونده‌ای برگزینید.", "Choose a file."), "file")
        try:
            ending, content = safe_drawing.rewritten(bytes(sent.content))
        except DrawingRefused as wrong:
            raise ProfileRefused(wrong.words, "file") from None
        name = emblem.keep(city.current().home, ending, content)
        return _to_change(request, {face.EMBLEM: name})
    except Refusal as wrong:
        return _page(request, wrong)


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Ask for the ordinary mark in the place of the emblem."""
    require(officer(request), actions.CHANGE, CITY)
    if not sessions.fresh(request):
        return factor_again(request, reverse(f"{language.of(request)}:profile_emblem"))
    try:
        return _to_change(request, {face.EMBLEM: None})
    except Refusal as wrong:
        return _page(request, wrong)


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """An emblem of now, of before, or one that waits, for whoever judges a change."""
    me = officer(request)
    if not policy.can(me, "people.object", CITY):
        require(me, actions.CHANGE, CITY)
    shown = emblem.of(city.current().home, name)
    if shown is None:
        raise Http404
    response = HttpResponse(shown.content, content_type=shown.media_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return private(response)


def _to_change(request: HttpRequest, values: dict[tuple[str, ...], str | None]) -> HttpResponse:
    change = actions.ask(officer(request), values)
    return HttpResponseRedirect(reverse(f"{language.of(request)}:profile_change", args=(change.pk,)))


def _page(request: HttpRequest, refused: Refusal | None = None) -> HttpResponse:
    lang = language.of(request)
    context = {
        "problems": problems(refused, lang),
        "problem": refused.of(lang) if refused and refused.field == "file" else "",
        "waiting": actions.waiting(),
    }
    return desk_layout.page(request, "profile/emblem.html", context, refusal=refused)
