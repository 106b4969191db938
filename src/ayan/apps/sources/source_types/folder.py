"""A watched folder: whole files are taken out of it, and put aside with a note; nothing leads out of it."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from django.conf import settings
from django.urls import reverse

from ayan.apps.desk.files import uploads
from ayan.apps.desk.files.uploads import ReceivedFile
from ayan.apps.desk.inputs import issues_of
from ayan.apps.desk.models import Submission
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.sources.arrivals import IncomingFile, arrive, period_of
from ayan.apps.sources.labels import OUTCOMES, RUNS
from ayan.apps.sources.limits import MOST_FILES, SETTLED_SECONDS
from ayan.apps.sources.models import Arrival, Source
from ayan.apps.sources.refusals import NotTaken
from ayan.apps.sources.source_type import CODE, CODE_HINT, FormNote, SourceForm, SourceType, TextField
from ayan.core.intake.http_fetch import FetchOutcome, unfinished
from ayan.core.schema.definition import Dataset
from ayan.core.schema.issue import CannotRead
from ayan.core.system.files import PRIVATE, PRIVATE_FOLDER, creating, make_folder, rename_between
from ayan.core.values.label import Label, label_of
from ayan.wiring import city

# Whoever sends reads there what became of a file, by the group that the folder has.
_GROUP_FOLDER: Final = 0o750
_GROUP_FILE: Final = 0o640
CHECKING, DONE, FAILED = "checking", "done", "failed"
AMISS: Final = frozenset({"errors", "held", "unreadable", "trouble", "new-header"})
"""After which the file is put among those that failed."""

# Programs write under such names until a file is whole; and a spreadsheet keeps one of its own beside it.
_UNFINISHED: Final = re.compile(
    r"\A(\.|~\$).*|.*(~|\.(tmp|temp|part|partial|filepart|crdownload|swp|lock))\Z", re.IGNORECASE | re.DOTALL
)
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_MARKED: Final = re.compile(r"\A[0-9a-f]{8}-(?=.)", re.DOTALL)
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def take_files(source: Source, dataset: Dataset) -> list[FetchOutcome]:
    """Take every whole file of the folder; how each ended. Raises FetchOutcome where the folder cannot be read."""
    with _opened(source) as folder:
        _recover(source, folder)
        whole = _whole(source, folder)
        return [_take(source, dataset, folder, name) for name in whole]


@contextmanager
def _opened(source: Source) -> Iterator[int]:
    """The folder, by its descriptor: whatever is put in its place meanwhile, it stays this one."""
    try:
        root = os.open(settings.ARRIVALS, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        raise FetchOutcome("folder-missing") from None
    try:
        folder = os.open(source.where, _FOLDER, dir_fd=root)
    except OSError:
        raise FetchOutcome("folder-missing") from None
    finally:
        os.close(root)
    try:
        yield folder
    finally:
        os.close(folder)


@contextmanager
def _room(folder: int, name: str) -> Iterator[int]:
    """A sub-folder of ours, made where it is absent; never one that a link leads to. The sender's group may look in."""
    is_new = False
    with suppress(FileExistsError):
        os.mkdir(name, PRIVATE_FOLDER, dir_fd=folder)
        is_new = True
    try:
        inner = os.open(name, _FOLDER, dir_fd=folder)
    except OSError:
        raise FetchOutcome("folder-missing") from None
    try:
        if is_new:
            os.fchmod(inner, _GROUP_FOLDER)
        yield inner
    finally:
        os.close(inner)


def _mark(status: os.stat_result) -> list[int]:
    return [status.st_size, status.st_mtime_ns, status.st_ino]


def _whole(source: Source, folder: int) -> list[str]:
    """The names of files that stayed as they are for long enough; what was seen is kept for the next look."""
    now = city.current().clock.now().timestamp()
    before = source.state.get("seen", {})
    seen: dict[str, list[float]] = {}
    whole = []
    for name in _names(folder):
        try:
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except OSError:
            continue
        if stat.S_ISDIR(status.st_mode):
            continue
        # A name that is no text is kept under what stands for it.
        known = before.get(_text(name))
        same = known is not None and known[:3] == _mark(status)
        since = known[3] if same else now
        seen[_text(name)] = [*_mark(status), since]
        if same and now - since >= SETTLED_SECONDS:
            whole.append(name)
    source.state = {**source.state, "seen": seen}
    return sorted(whole, key=_text)


