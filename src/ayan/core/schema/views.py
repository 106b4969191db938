"""Reading views: how a dataset wants a record said in one sentence, its figures drawn, or its prices read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, get_args

from ayan.core.schema import definition
from ayan.core.schema.definition import Field, View
from ayan.core.schema.rules import Fields, coded
from ayan.core.schema.tables import Table, near

_KINDS: Final[tuple[definition.ViewKind, ...]] = get_args(definition.ViewKind)
BLANK: Final = re.compile(r"\{([a-z0-9_]*)\}")


def read_views(tables: Sequence[Table], fields: Fields) -> tuple[View, ...]:
    """``[[view]]``: a ``sentence`` about one record, ``bars`` over a result, or a ``price-index``."""
    made = []
    for table, code in coded(tables):
        table.needed("kind")
        kind = table.one_of("kind", _KINDS)
        if kind == "sentence":
            made.append(View(code, kind, text=_sentence(table, fields)))
        elif kind == "bars":
            made.append(_bars(table, code, fields))
        elif kind == "price-index":
            year, index = _field(table, "year", fields, ("period",)), _field(table, "index", fields, ("decimal",))
            made.append(View(code, kind, by=year, measure=index))
        table.close()
    return tuple(made)


def _sentence(table: Table, fields: Fields) -> definition.Label:
    text = table.needed_label("text")
    for lang in ("fa", "en"):
        for name in BLANK.findall(text.of(lang)):
            _known(table, "text", name, fields)
    return text


def _bars(table: Table, code: str, fields: Fields) -> View:
    for key in ("by", "measure"):
        table.needed(key)
    against = _field(table, "against", fields, ("rial",)) if table.has("against") else ""
    return View(
        code,
        "bars",
        title=table.needed_label("title"),
        by=_field(table, "by", fields),
        measure=_field(table, "measure", fields, ("rial",)),
        against=against,
        where=table.text("where") or "",
        front=table.boolean("front") or False,
    )


def _field(table: Table, key: str, fields: Fields, kinds: Sequence[str] = ()) -> str:
    """The name of a published field of a fitting kind; empty, with the problem noted, where it is none."""
    table.needed(key)
    name = table.text(key)
    if name is None:
        return ""
    field = _known(table, key, name, fields)
    if field is not None and kinds and field.kind not in kinds:
        table.refuse(key, "not-one-of", value=field.kind, near=near("", ()), allowed="، ".join(kinds))
    return name


def _known(table: Table, key: str, name: str, fields: Fields) -> Field | None:
    field = fields.by_name.get(name)
    if name not in fields.by_name:
        table.refuse(key, "no-such-field", value=name[:60], near=near(name, fields.by_name))
    elif field is not None and not (field.published and field.shown == "public"):
        table.refuse(key, "view-private", value=name)
    return field
