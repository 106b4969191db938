"""The fourth and fifth step: what will change, as the public will see it, and sending it on; and acts on the whole."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

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
from ayan.apps.accounts.sessions import is_typed
from ayan.apps.desk import sender_acts
from ayan.apps.desk.access import subject
from ayan.apps.desk.approval import decisions, draft_comparison
from ayan.apps.desk.entry import partial_file
from ayan.apps.desk.files import uploads
from ayan.apps.desk.limits import LARGEST_LETTER
from ayan.apps.desk.refusals import DeskRefused, OriginalUnopened, TooLargeToShow
from ayan.apps.desk.releases import publication, publication_day
from ayan.apps.desk.submission_page import (
    SubmissionPage,
    act_on_submission,
    as_file,
    begun,
    expected_revision,
    number,
    of_submission,
    officer,
    onward,
    page,
    visible_page,
    whole,
)
from ayan.core.custody.private_files import BadOriginalKey, NotOpened
from ayan.core.publish.limits import LONGEST_REASON
from ayan.core.query.answer import TooHeavy, TooSlow
from ayan.core.schema.issue import CannotRead
from ayan.core.store.correction_reason import CORRECTION_REASONS, CorrectionReason
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.responses import refused
from ayan.wiring import city

LETTERS: Final = frozenset({".pdf", ".docx", ".odt", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".txt"})


@of_submission()
def diff(desk: SubmissionPage) -> HttpResponse:
    return comparing_page(desk, "desk/diff.html", "diff")


def comparing_page(
    desk: SubmissionPage, template: str, step: str, refusal: Refusal | None = None, **more: Any
) -> HttpResponse:
    """A page that shows what a waiting draft changes; on to the step before where there is none."""
    waiting = draft_comparison.waiting_of(desk.submission)
    if waiting is None and step == "diff":
        if not desk.submission.busy and refusal is None:
            return onward(desk, "fix")
        return page(desk, template, {"step": step, "appended": desk.inputs.appended, "may_append": False}, refusal)
    what = desk.request.GET.get("what", "")
    after = whole(desk.request.GET.get("after", "")) or 0
    context = draft_comparison.shown_of(desk, waiting, what, after) if waiting else {}
    adds = {
        "appended": desk.inputs.appended,
        "may_append": step == "diff"
        and desk.may("submission.edit")
        and partial_file.offered(desk.submission, desk.inputs),
    }
    return page(desk, template, {"step": step, **adds, **context, **more}, refusal)


@of_submission("POST", verb="submission.edit")
def append(desk: SubmissionPage) -> HttpResponse:
    """Add the rows of the file to what is published instead of putting it in its place."""
    try:
        partial_file.add_to_published(officer(desk.request), desk.submission.id, expected_revision(desk.request))
    except CannotRead as wrong:
        return comparing_page(
            visible_page(desk.request, desk.submission.id), "desk/diff.html", "diff", wrong.at("append")
        )
    except Refusal as wrong:
        return comparing_page(visible_page(desk.request, desk.submission.id), "desk/diff.html", "diff", wrong)
    return onward(desk, "diff")


@of_submission("POST", verb="balance.override")
def override(desk: SubmissionPage) -> HttpResponse:
    """Somebody who may lets the draft pass although a balance fails with it."""
    post = desk.request.POST
    who = officer(desk.request)
    reason = post.get("reason", "") or post.get(f"reason:{post.get('balance', '')}", "")
    try:
        decisions.override(who, desk.submission.id, post.get("balance", ""), reason, expected_revision(desk.request))
    except Refusal as wrong:
        return comparing_page(visible_page(desk.request, desk.submission.id), "desk/diff.html", "diff", wrong)
    return onward(desk, "diff")


@of_submission()
def preview(desk: SubmissionPage) -> HttpResponse:
    """The public's page as it will be, drawn by the very view that draws it for them."""
    waiting = draft_comparison.waiting_of(desk.submission)
    if waiting is None:
        raise Http404
    try:
        answer = draft_comparison.previewed(desk, waiting)
    except (TooSlow, TooHeavy):
        return page(desk, "desk/refused.html", {}, TooLargeToShow())
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.may_be_kept = False  # type: ignore[attr-defined]  # the mark of ayan.ui.responses, taken away
    return answer


@of_submission()
def send(desk: SubmissionPage) -> HttpResponse:
    return _send_page(desk)


def _send_page(desk: SubmissionPage, refusal: Refusal | None = None) -> HttpResponse:
    if not desk.submission.editable and refusal is None:
        return onward(desk, "overview")
    if not desk.submission.digest or desk.submission.busy:
        return onward(desk, "diff")
    typed = {**sender_acts.typed_by(desk.submission, officer(desk.request), "send"), **desk.request.POST.dict()}
    waiting = draft_comparison.waiting_of(desk.submission)
    context = {
        "step": "send",
        "blocked": waiting is not None and draft_comparison.balanced(desk, waiting)["blocked"],
        "note": typed.get("note", desk.submission.note),
        "supersedes": waiting is not None and waiting.base is not None,
        "reasons": [(code, label.of(desk.lang)) for code, label in CORRECTION_REASONS.items()],
        "code": typed.get("code", desk.submission.code),
        "why": typed.get("why", desk.submission.why),
        "longest": LONGEST_REASON,
        "publish_on": typed.get("publish_on", publication_day.day_text(desk.submission.publish_on)),
        "needed": max(1, desk.dataset.approvals),
        "letters": ", ".join(sorted(LETTERS)),
    }
    return page(desk, "desk/send.html", context, refusal)


