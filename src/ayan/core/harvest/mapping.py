"""Which table of a CKAN portal is which dataset here, and which of its columns is which field: a TOML file, read whole.

A portal that was not made for Ayan calls its columns what it likes; what is not mapped is matched by the names that the
dataset declares, and what matches nothing is left out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from ayan.core.schema.definition import Dataset
from ayan.core.schema.problem import DeclarationError, DeclarationProblems
from ayan.core.schema.tables import TomlTable, near, refuse_bare_dates
from ayan.core.values.canonical import Json, canonical_json, sha256_hex


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedTable:
    """One table there: the package, its resource (id or name; "" where it has one), and how it is read.

    ``rows`` is whether the datastore's rows are taken instead of the resource's file. ``columns`` gives fields by the
    header there, ``values`` a text for fields that hold the same in every row.
    """

    dataset: str
    package: str
    resource: str = ""
    period: str | None = None
    layout: str = "default"
    sheet: str | None = None
    rows: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of everything that decides how the table is read."""
        read: dict[str, Json] = {
            "layout": self.layout,
            "sheet": self.sheet,
            "rows": self.rows,
            "columns": dict(self.columns),
            "values": dict(self.values),
        }
        return sha256_hex(canonical_json(read))


def load_mapping(path: Path, datasets: Mapping[str, Dataset]) -> tuple[MappedTable, ...]:
    """The tables that a file maps. Raises DeclarationError with everything that is wrong with it."""
    problems = DeclarationProblems()
    raw: Mapping[str, object] = {}
    try:
        raw = tomllib.loads(path.read_bytes().decode("utf-8-sig"), parse_float=Decimal)
    except FileNotFoundError:
        problems.add(path.name, "", "file-missing")
    except OSError:
        problems.add(path.name, "", "file-unreadable")
    except UnicodeDecodeError:
        problems.add(path.name, "", "file-encoding")
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as fault:
        problems.add(path.name, "", "file-toml", reason=str(fault)[:160])
    refuse_bare_dates(raw, path.name, "", problems)
    top = TomlTable(raw, path.name, "", problems)
    if not problems.listed:
        top.needed("table")
    tables = tuple(_table(table, datasets) for table in top.tables("table", "dataset"))
    top.close()
    if problems.listed:
        raise DeclarationError(problems.listed)
    return tables


def _table(table: TomlTable, datasets: Mapping[str, Dataset]) -> MappedTable:
    for name in ("dataset", "package"):
        table.needed(name)
    dataset = table.one_of("dataset", datasets.keys())
    fields = {declared_field.name for declared_field in datasets[dataset].fields} if dataset else set()
    mapped = MappedTable(
        dataset=dataset or "",
        package=table.text("package") or "",
        resource=table.text("resource") or "",
        period=table.text("period"),
        layout=table.text("layout") or "default",
        sheet=table.text("sheet"),
        rows=bool(table.boolean("rows")),
        columns=_texts(table, "columns"),
        values=_texts(table, "values"),
    )
    if dataset:
        for key, named in (("columns", mapped.columns.values()), ("values", mapped.values.keys())):
            for field_name in named:
                if field_name not in fields:
                    table.refuse(key, "no-such-field", value=field_name, near=near(field_name, fields))
    taken = [*mapped.columns.values(), *mapped.values]
    for repeated in {name for name in taken if taken.count(name) > 1}:
        table.refuse("columns", "repeated", value=repeated)
    table.close()
    return mapped


def _texts(table: TomlTable, key: str) -> dict[str, str]:
    """A table of texts whose keys are free."""
    inner = table.table(key)
    if inner is None:
        return {}
    return {name: text for name in inner.raw if (text := inner.text(name)) is not None}
