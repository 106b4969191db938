"""What somebody had typed into a form, each text with what its field is called, for a page that has no such form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ayan.apps.accounts.sessions import FormDraft, is_typed
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang

FIELDS: Final[Mapping[str, Label]] = {
    "aliases": Label("نوشتارهای دیگر", "Other spellings"),
    "code": Label("کد یا علت", "Code or reason"),
    "days": Label("چند روز", "Days"),
    "dataset": Label("داده", "Dataset"),
    "deputy": Label("جانشین", "Deputy"),
    "email": Label("رایانامه", "E-mail"),
    "en": Label("به انگلیسی", "In English"),
    "fa": Label("به فارسی", "In Persian"),
    "header_row": Label("شمارهٔ ردیف سرستون", "Header row"),
    "message": Label("پیام", "Message"),
    "name": Label("نام", "Name"),
    "name_en": Label("نام به انگلیسی", "Name in English"),
    "name_fa": Label("نام به فارسی", "Name in Persian"),
    "note": Label("یادداشت", "Note"),
    "number": Label("شماره", "Number"),
    "owner": Label("مسئول", "Owner"),
    "period": Label("دوره", "Period"),
    "phone": Label("تلفن همراه", "Mobile phone"),
    "publish_on": Label("روز انتشار", "Day of publication"),
    "reason": Label("علت", "Reason"),
    "role": Label("نقش", "Role"),
    "row": Label("ردیف", "Row"),
    "rows": Label("ردیف‌ها", "Rows"),
    "slug": Label("شناسه", "Identifier"),
    "subject": Label("موضوع", "Subject"),
    "text": Label("متن", "Text"),
    "token_name": Label("نام توکن", "Name of the token"),
    "unit": Label("واحد", "Unit"),
    "until": Label("روز پایان", "Last day"),
    "username": Label("نام کاربری", "User name"),
    "why": Label("توضیح", "In words"),
    "words": Label("نوشته", "Words"),
}
"""What fields of the desk are called; one that is not here is a cell or a choice, and is shown without a name."""


def labelled(draft: FormDraft, lang: Lang) -> list[tuple[str, str]]:
    """What somebody typed, text by text, each with what its field is called; empty where that is not known."""
    return [
        (FIELDS[name].of(lang) if name in FIELDS else "", text)
        for name, text in draft["fields"]
        if is_typed(name) and text.strip()
    ]
