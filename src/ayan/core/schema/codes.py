"""Reading code lists: from a file of their own, or written beside the field that uses them."""

from __future__ import annotations

from collections.abc import Mapping

from ayan.core.schema.definition import CodeEntry, CodeList
from ayan.core.schema.tables import Table, near
from ayan.core.values.label import Label
from ayan.core.values.text import fold


def read_code_list(table: Table, name: str) -> CodeList:
    """The list of a file in ``codes/``: ``[[entry]]`` with code, fa, en and aliases."""
    entries = [_entry(one) for one in table.tables("entry", "code")] if table.needed("entry") else []
    table.close()
    if table.raw.get("entry") == []:
        table.refuse("entry", "empty")
    return _held(table, "entry", CodeList(name, tuple(one for one in entries if one is not None)))


def read_choices(table: Table, field: str, lists: Mapping[str, CodeList | None]) -> CodeList | None:
    """A field's ``choices``: the name of a list, a list of texts that are their own labels, or a list of entries."""
    value = table.raw_value("choices")
    if value is None:
        return None
    if isinstance(value, str):
        if value not in lists:
            table.refuse("choices", "no-such-list", value=value[:60], near=near(value, lists))
        return lists.get(value)
    if not isinstance(value, list) or not value:
        table.wrong("choices", "choices")
        return None
    if all(isinstance(item, str) for item in value):
        texts = table.texts("choices") or ()
        return _held(table, "choices", CodeList(field, tuple(CodeEntry(text, Label(text, text)) for text in texts)))
    if not all(isinstance(item, Mapping) for item in value):
        table.wrong("choices", "choices")
        return None
    entries = [_entry(one) for one in table.tables("choices", "code")]
    return _held(table, "choices", CodeList(field, tuple(one for one in entries if one is not None)))


def _entry(table: Table) -> CodeEntry | None:
    table.needed("code")
    code, label, aliases = table.text("code"), table.words(), table.texts("aliases")
    table.close()
    return CodeEntry(code, label, aliases or ()) if code and label else None


def _held(table: Table, key: str, codes: CodeList) -> CodeList:
    """The list, after every spelling was seen to stand for one code only, compared as cells are."""
    owner: dict[str, str] = {}
    seen: set[str] = set()
    for entry in codes.entries:
        if entry.code in seen:
            table.refuse(key, "repeated", value=entry.code)
        seen.add(entry.code)
        for spelling in (entry.code, entry.label.fa, entry.label.en, *entry.aliases):
            other = owner.setdefault(fold(spelling), entry.code)
            if other != entry.code:
                table.refuse(key, "same-spelling", value=spelling, code=entry.code, other=other)
    return codes
