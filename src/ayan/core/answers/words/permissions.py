"""Whether somebody asks if they may: «میشه پارکینگ رو مغازه کرد؟», "can I add a floor?"; no number answers that."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from ayan.core.answers.words.morphology import Word, is_light_verb, listed
from ayan.core.answers.words.verbs import verb_root

_MAY: Final = listed("میشه میشود نمیشه نمیشود میتوان میتونم میتوانم میتونیم میتوانیم میتونه میتواند")
_ALLOWED: Final = listed(
    "مجازه مجازم مجازیم ممنوعه قانونیه غیرقانونیه اجازهست allowed permitted legal illegal forbidden prohibited"
)
_HAVING: Final = (("اجازه", "دار"), ("حق", "دار"), ("مجاز", ""), ("اشکال", ""), ("ایراد", ""), ("منع", ""))
_CAN: Final = listed("can may could")
_IS: Final = listed("is am are isn't aren't")
_WHO: Final = listed("i we one you someone somebody anyone people a the my our")
_ASKING: Final = listed(
    "چند چندتا چقدر چقد چه چی چیا کجا چطور چطوری چجوری چگونه کی کیا کدام کدوم چن چنتا بگید بگین بگی بگویید بدید بدین "
    "how what where when which who whom whose many much show tell list give see find get"
)
"""Words by which more than yes or no is asked."""


def asks_permission(words: Sequence[Word]) -> bool:
    """Whether some words ask if something may be done, and nothing else."""
    texts = [word.text for word in words]
    if not texts or not _ASKING.isdisjoint(texts):
        return False
    if any(text in _CAN and behind in _WHO for text, behind in pairwise(texts)):
        return texts[0] in _CAN
    for at, text in enumerate(texts):
        behind = texts[at + 1 :]
        if text in _ALLOWED and (texts[0] in _IS or not words[at].is_latin):
            return True
        if text in _MAY and _is_done(texts, at):
            return True
        if any(
            text == head and behind and behind[0].startswith(verb or ("دار", "هست", "ندار", "است"))
            for head, verb in _HAVING
        ):
            return True
    return False


def _is_done(texts: Sequence[str], at: int) -> bool:
    """Whether a word for "may" has what is done beside it: «میشه … کرد», «کرد میشه», «می‌تونم … بسازم»."""
    beside = [*texts[at + 1 :], *texts[at - 1 : at]]
    return any(is_light_verb(each) or verb_root(each) for each in beside)
