"""Units of money: what a file says of each column, what a person says, and where the two do not agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Final, Literal

from ayan.core.intake.table import RawColumn, RawTable, StatedPlace, UnitMention
from ayan.core.refine.header_matching import MappedField, Matching, is_download
from ayan.core.refine.limits import MOST_ANSWERED
from ayan.core.schema.definition import Dataset, FieldReading
from ayan.core.schema.field import Field
from ayan.core.schema.issue import Issue
from ayan.core.schema.layouts import read_as
from ayan.core.values.canonical import Json
from ayan.core.values.label import Label, digits_label, joined
from ayan.core.values.money import MONEY_UNITS, UNIT_LABELS
from ayan.core.values.money_unit_names import NamedUnit, units_named
from ayan.core.values.refusal import Refusal

ANYTHING: Final = "*"
"""Stands among the answered for whatever a file may say: so speaks who names a unit on the command line."""

PLACES: Final[Mapping[StatedPlace, Label]] = {
    "header": Label("سرستون", "the header"),
    "title": Label("ردیف {row}", "row {row}"),
    "note": Label("یادداشت ردیف {row}", "the note in row {row}"),
    "format": Label("قالب عددی خانه‌ها", "the number format"),
    "sheet": Label("نام برگه", "the name of the sheet"),
    "file": Label("نام پرونده", "the name of the file"),
    "download": Label("پروندهٔ دریافتی از سامانه", "a file downloaded from the portal"),
}


_PLAIN: Final = Label("{place}: {named}", "{place}: {named}")
_DIVIDED: Final = Label("{place}: {named} (نمایش تقسیم بر {by})", "{place}: {named} (shown divided by {by})")


class BadUnit(Refusal, ValueError):
    """A unit that is none, or of a field that holds no money."""

    code = "bad-unit"
    fa = "این واحد پول پذیرفته نیست."
    en = "This unit of money cannot be taken."
    status = 422


@dataclass(frozen=True, slots=True)
class StatedUnit:
    """What a person says of one column: its ``unit``, and what spoke against that when it was said.

    ``over`` are codes of `UnitMention`s and jumps; what they do not name is asked about again.
    """

    unit: str
    over: tuple[str, ...] = ()

    def answers(self, code: str) -> bool:
        """Whether it was said in the face of this."""
        return code in self.over or ANYTHING in self.over

    def as_json(self) -> Json:
        """The answer as it may be kept."""
        return {"unit": self.unit, "over": list[Json](self.over)}

    @classmethod
    def from_json(cls, table: object) -> StatedUnit:
        """The answer that `as_json` wrote; BadUnit for anything else."""
        unit, over = (table.get("unit"), table.get("over", ())) if isinstance(table, Mapping) else (None, ())
        codes = tuple(over) if isinstance(over, list | tuple) else (None,)
        if unit not in MONEY_UNITS or len(codes) > MOST_ANSWERED or not all(isinstance(code, str) for code in codes):
            raise BadUnit
        return cls(str(unit), tuple(str(code)[:40] for code in codes))


@dataclass(frozen=True, slots=True)
class UnitProposal:
    """The unit that is proposed for one column of money, and where it comes from.

    ``how`` is ``file`` where the file says so, ``declared`` where it says nothing against the declaration, ``ask``
    where it says something that leaves the unit open: then ``unit`` is None. ``said`` is what the file says.
    """

    unit: str | None
    how: Literal["file", "declared", "remembered", "ask"]
    said: tuple[UnitMention, ...]


def code_of(mention: UnitMention) -> str:
    """One word for what a mention says, by which an answer to it is remembered."""
    return mention.named.code + (f" /10^{3 * mention.thousands}" if mention.thousands else "")


def mentions_of(raw: RawTable, column: RawColumn) -> tuple[UnitMention, ...]:
    """Everything in the file that names the unit of one column: its header, its formats, and what holds for all."""
    facts = raw.facts
    formats = [each for each in facts.mentions if each.place == "format" and each.column == column.index]
    # What is shown divided is headed by the unit of what is shown.
    thousands = max((each.thousands for each in formats), default=0)
    name = PurePath(facts.name).stem.replace("_", " ").replace("-", " ")
    headed = [UnitMention("header", named, column.index) for named in units_named(column.header, heading=True)]
    if not headed and is_download(raw):
        # What we write without a unit is in rials, in whatever unit the declaration expects others to write.
        headed.append(UnitMention("download", NamedUnit(1, "rial"), column.index))
    around = [
        *headed,
        *(each for each in facts.mentions if each.place != "format" and each.column in (None, column.index)),
        *(UnitMention("sheet", named) for named in units_named(facts.sheet or "")),
        *(UnitMention("file", named) for named in units_named(name)),
    ]
    spoken = [replace(each, thousands=thousands) for each in around]
    mute = NamedUnit(None, None)
    return tuple(dict.fromkeys([*spoken, *(each for each in formats if each.named != mute or not spoken)]))


def against(unit: str, said: Iterable[UnitMention]) -> tuple[UnitMention, ...]:
    """Those of the mentions that do not agree with amounts in ``unit``."""
    return tuple(mention for mention in said if not mention.named.fits(unit, mention.thousands))


def propose_unit(declared: str, said: Sequence[UnitMention], remembered: StatedUnit | None = None) -> UnitProposal:
    """The unit of a column of which the file says ``said``; ``remembered`` is what a person said of the same header."""
    if remembered is not None and all(remembered.answers(code_of(each)) for each in against(remembered.unit, said)):
        return UnitProposal(remembered.unit, "remembered", tuple(said))
    if not against(declared, said):
        return UnitProposal(declared, "file" if said else "declared", tuple(said))
    able = [unit for unit in MONEY_UNITS if not against(unit, said)]
    return UnitProposal(able[0], "file", tuple(said)) if len(able) == 1 else UnitProposal(None, "ask", tuple(said))


def in_words(said: Iterable[UnitMention]) -> Label:
    """What the mentions say, each with its place: «سرستون: تومان»."""
    return joined(dict.fromkeys(_said(mention) for mention in said))


def _said(mention: UnitMention) -> Label:
    row = digits_label(mention.row)
    by = f"1{',000' * mention.thousands}"
    return (_DIVIDED if mention.thousands else _PLAIN).format(
        place=PLACES[mention.place].format(row=row), named=mention.named.label, by=digits_label(by)
    )


def unit_label(unit: str) -> Label:
    """A unit in every language."""
    return Label(*UNIT_LABELS[unit])


# --- issues -----------------------------------------------------------------------------------------------------------

_ANSWERED: Final = Label(
    "گفته شده که «{label}» به {unit} است، هرچند در پرونده جز این آمده است ({said}).",
    "It was said that “{label}” is in {unit}, although the file names another unit ({said}).",
)


def money_columns(matching: Matching) -> tuple[MappedField, ...]:
    """The fields of money that are read from a column of the file."""
    return tuple(each for each in matching.fields if each.field.kind.is_money and each.column is not None)


def has_amounts(matching: Matching) -> bool:
    """Whether a column of the file is read as amounts, in whatever currency: that of another one is a plain number."""
    return any(
        each.column is not None
        and (each.field.kind.is_money or (each.field.kind.is_number and each.field.role == "amount"))
        for each in matching.fields
    )


def issues_of(raw: RawTable, matching: Matching, stated: Mapping[str, StatedUnit]) -> list[Issue]:
    """One issue for every column of which the file says another unit than it is read in.

    It stands in the way until somebody has said the unit in the face of that; then it is told as a warning.
    """
    issues: list[Issue] = []
    for mapped in money_columns(matching):
        if mapped.column is None:
            continue
        unit, name = mapped.field.money_unit, mapped.field.name
        other = against(unit, mentions_of(raw, mapped.column))
        if not other:
            continue
        codes = tuple(dict.fromkeys(code_of(mention) for mention in other))
        answered = is_answered(stated.get(name), unit, codes)
        issues.append(
            Issue(
                code="unit-mismatch",
                severity="warning" if answered else None,
                sheet=raw.facts.sheet,
                column=mapped.address,
                field=name,
                params={"label": mapped.field.label, "unit": unit_label(unit), "said": in_words(other)},
                wording=_ANSWERED if answered else None,
                evidence=codes,
            )
        )
    return issues


def is_answered(stated: StatedUnit | None, unit: str, codes: Iterable[str]) -> bool:
    """Whether somebody said exactly this unit in the face of all of ``codes``."""
    return stated is not None and stated.unit == unit and all(stated.answers(code) for code in codes)


# --- a dataset as a person says that its file is ----------------------------------------------------------------------


def check_units(dataset: Dataset, units: Iterable[tuple[str, str]]) -> None:
    """Raise BadUnit for a field that is not declared or holds no money, and for a unit that is none."""
    fields = {field.name: field for field in dataset.fields}
    for name, unit in units:
        if name not in fields:
            raise BadUnit("فیلدی به نام {name} اعلام نشده است.", "No field {name} is declared.").format(name=name[:60])
        _check(fields[name], unit)


def _check(field: Field, unit: str) -> None:
    if not field.kind.is_money:
        raise BadUnit("«{label}» مبلغ نیست.", "“{label}” is no amount of money.").format(label=field.label)
    if unit not in MONEY_UNITS:
        raise BadUnit(
            "واحد پولی به نام {unit} نیست. واحدها: {units}", "There is no unit {unit}. Units: {units}"
        ).format(unit=unit[:40], units=", ".join(MONEY_UNITS))


def in_units(dataset: Dataset, source: str, stated: Mapping[str, StatedUnit]) -> Dataset:
    """``dataset`` with its layout ``source`` reading each field in the unit that somebody stated."""
    if not stated:
        return dataset
    layout = dataset.sources[source]
    readings = dict(layout.fields)
    for name, each in stated.items():
        readings[name] = replace(readings.get(name, FieldReading()), money_unit=each.unit)
    return replace(dataset, sources={**dataset.sources, source: replace(layout, fields=readings)})


def declared_units(dataset: Dataset, source: str) -> dict[str, str]:
    """The unit in which the layout ``source`` declares each field of money to be."""
    readings = read_as(dataset, source)[0].fields
    return {
        field.name: (readings[field.name].money_unit if field.name in readings else None) or field.money_unit
        for field in dataset.fields
        if field.kind.is_money
    }
