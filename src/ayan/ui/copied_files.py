"""What an app declares for the static copy: an address with its file, and how steps of a path are named on a disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.urls import reverse

from ayan.core.values import locale
from ayan.ui.limits import LONGEST_STEP


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """One address of the static copy, and its file there; without one that of a page.

    ``any_query`` where every query of the address leads to this file; ``record_of`` names the dataset of whose record
    it is the page, on one of its languages, so that records can be counted.
    """

    url: str
    file: str = ""
    any_query: bool = False
    record_of: str = ""

    @classmethod
    def pages(cls, name: str, *args: Any, any_query: bool = False) -> Iterator[CopiedFile]:
        """A page in every language."""
        for lang in locale.codes():
            yield cls(reverse(f"{lang}:{name}", args=args), any_query=any_query)

    @classmethod
    def feeds(cls, name: str, *args: Any) -> Iterator[CopiedFile]:
        """A feed in every language; its address ends as its file does."""
        for lang in locale.codes():
            address = reverse(f"{lang}:{name}", args=args)
            yield cls(address, address.strip("/"))

    @classmethod
    def documents(cls, path: str, *forms: str) -> Iterator[CopiedFile]:
        """An answer for programs: as JSON at the path itself, and in further ``forms`` below their endings."""
        yield cls(path, f"{path.strip('/')}.json")
        for form in forms:
            yield cls(f"{path}.{form}", f"{path.strip('/')}.{form}")


def page_file(path: str) -> str:
    """The file of a page: ``/data/contracts`` → ``data/contracts/index.html``."""
    return "/".join([*(step_name(step) for step in path.split("/") if step), "index.html"])


def step_name(step: str) -> str:
    """One step of a path, as every file system takes it; a key may hold slashes, dots and whatever else."""
    kept = "".join(
        character
        if character.isalnum() or character in "-_~" or (character == "." and at)
        else "".join(f"%{b:02X}" for b in character.encode())
        for at, character in enumerate(step)
    )
    data = kept.encode()
    if len(data) <= LONGEST_STEP and not kept.endswith("."):
        return kept
    return f"{data[:LONGEST_STEP].decode(errors='ignore')}~{sha256(step.encode()).hexdigest()[:16]}"
