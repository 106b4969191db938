"""Backing up a city while it works: what cannot be made again, all of one moment, files that did not change linked."""

from __future__ import annotations

import hashlib
import re
import shutil
import stat
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import ayan
from ayan.core.continuity.snapshot import (
    DATABASE,
    HOME,
    PIECE,
    STORE,
    BackupEntry,
    BackupSnapshot,
    NoBackup,
    Tell,
    measured,
    whole,
)
from ayan.core.ledger.log import CHECKPOINT, Log
from ayan.core.store.manifest import beside, file_name
from ayan.core.store.objects import MANIFEST, TOMBSTONE, StoreError
from ayan.core.store.release import Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.system.files import DRAFTS, creating, flush, own_folder, rename, sweep
from ayan.core.values.clock import Clock

DERIVED: Final = frozenset({"index", "work", "store", "keys", "secret_key"})
"""What in a city's folder is no part of a backup: what can be made again, and the keys, which are kept elsewhere.

Of ``work`` the files that were sent and the drafts that wait are taken all the same: nobody can make those again.
"""

WORK: Final = "work"
SENT: Final = "submissions"
WAITING: Final = "waiting"

ROUNDS: Final = 4
"""How often a city that goes on publishing is copied before its publishers are asked to wait."""

_HANDLE: Final = re.compile(r"[0-9a-f]{32}")
_PARTIAL: Final = ".partial-"


class BackupDamaged(Exception):
    """A file of the city is not what it should be, or a copy is not what was read; the text names it."""


@dataclass(frozen=True)
class LivingCity:
    """The city to be backed up.

    ``database`` puts what the database holds into a folder and says in which form; None where there is none. ``log``
    opens the log of a city's folder. ``apart`` are paths in the city's folder that are not to be copied as files.
    """

    home: Path
    store: Path
    release_store: ReleaseStore
    clock: Clock
    database: Callable[[Path], str | None]
    log: Callable[[Path], Log | None]
    apart: Collection[Path] = ()


def back_up(living: LivingCity, folder: Path, tell: Tell | None = None) -> BackupSnapshot:
    """Add a backup of the city to those in ``folder`` and verify it by reading it again.

    It is whole and of one moment: every release in it is whole, and the log in it holds a leaf for each. Files that
    the backup before it has are linked to it, not copied. All of it is readable by its owner only. Raises
    BackupDamaged.
    """
    say = tell or (lambda stage, share: None)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    before = _before(folder)
    # Those whose makers died.
    sweep(folder.glob(f"{_PARTIAL}*"))
    with own_folder(folder, _PARTIAL) as root:
        writer = _Writer(root, before)
        form = _copied(living, writer, folder, say)
        log = living.log(root / HOME)
        if log is not None:
            log.audit()
        snapshot = BackupSnapshot(
            root=root,
            made_at=living.clock.now(),
            engine=ayan.version(),
            database=form,
            log={"origin": log.origin, "size": log.size, "root": log.root().hex()} if log else None,
            files=writer.files,
            folders=writer.folders,
        )
        wrong = writer.verify(say)
        if wrong:
            raise BackupDamaged(f"the copy of {wrong} is not what was read")
        snapshot.write()
        for path in sorted(writer.made_folders, reverse=True):
            flush(path)
        flush(root)
        final = _name(folder, snapshot)
        rename(root, final)
    return BackupSnapshot.read(final)


# --- what is copied, and when -----------------------------------------------------------------------------------------


def _copied(living: LivingCity, writer: _Writer, folder: Path, tell: Tell) -> str | None:
    """Copy the city until nothing was published meanwhile, at last with its publishers waiting; the database's form.

    The order is that in which things come about, backwards: the database speaks of releases, a release of its
    original, and every leaf of the log comes before its release.
    """
    for turn in range(ROUNDS + 1):
        with ExitStack() as waiting:
            if turn == ROUNDS:
                for slug in living.release_store.datasets():
                    waiting.enter_context(living.release_store.lock(slug))
            seen = _listed(living.release_store)
            writer.forget(DATABASE)
            held = writer.folder(DATABASE)
            form = living.database(held)
            for path in sorted(held.iterdir()):
                writer.adopt(path, f"{DATABASE}/{path.name}")
            _releases(living, writer, seen, tell)
            _home(living, writer, folder)
            if _listed(living.release_store) == seen:
                for ref in sorted(seen.keys() - writer.releases.keys()):
                    raise BackupDamaged(f"{ref}: {writer.faults[ref]}")
                return form
    raise BackupDamaged("releases came and went while their publishers were waiting")


