"""The question set: how each question is to be understood, and whether it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ayan.core.answers.cards.cards import AnswerCard

FILE = Path(__file__).with_name("questions.txt")
ANY = "*"
NONE = "-"
WORDS = "~"
SOME = "?"


@dataclass(frozen=True)
class Expected:
    """How one question is to be understood; a star stands for anything, a dash for nothing, a question mark for some value."""

    question: str
    kinds: tuple[str, ...]
    datasets: tuple[str, ...]
    filters: str
    measure: str
    by: str

    @property
    def is_english(self) -> bool:
        """Whether it is asked in English."""
        return self.question.isascii()

    def meets(self, card: AnswerCard) -> bool:
        """Whether an answer is the right one."""
        if card.kind not in self.kinds:
            return False
        if self.datasets in ((ANY,), (NONE,)):
            return True
        understood = card.understood
        if understood is None or understood.dataset not in self.datasets:
            return False
        if card.kind == "record":
            return True
        return (
            _conditions_meet(self.filters, dict(understood.filters))
            and (
                self.measure == ANY
                or (card.kind == "list" and self.measure == NONE)
                or (understood.measure or NONE) in self.measure.split("|")
            )
            and (self.by == ANY or (understood.by or NONE) in self.by.split("|"))
        )

    def is_about(self, card: AnswerCard) -> bool:
        """Whether an answer says that there are no rows of what was asked."""
        understood = card.understood
        if understood is None or understood.dataset not in self.datasets:
            return False
        return _conditions_meet(self.filters, dict(understood.filters))

    def is_wrong_figure(self, card: AnswerCard) -> bool:
        """Whether an answer gives a figure for something else than was asked."""
        return card.kind == "figure" and card.is_sure and not self.meets(card)


def _conditions_meet(expected: str, given: Mapping[str, str]) -> bool:
    """Whether conditions are those expected: all of them, and no others unless a star allows it."""
    if expected == ANY:
        return True
    named = (
        dict(pair.split("=", 1) for pair in expected.strip(ANY).split("&") if "=" in pair) if expected != NONE else {}
    )
    words = named.pop(WORDS, "")
    if words and not any(words in value for value in given.values()):
        return False
    if any(given.get(name) != value and (value != SOME or name not in given) for name, value in named.items()):
        return False
    return ANY in expected or set(given) == set(named)


def question_set(names: Mapping[str, str]) -> list[Expected]:
    """All questions, with the names of a city in their blanks."""
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return [_expected(line, names) for line in lines]


def _expected(line: str, names: Mapping[str, str]) -> Expected:
    for name, value in names.items():
        line = line.replace("{" + name + "}", value)
    question, kinds, datasets, filters, measure, by = (part.strip() for part in line.split(" ; "))
    return Expected(question, tuple(kinds.split("|")), tuple(datasets.split("|")), filters, measure, by)
