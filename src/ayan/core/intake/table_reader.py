"""The table reader: one file in, one raw table out, or a refusal that says what to do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from ayan.core.intake import delimited_text, encoding, file_bytes, formats, reading_notes
from ayan.core.intake.archives import UNPACKED, Unpacked
from ayan.core.intake.delimited_text import DecodedText, DelimitedRecord, DelimitedRows
from ayan.core.intake.encoding import Encoding
from ayan.core.intake.formats import Format
from ayan.core.intake.header import HeaderLayout, columns, lay_out, rows_needed, trimmed
from ayan.core.intake.issues import refuse, unreadable
from ayan.core.intake.layout_steps import apply_steps
from ayan.core.intake.raw_parquet import has_wildcard
from ayan.core.intake.sandbox import read_apart
from ayan.core.intake.several_sheets import read_members, read_several
from ayan.core.intake.table import FileFacts, IntakeLimits, RawTable, UnitMention, printable_name
from ayan.core.intake.unit_mentions import around
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import Issue
from ayan.core.schema.steps.registry import FIRST
from ayan.core.schema.steps.shape_steps import Header, Members, Sheets, TableOf
from ayan.core.schema.steps.step import Step
from ayan.core.system.progress import Progress
from ayan.core.values.label import Label

_LIMITS: Final = IntakeLimits()
_TEMPORARY: Final = "~$"
"""How the names of files begin that Excel and Word keep beside one that is open."""
_DELIMITER_NAMES: Final = {"\t": "TAB"}


def read_table(
    path: Path,
    *,
    source: Layout,
    known: Collection[str] = (),
    sheet: str | None = None,
    workdir: Path,
    limits: IntakeLimits = _LIMITS,
    progress: Progress | None = None,
) -> RawTable:
    """Read one sheet or text file as text, each cell with its address.

    ``known`` are labels, names and aliases by which the header row is recognised; ``sheet`` (name or 1-based number)
    overrides the source's. ``workdir`` is a private folder that must outlive the table. ``progress`` is told a stage
    and a share done (None = unknown). Raises CannotRead, and nothing else, for a file that cannot be read.
    """
    path = path.absolute()
    workdir = workdir.absolute()
    _one_of_which(source.steps)
    for step in source.steps:
        if isinstance(step, Header):
            source = replace(source, header_rows=step.rows)
    # Of several tables on a sheet every row is read, for the header of one may stand anywhere.
    whole = replace(source, headers=(), data_row=1, header_row=None) if _is_first(source, TableOf) else source
    known = frozenset(known).union(*(step.named for step in source.steps))
    if has_wildcard(workdir):
        raise unreadable(
            Label("نشانی پوشهٔ کار یکی از نویسه‌های * ? [ \\ را دارد", "the work folder's path holds * ? [ or \\")
        )
    workdir.mkdir(parents=True, exist_ok=True)
    tell = progress or (lambda _stage, _share: None)
    size = file_bytes.regular(path, limits)
    before = _stamp(path)
    tell("sniff", 0.0)
    asked = _Asked(whole, frozenset(known), sheet, workdir, limits, tell)
    try:
        outer = asked.read(path, size)
        table = outer if isinstance(outer, RawTable) else asked.read_unpacked(path, size, outer)
    finally:
        for left in workdir.rglob(f"{UNPACKED}*"):
            left.unlink()
    # The digest and the cells are read side by side, so they speak of one content only while the file stands still.
    if before is None or _stamp(path) != before:
        raise refuse("file-changed")
    table = apply_steps(table, source.steps, workdir, source.totals_words, source.header_rows)
    tell("read", 1.0)
    return table


def _is_first(source: Layout, kind: type[Step]) -> bool:
    """Whether the first of the steps is of a kind."""
    return bool(source.steps) and isinstance(source.steps[0], kind)


def _one_of_which(steps: Sequence[Step]) -> None:
    """Refuse a second step that says which table is read: it would be passed over."""
    which = [step for step in steps if isinstance(step, FIRST)]
    if len(which) > 1:
        raise refuse("steps-apart", step=which[1].label, other=which[0].label)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of a file, and of that within it."""

    source: Layout
    known: frozenset[str]
    sheet: str | None
    workdir: Path
    limits: IntakeLimits
    tell: Progress

    def read(self, path: Path, size: int) -> RawTable | tuple[Unpacked, ...]:
        """Read a file as its content says; of an archive come the files within it."""
        if path.name.startswith(_TEMPORARY):
            raise unreadable(Label("پروندهٔ موقتی کنار اصل آن است", "it is a temporary file beside the true one"))
        form = formats.recognise(file_bytes.first_bytes(path), path.suffix.lower())
        self.tell("read", None)
        if form.reader is None:
            return _TextFile(path, size, self.source, self.known, self.workdir, self.limits, self.tell).read()
        several = self.source.steps[0] if self.source.steps and form.sheets else None
        if not isinstance(several, Sheets):
            return self._apart(path, form, self.sheet, self.workdir)
        try:
            return read_several(several, self.workdir, partial(self._sheet, path, form))
        except _Packed as packed:
            return packed.unpacked

    def _apart(self, path: Path, form: Format, sheet: str | None, folder: Path) -> RawTable | tuple[Unpacked, ...]:
        return read_apart(
            path, form, source=self.source, known=self.known, sheet=sheet, workdir=folder,
            limits=self.limits, tell=self.tell,
        )  # fmt: skip

    def _sheet(self, path: Path, form: Format, sheet: str | None, folder: Path) -> RawTable:
        table = self._apart(path, form, sheet, folder)
        if not isinstance(table, RawTable):
            raise _Packed(table)
        return table

    def read_unpacked(self, archive: Path, size: int, unpacked: tuple[Unpacked, ...]) -> RawTable:
        """Read what was in an archive; name, size and digest are those of the archive, as it was sent."""
        with ThreadPoolExecutor(1) as threads:
            sha256 = threads.submit(file_bytes.digest, archive)
            step = self.source.steps[0] if self.source.steps else None
            if isinstance(step, Members):
                table = read_members(step, unpacked, self.workdir, self._within)
            else:
                table = self._within(unpacked[0], self.workdir)
            digest = sha256.result()
        facts = replace(table.facts, name=printable_name(archive.name), sha256=digest, bytes=size)
        members = [Issue(code="archive-member", params={"member": each.member}) for each in unpacked]
        return replace(table, facts=facts, issues=(*members, *table.issues))

    def _within(self, unpacked: Unpacked, folder: Path) -> RawTable:
        """The table of one file of an archive."""
        size = file_bytes.regular(unpacked.path, self.limits)
        table = replace(self, workdir=folder).read(unpacked.path, size)
        if not isinstance(table, RawTable):
            raise unreadable(Label("بایگانی‌ای در بایگانی دیگر است", "an archive within an archive"))
        return table


