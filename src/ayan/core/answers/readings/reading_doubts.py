"""What makes a reading unsure although each of its words means something: words that mean another thing elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Final

from ayan.core.answers.concepts.concepts import Concept
from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.readings.look_ups import leave
from ayan.core.answers.readings.word_order import sets_beside
from ayan.core.answers.readings.word_usage import FITS, WordUses
from ayan.core.answers.words.morphology import Word, form_words
from ayan.core.query.question import Filter
from ayan.core.schema.definition import Dataset

_PAYING: Final = frozenset((
    "دادین", "دادید", "دادیم", "داده", "داد", "دادند", "دادن", "میدهد", "میده", "پرداخت", "پرداختی",
    "paid", "pay", "gave", "given",
))  # fmt: skip


PEOPLE: Final = frozenset(("نفر", "نفرن", "نفره", "نفرات", "people", "persons"))


def doubt_asked(dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """What is paid, who is counted and what a mean is of must be what the rows tell of."""
    _doubt_paid(dataset, parted, uses)
    _doubt_people(dataset, parted, uses)
    _doubt_unmeasured(dataset, parted, uses)
    _doubt_under_way(dataset, parted, uses)
    _doubt_with(dataset, parted, uses)
    _doubt_of_others(dataset, parted, uses)
    _doubt_changed(dataset, parted, uses)
    _doubt_of_every(dataset, parted, uses)
    _doubt_state_of_others(dataset, parted, uses)


_CHANGED: Final = frozenset(("تغییر", "عوض", "changed", "change"))
_EVERY: Final = frozenset(("همه", "تمام", "تمامی", "every", "all"))
_IN: Final = frozenset(("در", "تو", "توی", "in", "at", "attended"))
_WHO: Final = frozenset(("کسانی", "کیا"))


def _doubt_changed(dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """«چند مناقصه برنده‌اش تغییر کرد»: a change of what a column of each row holds, and no course of the rows."""
    counts = any(each.target in ("count", "answer:count") for phrase in parted.segments for each in phrase.meanings)
    is_of_rows = counts or any(word.text == "که" for word in parted.words)
    of_each = any(
        first.words[-1].text == "چند" and any(each.grade == "right" for each in second.of("dataset"))
        for first, second in pairwise(parted.segments)
    )
    for before, phrase in pairwise(parted.segments):
        own = [each for each in before.of("field", "relation", "measure") if each.slug == dataset.slug]
        held = [dataset.field(each.field) for each in own if any(f.name == each.field for f in dataset.fields)]
        if is_of_rows and phrase.words[0].text in _CHANGED and held:
            if any(each.kind.summable for each in held) and not of_each:
                continue
            uses.unread.append(phrase.text)


def _doubt_of_every(dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """«چه کسانی در همهٔ جلسه‌ها حاضر بودند»: who was in each of them, and nobody's share of all together."""
    words = {word.text for word in parted.words}
    asks = {each.target for phrase in parted.segments for each in phrase.of("ask", "aggregate")}
    people = bool(words & (_WHO | PEOPLE)) or "answer:person" in asks
    people = people or (
        bool(asks & {"count", "answer:count"})
        and any(dataset.field(each.field).role == "person" for each in _fields_named(dataset, parted))
    )
    segments = parted.segments
    for at in range(1, len(segments) - 1):
        before, every, things = segments[at - 1 : at + 2]
        within = before.words[-1].text in _IN and every.text in _EVERY
        if people and within and any(each.grade == "right" for each in things.of("dataset")):
            uses.unread.append(every.text)


def _fields_named(dataset: Dataset, parted: Parted) -> list[Meaning]:
    names = {each.name for each in dataset.fields}
    said = [each for phrase in parted.segments for each in phrase.of("field")]
    return [each for each in said if each.slug == dataset.slug and each.field in names]


