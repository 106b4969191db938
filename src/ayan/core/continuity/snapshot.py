"""One backup as it stands on the disk: its list of contents, whether all are there, and its restoring."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

from ayan.core.attachments.document_files import digest_in
from ayan.core.schema.format_number import NewerFormat
from ayan.core.store.tombstone import instant
from ayan.core.system.files import flush, flush_all, link, make_folder, own_folder, rename, sweep
from ayan.core.system.progress import Progress
from ayan.core.values.label import Label

LIST: Final = "backup.json"
DIGEST: Final = "backup.json.sha256"
FORMAT: Final = 1
PIECE: Final = 1 << 20

HOME: Final = "home"
CITY: Final = f"{HOME}/city.id"
"""The file by which a backup tells whose it is."""
STORE: Final = "store"
FETCHING: Final = ".fetching-"
DATABASE: Final = "database"


class NoBackup(Exception):
    """There is no backup where one was named, or its list of contents cannot be read; the text says what is wrong."""


class NewerBackup(NewerFormat, NoBackup):
    """The backup's list of contents has a format that only a later version of the program reads."""

    code = "newer-backup"
    fa = "نسخهٔ تازه‌تری از عیان این پشتیبان را نوشته است. عیان را به‌روز کنید و دوباره اجرا کنید."
    en = "A later version of Ayan wrote this backup. Update Ayan and run this again."
    status = 500


class OthersBackups(NoBackup):
    """The place holds backups of another city: each would count the other's as its own, and ``--keep`` remove them."""

    def __init__(self) -> None:
        super().__init__(f"{_OTHERS.fa} {_OTHERS.en}")

    @property
    def label(self) -> Label:
        """The words."""
        return _OTHERS


_OTHERS: Final = Label(
    "در این جا پشتیبان‌های شهر دیگری است. به هر شهر پوشه یا s3://سطل/پیشوند خودش را بدهید.",
    "Another city's backups stand in this place. Give each city a folder or s3://bucket/prefix of its own.",
)


@dataclass(frozen=True, slots=True)
class BackupEntry:
    """A file of the backup: its size, SHA-256 (hex), and the permissions it had, which its copy here has not."""

    bytes: int
    sha256: str
    mode: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupSnapshot:
    """One whole backup in ``root``.

    ``files`` and ``folders`` (permissions) are named by their path below ``root``: ``home/…`` stood in the city's
    folder, ``store/…`` in the store, ``database/…`` is what the database held, in the form ``database``. ``log`` says
    which log it holds and of what size; None where there was none yet. ``place`` is where it stands, if in no folder.
    """

    root: Path
    made_at: datetime
    engine: str
    database: str | None
    log: Mapping[str, Any] | None
    files: Mapping[str, BackupEntry]
    folders: Mapping[str, int]
    place: str = ""

    @property
    def bytes(self) -> int:
        """The size of all files together."""
        return sum(entry.bytes for entry in self.files.values())

    def write(self) -> None:
        """Write the list of contents, and its own digest beside it."""
        text = json.dumps(
            {
                "format": FORMAT,
                "made_at": instant(self.made_at),
                "engine": self.engine,
                "database": self.database,
                "log": self.log,
                "folders": {path: oct(mode) for path, mode in sorted(self.folders.items())},
                "files": {
                    path: {"bytes": entry.bytes, "sha256": entry.sha256, "mode": oct(entry.mode)}
                    for path, entry in sorted(self.files.items())
                },
            },
            ensure_ascii=False,
            indent=1,
        ).encode()
        for name, data in ((LIST, text), (DIGEST, f"{hashlib.sha256(text).hexdigest()}  {LIST}\n".encode())):
            path = self.root / name
            path.write_bytes(data)
            path.chmod(0o400)
            flush(path)

    @classmethod
    def read(cls, root: Path) -> BackupSnapshot:
        """The backup that stands in ``root``; NoBackup when its list is missing, damaged, or of a later make."""
        try:
            text = (root / LIST).read_bytes()
            stated = (root / DIGEST).read_text(encoding="ascii").split()[0]
            if hashlib.sha256(text).hexdigest() != stated:
                raise NoBackup(f"{root / LIST} is not the list that was written")
            table = json.loads(text)
            if table["format"] > FORMAT:
                raise NewerBackup(
                    Label("پشتیبان {root}", "The backup {root}").format(root=root), table["format"], FORMAT
                )
            if table["format"] != FORMAT:
                raise NoBackup(f"{root / LIST} is of format {table['format']}, which this version cannot read")
            return cls(
                root=root,
                made_at=datetime.fromisoformat(table["made_at"]),
                engine=table["engine"],
                database=table["database"],
                log=table["log"],
                files={
                    path: BackupEntry(entry["bytes"], entry["sha256"], int(entry["mode"], 8))
                    for path, entry in table["files"].items()
                },
                folders={path: int(mode, 8) for path, mode in table["folders"].items()},
            )
        except FileNotFoundError as fault:
            raise NoBackup(f"{fault.filename} is not there") from None
        except (ValueError, KeyError, TypeError, IndexError) as fault:
            raise NoBackup(f"{root / LIST} cannot be read: {fault}") from fault

    def problems(self, tell: Progress | None = None) -> Iterator[str]:
        """Every file that is missing, changed or not named in the list, in words; the whole backup is read."""
        done = 0
        # A file of a document that several releases have is read once.
        known: dict[tuple[int, int], tuple[int, str]] = {}
        for path, entry in self.files.items():
            if tell:
                tell("verify", done / max(self.bytes, 1))
            try:
                facts = (self.root / path).lstat()
                stamp = facts.st_dev, facts.st_ino
                actual = known.get(stamp) or measured(self.root / path)
                known[stamp] = actual
            except OSError as fault:
                yield f"{path}: {fault.strerror or fault}"
                continue
            done += entry.bytes
            if actual != (entry.bytes, entry.sha256):
                yield f"{path}: it is not the file that was backed up"
            if not inside(path):
                yield f"{path}: it would lead out of the folder"
        there = {path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if not path.is_dir()}
        for path in sorted(there - set(self.files) - {LIST, DIGEST}):
            yield f"{path}: nothing is known of this file"


