"""Filing for somebody who is at the desk or on the telephone: the kind's form, with how they came and their consent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout
from ayan.apps.accounts.forms import Boxes, problems
from ayan.apps.accounts.policy import CITY, require
from ayan.apps.accounts.staff_middleware import officer
from ayan.apps.catalog import page_context
from ayan.apps.counter import case_sheet, filing, rules, uploads
from ayan.apps.counter.filing import Filing
from ayan.apps.counter.models import Case, FilingChannel
from ayan.apps.counter.published_evidence import page_at
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.casework.case_kind import CaseKind, FormField
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.component_parts import FormBox
from ayan.ui.responses import private

CHANNELS: Final = (FilingChannel.DESK, FilingChannel.PHONE, FilingChannel.OFFICE)
_KEY: Final = 64


class ConsentMissing(DeskRefused):
    """Nobody files for somebody who did not ask for it."""

    code = "case-consent"
    fa = "بدون رضایت خود شخص چیزی به نام او ثبت نمی‌شود. از او بپرسید و خانه را نشان کنید."
    en = "Nothing is filed for somebody without their consent. Ask them, and tick the box."


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """First the kinds, then the form of one, then the receipt with its code, which is shown here and kept nowhere."""
    actor = officer(request)
    require(actor, "case.file", CITY)
    kinds = {code: kind for code, kind in rules.kinds().sound.items() if kind.filed_by == "anybody"}
    sent_files = uploads.receiving(request) if request.method == "POST" else None
    kind = kinds.get(request.GET.get("kind", ""))
    if kind is None:
        listed = list(kinds.items())
        return desk_layout.page(request, "counter/desk_new.html", {"kinds": listed})
    if sent_files is None:
        return _form(request, kind, {"key": filing.new_key()})
    sent = {name: text.replace("\r\n", "\n") for name, text in request.POST.dict().items()}
    try:
        receipt = filing.file(_filing(request, kind, sent))
        if receipt.new:
            entry = receipt.case.entries.get(number=1)
            for upload in sent_files.taken():
                uploads.keep(receipt.case, entry, upload)
    except Refusal as wrong:
        return _form(request, kind, sent, wrong)
    return _receipt(request, kind, receipt.case, receipt.code)


def _filing(request: HttpRequest, kind: CaseKind, sent: Mapping[str, str]) -> Filing:
    channel = sent.get("channel", "")
    if channel not in CHANNELS:
        raise DeskRefused("بگویید چگونه آمده است.", "Say how they came.", field="channel")
    if sent.get("consent") != "1":
        raise ConsentMissing(field="consent")
    key = sent.get("key", "")
    if not key or len(key) > _KEY:
        raise DeskRefused("این فرم کهنه است؛ صفحه را از نو باز کنید.", "This form is an old one; open the page anew.")
    about, dataset = _about(sent.get("about", ""), f"{request.scheme}://{request.get_host()}")
    fields = {each.code for each in kind.fields}
    return Filing(
        kind=kind.code,
        said={name: text for name, text in sent.items() if name in fields},
        key=f"desk-{officer(request).pk}-{key}",
        about=about,
        dataset=dataset,
        lang=sent.get("lang", "fa"),
        anonymous=sent.get("anonymous") == "1",
        channel=FilingChannel(channel),
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
    request: HttpRequest, kind: CaseKind, typed: Mapping[str, str], refusal: Refusal | None = None
) -> HttpResponse:
    lang = language.of(request)
    boxes = Boxes(lang, typed, refusal)
    context: dict[str, Any] = {
        "kind": kind,
        "key": typed.get("key", ""),
        "parts": [_part(each, boxes, typed, lang) for each in kind.fields],
        "about": boxes.box(
            "about",
            Label("نشانی صفحه‌ای که دربارهٔ آن است", "Address of the page that it is about"),
            Label(
                "داده یا رکورد؛ برای همهٔ شهر خالی بگذارید.", "A dataset or a record; leave it empty for the whole city."
            ),
            required=False,
            code=True,
        )
        if kind.about
        else None,
        "channels": [(code.value, case_sheet.CHANNELS[code].of(lang)) for code in CHANNELS],
        "channel": typed.get("channel", ""),
        "consent": typed.get("consent") == "1",
        "anonymous": typed.get("anonymous") == "1",
        "case_lang": typed.get("lang", lang),
        "languages": [(code, locale.of(code).name) for code in locale.BUILT_IN],
        "problems": problems(refusal, lang),
        "wrong": refusal.field if refusal else "",
        "fault": refusal.of(lang) if refusal else "",
        "accepted": uploads.ACCEPTED,
    }
    return desk_layout.page(request, "counter/desk_new_case.html", context, refusal=refusal)


def _part(each: FormField, boxes: Boxes, typed: Mapping[str, str], lang: Lang) -> dict[str, Any]:
    """One field of the form as it is drawn."""
    box: FormBox = boxes.box(
        each.code,
        each.title,
        each.hint,
        required=each.required,
        lines=6 if each.type == "text" else 1,
        code=each.type in ("mail", "day"),
        numeric=each.type == "phone",
    )
    choices = [(code, label.of(lang)) for code, label in each.choices] if each.type == "choice" else []
    return {"field": each, "box": box, "choices": choices, "value": typed.get(each.code, "")}


def _receipt(request: HttpRequest, kind: CaseKind, case: Case, code: str) -> HttpResponse:
    lang = language.of(request)
    follow = page_context.absolute(request, reverse(f"{lang}:counter"))
    context = {"kind": kind, "case": case, "code": code, "follow": follow, "ways": case_sheet.ways_of(case, kind)}
    return private(desk_layout.page(request, "counter/desk_receipt.html", context))
