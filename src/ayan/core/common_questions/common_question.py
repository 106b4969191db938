"""A question that people ask again and again: its parts, the sentence of its answer, and the words that ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from ayan.core.common_questions.limits import FEWEST_WORDS
from ayan.core.query.grouping import GroupKey
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.label import Label
from ayan.core.values.text import fold

SERIES_NAMES: Final = frozenset({"said", "first", "first_value", "last", "last_value", "periods"})
BLANK: Final = re.compile(r"\{([a-z][a-z0-9_]*)\.([a-z_]+)\}")
"""A figure in a sentence: the code of a part, and the name of one of its figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPart:
    """One thing that is asked to answer a question.

    ``code`` names it in sentences and in the page, ``title`` is the finding over its chart (a title is worked out where
    there is none). ``dataset`` is what it is asked of, ``where`` a query that says of which rows. ``names`` are the
    figures that sentences may name.
    """

    shape: ClassVar[str] = ""
    names: ClassVar[frozenset[str]] = frozenset()

    code: str
    dataset: str
    title: Label | None = None
    where: str = ""

    def groupings(self) -> Iterator[GroupKey]:
        """What rows are put together by."""
        yield from ()

    def measured(self) -> Iterator[tuple[str, str]]:
        """The fields whose numbers are told, each after the function that is asked for."""
        yield from ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPart(QuestionPart):
    """One number along time: the ``function`` of ``measure`` by ``time``, money also at the prices of one year.

    ``name`` is what the number is called.
    """

    shape: ClassVar[str] = "series"
    names: ClassVar[frozenset[str]] = SERIES_NAMES

    name: Label
    time: GroupKey
    measure: str
    function: Literal["sum", "median"] = "sum"

    def groupings(self) -> Iterator[GroupKey]:
        """Along what it is told."""
        yield self.time

    def measured(self) -> Iterator[tuple[str, str]]:
        """The one number."""
        yield self.function, self.measure


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingPart(QuestionPart):
    """Who has the most: the sums of ``measure`` by ``by`` in the newest whole period of ``time``, the ``most`` largest.

    ``split`` divides each of them by a field of codes; ``code_named`` is the code of it that sentences name.
    """

    shape: ClassVar[str] = "ranking"
    names: ClassVar[frozenset[str]] = frozenset(
        {"period", "top", "top_value", "top_share", "total", "groups", "shown", "shown_share", "named_share", "rows"}
    )

    by: GroupKey
    measure: str
    time: GroupKey
    split: str = ""
    code_named: str = ""
    most: int = 10

    def groupings(self) -> Iterator[GroupKey]:
        """Along what it is told."""
        yield from (self.by, self.time, *([GroupKey(self.split)] if self.split else []))

    def measured(self) -> Iterator[tuple[str, str]]:
        """The one number."""
        yield "sum", self.measure