def find(folder: Path) -> BackupSnapshot:
    """The backup in ``folder``, or the newest of those that stand in it."""
    if (folder / LIST).exists():
        return BackupSnapshot.read(folder)
    among = whole(folder)
    if not among:
        raise NoBackup(f"there is no backup in {folder}")
    return BackupSnapshot.read(among[-1])


def whole(folder: Path) -> list[Path]:
    """The finished backups in a folder, oldest first."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if not path.name.startswith(".") and (path / LIST).is_file())


def measured(path: Path) -> tuple[int, str]:
    """Size and SHA-256 (hex) of a file as the disk has it, as far as the system lets us ask past its memory."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        with suppress(OSError, AttributeError):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while piece := file.read(PIECE):
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()


def inside(path: str) -> bool:
    """Whether a path in a list of contents leads to a place within the backup."""
    parts = PurePosixPath(path).parts
    return bool(parts) and parts[0] in (HOME, STORE, DATABASE) and ".." not in parts


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
    tell: Progress | None = None,
    lay: Callable[[Path, Path], object] = shutil.copyfile,
) -> None:
    """Put a backup where the city's folder and its store are to stand; both must be absent or empty.

    ``database`` is given the folder with what the database held, and the city's folder in the making; ``prepare`` that
    folder and the store in it or beside it, to build what is derived; ``lay`` puts a file of the backup in its place.
    Raises RestoreRefused, with every fault, before anything is written, and NotEmpty.
    """
    say = tell or (lambda stage, share: None)
    check_empty(home, store)
    problems = list(snapshot.problems(say))
    if problems:
        raise RestoreRefused(problems)
    inside = store.is_relative_to(home)
    with ExitStack() as stack:
        new_home = stack.enter_context(_partial(home))
        new_store = new_home / store.relative_to(home) if inside else stack.enter_context(_partial(store))
        _unpack(snapshot, {HOME: new_home, STORE: new_store}, say, lay)
        database(snapshot.root / DATABASE, new_home)
        prepare(new_home, new_store)
        for path in (new_home,) if inside else (new_store, new_home):
            flush_all(path)
        for new, path in ((new_home, home),) if inside else ((new_store, store), (new_home, home)):
            # A folder takes the place of an empty one in one step.
            rename(new, path)


def check_empty(*places: Path) -> None:
    """Raise NotEmpty for the first place where something stands."""
    for path in places:
        if path.is_symlink() or (path.exists() and (not path.is_dir() or any(path.iterdir()))):
            raise NotEmpty(str(path))


def _unpack(
    snapshot: BackupSnapshot, places: dict[str, Path], tell: Progress, lay: Callable[[Path, Path], object]
) -> None:
    """Copy the files to where they belong, with the permissions they had."""
    for path in sorted(snapshot.folders):
        top, _, rest = path.partition("/")
        if top in places:
            (places[top] / rest).mkdir(parents=True, exist_ok=True)
    done = 0
    # A file of a document that several releases have takes its room once, as it did.
    laid: dict[tuple[str, int], Path] = {}
    for path, entry in snapshot.files.items():
        top, _, rest = path.partition("/")
        if top in places:
            tell("restore", done / max(snapshot.bytes, 1))
            target = places[top] / rest
            target.parent.mkdir(parents=True, exist_ok=True)
            own = (entry.sha256, entry.mode)
            is_document = top == STORE and digest_in(target.name) is not None
            if is_document and own in laid:
                link(laid[own], target)
            else:
                lay(snapshot.root / path, target)
            if is_document:
                laid.setdefault(own, target)
            target.chmod(entry.mode)
        done += entry.bytes
    for path in sorted(snapshot.folders, reverse=True):
        top, _, rest = path.partition("/")
        if top in places:
            (places[top] / rest).chmod(snapshot.folders[path])


def sweep_beside(home: Path) -> list[Path]:
    """Remove what killed restores left beside a city's folder: a whole city may stand there in the clear."""
    prefixes = (f".{home.name}{_PARTIAL}", f".{home.name}{FETCHING}")
    return [gone for prefix in prefixes for gone in sweep(home.parent.glob(f"{prefix}*"))]


@contextmanager
def fetching(home: Path) -> Iterator[Path]:
    """A folder beside the city's for a backup that is brought from elsewhere, gone with the block."""
    make_folder(home.parent)
    sweep_beside(home)
    with own_folder(home.parent, f".{home.name}{FETCHING}") as folder:
        yield folder


@contextmanager
def _partial(final: Path) -> Iterator[Path]:
    """A folder beside the final one, in the making; those whose makers died are removed."""
    make_folder(final.parent)
    prefix = f".{final.name}{_PARTIAL}"
    with own_folder(final.parent, prefix) as path:
        yield path
