"""Where one release of another city came from, as it is kept beside the release and shown with every figure of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from ayan.core.store.tombstone import instant

Kind = Literal["ayan", "ckan"]
KINDS: Final[tuple[Kind, ...]] = ("ayan", "ckan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """The leaf of the other city's log that states the release, and the checkpoint under which it was proved.

    ``origin`` is the name of that log, ``root`` (hex) that of its ``size`` leaves, ``key`` what signed it. ``vouched``
    is whether the operator gave the key; otherwise it came from the portal itself.
    """

    origin: str
    index: int
    size: int
    root: str
    key: str
    vouched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One fetch: from where, when, which bytes, on what terms, and how it fits the declaration here.

    ``address`` is what was fetched and ``page`` where a reader finds it, under a ``title`` where that portal has words
    of its own for it. ``digest`` is the SHA-256 (hex) of the other city's manifest, or of the file that was taken in.
    ``lacking`` are declared columns that it has not, ``unlike`` those whose numbers are of another unit. ``mapping`` is
    the digest (hex) of the mapping it was read with, and ``declaration`` that of the dataset's declaration here.
    """

    kind: Kind
    address: str
    page: str
    fetched_at: datetime
    digest: str
    declaration: str
    licence: str = ""
    title: str = ""
    changed: str = ""
    logged: Logged | None = None
    same_declaration: bool = True
    lacking: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    mapping: str = ""
    issues: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The origin as it is kept."""
        return asdict(self) | {"fetched_at": instant(self.fetched_at)}

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> Origin:
        """The origin that `as_json` wrote; KeyError, TypeError or ValueError for anything else."""
        logged = table["logged"]
        return cls(
            **{
                **table,
                "fetched_at": datetime.fromisoformat(table["fetched_at"]),
                "logged": Logged(**logged) if logged else None,
                "lacking": tuple(table["lacking"]),
                "unlike": tuple(table["unlike"]),
            }
        )
