"""What each word of a question is in one dataset: a condition, a measure, a name, words to look up, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl

from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.concepts.names import name_words
from ayan.core.answers.pieces.cues import PARTS_OF_TIME
from ayan.core.answers.pieces.phrases import Phrase
from ayan.core.answers.readings.look_ups import leave, titled, use_elsewhere, use_pointed
from ayan.core.answers.readings.named_columns import values_within
from ayan.core.answers.readings.number_conditions import DISTRICT_UNIT, district_units, use_code, use_place
from ayan.core.answers.readings.word_usage import (
    ABSENT,
    FITS,
    GRADES,
    WordUses,
    add,
    is_measured_elsewhere,
    measure_by,
    named_also,
    of_period,
    only_companies,
    role_of,
    time_field,
)
from ayan.core.answers.words.morphology import is_light_verb
from ayan.core.query import values
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter
from ayan.core.query.question_parser import parse
from ayan.core.query.sum_parts import amount_field
from ayan.core.schema.definition import Dataset
from ayan.core.values.asked_value import BadValue

# How much a meaning of each kind says for its dataset, where it is right; less where it is weak or misspelt.
_GAIN: Final = {
    "dataset": 3.0, "value": 2.6, "measure": 2.6, "relation": 2.2, "name": 2.2, "service": 2.0, "field": 1.0,
    "lack": 2.4,
}  # fmt: skip
_FIRST: Final = 1.2
_BOTH: Final = 0.6
"""A word that is the dataset and a condition in it."""
_ROLE_ORDER: Final = ("company", "person", "unit", "place", "title", "category")
# Words that say which sort of thing is meant, and the role of the field that holds it.
_GROUNDS: Final = frozenset(("dataset", "value", "measure", "relation", "service", "lack", "hidden"))
_WHOLE_CITY: Final = ("none", "district=city")
_PRESENT: Final = frozenset(("answer", "answers", "respond", "responds", "reply", "replies"))
_END: Final = "end-of"
_TODAY: Final = frozenset(("امروز", "today", "الان", "اکنون", "now"))
_UNSAID: Final = ("week", "day", "month", "quarter", "half", "decade", "year+", "years-")


def pointed(meaning: Meaning) -> str:
    """The dataset that a sort of thing, or a superlative of one column, leads to."""
    if meaning.sense == "thing":
        # «نهاد» may be anybody, of any table.
        anybody = meaning.concept is not None and meaning.concept.more.get("anybody")
        return "" if anybody else meaning.target.partition(".")[0]
    return _on(meaning)[0] if meaning.sense == "superlative" else ""


def _on(meaning: Meaning) -> tuple[str, str]:
    """The column that a superlative is of: «بلندترین» is of storeys; empty where the question says it."""
    on = meaning.concept.text("on") if meaning.concept is not None else ""
    slug, _, name = on.partition(".")
    return (slug, name) if name else ("", "")


def use_joined(dataset: Dataset, joined: Sequence[Meaning], uses: WordUses) -> None:
    """Such a value as a condition."""
    for meaning in joined:
        if meaning.field == joined[0].field:
            _condition(dataset, meaning, uses)
    uses.score += FITS


def use(lexicon: Lexicon, dataset: Dataset, segment: Phrase, number: int, uses: WordUses) -> None:
    """What one piece of a question is in a dataset."""
    if segment.sense == "period" and uses.is_ordered and is_measured_elsewhere(lexicon, dataset):
        uses.score += FITS
    elif segment.sense == "period":
        timeless = time_field(lexicon, dataset) is None
        if timeless and segment.text in _TODAY:
            return
        if timeless:
            uses.unread.append(segment.text)
            uses.absent.append(segment.text)
        uses.score += -ABSENT if timeless else FITS
    elif segment.sense == "place":
        use_place(lexicon, dataset, segment, uses)
    elif segment.sense == "code":
        use_code(lexicon, dataset, segment, uses)
    elif segment.text in PARTS_OF_TIME and all(each.slug != dataset.slug for each in segment.meanings):
        # «کدام ماه»: whoever looks at the whole of the question knows.
        return
    elif segment.sense == "unknown":
        leave(lexicon, dataset, segment, uses)
    elif segment.sense == "words":
        _use_words(lexicon, dataset, segment, number, uses)


def _use_words(lexicon: Lexicon, dataset: Dataset, segment: Phrase, number: int, uses: WordUses) -> None:
    if any(meaning.target in _WHOLE_CITY for meaning in segment.of("place")):
        # The municipality itself, and all of the city: everything here is of it.
        return
    named = any(meaning.sense in ("name", "relation") and meaning.slug == dataset.slug for meaning in segment.meanings)
    if not named and (end := _ends(dataset, segment)) is not None:
        uses.unread += () if end else (segment.text,)
        return
    own = of_period(dataset, segment, uses) or _without_verb(lexicon, dataset, segment)
    aside = bool(own) and all(each.sense == "field" and each.grade == "weak" for each in own)
    if aside and _is_of_its_things(dataset, segment):
        # "which street": what these rows are of, and no column beside others.
        own = []
    if _use_order(dataset, segment, uses):
        uses.explained.add(number)
    elif any(meaning.first and pointed(meaning) == dataset.slug for meaning in segment.of("thing")):
        _use_thing(lexicon, dataset, segment, uses)
    elif own:
        uses.explained.add(number)
        _use_meanings(lexicon, dataset, own, segment, uses)
        use_pointed(dataset, own, segment, uses)
    elif not _use_thing(lexicon, dataset, segment, uses):
        use_elsewhere(lexicon, dataset, segment, uses)


def _is_of_its_things(dataset: Dataset, segment: Phrase) -> bool:
    """Whether a word is for the sort of thing that the rows of a dataset are."""
    return any(each.grade == "right" and pointed(each) == dataset.slug for each in segment.of("thing"))


def _without_verb(lexicon: Lexicon, dataset: Dataset, segment: Phrase) -> list[Meaning]:
    """What a piece means here without its verb: «متوقف شده» is a form of projects, and «متوقف» a state of contracts."""
    words = [word for word in segment.words if not is_light_verb(word.text)]
    match = lexicon.match(words) if words and len(words) < len(segment.words) else None
    return [each for each in match.meanings if each.slug == dataset.slug and each.sense == "value"] if match else []


def _ends(dataset: Dataset, segment: Phrase) -> bool | None:
    """Whether a word of time is answered by what is said anyhow; None for any other word.

    «در پایان ۱۴۰۴» of a balance, which stands at the end of each period. A period that the grammar cannot say, or not
    with these words, is not: «هفتهٔ گذشته».
    """
    periods = [meaning.target for meaning in segment.of("period")]
    own = amount_field(dataset)
    if _END in periods and segment.has("superlative") and own is not None and own.nature == "stock":
        return True
    if not periods or segment.has("stop", "aggregate", "superlative"):
        return None
    if _END in periods:
        return own is not None and own.nature == "stock"
    return False if any(target.startswith(_UNSAID) for target in periods) else None


def _use_order(dataset: Dataset, segment: Phrase, uses: WordUses) -> bool:
    """A superlative that names its column."""
    for meaning in segment.of("superlative"):
        slug, name = _on(meaning)
        if slug == dataset.slug and any(each.name == name for each in dataset.published):
            uses.score += _GAIN["measure"]
            uses.grounded = True
            uses.measures.append(Meaning("measure", slug=slug, field=name))
            return True
    return False


def _use_meanings(lexicon: Lexicon, dataset: Dataset, own: Sequence[Meaning], segment: Phrase, uses: WordUses) -> None:
    """A piece that means something in the dataset: its best meaning there, and whatever goes with it."""
    gains = {meaning: _gain(meaning) for meaning in own}
    best = max(own, key=lambda meaning: gains[meaning])
    whole = [meaning for meaning in own if meaning.sense == "dataset"]
    conditions = [
        meaning
        for meaning in own
        if meaning.sense == "value" and meaning.code and not _is_event(lexicon, dataset, segment, meaning)
    ]
    rows_are = lexicon.words_of(dataset)
    if whole and rows_are is not None and rows_are.text("rows_are"):
        # A "member" of the council holds any office.
        conditions = [each for each in conditions if f"{each.field}={each.code}" != rows_are.text("rows_are")]
    if whole and uses.is_ordered and segment.words[0].text in _PRESENT:
        # "Which unit answers slowest": all that it was asked, and not what was answered.
        conditions = []
    uses.score += gains[best]
    uses.named = uses.named or bool(whole)
    uses.grounded = uses.grounded or best.sense in _GROUNDS or _is_whole_label(dataset, best, segment)
    if uses.is_counted and conditions and best.sense == "measure":
        # «چند رأی جریمه»: rulings that are a fine, and not how much of it.
        best = max(conditions, key=lambda meaning: gains[meaning])
    if uses.is_compared and conditions and best.sense == "measure":
        # "revenue vs spending": two sides, and not what was spent of one.
        best = max(conditions, key=lambda meaning: gains[meaning])
    if whole and conditions:
        uses.score += _BOTH
    if whole and best.sense == "dataset":
        # «تعداد خانوار»: the dataset, and the column of it.
        columns = [each for each in own if each.sense in ("measure", "field")]
        uses.columns += [each for each in columns if dataset.field(each.field).nature is not None]
        if best.grade == "weak":
            # «سرفصل» of a budget: the word names it, and what its lines are taken together by.
            uses.keys += [each.field for each in columns if dataset.field(each.field).role == "category"]
    chosen = conditions if best.sense in ("value", "dataset") else []
    # «اجارهٔ ماهانهٔ غرفه»: a number, and of stalls.
    for also in values_within(lexicon, dataset, segment, [best] if best.sense == "measure" else chosen):
        _condition(dataset, also, uses)
    same = [meaning for meaning in chosen if meaning.field == (chosen[0].field if chosen else "")]
    for meaning in same:
        _condition(dataset, meaning, uses)
    if conditions:
        # «طلبکاران»: the side, and whoever is on it.
        actors = [each.field for each in own if each.sense == "relation"]
        uses.keys += actors
        uses.related = uses.related or bool(actors)
    if conditions and best.sense in ("value", "measure"):
        # «خرج» in the budget: what is used, and how much of it.
        uses.measures += [each for each in own if each.sense == "measure"]
    _use_best(lexicon, dataset, own, best, segment, uses)


def _is_whole_label(dataset: Dataset, best: Meaning, segment: Phrase) -> bool:
    """Whether several words are what one column of one dataset is called: «روش انتخاب پیمانکار»."""
    elsewhere = any(each.slug and each.slug != dataset.slug for each in segment.meanings)
    return best.sense == "field" and len(segment.words) > 1 and not elsewhere


def _is_event(lexicon: Lexicon, dataset: Dataset, segment: Phrase, meaning: Meaning) -> bool:
    """Whether a word tells that a row happened, and no state of it: permits are "issued" on the day they are dated."""
    time = time_field(lexicon, dataset)
    return time is not None and segment.has("stop") and time.name == f"{meaning.code}_on"


def _use_best(
    lexicon: Lexicon, dataset: Dataset, own: Sequence[Meaning], best: Meaning, segment: Phrase, uses: WordUses
) -> None:
    """What the best meaning of a piece does."""
    if best.sense == "value" and not best.code:
        _rule(dataset, best, " ".join(word.shown for word in segment.words), uses)
    elif best.sense == "measure" and best not in uses.measures:
        uses.measures.append(best)
    elif best.sense in ("relation", "field"):
        uses.keys.append(best.field)
        if best.sense == "relation":
            uses.related = True
        if best.sense == "field" and dataset.field(best.field).kind.summable:
            uses.measures.append(best)
    elif best.sense == "name":
        _use_names(dataset, own, segment, uses)
    elif best.sense == "service":
        uses.services.append(best)
        if best.concept is not None and best.slug == dataset.slug:
            wording = best.concept.more.get("find") or [segment.text]
            add(uses, titled(lexicon, dataset, best.field, str(wording[0])))
    elif best.sense == "lack":
        uses.lacks.append(best)
    elif best.sense == "hidden":
        uses.hidden.append(best)


def _gain(meaning: Meaning) -> float:
    return _GAIN.get(meaning.sense, 1.0) * GRADES[meaning.grade] + (_FIRST if meaning.first else 0.0)


def _condition(dataset: Dataset, meaning: Meaning, uses: WordUses) -> None:
    own = dataset.field(meaning.field)
    try:
        add(uses, Filter(own.name, "eq", (values.read_value(own, meaning.code),)))
    except BadValue:
        uses.keys.append(own.name)


def _rule(dataset: Dataset, meaning: Meaning, said: str, uses: WordUses) -> None:
    """A concept that is a field without a value: the conditions of its rule; else it is asked about, or grouped by."""
    rule = meaning.concept.text("rule") if meaning.concept is not None else ""
    ruled = "=" in rule and " " not in rule
    # Late is what a day and a state say together, and no day by itself.
    compares = "__above=" in rule or "__below=" in rule or "&" in rule
    if uses.is_dated and not compares and meaning.field and dataset.field(meaning.field).kind.is_day:
        # «که پارسال تمام شدند»: the period is of this date.
        uses.keys.append(meaning.field)
        return
    if ruled:
        try:
            question = parse(dataset, parse_qsl(rule.replace("today", str(uses.today))))
        except BadQuestion:
            uses.unread.append(meaning.concept.forms[0][0] if meaning.concept is not None else "")
            return
        for condition in question.filters:
            add(uses, condition)
        measure_by(dataset, meaning, uses)
        return
    if " " in rule:
        # A rule that the grammar cannot say.
        uses.unread.append(said)
        return
    if any(each.name == meaning.field for each in dataset.published):
        uses.keys.append(meaning.field)
        measure_by(dataset, meaning, uses)
        if dataset.field(meaning.field).kind.summable:
            uses.measures.append(meaning)


def _use_names(dataset: Dataset, own: Sequence[Meaning], segment: Phrase, uses: WordUses) -> None:
    """A published name: the one value that it is, else the words of it."""
    fields = sorted(
        {meaning.field for meaning in own if meaning.sense == "name"}, key=lambda name: _rank(dataset, name)
    )
    texts = sorted({meaning.text for meaning in own if meaning.sense == "name" and meaning.field == fields[0]})
    uses.names += [meaning for meaning in own if meaning.sense == "name" and meaning.field == fields[0]]
    role = dataset.field(fields[0]).role
    uses.grounded = uses.grounded or role in ("company", "person", "unit", "place")
    if len(texts) == 1 and (role in ("company", "person", "unit", "place") or _is_most_of(dataset, segment, texts[0])):
        uses.grounded = True
        add(uses, Filter(fields[0], "eq", (texts[0],)))
    else:
        uses.looked_up += [token.text for token in segment.words]


def _is_most_of(dataset: Dataset, segment: Phrase, text: str) -> bool:
    """Whether words are more than half of a title; a word of it alone names it as little as any other row."""
    # «آتشنشان» is all of «آتش‌نشان», a post; of money the title is one line of several with those words.
    is_glued = "".join(name_words(text)) == segment.text and not any(each.kind.is_money for each in dataset.published)
    return is_glued or 2 * len(segment.words) > len(name_words(text))


def _rank(dataset: Dataset, name: str) -> int:
    role = dataset.field(name).role
    return _ROLE_ORDER.index(role) if role in _ROLE_ORDER else len(_ROLE_ORDER)


def _use_thing(lexicon: Lexicon, dataset: Dataset, segment: Phrase, uses: WordUses) -> bool:
    """A word for a sort of thing (a company, a unit): the field of the dataset that holds such."""
    homes = {pointed(each) for each in segment.of("thing") if each.grade == "right"}
    if any(
        each.sense == "dataset"
        and each.grade == "right"
        and each.slug not in (*lexicon.registers, dataset.slug, *homes)
        for each in segment.meanings
    ):
        return False
    for meaning in segment.of("thing", "dataset", "relation"):
        if meaning.grade == "weak" or _is_post(lexicon, dataset, segment, meaning):
            continue
        slug, _, name = meaning.target.partition(".") if meaning.sense == "thing" else (meaning.slug, "", meaning.field)
        other = lexicon.datasets.get(slug)
        if other is None or (meaning.sense == "dataset" and slug not in lexicon.registers):
            continue
        if slug == dataset.slug:
            uses.score += 1.6 * GRADES[meaning.grade] + (FITS if uses.is_ordered else 0.0)
            uses.grounded = True
            uses.keys.append(name)
            return True
        role = role_of(other, name)
        own = next((each for each in dataset.published if role and role != "title" and each.role == role), None)
        own = own or named_also(dataset, meaning)
        if own is not None:
            uses.score += FITS
            uses.keys.append(own.name)
            for condition in only_companies(dataset, own.name):
                uses.filters.setdefault(condition.field, [condition])
            return True
    return any(_use_place_word(lexicon, dataset, each, uses) for each in segment.of("place"))


def _use_place_word(lexicon: Lexicon, dataset: Dataset, meaning: Meaning, uses: WordUses) -> bool:
    """A word for districts, or the name of one: the field of the dataset that holds them."""
    own = next((each for each in dataset.published if each.role == "place"), None)
    if own is not None and meaning.target.partition("=")[0] == "district":
        code = meaning.target.partition("=")[2]
        listed = own.choices is not None and any(entry.code == code for entry in own.choices.entries)
        if code == "city":
            return True
        if code and listed:
            add(uses, Filter(own.name, "eq", (code,)))
        else:
            uses.keys.append(own.name)
        uses.score += FITS
        return True
    if own is None and meaning.target == "district" and (unit := district_units(lexicon, dataset)):
        # «هر منطقه» of what its unit alone tells.
        uses.keys.append(unit)
        add(uses, Filter(unit, "contains", (" ".join(DISTRICT_UNIT),)))
        uses.score += FITS
        return True
    return False


def _is_post(lexicon: Lexicon, dataset: Dataset, segment: Phrase, meaning: Meaning) -> bool:
    """Whether a word for a sort of person is, in this dataset, a word of their posts: «رئیس سازمان»."""
    if meaning.sense != "thing" or meaning.first or len(segment.words) != 1 or segment.plural:
        return False
    if all(each.role != "person" for each in dataset.published):
        return False
    held = lexicon.names.places(segment.words[0].text)
    return any(slug == dataset.slug and dataset.field(name).role == "title" for slug, name in held)
