"""From a TOML file to a flag, or to a refusal that lists everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, get_args

from ayan.core.audit.flags.flag import Flag, FlagInputDataset, FlagMeasure, InnocentCause, QueryError, Threshold, judged
from ayan.core.audit.limits import LONGEST_LIFE
from ayan.core.schema.definition import Dataset
from ayan.core.schema.fields import SLUG
from ayan.core.schema.problem import DeclarationError, DeclarationProblem
from ayan.core.schema.tables import TomlTable, load_beside, open_beside
from ayan.core.values.label import Label

ROOM: Final = "flags"
"""The folder beside a dataset's declaration in which its flags stand, one a file."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MEASURES: Final[tuple[FlagMeasure, ...]] = get_args(FlagMeasure)


@dataclass(frozen=True, slots=True)
class Flags:
    """Every flag that is soundly declared, and what is wrong with the others."""

    sound: tuple[Flag, ...]
    problems: tuple[DeclarationProblem, ...]

    def named(self, name: str) -> Flag | None:
        """The flag with this owner and code, parted by a slash; None where there is none."""
        return next((flag for flag in self.sound if flag.name == name), None)


def load_flags(folders: Iterable[Path], datasets: Mapping[str, Dataset]) -> Flags:
    """The flags in ``flags/*.toml`` of each dataset's folder, by owner and code.

    One that reads a dataset or a field which a city does not declare is kept: it is shown as not to be computed.
    """
    sound, problems = load_beside(folders, ROOM, lambda path: load_flag(path, datasets))
    return Flags(tuple(sorted(sound, key=lambda flag: flag.name)), problems)


def load_flag(path: Path, datasets: Mapping[str, Dataset]) -> Flag:
    """The flag declared in ``path``; its code is the file's name, its owner the dataset in whose folder it stands.

    Raises DeclarationError with every fault.
    """
    owner = path.parent.parent.name
    top = open_beside(path, ROOM)
    if not SLUG.fullmatch(path.stem):
        top.refuse("", "file-name")
    inputs = _inputs(top, datasets)
    flag = Flag(
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
    if not top.problems.listed:
        _judge(top, flag)
    if top.problems.listed:
        raise DeclarationError(top.problems.listed)
    return flag


def _query(top: TomlTable) -> str:
    return (top.text("sql") if top.needed("sql") else None) or ""


def _labels(top: TomlTable, key: str) -> tuple[Label, ...]:
    """Words in both languages, one table each; at least one."""
    top.needed(key)
    labels = []
    for table in top.tables(key, "en"):
        labels.append(_words(table))
        table.close()
    return tuple(labels)


def _words(table: TomlTable) -> Label:
    return table.words() or Label("", "")


def _inputs(top: TomlTable, datasets: Mapping[str, Dataset]) -> tuple[FlagInputDataset, ...]:
    top.needed("input")
    inputs = []
    for table in top.tables("input", "name"):
        for key in ("name", "of", "fields"):
            table.needed(key)
        name, slug = table.text("name") or "", table.text("of") or ""
        fields = table.table("fields")
        pairs = tuple((key, fields.text(key) or "") for key in fields.raw) if fields else ()
        table.close()
        for word in (name, *(called for called, _ in pairs)):
            if not _NAME.fullmatch(word):
                table.refuse("name", "wrong-type", _name_wanted(word))
        for called, field in pairs:
            _public(table, called, datasets.get(slug), field)
        inputs.append(FlagInputDataset(name, slug, pairs))
    return tuple(inputs)


def _public(table: TomlTable, called: str, dataset: Dataset | None, field: str) -> None:
    """A field that is not public may not be read; one that does not exist leaves the flag not to be computed."""
    declared = next((candidate for candidate in dataset.fields if candidate.name == field), None) if dataset else None
    if declared is not None and declared.shown != "public":
        table.refuse(f"fields.{called}", "total-private", value=field)


def _name_wanted(name: str) -> Label:
    return Label(
        "«{name}» نام پذیرفته‌ای در پرسش نیست: حرف کوچک لاتین، رقم و _.",
        "“{name}” is no name for a query: small Latin letters, digits and _.",
    ).format(name=name[:60])


def _thresholds(top: TomlTable) -> tuple[Threshold, ...]:
    thresholds = []
    for table in top.tables("threshold", "name"):
        for key in ("name", "value"):
            table.needed(key)
        name, value = table.text("name") or "", table.number("value")
        thresholds.append(
            Threshold(name, value or Decimal(0), table.needed_label("says"), table.needed_label("source"))
        )
        table.close()
    return tuple(thresholds)


def _causes(top: TomlTable) -> tuple[InnocentCause, ...]:
    causes = []
    for table in top.tables("cannot", "code"):
        table.needed("code")
        causes.append(InnocentCause(table.text("code") or "", _words(table)))
        table.close()
    return tuple(causes)


def _judge(top: TomlTable, flag: Flag) -> None:
    try:
        names, numbers = (frozenset(part.name for part in many) for many in (flag.inputs, flag.thresholds))
        judged(flag.query, names, numbers)
    except QueryError as fault:
        top.refuse("sql", "sql", fault.label)
