"""The one row that was found, told by what is asked of it: who rents a stall, when a project began, what a bid was."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from ayan.core.answers.cards import wording
from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.limits import MOST_TOLD_COLUMNS, MOST_TOLD_ROWS
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.readings.word_usage import named_also
from ayan.core.answers.words.morphology import form_words, is_light_verb, listed
from ayan.core.query.answer import Row
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang

_WITH_COLUMNS: Final = Label("{columns}. {text}", "{columns}. {text}")
_COLUMN: Final = Label("{label}: {value}", "{label}: {value}")
_UNWRITTEN: Final = Label("نوشته نشده", "not stated")
_BEGINNING: Final = listed("شروع اغاز کلنگ begin began begun start started starts")
_ENDING: Final = listed(
    "تمام پایان اتمام ادامه خاتمه انقضا منقضی finish finished finishes end ends ended expire expires until"
)
_UNTIL_WHEN: Final = frozenset((("تا", "کی"), ("تا", "کیه"), ("تا", "چه"), ("until", "when")))
_SAID_OF_BEGINNING: Final = listed("شروع انعقاد صدور اغاز رفت")
_SAID_OF_ENDING: Final = listed("پایان مهلت بازگشت اعتبار")
"""What labels of columns call when something begins, and until when it runs."""
_WHERE: Final = frozenset(("محل", "معبر"))
_WHOSE: Final = frozenset((before, "کی") for before in ("مال", "با", "به", "برای", "توسط"))
_STATES: Final = listed("وضعیت وضع وضعی وضعیتش status state")
_REASONS: Final = listed("چرا دلیل علت why reason")
_SQUARE: Final = listed("متر متره متری متراژ متراژش بزرگی")
"""Words of how large something is."""
_DAYS: Final = ("day", "days")
_SQUARE_METRES: Final = "m²"
_ROLES: Final = {
    "person": ("person", "company"),
    "place": ("place",),
    "money": ("amount",),
    "number": ("amount",),
    "in-charge": ("unit",),
}
"""The columns that question words ask for without naming them."""


def with_columns(
    lexicon: Lexicon, text: Label, asked: AskedQuestion, rows: Sequence[Row], ordered_by: str = ""
) -> Label:
    """A text about rows, before it what is asked of them where there is one alone; ``ordered_by`` is one it has."""
    if 1 < len(rows) <= MOST_TOLD_ROWS:
        return _of_several(lexicon, text, asked, rows)
    if len(rows) != 1:
        return text
    row = rows[0]
    fields = [own for own in _asked_of(lexicon, asked, row) if own.name != ordered_by]
    return with_values(text, fields, row)


def _of_several(lexicon: Lexicon, text: Label, asked: AskedQuestion, rows: Sequence[Row]) -> Label:
    """A text about a few rows, before it what each of them has in the first column that is asked for."""
    own = next(iter(_asked_of(lexicon, asked, rows[0])), None)
    if own is None or own.name in {each.field for each in asked.scope.filters} or own.role == "date":
        return text
    values = list(dict.fromkeys(row.values.get(own.name) for row in rows))
    if None in values or "" in values or (asked.sort is not None and asked.sort.field == own.name):
        return text

    def in_words(lang: Lang) -> dict[str, object]:
        said = (wording.isolated(wording.field_value(own, value, lang), lang) for value in values)
        column = _COLUMN.of(lang).format(label=own.label.of(lang), value=locale.of(lang).comma.join(said))
        return {"columns": column, "text": text.of(lang)}

    return _WITH_COLUMNS.filled(in_words)


def with_values(text: Label, fields: Sequence[Field], row: Row) -> Label:
    """A text about one row, before it the values of some columns."""
    if not fields:
        return text

    def in_words(lang: Lang) -> dict[str, object]:
        said = (
            _COLUMN.of(lang).format(
                label=own.label.of(lang),
                value=_value(own, row, lang),
            )
            for own in fields[:MOST_TOLD_COLUMNS]
        )
        return {"columns": locale.of(lang).semicolon.join(said), "text": text.of(lang)}

    return _WITH_COLUMNS.filled(in_words)


def _value(own: Field, row: Row, lang: Lang) -> str:
    """What stands in a column of a row; that nothing does."""
    value = row.values.get(own.name)
    return _UNWRITTEN.of(lang) if value in (None, "") else wording.isolated(wording.field_value(own, value, lang), lang)


def _asked_of(lexicon: Lexicon, asked: AskedQuestion, row: Row) -> Iterator[Field]:
    """The columns that a question names, or asks for by its question word, and has no condition on."""
    dataset, reading = asked.dataset, asked.reading
    held = {each.field for each in asked.scope.filters}
    named = [*reading.keys, *(each.field for each in reading.measures)]
    named = [asked.otherwise] if asked.otherwise else named
    published = {each.name: each for each in dataset.published}
    fields = [published[name] for name in dict.fromkeys(named) if name in published and name not in held]
    # A number that they are in order of is told anyway.
    held |= {asked.sort.field} if asked.sort is not None else set()
    yield from fields or values_asked(lexicon, dataset, reading.parted, row, held)


def values_asked(
    lexicon: Lexicon, dataset: Dataset, question: Parted, row: Row, held: Collection[str] = ()
) -> list[Field]:
    """The columns of one row that a question names, or asks for by a verb or a question word; not those ``held``.

    One that is named is told where nothing stands in it, too; what a state is that is named comes behind all others.
    """
    pieces = question.segments
    is_numbered = any(phrase.sense in ("code", "number", "period") for phrase in pieces)
    # By its number it was found.
    published = {each.name: each for each in dataset.published if not (is_numbered and each.name in dataset.key)}
    named = [name for phrase in pieces for name in _named(dataset, phrase)]
    named += [*_said(dataset, question), *_of_labels(lexicon, dataset, question)]
    states = [name for phrase in pieces for name in _state(dataset, phrase)]
    columns = [published[name] for name in dict.fromkeys(named) if name in published and name not in held]
    columns = columns or [published[name] for name in dict.fromkeys(states) if name not in held]
    others = (each for phrase in pieces for each in phrase.of("dataset") if each.grade == "right")
    if not columns and all(each.slug == dataset.slug for each in others):
        # What is asked of rows of another table stands in no column of this one.
        words = (name for name in dict.fromkeys(_by_question_word(dataset, question)) if name not in held)
        asked = (published[name] for name in words if name in published)
        columns = [own for own in asked if row.values.get(own.name) not in (None, "")]
    # What stands in the question itself is not asked for.
    names = {each.text for phrase in question.segments for each in phrase.of("name")}
    columns = [own for own in columns if row.values.get(own.name) not in names]
    return sorted(columns, key=lambda own: row.values.get(own.name) in (None, ""))


def _named(dataset: Dataset, phrase: Phrase) -> Iterator[str]:
    """The columns of a dataset that a piece means: by words of their own, or by a sort of thing that stands in them."""
    published = {each.name: each for each in dataset.published}
    for meaning in phrase.meanings:
        name = meaning.field
        if meaning.slug == dataset.slug and name in published and not meaning.code:
            if meaning.sense in ("relation", "measure", "field", "value"):
                yield name
        elif meaning.sense in ("relation", "measure") and name in published:
            # "Contractor of" is said of contracts, and is a column of projects, too.
            yield name
        elif meaning.sense == "dataset" and meaning.grade == "right" and meaning.slug != dataset.slug:
            # «قرارداد پروژهٔ …»: the number of the contract that the project points to.
            pointers = (own for own in dataset.published if own.ref is not None and not own.kind.is_company)
            yield from (own.name for own in pointers if own.ref is not None and own.ref.dataset == meaning.slug)
        elif meaning.sense == "thing" and meaning.grade != "weak":
            slug, _, name = meaning.target.partition(".")
            also = named_also(dataset, meaning)
            # A word for the sort of thing that all rows are asks for none of their columns.
            if slug == dataset.slug and name in published and published[name].role != "title":
                yield name
            elif also is not None:
                yield also.name


def _state(dataset: Dataset, phrase: Phrase) -> Iterator[str]:
    """The column of the state that a piece names."""
    for meaning in phrase.of("value"):
        if meaning.slug == dataset.slug and meaning.code and meaning.grade != "weak":
            yield from (each.name for each in dataset.published if each.name == meaning.field and each.role == "status")


def _of_labels(lexicon: Lexicon, dataset: Dataset, question: Parted) -> Iterator[str]:
    """The columns whose labels stand in a question: whole, or by a word of them that names nothing else."""
    stems = [lexicon.stem(word.text) for word in question.words]
    for own in dataset.published:
        labels = [[lexicon.stem(word.text) for word in form_words(form)] for form in (own.label.fa, own.label.en)]
        if any(len(label) > 1 and _stands(label, stems) for label in labels):
            yield own.name
    for phrase in question.segments:
        if phrase.sense not in ("words", "unknown") or phrase.has("name", "page", "place"):
            continue
        if any(each.sense == "dataset" and each.grade == "right" for each in phrase.meanings):
            continue
        words = [word.text for word in phrase.words if not is_light_verb(word.text)]
        yield from (each.field for each in lexicon.labels.meant(dataset, words) if words and not each.code)


def _stands(label: Sequence[str], stems: Sequence[str]) -> bool:
    """Whether all words of a label stand in a question one behind the other."""
    size = len(label)
    return any(list(stems[at : at + size]) == list(label) for at in range(len(stems) - size + 1))


def _said(dataset: Dataset, question: Parted) -> Iterator[str]:
    """The columns that a verb asks for: when something begins, until when it runs, how it stands, why."""
    texts = {text for word in question.words for text in (word.text, word.shown)}
    words = [word.text for word in question.words]
    dates = [each for each in dataset.published if each.kind.is_day]
    if texts & _BEGINNING:
        yield from _labelled(dates, _SAID_OF_BEGINNING)
    if texts & _ENDING or any(pair in _UNTIL_WHEN for pair in pairwise(words)):
        yield from _labelled(dates, _SAID_OF_ENDING)
    if texts & _SQUARE:
        yield from (each.name for each in dataset.published if each.unit is not None and each.unit.en == _SQUARE_METRES)
    if texts & _STATES:
        yield from (each.name for each in dataset.published if each.role == "status")
    if texts & _REASONS:
        yield from (each.name for each in dataset.published if "دلیل" in each.label.fa)


def _labelled(fields: Iterable[Field], words: frozenset[str]) -> Iterator[str]:
    held = [(each, set(each.label.fa.replace("\u200c", " ").split())) for each in fields]
    for word in sorted(words):
        yield from (each.name for each, label in held if word in label)


def _by_question_word(dataset: Dataset, question: Parted) -> Iterator[str]:
    """The columns that a question word asks for where no word names one: who, when, where, how long, how much."""
    asks = {
        each.target.partition(":")[2]
        for phrase in question.segments
        for each in phrase.of("ask")
        if each.grade == "right"
    }
    roles = {role for asked in asks for role in _ROLES.get(asked, ())}
    yield from (each.name for each in dataset.published if each.role in roles)
    if "place" in asks:
        yield from (each.name for each in dataset.published if each.label.fa in _WHERE)
    if "date" in asks and not any(pair in _WHOSE for pair in pairwise(word.text for word in question.words)):
        dates = sorted((each for each in dataset.published if each.kind.is_day), key=lambda each: each.role != "date")
        # «کی» is when, or who.
        yield from (each.name for each in (dates[:1] if "person" in asks else dates))
    if asks & {"duration"}:
        yield from (each.name for each in dataset.published if each.unit is not None and each.unit.en in _DAYS)
