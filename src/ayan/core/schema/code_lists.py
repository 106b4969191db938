"""Reading the lists of codes that declarations name: closed lists, files of lists, and codes within texts."""

from __future__ import annotations

from collections.abc import Mapping

from ayan.core.schema.field import CodeEntry, CodeList
from ayan.core.schema.release_terms import read_day
from ayan.core.schema.tables import TomlTable, near
from ayan.core.values.label import Label
from ayan.core.values.text import fold


def read_code_list(table: TomlTable, name: str) -> CodeList:
    """The list of a file in ``codes/``: ``[[entry]]`` with code, fa, en, aliases and until."""
    entries = [_entry(entry_table) for entry_table in table.tables("entry", "code")] if table.needed("entry") else []
    table.close()
    if table.raw.get("entry") == []:
        table.refuse("entry", "empty")
    return _unambiguous(table, "entry", CodeList(name, tuple(entry for entry in entries if entry is not None)))


def read_choices(table: TomlTable, field: str, lists: Mapping[str, CodeList | None]) -> CodeList | None:
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
        return _unambiguous(
            table, "choices", CodeList(field, tuple(CodeEntry(text, Label(text, text)) for text in texts))
        )
    if not all(isinstance(item, Mapping) for item in value):
        table.wrong("choices", "choices")
        return None
    entries = [_entry(entry_table) for entry_table in table.tables("choices", "code")]
    return _unambiguous(table, "choices", CodeList(field, tuple(entry for entry in entries if entry is not None)))


def read_codes(table: TomlTable, field: str) -> CodeList | None:
    """A field's ``codes``: a list of entries with code, fa and en, each a word that its texts may hold."""
    value = table.raw_value("codes")
    if value is None:
        return None
    if not isinstance(value, list) or not value or not all(isinstance(item, Mapping) for item in value):
        table.wrong("codes", "codes")
        return None
    entries = [entry for each in table.tables("codes", "code") if (entry := _entry(each)) is not None]
    if any(len(entry.code.split()) != 1 for entry in entries):
        table.wrong("codes", "codes")
    return _unambiguous(table, "codes", CodeList(field, tuple(entries)))


def _entry(table: TomlTable) -> CodeEntry | None:
    table.needed("code")
    code, label, aliases = table.text("code"), table.words(), table.texts("aliases")
    until = read_day(table, "until")
    table.close()
    return CodeEntry(code, label, aliases or (), until) if code and label else None


def _unambiguous(table: TomlTable, key: str, codes: CodeList) -> CodeList:
    """The list, after every spelling was seen to stand for one code only, compared as cells are."""
    owner: dict[str, str] = {}
    seen: set[str] = set()
    if codes.entries and all(entry.until is not None for entry in codes.entries):
        table.refuse(key, "all-retired")
    for entry in codes.entries:
        if entry.code in seen:
            table.refuse(key, "repeated", value=entry.code)
        seen.add(entry.code)
        for spelling in entry.spellings:
            other = owner.setdefault(fold(spelling), entry.code)
            if other != entry.code:
                table.refuse(key, "same-spelling", value=spelling, code=entry.code, other=other)
    return codes
