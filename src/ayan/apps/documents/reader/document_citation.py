"""How a page of a document is cited: in words of both languages, and for lists of literature."""

from __future__ import annotations

from datetime import date
from typing import Final

from ayan.core.attachments.published_documents import PublishedDocument
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import code_html, value_html
from ayan.ui.bibtex import bibtex
from ayan.ui.component_parts import Citation
from ayan.wiring.profile import Profile

CITED: Final = Label(
    "{city}، «{title}» ({kind})، صفحهٔ {page}. اثر انگشت سند {digest}. خوانده‌شده در {day}. {address}",
    "{city}, “{title}” ({kind}), page {page}. Digest of the document {digest}. Accessed {day}. {address}",
)
# Digits of the digest that stand in words: enough to be told from all others.
_TELLING: Final = 16


def page_citation(
    published: PublishedDocument, page: int, address: str, profile: Profile, day: date, lang: Lang
) -> Citation:
    """The citation of a page; ``address`` is that of the page, with its host, and lasts as the digest does."""

    def say(language: Lang) -> str:
        own = locale.of(language)
        return CITED.of(language).format(
            city=profile.name.of(language),
            title=published.title.of(language),
            kind=published.kind_label.of(language),
            page=own.number(page),
            digest=code_html.in_line(published.digest[:_TELLING], language),
            day=value_html.both_days(day, language),
            address=code_html.in_line(address, language),
        )

    return Citation.of(lang, say, _bibtex(published, page, address, profile, day), address)


def _bibtex(published: PublishedDocument, page: int, address: str, profile: Profile, day: date) -> str:
    return bibtex(
        f"document-{published.digest[:12]}-{page}",
        published.title.en,
        profile.name.en,
        address,
        day,
        year=published.date.year if published.date else None,
        note=f"Page {page}. SHA-256 {published.digest}",
    )
