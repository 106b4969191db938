"""One thing that the doctor found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ayan.core.values.label import Label


@dataclass(frozen=True, slots=True)
class DoctorFinding:
    """One thing looked at: how it is, and in both languages what was found and what to do."""

    level: Literal["ok", "warning", "error"]
    what: Label
