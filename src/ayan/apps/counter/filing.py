"""Taking what somebody brings: checked against the form of its kind, numbered, with a day on which it is due."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction

from ayan.apps.accounts import audit
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import can_somewhere, require
from ayan.apps.counter import case_messages, case_times, codes, officer_notices, pins, rules
from ayan.apps.counter.case_encryption import lock_text
from ayan.apps.counter.case_subject import about, office_of
from ayan.apps.counter.limits import LONGEST_PLACE, MOST_FIELDS
from ayan.apps.counter.models import Case, CaseEntry, CaseNumberSeries, CaseValue, FilingChannel, KindVersion
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.casework.case_clock import due_on, receipt_day
from ayan.core.casework.case_kind import FILED, CaseKind, FormField
from ayan.core.values.clock import today
from ayan.core.values.jalali import from_gregorian
from ayan.ui.text_encryption import fingerprint
from ayan.wiring import city

CASE: Final = "case"
"""What codes of cases are kept under: that of a letter opens no case."""

SUMMARY: Final = "summary"
"""The field whose words are the one sentence that everybody sees of a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What is brought: the fields of a kind's form by their codes, and what it is about.

    ``key`` is the secret that the form was given out with: the same form, sent twice, is one case with one code.
    """

    kind: str
    said: Mapping[str, str]
    key: str
    about: str = ""
    column: str = ""
    dataset: str = ""
    lang: str = "fa"
    anonymous: bool = False
    channel: FilingChannel = FilingChannel.WEB
    filed_by: User | None = None
    appeal_of: Case | None = None
    files: tuple[object, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A case that was taken, and the code by which it is followed, which is shown here and kept nowhere."""

    case: Case
    code: str
    new: bool = True


def new_key() -> str:
    """The secret that a form is given out with."""
    return secrets.token_hex(16)


def file(filing: Filing) -> Receipt:
    """Take a case. Raises NoSuchKind, and DeskRefused with the field for what the form does not take.

    Whatever comes twice with one key is answered with the case that the first made.
    """
    kind = rules.kind_named(filing.kind)
    if kind.filed_by == "letter" or (kind.filed_by == "appeal") != (filing.appeal_of is not None):
        # Replies come by the code of a letter, appeals from the page of the case that they are about.
        raise rules.NoSuchKind
    said = checked(kind, filing.said)
    if filing.filed_by is not None and not can_somewhere(filing.filed_by, "case.file"):
        require(filing.filed_by, "case.file", "city")
    code, key = _code(filing.key), fingerprint("counter", "form", filing.key)
    before = Case.objects.filter(filing_key=key).first()
    if before is not None:
        return Receipt(before, code, new=False)
    try:
        with transaction.atomic():
            return Receipt(_taken(kind, filing, said, code, key), code)
    except IntegrityError:
        # The same form came in two processes at once: the other one has made the case.
        return Receipt(Case.objects.get(filing_key=key), code, new=False)


def receipt_of(key: str) -> Receipt | None:
    """The receipt of a form that was sent already; None for one that was not."""
    case = Case.objects.filter(filing_key=fingerprint("counter", "form", key)).first() if key else None
    return Receipt(case, _code(key), new=False) if case is not None else None


def checked(kind: CaseKind, said: Mapping[str, str]) -> dict[str, str]:
    """The fields of a form that somebody filled in, trimmed. Raises DeskRefused for the first that is not right."""
    if len(said) > MOST_FIELDS:
        raise DeskRefused("این فرم بیش از اندازه خانه دارد.", "The form has too many fields.")
    values = {}
    for each in kind.fields:
        if each.type == "files":
            continue
        value = said.get(each.code, "").replace("\r\n", "\n").strip()
        _check(each, value)
        if value:
            values[each.code] = pins.kept(each, value) if each.type == "pin" else value
    return values


def _check(each: FormField, value: str) -> None:
    blanks = {"title": each.title}
    if not value:
        if each.required:
            raise DeskRefused("«{title}» را بنویسید.", "Fill in “{title}”.", field=each.code).format(**blanks)
        return
    if len(value) > each.longest:
        raise DeskRefused(
            "«{title}» بلندتر از {most} نویسه است. کوتاه‌ترش کنید.",
            "“{title}” is longer than {most} characters. Make it shorter.",
            field=each.code,
        ).format(**blanks, most=each.longest)
    if each.type == "line" and "\n" in value:
        raise DeskRefused("«{title}» یک سطر است.", "“{title}” is one line.", field=each.code).format(**blanks)
    if each.type == "choice" and value not in dict(each.choices):
        raise DeskRefused("«{title}» را از فهرست برگزینید.", "Choose “{title}” from the list.", field=each.code).format(
            **blanks
        )


