"""How late something is, in days: «میانگین تأخیر پاسخ به شکایت‌ها», "projects more than 90 days late"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ayan.core.answers.cards.cards import ROWS, AnswerCard, CardFigure, api_of, card, page_of, understood_of
from ayan.core.answers.cards.wording import listed
from ayan.core.answers.composites.ratios import Ask
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.limits import MOST_DAYS, MOST_PAIRS
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.words.morphology import Word
from ayan.core.answers.words.quantities import TIMES, number_at
from ayan.core.query import values
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.question import Filter
from ayan.core.schema.field import Field
from ayan.core.values import locale
from ayan.core.values.label import Label

MEAN: Final = Label("میانگین تأخیر", "Average delay")
LONGEST: Final = Label("بیشترین تأخیر", "Longest delay")
SENTENCE: Final = Label(
    "میانگین تأخیر {mean} روز و بیشترین {longest} روز، میان آنهایی که دیر شده‌اند. {rows}",
    "{mean} days late on average, {longest} at most, of those that are late. {rows}",
)
_LATE: Final = frozenset((
    "تاخیر", "تاخیرش", "تاخیرها", "تاخیرات", "دیرکرد", "دیرکردها", "عقب", "عقبن", "عقبه", "عقبند", "دیرتر", "دیر",
    "delay", "delays", "delayed", "late", "overdue", "behind",
))  # fmt: skip
_BARE: Final = frozenset(("تاخیر", "دیرکرد", "delay", "delays"))
"""What is measured in days by itself."""
_MEAN: Final = frozenset(("میانگین", "متوسط", "معدل", "average", "mean", "avg", "typical"))
_MOST: Final = frozenset((
    "بیشترین", "حداکثر", "طولانیترین", "بلندترین", "longest", "most", "maximum", "max", "worst",
    "biggest",
))  # fmt: skip
_DAYS: Final = frozenset(("روز", "روزه", "روزی", "day", "days"))
_MANY: Final = frozenset(("چند", "چقدر", "چقدره", "چه", "how", "many", "much", "long", "what"))
_MORE: Final = frozenset(("بیش", "بیشتر", "بالای", "more", "over"))
_IDLE: Final = frozenset((
    "است", "هست", "بوده", "بود", "شده", "شد", "ان", "اند", "افتاده", "افتادن", "افتادند", "افتاد",
    "دارد", "داشته", "داشتن", "داشتند", "که", "ای", "خورده", "خوردن", "کرده", "کردند",
    "کردن", "رو",
    "is", "are", "was", "were", "the", "on", "in", "of", "that", "which", "a", "an", "schedule", "running", "by", "to",
    "answering", "answer", "answers", "پاسخ", "پاسخگویی", "پاسخدهی", "جواب", "به", "در", "ان", "با", "for", "have",
    "been", "has", "طور", "بطور", "معمولا", "از", "مهلت", "موعد", "میشن", "میشود", "میشه", "usually",
))  # fmt: skip
_FORMS: Final = ("{} با تأخیر", "{}")
_FORMS_EN: Final = ("late {}", "{} answered late")
_TENTH: Final = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Delay:
    """Between which days something is late: a date that is over and what it was due at, which may be today's date."""

    due: Field
    done: Field | None


def delays(facts: CityFacts, question: Parted, ask: Ask) -> AnswerCard | None:
    """By how many days things are late, or those that are late by more; None where nobody asks for days."""
    texts = [word.text for word in question.words]
    over = [word for phrase in question.segments if _is_passed(phrase) for word in phrase.words]
    passed = {word.text for word in over if not _names_table(facts, word)}
    late = [each for each in texts if each in _LATE]
    if not late and not passed:
        return None
    bound = _bound(question)
    has_days, has_mean = bool(_DAYS & set(texts)), bool(_MEAN & set(texts))
    asks = (has_mean and bool(set(late) & _BARE)) or (has_days and bool((_MEAN | _MOST | _MANY) & set(texts)))
    if bound is None and not asks:
        return None
    start, end, days = bound or (0, 0, 0)
    kept = [*texts[:start], *texts[end:]]
    dropped = passed | _LATE | _DAYS | _IDLE | (frozenset() if bound else _MEAN | _MOST | _MANY)
    rest = " ".join(each for each in kept if each not in dropped)
    for asked in _late(rest, ask):
        if (delay := _delay(facts, asked)) is not None:
            if bound is not None:
                return _later(facts, asked, delay, days)
            if asked.shape != "list":
                continue
            return _card(facts, asked, delay, is_longest=bool(_MOST & set(texts)))
    return None


def _is_passed(phrase: Phrase) -> bool:
    """Whether a piece says that a day of something is over: «از موعد گذشته», "past their deadline"."""
    said = (each.concept for each in phrase.of("value") if each.grade == "right")
    return any(concept is not None and "__lt=today" in concept.text("rule") for concept in said)


