"""The store in a folder of one machine: commits by rename, locks by the kernel, and flushes at every step."""

from __future__ import annotations

import errno
import os
import re
import shutil
import time
import uuid
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from ayan.core.store.objects import (
    MANIFEST,
    PERIOD,
    SLUG,
    TOMBSTONE,
    NotInStore,
    NumberTaken,
    ReleaseAddress,
    StoreChanged,
    StoredRelease,
    Withdrawn,
    check_name,
    check_slug,
)
from ayan.core.store.staging import Staging, freeze
from ayan.core.store.tombstone import ERASING, RewriteNote, put_note, unfinished
from ayan.core.system.files import (
    DRAFTS,
    PRIVATE_FOLDER,
    PUBLIC,
    PUBLIC_FOLDER,
    creating,
    flush,
    locked,
    make_folder,
    put_in_place,
    rename,
    sweep,
    write,
)
from ayan.core.values.canonical import sha256_hex

# A folder changed this recently may change again without its date moving, where dates are coarse; see `version`.
SETTLED_NS: Final = 2_000_000_000

# This process may only read here.
_NOT_OURS: Final = (errno.EACCES, errno.EPERM, errno.EROFS)
_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


class FolderObjects:
    """The store in a folder of this machine: ``releases/``, ``staging/``, ``locks/`` and ``mark`` under ``root``.

    Safe for many processes and threads on one machine. Durable: every file and folder is flushed before the step
    that depends on it. What is published may be read by everybody on the machine, whatever the umask, so that a mirror
    can serve it; what is staged, by its owner alone.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self._releases = self.root / "releases"
        self._staging = Staging(self.root / "staging")
        self._locks = self.root / "locks"
        self._mark = self.root / "mark"
        self._mark_path = str(self._mark)
        self._periods: dict[str, tuple[_Mark, list[str]]] = {}
        self._listings: dict[tuple[str, str], tuple[_Mark, tuple[StoredRelease, ...]]] = {}

    def slugs(self) -> list[str]:
        """The datasets that may have releases, sorted."""
        return sorted(filter(SLUG.fullmatch, _names(self._releases)))

    def version(self, slug: str) -> Hashable | None:
        """The dates of the dataset's folder and of each period's; None while one is too fresh to be relied on.

        A seal renames into a period's folder and a withdrawal renames out of it, so either moves that folder's
        date. Two changes within one tick of a coarse clock would share a date; hence the wait of `SETTLED_NS`.
        """
        top = str(self._releases / check_slug(slug))
        try:
            mark = _mark(top)
            known = self._periods.get(slug)
            if known is None or known[0] != mark:
                known = (mark, [os.path.join(top, name) for name in os.listdir(top)])  # noqa: PTH118, PTH208 - as below
            marks = (mark, *map(_mark, known[1]))
        except FileNotFoundError:
            return None
        if max(changed for _, changed in marks) > time.time_ns() - SETTLED_NS:
            self._periods.pop(slug, None)
            return None
        self._periods[slug] = known
        return marks

    def mark(self) -> str | None:
        """What ``mark`` holds: another word after every change, nothing while one is under way or nobody knows.

        The file is emptied before a release comes or goes and gets a new word after it, so that whoever finds the
        same word twice has missed nothing in between. What died half-way leaves it empty until somebody writes next.
        """
        try:
            file = os.open(self._mark_path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            return os.read(file, 64).decode("ascii") or None
        finally:
            os.close(file)

    def listing(self, slug: str) -> list[StoredRelease]:
        """Every committed release of a dataset, by period and number."""
        top = str(self._releases / check_slug(slug))
        now = time.time_ns()
        listed: list[StoredRelease] = []
        for period in filter(PERIOD.fullmatch, sorted(_names(top))):
            listed += self._in_period(top, slug, period, now)
        return listed

    def _in_period(self, top: str, slug: str, period: str, now: int) -> tuple[StoredRelease, ...]:
        """The releases of a period; not looked for again while its folder is as it was and its date can be relied on.

        A dataset may have thousands of periods, of which a release changes one.
        """
        try:
            mark = _mark(f"{top}/{period}")
        except OSError:
            return ()
        known = self._listings.get((slug, period))
        if known is not None and known[0] == mark:
            return known[1]
        releases = tuple(_period_listing(Path(top, period), slug, period))
        if mark[1] <= now - SETTLED_NS:
            self._listings[slug, period] = mark, releases
        else:
            self._listings.pop((slug, period), None)
        return releases

    def read(self, address: ReleaseAddress, name: str) -> bytes:
        """A small file of a release; NotInStore when it is not there."""
        try:
            return self.local(address, name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise NotInStore(f"{address}: {name} is not in the release store") from None

    def folder(self, address: ReleaseAddress) -> Path:
        """The folder of a release."""
        return self._releases / address.slug / address.period / str(address.number)

    def local(self, address: ReleaseAddress, name: str) -> Path:
        """The path of one file of a release, whether or not it is there."""
        return self.folder(address) / check_name(name)

    @property
    def base(self) -> str:
        """The address below which all files of releases stand."""
        return f"file://{self._releases}"

    def uri(self, address: ReleaseAddress, name: str) -> str:
        """The address of one file of a release."""
        return f"{self.base}/{address}/{check_name(name)}"

    def shared(
        self,
        address: ReleaseAddress,
        names: Sequence[str],
    ) -> None:
        """Other machines read the files under the same paths, if they share the folder."""

    @contextmanager
    def lock(self, slug: str) -> Iterator[None]:
        """Keep other sealers of the dataset waiting, in any process, while the block runs."""
        with self._locked(f"{check_slug(slug)}.lock"):
            yield

    def stage(self, *, brief: bool = False) -> Path:
        """A new empty folder under ``staging/``, owned by this process until committed or discarded.

        A ``brief`` one is swept as soon as its owner is gone, whatever its age.
        """
        return self._staging.new(brief=brief)

    def discard(self, staged: Path) -> None:
        """Give up a staging folder and what is in it."""
        self._staging.discard(staged)

    def commit(self, staged: Path, address: ReleaseAddress) -> None:
        """Flush a staged folder and rename it into place; Taken, with nothing touched, when the place is occupied."""
        self._staging.check(staged)
        freeze(staged, address)
        target = self.folder(address)
        make_folder(target.parent, mode=PUBLIC_FOLDER)
        staged.chmod(PUBLIC_FOLDER)
        with self._changing():
            try:
                rename(staged, target)
            except OSError as error:
                if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                    raise NumberTaken(f"{address} already stands in the release store") from error
                raise
        self._staging.disown(staged)

    def bury(self, address: ReleaseAddress, tombstone: bytes, names: Sequence[str]) -> None:
        """Put the tombstone, then remove the named files; Withdrawn when a tombstone already stands.

        The tombstone is written beside the release's folder and renamed into it, so the one step that withdraws
        also moves the date of the period's folder, by which readers notice.
        """
        folder = self.folder(address)
        with self._locked(f"{address.slug}.withdraw.lock"):
            if not (folder / MANIFEST).is_file():
                raise NotInStore(f"{address} is not in the release store")
            if (folder / TOMBSTONE).exists():
                raise Withdrawn(f"{address} is already withdrawn")
            draft = folder.parent / f".tombstone-{uuid.uuid4().hex}"
            with creating(draft) as out:
                out.write(tombstone)
                draft.chmod(0o444)
            with self._changing():
                rename(draft, folder / TOMBSTONE)
            flush(folder.parent)
            for name in names:
                (folder / check_name(name)).unlink(missing_ok=True)
            flush(folder)

    def rewrite(self, staged: Path, address: ReleaseAddress, before: str, gone: Sequence[str]) -> None:
        """Move a staged manifest and new parts into a release, the manifest last and in one step; remove ``gone``.

        A note beside the release says what comes and what goes, so that a crash at any point can be tidied up. The
        manifest too is renamed from beside the release, which moves the date of the period's folder.
        """
        self._staging.check(staged)
        freeze(staged, address)
        folder = self.folder(address)
        note = folder.parent / f"{ERASING}{address.number}"
        with self._locked(f"{address.slug}.withdraw.lock"):
            _tidied(note, folder)
            if not (folder / MANIFEST).is_file():
                raise NotInStore(f"{address} is not in the release store")
            if (folder / TOMBSTONE).exists():
                raise Withdrawn(f"{address} is withdrawn")
            if sha256_hex((folder / MANIFEST).read_bytes()) != before:
                raise StoreChanged(f"{address} has changed meanwhile")
            comes = tuple(path.name for path in staged.iterdir() if path.name != MANIFEST)
            put_note(note, RewriteNote(before, comes, tuple(map(check_name, gone))))
            draft = folder.parent / f"{ERASING}{uuid.uuid4().hex}"
            put_in_place({staged / name: folder / name for name in comes})
            rename(staged / MANIFEST, draft)
            with self._changing():
                rename(draft, folder / MANIFEST)
            flush(folder.parent)
            _tidied(note, folder)
        shutil.rmtree(staged, ignore_errors=True)
        self._staging.disown(staged)

    def sweep(self) -> list[str]:
        """Remove what a crash left behind; returns the paths removed, relative to the store.

        Swept are staging folders that `Staging.sweep` takes for nobody's, files that
        remained under a tombstone, and what an erasure was to remove, or was to put in and did not.
        """
        gone = self._staging.sweep()
        sweep(self.root.glob(DRAFTS))
        for slug in filter(SLUG.fullmatch, _names(self._releases)):
            gone += self._sweep_tombstones(slug)
        if self.mark() is None and self._releases.is_dir():
            self._settle()
        return [str(path.relative_to(self.root)) for path in gone]

    def _sweep_tombstones(self, slug: str) -> list[Path]:
        gone: list[Path] = []
        drafts: list[Path] = []
        notes: list[tuple[Path, Path]] = []
        top = str(self._releases / slug)
        for period in filter(PERIOD.fullmatch, _names(top)):
            names = _names(f"{top}/{period}")
            if not any(name.startswith(".") or _is_buried(f"{top}/{period}/{name}") for name in names):
                # Nearly all of thousands of periods.
                continue
            within = Path(top, period)
            for name in names:
                number = name.removeprefix(ERASING)
                if number != name and _NUMBER.fullmatch(number):
                    notes.append((within / name, within / number))
                elif number != name or name.startswith(".tombstone-"):
                    drafts.append(within / name)
                elif _NUMBER.fullmatch(name) and (within / name / TOMBSTONE).is_file():
                    gone += [path for path in (within / name).iterdir() if path.name not in (MANIFEST, TOMBSTONE)]
        swept: list[Path] = []
        if drafts or notes:
            # Under the lock no withdrawal and no erasure is half-way, so what is still there is nobody's.
            with self._locked(f"{slug}.withdraw.lock"):
                gone += [draft for draft in drafts if draft.exists()]
                for note, folder in notes:
                    swept += _tidied(note, folder)
        swept += [path for path in gone if _swept(path)]
        for folder in {path.parent for path in swept}:
            flush(folder)
        return swept

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Keep ``mark`` empty while the block changes what readers see."""
        with self._locked("mark.lock"):
            self._write_mark("")
            try:
                yield
            finally:
                self._write_mark(uuid.uuid4().hex)

    def _settle(self) -> None:
        """Write a word where none is: nobody has ever written one, or whoever was to write it died."""
        try:
            with self._changing():
                pass
        except OSError as error:
            if error.errno not in _NOT_OURS:
                raise

    def _write_mark(self, word: str) -> None:
        # Not flushed: after a loss of power nobody is left who remembers an older word.
        write(self._mark, word.encode("ascii"), mode=PUBLIC, durable=False)

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        make_folder(self._locks.parent, mode=PUBLIC_FOLDER)
        make_folder(self._locks, mode=PRIVATE_FOLDER)
        with locked(self._locks / name):
            yield


