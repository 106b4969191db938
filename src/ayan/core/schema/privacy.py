"""What counts as personal data, and what is left of a masked value.

Source: the Iranian guideline of 1397 on privacy in published information. Name and surname, year and province of birth,
workplace, post and legal persons are not personal; what follows is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ayan.core.schema.definition import Field, Label

PERSONAL: Final[Mapping[str, Label]] = {
    "national-id": Label("کد ملی", "national ID"),
    "birth-certificate": Label("شمارهٔ شناسنامه", "birth-certificate number"),
    "birth-day": Label("روز و ماه تولد", "day and month of birth"),
    "parents": Label("نام پدر، مادر و بستگان", "names of parents and relatives"),
    "marital-status": Label("وضعیت تأهل", "marital status"),
    "home-address": Label("نشانی خانه", "home address"),
    "home-phone": Label("تلفن خانه", "home telephone"),
    "mobile": Label("تلفن همراه شخصی", "personal mobile number"),
    "email": Label("رایانامهٔ شخصی", "personal e-mail address"),
    "bank-account": Label("حساب بانکی", "bank account"),
}


def mask(field: Field, text: str) -> str:
    """What the public sees of a masked value: the last two digits of a code, the first letter of a text."""
    if field.kind in ("text", "place"):
        return text[:1] + "…"
    return "***" + text[-2:] if len(text) > 4 else "***"


def mask_sql(field: Field, x: str) -> str:
    """The SQL twin of ``mask`` over the expression ``x``."""
    text = f"CAST({x} AS VARCHAR)"
    if field.kind in ("text", "place"):
        return f"left({text}, 1) || '…'"
    return f"CASE WHEN length({text}) > 4 THEN '***' || right({text}, 2) WHEN {text} IS NOT NULL THEN '***' END"
