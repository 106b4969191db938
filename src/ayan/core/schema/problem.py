"""What is wrong with a declaration: every fault at once, each with file, key, both wordings and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ayan.core.schema.refusal_texts import REFUSALS
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal


@dataclass(frozen=True, slots=True)
class DeclarationProblem:
    """One fault: ``file`` as ``folder/dataset.toml``, ``key`` as ``field[amount].minimum``, ``code`` of REFUSALS."""

    file: str
    key: str
    code: str
    message: Label

    @property
    def label(self) -> Label:
        """One line: where, and what to do."""
        where = "".join(f"{part}: " for part in (self.file, self.key) if part)
        return Label("{where}{words}", "{where}{words}").format(where=where, words=self.message)

    def text(self, lang: str) -> str:
        """The line in one language."""
        return self.label.of(lang)


class DeclarationError(Refusal, ValueError):
    """A dataset's declaration is refused as a whole; ``problems`` are all its faults in the order of its files.

    What it says of itself names no file: that is for the operator, and not for whoever asks for a page.
    """

    code = "declaration"
    fa = "اعلام این داده درست نیست. ayan doctor می‌گوید چه چیز را درست کنید."
    en = "The declaration of this dataset is not valid. ayan doctor says what to correct."
    status = 500

    def __init__(self, problems: Iterable[DeclarationProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__()

    def __str__(self) -> str:
        return "\n".join(problem.text("en") for problem in self.problems)


@dataclass(slots=True)
class DeclarationProblems:
    """The faults found so far."""

    listed: list[DeclarationProblem] = field(default_factory=list)

    def add(self, file: str, key: str, code: str, message: Label | None = None, /, **blanks: object) -> None:
        """Note one fault, in the words of ``REFUSALS`` unless it brings its own; equal faults are noted once."""
        problem = DeclarationProblem(file, key, code, message or REFUSALS[code].format(**blanks))
        if problem not in self.listed:
            self.listed.append(problem)