@dataclass(frozen=True, slots=True, kw_only=True)
class SharePart(QuestionPart):
    """Of how many rows something holds: those of ``where`` that also meet ``such``, by ``time`` and by ``by``.

    The rows of the newest whole period are shown one by one, beside those of the first, by ``spread``, a whole number,
    of which the average of each period is told too; ``such_name`` is what those that meet ``such`` are called among
    them, ``each`` what all of them are.
    ``{today}`` in a condition is the day of the state that is asked.
    """

    shape: ClassVar[str] = "share"
    names: ClassVar[frozenset[str]] = frozenset(
        {"period", "share", "count", "of", "first", "first_share", "worst", "worst_share", "all_count", "all_of",
         "all_share", "average", "first_average"}
    )  # fmt: skip

    name: Label
    such: str
    time: GroupKey
    by: GroupKey | None = None
    spread: GroupKey | None = None
    such_name: Label | None = None
    each: Label | None = None

    def groupings(self) -> Iterator[GroupKey]:
        """Along what it is told."""
        yield from (self.time, *(each for each in (self.by, self.spread) if each))


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioPart(QuestionPart):
    """How many per cent of ``against`` the ``measure`` of the same row is: the median of each band of ``by``.

    ``bands`` are the least whole numbers of the bands, rising; the last has no end. ``name`` is what is told,
    ``against_name`` what a hundred per cent are, ``each`` what the rows are called.
    """

    shape: ClassVar[str] = "ratio"
    names: ClassVar[frozenset[str]] = frozenset(
        {"first", "first_ratio", "last", "last_ratio", "all_ratio", "rows", "left_out"}
    )

    name: Label
    against_name: Label
    each: Label
    measure: str
    against: str
    by: GroupKey
    bands: tuple[int, ...]

    def groupings(self) -> Iterator[GroupKey]:
        """Along what it is told."""
        yield self.by

    def fields(self) -> tuple[str, str]:
        """The numbers of a row that are held against each other."""
        return self.measure, self.against


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyPart(QuestionPart):
    """How often each of ``by`` has each code of ``split``, in the rows that name a record of ``of`` meeting ``where``.

    ``through`` is the field that names it; of the newest whole period of ``time``, a field of that dataset.
    """

    shape: ClassVar[str] = "tally"
    names: ClassVar[frozenset[str]] = frozenset({"period", "records", "rows", "top", "top_share"})

    of: str
    through: str
    time: GroupKey
    by: GroupKey
    split: str
    code_named: str = ""

    def groupings(self) -> Iterator[GroupKey]:
        """Along what it is told."""
        yield from (self.by, GroupKey(self.split), GroupKey(self.through))


@dataclass(frozen=True, slots=True, kw_only=True)
class PerHeadPart(QuestionPart):
    """What each of ``by``, a place, gets for each of its people: the sum of ``measure`` in the newest whole year."""

    shape: ClassVar[str] = "per-head"
    names: ClassVar[frozenset[str]] = frozenset({"period", "top", "top_value", "least", "least_value", "city_value"})

    by: GroupKey
    measure: str
    time: GroupKey

    def groupings(self) -> Iterator[GroupKey]:
        """Along what it is told."""
        yield from (self.by, self.time)

    def measured(self) -> Iterator[tuple[str, str]]:
        """The one number."""
        yield "sum", self.measure


