"""A copy of the whole public portal: asked of the site, led to files, checked, signed, and put in place at once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from html import escape
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string

from ayan.apps.export import copy_paths, page_rewriter
from ayan.apps.export.copy_paths import ABSENT, CopyPaths, relative
from ayan.apps.export.page_rewriter import astray
from ayan.apps.export.site_client import SiteClient, TooCostly
from ayan.core.continuity.copy_seal import LIST, NOTE, is_copy, seal_copy
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import Signer
from ayan.core.ledger.tiles import tiles_of
from ayan.core.store.tombstone import instant
from ayan.core.system.files import folder_locked, rename
from ayan.core.transparency.statement import Entry, parse_entry
from ayan.core.values.clock import TEHRAN
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.ui import language, value_html
from ayan.wiring.city import City, in_use

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
        at = max(_instant(parse_entry(leaf)) for leaf in log.leaves(0, log.size))
        still = city.stopped(at)
        with in_use(still):
            writer = _Writer(still, log, folder, at, tell)
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
        sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
        _put_in_place(folder, target)
    return CopyReport(len(sizes), sum(sizes), tuple(writer.left_out))


def _state(city: City, log: Log) -> dict[str, Any]:
    """What the copy is of: the digest of each dataset's state, and the log's name, size and root."""
    states = {slug: city.release_store.snapshot(slug).digest for slug in city.release_store.datasets()}
    return {"states": states, "log": {"origin": log.origin, "size": log.size, "root": log.root().hex()}}


def _instant(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.at)


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
        counted = copy_paths.lay_out(self._paths, self._city, records)
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
