"""The city's folder is for its owner alone: what of it stands open to other users of the machine, and closing it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from ayan.core.system.files import make_folder, others_may, write_first

PASSED_ON: Final = frozenset({"ayan.toml", "datasets", "templates", "locale", "store", "arrivals"})
"""What in the folder is public in itself, or is for others to write into. Nobody reaches it through a closed folder."""

ARRIVALS: Final = "arrivals"
_ENTER: Final = 0o011


def exposed(home: Path, database: Iterable[Path]) -> list[Path]:
    """The folder itself, what stands in it and the files of its ``database``, as far as others may read them.

    What lies deeper is reached by nobody who may not enter. Where other users deliver files into ``arrivals`` within
    it, they may pass through the folder, and see nothing of it. Nothing where there is no city.
    """
    home = home.resolve()
    if not (home / "ayan.toml").is_file():
        return []
    return [path for path in _private(home, database) if others_may(path) & ~_allowed(path, home)]


def close(home: Path, database: Iterable[Path]) -> list[Path]:
    """Close what stands open, as far as it is ours to do so; what was closed."""
    home, closed = home.resolve(), []
    for path in exposed(home, database):
        try:
            path.chmod(path.stat().st_mode & 0o700 | _allowed(path, home))
        except OSError:
            # Another user's: the doctor names it.
            continue
        closed.append(path)
    return closed


def _allowed(path: Path, home: Path) -> int:
    """What others may do all the same: pass through the folder to where they deliver."""
    return _ENTER & others_may(home) if path == home and others_may(home / ARRIVALS) else 0


def _private(home: Path, database: Iterable[Path]) -> Iterator[Path]:
    yield home
    if others_may(home) & _ENTER:
        yield from sorted(path for path in home.iterdir() if path.name not in PASSED_ON)
    yield from (path for path in database if path.parent != home)


def local_secret(folder: Path) -> str:
    """The secret key of a laptop: made once, kept in ``folder`` where only its owner can read it."""
    path = folder / "secret_key"
    make_folder(folder)
    # Two workers may start at once: both read the one whose name stands first. Where one stands, leftovers go.
    write_first(path, secrets.token_urlsafe(64).encode("ascii"))
    return path.read_text(encoding="ascii").strip()
