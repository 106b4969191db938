"""What a file says of where it came from: the question that made it, the state that was read, and the log behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ayan.core.query.limits import LONGEST_PROPERTY

PREFIX: Final = "ayan."
PROPERTIES: Final = "docProps/custom.xml"
"""The part of a workbook that holds them."""


@dataclass(frozen=True, slots=True)
class LogPosition:
    """The smallest tree of the log that holds all releases of a state: the ``root`` (hex) over its ``size`` leaves."""

    origin: str
    size: int
    root: str

    @property
    def text(self) -> str:
        """The three in one line."""
        return f"{self.origin} {self.size} {self.root}"

    def as_json(self) -> dict[str, object]:
        """As answers hold it."""
        return {"origin": self.origin, "size": self.size, "root": self.root}


@dataclass(frozen=True, slots=True)
class AboutLine:
    """One thing that a file for people says of itself in words: what it is, and how it is."""

    label: str
    text: str

    @property
    def is_link(self) -> bool:
        """Whether the text is an address that a program can open."""
        return self.text.startswith(("https://", "http://"))


@dataclass(frozen=True, slots=True)
class FileSource:
    """The ``address`` (path and query) that makes a file, and what it was made from.

    ``state`` is the digest that names the state of the dataset, ``releases`` are those of it (``period/number``),
    ``log`` where the log vouches for them; None for what is not in the log. ``citation`` is the lasting address of the
    rows in this state (a path; empty where nothing can be cited). ``about`` says it to people, in the language that
    they asked for.
    """

    address: str
    slug: str
    state: str
    releases: tuple[str, ...]
    log: LogPosition | None
    about: tuple[AboutLine, ...] = ()
    citation: str = ""

    def members(self) -> dict[str, object]:
        """What a document of JSON says of it beside the state."""
        return {
            "address": self.address,
            "log": self.log.as_json() if self.log else None,
            "citation": self.citation or None,
        }

    def properties(self) -> dict[str, str]:
        """Name and text of each property, as metadata of a file hold them."""
        return {
            "ayan.dataset": self.slug,
            "ayan.state": self.state,
            "ayan.releases": " ".join(self.releases),
            "ayan.address": self.address,
            **({"ayan.log": self.log.text} if self.log else {}),
        }

    def short_properties(self) -> dict[str, str]:
        """The same in pieces of `LONGEST_PROPERTY`: ``ayan.address``, ``ayan.address.2`` and so on."""
        out = {}
        for name, text in self.properties().items():
            for at in range(0, max(len(text), 1), LONGEST_PROPERTY):
                number = at // LONGEST_PROPERTY + 1
                out[name if number == 1 else f"{name}.{number}"] = text[at : at + LONGEST_PROPERTY]
        return out


def joined_properties(short: Mapping[str, str]) -> dict[str, str]:
    """What `FileSource.short_properties` took apart, whole again; whatever is not ours is left out."""
    out: dict[str, str] = {}
    for name, text in short.items():
        if name.startswith(PREFIX) and name.count(".") == 1:
            number, whole = 2, text
            while (more := short.get(f"{name}.{number}")) is not None:
                whole, number = whole + more, number + 1
            out[name] = whole
    return out
