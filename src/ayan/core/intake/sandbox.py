"""Reads all but plain text in a process of its own, so that a hostile file can end nothing but that process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

WITH_NUMPY: Final = "numpy"
"""The argument by which the process is let have numpy, for a format that cannot be read without."""

if __name__ == "__main__" and WITH_NUMPY not in sys.argv:
    # Arrow takes numpy in wherever it finds it, which is half of what this program reads before it begins.
    sys.modules["numpy"] = None  # type: ignore[assignment]  # this is how an import is forbidden

from ayan.core.intake import file_bytes, formats, reading_notes
from ayan.core.intake.archives import Unpacked
from ayan.core.intake.header import columns
from ayan.core.intake.issues import issue_as_json, issue_from_json, refuse, too_much_memory, unreadable
from ayan.core.intake.limits import WALL_FACTOR
from ayan.core.intake.reading_notes import REPLY, REQUEST
from ayan.core.intake.table import FileFacts, IntakeLimits, RawTable, UnitMention, printable_name
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import CannotRead
from ayan.core.schema.steps.registry import steps_as_json, steps_from_json
from ayan.core.schema.steps.shape_steps import Members
from ayan.core.system import child
from ayan.core.values.label import Label

# Seconds between two looks at how far the reading process is.
_LOOK_EVERY: Final = 0.25
_TOO_BIG: Final = Label("برای حافظهٔ مجاز بسیار بزرگ یا آسیب‌دیده است", "too big for the memory allowed, or damaged")


def read_apart(
    path: Path,
    form: formats.Format,
    *,
    source: Layout,
    known: Collection[str],
    sheet: str | None,
    workdir: Path,
    limits: IntakeLimits,
    tell: Callable[[str, float | None], None],
) -> RawTable | tuple[Unpacked, ...]:
    """Read ``path`` in a child process within the limits of time and memory; CannotRead as the child says or ends.

    Of an archive come the files that were taken out of it, to be read in their turn.
    """
    request = {
        "path": str(path),
        "format": form.name,
        "known": sorted(known),
        "sheet": sheet if sheet is not None else source.sheet,
        "limits": asdict(limits),
        "source": {
            "header_row": source.header_row,
            "header_rows": source.header_rows,
            "data_row": source.data_row,
            "headers": source.headers,
            "encoding": source.encoding,
            "sheet": source.sheet,
            "path": source.path,
            "member": source.member,
            "crs": source.crs,
            # All others are done to the table that comes back.
            "steps": steps_as_json([step for step in source.steps if isinstance(step, Members)]),
        },
    }
    (workdir / REQUEST).write_text(json.dumps(request, ensure_ascii=False), encoding="utf-8")
    for stale in (REPLY, reading_notes.NOTE, reading_notes.SHARE):
        (workdir / stale).unlink(missing_ok=True)
    with ThreadPoolExecutor(1) as threads:
        sha256 = threads.submit(file_bytes.digest, path)
        code = _run(workdir, form, limits, tell)
        answer = _reply(workdir, code, limits)
        if "unpacked" in answer:
            return tuple(Unpacked(Path(name), member) for name, member in answer["unpacked"])
        return _table(path, answer, sha256.result())


def _run(workdir: Path, form: formats.Format, limits: IntakeLimits, tell: Callable[[str, float | None], None]) -> int:
    """The child's exit code; it and whatever it started are killed when the time is over."""
    nowhere = subprocess.DEVNULL
    needs = [WITH_NUMPY] if form.with_numpy else []
    process = child.start(
        "ayan.core.intake.sandbox", str(workdir), *needs, stdin=nowhere, stdout=nowhere, stderr=nowhere
    )
    end = time.monotonic() + WALL_FACTOR * limits.seconds
    try:
        while (left := end - time.monotonic()) > 0:
            try:
                return process.wait(timeout=min(_LOOK_EVERY, left))
            except subprocess.TimeoutExpired:
                tell("read", reading_notes.read_progress(workdir))
        raise refuse("file-too-slow", limit=f"{limits.seconds:g}")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _reply(workdir: Path, code: int, limits: IntakeLimits) -> dict[str, Any]:
    """What the child wrote; without an answer its way of ending says what happened."""
    try:
        answer: dict[str, Any] = json.loads((workdir / REPLY).read_text("utf-8"))
    except (OSError, ValueError):
        if code == -signal.SIGXCPU:
            raise refuse("file-too-slow", limit=f"{limits.seconds:g}") from None
        # An allocation refused inside the parser ends the process without a word.
        raise unreadable(_TOO_BIG) from None
    if "refused" in answer:
        raise CannotRead(issue_from_json(answer["refused"]))
    return answer


def _table(path: Path, answer: dict[str, Any], sha256: str) -> RawTable:
    facts = FileFacts(
        name=printable_name(path.name),
        sha256=sha256,
        bytes=path.stat().st_size,
        format=answer["format"],
        encoding=answer["encoding"],
        sheet=answer["sheet"],
        sheets=tuple(answer["sheets"]),
        header_row=answer["header_row"],
        mentions=tuple(map(UnitMention.from_json, answer["mentions"])),
        fractions=tuple(answer["fractions"]),
    )
    return RawTable(
        columns=columns(answer["headers"], answer["width"]),
        relation=answer["relation"],
        files=tuple(Path(name) for name in answer["files"]),
        rows=answer["rows"],
        facts=facts,
        issues=tuple(issue_from_json(entry) for entry in answer["issues"]),
    )


# --- the process apart: binds itself, reads, and leaves a reply in JSON ----------------------------------------


def _read(workdir: Path, request: dict[str, Any]) -> dict[str, Any]:
    """The table of the requested file in JSON, or ``{"refused": …}``."""
    limits = IntakeLimits(**request["limits"])
    declared = dict(request["source"])
    if declared["headers"] is not None:
        declared["headers"] = tuple(declared["headers"])
    declared["steps"] = steps_from_json(declared["steps"])
    source = Layout(**declared)
    path = Path(request["path"])
    child.bind(limits.memory, limits.seconds)
    try:
        reader = formats.BY_NAME[request["format"]].reader
        if reader is None:
            raise ValueError(request["format"])
        answer = reader(path, request["sheet"], source, request["known"], workdir, limits)
        if isinstance(answer, tuple):
            return {"unpacked": [[str(each.path), each.member] for each in answer]}
        return asdict(answer)
    except CannotRead as refusal:
        return {"refused": issue_as_json(refusal.issue)}
    except MemoryError:
        return {"refused": issue_as_json(too_much_memory(limits.memory).issue)}
    except RecursionError:
        return {"refused": issue_as_json(unreadable(Label("تودرتویی بیش از اندازه", "nested too deeply")).issue)}


def main() -> None:
    """Read the request in the folder named on the command line and leave the reply there."""
    child.die_with_parent()
    workdir = Path(sys.argv[1])
    request = json.loads((workdir / REQUEST).read_text("utf-8"))
    text = json.dumps(_read(workdir, request), ensure_ascii=False)
    (workdir / REPLY).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
