"""Answers in words: one sentence of each that says what was asked of what, in every language alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ayan.core.answers.limits import FEW_SAID, MOST_SAID
from ayan.core.query.additivity import side_said
from ayan.core.query.group_conditions import GroupCondition
from ayan.core.query.grouping import FUNCTION_LABELS, PART_LABELS, GroupKey, GroupMeasure
from ayan.core.query.operators import OPERATORS
from ayan.core.query.question import Filter, Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values import jalali, locale, money, period
from ayan.core.values.asked_value import Span, Value
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang

_NOTHING: Final = Label("خالی", "empty")
_MORE_VALUES: Final = Label("{values} و {n} دیگر", "{values} and {n} more")
_BESIDE: Final = Label("{text}{others}", "{text}{others}")
_FIGURE: Final = Label(
    "{measure} در «{dataset}»{conditions}: {value}.", "{measure} in “{dataset}”{conditions}: {value}."
)
_SHARE: Final = Label(
    "{value} از «{dataset}»{conditions}: {part} از {whole}.", "{value} of “{dataset}”{conditions}: {part} of {whole}."
)
_NONE_FOUND: Final = Label(
    "در «{dataset}» ردیفی با این شرط‌ها نیست{conditions}.",
    "“{dataset}” has no row that meets these conditions{conditions}.",
)
_LIST: Final = Label("{count} ردیف در «{dataset}»{conditions}.", "{count} rows in “{dataset}”{conditions}.")
_FIRST: Final = Label(
    "{order}: {first}، {value}. {count} ردیف در «{dataset}»{conditions}.",
    "{order}: {first}, {value}. {count} rows in “{dataset}”{conditions}.",
)
_BOTH: Final = Label(
    "«{dataset}» به تفکیک {key}{conditions}: {first}، {value}؛ {second}، {other}. تفاوت: {apart}.",
    "“{dataset}” by {key}{conditions}: {first}, {value}; {second}, {other}. Difference: {apart}.",
)
_RANKING: Final = Label(
    "«{dataset}» به تفکیک {key}{conditions}: {first}، {value}.", "“{dataset}” by {key}{conditions}: {first}, {value}."
)
_KEPT: Final = Label(
    "«{dataset}» به تفکیک {key}{conditions}، با {having}: {groups} مورد. نخستین: {first}، {value}.",
    "“{dataset}” by {key}{conditions}, with {having}: {groups}. First: {first}, {value}.",
)
_COURSE: Final = Label(
    "«{dataset}» به تفکیک {key}{conditions}: {first}، {from}؛ {last}، {to} ({change}).",
    "“{dataset}” by {key}{conditions}: {first}, {from}; {last}, {to} ({change}).",
)
_OPEN_COURSE: Final = Label(
    "«{dataset}» به تفکیک {key}{conditions}: {first}، {from}؛ {last} تا اینجا {to}، و سال هنوز تمام نشده است.",
    "“{dataset}” by {key}{conditions}: {first}, {from}; {last} so far {to}, and the year is not over.",
)
_RISEN: Final = Label("{percent} بیشتر", "{percent} more")
_FALLEN: Final = Label("{percent} کمتر", "{percent} less")
_SAME: Final = Label("برابر", "the same")
_TENTH: Final = Decimal("0.1")
_RANK: Final = Label(
    "«{dataset}» به تفکیک {key}{conditions}، رتبهٔ {groups}: {first}، {value}.",
    "“{dataset}” by {key}{conditions}, place {groups}: {first}, {value}.",
)
_BRACKETS: Final = Label(" ({conditions})", " ({conditions})")
_NONE_BUT_NEWEST: Final = Label(
    "در «{dataset}» ردیفی با این شرط‌ها نیست{conditions}. تازه‌ترین سالی که داده دارد: {newest}.",
    "“{dataset}” has no row that meets these conditions{conditions}. The newest year with data: {newest}.",
)
EMPTY: Final = Label("خالی", "empty")
FILLED: Final = Label("پر", "not empty")
_WORDS: Final = Label("دارای «{words}»", "with “{words}”")
_YES, _NO = Label("بله", "yes"), Label("خیر", "no")
NTH: Final = Label("{order}، رتبهٔ {n}", "{order}, no. {n}")
MOST: Final = Label("بیشترین {label}", "Highest {label}")
LEAST: Final = Label("کمترین {label}", "Lowest {label}")
NEWEST: Final = Label("تازه‌ترین", "Newest")
OLDEST: Final = Label("قدیمی‌ترین", "Oldest")


def figure(dataset: Dataset, measure: GroupMeasure, asked: Question, value: object) -> Label:
    """«جمع مبلغ در «پرداخت‌ها» (…): ۱۲ میلیارد تومان.»"""
    return _FIGURE.filled(
        lambda lang: {
            "measure": measure_name(dataset, measure).of(lang),
            "dataset": dataset.title.of(lang),
            "conditions": in_brackets(dataset, asked, lang),
            "value": number(dataset, measure, value, lang),
        }
    )


def with_beside(text: Label, dataset: Dataset, others: Sequence[tuple[GroupMeasure, object]]) -> Label:
    """A figure in a sentence, and those that were asked for beside it."""
    return _BESIDE.filled(
        lambda lang: {
            "text": text.of(lang),
            "others": "".join(
                f" {measure_name(dataset, measure).of(lang)}: {number(dataset, measure, value, lang)}."
                for measure, value in others
            ),
        }
    )


def share(
    dataset: Dataset, measure: GroupMeasure, asked: Question, part: object, whole: object, percent: Decimal
) -> Label:
    """A share with its part and its whole; the conditions are those of the part."""
    return _SHARE.filled(
        lambda lang: {
            "value": percentage(percent, lang),
            "dataset": dataset.title.of(lang),
            "conditions": in_brackets(dataset, asked, lang),
            "part": number(dataset, measure, part, lang),
            "whole": number(dataset, measure, whole, lang),
        }
    )


def nothing(dataset: Dataset, asked: Question, newest: int | None = None) -> Label:
    """That no row meets the conditions; and the newest year that has rows, where one was asked for that has none."""
    text = _NONE_FOUND if newest is None else _NONE_BUT_NEWEST
    return text.filled(
        lambda lang: {
            "dataset": dataset.title.of(lang),
            "conditions": in_brackets(dataset, asked, lang),
            "newest": period_text(str(newest), lang),
        }
    )


def listed(dataset: Dataset, asked: Question, count: int) -> Label:
    """How many rows there are."""
    return _LIST.filled(
        lambda lang: {
            "count": locale.of(lang).number(count),
            "dataset": dataset.title.of(lang),
            "conditions": in_brackets(dataset, asked, lang),
        }
    )


def first_row(
    dataset: Dataset, asked: Question, count: int, order: Label, first: Label, own: Field, value: object
) -> Label:
    """The first row of an order, and how many there are."""
    return _FIRST.filled(
        lambda lang: {
            "order": order.of(lang),
            "first": isolated(first.of(lang), lang),
            "value": field_value(own, value, lang),
            "count": locale.of(lang).number(count),
            "dataset": dataset.title.of(lang),
            "conditions": in_brackets(dataset, asked, lang),
        }
    )


def course(
    dataset: Dataset, key: GroupKey, measure: GroupMeasure, asked: Question, ends: Sequence[tuple[object, Decimal]]
) -> Label:
    """How a number went from the first of some years to the last of them, and by how much of the first."""
    own, (first, last) = dataset.field(key.field), (ends[0], ends[-1])
    percent = ((last[1] - first[1]) * 100 / first[1]).quantize(_TENTH, ROUND_HALF_UP)
    change = _RISEN if percent > 0 else _FALLEN if percent < 0 else _SAME
    return _COURSE.filled(
        lambda lang: {
            "dataset": dataset.title.of(lang),
            "key": key_name(dataset, key).of(lang),
            "conditions": in_brackets(dataset, asked, lang),
            "first": key_text(own, key, first[0], lang),
            "from": number(dataset, measure, _whole(first[1]), lang),
            "last": key_text(own, key, last[0], lang),
            "to": number(dataset, measure, _whole(last[1]), lang),
            "change": change.of(lang).format(percent=percentage(abs(percent), lang)),
        }
    )


def open_course(
    dataset: Dataset, key: GroupKey, measure: GroupMeasure, asked: Question, ends: Sequence[tuple[object, Decimal]]
) -> Label:
    """What a number was in the first of some years and is in the last of them, which is not over."""
    own, (first, last) = dataset.field(key.field), (ends[0], ends[-1])
    return _OPEN_COURSE.filled(
        lambda lang: {
            "dataset": dataset.title.of(lang),
            "key": key_name(dataset, key).of(lang),
            "conditions": in_brackets(dataset, asked, lang),
            "first": key_text(own, key, first[0], lang),
            "from": number(dataset, measure, _whole(first[1]), lang),
            "last": key_text(own, key, last[0], lang),
            "to": number(dataset, measure, _whole(last[1]), lang),
        }
    )


def _whole(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else value


@dataclass(frozen=True, slots=True)
class Kept:
    """What the numbers of groups must be, and how many groups are so; ``is_rank`` where that is the first's place."""

    having: tuple[GroupCondition, ...]
    groups: int
    is_rank: bool = False


