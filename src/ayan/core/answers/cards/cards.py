"""Answers to a question in people's words: what was understood of it is run, and told with its figures and its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, Literal
from urllib.parse import quote

from ayan.core.answers.cards import wording
from ayan.core.answers.cards.comparisons import AnsweredComparison
from ayan.core.answers.cards.group_texts import group_label, ranked_text, sum_of_record
from ayan.core.answers.cards.record_values import with_columns
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion, as_list, of_all_years
from ayan.core.answers.limits import FEW_WORDS, MOST_TOLD_ROWS, SHORT_LIST
from ayan.core.query.answer import Row
from ayan.core.query.group_conditions import PARAMETER, conditions_text
from ayan.core.query.grouping import GroupMeasure
from ayan.core.query.keys import key_of, step_of
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.values import locale
from ayan.core.values.label import Label, joined

CardKind = Literal["figure", "list", "record", "page", "service", "nothing"]
_PERCENT: Final = Decimal("0.1")
ROWS: Final = Label("تعداد ردیف‌ها", "Rows")
_SINGLE: Final = ("answer:date", "answer:person")
"""What one row answers, of those that are shown the newest."""
UNWRITTEN: Final = Label(
    "«{label}» در هیچ‌یک از این ردیف‌ها نوشته نشده است: {rows} مسئول این داده: {owner}.",
    "“{label}” is stated in none of these rows: {rows} Responsible: {owner}.",
)
SHARE: Final = Label("سهم", "Share")
OF_ALL_YEARS: Final = Label(
    "در {year}: {value}؛ در همهٔ سال‌ها: {whole}. {text}", "In {year}: {value}; in all years: {whole}. {text}"
)


@dataclass(frozen=True, slots=True)
class CardFigure:
    """One figure of an answer: its exact value (None where nothing stands there) and its unit."""

    label: Label
    value: int | Decimal | None
    unit: str


@dataclass(frozen=True, slots=True)
class Understood:
    """How a question was understood, in the grammar; ``filters`` are its parameters, as an address has them."""

    dataset: str
    filters: tuple[tuple[str, str], ...] = ()
    measure: str | None = None
    by: str | None = None
    period: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerCard:
    """One answer. ``url`` is without the language, ``api`` the question of the API that it was answered by.

    ``asked`` is the same question for whoever shows it; ``rows`` are the rows of a list or a record, ``groups`` those
    of a ranking. ``comparison`` has both sides where two figures are set against each other, of which ``asked`` is one.
    """

    kind: CardKind
    text: Label
    url: str
    api: str
    understood: Understood | None = None
    figures: tuple[CardFigure, ...] = ()
    asked: AskedQuestion | None = None
    rows: tuple[Row, ...] = ()
    groups: tuple[dict[str, Any], ...] = ()
    title: Label | None = None
    is_sure: bool = True
    comparison: AnsweredComparison | None = None

    @property
    def left(self) -> tuple[str, ...]:
        """Words of the question that it does not take into account."""
        said = self.asked.left or self.asked.reading.unread if self.asked is not None else ()
        return tuple(dict.fromkeys(word for word in said if word)) if not self.is_sure else ()


def takes_all(first: AnswerCard, words: int, *, asks: bool) -> bool:
    """Whether an answer takes in every word as a condition or as what is asked, so that no row holds them all.

    Whoever only names somebody or something, or types a few words, finds it in the rows of other data, too: nothing of
    them ``asks``.
    """
    if first.asked is None or not first.is_sure or first.asked.scope.search:
        return False
    filters = first.asked.scope.filters
    named = any(each.op == "contains" for each in filters) or bool(first.asked.reading.names)
    return asks or (not named and bool(filters) and words > FEW_WORDS)


def card(facts: CityFacts, asked: AskedQuestion) -> AnswerCard:
    """The answer to a question of the grammar. Raises Unanswered where it takes too long."""
    try:
        if asked.shape == "figure":
            return _figure(facts, asked)
        if asked.shape == "share":
            return _share(facts, asked)
        if asked.shape == "ranking":
            return _ranking(facts, asked)
    except BadQuestion:
        # A sum that means nothing: the rows are shown, never a figure.
        return _list(facts, asked if asked.by is None else as_list(facts, asked))
    return _list(facts, asked)


def _figure(facts: CityFacts, asked: AskedQuestion) -> AnswerCard:
    dataset, measure = asked.dataset, asked.measures[0]
    groups, _ = facts.groups(dataset, asked.groups)
    values = groups[0] if groups else {}
    value = values.get(measure.name)
    if value is None and measure.field and _has_rows(facts, asked):
        # Rows there are, and the number stands in none of them.
        return _unwritten(facts, asked)
    if value is None or (value == 0 and measure.function != "count" and not _has_rows(facts, asked)):
        return _nothing(facts, asked)
    if value == 0 and any(each.op == "contains" for each in asked.scope.filters):
        # That no text holds a word is no number of what it is about.
        return _nothing(facts, asked)
    missing = value == 0 and asked.period is not None and asked.period.isdigit()
    if missing and int(asked.period or 0) not in facts.years(dataset):
        # Nothing is published of that year, which is not the same as none.
        return _nothing(facts, asked)
    named = {each.field for each in asked.reading.measures}
    return AnswerCard(
        "figure",
        _with_all_years(
            facts,
            asked,
            value,
            wording.with_beside(
                wording.figure(dataset, measure, asked.scope, value),
                dataset,
                [
                    (each, values[each.name])
                    for each in asked.measures[1:]
                    if (each.field in named or each.function == "min") and values[each.name] is not None
                ],
            ),
        ),
        page_of(dataset, asked.scope),
        api_of(dataset, "groups", asked.groups.query_string()),
        understood_of(asked, measure),
        tuple(figure_of(dataset, each, values[each.name]) for each in asked.measures if values[each.name] is not None),
        asked,
    )


def _with_all_years(facts: CityFacts, asked: AskedQuestion, value: int | Decimal, text: Label) -> Label:
    """A text of the newest year, before it that year and all of them where nobody said when."""
    measure, own = asked.measures[0], facts.time(asked.dataset)
    is_of_cases = own is not None and own.kind.is_day and measure.function not in ("count", "distinct")
    if not asked.chosen or not is_of_cases or asked.period is None or not asked.period.isdigit():
        return text
    whole = facts.number(asked.dataset, of_all_years(facts, asked).scope, measure)
    if whole is None or whole == value:
        return text
    year = asked.period
    return OF_ALL_YEARS.filled(
        lambda lang: {
            "year": locale.of(lang).numerals(year),
            "value": wording.number(asked.dataset, measure, value, lang),
            "whole": wording.number(asked.dataset, measure, whole, lang),
            "text": text.of(lang),
        }
    )


def _has_rows(facts: CityFacts, asked: AskedQuestion) -> bool:
    return bool(facts.number(asked.dataset, asked.scope, GroupMeasure("count")))


def _share(facts: CityFacts, asked: AskedQuestion) -> AnswerCard:
    assert asked.whole is not None  # noqa: S101 - the shape says so
    dataset, measure = asked.dataset, asked.measures[0]
    whole_scope, whole_measure = asked.whole
    part = facts.number(dataset, asked.scope, measure)
    whole = facts.number(dataset, whole_scope, whole_measure)
    if not whole or (not part and not _has_rows(facts, asked)):
        return _nothing(facts, asked)
    part = part or 0
    percent = (Decimal(part) * 100 / Decimal(whole)).quantize(_PERCENT, ROUND_HALF_UP)
    figures = (
        CardFigure(SHARE, percent, "percent"),
        figure_of(dataset, measure, part),
        figure_of(dataset, whole_measure, whole),
    )
    return AnswerCard(
        "figure",
        wording.share(dataset, measure, asked.scope, part, whole, percent),
        page_of(dataset, asked.scope),
        api_of(dataset, "groups", asked.groups.query_string()),
        understood_of(asked, measure),
        figures,
        asked,
    )


def _ranking(facts: CityFacts, asked: AskedQuestion) -> AnswerCard:
    assert asked.by is not None  # noqa: S101 - the shape says so
    dataset, measure = asked.dataset, asked.measures[0]
    groups, total = facts.groups(dataset, asked.groups)
    shown = [group for group in groups if all(group[each.name] is not None for each in asked.keys)]
    if not shown:
        return _nothing(facts, asked)
    figures = tuple(
        CardFigure(group_label(asked, group), group[measure.name], unit_of(dataset, measure))
        for group in shown
        if group[measure.name] is not None
    )
    return AnswerCard(
        "list",
        ranked_text(facts, asked, shown, total),
        page_of(dataset, asked.scope),
        api_of(dataset, "groups", asked.groups.query_string()),
        understood_of(asked, measure),
        figures if asked.is_sure else (),
        asked,
        groups=tuple(shown),
        is_sure=asked.is_sure,
    )


def _list(facts: CityFacts, asked: AskedQuestion) -> AnswerCard:
    dataset = asked.dataset
    answer = facts.rows(dataset, asked.rows)
    if not answer.rows:
        return _nothing(facts, asked)
    count = answer.total or 0
    text = with_columns(
        facts.lexicon,
        wording.listed(dataset, asked.scope, count),
        asked,
        answer.rows if count <= MOST_TOLD_ROWS else (),
    )
    whole = sum_of_record(facts, asked, count)
    text = wording.with_beside(text, dataset, whole)
    figures = [*(figure_of(dataset, *each) for each in whole), CardFigure(ROWS, count, "count")]
    by_time = asked.sort is not None and asked.sort.field == getattr(facts.time(dataset), "name", None)
    row = answer.rows[asked.nth - 1 if 0 < asked.nth <= len(answer.rows) else 0]
    if asked.sort is not None and by_time and _is_of_order(asked):
        own = dataset.field(asked.sort.field)
        order = _nth(wording.NEWEST if asked.sort.descending else wording.OLDEST, asked.nth)
        text = wording.first_row(dataset, asked.scope, count, order, _called(asked, row), own, row.values.get(own.name))
    elif asked.sort is not None and not by_time:
        own = dataset.field(asked.sort.field)
        value = row.values.get(own.name)
        named = wording.MOST if asked.sort.descending else wording.LEAST
        if own.kind.is_day:
            named = wording.NEWEST if asked.sort.descending else wording.OLDEST
        order = _nth(named.format(label=own.label), asked.nth)
        text = wording.first_row(dataset, asked.scope, count, order, row_title(dataset, row), own, value)
        text = with_columns(facts.lexicon, text, asked, (row,) if asked.size == SHORT_LIST else (), own.name)
        if own.kind.is_number and isinstance(value, int | Decimal):
            figures.insert(0, CardFigure(own.label, value, unit_of(dataset, GroupMeasure("max", own.name))))
    return AnswerCard(
        "list",
        text,
        page_of(dataset, asked.rows),
        api_of(dataset, "rows", asked.rows.query_string()),
        understood_of(asked, None),
        tuple(figures) if asked.is_sure else (),
        asked,
        rows=tuple(answer.rows),
        is_sure=asked.is_sure,
    )


def _nth(order: Label, nth: int) -> Label:
    """What an order is called, of the one that is asked for: the second, where not the first is."""
    if nth < 2:
        return order
    return wording.NTH.filled(lambda lang: {"order": order.of(lang), "n": locale.of(lang).number(nth)})


def _is_of_order(asked: AskedQuestion) -> bool:
    """Whether the question asks for the newest or the oldest, or for when, and not only for rows."""
    meant = (each for phrase in asked.reading.parted.segments for each in phrase.meanings)
    return any(each.sense == "superlative" or each.target in _SINGLE for each in meant)


def _called(asked: AskedQuestion, row: Row) -> Label:
    """What a row is called; whoever it is of, where somebody asks who."""
    who = any(each.target == "answer:person" for part in asked.reading.parted.segments for each in part.of("ask"))
    people = (row.values.get(each.name) for each in asked.dataset.published if each.role == "person")
    title = row_title(asked.dataset, row)
    names = dict.fromkeys(str(each) for each in people if each) if who else {}
    return joined([*(name for name in names if name != title.fa), title])


def record(dataset: Dataset, row: Row) -> AnswerCard:
    """One record that is meant."""
    step = step_of(key_of(dataset, row))
    title = row_title(dataset, row)
    text = Label("{dataset}: {title}", "{dataset}: {title}").format(dataset=dataset.title, title=title)
    return AnswerCard(
        "record",
        text,
        f"/data/{dataset.slug}/r/{step}",
        api_of(dataset, f"rows/{step}", ""),
        Understood(dataset.slug),
        rows=(row,),
        asked=None,
    )


def _nothing(facts: CityFacts, asked: AskedQuestion) -> AnswerCard:
    return AnswerCard(
        "nothing",
        wording.nothing(asked.dataset, asked.scope, _newest(facts, asked)),
        page_of(asked.dataset, asked.scope),
        api_of(asked.dataset, "rows", asked.scope.query_string()),
        understood_of(asked, None),
        asked=asked,
        is_sure=asked.is_sure,
    )


def _unwritten(facts: CityFacts, asked: AskedQuestion) -> AnswerCard:
    """That rows were found, and what is asked of them is written in none."""
    dataset, number = asked.dataset, facts.number(asked.dataset, asked.scope, GroupMeasure("count"))
    label = dataset.field(asked.measures[0].field).label
    blanks = {"label": label, "rows": wording.listed(dataset, asked.scope, number or 0), "owner": dataset.owner}
    return replace(_nothing(facts, asked), text=UNWRITTEN.format(**blanks))


def _newest(facts: CityFacts, asked: AskedQuestion) -> int | None:
    """The newest year that has rows, where another one was asked for that has none."""
    said = (asked.period or "")[:4]
    years = facts.years(asked.dataset) if said.isdigit() else ()
    return years[-1] if years and int(said) not in years else None


# --- parts ------------------------------------------------------------------------------------------------------------


def figure_of(dataset: Dataset, measure: GroupMeasure, value: int | Decimal | None) -> CardFigure:
    """A number of a measure as a figure."""
    return CardFigure(wording.measure_name(dataset, measure), value, unit_of(dataset, measure))


def unit_of(dataset: Dataset, measure: GroupMeasure) -> str:
    """``rial``, ``count``, or the English word of the field's unit; ``number`` without any."""
    if not measure.field or measure.function in ("count", "distinct"):
        return "count"
    own = dataset.field(measure.field)
    if own.kind.is_money:
        return "rial"
    return {"%": "percent"}.get(own.unit.en, own.unit.en) if own.unit is not None else "number"


