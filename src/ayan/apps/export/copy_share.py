"""A share of the addresses of a copy: asked of the site without a network, and led to the files of the copy.

Processes may share the work, each with a share of its own: they tell each other what has no answer, and follow the
links then.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponseBase

from ayan.apps.export import document_rewriter, page_rewriter
from ayan.apps.export.page_rewriter import ABSENT, CopyPaths, SiteAddress, relative, stray_links
from ayan.core.attachments.document_files import digest_in
from ayan.core.continuity.copy_seal import NOTE
from ayan.core.query.answer import TooLarge
from ayan.core.query.formats.workbook import TooManyRows
from ayan.core.query.record_history import histories_held
from ayan.core.query.remembered_answers import RememberingService
from ayan.core.system import child
from ayan.core.system.call_stack import with_room
from ayan.core.system.files import link
from ayan.core.system.progress import Progress
from ayan.core.transparency.evidence import LIST
from ayan.core.values.canonical import sha256_file
from ayan.core.values.clock import TEHRAN
from ayan.core.values.label import Label
from ayan.datasets.registry import one_look
from ayan.ui import language, value_html
from ayan.ui.own_request import own_environ, own_host
from ayan.ui.responses import tells_of
from ayan.wiring.city import City, in_use

TAKEN: Final = frozenset({200, 410})
"""The answers that are pages of the portal: 410 is what it says of what has been withdrawn."""
PICTURE: Final = ".png"
"""How the files end that are drawn one after the other, so that they are waited for where the site is busy."""
PAUSES: Final = (2.0,) * 20
"""Seconds before each further try, besides those that the site itself waits."""
BLOCK: Final = 8
"""Addresses that follow each other in one share: the languages of a page ask for the same."""


_STATIC: Final = Label(
    "این صفحه نسخه‌ای ایستا از سامانه است، به تاریخ {day}.", "This page is from a static copy of the portal, of {day}."
)
_FORMLESS: Final = Label(
    "پرسش و پالایش در این نسخهٔ ایستا کار نمی‌کند.", "Questions and filters do not work in this static copy."
)


class Unexpected(Exception):
    """The site answers an address of its own with an error; the text names the address and the status."""


class TooCostly(Unexpected):
    """The answer would take more than one reader may have, of time, of memory, of digits or of rows."""


@dataclass(frozen=True, slots=True)
class SiteClient:
    """The site under one of the host names that it answers to."""

    host: str
    _call: Callable[[dict[str, Any], Any], HttpResponseBase]

    @classmethod
    def of_process(cls) -> SiteClient:
        """The site of this process's settings."""
        return cls(own_host(), with_room(get_wsgi_application()))

    @property
    def hosts(self) -> frozenset[str]:
        """The names by which its pages speak of the portal."""
        return frozenset({self.host, urlsplit(settings.ORIGIN).netloc} - {""})

    def save(self, address: SiteAddress, target: Path) -> bool:
        """Write the answer at an address to a file; False where there is nothing (404).

        A picture is waited for where the site is busy, for they are drawn one after the other. Raises
        Unexpected for any other answer than a page, TooCostly among them.
        """
        for pause in PAUSES if target.suffix == PICTURE else ():
            try:
                return self._saved(address, target)
            except TooCostly:
                time.sleep(pause)
        return self._saved(address, target)

    def _saved(self, address: SiteAddress, target: Path) -> bool:
        answer = self._call(own_environ(*address, self.host), lambda *_: None)
        try:
            if answer.status_code == 404:
                return False
            if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE or tells_of(answer, TooLarge, TooManyRows):
                raise TooCostly(f"{address[0]} answered {answer.status_code}")
            if answer.status_code not in TAKEN:
                raise Unexpected(f"{address[0]} answered {answer.status_code}")
            target.parent.mkdir(parents=True, exist_ok=True)
            pieces: Iterable[bytes] = answer
            with target.open("wb") as out:
                out.writelines(pieces)
        finally:
            answer.close()
        return True


@contextmanager
def copying(city: City, at: datetime) -> Iterator[City]:
    """Let the city be in use as it stood at a moment, for one thread that asks for all of its pages.

    What it declares is read once, and what it answered is remembered, for each language of a page asks the same.
    """
    still = city.stopped(at)
    service = RememberingService(still.release_store, still.query_engine)
    still = replace(still, parts=replace(still.parts, query_service=service))
    with in_use(still), one_look(), histories_held():
        yield still


