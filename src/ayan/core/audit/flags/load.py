"""From a TOML file to a flag, or to a refusal that lists everything that is wrong with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, get_args

from ayan.core.audit.flags.flag import Cause, Flag, Input, Measure, Threshold
from ayan.core.audit.flags.query import QueryError, judged
from ayan.core.audit.limits import LONGEST_LIFE
from ayan.core.schema.definition import Dataset
from ayan.core.schema.fields import SLUG
from ayan.core.schema.problem import DeclarationError, Problem, Problems
from ayan.core.schema.tables import Table, refuse_bare_dates
from ayan.core.values.label import Label

ROOM: Final = "flags"
"""The folder beside a dataset's declaration in which its flags stand, one a file."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MEASURES: Final[tuple[Measure, ...]] = get_args(Measure)


@dataclass(frozen=True, slots=True)
class Flags:
    """Every flag that is soundly declared, and what is wrong with the others."""

    sound: tuple[Flag, ...]
    problems: tuple[Problem, ...]

    def named(self, name: str) -> Flag | None:
        """The flag with this owner and code, parted by a slash; None where there is none."""
        return next((one for one in self.sound if one.name == name), None)


def flag_files(folders: Iterable[Path]) -> Iterator[tuple[str, int, int]]:
    """Path, time of change and size of every file with a flag, to tell whether any of them has changed."""
    for folder in folders:
        for path in sorted((folder / ROOM).glob("*.toml")):
            facts = path.stat()
            yield str(path), facts.st_mtime_ns, facts.st_size


def load_flags(folders: Iterable[Path], datasets: Mapping[str, Dataset]) -> Flags:
    """The flags in ``flags/*.toml`` of each dataset's folder, by owner and code.

    One that reads a dataset or a field which a city does not declare is kept: it is shown as not to be computed.
    """
    sound: list[Flag] = []
    problems: list[Problem] = []
    for folder in folders:
        for path in sorted((folder / ROOM).glob("*.toml")):
            try:
                sound.append(load_flag(path, datasets))
            except DeclarationError as refused:
                problems += refused.problems
    return Flags(tuple(sorted(sound, key=lambda one: one.name)), tuple(problems))


def load_flag(path: Path, datasets: Mapping[str, Dataset]) -> Flag:
    """The flag declared in ``path``; its code is the file's name, its owner the dataset in whose folder it stands.

    Raises DeclarationError with every fault.
    """
    owner = path.parent.parent.name
    file = f"{owner}/{ROOM}/{path.name}"
    problems = Problems()
    try:
        raw = tomllib.loads(path.read_bytes().decode("utf-8-sig"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValueError) as fault:
        problems.add(file, "", "file-toml", reason=str(fault)[:160])
        raise DeclarationError(problems.found) from fault
    refuse_bare_dates(raw, file, "", problems)
    top = Table(raw, file, "", problems)
    if not SLUG.fullmatch(path.stem):
        top.refuse("", "file-name")
    inputs = _inputs(top, datasets)
    made = Flag(
        code=path.stem,
        owner=owner,
        about=top.text("about") or owner,
        title=top.needed_label("title"),
        says=top.needed_label("says"),
        why=top.needed_label("why"),
        innocent=_labels(top, "innocent"),
        inputs=inputs,
        query=_query(top),
        measure=top.one_of("measure", _MEASURES) or "count",
        standard=top.text("standard") or "",
        value=top.label("value"),
        against=top.label("against"),
        thresholds=_thresholds(top),
        causes=_causes(top),
        needs=top.label("needs"),
        expires_days=top.whole("expires_days", 30, LONGEST_LIFE) or 730,
    )
    top.close()
    if not problems.found:
        _judge(top, made)
    if problems.found:
        raise DeclarationError(problems.found)
    return made


def _query(top: Table) -> str:
    return (top.text("sql") if top.needed("sql") else None) or ""


def _labels(top: Table, key: str) -> tuple[Label, ...]:
    """Words in both languages, one table each; at least one."""
    top.needed(key)
    made = []
    for table in top.tables(key, "en"):
        made.append(_words(table))
        table.close()
    return tuple(made)


def _words(table: Table) -> Label:
    return table.words() or Label("", "")


def _inputs(top: Table, datasets: Mapping[str, Dataset]) -> tuple[Input, ...]:
    top.needed("input")
    made = []
    for table in top.tables("input", "name"):
        for key in ("name", "of", "fields"):
            table.needed(key)
        name, slug = table.text("name") or "", table.text("of") or ""
        fields = table.table("fields")
        pairs = tuple((one, fields.text(one) or "") for one in fields.raw) if fields else ()
        table.close()
        for one in (name, *(called for called, _ in pairs)):
            if not _NAME.fullmatch(one):
                table.refuse("name", "wrong-type", _name_wanted(one))
        for called, field in pairs:
            _public(table, called, datasets.get(slug), field)
        made.append(Input(name, slug, pairs))
    return tuple(made)


def _public(table: Table, called: str, dataset: Dataset | None, field: str) -> None:
    """A field that is not public may not be read; one that does not exist leaves the flag not to be computed."""
    found = next((one for one in dataset.fields if one.name == field), None) if dataset else None
    if found is not None and found.shown != "public":
        table.refuse(f"fields.{called}", "total-private", value=field)


def _name_wanted(name: str) -> Label:
    return Label(
        f"«{name[:60]}» نام پذیرفته‌ای در پرسش نیست: حرف کوچک لاتین، رقم و _.",
        f"“{name[:60]}” is no name for a query: small Latin letters, digits and _.",
    )


def _thresholds(top: Table) -> tuple[Threshold, ...]:
    made = []
    for table in top.tables("threshold", "name"):
        for key in ("name", "value"):
            table.needed(key)
        name, value = table.text("name") or "", table.number("value")
        made.append(Threshold(name, value or Decimal(0), table.needed_label("says"), table.needed_label("source")))
        table.close()
    return tuple(made)


def _causes(top: Table) -> tuple[Cause, ...]:
    made = []
    for table in top.tables("cannot", "code"):
        table.needed("code")
        made.append(Cause(table.text("code") or "", _words(table)))
        table.close()
    return tuple(made)


def _judge(top: Table, flag: Flag) -> None:
    try:
        names, numbers = (frozenset(one.name for one in many) for many in (flag.inputs, flag.thresholds))
        judged(flag.query, names, numbers)
    except QueryError as fault:
        top.refuse("sql", "sql", Label(fault.fa, fault.en))
