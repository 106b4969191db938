"""Who or what has none of some rows: «کدام واحدها مناقصه نداشتند», "which districts issued no commercial permits"."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ayan.core.answers.cards.cards import AnswerCard, api_of, page_of, understood_of
from ayan.core.answers.cards.wording import key_text, listed
from ayan.core.answers.composites.ratios import Ask
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.limits import MOST_ABSENT, MOST_GROUPS
from ayan.core.answers.pieces.phrases import Parted
from ayan.core.answers.words.morphology import is_negative
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.question import Question
from ayan.core.values import locale
from ayan.core.values.label import Label

NONE: Final = Label(
    "{n} تا از «{key}» هیچ ردیفی ندارد: {names}. {rows}", "{n} of “{key}” have no such row: {names}. {rows}"
)
ALL: Final = Label("همه دارند: هیچ «{key}» بی ردیف نیست. {rows}", "All have some: no “{key}” is without a row. {rows}")
_WHICH: Final = frozenset(("کدام", "کدوم", "چه", "which", "what"))
_NO: Final = frozenset(("no", "without", "never", "بدون", "بی", "هیچ"))
_IDLE: Final = frozenset(("any", "had", "have", "has", "did", "not", "are", "اصلا", "هیچ", "تا", "حالا", "که"))
_BY: Final = ("به تفکیک", "by")


def absent_groups(facts: CityFacts, question: Parted, ask: Ask) -> AnswerCard | None:
    """Those that have no such row; None where nobody asks which have none."""
    parts = _parts(question)
    if parts is None:
        return None
    rest, key = parts
    ranked = ask(f"{rest} {_BY[rest.isascii()]} {key}")
    asked = ranked.asked if ranked is not None and ranked.is_sure and ranked.kind in ("list", "nothing") else None
    if asked is None or asked.by is None or asked.by.part is not None:
        return None
    own = asked.dataset.field(asked.by.field)
    if asked.having or (own.ref is None and (own.role == "unit" or own.choices is None)):
        # Only where it is known which there are: those of a register, or of a closed list.
        return None
    have = _groups(facts, asked, asked.scope)
    known = _register(facts, asked) or _groups(facts, asked, Question(slug=asked.dataset.slug))
    if have is None or known is None:
        return None
    none = [each for each in known if each not in have]
    by, count = asked.by, replace(asked, shape="list", by=None, having=())
    total = facts.number(asked.dataset, count.scope, GroupMeasure("count")) or 0
    text = (NONE if none else ALL).filled(
        lambda lang: {
            "n": locale.of(lang).number(len(none)),
            "key": own.label.of(lang),
            "names": [key_text(own, by, each, lang) for each in none[:MOST_ABSENT]],
            "rows": listed(asked.dataset, asked.scope, total).of(lang),
        }
    )
    groups = replace(asked, measures=(GroupMeasure("count"),), sort=None)
    return AnswerCard(
        "list",
        text,
        page_of(asked.dataset, asked.scope),
        api_of(asked.dataset, "groups", groups.groups.query_string()),
        understood_of(groups, GroupMeasure("count")),
    )


def _register(facts: CityFacts, asked: AskedQuestion) -> list[object] | None:
    """All that the rows may point to, where these stand in a register of their own."""
    assert asked.by is not None  # noqa: S101 - who calls this has looked
    ref = asked.dataset.field(asked.by.field).ref
    other = facts.lexicon.datasets.get(ref.dataset) if ref is not None else None
    if ref is None or other is None or not facts.has_rows(other):
        return None
    by = GroupKey(ref.field)
    wanted = GroupQuestion(
        scope=Question(slug=other.slug, size=MOST_GROUPS), by=(by,), measures=(GroupMeasure("count"),)
    )
    rows, total = facts.groups(other, wanted)
    return [row[by.name] for row in rows if row[by.name] is not None] if total <= MOST_GROUPS else None


def _groups(facts: CityFacts, asked: AskedQuestion, scope: Question) -> list[object] | None:
    """All values of the key in some rows; None where these are too many to be sure of all."""
    assert asked.by is not None  # noqa: S101 - who calls this has looked
    wanted = GroupQuestion(scope=replace(scope, size=MOST_GROUPS), by=(asked.by,), measures=(GroupMeasure("count"),))
    rows, total = facts.groups(asked.dataset, wanted)
    return [row[asked.by.name] for row in rows if row[asked.by.name] is not None] if total <= MOST_GROUPS else None


def _parts(question: Parted) -> tuple[str, str] | None:
    """The question without the words that deny it, and what is asked for; None where nothing is denied so."""
    segments = question.segments
    at = next((place for place, each in enumerate(segments) if each.words[0].text in _WHICH), None)
    if at is None or at + 1 >= len(segments):
        return None
    # «کدام واحد» may be one form.
    is_one = len(segments[at].words) > 1
    key = segments[at] if is_one else segments[at + 1]
    others = [*segments[:at], *segments[at + (1 if is_one else 2) :]]
    words = [word for each in others for word in each.words]
    denied = any(is_negative(word.text) or word.text in _NO for word in words)
    kept = [word.text for word in words if not is_negative(word.text) and word.text not in _NO | _IDLE]
    of_rows = any(each.has("dataset") for each in others)
    if not denied or not kept or not of_rows or not key.has("field", "relation", "thing", "place", "dataset"):
        return None
    return " ".join(kept), " ".join(word.text for word in key.words[is_one:])