def ranking(
    dataset: Dataset,
    key: GroupKey,
    measure: GroupMeasure,
    asked: Question,
    first: tuple[object, object],
    kept: Kept | None = None,
) -> Label:
    """The first of some groups and its number; and how many they are, where they are only those of certain numbers."""
    own = dataset.field(key.field)
    text = _RANKING if kept is None else _RANK if kept.is_rank else _KEPT
    return text.filled(
        lambda lang: {
            "dataset": dataset.title.of(lang),
            "key": key_name(dataset, key).of(lang),
            "conditions": in_brackets(dataset, asked, lang),
            "first": isolated(key_text(own, key, first[0], lang), lang),
            "value": number(dataset, measure, first[1], lang),
            "having": having(dataset, measure, kept.having, lang) if kept is not None else "",
            "groups": locale.of(lang).number(kept.groups) if kept is not None else "",
        }
    )


def both(
    dataset: Dataset, key: GroupKey, measure: GroupMeasure, asked: Question, two: Sequence[tuple[object, Decimal]]
) -> Label:
    """Two groups that were set against each other, with both numbers, and how far these are apart."""
    own, (more, less) = dataset.field(key.field), two
    return _BOTH.filled(
        lambda lang: {
            "dataset": dataset.title.of(lang),
            "key": key_name(dataset, key).of(lang),
            "conditions": in_brackets(dataset, asked, lang),
            "first": isolated(key_text(own, key, more[0], lang), lang),
            "value": number(dataset, measure, _whole(more[1]), lang),
            "second": isolated(key_text(own, key, less[0], lang), lang),
            "other": number(dataset, measure, _whole(less[1]), lang),
            "apart": number(dataset, measure, _whole(abs(more[1] - less[1])), lang),
        }
    )


