"""Bringing something: which kind, its form, what everybody will see of it before it is sent, and the receipt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import login_attempts
from ayan.apps.counter import (
    case_access,
    case_record,
    draft_files,
    drafts,
    filing,
    filing_form,
    filing_guard,
    filing_preview,
    prior_answers,
    receipt_text,
    rules,
    uploads,
)
from ayan.apps.counter.drafts import DraftText
from ayan.apps.counter.filing import Filing
from ayan.apps.counter.filing_refusals import AppealNotOpen, FormGone, TooManyFilings
from ayan.apps.counter.limits import MOST_FILINGS, MOST_PREVIEWS
from ayan.apps.counter.models import FINDING, KINDS, FilingDraft
from ayan.apps.counter.replies import views as replies
from ayan.apps.counter.subject_text import NoSuchSubject, SubjectText, subject_of
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.casework.case_kind import CaseKind
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.responses import private, refuse_elsewhere, refused

COOKIE: Final = "ayan_form"
"""Which form this browser has begun and not sent, so that its words come back; it goes when the browser is closed."""


@require_http_methods(["GET", "HEAD"])
def kinds(request: HttpRequest) -> HttpResponse:
    """What can be brought, with what is promised; with ``about`` only what that may be about."""
    lang = language.of(request)
    try:
        subject, problem = _subject(request.GET.get("about", ""), request.GET.get("column", ""), lang), None
    except NoSuchSubject as refusal:
        subject, problem = None, refusal
    open_kinds = [kind for kind in rules.kinds().sound.values() if kind.filed_by == "anybody"]
    context = {
        "section": "counter",
        "kinds": [kind for kind in open_kinds if subject is None or _takes(kind, subject)],
        "letter": KINDS[FINDING] if subject is None else None,
        "subject": subject,
        "asked": request.GET.urlencode() if subject is not None else "",
        "problems": filing_form.problems([problem], open_kinds[0], lang) if problem and open_kinds else [],
    }
    response = private(render(request, "counter/kinds.html", context))
    return refused(response, problem) if problem else response


# The key of the form is in the form itself, and a page of another site does not have it; besides, what comes from one
# is turned away. So no cookie is needed, and whoever takes none is not shut out.
@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """The form of a kind, its preview and its receipt; the reply to a finding has a form of its own."""
    if kind == FINDING:
        answer: HttpResponse = replies.new(request, kind)
        return answer
    declared = rules.kinds().sound.get(kind)
    if declared is None or declared.filed_by == "letter":
        raise Http404
    return _Desk(request, declared).answer()


class _Desk:
    """One request at the form of a kind."""

    def __init__(self, request: HttpRequest, kind: CaseKind) -> None:
        self.request, self.kind, self.lang = request, kind, language.of(request)
        self.files = uploads.receiving(request) if request.method == "POST" else None
        self.draft = DraftText()
        self.key = ""

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self._first()
        refuse_elsewhere(self.request)
        sent = self.request.POST
        self.key = drafts.key_of(sent.get("_key", ""))
        receipt = filing.receipt_of(self.key) if self.key else None
        if receipt is not None:
            # The same form once more: after a lost answer, or by a second press.
            return self._receipt(receipt)
        kept = drafts.kept(self.key, self.kind.code)
        if not self.key:
            self.key = drafts.key_of(drafts.new_form())
        self.draft = kept or DraftText()
        if "_typed" in sent:
            self._read()
        elif kept is None:
            return self._form([FormGone()])
        if "_placed" in sent:
            return self._placed(sent["_placed"])
        if "_move" in sent:
            return self._moved(sent["_move"])
        match sent.get("_do", ""):
            case "discard":
                drafts.discard(self.key)
                response = self._first(fresh=True)
                response.delete_cookie(COOKIE, samesite="Lax")
                return response
            case "edit":
                return self._form()
            case "served" | "unserved" as said:
                return self._judged(said == "served")
            case "send":
                return self._sent()
        return self._looked()

    # --- what was typed ---

    def _read(self) -> None:
        sent = self.request.POST
        self.draft.said = filing_form.read(self.kind, sent)
        self.draft.about, self.draft.column = sent.get("_about", "")[:300], sent.get("_column", "")[:80]
        self.draft.anonymous = "_anonymous" in sent and self.kind.anonymous
        appeal_of = case_access.appealed({"_appeal": sent.get("_appeal", "")})
        self.draft.appeal = appeal_of.number if appeal_of is not None else ""

    def _keep(self) -> tuple[FilingDraft | None, list[Refusal]]:
        """Keep what was typed, with its files; and what could not be kept, each with its reason."""
        try:
            row = drafts.keep(self.key, self.kind.code, self.draft)
        except DeskRefused as wrong:
            return None, [wrong]
        faults: list[Refusal] = []
        try:
            if self.request.POST.get("_drop"):
                draft_files.drop(row, self.request.POST["_drop"])
            if self.files is not None:
                draft_files.keep(row, self.files.taken())
        except DeskRefused as wrong:
            faults.append(wrong.at("files"))
        return row, faults

    def _faults(self) -> list[Refusal]:
        faults = filing_form.faults(self.kind, self.draft.said)
        if self.kind.filed_by == "appeal" and not self.draft.appeal:
            faults.insert(0, AppealNotOpen())
        try:
            self._subject()
        except NoSuchSubject as refusal:
            self.draft.about = self.draft.column = ""
            faults.append(refusal)
        return faults

    def _subject(self) -> SubjectText | None:
        subject = _subject(self.draft.about, self.draft.column, self.lang)
        if subject is not None and not _takes(self.kind, subject):
            raise NoSuchSubject
        return subject

    def _shown_subject(self) -> SubjectText | None:
        """The subject as a page shows it; one that is not published is told among the faults, and shown nowhere."""
        try:
            return self._subject()
        except NoSuchSubject:
            return None

    # --- what is answered ---

    def _first(self, *, fresh: bool = False) -> HttpResponse:
        asked = self.request.GET
        self.key = "" if fresh else drafts.key_of(self.request.COOKIES.get(COOKIE, ""))
        kept = drafts.kept(self.key, self.kind.code)
        if kept is None:
            self.key = drafts.key_of(drafts.new_form())
        self.draft = kept or DraftText()
        if asked.get("about") or asked.get("appeal"):
            self.draft.about, self.draft.column = asked.get("about", "")[:300], asked.get("column", "")[:80]
            appealed = case_access.opened(self.request, asked.get("appeal", ""))
            self.draft.appeal = appealed.number if appealed is not None else ""
        faults: list[Refusal] = []
        try:
            subject = self._subject()
            if kept is None and subject is not None:
                self.draft.said = case_record.of_record(self.kind, subject.text)
        except NoSuchSubject as refusal:
            self.draft.about = self.draft.column = ""
            faults.append(refusal)
        if self.kind.filed_by == "appeal" and not self.draft.appeal:
            faults.append(AppealNotOpen())
        return self._form(faults, back=kept is not None)

    def _form(
        self, faults: Sequence[Refusal] = (), *, back: bool = False, searched: str = "", kept: bool = False
    ) -> HttpResponse:
        appealed, subject = case_access.numbered(self.draft.appeal), self._shown_subject()
        context = {
            "section": "counter",
            "kind": self.kind,
            "boxes": filing_form.boxes(self.kind, self.draft, self.lang, faults, searched),
            "problems": filing_form.problems(faults, self.kind, self.lang),
            "draft": self.draft,
            "subject": subject,
            "values": subject.values if subject is not None and "value" in self.kind.about else (),
            "appealed": appealed,
            "appeal_pass": case_access.appeal_pass(appealed) if appealed is not None else "",
            "form": drafts.form_of(self.key),
            "becomes": case_record.published_columns(self.kind, self.lang),
            "stamp": filing_guard.stamp(),
            "back": back,
            "kept": kept,
            "files": draft_files.listed(drafts.row_of(self.key)) if back or self.request.method == "POST" else [],
            "accepted": uploads.ACCEPTED,
        }
        return self._page("counter/form.html", context, faults)

    def _looked(self) -> HttpResponse:
        """The preview; or the form once more, where something is wrong with it."""
        _row, faults = self._keep()
        sent = self.request.POST
        if "_search" in sent or sent.get("_drop") or sent.get("_do") == "keep":
            return self._form(faults, searched=sent.get("_search", ""), kept=sent.get("_do") == "keep" and not faults)
        faults = [*self._faults(), *faults]
        if filing_guard.is_trapped(self.request.POST):
            faults.append(filing_guard.FilingTrapped())
        if not login_attempts.take(login_attempts.of_address(self.request, "counter preview", MOST_PREVIEWS)):
            faults.append(TooManyFilings())
        if faults:
            return self._form(faults)
        self.draft.said = filing_form.normal(self.kind, self.draft.said)
        return self._preview()

    def _preview(self, faults: Sequence[Refusal] = ()) -> HttpResponse:
        offers = prior_answers.offers(
            self.kind,
            self.draft.said.get(filing.SUMMARY, ""),
            filing.public_place(self.kind, self.draft.said),
            self.lang,
        )
        if offers and not self.draft.offered:
            prior_answers.count(self.kind.code, "offered")
            self.draft.offered = True
        drafts.keep(self.key, self.kind.code, self.draft)
        context = {
            "section": "counter",
            "kind": self.kind,
            "draft": self.draft,
            "subject": self._shown_subject(),
            "shown": filing_preview.shown(self.kind, self.draft, self.lang),
            "offers": [] if self.draft.judged else offers,
            "becomes": case_record.published_columns(self.kind, self.lang),
            "form": drafts.form_of(self.key),
            "stamp": filing_guard.stamp(),
            "files": draft_files.listed(drafts.row_of(self.key)),
            "due": filing_preview.due(self.kind),
            "problems": filing_form.problems(faults, self.kind, self.lang),
        }
        return self._page("counter/preview.html", context, faults)

    def _placed(self, chosen: str) -> HttpResponse:
        """A place of the city's lists is taken for what was typed: the code of its field, and its words."""
        code, _, words = chosen.partition(":")
        field = self.kind.field(code)
        if field is not None and field.lists and words:
            self.draft.said = {**self.draft.said, code: words[: field.longest]}
        faults = self._faults()
        drafts.keep(self.key, self.kind.code, self.draft)
        return self._form(faults) if faults else self._preview()

    def _moved(self, field: str) -> HttpResponse:
        self.draft.said = filing_preview.moved(self.kind, self.draft.said, field)
        faults = self._faults()
        drafts.keep(self.key, self.kind.code, self.draft)
        return self._form(faults) if faults else self._preview()

    def _judged(self, served: bool) -> HttpResponse:
        if not self.draft.judged and self.draft.offered:
            prior_answers.count(self.kind.code, "served" if served else "unserved")
        self.draft.judged = True
        if not served:
            return self._preview()
        drafts.discard(self.key)
        response = private(render(self.request, "counter/served.html", {"section": "counter", "kind": self.kind}))
        response.delete_cookie(COOKIE, samesite="Lax")
        return response

    def _sent(self) -> HttpResponse:
        faults = self._faults()
        if faults:
            return self._form(faults)
        try:
            filing_guard.check(self.request.POST, self.draft.said)
        except Refusal as wrong:
            return self._preview([wrong])
        if not login_attempts.take(login_attempts.of_address(self.request, "counter filing", MOST_FILINGS)):
            return self._preview([TooManyFilings()])
        subject = self._subject()
        try:
            with transaction.atomic():
                receipt = filing.file(self._filing(subject))
                row = drafts.row_of(self.key)
                if row is not None:
                    draft_files.hand_over(row, receipt.case, receipt.case.entries.get(number=1))
        except DeskRefused as wrong:
            return self._form([wrong])
        drafts.discard(self.key)
        return self._receipt(receipt)

    def _filing(self, subject: SubjectText | None) -> Filing:
        appealed = case_access.numbered(self.draft.appeal)
        about = subject.text if subject is not None else f"case:{appealed.number}" if appealed is not None else ""
        return Filing(
            kind=self.kind.code,
            said=self.draft.said,
            key=self.key,
            lang=self.lang,
            anonymous=self.draft.anonymous,
            about=about,
            column=subject.column if subject is not None else "",
            dataset=subject.dataset.slug if subject is not None and subject.dataset is not None else "",
            appeal_of=appealed,
        )

    def _receipt(self, receipt: filing.Receipt) -> HttpResponse:
        text = receipt_text.of(receipt.case, self.lang, self.request, receipt.code)
        context = {"section": "counter", "receipt": text, "form": drafts.form_of(self.key)}
        response = render(self.request, "counter/receipt.html", context)
        response.delete_cookie(COOKIE, samesite="Lax")
        return case_access.grant(self.request, response, receipt.case)

    def _page(self, template: str, context: dict[str, Any], faults: Sequence[Refusal]) -> HttpResponse:
        response = private(render(self.request, template, context))
        if self.request.method == "POST":
            response.set_cookie(
                COOKIE,
                drafts.form_of(self.key),
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return refused(response, faults[0]) if faults else response


def _subject(text: str, column: str, lang: Lang) -> SubjectText | None:
    return subject_of(text, column, lang)


def _takes(kind: CaseKind, subject: SubjectText) -> bool:
    """Whether a kind may be about this; what may be about a record may be about one value of it.

    What changes a record is about one of its own dataset, and about the whole of it.
    """
    if kind.record is not None and kind.record.changes and subject.sort in ("row", "value"):
        return subject.sort == "row" and subject.dataset is not None and subject.dataset.slug == kind.record.dataset
    return subject.sort in kind.about or (subject.sort == "value" and "row" in kind.about)


# --- the receipt to take along ----------------------------------------------------------------------------------------


@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """The receipt as a file, for whoever holds the form that was sent: it has the code, which stands nowhere else."""
    refuse_elsewhere(request)
    taken = filing.receipt_of(drafts.key_of(request.POST.get("_key", "")))
    if taken is None:
        raise Http404
    return receipt_text.as_file(request, taken.case, request.POST.get("_as", ""), taken.code)
