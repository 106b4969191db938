"""Persian words as people write them in Latin letters: «نسترن» is "Nastaran", «قرارداد» is "gharardad".

Consonants of both sides are brought to one skeleton, under which the words that may be meant stand together; whether
one of them is meant its vowels say.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from ayan.core.answers.limits import SHORTEST_LATIN

# A Persian consonant, its class, and the ways it is written.
_CONSONANTS: Final[Mapping[str, tuple[str, str]]] = {
    letter: (sign, latin)
    for letters, sign, latin in (
        ("خ", "x", "kh|x|h"), ("غق", "q", "gh|q|g"), ("ش", "$", "sh"), ("چ", "c", "ch|tch"), ("ژ", "j", "zh|j"),
        ("ج", "j", "j|dj|g"), ("سصث", "s", "s|c|th"), ("ذزضظ", "z", "z|dh|s"), ("تط", "t", "t"), ("حه", "h", "h"),
        ("پ", "p", "p"), ("ب", "b", "b"), ("د", "d", "d"), ("ر", "r", "r"), ("ف", "f", "f|ph"), ("ک", "k", "k|c|q"),
        ("گ", "g", "g"), ("ل", "l", "l"), ("م", "m", "m"), ("ن", "n", "n"),
    )
    for letter in letters
}  # fmt: skip
_SIGNS: Final = (
    ("kh", "x"), ("gh", "q"), ("sh", "$"), ("ch", "c"), ("zh", "j"), ("dj", "j"), ("ph", "f"), ("th", "s"), ("x", "x"),
    ("q", "q"), ("w", "v"),
)  # fmt: skip
_VOWEL: Final = "aeiou"
_LONG: Final = {
    "ا": "(?:aa?|o|u|oo)",
    "و": "(?:oo?|u|ou|ow|[aeo]?[vw][aeo]?)",
    "ی": "(?:ee?|i|ie|ei|ai|[aei]?y[aeo]?|i?ya)",
}
_SHORT: Final = "(?:[aeo']|ae)?"
_SILENT: Final = frozenset("اعءئوی")


def _class(text: str) -> str:
    for latin, sign in _SIGNS:
        text = text.replace(latin, sign)
    return text


def latin_skeleton(word: str) -> str:
    """The consonants of a word in Latin letters, and whether it begins with a vowel."""
    begins = "a" if word[:1] in _VOWEL else ""
    text = re.sub("(?<=[ae])h$", "", _class(word))
    text = re.sub(rf"[{_VOWEL}'vy]", "", text)
    return begins + re.sub(r"(.)\1", r"\1", text)


def persian_skeletons(word: str) -> frozenset[str]:
    """The same of a Persian word."""
    begins = "a" if word[:1] in ("ا", "ع") else ""
    text = re.sub("ه$", "", word)
    letters = ("" if letter in _SILENT else _CONSONANTS.get(letter, ("?", ""))[0] for letter in text)
    return frozenset([begins + re.sub(r"(.)\1", r"\1", "".join(letters))])


def _pattern(word: str) -> re.Pattern[str]:
    """Every way in which a Persian word is written in Latin letters."""
    out: list[str] = []
    for at, letter in enumerate(word):
        last = at == len(word) - 1
        if letter in ("ع", "ء", "ئ"):
            out.append("(?:'|[aeo])?" if at else "[aeo]")
        elif letter == "ا" and not at:
            # «ایمان», «اردشیر», «آذر»: a vowel of some sort.
            out.append("(?:aa?|e|o|)" if word[1:2] in ("ی", "و") else "(?:aa?|e|o)")
        elif word[at - 1 : at + 2] == "خوا" and at:
            # «درخواست» is "darkhast".
            out.append("w?")
        elif letter == "ی" and last and at:
            # "hoghoghe" is «حقوقِ», and no «حقوقی».
            out.append("(?:ee|i|ie|ei|iy|ey|y)")
        elif letter in _LONG:
            out.append(_LONG[letter])
        elif letter == "ه" and last and at:
            out.append("(?:e|eh|a|ah|h)?")
        else:
            sounds = "|".join(each if len(each) > 1 else f"{each}{each}?" for each in _CONSONANTS[letter][1].split("|"))
            out.append(f"(?:{sounds})" + (_SHORT if not last else ""))
    return re.compile("".join(out))


def written_plainly(word: str) -> str:
    """The nearest way to write a Persian word in Latin letters, without the vowels that Persian does not write."""
    plain = {"ا": "a", "و": "o", "ی": "i", "ع": "a", "ء": ""}
    return "".join(plain.get(letter) or _CONSONANTS.get(letter, ("", "|"))[1].split("|")[0] for letter in word)


def said_plainly(latin: str) -> str:
    """A word in Latin letters with each long vowel written by one."""
    for long, short in (("oo", "o"), ("ou", "o"), ("ee", "i"), ("aa", "a"), ("u", "o")):
        latin = latin.replace(long, short)
    return latin


class LatinLetters:
    """Persian words, asked for those that a word in Latin letters may be."""

    def __init__(self, words: Iterable[str]) -> None:
        by_skeleton: dict[str, set[str]] = defaultdict(set)
        for word in words:
            if len(word) >= SHORTEST_LATIN and all(each in _CONSONANTS or each in _SILENT for each in word):
                for skeleton in persian_skeletons(word):
                    by_skeleton[skeleton].add(word)
        self._words: Mapping[str, tuple[str, ...]] = {key: tuple(sorted(words)) for key, words in by_skeleton.items()}

    def meant(self, latin: str) -> tuple[str, ...]:
        """The words that are written so."""
        word = latin.removesuffix("'s")
        if len(word) < SHORTEST_LATIN or not word.isascii() or not word.replace("'", "").isalpha():
            return ()
        # "dj" is one consonant or two: «بودجه» is written "boodje".
        skeletons = dict.fromkeys((latin_skeleton(word), latin_skeleton(word.replace("dj", "d-j")).replace("-", "")))
        known = (each for skeleton in skeletons for each in self._words.get(skeleton, ()))
        return tuple(each for each in known if _pattern(each).fullmatch(word))
