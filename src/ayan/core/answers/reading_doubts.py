"""What makes a reading unsure although each of its words means something: words that mean another thing elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ayan.core.answers.lexicon import Lexicon
from ayan.core.answers.look_ups import leave
from ayan.core.answers.meanings import Meaning
from ayan.core.answers.phrases import Parted
from ayan.core.answers.word_usage import FITS, WordUses
from ayan.core.query.question import Filter
from ayan.core.schema.definition import Dataset

_PAYING: Final = frozenset((
    "دادین", "دادید", "دادیم", "داده", "داد", "دادند", "دادن", "میدهد", "میده", "پرداخت", "پرداختی",
    "paid", "pay", "gave", "given",
))  # fmt: skip


_PEOPLE: Final = frozenset(("نفر", "نفرن", "نفره", "نفرات", "people", "persons"))


def doubt_people(dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """«چند نفر رسمی هستند»: whoever asks for people counts no sessions, in which nobody stands, openly or withheld."""
    said = next((each for word in parted.words if (each := word.text) in _PEOPLE), None)
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


def doubt_paid(dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """«چقدر به بیمه دادید»: what was paid is no balance that is still owed, where nobody speaks of one."""
    own = next((each for each in dataset.published if each.kind.is_money and each.role == "amount"), None)
    if own is None or own.nature != "stock" or uses.named or uses.related:
        return
    paid = next((word.text for word in parted.words if word.text in _PAYING), None)
    if paid is not None:
        uses.unread.append(paid)


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
        own = [each for each in segment.meanings if each.slug == dataset.slug]
        elsewhere = any(
            each.sense == "dataset" and each.grade == "right" and each.slug != dataset.slug for each in segment.meanings
        )
        if len(naming) > 1 and elsewhere and all(each.grade == "weak" for each in own):
            leave(lexicon, dataset, segment, uses)
