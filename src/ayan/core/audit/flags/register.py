"""The public register of findings: one file that holds all that may be shown of flags, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

from ayan.core.audit.flags.computation import FilledColumn, MissingInput
from ayan.core.system.file_contents import FileContents
from ayan.core.system.files import PRIVATE, locked, write
from ayan.core.values.canonical import canonical_json, sha256_hex

FORM: Final = 2
"""The form of the file; one of another form is read as none, and is made anew by the next computing."""

FindingStanding = Literal["published", "cleared"]


@dataclass(frozen=True, slots=True)
class RegisteredReply:
    """What the company (``party``) or the unit said to a finding, and on which day (ISO) it came."""

    by: Literal["party", "unit"]
    text: str
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredFinding:
    """A finding that is public. Days are ISO texts, empty where they do not apply; numbers are exact text.

    ``reply_came_on`` is the day of a reply that is not shown yet, for nobody has confirmed from whom it is.
    """

    id: str
    flag: str
    dataset: str
    key: str
    standing: FindingStanding
    value: str
    threshold: str = ""
    party_id: str = ""
    party: str = ""
    unit: str = ""
    behind: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    releases: tuple[str, ...] = ()
    found_on: str = ""
    told_on: str = ""
    reply_came_on: str = ""
    published_on: str = ""
    expires_on: str = ""
    cleared_on: str = ""
    reason: str = ""
    replies: tuple[RegisteredReply, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedFinding:
    """A finding that was public and is over: that it ended, on which day (ISO) and how, and nothing that it named."""

    id: str
    flag: str
    dataset: str
    on: str
    how: Literal["gone", "expired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredFlag:
    """What is public of one flag as it was computed last: counts of everything, names of nothing.

    ``waiting`` findings have not been shown to whom they name (``overdue`` of them for too long), ``examined`` wait for
    a reply; ``ended`` were found once and do not hold any more, or have expired. ``digest`` is that of the declaration,
    ``states`` are those of the datasets.
    """

    at: str
    digest: str
    states: Mapping[str, str]
    releases: Mapping[str, int]
    missing: tuple[MissingInput, ...] = ()
    filled: tuple[FilledColumn, ...] = ()
    judged: int = 0
    fired: int = 0
    unknown: Mapping[str, int] = field(default_factory=dict)
    waiting: int = 0
    overdue: int = 0
    examined: int = 0
    ended: int = 0
    milliseconds: int = 0
    calendar: str = ""


@dataclass(frozen=True)
class Register:
    """Every flag that was computed, by its name, every finding that is public, and those that lately were."""

    flags: Mapping[str, RegisteredFlag] = field(default_factory=dict)
    findings: tuple[RegisteredFinding, ...] = ()
    mark: str = ""
    ended: tuple[EndedFinding, ...] = ()

    @cached_property
    def _by_record(self) -> dict[tuple[str, str], list[RegisteredFinding]]:
        by_record: dict[tuple[str, str], list[RegisteredFinding]] = {}
        for finding in self.findings:
            by_record.setdefault((finding.dataset, finding.key), []).append(finding)
        return by_record

    @cached_property
    def _by_party(self) -> dict[str, list[RegisteredFinding]]:
        by_party: dict[str, list[RegisteredFinding]] = {}
        for finding in self.findings:
            if finding.party_id:
                by_party.setdefault(finding.party_id, []).append(finding)
        return by_party

    def about(self, dataset: str, key: str, party_ids: Iterable[str] = ()) -> tuple[RegisteredFinding, ...]:
        """The findings about a record, and those that name a company of these legal IDs; each once."""
        by_id = {finding.id: finding for finding in self._by_record.get((dataset, key), ())}
        for party in party_ids:
            by_id |= {finding.id: finding for finding in self._by_party.get(party, ())}
        return tuple(by_id.values())

    def of(self, flag: str) -> tuple[RegisteredFinding, ...]:
        """The findings of one flag."""
        return tuple(finding for finding in self.findings if finding.flag == flag)


class PublishedRegister:
    """The register in ``file``, read again when it has changed. Safe to share between threads."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._contents = FileContents(file, _register, Register())

    def now(self) -> Register:
        """What is public at this moment; an empty register where nothing was computed yet."""
        return self._contents.now()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes of this machine from writing meanwhile."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with locked(self._file.with_suffix(".lock")):
            yield

    def write(self, register: Register) -> None:
        """Put a register in the place of the present one, whole or not at all. Raises OSError."""
        document: dict[str, Any] = {
            "form": FORM,
            "flags": {name: asdict(flag) for name, flag in sorted(register.flags.items())},
            "findings": [asdict(finding) for finding in register.findings],
            "ended": [asdict(ended) for ended in register.ended],
        }
        self._file.parent.mkdir(parents=True, exist_ok=True)
        write(self._file, canonical_json(document), mode=PRIVATE)


def _register(text: bytes) -> Register:
    document = json.loads(text)
    if document["form"] != FORM:
        return Register()
    flags = {name: _flag_from(flag) for name, flag in document["flags"].items()}
    shown = tuple(_finding_from(finding) for finding in document["findings"])
    ended = tuple(EndedFinding(**finding) for finding in document["ended"])
    return Register(flags, shown, sha256_hex(text), ended)


def _flag_from(raw: dict[str, Any]) -> RegisteredFlag:
    missing = tuple(MissingInput(**entry) for entry in raw.pop("missing"))
    return RegisteredFlag(missing=missing, filled=tuple(FilledColumn(**entry) for entry in raw.pop("filled")), **raw)


def _finding_from(raw: dict[str, Any]) -> RegisteredFinding:
    behind = {name: tuple(keys) for name, keys in raw.pop("behind").items()}
    replies = tuple(RegisteredReply(**reply) for reply in raw.pop("replies"))
    return RegisteredFinding(behind=behind, replies=replies, releases=tuple(raw.pop("releases")), **raw)
