"""Documents that tests make, and the text that a reader of them sees."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

import numpy as np
import pypdfium2
from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from PIL import Image, ImageDraw

from ayan.core.values.text import publish
from ayan.ui import static_files

FONT = static_files.FOLDER / "build" / "vazirmatn.ttf"

SENTENCES = (
    "این قرارداد میان شهرداری و شرکت «راه‌سازان نمونه (سهامی خاص)» بسته می‌شود.",
    "مبلغ قرارداد ۴٬۱۲۵٬۰۰۰٬۰۰۰ ریال (چهار میلیارد و یکصد و بیست و پنج میلیون ریال) است.",
    "پیمانکار می‌پذیرد کارها را تا تاریخ ۱۴۰۳/۰۵/۱۲ به‌پایان برساند؛ تأخیر هر روز ۰٫۵٪ جریمه دارد.",
    "نشانی: خیابان شهید بهشتی، کوچهٔ ۱۲، پلاک ۳۴ (طبقهٔ دوم).",
    "هزینهٔ خط‌کشی و ایمن‌سازی معبرهای ناحیهٔ ۲ بر پایهٔ فهرست‌بهای سال ۱۴۰۳ حساب شده است.",
    "ناظر می‌تواند هر هفته از کارگاه بازدید کند و یادداشت‌های خود را در دفتر روزانه بنویسد.",
    "وب‌نوشت پروژه در www.example.ir است و نسخهٔ PDF آن با نام plan-A4.pdf نگه داشته می‌شود.",
    "تضمین حسن انجام کار برابر ۱۰٪ مبلغ قرارداد است و پس از تحویل قطعی آزاد می‌شود.",
    "برابر مادهٔ ۱۰ آیین‌نامهٔ مالی شهرداری‌ها، کمیسیون معاملات این پیشنهاد را پذیرفت.",
    "کاربری ملک: مسکونی [تراکم متوسط]؛ مساحت عرصه ۲۵۰ مترمربع و زیربنا ۴۱۰ مترمربع.",
    "شمارهٔ نامه ۱۲/۳۴۵ و پیوست آن ۷ برگ است؛ رونوشت به ذی‌حساب و امور قراردادها.",
    "عوارض نوسازی سال‌های ۱۴۰۱ تا ۱۴۰۳ پرداخت شده و گواهی آن پیوست است.",
    "جلسهٔ شورا ساعت ۱۷:۳۰ با حضور ۹ تن از عضوها رسمی شد و رأی‌گیری علنی بود.",
    "خیابان‌های ناحیه با آسفالت گرم روکش می‌شود و درخت‌های آسیب‌دیده جابه‌جا نمی‌شود.",
)
LATIN = (
    "The contractor shall deliver within 90 days (see clause 4.2).",
    "Invoices are paid in rial; amounts such as 4,125,000,000 are exact.",
)


def passage(chance: Random, sentences: int) -> str:
    """Some sentences of an office, one after the other."""
    return " ".join(chance.choice(SENTENCES) for _ in range(sentences))


# Of the words of a clear scan, what is read without a wrong letter at least (measured: 89 % to 96 %).
LEAST_READ = 0.75


def share_read(written: Sequence[str], read: str) -> float:
    """The share of the words of some sentences that stand in what a machine read: single letters may be misread."""
    words, read_words = publish(" ".join(written)).split(), set(read.split())
    return sum(word in read_words for word in words) / len(words)


def _paper(size: float = 12) -> FPDF:
    paper = FPDF()
    paper.add_font("Vazirmatn", fname=str(FONT))
    paper.set_font("Vazirmatn", size=size)
    paper.set_text_shaping(True)
    paper.set_auto_page_break(True, 20)
    paper.add_page()
    return paper


def _saved(paper: FPDF, path: Path) -> Path:
    path.write_bytes(bytes(paper.output()))
    return path


def letter(path: Path, paragraphs: Sequence[str], *, size: float = 12, justified: bool = False, turn: int = 0) -> Path:
    """Paragraphs one below the other on as many pages as they take."""
    paper = _paper(size)
    for text in paragraphs:
        paper.multi_cell(
            0, size * 0.65, text, align=Align.J if justified else Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
        paper.ln(3)
    return turned(_saved(paper, path), turn) if turn else _saved(paper, path)


def columns(path: Path, title: str, right: Sequence[str], left: Sequence[str]) -> Path:
    """A title over two columns of prose, of which the right one is read first."""
    paper = _paper(11)
    paper.multi_cell(0, 10, title, align=Align.C, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    top = paper.get_y() + 4
    for edge, texts in ((110.0, right), (10.0, left)):
        paper.set_y(top)
        for text in texts:
            paper.set_x(edge)
            paper.multi_cell(88, 7, text, align=Align.J, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    return _saved(paper, path)


def table(path: Path, rows: Sequence[Sequence[str]], *, ruled: bool, heading: str = "") -> Path:
    """A table whose first column is the rightmost, printed with or without rules; its header on every page."""
    paper = _paper(10)
    if heading:
        paper.multi_cell(0, 10, heading, align=Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    width = 190 / len(rows[0])
    shown = [0] if ruled else []
    for _number, row in enumerate(rows):
        if paper.will_page_break(9):
            paper.add_page()
            for at in shown:
                _row(paper, rows[at], width, ruled)
        _row(paper, row, width, ruled)
    return _saved(paper, path)


def _row(paper: FPDF, row: Sequence[str], width: float, ruled: bool) -> None:
    for cell in reversed(row):
        paper.cell(width, 9, cell, border=1 if ruled else 0, align=Align.R, new_x=XPos.RIGHT, new_y=YPos.TOP)
    paper.ln(9)


def scan(path: Path, under: str = "") -> Path:
    """A picture of a page, with unseen text under it as programs that recognise letters write it."""
    picture = Image.new("L", (600, 800), 255)
    ImageDraw.Draw(picture).text((60, 60), "scanned", fill=0)
    held = io.BytesIO()
    picture.save(held, "PNG")
    paper = _paper()
    paper.image(held, 10, 10, 190)
    if under:
        paper.text_mode = 3
        paper.cell(0, 8, under)
    return _saved(paper, path)


def scanned(path: Path, source: Path, chance: Random, *, grain: float = 14, slant: float = 0.0) -> Path:
    """The pages of a PDF as an office scans them: grey, grainy and aslant by so many degrees, 200 dots to an inch."""
    paper = FPDF(unit="pt")
    paper.set_auto_page_break(False)
    for page in pypdfium2.PdfDocument(source):
        drawn = np.asarray(page.render(scale=200 / 72, grayscale=True).to_pil()).astype(float)
        noise = np.random.default_rng(chance.getrandbits(32)).normal(0, grain, drawn.shape)
        grey = (drawn * 0.85 + 18 + noise).clip(0, 255).astype("uint8")
        picture = Image.fromarray(grey).rotate(slant, fillcolor=235, resample=Image.Resampling.BICUBIC)
        width, height = (side * 72 / 200 for side in picture.size)
        held = io.BytesIO()
        picture.save(held, "PNG")
        paper.add_page(format=(width, height))
        paper.image(held, 0, 0, width, height)
    return _saved(paper, path)


def turned(path: Path, degrees: int) -> Path:
    """The same pages, laid on their side and to be shown turned by so much."""
    document = pypdfium2.PdfDocument(path)
    for page in document:
        page.set_rotation(degrees)
    held = io.BytesIO()
    document.save(held)
    path.write_bytes(held.getvalue())
    return path


def laid_down(path: Path, text: str, degrees: int) -> Path:
    """A line that is drawn up or down a page, or on its head."""
    paper = _paper()
    with paper.rotation(degrees, 100, 150):
        paper.set_xy(50, 150)
        paper.cell(0, 8, text)
    return _saved(paper, path)


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def run(text: str, properties: str = "") -> str:
    """A run of a word processor."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def docx(path: Path, body: str, **parts: str) -> Path:
    """A document of a word processor with this body; ``parts`` are further members below ``word``."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document {_W}><w:body>{body}</w:body></w:document>")
        for name, text in parts.items():
            archive.writestr(f"word/{name}.xml", f"<w:{name} {_W}>{text}</w:{name}>")
    return path


def docx_table(rows: Sequence[Sequence[str]]) -> str:
    """A table of a word processor."""
    cells = ("".join(f"<w:tc><w:tcPr/><w:p>{run(cell)}</w:p></w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"
