"""Which columns are money, and in which unit: what the file says of it, or a question, never an assumption."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Final

from ayan.core.intake.table import UnitMention
from ayan.core.proposal.columns_of_files import FileEvidence
from ayan.core.proposal.proposed_field import OpenQuestion, ProposedField
from ayan.core.refine.money_units import in_words, mentions_of, propose_unit
from ayan.core.values.label import Label, quoted
from ayan.core.values.money import MONEY_UNITS

# Digits by which amounts beside each other may differ.
_SMALLER: Final = 3

UNIT: Final = "unit"
"""The key of the one answer that holds for every column of money of which the file says nothing."""

_MARKS: Final[Mapping[str, Label]] = {
    "$": Label("دلار", "dollar"),
    "£": Label("پوند", "pound"),
    "€": Label("یورو", "euro"),
}
_NAMES: Final[Mapping[str, Label]] = {
    **_MARKS,
    "gbp": _MARKS["£"],
    "pound": _MARKS["£"],
    "پوند": _MARKS["£"],
    "usd": _MARKS["$"],
    "dollar": _MARKS["$"],
    "دلار": _MARKS["$"],
    "eur": _MARKS["€"],
    "یورو": _MARKS["€"],
}
_MULTIPLES: Final[Mapping[int | None, Label | None]] = {
    1: None,
    10**3: Label("هزار", "thousand"),
    10**6: Label("میلیون", "million"),
    10**9: Label("میلیارد", "billion"),
}
_ASKED: Final = Label(
    "پرونده واحد پول {labels} را نمی‌گوید. واحد چیست؟ (پول دیگر را به دو زبان بنویسید: پوند/pound)",
    "The file names no unit of money for {labels}. Which is it? (another currency in both languages: پوند/pound)",
)
_OPEN: Final = Label(
    "آنچه پرونده دربارهٔ واحد «{label}» می‌گوید ({said}) کافی نیست. واحد چیست؟",
    "What the file says of the unit of “{label}” ({said}) leaves it open. Which is it?",
)


def choose_units(
    files: Sequence[FileEvidence], fields: Sequence[ProposedField], answers: Mapping[str, str]
) -> list[OpenQuestion]:
    """Make the columns of money such, each in the unit that is said of it; returns what has to be asked.

    A column whose unit nobody says stays a plain number, which is read rightly and is no money.
    """
    opened: list[tuple[ProposedField, OpenQuestion]] = []
    silent: list[ProposedField] = []
    # A number beneath words that say nothing is money where it is about as large as those that are headed as such.
    least = min((_digits(field) - _SMALLER for field in fields if _is_headed(field)), default=None)
    for field in fields:
        headed = field.term.headed_as if field.term else ""
        if not field.kind.is_number or field.kind.is_money or headed not in ("money", "") or field.left_out:
            continue
        said = {at: mentions_of(files[at].raw, column) for at, column in field.columns.items()}
        whole = answers.get(UNIT)
        if (own := answers.get(f"{field.name}.{UNIT}")) is not None:
            state_unit(field, own, "as answered")
        elif any(said.values()):
            left = _as_the_file_says(field, said, headed)
            if left is not None and whole is None:
                opened.append((field, left))
            elif left is not None:
                state_unit(field, str(whole), "as answered for the whole file")
        elif marks := [mark for mark in field.evidence.marks if mark in _MARKS]:
            field.say("unit", _MARKS[marks[0]], "by the sign before its numbers")
        elif whole is not None and (headed == "money" or _may_be_money(field, least)):
            state_unit(field, whole, "as answered for the whole file")
        elif headed == "money":
            silent.append(field)
    return _asked(opened, silent)


def _asked(opened: Sequence[tuple[ProposedField, OpenQuestion]], silent: Sequence[ProposedField]) -> list[OpenQuestion]:
    """One question for all columns that are open, however many: a form of ten is answered by nobody."""
    for field in silent:
        field.notes["kind"] = f"{field.notes.get('kind', '')}; no unit of money is named, so it is no money yet"
    questions = [question for _, question in opened] if len(opened) == 1 else []
    joined = [*silent] if questions else [*(field for field, _ in opened), *silent]
    if joined:
        labels = [quoted(each.label) for each in joined]
        questions.append(OpenQuestion(UNIT, _ASKED.format(labels=labels), tuple(MONEY_UNITS), 1))
    return questions


def _is_headed(field: ProposedField) -> bool:
    """Whether a column's header says that its numbers are money."""
    term = field.term
    return term is not None and term.headed_as == "money" and field.kind.is_number and not field.left_out


