"""A label: the same words in Persian, English and every further language in use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ayan.core.values.locale import ENGLISH, PERSIAN, Lang, in_use, own_words, pick


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
        """The label with its ``{blanks}`` filled in every language; a blank that is itself a label in its own words."""
        return self.filled(lambda _: blanks)

    def filled(self, blanks: Callable[[Lang], Mapping[str, object]]) -> Label:
        """The label with its ``{blanks}`` filled in every language by what ``blanks`` says for it."""

        def said(lang: Lang, words: str) -> str:
            values = blanks(lang).items()
            return words.format(
                **{name: value.of(lang) if isinstance(value, Label) else value for name, value in values}
            )

        wordings = {lang: said(lang, words) for lang, words in self.words().items()}
        return Label(wordings.pop("fa"), wordings.pop("en"), tuple(wordings.items()))


def label_of(words: Mapping[str, object]) -> Label:
    """The label that `Label.words` were stored of; what is stored beside them under other names is left alone."""
    further = tuple((locale.code, str(words[locale.code])) for locale in in_use()[2:] if locale.code in words)
    return Label(str(words["fa"]), str(words["en"]), further)


def joined(labels: Iterable[Label]) -> Label:
    """The labels as one list, in every language with its own comma."""
    parts = list(labels)
    further = tuple((value.code, value.comma.join(part.of(value.code) for part in parts)) for value in in_use()[2:])
    return Label(PERSIAN.comma.join(part.fa for part in parts), ENGLISH.comma.join(part.en for part in parts), further)
