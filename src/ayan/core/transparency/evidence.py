"""Where a verifier gets its evidence: a portal's public addresses, or a folder laid out like them."""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import quote, unquote, urlsplit

from ayan.core.store.objects import TOMBSTONE, BadAddress, ReleaseAddress, check_slug
from ayan.core.transparency.browser import Browser, BrowserAnswer, Bytes, NoAnswer
from ayan.core.transparency.lanes import GivenUp, Lanes, Result, Thing
from ayan.core.transparency.limits import ASKED_AT_ONCE, LARGEST_DOCUMENT, MOST_LISTS, PATIENCE_SECONDS

DATASETS: Final = "api/v1/datasets"
MANIFEST: Final = "datapackage.json"
LIST: Final = "export.json"
"""The file of a static copy that names all others."""
GONE: Final = 410
NOT_MODIFIED: Final = 304
BUSY: Final = frozenset({429, 503})
_PIECE: Final = 1 << 20
_SHORTENED: Final = re.compile("~[0-9a-f]{16}$").search


class Unreachable(Exception):
    """The evidence cannot be had at all: no answer, no such folder; the text says what was tried."""


class NotAnswered(Unreachable):
    """A portal is there and refuses to answer for an address, as where it would cost too much."""


class TooLong(Exception):
    """A file is longer than its place says; the text is its path. Nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """Where readers find something: ``path`` and ``query`` on a portal, ``file`` in a static copy.

    Without ``file`` a copy has nothing of the kind.
    """

    path: str
    query: str = ""
    file: str = ""

    def __str__(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path


class Files(Protocol):
    """What a portal keeps, by its public paths (without the leading slash)."""

    @property
    def name(self) -> str:
        """By what people know it."""

    def get(self, path: str) -> bytes:
        """A document; FileNotFoundError where there is none, or it is gone."""

    def fetch(self, path: str, target: Path, most: int) -> None:
        """Put a file of at most ``most`` bytes at ``target``; FileNotFoundError where there is none, else TooLong."""


class Evidence(Files, Protocol):
    """Its files, and what it answers with."""

    @property
    def is_copy(self) -> bool:
        """Whether it is made of files alone."""

    def changed(self, path: str, known: str) -> tuple[bytes | None, str]:
        """A document and its tag, empty where it has none; None while it is what the tag ``known`` was given for."""

    @property
    def is_answering(self) -> bool:
        """Whether readers are given anything here, and not only the log and what it vouches for."""

    def listed(self, slug: str) -> list[Any]:
        """The releases of a dataset as they are listed, withdrawn ones among them; empty in a folder."""

    def tombstone(self, ref: str) -> dict[str, Any]:
        """What is said in place of a withdrawn release; empty where nothing is said."""

    def releases(self) -> Iterator[str]:
        """Every release shown, as ``slug/period/number``; withdrawn ones are not among them."""

    def served(self, slug: str, target: Path, most: int) -> bool:
        """Put the rows that the portal answers with, as Parquet, at ``target``; False where nothing answers.

        Raises as `fetch` does.
        """

    def read(self, address: PublicAddress, target: Path, most: int) -> None:
        """Put at ``target`` what readers get at an address, also where it says that something is gone.

        Raises as `fetch` does.
        """

    def record_steps(self, slug: str) -> dict[str, str] | None:
        """The keys of the records that have a page here, and the folder of each; None where any may be asked for."""

    def each(
        self, work: Callable[[Thing], Result], things: Sequence[Thing], done: Callable[[Thing], None] | None = None
    ) -> list[Result]:
        """Do some work that asks for addresses for each of several things, in their order; see `Lanes.each`."""

    def close(self) -> None:
        """Give up whatever is open; nothing more is asked for."""


class Folder:
    """An export, or any folder that a web server could serve in the portal's place."""

    is_copy = True

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise Unreachable(f"{root} is not a folder")
        self.name = str(root)
        self._root = root.resolve()

    def get(self, path: str) -> bytes:
        """A document of the folder, of `LARGEST_DOCUMENT` bytes at most."""
        with self._at(path).open("rb") as file:
            return _document(file, path)

    def changed(self, path: str, _known: str) -> tuple[bytes, str]:
        """A document, without a tag."""
        return self.get(path), ""

    def fetch(self, path: str, target: Path, most: int) -> None:
        """Copy a file of the folder."""
        with self._at(path).open("rb") as file:
            copy_bounded(file, target, most, path)

    def tombstone(self, ref: str) -> dict[str, Any]:
        """The tombstone that the folder keeps as a document of the API, or beside what is left of the release."""
        try:
            return _tombstone(self.get(f"{_release(ref)}.json"))
        except FileNotFoundError:
            pass
        try:
            return _tombstone(b'{"tombstone":' + self.get(f"{_release(ref)}/{TOMBSTONE}") + b"}")
        except FileNotFoundError:
            return {}

    def releases(self) -> Iterator[str]:
        """The releases whose manifests are in the folder."""
        for manifest in sorted((self._root / DATASETS).glob(f"*/releases/*/*/{MANIFEST}")):
            slug, _, period, number = manifest.parent.relative_to(self._root / DATASETS).parts
            yield f"{slug}/{period}/{number}"

    def served(self, _slug: str, _target: Path, _most: int) -> bool:
        """A folder answers no questions."""
        return False

    def read(self, address: PublicAddress, target: Path, most: int) -> None:
        """Copy the file that stands for an address."""
        if not address.file:
            raise FileNotFoundError(str(address))
        self.fetch(address.file, target, most)

    def record_steps(self, slug: str) -> dict[str, str]:
        """The keys of the pages in the folder; one too long for the name of a folder is left out."""
        records = self._root / "data" / slug / "r"
        steps = os.listdir(records) if records.is_dir() else []  # noqa: PTH208 - a thousand of them
        pages = (step for step in steps if not _SHORTENED(step) and (records / step / "index.html").is_file())
        return {unquote(step): step for step in pages}

    def listed(self, _slug: str) -> list[Any]:
        """A folder has its lists as files."""
        return []

    def each(
        self, work: Callable[[Thing], Result], things: Sequence[Thing], done: Callable[[Thing], None] | None = None
    ) -> list[Result]:
        """One after the other: nobody is waited for."""
        return Lanes(1, self.close).each(work, things, done)

    def close(self) -> None:
        """Nothing of a folder stays open."""

    @property
    def is_answering(self) -> bool:
        """Whether there are pages, or a list that names some."""
        return (self._root / "index.html").exists() or (self._root / LIST).exists()

    def _at(self, path: str) -> Path:
        resolved = (self._root / path).resolve()
        if not resolved.is_relative_to(self._root) or not resolved.is_file():
            raise FileNotFoundError(path)
        return resolved


