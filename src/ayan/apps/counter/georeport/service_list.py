"""What can be reported: the kinds of case that are declared for it, and each choice of the field that says what it is.

A service of GeoReport is a choice of that field (``street-pothole``), or the kind itself (``street``) with the choice
as an attribute; the kind's own code is also what a report has while nobody has checked its words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ayan.apps.counter import rules
from ayan.apps.counter.filing import SUMMARY
from ayan.core.casework.case_kind import CaseKind, FieldType, FormField
from ayan.core.values.canonical import JsonObject
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang

TEXT: Final = "text"
"""The field whose words are the description at length."""
_DATATYPES: Final = {"line": "string", "text": "text", "choice": "singlevaluelist", "day": "string", "place": "string"}
_OWN: Final[frozenset[FieldType]] = frozenset({"pin", "mail", "phone", "files"})
"""The types of fields for which GeoReport has parameters of its own."""
_DAY: Final = Label("روز، مانند ۱۴۰۵/۰۹/۲۰", "A day, such as 1405/09/20")


@dataclass(frozen=True, slots=True)
class ReportService:
    """One thing that can be reported: the kind of case it becomes, and the choice that it is; "" for the kind."""

    kind: CaseKind
    choice: str = ""

    @property
    def code(self) -> str:
        """Its ``service_code``."""
        return f"{self.kind.code}-{self.choice}" if self.choice else self.kind.code

    @property
    def name(self) -> Label:
        """What it is called."""
        return dict(_what(self.kind).choices)[self.choice] if self.choice else self.kind.title

    def as_json(self, lang: Lang) -> JsonObject:
        """The service in the list."""
        return {
            "service_code": self.code,
            "service_name": self.name.of(lang),
            "description": self.kind.says.of(lang),
            "metadata": True,
            "type": "realtime",
            "keywords": None,
            "group": self.kind.title.of(lang),
        }

    @property
    def spellings(self) -> tuple[str, ...]:
        """What may stand in a checked value for the choice: its code, or what it is called."""
        return (self.choice, *self.name.words().values())

    @property
    def attributes(self) -> tuple[FormField, ...]:
        """The fields of the form that are sent as attributes: those without a parameter of their own."""
        return tuple(each for each in self.kind.fields if self._is_attribute(each))

    def _is_attribute(self, field: FormField) -> bool:
        if field.type in _OWN or field.names or field.code == TEXT or field == place_of(self.kind):
            return False
        return not (self.choice and field.code == self.kind.georeport)

    def definition(self, lang: Lang) -> JsonObject:
        """The attributes that it asks for, in the order of the form."""
        return {
            "service_code": self.code,
            "attributes": [_attribute(field, at, lang) for at, field in enumerate(self.attributes, 1)],
        }


def _attribute(field: FormField, order: int, lang: Lang) -> JsonObject:
    attribute: JsonObject = {
        "variable": True,
        "code": field.code,
        "datatype": _DATATYPES.get(field.type, "string"),
        # Its words are taken from the beginning of the description where it is not sent.
        "required": field.required and field.code != SUMMARY,
        "datatype_description": _DAY.of(lang) if field.type == "day" else None,
        "order": order,
        "description": ". ".join(label.of(lang) for label in (field.title, field.hint) if label is not None),
    }
    if field.choices:
        attribute["values"] = [{"key": code, "name": label.of(lang)} for code, label in field.choices]
    return attribute


def _what(kind: CaseKind) -> FormField:
    field = kind.field(kind.georeport)
    assert field is not None  # noqa: S101 - a kind whose field is not there is refused when it is read
    return field


def report_kinds() -> dict[str, CaseKind]:
    """The kinds that go out as reports, by code."""
    return {code: kind for code, kind in rules.kinds().sound.items() if kind.georeport}


def services() -> dict[str, ReportService]:
    """Every service by its code: of each kind its choices, then the kind itself."""
    listed = (
        ReportService(kind, choice) for kind in report_kinds().values() for choice in (*dict(_what(kind).choices), "")
    )
    return {service.code: service for service in listed}


def place_of(kind: CaseKind) -> FormField | None:
    """The field that takes the words of an address."""
    return next((each for each in kind.fields if each.type == "place"), None)


def pin_of(kind: CaseKind) -> FormField | None:
    """The field that takes a point."""
    return next((each for each in kind.fields if each.type == "pin"), None)
