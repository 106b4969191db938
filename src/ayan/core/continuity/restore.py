"""Restoring a backup into an empty folder: all of it is checked first, and nothing stands there until all does."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from ayan.core.continuity.snapshot import DATABASE, HOME, STORE, BackupSnapshot, Tell
from ayan.core.system.files import flush, make_folder, own_folder, rename, sweep

_PARTIAL: Final = ".restoring-"


class NotEmpty(Exception):
    """Something stands where the backup should go; the text names the place."""


class RestoreRefused(Exception):
    """The backup is not what was written; ``problems`` are all of its faults, in words."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems[:3]))
        self.problems = problems


def restore(
    snapshot: BackupSnapshot,
    home: Path,
    store: Path,
    *,
    database: Callable[[Path, Path], None],
    prepare: Callable[[Path, Path], None],
    tell: Tell | None = None,
) -> None:
    """Put a backup where the city's folder and its store are to stand; both must be absent or empty.

    ``database`` is given the folder with what the database held, and the city's folder in the making; ``prepare`` that
    folder and the store in it or beside it, to build what is derived. Raises RestoreRefused, with every fault, before
    anything is written, and NotEmpty.
    """
    say = tell or (lambda stage, share: None)
    for path in (home, store):
        if path.is_symlink() or (path.exists() and (not path.is_dir() or any(path.iterdir()))):
            raise NotEmpty(str(path))
    problems = list(snapshot.problems(say))
    if problems:
        raise RestoreRefused(problems)
    inside = store.is_relative_to(home)
    with ExitStack() as stack:
        new_home = stack.enter_context(_partial(home))
        new_store = new_home / store.relative_to(home) if inside else stack.enter_context(_partial(store))
        _unpack(snapshot, {HOME: new_home, STORE: new_store}, say)
        database(snapshot.root / DATABASE, new_home)
        prepare(new_home, new_store)
        for path in (new_home,) if inside else (new_store, new_home):
            _flush_all(path)
        for new, path in ((new_home, home),) if inside else ((new_store, store), (new_home, home)):
            # A folder takes the place of an empty one in one step.
            rename(new, path)


def _unpack(snapshot: BackupSnapshot, places: dict[str, Path], tell: Tell) -> None:
    """Copy the files to where they belong, with the permissions they had."""
    for path in sorted(snapshot.folders):
        top, _, rest = path.partition("/")
        if top in places:
            (places[top] / rest).mkdir(parents=True, exist_ok=True)
    done = 0
    for path, entry in snapshot.files.items():
        top, _, rest = path.partition("/")
        if top in places:
            tell("restore", done / max(snapshot.bytes, 1))
            target = places[top] / rest
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(snapshot.root / path, target)
            target.chmod(entry.mode)
            flush(target)
        done += entry.bytes
    for path in sorted(snapshot.folders, reverse=True):
        top, _, rest = path.partition("/")
        if top in places:
            (places[top] / rest).chmod(snapshot.folders[path])


def _flush_all(root: Path) -> None:
    for folder in sorted((path for path in root.rglob("*") if path.is_dir()), reverse=True):
        flush(folder)
    flush(root)


@contextmanager
def _partial(final: Path) -> Iterator[Path]:
    """A folder beside the final one, in the making; those whose makers died are removed."""
    make_folder(final.parent)
    prefix = f".{final.name}{_PARTIAL}"
    sweep(final.parent.glob(f"{prefix}*"))
    with own_folder(final.parent, prefix) as path:
        yield path
