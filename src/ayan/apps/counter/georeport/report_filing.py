"""A report that a program brings: read into the form of its kind, and taken at the counter as the page takes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from django.db import transaction
from django.http import HttpRequest, QueryDict

from ayan.apps.accounts import login_attempts
from ayan.apps.counter import filing, filing_form, filing_guard, pins, uploads
from ayan.apps.counter.filing import SUMMARY, Filing, Receipt
from ayan.apps.counter.georeport.refusals import (
    NoSuchService,
    ReportLinksTooMany,
    ReportsTooMany,
    ReportUnsound,
    ServiceCodeMissing,
)
from ayan.apps.counter.georeport.report_query import COMMON, check_known, odd
from ayan.apps.counter.georeport.service_list import TEXT, ReportService, pin_of, place_of, services
from ayan.apps.counter.limits import (
    FEWEST_REPEAT_SIGNS,
    LONGEST_MEDIA_ADDRESS,
    LONGEST_REPEAT_KEY,
    LONGEST_TYPED,
    MOST_FILINGS,
    MOST_PREVIEWS,
)
from ayan.core.casework.case_kind import CaseKind
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.personal_words import KINDS, personal_words
from ayan.core.values.refusal import Refusal
from ayan.ui.text_encryption import fingerprint

_KNOWN: Final = (
    *COMMON, "service_code", "lat", "long", "address_string", "address_id", "email", "device_id", "account_id",
    "first_name", "last_name", "phone", "description", "media_url",
)  # fmt: skip
_ATTRIBUTE: Final = re.compile(r"attribute\[([a-z][a-z0-9_-]{0,39})\]")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"']+")
_KEY: Final = re.compile(r"[\w.:-]+", re.ASCII)
_PHOTO: Final = Label("عکس: {address}", "Photo: {address}")
_PAIR: Final = Label("lat و long با هم نوشته می‌شود.", "lat and long are given together.")
_DEGREES: Final = Label(
    "lat و long عددهای عرض و طول به درجه‌اند (WGS 84)، مانند 34.4501 و 54.4412.",
    "lat and long are degrees of latitude and longitude (WGS 84), such as 34.4501 and 54.4412.",
)
_ONE_PLACE: Final = Label(
    "یکی از lat و long، یا address_id را بنویسید.", "Give either lat and long, or address_id; not both."
)
_NO_PLACE: Final = Label(
    "جای آن را بنویسید: address_string، یا lat و long، یا address_id (کد نوسازی).",
    "Say where it is: address_string, or lat and long, or address_id (a renovation code).",
)
_MEDIA: Final = Label(
    "media_url نشانی http یا https است، تا {most} نویسه.",
    "media_url is an http or https address of up to {most} signs.",
)
_NO_ATTRIBUTE: Final = Label(
    "این خدمت attribute[{name}] ندارد. آنچه دارد: {known}.",
    "The service has no attribute[{name}]. It has: {known}.",
)
_REPEAT: Final = Label(
    "Idempotency-Key از {few} تا {most} حرف لاتین، رقم و - _ . : است، هر بار یکی تازه.",
    "Idempotency-Key is {few} to {most} Latin letters, digits and - _ . :, a new one for each report.",
)


@dataclass(frozen=True, slots=True)
class TakenReport:
    """A report that was taken. ``personal`` says which public fields hold what looks like somebody's data, by title."""

    receipt: Receipt
    personal: tuple[tuple[Label, Label], ...] = ()


