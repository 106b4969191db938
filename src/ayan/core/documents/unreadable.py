"""Why a document cannot be read, in words that say what to do."""

from __future__ import annotations

from typing import Final, Literal

from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal

Hindrance = Literal["damaged", "locked", "large", "long", "full", "drawn"]

_WORDS: Final[dict[Hindrance, Label]] = {
    "damaged": Label(
        "این سند خراب است و خوانده نشد. آن را دوباره از برنامه‌ای که ساخته شده ذخیره کنید.",
        "The document is damaged and could not be read. Save it again from the program it was made with.",
    ),
    "locked": Label(
        "این سند گذرواژه دارد. آن را بی‌گذرواژه ذخیره کنید و دوباره بفرستید.",
        "The document is locked with a password. Save it without one and send it again.",
    ),
    "large": Label(
        "این سند از اندازهٔ مجاز بزرگ‌تر است. آن را به چند سند تقسیم کنید.",
        "The document is larger than allowed. Split it into several.",
    ),
    "long": Label(
        "صفحه‌های این سند از شمار مجاز بیشتر است. آن را به چند سند تقسیم کنید.",
        "The document has more pages than allowed. Split it into several.",
    ),
    "full": Label(
        "یک صفحهٔ این سند بیش از اندازه نوشته دارد.",
        "A page of the document holds more text than allowed.",
    ),
    "drawn": Label(
        "این سند تصویر است و نوشته‌ای ندارد که خوانده شود. سندی بفرستید که از برنامه ذخیره شده، نه از پویشگر.",
        "The document is a picture and holds no text to read. Send one saved from a program, not from a scanner.",
    ),
}


class UnreadableDocument(Refusal):
    """A document that is not read; ``hindrance`` says why, ``page`` (from 1) where, if it is about one page."""

    code = "document-unreadable"
    fa = _WORDS["damaged"].fa
    en = _WORDS["damaged"].en
    status = 422

    def __init__(self, hindrance: Hindrance, page: int | None = None) -> None:
        words = _WORDS[hindrance]
        self.hindrance = hindrance
        self.page = page
        super().__init__(words.fa, words.en)
