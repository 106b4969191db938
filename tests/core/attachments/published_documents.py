"""A small city whose trees have documents, published through the gate of publication with the approvals of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.cli.city import FIRST, SECOND, SENDER, Town, make_town

from ayan.core.attachments.document_rows import DocumentFacts
from ayan.core.attachments.page_texts import text_bytes
from ayan.core.attachments.published_documents import PublishedDocuments
from ayan.core.custody.prepared_documents import PreparedDocuments
from ayan.core.documents.document_text import Box, PageLine, PageText
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import write_draft
from ayan.core.publish.entry_rows import entry_choice, entry_file, entry_text, published_texts
from ayan.core.publish.examination import examine
from ayan.core.publish.sealing import seal
from ayan.core.store.correction_reason import CorrectionReason
from ayan.core.store.manifest import Approval
from ayan.core.store.release import Release
from ayan.core.values.canonical import sha256_hex
from ayan.wiring.city import City

PERIOD = "1403-05"
SURE = Decimal("0.93")
TREES_DOCUMENTS = """\
slug = "trees-documents"
documents_of = "trees"
title = { fa = "اسناد درختان", en = "Documents of trees" }
description = { fa = "اسناد ساختگی درختان.", en = "The invented documents of trees." }
owner = { fa = "پارک‌ها", en = "Parks" }
topic = "green"
period = "month"
approvals = 2

[[field]]
name = "number"
kind = "code"
label = { fa = "شماره", en = "Number" }
required = true

[[document]]
code = "permit"
label = { fa = "مجوز کاشت", en = "Planting permit" }
required = true

[[document]]
code = "plan"
label = { fa = "نقشه", en = "Plan" }
language = "en"
"""
TREES = "شماره,تاریخ کاشت,گونه,هزینه,کد ملی کارنده\n1,1403/05/01,چنار,1000,\n2,1403/05/02,سرو,2000,\n"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of a tree, as somebody has prepared it."""

    tree: str
    content: bytes
    pages: Sequence[Sequence[str]]
    kind: str = "permit"
    title: str = "مجوز ساختگی"
    version: int = 1
    series: int = 1

    @property
    def digest(self) -> str:
        return sha256_hex(self.content)

    @property
    def page_texts(self) -> tuple[PageText, ...]:
        return tuple(
            PageText(
                number,
                tuple(PageLine(text, Box(10.25, 20, 300, 32.5 + at)) for at, text in enumerate(lines)),
                (595.0, 842.0),
                0,
                not lines,
                SURE if lines else None,
            )
            for number, lines in enumerate(self.pages, 1)
        )

    @property
    def facts(self) -> DocumentFacts:
        text = text_bytes(self.page_texts)
        return DocumentFacts(
            kind=self.kind,
            title=self.title,
            series=self.series,
            version=self.version,
            dated=date(2024, 8, 2),
            language="fa",
            pages=len(self.pages),
            unread=sum(not lines for lines in self.pages),
            size=len(self.content),
            media_type="application/pdf",
            source="بایگانی ساختگی",
            machine_read=SURE,
            redactions=1,
            reasons="mobile",
            text_digest=sha256_hex(text),
            digest=self.digest,
        )


def paper(tree: str = "1", words: str = "متن سند", **further: Any) -> Paper:
    """A paper of one page whose bytes hold its words, so that another text is another document."""
    return replace(Paper(tree, f"%PDF-1.7 {words}".encode(), [[words, "سطر دوم"]]), **further)


def city_with_documents(folder: Path) -> Town:
    """The city, its trees published."""
    town = make_town(folder)
    declared = town.home / "datasets" / "trees-documents"
    declared.mkdir()
    (declared / "dataset.toml").write_text(TREES_DOCUMENTS, encoding="utf-8")
    file = folder / "trees.csv"
    file.write_text(TREES, encoding="utf-8")
    _sealed(town.city, "trees", file, ClerkDecisions(PERIOD))
    return town


def prepare(city: City, *papers: Paper) -> None:
    """Keep the public copies, as the desk does before anybody approves."""
    prepared = PreparedDocuments(city.publish_context.private_store)
    for each in papers:
        file = city.home.parent / f"{each.digest}.pdf"
        file.write_bytes(each.content)
        prepared.keep(file, text_bytes(each.page_texts))


def rows_of(city: City, *papers: Paper) -> list[dict[str, str]]:
    """The rows of the companion with these papers among what is published."""
    dataset = city.registry.get("trees-documents")
    release = city.release_store.current(dataset.slug).get(PERIOD)
    rows = [dict(texts) for _, texts in published_texts(dataset, release.parts())] if release else []
    for each in papers:
        values: Mapping[str, object] = {"number": each.tree, **each.facts.values()}
        rows.append({name: entry_text(dataset.field(name), value) for name, value in values.items()})
    return rows


def seal_rows(city: City, rows: Sequence[Mapping[str, str]]) -> Release:
    """Seal rows of the companion as the table that somebody gives, with both approvals."""
    dataset = city.registry.get("trees-documents")
    file = city.home.parent / "documents.csv"
    file.write_bytes(b"".join(entry_file(dataset, rows)))
    return _sealed(city, dataset.slug, file, ClerkDecisions(PERIOD, entry_choice(dataset)))


def publish(city: City, *papers: Paper) -> Release:
    """Prepare papers and publish them with whatever stands."""
    prepare(city, *papers)
    return seal_rows(city, rows_of(city, *papers))


def documents_of(city: City) -> PublishedDocuments:
    """What readers have."""
    return PublishedDocuments(city.release_store, city.query_service, city.registry.all())


def _sealed(city: City, slug: str, file: Path, decisions: ClerkDecisions) -> Release:
    context = city.publish_context
    with examine(context, city.registry.get(slug), file, decisions) as examined:
        draft = write_draft(context, examined, sent_by=SENDER)
        approvals = [Approval(name, context.clock.now(), "desk", draft.digest) for name in (FIRST, SECOND)]
        return seal(context, draft, approvals, reason=CorrectionReason("entry-error"))
