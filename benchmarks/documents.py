"""Documents: indexing and searching the words of pages, beside FTS5 alone over the same texts.

Run with `make bench` or `python -m benchmarks.documents [--documents N] [--pages N] [--rounds N]`. The invented pages
are made as they are read, so that the memory measured is that of the index; each answer is compared with what was
written before a figure is printed. Processor seconds; each line runs in a process of its own.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

from ayan.core.document_index import asked_words, document_search
from ayan.core.document_index.document_index import DocumentIndex, DocumentSource
from ayan.core.documents.document_text import PageLine, PageText
from ayan.core.values.text import fold

# Every thousandth document from the first on ends with the sentence that is looked for.
RARE: Final = 0
LINES: Final = 34
WORDS_A_LINE: Final = 11
SYLLABLES: Final = (
    "با", "بر", "پا", "پر", "تا", "تر", "جا", "خا", "دا", "را", "رو", "زا", "سا", "شا", "فا", "کا", "گا", "لا",
    "ما", "نا", "وا", "یا", "بند", "کار", "گاه", "دان", "راه", "شهر", "نامه", "ساز", "پور",
)  # fmt: skip
USUAL: Final = (
    "قرارداد", "شهرداری", "خیابان", "پیمانکار", "مبلغ", "ریال", "تاریخ", "ماده", "طرف", "این", "است", "که", "در",
    "از", "به", "با", "برای", "می‌شود", "کارگاه‌های", "ناحیه", "سال",
)  # fmt: skip
# Documents that the box tells of.
SHOWN: Final = 5
ASKED: Final = {
    "one usual word": "قرارداد",
    "two usual words": "قرارداد خیابان",
    "three usual words": "مبلغ قرارداد شهرداری",
    "a usual phrase": "«مبلغ قرارداد»",
    "a beginning": "شهردار",
    "a half-space typed as none": "میشود",
    "a rare phrase": "تبصرهٔ بی‌مانند نخست",
    "a number": "4125000777",
    "words on no page": "قرارداد خیابان ناپیداواژه",
}


@dataclass(frozen=True)
class Paper:
    """An invented document: its pages are drawn from its number."""

    number: int
    pages: int

    @property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.number} {self.pages}".encode()).hexdigest()

    text_digest = digest


def vocabulary() -> list[str]:
    """Sixty thousand words, as many as the papers of an office have."""
    chance = Random(7)
    return sorted({"".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(90_000)})[:60_000]


VOCABULARY: Final = vocabulary()


def page_lines(paper: Paper, number: int) -> Iterator[str]:
    chance = Random(paper.number * 100_003 + number)
    for _ in range(LINES):
        rare = chance.choices(VOCABULARY, k=5)
        usual = chance.choices(USUAL, k=WORDS_A_LINE - 6)
        words = [*rare, *usual, f"{chance.randrange(10**9):,}"]
        chance.shuffle(words)
        yield " ".join(words)
    if paper.number % 1000 == RARE and number == paper.pages:
        yield "تبصرهٔ بی‌مانند نخست: مبلغ ۴٬۱۲۵٬۰۰۰٬۷۷۷ ریال است."


def pages(paper: DocumentSource) -> Iterator[PageText]:
    assert isinstance(paper, Paper)
    for number in range(1, paper.pages + 1):
        yield PageText(number, tuple(map(PageLine, page_lines(paper, number))))


def indexing(folder: Path, documents: int, each: int) -> dict[str, Any]:
    """Write the words of so many documents of so many pages."""
    papers = {paper.digest: paper for paper in (Paper(number, each) for number in range(documents))}
    _making(papers)
    before = _peak()
    begun = time.process_time()
    outcome = DocumentIndex(folder).sync("state", papers, pages)
    seconds = time.process_time() - begun
    assert outcome.added == documents, outcome
    making = _making(papers)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    begun = time.process_time()
    more = Paper(documents + 1, each)
    DocumentIndex(folder).sync("state", {**papers, more.digest: more}, pages)
    one_more = time.process_time() - begun
    begun = time.process_time()
    DocumentIndex(folder).sync("state", papers, pages)
    return {
        "pages": documents * each,
        "seconds": round(seconds - making, 2),
        "ms a page": round(1000 * (seconds - making) / (documents * each), 2),
        "MiB grown": round((_peak() - before) / 1024, 1),
        "MiB on disk": round(size / 1024**2, 1),
        "one more, ms": round(1000 * one_more, 1),
        "one gone, ms": round(1000 * (time.process_time() - begun), 1),
    }


def raw(folder: Path, documents: int, each: int) -> dict[str, Any]:
    """The same pages folded into a table of FTS5 that keeps its own text, in one transaction."""
    begun = time.process_time()
    connection = sqlite3.connect(folder / "raw.sqlite")
    connection.execute("CREATE VIRTUAL TABLE page USING fts5(text)")
    for number in range(documents):
        paper = Paper(number, each)
        connection.executemany("INSERT INTO page VALUES (?)", ((fold(page.text),) for page in pages(paper)))
    connection.commit()
    seconds = time.process_time() - begun - _making({str(n): Paper(n, each) for n in range(documents)})
    times = {}
    for name, text in ASKED.items():
        asked = (
            f'"{fold(text.strip("«»"))}"'
            if text.startswith("«")
            else " AND ".join(f'"{w}"' for w in fold(text).split())
        )
        begun = time.process_time()
        connection.execute(
            "SELECT rowid, snippet(page, 0, '<', '>', '…', 30) FROM page WHERE page MATCH ? ORDER BY rank LIMIT 10",
            (asked,),
        ).fetchall()
        times[name] = round(1000 * (time.process_time() - begun), 1)
    size = (folder / "raw.sqlite").stat().st_size
    return {"seconds": round(seconds, 2), "MiB on disk": round(size / 1024**2, 1), "ms": times}


def searching(folder: Path, documents: int, rounds: int) -> dict[str, Any]:
    """Milliseconds of the processor that an answer of the box takes: median and the slowest."""
    index = DocumentIndex(folder)
    times = {}
    for name, text in ASKED.items():
        taken = []
        for _ in range(rounds):
            begun = time.process_time()
            hits = document_search.search(index, asked_words.read(text), SHOWN, "state", lambda _: True)
            taken.append(1000 * (time.process_time() - begun))
        assert hits.is_whole, name
        assert bool(hits.hits) != name.startswith("words on no"), name
        assert name != "a rare phrase" or hits.total == len(range(RARE, documents, 1000)) or documents == 1
        times[name] = {
            "ms": round(statistics.median(taken), 1),
            "slowest": round(max(taken), 1),
            "documents": hits.total,
        }
    return times


def _making(papers: dict[str, Paper]) -> float:
    """Processor seconds that the invented pages themselves take, as a share of some of them."""
    some = list(papers.values())[:: max(1, len(papers) // 50)]
    begun = time.process_time()
    count = sum(1 for paper in some for _ in pages(paper))
    total = sum(paper.pages for paper in papers.values())
    return (time.process_time() - begun) / count * total


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--documents", type=int, default=10_000)
    given.add_argument("--pages", type=int, default=1_000)
    given.add_argument("--rounds", type=int, default=15)
    given.add_argument("--part", choices=("index", "raw", "search"))
    given.add_argument("--folder", type=Path)
    asked = given.parse_args()
    if asked.part == "search":
        print(json.dumps(searching(asked.folder, asked.documents, asked.rounds), ensure_ascii=False))
    elif asked.part:
        work = indexing if asked.part == "index" else raw
        print(json.dumps(work(asked.folder, asked.documents, asked.pages), ensure_ascii=False))
    if asked.part:
        return
    for documents, each in ((asked.documents // 4, 3), (asked.documents, 3), (1, asked.pages // 4), (1, asked.pages)):
        folder = Path(tempfile.mkdtemp(prefix="ayan-bench-"))
        try:
            for part in ("index", "search", "raw"):
                command = [sys.executable, "-m", "benchmarks.documents", "--part", part, "--folder", str(folder)]
                command += ["--documents", str(documents), "--pages", str(each), "--rounds", str(asked.rounds)]
                said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
                print(
                    f"{documents} documents of {each} pages, {part}: {json.dumps(said, ensure_ascii=False)}", flush=True
                )
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
