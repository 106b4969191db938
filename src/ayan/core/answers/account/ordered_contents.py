"""What a question of the grammar holds of order and comparison: what is first, what is above what, what beside what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ayan.core.answers.account.question_contents import QuestionContents
from ayan.core.answers.cards.cards import unit_of
from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.pieces.phrases import Phrase
from ayan.core.answers.words.directions import WEIGHED, more_or_less, suits
from ayan.core.query.grouping import GroupMeasure

_SMALL_NUMBERS: Final = frozenset(("یک", "یه", "دو", "سه", "one", "two", "three"))


class OrderedContents(QuestionContents):
    """What a question holds, and whether words that order or compare are among it."""

    def is_ordered(self, phrase: Phrase, meaning: Meaning) -> bool:
        """Whether a superlative says by what the question is ordered, or which of its numbers is meant."""
        slug, _, name = (meaning.concept.text("on") if meaning.concept is not None else "").partition(".")
        if name and slug in self.lexicon.datasets and slug != self.dataset.slug and meaning.grade != "weak":
            # «دیرترین پاسخ» orders no contracts.
            return False
        if slug.startswith("role:date") and self.asked.chosen and self.asked.shape == "figure":
            # «آخرین حقوق»: that of the newest time there is.
            return not (self.asked.period or "").isdigit()
        if slug.startswith("role:date") and self.asked.shape == "ranking" and not self._is_in_order(meaning):
            # «حقوق مدیران در ماه آخر ۱۴۰۴» puts the newest month first, and not the highest pay.
            return False
        if self._is_opposite(meaning) and not {"max", "min"} <= self.functions:
            # «فاصلهٔ بالاترین و پایین‌ترین»: one order does not tell both.
            return False
        ordered = self.asked.sort is not None and self.wanted.order is not None
        if self._is_against(phrase):
            # «از مبلغ قرارداد بیشتر» of a table that has no such column orders nothing.
            return False
        if self.is_bounding(phrase):
            return True
        if not all(suits(word.text, self._units()) for word in phrase.words):
            # Nothing is dearer by a number of rows, and no sum is longer.
            return False
        # Of two numbers side by side one is the larger.
        if ordered or self.functions & {"max", "min"} or len(self.asked.measures) > 1:
            return True
        weighed = phrase.words[0].text in WEIGHED and self.asked.sort is None
        if (self.wanted.order is None or weighed) and self._is_idle(meaning):
            return True
        if weighed and self.wanted.order is None and len(self.wanted.periods) > 1 and self.asked.shape == "figure":
            # Each of two parts of years is told by itself.
            return True
        return slug == self.dataset.slug and name in self.fields

    def _is_in_order(self, meaning: Meaning) -> bool:
        """Whether groups are of times, or in the order of them; «چهار پیمانکار اول» are the first of any order."""
        if meaning.target == "sort:asc" and (self.wanted.size is not None or self.wanted.nth):
            return True
        names = {each.field for each in self.asked.keys} | ({self.asked.sort.field} if self.asked.sort else set())
        own = (each for each in self.dataset.published if each.name in names)
        return any(each.kind.is_day or each.kind.is_period for each in own)

    def _units(self) -> frozenset[str]:
        """The units of what is measured, and of what rows are ordered by."""
        sorted_by = self.asked.sort.field if self.asked.sort is not None and self.asked.shape == "list" else ""
        own = (
            [GroupMeasure("max", sorted_by)]
            if sorted_by and any(each.name == sorted_by for each in self.dataset.published)
            else []
        )
        return frozenset(unit_of(self.dataset, each) for each in (*self.asked.measures, *own))

    def is_bounding(self, phrase: Phrase) -> bool:
        """Whether a piece is part of a condition in numbers."""
        return any(each.says(phrase) for each in self.wanted.bounds)

    def _is_opposite(self, meaning: Meaning) -> bool:
        """Whether a superlative asks for the other end of the order."""
        order = self.wanted.order
        ends = {"sort:asc", "sort:desc"}
        if order is None or meaning.grade == "weak" or order.grade == "weak":
            return False
        return {order.target, meaning.target} == ends

    def _is_against(self, phrase: Phrase) -> bool:
        """Whether a comparative stands behind «از» and what it compares with, which is no number or time."""
        if more_or_less(phrase.words[0].text) is None:
            return False
        segments = self.asked.reading.parted.segments
        at = segments.index(phrase)
        origin = next((each for each in range(at - 1, max(at - 5, -1), -1) if segments[each].text == "از"), None)
        between = segments[origin + 1 : at] if origin is not None else ()
        things = [each for each in between if not each.has("stop", "aggregate")]
        return bool(things) and all(
            each.sense in ("words", "unknown", "place") and not each.has("dataset") for each in things
        )

    def _is_idle(self, meaning: Meaning) -> bool:
        """Whether a word that rarely orders says nothing more: new permits of a year, what "usually" lasts, "more"."""
        on = meaning.concept.text("on") if meaning.concept is not None else ""
        along_time = self.asked.by is not None and self.of_time()
        usual = meaning.grade == "weak" and on in ("role:date", "count")
        return along_time or (usual and bool(self.functions & {"avg", "median"}))

    def is_compared(self, phrase: Phrase, meaning: Meaning, segments: Sequence[Phrase], place: int) -> bool:
        """Whether a word that compares stands in a condition, or beside what is told side by side."""
        target, is_weak = meaning.target, meaning.grade == "weak" and not phrase.fixed
        if target == "not":
            return self.denies()
        if target == "isnull":
            return any(each.op == "isnull" for each in self.filters)
        if target == "difference" and any(each.text in _SMALL_NUMBERS for each in segments[max(place - 2, 0) : place]):
            # «با یک رأی اختلاف»: how far they are apart is a condition, which no column holds.
            return False
        if target in ("difference", "versus"):
            several = len(self.asked.measures) > 1
            if {"max", "min"} <= self.functions:
                return True
            beside = len(self.wanted.periods) > (0 if several else 1) or (several and target == "versus")
            return beside or self.asked.by is not None or is_weak
        if target == "ratio":
            # Both of them beside each other, or the years from one to another.
            if self.asked.by is not None and self.wanted.by_time and self.of_time():
                return True
            return self.asked.by is not None and any(each.op == "in" for each in self.filters)
        return is_weak or self.is_bounding(phrase) or self._beside_time(segments, place)

    def _beside_time(self, segments: Sequence[Phrase], place: int) -> bool:
        return any(each.sense == "period" for each in segments[max(place - 1, 0) : place + 2])
