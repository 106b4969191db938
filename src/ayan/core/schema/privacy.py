"""What is personal: what headers give it away, what is left of a value shown in part, what a declaration may say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from ayan.core.schema.field import Field
from ayan.core.schema.limits import SHORTEST_CODE
from ayan.core.schema.release_terms import Anonymity
from ayan.core.schema.tables import TomlTable, near
from ayan.core.values.label import Label
from ayan.core.values.text import fold

HIDDEN: Final = "***"
CUT: Final = "…"


def mask_sql(field: Field, expression: str) -> str:
    """What the public sees of a value, as DuckDB SQL over ``expression`` (a column or any other); NULL stays NULL.

    Of a code ``***`` and the last two characters, of a text the first letter.
    """
    x = f"CAST({expression} AS VARCHAR)"
    if field.kind.is_code:
        return (
            f"CASE WHEN length({x}) >= {SHORTEST_CODE} THEN '{HIDDEN}' || right({x}, 2) "
            f"WHEN {x} IS NOT NULL THEN '{HIDDEN}' END"
        )
    return f"CASE WHEN length({x}) > 1 THEN left({x}, 1) || '{CUT}' WHEN {x} IS NOT NULL THEN '{CUT}' END"


@dataclass(frozen=True, slots=True)
class Personal:
    """One thing that the guideline counts as personal, and the words by which a column's header gives it away."""

    code: str
    label: Label
    words: tuple[str, ...]


def _p(code: str, fa: str, en: str, *words: str) -> Personal:
    return Personal(code, Label(fa, en), words)


PERSONAL: Final[tuple[Personal, ...]] = (
    _p("national-id", "کد ملی", "national ID", "کد ملی", "کدملی", "شماره ملی", "national id", "national code"),
    _p(
        "birth-certificate", "شمارهٔ شناسنامه", "birth-certificate number",
        "شماره شناسنامه", "ش شناسنامه", "شناسنامه", "birth certificate",
    ),
    _p(
        "birth-date", "روز و ماه تولد", "day and month of birth",
        "تاریخ تولد", "ت تولد", "روز تولد", "ماه تولد", "birth date", "birthdate", "date of birth", "birthday", "dob",
    ),
    _p(
        "relatives", "پدر و مادر و خویشان", "parents and relatives",
        "نام پدر", "نام مادر", "نام همسر", "همسر", "نام فرزند", "نام فرزندان", "تعداد فرزند", "تعداد فرزندان",
        "father name", "fathers name", "father's name", "mother name", "mother's name", "spouse", "children",
    ),
    _p(
        "marital-status", "وضعیت تأهل", "marital status",
        "وضعیت تأهل", "وضعیت تاهل", "تأهل", "تاهل", "متاهل", "مجرد", "marital status",
    ),
    _p(
        "home", "نشانی و تلفن خانه", "home address and phone",
        "نشانی منزل", "آدرس منزل", "نشانی خانه", "آدرس خانه", "محل سکونت", "نشانی سکونت", "آدرس سکونت",
        "کد پستی منزل", "کدپستی منزل", "تلفن منزل", "تلفن خانه", "home address", "home phone", "residence",
    ),
    _p(
        "mobile", "تلفن همراه", "personal mobile",
        "تلفن همراه", "شماره همراه", "همراه", "موبایل", "شماره موبایل", "mobile", "mobile phone", "cell phone",
    ),
    _p(
        "email", "رایانامهٔ شخصی", "personal e-mail",
        "ایمیل", "رایانامه", "پست الکترونیک", "پست الکترونیکی", "email", "e-mail", "e-mail address",
    ),
    _p(
        "bank-account", "حساب بانکی", "bank account",
        "شماره حساب", "حساب بانکی", "شماره شبا", "شبا", "شماره کارت", "bank account", "account number", "iban", "sheba",
        "card number",
    ),
)  # fmt: skip
"""The second list of the 1397 guideline on privacy: by default none of it leaves intake.

Names, year and province of birth, publish context address and phone, posts and legal persons are not personal.
"""

WITHHELD_AS_PERSONAL: Final = Label("دادهٔ شخصی", "Personal data")


def personal_in(headers: Iterable[str]) -> Personal | None:
    """The personal thing one of ``headers`` names in whole words, compared as headers are; None when none does."""
    for header in headers:
        words = f" {_spaced(header)} "
        for phrase, personal in _phrases():
            if f" {phrase} " in words:
                return personal
    return None


