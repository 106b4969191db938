"""The question that people have in mind when they type words into the search box."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from ayan.core.common_questions.common_question import BLANK, CommonQuestion
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.text import fold

_WORD: Final = re.compile(r"[^\W_]+")
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
_FEWEST: Final = 2


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
    if len(typed) < _FEWEST:
        return None
    best = max(shown, key=lambda question: _whole(question, typed), default=None)
    if best is not None and _whole(best, typed) >= _ALIKE:
        return best, True
    forms = ((question, set(question.search.words().values())) for question in shown if question.search)
    return next(((question, False) for question, said in forms if any(_words(form) == typed for form in said)), None)


def _whole(question: CommonQuestion, typed: frozenset[str]) -> float:
    """How much of the words are those of the question as it is asked, 0 to 1."""
    titles = [question.title, *([question.door.title] if question.door and question.door.title else [])]
    asked = [form for title in titles for form in title.words().values() if not BLANK.search(form)]
    return max((len(typed & said) / len(typed | said) for said in map(_words, asked) if said), default=0.0)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold(text))) - _SAY_NOTHING