@of_submission("POST", verb="submission.edit")
def sent(desk: SubmissionPage) -> HttpResponse:
    post = desk.request.POST
    try:
        if post.get("letter"):
            raise DeskRefused(
                "نامه‌ای انتخاب کرده‌اید که هنوز افزوده نشده است. نخست «افزودن نامه» را بزنید.",
                "You chose a letter that is not added yet. Press “Add the letter” first.",
                "letter",
            )
        sender_acts.send(
            officer(desk.request),
            desk.submission.id,
            post.get("digest", ""),
            post.get("note", ""),
            expected_revision(desk.request),
            CorrectionReason(post.get("code", ""), post.get("why", "").strip()),
            publication_day.day_of(post.get("publish_on", "")),
        )
    except Refusal as wrong:
        return _send_page(visible_page(desk.request, desk.submission.id), wrong)
    return onward(desk, "overview")


@csrf_exempt
def letter(request: HttpRequest, key: UUID) -> HttpResponse:
    """A letter for the approver: read by whoever may see the submission, and never published."""
    if request.method != "POST":
        return _letter(request, key=key)
    desk = visible_page(request, key, "submission.edit")
    with uploads.receiving(request, uploads.incoming(), LARGEST_LETTER) as handler:
        return _letter_taken(request, desk, handler)


@of_submission()
def _letter(desk: SubmissionPage) -> HttpResponse:
    context = city.current().publish_context
    path = context.private_store.letters / desk.submission.letter
    if not desk.submission.letter or not path.is_file():
        raise Http404
    try:
        pieces = begun(context.private_store.locker.pieces(path))
    except (NotOpened, BadOriginalKey):
        return page(desk, "desk/refused.html", {}, OriginalUnopened())
    audit.record(officer(desk.request), "original.read", subject(desk.submission), letter=True, reason="letter")
    # As a file and of no type, whatever it is: nothing of it may run on this site.
    return StreamingHttpResponse(pieces, headers=as_file(desk.submission.letter_name))  # type: ignore[return-value]  # Django's two kinds of answer share no class but their base


@csrf_protect
def _letter_taken(request: HttpRequest, desk: SubmissionPage, handler: uploads.PrivateUpload) -> HttpResponse:
    # The letter goes with the form of the note: whatever stands in it stays.
    typed = {name: request.POST.get(name, "") for name in ("note", "code", "why", "publish_on") if name in request.POST}
    try:
        if typed:
            sender_acts.keep_typed(officer(request), desk.submission.id, "send", typed)
        if handler.too_large or not handler.received:
            most = LARGEST_LETTER >> 20
            raise DeskRefused(
                "نامه‌ای انتخاب نشده یا بزرگ‌تر از {most} مگابایت است.",
                "No letter was chosen, or it is larger than {most} MB.",
                "letter",
            ).format(most=most)
        if uploads.extension(handler.received[-1].name) not in LETTERS:
            raise DeskRefused(
                "نامه باید PDF، Word یا تصویر باشد.", "A letter is a PDF, a Word file or a picture.", "letter"
            )
        sender_acts.keep_letter(officer(request), desk.submission.id, handler.received[-1], expected_revision(request))
    except Refusal as wrong:
        return _send_page(desk, wrong)
    return onward(desk, "send")


@act_on_submission
def act(request: HttpRequest, key: UUID, name: str) -> HttpResponse:
    """An act on the whole submission that needs no form of its own."""
    who = officer(request)
    onto = request.POST.get("onto", "overview")
    try:
        match name:
            case "undo":
                sender_acts.undo(who, key, number(request, "number"), expected_revision(request))
            case "redo":
                sender_acts.redo(who, key, number(request, "number"), expected_revision(request))
            case "try-again":
                sender_acts.try_again(who, key, expected_revision(request))
            case "seal-again":
                publication.seal_again(who, key, expected_revision(request))
            case "call-back":
                sender_acts.call_back(who, key, expected_revision(request))
            case "set-aside":
                sender_acts.set_aside(who, key, expected_revision(request))
            case "take-back":
                publication.undo_publication(who, key)
            case "take-back-again":
                publication.take_back_again(who, key, expected_revision(request))
            case _:
                raise Http404
    except Refusal as wrong:
        return page(visible_page(request, key), "desk/refused.html", {}, wrong)
    onto = onto if onto in ("file", "columns", "fix", "diff", "send") else "overview"
    return HttpResponseRedirect(reverse(f"{language.of(request)}:desk_{onto}", args=(key,)))


@of_submission("POST")
def typed(desk: SubmissionPage) -> HttpResponse:
    """Keep what is being written, as the script sends it soon after a key and when a field or the page is left."""
    post = desk.request.POST
    values = {name: str(value) for name, value in post.items() if is_typed(name)}
    try:
        sender_acts.keep_typed(officer(desk.request), desk.submission.id, post.get("form", ""), values)
    except Refusal as wrong:
        return refused(JsonResponse({"kept": False, "why": wrong.of(desk.lang)}), wrong)
    return JsonResponse({"kept": True})
