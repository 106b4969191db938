"""How the audit trail tells in words what a line keeps as codes: its facts, and what the act was about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from ayan.apps.accounts import roles
from ayan.apps.accounts.roles import ROLES, Role
from ayan.apps.outbox.message_kind import message_kinds
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.value_html import file_size, period_label, plain_day, plain_number

SUBJECTS: Final[Mapping[str, Label]] = {
    "access-request": Label("درخواست اختیار", "request for access"),
    "advance": Label("تأیید از پیش", "approval in advance"),
    "case": Label("درخواست پیشخان", "case"),
    "city": Label("همهٔ شهر", "the whole city"),
    "dataset": Label("داده", "dataset"),
    "day": Label("روز", "day"),
    "finding": Label("یافته", "finding"),
    "message": Label("پیام", "message"),
    "person": Label("شخص", "person"),
    "profile-change": Label("تغییر مشخصات شهر", "change of the city’s profile"),
    "release": Label("انتشار", "release"),
    "source": Label("منبع", "source"),
    "submission": Label("پرونده", "submission"),
    "table-change": Label("تغییر جدول", "change of a table"),
    "unit": Label("واحد", "unit"),
}
"""What an act can be about."""
STATES: Final[Mapping[str, Label]] = {
    "draft": Label("در دست تهیه", "in preparation"),
    "sent": Label("در انتظار تأیید", "waits for approval"),
    "returned": Label("برگشته برای اصلاح", "returned"),
    "approved": Label("تأیید شد", "approved"),
    "published": Label("منتشر شد", "published"),
    "refused": Label("رد شد", "refused"),
    "set_aside": Label("کنار گذاشته", "set aside"),
    "taken_back": Label("پس گرفته", "taken back"),
}
DEEDS: Final[Mapping[str, Label]] = {
    "add": Label("افزود", "added"),
    "again": Label("از نو خواست", "asked once more"),
    "ask": Label("درخواست داد", "asked"),
    "carry": Label("با خود برد", "carried over"),
    "change": Label("تغییر داد", "changed"),
    "confirm": Label("تأیید کرد", "confirmed"),
    "correct": Label("درست کرد", "corrected"),
    "download": Label("بارگیری کرد", "downloaded"),
    "end": Label("پایان داد", "ended"),
    "end-on": Label("روز پایان گذاشت", "set a last day"),
    "give": Label("داد", "gave"),
    "publish": Label("منتشر کرد", "published"),
    "head": Label("رئیس را تعیین کرد", "named the head"),
    "link": Label("به سطر سند پیوند داد", "linked to lines of a document"),
    "invite": Label("دعوت کرد", "invited"),
    "let-go": Label("رها کرد", "let go"),
    "merge": Label("ادغام کرد", "merged"),
    "on": Label("روشن کرد", "switched on"),
    "reason": Label("علت را تعیین کرد", "set the reason"),
    "refuse": Label("رد کرد", "refused"),
    "remove": Label("حذف کرد", "removed"),
    "rename": Label("نام را عوض کرد", "renamed"),
    "retire": Label("بازنشسته کرد", "retired"),
    "revoke": Label("باطل کرد", "revoked"),
    "run": Label("اجرا کرد", "ran"),
    "sends": Label("فرستادن را عوض کرد", "changed how it sends"),
    "stop": Label("نگه داشت", "stopped"),
    "take": Label("گرفت", "took"),
    "token": Label("توکن ساخت", "made a token"),
    "try": Label("آزمود", "tried"),
    "units": Label("واحد پول را تعیین کرد", "set the units of money"),
}
WAYS: Final[Mapping[str, Label]] = {
    "mail": Label("رایانامه", "mail"),
    "sms": Label("پیامک", "short message"),
    "letter": Label("نامه", "letter"),
    "portal": Label("درگاه", "portal"),
}
FACTORS: Final[Mapping[str, Label]] = {
    "password": Label("گذرواژه", "password"),
    "second": Label("عامل دوم", "second factor"),
    "totp": Label("برنامهٔ کدساز", "authenticator app"),
    "webauthn": Label("کلید عبور", "passkey"),
    "recovery_codes": Label("کد بازیابی", "recovery code"),
}
YES_NO: Final = {True: Label("بله", "yes"), False: Label("خیر", "no")}


@dataclass(frozen=True, slots=True)
class FactWords:
    """One fact of a line: what it is called, and its value in words, or as a ``code`` where there are none."""

    name: str
    words: str = ""
    code: str = ""


def _of(table: Mapping[str, Label]) -> Callable[[str, Lang], str]:
    return lambda value, lang: table[value].of(lang)


def _role(value: str, lang: Lang) -> str:
    return ROLES[Role(value)].of(lang)


def _verb(value: str, lang: Lang) -> str:
    return roles.label(value).of(lang)


_kinds = cache(message_kinds)
"""The apps in use and what they tell of stay the same while the process runs."""


def _message(value: str, lang: Lang) -> str:
    return _kinds()[value].when.of(lang)


def _day(value: str, lang: Lang) -> str:
    return plain_day(date.fromisoformat(value), lang)


def _size(value: str, lang: Lang) -> str:
    return file_size(int(value), lang)


FACTS: Final[Mapping[str, tuple[Label, Callable[[str, Lang], str] | None]]] = {
    "advance": (Label("تأیید از پیش", "approval in advance"), None),
    "alone": (Label("بی نفر دوم", "without a second person"), None),
    "appended": (Label("ردیف افزوده", "rows added"), None),
    "arrival": (Label("پروندهٔ رسیده", "arrival"), None),
    "balance": (Label("موازنه", "balance"), None),
    "batch": (Label("دسته", "batch"), None),
    "comment": (Label("پیام گفت‌وگو", "comment"), None),
    "commitment": (Label("اثر انگشت پوشیدهٔ پرونده", "salted digest of the file"), None),
    "dataset": (Label("داده", "dataset"), None),
    "datasets": (Label("چند داده", "datasets"), None),
    "days": (Label("چند روز", "days"), None),
    "delayed": (Label("با یک روز درنگ", "after a day"), None),
    "did": (Label("چه کرد", "did"), _of(DEEDS)),
    "digest": (Label("اثر انگشت", "digest"), None),
    "due": (Label("مهلت", "due"), _day),
    "entered": (Label("ردیف نوشته‌شده", "rows entered"), None),
    "factor": (Label("با", "by"), _of(FACTORS)),
    "field": (Label("ستون", "column"), None),
    "file": (Label("نشان پرونده", "mark of the file"), None),
    "finding": (Label("یافته", "finding"), None),
    "fixes": (Label("درست‌کردن", "fixes"), None),
    "head": (Label("آخرین اثر انگشت", "last digest"), None),
    "header": (Label("نشان سرستون", "mark of the header"), None),
    "hit": (Label("یافتهٔ حریم خصوصی", "privacy hit"), None),
    "how": (Label("از راه", "by way of"), _of(WAYS)),
    "in_unit": (Label("در واحد", "in the unit"), None),
    "kind": (Label("گونه", "kind"), _message),
    "last": (Label("آخرین خط", "last line"), None),
    "leaf": (Label("برگ ثبت عمومی", "leaf of the log"), None),
    "letter": (Label("نامه", "letter"), None),
    "message": (Label("پیام", "message"), None),
    "of_dataset": (Label("برای دادهٔ", "for the dataset"), None),
    "period": (Label("دوره", "period"), period_label),
    "reason": (Label("علت", "reason"), None),
    "release": (Label("انتشار", "release"), None),
    "remarks": (Label("یادداشت برگشت", "remarks"), None),
    "replies": (Label("پاسخ‌ها", "replies"), None),
    "role": (Label("نقش", "role"), _role),
    "rule": (Label("قاعدهٔ نگهداری", "rule of keeping"), None),
    "size": (Label("اندازه", "size"), _size),
    "source": (Label("منبع", "source"), None),
    "state": (Label("وضع", "state"), _of(STATES)),
    "step": (Label("گام", "step"), None),
    "token": (Label("توکن", "token"), None),
    "tried": (Label("می‌خواست", "tried to"), _verb),
    "way": (Label("از راه", "by way of"), _of(WAYS)),
}
"""What the facts of a line are called, and how a value of each is said; one without words is shown as it is kept."""


def fact_words(name: str, value: object, lang: Lang) -> FactWords:
    """A fact in words; a name that no table has stays a code, so that nothing that is kept is left out."""
    label, said = FACTS.get(name, (Label(name, name), None))
    if isinstance(value, bool):
        return FactWords(label.of(lang), YES_NO[value].of(lang))
    if value is None:
        return FactWords(label.of(lang), "—")
    if said is not None:
        with suppress(KeyError, ValueError):
            return FactWords(label.of(lang), said(str(value), lang))
    if isinstance(value, int):
        return FactWords(label.of(lang), plain_number(value, lang))
    return FactWords(label.of(lang), code=str(value))


def subject_words(subject: str, lang: Lang) -> tuple[str, str]:
    """What an act was about: the kind of thing in words, and its own name; the day of a seal in the page's calendar."""
    kind, _, name = subject.partition(":")
    words = SUBJECTS[kind].of(lang) if kind in SUBJECTS else kind
    if kind == "day":
        with suppress(ValueError):
            return f"{words} {_day(name, lang)}", ""
    return words, name
