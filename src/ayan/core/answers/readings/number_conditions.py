"""Districts by their numbers and records by theirs, as conditions of one dataset."""

from __future__ import annotations

from typing import Final

from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.concepts.names import shape_of_code, written_like
from ayan.core.answers.pieces.phrases import Phrase
from ayan.core.answers.readings.word_usage import ABSENT, FITS, WordUses, add
from ayan.core.answers.words.morphology import form_words, surface_of
from ayan.core.answers.words.quantities import PERCENT_WORDS, TIMES, small_number_at
from ayan.core.query import values
from ayan.core.query.question import Filter
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.asked_value import BadValue

_UNITS: Final = {"متر": "مترمربع", "متری": "مترمربع", "مترمربع": "مترمربع", "metre": "مترمربع", "meter": "مترمربع"}
PERCENT: Final = ("%", "percent")
"""The English words of units in per cent."""
DISTRICT_UNIT: Final = ("شهرداری", "منطقه")
"""How the unit of a district is called."""


def _example(lexicon: Lexicon, dataset: Dataset, own: Field) -> str:
    """How the numbers in a column are written: those of the rows themselves, or of what it points to."""
    keyed = own.name in dataset.key and (own.kind.is_code or len(dataset.key) == 1)
    if keyed or own.ref is None:
        return lexicon.names.numbers.get(dataset.slug if keyed else "", "")
    other = lexicon.datasets.get(own.ref.dataset)
    # A unit that is pointed to by its name has no number here.
    by_number = other is not None and own.ref.field in other.key
    return lexicon.names.numbers.get(own.ref.dataset, "") if by_number else ""


def _numbered(lexicon: Lexicon, dataset: Dataset, code: str) -> list[Field]:
    """The columns whose numbers are written like one: with the same marks first, and the rows' own before others."""
    examples = {own.name: _example(lexicon, dataset, own) for own in dataset.published}
    marks = {mark for mark in "-/" if mark in code}
    alike = [own for own in reversed(dataset.published) if shape_of_code(examples[own.name]) == shape_of_code(code)]
    return sorted(
        (own for own in alike if examples[own.name]),
        key=lambda own: (
            marks != {mark for mark in "-/" if mark in examples[own.name]},
            abs(len(examples[own.name]) - len(code)),
            own.name not in dataset.key,
            own.name.startswith("to_"),
        ),
    )


def use_code(lexicon: Lexicon, dataset: Dataset, segment: Phrase, uses: WordUses) -> None:
    """A number of a record: the record itself here, those that point to it, or nothing that is known here."""
    code = segment.words[0].text
    for own in _numbered(lexicon, dataset, code):
        example = _example(lexicon, dataset, own)
        try:
            value = values.read_value(values.as_asked(dataset).field(own.name), written_like(code, example))
        except BadValue:
            continue
        add(uses, Filter(own.name, "eq", (value,)))
        uses.score += FITS
        return
    uses.score -= ABSENT
    uses.unread.append(segment.words[0].shown)


def is_unit_word(phrase: Phrase) -> bool:
    """Whether a piece is what areas are measured in."""
    return phrase.text.removesuffix("s") in _UNITS or phrase.text in PERCENT_WORDS


def is_unit_of(own: Field, phrase: Phrase) -> bool:
    """Whether a piece is no more than what a column is measured in: "duration in days", «۸۰ درصد»."""
    if own.unit is None:
        return False
    units = {surface_of(form_words(own.unit.fa)), surface_of(form_words(own.unit.en))}
    said = {phrase.text, phrase.text.removesuffix("s")}
    return bool(units & said) or (own.unit.en == "%" and phrase.text in PERCENT_WORDS)


def use_unit(dataset: Dataset, segment: Phrase, uses: WordUses) -> bool:
    """A unit behind a number, as the column that is measured in it: «بیش از ۳۰۰ متر»; whether there is such a one."""
    if any(is_unit_of(dataset.field(each.field), segment) for each in uses.measures):
        # What is measured so is named already.
        uses.score += FITS
        return True
    unit = "روز" if segment.text in TIMES else _UNITS.get(segment.text.removesuffix("s"))
    fields = [
        each
        for each in dataset.published
        if unit is not None
        and each.unit is not None
        and surface_of(form_words(each.unit.fa)) == unit
        and each.kind.summable
    ]
    own = next((each for each in fields if each.role == "quantity"), next(iter(fields), None))
    if own is None and unit == "روز":
        # «روزهای وعده»: what is counted says it in its name.
        called = [each for each in dataset.published if each.unit is None and each.kind.is_count]
        own = next((each for each in called if "days" in {word.text for word in form_words(each.label.en)}), None)
    if own is None:
        return False
    uses.score += FITS
    uses.measures.append(Meaning("measure", slug=dataset.slug, field=own.name))
    return True


