"""The lexicon of a city: every form that means something here, made of declarations, concepts and published names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Final

from ayan.core.answers.concepts.concepts import Concept, Concepts, Grade
from ayan.core.answers.concepts.english_names import EnglishWords
from ayan.core.answers.concepts.label_words import LabelWords
from ayan.core.answers.concepts.meanings import Meaning, curated, declared, name_meanings, set_aside, written_codes
from ayan.core.answers.concepts.names import Name, Names
from ayan.core.answers.concepts.rewordings import reworded, with_values
from ayan.core.answers.concepts.unit_names import UnitWords, named
from ayan.core.answers.limits import (
    KEPT_WORDS,
    LONGEST_FORM,
    SHORTEST_GLUED,
    SHORTEST_JOINED,
    SHORTEST_LATIN_MISSPELT,
    SHORTEST_OF_GRAMMAR,
)
from ayan.core.answers.words.latin_letters import LatinLetters
from ayan.core.answers.words.morphology import Word, canonical, is_light_verb, is_negative, persons, surface_of, tokens
from ayan.core.answers.words.spelling import Spelling, other_keyboard
from ayan.core.answers.words.spelling import nearest as nearest_of
from ayan.core.schema.definition import Dataset

_ACTORS: Final = ("company", "person")
_UNDONE: Final = Word("نشده", "نشده")
_LATIN_ENDINGS: Final = ("haye", "hay", "hayi", "ha", "eh", "ye", "e")
"""Plurals and the ezafe, as they are written in Latin letters."""
# Meanings that say of what a question is.
_TELLING: Final = frozenset(("dataset", "value", "measure", "thing", "aggregate", "superlative", "place"))
# Meanings that say how a question is meant.
_GRAMMAR: Final = frozenset(("superlative", "aggregate", "comparison", "ask", "stop"))


@dataclass(frozen=True, slots=True)
class Match:
    """What some words of a question mean; ``fixed`` are the words that were read for others misspelt."""

    meanings: tuple[Meaning, ...]
    fixed: tuple[tuple[str, str], ...] = ()

    @property
    def grade(self) -> Grade:
        """The best grade of its meanings."""
        return min((meaning.grade for meaning in self.meanings), key=("right", "weak", "typo").index)


class Vocabulary:
    """What words mean by declarations and concepts alone, whatever is published: the same until one of them changes."""

    def __init__(self, datasets: Sequence[Dataset], concepts: Concepts) -> None:
        self.datasets = {dataset.slug: dataset for dataset in datasets}
        self.concepts = {concept.id: concept for concept in concepts.all}
        self.of_dataset = {slug: concept for slug in self.datasets if (concept := concepts.of_dataset(slug))}
        forms_said = [*curated(self.datasets, concepts)]
        entries = [*set_aside(declared(datasets), forms_said, concepts), *forms_said]
        # Titles and labels repeat from table to table, and each form has a concept's meanings.
        parts = {form: tokens(form) for form in dict.fromkeys(form for form, _ in entries)}
        entries += list(reworded(entries, parts, concepts.same))
        parts |= {form: tokens(form) for form in dict.fromkeys(form for form, _ in entries) if form not in parts}
        self.abroad = {token.text: tokens(fa) for en, fa in concepts.countries for each in en for token in tokens(each)}
        places = [*self.abroad.values(), *(tokens(each) for each in concepts.known)]
        self.english = EnglishWords(concepts.english)
        self.finglish = frozenset(token.text for form in concepts.finglish for token in tokens(form))
        self.known = (
            frozenset(token.text for words in (*parts.values(), *places) for token in words) | self.english.words
        )
        self.stem_of = {word: canonical(word, self.known) for word in self.known}
        self.first = {surface_of(tokens(form)): concept for form, concept in concepts.first.items()}
        spaced = {form: [self.stem(word.text) for word in words] for form, words in parts.items()}
        self.sequences = {
            sequence
            for form, words in parts.items()
            if len(words) > 1
            for sequence in (_spaced(words), " ".join(spaced[form]))
        }
        forms: dict[str, dict[Meaning, None]] = defaultdict(dict)
        for form, meaning in entries:
            words = parts[form]
            if words and len(words) <= LONGEST_FORM:
                for key in {surface_of(words), "".join(spaced[form])}:
                    forms[key][meaning] = None
        self.forms = {key: _best(meanings) for key, meanings in forms.items()}
        self.written = written_codes(entries, parts)
        rightly = dict.fromkeys(form for form, meaning in entries if meaning.grade != "typo")
        self.spelling = Spelling({token.text for form in rightly for token in parts[form]})
        self.latin = LatinLetters({token.text for form in rightly for token in parts[form]})
        self.labels = LabelWords(datasets, self.stem)
        self.unit_words = UnitWords(concepts.unit_sorts, concepts.unit_words)

    def stem(self, word: str) -> str:
        """A word without its endings."""
        known = self.stem_of.get(word)
        return canonical(word, self.known) if known is None else known


class Lexicon:
    """Everything that words can mean in one city, at one state of its data.

    ``pending`` are the datasets whose published names are not read yet.
    """

    def __init__(self, vocabulary: Vocabulary, names: Names, pending: frozenset[str] = frozenset()) -> None:
        self.datasets = vocabulary.datasets
        self.names = names
        self.pending = pending
        self.concepts = vocabulary.concepts
        self._vocabulary = vocabulary
        self._first = vocabulary.first
        self._known = vocabulary.known
        self._sequences = vocabulary.sequences
        self._forms = vocabulary.forms
        self._written = vocabulary.written
        self._spellings = (vocabulary.spelling, *names.spellings)
        # What neighbours mean is asked by each way to read a question, and by its parts again.
        self._matched = lru_cache(KEPT_WORDS)(self._matching)

    @property
    def known(self) -> frozenset[str]:
        """Every word of a form."""
        return self._known

    def words_of(self, dataset: Dataset) -> Concept | None:
        """The curated concept of a dataset."""
        return self._vocabulary.of_dataset.get(dataset.slug)

    @property
    def labels(self) -> LabelWords:
        """The words of what columns and their values are called."""
        return self._vocabulary.labels

    def unit_at(self, words: Sequence[Word], start: int) -> tuple[int, Name] | None:
        """The unit that is called in English from a place on, and where its name ends; None where none is."""
        for end, begins, subjects in self._vocabulary.unit_words.said(words, start):
            units = [each for each in self.names.with_words(subjects) if self.is_unit(each)]
            if (unit := named(units, begins)) is not None:
                return end, unit
        return None

    def subject_at(self, words: Sequence[Word], start: int) -> tuple[int, tuple[Word, ...]] | None:
        """What several English words from a place on are in Persian, where names hold it, and where they end."""
        said = self._vocabulary.unit_words.subject(words, start) if words[start].is_latin else None
        if said is None or not self.names.with_words(said[1]):
            return None
        return said[0], tuple(Word(text, text) for text in said[1])

    def is_english(self, word: str) -> bool:
        """Whether a word in Latin letters stands in a form of declarations or concepts."""
        bare = word.removesuffix("'s")
        if self.is_finglish(word):
            return False
        return bare in self._known or bool(self._forms.get(bare) or self._forms.get(self.stem(bare)))

    def is_finglish(self, word: str) -> bool:
        """Whether a word stands in a form of concepts that is Persian in Latin letters."""
        return word in self._vocabulary.finglish

    def letters_of(self, word: str) -> tuple[str, ...]:
        """The Persian words of declarations and concepts that are written so in Latin letters."""
        return self._vocabulary.latin.meant(word)

    def names_rows(self, word: str) -> bool:
        """Whether a word means a dataset, a value, a measure or a sort of thing."""
        meanings = self._forms.get(word) or self._forms.get(self.stem(word)) or ()
        return any(each.sense in _TELLING for each in meanings)

    def names_in_english(
        self, words: Sequence[Word], start: int
    ) -> Iterator[tuple[int, tuple[Name, ...], tuple[str, ...]]]:
        """The published names that English words from a place on say, or the Persian words of some; and their end."""
        return self._vocabulary.english.names(self.names, words, start, self._letters)

    def _letters(self, token: Word) -> Sequence[Word]:
        return () if token.text in self._known or self._forms.get(token.text) else self.in_persian(token)

    def match(self, words: Sequence[Word]) -> Match | None:
        """What some words, taken together, mean; None where they are no form."""
        return self._matched(tuple(words))

    def _matching(self, words: tuple[Word, ...]) -> Match | None:
        match = self._match(words)
        if len(words) == 1:
            return match
        # «مخالفت کردن» is «مخالفت کرد», and «انجام شدن» whatever «انجام شد» is, too.
        others = (self._match([*words[:-1], Word(each, each)]) for each in persons(words[-1].text))
        if match is not None:
            return Match(with_values(match.meanings, (each.meanings for each in others if each is not None)))
        first = self._match(words[:1])
        if any(is_light_verb(word.text) for word in words[:-1]):
            return None
        if first is not None and any(each.sense == "stop" for each in first.meanings):
            return None
        return next((each for each in others if each is not None), None)

    def _match(self, words: Sequence[Word]) -> Match | None:
        surface, stems = surface_of(words), self._stems(words)
        if len(words) > 1 and not self._may_join(words):
            return None
        meanings = self._forms.get(surface) or ()
        if stems != surface:
            known = {(each.sense, each.slug, each.field, each.code) for each in meanings}
            others = self._forms.get(stems) or ()
            meanings = (
                *meanings,
                *(each for each in others if (each.sense, each.slug, each.field, each.code) not in known),
            )
        # «بدهکار» is one side, «بدهکاران» are the other: what is written so comes before what ends otherwise.
        written = self._written.get(surface, ())
        sure = {place for place, _ in written}
        meanings = tuple(
            each
            for each in meanings
            if each.sense != "value"
            or (each.slug, each.field) not in sure
            or ((each.slug, each.field), each.code) in written
        )
        if len(words) > 1 and words[0].is_latin:
            # "over time" is no "overtime".
            apart = [each for each in meanings if each.concept and _begins(each.concept, words[0].text)]
            meanings = tuple(apart) or meanings
        named = tuple(self._called(words))
        if not meanings and not named:
            # «جواب نداده‌اند» is «جواب نشده».
            undone = len(words) > 1 and is_negative(words[-1].text) and words[-1].text != _UNDONE.text
            return self._match([*words[:-1], _UNDONE]) if undone else None
        first = self._first.get(surface) or self._first.get(stems)
        marked = tuple(_marked(meaning, first) for meaning in meanings)
        return Match((*marked, *named))

    def _may_join(self, words: Sequence[Word]) -> bool:
        """Whether neighbours may be read together: written so in a form or a name, or not known by themselves.

        «قرار داد» is «قرارداد», but «به من» is not «بهمن».
        """
        if _spaced(words) in self._sequences or self._spaced_stems(words) in self._sequences:
            return True
        if len(surface_of(words)) >= SHORTEST_JOINED:
            return True
        return not all(map(self.is_word, words)) or bool(self.names.called([word.text for word in words]))

    def _spaced_stems(self, words: Sequence[Word]) -> str:
        return " ".join(self.stem(word.text) for word in words)

    def is_title(self, meaning: Meaning) -> bool:
        """Whether a name is what a row is called, and no person, company or place."""
        return meaning.sense == "name" and self.datasets[meaning.slug].field(meaning.field).role in (
            "title",
            "category",
        )

    @cached_property
    def registers(self) -> frozenset[str]:
        """The datasets whose rows are the things that others only name: companies, people, units."""
        targets = (each.target.split(".") for each in self.concepts.values() if each.sense == "entity-type")
        known = ((self.datasets[slug], name) for slug, name in targets if slug in self.datasets)
        return frozenset(
            dataset.slug
            for dataset, name in known
            if len(dataset.key) == 1
            and not self._happens(dataset)
            and any(each.name == name and each.role in _ACTORS for each in dataset.published)
        )

    def _happens(self, dataset: Dataset) -> bool:
        """Whether rows of a dataset happen at a time: journeys are no register of those who went."""
        concept = self.words_of(dataset)
        return concept is not None and bool(concept.text("time"))

    @cached_property
    def unit_things(self) -> frozenset[str]:
        """The words for a sort of thing that does what is published: a unit of the municipality."""
        things = [each for each in self.concepts.values() if each.sense == "entity-type"]
        return frozenset(each.target for each in things if any(map(self._names_units, each.more.get("names_also", ()))))

    def _names_units(self, place: str) -> bool:
        slug, _, name = place.partition(".")
        dataset = self.datasets.get(slug)
        return dataset is not None and any(each.name == name and each.role == "unit" for each in dataset.published)

    def is_unit(self, name: Name) -> bool:
        """Whether something of this name does what is published."""
        return any(self.datasets[slug].field(field).role == "unit" for slug, field in name.fields)

    def is_word(self, token: Word) -> bool:
        """Whether a word is known: of a form, or of a name."""
        return token.text in self._known or self.names.is_word(token.text) or self._stems([token]) in self._forms

    def stem(self, word: str) -> str:
        """A word without its endings."""
        return self._vocabulary.stem(word)

    def corrected(self, token: Word) -> tuple[Word, ...]:
        """The known words that an unknown one may mean: misspelt, typed with the wrong keyboard, or glued together.

        Several of them are alternatives, never a sequence.
        """
        if token.is_number or (token.is_latin and len(token.text) < SHORTEST_LATIN_MISSPELT):
            return ()
        other = other_keyboard(token.text)
        if other in self._forms or other in self._known:
            return (Word(other, other),)
        nearest = nearest_of(token.text, self._spellings)
        if len(token.text) < SHORTEST_OF_GRAMMAR:
            nearest = tuple(word for word in nearest if not self._is_grammar(word))
        return tuple(Word(word, word) for word in nearest)

    def in_persian(self, token: Word) -> tuple[Word, ...]:
        """The Persian words that one in Latin letters may be: those of names, else those of the lexicon."""
        if not token.is_latin:
            return ()
        words = self._in_latin(token.text)
        for ending in () if words else _LATIN_ENDINGS:
            if token.text.endswith(ending) and len(token.text) - len(ending) >= SHORTEST_LATIN_MISSPELT:
                # "darkhasthaye" is «درخواست‌های».
                words = words or self._in_latin(token.text.removesuffix(ending))
        return tuple(Word(word, word) for word in words)

    def abroad(self, token: Word) -> Sequence[Word]:
        """The Persian words for the name of a place abroad; none for any other word."""
        return self._vocabulary.abroad.get(token.text, ())

    def _in_latin(self, word: str) -> tuple[str, ...]:
        return self.names.in_latin(word) or self._vocabulary.latin.meant(word)

    def _is_grammar(self, word: str) -> bool:
        """Whether a word only says how a question is meant, and nothing of what it is about."""
        meanings = self._forms.get(word) or self._forms.get(self.stem(word)) or ()
        return bool(meanings) and all(meaning.sense in _GRAMMAR for meaning in meanings)

    def parted(self, token: Word) -> tuple[Word, ...]:
        """The words that were written as one: two or three forms; none where it cannot be parted, or in two ways."""
        text = token.text
        if len(text) < SHORTEST_GLUED or token.is_number:
            return ()
        ways = [way for at in range(2, len(text) - 1) for way in self._ways(text, at)]
        if not ways:
            return ()
        fewest = min(map(len, ways))
        best = sorted((way for way in ways if len(way) == fewest), key=lambda way: -max(map(len, way)))
        if len(best) > 1 and max(map(len, best[0])) == max(map(len, best[1])):
            return ()
        return tuple(Word(part, part) for part in best[0])

    def _ways(self, text: str, at: int) -> Iterator[tuple[str, ...]]:
        head, rest = text[:at], text[at:]
        if not self._is_form(head):
            return
        if self._is_form(rest):
            yield head, rest
        for cut in range(2, len(rest) - 1):
            if self._is_form(rest[:cut]) and self._is_form(rest[cut:]):
                yield head, rest[:cut], rest[cut:]

    def _is_form(self, word: str) -> bool:
        meanings = self._forms.get(word) or self._forms.get(self.stem(word)) or ()
        # Of two letters only what says nothing: «شهرداررو».
        return bool(meanings) and (len(word) > 2 or any(meaning.sense == "stop" for meaning in meanings))

    def _called(self, words: Sequence[Word]) -> Iterator[Meaning]:
        texts = [token.text for token in words]
        if len(words) == 1 and words[0].is_latin:
            # "Azar" is a month, and somebody's name.
            texts = [text for text in self.names.in_latin(words[0].text) if self.names.called([text])][:1]
        for name in self.names.called(texts):
            yield from name_meanings(name)

    def _stems(self, words: Sequence[Word]) -> str:
        return "".join(self.stem(token.text) for token in words)


def _begins(concept: Concept, word: str) -> bool:
    """Whether a form of a concept begins with a word."""
    return any(form.split()[0].lower() == word for form, _ in concept.forms)


def _spaced(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _best(meanings: Mapping[Meaning, None]) -> tuple[Meaning, ...]:
    """Each meaning once, by its best grade; a concept before a bare label for the same place."""
    order = {"right": 0, "weak": 1, "typo": 2}
    best: dict[tuple[str, ...], Meaning] = {}
    for meaning in sorted(meanings, key=lambda each: (order[each.grade], each.concept is None)):
        own = "" if meaning.sense in ("value", "field", "dataset") else meaning.concept.id if meaning.concept else ""
        best.setdefault((meaning.sense, meaning.slug, meaning.field, meaning.code, own), meaning)
    return tuple(best.values())


def _marked(meaning: Meaning, first: str | None) -> Meaning:
    if first is None or meaning.concept is None or meaning.concept.id != first:
        return meaning
    return replace(meaning, first=True)