def _doubt_state_of_others(dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """«جلسات ردشده»: the outcome of resolutions is none of their sessions, where nobody speaks of resolutions."""
    if uses.named or uses.measures:
        return
    for before, phrase in (*pairwise(parted.segments), *((b, a) for a, b in pairwise(parted.segments))):
        others = {each.slug for each in before.of("dataset") if each.grade == "right"}
        pointed = [each for each in before.of("field") if each.slug == dataset.slug and each.grade == "weak"]
        states = [each for each in phrase.of("value") if each.slug == dataset.slug and each.code]
        is_state = any(dataset.field(each.field).role == "status" for each in states)
        if others and dataset.slug not in others and pointed and is_state and not phrase.has("dataset"):
            uses.unread.append(before.text)
            return


_UNDER_WAY: Final = ("در دست ", "در حال ")
_CAME: Final = frozenset(("شد", "شده", "نشد", "نشده", "گردید"))


def _doubt_under_way(dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """«که تمدید شدند» is no «در دست تمدید», nor is «که تمدید نشدند» whatever else there is."""
    for at, phrase in enumerate(parted.segments):
        last = phrase.words[-1].text if len(phrase.words) > 1 else ""
        behind = parted.segments[at + 1].words[0].text if at + 1 < len(parted.segments) else ""
        if last not in _CAME and behind not in _CAME:
            continue
        for each in [each for listed in uses.filters.values() for each in listed]:
            choices = dataset.field(each.field).choices
            label = choices.label(each.text, "fa") if choices is not None and each.op in ("eq", "not") else ""
            way = next((way for way in _UNDER_WAY if label.startswith(way)), "")
            if way and phrase.words[0].text in {word.text for word in form_words(label.removeprefix(way))}:
                uses.unread.append(phrase.text)


_BESIDE: Final = frozenset(("با", "همراه", "باضافه", "بعلاوه", "with", "including", "plus"))


def _doubt_with(dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """«حقوق با مزایا»: both of them together, and no part of it alone."""
    for before, phrase in pairwise(parted.segments):
        own = [each for each in phrase.of("measure") if each.slug == dataset.slug and each in uses.measures]
        is_money = any(dataset.field(each.field).kind.is_money for each in own)
        if is_money and before.words[-1].text in _BESIDE and not _is_bounded(parted, phrase):
            uses.unread.append(phrase.text)


def _is_bounded(parted: Parted, phrase: Phrase) -> bool:
    """Whether a piece stands beside a number or a word that orders or compares, as in a condition."""
    at = parted.segments.index(phrase)
    behind = parted.segments[at + 1 : at + 3]
    near = (*parted.segments[max(at - 2, 0) : at], *behind)
    return any(
        each.sense in ("number", "amount")
        or each.has("superlative")
        or any(m.target in ("gt", "gte", "lt", "lte", "eq", "between", "approx") for m in each.of("comparison"))
        for each in near
    )


def _doubt_of_others(dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """«درآمد خالص شهرداری»: a word that weakly names this and rightly another table of money, and nothing else does."""
    weak = []
    for phrase in parted.segments:
        own = [each for each in phrase.meanings if each.slug == dataset.slug and each.sense not in ("measure", "field")]
        if any(each.sense != "dataset" or each.grade == "right" for each in own) or _is_home(dataset, phrase):
            return
        others = any(each.grade == "right" and each.slug != dataset.slug for each in phrase.of("dataset"))
        weak += [phrase.text] if own and others else []
    if len(weak) == 1 and uses.measures and not uses.related:
        uses.unread += weak
        uses.score -= 2 * FITS


def _is_home(dataset: Dataset, phrase: Phrase) -> bool:
    """Whether a piece names somebody or something that the rows of a dataset are of."""
    return any(each.target.partition(".")[0] == dataset.slug for each in phrase.of("thing"))


def _doubt_people(dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """«چند نفر رسمی هستند»: whoever asks for people counts no sessions, in which nobody stands, openly or withheld."""
    said = next((each for word in parted.words if (each := word.text) in PEOPLE), None)
    counts = any(each.target in ("count", "answer:count") for phrase in parted.segments for each in phrase.meanings)
    if said is None or not counts or uses.measures or uses.named:
        return
    has_people = any(each.shown != "public" for each in dataset.fields)
    if not has_people and all(each.role not in ("person", "company") for each in dataset.published):
        uses.unread.append(said)
        uses.score -= FITS


def names_whole(dataset: Dataset, meaning: Meaning) -> bool:
    """Whether a meaning is a dataset as a whole."""
    return meaning.sense == "dataset" and meaning.slug == dataset.slug


def settle_heads(lexicon: Lexicon, dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """«مدیر …», "head of …" of rows of people who each lead a unit: the unit says who is meant."""
    if not leads_units(lexicon, dataset, uses.filters):
        return
    for segment in parted.segments:
        text = " ".join(word.shown for word in segment.words)
        if text in uses.unread and any(map(says_head, segment.of("relation"))):
            uses.unread.remove(text)
            uses.score += FITS


def says_head(meaning: Meaning) -> bool:
    """Whether a meaning asks for whoever leads a unit."""
    return meaning.concept is not None and bool(meaning.concept.more.get("says_head"))


def leads_units(lexicon: Lexicon, dataset: Dataset, held: Collection[str]) -> bool:
    """Whether rows are of people who each lead a unit, and a condition says which."""
    concept = lexicon.words_of(dataset)
    units = (each.name for each in dataset.published if each.role == "unit")
    return concept is not None and bool(concept.more.get("heads")) and any(each in held for each in units)


def _doubt_paid(dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """«چقدر به بیمه دادید»: what was paid is no balance that is still owed, where nobody speaks of one."""
    own = next((each for each in dataset.published if each.kind.is_money and each.role == "amount"), None)
    if own is None or own.nature != "stock" or uses.named or uses.related:
        return
    paid = next((word.text for word in parted.words if word.text in _PAYING), None)
    if paid is not None:
        uses.unread.append(paid)


_MEANS: Final = frozenset(("avg", "median"))


def _doubt_unmeasured(dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """«هزینهٔ پارکینگ» is no number of places, «میانگین سنوات» no mean of what stands beside a year."""
    fields = [dataset.field(each.field) for each in uses.measures if each.slug == dataset.slug]
    for before, phrase in pairwise(parted.segments):
        own = [each for each in phrase.meanings if each.slug == dataset.slug]
        is_price = any(each.target == "answer:money" and each.grade == "right" for each in before.of("ask"))
        counts = [each for each in own if each.sense == "measure" and dataset.field(each.field).kind.is_count]
        elsewhere = all(each.slug != dataset.slug for each in before.meanings)
        if is_price and elsewhere and counts and not any(each.kind.is_money for each in fields):
            uses.unread.append(before.text)
            uses.score -= FITS
        is_mean = any(each.target in _MEANS and each.grade == "right" for each in before.of("aggregate"))
        of_time = phrase.has("period") and any(
            each.sense == "field" and dataset.field(each.field).kind.is_period for each in own
        )
        if is_mean and of_time and not fields and not phrase.has("aggregate"):
            uses.unread.append(phrase.text)
            uses.score -= FITS


_JOINTS: Final = frozenset(("و", "یا", "تا", "and", "or", "to", "by", "همراه"))


def doubt_unjoined(dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """«زمین شهرداری با کاربری تجاری»: two values of one column that nothing joins are no list of both."""
    segments = parted.segments
    for name, listed in list(uses.filters.items()):
        if sum(each.op == "eq" for each in listed) < 2 or sets_beside(parted):
            continue
        said = [(at, codes) for at, each in enumerate(segments) if (codes := _codes(dataset, each, name))]
        for (first, before), (second, behind) in pairwise(said):
            between = segments[first + 1 : second]
            is_state = dataset.field(name).role == "status" and second == first + 1
            if not (between or is_state) or before & behind or any(each.text in _JOINTS for each in between):
                continue
            uses.filters[name] = [each for each in uses.filters[name] if each.op != "eq" or each.text not in behind]
            uses.unread.append(segments[second].text)
            uses.score -= FITS


def _codes(dataset: Dataset, phrase: Phrase, name: str) -> set[str]:
    return {each.code for each in phrase.of("value") if each.slug == dataset.slug and each.field == name and each.code}


def settle_otherwise(dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """«بدون مناقصه» beside a word for tenders: what such rows point to is none, and no condition that they have one."""
    for meaning in (each for phrase in parted.segments for each in phrase.of("value")):
        said = meaning.concept.more.get("otherwise", ()) if meaning.concept is not None else ()
        taken = [each.text for each in uses.filters.get(meaning.field, ()) if each.op == "eq"]
        if meaning.slug != dataset.slug or meaning.code not in taken:
            continue
        for name in (str(each).removesuffix("__isnull=1") for each in said):
            if [(each.op, each.values) for each in uses.filters.get(name, ())] == [("isnull", (False,))]:
                del uses.filters[name]


def _names_rightly(dataset: Dataset, phrase: Phrase) -> bool:
    return any(names_whole(dataset, each) and each.grade == "right" for each in phrase.meanings)


_FROM: Final = frozenset(("از", "against", "from"))
_TOWARDS: Final = frozenset(("به", "to"))


def settle_towards(lexicon: Lexicon, dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """«بدهکارترین نهاد به شهرداری»: what is done to the municipality is the other side of what it does."""
    concepts = (each for each in lexicon.concepts.values() if each.more.get("towards_us"))
    own = next((each for each in concepts if each.target.partition(".")[0] == dataset.slug), None)
    is_to_us = any(
        before.words[-1].text in _TOWARDS and any(each.target == "none" for each in phrase.of("place"))
        for before, phrase in pairwise(each for each in parted.segments if each.text != "the")
    )
    if own is None or not (uses.named or uses.grounded):
        return
    _settle_from(parted, own, uses)
    name, _, code = own.target.partition(".")[2].partition("=")
    both = [each.text for each in uses.filters.get(name, ()) if each.op == "eq"] == [code, own.text("towards_us")]
    said = [_codes(dataset, phrase, name) for phrase in parted.segments]
    both = both and {own.text("towards_us")} in said and {code} in said
    if not is_to_us and not (both and not sets_beside(parted) and not _JOINTS & {w.text for w in _between(parted)}):
        return
    if {each.text for each in uses.filters.get(name, ()) if each.op == "eq"} <= {code, own.text("towards_us")}:
        uses.filters[name] = [Filter(name, "eq", (own.text("towards_us"),))]


def _settle_from(parted: Parted, own: Concept, uses: WordUses) -> None:
    """«بیشترین طلب از شهرداری»: what somebody claims from the municipality is what it owes."""
    name, _, code = own.target.partition(".")[2].partition("=")
    is_from_us = any(
        before.words[-1].text in _FROM and any(each.target == "none" for each in phrase.of("place"))
        for before, phrase in pairwise(each for each in parted.segments if each.text != "the")
    )
    if is_from_us and [each.text for each in uses.filters.get(name, ())] == [own.text("towards_us")]:
        uses.filters[name] = [Filter(name, "eq", (code,))]


def _between(parted: Parted) -> Sequence[Word]:
    """The words of a question but those of its forms of several words, which join nothing."""
    return [phrase.words[0] for phrase in parted.segments if len(phrase.words) == 1]


def at_odds(filters: Sequence[Filter]) -> list[str]:
    """The values that one condition asks for and another takes away, of which nothing can be meant."""
    taken = {(each.field, each.text) for each in filters if each.op == "not"}
    return [each.text for each in filters if each.op == "eq" and (each.field, each.text) in taken]


def doubt_twice_named(lexicon: Lexicon, dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """Where one word names a dataset, another that names it as weakly, and another one rightly, says something else.

    «مدیران درآمد چقدر حقوق دارند» are those of revenue: «درآمد» is no second word for pay.
    """
    naming = [each for each in parted.segments if any(names_whole(dataset, meaning) for meaning in each.meanings)]
    for segment in naming:
        if any(segment.end == each.start and _names_rightly(dataset, each) for each in naming):
            # «مصوبات کمیسیون ماده پنج»: of the commission, whatever else is called so.
            continue
        own = [each for each in segment.meanings if each.slug == dataset.slug]
        elsewhere = any(
            each.sense == "dataset" and each.grade == "right" and each.slug != dataset.slug for each in segment.meanings
        )
        if len(naming) > 1 and elsewhere and all(each.grade == "weak" for each in own):
            leave(lexicon, dataset, segment, uses)


def counts_people(parted: Parted, dataset: Dataset) -> bool:
    """Whether people of a dataset are counted, whatever they are counted in: "how many managers work in …"."""
    for before, phrase in pairwise(parted.segments):
        if any(each.target in ("count", "answer:count") for each in before.meanings):
            things = (each.target.partition(".") for each in phrase.of("thing"))
            people = {each.name for each in dataset.published if each.role == "person"}
            return any(slug == dataset.slug and name in people for slug, _, name in things)
    return False