def use_place(lexicon: Lexicon, dataset: Dataset, segment: Phrase, uses: WordUses) -> None:
    """Districts by their numbers, where a field of the dataset lists them."""
    own = next((each for each in dataset.published if each.role == "place" and each.choices is not None), None)
    codes = {entry.code for entry in own.choices.entries} if own is not None and own.choices is not None else set()
    asked = [str(number) for number in segment.districts]
    if own is None and (unit := _district_unit(lexicon, dataset, segment)) is not None:
        # «شهردار منطقهٔ ۲»: the unit that is called so.
        uses.score += FITS
        add(uses, Filter(unit[0], "eq", (unit[1],)))
        return
    if own is None and (named := _named_districts(lexicon, dataset, segment)):
        uses.score += FITS
        uses.filters.setdefault(named[0].field, []).extend(named)
        return
    if own is None or not set(asked) <= codes:
        uses.score -= ABSENT
        uses.unread.append(segment.text)
        if own is None:
            uses.absent.append(segment.text)
        return
    uses.score += FITS
    uses.filters.setdefault(own.name, []).extend(Filter(own.name, "eq", (code,)) for code in asked)


def district_units(lexicon: Lexicon, dataset: Dataset) -> str:
    """The field of units of a dataset whose names are those of districts; empty where there is none."""
    fields = [each.name for each in dataset.published if each.role == "unit"]
    named = {place for each in lexicon.names.with_words(DISTRICT_UNIT) for place in each.fields}
    return next((name for name in fields if (dataset.slug, name) in named), "")


def _district_unit(lexicon: Lexicon, dataset: Dataset, segment: Phrase) -> tuple[str, str] | None:
    """The field of units and the one unit of it that is of a district; None where no unit or several are called so."""
    field_names = {each.name for each in dataset.published if each.role == "unit"}
    units = {
        (name, each.text)
        for each in lexicon.names.with_words(DISTRICT_UNIT)
        for slug, name in each.fields
        if slug == dataset.slug and name in field_names and _district_of(each.text) == segment.districts[:1]
    }
    return next(iter(units)) if len(units) == 1 and len(segment.districts) == 1 else None


def district_named(lexicon: Lexicon, dataset: Dataset, field: str, segment: Phrase) -> str | None:
    """The municipality of a district, as a column calls it; None where none or several are called so."""
    names = {
        each.text
        for each in lexicon.names.with_words(DISTRICT_UNIT)
        if (dataset.slug, field) in each.fields and _district_of(each.text) == segment.districts[:1]
    }
    return next(iter(names)) if len(names) == 1 else None


def district_twin(lexicon: Lexicon, dataset: Dataset, condition: Filter) -> Filter | None:
    """The condition by the municipality of a district for one by the district, or the other way round; else None.

    «قراردادهای منطقهٔ ۲» are those that its municipality signed, or those of what is done there.
    """
    own = next((each for each in dataset.published if each.role == "place" and each.choices is not None), None)
    units = [each.name for each in dataset.published if each.role == "unit"]
    if condition.op != "eq" or own is None or own.choices is None or not units:
        return None
    for each in lexicon.names.with_words(DISTRICT_UNIT):
        numbers = _district_of(each.text)
        unit = next((name for name in units if (dataset.slug, name) in each.fields), None)
        if unit is None or len(numbers) != 1:
            continue
        if (condition.field, condition.text) == (own.name, str(numbers[0])):
            return Filter(unit, "eq", (each.text,))
        if (condition.field, condition.text) == (unit, each.text):
            return Filter(own.name, "eq", (str(numbers[0]),))
    return None


def _named_districts(lexicon: Lexicon, dataset: Dataset, segment: Phrase) -> list[Filter]:
    """Districts by their names, where a column of places holds them as texts; none where one of them is lacking."""
    places = [each.name for each in dataset.published if each.role == "place"]
    by_number = {
        _district_of(name.text): Filter(field, "eq", (name.text,))
        for name in lexicon.names.with_words(DISTRICT_UNIT[1:])
        for slug, field in name.fields
        if slug == dataset.slug and field in places and len(form_words(name.text)) == 2
    }
    wanted = [by_number.get((number,)) for number in segment.districts]
    return [each for each in wanted if each is not None] if all(wanted) else []


def _district_of(unit: str) -> tuple[int, ...]:
    words = form_words(unit)
    number = small_number_at(words, len(words) - 1)
    return () if number is None else (number,)
