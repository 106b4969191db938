"""What is wrong with a declaration of documents, by its code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ayan.core.values.label import Label

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
