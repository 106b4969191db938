"""The receipt on paper: one page of PDF, its Persian shaped and ordered by the library, in our own letters."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final
from unicodedata import bidirectional

from fpdf import FPDF
from fpdf.enums import Align, WrapMode, XPos, YPos
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.ui import static_files
from ayan.ui.value_html import moment_in_words, plain_day

if TYPE_CHECKING:
    from ayan.apps.counter.receipt_text import ReceiptText

FONT: Final = static_files.FOLDER / "build" / "vazirmatn.ttf"
_WIDTH, _HEIGHT, _EDGE, _LABEL, _LINE = 148.0, 210.0, 14.0, 34.0, 7.5
"""Millimetres: a sheet of A5, which prints on any paper, its margin, the column of labels, and a line."""
_BRAND, _INK, _FAINT = (11, 92, 99), (18, 32, 31), (74, 91, 89)

RECEIPT: Final = Label("رسید", "Receipt")
NUMBER: Final = Label("شماره", "Number")
SUMMARY: Final = Label("موضوع", "About")
CAME: Final = Label("ثبت", "Filed")
COUNTS: Final = Label("از این روز شمرده می‌شود", "Counted from")
DUE: Final = Label("موعد پاسخ", "Answer due")
CODE: Final = Label("کد پیگیری", "Tracking code")
WHERE: Final = Label("نشانی پیگیری", "Follow it at")
KEEP: Final = Label(
    "کد پیگیری را به کسی ندهید: هر که آن را دارد مورد شما را می‌بیند و می‌تواند در آن بنویسد.",
    "Keep the code to yourself: whoever has it sees your case and can write in it.",
)


def pdf(receipt: ReceiptText) -> bytes:
    """The receipt as one page, tagged with its language and title."""
    lang = receipt.lang
    page = FPDF(format=(_WIDTH, _HEIGHT))
    page.set_lang(lang)
    page.set_title(f"{RECEIPT.of(lang)} {receipt.number}")
    page.set_author(receipt.city)
    page.set_margin(_EDGE)
    page.set_auto_page_break(True, _EDGE)
    page.add_font("Vazirmatn", fname=str(FONT))
    page.add_page()
    _Sheet(page, receipt).draw()
    out = BytesIO()
    page.output(out)
    return out.getvalue()


class _Sheet:
    """One receipt on one sheet; sides follow the reading direction."""

    def __init__(self, page: FPDF, receipt: ReceiptText) -> None:
        self.page, self.receipt, self.lang = page, receipt, receipt.lang
        self.rtl = locale.of(receipt.lang).direction == "rtl"
        self.start = Align.R if self.rtl else Align.L

    def draw(self) -> None:
        page, receipt, lang = self.page, self.receipt, self.lang
        page.set_fill_color(*_BRAND)
        page.rect(0, 0, _WIDTH, 4, style="F")
        page.set_y(_EDGE)
        self._line(receipt.city, 10, _FAINT)
        self._line(f"{RECEIPT.of(lang)}: {receipt.title}", 17, _INK)
        page.ln(3)
        top = page.get_y()
        self._qr(top)
        self._pair(NUMBER, receipt.number, code=True)
        self._pair(CAME, moment_in_words(receipt.received_at, lang))
        if receipt.is_after_hours:
            self._pair(COUNTS, plain_day(receipt.receipt_on, lang))
        if receipt.due_on is not None:
            self._pair(DUE, plain_day(receipt.due_on, lang))
        page.set_y(max(page.get_y(), top + 42))
        if receipt.summary:
            self._pair(SUMMARY, receipt.summary, wide=True)
        if receipt.code:
            self._pair(CODE, receipt.code, code=True, wide=True)
        self._pair(WHERE, receipt.address, code=True, wide=True)
        page.ln(3)
        self._line(receipt.kind.promise.of(lang), 9.5, _FAINT)
        if receipt.code:
            self._line(KEEP.of(lang), 9.5, _FAINT)

    def _direct(self, text: str, *, code: bool = False) -> None:
        """Shape what follows in the direction of its first letter; codes and addresses run from the left."""
        first = next((bidirectional(sign) for sign in text if bidirectional(sign) in ("L", "R", "AL")), "")
        rtl = (first != "L" if first else self.rtl) and not code
        self.page.set_text_shaping(True, direction="rtl" if rtl else "ltr")

    def _line(self, words: str, size: float, colour: tuple[int, int, int]) -> None:
        self._direct(words)
        self.page.set_font("Vazirmatn", size=size)
        self.page.set_text_color(*colour)
        self.page.multi_cell(0, size * 0.62, words, align=self.start, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _pair(self, label: Label, value: str, *, code: bool = False, wide: bool = False) -> None:
        """A label and its value beside it; beside the QR code there is less room."""
        page = self.page
        room = _WIDTH - 2 * _EDGE - _LABEL - (0 if wide else 40)
        label_x = _WIDTH - _EDGE - _LABEL if self.rtl else _EDGE
        value_x = label_x - room if self.rtl else _EDGE + _LABEL
        top = page.get_y()
        page.set_font("Vazirmatn", size=9.5)
        page.set_text_color(*_FAINT)
        page.set_xy(label_x, top)
        self._direct(label.of(self.lang))
        page.multi_cell(_LABEL, _LINE, label.of(self.lang), align=self.start, new_y=YPos.NEXT)
        below = page.get_y()
        page.set_font("Vazirmatn", size=11)
        page.set_text_color(*_INK)
        page.set_xy(value_x, top)
        self._direct(value, code=code)
        wrapped = WrapMode.CHAR if code else WrapMode.WORD
        page.multi_cell(room, _LINE, value, align=self.start, new_y=YPos.NEXT, wrapmode=wrapped)
        page.set_y(max(below, page.get_y()))

    def _qr(self, top: float) -> None:
        code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
        code.add_data(self.receipt.address)
        code.make(fit=True)
        rows = code.get_matrix()
        step = 36 / len(rows)
        left = _EDGE if self.rtl else _WIDTH - _EDGE - 36
        self.page.set_fill_color(*_INK)
        for y, row in enumerate(rows):
            for x, dark in enumerate(row):
                if dark:
                    self.page.rect(left + x * step, top + y * step, step, step, style="F")
