"""What a verification finds: one line for each thing looked at, and whether all of it holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ayan.core.ledger.policy import PolicyCheck
from ayan.core.values.label import Label

Level = Literal["holds", "note", "broken"]


@dataclass(frozen=True, slots=True)
class VerificationFinding:
    """One thing looked at: whether it holds, where, and in both languages what was found."""

    level: Level
    where: str
    what: Label

    def as_json(self) -> dict[str, str]:
        """The finding as ``ayan verify --format json`` prints it."""
        return {"level": self.level, "where": self.where, "fa": self.what.fa, "en": self.what.en}


@dataclass(slots=True)
class VerificationReport:
    """What a verification found, and the checkpoint it rests on."""

    findings: list[VerificationFinding] = field(default_factory=list)
    checkpoint: PolicyCheck | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing is broken."""
        return all(finding.level != "broken" for finding in self.findings)

    def add(self, level: Level, where: str, what: Label) -> None:
        """Note a finding."""
        self.findings.append(VerificationFinding(level, where, what))


class VerificationBroken(Exception):
    """The log itself does not hold, so nothing that leans on it can be looked at."""