def understood_of(asked: AskedQuestion, measure: GroupMeasure | None) -> Understood:
    """How a question was understood."""
    filters = [(each.parameter, each.text) for each in asked.scope.filters]
    if asked.scope.search:
        filters.append(("_search", asked.scope.search))
    if asked.having:
        filters.append((PARAMETER, conditions_text(asked.having)))
    return Understood(
        asked.dataset.slug,
        tuple(filters),
        measure.name if measure is not None else None,
        ",".join(each.name for each in asked.keys) or None,
        asked.period,
    )


def page_of(dataset: Dataset, question: Question) -> str:
    """The page with the rows of a question, without the language."""
    pairs = [pair for pair in question.parameters() if pair[0] not in ("_size", "_count")]
    query = "&".join(f"{name}={quote(text, safe=',-.:/_')}" for name, text in pairs)
    return f"/data/{dataset.slug}" + (f"?{query}" if query else "")


def api_of(dataset: Dataset, part: str, query: str) -> str:
    """An address of the API."""
    return f"/api/v1/datasets/{dataset.slug}/{part}" + (f"?{query}" if query else "")


def row_title(dataset: Dataset, row: Row) -> Label:
    """What a row is called: its title, else whoever it is about, else its key."""
    for role in ("title", "company", "person", "unit"):
        names: Sequence[str] = [each.name for each in dataset.published if each.role == role]
        value = next((row.values.get(name) for name in names if row.values.get(name)), None)
        if value:
            return Label(str(value), str(value))
    return joined([str(row.values[name]) for name in dataset.key] or [key_of(dataset, row)])