def _taken(kind: CaseKind, filing: Filing, said: Mapping[str, str], code: str, key: str) -> Case:
    current_city = city.current()
    now, day, workdays = current_city.clock.now(), today(current_city.clock), current_city.profile.workdays
    receipt = receipt_day(now, workdays, current_city.profile.hours)
    due = due_on(kind.clock, receipt, workdays)
    if filing.appeal_of is not None:
        _check_appeal(kind, filing.appeal_of)
    keep_version(kind, day)
    case = Case.objects.create(
        number=next_number(kind.letter, day),
        kind=kind.code,
        kind_digest=kind.digest,
        digest=codes.digest_of(CASE, code),
        filing_key=key,
        channel=filing.channel,
        filed_by=filing.filed_by,
        lang=filing.lang,
        anonymous=filing.anonymous and kind.anonymous,
        about=filing.about or (f"case:{filing.appeal_of.number}" if filing.appeal_of else ""),
        column=filing.column,
        dataset=filing.dataset,
        place=public_place(kind, said),
        summary=_public_summary(kind, said),
        state=kind.begins.code,
        stage=kind.begins.stage,
        # An appeal goes to the next instance, never to the unit whose answer it is about.
        office=office_of(kind, "" if filing.appeal_of else filing.dataset),
        held_since=now,
        received_at=now,
        receipt_on=receipt,
        due_on=due,
        first_due_on=due or receipt,
        appeal_of=filing.appeal_of,
    )
    CaseValue.objects.bulk_create(
        CaseValue(case=case, field=each.code, privacy=each.privacy, locked=lock_text(said[each.code]))
        for each in kind.fields
        if each.code in said
    )
    CaseEntry.objects.create(
        case=case,
        number=1,
        at=now,
        on=day,
        step=FILED,
        party="person" if filing.filed_by is None else "handler",
        user=filing.filed_by,
        after=case.state,
    )
    audit.record(filing.filed_by, "case.file", about(case), kind=kind.code)
    case_messages.tell(case, kind, FILED, code=code)
    officer_notices.came(case)
    return case


def keep_version(kind: CaseKind, day: date) -> None:
    """Keep the declaration of a kind, by which its cases are dealt with even once it has changed."""
    KindVersion.objects.get_or_create(
        digest=kind.digest,
        defaults={"kind": kind.code, "text": rules.kinds().texts[kind.code], "first_used_on": day},
    )


def _public_summary(kind: CaseKind, said: Mapping[str, str]) -> str:
    """The one sentence that everybody will see, once it is checked; empty where the kind keeps it to the office."""
    field = kind.field(SUMMARY)
    return said.get(SUMMARY, "")[:300] if field is not None and field.privacy == "public" else ""


def public_place(kind: CaseKind, said: Mapping[str, str]) -> str:
    """Where it is, as everybody will see it once it is checked; empty where the kind keeps it to the office."""
    return said.get(kind.place.code, "")[:LONGEST_PLACE] if kind.place is not None else ""


def _check_appeal(kind: CaseKind, appealed: Case) -> None:
    """Raise DeskRefused unless one may appeal against a case now, and by this kind."""
    held = Case.objects.select_for_update().get(pk=appealed.pk)
    appealed_kind = rules.kind_of(held)
    if appealed_kind.appeal != kind.code or not case_times.may_appeal(held, appealed_kind):
        raise DeskRefused(
            "اکنون نمی‌شود دربارهٔ این مورد تجدیدنظر خواست: نه دیر شده و نه پاسخی دارد که به زیان شما باشد، زمان آن "
            "گذشته است، یا یک بار خواسته‌اید.",
            "There is no appeal against this case now: it is not overdue and has no outcome against you, the time for "
            "it is over, or you have appealed already.",
        )


def next_number(letter: str, day: date) -> str:
    """The next number of a kind in the Jalali year: who takes one waits for whoever is about to."""
    series = f"{letter}-{from_gregorian(day).year}"
    CaseNumberSeries.objects.get_or_create(series=series)
    series_row = CaseNumberSeries.objects.select_for_update().get(series=series)
    series_row.last += 1
    series_row.save(update_fields=["last"])
    return f"{series}-{series_row.last:05}"


def _code(key: str) -> str:
    """The code that goes with a form: whoever sends the form again gets the same one, and nobody else can make it."""
    said = hmac.new(settings.SECRET_KEY.encode(), b"ayan counter code 1" + key.encode(), "sha512").digest()
    return codes.grouped("".join(codes.SIGNS[byte & 31] for byte in said[: codes.LENGTH]))
