"""A DOCX written anew from the paragraphs and tables that a reader of a DOCX or HTML sees, and from nothing else of it.

Pictures, headers, comments and struck-out text are not; its last paragraph says so where there were some.
"""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from ayan.core.documents import document_text, docx, html_page
from ayan.core.documents.document_text import of_file
from ayan.core.documents.docx import Table
from ayan.core.documents.drawn_page import UnreadableDocument, is_arabic_letter
from ayan.core.redaction.limits import FEWEST_TELLING_DIGITS, LARGEST_ORIGINAL
from ayan.core.redaction.redaction_mark import RedactionMark
from ayan.core.redaction.refusals import CopyNotClean, MarkRefused, NumberElsewhere
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label

_TAKEN_OUT: Final = "█████"
_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument'
    '.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)
_MEMBERS: Final = ("[Content_Types].xml", "_rels/.rels", docx.BODY)
_CONTROLS: Final = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LEFT_OUT: Final[Mapping[str, tuple[re.Pattern[str], Label]]] = {
    "pictures": (re.compile(r"word/media/"), Label("تصویرها", "pictures")),
    "headers": (re.compile(r"word/(?:header|footer)\d*\.xml"), Label("سربرگ و پابرگ", "headers and footers")),
    "files": (re.compile(r"word/(?:embeddings|charts|diagrams)/[^/]+$"), Label("پیوست‌ها و نمودارها", "objects")),
    "notes": (re.compile(r"word/comments\.xml"), Label("یادداشت‌ها", "comments")),
}
_SAID: Final = Label("در نسخهٔ عمومی نیامده است: {what}.", "Not in the public copy: {what}.")


class _Redactor:
    """Takes out of lines what is marked in them, and notes which marks and which numbers these were."""

    def __init__(self, marks: Sequence[RedactionMark]) -> None:
        self._chosen: dict[tuple[int, int], list[tuple[int, RedactionMark]]] = defaultdict(list)
        self.numbers: set[str] = set()
        for number, mark in enumerate(marks, 1):
            if mark.line is None or mark.start < 0:
                raise MarkRefused(number)
            self._chosen[mark.page, mark.line].append((number, mark))

    def without(self, page: int, line: int, text: str) -> str:
        """A line without what is marked in it; cells, which tabs part, stay cells."""
        own = self._chosen.pop((page, line), [])
        for number, mark in sorted(own, key=lambda each: each[1].start, reverse=True):
            end = len(text) if mark.end is None else mark.end
            if not mark.start < end <= len(text):
                raise MarkRefused(number)
        covered = {at for _, mark in own for at in range(mark.start, len(text) if mark.end is None else mark.end)}
        for taken in _runs(text, covered):
            digits = "".join(sign for sign in to_latin(taken) if sign.isascii() and sign.isdigit())
            if len(digits) >= FEWEST_TELLING_DIGITS:
                self.numbers.add(digits)
        kept = "".join("\0" if at in covered and sign != "\t" else sign for at, sign in enumerate(text))
        return re.sub("\0+", _TAKEN_OUT, kept)

    def close(self) -> None:
        """Raise MarkRefused for a mark of a line that there is not."""
        if self._chosen:
            raise MarkRefused(min(number for own in self._chosen.values() for number, _ in own))


def _runs(text: str, covered: set[int]) -> Iterator[str]:
    run = ""
    for at, sign in enumerate(text):
        if at in covered:
            run += sign
        elif run:
            yield run
            run = ""
    if run:
        yield run


