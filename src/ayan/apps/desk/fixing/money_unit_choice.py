"""The unit of each column of money, as the step of columns asks for it and a group of issues asks once more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ayan.core.intake.header import letter
from ayan.core.intake.table import RawTable
from ayan.core.refine.column_mapping import BadChoice, ColumnChoice, ColumnPlace, ColumnProposal, FieldProposal
from ayan.core.refine.issue_store import IssueCause
from ayan.core.refine.money_units import (
    StatedUnit,
    against,
    code_of,
    declared_units,
    in_words,
    mentions_of,
    propose_unit,
)
from ayan.core.schema.catalogue import UNITS
from ayan.core.schema.definition import Dataset
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import MONEY_UNITS, UNIT_LABELS
from ayan.ui.component_parts import Status, Tone

_HOW: Final[Mapping[str, tuple[Tone, Label]]] = {
    "file": ("ok", Label("پرونده همین را می‌گوید", "As the file says")),
    "declared": ("ok", Label("طبق تعریف داده", "As declared")),
    "remembered": ("ok", Label("مانند دفعهٔ پیش", "As the last time")),
    "other": ("late", Label("از پرونده؛ در تعریف {unit} است", "From the file; declared is {unit}")),
    "ask": ("late", Label("روشن نیست؛ برگزینید", "Not clear; choose")),
    "chosen": ("ok", Label("انتخاب شما", "Your choice")),
}


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """One unit to choose: its name, its words, and whether it is the chosen one."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class UnitQuestion:
    """What the page asks of one column of money.

    ``said`` is what the file says of it, in words; ``seen`` the number of the column that this is about, which the form
    sends back: who then chooses another column has not seen what that one says.
    """

    options: list[UnitChoice]
    said: str
    seen: int | None
    status: Status


def question(
    dataset: Dataset,
    proposal: FieldProposal,
    chosen: str,
    raw: RawTable,
    known: ColumnChoice | None,
    post: Mapping[str, Any],
    lang: Lang,
) -> UnitQuestion | None:
    """The question about a field of money that stands in the column ``chosen``; None for any other field."""
    field = proposal.field
    if not field.kind.is_money:
        return None
    column = next((each for each in raw.columns if str(each.index) == chosen), None)
    said = mentions_of(raw, column) if column is not None else ()
    declared = declared_units(dataset, known.source if known else "default")[field.name]
    offered = propose_unit(declared, said, known.units.get(field.name) if known else None)
    unit, how = offered.unit or "", offered.how
    if how == "file" and unit != declared:
        tone, words = _HOW["other"]
        words = words.format(unit=Label(*UNIT_LABELS[declared]))
    else:
        tone, words = _HOW[how]
    if f"unit:{field.name}" in post:
        unit = str(post[f"unit:{field.name}"])
        tone, words = _HOW["chosen"] if unit in MONEY_UNITS else _HOW["ask"]
    return UnitQuestion(
        options(unit, lang), in_words(said).of(lang), column.index if column else None, Status(tone, words.of(lang))
    )


def options(chosen: str, lang: Lang) -> list[UnitChoice]:
    """Every unit that there is, for a list to choose from."""
    return [UnitChoice(name, Label(*words).of(lang), name == chosen) for name, words in UNIT_LABELS.items()]


def answers(
    dataset: Dataset, offered: ColumnProposal, places: Mapping[str, ColumnPlace], raw: RawTable, post: Mapping[str, Any]
) -> dict[str, StatedUnit]:
    """What the form says of the unit of every field of money that stands in a column; BadChoice where that is unclear.

    What the chosen column says must have been on the page, or be in agreement.
    """
    declared = declared_units(dataset, offered.source)
    units: dict[str, StatedUnit] = {}
    for proposal in offered.ours:
        name, label = proposal.field.name, proposal.field.label
        assigned = places.get(name)
        if name not in declared or not isinstance(assigned, int) or not 1 <= assigned <= len(raw.columns):
            continue
        said = mentions_of(raw, raw.columns[assigned - 1])
        unit = str(post.get(f"unit:{name}", declared[name]))
        if unit not in MONEY_UNITS:
            raise (
                BadChoice("واحد پول «{label}» را برگزینید.", "Choose the unit of money of “{label}”.")
                .format(label=label)
                .at(f"unit-{name}")
            )
        other = against(unit, said)
        if other and str(post.get(f"unit-seen:{name}", "")) != str(assigned):
            raise (
                BadChoice(
                    "ستون {letter} که برای «{label}» برگزیدید واحد دیگری می‌گوید ({said}). واحد را ببینید.",
                    "Column {letter}, which you chose for “{label}”, names another unit ({said}). Look at it.",
                )
                .format(letter=letter(assigned), label=label, said=in_words(other))
                .at(f"unit-{name}")
            )
        units[name] = StatedUnit(unit, tuple(dict.fromkeys(code_of(mention) for mention in other)))
    return units


def asked_again(cause: IssueCause, lang: Lang) -> list[UnitChoice]:
    """The units to choose from where a group of issues asks for one; nothing for any other group."""
    if cause.code not in UNITS or cause.severity != "error" or cause.field is None:
        return []
    return options("", lang)
