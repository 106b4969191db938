"""Changes of a table's TOML that leave alone what they are not about: codes of a list, columns, facts of the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array, InlineTable, Table

from ayan.core.schema.definition import MAIN
from ayan.core.schema.toml_text import BadToml, read_toml
from ayan.core.values.refusal import Refusal
from ayan.wiring.table_folder import Texts

DeclaredValue: TypeAlias = str | int | bool | Sequence[str] | Mapping[str, str] | None
"""What a key is to say; words in several languages are a mapping, and None takes the key away."""
Form: TypeAlias = Literal["file", "entries", "texts"]


class TextOnly(Refusal, ValueError):
    """A file that is written in a way in which only its text can be changed."""

    code = "table-text-only"
    fa = "این جدول به شکلی نوشته شده است که تنها در متن آن می‌توان این را تغییر داد."
    en = "This table is written in a way in which this can only be changed in its text."
    status = 422


class NoSuchPart(Refusal, LookupError):
    """A list, a code or a column that the table has not, or no longer."""

    code = "table-part"
    fa = "این جدول دیگر آن را ندارد. صفحه را دوباره ببینید."
    en = "This table has it no more. Look at the page again."
    status = 404


class AlreadyThere(Refusal, ValueError):
    """A code or a column that the table has already."""

    code = "table-part-there"
    fa = "این در جدول هست."
    en = "The table has it already."
    status = 422


_THERE: Final = ("«{name}» در این جدول هست.", "This table has “{name}” already.")


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Where a list of codes stands: its name, its file, how it is written there, and the columns that take from it.

    A list within the declaration itself is named by its column: ``entries`` are codes with their words, ``texts`` are
    codes and words in one.
    """

    name: str
    file: str
    form: Form
    fields: tuple[str, ...]


def lists_of(texts: Texts) -> dict[str, ListPlace]:
    """The lists of codes of a table by their names, in the order of its columns. Raises BadToml."""
    places: dict[str, ListPlace] = {}
    for field in _fields(read_toml(texts.get(MAIN, ""))):
        name, choices = str(field.get("name", "")), field.get("choices")
        if isinstance(choices, str) and f"codes/{choices}.toml" in texts:
            used = places[choices].fields if choices in places else ()
            places[choices] = ListPlace(choices, f"codes/{choices}.toml", "file", (*used, name))
        elif isinstance(choices, list) and name:
            form: Form = "texts" if all(isinstance(each, str) for each in choices) else "entries"
            places.setdefault(name, ListPlace(name, MAIN, form, (name,)))
    return places


def list_of_field(texts: Texts, field: str) -> ListPlace:
    """The list of a column. Raises NoSuchPart for a column without one."""
    place = next((each for each in lists_of(texts).values() if field in each.fields), None)
    if place is None:
        raise NoSuchPart
    return place


# --- codes ------------------------------------------------------------------------------------------------------------


def with_code(texts: Texts, name: str, entry: Mapping[str, DeclaredValue]) -> dict[str, str]:
    """The file of a list with one more code at its end. Raises NoSuchPart, AlreadyThere and TextOnly."""
    place = _place(texts, name)
    document = _document(texts, place.file)
    codes = _codes(document, place)
    if any(_code_of(each) == entry["code"] for each in codes):
        raise AlreadyThere(*_THERE, "code").format(name=str(entry["code"]))
    if place.form == "texts":
        codes.append(str(entry["code"]))
    elif place.form == "file":
        _append(codes, entry)
    else:
        codes.append(_inline(entry))
    return {place.file: _written(document)}


def with_changed_code(texts: Texts, name: str, code: str, changed: Mapping[str, DeclaredValue]) -> dict[str, str]:
    """The file of a list with other words for a code, or its last day; the code itself stays. Raises as `with_code`."""
    place = _place(texts, name)
    if place.form == "texts":
        raise TextOnly
    document = _document(texts, place.file)
    codes = _codes(document, place)
    position = next((at for at, each in enumerate(codes) if _code_of(each) == code), None)
    if position is None:
        raise NoSuchPart
    if place.form == "entries":
        said = {**codes[position].unwrap(), **changed}
        codes[position] = _inline({key: value for key, value in said.items() if value is not None})
    else:
        _change(codes[position], changed)
    return {place.file: _written(document)}