def _listed(store: ReleaseStore) -> dict[str, Release]:
    return {release.ref: release for slug in store.datasets() for release in store.releases(slug)}


def _releases(living: LivingCity, writer: _Writer, seen: dict[str, Release], tell: Tell) -> None:
    for ref in [name for name in writer.releases if seen.get(name) != writer.releases[name]]:
        writer.forget(f"{STORE}/releases/{ref}")
        del writer.releases[ref]
    for number, (ref, release) in enumerate(sorted(seen.items())):
        tell("copy", number / len(seen))
        if ref not in writer.releases:
            # One that is withdrawn or erased from this moment is taken up again in the next round.
            try:
                _release(living, writer, release)
                writer.releases[ref] = release
            except (FileNotFoundError, StoreError, BackupDamaged) as fault:
                writer.faults[ref] = str(fault)


def _release(living: LivingCity, writer: _Writer, release: Release) -> None:
    base = f"{STORE}/releases/{release.ref}"
    try:
        expected: dict[str, str | None] = {MANIFEST: release.digest}
        if release.withdrawn:
            expected[TOMBSTONE] = None
        else:
            named = {file_name(resource): resource for resource in release.manifest["resources"]} | beside(
                release.manifest
            )
            expected |= {name: str(resource["hash"]).removeprefix("sha256:") for name, resource in named.items()}
        for name, digest in expected.items():
            writer.take(release.local(name), f"{base}/{name}", digest)
        for above in (release.folder, *release.folder.parents[:2], living.store / "releases", living.store):
            writer.note(above, f"{STORE}/{above.relative_to(living.store).as_posix()}".removesuffix("/."))
    except BaseException:
        writer.forget(base)
        raise


def _home(living: LivingCity, writer: _Writer, folder: Path) -> None:
    """Copy everything else in the city's folder; of the log the checkpoint first, for its tiles stand before it."""
    apart = {living.store, folder.absolute(), *(path.absolute() for path in living.apart)}
    writer.note(living.home, HOME)
    checkpoint = living.home / "ledger" / CHECKPOINT
    there: set[str] = set()
    ledger = checkpoint.parent
    # What the log no longer needs, and what others are done with, may go at any time; but a tile of the log that went
    # gave way to a wider one, which the first look may have missed.
    for _ in range(ROUNDS):
        gave_way = False
        for path in (*([checkpoint] if checkpoint.exists() else ()), *_walk(living.home, apart)):
            name = f"{HOME}/{path.relative_to(living.home).as_posix()}"
            if path.is_dir():
                with suppress(FileNotFoundError):
                    writer.note(path, name)
            elif name not in there:
                try:
                    writer.take(path, name)
                    there.add(name)
                except FileNotFoundError:
                    gave_way = gave_way or path.is_relative_to(ledger)
        if not gave_way:
            break
    for name in [path for path in writer.files if path.startswith(f"{HOME}/") and path not in there]:
        writer.forget(name)


def _walk(home: Path, apart: Collection[Path]) -> Iterator[Path]:
    for top in sorted(home.iterdir()):
        if top.name == WORK and top.is_dir():
            yield from _under_way(top)
        elif top.name not in DERIVED and not top.name.startswith("secret_key.") and top not in apart:
            yield from _below(top, apart)


def _under_way(work: Path) -> Iterator[Path]:
    """Of each submission its file as it was sent, and every draft that waits: neither ever changes.

    What was read and found in a file is made again from it while it stands there.
    """
    for room, inner in ((SENT, "file"), (WAITING, "")):
        if not (work / room).is_dir():
            continue
        for folder in sorted((work / room).iterdir()):
            if not _HANDLE.fullmatch(folder.name):
                continue
            # Of one that is published the file stands among the originals; what was made of it is for auditors.
            part = "found" if inner and not (folder / inner).is_dir() else inner
            # One that is published or given up meanwhile is not needed.
            with suppress(FileNotFoundError):
                paths = [*([folder] if inner else ()), *_below(folder / part, ())]
                yield from (work, work / room, *paths)


def _below(path: Path, apart: Collection[Path]) -> Iterator[Path]:
    if path.is_symlink() or path in apart:
        return
    if path.is_dir():
        yield path
        for child in sorted(path.iterdir()):
            yield from _below(child, apart)
    elif path.is_file() and path.name != "lock" and not path.match(DRAFTS):
        yield path


# --- how it is copied -------------------------------------------------------------------------------------------------


