"""One entry of the issue catalogue: how grave it is, who must act, the wordings, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from ayan.core.schema.definition import Severity
from ayan.core.values.label import Label

FixBy: TypeAlias = Literal["sender", "owner", "source", "operator", "privacy"]
Stands: TypeAlias = Literal["told", "cell", "trace", "key", "pointer", "check", "empty-row"]
"""How the rows of an issue are found again: by the verdict over a cell, by a trace of personal data in it, as repeated
keys, as pointers to nothing, by a declared check, as rows without content; ``told``: the issues name them, if any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueEntry:
    """One code of the catalogue; ``{names}`` in the wording are filled from the issue's params.

    ``stands`` says how its rows are found. As an error, a ``structural`` one cannot be cured by leaving rows out, one
    that ``leaves_out`` keeps the rows in which it stands from a release in part, and one that ``holds`` keeps
    everything back until it is mended, redacted or waived. A ``cause`` is listed to whoever mends the file; others
    are told elsewhere on the page or of no use to him. ``title`` speaks of all places of a cause where the wording
    names the particulars of one.
    """

    severity: Severity
    fix_by: FixBy
    wording: Label
    stands: Stands = "told"
    structural: bool = False
    leaves_out: bool = False
    holds: bool = False
    cause: bool = True
    title: Label | None = None


def entry(
    severity: Severity,
    fix_by: FixBy,
    fa: str,
    en: str,
    *,
    stands: Stands = "told",
    structural: bool = False,
    leaves_out: bool = False,
    holds: bool = False,
    cause: bool = True,
    title: Label | None = None,
) -> IssueEntry:
    """An entry from its parts."""
    return IssueEntry(
        severity=severity,
        fix_by=fix_by,
        wording=Label(fa, en),
        stands=stands,
        structural=structural,
        leaves_out=leaves_out,
        holds=holds,
        cause=cause,
        title=title,
    )
