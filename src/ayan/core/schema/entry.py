"""One entry of the issue catalogue: how grave it is, who must act, and the two wordings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from ayan.core.schema.definition import Label, Severity

FixBy: TypeAlias = Literal["sender", "owner", "source", "operator", "privacy"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One code of the catalogue; ``{names}`` in the wording are filled from the issue's params."""

    severity: Severity
    fix_by: FixBy
    wording: Label


def entry(severity: Severity, fix_by: FixBy, fa: str, en: str) -> Entry:
    """An entry from its parts."""
    return Entry(severity, fix_by, Label(fa, en))