def _names(folder: int) -> list[str]:
    names = [entry.name for entry in os.scandir(folder) if not _UNFINISHED.match(entry.name)]
    if len(names) > MOST_FILES:
        raise FetchOutcome("folder-full")
    return names


def _text(name: str) -> str:
    """A name as it may be stored; what is no UTF-8 is written out."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _take(source: Source, dataset: Dataset, folder: int, name: str) -> FetchOutcome:
    with _room(folder, CHECKING) as checking:
        spot = _moved(folder, name, checking, _spot(name))
        if spot is None:
            return FetchOutcome("folder-locked", name)
        try:
            period = period_of(source, dataset, name)
            received = _read(checking, spot, name)
            try:
                became = arrive(IncomingFile(source, dataset, period, received, spot=spot))
            finally:
                received.path.unlink(missing_ok=True)
        except (FetchOutcome, CannotRead) as refusal:
            ended = refusal if isinstance(refusal, FetchOutcome) else FetchOutcome("period-unclear", name)
            _aside(folder, checking, spot, FAILED, RUNS[ended.code])
            return FetchOutcome(ended.code, name)
        except NotTaken:
            # Not now; at the next look it is tried again.
            _moved(checking, spot, folder, _called(spot))
            return FetchOutcome("taken", name)
        except BaseException:
            _moved(checking, spot, folder, _called(spot))
            raise
        if became.again:
            _aside(folder, checking, spot, DONE, RUNS["duplicate"], became.arrival)
            return FetchOutcome("duplicate", name)
    return FetchOutcome("arrived", name)


def _read(folder: int, name: str, called: str) -> ReceivedFile:
    """Copy a plain file to where uploads stand, with its digest; Ended for anything that is none, or too large."""
    try:
        handle = os.open(name, _READ, dir_fd=folder)
    except OSError:
        raise FetchOutcome("file-odd") from None
    with os.fdopen(handle, "rb") as file:
        before = os.fstat(handle)
        # A second name means that the same bytes stand elsewhere too, where somebody else may not read them.
        if not stat.S_ISREG(before.st_mode) or before.st_nlink != 1:
            raise FetchOutcome("file-odd")
        if before.st_size > settings.UPLOAD_BYTES:
            raise FetchOutcome("too-large")
        if not before.st_size:
            raise FetchOutcome("empty")
        target = uploads.incoming()
        make_folder(target, mode=PRIVATE_FOLDER)
        path, digest, size = unfinished(target), hashlib.sha256(), 0
        with creating(path) as out:
            while piece := file.read(1 << 20):
                size += len(piece)
                if size > settings.UPLOAD_BYTES:
                    raise FetchOutcome("too-large")
                digest.update(piece)
                out.write(piece)
            if _mark(os.fstat(handle)) != _mark(before):
                raise NotTaken("taken")
    return ReceivedFile(path, digest.hexdigest(), size, uploads.safe_name(_text(called)))


def _moved(folder: int, name: str, target: int, wanted: str = "") -> str | None:
    """Move an entry, whatever it is, under a name that is free there; the new name, None where it cannot be moved."""
    stem, ending = os.path.splitext(wanted or name)  # noqa: PTH122 - a name, not a path
    others = (f"{_cut(stem, 200)}-{secrets.token_hex(4)}{_cut(ending, 20)}" for _ in range(3))
    for spot in (wanted or name, *others):
        try:
            os.stat(spot, dir_fd=target, follow_symlinks=False)
        except FileNotFoundError:
            with suppress(OSError):
                rename_between(folder, name, target, spot)
                return spot
        except OSError:
            return None
    return None


def _spot(name: str) -> str:
    """A name of its own for a file while it is looked at: the same name may come every night."""
    # What is no text could not be written down.
    bare = name if _text(name) == name else uploads.safe_name(_text(name))
    return _cut(f"{secrets.token_hex(4)}-{bare}", 250)


def _called(spot: str) -> str:
    """The name that a file had before."""
    return _MARKED.sub("", spot)


def _cut(name: str, size: int) -> str:
    """The beginning of a name in so many bytes at most."""
    return os.fsencode(name)[:size].decode("utf-8", "ignore")


def put_away(arrival: Arrival) -> None:
    """Put the file of an arrival that has come to rest among the done or the failed, with a note beside it."""
    source = arrival.source
    if not arrival.spot:
        return
    with suppress(FetchOutcome, OSError), _opened(source) as folder, _room(folder, CHECKING) as checking:
        words = OUTCOMES[arrival.code]
        if arrival.details and "fa" in arrival.details:
            words = Label("{outcome} {reason}", "{outcome} {reason}").format(
                outcome=words, reason=label_of(arrival.details)
            )
        _aside(folder, checking, arrival.spot, FAILED if arrival.code in AMISS else DONE, words, arrival)


def _aside(folder: int, checking: int, spot: str, name: str, words: Label, arrival: Arrival | None = None) -> None:
    with _room(folder, name) as room:
        moved = _moved(checking, spot, room, _called(spot))
        if moved is None:
            return
        lines = [words.fa, words.en, *(_note_lines(arrival) if arrival is not None else ())]
        # Made anew or not at all: nothing that stands under that name is written into.
        handle = os.open(f"{_cut(moved, 220)}.{secrets.token_hex(2)}.note.txt", _NEW, PRIVATE, dir_fd=room)
        os.fchmod(handle, _GROUP_FILE)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as note:
            note.write("\n".join(lines) + "\n")


def _note_lines(arrival: Arrival) -> Iterator[str]:
    """Where the submission stands, and what is wrong in it by cause: how often, never what stands in a cell."""
    yield ""
    yield settings.ORIGIN + reverse("fa:desk_overview", args=(arrival.submission,))
    submission = Submission.objects.filter(pk=arrival.submission).first() if arrival.submission else None
    if submission is None or arrival.code not in ("errors", "held"):
        return
    issues = issues_of(submission)
    for cause in issues.errors if issues else ():
        yield f"- {cause.field or ''} ({cause.cells}): {cause.title.fa} / {cause.title.en}"


def _recover(source: Source, folder: int) -> None:
    """Put right what a crash left in the middle: files without an arrival go back, those of settled ones go on."""
    with _room(folder, CHECKING) as checking:
        for name in [entry.name for entry in os.scandir(checking)]:
            arrival = source.arrivals.filter(spot=_text(name)).exclude(submission=None).first()
            if arrival is None:
                _moved(checking, name, folder, _called(name))
            elif arrival.settled_at is not None:
                put_away(arrival)


class FolderSource(SourceType):
    """A folder below `AYAN_ARRIVALS` that somebody writes files into."""

    name = "folder"
    label = Label("پوشهٔ زیر نظر", "Watched folder")
    order = 20
    text_fields = (TextField("where", Label("زیرپوشه", "Sub-folder"), CODE_HINT),)

    def notes(self) -> list[FormNote]:
        """Where the folder has to be made."""
        return [FormNote(Label("پوشه باید در این جا باشد:", "The folder has to stand in:"), str(settings.ARRIVALS))]

    def check(self, wanted: SourceForm) -> None:
        """A plain name, of no other source."""
        if not CODE.fullmatch(wanted.where.strip()):
            raise DeskRefused(
                "نام زیرپوشه را با حرف لاتین کوچک، رقم و خط تیره بنویسید.",
                "Write the name of the sub-folder in small Latin letters, digits and hyphens.",
                "where",
            )
        if Source.objects.filter(kind=self.name, where=wanted.where.strip()).exists():
            raise DeskRefused("این پوشه از آن منبع دیگری است.", "This folder is another source's.", "where")

    def fetch(self, source: Source, dataset: Dataset) -> list[FetchOutcome]:
        """Every file that has become whole."""
        return take_files(source, dataset)

    def put_away(self, arrival: Arrival) -> None:
        """The file goes among the done or the failed."""
        put_away(arrival)
