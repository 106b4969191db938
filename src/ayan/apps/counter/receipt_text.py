"""The receipt of a case: what stands on it, on the page, on paper, in a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from ayan.apps.catalog import page_context
from ayan.apps.counter import case_messages, rules
from ayan.apps.counter.models import Case
from ayan.apps.counter.receipt_calendar import calendar
from ayan.apps.outbox.models import Channel
from ayan.core.casework.case_kind import CaseKind
from ayan.core.values.clock import TEHRAN
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.ui.qr_code import qr_code
from ayan.ui.responses import private
from ayan.wiring import city

BY: Final = {
    Channel.MAIL: Label("رسید به رایانامهٔ شما فرستاده می‌شود.", "The receipt is sent to your e-mail."),
    Channel.SMS: Label("رسید به تلفن همراه شما پیامک می‌شود.", "The receipt is sent to your phone."),
}


@dataclass(frozen=True, slots=True)
class ReceiptText:
    """What a receipt says. ``code`` is empty once it was shown; ``address`` is where the case is followed.

    ``messages`` say by which ways the same was sent.
    """

    number: str
    city: str
    kind: CaseKind
    title: str
    summary: str
    received_at: datetime
    receipt_on: date
    due_on: date | None
    code: str
    address: str
    messages: tuple[str, ...]
    lang: Lang

    @property
    def qr(self) -> SafeString:
        """The address for a phone's camera."""
        return qr_code(self.address)

    @property
    def is_after_hours(self) -> bool:
        """Whether it counts as received on a later day than it came."""
        return self.receipt_on > self.received_at.astimezone(TEHRAN).date()


def of(case: Case, lang: Lang, request: HttpRequest, code: str = "") -> ReceiptText:
    """The receipt of a case, with its code for whoever filed it just now."""
    kind = rules.kind_of(case)
    path = reverse(f"{lang}:counter_reply", args=(code,)) if code else reverse(f"{lang}:counter_track")
    return ReceiptText(
        number=case.number,
        city=city.current().profile.name.of(lang),
        kind=kind,
        title=kind.title.of(lang),
        summary=case.summary,
        received_at=case.received_at,
        receipt_on=case.receipt_on,
        due_on=case.due_on,
        code=code,
        address=page_context.site(request) + path,
        messages=tuple(BY[channel].of(lang) for channel, _ in case_messages.contacts(case, kind)),
        lang=lang,
    )


def as_file(request: HttpRequest, case: Case, sort: str, code: str = "", lang: Lang | None = None) -> HttpResponse:
    """The receipt as a file: ``pdf`` or ``ics``; in the language of the page where ``lang`` says no other.

    Raises Http404 for anything else, and for a day that is not set.
    """
    text = of(case, lang or language.of(request), request, code)
    if sort == "pdf":
        # Read by few, and fonts take a moment.
        from ayan.apps.counter.receipt_pdf import pdf

        return _file(pdf(text), "application/pdf", f"{case.number}.pdf")
    if sort == "ics" and text.due_on is not None:
        return _file(calendar(text, city.current().clock.now()), "text/calendar; charset=utf-8", f"{case.number}.ics")
    raise Http404


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return private(response)
