"""From a folder of TOML to a dataset, or to one refusal that lists everything that is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Final, get_args

from ayan.core.schema.catalogue import CATALOGUE
from ayan.core.schema.code_lists import read_code_list
from ayan.core.schema.companion_file import expanded, read_companion
from ayan.core.schema.definition import MAIN, NOTE_ABOVE, Cadence, Dataset, Layout, Periodicity
from ayan.core.schema.expression_trial import ExpressionTrial
from ayan.core.schema.field import CodeList, Field
from ayan.core.schema.fields import SLUG, FieldContext, read_field, required_key
from ayan.core.schema.layouts import read_source
from ayan.core.schema.limits import LARGEST_DECLARATION
from ayan.core.schema.measures import judge_measures
from ayan.core.schema.privacy import read_anonymity
from ayan.core.schema.problem import DeclarationError, DeclarationProblem, DeclarationProblems
from ayan.core.schema.release_terms import InAdvance, read_retention, read_withheld
from ayan.core.schema.rules import FieldNames, read_bands, read_checks, read_totals
from ayan.core.schema.tables import TomlTable, near, refuse_bare_dates
from ayan.core.schema.toml_text import BadToml, read_toml
from ayan.core.schema.views import read_views
from ayan.core.values.canonical import Json, canonical_json, sha256_hex
from ayan.core.values.label import Label
from ayan.core.values.limits import LARGEST_INTEGER

__all__ = ["MAIN", "DeclarationError", "DeclarationProblem", "declaration_files", "load_dataset"]

_PERIODS: Final[tuple[Periodicity, ...]] = get_args(Periodicity)
_CADENCES: Final[tuple[Cadence, ...]] = get_args(Cadence)


def declaration_files(folder: Path) -> tuple[Path, ...]:
    """The files that make up the declaration in ``folder``, in a fixed order; examples and guides are none of them."""
    inner = [path for room in ("codes", "sources") for path in sorted((folder / room).glob("*.toml"))]
    return (folder / MAIN, *inner)


def declaration_stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, time of change and size of every file of the declaration in ``folder``; one that has just gone is left out.

    Asked for of every dataset with every page, and so without an object for each path.
    """
    stamp, name = [], str(folder)
    with suppress(OSError):
        # Beside it stand guides, flags and questions, which need not be listed.
        stats = os.stat(f"{name}/{MAIN}")  # noqa: PTH116 - as above
        stamp.append((f"/{MAIN}", stats.st_mtime_ns, stats.st_size))
    for room in ("codes", "sources"):
        with suppress(OSError), os.scandir(f"{name}/{room}") as entries:
            for entry in entries:
                if entry.name.endswith(".toml"):
                    stats = entry.stat()
                    stamp.append((f"{room}/{entry.name}", stats.st_mtime_ns, stats.st_size))
    return tuple(sorted(stamp))


def load_dataset(folder: Path) -> Dataset:
    """The dataset declared in ``folder``: dataset.toml, codes/*.toml, sources/*.toml.

    Raises DeclarationError with every fault of every file. ``digest`` of the result is the SHA-256 of the canonical
    JSON of what the files say; comments and layout do not change it.
    """
    problems = DeclarationProblems()
    files = {path.relative_to(folder).as_posix(): _parsed(path, folder, problems) for path in declaration_files(folder)}
    known = {name: raw for name, raw in files.items() if raw is not None}
    if MAIN not in known:
        raise DeclarationError(problems.listed)
    with ExpressionTrial() as trial:
        dataset = _Loading(folder.name, known, problems, trial).dataset()
    if problems.listed:
        raise DeclarationError(problems.listed)
    return dataset


def _parsed(path: Path, folder: Path, problems: DeclarationProblems) -> Mapping[str, object] | None:
    file = f"{folder.name}/{path.relative_to(folder).as_posix()}"
    try:
        if path.stat().st_size > LARGEST_DECLARATION:
            problems.add(file, "", "out-of-range", low=1, high=LARGEST_DECLARATION)
            return None
        raw = read_toml(path.read_bytes())
    except FileNotFoundError:
        problems.add(file, "", "file-missing")
    except OSError:
        problems.add(file, "", "file-unreadable")
    except UnicodeDecodeError:
        problems.add(file, "", "file-encoding")
    except BadToml as fault:
        problems.add(file, "", "file-toml", reason=fault.label)
    else:
        refuse_bare_dates(raw, file, "", problems)
        return raw
    return None


