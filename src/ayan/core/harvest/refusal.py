"""Why a harvest, or one table of it, came to nothing; and what became of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ayan.core.release.verify import Finding
from ayan.core.schema.definition import Label
from ayan.core.schema.issue import Issue


class NotHarvested(Exception):
    """Nothing was taken; ``label`` says why in both languages, the rest what was found on the way."""

    def __init__(
        self, code: str, fa: str, en: str, findings: Sequence[Finding] = (), issues: Sequence[Issue] = ()
    ) -> None:
        super().__init__(en)
        self.code = code
        self.label = Label(fa, en)
        self.findings = tuple(findings)
        self.issues = tuple(issues)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one table: the local releases that came, stayed as they were, and went, each as ``period/number``.

    ``refused`` says why nothing came. ``issues`` is what the ordinary check found in a file.
    """

    slug: str
    came: tuple[str, ...] = ()
    stayed: tuple[str, ...] = ()
    went: tuple[str, ...] = ()
    refused: NotHarvested | None = None
    issues: tuple[Issue, ...] = ()
