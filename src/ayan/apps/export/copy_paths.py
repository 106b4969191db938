"""What a copy holds: where each address that apps declare stands in it, and how one file of it names another."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from hashlib import sha256
from typing import Final
from urllib.parse import quote, unquote, urljoin, urlsplit

from django.urls import reverse

from ayan.ui import contract
from ayan.ui.contract import page_file
from ayan.wiring.city import City

ABSENT: Final = "not-in-this-copy.html"

Address = tuple[str, str]
"""A decoded path and a query."""


def address_of(url: str) -> Address:
    """The address that a URL of the portal spells."""
    parts = urlsplit(url)
    return unquote(parts.path), parts.query


class CopyPaths:
    """Which address stands in which file. ``hosts`` are the names under which pages speak of the portal itself."""

    def __init__(self, hosts: frozenset[str]) -> None:
        self._hosts = hosts
        self._files: dict[Address, str] = {}
        self._deaf: dict[str, str] = {}
        self._taken: set[str] = set()

    def put(self, url: str, file: str = "", *, deaf: bool = False) -> str:
        """Give a URL its file, by default that of a page; ``deaf`` where every query leads to the same.

        Two addresses that differ only in case get different files on every file system.
        """
        address = address_of(url)
        file = file or page_file(address[0])
        while file.casefold() in self._taken:
            folder, name = posixpath.split(file)
            file = posixpath.join(f"{folder}~{sha256(repr(address).encode()).hexdigest()[:8]}", name)
        self._taken.add(file.casefold())
        self._files[address] = file
        if deaf:
            self._deaf[address[0]] = file
        return file

    def drop(self, address: Address) -> None:
        """Take back an address that has no answer."""
        del self._files[address]
        self._deaf.pop(address[0], None)

    def __iter__(self) -> Iterator[tuple[Address, str]]:
        return iter(list(self._files.items()))

    def find(self, url: str, base: Address) -> str | None:
        """What ``url`` on the page at ``base`` becomes in the copy.

        The file and its fragment, percent-encoded and from the root of the copy; None for an address that is not the
        portal's, which stays as it is. What is not copied leads to `ABSENT`.
        """
        whole = urljoin(f"https://portal.invalid{quote(base[0])}{'?' if base[1] else ''}{base[1]}", url)
        parts = urlsplit(whole)
        if parts.scheme not in ("http", "https") or parts.netloc not in (self._hosts | {"portal.invalid"}):
            return None
        address = unquote(parts.path) or "/", parts.query
        file = self._files.get(address) or self._deaf.get(address[0])
        if file is None:
            return ABSENT
        return quote(file) + (f"#{parts.fragment}" if parts.fragment else "")


def relative(target: str, source: str) -> str:
    """The link from the file ``source`` to ``target`` (a percent-encoded path, perhaps with a fragment)."""
    path, mark, fragment = target.partition("#")
    if mark and path == quote(source):
        return f"#{fragment}"
    return posixpath.relpath(path, posixpath.dirname(quote(source)) or ".") + mark + fragment


# --- what a copy holds ------------------------------------------------------------------------------------------------


def lay_out(paths: CopyPaths, city: City, records: int) -> dict[str, int]:
    """Give every address of the city in use its file; how many records of each dataset have a page."""
    counted = {dataset.slug: 0 for dataset in city.registry.all()}
    for app in contract.installed_apps():
        for copied in app.copied(records):
            paths.put(copied.url, copied.file, deaf=copied.any_query)
            if copied.record_of:
                counted[copied.record_of] += 1
    if city.profile.brand.css:
        paths.put(reverse("brand"), "brand.css", deaf=True)
    return counted
