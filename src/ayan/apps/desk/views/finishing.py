"""The fourth and fifth step: what will change, as the public will see it, and sending it on; and acts on the whole."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from ayan.apps.accounts import audit
from ayan.apps.desk import actions, comparing, deciding, folders, sealing, uploads
from ayan.apps.desk.framing import Bench, bench, page
from ayan.apps.desk.holding import found, subject
from ayan.apps.desk.limits import LARGEST_LETTER
from ayan.apps.desk.refusals import DeskRefused, OriginalUnopened, TooLargeToShow
from ayan.apps.desk.views.asking import (
    as_file,
    begun,
    number,
    of_submission,
    officer,
    onward,
    seen,
    whole,
)
from ayan.core.query.answer import TooHeavy, TooSlow
from ayan.core.release.compared import kept_compared
from ayan.core.release.lock import BadKey, NotOpened
from ayan.core.values.refusal import Refusal
from ayan.ui.refusals import refused
from ayan.wiring import city

LETTERS: Final = frozenset({".pdf", ".docx", ".odt", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".txt"})


@of_submission()
def diff(desk: Bench) -> HttpResponse:
    return comparing_page(desk, "desk/diff.html", "diff")


def comparing_page(desk: Bench, template: str, step: str, refusal: Refusal | None = None, **more: Any) -> HttpResponse:
    """A page that shows what a waiting draft changes; on to the step before where there is none."""
    waiting = comparing.waiting_of(desk)
    if waiting is None and step == "diff":
        if not desk.one.busy:
            return onward(desk, "fix")
        return page(desk, template, {"step": step})
    what = desk.request.GET.get("what", "")
    after = whole(desk.request.GET.get("after", "")) or 0
    context: dict[str, Any] = {}
    if waiting:
        context = {**comparing.compared(desk, waiting, what, after), "balances": comparing.balanced(desk, waiting)}
    return page(desk, template, {"step": step, **context, **more}, refusal)


def unseen(desk: Bench) -> bool:
    """Whether what a draft changes cannot be shown: then nobody can say yes to it either."""
    waiting = comparing.waiting_of(desk)
    return waiting is not None and kept_compared(waiting, desk.dataset) is None


@of_submission("POST", verb="balance.overrule")
def overrule(desk: Bench) -> HttpResponse:
    """Somebody who may lets the draft pass although a balance fails with it."""
    post = desk.request.POST
    who = officer(desk.request)
    try:
        deciding.overrule(who, desk.one.id, post.get("balance", ""), post.get("reason", ""), seen(desk.request))
    except Refusal as wrong:
        return comparing_page(bench(desk.request, found(who, desk.one.id)), "desk/diff.html", "diff", wrong)
    return onward(desk, "diff")


@of_submission()
def preview(desk: Bench) -> HttpResponse:
    """The public's page as it will be, drawn by the very view that draws it for them."""
    waiting = comparing.waiting_of(desk)
    if waiting is None:
        raise Http404
    try:
        answer = comparing.previewed(desk, waiting)
    except (TooSlow, TooHeavy):
        return page(desk, "desk/refused.html", {}, TooLargeToShow())
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.may_be_kept = False  # type: ignore[attr-defined]  # the mark of ayan.ui.keeping, taken away
    return answer


@of_submission()
def send(desk: Bench) -> HttpResponse:
    return _send_page(desk)


def _send_page(desk: Bench, refusal: Refusal | None = None) -> HttpResponse:
    if not desk.one.editable and refusal is None:
        return onward(desk, "overview")
    if not desk.one.digest or desk.one.busy:
        return onward(desk, "diff")
    typed = {**actions.typed_by(desk.one, officer(desk.request), "send"), **desk.request.POST.dict()}
    waiting = comparing.waiting_of(desk)
    context = {
        "step": "send",
        "blocked": waiting is not None and comparing.balanced(desk, waiting)["blocked"],
        "note": typed.get("note", desk.one.note),
        "needed": max(1, desk.dataset.approvals),
        "letters": ", ".join(sorted(LETTERS)),
    }
    return page(desk, "desk/send.html", context, refusal)


@of_submission("POST", verb="submission.edit")
def sent(desk: Bench) -> HttpResponse:
    post = desk.request.POST
    try:
        actions.send(
            officer(desk.request), desk.one.id, post.get("digest", ""), post.get("note", ""), seen(desk.request)
        )
    except Refusal as wrong:
        return _send_page(bench(desk.request, found(desk.request.user, desk.one.id)), wrong)
    return onward(desk, "overview")


