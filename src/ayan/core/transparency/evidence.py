"""Where a verifier gets its evidence: a portal's public addresses, or a folder laid out like them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any, Final, Protocol
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

from ayan.core.store.objects import BadAddress, ReleaseAddress, check_slug
from ayan.core.transparency.limits import LARGEST_DOCUMENT, PORTAL_SECONDS

DATASETS: Final = "api/v1/datasets"
MANIFEST: Final = "datapackage.json"
_PIECE: Final = 1 << 20


class Unreachable(Exception):
    """The evidence cannot be had at all: no answer, no such folder; the text says what was tried."""


class TooLong(Exception):
    """A file is longer than its place says; the text is its path. Nothing of it is kept."""


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

    def tombstone(self, ref: str) -> dict[str, Any]:
        """What is said in place of a withdrawn release; empty where nothing is said."""

    def releases(self) -> Iterator[str]:
        """Every release shown, as ``slug/period/number``; withdrawn ones are not among them."""

    def served(self, slug: str, target: Path, most: int) -> bool:
        """Put the rows that the portal answers with, as Parquet, at ``target``; False where nothing answers.

        Raises as `fetch` does.
        """


class Folder:
    """An export, or any folder that a web server could serve in the portal's place."""

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise Unreachable(f"{root} is not a folder")
        self.name = str(root)
        self._root = root.resolve()

    def get(self, path: str) -> bytes:
        """A document of the folder, of `LARGEST_DOCUMENT` bytes at most."""
        with self._at(path).open("rb") as file:
            return _document(file, path)

    def fetch(self, path: str, target: Path, most: int) -> None:
        """Copy a file of the folder."""
        with self._at(path).open("rb") as file:
            copy_bounded(file, target, most, path)

    def tombstone(self, ref: str) -> dict[str, Any]:
        """The tombstone that the folder keeps as a document of the API."""
        try:
            return _tombstone(self.get(f"{_release(ref)}.json"))
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

    def _at(self, path: str) -> Path:
        resolved = (self._root / path).resolve()
        if not resolved.is_relative_to(self._root) or not resolved.is_file():
            raise FileNotFoundError(path)
        return resolved


class Portal:
    """A portal at its web address."""

    def __init__(self, address: str) -> None:
        if urlsplit(address).scheme not in ("http", "https"):
            raise Unreachable(f"{address} is not a web address")
        self.name = address.rstrip("/")

    def get(self, path: str) -> bytes:
        """A document of the portal, of `LARGEST_DOCUMENT` bytes at most."""
        with self._answer(path) as answer:
            return _document(answer, path)

    def fetch(self, path: str, target: Path, most: int) -> None:
        """Download a file of the portal."""
        with self._answer(path) as answer:
            copy_bounded(answer, target, most, path)

    def tombstone(self, ref: str) -> dict[str, Any]:
        """The tombstone in the portal's refusal (410) to show the release."""
        try:
            with self._fetch_json(_release(ref)):
                return {}
        except HTTPError as error:
            with error:
                return _tombstone(error.read(LARGEST_DOCUMENT)) if error.code == 410 else {}

    def releases(self) -> Iterator[str]:
        """The releases that the portal's API lists and has not withdrawn."""
        try:
            for dataset in self._json(DATASETS)["datasets"]:
                slug = check_slug(dataset["slug"])
                for release in self._json(f"{DATASETS}/{slug}/releases")["releases"]:
                    if not release["withdrawn"]:
                        yield str(ReleaseAddress(slug, release["period"], release["number"]))
        except (KeyError, TypeError, BadAddress) as error:
            raise Unreachable(f"{self.name} does not list its releases as Ayan does") from error

    def served(self, slug: str, target: Path, most: int) -> bool:
        """Download the rows of the present state."""
        self.fetch(f"{DATASETS}/{slug}/rows.parquet", target, most)
        return True

    def _json(self, path: str) -> Any:
        try:
            return json.loads(self.get(path))
        except (ValueError, RecursionError) as error:
            raise Unreachable(f"{self.name}/{path} does not answer with JSON") from error

    @contextmanager
    def _answer(self, path: str) -> Iterator[IO[bytes]]:
        with self._open(path) as answer:
            try:
                yield answer
            except (OSError, HTTPException) as error:
                raise Unreachable(f"{self.name}/{path}: {error}") from None

    def _open(self, path: str) -> Any:
        try:
            return self._fetch_json(path)
        except HTTPError as error:
            error.close()
            if error.code in (404, 410):
                raise FileNotFoundError(path) from None
            raise Unreachable(f"{self.name}/{path} answered {error.code}") from None

    def _fetch_json(self, path: str) -> Any:
        address = f"{self.name}/{quote(path)}"
        try:
            return urlopen(Request(address, headers={"User-Agent": "ayan-verify"}), timeout=PORTAL_SECONDS)  # noqa: S310 - http or https, as the constructor saw to
        except HTTPError:
            raise
        except (OSError, HTTPException) as error:
            raise Unreachable(f"{address}: {error}") from None


def copy_bounded(source: IO[bytes], target: Path, most: int, path: str) -> None:
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


def _document(source: IO[bytes], path: str) -> bytes:
    body = source.read(LARGEST_DOCUMENT + 1)
    if len(body) > LARGEST_DOCUMENT:
        raise Unreachable(f"{path} is longer than any such document")
    return body


def _release(ref: str) -> str:
    slug, _, rest = ref.partition("/")
    return f"{DATASETS}/{slug}/releases/{rest}"


def _tombstone(document: bytes) -> dict[str, Any]:
    try:
        tombstone = json.loads(document)["tombstone"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return tombstone if isinstance(tombstone, dict) else {}
