"""Where a result came from: the question, the state of the releases behind it, the log that vouches for them, a
link.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from ayan_client.exact_json import malformed

HEX: Final = re.compile("[0-9a-f]{64}")
RELEASE: Final = re.compile("[0-9A-Za-z-]+/[0-9]+")
ROW: Final = re.compile("[0-9A-Za-z-]+/[0-9]+#[0-9]+")


@dataclass(frozen=True, slots=True)
class LogPosition:
    """The smallest tree of the log that holds all releases of a state: ``root`` (hex) over ``size`` leaves of
    ``origin``.
    """

    origin: str
    size: int
    root: str

    @property
    def leaf(self) -> int:
        """The index of the newest leaf that speaks of these releases."""
        return self.size - 1


@dataclass(frozen=True, slots=True)
class Source:
    """What every result says of itself.

    ``portal`` is the address of the site, ``address`` the question in its one spelling (path and query), ``state`` the
    SHA-256 (hex) that names the releases which were read: equal states, equal answers. ``releases`` are the newest of
    them (``period/number``), ``releases_total`` how many there are; ``as_of`` is when the newest was sealed (aware),
    None where nothing is published. ``log`` is None for what the log does not hold. ``cited`` is the path of a page
    that keeps question and state, None where nothing can be cited.
    """

    portal: str
    dataset: str
    address: str
    state: str | None
    as_of: datetime | None
    releases: tuple[str, ...]
    releases_total: int
    log: LogPosition | None
    cited: str | None = None

    @property
    def link(self) -> str:
        """Where the same question is answered, today."""
        return self.portal + self.address

    @property
    def citation(self) -> str | None:
        """Where question and state are kept: what was answered then, and whether it still stands."""
        return self.portal + self.cited if self.cited else None

    @property
    def leaf_link(self) -> str | None:
        """The page of the newest leaf of the log behind it."""
        return f"{self.portal}/log/{self.log.leaf}" if self.log else None

    def __str__(self) -> str:
        """In one line, to be put beside a figure."""
        sealed = f", sealed by {self.as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if self.as_of else ""
        releases = ", ".join(self.releases[:3]) + (" and others" if self.releases_total > 3 else "")
        leaf = f", leaf {self.log.leaf} of {self.log.origin}" if self.log else ", not in the log"
        return f"{self.dataset} {releases}{sealed}{leaf}. {self.citation or self.link}"


def source_of(document: Mapping[str, Any], portal: str, dataset: str, path: str) -> Source:
    """The source that an answer at a ``path`` states. Raises Malformed."""
    try:
        state, log, as_of = document["state"], document.get("log"), document["as_of"]
        named = tuple(document["releases"])
        cited, address = document.get("citation"), str(document.get("address") or path)
        sound = (
            HEX.fullmatch(state)
            # It is put behind the name of the host: whatever else it begins with would lead to another.
            and address.startswith("/")
            and all(RELEASE.fullmatch(name) for name in named)
            and (cited is None or re.fullmatch("/c/[0-9a-z]+", cited))
        )
        if not sound:
            raise ValueError("its source")
        return Source(
            portal=portal,
            dataset=dataset,
            address=address,
            state=state,
            as_of=datetime.fromisoformat(as_of) if as_of is not None else None,
            releases=named,
            releases_total=int(document["releases_total"]),
            log=_position(log) if log is not None else None,
            cited=cited,
        )
    except (KeyError, TypeError, ValueError) as wrong:
        raise malformed(path, f"it does not say where it came from ({wrong})") from None


def _position(log: Mapping[str, Any]) -> LogPosition:
    if type(log["size"]) is not int or log["size"] < 1 or not HEX.fullmatch(log["root"]):
        raise ValueError("log")
    return LogPosition(str(log["origin"]), log["size"], log["root"])
