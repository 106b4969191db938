"""What a question means, computed row by row in plain Python, to hold the SQL against."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from operator import itemgetter
from typing import Any

from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.question import Filter, Question
from ayan.core.schema.definition import Dataset
from ayan.core.values import jalali, period
from ayan.core.values.asked_value import Span
from ayan.core.values.place import geometry_bbox
from ayan.core.values.text import FOLD_DROP, FOLD_MANY, FOLD_ONE, ZWNJ, fold

TEXTS = {"text", "place", "code", "identity", "company", "ref", "link"}
TABLE = str.maketrans(FOLD_ONE | FOLD_MANY | dict.fromkeys(FOLD_DROP, ""))

Cells = Mapping[str, Any]


def folded_but_half_spaces(text: str) -> str:
    return ZWNJ.join(part.translate(TABLE) for part in text.split(ZWNJ))


def contains(text: str, asked: str, *, at_start: bool = False) -> bool:
    """The rule of `folding.containing`, over text that is folded instead of a pattern that is unfolded."""
    gap, joint = f"[ {ZWNJ}]*", f"{ZWNJ}*"
    pattern = gap.join(joint.join(map(re.escape, word)) for word in fold(asked).split())
    folded = folded_but_half_spaces(text)
    return bool(re.match(gap + pattern, folded) if at_start else re.search(pattern, folded))


def searches(text: str, word: str) -> bool:
    """The rule of `folding.searched`, over text that is folded."""
    asked, folded = fold(word), folded_but_half_spaces(text)
    joint = f"{ZWNJ}*"
    pattern = f"[ {ZWNJ}]*".join(joint.join(map(re.escape, piece)) for piece in asked.split())
    if asked[0] in "0123456789":
        return bool(re.search(f"(?:^|[^0-9])0*{pattern}", folded))
    if re.search(pattern, folded):
        return True
    # A prefix or a suffix that stands apart: between blanks, and no letter of another word touches it.
    splits = [(asked[:n], asked[n:]) for n in range(1, len(asked)) if " " not in asked]
    for before, after in splits:
        prefix = before in ("می", "نمی") and len(after) >= 2
        suffix = after in ("ها", "های", "هایی", "تر", "ترین") and len(before) >= 2
        first, other = (joint.join(map(re.escape, part)) for part in (before, after))
        # The affix itself is not looked into for half-spaces.
        first, other = (before if prefix else first), (after if suffix else other)
        for match in re.finditer(f"(?=({first} [ {ZWNJ}]*{other}))", folded):
            start, end = match.span(1)
            if prefix and not _is_letter(folded[start - 1 : start]):
                return True
            if suffix and not _is_letter(folded[end : end + 1]):
                return True
    return False


def _is_letter(character: str) -> bool:
    return "\u0620" <= character <= "\u08ff" and character.isalpha()


def found_by(search: str, texts: Sequence[str], labels: Sequence[str] = ()) -> bool:
    """Whether each word of a search is found in one of the texts, or in a label of a list."""
    return all(any(searches(text, word) for text in (*texts, *labels)) for word in search.split())


def _looked_through(dataset: Dataset, row: Cells) -> tuple[list[str], list[str]]:
    """What a search looks through: the texts and codes of a row, and what the codes of lists stand for."""
    full = [field for field in dataset.published if row.get(field.name) is not None]
    texts = [
        row[field.name]
        for field in full
        if field.choices is None and (field.kind.name in TEXTS or field.shown == "masked")
    ]
    entries = [
        entry
        for field in full
        if field.choices
        for entry in field.choices.entries
        if entry.code == str(row[field.name])
    ]
    return texts, [text for entry in entries for text in (entry.label.fa, entry.label.en, entry.code)]


def holds(condition: Filter, row: Cells) -> bool:
    value = row.get(condition.field)
    if condition.op == "isnull":
        return (value is None) is condition.values[0]
    if condition.op == "not":
        return value is None or not _any(condition, value)
    if value is None:
        return False
    if condition.op in ("above", "below"):
        other = row.get(str(condition.values[0]))
        return other is not None and bool(value > other if condition.op == "above" else value < other)
    if condition.op in ("eq", "in"):
        return _any(condition, value)
    if condition.op == "bbox":
        west, south, east, north = map(float, str(condition.values[0]).split(","))
        around = geometry_bbox(json.loads(value))
        return around.west <= east and around.east >= west and around.south <= north and around.north >= south
    if condition.op in ("contains", "startswith"):
        return contains(value, str(condition.values[0]), at_start=condition.op == "startswith")
    asked = condition.values[0]
    low, high = (asked.first, asked.last) if isinstance(asked, Span) else (asked, asked)
    if isinstance(asked, Span) and asked.alone and "Q" in value:
        low = high = asked.alone
    tests: dict[str, Callable[[], bool]] = {
        "gt": lambda: value > high,
        "gte": lambda: value >= low,
        "lt": lambda: value < low,
        "lte": lambda: value <= high,
    }
    return tests[condition.op]()


def _any(condition: Filter, value: Any) -> bool:
    return any(_same(asked, value) for asked in condition.values)


def _same(asked: Any, value: Any) -> bool:
    if isinstance(asked, Span):
        return value == asked.alone if "Q" in str(value) and asked.alone else bool(asked.first <= value <= asked.last)
    if isinstance(asked, str) and isinstance(value, str):
        return fold(asked) == fold(value)
    return bool(asked == value)


def matching(dataset: Dataset, rows: Sequence[Cells], question: Question) -> list[int]:
    """The numbers (from 0) of the rows that a question asks for, in the order it asks for."""
    numbers = [n for n, row in enumerate(rows) if all(holds(condition, row) for condition in question.filters)]
    numbers = [n for n in numbers if found_by(question.search, *_looked_through(dataset, rows[n]))]
    if question.sort is None:
        return numbers
    key, name = ordering(dataset, question.sort.field), question.sort.field
    # Texts at one place of the alphabet stand by their characters.
    known = {n: (key(value), value) for n in numbers if (value := rows[n].get(name)) is not None}
    return in_order(numbers, known.get, descending=question.sort.descending)


def in_order(items: Iterable[Any], key: Callable[[Any], Any], *, descending: bool = False) -> list[Any]:
    """Sorted by a key, items without one last in both directions, equal ones as they stood."""
    items = list(items)
    full = [member for member in items if key(member) is not None]
    # Python's sort keeps equal ones as they stood, reversed or not.
    return sorted(full, key=key, reverse=descending) + [member for member in items if key(member) is None]


ALPHABET = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"


def ordering(dataset: Dataset, field: str) -> Callable[[Any], Any]:
    """What a value of a field is sorted by: for words, their letters' places in the Persian alphabet."""
    return alphabetical if dataset.field(field).kind.name in ("text", "place") else lambda value: value


