"""What is wrong with a question, as a page says it: by the names that its readers know, not by those of parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ayan.core.query.operators import OPERATORS, OPS
from ayan.core.query.problem import QuestionProblem
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang

SHAPES: Final[Mapping[str, Label]] = {
    "_search": Label("جست‌وجو", "Search"),
    "_sort": Label("ترتیب", "Order"),
    "_sort_desc": Label("ترتیب", "Order"),
    "_size": Label("اندازهٔ صفحه", "Size of the page"),
    "_next": Label("صفحه", "Page"),
    "_page": Label("صفحه", "Page"),
    "_as_of": Label("وضع در روز", "As known on"),
    "_release": Label("انتشار", "Release"),
    "_by": Label("گروه‌بندی", "Grouping"),
    "_view": Label("نما", "View"),
    "_unit": Label("واحد پول", "Unit of money"),
    "_data": Label("داده", "Dataset"),
    "_measure": Label("آنچه سنجیده می‌شود", "What is measured"),
    "_side": Label("آنچه با هم سنجیده می‌شود", "What is compared"),
    "from": Label("از", "From"),
    "to": Label("تا", "To"),
}
"""Parameters that are no column."""

ENDS: Final[Mapping[str, Label]] = {
    "gt": Label("{label} (از)", "{label} (from)"),
    "gte": Label("{label} (از)", "{label} (from)"),
    "lt": Label("{label} (تا)", "{label} (to)"),
    "lte": Label("{label} (تا)", "{label} (to)"),
}
"""Which of two boxes of one column is meant."""

WORDS: Final[Mapping[str, Label]] = {
    "repeated": Label("این شرط دو بار آمده است؛ یکی را بردارید.", "This condition is given twice; take one away."),
    "both-sorts": Label("تنها یک ترتیب می‌توان خواست.", "Only one order can be asked for."),
    "both-times": Label("یا روز را بگویید یا انتشار را.", "Give either the day or the release."),
    "empty-value": Label("مقدار خالی است.", "The value is empty."),
    "not-a-list": Label("مقدارها را با ویرگول از هم جدا کنید.", "Part the values by commas."),
    "not-a-boolean": Label("مقدار باید بله یا خیر باشد.", "The value must be yes or no."),
    "not-a-number": Label(
        "این عدد خوانده نشد. مثل ۱۲۵۰۰۰۰ یا «یک میلیارد» بنویسید.",
        "This number could not be read. Write it like 1250000 or “one billion”.",
    ),
    "not-a-date": Label(
        "این تاریخ خوانده نشد. مثل ۱۴۰۳، ۱۴۰۳/۰۵، ۱۴۰۳/۰۵/۱۲ یا ۱۲/۵/۱۴۰۳ بنویسید.",
        "This date could not be read. Write it like 1403, 1403-05, 1403-05-12, 12/5/1403 or 2024-08-02.",
    ),
    "day-or-month": Label(
        "معلوم نیست کدام عدد روز است و کدام ماه. سال را نخست بنویسید، مثل 2024-05-12.",
        "It is not clear which number is the day and which the month. Write the year first, like 2024-05-12.",
    ),
    "not-zero-or-one": Label("مقدار باید بله یا خیر باشد.", "The value must be yes or no."),
}
"""For problems whose own wording speaks to programmers."""


@dataclass(frozen=True, slots=True)
class ProblemWords:
    """A problem in words: ``name`` of what is wrong, empty where nothing here is called so, and what is accepted.

    ``box`` is what marks the box of a filter where it was typed, empty where it was typed in none.
    """

    name: str
    words: Label
    allowed: tuple[str, ...]
    box: str = ""


def in_words(problem: QuestionProblem, dataset: Dataset | None, lang: Lang) -> ProblemWords:
    """A problem as a page about a dataset says it, if it is about one."""
    fields = {field.name: field for field in dataset.published} if dataset else {}
    name, _, op = problem.parameter.partition("__")
    field = fields.get(name)
    if field is not None:
        label = field.label.of(lang)
        called = ENDS[op].of(lang).format(label=label) if op in ENDS else label
    else:
        called = SHAPES[problem.parameter].of(lang) if problem.parameter in SHAPES else ""
    box = f"{name}-{op}" if field is not None and op in ("gte", "lte") and field.choices is None else ""
    allowed = tuple(_allowed(problem, field, fields, lang))
    return ProblemWords(called, WORDS.get(problem.code, problem.wording), allowed, box)


def _allowed(problem: QuestionProblem, field: Field | None, fields: Mapping[str, Field], lang: Lang) -> list[str]:
    """What is accepted: codes by their labels, columns by theirs; parameters are for programs."""
    if field is not None and field.choices is not None:
        return [field.choices.label(code, lang) for code in problem.allowed]
    op = problem.parameter.partition("__")[2]
    is_of_columns = any(OPERATORS[each].takes == "column" for each in OPS if each == op)
    if is_of_columns or problem.code in ("unknown-parameter", "unknown-field", "unknown-operator"):
        return [fields[name].label.of(lang) for name in problem.allowed if name in fields]
    return [text for text in problem.allowed if not text.startswith("_")]