@dataclass(slots=True)
class _Loading:
    """One loading: the parsed files of a folder and the faults found in them so far."""

    folder: str
    files: Mapping[str, Mapping[str, object]]
    problems: DeclarationProblems
    trial: ExpressionTrial

    def dataset(self) -> Dataset:
        """The dataset; only to be used when no fault was noted."""
        said = self.files[MAIN]
        top = TomlTable(expanded(said), f"{self.folder}/{MAIN}", "", self.problems)
        slug = self._slug(top)
        lists = self._lists()
        around = FieldContext(lists, top.texts("null") or (), self.trial)
        tables = top.tables("field", "name") if top.needed("field") else []
        if top.raw.get("field") == []:
            top.refuse("field", "no-fields")
        by_name = _fields(tables, around)
        self._unused(lists, tables)
        key = _key(top, by_name, tables)
        _judge_together(top, by_name)
        cadence, grace = _cadence(top)
        period, period_field = _period(top, by_name)
        judge_measures(by_name, tables, period)
        companion = read_companion(top, slug, said)
        fields = FieldNames(by_name, self.trial)
        dataset = Dataset(
            slug=slug,
            title=top.needed_label("title"),
            description=top.needed_label("description"),
            owner=top.needed_label("owner"),
            topic=self._topic(top),
            fields=tuple(fields.sound),
            key=key,
            period=period,
            period_field=period_field,
            cadence=cadence,
            grace_days=grace,
            law=top.label("law"),
            licence=top.text("licence") or "ODC-BY-1.0",
            approvals=top.whole("approvals", 1, 9) or 1,
            note_above=_note_above(top),
            sources=self._sources(top, by_name, around),
            checks=read_checks(top.tables("check", "code"), fields),
            bands=read_bands(top.tables("bands", "lower"), fields),
            totals=read_totals(top.tables("total", "code"), fields),
            anonymity=read_anonymity(top, by_name),
            retention=read_retention(top),
            withheld=read_withheld(top),
            in_advance=_in_advance(top),
            views=read_views(top.tables("view", "code"), fields),
            companion=companion,
            digest=sha256_hex(canonical_declaration(self.files)),
        )
        top.close(flag="flag-elsewhere")
        return dataset

    def _table(self, name: str) -> TomlTable:
        return TomlTable(self.files[name], f"{self.folder}/{name}", "", self.problems)

    def _inner(self, room: str) -> list[tuple[str, TomlTable]]:
        """The tables of ``codes/`` or ``sources/`` with their names, which are those of their files."""
        named_tables = []
        for path in self.files:
            if path.startswith(f"{room}/"):
                name = path.removeprefix(f"{room}/").removesuffix(".toml")
                table = self._table(path)
                if not SLUG.fullmatch(name):
                    table.refuse("", "file-name")
                named_tables.append((name, table))
        return named_tables

    def _slug(self, top: TomlTable) -> str:
        slug = (top.text("slug") if top.needed("slug") else None) or ""
        if slug and not SLUG.fullmatch(slug):
            top.refuse("slug", "slug-form")
        elif slug and slug != self.folder:
            top.refuse("slug", "folder-name", slug=slug)
        return slug

    def _topic(self, top: TomlTable) -> str:
        topic = (top.text("topic") if top.needed("topic") else None) or ""
        if topic and not SLUG.fullmatch(topic):
            top.refuse("topic", "slug-form")
        return topic

    def _lists(self) -> dict[str, CodeList | None]:
        return {name: read_code_list(table, name) for name, table in self._inner("codes")}

    def _unused(self, lists: Mapping[str, CodeList | None], tables: list[TomlTable]) -> None:
        used = {table.raw.get("choices") for table in tables if isinstance(table.raw.get("choices"), str)}
        for name in lists:
            if name not in used:
                self._table(f"codes/{name}.toml").refuse("", "list-unused")

    def _sources(self, top: TomlTable, fields: Mapping[str, Field | None], around: FieldContext) -> dict[str, Layout]:
        """The layouts by name; ``default``, which finds its columns by their labels, is always among them."""
        declared = top.table("source") or TomlTable({}, top.file, "source", self.problems)
        layouts = {"default": read_source(declared, "default", fields, around)}
        for name, table in self._inner("sources"):
            if name == "default" and top.has("source"):
                table.refuse("", "source-twice")
            layouts[name] = read_source(table, name, fields, around)
        return layouts


def _fields(tables: list[TomlTable], around: FieldContext) -> dict[str, Field | None]:
    """The fields by name in declared order; None for one that was refused, so that others may still speak of it."""
    fields: dict[str, Field | None] = {}
    for position, table in enumerate(tables, 1):
        field = read_field(table, around)
        said = table.raw.get("name")
        name = field.name if field else said if isinstance(said, str) else f"#{position}"
        if name in fields:
            table.refuse("name", "repeated", value=name[:60])
        fields.setdefault(name, field)
    return fields


