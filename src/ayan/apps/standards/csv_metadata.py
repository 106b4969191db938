"""What the columns of a dataset's CSV are, after CSV on the Web (CSVW), at the address where readers of it look."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from ayan.apps.standards.data_catalogue import licence_of
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.label import Label
from ayan.ui.api.responses import root_of

MEDIA_TYPE: Final = "application/csvm+json"
ENDING: Final = "-metadata.json"
"""What the address of a CSV gets at its end, by the standard."""
_TYPES: Final[Mapping[str, str]] = {
    "integer": "integer",
    "number": "decimal",
    "boolean": "boolean",
    "date": "date",
}
_ROW: Final = Label("نشانی ردیف", "Address of the row")
_APOSTROPHE: Final = Label(
    "متنی که صفحه‌گسترده آن را اجرا می‌کرد، با یک آپاستروف آغاز می‌شود.",
    "A text that a spreadsheet would run begins with an apostrophe.",
)


def described(dataset: Dataset, site: str) -> dict[str, Any]:
    """The metadata of the whole table as it stands at any time."""
    asked = as_asked(dataset)
    columns = [_column(field) for field in asked.published]
    schema: dict[str, Any] = {"columns": [*columns, _row()]}
    if dataset.key and dataset.period == "none" and {field.name for field in asked.published}.issuperset(dataset.key):
        # With periods, a key may come again in the next one.
        schema["primaryKey"] = list(dataset.key)
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "fa"}],
        "url": f"{site}{root_of(dataset)}/rows.csv",
        "dc:title": _said(dataset.title),
        "dc:description": _said(dataset.description),
        "dc:publisher": _said(dataset.owner),
        "dc:license": {"@id": licence_of(dataset.licence)},
        "rdfs:comment": _said(_APOSTROPHE),
        "dialect": {"encoding": "utf-8", "header": True},
        "tableSchema": schema,
    }


def _column(field: Field) -> dict[str, Any]:
    column: dict[str, Any] = {
        "name": field.name,
        "titles": [field.name],
        "rdfs:label": _said(field.label),
        "datatype": _datatype(field),
    }
    if field.description is not None:
        column["dc:description"] = _said(field.description)
    return column | ({"required": True} if field.required else {})


def _datatype(field: Field) -> str | dict[str, Any]:
    base = "string" if field.shown == "masked" else _TYPES.get(field.kind.schema_type, "string")
    bounds = {}
    if field.shown != "masked":
        for name, bound in (("minimum", field.minimum), ("maximum", field.maximum)):
            if isinstance(bound, Decimal):
                bounds[name] = f"{bound:f}"
    return {"base": base, **bounds} if bounds else base


def _row() -> dict[str, Any]:
    # No name may begin as ours does; the title is what stands in the file.
    return {"name": "row_address", "titles": ["_row"], "rdfs:label": _said(_ROW), "datatype": "string"}


def _said(label: Label) -> list[dict[str, str]]:
    return [{"@value": text, "@language": lang} for lang, text in label.words().items()]
