"""From TOML to a Dataset, or to a refusal that lists everything wrong with the declaration at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, cast, get_args

from ayan.core.schema import definition
from ayan.core.schema.consistency import faults_of
from ayan.core.schema.declaration import DeclarationError, Fault, Table, read_toml
from ayan.core.schema.definition import (
    Bands,
    Calendar,
    Check,
    CodeEntry,
    CodeList,
    Dataset,
    Declared,
    Field,
    FieldReading,
    Kind,
    Label,
    Periodicity,
    Ref,
    Role,
    Severity,
    Shown,
    Source,
    Total,
)
from ayan.core.values import jalali, period
from ayan.core.values.canonical import canonical_json, sha256_hex
from ayan.core.values.money import MONEY_UNITS

SLUG: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*").fullmatch
_CADENCES: Final = get_args(definition.Cadence)


def load_dataset(folder: Path) -> Dataset:
    """The dataset declared in ``folder``: ``dataset.toml``, ``sources/*.toml`` and ``codes/*.toml``.

    Raises DeclarationError with every fault found. The dataset's ``digest`` is the SHA-256 of the canonical JSON of
    everything declared, so that a release can say by which declaration it was read.
    """
    faults: list[Fault] = []
    declared: dict[str, object] = {}
    main = read_toml(folder / "dataset.toml", f"{folder.name}/dataset.toml", faults)
    declared["dataset.toml"] = main
    codes: dict[str, CodeList] = {}
    for path in sorted((folder / "codes").glob("*.toml")):
        name = f"{folder.name}/codes/{path.name}"
        declared[f"codes/{path.name}"] = values = read_toml(path, name, faults)
        table = Table(values, name, "", faults)
        codes[path.stem] = CodeList(path.stem, table.each("entry", _code_entry))
        table.done()
    layouts: dict[str, Table] = {}
    for path in sorted((folder / "sources").glob("*.toml")):
        name = f"{folder.name}/sources/{path.name}"
        declared[f"sources/{path.name}"] = values = read_toml(path, name, faults)
        layouts[path.stem] = Table(values, name, "", faults)
    if not main:
        raise DeclarationError(faults)
    table = Table(main, f"{folder.name}/dataset.toml", "", faults)
    dataset = _dataset(table, codes, layouts)
    table.done()
    faults += faults_of(dataset, f"{folder.name}/dataset.toml")
    if dataset.slug != folder.name:
        table.fault("slug", "slug باید نام پوشه باشد.", f"The slug must be the folder's name, {folder.name}.")
    if faults:
        raise DeclarationError(faults)
    return replace(dataset, digest=sha256_hex(canonical_json(_plain(declared))))


def _plain(value: object) -> object:
    """TOML values as canonical JSON takes them: floats become their text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return repr(value) if isinstance(value, float) else value


def _dataset(table: Table, codes: Mapping[str, CodeList], layouts: Mapping[str, Table]) -> Dataset:
    slug = table.text("slug", required=True)
    if not SLUG(slug):
        table.fault("slug", "فقط a تا z، رقم و خط تیره.", "Only a to z, digits and hyphens.")
    cadence, grace = _cadence(table)
    nulls = table.texts("null")
    fields = table.each("field", lambda one: _field(one, codes, nulls))
    sources = {name: _source(one) for name, one in layouts.items()}
    own = table.table("source")
    sources["default"] = _source(own) if own is not None else sources.get("default", Source())
    return Dataset(
        slug=slug,
        title=table.sure_label("title"),
        description=table.sure_label("description"),
        owner=table.sure_label("owner"),
        topic=table.text("topic", required=True),
        fields=fields,
        key=table.texts("key"),
        period=cast(Periodicity, table.choice("period", period.KINDS, "none")),
        period_field=table.optional_text("period_field"),
        cadence=cadence,
        grace_days=grace,
        law=table.label("law"),
        licence=table.text("licence", "ODC-BY-1.0"),
        approvals=table.whole("approvals", 1, least=1, most=9) or 1,
        sources={name: replace(source, name=name) for name, source in sorted(sources.items())},
        checks=table.each("check", _check),
        bands=table.each("bands", _bands),
        totals=table.each("total", _total),
        flags=table.each("flag", _declared),
        views=table.each("view", _declared),
    )


def _cadence(table: Table) -> tuple[definition.Cadence, int]:
    value = table.raw("cadence")
    if isinstance(value, Mapping):
        inner = table.table("cadence")
        if inner is not None:
            every = inner.choice("every", _CADENCES, "irregular")
            grace = inner.whole("grace_days", 0) or 0
            inner.done()
            return cast(definition.Cadence, every), grace
    return cast(definition.Cadence, table.choice("cadence", _CADENCES, "irregular")), 0


def _code_entry(table: Table) -> CodeEntry:
    code = table.text("code", required=True)
    return CodeEntry(
        code, Label(table.text("fa", required=True), table.text("en", required=True)), table.texts("aliases")
    )


def _field(table: Table, codes: Mapping[str, CodeList], nulls: tuple[str, ...]) -> Field:
    name = table.text("name", required=True)
    kind = cast(Kind, table.choice("kind", definition.KINDS) or _missing_kind(table))
    calendar = cast(Calendar, table.choice("calendar", get_args(Calendar), "jalali"))
    return Field(
        name=name,
        kind=kind,
        label=table.sure_label("label"),
        description=table.label("description"),
        aliases=table.texts("aliases"),
        position=table.whole("position", least=1, most=16_384),
        required=table.flag("required"),
        minimum=_bound(table, "minimum", kind),
        maximum=_bound(table, "maximum", kind),
        max_length=table.whole("max_length", least=1, most=10_000_000),
        choices=_choices(table, codes),
        pattern=table.optional_text("pattern"),
        ref=_ref(table),
        money_unit=str(table.choice("money_unit", tuple(MONEY_UNITS), "rial")),
        calendar=calendar,
        formats=table.texts("formats"),
        century=table.whole("century", least=1200, most=1900),
        null=(*nulls, *table.texts("null")),
        strip=table.texts("strip"),
        scale=table.whole("scale", 2, least=0, most=18) or 0,
        slash_decimal=table.flag("slash_decimal"),
        unit=table.label("unit"),
        shown=cast(Shown, table.choice("shown", get_args(Shown), "public")),
        role=cast("Role | None", table.choice("role", get_args(Role))),
    )


def _missing_kind(table: Table) -> str:
    if "kind" not in table:
        table.fault("kind", "نوع لازم است.", "The kind is required.")
    return "text"


def _bound(table: Table, key: str, kind: str) -> Decimal | date | None:
    value = table.raw(key)
    if value is None:
        return None
    try:
        if kind == "date":
            return (
                jalali.to_gregorian(jalali.parse_jalali(str(value)))
                if str(value) < "17"
                else date.fromisoformat(str(value))
            )
        if isinstance(value, (int, str)) and not isinstance(value, bool):
            return Decimal(str(value))
        if isinstance(value, float):
            return Decimal(repr(value))
    except (ValueError, InvalidOperation):
        pass
    table.fault(key, "باید عدد یا تاریخ در گیومه باشد.", "This must be a number, or a date in quotes.")
    return None


def _choices(table: Table, codes: Mapping[str, CodeList]) -> CodeList | None:
    value = table.raw("choices")
    if value is None:
        return None
    if isinstance(value, str):
        if value not in codes:
            table.fault("choices", f"codes/{value}.toml نیست.", f"There is no codes/{value}.toml.")
        return codes.get(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return CodeList("", tuple(CodeEntry(item, Label(item, item)) for item in value))
    return CodeList("", table.each("choices", _code_entry))


def _ref(table: Table) -> Ref | None:
    value = table.raw("ref")
    if value is None:
        return None
    required = False
    if isinstance(value, Mapping):
        inner = table.table("ref")
        if inner is not None:
            value, required = inner.text("to", required=True), inner.flag("required")
            inner.done()
    dataset, _, field = str(value).partition(".")
    if not SLUG(dataset) or not field:
        table.fault("ref", "باید به شکل slug.field باشد.", "This must be slug.field.")
        return None
    return Ref(dataset, field, required)


def _source(table: Table) -> Source:
    sheet = table.raw("sheet")
    ignore = table.raw("ignore")
    inner = table.table("fields")
    readings: dict[str, FieldReading] = {}
    if inner is not None:
        for name in inner.keys():
            one = inner.table(name)
            if one is not None:
                readings[name] = _reading(one)
                one.done()
        inner.done()
    made = Source(
        label=table.label("label"),
        sheet=sheet if isinstance(sheet, (str, int)) else None,
        header_row=table.whole("header_row", least=1),
        header_rows=table.whole("header_rows", 1, least=0, most=10) or 0,
        data_row=table.whole("data_row", least=1),
        headers=table.optional_texts("headers"),
        delimiter=table.optional_text("delimiter"),
        encoding=table.optional_text("encoding"),
        ignore=tuple(item for item in ignore if isinstance(item, (str, int))) if isinstance(ignore, list) else (),
        totals=table.texts("totals"),
        fields=readings,
    )
    if made.headers is not None and made.data_row is None:
        table.fault(
            "data_row", "با headers باید بگویید داده از کدام ردیف است.", "With headers, say where the data start."
        )
    if made.delimiter is not None and len(made.delimiter) != 1:
        table.fault("delimiter", "باید یک نویسه باشد.", "This must be one character.")
    table.done()
    return made


def _reading(table: Table) -> FieldReading:
    return FieldReading(
        aliases=table.optional_texts("aliases"),
        position=table.whole("position", least=1, most=16_384),
        money_unit=table.choice("money_unit", tuple(MONEY_UNITS)),
        calendar=cast("Calendar | None", table.choice("calendar", get_args(Calendar))),
        formats=table.optional_texts("formats"),
        century=table.whole("century", least=1200, most=1900),
        null=table.optional_texts("null"),
        strip=table.optional_texts("strip"),
        slash_decimal=table.optional_flag("slash_decimal"),
        constant=table.optional_text("constant"),
    )


def _check(table: Table) -> Check:
    severity = cast(Severity, table.choice("severity", get_args(Severity), "error"))
    return Check(
        table.text("code", required=True), table.text("sql", required=True), severity, table.sure_label("message")
    )


def _bands(table: Table) -> Bands:
    lower, upper = table.text("lower", required=True), table.text("upper", required=True)
    return Bands(lower, upper, table.texts("by"), table.flag("inclusive"))


def _total(table: Table) -> Total:
    return Total(table.text("code", required=True), table.text("sql", required=True), table.sure_label("label"))


def _declared(table: Table) -> Declared:
    values = {key: table.raw(key) for key in table.keys()}
    return Declared(table.text("code", required=True), values)
