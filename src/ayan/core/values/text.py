"""One spelling per word: the tables by which published text is unified and by which words are compared.

Everything is data. `publish` and `fold` apply these tables in Python; whoever writes SQL applies the same tables in the
same order and gets the same text:

* publish: the keys of PUBLISH_BEFORE replaced, then every character through PUBLISH_DROP, PUBLISH_ONE, PUBLISH_MANY
  (in any order: no value holds a key), then the keys of PUBLISH_AFTER replaced, then the patterns of PUBLISH_ZWNJ.
* fold: every character through FOLD_DROP, FOLD_ONE and FOLD_MANY (in any order), runs of blanks to one, trimmed.

A text in which PUBLISH_TOUCHED finds nothing passes the character tables unchanged, so the long
tables need only be applied to the few cells where it does. Patterns are valid for Python's `re` and for RE2.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

ZWNJ: Final = "\u200c"
HALF_SPACE: Final = "\ufdd0"
"""Stands for the half-space in text that is folded but for it: a character that no text may hold."""

# Blocks of letters as a printer joins them; a PDF or an old system leaves them in the text. ﷼ is among them.
PRESENTATION_BLOCKS: Final = ((0xFB50, 0xFDFF), (0xFE70, 0xFEFC))

# What `fold` knows. Outside these blocks a character stands for itself, in Python as in SQL.
FOLD_BLOCKS: Final = (
    (0x0000, 0x052F),  # Latin, Greek, Cyrillic
    (0x0600, 0x06FF),  # Arabic
    (0x0750, 0x077F),
    (0x0870, 0x08FF),
    (0x1680, 0x1680),  # a space of another script
    (0x180E, 0x180E),  # once a space, now invisible
    (0x1AB0, 0x1AFF),  # combining marks
    (0x1DC0, 0x22FF),  # more marks and Latin, punctuation, superscripts, letter-like signs, number forms
    (0x2460, 0x24FF),  # numbers in circles
    (0x3000, 0x3000),
    (0x3371, 0x33DF),  # squared units such as ㎡
    (0xFB00, 0xFB06),
    (0xFB50, 0xFFFF),  # presentation forms, full-width forms
)

_SPACES: Final = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_LINE_ENDS: Final = "\r\v\f\x85\u2028\u2029"

# Marks of direction, byte order mark, soft hyphen and other characters nobody sees; ZWNJ and ZWJ are not among them.
_INVISIBLE: Final = "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"


def _between(ranges: Iterable[tuple[int, int]]) -> Iterator[str]:
    return (chr(point) for first, last in ranges for point in range(first, last + 1))


def _spelled_out(dashed: str) -> str:
    """'a-d' as 'abcd'."""
    return re.sub("(.)-(.)", lambda m: "".join(_between([(ord(m[1]), ord(m[2]))])), dashed)


def char_class(characters: Iterable[str]) -> str:
    r"""A regular expression class, `[…]`, of single characters: shortest ranges, valid for Python and RE2."""
    points = sorted({ord(character) for character in characters})
    runs: list[list[int]] = []
    for point in points:
        if runs and point == runs[-1][1] + 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return "[" + "".join(_class_run(first, last) for first, last in runs) + "]"


def _class_run(first: int, last: int) -> str:
    def member(point: int) -> str:
        return f"\\x{point:02x}" if point < 0x80 else chr(point)

    return member(first) if first == last else f"{member(first)}-{member(last)}"


# --- published text -------------------------------------------------------------------------------------------------

# Only letters that software writes in the place of a Persian letter. Letters of Kurdish, Urdu and Sindhi (ە ھ ہ ے ێ ڪ)
# stay: there they spell another word. ة, ۀ, أ, ؤ, ئ stay: they are Persian spelling. Digits stay as written.
_PUBLISH_LETTERS: Final = {"ي": "ی", "ى": "ی", "ك": "ک"}
_LETTERS_TABLE: Final = str.maketrans({**_PUBLISH_LETTERS})


def _joined_form(character: str) -> str:
    """The letters a presentation form stands for; a lone vowel mark loses the space that Unicode puts under it."""
    return unicodedata.normalize("NFKC", character).lstrip(" ").translate(_LETTERS_TABLE)


_PRESENTATION: Final = {c: r for c in _between(PRESENTATION_BLOCKS) if (r := _joined_form(c)) != c}

PUBLISH_DROP: Final[str] = _spelled_out(_INVISIBLE) + "".join(
    c for c in _between([(0x00, 0x1F), (0x7F, 0x9F)]) if c not in "\t\n" and c not in _LINE_ENDS
)
"""Characters that leave published text: marks of direction, BOM, soft hyphen, controls but tab and line ends."""

PUBLISH_ONE: Final[dict[str, str]] = (
    _PUBLISH_LETTERS
    | dict.fromkeys(_SPACES, " ")
    | dict.fromkeys(_LINE_ENDS, "\n")
    | {form: letters for form, letters in _PRESENTATION.items() if len(letters) == 1}
)
"""Character → one character."""

PUBLISH_MANY: Final[dict[str, str]] = {form: letters for form, letters in _PRESENTATION.items() if len(letters) > 1}
"""Character → several: the ligatures, ﷲ and ﷼."""

PUBLISH_BEFORE: Final[dict[str, str]] = {"\r\n": "\n"}
"""Sequences replaced before the characters."""

PUBLISH_AFTER: Final[dict[str, str]] = {
    "ا\u0653": "آ",
    "ا\u0654": "أ",
    "ا\u0655": "إ",
    "و\u0654": "ؤ",
    "ی\u0654": "ئ",
    "ە\u0654": "ۀ",
}
"""Sequences replaced after the characters: a letter and its mark written apart. ه with hamza (خانهٔ) is right so."""

PUBLISH_ZWNJ: Final[tuple[tuple[str, str], ...]] = (
    (f"{ZWNJ}{{2,}}", ZWNJ),
    (f"(^|[ \t\n]){ZWNJ}", r"\1"),
    (f"{ZWNJ}([ \t\n]|$)", r"\1"),
)
"""Pattern and replacement, in order, everywhere: one half-space where there are more, none by a space or an edge."""

PUBLISH_TOUCHED: Final[str] = char_class(
    [*PUBLISH_DROP, *PUBLISH_ONE, *PUBLISH_MANY, *(pair[-1] for pair in PUBLISH_AFTER)]
)
"""Class of the characters that any publish table but PUBLISH_ZWNJ may change."""

_PUBLISH_TABLE: Final = str.maketrans(PUBLISH_ONE | PUBLISH_MANY | dict.fromkeys(PUBLISH_DROP, ""))
_publish_touched: Final = re.compile(PUBLISH_TOUCHED).search
# The three PUBLISH_ZWNJ patterns in one pass.
_idle_zwnj: Final = re.compile(f"(?<![^ \t\n]){ZWNJ}+|{ZWNJ}+(?![^ \t\n])|(?<={ZWNJ}){ZWNJ}+")


def publish(text: str) -> str:
    """The text as it is published: letters unified, presentation forms repaired, invisible characters gone.

    Idempotent. Digits, kashida, vowel marks, punctuation and spaces at the ends stay; lines end with "\\n".
    """
    if _publish_touched(text):
        for sequence, replacement in PUBLISH_BEFORE.items():
            text = text.replace(sequence, replacement)
        text = text.translate(_PUBLISH_TABLE)
        for sequence, replacement in PUBLISH_AFTER.items():
            text = text.replace(sequence, replacement)
    if ZWNJ in text:
        text = _idle_zwnj.sub("", text)
    return text


# --- comparing words ------------------------------------------------------------------------------------------------

_FOLD_LETTERS: Final = (
    _PUBLISH_LETTERS
    | {"ة": "ه", "ٱ": "ا", "ڪ": "ک", "ۆ": "و", "ۇ": "و", "ڕ": "ر", "ڵ": "ل", "¬": " ", "\u2044": "/"}
    | dict.fromkeys("ەھہۃ", "ه")
    | dict.fromkeys("ےېێۍ", "ی")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | {"،": ",", "؛": ";", "؟": "?", "٪": "%", "٫": ".", "٬": ","}
    | dict.fromkeys("\t\n" + _LINE_ENDS + _SPACES + ZWNJ, " ")
)
_FOLD_INVISIBLE: Final = frozenset(PUBLISH_DROP + "ـٴ")  # with kashida and the high hamza of decomposed letters


def _folded(character: str) -> str:
    """One character as it is compared: compatibility form, without marks, plain letter, ASCII digit, lower case."""
    if character in _FOLD_LETTERS:
        return _FOLD_LETTERS[character]
    kept = []
    spelled = _PRESENTATION.get(character, character)
    for part in unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", spelled).lower()):
        plain = _FOLD_LETTERS.get(part, part)
        if plain in _FOLD_INVISIBLE or unicodedata.category(plain) in {"Mn", "Me", "Cf"}:
            continue
        value = unicodedata.decimal(plain, None)
        kept.append(plain if value is None else str(value))
    return "".join(kept)


_FOLD: Final = {c: r for c in _between(FOLD_BLOCKS) if (r := _folded(c)) != c}

FOLD_DROP: Final[str] = "".join(c for c, r in _FOLD.items() if not r)
"""Characters that comparison does not see: vowel and other marks, kashida, controls, everything invisible."""

FOLD_ONE: Final[dict[str, str]] = {c: r for c, r in _FOLD.items() if len(r) == 1}
"""Character → one character: letters, capitals, digits of every script known, ZWNJ and every kind of space."""

FOLD_MANY: Final[dict[str, str]] = {c: r for c, r in _FOLD.items() if len(r) > 1}
"""Character → several: ligatures, fractions, squared units."""

_FOLD_TABLE: Final = str.maketrans(_FOLD)


def fold(text: str) -> str:
    """The text as it is compared, searched and matched (headers, code lists, keys): ZWNJ is a space. Idempotent.

    fold(publish(text)) == fold(text).
    """
    return " ".join(text.translate(_FOLD_TABLE).split())


def fold_but_half_spaces(text: str) -> str:
    """The text folded, with `HALF_SPACE` where a half-space was."""
    return fold(text.replace(HALF_SPACE, " ").replace(ZWNJ, HALF_SPACE))


def fold_joined(text: str) -> str:
    """The text folded and without any space: «کتاب‌های», «کتاب های» and «کتابهای» are one."""
    return text.translate(_FOLD_TABLE).replace(" ", "")


DITTO: Final = (
    '"', "''", "״", "〃", "″", "”", "“", "»", "-do-", "do.", "ditto", "as above", "same as above", "idem", "ídem",
    "id.", "dto.", "desgl.", "ایضا", "ایضاً", "ايضا", "ايضاً", "مانند بالا", "همانند بالا", "مثل بالا",
)  # fmt: skip
"""What stands, alone in a cell and in small letters, for the cell above it."""
