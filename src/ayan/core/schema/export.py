"""A dataset in the words of outside standards: Table Schema, and a dictionary people can read."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from ayan.core.schema.field import Field
from ayan.core.schema.privacy import WITHHELD_AS_PERSONAL, personal_in
from ayan.core.values.label import Label
from ayan.core.values.limits import LARGEST_INTEGER

PROFILE: Final = "https://datapackage.org/profiles/2.0/tableschema.json"

# Flags and named groups, classes by name, and escapes that are RE2's own.
_PARTICULAR: Final = re.compile(r"\(\?(?!:)|\[\[:|\\[ACQEzZpPx]")

_ROW: Final = Label("شمارهٔ ردیف در پروندهٔ مبدأ", "Record number in the source, as a spreadsheet shows it")
_LINE: Final = Label("شمارهٔ سطر در پروندهٔ متنی مبدأ", "Line of a text source")


def table_schema(
    fields: Sequence[Field],
    key: Sequence[str] = (),
    *,
    lang: str = "fa",
    address: bool = True,
    resources: Collection[str] = (),
) -> dict[str, Any]:
    """The Table Schema (Data Package v2) of the published table of ``fields``; those not published are left out.

    Titles and descriptions are in ``lang``; both languages stand under names that begin with ``ayan:``, as does
    everything else that the standard has no word for. With ``address`` the two columns come first that tell where a
    row stood in its source. A reference is a foreign key only where its dataset is among ``resources``, the tables
    of the same package: the standard knows no others. There are no fractions in it: a bound that is not whole is text.
    """
    shown = [field for field in fields if field.published]
    named = {field.name for field in shown}
    columns = [_address("_row", _ROW, lang), _address("_line", _LINE, lang)] if address else []
    schema: dict[str, Any] = {
        "$schema": PROFILE,
        "fields": [*columns, *(_column(field, lang) for field in shown)],
        "missingValues": [""],
    }
    if key and named.issuperset(key):
        schema["primaryKey"] = list(key)
    foreign = [
        {"fields": [field.name], "reference": {"resource": field.ref.dataset, "fields": [field.ref.field]}}
        for field in shown
        if field.ref is not None and field.ref.dataset in resources
    ]
    if foreign:
        schema["foreignKeys"] = foreign
    return schema


def reason_of(field: Field) -> Label | None:
    """Why a field is not shown: the declared reason, else that it is personal; None where nothing says why."""
    if field.reason is not None:
        return field.reason
    personal = personal_in((field.label.fa, field.label.en, *field.aliases))
    return WITHHELD_AS_PERSONAL if personal is not None or field.kind.personal else None


def _address(name: str, title: Label, lang: str) -> dict[str, Any]:
    return {"name": name, "type": "integer", "title": title.of(lang), "ayan:label": _both(title)}


def _column(field: Field, lang: str) -> dict[str, Any]:
    kind = field.kind
    masked = field.shown == "masked"
    out: dict[str, Any] = {
        "name": field.name,
        "title": field.label.of(lang),
        "type": "string" if masked else kind.schema_type,
        "ayan:kind": kind.name,
        "ayan:label": _both(field.label),
    }
    if kind.schema_format is not None and not masked:
        out["format"] = kind.schema_format
    if field.description is not None:
        out["description"] = field.description.of(lang)
        out["ayan:description"] = _both(field.description)
    constraints = {"required": True} if field.required else {}
    if masked:
        out["ayan:masked"] = True
    else:
        constraints |= _constraints(field)
        if field.choices is not None:
            out["categories"] = [
                {"value": entry.code, "label": entry.label.of(lang)} for entry in field.choices.entries
            ]
            out["ayan:choices"] = _choices(field)
        if field.codes is not None:
            out["ayan:codes"] = _codes(field)
    if constraints:
        out["constraints"] = constraints
    if field.role is not None:
        out["ayan:role"] = field.role
    out |= _meaning(field)
    if field.unit is not None:
        out["ayan:unit"] = _both(field.unit)
    if kind.has_decimals:
        out["ayan:scale"] = field.scale
    if field.ref is not None:
        out["ayan:ref"] = f"{field.ref.dataset}.{field.ref.field}"
    return out


def _meaning(field: Field) -> dict[str, Any]:
    """What adding up the values would mean: without it a program must not add them."""
    out: dict[str, Any] = {} if field.nature is None else {"ayan:nature": field.nature}
    if field.at:
        out["ayan:at"] = field.at
    if field.share_of:
        out["ayan:share_of"] = field.share_of
    if field.side is not None:
        out["ayan:side"] = {"in": list(field.side.came_in), "out": list(field.side.went_out)}
    return out


def _constraints(field: Field) -> dict[str, Any]:
    """What every published value obeys, whatever the sender's file looked like."""
    out: dict[str, Any] = {}
    if field.minimum is not None:
        out["minimum"] = _bound(field.minimum)
    if field.maximum is not None:
        out["maximum"] = _bound(field.maximum)
    if field.max_length is not None:
        out["maxLength"] = field.max_length
    if field.pattern is not None and _portable(field.pattern):
        out["pattern"] = _whole(field.pattern)
    if field.choices is not None:
        out["enum"] = [entry.code for entry in field.choices.entries]
    return out


def _portable(pattern: str) -> bool:
    """Whether the pattern means the same outside RE2: nothing in it that only some engines know."""
    if _PARTICULAR.search(pattern):
        return False
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _whole(pattern: str) -> str:
    """The pattern as readers of the standards need it, for they look for it anywhere while ours is for the whole."""
    return f"^(?:{pattern})$"


def _bound(bound: Decimal | date) -> int | str:
    if isinstance(bound, date):
        return bound.isoformat()
    whole = bound == bound.to_integral_value() and abs(bound) <= LARGEST_INTEGER
    return int(bound) if whole else f"{bound:f}"


def _codes(field: Field) -> list[dict[str, str]]:
    entries = field.codes.entries if field.codes is not None else ()
    return [{"code": entry.code, **_both(entry.label)} for entry in entries]


def _choices(field: Field) -> list[dict[str, str]]:
    entries = field.choices.entries if field.choices is not None else ()
    return [{"code": entry.code, **_both(entry.label)} for entry in entries]


def _both(label: Label) -> dict[str, str]:
    return {"fa": label.fa, "en": label.en}
