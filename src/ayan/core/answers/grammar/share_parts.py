"""A part and its whole: which conditions of a share tell the part, and which are said of all of it.

«سهم منطقهٔ ۳ از پروژه‌های تمام‌شده» is a part of the done ones, «چند درصد پروانه‌های منطقهٔ ۲ باطل شدند» of that district's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.pieces.phrases import Phrase
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.query.additivity import side_field
from ayan.core.query.question import Filter
from ayan.core.schema.field import Field

_PORTION: Final = frozenset(("سهم", "سهمی"))
_MANY: Final = frozenset(("چند", "چه", "چقدر", "سهم", "سهمی", "what", "share"))
_WHOSE: Final = ("person", "company", "unit", "place")
_SAYING: Final = ("value", "name", "relation", "service")
_OUT_OF: Final = frozenset(("از", "of", "in"))
_PREDICATE: Final = frozenset(("is", "are", "was", "were", "went", "go", "goes", "have", "has", "had", "been", "got"))
_OF_WHOLE: Final = frozenset(("از", "of", "سهم", "share"))
"""By these a percentage is part of a whole."""


def part_of(lexicon: Lexicon, reading: Reading, conditions: Sequence[Filter], *, of_money: bool) -> list[Filter]:
    """The conditions that tell a part from its whole: not whose all of it is, where something else is said of it.

    «درصد حضور … در جلسات» is of the sessions of that member; «سهم منطقهٔ ۳ از …» of those of all districts.
    """
    whose = [
        each
        for each in conditions
        # That nobody stands there is no one's own.
        if each.op != "isnull" and reading.dataset.field(each.field).role in _WHOSE
    ]
    rest = [each for each in conditions if each not in whose]
    segments = reading.parted.segments
    at = _share_at(segments)
    if (by_order := _by_order(reading, conditions, at)) is not None:
        return _of_one_side(reading, by_order, of_money=of_money)
    behind = next((each for each in segments[at + 1 :] if not each.has("stop")), None)
    is_first = behind is not None and (behind.sense == "place" or behind.has("name", "thing"))
    part = rest if rest and whose and not is_first else list(conditions)
    # «سهم مناقصه‌های تک‌پیشنهادی»: what names the rows is said of the whole, too.
    named = {each.field for each in part if _names_rows(lexicon, reading, each)}
    part = [each for each in part if each.field not in named] or part
    return _of_one_side(reading, part, of_money=of_money)


def _of_one_side(reading: Reading, part: list[Filter], *, of_money: bool) -> list[Filter]:
    sided = side_field(reading.dataset) if of_money else None
    if sided is not None and any(each.field != sided.name for each in part):
        # Money in is a part of all money in, and of nothing else.
        return [each for each in part if each.field != sided.name]
    return part


def _share_at(segments: Sequence[Phrase]) -> int:
    shares = (place for place, each in enumerate(segments) if any(m.target == "share" for m in each.meanings))
    return next(shares, len(segments))


def _by_order(reading: Reading, conditions: Sequence[Filter], at: int) -> list[Filter] | None:
    """The conditions of the part by where they stand; None where that is not known of each, or there is but one."""
    segments = reading.parted.segments
    known = [(_said_at(reading, each), each) for each in conditions]
    places = {place for place, _ in known if place is not None}
    if len(places) < 2 or at >= len(segments) or any(place is None for place, _ in known):
        return None
    last = [each for place, each in known if place == max(places)]
    is_latin = segments[at].words[0].is_latin
    says = any(each.text in _PREDICATE for each in segments[at:])
    is_bare = not says if is_latin else not _MANY & {word.text for word in segments[at].words}
    if is_bare and any(reading.dataset.field(each.field).role in _WHOSE for each in last):
        # «درصد حضور …»: of that member.
        return None
    start, end = _part_places(segments, at, sorted(places))
    part = [each for place, each in known if place is not None and start <= place < end]
    return part if part and len(part) < len(conditions) else None


def _part_places(segments: Sequence[Phrase], at: int, places: Sequence[int]) -> tuple[int, int]:
    """Between which pieces the part is told; between none where the order of the words does not say it."""
    texts = [each.text for each in segments]
    if any(word.text in _PORTION for word in segments[at].words):
        # «سهم … از …»
        joint = next((place for place in range(at + 1, len(texts)) if texts[place] in _OUT_OF), at)
        return at, joint
    if segments[at].words[0].is_latin:
        verb = next((place for place in range(at + 1, len(texts)) if texts[place] in _PREDICATE), None)
        # "Percentage of complaints answered": what is said of them stands last.
        return verb if verb is not None else places[-1], len(texts)
    if places[0] < at < places[-1]:
        # «ترک تشریفات چند درصد قراردادهای عمرانی است»
        return 0, at
    # «چند درصد …های … … شدند»: what is said of them stands last.
    return (places[-1], len(texts)) if at < places[0] else (0, 0)


def _said_at(reading: Reading, condition: Filter) -> int | None:
    """The piece that says a condition; None where none does, or several do."""
    slug, own = reading.dataset.slug, reading.dataset.field(condition.field)
    places = [
        place
        for place, segment in enumerate(reading.parted.segments)
        if (segment.sense == "place" and own.role == "place")
        or any(_says(each, condition) for each in segment.of(*_SAYING) if each.slug == slug)
    ]
    return places[0] if len(places) == 1 else None


def _says(meaning: Meaning, condition: Filter) -> bool:
    rule = meaning.concept.text("rule") if meaning.concept is not None else ""
    if condition.op == "contains" and meaning.sense == "service":
        return meaning.field == condition.field
    return (meaning.field == condition.field and meaning.sense != "service") or f"{condition.parameter}=" in f"{rule}="


def _names_rows(lexicon: Lexicon, reading: Reading, condition: Filter) -> bool:
    """Whether the word that says a condition is the one that says which rows are meant: «شکایت», «مناقصه»."""
    slug = reading.dataset.slug
    segments = reading.parted.segments
    alone = (lexicon.match([word]) for segment in segments if len(segment.words) > 1 for word in segment.words)
    said = [segment.meanings for segment in segments]
    # «غرفهٔ خالی» is one form, and «غرفه» names its rows.
    said += [match.meanings for match in alone if match is not None]
    return any(
        any(each.sense == "dataset" and each.slug == slug for each in meanings)
        and any(each.sense == "value" and each.slug == slug and each.field == condition.field for each in meanings)
        for meanings in said
    )


def is_rate_asked(facts: CityFacts, reading: Reading) -> bool:
    """Whether «چند درصد» is the rate of what is named and no part of a whole: «عوارض نوسازی چند درصده»."""
    concept = facts.lexicon.words_of(reading.dataset)
    texts = {word.text for word in reading.parted.words}
    return concept is not None and bool(concept.more.get("rates")) and bool(reading.filters) and not texts & _OF_WHOLE


def part_said(reading: Reading, first: Field | None) -> Field | None:
    """What is measured of a share: the first column that is named, else the one that is part of it, said behind it."""
    if first is None or first.share_of or len(reading.measures) < 2:
        return first
    others = (reading.dataset.field(each.field) for each in reading.measures[1:])
    return next((each for each in others if each.share_of and each.kind == first.kind), first)


def named_whole(reading: Reading, part: Field) -> str:
    """The column that is named for the whole of a part: «سهم عمرانی از بودجهٔ مصوب»; empty where none is, or several."""
    own = reading.dataset
    others = [own.field(each.field) for each in reading.measures if each.field != part.name]
    wholes = {each.name for each in others if not each.share_of and each.kind.is_money and each.nature == part.nature}
    return wholes.pop() if len(wholes) == 1 else ""


def says_part(reading: Reading) -> bool:
    """Whether a share that is a column is told of its whole: «سهم جاری از بودجه», and not the money of «سهم جاری»."""
    slug, segments = reading.dataset.slug, [each for each in reading.parted.segments if each.sense != "period"]
    parts = {each.name for each in reading.dataset.published if each.share_of}
    return any(
        bool(_OF_WHOLE & {word.text for word in phrase.words})
        and any(each.slug == slug and each.field in parts for each in phrase.meanings)
        and joint.text in _OUT_OF
        and any(each.slug == slug and each.sense in ("dataset", "measure") for each in behind.meanings)
        for phrase, joint, behind in zip(segments, segments[1:], segments[2:], strict=False)
    )
