"""From a TOML file to a tariff, or to a refusal that lists everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, get_args

from ayan.core.schema.fields import SLUG
from ayan.core.schema.problem import DeclarationError, DeclarationProblem, DeclarationProblems
from ayan.core.schema.tables import TomlTable, refuse_bare_dates
from ayan.core.schema.toml_text import BadToml, read_toml
from ayan.core.tariff import refusals
from ayan.core.tariff.limits import LARGEST_TARIFF
from ayan.core.tariff.tariff import AuditColumn, Tariff, TariffAudit, TariffKind, TariffSource
from ayan.core.tariff.tariff_parts import TariffParts
from ayan.core.values.canonical import sha256_hex
from ayan.core.values.invalid_value import InvalidValue
from ayan.core.values.jalali import parse_jalali, to_gregorian
from ayan.core.values.label import Label

KINDS: Final[tuple[TariffKind, ...]] = get_args(TariffKind)
FOLDER: Final = "tariffs"
"""The folder of a city's home in which its own tariffs stand, one a file; ours stand in one of the same name."""

_WEB: Final = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Tariffs:
    """Every tariff that is soundly declared, by item, city and beginning; and what is wrong with the others.

    ``digest`` is over the names and bytes of all files.
    """

    sound: tuple[Tariff, ...]
    problems: tuple[DeclarationProblem, ...] = ()
    digest: str = ""

    def named(self, code: str) -> Tariff | None:
        """The tariff of this code; None where there is none."""
        return next((tariff for tariff in self.sound if tariff.code == code), None)

    def of_item(self, item: str, day: date) -> Tariff | None:
        """The city's own tariff of an item that is in force on a day, else the last that was; None without any."""
        dated = (each for each in self.sound if each.item == item and not each.is_example and each.since is not None)
        begun = [each for each in dated if each.since is not None and each.since <= day]
        return max(begun, key=lambda each: (each.in_force(day), each.since), default=None)


def load_tariffs(examples: Path, own: Path | None = None) -> Tariffs:
    """The examples that come with Ayan and a city's own tariffs; its own takes the place of an example of its name."""
    files = {path.stem: (path, True) for path in sorted(examples.glob("*.toml"))}
    files |= {path.stem: (path, False) for path in sorted(own.glob("*.toml"))} if own is not None else {}
    sound: list[Tariff] = []
    problems: list[DeclarationProblem] = []
    for path, is_example in files.values():
        try:
            sound.append(load_tariff(path, is_example=is_example))
        except DeclarationError as refused:
            problems += refused.problems
    sound.sort(key=lambda each: (each.is_example, each.item, each.city.en, each.since or date.min, each.code))
    bodies = [(str(path.name), sha256_hex(path.read_bytes())) for path, _ in files.values()]
    return Tariffs(tuple(sound), tuple(problems), sha256_hex(repr(bodies).encode()))


def tariff_files(folders: Iterable[Path]) -> tuple[tuple[str, int, int], ...]:
    """Path, time of change and size of every declaration, to tell whether any has changed."""
    listed = [path for folder in folders for path in sorted(folder.glob("*.toml"))]
    return tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in listed)


def load_tariff(path: Path, *, is_example: bool = False) -> Tariff:
    """The tariff declared in ``path``; its code is the file's name. Raises DeclarationError with every fault."""
    file, problems = f"{FOLDER}/{path.name}", DeclarationProblems()
    try:
        body = path.read_bytes()
        if len(body) > LARGEST_TARIFF:
            problems.add(file, "", "out-of-range", low=1, high=LARGEST_TARIFF)
            raise DeclarationError(problems.listed)
        raw = read_toml(body)
    except OSError as fault:
        problems.add(file, "", "file-unreadable")
        raise DeclarationError(problems.listed) from fault
    except UnicodeDecodeError as fault:
        problems.add(file, "", "file-encoding")
        raise DeclarationError(problems.listed) from fault
    except BadToml as fault:
        problems.add(file, "", "file-toml", reason=fault.label)
        raise DeclarationError(problems.listed) from fault
    refuse_bare_dates(raw, file, "", problems)
    top = TomlTable(raw, file, "", problems)
    if not SLUG.fullmatch(path.stem):
        top.refuse("", "file-name")
    tariff = _tariff(path.stem, top, is_example)
    if problems.listed:
        raise DeclarationError(problems.listed)
    return tariff


