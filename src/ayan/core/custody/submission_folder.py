"""A submission on its way through the desk: one file in a private folder, what was seen of it, and what was found."""

from __future__ import annotations

import errno
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ayan.core.custody.limits import LONGEST_ENDING, LONGEST_NAME
from ayan.core.custody.private_store import EARLIER_ISSUES, ISSUES, PrivateStore
from ayan.core.intake.issues import too_large
from ayan.core.intake.preview import Preview, preview_file, stored_preview, stored_table
from ayan.core.intake.table import IntakeLimits, RawTable, printable_name
from ayan.core.refine import roundtrip
from ayan.core.refine.amendments import AMENDMENTS, Amendments, stored_amendments
from ayan.core.refine.column_mapping import ColumnChoice, ColumnProposal, layout_of, propose
from ayan.core.refine.header_matching import known_headers
from ayan.core.refine.issue_store import CELLS, MASKS, SHAPES, IssueStore, StoredReading, stored_issues
from ayan.core.refine.spellings import SPELLINGS, SpellingCluster, stored_spellings
from ayan.core.schema.definition import Dataset
from ayan.core.schema.issue import CannotRead
from ayan.core.schema.layouts import read_as
from ayan.core.schema.steps.registry import in_order
from ayan.core.schema.steps.step import Step
from ayan.core.system.files import PRIVATE_FOLDER, flush, make_folder, rename, sweep
from ayan.core.system.progress import Progress

FOLDER: Final = "submissions"
_ID: Final = re.compile(r"[0-9a-f]{32}")
_UNSAFE: Final = re.compile(r"[/\\\0]")
_LIMITS: Final = IntakeLimits()
# Seconds after which a folder in the making is nobody's: no reading may take so long.
_ABANDONED: Final = 6 * 3600.0


class NoSubmission(LookupError):
    """There is no such submission, or no longer; the text is its id."""


