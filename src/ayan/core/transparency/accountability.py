"""What holds the city to account enters the log: its declarations as they change, and its diary day by day.

What a leaf speaks of is published beside the log, where everybody can compute its digest again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from ayan.core.store.tombstone import instant
from ayan.core.system.files import make_folder, write_all
from ayan.core.transparency.declared_files import DeclaredFiles
from ayan.core.transparency.entries.declaration import Declaration
from ayan.core.transparency.entries.diary_day import DiaryDay
from ayan.core.transparency.log_rules import LogHistory
from ayan.core.transparency.log_writer import TransparencyLog
from ayan.core.transparency.published_texts import (
    DECLARATIONS,
    declaration_path,
    is_canonical,
    part_path,
    published,
)
from ayan.core.values.canonical import sha256_hex
from ayan.core.values.clock import TEHRAN
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal

_PRIVATE: Final = ".private"

DayParts = Mapping[str, bytes]
"""What was kept of a day, by the name of the part: canonical JSON."""


class NotAsLogged(Refusal):
    """Something that is kept is not what the log says of it, so nothing more is sealed."""

    code = "not-as-logged"
    fa = "آنچه نگه داشته شده است با ثبت عمومی سازگار نیست."
    en = "What is kept is not what the log says."
    status = 500


_NOT_CANONICAL: Final = Label(
    "پروندهٔ {part} از روز {day} آسیب دیده است و مهر نشد. آن را از پشتیبان برگردانید.",
    "The file of {part} of {day} is damaged and was not sealed. Bring it back from a backup.",
)


# --- declarations -----------------------------------------------------------------------------------------------------


def changes(history: LogHistory, files: DeclaredFiles, at: str, under: str = "") -> list[Declaration]:
    """What the log is still to be told of declared files whose paths begin with ``under``, in the order of paths."""
    standing = {path: entry.digest for path, entry in history.declarations.items() if entry.digest is not None}
    changed: list[Declaration] = []
    for path in sorted({*files.bodies, *standing}):
        if not path.startswith(under) or path in files.unreadable:
            continue
        body = files.bodies.get(path)
        digest = None if body is None else sha256_hex(body)
        if digest != standing.get(path):
            changed.append(Declaration(at=at, path=path, digest=digest, size=None if body is None else len(body)))
    return changed


def declare(
    log: TransparencyLog, files: DeclaredFiles, now: datetime, under: str = "", *, announce: bool = True
) -> list[Declaration]:
    """Publish the declared files that changed and enter a leaf for each; those entered, none where all is as it was.

    ``files`` are all that is declared, of which those whose paths begin with ``under`` are looked at. Without
    ``announce`` the act that follows makes the checkpoint known. Raises as `TransparencyLog.enter`.
    """
    with _alone(log):
        changed = changes(log.history(), files, instant(now), under)
        mine = [body for path, body in files.bodies.items() if path.startswith(under)]
        _publish(log, {declaration_path(sha256_hex(body)): body for body in mine})
        if not changed:
            return []
        log.enter([entry.leaf for entry in changed])
    if announce:
        log.announce()
    return changed


# --- the diary --------------------------------------------------------------------------------------------------------


def end_of(day: date) -> str:
    """The moment (ISO 8601, UTC) at which a day of the city ends, as leaves about days are dated."""
    end = datetime.combine(day + timedelta(days=1), time(), TEHRAN)
    return end.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def seal_diary(log: TransparencyLog, days: Mapping[date, Callable[[], DayParts]]) -> list[DiaryDay]:
    """Seal the days that are not sealed yet and come after those that are; asked twice it does nothing more.

    ``days`` reads the parts of each day that is over. Raises NotAsLogged for a part that is damaged, and what
    `TransparencyLog.enter` raises.
    """
    sealed: list[DiaryDay] = []
    with _alone(log):
        known = log.history().diary
        last = known[-1].day if known else ""
        for day in sorted(days):
            if day.isoformat() <= last:
                continue
            parts = days[day]()
            for name, body in parts.items():
                if not is_canonical(body):
                    raise NotAsLogged().worded(_NOT_CANONICAL.format(part=name, day=day))
            if not parts:
                continue
            _publish(log, {part_path(day.isoformat(), name): body for name, body in parts.items()})
            digests = {name: sha256_hex(body) for name, body in sorted(parts.items())}
            sealed.append(DiaryDay(day=day.isoformat(), at=end_of(day), parts=digests))
        if not sealed:
            return []
        log.enter([entry.leaf for entry in sealed])
    log.announce()
    return sealed


def rewritten(history: LogHistory, days: Mapping[date, Callable[[], DayParts]]) -> Iterator[tuple[str, str]]:
    """Day (ISO) and part of everything that is no longer what was sealed: changed, gone, or added since.

    ``days`` reads the parts of each day as they are kept now.
    """
    sealed = {day.day: day.parts for day in history.diary}
    last = history.diary[-1].day if history.diary else ""
    read = {day.isoformat(): parts for day, parts in days.items()}
    for day in sorted({*sealed, *(name for name in read if name <= last)}):
        kept = {name: sha256_hex(body) for name, body in (read[day]() if day in read else {}).items()}
        said = sealed.get(day, {})
        for name in sorted({*kept, *said}):
            if kept.get(name) != said.get(name):
                yield day, name


# --- what stands beside the log ---------------------------------------------------------------------------------------


def damaged(folder: Path, history: LogHistory) -> Iterator[str]:
    """The paths below a log's folder at which something else stands than the log says, or nothing."""
    for path, digest in published(history).items():
        body = read_published(folder, path)
        if body is None or sha256_hex(body) != digest:
            yield path


def read_published(folder: Path, path: str) -> bytes | None:
    """What is published at a path that `published` names; None where nothing stands."""
    with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return (folder / path).read_bytes()
    return None


def put_back(folder: Path, bodies: Mapping[str, bytes]) -> None:
    """Put what is published at some paths where it should stand; what stands already, unchanged, is left alone."""
    missing = {folder / path: body for path, body in bodies.items() if read_published(folder, path) != body}
    if missing:
        drafts = folder / _PRIVATE
        make_folder(drafts)
        write_all(missing, drafts)


def _publish(log: TransparencyLog, bodies: Mapping[str, bytes]) -> None:
    """Before any leaf speaks of it, so that nobody asks in vain."""
    folder = log.log.folder
    log.log.publish_beside({path: body for path, body in bodies.items() if read_published(folder, path) != body})


def _alone(log: TransparencyLog) -> AbstractContextManager[None]:
    """Keep others, in any process, from saying the same twice."""
    return log.log.keeping(DECLARATIONS)
