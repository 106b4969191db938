"""How much in a month, a year or one of some groups on average: «میانگین ماهانهٔ پرداخت‌ها», "permits per district"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ayan.core.answers.cards.cards import AnswerCard, CardFigure, api_of, card, figure_of, unit_of
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.grammar.conditions import period_conditions
from ayan.core.answers.pieces.phrases import Parted
from ayan.core.answers.words.morphology import tokens
from ayan.core.answers.words.said_period import SaidPeriod
from ayan.core.query.question import Filter
from ayan.core.values import locale, money
from ayan.core.values.label import Label

EACH: Final = {
    "month": Label("میانگین هر ماه", "Average of a month"),
    "year": Label("میانگین هر سال", "Average of a year"),
}
SENTENCES: Final = {
    "month": Label(
        "هر ماه به‌طور میانگین {mean}، در {n} ماه. {sum}", "{mean} a month on average, over {n} months. {sum}"
    ),
    "year": Label("هر سال به‌طور میانگین {mean}، در {n} سال. {sum}", "{mean} a year on average, over {n} years. {sum}"),
}
OF_EACH: Final = Label("میانگین هر کدام", "Average of each")
OF_GROUPS: Final = Label(
    "به‌طور میانگین {mean} برای هر «{key}»، از {n} تا که در این داده هست. {sum}",
    "{mean} for each “{key}” on average, of {n} that these data have. {sum}",
)
_GROUPED: Final = ("به تفکیک", "by")
_EACH: Final = frozenset(("هر", "per", "each", "every"))
_WITHIN: Final = frozenset(("در", "تو", "توی", "برای", "به", "in", "for"))
_COUNTING: Final = frozenset(("چند", "تعداد", "many", "number"))
_MANNER: Final = frozenset(("به", "طور", "بطور", "on", "in"))
_MEAN: Final = frozenset(("میانگین", "متوسط", "معدل", "average", "mean", "avg", "averages", "typical"))
_PART: Final = {
    "ماهانه": "month", "ماهیانه": "month", "ماهی": "month", "monthly": "month",
    "سالانه": "year", "سالیانه": "year", "سالی": "year", "yearly": "year", "annual": "year", "annually": "year",
}  # fmt: skip
_EVERY: Final = frozenset(("در", "per", "a", "طور", "به", "بطور", "on"))
_TIME: Final = {"ماه": "month", "سال": "year", "month": "month", "year": "year"}
_ALONG: Final = {"month": ("به تفکیک ماه", "by month"), "year": ("به تفکیک سال", "by year")}
_ADDED: Final = frozenset(("sum", "count"))
_MONTHS: Final = 12


def average(facts: CityFacts, question: Parted, ask: Callable[[str], AnswerCard | None]) -> AnswerCard | None:
    """The mean of what all months or years of the period had; None where nothing of the sort is asked."""
    parts = _without_mean(question)
    if parts is None:
        return None
    rest, part = parts
    along = ask(f"{rest} {_ALONG[part][rest.isascii()]}")
    if along is None or along.asked is None or along.asked.by is None or not along.is_sure or not along.groups:
        return None
    asked, step = along.asked, along.asked.by.part
    measure = asked.measures[0]
    fits = asked.sort is None and measure.function in _ADDED and (step or part) == part
    own = asked.dataset.field(measure.field) if measure.field else None
    if part == "month" and _is_monthly_of_people(facts, asked):
        # What each of them got in a month is the mean of the rows, and no sum of all of them.
        return None
    if not fits or (own is not None and own.nature not in (None, "flow")):
        return None
    return _mean(facts, asked, part)


def each_group(
    facts: CityFacts, question: Parted, first: AnswerCard | None, ask: Callable[[str], AnswerCard | None]
) -> AnswerCard | None:
    """The mean of what the groups have that a question names: «هر منطقه به طور متوسط چند پروانه», "per district".

    None where one question answers it, or where no groups are asked of. They are those that have any row at that time.
    """
    if first is not None and first.is_sure and (first.kind == "figure" or first.groups):
        return None
    for rest, key in _without_group(question):
        grouped = ask(f"{rest} {_GROUPED[rest.isascii()]} {key}")
        asked = grouped.asked if grouped is not None else None
        if grouped is None or asked is None or asked.by is None or asked.then is not None or asked.having:
            continue
        measure = asked.measures[0]
        own = asked.dataset.field(measure.field) if measure.field else None
        added = measure.function in _ADDED and (own is None or own.nature in (None, "flow", "quantity"))
        if grouped.is_sure and grouped.groups and added and asked.by.part is None:
            return _mean_of_groups(facts, asked)
    return None


def _without_group(question: Parted) -> Iterator[tuple[str, str]]:
    """The question without the mean and without the groups that it is of, and these groups."""
    texts = [word.text for phrase in question.segments for each in phrase.words for word in tokens(each.text)]
    if not _MEAN & set(texts):
        return
    for at, text in enumerate(texts[:-1]):
        key = texts[at + 1]
        if text not in _EACH or key in _TIME or key in _MEAN:
            continue
        start = at - 1 if at and texts[at - 1] in _WITHIN else at
        kept = [*texts[:start], *texts[at + 2 :]]
        rest = [
            word
            for place, word in enumerate(kept)
            if word not in _MEAN and not (word in _MANNER and {*kept[place : place + 3]} & _MEAN)
        ]
        if rest:
            yield " ".join(rest), key


def _mean_of_groups(facts: CityFacts, asked: AskedQuestion) -> AnswerCard | None:
    assert asked.by is not None  # noqa: S101 - who calls this has groups
    dataset, measure, own = asked.dataset, asked.measures[0], asked.dataset.field(asked.by.field)
    # Who has none of them counts, too, where the rows tell that there is such a one.
    time = facts.time(dataset)
    kept = [
        each for each in asked.scope.filters if (time is not None and each.field == time.name) or each.op == "isnull"
    ]
    _, number = facts.groups(dataset, replace(asked, scope=replace(asked.scope, filters=tuple(kept))).groups)
    scope = asked.scope if own.required else asked.scope.having(Filter(own.name, "isnull", (False,)))
    whole = replace(asked, shape="figure", by=None, sort=None, measures=(measure,), scope=scope)
    summed = card(facts, whole)
    if summed.kind != "figure" or summed.figures[0].value is None or number < 2:
        return None
    exact = Decimal(summed.figures[0].value) / number
    unit = unit_of(dataset, measure)
    mean = _rounded(exact, unit)
    text = OF_GROUPS.filled(
        lambda lang: {
            "mean": money.headline(int(mean), lang) if unit == "rial" else locale.of(lang).number(mean),
            "key": own.label.of(lang),
            "n": locale.of(lang).number(number),
            "sum": summed.text.of(lang),
        }
    )
    figures = (CardFigure(OF_EACH, mean, unit), figure_of(dataset, measure, summed.figures[0].value))
    return replace(summed, text=text, figures=figures, api=api_of(dataset, "groups", whole.groups.query_string()))


def _rounded(exact: Decimal, unit: str) -> int | Decimal:
    if unit == "rial":
        return int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _is_monthly_of_people(facts: CityFacts, asked: AskedQuestion) -> bool:
    """Whether every row is of one person in one month."""
    time = facts.time(asked.dataset)
    return time is not None and time.kind.is_period and any(each.role == "person" for each in asked.dataset.published)


def _without_mean(question: Parted) -> tuple[str, str] | None:
    """The question without the words that ask for the mean, and the part of time that it is of."""
    words, part, said = [], "", False
    texts = [word.text for phrase in question.segments for each in phrase.words for word in tokens(each.text)]
    # «هر ماه چند پروانه»: how many there are in each, and no mean of what each of them is worth.
    every = _EVERY | _EACH if _COUNTING & set(texts) else _EVERY
    for at, text in enumerate(texts):
        behind = texts[at + 1] if at + 1 < len(texts) else ""
        if text in _MEAN:
            said = True
        elif text in _PART:
            part = _PART[text]
        elif text in _TIME and at and texts[at - 1] in every and not behind.isdigit():
            part = _TIME[text]
        elif text in every and (behind in _TIME or behind in _MEAN or behind == "طور"):
            continue
        else:
            words.append(text)
    return (" ".join(words), part) if said and part and words else None


def _of_whole_years(facts: CityFacts, asked: AskedQuestion) -> AskedQuestion:
    """The question up to the newest year that is over, where nobody said a time: a part of a year is no year."""
    newest = facts.newest_year(asked.dataset)
    years = facts.years(asked.dataset)
    if asked.period is not None or newest is None or not years or newest == years[-1]:
        return asked
    said = SaidPeriod(0, (("gte", str(years[0])), ("lte", str(newest))), years[0], newest)
    period, conditions = period_conditions(facts, asked.dataset, said)
    scope = replace(asked.scope, filters=(*asked.scope.filters, *conditions))
    return replace(asked, scope=scope, period=period)


def _mean(facts: CityFacts, asked: AskedQuestion, part: str) -> AnswerCard | None:
    dataset, measure = asked.dataset, asked.measures[0]
    asked = _of_whole_years(facts, asked)
    _, number = facts.groups(dataset, asked.groups)
    whole = replace(asked, shape="figure", by=None, sort=None, measures=(measure,))
    summed = card(facts, whole)
    if summed.kind != "figure" or summed.figures[0].value is None or not number:
        return None
    over = asked.period is not None and asked.period.isdigit() and int(asked.period) < facts.this_year
    # A month without any row counts, too, where a year that is over is asked of.
    number = _MONTHS if over and part == "month" else number
    exact = Decimal(summed.figures[0].value) / number
    unit = unit_of(dataset, measure)
    mean = _rounded(exact, unit)
    text = SENTENCES[part].filled(
        lambda lang: {
            "mean": money.headline(int(mean), lang) if unit == "rial" else locale.of(lang).number(mean),
            "n": locale.of(lang).number(number),
            "sum": summed.text.of(lang),
        }
    )
    figures = (CardFigure(EACH[part], mean, unit), figure_of(dataset, measure, summed.figures[0].value))
    return replace(summed, text=text, figures=figures, api=api_of(dataset, "groups", whole.groups.query_string()))
