"""Files that survive a crash or a loss of power: whole or not there, written by one process at a time, swept later."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from ayan.core.system.limits import LOCK_POLL_SECONDS

DRAFTS: Final = ".*.draft"
"""The pattern of the names that files have until they are whole; what a killed writer left of them is for `sweep`."""

PRIVATE: Final = 0o600
"""The mode of a file that only its owner may read."""
PRIVATE_FOLDER: Final = 0o700
"""The mode of a folder that only its owner may enter."""
PUBLIC: Final = 0o644
"""The mode of a file that is published: everybody on the machine may read it, whatever serves it among them."""
PUBLIC_FOLDER: Final = 0o755
"""The mode of a folder that holds such files."""

# From this many files on, one flush of the whole system costs less than a flush for each.
_MANY: Final = 64
# What of a file's name stands in that of its draft: names may be as long as the file system allows.
_NAME_KEPT: Final = 40
# What `hold_new_folder` puts behind the prefix of a name.
_OWNED: Final = "[0-9a-f]{32}"
_PIECE: Final = 1 << 20

# --- for whom -------------------------------------------------------------------------------------------------------


@contextmanager
def private_by_default() -> Iterator[None]:
    """Let whatever this process makes in the block be for its owner alone, whatever the umask was before.

    It holds for all threads and for the processes that are started. What is published says so by its mode.
    """
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def open_to_readers(root: Path) -> None:
    """Let everybody read a folder and all that is in it; links are left alone."""
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(PUBLIC_FOLDER if path.is_dir() else PUBLIC)


def others_may(path: Path) -> int:
    """What of a path others than its owner may do, as the bits of its mode; 0 where it is not there, or a link."""
    try:
        status = path.lstat()
    except OSError:
        return 0
    return 0 if stat.S_ISLNK(status.st_mode) else stat.S_IMODE(status.st_mode) & 0o077


# --- durable --------------------------------------------------------------------------------------------------------


def flush(path: Path) -> None:
    """Ask the disk to keep a file's bytes, or a folder's entries."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_all(root: Path) -> None:
    """Ask the disk to keep a folder with all that is in it."""
    whole = [root, *(path for path in root.rglob("*") if not path.is_symlink())]
    if len(whole) >= _MANY:
        os.sync()
        return
    for path in reversed(whole):
        flush(path)


def make_folder(folder: Path, *, mode: int = 0o777) -> None:
    """Make a folder and the missing ones above it, all with ``mode``, each flushed into its parent.

    With `PRIVATE_FOLDER` nothing that it makes is open to others on the way either; with `PUBLIC_FOLDER` all of it is,
    whatever the umask. What stands keeps its mode.
    """
    if folder.is_dir():
        return
    make_folder(folder.parent, mode=mode)
    folder.mkdir(mode=mode, exist_ok=True)
    if mode == PUBLIC_FOLDER:
        folder.chmod(mode)
    flush(folder.parent)


# --- whole or not at all --------------------------------------------------------------------------------------------


@contextmanager
def replacing(path: Path, *, mode: int = 0o666, drafts: Path | None = None, durable: bool = True) -> Iterator[BinaryIO]:
    """Write the file at ``path`` anew; it takes the place of an older one in one step, as the block ends.

    The bytes go to a draft in the same folder, or in ``drafts``, a folder of the same file system. When the block
    fails, the draft goes and the older file stays; a process that is killed leaves the older file and a draft, whose
    name fits `DRAFTS`. A new file gets ``mode`` as far as the umask allows, and `PUBLIC` whatever it is. Without
    ``durable`` nothing is flushed: readers never see half a file, but a loss of power may leave one. Raises OSError,
    as where the folder is gone.
    """
    draft, out = _draft(path, drafts or path.parent, mode)
    try:
        with out:
            yield out
            out.flush()
            if durable:
                os.fsync(out.fileno())
            # While it is still locked, so that nobody sweeps it away in between.
            draft.replace(path)
        if durable:
            flush(path.parent)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def write(path: Path, data: bytes, *, mode: int = 0o666, drafts: Path | None = None, durable: bool = True) -> None:
    """Write one file whole; see `replacing`."""
    with replacing(path, mode=mode, drafts=drafts, durable=durable) as out:
        out.write(data)


def write_all(files: Mapping[Path, bytes], drafts: Path) -> None:
    """Write many files durably; when this returns all stand, and at no time is one of them seen half-written.

    Their bytes stand in ``drafts`` until all are whole; missing folders are made.
    """
    written: dict[Path, Path] = {}
    many = len(files) >= _MANY
    for path, data in files.items():
        make_folder(path.parent)
        draft, out = _draft(path, drafts, 0o666)
        with out:
            out.write(data)
        written[draft] = path
    if many:
        os.sync()
        for draft, path in written.items():
            draft.replace(path)
        os.sync()
    else:
        put_in_place(written)


def put_in_place(drafts: Mapping[Path, Path]) -> None:
    """Let finished files take the places named beside them, one after the other in this order, durably.

    All are flushed before the first is moved; each takes its place in one step, within one file system.
    """
    for draft in drafts:
        flush(draft)
    for draft, path in drafts.items():
        draft.replace(path)
    for folder in sorted({path.parent for path in drafts.values()}):
        flush(folder)


