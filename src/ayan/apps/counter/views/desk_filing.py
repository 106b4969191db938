"""Filing for somebody who is at the desk or on the telephone: the kind's form, with how they came and their consent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect, ensure_csrf_cookie
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from ayan.apps.accounts import desk_layout
from ayan.apps.accounts.policy import CITY, can, can_somewhere, require
from ayan.apps.accounts.staff_middleware import officer
from ayan.apps.counter import case_queue, case_sheet, filing, filing_form, receipt_text, rules, uploads
from ayan.apps.counter.case_subject import about
from ayan.apps.counter.drafts import DraftText
from ayan.apps.counter.filing import Filing, Receipt
from ayan.apps.counter.models import FilingChannel
from ayan.apps.counter.published_evidence import page_at
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.casework.case_kind import CaseKind
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.component_parts import FormBox, FormProblem
from ayan.ui.responses import private

CHANNELS: Final = (FilingChannel.DESK, FilingChannel.PHONE, FilingChannel.OFFICE)
_KEY: Final = 64


class ConsentMissing(DeskRefused):
    """Nobody files for somebody who did not ask for it."""

    code = "case-consent"
    fa = "بدون رضایت خود شخص چیزی به نام او ثبت نمی‌شود. از او بپرسید و خانه را نشان کنید."
    en = "Nothing is filed for somebody without their consent. Ask them, and tick the box."
    status = 422


@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """First the kinds, then the form of one, then the receipt with its code, which is shown here and kept nowhere.

    The form is read only after the officer is known, so that a stranger's file is never taken in.
    """
    _require(request)
    kinds = {code: kind for code, kind in rules.kinds().sound.items() if kind.filed_by == "anybody"}
    kind = kinds.get(request.GET.get("kind", ""))
    if kind is None:
        return desk_layout.page(request, "counter/desk_new.html", {"kinds": list(kinds.items())})
    if request.method == "POST":
        return _filed(request, kind, uploads.receiving(request))
    return _blank(request, kind)


@require_POST
def receipt_file(request: HttpRequest) -> HttpResponse:
    """The receipt of a form that this officer sent, with its code, in the language of whoever it is for."""
    _require(request)
    taken = filing.receipt_of(_own_key(request, request.POST.get("key", "")))
    if taken is None:
        raise Http404
    lang = locale.known(taken.case.lang)
    return receipt_text.as_file(request, taken.case, request.POST.get("as", ""), taken.code, lang)


def _require(request: HttpRequest) -> None:
    """Whoever deals with cases of any unit files for somebody: the case goes where its kind says."""
    if not can_somewhere(officer(request), "case.file"):
        require(officer(request), "case.file", CITY)


def _own_key(request: HttpRequest, key: str) -> str:
    """The key of an officer's own form: that of another officer opens nothing."""
    return f"desk-{officer(request).pk}-{key}" if 0 < len(key) <= _KEY else ""


@ensure_csrf_cookie
def _blank(request: HttpRequest, kind: CaseKind) -> HttpResponse:
    return _form(request, kind, {"key": filing.new_key()}, {})


@csrf_protect
def _filed(request: HttpRequest, kind: CaseKind, sent_files: uploads.SentFiles) -> HttpResponse:
    """Take what was sent; the token of the form is checked before this is called, the files being read on the way."""
    sent = {name: text.replace("\r\n", "\n") for name, text in request.POST.dict().items()}
    said = filing_form.read(kind, request.POST)
    refusals: list[Refusal] = []
    try:
        refusals = [*_missing(sent), *filing_form.faults(kind, said)]
        taken = sent_files.taken()
        if not refusals:
            with transaction.atomic():
                receipt = filing.file(_filing(request, kind, sent, filing_form.normal(kind, said)))
                entry = receipt.case.entries.get(number=1)
                for upload in taken if receipt.new else ():
                    uploads.keep(receipt.case, entry, upload)
            return _receipt(request, kind, receipt, sent["key"])
    except Refusal as wrong:
        refusals.append(wrong)
    return _form(request, kind, sent, said, refusals)