def alphabetical(text: str | None) -> tuple[int, ...] | None:
    """Places in the alphabet, a space before all letters; for texts of these letters, spaces and half-spaces only.

    Texts that half-spaces alone tell apart stand at one place of it.
    """
    if text is None:
        return None
    return tuple(ALPHABET.index(letter) if letter != " " else -1 for letter in text if letter != ZWNJ)


def part_of(value: Any, by: GroupKey) -> Any:
    """The key of a group that a value falls in: itself, or a part of time as text."""
    if by.part is None or value is None:
        return value
    return part_of_time(str(value if isinstance(value, str) else jalali.from_gregorian(value)), by.part)


def part_of_time(text: str, part: str) -> str | None:
    """The part of a period that it lies in; None of one that is longer."""
    parsed = period.parse(text)
    if part == "year":
        return str(parsed.year)
    if part == "month":
        return text[:7] if parsed.kind in ("month", "day") else None
    if parsed.kind == "year":
        return None
    return text if parsed.kind == "quarter" else f"{parsed.year}-Q{(parsed.number + 2) // 3}"


def groups(dataset: Dataset, rows: Sequence[Cells], question: GroupQuestion) -> list[dict[str, Any]]:
    """Every group of the rows that a question asks for, in the order it asks for."""
    members: dict[tuple[Any, ...], list[Cells]] = {} if question.by else {(): []}
    for n in matching(dataset, rows, question.scope):
        members.setdefault(tuple(part_of(rows[n].get(by.field), by) for by in question.by), []).append(rows[n])
    group_rows = [
        dict(zip(question.columns, (*key, *(measured(measure, inside) for measure in question.measures)), strict=True))
        for key, inside in members.items()
    ]
    for condition in question.having:
        group_rows = [group for group in group_rows if condition.meets(group[condition.column])]
    for by in reversed(question.by):
        group_rows = _by_key(dataset, by, group_rows, itemgetter(by.name))
    if question.sort:
        keys = {by.name: _group_ordering(dataset, by) for by in question.by}
        column = question.sort.field
        key = keys.get(column, _itself)
        group_rows = in_order(group_rows, lambda group: key(group[column]), descending=question.sort.descending)
    for group in group_rows:
        for measure, name in zip(question.measures, question.columns[len(question.by) :], strict=True):
            if measure.function == "avg" and group[name] is not None:
                group[name] = _rounded(group[name])
    return group_rows


def _by_key(dataset: Dataset, by: GroupKey, items: Iterable[Any], value: Callable[[Any], Any]) -> list[Any]:
    """In the order of a key; texts that stand at one place of the alphabet by their characters."""
    key = _group_ordering(dataset, by)
    return in_order(in_order(items, value), lambda member: key(value(member)))


def _itself(value: Any) -> Any:
    return value


def _group_ordering(dataset: Dataset, by: GroupKey) -> Callable[[Any], Any]:
    return _itself if by.part else ordering(dataset, by.field)


def measured(measure: GroupMeasure, rows: Sequence[Cells]) -> Any:
    """One number of a group; an average as an exact fraction."""
    if measure.function == "count":
        return len(rows)
    values = sorted(row[measure.field] for row in rows if row.get(measure.field) is not None)
    if measure.function == "distinct":
        return len(set(values))
    if not values:
        return None
    if measure.function in ("min", "max"):
        return values[0] if measure.function == "min" else values[-1]
    exact = [Fraction(value) for value in values]
    if measure.function == "avg":
        return sum(exact) / len(exact)
    if measure.function == "sum":
        return _decimal(sum(exact, Fraction(0)))
    return _decimal((exact[(len(exact) - 1) // 2] + exact[len(exact) // 2]) / 2)


def _decimal(number: Fraction) -> Decimal:
    with localcontext(prec=60):
        return Decimal(number.numerator) / number.denominator


def _rounded(number: Fraction) -> Decimal:
    """Two decimals, halves away from zero."""
    hundredths = (abs(number) * 200 + 1) // 2
    return Decimal(hundredths if number >= 0 else -hundredths).scaleb(-2, Context(prec=60))


def facet(dataset: Dataset, rows: Sequence[Cells], question: Question, by: GroupKey) -> list[tuple[Any, int]]:
    """Every value of a field and how many rows have it, the field's own filters left out; most rows first."""
    others = replace(
        question, filters=tuple(condition for condition in question.filters if condition.field != by.field)
    )
    counts = Counter(part_of(rows[n].get(by.field), by) for n in matching(dataset, rows, others))
    return sorted(_by_key(dataset, by, counts.items(), lambda pair: pair[0]), key=lambda pair: -pair[1])
