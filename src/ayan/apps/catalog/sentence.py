"""A record said in one sentence: as its dataset declares it, else by the parts its fields play."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ayan.core.query.question import ShownCalendar
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import SentenceView
from ayan.core.values import locale, money
from ayan.core.values.locale import Lang
from ayan.ui import value_html

# What stands in brackets is left out where one of its blanks is empty.
_PIECES: Final = re.compile(r"\[([^\[\]]*)\]|\{([a-z0-9_]+)\}|([^\[\]{}]+)")
ROLES: Final = ("company", "person", "unit", "date", "amount", "rate", "status")

Values = Mapping[str, object]


def sentence(dataset: Dataset, values: Values, lang: Lang, calendar: ShownCalendar) -> SafeString:
    """The sentence as HTML; empty where the record has nothing to say it with."""
    view = dataset.view(SentenceView)
    fields = {field.name: field for field in dataset.published}
    if view is not None:
        said = _filled(view.text.of(lang), fields, values, lang, calendar)
        if said is not None:
            return said
    return _by_roles(dataset, values, lang, calendar)


def _filled(
    text: str, fields: Mapping[str, Field], values: Values, lang: Lang, calendar: ShownCalendar
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


def _by_roles(dataset: Dataset, values: Values, lang: Lang, calendar: ShownCalendar) -> SafeString:
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
        return format_html('<data value="{}">{}</data>', value, money.headline(value, lang))
    if isinstance(value, date):
        return value_html.own_day(value, lang, calendar)
    shown = value_html.value_html(field, value, lang, "toman")
    return format_html("{} {}", shown, field.unit.of(lang)) if field.unit else shown