def _missing(sent: Mapping[str, str]) -> list[Refusal]:
    """What is wrong beside the fields of the kind."""
    wrong: list[Refusal] = []
    if sent.get("channel", "") not in CHANNELS:
        wrong.append(DeskRefused("بگویید چگونه آمده است.", "Say how they came.", field="channel"))
    if sent.get("consent") != "1":
        wrong.append(ConsentMissing(field="consent"))
    return wrong


def _filing(request: HttpRequest, kind: CaseKind, sent: Mapping[str, str], said: Mapping[str, str]) -> Filing:
    key = _own_key(request, sent.get("key", ""))
    if not key:
        raise DeskRefused("این فرم کهنه است؛ صفحه را از نو باز کنید.", "This form is an old one; open the page anew.")
    about, dataset = _about(sent.get("about", ""), f"{request.scheme}://{request.get_host()}")
    return Filing(
        kind=kind.code,
        said=said,
        key=key,
        about=about,
        dataset=dataset,
        lang=sent.get("lang", ""),
        anonymous=sent.get("anonymous") == "1",
        channel=FilingChannel(sent["channel"]),
        filed_by=officer(request),
    )


def _about(typed: str, host: str) -> tuple[str, str]:
    """What a case is about, of the address of its page; nothing for the whole city."""
    text = typed.strip().removeprefix(host)
    if not text:
        return "", ""
    page = page_at(text)
    if page is None:
        raise DeskRefused(
            "این نشانی داده یا رکوردی از این سامانه نیست. آن را از نوار نشانی مرورگر بردارید یا خالی بگذارید.",
            "This is the address of no dataset or record of this site. Copy it from the browser, or leave it empty.",
            field="about",
        )
    _, _, slug, *rest = page.path.partition("?")[0].split("/")
    if rest[:1] == ["r"]:
        return f"row:{slug}/{rest[1]}", slug
    return f"dataset:{slug}", slug


def _form(
    request: HttpRequest,
    kind: CaseKind,
    sent: Mapping[str, str],
    said: dict[str, str],
    refusals: Sequence[Refusal] = (),
) -> HttpResponse:
    lang = language.of(request)
    own = dict.fromkeys(("channel", "consent", "files"), "")
    own |= {refusal.field: refusal.of(lang) for refusal in reversed(refusals)}
    context: dict[str, Any] = {
        "kind": kind,
        "key": sent.get("key", ""),
        "fields": filing_form.boxes(kind, DraftText(said=said), lang, refusals),
        "about": _about_box(sent, own.get("about", ""), lang) if kind.about else None,
        "channels": [(code.value, case_sheet.CHANNELS[code].of(lang)) for code in CHANNELS],
        "sent": {name: sent.get(name, "") for name in ("channel", "consent", "anonymous")},
        "own": own,
        "case_lang": sent.get("lang", lang),
        "languages": [(code, locale.of(code).name) for code in locale.BUILT_IN],
        "problems": [_problem(refusal, kind, lang) for refusal in refusals],
        "accepted": uploads.ACCEPTED,
    }
    refusal = refusals[0] if refusals else None
    return desk_layout.page(request, "counter/desk_new_case.html", context, refusal=refusal)


def _problem(refusal: Refusal, kind: CaseKind, lang: Lang) -> FormProblem:
    """One line of the error summary: fields of the kind have a prefix, those beside them do not."""
    (problem,) = filing_form.problems([refusal], kind, lang)
    return problem if problem.field else FormProblem(problem.words, refusal.field)


def _about_box(sent: Mapping[str, str], problem: str, lang: Lang) -> FormBox:
    label = Label("نشانی صفحه‌ای که دربارهٔ آن است", "Address of the page that it is about")
    hint = Label("داده یا رکورد؛ برای همهٔ شهر خالی بگذارید.", "A dataset or a record; empty for the whole city.")
    return FormBox("about", label.of(lang), sent.get("about", ""), hint.of(lang), problem, code=True)


def _receipt(request: HttpRequest, kind: CaseKind, filed: Receipt, key: str) -> HttpResponse:
    context = {
        "kind": kind,
        "case": filed.case,
        "receipt": receipt_text.of(filed.case, language.of(request), request, filed.code),
        "key": key,
        "unit": case_queue.unit_names().get(filed.case.office, case_queue.AT_THE_COUNTER),
        "may_see": can(officer(request), "case.view", about(filed.case)),
    }
    return private(desk_layout.page(request, "counter/desk_receipt.html", context))