def _place(texts: Texts, name: str) -> ListPlace:
    place = lists_of(texts).get(name)
    if place is None:
        raise NoSuchPart
    return place


def _codes(document: TOMLDocument, place: ListPlace) -> Any:
    if place.form == "file":
        codes = document.get("entry")
        if not isinstance(codes, AoT):
            raise TextOnly
        return codes
    codes = _field(document, place.fields[0]).get("choices")
    if not isinstance(codes, Array):
        raise TextOnly
    return codes


def _code_of(entry: Any) -> str:
    return str(entry.get("code", "")) if isinstance(entry, Table | InlineTable) else str(entry)


# --- columns and the whole --------------------------------------------------------------------------------------------


def with_column(texts: Texts, said: Mapping[str, DeclaredValue]) -> dict[str, str]:
    """The declaration with one more column at the end. Raises AlreadyThere and TextOnly."""
    document = _document(texts, MAIN)
    fields = document.get("field")
    if not isinstance(fields, AoT):
        raise TextOnly
    if any(each.get("name") == said["name"] for each in fields):
        raise AlreadyThere(*_THERE, "name").format(name=str(said["name"]))
    _append(fields, said)
    return {MAIN: _written(document)}


def with_changed_column(texts: Texts, name: str, changed: Mapping[str, DeclaredValue]) -> dict[str, str]:
    """The declaration with other facts of a column. Raises NoSuchPart and TextOnly."""
    document = _document(texts, MAIN)
    _change(_field(document, name), changed)
    return {MAIN: _written(document)}


def with_changed_facts(texts: Texts, changed: Mapping[str, DeclaredValue]) -> dict[str, str]:
    """The declaration with other facts of the whole table. Raises TextOnly."""
    document = _document(texts, MAIN)
    _change(document, changed)
    return {MAIN: _written(document)}


def _field(document: TOMLDocument, name: str) -> Any:
    fields = document.get("field")
    if not isinstance(fields, AoT):
        raise TextOnly
    field = next((each for each in fields if each.get("name") == name), None)
    if field is None:
        raise NoSuchPart
    return field


def _fields(said: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    fields = said.get("field", ())
    return (each for each in fields if isinstance(each, Mapping)) if isinstance(fields, list) else iter(())


# --- TOML -------------------------------------------------------------------------------------------------------------

_MARK: Final = "\n"


def _document(texts: Texts, file: str) -> TOMLDocument:
    if file not in texts:
        raise NoSuchPart
    # Said in words of ours where it is no TOML; the other parser has words of its own.
    read_toml(texts[file])
    try:
        return tomlkit.parse(texts[file].rstrip() + _MARK)
    except TOMLKitError:
        raise TextOnly from None


def _written(document: TOMLDocument) -> str:
    text = tomlkit.dumps(document).rstrip() + _MARK
    try:
        read_toml(text)
    except BadToml:
        raise TextOnly from None
    return text


def _append(tables: AoT, said: Mapping[str, DeclaredValue]) -> None:
    table = tomlkit.table()
    for key, value in said.items():
        if value is not None:
            table.add(key, _item(value))
    # An empty line between two tables belongs to the end of the first.
    parted = bool(tables) and tables[-1].as_string().endswith("\n\n")
    if parted:
        table.add(tomlkit.nl())
    elif tables:
        tables[-1].add(tomlkit.nl())
    tables.append(table)


def _change(table: Any, changed: Mapping[str, DeclaredValue]) -> None:
    for key, value in changed.items():
        if value is None:
            table.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(table.get(key), MutableMapping):
            if isinstance(table[key], InlineTable):
                table[key] = _inline({**table[key].unwrap(), **value})
            else:
                # Written with dots, ``label.fa``, each word on its line.
                for lang, words in value.items():
                    table[key][lang] = words
        elif table.get(key) != value:
            table[key] = _item(value)


def _item(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _inline(value)
    return list(value) if isinstance(value, tuple) else value


def _inline(said: Mapping[str, Any]) -> InlineTable:
    table = tomlkit.inline_table()
    for key, value in said.items():
        if value is not None:
            table[key] = _item(value)
    return table
