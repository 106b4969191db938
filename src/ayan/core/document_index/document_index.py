"""The words of all published documents in one derived file: found by word and phrase, kept in step with the store."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from ayan.core.document_index import index_file
from ayan.core.document_index.index_file import FORMAT, DamagedIndex
from ayan.core.document_index.limits import CHARACTERS_AT_ONCE, PAGE_BITS
from ayan.core.documents.document_text import PageText
from ayan.core.system.files import locked, make_folder, remove

FOLDER: Final = "_documents"
"""In the folder of everything derived; no dataset can be called so."""
_STATE: Final = "state"
_DAMAGED: Final = ".damaged"
_log = logging.getLogger(__name__)


class DocumentSource(Protocol):
    """A published document: the digests of its public bytes and of its text, and the pages of that."""

    @property
    def digest(self) -> str:
        """SHA-256 of its public bytes, as 64 hexadecimal digits."""

    @property
    def text_digest(self) -> str:
        """The same of its text: bytes that are read anew may have another."""


PageSource = Callable[[DocumentSource], Iterable[PageText]]


@dataclass(slots=True)
class SyncOutcome:
    """What was written and taken out, in documents; ``unread`` are digests of those whose text could not be read."""

    added: int = 0
    removed: int = 0
    unread: list[str] = field(default_factory=list)


class DocumentIndex:
    """The file under ``index_root``: ``_documents/words.<format>.<generation>.sqlite``, and its lock.

    One process writes at a time (`sync`), any number read (`path`). A file that is damaged is thrown away and made anew
    from the texts, under a name of its own; until then there is none, and nobody is told half of the truth.
    """

    def __init__(self, index_root: Path) -> None:
        self._folder = index_root / FOLDER

    @property
    def path(self) -> Path | None:
        """The file that is in use; None where there is none yet, or it is damaged."""
        files = self._files()
        return files[-1] if files and not _damage(files[-1]).exists() else None

    def state(self) -> str | None:
        """What the index says it holds: the ``state`` of the last `sync` that came to its end; None without one."""
        path = self.path
        if path is None:
            return None
        try:
            with index_file.reading(path) as connection:
                return state_in(connection)
        except DamagedIndex:
            self.note_damage(path)
        except (sqlite3.OperationalError, OSError):
            pass
        return None

    def note_damage(self, path: Path) -> None:
        """Let nobody read a file any more; the next `sync` makes another one."""
        with suppress(OSError):
            _damage(path).touch()

    def is_sound(self) -> bool:
        """Whether the file, read as a whole, holds together; what is damaged is noted. True where there is none."""
        path = self.path
        if path is None:
            return True
        try:
            with index_file.reading(path) as connection:
                if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                    raise DamagedIndex("integrity")
        except DamagedIndex:
            self.note_damage(path)
            return False
        return True

    def sync(
        self,
        state: str,
        documents: Mapping[str, DocumentSource],
        pages: PageSource,
        *,
        rest: Callable[[], None] | None = None,
    ) -> SyncOutcome:
        """Bring the file in step with the published documents, given by digest: what is gone first, then what is new.

        ``state`` names all of them together. ``pages`` reads the text of one (OSError or ValueError where it cannot);
        ``rest`` is called between two pieces of work. Each costs its own size.
        """
        make_folder(self._folder)
        with locked(self._folder / ".lock"):
            try:
                return self._sync(self._current(), state, documents, pages, rest)
            except DamagedIndex as damage:
                _log.warning("the index of documents is made anew: %s", damage)
                self._drop_all()
                return self._sync(self._current(), state, documents, pages, rest)

    def drop(self) -> None:
        """Remove the file, for whoever has it made anew."""
        make_folder(self._folder)
        with locked(self._folder / ".lock"):
            self._drop_all()

    def _sync(
        self,
        path: Path,
        state: str,
        documents: Mapping[str, DocumentSource],
        pages: PageSource,
        rest: Callable[[], None] | None,
    ) -> SyncOutcome:
        outcome = SyncOutcome()
        with index_file.writing(path) as connection:
            held = {
                digest: (number, text)
                for number, digest, text in connection.execute("SELECT id, digest, text_digest FROM document")
            }
            gone = [
                number
                for digest, (number, text) in held.items()
                if digest not in documents or documents[digest].text_digest != text
            ]
            new = [each for digest, each in documents.items() if held.get(digest, (0, ""))[1] != each.text_digest]
            if not gone and not new and state_in(connection) == state:
                return outcome
            _put_state(connection, "")
            for number in gone:
                _in_transaction(connection, partial(index_file.remove_document, connection, number))
                outcome.removed += 1
            if gone:
                # What was taken out stands in the journal until that is emptied.
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            for batch in _batches(new, pages, outcome):
                _in_transaction(connection, partial(_write, connection, batch))
                outcome.added += len(batch)
                if rest is not None:
                    rest()
            if not outcome.unread:
                _put_state(connection, state)
        return outcome

    def _current(self) -> Path:
        """The file to write, those of other formats and all but the newest gone; asked for under the lock."""
        path = self.path
        own = {path} if path is not None else set()
        others = [each for each in self._folder.glob("words.*.sqlite") if each not in own]
        following = max((_generation(each) for each in self._files()), default=0) + 1
        for each in others:
            _remove(each)
        return path or self._folder / f"words.{FORMAT}.{following:06}.sqlite"

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob(f"words.{FORMAT}.*.sqlite"), key=_generation)

    def _drop_all(self) -> None:
        for path in self._files():
            self.note_damage(path)


def state_in(connection: sqlite3.Connection) -> str:
    """What a file says it holds; nothing while it is written."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_STATE,)).fetchone()
    return row[0] if row is not None else ""


def _put_state(connection: sqlite3.Connection, state: str) -> None:
    connection.execute(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (_STATE, state)
    )


def _in_transaction(connection: sqlite3.Connection, work: Callable[[], None]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        work()
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


Batch = list[tuple[DocumentSource, list[PageText]]]


def _batches(new: Iterable[DocumentSource], pages: PageSource, outcome: SyncOutcome) -> Iterator[Batch]:
    """Documents with their pages, some at once; a long one alone."""
    batch: Batch = []
    characters = 0
    for document in new:
        try:
            read = [page for page in pages(document) if page.number < 1 << PAGE_BITS]
        except (OSError, ValueError):
            outcome.unread.append(document.digest)
            continue
        batch.append((document, read))
        characters += sum(len(line.text) for page in read for line in page.lines)
        if characters >= CHARACTERS_AT_ONCE:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _write(connection: sqlite3.Connection, batch: Batch) -> None:
    for document, pages in batch:
        number = connection.execute(
            "INSERT INTO document(digest, text_digest) VALUES (?, ?)", (document.digest, document.text_digest)
        ).lastrowid
        for page in pages:
            if page.lines:
                index_file.add_page(connection, index_file.page_id(number or 0, page.number), page.text)


def _damage(path: Path) -> Path:
    return path.with_name(f"{path.name}{_DAMAGED}")


def _generation(path: Path) -> int:
    number = path.name.split(".")[-2]
    return int(number) if number.isdecimal() else 0


def _remove(path: Path) -> None:
    remove([path, *(path.with_name(f"{path.name}{suffix}") for suffix in ("-wal", "-shm", _DAMAGED))])
