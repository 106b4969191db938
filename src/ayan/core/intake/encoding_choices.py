"""In which encodings the words of a text file make sense, for a person who says which it is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from ayan.core.intake.encoding import KNOWN
from ayan.core.intake.limits import LONGEST_HEAD, WORDS_SHOWN

# Of encodings in which words read alike the first is the likelier one.
_TRIED: Final = (
    "cp1252", "cp1250", "cp1251", "cp1254", "cp1253", "cp1256", "iso8859-6", "cp932", "gb18030", "big5", "euc_kr",
    "cp850", "mac-roman",
)  # fmt: skip
_WIDE: Final = frozenset({"cp932", "gb18030", "big5", "euc_kr"})
# Signs of a text that are no letters, beside its words, and within one.
_SIGNS: Final = "‘’“”–—…•€£©®™§°·«»\u00a0"
_JOINING: Final = frozenset("’–—·")
_RUN: Final = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
# Words of other letters than those of ASCII that are looked at.
_WORDS: Final = 400
# Share of them that must make sense before an encoding is offered.
_SENSE: Final = 0.7
# Bytes of a file that are searched for such words.
_LOOKED: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class EncodingGuess:
    """An encoding by the name that a declaration gives it, and some words of the file as it reads them."""

    name: str
    words: str


def guesses(path: Path, most: int) -> list[EncodingGuess]:
    """Up to ``most`` encodings in which the words of ``path`` make sense, the likeliest first.

    Readings that are alike are one. What makes sense: letters of one script in a word, small ones behind each other.
    """
    head = _head(path)
    words = [each for each in map(bytes, dict.fromkeys(_RUN.findall(head))) if len(each) > 1][:_WORDS]
    scored: list[tuple[float, EncodingGuess]] = []
    for codec in _TRIED if words else ():
        texts = _read(head, words, codec)
        # What is nothing but signs tells of no language.
        texts = [text for text in texts if text.strip(_SIGNS)]
        if not texts:
            continue
        sense = sum(map(_makes_sense, texts)) / len(texts)
        # A wide encoding packs letters in pairs: that whole words of one script come out of it is no accident.
        bonus = 0.2 if codec in _WIDE and not any(map(_is_latin, texts)) else 0.0
        if sense >= _SENSE:
            scored.append((sense + bonus, EncodingGuess(KNOWN[codec], " ".join(texts[:WORDS_SHOWN])[:60])))
    listed: dict[str, EncodingGuess] = {}
    for _, guess in sorted(scored, key=lambda pair: -pair[0]):
        listed.setdefault(guess.words, guess)
    return list(listed.values())[:most]


def _head(path: Path) -> bytes:
    """The first lines of a file that hold other bytes than those of ASCII."""
    lines: list[bytes] = []
    size = looked = 0
    with path.open("rb") as file:
        while size < LONGEST_HEAD and looked < _LOOKED and (line := file.readline(LONGEST_HEAD)):
            looked += len(line)
            if not line.isascii():
                lines.append(line)
                size += len(line)
    return b"".join(lines)


def _read(head: bytes, words: list[bytes], codec: str) -> list[str]:
    """The words as an encoding reads them; nothing where it cannot."""
    try:
        if codec in _WIDE:
            # Pairs of bytes begin anywhere, so that words come of the text and not of the bytes.
            text = head.decode(codec)
            return [word for word in re.findall(r"[^\W\d_]+", text) if not word.isascii()][:_WORDS]
        return [word.decode(codec) for word in words]
    except UnicodeDecodeError:
        return []


def _is_latin(text: str) -> bool:
    return any(sign.isascii() or unicodedata.name(sign, "").startswith("LATIN") for sign in text)


def _makes_sense(word: str) -> bool:
    """Whether a word is written in letters of one script, with none of them large behind a small one."""
    word = word.strip(_SIGNS)
    if not all(sign.isalpha() or unicodedata.combining(sign) or sign in _JOINING for sign in word):
        return False
    scripts = {_script(sign) for sign in word if sign not in _JOINING}
    humped = any(small.islower() and large.isupper() for small, large in pairwise(word))
    return len(scripts) == 1 and not humped


def _script(sign: str) -> str:
    name = unicodedata.name(sign, "").split(" ", 1)[0]
    # Names are written in Chinese signs and in those of the language in one word.
    return "CJK" if name in ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "KATAKANA-HIRAGANA") else name
