"""What a question means, computed row by row in plain Python, to hold the SQL against."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.core.query.town import DATASET

from ayan.core.query.question import Filter, Question, Span
from ayan.core.query.sql import TEXTS
from ayan.core.values.text import FOLD_DROP, FOLD_MANY, FOLD_ONE, ZWNJ, fold

TABLE = str.maketrans(FOLD_ONE | FOLD_MANY | dict.fromkeys(FOLD_DROP, ""))

Cells = Mapping[str, Any]


def folded_but_half_spaces(text: str) -> str:
    return ZWNJ.join(part.translate(TABLE) for part in text.split(ZWNJ))


def contains(text: str, asked: str, *, at_start: bool = False) -> bool:
    """The rule of `folding.containing`, over text that is folded instead of a pattern that is unfolded."""
    gap, joint = f"[ {ZWNJ}]*", f"{ZWNJ}*"
    pattern = gap.join(joint.join(map(re.escape, word)) for word in fold(asked).split())
    found = folded_but_half_spaces(text)
    return bool(re.match(gap + pattern, found) if at_start else re.search(pattern, found))


def searches(text: str, word: str) -> bool:
    """The rule of `folding.searched`, over text that is folded."""
    asked, found = fold(word), folded_but_half_spaces(text)
    joint = f"{ZWNJ}*"
    pattern = f"[ {ZWNJ}]*".join(joint.join(map(re.escape, piece)) for piece in asked.split())
    if asked[0] in "0123456789":
        return bool(re.search(f"(?:^|[^0-9])0*{pattern}", found))
    if re.search(pattern, found):
        return True
    # A prefix or a suffix that stands apart: between blanks, and no letter of another word touches it.
    splits = [(asked[:n], asked[n:]) for n in range(1, len(asked)) if " " not in asked]
    for before, after in splits:
        prefix = before in ("می", "نمی") and len(after) >= 2
        suffix = after in ("ها", "های", "هایی", "تر", "ترین") and len(before) >= 2
        one, other = (joint.join(map(re.escape, part)) for part in (before, after))
        # The affix itself is not looked into for half-spaces.
        one, other = (before if prefix else one), (after if suffix else other)
        for match in re.finditer(f"(?=({one} [ {ZWNJ}]*{other}))", found):
            start, end = match.span(1)
            if prefix and not _is_letter(found[start - 1 : start]):
                return True
            if suffix and not _is_letter(found[end : end + 1]):
                return True
    return False


def _is_letter(character: str) -> bool:
    return "\u0620" <= character <= "\u08ff" and character.isalpha()


def found_by(search: str, texts: Sequence[str], labels: Sequence[str] = ()) -> bool:
    """Whether each word of a search is found in one of the texts, or in a label of a list."""
    return all(any(searches(text, word) for text in (*texts, *labels)) for word in search.split())


def _searched(row: Cells) -> tuple[list[str], list[str]]:
    """What a search looks through: the texts of a row, and what the codes of lists stand for."""
    searched = [one.name for one in DATASET.published if one.kind in TEXTS and one.choices is None]
    texts = [str(row[name]) for name in searched if row.get(name) is not None]
    labels = [
        text
        for one in DATASET.published
        if one.choices is not None
        for entry in one.choices.entries
        if entry.code == row.get(one.name)
        for text in (entry.label.fa, entry.label.en, entry.code)
    ]
    return texts, labels


def holds(one: Filter, row: Cells) -> bool:
    value = row.get(one.field)
    if one.op == "isnull":
        return (value is None) is one.values[0]
    if one.op == "not":
        return value is None or not _any(one, value)
    if value is None:
        return False
    if one.op in ("eq", "in"):
        return _any(one, value)
    if one.op in ("contains", "startswith"):
        return contains(value, str(one.values[0]), at_start=one.op == "startswith")
    asked = one.values[0]
    low, high = (asked.first, asked.last) if isinstance(asked, Span) else (asked, asked)
    tests: dict[str, Callable[[], bool]] = {
        "gt": lambda: value > high,
        "gte": lambda: value >= low,
        "lt": lambda: value < low,
        "lte": lambda: value <= high,
    }
    return tests[one.op]()


def _any(one: Filter, value: Any) -> bool:
    return any(_same(asked, value) for asked in one.values)


def _same(asked: Any, value: Any) -> bool:
    if isinstance(asked, Span):
        return bool(asked.first <= value <= asked.last)
    if isinstance(asked, str) and isinstance(value, str):
        return fold(asked) == fold(value)
    return bool(asked == value)


def matching(rows: Sequence[Cells], question: Question) -> list[int]:
    """The numbers (from 0) of the rows that a question asks for, sorted as it asks where its field is not words."""
    found = [
        n
        for n, row in enumerate(rows)
        if all(holds(one, row) for one in question.filters) and found_by(question.search, *_searched(row))
    ]
    if question.sort is None:
        return found
    name, descending = question.sort.field, question.sort.descending
    full = [n for n in found if rows[n].get(name) is not None]
    # Python's sort is stable, so ties stay in the order of the file in both directions.
    full.sort(key=lambda n: _Backwards(rows[n][name]) if descending else rows[n][name])
    return full + [n for n in found if rows[n].get(name) is None]


class _Backwards:
    """Compares the other way round."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: _Backwards) -> bool:
        return bool(other.value < self.value)