@contextmanager
def creating(path: Path, *, mode: int = PRIVATE) -> Iterator[BinaryIO]:
    """Write a new file under its name from the beginning; durable as the block ends, and gone when that fails.

    For what nobody looks for before it is whole. Raises FileExistsError where something stands already.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def write_first(path: Path, data: bytes, *, mode: int = PRIVATE) -> None:
    """Write one file whole and durably unless one stands already: of several writers the first name to stand wins.

    What writers of the same name that were killed left goes. Raises OSError.
    """
    sweep(path.parent.glob(f".{path.name.lstrip('.')[:_NAME_KEPT]}{DRAFTS[1:]}"))
    if path.exists():
        return
    draft, out = _draft(path, path.parent, mode)
    try:
        with out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
            with suppress(FileExistsError):
                path.hardlink_to(draft)
        flush(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def rename(source: Path, target: Path, *, durable: bool = True) -> None:
    """Give a file or a folder another place within one file system, in one step; ``durable`` unless it may be lost.

    A file takes the place of a file, a folder that of an empty folder. Raises OSError: ENOTEMPTY, EEXIST or ENOTDIR
    where something else stands, EXDEV between two file systems.
    """
    source.rename(target)
    if durable:
        flush(target.parent)


def rename_between(folder: int, name: str, target: int, wanted: str) -> None:
    """The same between two folders that are open, given by their handles: no link in a path can lead elsewhere."""
    os.rename(name, wanted, src_dir_fd=folder, dst_dir_fd=target)
    os.fsync(target)


def move(source: Path, target: Path) -> None:
    """Move a file, to another file system too; it stands at ``target`` whole and durably, or not at all."""
    try:
        put_in_place({source: target})
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with replacing(target) as out, source.open("rb") as read:
            shutil.copyfileobj(read, out, _PIECE)
        source.unlink()


def link(source: Path, target: Path) -> None:
    """Let ``target`` be the same file as ``source``, to be read alone; a copy where the file system cannot."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def point(name: Path, target: str) -> None:
    """Let the symbolic link at ``name`` lead to ``target``, beside it, in one step and durably."""
    draft = name.with_name(f".{name.name}.{secrets.token_hex(8)}.draft")
    draft.symlink_to(target)
    draft.replace(name)
    flush(name.parent)


def _draft(path: Path, folder: Path, mode: int) -> tuple[Path, BinaryIO]:
    """A new file in ``folder`` that will become ``path``, open and locked, so that it is nobody's leftover."""
    while True:
        draft = folder / f".{path.name.lstrip('.')[:_NAME_KEPT]}.{secrets.token_hex(8)}.draft"
        handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
        if mode == PUBLIC:
            os.fchmod(handle, mode)
        fcntl.flock(handle, fcntl.LOCK_EX)
        # A sweeper may come between the two steps above; then another one is made.
        if draft.exists():
            return draft, os.fdopen(handle, "wb")
        os.close(handle)


# --- one at a time --------------------------------------------------------------------------------------------------


@contextmanager
def locked(path: Path, *, wait: float | None = None) -> Iterator[None]:
    """Keep every other process and thread that asks for the same lock waiting while the block runs.

    ``path`` is a file made for that alone, in a folder that is there. Raises BlockingIOError when somebody else still
    holds it after ``wait`` seconds (0: at once); None waits for as long as it takes. The lock goes with its holder.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE)
    try:
        _take(handle, wait)
        yield
    finally:
        os.close(handle)


@contextmanager
def folder_locked(folder: Path, *, wait: float | None = None) -> Iterator[None]:
    """The same for a folder, which is its own lock: nobody sweeps it away meanwhile.

    Raises FileNotFoundError when it is gone, before or while waiting, NotADirectoryError for anything but a folder.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        _take(handle, wait)
        if not folder.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
        yield
    finally:
        os.close(handle)


def _take(handle: int, wait: float | None) -> None:
    if wait is None:
        fcntl.flock(handle, fcntl.LOCK_EX)
        return
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise
            time.sleep(min(LOCK_POLL_SECONDS, wait))
        else:
            return


# --- what is left over ----------------------------------------------------------------------------------------------


def hold_new_folder(parent: Path, prefix: str = "", *, mode: int = 0o777) -> tuple[Path, int]:
    """Make an empty folder whose name begins with ``prefix``, locked; close the handle to let go of it."""
    while True:
        folder = parent / f"{prefix}{secrets.token_hex(16)}"
        folder.mkdir(mode=mode)
        # A sweeper may come between the making and the locking; then another one is made.
        with suppress(FileNotFoundError):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(handle, fcntl.LOCK_EX)
            if folder.exists():
                return folder, handle
            os.close(handle)


@contextmanager
def own_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A new private folder for one piece of work, removed at the end unless it was given another name by then.

    It is locked meanwhile: what owners that were killed left under the same prefix is removed first, and nothing else.
    """
    named = re.compile(re.escape(prefix) + _OWNED)
    sweep(path for path in parent.iterdir() if named.fullmatch(path.name))
    folder, handle = hold_new_folder(parent, prefix, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def sweep(leftovers: Iterable[Path], *, older: float = 0.0) -> list[Path]:
    """Remove those files and folders that nobody holds a lock of: their owners were killed. Returns what is gone.

    What was changed in the last ``older`` seconds, itself or directly in it, stays, and so do links and what may not
    be removed. Owners make theirs with `replacing`, `own_folder` or `hold_new_folder`; for others age is what tells.
    """
    gone: list[Path] = []
    for path in leftovers:
        with suppress(OSError):
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if older and _changed(path) > time.time() - older:
                    continue
                remove([path])
                gone.append(path)
            finally:
                os.close(handle)
    return gone


def _changed(path: Path) -> float:
    inside = path.iterdir() if path.is_dir() else ()
    times: list[float] = [each.lstat().st_mtime for each in (path, *inside)]
    return max(times)


def remove(paths: Iterable[Path]) -> None:
    """Remove files, and of folders whatever can be removed; what is not there is passed over. Raises OSError."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
