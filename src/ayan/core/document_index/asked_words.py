"""What somebody looks for in documents: words that must all be found, and phrases in quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from ayan.core.document_index.limits import MOST_ASKED_WORDS, SHORTEST_BEGINNING
from ayan.core.document_index.page_words import SPELLINGS, WordJoin, words
from ayan.core.query import values
from ayan.core.query.folding import PREFIXES, SUFFIXES
from ayan.core.query.limits import SHORTEST_STEM
from ayan.core.values.asked_value import BadValue

_QUOTED: Final = re.compile('«([^«»]*)»|“([^“”]*)”|"([^"]*)"')


class WordForm(NamedTuple):
    """Words that stand one after the other in one spelling of a text; the last may go on where it ``is_open``."""

    spelling: WordJoin
    words: tuple[str, ...]
    is_open: bool

    @property
    def quoted(self) -> str:
        """The words as FTS5 asks for them, in whatever spelling."""
        return f'"{" ".join(self.words)}"{" *" if self.is_open else ""}'


@dataclass(frozen=True, slots=True)
class AskedPiece:
    """One word or phrase as it was typed; it is found where one of its forms is."""

    text: str
    forms: tuple[WordForm, ...]

    def match(self) -> str:
        """As FTS5 asks for it."""
        spelled: dict[str, set[WordJoin]] = {}
        for form in self.forms:
            spelled.setdefault(form.quoted, set()).add(form.spelling)
        # What is alike in all spellings is looked up once for them all.
        parts = (quoted if len(own) == len(SPELLINGS) else f"{own.pop()} : {quoted}" for quoted, own in spelled.items())
        return f"({' OR '.join(parts)})"

    @property
    def closed(self) -> AskedPiece:
        """The same, found only where its words end as they were typed."""
        return replace(self, forms=tuple(form._replace(is_open=False) for form in self.forms))


@dataclass(frozen=True, slots=True)
class AskedWords:
    """All that is looked for; ``phrase`` is the whole of it as one piece, where that says more than its parts."""

    pieces: tuple[AskedPiece, ...]
    phrase: AskedPiece | None

    @property
    def is_phrase(self) -> bool:
        """Whether it is one phrase alone, which is found as it was typed or not at all."""
        return len(self.pieces) == 1 and len(self.pieces[0].forms[-1].words) > 1

    @property
    def closed(self) -> AskedWords:
        """The same, found only where its words end as they were typed."""
        return AskedWords(tuple(piece.closed for piece in self.pieces), self.phrase and self.phrase.closed)

    def match(self) -> str:
        """As FTS5 asks for pages with all of them."""
        return " AND ".join(piece.match() for piece in self.pieces)


def read(text: str) -> AskedWords:
    """What a text asks for. Raises BadValue where it has no words, or too many."""
    typed = list(_typed(values.clean(text)))
    pieces = tuple(piece for words_of, quoted in typed if (piece := _piece(words_of, is_open=not quoted)) is not None)
    if not pieces:
        raise BadValue("empty-value")
    if sum(len(piece.forms[0].words) for piece in pieces) > MOST_ASKED_WORDS:
        raise BadValue("too-many", limit=MOST_ASKED_WORDS)
    whole = " ".join(piece.text for piece in pieces)
    return AskedWords(pieces, _phrase(whole, is_open=not typed[-1][1]) if len(pieces) > 1 else None)


def _typed(text: str) -> Iterator[tuple[str, bool]]:
    """The words and phrases of a text, and whether each was set in quotation marks."""
    at = 0
    for quoted in _QUOTED.finditer(text):
        yield from ((word, False) for word in text[at : quoted.start()].split())
        yield next(filter(None, quoted.groups()), ""), True
        at = quoted.end()
    yield from ((word, False) for word in text[at:].split())


def _piece(text: str, *, is_open: bool) -> AskedPiece | None:
    plain = _phrase(text, is_open=is_open)
    if plain is None or len(plain.forms[-1].words) > 1:
        return plain
    apart = (WordForm("apart", parts, is_open=False) for parts in _parted(plain.forms[-1].words[0]))
    return AskedPiece(text, (*plain.forms, *apart))


def _phrase(text: str, *, is_open: bool) -> AskedPiece | None:
    """A text in both spellings, once where they are alike; None without words."""
    spelled = {spelling: tuple(words(text, spelling)) for spelling in SPELLINGS}
    forms = tuple(WordForm(spelling, own, is_open and _begins(own[-1])) for spelling, own in spelled.items() if own)
    return AskedPiece(text, forms) if forms else None


def _begins(word: str) -> bool:
    """Whether a word also stands for those that begin with it: a number is a whole one."""
    return len(word) >= SHORTEST_BEGINNING and not word[-1].isdecimal()


def _parted(word: str) -> Iterator[tuple[str, str]]:
    """A word and the ending or beginning that may stand apart from it."""
    for prefix in PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= SHORTEST_STEM:
            yield prefix, word[len(prefix) :]
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= SHORTEST_STEM:
            yield word[: -len(suffix)], suffix
