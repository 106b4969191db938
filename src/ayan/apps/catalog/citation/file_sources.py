"""How a download came about: what it says of itself, and a name that holds its question and its state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Final

from ayan.apps.catalog.citation import citations, file_about
from ayan.apps.catalog.citation.citations import Cited, NotACitation
from ayan.apps.catalog.explorer import figures
from ayan.apps.catalog.limits import LONGEST_CITATION, LONGEST_NAME
from ayan.core.ledger.log import Log
from ayan.core.ledger.refusal import LedgerError
from ayan.core.query.answer import Snapshot
from ayan.core.query.file_source import AboutLine, FileSource, LogPosition
from ayan.core.query.question import Question
from ayan.core.store.release import DatasetSnapshot, Release
from ayan.core.transparency.entries.parsing import BadStatement
from ayan.core.transparency.entries.statement import erased, sealed
from ayan.wiring.city import City

# A code has at least so many letters, and what browsers and people add to names is parted from it by other signs.
_CODE: Final = re.compile(rf"[{citations.ALPHABET}]{{22,}}")


class _NotInLog(LookupError):
    """A release has no leaf."""


def source(city: City, question: Question, snapshot: Snapshot, address: str, *, in_words: bool = False) -> FileSource:
    """What a file says of itself that answers a question at an ``address`` (path and canonical query).

    With ``in_words`` also to people, in the language of the question, if it has one.
    """
    log, about = log_position(city, snapshot), tuple[AboutLine, ...]()
    if in_words:
        about = file_about.about(city, question, snapshot, asked_state(question, snapshot), address, log)
    cited = citation_address(question, snapshot)
    return FileSource(address, question.slug, snapshot.snapshot_id, snapshot.releases, log, about, cited)


def citation_address(question: Question, snapshot: Snapshot) -> str:
    """The lasting address of the rows of a question in a state, without the language; empty where nothing stands."""
    state = asked_state(question, snapshot)
    if not state.releases:
        return ""
    rows = Question(slug=question.slug, filters=question.filters, search=question.search, release=question.release)
    code = citations.encode(Cited(question.slug, tuple(rows.parameters()), citations.mark_of(state)))
    return f"/c/{code}" if len(code) <= LONGEST_CITATION else ""


def log_position(city: City, snapshot: Snapshot) -> LogPosition | None:
    """Where the log has come to hold every release of a state; None where it does not."""
    log, releases = city.log, snapshot.source.releases
    if log is None or not releases:
        return None
    key = ("log position", str(log.folder), log.origin, snapshot.snapshot_id)
    try:
        return figures.once(key, lambda: _position(log, releases))
    except (_NotInLog, LedgerError, BadStatement):
        return None


def _position(log: Log, releases: Sequence[Release]) -> LogPosition:
    last = 0
    for release in releases:
        index = log.find((erased(release) if release.erasures else sealed(release)).leaf)
        if index is None:
            raise _NotInLog(release.ref)
        last = max(last, index)
    return LogPosition(log.origin, last + 1, log.root(last + 1).hex())


def file_name(question: Question, snapshot: Snapshot, ending: str) -> str:
    """The name of a download: the dataset and the code of a citation of the question, or where that would be too long
    for a name, or nothing can be cited, the beginning of the state's digest."""
    code = snapshot.snapshot_id[:12]
    state = asked_state(question, snapshot)
    if state.releases and question.cursor is None:
        mark = citations.mark_of(state)
        cited = citations.encode(Cited(question.slug, tuple(question.parameters()), mark))
        code = cited if len(cited) <= LONGEST_NAME else code
    return f"{question.slug}-{code}.{ending}"


def asked_state(question: Question, snapshot: Snapshot) -> DatasetSnapshot:
    """The state that a question is about: that of the one release it asks for, else the whole."""
    return snapshot.source.alone(question.release) if question.release else snapshot.source


def codes_in(name: str) -> Iterator[Cited]:
    """What is cited by codes in the name of a file, whatever else was made of the name."""
    for code in _CODE.findall(name.lower()):
        try:
            yield citations.decode(code)
        except NotACitation:
            continue


# --- lists that are computed -----------------------------------------------------------------------------------------

LIST: Final = "list"
ADDRESS: Final = "_at"
# In the place of the mark, where the address names its own state and so gives the same at any time.
PINNED: Final = bytes(citations.MARK)


def list_name(city: City, stem: str, address: str, ending: str, mark: bytes | None = None) -> str:
    """The name of a file that is computed from many things, none of which is a state of one dataset.

    It holds the ``address`` (path and query) and a mark of what the city says at the moment, or `PINNED`.
    """
    held = Cited(LIST, ((ADDRESS, address),), list_mark(city) if mark is None else mark)
    code = citations.encode(held)
    return f"{stem}-{code}.{ending}" if len(code) <= LONGEST_NAME else f"{stem}.{ending}"


def list_mark(city: City) -> bytes:
    """Stands for everything that the city says now: equal marks, equal lists."""
    return sha256(city.site_version.now().encode()).digest()[: citations.MARK]


def attachment(name: str) -> str:
    """The header that has a browser save an answer under a name of ours."""
    return f'attachment; filename="{name}"'
