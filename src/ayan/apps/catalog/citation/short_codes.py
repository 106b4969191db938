"""Short codes: twelve letters that lead to where a citation leads, for paper and for reading out.

A short code is the beginning of the SHA-256 of the citation's own code, so it is the same wherever it is made and
whoever holds both can check it. It holds nothing itself: the city keeps which citation it stands for. Only that is
kept, neither when nor by whom it was asked, and never words that a reader typed: a question that holds a text which
is not published gets no short code.
"""

from __future__ import annotations

import hashlib
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Final

from django.http import HttpRequest

from ayan.apps.catalog import page_context
from ayan.apps.catalog.citation import citations
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.limits import LARGEST_CODE_FILE, LONGEST_SHORTENED, MOST_CODES_A_DAY, MOST_CONDITIONS_SHORTENED
from ayan.core.query.answer import Snapshot, Unanswered
from ayan.core.query.operators import OPERATORS
from ayan.core.query.question import Filter, Question
from ayan.core.schema.definition import Dataset
from ayan.core.system import files
from ayan.core.values.clock import today
from ayan.wiring.city import City

FOLDER: Final = "citations"
"""The folder, in the city's own, of what short codes stand for."""
LENGTH: Final = 12
# Letters of a code that name the file in which it stands.
_FILE: Final = 2
_WAIT: Final = 0.5


class _DayCount:
    """How many codes this process wrote down today."""

    lock = Lock()
    day = date.min
    written = 0

    @classmethod
    def is_full(cls, day: date) -> bool:
        """Count one more; whether the day has had its share already."""
        with cls.lock:
            if day != cls.day:
                cls.day, cls.written = day, 0
            cls.written += 1
            return cls.written > MOST_CODES_A_DAY


def short_code(code: str) -> str:
    """The short code of a citation's code, whether or not it is kept."""
    bits = int.from_bytes(hashlib.sha256(code.encode()).digest()[:8])
    return "".join(citations.ALPHABET[bits >> shift & 31] for shift in range(59, -1, -5))


def offered(city: City, ask: ExplorerState, snapshot: Snapshot, code: str) -> str:
    """The short code of a citation of what is asked, kept from now on; empty where there is none.

    There is none for a question with words that are not published, in a city that keeps none (a static copy, the
    preview of a draft), where another citation has the same, and where no more are written down today.
    """
    if not city.parts.keeps_citations or len(code) > LONGEST_SHORTENED:
        return ""
    short, folder = short_code(code), city.home / FOLDER
    known = _known(folder, short)
    if known is None:
        if not _is_published(city, ask.dataset, ask.question, snapshot) or _DayCount.is_full(today(city.clock)):
            return ""
        try:
            known = _written(folder, short, code)
        except OSError:
            # A full disk, or a folder that this process may only read: the page does without.
            return ""
    return short if known == code else ""


def address(request: HttpRequest, short: str) -> str:
    """Where a short code leads, with the host; empty where there is none."""
    return page_context.absolute(request, page_context.address(request, "citation", short)) if short else ""


def resolved(city: City, typed: str) -> str:
    """The citation's code that a short code stands for, however it was typed; any other text as it is."""
    short = citations.cleaned(typed)
    if len(short) != LENGTH or not set(short) <= set(citations.ALPHABET):
        return typed
    return _known(city.home / FOLDER, short) or typed


# --- what may be kept -------------------------------------------------------------------------------------------------


def _is_published(city: City, dataset: Dataset, question: Question, snapshot: Snapshot) -> bool:
    """Whether everything in a question is declared, a number, a day, or a value that the rows hold."""
    if question.search or len(question.filters) > MOST_CONDITIONS_SHORTENED:
        return False
    try:
        return all(_is_known(city, dataset, condition, snapshot) for condition in question.filters)
    except Unanswered:
        return False


def _is_known(city: City, dataset: Dataset, condition: Filter, snapshot: Snapshot) -> bool:
    field = dataset.field(condition.field)
    texts = [value for value in condition.values if isinstance(value, str)]
    if field.choices is not None or field.kind.is_period or not texts or OPERATORS[condition.op].takes == "column":
        return True
    if condition.op not in ("eq", "not", "in") or len(texts) > MOST_CONDITIONS_SHORTENED:
        return False
    return all(_occurs(city, dataset, field.name, text, snapshot) for text in texts)


def _occurs(city: City, dataset: Dataset, field: str, text: str, snapshot: Snapshot) -> bool:
    asked = Question(slug=dataset.slug, filters=(Filter(field, "eq", (text,)),), fields=(field,), size=1, count=False)
    return bool(city.query_service.rows(dataset, asked, snapshot).rows)


# --- where they are kept ----------------------------------------------------------------------------------------------


def _known(folder: Path, short: str) -> str | None:
    path = folder / f"{short[:_FILE]}.txt"
    try:
        status = path.stat()
    except OSError:
        return None
    return _read(path, status.st_mtime_ns, status.st_size).get(short)


@lru_cache(maxsize=16)
def _read(path: Path, _changed: int, _size: int) -> dict[str, str]:
    """The codes of one file. A line that a crash cut short is none."""
    known: dict[str, str] = {}
    try:
        lines = path.read_text("ascii", errors="replace").split("\n")[:-1]
    except OSError:
        return known
    for line in lines:
        short, _, code = line.partition(" ")
        if short == short_code(code):
            known.setdefault(short, code)
    return known


def _written(folder: Path, short: str, code: str) -> str | None:
    """Write a code down, if no other stands for it already; what it stands for, None where there is no room."""
    files.make_folder(folder, mode=files.PRIVATE_FOLDER)
    path = folder / f"{short[:_FILE]}.txt"
    with files.folder_locked(folder, wait=_WAIT):
        if known := _known(folder, short):
            return known
        before = path.read_bytes() if path.exists() else b""
        if len(before) > LARGEST_CODE_FILE:
            return None
        whole = before[: before.rfind(b"\n") + 1]
        files.write(path, whole + f"{short} {code}\n".encode("ascii"), mode=files.PRIVATE)
    return code