_Mark = tuple[int, int]


def _mark(path: str) -> _Mark:
    facts = os.stat(path)  # noqa: PTH116 - for every period, where a Path costs more than the call
    return facts.st_ino, facts.st_mtime_ns


def _is_buried(release: str) -> bool:
    return os.path.isfile(f"{release}/{TOMBSTONE}")  # noqa: PTH113 - as above


def _names(folder: Path | str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - as above
    except (FileNotFoundError, NotADirectoryError):
        return []


def _period_listing(folder: Path, slug: str, period: str) -> Iterator[StoredRelease]:
    for number in sorted(int(name) for name in _names(folder) if _NUMBER.fullmatch(name)):
        inside = folder / str(number)
        with suppress(FileNotFoundError, NotADirectoryError):
            facts = (inside / MANIFEST).stat()
            stamp = (facts.st_ino, facts.st_mtime_ns, facts.st_size)
            yield StoredRelease(ReleaseAddress(slug, period, number), (inside / TOMBSTONE).exists(), stamp)


def _tidied(note: Path, folder: Path) -> list[Path]:
    """Finish or undo the erasure that a note tells of, by the manifest that stands; returns the files removed."""
    leftovers = unfinished(note, folder)
    swept = [path for path in leftovers if _swept(path)]
    if leftovers:
        flush(folder)
    if len(swept) == len(leftovers) and note.exists() and _swept(note):
        flush(note.parent)
    return swept


def _swept(path: Path) -> bool:
    """Remove a file; False where this process may only read, and the sweeping is left to one that may write."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        if error.errno in _NOT_OURS:
            return False
        raise
    return True
