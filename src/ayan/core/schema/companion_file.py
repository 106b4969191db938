"""Reading the declaration of a companion dataset: its kinds of documents, and the fields that every document has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ayan.core.schema.companions import (
    DATED,
    DIGEST,
    DOCUMENT_LANGUAGES,
    KIND,
    LANGUAGE,
    LINES,
    MACHINE_READ,
    MEDIA,
    PAGES,
    REASONS,
    REDACTIONS,
    SERIES,
    SIZE,
    SOURCE,
    TEXT_DIGEST,
    TITLE,
    UNREAD,
    VERSION,
    Companion,
    DocumentKind,
)
from ayan.core.schema.fields import NAME, SLUG
from ayan.core.schema.limits import MOST_DOCUMENT_KINDS
from ayan.core.schema.tables import TomlTable
from ayan.core.values.personal_words import REDACTION_REASONS

OF: Final = "documents_of"
"""The key of a declaration by which it is a companion's."""
ENDING: Final = "-documents"


def expanded(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """A declaration with the fields that every companion has behind its own; any other one as it is."""
    kinds, own = raw.get("document"), raw.get("field")
    if OF not in raw or not isinstance(kinds, list) or not isinstance(own, list):
        return raw
    choices = [
        {"code": said["code"], **dict(said["label"])}
        for said in kinds
        if isinstance(said, Mapping) and "code" in said and isinstance(said.get("label"), Mapping)
    ]
    if not choices:
        # What is wrong with the kinds is said of these.
        choices = [{"code": "document", "fa": "سند", "en": "Document"}]
    given = [dict(field) for field in _FIELDS]
    given[0]["choices"] = choices
    key = [field["name"] for field in own if isinstance(field, Mapping) and isinstance(field.get("name"), str)]
    return {**raw, "field": [*own, *given], "key": [*key, DIGEST]}


def read_companion(top: TomlTable, slug: str, said: Mapping[str, Any]) -> Companion | None:
    """``documents_of`` and ``[[document]]``, of the table as it was expanded; ``said`` is what stands in the file."""
    if not top.has(OF):
        if top.has("document"):
            top.refuse("document", "documents-alone")
            top.raw_value("document")
        return None
    of = top.text(OF) or ""
    if of and not SLUG.fullmatch(of):
        top.refuse(OF, "slug-form")
    elif of and slug != f"{of}{ENDING}":
        top.refuse("slug", "documents-slug", slug=f"{of}{ENDING}")
    if "key" in said:
        top.refuse("key", "documents-key")
    for at, field in enumerate(said.get("field") or (), 1):
        if isinstance(field, Mapping) and field.get("name") in OF_DOCUMENTS:
            top.refuse(f"field[{field.get('name') or at}]", "documents-field", value=str(field["name"]))
    tables = top.tables("document", "code") if top.needed("document") else []
    if len(tables) > MOST_DOCUMENT_KINDS or top.raw.get("document") == []:
        top.refuse("document", "out-of-range", low=1, high=MOST_DOCUMENT_KINDS)
    kinds = [kind for table in tables if (kind := _kind(table)) is not None]
    own = [field["name"] for field in said.get("field") or () if isinstance(field, Mapping) and "name" in field]
    return Companion(of, tuple(map(str, own)), tuple(kinds))


def _kind(table: TomlTable) -> DocumentKind | None:
    code = table.text("code") if table.needed("code") else None
    if code is not None and not NAME.fullmatch(code.replace("-", "_")):
        table.refuse("code", "name-form")
    label, required = table.needed_label("label"), table.boolean("required")
    language = table.one_of("language", DOCUMENT_LANGUAGES)
    table.close()
    return DocumentKind(code, label, bool(required), language or "fa") if code else None


def _field(name: str, kind: str, fa: str, en: str, **further: Any) -> dict[str, Any]:
    return {"name": name, "kind": kind, "label": {"fa": fa, "en": en}, **further}


_HEX: Final = "[0-9a-f]{64}"
# A field of the row, page and line, and a mark of its value; `attachments.line_links` reads and writes them.
_LINK: Final = "[a-z][a-z0-9_]{0,62}=[1-9][0-9]{0,5}:[1-9][0-9]{0,5}/[a-p]{16}"
_FIELDS: Final[tuple[Mapping[str, Any], ...]] = (
    _field(KIND, "text", "نوع سند", "Kind of document", required=True, role="category"),
    _field(TITLE, "text", "عنوان سند", "Title of the document", required=True, max_length=300, role="title"),
    _field(SERIES, "integer", "شمارهٔ سند در این نوع", "Number within its kind", required=True, minimum=1),
    _field(VERSION, "integer", "نسخهٔ سند", "Version of the document", required=True, minimum=1),
    _field(DATED, "date", "تاریخ سند", "Date of the document"),
    _field(
        LANGUAGE,
        "text",
        "زبان سند",
        "Language of the document",
        required=True,
        choices=[{"code": code, "fa": each.name.fa, "en": each.name.en} for code, each in DOCUMENT_LANGUAGES.items()],
    ),
    _field(PAGES, "integer", "صفحه‌ها", "Pages", required=True, minimum=1),
    _field(UNREAD, "integer", "صفحه‌های بی متن", "Pages without text", required=True, minimum=0),
    _field(SIZE, "integer", "حجم (بایت)", "Size (bytes)", required=True, minimum=1),
    _field(MEDIA, "text", "قالب پرونده", "Format of the file", required=True, max_length=100),
    _field(SOURCE, "text", "منبع سند", "Source of the document", max_length=300),
    _field(MACHINE_READ, "decimal", "اطمینان خواندن ماشینی", "Confidence of machine reading", minimum="0", maximum="1"),
    _field(REDACTIONS, "integer", "جاهای پوشانده", "Places redacted", required=True, minimum=0),
    _field(
        REASONS,
        "text",
        "علت پوشاندن",
        "Why it was redacted",
        max_length=500,
        codes=[{"code": code, "fa": label.fa, "en": label.en} for code, label in REDACTION_REASONS.items()],
    ),
    _field(
        LINES,
        "text",
        "سطرهای مقدارهای ردیف",
        "Lines that hold values of the row",
        max_length=4000,
        pattern=f"{_LINK}( {_LINK})*",
    ),
    _field(TEXT_DIGEST, "code", "اثر انگشت متن", "Digest of the text", required=True, pattern=_HEX),
    _field(DIGEST, "code", "اثر انگشت سند", "Digest of the document", required=True, pattern=_HEX),
)
OF_DOCUMENTS: Final = tuple(str(field["name"]) for field in _FIELDS)
"""The names of the fields that every companion has."""
