"""The account of a question: what became of each of its words in the question that is put, and what is left over.

A reading says what words may mean; only the question that is put in the end says which of them it used. So
nothing here asks a reading: what stands in no condition, measure, key, order or period was not taken into account.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ayan.core.answers.account.aimed_contents import AimedContents
from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.grammar.measures import is_monthly, is_of_each_month
from ayan.core.answers.grammar.said_rows import is_dated_thing
from ayan.core.answers.grammar.share_parts import is_rate_asked
from ayan.core.answers.pieces.cues import PARTS_OF_TIME, Cues
from ayan.core.answers.pieces.denied_words import NOBODY
from ayan.core.answers.pieces.phrases import Phrase
from ayan.core.answers.readings.look_ups import is_home, is_noun_of, is_of_all, is_swallowed, joined_values
from ayan.core.answers.readings.named_columns import labels_hold
from ayan.core.answers.readings.number_conditions import is_unit_of, is_unit_word
from ayan.core.answers.readings.reading_doubts import leads_units, says_head
from ayan.core.answers.readings.word_order import OWNERS, head, is_set_against, says_key
from ayan.core.answers.readings.word_usage import WordAccount
from ayan.core.answers.words.morphology import is_light_verb, is_negative
from ayan.core.answers.words.quantities import TIMES
from ayan.core.schema.field import Field

_TIMES: Final = frozenset(("per-year", "per-quarter", "per-month", "each-month", "trend"))
_LIMITS: Final = frozenset(("above", "below", "lt", "lte", "gt", "gte"))
_FIGURES: Final = frozenset(("number", "count", "money", "list", "yes-no", "record", "definition"))
"""What somebody asks for whom a number answers."""
_PEOPLE: Final = frozenset(("person", "company", "unit", "title", "category"))
_WHOLE: Final = frozenset(("کل", "تمام", "همه", "total", "whole", "all"))
_ENDED: Final = "end-of"
_EDGES: Final = {"gte": ("gte", "gt"), "gt": ("gte", "gt"), "lte": ("lte", "lt"), "lt": ("lte", "lt")}
"""How a time from which on, or until which, something happened stands in a question."""
_WITHIN: Final = frozenset(("in", "of", "at", "در", "تو", "توی"))
_DAYS: Final = ("day", "days")
_COUNTED_DAYS: Final = frozenset(("روز", "روزه", "day", "days"))
_WORTH: Final = frozenset(("ارزش", "ارزشش", "worth", "value"))
_LEFT: Final = frozenset(("مانده", "مونده", "ماند", "باقی", "باقیمانده", "remaining", "remains"))


def word_account(facts: CityFacts, asked: AskedQuestion, wanted: Cues) -> WordAccount:
    """What became of each word of a question in what is asked of the data."""
    ledger = _Ledger(facts, asked, wanted)
    segments = asked.reading.parted.segments
    return WordAccount(tuple(each for place, each in enumerate(segments) if not ledger.is_used(segments, place)))


class _Ledger(AimedContents):
    """What a question of the grammar holds, against which each piece of the words is held."""

    def is_used(self, segments: Sequence[Phrase], place: int) -> bool:
        """Whether a piece stands in the question."""
        phrase = segments[place]
        said = phrase in (*self.asked.held, *self.asked.reading.compared, *self.asked.reading.below)
        return said or (phrase.sense == "unknown" and self.is_bounding(phrase)) or self._is_used(segments, place)

    def _is_used(self, segments: Sequence[Phrase], place: int) -> bool:
        phrase = segments[place]
        if phrase.sense == "period":
            return self.asked.period is not None or self.of_time()
        if phrase.sense == "place":
            return any(map(self.is_at, self.filters))
        if phrase.sense in ("amount", "number"):
            # One that is no condition leaves the reading unsure by itself.
            return True
        if phrase.sense == "code":
            return self.holds(phrase.text)
        return self._are_words_used(segments, place)

    def _are_words_used(self, segments: Sequence[Phrase], place: int) -> bool:
        phrase = segments[place]
        flows = (self.is_money(each) and self.dataset.field(each).nature == "flow" for each in self.fields)
        if phrase.text in _LEFT and self.asked.shape in ("figure", "share") and any(flows):
            # Of money that flowed nothing is left at any date: «چقدر مانده» asks for a balance.
            return False
        if phrase.text in _LEFT and place and segments[place - 1].text in _COUNTED_DAYS:
            # «بیشتر از ۳۰ روز مانده»: what lasted so long, or waits since then, no column says.
            return False
        if is_of_all(self.lexicon, self.dataset, phrase) or is_noun_of(segments, place, self.dataset.slug):
            return True
        if place and is_swallowed(self.lexicon, segments[place - 1], phrase, self.dataset.slug):
            return False
        if self.is_headed(phrase) or self.is_counted_elsewhere(phrase):
            # "Budget of advertising": what was spent is no budget.
            return False
        if self.is_other_whole(segments, place):
            # «سهم حقوق از بودجه»: no share of pay.
            return False
        if self.holds(phrase.text) or self.is_looked_up(phrase):
            return True
        said = [word.text for word in phrase.words]
        labels = self.lexicon.labels.meant(self.dataset, said)
        if not labels and len(said) > 1 and is_light_verb(said[-1]) and not is_negative(said[-1]):
            # «که بدهی دارند»: the column, with its verb.
            labels = self.lexicon.labels.meant(self.dataset, said[:-1])
        for meant in labels:
            held = [each.text.split(",") for each in self.filters if each.field == meant.field]
            if (not meant.code and meant.field in self.fields) or any(meant.code in codes for codes in held):
                return True
        if self._is_named_column(phrase):
            return True
        return self._is_unit(segments, place) or (phrase.sense != "unknown" and self._of_words(segments, place))

    def _is_named_column(self, phrase: Phrase) -> bool:
        """Whether a piece is part of what a column of a condition is called, or what a column is measured in."""
        measured = any(is_unit_of(self.dataset.field(name), phrase) for name in self.fields)
        named = (labels_hold(self.lexicon, self.dataset, phrase, each.field) for each in self.filters)
        return measured or any(named)

    def _is_unit(self, segments: Sequence[Phrase], place: int) -> bool:
        """Whether a piece is what the number of a condition is counted in: «بیش از ۳۰۰ متر»."""
        measured = (
            place > 0
            and segments[place - 1].sense == "number"
            and (is_unit_word(segments[place]) or segments[place].text in TIMES)
        )
        return measured and bool(self.wanted.bounds)

    def _of_words(self, segments: Sequence[Phrase], place: int) -> bool:
        phrase = segments[place]
        if phrase.text in NOBODY:
            return self.denies()
        if phrase.text == "by" and self.asked.by is None and says_key(segments):
            # "Fines by violation" in one sum.
            return False
        if phrase.has("stop") and is_negative(phrase.text) and self.is_bound_to_deny():
            # A number of what is not so needs a condition that says no.
            return self.denies() or any(each.op in _LIMITS for each in self.filters)
        if self.is_denied_alone(segments, place) or self.is_qualifying(segments, place):
            return False
        if any(self._is_meant(phrase, each, segments, place) for each in self._meanings(phrase)):
            return True
        if place and any(
            self._is_value(phrase, each)
            for each in joined_values(self.lexicon, self.dataset, segments[place - 1], phrase)
        ):
            return True
        if self.asked.by is not None and phrase.text in PARTS_OF_TIME:
            return self.of_time()
        if is_negative(phrase.text):
            return self.denies()
        if is_light_verb(phrase.text):
            return True
        alone = [self.lexicon.match([word]) for word in phrase.words] if len(phrase.words) > 1 else []
        return bool(alone) and all(
            match is not None and any(each.sense == "stop" for each in match.meanings) for match in alone
        )

    def _meanings(self, phrase: Phrase) -> Iterator[Meaning]:
        yield from phrase.meanings
        words = [word for word in phrase.words if not is_light_verb(word.text)]
        match = self.lexicon.match(words) if words and len(words) < len(phrase.words) else None
        # «تمام شده» is no «تمام» of anything, and «پرداختی به» says more than «به».
        senses = ("aggregate", "ask", "stop") if phrase.meanings else ("aggregate", "ask")
        yield from (each for each in match.meanings if each.sense not in senses) if match else ()

    def _is_meant(self, phrase: Phrase, meaning: Meaning, segments: Sequence[Phrase], place: int) -> bool:
        """Whether the question holds what a piece means by one of its meanings."""
        sense = meaning.sense
        if sense == "stop":
            # A word that was read for one that says nothing may have said something; "over their value" compares.
            is_said = not phrase.fixed and not self.is_said_elsewhere(phrase)
            return is_said and not (is_set_against(segments, place) and not self.wanted.bounds)
        if sense == "ask" and phrase.words[0].text in _WORTH and all(map(is_of_each_month, self.measured())):
            # What something is worth is no rent of it.
            return self.asked.shape == "list" and not self.measured() and meaning.target != "answer:money"
        if sense == "ask":
            return self._is_answered(meaning.target.partition(":")[2])
        if sense == "aggregate":
            # "overtime" is no course over time where it is asked of one.
            return self._is_worked_out(meaning) and not (phrase.has("measure") and meaning.target in _TIMES)
        if sense == "superlative":
            return self.is_ordered(phrase, meaning)
        if sense == "comparison":
            return self.is_compared(phrase, meaning, segments, place)
        if sense == "period":
            return self._is_time(meaning)
        if sense == "place":
            return self._is_place(meaning)
        if sense == "unit":
            return bool(self.wanted.bounds) or any(self.is_money(name) for name in self.fields)
        if sense == "page":
            return self._is_page(meaning) and not phrase.has("comparison")
        if sense == "thing":
            return not self.is_one_sort(phrase, meaning.target.partition(".")[0]) and self._is_thing(meaning)
        return self._is_data(phrase, meaning)

    # --- what is asked of the rows ------------------------------------------------------------------------------------

    def _is_answered(self, wanted: str) -> bool:
        """Whether an answer of this shape says what a question word asks for."""
        shape = self.asked.shape
        is_nowhere = wanted == "place" and not self.filters and not self.asked.reading.named
        if (shape == "list" and not is_nowhere and wanted not in ("in-charge", "elsewhere")) or wanted in _FIGURES:
            return True
        if wanted == "duration":
            return self._is_of_days()
        if wanted == "in-charge":
            return "unit" in self.roles
        if wanted == "person":
            return bool(self.roles & _PEOPLE)
        if wanted in ("date", "trend"):
            return self.of_time()
        return wanted == "place" and (shape == "ranking" or ("place" in self.roles and not is_nowhere))

    def _is_of_days(self) -> bool:
        """Whether what is worked out are days that something lasted."""
        fields = (self.dataset.field(measure.field) for measure in self.asked.measures if measure.field)
        return any(own.unit is not None and own.unit.en in _DAYS for own in fields)

    def _is_worked_out(self, meaning: Meaning) -> bool:
        """Whether what is done with numbers is what the word says."""
        target, asked = meaning.target, self.asked
        if target == "trend":
            # A year is no course over several.
            return (self.asked.by is not None and self.of_time()) or len(self.wanted.periods) > 1
        if target in _TIMES and asked.shape == "list" and is_dated_thing(self.facts, asked.reading):
            return True
        if target in _TIMES:
            return self.of_time() or (
                target in ("each-month", "per-month") and is_monthly(self.facts, asked.reading, self.wanted)
            )
        if target == "per-person":
            # Whoever divides by the people has said so, and asks for the sum without it.
            return not self.wanted.per_head
        if target == "group":
            return asked.by is not None or meaning.grade == "weak"
        if (
            target == "share"
            and not self.wanted.share
            and (asked.by is not None or any(map(self.of_course, self.segments)))
        ):
            # «چند درصد افزایش یافته»: told of the years from one to another.
            return asked.by is not None and self.of_time()
        if target == "share" and meaning.grade == "weak":
            # A word that rarely says so makes no share by itself.
            return False
        if target == "share":
            of_each = asked.by is not None and self.functions <= {"sum", "count"}
            of_each = of_each or (asked.shape == "list" and is_rate_asked(self.facts, asked.reading))
            return asked.shape == "share" or of_each or any(self.is_percent(name) for name in self.fields)
        if asked.shape == "list":
            return target in ("count", "sum") or meaning.grade == "weak"
        if target == "count":
            return bool(self.functions & {"count", "distinct"}) or not any(map(self.is_money, self.fields))
        if target == "sum":
            return meaning.grade == "weak" or bool(self.functions & {"sum", "count", "distinct"})
        return target in self.functions

    # --- time and place -----------------------------------------------------------------------------------------------

    def _is_time(self, meaning: Meaning) -> bool:
        if meaning.target in ("all", "year", _ENDED):
            return meaning.target != _ENDED or not self.is_flowing()
        if meaning.target in _EDGES:
            # "After today" is no day, and «پس از» none before it.
            return any(each.op in _EDGES[meaning.target] for each in self.filters)
        return self.asked.period is not None or bool(self.wanted.which_time)

    def _is_place(self, meaning: Meaning) -> bool:
        if meaning.concept is not None and meaning.concept.more.get("narrower"):
            return False
        name, _, code = meaning.target.partition("=")
        if name == "none" or code == "city":
            return True
        if name != "district":
            return False
        held = [each for each in self.filters if self.role(each.field) in ("place", "unit")]
        grouped = any(self.role(each.field) in ("place", "unit") for each in self.asked.keys)
        return (grouped and not code) or (bool(held) and (not code or any(code == each.text for each in held)))

    # --- what the data hold -------------------------------------------------------------------------------------------

    def _is_page(self, meaning: Meaning) -> bool:
        if meaning.concept is not None and meaning.concept.more.get("joins"):
            # What is compared is told beside each other, and in no one sum.
            several = len(self.asked.measures) > 1 or len(self.wanted.periods) > 1
            return self.asked.by is not None or several or self.asked.shape == "list"
        concept = self.lexicon.words_of(self.dataset)
        return concept is not None and concept.text("page").split("/")[1:2] == meaning.target.split("/")[1:2]

    def _is_thing(self, meaning: Meaning) -> bool:
        """A word for a sort of thing: rows of such, or a condition, key or number of those who are."""
        slug, _, name = meaning.target.partition(".")
        other = self.lexicon.datasets.get(slug)
        if slug == self.dataset.slug or other is None:
            return slug == self.dataset.slug
        places = meaning.concept.more.get("names_also", ()) if meaning.concept is not None else ()
        if any(f"{self.dataset.slug}.{each}" in places or self.points_to(each, meaning.target) for each in self.fields):
            return True
        role = next((each.role or "" for each in other.fields if each.name == name), "")
        own = [each for each in self.dataset.published if each.role == role and each.required]
        if role in ("person", "company") and own:
            # Every row is of one, but perhaps of people of another sort.
            of_these = any(f"{self.dataset.slug}.{each.name}" in places for each in own)
            return role == "company" or of_these or any(each.ref and each.ref.dataset == slug for each in own)
        return bool(role) and role != "title" and role in self.roles

    def _is_data(self, phrase: Phrase, meaning: Meaning) -> bool:
        if meaning.sense == "dataset":
            return self._is_dataset(phrase, meaning)
        if meaning.slug != self.dataset.slug:
            if says_head(meaning) and leads_units(self.lexicon, self.dataset, {each.field for each in self.filters}):
                return True
            return meaning.sense == "relation" and self._is_whose(meaning)
        if meaning.sense == "relation" and self.is_towards(phrase):
            return True
        if meaning.sense in ("service", "lack", "hidden"):
            return meaning.sense == "service" and self.asked.shape == "list"
        if meaning.sense == "value" and meaning.code:
            return self._is_value(phrase, meaning)
        if meaning.field in self.fields or self.is_searched(meaning.field):
            return True
        if self.asked.shape == "share" and meaning.sense == "measure" and self.asked.whole is not None:
            # What the whole is of: whatever else is said of the part is another question.
            fields = (self.asked.whole[1].field, *(each.share_of for each in self.measured()))
            return meaning.field in fields or bool(_WHOLE & {word.text for word in phrase.words})
        if self.asked.shape == "list" and meaning.sense in ("relation", "field", "measure", "value"):
            # A column of the rows that are shown.
            return True
        own = next((each for each in self.dataset.published if each.name == meaning.field), None)
        if own is not None and own.kind.is_day and self._is_of_days():
            # «چند روز طول می‌کشد جواب بدهند»: the days run until that day.
            return True
        concept = meaning.concept
        rule = concept.text("rule") if concept is not None else ""
        ruled = any(each.parameter in rule for each in self.filters)
        measured = concept.more.get("measures", ()) if concept is not None else ()
        # "Tax deducted": the one is part of the other.
        measured = (*measured, *concept.more.get("parts", ())) if concept is not None else ()
        return ruled or any(str(name) in self.fields for name in measured)

    def _is_whose(self, meaning: Meaning) -> bool:
        """Whether rows are told by whoever a word asks for: «کدام واحد», in any table that has units."""
        other = self.lexicon.datasets.get(meaning.slug)
        role = next((each.role for each in other.published if each.name == meaning.field), None) if other else None
        return role in ("unit", "place") and self.asked.by is not None and self.role(self.asked.by.field) == role

    def _is_value(self, phrase: Phrase, meaning: Meaning) -> bool:
        held = [each for each in self.filters if each.field == meaning.field]
        if held and phrase.words[-1].shown.lower().endswith(OWNERS):
            return True
        if any(meaning.code in each.text.split(",") for each in held):
            return True
        if self.asked.by is not None and self.asked.by.field == meaning.field:
            return True
        concept = self.lexicon.words_of(self.dataset)
        if concept is not None and concept.text("rows_are") == f"{meaning.field}={meaning.code}":
            return True
        time = self.facts.time(self.dataset)
        return time is not None and phrase.has("stop") and time.name == f"{meaning.code}_on"

    def _is_dataset(self, phrase: Phrase, meaning: Meaning) -> bool:
        if meaning.slug == self.dataset.slug:
            return True
        if self.is_one_sort(phrase, meaning.slug):
            # «رئیس شورا» is one of the members, and not any of them.
            return False
        pointed = any(
            each.name in self.fields or self._is_of_each(phrase, each) for each in self.pointers(meaning.slug)
        )
        if pointed and not self._is_asked_of(phrase):
            return True
        if is_home(self.lexicon, meaning, self.dataset):
            return True
        if meaning.slug not in self.lexicon.registers:
            return False
        # People of one sort are not all people: journeys of members of the council are no others'.
        roles = {each.role for each in self.lexicon.datasets[meaning.slug].published} & {"company", "unit"}
        return bool(roles & self.roles)

    def _is_asked_of(self, phrase: Phrase) -> bool:
        """Whether a piece names what a question is about, and none of it names this dataset but in passing."""
        segments = self.asked.reading.parted.segments
        own = (each for part in segments for each in part.meanings if each.slug == self.dataset.slug)
        at = segments.index(phrase)
        if at and segments[at - 1].text in _WITHIN and any(self._says(each) for each in segments[: at - 1]):
            # "Rate of attendance in council sessions": what was asked of them stands before them.
            return False
        return phrase == head(self.lexicon, segments) and all(each.grade == "weak" for each in own)

    def _says(self, phrase: Phrase) -> bool:
        return any(
            each.slug == self.dataset.slug and each.grade == "right"
            for each in phrase.of("value", "measure", "relation")
        )

    def _is_of_each(self, phrase: Phrase, pointer: Field) -> bool:
        """Whether every row is of such a record; of one each, where these are counted."""
        if phrase is not self.wanted.counted:
            return pointer.required or pointer.name in self.asked.reading.pointers
        fixed = {each.field for each in self.filters if each.op == "eq"}
        return pointer.required and set(self.dataset.key) - {pointer.name} <= fixed