def _tariff(code: str, top: TomlTable, is_example: bool) -> Tariff:
    top.needed("item")
    item = top.text("item") or ""
    if item and not SLUG.fullmatch(item):
        top.refuse("item", "slug-form")
    since, until = _valid(top)
    parts = TariffParts(top)
    tariff = Tariff(
        code=code,
        item=item,
        kind=top.one_of("kind", KINDS) or "levy",
        city=top.needed_label("city"),
        is_example=is_example,
        is_sample=top.boolean("sample") or False,
        title=top.needed_label("title"),
        says=top.needed_label("says"),
        source=_source(top),
        since=since,
        until=until,
        inputs=parts.inputs(),
        tables=parts.tables(),
        exemptions=parts.exemptions(),
        lines=parts.lines(),
        gaps=parts.gaps(),
        discounts=parts.discounts,
        rounding=parts.rounding,
        bases=parts.bases,
        notes=_notes(top),
        audit=_audit(top, parts),
    )
    parts.refuse_unread()
    top.close()
    return tariff


def _source(top: TomlTable) -> TariffSource:
    top.needed("source")
    table = top.table("source")
    if table is None:
        return TariffSource(Label("", ""))
    address = table.text("address") or ""
    if address and not _WEB.fullmatch(address):
        table.refuse("address", "wrong-type", refusals.ONLY_HTTP)
    source = TariffSource(table.needed_label("says"), table.label("article"), address, table.text("year") or "")
    table.close()
    return source


def _valid(top: TomlTable) -> tuple[date | None, date | None]:
    table = top.table("valid")
    if table is None:
        return None, None
    days: list[date | None] = []
    for key in ("since", "until"):
        text = table.text(key)
        try:
            days.append(to_gregorian(parse_jalali(text)) if text else None)
        except InvalidValue:
            table.refuse(key, "wrong-type", refusals.DATES)
            days.append(None)
    since, until = days
    if until is not None and (since is None or until < since):
        table.refuse("until", "wrong-type", refusals.DATES)
    table.close()
    return since, until


def _notes(top: TomlTable) -> tuple[Label, ...]:
    notes = []
    for table in top.tables("notes", "en"):
        words = table.words()
        table.close()
        notes += [words] if words else []
    return tuple(notes)


def _audit(top: TomlTable, parts: TariffParts) -> TariffAudit | None:
    table = top.table("audit")
    if table is None:
        return None
    for key in ("dataset", "date", "charged", "inputs"):
        table.needed(key)
    stated = table.table("inputs")
    columns = _columns(stated) if stated is not None else []
    left = sorted(set(parts.known_inputs) - {name for name, _ in columns})
    if left:
        table.refuse("inputs", "missing", refusals.AUDIT_INPUTS.format(names=list(left)))
    for name in sorted({name for name, _ in columns} - set(parts.known_inputs)):
        table.refuse(f"inputs.{name}", "missing", refusals.BY_WHAT.format(name=name[:60]))
    texts = [table.text(key) or "" for key in ("dataset", "date", "charged", "where")]
    table.close()
    return TariffAudit(texts[0], texts[1], texts[2], texts[3], tuple(columns))


def _columns(stated: TomlTable) -> list[tuple[str, AuditColumn]]:
    columns = []
    for name in stated.raw:
        if isinstance(stated.raw[name], str):
            columns.append((name, AuditColumn(stated.text(name) or "")))
            continue
        column = stated.table(name)
        if column is None:
            continue
        column.needed("field")
        codes = column.table("codes")
        pairs = tuple((code, codes.text(code) or "") for code in codes.raw) if codes is not None else ()
        columns.append((name, AuditColumn(column.text("field") or "", pairs)))
        column.close()
    return columns