def crossed(
    dataset: Dataset,
    keys: Sequence[GroupKey],
    measure: GroupMeasure,
    asked: Question,
    name: Callable[[Lang], str],
    first: Mapping[str, object],
) -> Label:
    """The first of the groups by several keys, and its number; ``name`` says which it is."""
    return _RANKING.filled(
        lambda lang: {
            "dataset": dataset.title.of(lang),
            "key": locale.of(lang).comma.join(key_name(dataset, each).of(lang) for each in keys),
            "conditions": in_brackets(dataset, asked, lang),
            "first": isolated(name(lang), lang),
            "value": number(dataset, measure, first[measure.name], lang),
        }
    )


def having(dataset: Dataset, measure: GroupMeasure, conditions: Sequence[GroupCondition], lang: Lang) -> str:
    """Conditions on a number of groups in words: «تعداد ردیف‌ها بیش از ۵»."""
    label = measure_name(dataset, measure).of(lang)
    said = (
        OPERATORS[each.op].sentence.of(lang).format(label=label, value=number(dataset, measure, each.value, lang))
        for each in conditions
    )
    return locale.of(lang).semicolon.join(said)


# --- parts ------------------------------------------------------------------------------------------------------------


def measure_name(dataset: Dataset, measure: GroupMeasure) -> Label:
    """«میانگین ناخالص», "Rows"."""
    if not measure.field:
        return FUNCTION_LABELS[measure.function]
    return FUNCTION_LABELS[measure.function].format(label=dataset.field(measure.field).label)


def key_name(dataset: Dataset, key: GroupKey) -> Label:
    """What groups are called: the field, or its year."""
    label = dataset.field(key.field).label
    return PART_LABELS[key.part].format(label=label) if key.part else label