class _Packed(Exception):
    """What was to be read sheet by sheet is an archive: the file within it is."""

    def __init__(self, unpacked: tuple[Unpacked, ...]) -> None:
        super().__init__(*(each.member for each in unpacked))
        self.unpacked = unpacked


def _stamp(path: Path) -> tuple[int, ...] | None:
    """What changes whenever the file is written or replaced; None when it is gone."""
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


@dataclass(frozen=True, slots=True)
class _TextFile:
    """A delimited text file on its way to a table."""

    path: Path
    size: int
    source: Layout
    known: frozenset[str]
    workdir: Path
    limits: IntakeLimits
    tell: Progress

    def read(self) -> RawTable:
        """Read as the encoding found at the top says; when a later byte contradicts it, look at the whole file."""
        state = encoding.mark(file_bytes.first_bytes(self.path))
        if state is None and self.source.encoding is not None:
            state = Encoding(encoding.declared(self.source.encoding))
        if state is None or state.codec == "utf-8":
            try:
                return self._as_utf8(self.path, state or Encoding("utf-8"))
            except UnicodeDecodeError:
                if state is not None:
                    at = Encoding("utf-8", state.start)
                    raise self._not_utf8(at) from None
                state = encoding.other_than_utf8(self.path)
        copy = self.workdir / "text.csv"
        encoding.to_utf8(self.path, state, copy)
        return self._as_utf8(copy, state)

    def _not_utf8(self, state: Encoding) -> Exception:
        line = encoding.undecodable_line(self.path, state)
        return refuse("encoding-other", line=line, encoding=state.label)

    def _as_utf8(self, path: Path, state: Encoding) -> RawTable:
        own = path == self.path
        start = state.start if own else 0
        with ThreadPoolExecutor(2) as threads:
            counted = threads.submit(file_bytes.scan, path)
            original = None if own else threads.submit(file_bytes.digest, self.path)
            text = DecodedText(path, start, self._delimiter(path, start))
            head = list(islice(delimited_text.records(text, self.limits), rows_needed(self.source)))
            self._check_width(head)
            first = reading_notes.head_of((record.number, record.line, record.cells) for record in head)
            reading_notes.write_sheets(self.workdir, [reading_notes.SheetPreview("", None, None, False, first)])
            layout = lay_out([record.cells for record in head], self.source, self.known)
            rows: DelimitedRows | None = None
            if self.size >= delimited_text.FAST_FROM:
                rows = delimited_text.fast(text, layout, head, counted, self.workdir, self.limits)
            whole = counted.result()
            if whole.nul_line is not None:
                raise refuse("file-nul", line=whole.nul_line)
            if rows is None:
                rows = delimited_text.exact(
                    text, layout, self.workdir, self.limits, lambda share: self.tell("read", share)
                )
            sha256 = original.result() if original else whole.sha256
        mentions = around([record.cells for record in head], layout, rows.tail)
        return self._table(text, state, layout, rows, sha256, mentions)

    def _delimiter(self, path: Path, start: int) -> str:
        if self.source.delimiter:
            return "\t" if self.source.delimiter in ("\\t", "tab", "TAB") else self.source.delimiter
        with path.open("rb") as file:
            file.seek(start)
            sample = file.read(file_bytes.HEAD)
        preferred = "\t" if self.path.suffix.lower() in (".tsv", ".tab") else ","
        cut = sample.rfind(b"\n") + 1
        return delimited_text.find_delimiter(sample[: cut or None].decode("utf-8", "replace"), self.known, preferred)

    def _check_width(self, head: list[DelimitedRecord]) -> None:
        for record in head:
            if len(trimmed(record.cells)) > self.limits.columns or len(record.cells) > 10 * self.limits.columns:
                raise refuse("columns-too-many", line=record.line, row=record.number, limit=self.limits.columns)

    def _table(
        self,
        text: DecodedText,
        state: Encoding,
        layout: HeaderLayout,
        rows: DelimitedRows,
        sha256: str,
        mentions: tuple[UnitMention, ...],
    ) -> RawTable:
        delimiter = _DELIMITER_NAMES.get(text.delimiter, text.delimiter)
        issues = [Issue(code="encoding-found", params={"encoding": state.label, "delimiter": delimiter})]
        if state.doubled:
            issues.append(Issue(code="bom-repaired"))
        if layout.header_row is not None:
            issues.append(Issue(code="header-found", row=layout.header_row, params={"row": layout.header_row}))
        if rows.short:
            issues.append(Issue(code="row-short", count=rows.short, params={"count": rows.short}))
        issues += rows.issues
        if not rows.rows:
            issues.append(Issue(code="no-rows"))
        facts = FileFacts(
            name=printable_name(self.path.name),
            sha256=sha256,
            bytes=self.size,
            format="tsv" if text.delimiter == "\t" else "csv",
            encoding=state.label,
            delimiter=text.delimiter,
            header_row=layout.header_row,
            mentions=mentions,
        )
        headers = trimmed(layout.headers)
        return RawTable(
            columns=columns(headers, rows.width),
            relation=rows.relation,
            files=rows.files,
            rows=rows.rows,
            facts=facts,
            issues=tuple(issues),
            repeated=rows.repeated,
            full=rows.full,
        )
