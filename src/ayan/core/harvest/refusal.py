"""Why a harvest, or one table of it, came to nothing; and what became of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ayan.core.schema.issue import Issue
from ayan.core.transparency.release_verification import VerificationFinding
from ayan.core.values.refusal import Refusal


class NotHarvested(Refusal):
    """Nothing was taken from another city's portal; carries what was found on the way."""

    code = "not-harvested"
    fa = "از درگاه آن شهر چیزی گرفته نشد."
    en = "Nothing was taken from that city's portal."
    status = 502

    def __init__(
        self,
        code: str,
        fa: str | None = None,
        en: str | None = None,
        findings: Sequence[VerificationFinding] = (),
        issues: Sequence[Issue] = (),
    ) -> None:
        super().__init__(fa, en, code=code)
        self.findings = tuple(findings)
        self.issues = tuple(issues)


@dataclass(frozen=True, slots=True)
class HarvestOutcome:
    """What became of one table: the local releases that came, stayed as they were, and went, each as ``period/number``.

    ``refused`` says why nothing came. ``issues`` is what the ordinary check found in a file.
    """

    slug: str
    came: tuple[str, ...] = ()
    stayed: tuple[str, ...] = ()
    went: tuple[str, ...] = ()
    refused: NotHarvested | None = None
    issues: tuple[Issue, ...] = ()