@dataclass
class _Writer:
    """A backup in the making: copies files into ``root``, or links them to the backup before."""

    root: Path
    before: BackupSnapshot | None
    files: dict[str, BackupEntry] = field(default_factory=dict)
    folders: dict[str, int] = field(default_factory=dict)
    releases: dict[str, Release] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    made_folders: set[Path] = field(default_factory=set)
    fresh: set[str] = field(default_factory=set)
    stamps: dict[str, tuple[int, int, int]] = field(default_factory=dict)

    def take(self, source: Path, path: str, expected: str | None = None) -> None:
        """Bring a file in, unless it is here as it is; Damaged when its SHA-256 (hex) is not the one expected."""
        target = self.root / path
        self.folder(path.rpartition("/")[0])
        facts = source.stat()
        stamp = facts.st_ino, facts.st_size, facts.st_mtime_ns
        if path in self.files and self.stamps.get(path) == stamp:
            return
        self.stamps[path] = stamp
        mode = stat.S_IMODE(facts.st_mode)
        if expected is not None and self._linked(path, expected):
            self.files[path] = BackupEntry(target.stat().st_size, expected, mode)
            return
        size, digest = _copy(source, target)
        if expected is not None and digest != expected:
            target.unlink()
            raise BackupDamaged(f"{source} is not what was sealed")
        if not self._linked(path, digest):
            self.fresh.add(path)
        self.files[path] = BackupEntry(size, digest, mode)

    def adopt(self, target: Path, path: str) -> None:
        """Take up a file that stands in the backup already."""
        target.chmod(0o400)
        flush(target)
        size, digest = measured(target)
        if not self._linked(path, digest):
            self.fresh.add(path)
        self.files[path] = BackupEntry(size, digest, 0o600)

    def note(self, source: Path, path: str) -> None:
        """Make a folder, and remember the permissions it had."""
        self.folder(path)
        self.folders[path] = stat.S_IMODE(source.stat().st_mode)

    def folder(self, path: str) -> Path:
        """A folder of the backup, for its owner only."""
        target = self.root
        for part in path.split("/"):
            target /= part
            if target not in self.made_folders:
                target.mkdir(exist_ok=True, mode=0o700)
                self.made_folders.add(target)
        return target

    def forget(self, path: str) -> None:
        """Remove what was brought in under a path, to bring it in anew."""
        shutil.rmtree(self.root / path, ignore_errors=True)
        (self.root / path).unlink(missing_ok=True)
        self.made_folders = {folder for folder in self.made_folders if not folder.is_relative_to(self.root / path)}
        for known in (self.files, self.folders):
            for name in [entry for entry in known if entry == path or entry.startswith(f"{path}/")]:
                del known[name]

    def verify(self, tell: Tell) -> str:
        """Read every copy again; the first that is not what was read, or nothing. Linked files were read already."""
        due = [path for path in self.files if path in self.fresh]
        for number, path in enumerate(due):
            tell("verify", number / len(due))
            entry = self.files[path]
            if measured(self.root / path) != (entry.bytes, entry.sha256):
                return path
        return ""

    def _linked(self, path: str, digest: str) -> bool:
        """Link to the file of the backup before, if it has this content still; it is read to make sure of that."""
        known = self.before.files.get(path) if self.before else None
        if self.before is None or known is None or known.sha256 != digest:
            return False
        try:
            if measured(self.before.root / path) != (known.bytes, digest):
                return False
            (self.root / path).unlink(missing_ok=True)
            (self.root / path).hardlink_to(self.before.root / path)
        except OSError:
            # Not every file system has links; then it is a copy.
            return False
        self.fresh.discard(path)
        return True


def _copy(source: Path, target: Path) -> tuple[int, str]:
    """Copy a file durably, for its owner only; its size and SHA-256 (hex)."""
    digest, size = hashlib.sha256(), 0
    # Never through a link into an older backup.
    target.unlink(missing_ok=True)
    with source.open("rb") as read, creating(target) as write:
        while piece := read.read(PIECE):
            digest.update(piece)
            size += len(piece)
            write.write(piece)
    target.chmod(0o400)
    return size, digest.hexdigest()


def _before(folder: Path) -> BackupSnapshot | None:
    """The newest backup that can be read; those that cannot are left to their operator."""
    for path in reversed(whole(folder)):
        with suppress(NoBackup):
            return BackupSnapshot.read(path)
    return None


def _name(folder: Path, snapshot: BackupSnapshot) -> Path:
    """A name that sorts by time."""
    stem = snapshot.made_at.strftime("%Y%m%dT%H%M%SZ")
    for number in range(1, 1000):
        path = folder / (stem if number == 1 else f"{stem}-{number:03}")
        if not path.exists():
            return path
    raise BackupDamaged(f"{folder} holds a thousand backups of one second")
