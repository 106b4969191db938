"""Which column of the file holds which field: by declared position, by header, or not at all, and never by guess."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ayan.core.intake.table import RawColumn, RawTable
from ayan.core.refine.limits import FEWEST_BESIDE
from ayan.core.schema.definition import Layout
from ayan.core.schema.field import Field
from ayan.core.schema.issue import Issue
from ayan.core.schema.steps.step import matches, pattern_of
from ayan.core.values.label import Label
from ayan.core.values.money import UNIT_LABELS
from ayan.core.values.text import fold, fold_joined

ADDRESSES: Final = "_row"
"""What our own downloads head their last column with: the address of each row, which is no field's."""

_FORGIVEN: Final = str.maketrans("", "", "()[]{}:؛;.،,*_-ـ/\\\"'«»")


@dataclass(frozen=True, slots=True)
class MappedField:
    """One field and where its values come from: a column of the file, a declared constant, or nowhere."""

    field: Field
    column: RawColumn | None
    constant: str | None = None

    @property
    def address(self) -> str | None:
        """The column as an issue names it."""
        return self.column.address if self.column else None


@dataclass(frozen=True, slots=True)
class Matching:
    """The whole match: every field in declared order, the columns left out, and what was wrong with the header."""

    fields: tuple[MappedField, ...]
    ignored: tuple[RawColumn, ...]
    surplus: tuple[RawColumn, ...]
    issues: tuple[Issue, ...]

    def of(self, name: str) -> MappedField:
        """The match of the field called ``name``; KeyError when it is not declared."""
        for mapped in self.fields:
            if mapped.field.name == name:
                return mapped
        raise KeyError(name)


def is_download(raw: RawTable) -> bool:
    """Whether the file is a download of a portal like this one, by the addresses of its rows."""
    return any(column.header == ADDRESSES for column in raw.columns)


@lru_cache(maxsize=4096)
def header_key(text: str) -> str:
    """A header folded for comparison: letters, digits and spacing unified, punctuation set aside."""
    return fold_joined(fold(text).translate(_FORGIVEN))


def _unit_keys(unit: Label) -> frozenset[str]:
    return frozenset({header_key(unit.fa), header_key(unit.en)} - {""})


_MONEY_KEYS: Final = frozenset(header_key(text) for label in UNIT_LABELS.values() for text in label)


def known_headers(fields: Sequence[Field]) -> frozenset[str]:
    """Every spelling by which one of ``fields`` may be headed, folded."""
    return _exact(fields) | {key for field in fields for name in _names(field) for key in _with_unit(field, name)}


def _exact(fields: Sequence[Field]) -> frozenset[str]:
    return frozenset(header_key(name) for field in fields for name in _names(field) if name)


def _names(field: Field) -> tuple[str, ...]:
    return (field.name, field.label.fa, field.label.en, *field.aliases)


def _with_unit(field: Field, name: str) -> frozenset[str]:
    """A name with the unit behind it, folded: «مبلغ (ریال)», "Area (m²)", as our own sheets for people are headed.

    Money may be in any unit: which one is looked at apart, and a column is never read in another than its header says.
    """
    if field.kind.is_money:
        units = _MONEY_KEYS
    elif field.unit is not None:
        units = _unit_keys(field.unit)
    else:
        return frozenset()
    head = header_key(name)
    return frozenset(head + unit for unit in units) if head else frozenset()