@cache
def _phrases() -> tuple[tuple[str, Personal], ...]:
    return tuple((_spaced(word), personal) for personal in PERSONAL for word in personal.words)


def _spaced(text: str) -> str:
    """Folded words with single spaces between them and no punctuation."""
    return " ".join("".join(mark if mark.isalnum() else " " for mark in fold(text)).split())


PERSONAL_DATA_KINDS: Final[Mapping[str, Label]] = {
    "national-id": Label("کد ملی", "a national ID"),
    "mobile": Label("شمارهٔ تلفن همراه", "a mobile number"),
    "landline": Label("شمارهٔ تلفن ثابت", "a landline number"),
    "email": Label("رایانامه", "an e-mail address"),
    "bank-account": Label("شمارهٔ شبا", "an IBAN"),
    "card": Label("شمارهٔ کارت بانکی", "a bank card number"),
    "plate": Label("شمارهٔ پلاک خودرو", "a vehicle plate"),
    "postcode": Label("کد پستی", "a postcode"),
    "birth-certificate": Label("شمارهٔ شناسنامه", "the number of a birth certificate"),
    "birth-date": Label("تاریخ تولد", "a date of birth"),
    "relatives": Label("نام پدر یا خویشان", "the name of a parent or relative"),
    "marital-status": Label("وضعیت تأهل", "a marital status"),
    "home": Label("نشانی خانه", "a home address"),
    "coordinates": Label("مختصات یک جا", "the coordinates of a place"),
}
"""What the guard knows by its content: the words of ``looks_like``, and how messages call each."""

# What a header names as personal and what its cells then look like.
_LOOKS: Final[Mapping[str, tuple[str, ...]]] = {
    "national-id": ("national-id",),
    "birth-certificate": ("birth-certificate",),
    "birth-date": ("birth-date",),
    "relatives": ("relatives",),
    "marital-status": ("marital-status",),
    "home": ("home", "postcode", "landline", "coordinates"),
    "mobile": ("mobile",),
    "email": ("email",),
    "bank-account": ("bank-account", "card"),
}

WAIVER_REASONS: Final[Mapping[str, Label]] = {
    "workplace": Label("شماره یا نشانی محل کار است", "it belongs to a workplace"),
    "public-by-law": Label("قانون انتشار آن را خواسته است", "the law asks for its publication"),
    "consent": Label("صاحبش به انتشار رضایت داده است", "the person it is about has agreed"),
    "not-personal": Label("دادهٔ شخصی نیست و تنها به آن می‌ماند", "it only looks like personal data"),
    "meant": Label("دیده شده و انتشارش درست است", "it was looked at and is meant to be published"),
}
"""Why a privacy officer may waive a privacy hit; a code is all that is ever stored."""


def read_looks(table: TomlTable) -> tuple[str, ...]:
    """``looks_like`` of a field: the traces of personal data that its values may bear."""
    looks = table.texts("looks_like") or ()
    for trace in looks:
        if trace not in PERSONAL_DATA_KINDS:
            allowed = list(PERSONAL_DATA_KINDS)
            table.refuse(
                "looks_like", "not-one-of", value=trace[:60], near=near(trace, PERSONAL_DATA_KINDS), allowed=allowed
            )
    return looks


def expected(field: Field) -> frozenset[str]:
    """The traces that the values of a public field may bear: as declared, or as its own name and reason say."""
    names = (field.label.fa, field.label.en, *field.aliases)
    personal = personal_in(names) if field.reason is not None else None
    return frozenset((*field.looks_like, *(_LOOKS[personal.code] if personal else ())))


def read_anonymity(top: TomlTable, fields: Mapping[str, Field | None]) -> Anonymity | None:
    """``[anonymity]``: every combination of the fields ``by`` must stand in ``k`` published rows at least."""
    table = top.table("anonymity")
    if table is None:
        return None
    k = table.whole("k", 2, 1000) if table.needed("k") else None
    by = (table.texts("by") if table.needed("by") else None) or ()
    if table.has("by") and table.raw.get("by") == []:
        table.refuse("by", "empty")
    for name in by:
        if name not in fields:
            table.refuse("by", "no-such-field", value=name[:60], near=near(name, fields))
            continue
        field = fields[name]
        if field is not None and (field.shown != "public" or not field.published):
            table.refuse("by", "anonymity-hidden", value=name)
    table.close()
    return Anonymity(k, by) if k and by else None
