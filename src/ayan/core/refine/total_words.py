"""What the words of a cell say of sums: that its row is one, or part of the amount above it, or taken off it."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ayan.core.refine.distinct_texts import DistinctTexts
from ayan.core.refine.header_matching import MappedField
from ayan.core.values.text import fold

# Words that stand in totals rows, whatever else their cell says; alone they prove nothing.
_WORDS: Final = frozenset({"جمع", "مجموع", "سرجمع", "خالص", "total", "totals", "subtotal", "sum", "net"})
# How a row begins that is part of the amount above it, and one that is taken off it.
_PARTS: Final = tuple(
    fold(words)
    for words in (
        "از این مبلغ",
        "که از این مبلغ",
        "از مبلغ فوق",
        "از مبلغ بالا",
        "از این میان",
        "از محل فوق",
        "مبلغ فوق شامل",
        "of which",
        "thereof",
        "davon",
        "dont",
    )
)
_TAKEN_OFF: Final = tuple(
    fold(words)
    for words in (
        "کسر می‌شود",
        "کسر می‌گردد",
        "کسر میشود",
        "کسر میگردد",
        "کسر شود",
        "منهای",
        "less:",
        "deduct",
        "minus:",
    )
)


# Without any of these a text says nothing of sums; a dash may part their letters.
_TELLING: Final = sorted({*_WORDS, *_PARTS, *_TAKEN_OFF, "کل"})
_MARKS: Final = re.compile("|".join(map(re.escape, _TELLING)))
# The longest word of each: a text in which none stands between two spaces has none of the whole.
_IN_MARKS: Final = re.compile("|".join(map(re.escape, sorted({max(marks.split(), key=len) for marks in _TELLING}))))
_NO_FRENCH: Final = re.compile(r"don[^\w\s]+t\b", re.IGNORECASE)
# Two letters, or a character that may be several: each of those words has as many.
_LETTERS: Final = re.compile(r"[^\W\d_].*[^\W\d_]|[^\x00-\x7f\u0600-\u06ff\u200c]", re.DOTALL)
# The same and somewhat more, as RE2 writes it.
_LETTERS_OF_RE2: Final = r"(?s)[\pL\pM\p{Nl}\p{No}].*[\pL\pM\p{Nl}\p{No}]|[^\x00-\x7f\x{0600}-\x{06ff}\x{200c}]"


@dataclass(frozen=True, slots=True)
class TotalReading:
    """What one text, or those of a row, say: part of the amount above, taken off it, a word for a sum, surely none."""

    is_part: bool = False
    is_taken_off: bool = False
    is_sum: bool = False
    is_no_sum: bool = False


NO_READING: Final = TotalReading()


class TotalWords:
    """What the words of a table's cells say of sums."""

    def __init__(self, no_totals: Set[str]) -> None:
        """``no_totals``: folded texts that name no sum here."""
        self._no_totals = no_totals
        self._known: dict[str, bool] = {}

    def possible(self, texts: DistinctTexts, index: int) -> list[int]:
        """The places of those texts of a column that may say something: each word of theirs is looked at once."""
        if self._no_totals:
            return texts.places_matching(index, "")
        return texts.places_of_words(index, _LETTERS_OF_RE2, self._may_mark)

    def of(self, text: str) -> TotalReading:
        """What one text says; most say nothing."""
        # Codes, dates and numbers, most of the texts that stand once, say nothing.
        silent = not text or (not self._no_totals and (_LETTERS.search(text) is None or not self._may_tell(text)))
        return NO_READING if silent else self._read(text)

    def _may_tell(self, text: str) -> bool:
        """Whether a word of a text may be one of those; the same few words make up most texts of a column."""
        return any(map(self._may_mark, text.split(" ")))

    def _may_mark(self, word: str) -> bool:
        known = self._known.get(word)
        if known is None:
            folded = fold(_NO_FRENCH.sub("do not", word)).replace("-", "")
            known = self._known[word] = _IN_MARKS.search(folded) is not None
        return known

    def _read(self, text: str) -> TotalReading:
        # What is folded has no apostrophe: "Don't redact" is no "dont" of a French table.
        folded = fold(_NO_FRENCH.sub("do not", text))
        whole = _MARKS.search(folded) or ("-" in folded and _MARKS.search(folded.replace("-", "")))
        if not whole and folded not in self._no_totals:
            return NO_READING
        begun = folded.lstrip(" -–—•*.()+0123456789")
        words = folded.replace("-", "").replace(":", " ").replace(".", " ").split()
        reading = TotalReading(
            is_part=_begins_with(begun, _PARTS),
            is_taken_off=_begins_with(begun, _TAKEN_OFF),
            # «کل شهر» is all of it, «اداره کل» an office.
            is_sum=not _WORDS.isdisjoint(words) or words[:1] == ["کل"],
            is_no_sum=folded in self._no_totals,
        )
        return NO_READING if reading == NO_READING else reading


def _begins_with(begun: str, phrases: tuple[str, ...]) -> bool:
    # "Deductible" is no word for what is taken off.
    return begun.startswith(phrases) and any(
        begun.startswith(words) and not begun[len(words) :][:1].isalpha() for words in phrases
    )


class CellsBeside:
    """The cells beside the amounts: of each column its different texts, and of each row the place of its own."""

    def __init__(self, texts: DistinctTexts, fields: Sequence[MappedField], readings: TotalWords) -> None:
        self._columns: list[tuple[list[str], npt.NDArray[np.int32]]] = []
        self._said: dict[int, list[TotalReading]] = {}
        for mapped in fields:
            if mapped.column is None:
                continue
            tokens, places = texts.tokens(mapped), texts.places[mapped.column.index]
            self._columns.append((tokens, places))
            # Each text is read once, since most stand in many rows.
            asked = readings.possible(texts, mapped.column.index)
            telling = {place: said for place in asked if (said := readings.of(tokens[place])) is not NO_READING}
            for at in np.flatnonzero(np.isin(places, list(telling))).tolist() if telling else ():
                self._said.setdefault(at, []).append(telling[int(places[at])])

    def __len__(self) -> int:
        """How many columns there are."""
        return len(self._columns)

    @property
    def tells_of_parts(self) -> bool:
        """Whether a row says that it is part of the amount above, or taken off it."""
        return any(each.is_part or each.is_taken_off for said in self._said.values() for each in said)

    def saying_no_sum(self, rows: int) -> npt.NDArray[np.bool_]:
        """Of so many rows whether each says that it is surely no sum."""
        said = np.zeros(rows, np.bool_)
        said[[at for at in self._said if self.says(at).is_no_sum]] = True
        return said

    def text(self, at: int, column: int) -> str:
        """One cell of a row; "" where it is empty."""
        texts, places = self._columns[column]
        return texts[int(places[at])]

    def texts(self, at: int) -> list[str]:
        """The cells of a row."""
        return [texts[places[at]] for texts, places in self._columns]

    def saying(self, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
        """Of some rows whether their cells say anything."""
        return np.isin(rows, list(self._said))

    def lacking(self, rows: Sequence[int], column: int) -> int:
        """How many of some rows have an empty cell in a column."""
        texts, places = self._columns[column]
        return int(np.isin(places[rows], [place for place, text in enumerate(texts) if not text]).sum())

    def says(self, at: int) -> TotalReading:
        """What the cells of a row say."""
        said = self._said.get(at)
        if said is None:
            return NO_READING
        return TotalReading(
            is_part=any(each.is_part for each in said),
            is_taken_off=any(each.is_taken_off for each in said),
            is_sum=any(each.is_sum for each in said),
            is_no_sum=any(each.is_no_sum for each in said),
        )
