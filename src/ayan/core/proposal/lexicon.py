"""The lexicon of headers: which words head which columns, what they say of the cells, and both languages' labels."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final, Literal, cast
from unicodedata import combining, normalize

from ayan.core.schema.field import FieldRole, Nature
from ayan.core.values.label import Label
from ayan.core.values.text import fold, fold_joined

HeadedAs = Literal[
    "code", "number", "money", "date", "year", "text", "place", "counter", "person", "company", "code-or-place", ""
]
LEXICON: Final = Path(__file__).with_name("lexicon.toml")
_ARABIC: Final = re.compile(r"[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff]")
# Last words of headers of numbers that name something.
_NUMBERED: Final = frozenset({"no", "nr", "num", "id", "code", "ref"})
_NOISE: Final = re.compile(r"[\W_]+")
# «siteReference» and «GeoX» are two words each.
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class HeaderTerm:
    """What one word of the lexicon says of the columns that it heads: ``headed_as`` is empty where it says nothing.

    ``other`` says that the word is of neither of our languages, so that both labels are the lexicon's.
    """

    name: str
    label: Label
    headed_as: HeadedAs = ""
    role: FieldRole | None = None
    nature: Nature | None = None
    other: bool = False


@dataclass(frozen=True, slots=True)
class ListedWord:
    """A value of closed lists: the code and the English word that are proposed for it."""

    code: str
    en: str


def is_latin(text: str) -> bool:
    """Whether a text is written in Latin letters, with marks on them or not."""
    return _ARABIC.search(text) is None


def words_of(header: str) -> str:
    """A header as the lexicon compares it: folded, its words parted by single blanks, without other signs.

    Latin letters lose their marks, so that «Número» and «Numero» are one.
    """
    if is_latin(header) and not header.isascii():
        header = "".join(sign for sign in normalize("NFKD", header) if not combining(sign))
    return _NOISE.sub(" ", fold(_HUMP.sub(" ", header))).strip() or fold(header).strip()


@cache
def _lexicon() -> Mapping[str, Mapping[str, Mapping[str, object]]]:
    return tomllib.loads(LEXICON.read_text("utf-8"))


@cache
def _terms() -> Mapping[str, HeaderTerm]:
    """Every phrase of the lexicon with its term, the longest first."""
    phrases: dict[str, HeaderTerm] = {}
    for name, said in _lexicon()["terms"].items():
        term = HeaderTerm(
            name,
            Label(str(said["fa"]), str(said["en"])),
            cast("HeadedAs", said.get("as", "")),
            cast("FieldRole | None", said.get("role")),
            cast("Nature | None", said.get("nature")),
        )
        for phrase in cast("list[str]", said["words"]):
            phrases.setdefault(words_of(phrase), term)
    for name, words in _lexicon()["other"].items():
        term = replace(next(each for each in phrases.values() if each.name == name), other=True)
        for phrase in cast("list[str]", words):
            phrases.setdefault(words_of(phrase), term)
    return dict(sorted(phrases.items(), key=lambda pair: -len(pair[0])))


def term_of(header: str) -> HeaderTerm | None:
    """The term that heads a column: the whole header, else the longest phrase that stands in it in whole words.

    Of two that are equally long the later in the header decides in English («contract date» is a date), the earlier in
    Persian («تاریخ قرارداد»).
    """
    plain = words_of(header)
    terms = _terms()
    if plain in terms:
        return terms[plain]
    spaced = f" {plain} "
    best: tuple[int, int, str] | None = None
    for phrase, term in terms.items():
        # «No» heads a column of running numbers alone, and behind another word («Company No») it is that word's.
        if (best is not None and len(phrase.split()) < best[0]) or term.headed_as == "counter":
            continue
        at = spaced.rfind(f" {phrase} ") if phrase.isascii() else spaced.find(f" {phrase} ")
        if at >= 0:
            rank = (len(phrase.split()), at if phrase.isascii() else -at, phrase)
            best = rank if best is None or rank > best else best
    if best is None and plain.rpartition(" ")[2] in _NUMBERED:
        return terms["number"]
    return terms[best[2]] if best else None


@cache
def months() -> frozenset[str]:
    """The names of months, folded and joined, in every language of the lexicon."""
    return frozenset(fold_joined(str(name)) for names in _lexicon()["months"].values() for name in names)


def listed_word(text: str) -> ListedWord | None:
    """What the lexicon proposes for a value of a closed list; None where it has no word for it."""
    return _listed().get(fold(text))


@cache
def _listed() -> Mapping[str, ListedWord]:
    return {fold(text): ListedWord(str(said["code"]), str(said["en"])) for text, said in _lexicon()["values"].items()}