def match(raw: RawTable, source: Layout, fields: Sequence[Field], constants: Mapping[str, str]) -> Matching:
    """Match the columns of ``raw`` to ``fields`` (already as ``source`` reads them).

    A declared position wins over any header, and a column declared as left out is no field's, however it is headed. A
    header that fits two columns, or a column two fields claim, is an error that names them. Columns with neither
    header nor declared position come back as ``surplus``: refusing them is the reader's task, since only it knows
    whether they hold anything.
    """
    issues: list[Issue] = []
    taken: dict[int, str] = {}
    mapped: list[MappedField] = []
    by_position = {column.index: column for column in raw.columns}
    sheet = raw.facts.sheet
    ignored_names = {header_key(item) for item in source.ignore if isinstance(item, str)}
    ignored_positions = {item for item in source.ignore if isinstance(item, int)}
    spoken_for = {field.position for field in fields if field.position is not None} | ignored_positions
    patterns = [pattern for item in source.ignore if isinstance(item, str) and (pattern := pattern_of(item))]
    left = {
        column.index
        for column in raw.columns
        if column.header == ADDRESSES
        or header_key(column.header) in ignored_names
        or any(matches(each, column.header) for each in patterns)
    }
    spoken_for |= left
    own = _exact(fields)
    claimed = {column.index for column in raw.columns if not own.isdisjoint(_spellings(column.header))}
    for field in fields:
        if field.name in constants:
            mapped.append(MappedField(field, None, constants[field.name]))
            continue
        column = _column_of(field, raw, by_position, spoken_for, claimed, issues)
        if column is not None and column.index in taken:
            issues.append(
                Issue(
                    code="column-shared",
                    sheet=sheet,
                    column=column.address,
                    field=field.name,
                    params={"label": field.label, "other": taken[column.index]},
                )
            )
            column = None
        if column is not None:
            taken[column.index] = field.name
        mapped.append(MappedField(field, column))
    ignored: list[RawColumn] = []
    surplus: list[RawColumn] = []
    for column in raw.columns:
        if column.index in taken or column.index in ignored_positions:
            continue
        if not column.header.strip():
            surplus.append(column)
            continue
        ignored.append(column)
        if column.index not in left:
            issues.append(
                Issue(code="column-ignored", sheet=sheet, column=column.address, params={"header": column.header})
            )
    issues += _beside(sheet, ignored, surplus, [*taken, *left])
    return Matching(tuple(mapped), tuple(ignored), tuple(surplus), tuple(issues))


def _beside(
    sheet: str | None, ignored: Sequence[RawColumn], surplus: Sequence[RawColumn], used: Sequence[int]
) -> list[Issue]:
    """What looks like a second table beside the first: several columns of no field, beyond one without a title."""
    gap = min((column.index for column in surplus if column.index > max(used, default=0)), default=None)
    beyond = [column for column in ignored if gap is not None and column.index > gap]
    if not used or len(beyond) < FEWEST_BESIDE:
        return []
    columns = [column.address for column in beyond[:5]]
    return [Issue(code="table-beside", sheet=sheet, params={"columns": columns})]


def _column_of(
    field: Field,
    raw: RawTable,
    by_position: Mapping[int, RawColumn],
    spoken_for: set[int],
    claimed: set[int],
    issues: list[Issue],
) -> RawColumn | None:
    sheet = raw.facts.sheet
    if field.position is not None:
        column = by_position.get(field.position)
        if column is None and field.required:
            issues.append(Issue(code="column-missing", sheet=sheet, field=field.name, params={"label": field.label}))
        return column
    # The first spelling in declared order that heads any column decides, so that an exact label beats a loose alias,
    # and either beats a name with a unit behind it, which must be nobody else's name.
    names = [name for name in _names(field) if name]
    exact = [(frozenset({header_key(name)}), spoken_for) for name in names]
    with_unit = [(keys, spoken_for | claimed) for name in names if (keys := _with_unit(field, name))]
    for keys, others in [*exact, *with_unit]:
        candidates = [
            column
            for column in raw.columns
            if column.index not in others and column.header and not keys.isdisjoint(_spellings(column.header))
        ]
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            columns = [column.address for column in candidates]
            issues.append(
                Issue(
                    code="column-ambiguous",
                    sheet=sheet,
                    field=field.name,
                    params={"label": field.label, "columns": columns},
                )
            )
            return None
    code = "column-missing" if field.required else "column-absent"
    issues.append(Issue(code=code, sheet=sheet, field=field.name, params={"label": field.label}))
    return None


def _spellings(header: str) -> set[str]:
    """A multi-level header is known by its whole path only, so that «مبلغ» under two parents stays ambiguous."""
    return {header_key(header), header_key(header.replace("›", " "))}