def _key(top: TomlTable, by_name: dict[str, Field | None], tables: list[TomlTable]) -> tuple[str, ...]:
    """The key; its fields become required. Addresses of rows are made of keys, so nothing hidden may be in one."""
    key = top.texts("key") or ()
    declared = {table.raw.get("name"): table for table in tables if isinstance(table.raw.get("name"), str)}
    for name in key:
        if name not in by_name:
            top.refuse("key", "no-such-field", value=name[:60], near=near(name, by_name))
            continue
        field = by_name[name]
        if field is None:
            continue
        if field.shown != "public" or not field.published:
            top.refuse("key", "key-not-public", value=name)
        elif not field.kind.addressable:
            top.refuse("key", "key-kind", kind=field.kind.label)
        by_name[name] = required_key(declared[name], field)
    return key


def _judge_together(top: TomlTable, by_name: Mapping[str, Field | None]) -> None:
    fields = [field for field in by_name.values() if field is not None]
    roles = [field.role for field in fields]
    if (roles.count("longitude"), roles.count("latitude")) not in ((0, 0), (1, 1)):
        top.refuse("field", "role-alone")
    if (
        fields
        and None not in by_name.values()
        and not any(field.published and field.shown == "public" for field in fields)
    ):
        top.refuse("field", "nothing-published")
    for field in fields:
        if field.first_of and not _can_be_worked_out(field, by_name):
            top.refuse(f"field[{field.name}].first_of", "first-of")
    labels: dict[str, str] = {}
    for field in fields:
        for words in (field.label.fa, field.label.en):
            other = labels.setdefault(words, field.name)
            if words and other != field.name:
                top.refuse(f"field[{field.name}].label", "same-header", value=words, other=Label(other, other))


def _can_be_worked_out(field: Field, by_name: Mapping[str, Field | None]) -> bool:
    """Whether a field and those that it is the first filled of are public, of one kind, and read from nowhere else."""
    others = [by_name.get(name) for name in field.first_of]
    return (
        len(others) > 1
        and not field.required
        and field.ref is None
        and field.choices is None
        and all(
            each is not None and each.published and each.shown == "public" and each.kind is field.kind
            for each in (field, *others)
        )
        and all(each is not None and not each.first_of and each.scale == field.scale for each in others)
    )


def _note_above(top: TomlTable) -> int:
    percent = top.whole("note_above", 0, 1000)
    return NOTE_ABOVE if percent is None else percent


def _in_advance(top: TomlTable) -> InAdvance | None:
    """``[in_advance]``: within which bounds files that come by themselves go out on approvals given beforehand."""
    table = top.table("in_advance")
    if table is None:
        return None
    percent = table.whole("change_percent", 0, 1000) if table.needed("change_percent") else None
    harmless = table.texts("harmless") or ()
    for code in harmless:
        if code not in CATALOGUE and not code.startswith("check:"):
            table.refuse(
                "harmless",
                "not-one-of",
                value=code[:60],
                near=near(code, CATALOGUE),
                allowed="docs/reference/issues.md",
            )
    days = table.whole("longest_days", 1, 1100) or 366
    table.close()
    return None if percent is None else InAdvance(percent, harmless, days)


def _cadence(top: TomlTable) -> tuple[Cadence, int]:
    """How often the data is due, and how many days late is not late yet."""
    value = top.raw_value("cadence")
    if value is None or isinstance(value, str):
        return top.one_of("cadence", _CADENCES) or "irregular", 0
    if not isinstance(value, Mapping):
        top.wrong("cadence", "cadence")
        return "irregular", 0
    table = TomlTable(value, top.file, "cadence", top.problems)
    every = table.one_of("every", _CADENCES) if table.needed("every") else None
    grace = table.whole("grace_days", 0, 366) or 0
    table.close()
    return every or "irregular", grace


def _period(top: TomlTable, by_name: Mapping[str, Field | None]) -> tuple[Periodicity, str | None]:
    period = top.one_of("period", _PERIODS) or "none"
    name = top.text("period_field")
    if name is None:
        return period, None
    if period == "none":
        top.refuse("period_field", "period-none")
    if name not in by_name:
        top.refuse("period_field", "no-such-field", value=name[:60], near=near(name, by_name))
        return period, None
    field = by_name[name]
    if field is not None and not field.kind.is_day:
        top.refuse("period_field", "period-kind")
    return period, name


def canonical_declaration(said: Mapping[str, object]) -> bytes:
    """What parsed TOML says, as canonical JSON. Raises NotCanonical for a text that is no Unicode."""
    return canonical_json(_plain(said))


def _plain(value: object) -> Json:
    """Parsed TOML as canonical JSON can hold it: exact decimals and very large numbers as text."""
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int) and abs(value) <= LARGEST_INTEGER:
        return value
    return value.isoformat() if isinstance(value, date | time) else str(value)
