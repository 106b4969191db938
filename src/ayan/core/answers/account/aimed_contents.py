"""What a question of the grammar is aimed at: what is counted, what a share is of, to whom something is owed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ayan.core.answers.account.ordered_contents import OrderedContents
from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.pieces.phrases import Phrase
from ayan.core.answers.readings.word_order import head
from ayan.core.answers.words.morphology import is_light_verb, is_negative
from ayan.core.answers.words.quantities import ONLY
from ayan.core.schema.field import Field

OUT_OF: Final = frozenset(("از", "of", "in", "from"))
_LESS: Final = "کم"
_DONE_BY: Final = frozenset(("برگزار", "انجام", "صادر", "منعقد", "امضا", "تشکیل"))
"""Words that say with a verb that what is listed came to be."""
_ALL: Final = frozenset(("همه", "همگی", "all"))


class AimedContents(OrderedContents):
    """What a question holds, and whether it is aimed at what its words name."""

    def is_towards(self, phrase: Phrase) -> bool:
        """Whether a piece says to whom, and the municipality behind it is that side: «بدهی به شهرداری»."""
        segments = self.asked.reading.parted.segments
        behind = next((each for each in segments if each.start >= phrase.end and not each.has("stop")), None)
        to_us = behind is not None and any(each.target == "none" for each in behind.of("place"))
        sides: set[str] = set()
        for concept in self.lexicon.concepts.values():
            slug, _, own = concept.target.partition(".")
            if slug == self.dataset.slug and concept.more.get("towards_us"):
                sides.add(own.partition("=")[0])
        return to_us and any(each.field in sides for each in self.filters)

    def is_other_whole(self, segments: Sequence[Phrase], place: int) -> bool:
        """Whether a share is taken of something else than a piece behind «از» names as its whole."""
        phrase = segments[place]
        if self.asked.shape != "share" or not place or segments[place - 1].text not in OUT_OF:
            return False
        if not any(each.target == "share" for part in segments[:place] for each in part.of("aggregate")):
            return False
        named = [each for each in phrase.of("dataset") if each.grade == "right"]
        others = all(each.slug not in (self.dataset.slug, *self.lexicon.registers) for each in named)
        return bool(named) and others and not any(each.slug == self.dataset.slug for each in phrase.meanings)

    def is_counted_elsewhere(self, phrase: Phrase) -> bool:
        """Whether rows are counted that are none of what a piece counts: «چند قرارداد …» of stalls with one."""
        if phrase != self.wanted.counted or self.asked.shape not in ("figure", "share"):
            return False
        named = [each for each in phrase.of("dataset") if each.grade == "right"]
        own = any(each.slug == self.dataset.slug for each in phrase.of("dataset", "measure", "value", "relation"))
        if own or not named:
            return False
        if any(each.slug in self.lexicon.registers for each in named):
            # «چند عضو شورا در همهٔ جلسات …»: members, and no sessions; where these stand once each, they are counted.
            return self.functions == {"count"} and phrase.has("thing") and not self._is_row_of(named)
        pointers = {each.name for meaning in named for each in self.pointers(meaning.slug)}
        required = {each.name for each in self.dataset.published if each.name in pointers and each.required}
        return not required and not pointers & {each.field for each in self.asked.measures}

    def _is_row_of(self, named: Sequence[Meaning]) -> bool:
        """Whether each row is of one of those that some words name, so that there are as many of both."""
        return any(self.dataset.key == (each.name,) for meaning in named for each in self.pointers(meaning.slug))

    def pointers(self, slug: str) -> Iterator[Field]:
        """The columns by which rows point to those of another dataset."""
        return (each for each in self.dataset.published if each.ref is not None and each.ref.dataset == slug)

    def is_headed(self, phrase: Phrase) -> bool:
        """Whether a sum of money is asked of what a piece names first, which is another table of money."""
        first = head(self.lexicon, self.asked.reading.parted.segments)
        own = any(each.slug == self.dataset.slug for each in phrase.of("dataset", "measure", "value", "relation"))
        before = self.asked.reading.parted.segments[: self.asked.reading.parted.segments.index(phrase)]
        if own or any(not each.has("stop", "aggregate", "ask", "superlative") for each in before):
            # «مالیات پرداختی»: what stands before it is asked of.
            return False
        concepts = (each.concept for each in phrase.of("dataset") if each.grade == "right")
        of_money = any(each is not None and each.text("shape") == "figure" for each in concepts)
        return self.asked.shape in ("figure", "share") and phrase == first and of_money

    def is_said_elsewhere(self, phrase: Phrase) -> bool:
        """Whether a verb asks for what is told of other people alone: "how much do firefighters earn"."""
        own = any(each.slug == self.dataset.slug for each in phrase.meanings)
        return not own and any(
            each.concept is not None and bool(each.concept.more.get("not_of")) for each in phrase.of("dataset")
        )

    def is_denied_alone(self, segments: Sequence[Phrase], place: int) -> bool:
        """Whether what did not happen is said by a verb that no condition holds: «که برگزار نشدند»."""
        before = segments[place - 1] if place else None
        is_verb = before is not None and before.has("stop") and before.text in _DONE_BY
        return is_verb and is_negative(segments[place].text) and not self.denies()

    def is_qualifying(self, segments: Sequence[Phrase], place: int) -> bool:
        """Whether a word that mostly says nothing tells what is spoken of from the rest: «درخواست‌های فوری».

        Where somebody is spoken to before or behind all else, it says nothing: «سریع بگید», «چقدره دیگه».
        """
        phrase = segments[place]
        if phrase.text in ONLY:
            return self._is_of_nothing_else(segments, place)
        if phrase.text in _ALL and place and segments[place - 1].text == "که":
            # «که همه مخالف بودند»: how many there were of all stands in no column.
            return any(each.has("value", "measure") for each in segments[place + 1 : place + 2])
        if phrase.words[0].text == _LESS and any(each.text == "از" for each in segments[:place]):
            # «مالیاتی که از حقوق … کم شد»: what a deduction is, and no change of anything.
            return False
        concepts = [each.concept for each in phrase.meanings]
        if not any(each is not None and each.more.get("qualifies") for each in concepts):
            return False
        if any(each.sense != "stop" for each in phrase.meanings):
            return False
        opens = all(each.has("stop") for each in segments[:place])
        before = segments[place - 1]
        ends = before.has("ask") or (before.has("stop") and is_light_verb(before.text))
        return not opens and not (ends and place + 1 == len(segments) and not phrase.words[0].is_latin)

    def _is_of_nothing_else(self, segments: Sequence[Phrase], place: int) -> bool:
        """Whether people, companies or groups are meant that have this and nothing else, which no row says of them."""
        if any(each.at == segments[place + 1].start for each in self.wanted.bounds if place + 1 < len(segments)):
            return False
        counted = self.wanted.counted
        things = counted is not None and counted.has("thing", "relation")
        return "distinct" in self.functions or (things and self.asked.shape == "figure") or self.asked.by is not None
