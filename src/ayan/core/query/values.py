"""Values as readers write them in an address, read into the values that are stored."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from ayan.core.query.limits import FURTHEST_INSTANT, LONGEST_LIST, LONGEST_TEXT, MAX_SIZE, MOST_TEXTS, MOST_VALUES
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import CodeList, Field
from ayan.core.schema.kinds.identifiers import CodeKind
from ayan.core.schema.kinds.temporal import period_in
from ayan.core.values import period
from ayan.core.values.asked_value import BadValue, Value, value_text
from ayan.core.values.digits import to_latin
from ayan.core.values.text import fold, publish


def as_asked(dataset: Dataset) -> Dataset:
    """The dataset as questions see it: a masked field is published as text, whatever its kind was before."""
    if not any(field.shown == "masked" for field in dataset.published):
        return dataset
    fields = tuple(
        replace(field, kind=CodeKind(), choices=None) if field.shown == "masked" else field for field in dataset.fields
    )
    return replace(dataset, fields=fields)


def sortable(field: Field) -> bool:
    """Whether rows can be put in the order of a field."""
    return field.kind.sortable


def without_repetition(field: Field, given: Sequence[Value]) -> tuple[Value, ...]:
    """The values of a list, each once and in one order. ValueIssue for more than a question may hold."""
    values = {value_text(value): value for value in given}
    most = MOST_TEXTS if field.choices is None and field.kind.is_words else MOST_VALUES
    if len(values) > most:
        raise BadValue("too-many", limit=most)
    if field.choices is None and sum(len(value) for value in values.values() if isinstance(value, str)) > LONGEST_LIST:
        raise BadValue("too-long", limit=LONGEST_LIST)
    return tuple(values[text] for text in sorted(values))


def read_value(field: Field, text: str) -> Value:
    """One value in the type that is stored; a month or a year of a date field is the `Span` of its days."""
    written = clean(text)
    if not written:
        raise BadValue("empty-value")
    return field.kind.parse(field, written) if field.choices is None else _choice(field, field.choices, written)


def clean(text: str) -> str:
    """The text as it would be published, without blanks at its ends; ValueIssue for what no cell can hold."""
    if len(text) > LONGEST_TEXT:
        raise BadValue("too-long", limit=LONGEST_TEXT)
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text.strip()):
        raise BadValue("control-character")
    return publish(text).strip()


def split_list(text: str) -> list[str]:
    """The parts of ``a,b`` or of the JSON array ``["a,b","c"]``, which is how a value with a comma is written."""
    if not text.startswith("["):
        return text.split(",")
    try:
        parts = json.loads(text)
    except (ValueError, RecursionError):
        raise BadValue("not-a-list") from None
    if not isinstance(parts, list) or not parts or not all(isinstance(part, str) for part in parts):
        raise BadValue("not-a-list")
    return parts


def list_text(values: tuple[Value, ...]) -> str:
    """The values of ``field__in`` as one text: parted by commas, or a JSON list where a value itself holds a comma."""
    texts = [value_text(value) for value in values]
    if any("," in text or text != text.strip() or not text for text in texts) or texts[0].startswith("["):
        return json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
    return ",".join(texts)


def read_flag(text: str) -> bool:
    """0 or 1, in any script. Raises ValueIssue."""
    written = to_latin(text.strip())
    if written not in ("0", "1"):
        raise BadValue("not-zero-or-one", ("0", "1"))
    return written == "1"


def _choice(field: Field, choices: CodeList, text: str) -> Value:
    asked = fold(text)
    for entry in choices.entries:
        if asked in {fold(spelling) for spelling in entry.spellings}:
            return field.kind.of_code(entry.code)
    raise BadValue("not-in-list", tuple(entry.code for entry in choices.entries))


def read_moment(text: str) -> date | datetime:
    """A day (a month or year stands for its last day) or an instant with its zone, as ``as_of`` of an answer has it."""
    written = clean(text)
    if "T" in written.upper():
        try:
            instant = datetime.fromisoformat(to_latin(written).upper())
        except ValueError:
            raise BadValue("not-a-date") from None
        if instant.tzinfo is None or not timedelta(0) <= instant - _FIRST <= FURTHEST_INSTANT:
            raise BadValue("not-a-date")
        return instant.astimezone(_FIRST.tzinfo)
    parsed = period_in(written, "not-a-date")
    if parsed.kind == "none":
        raise BadValue("not-a-date")
    return parsed.end


def read_size(text: str) -> int:
    """How many rows a page shall hold, in any digits. Raises ValueIssue."""
    written = to_latin(text.strip())
    if not re.fullmatch("[0-9]{1,4}", written) or not 1 <= int(written) <= MAX_SIZE:
        raise BadValue("size", limit=MAX_SIZE)
    return int(written)


def read_release(text: str) -> tuple[str, int]:
    """A release as ``period/number``, in any digits. Raises ValueIssue."""
    match = re.fullmatch("([^/]{1,20})/([0-9]{1,6})", to_latin(text.strip()))
    try:
        if match is None or int(match[2]) < 1:
            raise BadValue("release")
        return str(period.parse(match[1])), int(match[2])
    except period.NotAPeriod:
        raise BadValue("release") from None


_FIRST: Final = datetime.fromisoformat("1900-01-01T00:00:00+00:00")