@csrf_exempt
def letter(request: HttpRequest, key: UUID) -> HttpResponse:
    """A letter for the approver: read by whoever may see the submission, and never published."""
    if request.method != "POST":
        return _letter(request, key=key)
    desk = bench(request, found(request.user, key, "submission.edit"))
    with uploads.receiving(request, folders.incoming(), LARGEST_LETTER) as handler:
        return _letter_taken(request, desk, handler)


@of_submission()
def _letter(desk: Bench) -> HttpResponse:
    place = city.current().workplace
    path = place.letters / desk.one.letter
    if not desk.one.letter or not path.is_file():
        raise Http404
    try:
        pieces = begun(place.locker.pieces(path))
    except (NotOpened, BadKey):
        return page(desk, "desk/refused.html", {}, OriginalUnopened())
    audit.record(officer(desk.request), "original.read", subject(desk.one), letter=True, reason="letter")
    # As a file and of no type, whatever it is: nothing of it may run on this site.
    return StreamingHttpResponse(pieces, headers=as_file(desk.one.letter_name))  # type: ignore[return-value]  # Django's two kinds of answer share no class but their base


@csrf_protect
def _letter_taken(request: HttpRequest, desk: Bench, handler: uploads.PrivateUpload) -> HttpResponse:
    note = request.POST.get("note", "")
    try:
        actions.keep_typed(officer(request), desk.one.id, "send", {"note": note})
        if handler.too_large or not handler.received:
            most = LARGEST_LETTER >> 20
            raise DeskRefused(
                f"نامه‌ای انتخاب نشده یا بزرگ‌تر از {most} مگابایت است.",
                f"No letter was chosen, or it is larger than {most} MB.",
                "letter",
            )
        if uploads.extension(handler.received[-1].name) not in LETTERS:
            raise DeskRefused(
                "نامه باید PDF، Word یا تصویر باشد.", "A letter is a PDF, a Word file or a picture.", "letter"
            )
        actions.keep_letter(officer(request), desk.one.id, handler.received[-1], number(request, "seen"))
    except Refusal as wrong:
        return _send_page(desk, wrong)
    return onward(desk, "send")


@of_submission("POST")
def act(desk: Bench, name: str) -> HttpResponse:
    """An act on the whole submission that needs no form of its own."""
    who, key = officer(desk.request), desk.one.id
    onto = desk.request.POST.get("onto", "overview")
    try:
        match name:
            case "undo":
                actions.undo(who, key, number(desk.request, "number"), seen(desk.request))
            case "redo":
                actions.redo(who, key, number(desk.request, "number"), seen(desk.request))
            case "try-again":
                actions.try_again(who, key, seen(desk.request))
            case "seal-again":
                sealing.seal_again(who, key, seen(desk.request))
            case "call-back":
                actions.call_back(who, key, seen(desk.request))
            case "set-aside":
                actions.set_aside(who, key, seen(desk.request))
            case "take-back":
                sealing.undo_publication(who, key)
            case "take-back-again":
                sealing.take_back_again(who, key, seen(desk.request))
            case _:
                raise Http404
    except Refusal as wrong:
        desk = bench(desk.request, found(desk.request.user, key))
        return page(desk, "desk/refused.html", {}, wrong)
    return onward(desk, onto if onto in ("file", "columns", "fix", "diff", "send") else "overview")


@of_submission("POST")
def typed(desk: Bench) -> HttpResponse:
    """Keep what is being written, as the script sends it when a field is left."""
    post = desk.request.POST
    values = {name: str(value) for name, value in post.items() if name not in ("csrfmiddlewaretoken", "form", "seen")}
    try:
        actions.keep_typed(officer(desk.request), desk.one.id, post.get("form", ""), values)
    except Refusal as wrong:
        return refused(JsonResponse({"kept": False, "why": wrong.of(desk.lang)}), wrong)
    return JsonResponse({"kept": True})


@of_submission("POST", verb="release.correct")
def correct(desk: Bench) -> HttpResponse:
    """Begin a correction: a new submission for the same dataset and period."""
    address = reverse(f"{desk.lang}:desk_new")
    return HttpResponseRedirect(f"{address}?dataset={desk.one.dataset}&period={desk.one.period}")


def limit_mb() -> int:
    """The largest file that is taken, in MiB."""
    return int(settings.UPLOAD_BYTES) >> 20