def write(path: Path, out: Path, marks: Sequence[RedactionMark]) -> dict[str, Any]:
    """Write the public copy of a DOCX or HTML.

    Raises UnreadableDocument, MarkRefused, NumberElsewhere and CopyNotClean.
    """
    if path.stat().st_size > LARGEST_ORIGINAL:
        raise UnreadableDocument("large")
    redactor = _Redactor(marks)
    parts, page, line = list[str](), 1, 0
    blocks, left_out = _read(path)
    for block in blocks:
        if isinstance(block, Table):
            rows = []
            for row in block.rows:
                if any(row):
                    rows.append(_cells(redactor, page, line, row))
                    line += 1
            parts.append(_table(rows))
            continue
        if block.new_page and line:
            page, line = page + 1, 0
            parts.append('<w:p><w:r><w:br w:type="page"/></w:r></w:p>')
        for text in filter(None, map(str.strip, block.text.split("\n"))):
            parts.append(_paragraph(redactor.without(page, line, text)))
            line += 1
    redactor.close()
    if what := [_LEFT_OUT[kind][1] for kind, _, _ in left_out if kind in _LEFT_OUT]:
        said = _SAID.format(what=what)
        parts += [_paragraph(said.fa), _paragraph(said.en)]
    _pack(out, "".join(parts))
    _check(out, redactor.numbers)
    return {"kind": "docx", "pages": page, "left_out": left_out}


def _read(path: Path) -> tuple[Iterable[document_text.Block], list[tuple[str, int | None, int]]]:
    """What a reader sees, and how much there is besides."""
    if docx.is_docx(path):
        return docx.blocks(path), _left_out(path)
    page = html_page.read(path)
    kinds = ("unseen", "notes", "files", "programs", "pictures")
    return page.blocks, [(kind, None, count) for kind in kinds if (count := getattr(page, kind))]


def _cells(redactor: _Redactor, page: int, line: int, row: Sequence[str]) -> list[str]:
    """The cells of a row, whose line is what `document_text` makes of it: the cells parted by tabs, the ends bare."""
    whole = "\t".join(row)
    before = whole[: len(whole) - len(whole.lstrip())]
    after = whole[len(whole.rstrip()) :]
    return f"{before}{redactor.without(page, line, whole.strip())}{after}".split("\t")


def _paragraph(text: str) -> str:
    right_to_left = any(map(is_arabic_letter, text))
    properties = "<w:pPr><w:bidi/></w:pPr>" if right_to_left else ""
    return f"<w:p>{properties}{_run(text, right_to_left)}</w:p>"


def _run(text: str, right_to_left: bool) -> str:
    kept = escape(_CONTROLS.sub("", text))
    tabbed = '</w:t><w:tab/><w:t xml:space="preserve">'.join(kept.split("\t"))
    properties = "<w:rPr><w:rtl/></w:rPr>" if right_to_left else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{tabbed}</w:t></w:r>'


def _table(rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    right_to_left = any(is_arabic_letter(sign) for row in rows for cell in row for sign in cell)
    visual = "<w:bidiVisual/>" if right_to_left else ""
    grid = "<w:gridCol/>" * max(map(len, rows))
    cells = ("".join(f"<w:tc>{_paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    body = "".join(f"<w:tr>{row}</w:tr>" for row in cells)
    return f"<w:tbl><w:tblPr>{visual}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"


def _left_out(path: Path) -> list[tuple[str, int | None, int]]:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    counted = {kind: sum(1 for name in names if form.match(name)) for kind, (form, _) in _LEFT_OUT.items()}
    return [(kind, None, count) for kind, count in counted.items() if count]


def _pack(out: Path, body: str) -> None:
    written = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<w:document xmlns:w="{_W}"><w:body>{body}<w:sectPr/></w:body></w:document>'
    )
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in zip(_MEMBERS, (_TYPES, _RELATIONS, written), strict=True):
            # Without the hour at which it was made, so that the same original gives the same bytes.
            archive.writestr(zipfile.ZipInfo(name), text.encode(), zipfile.ZIP_DEFLATED)


def _check(out: Path, numbers: set[str]) -> None:
    """Open the copy again: nothing is in it but what was written, and no marked number is read in it."""
    with zipfile.ZipFile(out) as archive:
        if tuple(archive.namelist()) != _MEMBERS or archive.comment or any(each.extra for each in archive.infolist()):
            raise CopyNotClean("members")
    for page in of_file(out):
        spoken = re.sub(r"[^0-9A-Za-z\u0600-\u06ff]", "", to_latin(page.text))
        if any(number in spoken for number in numbers):
            raise NumberElsewhere(page.number)
