"""Reading what a number means: whether it may be added up, what dates it, and which rows are money in or money out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, get_args

from ayan.core.schema import field as declared
from ayan.core.schema.definition import Periodicity
from ayan.core.schema.field import AT_RELEASE, Field, Kind, Nature, Sides
from ayan.core.schema.tables import TomlTable, near
from ayan.core.values.place import Bbox, as_extent

_NATURES: Final[tuple[declared.Nature, ...]] = get_args(declared.Nature)


def read_measure(table: TomlTable, kind: Kind) -> tuple[Nature | None, str, str]:
    """``nature``, ``at`` and ``share_of`` of a field; only numbers have any of them."""
    nature, at, share_of = table.one_of("nature", _NATURES), table.text("at") or "", table.text("share_of") or ""
    if not kind.summable:
        for key in ("nature", "at", "share_of"):
            if table.has(key):
                table.refuse(key, "measure-kind", kind=kind.label)
        return None, "", ""
    if nature == "stock" and not at:
        table.refuse("at", "stock-at")
    if at and nature != "stock":
        table.refuse("at", "at-alone")
        at = ""
    if nature == "rate" and table.raw.get("role") in ("amount", "quantity"):
        table.refuse("nature", "rate-role", role=table.raw["role"])
    return nature, at, share_of


def read_sides(table: TomlTable) -> Sides | None:
    """``side = { in = […], out = […] }``: the codes of money in and of money out."""
    inner = table.table("side")
    if inner is None:
        return None
    came_in, went_out = inner.texts("in") or (), inner.texts("out") or ()
    inner.close()
    for code in sorted(set(came_in) & set(went_out)):
        inner.refuse("out", "repeated", value=code)
    if not came_in and not went_out:
        table.refuse("side", "side-empty")
        return None
    return Sides(came_in, went_out)


def judge_measures(by_name: Mapping[str, Field | None], tables: Sequence[TomlTable], period: Periodicity) -> None:
    """Refuse a measure that names no field, or one that cannot be what it is called, and a side that names no code."""
    sided = ""
    for table in tables:
        field = by_name.get(str(table.raw.get("name")))
        if field is None:
            continue
        if field.at == AT_RELEASE:
            if period != "none":
                table.refuse("at", "at-release")
        elif field.at:
            dated = _named(table, "at", field.at, by_name)
            if dated is not None and not (dated.kind.is_day or dated.kind.is_period):
                table.refuse("at", "at-kind", value=dated.name)
            elif dated is not None and not dated.required:
                table.refuse("at", "at-optional", value=dated.name)
        if field.share_of:
            whole = _named(table, "share_of", field.share_of, by_name)
            if whole is not None and (whole.kind != field.kind or whole.name == field.name):
                table.refuse("share_of", "share-kind", value=whole.name)
        if field.side is not None:
            _judge_sides(table, field, field.side)
            if sided:
                table.refuse("side", "side-twice", other=sided)
            sided = sided or field.name


def _named(table: TomlTable, key: str, name: str, by_name: Mapping[str, Field | None]) -> Field | None:
    """The field that a key names, which everybody can see; None, with the reason noted, where there is none."""
    if name not in by_name:
        table.refuse(key, "no-such-field", value=name[:60], near=near(name, by_name))
        return None
    field = by_name[name]
    if field is not None and (field.shown != "public" or not field.published):
        table.refuse(key, "measure-private", value=name)
        return None
    return field


def _judge_sides(table: TomlTable, field: Field, sides: Sides) -> None:
    if field.choices is None:
        table.refuse("side", "place-unlisted", value=field.name)
        return
    codes = [entry.code for entry in field.choices.entries]
    for key, named in (("in", sides.came_in), ("out", sides.went_out)):
        for code in named:
            if code not in codes:
                table.refuse(f"side.{key}", "not-one-of", value=code[:60], near=near(code, codes), allowed=list(codes))
    if field.shown != "public":
        table.refuse("side", "measure-private", value=field.name)


def read_extent(table: TomlTable) -> Bbox | None:
    """The box within which shapes lie: west, south, east and north in degrees."""
    value = table.raw_value("extent")
    extent = None if value is None else as_extent(value)
    if value is not None and extent is None:
        table.wrong("extent", "extent")
    return extent
