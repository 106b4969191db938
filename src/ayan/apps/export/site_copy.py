"""A copy of the whole public portal: asked without a network, checked, signed, put in place at once."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponseBase
from django.http.request import validate_host
from django.template.loader import render_to_string

from ayan.apps.export import page_rewriter
from ayan.apps.export.page_rewriter import ABSENT, Address, CopyPaths, astray, relative
from ayan.core.continuity.copy_seal import LIST, NOTE, is_copy, seal_copy
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import Signer
from ayan.core.ledger.tiles import tiles_of
from ayan.core.query.answer import TooLarge
from ayan.core.query.formats.workbook import TooManyRows
from ayan.core.store.tombstone import instant
from ayan.core.system.files import folder_locked, open_to_readers, rename
from ayan.core.transparency.entries.entry import UnknownEntry, read_entry
from ayan.core.values.clock import TEHRAN
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.datasets.registry import one_look
from ayan.ui import language, value_html
from ayan.ui.responses import tells_of
from ayan.wiring.city import City, in_use

LOCAL: Final = "localhost"
TAKEN: Final = frozenset({200, 410})
"""The answers that are pages of the portal: 410 is what it says of what has been withdrawn."""
RECORDS: Final = 1000
"""Records of each dataset that have a page of their own, unless another number is asked for."""

FORMAT: Final = "ayan static copy v1"
Tell = Callable[[str, float | None], None]

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
        allowed = settings.ALLOWED_HOSTS
        named = (urlsplit(settings.ORIGIN).netloc, *(name for name in allowed if name[:1] not in ".*"), LOCAL)
        host = next((name for name in named if name and validate_host(name.partition(":")[0], allowed)), LOCAL)
        return cls(host, get_wsgi_application())

    @property
    def hosts(self) -> frozenset[str]:
        """The names by which its pages speak of the portal."""
        return frozenset({self.host, urlsplit(settings.ORIGIN).netloc} - {""})

    def save(self, address: Address, target: Path) -> bool:
        """Write the answer at an address to a file; False where there is nothing (404).

        Raises Unexpected for any other answer than a page, TooCostly among them.
        """
        answer = self._call(self._environ(address), lambda *_: None)
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

    def _environ(self, address: Address) -> dict[str, Any]:
        path, query = address
        return {
            "REQUEST_METHOD": "GET",
            # WSGI hands on the bytes of a path one by one (PEP 3333).
            "PATH_INFO": path.encode().decode("latin-1"),
            "SCRIPT_NAME": "",
            "QUERY_STRING": query,
            "SERVER_NAME": self.host,
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": self.host,
            "HTTP_X_FORWARDED_PROTO": "https",
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
        }


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


def make_copy(city: City, signer: Signer, target: Path, *, records: int = RECORDS, tell: Tell) -> CopyReport:
    """Write the copy to ``target``, which must not exist or be an earlier copy; until the end nothing of it changes.

    The clock of the pages stands at the last act in the log, so that the same releases give the same bytes. Raises
    CannotCopy, and Unexpected when a page of the portal does not answer.
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
        still = city.stopped(at)
        with in_use(still):
            writer = _Writer(still, log, folder, at, tell)
            with one_look():
                counted = writer.write(records)
        if _state(city, log) != before:
            raise CannotCopy(
                "هنگام نوشتن چیزی منتشر شد. دوباره بسازید.", "Something was published meanwhile. Make the copy again."
            )
        tell("links", None)
        if lost := astray(folder, (LIST, NOTE)):
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
    """One copy on its way into a folder."""

    def __init__(self, city: City, log: Log, folder: Path, at: datetime, tell: Tell) -> None:
        self._city = city
        self._log = log
        self._folder = folder
        self._at = at
        self._tell = tell
        self._site = SiteClient.of_process()
        self._paths = CopyPaths(self._site.hosts)
        self.left_out: list[str] = []

    def write(self, records: int) -> dict[str, int]:
        """Write everything but the list; how many records of each dataset have pages."""
        counted = page_rewriter.lay_out(self._paths, self._city, records)
        every = list(self._paths)
        for number, (address, file) in enumerate(every):
            self._tell("pages" if file.endswith(".html") else "data", number / len(every))
            if not self._saved(address, file):
                self._paths.drop(address)
        for number, (address, file) in enumerate(self._paths):
            self._tell("links", number / len(every))
            self._lead(address, file)
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
        return counted

    def _saved(self, address: tuple[str, str], file: str) -> bool:
        try:
            return self._site.save(address, self._folder / file)
        except TooCostly:
            # One page that costs too much must not keep all data from being copied; the list says that it is missing.
            if not file.endswith(".html"):
                raise
            self.left_out.append(address[0])
            return False

    def _lead(self, address: tuple[str, str], file: str) -> None:
        """Lead the links of a page or a feed to the files of the copy."""
        path = self._folder / file
        if file.endswith(".html"):
            lang = language.of_path(f"/{file}")
            lead = partial(self._link, address, file)
            page = page_rewriter.CopyPage(
                lead, f'<p class="small muted">{_FORMLESS.of(lang)}</p>', self._notice(lang, file)
            )
            path.write_text(page.written(path.read_text(encoding="utf-8")), encoding="utf-8")
        elif file.endswith(".atom"):
            path.write_bytes(page_rewriter.feed(path.read_bytes(), partial(self._followed, address, file)))

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

    def _notice(self, lang: str, file: str) -> str:
        """The sentence that every page of a copy begins with."""
        day = self._at.astimezone(TEHRAN).date()
        notice = _STATIC.of(lang).format(day=value_html.plain_short_day(day, lang))
        more = Label("فهرست پرونده‌ها", "List of files").of(lang)
        listed = escape(relative(LIST, file))
        return f'<div class="wrap"><p class="small muted">{notice} <a href="{listed}">{more}</a></p></div>'


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
