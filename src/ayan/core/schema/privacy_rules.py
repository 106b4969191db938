"""What the guard before publication may say, what a field may look like, and how small a group may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ayan.core.schema.field import Field
from ayan.core.schema.privacy import personal_in
from ayan.core.schema.release_terms import Anonymity
from ayan.core.schema.tables import TomlTable, near
from ayan.core.values.label import Label

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
}
"""What the guard knows by its content: the words of ``looks_like``, and how messages call each."""

# What a header names as personal and what its cells then look like.
_LOOKS: Final[Mapping[str, tuple[str, ...]]] = {
    "national-id": ("national-id",),
    "birth-certificate": ("birth-certificate",),
    "birth-date": ("birth-date",),
    "relatives": ("relatives",),
    "marital-status": ("marital-status",),
    "home": ("home", "postcode", "landline"),
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
            allowed = "، ".join(PERSONAL_DATA_KINDS)
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
