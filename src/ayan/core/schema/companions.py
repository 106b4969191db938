"""Companion datasets: the documents that belong to the rows of another dataset, each one a row of facts of its own.

Such a declaration names the dataset whose rows its documents are of, the kinds of documents there are, and the fields
that name a row there. What is known of every document is the same everywhere, and is put in here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ayan.core.values.label import Label
from ayan.core.values.locale import DEFAULT, Direction

KIND: Final = "document_kind"
TITLE: Final = "document_title"
SERIES: Final = "document_series"
VERSION: Final = "document_version"
DATED: Final = "document_date"
LANGUAGE: Final = "document_language"
PAGES: Final = "document_pages"
UNREAD: Final = "document_pages_unread"
SIZE: Final = "document_bytes"
MEDIA: Final = "document_media_type"
SOURCE: Final = "document_source"
MACHINE_READ: Final = "document_machine_read"
REDACTIONS: Final = "document_redactions"
REASONS: Final = "document_redaction_reasons"
LINES: Final = "document_lines"
TEXT_DIGEST: Final = "document_text_digest"
DIGEST: Final = "document_digest"


@dataclass(frozen=True, slots=True)
class DocumentLanguage:
    """A language that documents are in, and where their lines begin."""

    name: Label
    direction: Direction


DOCUMENT_LANGUAGES: Final[Mapping[str, DocumentLanguage]] = {
    "fa": DocumentLanguage(Label("فارسی", "Persian"), "rtl"),
    "en": DocumentLanguage(Label("انگلیسی", "English"), "ltr"),
    "ar": DocumentLanguage(Label("عربی", "Arabic"), "rtl"),
    # Papers of Iranian offices in these two are in Arabic letters.
    "ku": DocumentLanguage(Label("کردی", "Kurdish"), "rtl"),
    "az": DocumentLanguage(Label("ترکی آذربایجانی", "Azerbaijani"), "rtl"),
    "tr": DocumentLanguage(Label("ترکی", "Turkish"), "ltr"),
}
"""The languages that a document can be declared to be in, by their codes: those of `locale` are those of the pages."""


def direction_of(language: str) -> Direction:
    """Where the lines of a document begin; for a code that is none of DOCUMENT_LANGUAGES as in Persian."""
    known = DOCUMENT_LANGUAGES.get(language)
    return known.direction if known else DEFAULT.direction


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of documents; where it is ``required``, a row without one counts as lacking it."""

    code: str
    label: Label
    required: bool
    language: str


@dataclass(frozen=True, slots=True)
class Companion:
    """What a companion dataset is of: the dataset ``of`` whose rows have documents, and their kinds.

    ``row_key`` are the fields of the companion that name a row there, in the order of that dataset's key.
    """

    of: str
    row_key: tuple[str, ...]
    kinds: tuple[DocumentKind, ...]

    def kind(self, code: str) -> DocumentKind | None:
        """The kind of this code."""
        return next((kind for kind in self.kinds if kind.code == code), None)


DOCUMENT_REFUSALS: Final[Mapping[str, Label]] = {
    "documents-alone": Label(
        "[[document]] تنها در اعلام اسناد معنا دارد. documents_of را بنویسید یا آن را بردارید.",
        "[[document]] belongs to a declaration of documents. Write documents_of, or remove it.",
    ),
    "documents-slug": Label(
        "نام دادهٔ اسناد باید {slug} باشد.",
        "The dataset of documents must be called {slug}.",
    ),
    "documents-key": Label(
        "کلید دادهٔ اسناد از ستون‌های خودش و اثر انگشت سند ساخته می‌شود. key را بردارید.",
        "The key of a dataset of documents is made of its own fields and the digest. Remove key.",
    ),
    "documents-field": Label(
        "ستون «{value}» را خود سامانه برای هر سند دارد. نام دیگری بگذارید.",
        "The field “{value}” is one that every document has. Choose another name.",
    ),
    "documents-period": Label(
        "دورهٔ دادهٔ اسناد باید همان دورهٔ «{dataset}» باشد: {period}.",
        "The period of a dataset of documents must be that of “{dataset}”: {period}.",
    ),
    "documents-row": Label(
        "ستون‌های دادهٔ اسناد باید همان ستون‌های کلید «{dataset}» باشد، به همان ترتیب: {fields}.",
        "The fields of a dataset of documents must be those of the key of “{dataset}”, in the same order: {fields}.",
    ),
    "documents-no-key": Label(
        "«{dataset}» کلید ندارد و ردیف‌هایش سند نمی‌گیرد: سند باید بداند از آنِ کدام ردیف است.",
        "“{dataset}” has no key, so its rows can have no documents: a document must know which row it is of.",
    ),
}