@dataclass(slots=True)
class _ReportForm:
    """The form of a kind as the parameters of GeoReport fill it in; ``names`` are the parameters of its fields."""

    service: ReportService
    sent: Mapping[str, str]
    said: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    faults: list[Refusal] = field(default_factory=list)

    @property
    def kind(self) -> CaseKind:
        return self.service.kind

    def fill(self) -> None:
        """Put every parameter where it belongs."""
        if self.service.choice:
            self.put(self.kind.georeport, "service_code", self.service.choice)
        self._attributes()
        self._description()
        self._place()
        self._person()

    def put(self, code: str, name: str, value: str) -> None:
        """A value of a field, and the parameter that it came by."""
        self.said[code], self.names[code] = value, name

    def text(self, name: str) -> str:
        """What a parameter says."""
        return self.sent.get(name, "")[:LONGEST_TYPED].replace("\r\n", "\n").strip()

    def _attributes(self) -> None:
        known = {each.code for each in self.service.attributes}
        for name in self.sent:
            match = _ATTRIBUTE.fullmatch(name)
            if match is None:
                continue
            if match[1] not in known:
                self.faults.append(
                    odd(_NO_ATTRIBUTE.format(name=match[1], known=", ".join(sorted(known)) or "-"), name)
                )
            else:
                self.put(match[1], name, self.text(name))

    def _description(self) -> None:
        text, media = self.text("description"), self.text("media_url")
        summary = self.kind.field(SUMMARY)
        if summary is not None and not self.said.get(SUMMARY):
            first = " ".join(text.partition("\n")[0].split())
            short = first if len(first) <= summary.longest else first[: summary.longest - 1].rstrip() + "…"
            self.put(SUMMARY, "description", short)
            text = "" if text == short else text
        if media and not (len(media) <= LONGEST_MEDIA_ADDRESS and _ADDRESS.fullmatch(media)):
            self.faults.append(odd(_MEDIA.format(most=LONGEST_MEDIA_ADDRESS), "media_url"))
        elif media:
            # It is never fetched: an officer who trusts it opens it.
            text = f"{text}\n{_PHOTO.format(address=media).fa}".strip()
        if text:
            self.put(TEXT, "description", text)

    def _place(self) -> None:
        pin, place = pin_of(self.kind), place_of(self.kind)
        address, point = self.text("address_string"), self._point()
        if pin is not None and point:
            self.put(pin.code, "lat" if self.text("lat") else "address_id", point)
        if place is None:
            return
        if not address and not point:
            self.faults.append(odd(_NO_PLACE, "address_string"))
        if address:
            self.put(place.code, "address_string", address)
        elif pin is not None and point:
            # Without words the coarse of it is what everybody may read: the street of the land, or some hundred metres.
            self.put(place.code, self.names[pin.code], pins.coarse(pin, point))

    def _point(self) -> str:
        lat, long, code = self.text("lat"), self.text("long"), self.text("address_id")
        if not lat and not long:
            return code
        if not (lat and long):
            raise odd(_PAIR, "long" if lat else "lat")
        if code:
            raise odd(_ONE_PLACE, "address_id")
        if pins.read_point(f"{lat}, {long}") is None:
            raise odd(_DEGREES, "lat")
        return f"{lat}, {long}"

    def _person(self) -> None:
        name = " ".join(part for part in (self.text("first_name"), self.text("last_name")) if part)
        for each in self.kind.fields:
            if each.names and name:
                self.put(each.code, "first_name", name)
            elif each.type == "mail" and self.text("email"):
                self.put(each.code, "email", self.text("email"))
            elif each.type == "phone" and self.text("phone"):
                self.put(each.code, "phone", self.text("phone"))

    def problems(self) -> Iterator[Refusal]:
        """Everything that is wrong, each at the parameter that it came by."""
        yield from self.faults
        attributes = {each.code: f"attribute[{each.code}]" for each in self.service.attributes}
        for fault in filing_form.faults(self.kind, self.said):
            place = place_of(self.kind)
            if place is not None and fault.field == place.code and place.code not in self.said:
                continue
            yield fault.at(self.names.get(fault.field) or attributes.get(fault.field, fault.field))

    def personal(self) -> Iterator[tuple[Label, Label]]:
        """The public fields that hold what looks like somebody's data, each with what it looks like."""
        for each in self.kind.fields:
            # A place that was made of a point is coarse already.
            own = self.names.get(each.code) in ("lat", "address_id")
            if each.privacy == "public" and each.type in ("line", "text", "place") and not own:
                kinds = dict.fromkeys(word.kind for word in personal_words(self.said.get(each.code, "")))
                yield from ((each.title, KINDS[kind]) for kind in kinds)


def take(request: HttpRequest, files: uploads.SentFiles, lang: Lang) -> TakenReport:
    """Take the report of a request. Raises a Refusal, ReportUnsound for several at once.

    The limits, the guard against programs and the checks are those of the page.
    """
    if not login_attempts.take(login_attempts.of_address(request, "counter preview", MOST_PREVIEWS)):
        raise ReportsTooMany
    sent = request.POST
    # A list of several values, as some clients write it.
    check_known(_plain(sent), *_KNOWN)
    service = _service(sent.get("service_code", "").strip())
    key = _key(request, sent)
    before = filing.receipt_of(key)
    if before is not None:
        return TakenReport(before)
    form = _ReportForm(service, sent.dict())
    try:
        form.fill()
    except Refusal as wrong:
        raise wrong.at(form.names.get(wrong.field, wrong.field)) from None
    faults = list(form.problems())
    if faults:
        raise ReportUnsound(faults)
    taken = files.taken()
    said = filing_form.normal(service.kind, form.said)
    try:
        filing_guard.check({}, said)
    except filing_guard.FilingTooQuick:
        raise ReportLinksTooMany from None
    if not login_attempts.take(login_attempts.of_address(request, "counter filing", MOST_FILINGS)):
        raise ReportsTooMany
    with transaction.atomic():
        receipt = filing.file(Filing(kind=service.kind.code, said=said, key=key, lang=lang))
        entry = receipt.case.entries.get(number=1)
        for upload in taken if receipt.new else ():
            uploads.keep(receipt.case, entry, upload)
    return TakenReport(receipt, tuple(form.personal()))


def _plain(sent: QueryDict) -> QueryDict:
    """The parameters without the attributes, which are named by the service."""
    plain = sent.copy()
    for name in list(plain):
        if _ATTRIBUTE.fullmatch(name) and len(plain.getlist(name)) == 1:
            del plain[name]
    return plain


def _service(code: str) -> ReportService:
    if not code:
        raise ServiceCodeMissing
    service = services().get(code)
    if service is None:
        raise NoSuchService
    return service


def _key(request: HttpRequest, sent: QueryDict) -> str:
    """The secret under which the report is taken: the same once more for one that is sent again under its own key.

    What is sent goes into it, so that nobody is answered with the case of another by naming a key that both chose.
    """
    named = request.headers.get("Idempotency-Key", "")
    if not named:
        return filing.new_key()
    if not (FEWEST_REPEAT_SIGNS <= len(named) <= LONGEST_REPEAT_KEY and _KEY.fullmatch(named)):
        raise odd(_REPEAT.format(few=FEWEST_REPEAT_SIGNS, most=LONGEST_REPEAT_KEY), "Idempotency-Key")
    body = sha256(repr(sorted(sent.lists())).encode()).hexdigest()
    return fingerprint("counter", "georeport", named, body)
