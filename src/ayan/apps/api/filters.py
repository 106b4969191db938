"""The conditions that the rows of a dataset can be asked with, as the description of the API tells of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ayan.core.query import values
from ayan.core.query.question import OPS, Op
from ayan.core.schema.definition import Dataset, Field
from ayan.core.values.label import Label, joined
from ayan.ui.api.json_schema import Json
from ayan.ui.api.operations import Parameter
from ayan.ui.api.parameters import DAY, FLAG, TEXT

FILTERS: Final = Label(
    "هر پارامتر دیگر یک شرط است: field=value یا field__OP=value؛ OP یکی از {operators}. "
    "عملگرهای هر ستون در توصیف خودِ داده آمده است.",
    "Every other parameter is a condition: field=value or field__OP=value with OP one of {operators}. "
    "Which operators a field takes is in the description of its dataset.",
)
OPERATORS: Final[Mapping[Op, Label]] = {
    "eq": Label("{field} برابر است با", "{field} equals"),
    "not": Label("{field} برابر نیست با", "{field} differs from"),
    "in": Label("{field} یکی از این‌ها است", "{field} is one of"),
    "contains": Label("{field} دربر دارد", "{field} contains"),
    "startswith": Label("{field} آغاز می‌شود با", "{field} starts with"),
    "gt": Label("{field} بیشتر است از", "{field} is more than"),
    "gte": Label("{field} دست‌کم", "{field} is at least"),
    "lt": Label("{field} کمتر است از", "{field} is less than"),
    "lte": Label("{field} دست‌بالا", "{field} is at most"),
    "isnull": Label("{field} خالی است (1) یا نه (0)", "{field} is empty (1) or not (0)"),
}


def filters_text() -> Label:
    """How any field is made a condition, with the operators that there are."""
    return FILTERS.format(operators=joined(Label(op, op) for op in OPS if op != "eq"))


def filters_of(dataset: Dataset) -> Iterator[Parameter]:
    """Every condition that the dataset's rows can be asked with, each as a parameter."""
    for field in values.as_asked(dataset).published:
        for op in values.operators(field):
            name = field.name if op == "eq" else f"{field.name}__{op}"
            label = OPERATORS[op].format(field=field.label)
            yield Parameter(name, label, _value(field, op))


def _value(field: Field, op: Op) -> Json:
    """The values of one condition. Digits may be Persian and labels stand for codes, which is not repeated here."""
    if op == "isnull":
        return FLAG
    schema = _field_schema(field)
    return {"type": "array", "items": schema, "minItems": 1} if op == "in" else schema


def _field_schema(field: Field) -> Json:
    if field.choices is not None:
        return {"type": "string", "enum": [entry.code for entry in field.choices.entries]}
    if field.kind in ("integer", "rial"):
        return {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1}
    if field.kind == "decimal":
        return {"type": "number"}
    if field.kind == "boolean":
        return {"type": "string", "enum": ["true", "false", "1", "0", "yes", "no"]}
    if field.kind == "date":
        return {"type": "string", "pattern": DAY}
    if field.kind == "period":
        return {"type": "string", "pattern": "^[0-9A-Za-z/-]{1,20}$"}
    return TEXT
