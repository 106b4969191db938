"""What the doctor reports: one thing after another, each with how it is and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ayan.core.values.label import Label

_MARKS: Final = {"ok": "✓", "warning": "!", "error": "✗"}


@dataclass(frozen=True, slots=True)
class DoctorFinding:
    """One thing looked at: how it is, and in both languages what was found and what to do."""

    level: Literal["ok", "warning", "error"]
    what: Label

    @property
    def lines(self) -> str:
        """The finding as it is printed, a line in each language."""
        return f"{_MARKS[self.level]} {self.what.fa}\n  {self.what.en}"
