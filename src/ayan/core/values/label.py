"""A label: the same words in Persian, English and every further language in use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ayan.core.values.locale import Lang, codes, in_use, of, own_words, pick


@dataclass(frozen=True, slots=True)
class Label:
    """The same words in Persian and English; Persian is the source of truth.

    ``further`` holds the wordings that a declaration gives in other languages, by their codes. What it does not hold is
    looked up in the language's catalogue, under the English words.
    """

    fa: str
    en: str
    further: tuple[tuple[Lang, str], ...] = ()

    def of(self, lang: Lang) -> str:
        """The words in a language in use; in its fallback where nobody has translated them."""
        return pick(lang, self.fa, self.en, self.further)

    def words(self) -> dict[Lang, str]:
        """The words by language: Persian, English, and every further language in use that has its own."""
        own = ((locale.code, own_words(locale, self.en, self.further)) for locale in in_use()[2:])
        return {"fa": self.fa, "en": self.en, **{code: words for code, words in own if words is not None}}

    def format(self, **blanks: object) -> Label:
        """The label with its ``{blanks}`` filled in every language: each blank as `in_words` has it."""
        return self.filled(lambda _: blanks)

    def filled(self, blanks: Callable[[Lang], Mapping[str, object]]) -> Label:
        """The label with its ``{blanks}`` filled in every language by what ``blanks`` says for it."""

        def said(lang: Lang, words: str) -> str:
            return words.format(**{name: in_words(value, lang) for name, value in blanks(lang).items()})

        wordings = {lang: said(lang, words) for lang, words in self.words().items()}
        return Label(wordings.pop("fa"), wordings.pop("en"), tuple(wordings.items()))


def label_of(words: Mapping[str, object]) -> Label:
    """The label that `Label.words` were stored of; what is stored beside them under other names is left alone."""
    further = tuple((locale.code, str(words[locale.code])) for locale in in_use()[2:] if locale.code in words)
    return Label(str(words["fa"]), str(words["en"]), further)


def in_words(value: object, lang: Lang) -> object:
    """What fills a blank: a label in its own words, a list (or tuple) with the language's comma, all else as it is."""
    if isinstance(value, Label):
        return value.of(lang)
    if isinstance(value, list | tuple):
        return of(lang).comma.join(str(in_words(part, lang)) for part in value)
    return value


def in_each(said: Callable[[Lang], str]) -> Label:
    """What ``said`` says in each language in use: a number, a day, a name in its quotes."""
    wordings = {lang: said(lang) for lang in codes()}
    return Label(wordings.pop("fa"), wordings.pop("en"), tuple(wordings.items()))


def digits_label(text: object) -> Label:
    """A number that is written without groups (a row, a year, a page), in the digits of each language in use."""
    return in_each(lambda lang: of(lang).numerals(str(text)))


def number_label(number: int | Decimal) -> Label:
    """A number in groups, with the digits and marks of each language."""
    return in_each(lambda lang: of(lang).number(number))


def day_label(day: date) -> Label:
    """A day in digits, in the calendar of each language."""
    return in_each(lambda lang: of(lang).short_day(day))


def quoted(text: Label | str) -> Label:
    """A name in the quotes of each language."""
    return in_each(lambda lang: of(lang).quoted(str(in_words(text, lang))))


def joined(parts: Iterable[Label | str], by: str | None = None) -> Label:
    """The parts as one list, in every language with its own comma; ``by`` stands between them instead, if given."""
    members = list(parts)

    def said(lang: Lang) -> str:
        return (of(lang).comma if by is None else by).join(str(in_words(part, lang)) for part in members)

    return in_each(said)
