"""The door of this room: public copies, proposed marks and drawn pages, made in a process that may come to an end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from ayan.core.documents.scan_reader import ScanReader
from ayan.core.redaction import drawn_pieces, pictures, scan_marks
from ayan.core.redaction.drawn_pieces import OnProgress, PieceStore
from ayan.core.redaction.limits import (
    COPY_MEMORY,
    COPY_SECONDS,
    DRAW_MEMORY,
    DRAW_SECONDS,
    LARGEST_COPY,
    LARGEST_ORIGINAL,
    MOST_MARKS,
    PIECE_SECONDS,
    PROPOSAL_SECONDS,
)
from ayan.core.redaction.redaction_mark import RedactionMark
from ayan.core.redaction.refusals import CopyNotClean, CopyObstacle, CopyRefused, MarkRefused, NumberElsewhere
from ayan.core.system import child
from ayan.core.system.files import own_folder
from ayan.core.system.malware_scanner import ScannerSilent, is_clean
from ayan.core.values.canonical import sha256_file
from ayan.core.values.label import Label

CopyKind = Literal["pdf", "docx"]
MEDIA_TYPES: Final[dict[CopyKind, str]] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}

LEFT_OUT: Final[dict[str, Label]] = {
    "unseen": Label("نویسه‌هایی که کسی نمی‌بیند", "signs that nobody sees"),
    "notes": Label("یادداشت‌ها و خانه‌های فرم", "comments and form fields"),
    "files": Label("پیوست‌های درون سند", "files inside the document"),
    "programs": Label("برنامه‌های درون سند", "programs inside the document"),
    "pictures": Label("تصویرها", "pictures"),
    "headers": Label("سربرگ و پابرگ", "headers and footers"),
}
"""What of an original is not in its public copy, besides what is marked and what describes it."""

_ENDINGS: Final[dict[child.HowItFailed, CopyObstacle]] = {"slow": "slow", "large": "memory", "broken": "damaged"}
_PROCESS: Final = drawn_pieces.PROCESS


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that the original holds and its public copy does not: a kind of `LEFT_OUT`, where, how many."""

    kind: str
    page: int | None
    count: int


@dataclass(frozen=True, slots=True)
class PublicCopy:
    """A public copy that was made and checked: its file, kind, SHA-256 (hex), bytes, pages, marks and what it lacks.

    ``scanned`` says whether a malware scanner has seen the original.
    """

    path: Path
    kind: CopyKind
    sha256: str
    bytes: int
    pages: int
    marks: tuple[RedactionMark, ...]
    left_out: tuple[LeftOut, ...]
    scanned: bool

    @property
    def media_type(self) -> str:
        """Its type as HTTP names it."""
        return MEDIA_TYPES[self.kind]


def _nobody(done: int, pages: int) -> None:
    """OnProgress of what is done, and tells nobody."""


def make_public_copy(
    original: Path,
    out: Path,
    marks: Sequence[RedactionMark] = (),
    *,
    scanner: str = "",
    piece_store: PieceStore | None = None,
    on_progress: OnProgress = _nobody,
) -> PublicCopy:
    """Write the public copy of a PDF, DOCX, JPEG or PNG to ``out``: of pictures and PDF a PDF, of a DOCX a DOCX.

    It is written anew from what a reader sees, and checked before anybody gets it; the same original and marks give the
    same bytes. ``scanner`` is the place of clamd, where there is one; nothing goes past it. A long PDF is drawn by
    several processes, piece by piece: what the ``piece_store`` holds is not drawn again, and ``on_progress`` is called
    with the pages that are done and all of them (what it raises ends the work).
    Raises CopyRefused, MarkRefused, NumberElsewhere and CopyNotClean; nothing stands at ``out`` then.
    """
    if len(marks) > MOST_MARKS:
        raise MarkRefused(MOST_MARKS + 1)
    if scanner:
        _scan(original, scanner)
    try:
        answer = _asked(
            {"act": "copy", "path": str(original), "out": str(out), "marks": [mark.as_json() for mark in marks]},
            original,
            memory=COPY_MEMORY,
            seconds=COPY_SECONDS,
        )
        if "long" in answer:
            answer = _of_pieces(original, out, marks, answer, piece_store, on_progress)
        if out.stat().st_size > LARGEST_COPY:
            raise CopyRefused("large")
    except BaseException:
        out.unlink(missing_ok=True)
        raise
    left_out = tuple(LeftOut(*each) for each in answer["left_out"])
    return PublicCopy(
        out,
        answer["kind"],
        sha256_file(out),
        out.stat().st_size,
        answer["pages"],
        tuple(marks),
        left_out,
        bool(scanner),
    )


