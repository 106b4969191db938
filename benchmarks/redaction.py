"""Public copies of long documents: what a page costs with 10, 100 and 1,000 of them, and what a death costs.

Run with `make bench` or `python -m benchmarks.redaction [--pages N …]`. The pages are dense prose in Persian; on each
tenth a number is covered. Before a figure is printed the copy is read again: it has all pages with their words, and the
covered numbers are gone. Processor seconds of all processes together; each line runs in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any, Final

import pikepdf
from benchmarks.documents import USUAL, VOCABULARY
from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

from ayan.core.documents import document_text
from ayan.core.redaction.drawn_pieces import PieceStore
from ayan.core.redaction.public_copy import make_public_copy, propose_marks
from ayan.core.values.digits import to_latin
from ayan.ui import static_files

FONT: Final = static_files.FOLDER / "build" / "vazirmatn.ttf"
# Different pages, of which a document is made in turn.
DIFFERENT: Final = 20
LINES: Final = 42
WORDS_A_LINE: Final = 15
NUMBER: Final = "09123456789"
# By how much a page of a thousand may cost more than one of a hundred.
LINEAR: Final = 1.5


class FolderStore:
    """Pieces in a folder, as the desk keeps them, without a lock."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def take(self, name: str, folder: Path) -> bool:
        if not (self._root / name).is_dir():
            return False
        shutil.copytree(self._root / name, folder, dirs_exist_ok=True)
        return True

    def keep(self, name: str, folder: Path) -> None:
        shutil.copytree(folder, self._root / name)


class Ended(Exception):
    """Stands for a process that is killed half way."""


def document(path: Path, pages: int) -> Path:
    """So many dense pages; each tenth from the first on says a mobile number."""
    chance = Random(3)
    paper = FPDF()
    paper.add_font("Vazirmatn", fname=str(FONT))
    paper.set_text_shaping(True)
    paper.set_font("Vazirmatn", size=10)
    for number in range(DIFFERENT):
        paper.add_page()
        paper.set_auto_page_break(False)
        for line in range(LINES):
            words = [*chance.sample(VOCABULARY, 6), *chance.choices(USUAL, k=WORDS_A_LINE - 6)]
            chance.shuffle(words)
            text = f"تلفن همراه {NUMBER} است" if number % 10 == 0 and line == 3 else " ".join(words)
            paper.cell(0, 6.3, text, align=Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    few = path.with_suffix(".few.pdf")
    few.write_bytes(bytes(paper.output()))
    with pikepdf.Pdf.open(few) as source, pikepdf.Pdf.new() as whole:
        while len(whole.pages) < pages:
            whole.pages.extend(source.pages)
        del whole.pages[pages:]
        whole.save(path)
    return path


def copying(folder: Path, pages: int) -> dict[str, Any]:
    """Make one copy in one go."""
    original = document(folder / "original.pdf", pages)
    begun, wall = _processor(), time.perf_counter()
    marks = propose_marks(original)
    looked = _processor() - begun
    assert len(marks) == -(-pages // 10), len(marks)
    begun = _processor()
    copy = make_public_copy(original, folder / "copy.pdf", marks)
    seconds = _processor() - begun
    read = 0
    for page in document_text.of_file(copy.path):
        read += 1
        assert NUMBER not in to_latin(page.text)
        assert len(page.text) > LINES * WORDS_A_LINE, page.number
    assert read == pages == copy.pages
    return {
        "pages": pages,
        "seconds a page": round(seconds / pages, 3),
        "looking for numbers, seconds a page": round(looked / pages, 3),
        "by the clock, minutes": round((time.perf_counter() - wall) / 60, 1),
        "MiB of the largest process": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
        "KiB a page": round(copy.bytes / pages / 1024, 1),
    }


def resuming(folder: Path, pages: int) -> dict[str, Any]:
    """End the work half way and take it up again: what all of it costs, beside doing it in one go."""
    original = document(folder / "original.pdf", pages)
    piece_store: PieceStore = FolderStore(folder / "pieces")

    def ended(done: int, of: int) -> None:
        if done >= of / 2:
            raise Ended

    begun = _processor()
    try:
        make_public_copy(original, folder / "copy.pdf", piece_store=piece_store, on_progress=ended)
    except Ended:
        first = _processor() - begun
    make_public_copy(original, folder / "copy.pdf", piece_store=piece_store)
    return {"pages": pages, "seconds before": round(first, 1), "after": round(_processor() - begun - first, 1)}


def _processor() -> float:
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--pages", type=int, nargs="+", default=[10, 100, 1000])
    given.add_argument("--part", choices=("copy", "resume"))
    asked = given.parse_args()
    if asked.part:
        with tempfile.TemporaryDirectory(prefix="ayan-bench-") as name:
            work = copying if asked.part == "copy" else resuming
            print(json.dumps(work(Path(name), asked.pages[0])))
        return
    a_page = {}
    for part, pages in [*(("copy", pages) for pages in asked.pages), ("resume", min(100, max(asked.pages)))]:
        command = [sys.executable, "-m", "benchmarks.redaction", "--part", part, "--pages", str(pages)]
        said = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        print(f"{part}: {json.dumps(said)}", flush=True)
        a_page[part, pages] = said.get("seconds a page", 0.0)
    longest, before = (("copy", pages) for pages in sorted(asked.pages, reverse=True)[:2])
    assert a_page[longest] <= LINEAR * a_page[before], "a page of a longer document costs more"


if __name__ == "__main__":
    main()