class Portal:
    """A portal at its web address, of which several addresses may be asked for side by side."""

    is_copy = False
    is_answering = True

    def __init__(self, address: str) -> None:
        if urlsplit(address).scheme not in ("http", "https"):
            raise Unreachable(f"{address} is not a web address")
        self.name = address.rstrip("/")
        self._lanes = Lanes(ASKED_AT_ONCE, self.close)
        # Of each lane one, so that a portal of several processes opens a dataset in one of them.
        self._browsers: dict[int, Browser] = {}
        self._patience = float(PATIENCE_SECONDS)
        self._again = 0.0
        self._waiting = threading.Lock()
        self._lists: dict[str, list[Any]] = {}

    def get(self, path: str) -> bytes:
        """A document of the portal, of `LARGEST_DOCUMENT` bytes at most."""
        with self._answer(path) as answer:
            return _document(answer, path)

    def changed(self, path: str, known: str) -> tuple[bytes | None, str]:
        """A document and its tag; None while it is what the tag ``known`` was given for."""
        with self._answer(path, takes=(200, NOT_MODIFIED), known=known) as answer:
            return None if answer.status == NOT_MODIFIED else _document(answer, path), answer.tag

    def fetch(self, path: str, target: Path, most: int) -> None:
        """Download a file of the portal."""
        with self._answer(path) as answer:
            copy_bounded(answer, target, most, path)

    def tombstone(self, ref: str) -> dict[str, Any]:
        """The tombstone in the portal's refusal (410) to show the release."""
        with self._ask(_release(ref)) as answer:
            return _tombstone(answer.read(LARGEST_DOCUMENT)) if answer.status == GONE else {}

    def releases(self) -> Iterator[str]:
        """The releases that the portal's API lists and has not withdrawn."""
        try:
            slugs = [check_slug(dataset["slug"]) for dataset in self._json(DATASETS)["datasets"]]
            for slug, releases in zip(slugs, self.each(self.listed, slugs), strict=True):
                for release in releases:
                    if not release["withdrawn"]:
                        yield str(ReleaseAddress(slug, release["period"], release["number"]))
        except (KeyError, TypeError, BadAddress) as error:
            raise Unreachable(f"{self.name} does not list its releases as Ayan does") from error

    def served(self, slug: str, target: Path, most: int) -> bool:
        """Download the rows of the present state."""
        self.fetch(f"{DATASETS}/{slug}/rows.parquet", target, most)
        return True

    def read(self, address: PublicAddress, target: Path, most: int) -> None:
        """Download what stands at an address, also what is said in the place of something that is gone."""
        with self._answer(address.path, address.query, takes=(200, GONE)) as answer:
            copy_bounded(answer, target, most, str(address))

    def record_steps(self, _slug: str) -> None:
        """Any record may be asked for."""
        return

    def each(
        self, work: Callable[[Thing], Result], things: Sequence[Thing], done: Callable[[Thing], None] | None = None
    ) -> list[Result]:
        """Side by side, a few at once."""
        return self._lanes.each(work, things, done)

    def close(self) -> None:
        """Give up the connections."""
        browsers, self._browsers = self._browsers, {}
        for browser in list(browsers.values()):
            browser.close()

    def listed(self, slug: str) -> list[Any]:
        """The releases that the API lists, from its first page to its last; each list is asked for once."""
        if slug not in self._lists:
            self._lists[slug] = list(self._pages(slug))
        return self._lists[slug]

    def _pages(self, slug: str) -> Iterator[Any]:
        own = f"{DATASETS}/{slug}/releases"
        query = ""
        for _ in range(MOST_LISTS):
            page = self._json(own, query)
            yield from page["releases"]
            following = page.get("next")
            if not following:
                return
            path, _, query = str(following).partition("?")
            if path != f"/{own}":
                break
        raise Unreachable(f"{self.name}/{own} does not end as Ayan's lists do")

    def _json(self, path: str, query: str = "") -> Any:
        try:
            with self._answer(path, query) as answer:
                return json.loads(_document(answer, path))
        except (ValueError, RecursionError) as error:
            raise Unreachable(f"{self.name}/{path} does not answer with JSON") from error

    @contextmanager
    def _answer(
        self, path: str, query: str = "", *, takes: tuple[int, ...] = (200,), known: str = ""
    ) -> Iterator[BrowserAnswer]:
        with self._ask(path, query, known) as answer:
            if answer.status in takes:
                yield answer
            elif answer.status in (404, GONE):
                raise FileNotFoundError(path)
            else:
                raise NotAnswered(f"{self.name}/{path} answered {answer.status}")

    @contextmanager
    def _ask(self, path: str, query: str = "", known: str = "") -> Iterator[BrowserAnswer]:
        address = f"{self.name}/{quote(path)}" + (f"?{query}" if query else "")
        try:
            while True:
                self._lanes.rest(self._again - time.monotonic())
                with self._browser().answer(address, known) as answer:
                    wait = answer.retry_after if answer.status in BUSY else None
                    if wait is None or not self._comes_again(max(wait, 1)):
                        yield answer
                        return
        except (NoAnswer, GivenUp) as error:
            raise Unreachable(f"{address}: {error}") from None

    def _browser(self) -> Browser:
        number = self._lanes.number
        if number not in self._browsers:
            self._browsers[number] = Browser()
        return self._browsers[number]

    def _comes_again(self, wait: int) -> bool:
        """Whether there is patience left to ask again after so many seconds; all lanes rest until then.

        Whoever asks for much is told to come again, as any reader would be.
        """
        with self._waiting:
            now = time.monotonic()
            longer = now + wait - max(now, self._again)
            if longer > self._patience:
                return False
            if longer > 0:
                self._patience -= longer
                self._again = now + wait
            return True


def copy_bounded(source: Bytes, target: Path, most: int, path: str) -> None:
    """Copy what ``source`` gives to ``target``; TooLong, which names ``path``, and nothing kept beyond ``most``."""
    left = most
    with target.open("wb") as out:
        while piece := source.read(min(_PIECE, left + 1)):
            left -= len(piece)
            if left < 0:
                break
            out.write(piece)
    if left < 0:
        target.unlink()
        raise TooLong(path)


def _document(source: Bytes, path: str) -> bytes:
    body = bytearray()
    while len(body) <= LARGEST_DOCUMENT and (piece := source.read(_PIECE)):
        body += piece
    if len(body) > LARGEST_DOCUMENT:
        raise Unreachable(f"{path} is longer than any such document")
    return bytes(body)


def _release(ref: str) -> str:
    slug, _, rest = ref.partition("/")
    return f"{DATASETS}/{slug}/releases/{rest}"


def _tombstone(document: bytes) -> dict[str, Any]:
    try:
        tombstone = json.loads(document)["tombstone"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return tombstone if isinstance(tombstone, dict) else {}