def _names_table(facts: CityFacts, word: Word) -> bool:
    """Whether a word says what is late: «پروژه» of «تأخیر پروژه‌ها»."""
    match = facts.lexicon.match([word])
    return match is not None and any(each.sense == "dataset" and each.grade == "right" for each in match.meanings)


def _bound(question: Parted) -> tuple[int, int, int] | None:
    """«بیش از ۹۰ روز»: where it stands, and how many days that are."""
    texts = [word.text for word in question.words]
    for phrase in question.segments:
        if all(each.target != "gt" for each in phrase.of("comparison")) and phrase.text not in _MORE:
            continue
        start = phrase.end + (texts[phrase.end : phrase.end + 1] in (["از"], ["than"]))
        said = number_at(question.words, start)
        if said is not None and said.end < len(texts) and texts[said.end] in TIMES and said.value == int(said.value):
            days = int(said.value) * TIMES[texts[said.end]]
            return (phrase.start, said.end + 1, days) if 0 < days <= MOST_DAYS else None
    return None


def _late(rest: str, ask: Ask) -> Iterator[AskedQuestion]:
    """The rows that are late, as the box finds them."""
    for form in (_FORMS_EN if rest.isascii() else _FORMS[:1]) if rest else ():
        answer = ask(form.format(rest))
        if answer is not None and answer.kind in ("list", "figure") and answer.is_sure and answer.asked is not None:
            yield answer.asked


def _delay(facts: CityFacts, asked: AskedQuestion) -> Delay | None:
    """The two days that say that rows are late; None where nothing else or more than that does."""
    if asked.shape not in ("list", "figure") or asked.whole is not None:
        return None
    answer = []
    for each in asked.scope.filters:
        own = asked.dataset.field(each.field)
        if each.op == "above" and own.kind.is_day:
            answer.append(Delay(asked.dataset.field(str(each.values[0])), own))
        elif each.op == "lt" and own.kind.is_day and each.text == _today(own, facts.today):
            answer.append(Delay(own, None))
    return answer[0] if len(answer) == 1 else None


def _today(own: Field, today: date) -> str:
    return Filter(own.name, "lt", (own.kind.parse(own, str(today)),)).text


def _later(facts: CityFacts, asked: AskedQuestion, delay: Delay, days: int) -> AnswerCard | None:
    """The rows that are late by more days than that: of a day that lies so far back."""
    if delay.done is not None:
        # The grammar sets one day against another, and not how far they lie apart.
        return None
    own = values.as_asked(asked.dataset).field(delay.due.name)
    before = Filter(delay.due.name, "lt", (values.read_value(own, str(facts.today - timedelta(days=days))),))
    filters = tuple(before if each.field == before.field else each for each in asked.scope.filters)
    return card(facts, replace(asked, scope=replace(asked.scope, filters=filters)))


def _card(facts: CityFacts, asked: AskedQuestion, delay: Delay, *, is_longest: bool) -> AnswerCard | None:
    keys = tuple(GroupKey(each.name) for each in (delay.due, delay.done) if each is not None)
    count = GroupMeasure("count")
    wanted = GroupQuestion(scope=replace(asked.scope, size=MOST_PAIRS), by=keys, measures=(count,))
    groups, total = facts.groups(asked.dataset, wanted)
    if not groups or total > MOST_PAIRS:
        return None
    late = [(_days(group, keys, facts.today), int(group[count.name])) for group in groups]
    if any(days is None for days, _ in late):
        return None
    number = sum(each for _, each in late)
    summed = sum((days or 0) * each for days, each in late)
    mean = (Decimal(summed) / number).quantize(_TENTH, ROUND_HALF_UP)
    longest = max(days or 0 for days, _ in late)
    text = SENTENCE.filled(
        lambda lang: {
            "mean": locale.of(lang).number(mean),
            "longest": locale.of(lang).number(longest),
            "rows": listed(asked.dataset, asked.scope, number).of(lang),
        }
    )
    said = [CardFigure(MEAN, mean, "days"), CardFigure(LONGEST, longest, "days")]
    alone = replace(asked, shape="figure", measures=(count,), sort=None, by=None)
    return AnswerCard(
        "figure",
        text,
        page_of(asked.dataset, asked.scope),
        api_of(asked.dataset, "groups", alone.groups.query_string()),
        understood_of(alone, count),
        (*(reversed(said) if is_longest else said), CardFigure(ROWS, number, "count")),
        alone,
    )


def _days(group: dict[str, object], keys: Sequence[GroupKey], today: date) -> int | None:
    """How many days lie between two, or since one."""
    answer = [group[key.name] for key in keys]
    days = [each if isinstance(each, date) else date.fromisoformat(str(each)) for each in answer if each is not None]
    if len(days) != len(keys):
        return None
    return ((days[1] if len(days) > 1 else today) - days[0]).days
