"""A few invented contracts of the sample city, printed, redacted and published as the desk does it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

from ayan.core.attachments.document_rows import DocumentFacts
from ayan.core.attachments.page_texts import has_text, read_text
from ayan.core.attachments.reading_process import text_of_pages
from ayan.core.custody.prepared_documents import PreparedDocuments
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import write_draft
from ayan.core.publish.entry_rows import entry_choice, entry_file, entry_text, published_texts
from ayan.core.publish.examination import examine
from ayan.core.publish.sealing import seal
from ayan.core.redaction.public_copy import make_public_copy, propose_marks
from ayan.core.schema.definition import Dataset
from ayan.core.store.manifest import Approval
from ayan.core.store.release import Release
from ayan.core.values.canonical import sha256_hex
from ayan.core.values.digits import to_persian
from ayan.ui import static_files
from ayan.wiring.city import City
from ayan_demo.invented_words import FIRST_APPROVER, OFFICER

SLUG: Final = "contracts-documents"
MOST: Final = 6
_FONT: Final = static_files.FOLDER / "build" / "vazirmatn.ttf"
_INVENTED: Final = "این سند ساختگی است و از آنِ شهر نمونهٔ عیان."
_CLAUSES: Final = (
    "پیمانکار می‌پذیرد کار را برابر مشخصات فنی پیوست و در مدت قرارداد به‌پایان برساند.",
    "ناظر هر هفته از کار بازدید می‌کند و صورت‌وضعیت‌ها را پیش از پرداخت می‌خواند.",
    "تضمین حسن انجام کار ده درصد مبلغ قرارداد است و پس از تحویل قطعی آزاد می‌شود.",
    "هر تغییر در مبلغ یا مدت با الحاقیه‌ای است که مانند همین سند منتشر می‌شود.",
)


def publish_documents(making: City) -> Release | None:
    """Publish the texts of some contracts of the newest year; None where the city has published no contracts."""
    dataset, contracts = making.registry.get(SLUG), making.release_store.current("contracts")
    if not contracts:
        return None
    period = max(contracts)
    rows = [texts for _, texts in published_texts(making.registry.get("contracts"), contracts[period].parts())][:MOST]
    store = making.publish_context.private_store
    with store.scratch_folder() as scratch:
        given = [_prepared(making, dataset, texts, at, scratch) for at, texts in enumerate(rows)]
        file = scratch / f"{SLUG}.csv"
        file.write_bytes(b"".join(entry_file(dataset, given)))
        context = making.publish_context
        decisions = ClerkDecisions(period, entry_choice(dataset))
        with examine(context, dataset, file, decisions) as examined:
            draft = write_draft(context, examined, sent_by=OFFICER)
            return seal(context, draft, [Approval(FIRST_APPROVER, context.clock.now(), "cli", draft.digest)])


def _prepared(making: City, dataset: Dataset, texts: Mapping[str, str], at: int, scratch: Path) -> dict[str, str]:
    """The row of a contract's text, whose public copy is kept as the desk keeps one before it is approved."""
    folder = scratch / f"contract-{at}"
    folder.mkdir(mode=0o700)
    original = folder / "original.pdf"
    original.write_bytes(_printed(texts))
    marks = propose_marks(original)
    copy = make_public_copy(original, folder / "copy.pdf", marks)
    text_folder = folder / "text"
    text_folder.mkdir(mode=0o700)
    text = text_of_pages(copy.path, text_folder)
    pages = read_text(text)
    facts = DocumentFacts(
        kind="contract",
        title="متن امضاشده (ساختگی)",
        series=1,
        version=1,
        dated=None,
        language="fa",
        pages=len(pages),
        unread=sum(not has_text(page) for page in pages),
        size=copy.bytes,
        media_type=copy.media_type,
        source="",
        machine_read=None,
        redactions=len(marks),
        reasons=" ".join(sorted({mark.reason for mark in marks})),
        text_digest=sha256_hex(text),
        digest=PreparedDocuments(making.publish_context.private_store).keep(copy.path, text),
    )
    values: Mapping[str, object] = {"number": texts["number"], **facts.values()}
    return {name: entry_text(dataset.field(name), value) for name, value in values.items()}


def _printed(texts: Mapping[str, str]) -> bytes:
    """A contract of two pages, as an office prints it, with a telephone that nobody has and that is covered."""
    paper = FPDF()
    paper.set_title("قرارداد ساختگی")
    paper.add_font("Vazirmatn", fname=str(_FONT))
    for lines in _pages(texts):
        paper.add_page()
        for line, size in lines:
            paper.set_font("Vazirmatn", size=size)
            paper.set_text_shaping(True, direction="rtl")
            paper.multi_cell(0, size * 0.8, line, align=Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    return bytes(paper.output())


def _pages(texts: Mapping[str, str]) -> Iterator[list[tuple[str, int]]]:
    yield [
        (_INVENTED, 10),
        (f"قرارداد شمارهٔ {texts['number']}", 18),
        (f"موضوع: {texts['subject']}", 13),
        (f"پیمانکار: {texts['contractor']}", 13),
        *((f"مبلغ: {texts['amount']} ریال", 13) for _ in range("amount" in texts)),
        ("تلفن همراه نمایندهٔ پیمانکار: ۰۹۱۲۰۰۰۰۰۰۰", 13),
    ]
    yield [(_INVENTED, 10), *((f"مادهٔ {to_persian(str(at))}. {clause}", 13) for at, clause in enumerate(_CLAUSES, 1))]
