"""What must hold between the parts of one declaration once each part is of its type."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from ayan.core.schema.declaration import Fault
from ayan.core.schema.definition import NUMERIC_KINDS, Dataset, Field, Label
from ayan.core.schema.expression import ExpressionError, aggregate_expression, row_expression
from ayan.core.values.text import fold

NAME: Final = re.compile(r"[a-z][a-z0-9_]*").fullmatch
_TAKEN: Final = frozenset({"c", "t", "v", "e"})
# Constructs of Python's patterns that RE2, which runs them, does not have.
_NOT_RE2: Final = re.compile(r"\(\?[=!<]|\\[1-9]|\(\?P=")


def faults_of(dataset: Dataset, file: str) -> list[Fault]:
    """Every contradiction in ``dataset``; ``file`` names its declaration in the faults."""
    found = [*_fields(dataset), *_keys(dataset), *_sources(dataset), *_sql(dataset)]
    return [Fault(file, path, Label(fa, en)) for path, fa, en in found]


_Found = tuple[str, str, str]


def _fields(dataset: Dataset) -> Iterator[_Found]:
    if not dataset.fields:
        yield "field", "دست‌کم یک ستون لازم است.", "At least one field is needed."
    for name, count in Counter(one.name for one in dataset.fields).items():
        if count > 1:
            yield f"field.{name}", "این نام دو بار آمده است.", "This name occurs twice."
    for one in dataset.fields:
        path = f"field.{one.name}"
        if not NAME(one.name) or one.name in _TAKEN:
            yield (
                path,
                "نام فقط a تا z، رقم و _ است و با حرف آغاز می‌شود.",
                "A name has a to z, digits and _, and starts with a letter.",
            )
        for fa, en in _field(one):
            yield path, fa, en


def _field(one: Field) -> Iterator[tuple[str, str]]:
    if one.kind == "identity" and one.shown == "public":
        yield (
            "کد ملی دادهٔ شخصی است: shown باید withheld یا masked باشد.",
            "A national ID is personal: shown must be withheld or masked.",
        )
    if one.choices is not None and one.kind not in ("text", "code"):
        yield "choices فقط برای text و code است.", "choices goes with text and code only."
    if one.choices is not None:
        yield from _choices(one)
    if (one.minimum is not None or one.maximum is not None) and one.kind not in (*NUMERIC_KINDS, "date"):
        yield "minimum و maximum برای عدد و تاریخ است.", "minimum and maximum go with numbers and dates."
    elif one.minimum is not None and one.maximum is not None and not _ordered(one.minimum, one.maximum):
        yield "minimum از maximum بیشتر است.", "minimum is above maximum."
    if one.calendar != "jalali" and one.kind != "date":
        yield "calendar فقط برای تاریخ است.", "calendar goes with dates only."
    if one.money_unit != "rial" and one.kind != "rial":
        yield "money_unit فقط برای rial است.", "money_unit goes with rial only."
    if one.formats and one.kind not in ("date", "period"):
        yield "formats فقط برای تاریخ و دوره است.", "formats goes with dates and periods only."
    if one.formats and one.kind == "date" and one.calendar != "gregorian":
        yield "formats فقط با calendar میلادی کار می‌کند.", "formats works with the gregorian calendar only."
    if one.pattern is not None:
        yield from _pattern(one)


def _ordered(low: object, high: object) -> bool:
    return type(low) is type(high) and low <= high  # type: ignore[operator]


def _choices(one: Field) -> Iterator[tuple[str, str]]:
    owner: dict[str, str] = {}
    for entry in one.choices.entries if one.choices else ():
        for spelling in {fold(text) for text in (entry.code, entry.label.fa, entry.label.en, *entry.aliases)}:
            if owner.setdefault(spelling, entry.code) != entry.code:
                yield f"«{spelling}» برای دو کد آمده است.", f"“{spelling}” stands for two codes."


def _pattern(one: Field) -> Iterator[tuple[str, str]]:
    if one.kind not in ("text", "code", "ref", "place", "company", "period", "link"):
        yield "pattern فقط برای متن و شناسه است.", "pattern goes with texts and codes only."
    try:
        re.compile(str(one.pattern))
        sound = _NOT_RE2.search(str(one.pattern)) is None
    except re.error:
        sound = False
    if not sound:
        yield "این الگو RE2 نیست.", "This pattern is not RE2."


def _keys(dataset: Dataset) -> Iterator[_Found]:
    fields = {one.name: one for one in dataset.fields}
    for name in dataset.key:
        if name not in fields:
            yield "key", f"ستون {name} نیست.", f"There is no field {name}."
        elif fields[name].shown != "public" or not fields[name].published:
            yield (
                "key",
                f"{name} منتشر نمی‌شود و نمی‌تواند کلید باشد.",
                f"{name} is not public and cannot be a key: addresses are made of keys.",
            )
        elif not fields[name].required:
            yield "key", f"{name} باید required باشد.", f"{name} must be required: a key is never empty."
    if dataset.period_field is not None:
        one = fields.get(dataset.period_field)
        if one is None or one.kind != "date":
            yield "period_field", "باید یک ستون تاریخ باشد.", "This must be a field of kind date."
        if dataset.period == "none":
            yield "period_field", "این داده دوره ندارد.", "This dataset has no periods."


def _sources(dataset: Dataset) -> Iterator[_Found]:
    names = {one.name for one in dataset.fields}
    for source in dataset.sources.values():
        for name in source.fields:
            if name not in names:
                yield f"source {source.name}.fields.{name}", "چنین ستونی نیست.", "There is no such field."
        positions = Counter(how.position for how in source.fields.values() if how.position is not None)
        for position, count in positions.items():
            if count > 1:
                yield (
                    f"source {source.name}",
                    f"جای {position} برای دو ستون آمده است.",
                    f"Position {position} is given to two fields.",
                )


def _sql(dataset: Dataset) -> Iterator[_Found]:
    names = {one.name for one in dataset.fields}
    for check in dataset.checks:
        try:
            row_expression(check.sql, names)
        except ExpressionError as problem:
            yield f"check.{check.code}.sql", f"پذیرفته نیست: {problem}", f"Not accepted: {problem}"
    for total in dataset.totals:
        try:
            aggregate_expression(total.sql, names)
        except ExpressionError as problem:
            yield f"total.{total.code}.sql", f"پذیرفته نیست: {problem}", f"Not accepted: {problem}"
    for declared in (dataset.checks, dataset.totals, dataset.flags, dataset.views):
        for code, count in Counter(one.code for one in declared).items():
            if count > 1:
                yield f"code {code}", "این کد دو بار آمده است.", "This code occurs twice."
    for bands in dataset.bands:
        for name in (bands.lower, bands.upper, *bands.by):
            one = next((one for one in dataset.fields if one.name == name), None)
            if one is None or (name in (bands.lower, bands.upper) and one.kind not in NUMERIC_KINDS):
                yield "bands", f"{name} باید ستونی عددی باشد.", f"{name} must be a numeric field."
