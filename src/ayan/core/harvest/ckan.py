"""A CKAN portal: its action API, the file of one of its tables, and which table there is which dataset here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urlencode, urljoin, urlsplit

from ayan.core.harvest.limits import MOST_RESOURCES_NAMED
from ayan.core.harvest.portal import CarefulPortal, NotHarvested
from ayan.core.intake.table import printable_name
from ayan.core.schema.definition import Dataset
from ayan.core.schema.problem import DeclarationError, DeclarationProblems
from ayan.core.schema.tables import TomlTable, near, refuse_bare_dates
from ayan.core.schema.toml_text import BadToml, read_toml
from ayan.core.system.files import rename
from ayan.core.values.canonical import Json, canonical_json, sha256_hex

# What a table can come in, and the ending by which it is known; a resource says it in a word of its own.
_ENDINGS: Final[Mapping[str, str]] = {
    "csv": "csv", "tsv": "tsv", "txt": "txt", "xlsx": "xlsx", "xls": "xls", "ods": "ods", "geojson": "geojson",
    "xlsb": "xlsb", "json": "json", "ndjson": "ndjson", "jsonl": "jsonl", "xml": "xml", "zip": "zip",
}  # fmt: skip
_UNSAFE: Final = re.compile(r"[^\w.-]+")
_ADDRESS: Final = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One table of a package, as the portal describes it; ``title`` and ``licence`` are the package's."""

    id: str
    name: str
    address: str
    ending: str
    page: str
    title: str
    licence: str
    changed: str


@dataclass(frozen=True, slots=True)
class TakenFile:
    """The file of a table: where it stands, its SHA-256 (hex), and where it was fetched from."""

    path: Path
    digest: str
    address: str


def find(portal: CarefulPortal, table: MappedTable) -> Resource:
    """The resource that a mapping means. NotHarvested where there is none or more than one; Ended on the way."""
    package = _action(portal, "package_show", id=table.package)
    resources = [resource for resource in package.get("resources", ()) if isinstance(resource, dict)]
    if table.resource:
        matches = [resource for resource in resources if table.resource in (resource.get("id"), resource.get("name"))]
    else:
        matches = [resource for resource in resources if _ending(resource)]
    if len(matches) != 1:
        names = [printable_name(str(resource.get("name") or resource.get("id"))) for resource in resources]
        more = ["…"] if len(names) > MOST_RESOURCES_NAMED else []
        raise NotHarvested(
            "resource",
            "در «{package}» باید یک جدول نام برده شود (resource). هست: {names}",
            "Name one table of “{package}” (resource). There are: {names}",
        ).format(package=printable_name(table.package), names=[*names[:MOST_RESOURCES_NAMED], *more] or "—")
    return _resource(portal, package, matches[0])


def take(portal: CarefulPortal, table: MappedTable, resource: Resource, folder: Path) -> TakenFile:
    """Fetch the table's file into ``folder``."""
    address, ending = resource.address, resource.ending or "csv"
    if table.rows:
        address, ending = f"{portal.name}/datastore/dump/{quote(resource.id, safe='')}", "csv"
    try:
        fetched = portal.take(address)
    except FileNotFoundError:
        raise NotHarvested(
            "gone", "پروندهٔ این جدول در آن سامانه نیست.", "The file of this table is not at that portal."
        ) from None
    if fetched.path is None or not fetched.size:
        raise NotHarvested("empty", "پروندهٔ این جدول خالی است.", "The file of this table is empty.")
    stem = _UNSAFE.sub("_", unquote(Path(urlsplit(resource.address).path).stem))[-80:].strip("._") or "table"
    path = folder / f"{stem}.{ending}"
    rename(fetched.path, path)
    return TakenFile(path, fetched.digest, address)


def _action(portal: CarefulPortal, action: str, **parameters: str) -> dict[str, Any]:
    """What an action answers with."""
    address = f"{portal.name}/api/3/action/{action}?{urlencode(parameters)}"
    try:
        reply = json.loads(portal.document(address))
        result = reply["result"] if reply["success"] is True else None
    except FileNotFoundError:
        result = None
    except (ValueError, KeyError, TypeError):
        raise NotHarvested(
            "not-ckan",
            "{name} مانند CKAN پاسخ نمی‌دهد.",
            "{name} does not answer as a CKAN portal does.",
        ).format(name=portal.name) from None
    if not isinstance(result, dict):
        raise NotHarvested(
            "package",
            "در {name} چنین بسته‌ای نیست یا اینجا CKAN نیست: {package}",
            "{name} has no such package, or is no CKAN portal: {package}",
        ).format(name=portal.name, package=printable_name(parameters["id"]))
    return result


def _resource(portal: CarefulPortal, package: Mapping[str, Any], table: Mapping[str, Any]) -> Resource:
    name, own = str(package.get("name") or package.get("id") or ""), str(table.get("id") or "")
    licence = str(package.get("license_title") or package.get("license_id") or "")
    return Resource(
        id=own,
        name=printable_name(str(table.get("name") or own)),
        address=urljoin(f"{portal.name}/", str(table.get("url") or "")),
        ending=_ending(table),
        page=f"{portal.name}/dataset/{quote(name, safe='')}/resource/{quote(own, safe='')}",
        title=printable_name(
            " / ".join(text for text in (str(package.get("title") or name), str(table.get("name") or "")) if text)
        ),
        licence=printable_name(licence),
        changed=printable_name(str(table.get("last_modified") or package.get("metadata_modified") or ""))[:40],
    )


def _ending(table: Mapping[str, Any]) -> str:
    """By what a resource's file is read; nothing where it is no table, or nobody can fetch it."""
    stated_format = str(table.get("format") or "").lower().lstrip(".")
    of_name = Path(urlsplit(str(table.get("url") or "")).path).suffix.lower().lstrip(".")
    has_address = bool(_ADDRESS.match(str(table.get("url") or "")) or str(table.get("url") or "").startswith("/"))
    return (_ENDINGS.get(stated_format) or _ENDINGS.get(of_name) or "") if has_address else ""


# --- the mapping: a TOML file -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedTable:
    """One table there: the package, its resource (id or name; "" where it has one), and how it is read.

    ``rows`` is whether the datastore's rows are taken instead of the resource's file. ``columns`` gives fields by the
    header there, ``values`` a text for fields that hold the same in every row. A portal that was not made for Ayan
    calls its columns what it likes: what is not mapped is matched by the names that the dataset declares, and what
    matches nothing is left out.
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
        raw = read_toml(path.read_bytes())
    except FileNotFoundError:
        problems.add(path.name, "", "file-missing")
    except OSError:
        problems.add(path.name, "", "file-unreadable")
    except UnicodeDecodeError:
        problems.add(path.name, "", "file-encoding")
    except BadToml as fault:
        problems.add(path.name, "", "file-toml", reason=fault.label)
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
