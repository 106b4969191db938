"""What an officer states of the document of a case, column by column of the dataset that it becomes a record of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ayan.apps.counter.case_encryption import open_text
from ayan.apps.counter.limits import LONGEST_RECORD_CELL
from ayan.apps.counter.models import Case, CaseEntry, CaseRecord
from ayan.apps.counter.published_changes import row_of
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.casework.case_kind import CaseKind
from ayan.core.casework.case_record import RecordColumn, RecordRule
from ayan.core.publish.added_rows import may_append
from ayan.core.publish.entry_rows import entry_text
from ayan.core.query import keys
from ayan.core.query.answer import Row
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.asked_value import BadValue
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label, joined
from ayan.core.values.locale import Lang
from ayan.core.values.period import Period
from ayan.ui import value_html
from ayan.wiring import city

PREFIX: Final = "record-"
"""Before the name of a column in the names of the form."""


@dataclass(frozen=True, slots=True)
class RecordBox:
    """One column as a form draws it: its choices, with the one that stands, or the text in it."""

    name: str
    label: str
    value: str
    required: bool
    unit: str = ""
    numeric: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    problem: str = ""


def dataset_of(rule: RecordRule | None) -> Dataset | None:
    """The dataset of a rule, if this city has it."""
    if rule is None:
        return None
    return next((each for each in city.current().registry.all() if each.slug == rule.dataset), None)


def columns_of(kind: CaseKind) -> list[tuple[RecordColumn, Field]]:
    """The columns that an officer states: those that the dataset publishes whole. What it withholds is never asked."""
    dataset = dataset_of(kind.record)
    if dataset is None or kind.record is None:
        return []
    public = _public(dataset)
    return [(each, public[each.field]) for each in kind.record.columns if each.field in public]


NOT_PUBLIC: Final = Label(
    "«{kind}» ستون «{column}» را در «{dataset}» پر می‌کند، که نیست یا کامل منتشر نمی‌شود؛ خالی می‌ماند.",
    "“{kind}” fills the column “{column}” of “{dataset}”, which is not there or not published whole; it stays empty.",
)
NO_RECORD: Final = Label(
    "سندهای «{kind}» رکوردی در «{dataset}» نمی‌شود: ستون‌های کلید را پر نمی‌کند، یا همهٔ ستون‌ها کامل منتشر نمی‌شود.",
    "Documents of “{kind}” become no record of “{dataset}”: the columns of its key are not filled in, or not all of "
    "its columns are published whole.",
)


def rule_faults(kind: CaseKind) -> list[Label]:
    """What of a kind's record cannot be as this city declares the dataset; nothing where it has no such dataset."""
    rule, dataset = kind.record, dataset_of(kind.record)
    if rule is None or dataset is None:
        return []
    named = {rule.number, rule.day, rule.fee, *dict(rule.constants), *(each.field for each in rule.columns)} - {""}
    public = _public(dataset)
    blanks = {"kind": kind.title, "dataset": dataset.title}
    faults = [NOT_PUBLIC.format(column=name, **blanks) for name in sorted(named - set(public))]
    if not set(dataset.key) <= named or not may_append(dataset):
        faults.append(NO_RECORD.format(**blanks))
    return faults


def published_columns(kind: CaseKind, lang: Lang) -> str:
    """What everybody will read of a document once it is issued: the columns of its record, by their titles."""
    rule, dataset = kind.record, dataset_of(kind.record)
    if rule is None or dataset is None:
        return ""
    named = {rule.number, rule.day, rule.fee, *dict(rule.constants), *(each.field for each in rule.columns)}
    return joined([field.label for name, field in _public(dataset).items() if name in named]).of(lang)


def offered(case: Case, kind: CaseKind) -> dict[str, str]:
    """What is offered for each column: as it was stated last, else what the form that was sent says."""
    columns = columns_of(kind)
    stated = [entry.facts["record"] for entry in case.entries.order_by("number") if "record" in entry.facts]
    if stated or not columns:
        return dict(stated[-1]) if stated else {}
    said = {each.field: to_latin(open_text(each.locked)) for each in case.values.all()}
    return {
        column.field: column.offered(said[column.origin]).strip()
        for column, _ in columns
        if column.origin and said.get(column.origin)
    }


def of_record(kind: CaseKind, about: str) -> dict[str, str]:
    """What the record that a form is about says for its fields: of a kind whose document changes such a record."""
    rule, dataset = kind.record, dataset_of(kind.record)
    if rule is None or dataset is None or not rule.changes or not about.startswith(f"row:{dataset.slug}/"):
        return {}
    row = row_of(dataset, about.partition("/")[2], None)
    return {
        column.origin: entry_text(field, row.values.get(field.name))
        for column, field in columns_of(kind)
        if row is not None and column.origin
    }


