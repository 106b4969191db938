"""A copy of the whole public portal: asked without a network, checked, signed, put in place at once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string

from ayan.apps.export import page_rewriter
from ayan.apps.export.copy_share import CopyShare, ShareOfWork, SiteClient, copying, shares_of, sharing
from ayan.apps.export.page_rewriter import ABSENT, CopyPaths, astray
from ayan.core.continuity.copy_seal import NOTE, is_copy, seal_copy
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import Signer
from ayan.core.ledger.tiles import tiles_of
from ayan.core.store.tombstone import instant
from ayan.core.system.files import folder_locked, open_to_readers, rename
from ayan.core.system.progress import Progress
from ayan.core.transparency.entries.entry import UnknownEntry, read_entry
from ayan.core.transparency.evidence import LIST
from ayan.core.values.refusal import Refusal
from ayan.wiring.city import City

RECORDS: Final = 1000
"""Records of each dataset that have a page of their own, unless another number is asked for."""

FORMAT: Final = "ayan static copy v1"


class CannotCopy(Refusal):
    """A copy cannot be made."""

    code = "no-copy"
    fa = "نسخه‌ای ساخته نشد."
    en = "No copy was made."
    status = 409


@dataclass(frozen=True, slots=True)
class CopyReport:
    """What a copy came to: its files, their bytes, and the pages left out because they cost too much."""

    files: int
    bytes: int
    left_out: tuple[str, ...]


def make_copy(
    city: City,
    signer: Signer,
    target: Path,
    *,
    records: int = RECORDS,
    tell: Progress,
    helper: Sequence[str] = (),
    helpers: int = 0,
) -> CopyReport:
    """Write the copy to ``target``, which must not exist or be an earlier copy; until the end nothing of it changes.

    The clock of the pages stands at the last act in the log, so that the same releases give the same bytes. ``helper``
    is the command that starts a process of the same city and calls `copy_share.help_out`; so many ``helpers`` take
    their share of the pages. Raises CannotCopy, and Unexpected when a page of the portal does not answer.
    """
    target = target.resolve()
    _check_target(city, target)
    log = city.log
    if log is None or not log.size:
        raise CannotCopy("هنوز چیزی منتشر نشده است.", "Nothing has been published yet.")
    with _staging(target) as folder:
        before = _state(city, log)
        entries = [read_entry(leaf) for leaf in log.leaves(0, log.size)]
        at = max(datetime.fromisoformat(said.at) for said in entries if not isinstance(said, UnknownEntry))
        with copying(city, at) as still:
            writer = _Writer(still, log, folder, at, tell)
            counted = writer.write(records, helper, helpers)
        if _state(city, log) != before:
            raise CannotCopy(
                "هنگام نوشتن چیزی منتشر شد. دوباره بسازید.", "Something was published meanwhile. Make the copy again."
            )
        tell("links", None)
        # The links of pages were followed as these were written; there are many times more of them.
        pages = {file for _, file in writer.paths if file.endswith(".html")}
        if lost := [*writer.stray, *astray(folder, (LIST, NOTE), pages)]:
            name, link = lost[0]
            raise CannotCopy("پیوندی به هیچ جا می‌رسد: {name}: {link}", "A link leads nowhere: {name}: {link}").format(
                name=name, link=link
            )
        tell("files", None)
        facts = {"format": FORMAT, "made_at": instant(at), "portal": settings.ORIGIN, **before}
        facts["record_pages"] = {"at_most": records, "by_dataset": counted}
        facts["left_out"] = writer.left_out
        seal_copy(folder, facts, signer)
        # For whoever serves it, whatever the umask: everything in it is published.
        open_to_readers(folder)
        sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
        _put_in_place(folder, target)
    return CopyReport(len(sizes), sum(sizes), tuple(writer.left_out))


def _state(city: City, log: Log) -> dict[str, Any]:
    """What the copy is of: the digest of each dataset's state, and the log's name, size and root."""
    states = {slug: city.release_store.snapshot(slug).digest for slug in city.release_store.datasets()}
    return {"states": states, "log": {"origin": log.origin, "size": log.size, "root": log.root().hex()}}


class _Writer:
    """One copy on its way into a folder: its addresses shared between this process and those that help it."""

    def __init__(self, city: City, log: Log, folder: Path, at: datetime, tell: Progress) -> None:
        self._city = city
        self._log = log
        self._folder = folder
        self._at = at
        self._tell = tell
        self.paths = CopyPaths(SiteClient.of_process().hosts)
        self.left_out: list[str] = []
        self.stray: list[tuple[str, str]] = []

    def write(self, records: int, helper: Sequence[str], helpers: int) -> dict[str, int]:
        """Write everything but the list; how many records of each dataset have pages."""
        self._tell("layout", None)
        counted = page_rewriter.lay_out(self.paths, self._city, records)
        every = list(self.paths)
        work = ShareOfWork(self._folder, self._at, self.paths, shares_of(len(every), helpers + 1))
        own = CopyShare(work, 0)
        with sharing(work, helper, helpers) as others:
            saved = [own.save(self._tell), *(other.saved() for other in others)]
            gone = sorted(number for share in saved for number in share.gone)
            for number in gone:
                self.paths.drop(every[number][0])
            self.left_out = [
                every[number][0][0] for number in sorted(number for share in saved for number in share.costly)
            ]
            for other in others:
                other.follow(gone)
            self.stray = [*own.lead(gone, self._tell), *(stray for other in others for stray in other.stray())]
        self._log_files()
        return counted

    def _log_files(self) -> None:
        for tile in tiles_of(self._log.size):
            path = self._folder / "log" / tile.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._log.resource(tile.path))
        context = {
            "city": self._city.profile,
            "origin": settings.ORIGIN,
            "policy": page_rewriter.POLICY,
        }
        (self._folder / ABSENT).write_text(render_to_string("export/not_in_this_copy.html", context), encoding="utf-8")


# --- the folder -----------------------------------------------------------------------------------------------------


def _check_target(city: City, target: Path) -> None:
    for own in (city.home.resolve(), city.store.resolve()):
        if target == own or target.is_relative_to(own) or own.is_relative_to(target):
            raise CannotCopy(
                "نسخه را جدا از پوشهٔ شهر بگذارید: {target}", "Put the copy outside the city's folder: {target}"
            ).format(target=target)
    _recover(target)
    if os.path.lexists(target) and not is_copy(target):
        raise CannotCopy(
            "در {target} چیز دیگری هست. نشانی دیگری بدهید.", "Something else stands at {target}. Name another place."
        ).format(target=target)


@contextmanager
def _staging(target: Path) -> Iterator[Path]:
    """An empty folder beside ``target``, for one process at a time; whatever a killed one left there goes first."""
    folder = _beside(target, "new")
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        try:
            stack.enter_context(folder_locked(folder, wait=0))
        except BlockingIOError:
            raise CannotCopy(
                "نسخهٔ دیگری در همین جا ساخته می‌شود.", "Another copy is being made at this place."
            ) from None
        for left in folder.iterdir():
            shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _put_in_place(folder: Path, target: Path) -> None:
    before = _beside(target, "before")
    if target.exists():
        rename(target, before)
    rename(folder, target)
    shutil.rmtree(before, ignore_errors=True)


def _recover(target: Path) -> None:
    """Settle what a process left that was killed between the two renames of `_put_in_place`, or right after them."""
    before = _beside(target, "before")
    if not is_copy(before):
        return
    if os.path.lexists(target):
        shutil.rmtree(before)
    else:
        rename(before, target)


def _beside(target: Path, what: str) -> Path:
    return target.with_name(f".{target.name}.{what}")
