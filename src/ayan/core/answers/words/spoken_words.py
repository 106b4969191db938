"""Words of the spoken language: what each of them may be in the written one, by its endings and its vowels.

«خیابوناست» is «خیابان‌ها است», «غرفس» «غرفه است», «مغازمونو» «مغازه‌مان را». Which of the ways is right only those
who know the words say: whoever asks takes the first that is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from ayan.core.answers.limits import KEPT_WORDS, SHORTEST_PLURAL, SHORTEST_STEM

# What stands at the end of a word, the last first: «است» and «اند», «را», whose it is, and the plural.
_BEING: Final = ("است", "اند", "ست", "ند", "اس", "ن", "س", "ه")
_OBJECT: Final = ("رو", "را", "و")
_OWNING: Final = (
    "شان", "مان", "تان", "شون", "مون", "تون", "اشو", "امو", "اتو", "ام", "ات", "اش", "مو", "تو", "شو", "م", "ت", "ش",
)  # fmt: skip
_PLURAL: Final = ("هایی", "هایم", "های", "ها", "هام", "هاش", "هات", "ای", "ا")
_INDEFINITE: Final = ("ای", "یی", "ی")
_ENDINGS: Final = (_BEING, _OBJECT, _OWNING, _INDEFINITE, _PLURAL)
_PLAIN: Final = frozenset(("ا", "ها", "شون", "مون", "تون"))
# Behind these a word has lost its own last «ه»: «مغازم», «غرفس», «اجارشون».
_SWALLOWING: Final = frozenset((*_OWNING, "س", "ست", "ا"))
_OURS: Final = ("مون", "تون", "شون")
# What is said in the place of what is written: «تهرون», «حموم», «اروم».
_VOWELS: Final = (("ون", "ان"), ("وم", "ام"))


@lru_cache(KEPT_WORDS)
def spoken(word: str) -> tuple[str, ...]:
    """What a word may be in the written language, with the least cut off first; never the word itself."""
    return tuple(dict.fromkeys(each for each in _ways(word) if each != word))


def _ways(word: str) -> Iterator[str]:
    for head, ending in sorted(_heads(word).items(), key=lambda each: -len(each[0])):
        forms = [head, f"{head}ه"] if ending in _SWALLOWING else [head]
        yield from forms
        for form in forms:
            for said, written in _VOWELS:
                at = form.rfind(said)
                if at > 0:
                    yield form[:at] + written + form[at + len(said) :]


def _heads(word: str) -> dict[str, str]:
    """The word without some of its endings, each with the last that was cut."""
    heads = {word: ""}
    for endings in _ENDINGS:
        for head in tuple(heads):
            for ending in endings:
                # «سگا», «صدشون»: what is left may be short where the ending is plain.
                least = SHORTEST_PLURAL if ending in _PLAIN else SHORTEST_STEM
                if not head.endswith(ending) or len(head) - len(ending) < least:
                    continue
                if ending == "ن" and head.endswith(_OURS):
                    # «خونمون» is no «خونمو».
                    continue
                heads.setdefault(head.removesuffix(ending), ending)
    for ending in _INDEFINITE:
        # «شهری» alone is no «شهر» of the spoken language; «دستفروشایی» is «دستفروش».
        if word.endswith(ending):
            heads.pop(word.removesuffix(ending), None)
    return heads
