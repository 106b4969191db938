"""The file of the words: a database of SQLite with one writer and many readers, which keeps nothing of what is gone."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from ayan.core.document_index.limits import INSTRUCTIONS, PAGE_BITS, READER_WAITS
from ayan.core.document_index.page_words import SPELLINGS, words
from ayan.core.system.processor_budget import current
from ayan.core.values.text import FOLD_DROP, FOLD_MANY, FOLD_ONE

# How words are written: files of another shape, or folded otherwise, are not read but made anew.
_SHAPE: Final = 1
FORMAT: Final = f"{_SHAPE}-{zlib.crc32(repr((FOLD_DROP, FOLD_ONE, FOLD_MANY)).encode()):08x}"

_TABLES: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE document (id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, text_digest TEXT NOT NULL);
CREATE TABLE page (id INTEGER PRIMARY KEY, text BLOB NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(
    apart, joined, content='', tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co'"
);
"""
# What is taken out leaves no trace in the lists of words, nor in the free places of the file.
_FORGET_IN_LISTS: Final = "INSERT INTO words(words, rank) VALUES ('secure-delete', 1)"
_FORGET_IN_FILE: Final = "PRAGMA secure_delete = ON"


class DamagedIndex(Exception):
    """A file that cannot be read as one of ours; it is to be made anew."""


def page_id(document: int, page: int) -> int:
    """The number of a page of a document: those of one document follow each other."""
    return (document << PAGE_BITS) | page


def document_of(page: int) -> int:
    """The number of the document that a page belongs to."""
    return page >> PAGE_BITS


def number_of(page: int) -> int:
    """The number of a page in its document, from 1."""
    return page & ((1 << PAGE_BITS) - 1)


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to write by, in transactions of its own; the file is made where there is none.

    Raises DamagedIndex; whoever writes holds the lock of the folder.
    """
    is_new = not path.exists()
    with _guarded(), closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(_FORGET_IN_FILE)
        connection.execute("PRAGMA journal_mode = WAL")
        # The texts of the documents stand in the store: what a loss of power takes is written again.
        connection.execute("PRAGMA synchronous = NORMAL")
        if is_new:
            connection.executescript(f"BEGIN; {_TABLES} COMMIT;")
            if sqlite3.sqlite_version_info >= (3, 42):
                connection.execute(_FORGET_IN_LISTS)
        yield connection


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to read by, which ends what it does when the processor budget is used up (sqlite3.OperationalError).

    Raises DamagedIndex, and FileNotFoundError where there is no file.
    """
    if not path.exists():
        raise FileNotFoundError(path)
    address = f"{path.absolute().as_uri()}?mode=ro"
    with _guarded(), closing(sqlite3.connect(address, uri=True, timeout=READER_WAITS)) as connection:
        budget = current()
        if budget is not None:
            connection.set_progress_handler(lambda: budget.left <= 0, INSTRUCTIONS)
        # All that is asked by one connection is of one state.
        connection.execute("BEGIN")
        yield connection


@contextmanager
def _guarded() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        # Interrupted, busy or without room: nothing is wrong with the file.
        if "no such table" in str(error) or "malformed" in str(error):
            raise DamagedIndex(str(error)) from error
        raise
    except (sqlite3.DatabaseError, zlib.error, UnicodeDecodeError) as error:
        raise DamagedIndex(str(error)) from error


def add_page(connection: sqlite3.Connection, page: int, text: str) -> None:
    """Write the words of a page, and its text."""
    connection.execute("INSERT INTO page VALUES (?, ?)", (page, zlib.compress(text.encode(), 1)))
    connection.execute("INSERT INTO words(rowid, apart, joined) VALUES (?, ?, ?)", (page, *_columns(text)))


def text_of(connection: sqlite3.Connection, page: int) -> str:
    """The text of a page, its lines parted by line ends. Raises DamagedIndex, by whoever reads or writes."""
    row = connection.execute("SELECT text FROM page WHERE id = ?", (page,)).fetchone()
    if row is None:
        raise DamagedIndex(f"no text of page {page}")
    return zlib.decompress(row[0]).decode()


def remove_document(connection: sqlite3.Connection, document: int) -> None:
    """Take a document out, its words and its texts, so that neither is left in the file."""
    first, last = page_id(document, 0), page_id(document + 1, 0) - 1
    pages = connection.execute("SELECT id FROM page WHERE id BETWEEN ? AND ?", (first, last)).fetchall()
    for (page,) in pages:
        # The lists hold no text of their own, so they are told what to forget.
        connection.execute(
            "INSERT INTO words(words, rowid, apart, joined) VALUES ('delete', ?, ?, ?)",
            (page, *_columns(text_of(connection, page))),
        )
    connection.execute("DELETE FROM page WHERE id BETWEEN ? AND ?", (first, last))
    connection.execute("DELETE FROM document WHERE id = ?", (document,))
    if pages and sqlite3.sqlite_version_info < (3, 42):
        # Older ones keep what was deleted until lists are put together.
        connection.execute("INSERT INTO words(words) VALUES ('optimize')")


def _columns(text: str) -> tuple[str, ...]:
    return tuple(" ".join(words(text, spelling)) for spelling in SPELLINGS)
