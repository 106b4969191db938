"""One record: found by its key, called by its name, and said in one sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ayan.apps.catalog.explorer import result_table
from ayan.core.query import keys
from ayan.core.query.answer import NoSuchRelease, Row
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Question, ShownCalendar
from ayan.core.query.record_history import history
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import SentenceView
from ayan.core.store.objects import StoreError
from ayan.core.values import locale, money
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import code_html, value_html
from ayan.wiring.city import City


class NoSuchRecord(LookupError):
    """No release that can be read has a row with this key."""


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """The row of a record; ``others`` are those that further periods have under the same key, newest first.

    ``present`` is False for a row that stands in no current release any more: then it is what was last known.
    """

    row: Row
    others: tuple[Row, ...] = ()
    present: bool = True


def find(city: City, dataset: Dataset, key: str) -> FoundRecord:
    """The record with this key: as it stands now, else as it was last published. NoSuchRecord where it never was."""
    try:
        rows = keys.find(
            city.query_service, dataset, key, city.query_service.snapshot(dataset, Question(slug=dataset.slug))
        )
        if rows:
            return FoundRecord(rows[0], rows[1:])
        row = _last(city, dataset, key) if dataset.key else _placed(city, dataset, key)
    except (BadQuestion, ValueError):
        raise NoSuchRecord(key) from None
    if row is None:
        raise NoSuchRecord(key)
    return FoundRecord(row, present=False)


def _last(city: City, dataset: Dataset, key: str) -> Row | None:
    """What the newest release that can be read and has the record says of it."""
    named = keys.natural(dataset, key)
    try:
        past = history(city.release_store, dataset, named, city.release_store.periods(dataset.slug))
    except StoreError:
        return None
    for version in reversed(past.versions):
        if version.values is not None and version.row is not None:
            return Row(version.values, version.release.period, version.release.number, version.row)
    return None


def _placed(city: City, dataset: Dataset, key: str) -> Row | None:
    """The row at a place in a release that another has superseded since."""
    period, number, _ = key.split(keys.SEPARATOR)
    question = Question(slug=dataset.slug, release=(period, int(number)))
    try:
        rows = keys.find(city.query_service, dataset, key, city.query_service.snapshot(dataset, question))
    except NoSuchRelease:
        return None
    return rows[0] if rows else None


NAMED_BY_KEY: Final = Label("{label} {value}", "{label} {value}")
PLACED: Final = Label("ردیف {row}، {period}، شمارهٔ {number}", "Row {row}, {period}, number {number}")


def title(dataset: Dataset, row: Row, lang: Lang) -> str:
    """What a record is called: its declared title, else what its key says, else its place."""
    field = result_table.title_field(dataset)
    value = row.values.get(field.name) if field else None
    if field is not None and value:
        return value_html.value_plain(field, value, lang, "rial")
    return key_in_words(dataset, row, lang)


def key_in_words(dataset: Dataset, row: Row, lang: Lang) -> str:
    """What names a record and no other: the fields of its key, or its place where it has none."""
    if not dataset.key:
        row_number, number = (value_html.plain_number(each, lang) for each in (row.number, row.release))
        period = value_html.period_label(row.period, lang)
        return PLACED.of(lang).format(row=row_number, period=period, number=number)
    parts = [(dataset.field(name), row.values.get(name)) for name in reversed(dataset.key)]
    named = [
        NAMED_BY_KEY.of(lang).format(label=each.label.of(lang), value=_key_part(each, known, lang))
        for each, known in parts
        if known is not None
    ]
    return locale.of(lang).comma.join(named)


def _key_part(field: Field, value: object, lang: Lang) -> str:
    shown = value_html.value_plain(field, value, lang, "rial")
    # After a Persian word the parts of 1400-00001 would stand the other way round.
    return code_html.from_the_left(shown) if shown == str(value) else shown


# --- a record said in one sentence ------------------------------------------------------------------------------------

# What stands in brackets is left out where one of its blanks is empty.
_PIECES: Final = re.compile(r"\[([^\[\]]*)\]|\{([a-z0-9_]+)\}|([^\[\]{}]+)")
ROLES: Final = ("company", "person", "unit", "date", "amount", "rate", "status")

RecordValues = Mapping[str, object]


def sentence(dataset: Dataset, values: RecordValues, lang: Lang, calendar: ShownCalendar) -> SafeString:
    """The sentence as HTML; empty where the record has nothing to say it with."""
    view = dataset.view(SentenceView)
    fields = {field.name: field for field in dataset.published}
    if view is not None and view.text is not None:
        said = _filled(view.text.of(lang), fields, values, lang, calendar)
        if said is not None:
            return said
    return _by_roles(dataset, values, lang, calendar)


def _filled(
    text: str, fields: Mapping[str, Field], values: RecordValues, lang: Lang, calendar: ShownCalendar
) -> SafeString | None:
    """The text with its blanks filled; None where a blank that it cannot do without is empty."""
    out: list[SafeString] = []
    for optional, blank, words in _PIECES.findall(text):
        if words:
            out.append(format_html("{}", words))
        elif blank:
            value = values.get(blank)
            if blank not in fields or value is None or value == "":
                return None
            out.append(_value_text(fields[blank], value, lang, calendar))
        elif optional:
            inner = _filled(optional, fields, values, lang, calendar)
            if inner is not None:
                out.append(inner)
    return format_html_join("", "{}", ((piece,) for piece in out))


def _by_roles(dataset: Dataset, values: RecordValues, lang: Lang, calendar: ShownCalendar) -> SafeString:
    """'طرف قرارداد: …، مبلغ: …': the fields with a part to play, in a fixed order."""
    pairs = [
        (field.label.of(lang), _value_text(field, values[field.name], lang, calendar))
        for role in ROLES
        for field in dataset.published
        if field.role == role and values.get(field.name) not in (None, "")
    ]
    return format_html_join(locale.of(lang).comma, "{}: {}", pairs)


def _value_text(field: Field, value: object, lang: Lang, calendar: ShownCalendar) -> SafeString:
    if field.kind.is_money and isinstance(value, int):
        figure, _, unit = money.headline(value, lang).partition(" ")
        return format_html('<data value="{}">{} {}</data>', value, value_html.sign_on_the_left(figure), unit)
    if isinstance(value, date):
        return value_html.own_day(value, lang, calendar)
    shown = value_html.value_html(field, value, lang, "toman")
    return value_html.with_unit(field, value, shown, lang)