def _of_pieces(
    original: Path,
    out: Path,
    marks: Sequence[RedactionMark],
    said: dict[str, Any],
    piece_store: PieceStore | None,
    on_progress: OnProgress,
) -> dict[str, Any]:
    """Draw a long PDF piece by piece, put the pieces together, and look at what stands under marks."""
    pages = said["long"]
    pieces = drawn_pieces.pieces_of(sha256_file(original), pages, marks)
    with own_folder(out.parent, "pieces-") as folder, _ended():
        notes = [_answer(each) for each in drawn_pieces.drawn(original, pieces, folder, piece_store, on_progress)]
        sizes = [size for noted in notes for size in noted["sizes"]]
        for number, mark in enumerate(marks, 1):
            if not mark.lies_on(sizes):
                raise MarkRefused(number)
        files = [str(folder / piece.name / drawn_pieces.PAGES) for piece in pieces]
        join = {"act": "join", "pieces": files, "out": str(out), "pages": pages}
        _answer(child.ask(_PROCESS, join, memory=COPY_MEMORY, seconds=PIECE_SECONDS))
    numbers = sorted({number for noted in notes for number in noted["numbers"]})
    checks = [
        {
            "act": "check", "path": str(out), "first": piece.first, "last": piece.last, "numbers": numbers,
            "marks": [[number, mark.as_json()] for number, mark in piece.marks],
        }
        for piece in pieces if numbers or piece.marks
    ]  # fmt: skip
    with _ended():
        for _, answer in drawn_pieces.answered(checks):
            _answer(answer)
    left_out = [each for noted in notes for each in noted["left_out"]]
    return {"kind": "pdf", "pages": pages, "left_out": [*left_out, *said["beside"]]}


@contextmanager
def _ended() -> Iterator[None]:
    """Say of a process that left no answer what that means for its document."""
    try:
        yield
    except child.ChildFailed as failed:
        raise CopyRefused(_ENDINGS[failed.how]) from None


def readable_original(original: Path, folder: Path, *, scanner: str = "") -> Path:
    """The original as a document with pages: a picture as a PDF in ``folder`` with nothing taken out, the others as
    they are. Raises what `make_public_copy` does.
    """
    if not pictures.is_picture(original):
        return original
    return make_public_copy(original, folder / "picture.pdf", scanner=scanner).path


def _scan(original: Path, scanner: str) -> None:
    try:
        with original.open("rb") as content:
            clean = is_clean(scanner, content)
    except ScannerSilent:
        raise CopyRefused("scanner") from None
    if not clean:
        raise CopyRefused("malware")


def propose_marks(original: Path, on_progress: OnProgress = _nobody) -> list[RedactionMark]:
    """The places that look like personal data, for a person to judge; on scans of a PDF, where they can be read here.

    ``on_progress`` is called with the pages that are done and all of them. Raises CopyRefused.
    """
    request = {"act": "propose", "path": str(original)}
    said = _asked(request, original, memory=COPY_MEMORY, seconds=PROPOSAL_SECONDS)
    answers = [said]
    if "long" in said:
        ranges = list(drawn_pieces.ranges(said["long"]))
        asked = [{**request, "first": first, "last": last} for first, last in ranges]
        by_number: dict[int, dict[str, Any]] = {}
        with _ended():
            for number, answer in drawn_pieces.answered(asked):
                by_number[number] = _answer(answer)
                on_progress(sum(ranges[each][1] - ranges[each][0] + 1 for each in by_number), said["long"])
        answers = [by_number[number] for number in range(len(ranges))]
    marks = [RedactionMark.from_json(mark) for answer in answers for mark in answer["marks"]]
    scans = [number for answer in answers for number in answer["scans"]]
    if scans:
        with ScanReader(original) as reader:
            for number in scans:
                marks += scan_marks.in_readings(number, reader.readings(number))
    return marks


def draw_page(copy: Path, page: int, width: int, scratch: Path) -> bytes:
    """Page ``page`` (from 1) of a PDF as PNG, ``width`` dots across within limits. Raises CopyRefused.

    Meant for public copies and for previews of originals to those who may see them; it is drawn in a folder of its own
    in ``scratch``, which is there.
    """
    with own_folder(scratch, "page-") as folder:
        out = folder / "page.png"
        request = {"act": "draw", "path": str(copy), "out": str(out), "page": page, "width": width}
        _asked(request, copy, memory=DRAW_MEMORY, seconds=DRAW_SECONDS)
        return out.read_bytes()


def page_size(copy: Path, page: int) -> tuple[float, float]:
    """Width and height, in points, of page ``page`` (from 1) of a public copy that is a PDF; of nothing else."""
    import pikepdf

    with pikepdf.open(copy) as pdf:
        left, bottom, right, top = map(float, pdf.pages[page - 1].mediabox)
    return right - left, top - bottom


def _asked(request: dict[str, Any], original: Path, *, memory: int, seconds: float) -> dict[str, Any]:
    if original.stat().st_size > LARGEST_ORIGINAL:
        raise CopyRefused("large")
    with _ended():
        return _answer(child.ask(_PROCESS, request, memory=memory, seconds=seconds))


def _answer(answer: dict[str, Any]) -> dict[str, Any]:
    """What a process answered, or the refusal that it is raised."""
    if "refused" not in answer:
        return answer
    kind, what, page = answer["refused"]
    if kind == "mark":
        raise MarkRefused(what)
    if kind == "number":
        raise NumberElsewhere(page)
    if kind == "fault":
        raise CopyNotClean(what, page)
    raise CopyRefused(what, page)
