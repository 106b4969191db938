"""What a city declares: one list of every declared file, and what is published of each."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from threading import Lock
from typing import Final

from ayan.core.schema.limits import LARGEST_DECLARATION
from ayan.core.schema.loader import canonical_declaration
from ayan.core.system.file_contents import file_stamp
from ayan.core.transparency.entries.declaration import DECLARED_PATH

SUFFIX: Final = ".toml"
"""What a declaration's file is called by; whatever else stands in these folders declares nothing."""

APART: Final = frozenset({"examples"})
"""Folders within a declared one that show how files of senders look: rows, which may be anybody's."""


@dataclass(frozen=True, slots=True)
class DeclaredFolder:
    """A folder of declarations: its name in the log, and where it stands; of each entry the last place counts.

    With ``main``, a folder within it declares something only where it holds a file of that name.
    """

    name: str
    places: tuple[Path, ...]
    main: str = ""


@dataclass(frozen=True, slots=True)
class DeclaredFiles:
    """What is published of each declared file, by its path; ``unreadable`` are those that cannot be read just now.

    What somebody is editing may be broken for a moment: it is neither changed nor taken away by that.
    """

    bodies: Mapping[str, bytes] = field(default_factory=dict)
    unreadable: frozenset[str] = frozenset()


class DeclarationReader:
    """Reads declared files, each again only when it has changed. Safe to share between threads."""

    def __init__(self) -> None:
        self._busy = Lock()
        self._known: dict[Path, tuple[tuple[int, ...], bytes | None]] = {}

    def read(self, folders: Iterable[DeclaredFolder]) -> DeclaredFiles:
        """Every file that is declared in some folders, as it is published."""
        bodies: dict[str, bytes] = {}
        unreadable: set[str] = set()
        with self._busy:
            for path, file in declared_paths(folders):
                body = self._body(file)
                if body is None:
                    unreadable.add(path)
                else:
                    bodies[path] = body
        return DeclaredFiles(bodies, frozenset(unreadable))

    def _body(self, file: Path) -> bytes | None:
        stamp = file_stamp(file)
        if not stamp:
            return None
        known = self._known.get(file)
        if known is None or known[0] != stamp:
            known = self._known[file] = stamp, published_body(file)
        return known[1]


def declared_paths(folders: Iterable[DeclaredFolder]) -> Iterator[tuple[str, Path]]:
    """Every declared file: its path in the log, and where it stands. The one list of what a city declares."""
    for folder in folders:
        entries: dict[str, Path] = {}
        for place in folder.places:
            if place.is_dir():
                entries |= {entry.name: entry for entry in place.iterdir() if _declares(entry, folder.main)}
        for name in sorted(entries):
            for file in _files(entries[name]):
                path = "/".join((folder.name, name, *file.relative_to(entries[name]).parts))
                if DECLARED_PATH.fullmatch(path):
                    yield path, file


def published_body(file: Path) -> bytes | None:
    """What is published of a declared file: all that it says, as canonical JSON; None where it cannot be read.

    Remarks and layout are nobody's business and change nothing that is declared.
    """
    try:
        if file.stat().st_size > LARGEST_DECLARATION:
            return None
        said = tomllib.loads(file.read_bytes().decode("utf-8-sig"), parse_float=Decimal)
        return canonical_declaration(said)
    except (OSError, ValueError, RecursionError):
        return None


def _declares(entry: Path, main: str) -> bool:
    if entry.name.startswith("."):
        return False
    if entry.is_dir():
        return not main or (entry / main).is_file()
    return entry.suffix == SUFFIX and entry.is_file()


def _files(entry: Path) -> Iterator[Path]:
    if entry.is_file():
        yield entry
        return
    for file in sorted(entry.rglob(f"*{SUFFIX}")):
        inner = file.relative_to(entry).parts[:-1]
        if file.is_file() and not APART.intersection(inner) and not any(part.startswith(".") for part in inner):
            yield file
