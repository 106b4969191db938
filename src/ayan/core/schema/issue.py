"""An issue: something wrong in a cell, a row or a file, with its address, its wording and who must fix it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from decimal import Decimal
from typing import Final

from ayan.core.schema.catalogue import CATALOGUE
from ayan.core.schema.catalogue_cells import FixBy
from ayan.core.schema.definition import Severity
from ayan.core.values import locale
from ayan.core.values.label import Label, in_words
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal

_BLANK: Final = re.compile(r"\{(\w+)\}")
_ADDRESSES: Final = frozenset({"row", "rows", "line"})

ORDER: Final[Mapping[Severity, int]] = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One thing found wrong.

    ``row`` is the record number a spreadsheet shows (header included), ``line`` the line of a text file, ``column``
    the letter and header. ``value`` is the cell as the file writes it and is None for a field that is not public.
    ``count`` is how many places the same issue stands in when it speaks for all of them. ``params`` fill the
    wording's blanks (a Label in the reader's language, a list with its comma). ``wording`` replaces the catalogue's for
    checks that a dataset declares itself. ``fingerprint`` (hex) names a privacy hit, so that it can be waived;
    ``evidence`` what speaks for a question about a unit, so that an answer can be held against it. ``record`` is the
    row of the table, where one row of the file became several; decisions are about that.
    """

    code: str
    severity: Severity | None = None
    sheet: str | None = None
    row: int | None = None
    line: int | None = None
    column: str | None = None
    field: str | None = None
    value: str | None = None
    count: int = 1
    params: Mapping[str, object] = attribute(default_factory=dict)
    wording: Label | None = None
    fingerprint: str | None = None
    evidence: tuple[str, ...] = ()
    record: int | None = None

    @property
    def level(self) -> Severity:
        """The severity that holds: the issue's own, else the catalogue's."""
        return self.severity or CATALOGUE[self.code].severity

    @property
    def fix_by(self) -> FixBy:
        """Who must act: sender, owner of the dataset, source system, operator or privacy officer."""
        entry = CATALOGUE.get(self.code)
        return entry.fix_by if entry else "sender"

    def message(self, lang: Lang) -> str:
        """The wording in a language in use with the blanks filled."""
        label = self.wording or CATALOGUE[self.code].wording
        # One pass: what a file says may itself look like a blank.
        return _BLANK.sub(lambda blank: self._filled(blank[1], blank[0], lang), label.of(lang))

    @property
    def label(self) -> Label:
        """The message in every language in use that has its wording."""
        wording = self.wording or CATALOGUE[self.code].wording
        said = {lang: self.message(lang) for lang in wording.words()}
        return Label(said.pop("fa"), said.pop("en"), tuple(said.items()))

    def _filled(self, name: str, blank: str, lang: Lang) -> str:
        value, language = self.params.get(name, blank), locale.of(lang)
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            # Rows and lines are found by their number as a program shows it, without groups.
            return language.numerals(str(value)) if name in _ADDRESSES else language.grouped(value)
        return str(in_words(value, lang))

    def as_json(self) -> dict[str, object]:
        """The issue in the shape of ``ayan check --format json``; ``value`` is left out where it may not be shown."""
        out: dict[str, object] = {
            "code": self.code,
            "severity": self.level,
            "sheet": self.sheet,
            "row": self.row,
            "line": self.line,
            "column": self.column,
            "field": self.field,
            "value": self.value,
            "message_fa": self.message("fa"),
            "message_en": self.message("en"),
            "fix_by": self.fix_by,
            "count": self.count,
        }
        if self.value is None:
            del out["value"]
        if self.fingerprint is not None:
            out["fingerprint"] = self.fingerprint
        return out


class CannotRead(Refusal):
    """The file cannot be read at all; carries the issue that says why and what to do, and has its code and words."""

    code = "cannot-read"
    fa = "پرونده را نمی‌توان خواند."
    en = "The file cannot be read."
    status = 422

    def __init__(self, issue: Issue) -> None:
        super().__init__(code=issue.code)
        self.worded(issue.label)
        self.issue = issue
