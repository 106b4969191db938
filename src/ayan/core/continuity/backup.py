"""Backing up a city while it works: what cannot be made again, all of one moment, files that did not change linked."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import ayan
from ayan.core.continuity.backup_writer import BackupDamaged, BackupPlace, BackupWriter
from ayan.core.continuity.snapshot import DATABASE, HOME, STORE, BackupSnapshot
from ayan.core.custody.original_bodies import OriginalBodies, OriginalStub
from ayan.core.custody.prepared_documents import FOLDER as DOCUMENTS
from ayan.core.custody.private_store import EARLIER_ISSUES, ISSUES
from ayan.core.ledger.log import CHECKPOINT, Log
from ayan.core.store.manifest import beside, file_name
from ayan.core.store.objects import MANIFEST, TOMBSTONE, StoreError
from ayan.core.store.release import Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.system.files import DRAFTS
from ayan.core.system.progress import Progress
from ayan.core.values.clock import Clock

DERIVED: Final = frozenset({"index", "work", "store", "store-cache", "iceberg", "keys", "secret_key"})
"""What in a city's folder is no part of a backup: what can be made again, and the keys, which are kept elsewhere.

Of ``work`` the files that were sent, the drafts that wait and the documents of drafts are taken all the same: nobody
can make those again, for people approve the digest of the very copy that was drawn.
"""

WORK: Final = "work"
ORIGINALS: Final = "originals"
SENT: Final = "submissions"
WAITING: Final = "waiting"

ROUNDS: Final = 4
"""How often a city that goes on publishing is copied before its publishers are asked to wait."""

_HANDLE: Final = re.compile(r"[0-9a-f]{32}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class LivingCity:
    """The city to be backed up.

    ``database`` puts what the database holds into a folder and says in which form; None where there is none. ``log``
    opens the log of a city's folder. ``apart`` are paths in the city's folder that are not to be copied as files.
    ``bodies`` knows those originals of which only a stub stands in the folder.
    """

    home: Path
    store: Path
    release_store: ReleaseStore
    clock: Clock
    database: Callable[[Path], str | None]
    log: Callable[[Path], Log | None]
    apart: Collection[Path] = ()
    bodies: OriginalBodies | None = None


def back_up(living: LivingCity, place: BackupPlace, tell: Progress | None = None) -> BackupSnapshot:
    """Add a backup of the city to those that stand at ``place`` and verify it by reading it again.

    It is whole and of one moment: every release in it is whole, and the log in it holds a leaf for each. Files that
    stand there from earlier backups are not copied again. Raises BackupDamaged, and what the place raises.
    """
    say = tell or (lambda stage, share: None)
    with place.writer() as writer:
        form = _copied(living, writer, place.apart, say)
        log = living.log(writer.root / HOME)
        if log is not None:
            log.audit()
        wrong = writer.verify(say)
        if wrong:
            raise BackupDamaged(f"the copy of {wrong} is not what was read")
        return writer.commit(
            BackupSnapshot(
                root=writer.root,
                made_at=living.clock.now(),
                engine=ayan.version(),
                database=form,
                log={"origin": log.origin, "size": log.size, "root": log.root().hex()} if log else None,
                files=writer.files,
                folders=writer.folders,
            )
        )


# --- what is copied, and when -----------------------------------------------------------------------------------------


def _copied(living: LivingCity, writer: BackupWriter, apart: Collection[Path], tell: Progress) -> str | None:
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
            # Of a log that several machines append to, the last leaves may not have come to this one.
            if (log := living.log(living.home)) is not None:
                log.complete_folder()
            _home(living, writer, apart)
            if _listed(living.release_store) == seen:
                for ref in sorted(seen.keys() - writer.releases.keys()):
                    raise BackupDamaged(f"{ref}: {writer.faults[ref]}")
                return form
    raise BackupDamaged("releases came and went while their publishers were waiting")


def _listed(store: ReleaseStore) -> dict[str, Release]:
    return {release.ref: release for slug in store.datasets() for release in store.releases(slug)}


def _releases(living: LivingCity, writer: BackupWriter, seen: dict[str, Release], tell: Progress) -> None:
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


def _release(living: LivingCity, writer: BackupWriter, release: Release) -> None:
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
            # What stands there already need not come to this machine, where releases are elsewhere.
            if digest is None or not writer.recall(f"{base}/{name}", digest):
                writer.take(release.local(name), f"{base}/{name}", digest)
        for above in (release.folder, *release.folder.parents[:2], living.store / "releases", living.store):
            writer.note(above, f"{STORE}/{above.relative_to(living.store).as_posix()}".removesuffix("/."))
    except BaseException:
        writer.forget(base)
        raise


def _home(living: LivingCity, writer: BackupWriter, others: Collection[Path]) -> None:
    """Copy everything else in the city's folder; of the log the checkpoint first, for its tiles stand before it."""
    apart = {living.store, *(path.absolute() for path in (*others, *living.apart))}
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
                    _file(living, writer, path, name)
                    there.add(name)
                except FileNotFoundError:
                    gave_way = gave_way or path.is_relative_to(ledger)
        if not gave_way:
            break
    for name in [path for path in writer.files if path.startswith(f"{HOME}/") and path not in there]:
        writer.forget(name)


def _file(living: LivingCity, writer: BackupWriter, path: Path, name: str) -> None:
    """Bring in a file; an original whose body is in a bucket as the one locked file that it is."""
    stub = OriginalStub.read(path) if living.bodies and path.is_relative_to(living.home / ORIGINALS) else None
    if living.bodies is None or stub is None:
        writer.take(path, name)
        return
    known = writer.files.get(name)
    # What is in already, or in the backup before, need not come down again.
    if (known is None or known.sha256 != stub.whole) and not writer.recall(name, stub.whole):
        with living.bodies.brought(stub) as whole:
            writer.take(whole, name, stub.whole)


def _walk(home: Path, apart: Collection[Path]) -> Iterator[Path]:
    for top in sorted(home.iterdir()):
        if top.name == WORK and top.is_dir():
            yield from _under_way(top)
        elif top.name not in DERIVED and top not in apart:
            yield from _below(top, apart)


def _under_way(work: Path) -> Iterator[Path]:
    """Of each submission its file as it was sent, every draft that waits, and documents: none of it ever changes.

    What was read and found in a file is made again from it while it stands there.
    """
    if (work / DOCUMENTS).is_dir():
        for folder in sorted((work / DOCUMENTS).iterdir()):
            if _DIGEST.fullmatch(folder.name):
                # One that is published or given up meanwhile is not needed.
                with suppress(FileNotFoundError):
                    yield from (work, work / DOCUMENTS, *_below(folder, ()))
    for room, inner in ((SENT, "file"), (WAITING, "")):
        if not (work / room).is_dir():
            continue
        for folder in sorted((work / room).iterdir()):
            if not _HANDLE.fullmatch(folder.name):
                continue
            # Of one that is published the file stands among the originals; what was made of it is for auditors.
            parts = (ISSUES, EARLIER_ISSUES) if inner and not (folder / inner).is_dir() else (inner,)
            # One that is published or given up meanwhile is not needed.
            with suppress(FileNotFoundError):
                paths = [*([folder] if inner else ()), *(path for part in parts for path in _below(folder / part, ()))]
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