def key_text(own: Field, key: GroupKey, value: object, lang: Lang) -> str:
    """One group."""
    return period_text(str(value), lang) if key.part and value is not None else field_value(own, value, lang)


def number(dataset: Dataset, measure: GroupMeasure, value: object, lang: Lang) -> str:
    """A number of a measure with its unit."""
    own = dataset.field(measure.field) if measure.field else None
    if own is None or measure.function in ("count", "distinct"):
        return locale.of(lang).number(value) if isinstance(value, int) else str(value)
    return field_value(own, value, lang)


def isolated(text: str, lang: Lang) -> str:
    """A published name in a sentence that runs the other way, held together so that it turns nothing round."""
    turned = locale.of(lang).direction == "ltr" and not text.isascii()
    return f"\u2068{text}\u2069" if turned else text


def percentage(value: Decimal, lang: Lang) -> str:
    """«۲۴٫۶٪»."""
    return f"{locale.of(lang).number(value)}{locale.of(lang).percent}"


def field_value(own: Field, value: object, lang: Lang) -> str:
    """One value of a field as bare text; money in the unit of toman that fits."""
    if value is None:
        return (own.empty or _NOTHING).of(lang)
    if isinstance(value, bool):
        return (_YES if value else _NO).of(lang)
    if isinstance(value, int | Decimal) and own.kind.is_money:
        return money.headline(int(value.to_integral_value() if isinstance(value, Decimal) else value), lang)
    if isinstance(value, int | Decimal):
        shown = locale.of(lang).number(value)
        return f"{shown} {own.unit.of(lang)}" if own.unit is not None else shown
    if isinstance(value, date):
        return day_text(value, lang)
    text = str(value)
    if own.choices is not None:
        return own.choices.label(text, lang)
    return period_text(text, lang) if own.kind.is_period else text


def day_text(day: date, lang: Lang) -> str:
    """A day in the calendar of the language."""
    return jalali.fa_date(day) if locale.of(lang).calendar == "jalali" else jalali.en_date(day)


def period_text(text: str, lang: Lang) -> str:
    """«مرداد ۱۴۰۳» for ``1403-05``; the text itself where it is no period."""
    try:
        return period.parse(text).label(lang)
    except period.NotAPeriod:
        return text


def condition(dataset: Dataset, each: Filter, lang: Lang) -> str:
    """One condition in words."""
    own, operator = dataset.field(each.field), OPERATORS[each.op]
    sentence = operator.said(own, each.values)
    said = [_asked_value(dataset, each, value, lang) for value in each.values]
    shown = side_said(dataset, each, lang) or _listed_values([isolated(text, lang) for text in said], lang)
    return sentence.of(lang).format(label=own.label.of(lang), value=shown)


def _listed_values(said: Sequence[str], lang: Lang) -> str:
    """Values one by one; of many the first few, and how many more there are."""
    shown = said if len(said) <= MOST_SAID else said[:FEW_SAID]
    text, more = locale.of(lang).comma.join(shown), len(said) - len(shown)
    return _MORE_VALUES.of(lang).format(values=text, n=locale.of(lang).number(more)) if more else text


def condition_value(dataset: Dataset, each: Filter, lang: Lang) -> str:
    """The value of a condition alone, where its field is named already."""
    if each.op in ("eq", "in"):
        return _listed_values([_asked_value(dataset, each, value, lang) for value in each.values], lang)
    if each.op == "isnull":
        return (EMPTY if each.values[0] else FILLED).of(lang)
    return condition(dataset, each, lang)


def _asked_value(dataset: Dataset, each: Filter, value: Value, lang: Lang) -> str:
    if OPERATORS[each.op].takes == "column":
        return dataset.field(str(value)).label.of(lang)
    if isinstance(value, Span):
        return period_text(value.text, lang)
    return field_value(dataset.field(each.field), value, lang)


def in_brackets(dataset: Dataset, asked: Question, lang: Lang) -> str:
    """The conditions of some rows, in brackets behind their name; nothing of all rows."""
    said = [condition(dataset, each, lang) for each in asked.filters]
    if asked.search:
        said.append(_WORDS.of(lang).format(words=asked.search))
    joined = locale.of(lang).semicolon.join(said)
    return _BRACKETS.of(lang).format(conditions=joined) if joined else ""