def boxes(kind: CaseKind, typed: Mapping[str, str], lang: Lang, wrong: str = "", fault: str = "") -> list[RecordBox]:
    """The columns to be drawn, with what was typed; ``wrong`` is the name of the one that was refused, and why."""
    dataset = dataset_of(kind.record)
    return [
        RecordBox(
            name=PREFIX + field.name,
            label=field.label.of(lang),
            value=typed.get(field.name, ""),
            required=_is_required(dataset, field),
            unit=field.unit.of(lang) if field.unit is not None else "",
            numeric=field.kind.is_number,
            choices=tuple((each.code, each.label.of(lang)) for each in field.choices.entries) if field.choices else (),
            problem=fault if wrong == PREFIX + field.name else "",
        )
        for _, field in columns_of(kind)
    ]


def checked(kind: CaseKind, typed: Mapping[str, str]) -> dict[str, str]:
    """What was stated, each as a cell of its column is written. DeskRefused at the first that is none of its column."""
    dataset, stated = dataset_of(kind.record), {}
    for _, field in columns_of(kind):
        text = to_latin(typed.get(field.name, "").strip())
        if text:
            stated[field.name] = _cell(field, text)
        elif _is_required(dataset, field):
            raise DeskRefused("«{title}» را بنویسید.", "Fill in “{title}”.", field=PREFIX + field.name).format(
                title=field.label
            )
    return stated


def _cell(field: Field, text: str) -> str:
    try:
        if len(text) > LONGEST_RECORD_CELL or "\n" in text:
            raise BadValue("too-long")
        if field.choices is not None:
            if text not in {each.code for each in field.choices.entries}:
                raise BadValue("not-a-choice")
            return text
        value = field.kind.parse(field, text)
        if field.kind.is_number and not _is_within(field, value):
            raise BadValue("out-of-range")
        if field.pattern is not None and not re.fullmatch(field.pattern, text):
            raise BadValue("pattern")
        if field.max_length is not None and len(text) > field.max_length:
            raise BadValue("too-long")
    except BadValue:
        raise DeskRefused(
            "«{title}» چنین مقداری نمی‌پذیرد؛ مانند {example} بنویسید.",
            "“{title}” takes no such value; write it like {example}.",
            field=PREFIX + field.name,
        ).format(title=field.label, example=field.kind.example_of(field)) from None
    return entry_text(field, value) if field.kind.is_number else text


def _is_within(field: Field, value: Any) -> bool:
    low, high = field.minimum, field.maximum
    return (low is None or value >= low) and (high is None or value <= high)


def _is_required(dataset: Dataset | None, field: Field) -> bool:
    return field.required or (dataset is not None and field.name in dataset.key)


def _public(dataset: Dataset) -> dict[str, Field]:
    return {field.name: field for field in dataset.published if field.shown == "public"}


# --- the record of a case that is issued ------------------------------------------------------------------------------


def keep(case: Case, kind: CaseKind, entries: Sequence[CaseEntry]) -> CaseRecord | None:
    """Keep which record an issued case becomes, with the entry that issues it as the last; None where it is none.

    Of a case that was opened again and is issued anew under its number, the record is changed.
    """
    rule, dataset = kind.record, dataset_of(kind.record)
    stated = next((entry.facts["record"] for entry in reversed(entries) if "record" in entry.facts), None)
    if rule is None or dataset is None or (stated is None and rule.columns):
        return None
    texts = _texts(rule, dataset, dict(stated or {}), entries)
    if not all(texts.get(name) for name in dataset.key):
        return None
    key = _key(dataset, texts)
    again = CaseRecord.objects.filter(case=case, key=key).exclude(published_on=None).exists()
    kept, _ = CaseRecord.objects.update_or_create(
        case=case,
        defaults={
            "dataset": dataset.slug,
            "key": key,
            "period": "" if rule.changes else _period(dataset, entries[-1]),
            "texts": texts,
            "changes": rule.changes or again,
            "submission": None,
            "published_on": None,
        },
    )
    return kept


def _texts(
    rule: RecordRule, dataset: Dataset, stated: Mapping[str, str], entries: Sequence[CaseEntry]
) -> dict[str, str]:
    """The cells of the record; nothing of a column that the dataset does not publish whole."""
    issued, public = entries[-1], _public(dataset)
    fee = next((entry.facts["fee"]["amount"] for entry in reversed(entries) if "fee" in entry.facts), None)
    values: dict[str, object] = {rule.day: issued.on, rule.fee: fee}
    texts = {name: entry_text(public[name], value) for name, value in values.items() if name in public}
    texts |= {rule.number: str(issued.facts.get("number", ""))} | dict(rule.constants) | dict(stated)
    return {name: text for name, text in texts.items() if name in public and text}


def _key(dataset: Dataset, texts: Mapping[str, str]) -> str:
    return keys.key_of(dataset, Row({name: texts[name] for name in dataset.key}, "", 0, 0))


def _period(dataset: Dataset, issued: CaseEntry) -> str:
    return "" if dataset.period == "none" else str(Period.of(issued.on, dataset.period))


def in_words(kind: CaseKind, stated: Mapping[str, str], lang: Lang) -> list[tuple[str, str]]:
    """What was stated, column by column in words."""
    said = []
    for _, field in columns_of(kind):
        text = stated.get(field.name, "")
        if text:
            value = field.kind.parse(field, text) if field.kind.is_number and field.choices is None else text
            said.append((field.label.of(lang), value_html.value_plain(field, value, lang, "rial")))
    return said