def _may_be_money(field: ProposedField, least: float | None) -> bool:
    """Whether a number might be money though no word says so.

    Beside columns that are headed as money it has ``least`` digits, and a header of its own.
    """
    if field.term is not None or "role" in field.keys:
        return False
    headed = any(column.header.strip() for column in field.columns.values())
    return least is None or (headed and _digits(field) >= least)


def _digits(field: ProposedField) -> float:
    """How many digits the numbers of a column usually have before their decimals."""
    whole = [sum(map(str.isdecimal, text.partition(".")[0])) for text in field.evidence.samples]
    return median(whole) if whole else 0.0


def _as_the_file_says(
    field: ProposedField, said: Mapping[int, Sequence[UnitMention]], headed: str
) -> OpenQuestion | None:
    """Give each file's column the unit that it is said to be in; a question where that stays open."""
    first = next(mentions for mentions in said.values() if mentions)
    of_column = any(mention.place in ("header", "format") for mentions in said.values() for mention in mentions)
    if any(mention.named.currency == "other" for mention in first):
        field.notes["kind"] = f"{field.notes.get('kind', '')}; in another currency ({in_words(first).en})"
        if (unit := _foreign(field, first)) is not None:
            field.say("unit", unit, "by the header; the numbers stay as they are written")
        return None
    if headed != "money" and not of_column and field.term is not None:
        return None
    for at, mentions in said.items():
        proposed = propose_unit("rial", mentions)
        if not mentions:
            continue
        if proposed.unit is None:
            text = _OPEN.format(label=field.label, said=in_words(mentions))
            return OpenQuestion(f"{field.name}.{UNIT}", text, tuple(MONEY_UNITS), 1)
        field.units[at] = proposed.unit
    if not field.units:
        return None
    state_unit(field, next(iter(field.units.values())), in_words(first).en)
    return None


def _foreign(field: ProposedField, said: Sequence[UnitMention]) -> Label | None:
    """Another currency as the header names it, with how many times of it: £000 are thousands of pounds."""
    several = {mention.named.times for mention in said if mention.named.currency == "other"}
    times = several.pop() if len(several) == 1 else None
    headers = " ".join(column.header.lower() for column in field.columns.values())
    named = {money for word, money in _NAMES.items() if word in headers}
    if len(named) != 1 or times not in _MULTIPLES:
        return None
    money, multiple = named.pop(), _MULTIPLES[times]
    return (
        Label("{multiple} {money}", "{multiple} {money}").format(multiple=multiple, money=money) if multiple else money
    )


def state_unit(field: ProposedField, unit: str, why: str) -> None:
    """Let ``field`` be money in ``unit``, or a number in another currency («پوند/pound»)."""
    if unit not in MONEY_UNITS:
        fa, _, en = unit.partition("/")
        field.say("unit", Label(fa.strip(), (en or fa).strip()), why)
        return
    zeros = len(str(MONEY_UNITS[unit])) - 1
    if field.evidence.decimals > zeros:
        field.notes["kind"] = f"{field.notes.get('kind', '')}; said to be in {unit}, but it has parts of a rial"
        return
    field.say("kind", "rial", field.notes.get("kind", ""))
    field.say("money_unit", unit, why)
    field.keys.pop("scale", None)
    field.notes.pop("scale", None)