@dataclass(frozen=True, slots=True, kw_only=True)
class BarsPart(QuestionPart):
    """The bars that a dataset declares for the front page: a whole, and how much of it was spent."""

    shape: ClassVar[str] = "bars"
    names: ClassVar[frozenset[str]] = frozenset({"period", "total", "spent_share", "top", "top_value", "top_share"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewestPart(QuestionPart):
    """The newest rows by ``time``: what each is called, and two numbers of it that stand against each other."""

    shape: ClassVar[str] = "newest"
    names: ClassVar[frozenset[str]] = frozenset({"title", "day", "ratio", "outcome"})

    time: GroupKey
    name: str
    pro: str
    contra: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshnessPart(QuestionPart):
    """How many of the declared datasets owe what they promised."""

    shape: ClassVar[str] = "freshness"
    names: ClassVar[frozenset[str]] = frozenset({"late", "datasets", "none"})


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionDoor:
    """What a question shows of itself on the home page: one figure of a part, what it is, and a small picture of it.

    ``page`` is the name of the page that the door leads to, where it is not the question's own.
    """

    order: int
    value: str
    says: Label
    picture: str
    title: Label | None = None
    page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonQuestion:
    """One question with its own page.

    ``title`` is what people ask, ``finding`` the sentence of the answer with the figures of ``parts`` in it, ``lede``
    what must be known to read it; ``search`` is what one may type for it, and ``also`` are further ways in which people
    ask the whole of it; ``about`` are groups of concepts of the lexicon that lead to it where all of one are named.
    ``method`` says how it was reckoned, ``unknown`` what the data do not tell, ``terms`` the words of the glossary that
    it needs. One that is ``hidden`` is a door alone.
    """

    code: str
    owner: str
    title: Label
    parts: tuple[QuestionPart, ...]
    finding: Label | None = None
    lede: Label | None = None
    method: tuple[Label, ...] = ()
    unknown: tuple[Label, ...] = ()
    terms: tuple[str, ...] = ()
    order: int = 50
    door: QuestionDoor | None = None
    search: Label | None = None
    also: tuple[Label, ...] = ()
    about: tuple[frozenset[str], ...] = ()
    hidden: bool = False

    @property
    def datasets(self) -> frozenset[str]:
        """The slugs of the datasets that it is answered from."""
        named = {part.dataset for part in self.parts} | {part.of for part in self.parts if isinstance(part, TallyPart)}
        return frozenset(named)

    def part(self, code: str) -> QuestionPart:
        """The part of this code. Raises KeyError."""
        return {part.code: part for part in self.parts}[code]


SHAPES: Final[dict[str, type[QuestionPart]]] = {
    each.shape: each
    for each in (
        SeriesPart,
        RankingPart,
        SharePart,
        RatioPart,
        TallyPart,
        PerHeadPart,
        BarsPart,
        NewestPart,
        FreshnessPart,
    )
}
"""The shapes of asking by their word in declarations."""

_WORD: Final = re.compile(r"[^\W_]+")
_SHORT_NUMBER: Final = re.compile(r"[0-9]{1,2}")
# Words that stand in questions of every sort.
_SAY_NOTHING: Final = frozenset(
    _WORD.findall(
        fold(
            "و از به با در که را این آن چه چقدر چند است شد شدند بود هر من ما تا چرا چگونه کیستند کیست "
            "the a an of in to and or is are was were do does did how what who much many my it there"
        )
    )
)
# So much of the words of both must be the same: one word of four may be another one.
_ALIKE: Final = 0.7


def answerable(questions: Iterable[CommonQuestion], store: ReleaseStore) -> list[CommonQuestion]:
    """The questions of which something is published in every dataset that they ask, in their order."""
    listed = list(questions)
    needed = {slug for question in listed for slug in question.datasets}
    published = {slug for slug in needed if store.snapshot(slug).rows}
    return [question for question in listed if question.datasets <= published]


def meant(questions: Sequence[CommonQuestion], text: str) -> tuple[CommonQuestion, bool] | None:
    """The question with a page whose words are typed, and whether it is asked whole; None where they are of none.

    It is not asked whole by the few words that one may search by, which ask for less than the page tells.
    """
    typed = _words(text)
    shown = [question for question in questions if not question.hidden]
    if len(typed) < FEWEST_WORDS:
        return None
    best = max(shown, key=lambda question: _whole(question, typed), default=None)
    if best is not None and _whole(best, typed) >= _ALIKE:
        return best, True
    forms = ((question, set(question.search.words().values())) for question in shown if question.search)
    return next(((question, False) for question, said in forms if any(_words(form) == typed for form in said)), None)


def led_to(questions: Sequence[CommonQuestion], named: frozenset[str]) -> CommonQuestion | None:
    """The question with a page to which concepts lead that somebody names, by most of them; None for none."""
    shown = (question for question in questions if not question.hidden)
    led = [(len(group), -question.order, question) for question in shown for group in question.about if group <= named]
    return max(led, key=lambda each: each[:2])[2] if led else None


def _whole(question: CommonQuestion, typed: frozenset[str]) -> float:
    """How much of the words are those of the question as it is asked, 0 to 1."""
    titles = [question.title, *([question.door.title] if question.door and question.door.title else [])]
    asked = [form for title in titles for form in title.words().values() if not BLANK.search(form)]
    alike = [(typed, _words(form)) for form in asked]
    # Districts and the like have short numbers: the page tells of all of them beside each other.
    named = frozenset(word for word in typed if not _SHORT_NUMBER.fullmatch(word))
    alike += [(named, _words(form)) for also in question.also for form in also.words().values()]
    return max((len(words & said) / len(words | said) for words, said in alike if said), default=0.0)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold(text))) - _SAY_NOTHING