@dataclass(frozen=True, slots=True)
class SubmissionFolder:
    """One file that was sent, in a folder that its ``id`` names.

    ``file/`` holds it as it was sent, ``table/`` what was read of it and ``issues/`` what is wrong in it. Everything
    in it is private and stands under the city's lock; while somebody works at it, what it needs is opened into a
    scratch folder. What may be made public leaves it as a draft.
    """

    private_store: PrivateStore
    id: str

    @classmethod
    def receive(
        cls, private_store: PrivateStore, name: str, source: Path | Iterable[bytes], limits: IntakeLimits = _LIMITS
    ) -> SubmissionFolder:
        """Take a file in under the ``name`` its sender gave it; CannotRead when it is too large. Durable at the end."""
        submission = cls(private_store, secrets.token_hex(16))
        target = submission.folder / "file" / _safe(name)
        make_folder(target.parent, mode=PRIVATE_FOLDER)
        try:
            private_store.locker.put(_bounded(_pieces(source), limits.bytes), target)
            flush(target.parent)
        except BaseException:
            submission.discard()
            raise
        return submission

    @classmethod
    def opened(cls, private_store: PrivateStore, name: str) -> SubmissionFolder:
        """The submission called so; NoSubmission when there is none."""
        submission = cls(private_store, name)
        if not _ID.fullmatch(name) or not submission.folder.is_dir():
            raise NoSubmission(name[:60])
        if not (submission.folder / ISSUES).exists():
            # None there, or somebody else is bringing it along.
            with suppress(FileNotFoundError):
                rename(submission.folder / EARLIER_ISSUES, submission.folder / ISSUES)
        return submission

    @property
    def folder(self) -> Path:
        """Its private folder."""
        return self.private_store.scratch / FOLDER / self.id

    @property
    def file(self) -> Path:
        """The file as it was sent; NoSubmission when it is not there."""
        for path in (self.folder / "file").glob("*"):
            return path
        raise NoSubmission(self.id)

    @property
    def has_file(self) -> bool:
        """Whether the file as it was sent still stands here; of what is published it stands among the originals."""
        return any((self.folder / "file").glob("*"))

    def discard(self) -> None:
        """Remove the file and everything that was made of it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- the file ---------------------------------------------------------------------------------------------------

    def preview(
        self,
        dataset: Dataset,
        *,
        source: str = "default",
        sheet: str | None = None,
        header_row: int | None = None,
        steps: Sequence[Step] = (),
        limits: IntakeLimits = _LIMITS,
        progress: Progress | None = None,
    ) -> Preview:
        """Read the file, header and sheet as chosen or else found, and keep what is seen; a refusal is part of it.

        ``steps`` are done after those that the layout declares.
        """
        layout, fields, _ = read_as(dataset, source)
        layout = layout_of(layout, sheet, header_row)
        layout = replace(layout, steps=in_order((*layout.steps, *steps)))
        fresh = self._fresh("table")
        with self.private_store.scratch_folder() as scratch:
            sent, plain = scratch / "file", scratch / "table"
            for folder in (sent, plain):
                folder.mkdir(mode=0o700)
            file, known = self.private_store.locker.open_into(self.file, sent), known_headers(fields)
            look = preview_file(file, plain, source=layout, known=known, limits=limits, sheet=sheet, progress=progress)
            self.private_store.locker.put_folder(plain, fresh)
        self._put(fresh, "table")
        shutil.rmtree(self.folder / ISSUES, ignore_errors=True)
        return self.stored_preview() or look

    def stored_preview(self) -> Preview | None:
        """What was seen when the file was last looked at; None before that. The cells themselves stand locked."""
        return stored_preview(self.folder / "table", self.private_store.locker.read)

    # --- its columns ------------------------------------------------------------------------------------------------

    def columns(
        self,
        dataset: Dataset,
        *,
        source: str = "default",
        sheet: str | None = None,
        header_row: int | None = None,
        remembered: ColumnChoice | None = None,
    ) -> ColumnProposal:
        """The columns of the file beside the declared fields; CannotRead while it has not been read."""
        with self.opened_table() as raw:
            return propose(raw, dataset, source=source, sheet=sheet, header_row=header_row, remembered=remembered)

    def table(self) -> RawTable:
        """What is known of the file's cells, which stand locked.

        Raises CannotRead where they could not be read, NoSubmission where nobody has looked.
        """
        look = self.stored_preview()
        if look is None:
            raise NoSubmission(self.id)
        if look.refused is not None or look.table is None:
            raise CannotRead(look.refused) if look.refused else NoSubmission(self.id)
        return look.table

    @contextmanager
    def opened_table(self) -> Iterator[RawTable]:
        """The cells of the file, to be read as long as the ``with`` block lasts."""
        table = self.table()
        with self.private_store.scratch_folder() as scratch:
            for path in (self.folder / "table").iterdir():
                if not path.name.startswith("."):
                    self.private_store.locker.open_into(path, scratch)
            yield stored_table(scratch) or table

    # --- what is wrong in it ----------------------------------------------------------------------------------------

    def keep_issues(self, plain: Path) -> IssueStore:
        """Keep what was found in the file, as it stands open in a scratch folder, in the place of what was before."""
        fresh = self._fresh(ISSUES)
        self.private_store.locker.put_folder(plain, fresh)
        self._put(fresh, ISSUES)
        issues = self.issues()
        if issues is None:
            raise NoSubmission(self.id)
        return issues

    def issues(self) -> IssueStore | None:
        """What was found last; None before anything was. Its ``key`` says of which choice and decisions."""
        return stored_issues(self.folder / ISSUES, self.private_store.locker.read, self._open_cells)

    def spellings(self) -> tuple[SpellingCluster, ...]:
        """Texts that may be one name, as the file was checked last; none before that."""
        return stored_spellings(self.folder / ISSUES, self.private_store.locker.read)

    def amendments(self) -> Amendments | None:
        """What the decisions made of the file, as it was checked last; None before that."""
        reading = StoredReading(self.private_store.locker.read, self._open_cells)
        return stored_amendments(self.folder / ISSUES / AMENDMENTS, reading)

    def keep_amendments_alone(self) -> None:
        """Remove the file and everything that was made of it but what an auditor asks for: causes and amendments."""
        for path in self.folder.glob("*"):
            if path.name != ISSUES:
                shutil.rmtree(path, ignore_errors=True)
        for name in (CELLS, MASKS, SHAPES, SPELLINGS):
            (self.folder / ISSUES / name).unlink(missing_ok=True)

    def _open_cells(self, locked: Path, keep: Callable[[Callable[[], None]], None]) -> Path:
        """A readable copy of a locked file; ``keep`` is given what lets go of it."""
        held = ExitStack()
        keep(held.close)
        return self.private_store.locker.open_into(locked, held.enter_context(self.private_store.scratch_folder()))

    def mark(self) -> str:
        """By what a workbook of its bad rows is known when it comes back."""
        facts = self.table().facts
        return roundtrip.mark_of([self.id, facts.sha256, facts.sheet or ""])

    def keep_returned(self, source: Path, name: str) -> None:
        """Keep such a workbook, as it came back, until it is compared; the next one takes its place."""
        fresh = self._fresh("returned")
        self.private_store.locker.put(_pieces(source), fresh / _safe(name))
        flush(fresh)
        self._put(fresh, "returned")

    @contextmanager
    def opened_returned(self) -> Iterator[Path]:
        """The workbook that came back, to be read as long as the ``with`` block lasts; it is removed at its end.

        NoSubmission where none stands there.
        """
        returned = next((self.folder / "returned").glob("*"), None)
        if returned is None:
            raise NoSubmission(self.id)
        with self.private_store.scratch_folder() as scratch:
            yield self.private_store.locker.open_into(returned, scratch)
        shutil.rmtree(self.folder / "returned", ignore_errors=True)

    # --- folders ----------------------------------------------------------------------------------------------------

    def _fresh(self, name: str) -> Path:
        """A new empty folder that will take the place of the one called ``name``."""
        fresh = self.folder / f"{name}-{secrets.token_hex(8)}"
        fresh.mkdir(mode=0o700)
        return fresh

    def _put(self, fresh: Path, name: str) -> None:
        """Let ``fresh`` be the folder called ``name``; of two at once the later one stays."""
        target = self.folder / name
        while True:
            old = self.folder / f"{name}-{secrets.token_hex(8)}"
            with suppress(FileNotFoundError):
                rename(target, old)
            try:
                rename(fresh, target)
            except OSError as error:
                # Somebody else put his there in between; then his is the older one.
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
            else:
                break
            finally:
                shutil.rmtree(old, ignore_errors=True)
        # Others may be at work in theirs; what is older was left by somebody who was killed.
        sweep(self.folder.glob(f"{name}-*"), older=_ABANDONED)


def _bounded(pieces: Iterable[bytes], most: int) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise CannotRead(too_large(size, most).issue)
        yield piece


def _pieces(source: Path | Iterable[bytes]) -> Iterator[bytes]:
    if not isinstance(source, Path):
        yield from source
        return
    with source.open("rb") as file:
        while piece := file.read(1 << 20):
            yield piece


def _safe(name: str) -> str:
    """A file name that leads nowhere and is not too long; its ending stays, for it says what the file is."""
    plain = printable_name(_UNSAFE.split(name)[-1]).lstrip(".") or "file"
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending.encode()) > LONGEST_ENDING:
        stem, dot, ending = plain, "", ""
    kept = stem.encode()[:LONGEST_NAME].decode("utf-8", "ignore")
    # Wildcards would be taken for patterns where files are read.
    return re.sub(r"[*?\[\]]", "_", f"{kept}{dot}{ending}")