@dataclass(frozen=True, slots=True)
class ShareOfWork:
    """What is to be done: the folder of the copy, the moment its pages speak of, all addresses, and who takes which.

    ``shares`` are the numbers of the addresses of each process.
    """

    folder: Path
    at: datetime
    paths: CopyPaths
    shares: Sequence[Sequence[int]]

    def as_json(self, number: int) -> dict[str, Any]:
        """The share of a process, as it is told."""
        return {
            "folder": str(self.folder),
            "at": self.at.isoformat(),
            "paths": self.paths.as_json(),
            "share": list(self.shares[number]),
        }

    @classmethod
    def of(cls, described: dict[str, Any]) -> ShareOfWork:
        """The same at the other end, where that share is the only one."""
        paths, at = CopyPaths.of(described["paths"]), datetime.fromisoformat(described["at"])
        return cls(Path(described["folder"]), at, paths, [described["share"]])


def shares_of(count: int, processes: int) -> list[list[int]]:
    """So many numbers dealt out in blocks, so that every process has some of each sort of page."""
    return [[number for number in range(count) if number // BLOCK % processes == share] for share in range(processes)]


@dataclass(frozen=True, slots=True)
class SavedShare:
    """What became of a share: the numbers of the addresses without an answer, and of those that cost too much."""

    gone: list[int] = field(default_factory=list)
    costly: list[int] = field(default_factory=list)


class CopyShare:
    """One share, written by this process in the city in use."""

    def __init__(self, work: ShareOfWork, number: int) -> None:
        self._folder = work.folder
        self._at = work.at
        self._paths = work.paths
        self._every = list(work.paths)
        self._own = work.shares[number]
        self._site = SiteClient.of_process()
        self._documents: dict[str, Path] = {}

    def save(self, tell: Progress) -> SavedShare:
        """Write every answer as it is given. Raises Unexpected for an address of its own without one."""
        saved = SavedShare()
        for done, number in enumerate(self._own):
            address, file = self._every[number]
            tell("pages" if file.endswith(".html") else "data", done / len(self._own))
            try:
                if not self._save(address, self._folder / file):
                    saved.gone.append(number)
            except TooCostly:
                # One page that costs too much must not keep all data from being copied; the list says it is missing.
                if not file.endswith(".html"):
                    raise
                saved.gone.append(number)
                saved.costly.append(number)
        return saved

    def _save(self, address: SiteAddress, target: Path) -> bool:
        """Write one answer; the file of a document that stands with another release already is the same file."""
        digest = digest_in(target.name)
        if digest is not None and target.name in self._documents:
            target.parent.mkdir(parents=True, exist_ok=True)
            link(self._documents[target.name], target)
            return True
        if not self._site.save(address, target):
            return False
        if digest is not None and sha256_file(target) == digest:
            self._documents[target.name] = target
        return True

    def lead(self, gone: Iterable[int], tell: Progress) -> list[tuple[str, str]]:
        """Lead the links of every page and feed to files, but for those ``gone``; and those that lead nowhere."""
        missing = set(gone)
        standing = {file for number, (_, file) in enumerate(self._every) if number not in missing} | {
            ABSENT,
            LIST,
            NOTE,
        }
        stray: list[tuple[str, str]] = []
        for done, number in enumerate(self._own):
            if number not in missing:
                tell("links", done / len(self._own))
                stray += self._lead(*self._every[number], standing)
        return stray

    def _lead(self, address: SiteAddress, file: str, standing: set[str]) -> Iterator[tuple[str, str]]:
        """Lead the links of a page, a feed or a document to the files of the copy; those that lead nowhere."""
        path = self._folder / file
        if file.endswith(".html"):
            lang = language.of_path(f"/{file}")
            lead = partial(self._link, address, file)
            page = page_rewriter.CopyPage(
                lead, f'<p class="small muted">{_FORMLESS.of(lang)}</p>', self._notice(lang, file)
            )
            path.write_text(page.written(path.read_text(encoding="utf-8")), encoding="utf-8")
            yield from stray_links(file, page.links, standing)
        elif file.endswith(".atom"):
            path.write_bytes(page_rewriter.feed(path.read_bytes(), partial(self._followed, address, file)))
        elif names := self._paths.leading(file):
            document = document_rewriter.led(
                path.read_bytes(), names, lambda url: self._followed(address, file, url) or url
            )
            path.write_bytes(document)

    def _link(self, address: tuple[str, str], file: str, url: str) -> str | None:
        if url.startswith("#"):
            return url
        target = self._paths.find(url, address)
        if target is None:
            return url
        # A script that the copy does not have is left out, not led to a page.
        if target == ABSENT and url.startswith("/static/"):
            return None
        return relative(target, file)

    def _followed(self, address: tuple[str, str], file: str, url: str) -> str | None:
        target = self._paths.find(url, address)
        return None if target == ABSENT else url if target is None else relative(target, file)

    def _kept(self, address: tuple[str, str], file: str, url: str) -> str:
        """What is not copied stays at the portal."""
        return self._followed(address, file, url) or url

    def _notice(self, lang: str, file: str) -> str:
        """The sentence that every page of a copy begins with."""
        day = self._at.astimezone(TEHRAN).date()
        notice = _STATIC.of(lang).format(day=value_html.plain_short_day(day, lang))
        more = Label("فهرست پرونده‌ها", "List of files").of(lang)
        listed = escape(relative(LIST, file))
        return f'<div class="wrap"><p class="small muted">{notice} <a href="{listed}">{more}</a></p></div>'


# --- the processes that help ------------------------------------------------------------------------------------------


class Helper:
    """Another process with a share of its own. What it cannot do is raised here."""

    def __init__(self, process: subprocess.Popen[bytes], into: IO[bytes], out: IO[bytes]) -> None:
        self._process = process
        self._into = into
        self._out = out

    def begin(self, described: dict[str, Any]) -> None:
        """Tell it its share."""
        _put(self._into, described)

    def saved(self) -> SavedShare:
        """Wait until every answer of its share is written."""
        answer = self._answer()
        return SavedShare(answer["gone"], answer["costly"])

    def follow(self, gone: Sequence[int]) -> None:
        """Let it lead the links."""
        _put(self._into, gone)

    def stray(self) -> list[tuple[str, str]]:
        """Wait until that is done: the links that lead nowhere."""
        return [(str(name), str(link)) for name, link in self._answer()["stray"]]

    def _answer(self) -> dict[str, Any]:
        line = self._out.readline()
        if not line:
            raise Unexpected(f"a helping process ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        if "costs" in answer or "fails" in answer:
            raise TooCostly(answer["costs"]) if "costs" in answer else Unexpected(answer["fails"])
        return answer


@contextmanager
def sharing(work: ShareOfWork, command: Sequence[str], count: int) -> Iterator[list[Helper]]:
    """So many processes begun by a command, each at its share; none is left at the end."""
    processes: list[subprocess.Popen[bytes]] = []
    helpers: list[Helper] = []
    try:
        for number in range(1, count + 1):
            environment = {**os.environ, child.PARENT: str(os.getpid())}
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
            processes.append(process)
            if process.stdin is None or process.stdout is None:
                raise Unexpected("a helping process has no pipes")
            helpers.append(Helper(process, process.stdin, process.stdout))
            helpers[-1].begin(work.as_json(number))
        yield helpers
    finally:
        for process in processes:
            process.kill()
            process.wait()


def help_out(city: City) -> None:
    """The other side of a `Helper`: take a share from standard input, and answer on standard output."""
    child.die_with_parent()
    into, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library prints is no answer.
    os.dup2(2, 1)
    work = ShareOfWork.of(json.loads(into.readline()))
    try:
        with copying(city, work.at):
            share = CopyShare(work, 0)
            saved = share.save(lambda *_: None)
            _put(answers, {"gone": saved.gone, "costly": saved.costly})
            if gone := into.readline():
                _put(answers, {"stray": share.lead(json.loads(gone), lambda *_: None)})
    except Unexpected as fault:
        _put(answers, {"costs" if isinstance(fault, TooCostly) else "fails": str(fault)})


def _put(out: IO[bytes], what: object) -> None:
    out.write(json.dumps(what).encode() + b"\n")
    out.flush()
