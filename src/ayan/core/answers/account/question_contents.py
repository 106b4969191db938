"""What a question of the grammar holds: its columns, functions, conditions and their words."""

from __future__ import annotations

from functools import cached_property

from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.pieces.phrases import Phrase
from ayan.core.answers.readings.look_ups import said, wordings
from ayan.core.answers.readings.number_conditions import DISTRICT_UNIT, PERCENT
from ayan.core.answers.words.morphology import form_words, plain
from ayan.core.query.operators import columns_of
from ayan.core.query.question import Filter
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field


class QuestionContents:
    """The columns that a question of the grammar asks for or is bound to, what it does with them, and its words."""

    def __init__(self, facts: CityFacts, asked: AskedQuestion, wanted: Cues) -> None:
        self.facts = facts
        self.wanted = wanted
        self.lexicon: Lexicon = facts.lexicon
        self.asked = asked
        self.dataset: Dataset = asked.dataset
        own = tuple(each.field for each in asked.keys)
        measured = tuple(measure.field for measure in asked.measures if measure.field)
        # Rows come newest first where nobody asks for an order.
        ordered = asked.sort is not None and asked.shape == "list" and wanted.order is not None
        sort = (asked.sort.field,) if asked.sort is not None and ordered else ()
        whole = (asked.whole[1].field,) if asked.whole is not None else ()
        conditions = tuple(name for each in self.filters for name in (each.field, *columns_of(each.op, each.values)))
        public = {each.name for each in self.dataset.published}
        self.fields = frozenset((*own, *measured, *sort, *whole, *conditions)) & public
        self.functions = frozenset(measure.function for measure in asked.measures)

    @cached_property
    def filters(self) -> tuple[Filter, ...]:
        """The conditions of the question, and of the whole that a share is of."""
        more = self.asked.whole[0].filters if self.asked.whole is not None else ()
        return (*self.asked.scope.filters, *more)

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles of the fields that the question holds."""
        named = {each.name: each.role or "" for each in self.dataset.published}
        return frozenset(named[name] for name in self.fields if named.get(name))

    @cached_property
    def texts(self) -> str:
        """The words of every condition, and those that rows must hold."""
        said = [self.asked.scope.search, *(str(value) for each in self.filters for value in each.values)]
        return " " + " ".join(word.text for text in said for word in form_words(text)) + " "

    def points_to(self, name: str, target: str) -> bool:
        """Whether a column holds the numbers of records that are called so: "contracts without a tender number"."""
        own = next((each.ref for each in self.dataset.published if each.name == name), None)
        return own is not None and f"{own.dataset}.{own.field}" == target

    @property
    def segments(self) -> tuple[Phrase, ...]:
        """The pieces of the question."""
        return self.asked.reading.parted.segments

    def denies(self) -> bool:
        """Whether a condition says no: what is not so, or a column that is empty; one that is filled denies nothing.

        Of whoever stands in several rows one that is not so denies none of the others: who was absent once was there
        another time, and so was whoever never was absent.
        """
        return not self._is_of_several_rows() and any(
            each.values[:1] == (True,) if each.op == "isnull" else each.op == "not" or each.text == "0"
            for each in self.filters
        )

    def is_bound_to_deny(self) -> bool:
        """Whether what is not so must be denied by a condition: where a number is told, or whoever has several rows."""
        return self.asked.shape in ("figure", "share") or self._is_of_several_rows()

    def _is_of_several_rows(self) -> bool:
        """Whether each of those that are asked for may stand in several rows: counted once, or listed by an event."""
        if "distinct" in self.functions:
            return True
        if self.asked.shape != "list":
            return False
        own, key = self.dataset, self.dataset.key
        things = {meaning.target.partition(".")[0] for each in self.segments for meaning in each.of("thing")}
        things |= {meaning.slug for each in self.segments for meaning in each.of("dataset")}
        pointing = any(each.name in key and each.ref and each.ref.dataset in things for each in own.published)
        people = any(each.name in key and each.role == "person" for each in own.published)
        return len(key) > 1 and (pointing or (people and "person" in self.wanted.asks))

    def is_flowing(self) -> bool:
        """Whether money is worked out that flowed, of which the end of a period is another than all of it."""
        flows = (self.is_money(each) and self.dataset.field(each).nature == "flow" for each in self.fields)
        return self.asked.shape in ("figure", "share", "ranking") and any(flows)

    def of_course(self, phrase: Phrase) -> bool:
        """Whether a piece asks how something went along time."""
        return any(each.target == "trend" and each.grade == "right" for each in phrase.of("aggregate"))

    def of_time(self) -> bool:
        """Whether the question holds a time: as key, condition or order."""
        fields = {each.name: each for each in self.dataset.published}
        return any(fields[name].kind.is_day or fields[name].kind.is_period for name in self.fields if name in fields)

    def holds(self, text: str) -> bool:
        """Whether the words of a condition are those of a piece."""
        words = [word.text for word in form_words(text)]
        return bool(words) and all(
            f" {word} " in self.texts or f" {self.lexicon.stem(word)} " in self.texts for word in words
        )

    def is_looked_up(self, phrase: Phrase) -> bool:
        """Whether a piece is looked up by another word for the same, or by part of a name."""
        others = [" ".join(said(self.lexicon, self.dataset, phrase))]
        for meaning in phrase.meanings:
            if meaning.grade == "weak" or meaning.sense not in ("value", "service", "dataset", "measure", "name"):
                continue
            titles = meaning.concept.more.get("find", ()) if meaning.concept is not None else ()
            others += [*map(str, titles), *wordings(self.lexicon, meaning)]
        return any(self.holds(plain(each)) for each in others)

    def is_searched(self, name: str) -> bool:
        """Whether the words that rows must hold stand in a column: «کمیسیون» beside the name of one."""
        words = [word.text for word in form_words(self.asked.scope.search)]
        place = (self.dataset.slug, name)
        return bool(words) and all(place in self.lexicon.names.places(word) for word in words)

    def role(self, name: str) -> str:
        """The role of a column; empty for none."""
        return next((each.role or "" for each in self.dataset.published if each.name == name), "")

    def is_money(self, name: str) -> bool:
        """Whether a column is of money."""
        return any(each.name == name and each.kind.is_money for each in self.dataset.published)

    def is_percent(self, name: str) -> bool:
        """Whether a column is in per cent."""
        own = next((each for each in self.dataset.published if each.name == name), None)
        return own is not None and own.unit is not None and own.unit.en in PERCENT

    def is_at(self, condition: Filter) -> bool:
        """Whether a condition is of a district, or of its unit, and of no other unit."""
        role = self.role(condition.field)
        return role == "place" or (role in ("unit", "title") and DISTRICT_UNIT[1] in condition.text)

    def is_one_sort(self, phrase: Phrase, slug: str) -> bool:
        """Whether a word says in another table which sort of its things is meant, and nothing in this one."""
        sorts = (each for each in phrase.of("value") if each.slug == slug and each.code and each.grade == "right")
        return any(sorts) and not any(each.slug == self.dataset.slug for each in phrase.meanings)

    def measured(self) -> list[Field]:
        """The columns that are measured."""
        return [self.dataset.field(each.field) for each in self.asked.measures if each.field]
