"""The words of a question as they are meant by what stands beside them: units of several words, verbs, a report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.concepts.meanings import is_company
from ayan.core.answers.limits import MOST_OF_A_BODY, SHORTEST_STEM
from ayan.core.answers.pieces.denied_words import denied_words
from ayan.core.answers.pieces.said_numbers import halves, measured, shared_years, single_storeys, voters
from ayan.core.answers.words.morphology import Word, is_light_verb

_AUXILIARIES: Final = frozenset(("did", "does", "do", "we", "will", "must", "should"))
_DOING: Final = frozenset(("did", "does", "do", "has", "have", "had"))
_OF_EACH: Final = frozenset(("which", "what", "each", "every", "by", "per", "all"))
_REPORT: Final = "گزارش"
_COMPARED, _AND, _WITH = "مقایسه", "و", "با"
_SPOKEN, _WRITTEN = "ون", "ان"
_LATIN_PLURAL: Final = frozenset(("haye", "hay", "haa"))
"""The plural of Persian in Latin letters, written by itself."""
_ANY: Final = frozenset(("چه", "کدام", "کدوم", "هر", "هیچ"))
_OTHERS: Final = frozenset(("بقیه", "دیگران", "سایرین", "باقی", "دیگرون"))
_ANY_COMPANY: Final = "شرکتی"
_FIELDS: Final = frozenset(("زمینه", "حوزه", "رشته"))
_ACTIVE: Final = re.compile("فعال(?:ه|ن|ند|اند|ست|یت)?")
_ALONE: Final = frozenset(("فقط", "تنها", "با"))
_ARTICLES: Final = frozenset(("یه", "یدونه", "یدانه"))
_PLURAL: Final = ("ها", "های", "ات")
_WHOSE: Final = "whose"
_PART: Final = "شرکت"
_ANY_OF: Final = frozenset(("which", "what", "any", "open"))
_OPEN: Final = "open"
_JOINING: Final = frozenset(("join", "bid", "participate"))
_TAKE: Final = ("take", "part")
_THAT, _IS_OPEN, _I_DO = "که", "باز", "کنم"
_TO_WHOM: Final = frozenset((
    "بشه", "بشود", "بتونم", "بتوانم", "بتونیم", "بتوانیم", "بتوان", "میشه", "میشود", "میتونم", "میتوانم", "میتونیم",
    "میتوانیم", "میتوان", "من", "ما", "در", "ان", "انها", "تو", "توی", "توش", "توشون", "هنوز", "الان", "هم",
))  # fmt: skip
"""What may stand between «که» and «شرکت کرد»."""
_BEHIND_BID: Final = frozenset(("on", "in", "for"))
_NUMBER: Final = frozenset(("شماره", "number", "no"))
_CHANGES: Final = frozenset(("تغییر", "تغییرات"))
_GROWTH: Final = "رشد"
_FROM: Final = frozenset(("از", "بین", "طی", "مابین"))
_CAN: Final = frozenset(("can", "could", "may"))
_TAKING: Final = re.compile("(?:ن?می|ب)?کن(?:م|یم|ید|ین)")
_SHARES: Final = frozenset(("درصد", "نرخ"))
_LEADING: Final = frozenset(("اداره", "مدیریت", "رهبری", "هدایت", "سرپرستی"))
_DOES: Final = re.compile("می ?کن(?:د|ه|ن|ند)|کرده|کرد|میکرده?")
_TURNS: Final = re.compile("می ?(?:گردون|گردان|چرخون|چرخان)(?:د|ه|ن|ند)")
_WHO: Final = (("چه", "کسی"), ("چه", "کسانی"), ("کی",), ("کیا",))
_OBJECT: Final = frozenset(("را", "رو"))
_HEAD, _MAYOR, _WHO_IS = "رییس", "شهردار", "کیه"
_CITY: Final = frozenset(("شهر", "شهرداری", "شهرمون", "شهرمان"))
_SPENT: Final = frozenset(("پول", "هزینه", "خرج", "مخارج"))
_PAYER: Final = frozenset(("کی", "کسی"))
_HAS_PAID: Final = frozenset(("داده", "داد", "پرداخت", "پرداخته"))
_OBJECT_OF: Final = frozenset(("رو", "را", "چه", "کرد", "کرده", "است"))
_HOW_MANY: Final = frozenset(("چقدر", "چند", "بیشترین", "بیشتر", "کمترین", "به"))
_AT_EXPENSE: Final = ("به", "خرج", "کی")
_PLURAL_ROWS: Final = "ات"
_COLLECTED: Final = "وصول"
_HOW_MUCH, _TOWARDS, _POCKET, _GIVEN = "چقدر", "به", "جیب", "داده"
_FLOWS: Final = frozenset(("درامد", "درامدهای", "وصولی", "عایدی"))
_INTO: Final = frozenset(("تو", "توی", "در", "به"))
_GOES: Final = frozenset(("رفته", "رفت", "ریخته", "ریختن", "ریختند", "رفتن"))
_GIVES: Final = re.compile("(?:می)?(?:داده?|دادیم|دادن|دادند|دادین|دهد|دهند|دیم|دن|ده)|رسیده?|میرسد|ریخته?")
_MONEY: Final = frozenset(("پول", "مبلغ", "هزینه", "خرج", "پرداخت", "حقوق", "مبلغی"))
_AREA: Final = "مساحت"
_AREAS: Final = frozenset(("متر", "متری", "هکتار", "مترمربع"))


def meant_words(lexicon: Lexicon, words: Sequence[Word]) -> list[Word]:
    """The words, of which some are read for others, and the first for nothing where it only asks for rows."""
    kept = [word for at, word in enumerate(words) if not (at and word.text in _LATIN_PLURAL and words[at - 1].is_latin)]
    # "Projects whose deadline passed": it asks for nobody.
    kept = [word for at, word in enumerate(kept) if not at or word.text != _WHOSE]
    if [word.text for word in kept[:1]] == [_COMPARED] and _WITH not in (word.text for word in kept):
        # «مقایسهٔ مسکونی و تجاری» is of both, and not of what is both.
        ahead = (*kept[1:], kept[-1])
        kept = [
            Word(_WITH, word.shown) if word.text == _AND and not behind.is_number else word
            for word, behind in zip(kept, ahead, strict=True)
        ]
    kept = single_storeys(lexicon, _not_yet(lexicon, voters(_given(lexicon, _of_ours(_of_work(kept))))))
    said = measured([_verb(kept, at) for at in range(len(kept))])
    said = halves(_collected([_any(lexicon, said, at) for at in range(len(said))]))
    said = _numbers(lexicon, _of_changes(lexicon, said))
    said = _taking_part(denied_words(lexicon, _of_body(lexicon, _led(said))))
    said = _summed_units(lexicon, shared_years(_paid_by(said)))
    said = [_written(lexicon, _plural(lexicon, said, at)) for at in range(len(said))]
    return said[1:] if len(said) > 1 and said[0].text == _REPORT and _is_of_rows(lexicon, said[1]) else said


def _of_work(words: Sequence[Word]) -> list[Word]:
    """The words, who is active in a field without that they are: «تو حوزهٔ نظارت فعاله» is of nobody's standing."""
    texts = [word.text for word in words]
    field = next((at for at, text in enumerate(texts) if text in _FIELDS), None)
    if field is None:
        return list(words)
    # «زمینهٔ فعالیت» is what the column is called.
    active = next((at for at in range(field + 2, len(texts)) if _ACTIVE.fullmatch(texts[at])), None)
    return list(words) if active is None else [word for at, word in enumerate(words) if at != active]


def _of_ours(words: Sequence[Word]) -> list[Word]:
    """The words without the municipality between its money and what it is of: «درآمد شهرداری از جریمه»."""
    return [
        word
        for at, word in enumerate(words)
        if not (
            word.text in _CITY
            and 0 < at < len(words) - 1
            and words[at - 1].text in _FLOWS
            and words[at + 1].text == "از"
        )
    ]


def _given(lexicon: Lexicon, words: Sequence[Word]) -> list[Word]:
    """The words, what is given to companies as money: «چقدر به پیمانکارها داده شده», «چقدر تو جیب شرکت‌ها رفته»."""
    texts = [word.text for word in words]
    pocket = next((at for at, pair in enumerate(pairwise(texts)) if pair[0] in _INTO and pair[1] == _POCKET), None)
    if pocket is not None:
        verb = next((at for at, text in enumerate(texts) if at > pocket and text in _GOES), None)
        words = [
            Word(_TOWARDS, word.shown) if at == pocket else Word(_GIVEN, word.shown) if at == verb else word
            for at, word in enumerate(words)
            if at != pocket + 1
        ]
        texts = [word.text for word in words]
    asks = next((at for at, text in enumerate(texts) if text == _HOW_MUCH), None)
    to = next((at for at, text in enumerate(texts[:-1]) if text == _TOWARDS), None)
    if asks is None or to is None or _MONEY & set(texts) or not any(map(_GIVES.fullmatch, texts[to:])):
        return list(words)
    match = lexicon.match([words[to + 1]])
    if match is None or not any(is_company(lexicon.datasets, each) for each in match.meanings):
        return list(words)
    return [*words[: asks + 1], Word("پول", words[asks].shown), *words[asks + 1 :]]


def _paid_by(words: Sequence[Word]) -> list[Word]:
    """The words, who paid for something as at whose expense it was, and no sum: «پول سفرها رو کی داده»."""
    texts = [word.text for word in words]
    said = set(texts)
    if not (said & _SPENT and said & _PAYER and said & _HAS_PAID) or said & _HOW_MANY:
        return list(words)
    rest = [word for word in words if word.text not in _SPENT | _PAYER | _HAS_PAID | _OBJECT_OF]
    shown = " ".join(word.shown for word in words if word not in rest)
    return [*rest, *(Word(text, shown) for text in _AT_EXPENSE)] if rest else list(words)


def _summed_units(lexicon: Lexicon, words: Sequence[Word]) -> list[Word]:
    """The words, so many metres of something as how much of it there is: «چند متر زیربنا», «چند هکتار زمین»."""
    for at, word in enumerate(words[:-2]):
        if word.text != "چند" or words[at + 1].text not in _AREAS:
            continue
        shown = f"{word.shown} {words[at + 1].shown}"
        for said in ((words[at + 2],), (Word(_AREA, words[at + 1].shown), words[at + 2])):
            match = lexicon.match(said)
            if match is not None and any(each.sense == "measure" and each.grade == "right" for each in match.meanings):
                return [*words[:at], Word(_HOW_MUCH, shown), *said, *words[at + 3 :]]
    return list(words)


def _of_body(lexicon: Lexicon, words: Sequence[Word]) -> Sequence[Word]:
    """The words without those for what a body that is named decides on, which name no other table then.

    «کمیسیون ماده پنج چند تقاضا را رد کرده» is of its decisions, and of nobody's requests.
    """
    for start in range(len(words) - 1):
        for end in range(min(start + MOST_OF_A_BODY, len(words)), start + 1, -1):
            match = lexicon.match(words[start:end])
            named = (
                (each for each in match.meanings if each.sense == "dataset" and each.grade == "right") if match else ()
            )
            called = {str(word) for each in named if each.concept for word in each.concept.more.get("rows_called", ())}
            if called:
                rest = [*words[:start], *words[end:]]
                kept = [
                    word
                    for word in words
                    if word not in rest or not {lexicon.stem(word.text), word.text.removesuffix("s")} & called
                ]
                return kept if len(kept) > end - start else words
    return words


def _to_join(words: Sequence[Word]) -> list[Word]:
    """The words, «… که بشه شرکت کرد», "… to bid on", "take part" as what one can join, which is open.

    So the state and the rows are asked for, and how it is done comes second.
    """
    texts = [word.text for word in words]
    part = next((at for at, pair in enumerate(pairwise(texts)) if pair == _TAKE), None)
    if part is not None:
        return _to_join([*words[:part], Word("join", words[part].shown), *words[part + 2 :]])
    bid = next((at for at, pair in enumerate(pairwise(texts)) if pair[0] == "to" and pair[1] in _JOINING), 0)
    if bid and _BEHIND_BID.issuperset(texts[bid + 2 :]):
        state = [] if _OPEN in texts[:bid] else [Word(_OPEN, words[bid + 1].shown)]
        return [*state, *words[:bid]]
    that = texts.index(_THAT) if _THAT in texts else len(texts)
    joins = texts.index(_PART, that) if _PART in texts[that:] else that
    behind = texts[joins + 1 :]
    if not that or joins == that or not _TO_WHOM.issuperset(texts[that + 1 : joins]):
        return list(words)
    if not behind or not all(map(is_light_verb, behind)):
        return list(words)
    state = [] if any(text.startswith(_IS_OPEN) for text in texts[:that]) else [Word(_IS_OPEN, words[joins].shown)]
    return [*words[:that], *state, words[that], Word(_I_DO, words[-1].shown)]


def _of_changes(lexicon: Lexicon, words: Sequence[Word]) -> list[Word]:
    """The words, «تغییر بودجه از ۱۴۰۳ به ۱۴۰۴» as its growth from the one to the other, and no transfers of it."""
    texts = [word.text for word in words]
    years = [at for at, text in enumerate(texts) if text.isdigit() and len(text) == len("1404")]
    change = next((at for at, text in enumerate(texts[:-1]) if text in _CHANGES), None)
    if len(years) != 2 or change is None or change > years[0] or _FROM.isdisjoint(texts[: years[0]]):
        return list(words)
    if not _names_dataset(lexicon, words[change + 1]):
        # «تغییر کاربری» is a thing of its own.
        return list(words)
    return [*words[:change], Word(_GROWTH, words[change].shown), *words[change + 1 :]]


def _names_dataset(lexicon: Lexicon, word: Word) -> bool:
    match = lexicon.match([word])
    return match is not None and any(each.sense == "dataset" and each.grade == "right" for each in match.meanings)


def _taking_part(words: Sequence[Word]) -> list[Word]:
    """The words without «شرکت» of «شرکت کنم», "can my company join": who takes part asks of no company."""
    words = _to_join(words)
    texts = [word.text for word in words]
    joins = next((at for at, text in enumerate(texts) if text in _JOINING), 0)
    can = next((at for at in range(max(joins - MOST_OF_A_BODY, 0), joins) if texts[at] in _CAN), None)
    if can is not None and not _ANY_OF.isdisjoint(texts[:can]):
        # What one can still join is open.
        behind = words[joins + 1 :]
        behind = behind[1:] if behind and behind[0].text in _BEHIND_BID else behind
        return [*words[:can], Word(_OPEN, words[joins].shown), *behind]
    return [
        word
        for at, word in enumerate(words)
        if not (word.text == _PART and at + 1 < len(words) and _TAKING.fullmatch(words[at + 1].text))
    ]


def _led(words: Sequence[Word]) -> list[Word]:
    """The words, who runs something as who its head is: «کی … را اداره می‌کند» is «رئیس … کیست»."""
    texts = [word.text for word in words]
    who = next((each for each in _WHO for at in range(len(texts)) if tuple(texts[at : at + len(each)]) == each), ())
    start = next((at for at, text in enumerate(texts) if _TURNS.fullmatch(text)), None)
    end = start
    if start is None:
        pairs = pairwise(texts)
        start = next((at for at, (noun, does) in enumerate(pairs) if noun in _LEADING and _DOES.fullmatch(does)), None)
        end = start + 1 if start is not None else None
    if not who or start is None or end is None:
        return list(words)
    asks = next(at for at in range(len(texts)) if tuple(texts[at : at + len(who)]) == who)
    gone = {*range(start, end + 1), *range(asks, asks + len(who))}
    rest = [word for at, word in enumerate(words) if at not in gone and word.text not in _OBJECT]
    shown = " ".join(word.shown for word in words[start : end + 1])
    said = " ".join(word.shown for word in words[asks : asks + len(who)])
    if rest and _CITY.issuperset(word.text for word in rest):
        return [Word(_MAYOR, " ".join(word.shown for word in rest)), Word(_WHO_IS, said)]
    return [Word(_HEAD, shown), *rest, Word(_WHO_IS, said)] if rest else list(words)


def _collected(words: Sequence[Word]) -> list[Word]:
    """The words, what was collected in per cent as what was realised of the plan: «درصد وصول», «چند درصد … وصول شد»."""
    texts = [word.text for word in words]
    if not _SHARES & set(texts):
        return list(words)
    return [
        Word("تحقق" if before in _SHARES else "محقق", word.shown)
        if word.text == _COLLECTED and (before in _SHARES or is_light_verb(behind))
        else word
        for word, before, behind in zip(words, ["", *texts], [*texts[1:], ""], strict=False)
    ]


def _is_of_rows(lexicon: Lexicon, word: Word) -> bool:
    """Whether a word names the rows of a dataset: «گزارش سفرها» tells of them, and no row holds a report."""
    match = lexicon.match([word])
    rows = match is not None and any(each.sense == "dataset" and each.grade == "right" for each in match.meanings)
    return rows and (word.plural or word.text.endswith(_PLURAL))


def _not_yet(lexicon: Lexicon, words: Sequence[Word]) -> list[Word]:
    """ "Not yet carried out" is "not carried out", but where a form says it so: "not yet due"."""
    said: list[Word] = []
    for at, word in enumerate(words):
        is_idle = word.text == "yet" and at > 0 and words[at - 1].text == "not"
        if not is_idle or any(lexicon.match(words[at - 1 : at + more]) is not None for more in (2, 3)):
            said.append(word)
    return said


def _any(lexicon: Lexicon, words: Sequence[Word], at: int) -> Word:
    """A word; behind «چه» and «هیچ» one with «ی» is any of its sort: «چه شرکتی» is a company, and no staff of one.

    So is «چه مطالعاتی», where the word means nothing with its ending and names rows without it.
    """
    word = words[at]
    before = words[at - 1].text if at else ""
    if before == "از" and word.text in _OTHERS:
        # «از بقیه بیشتر» is «از همه بیشتر».
        return Word("همه", word.shown)
    if before == "نسبت" and word.text == "ب":
        return Word("به", word.shown)
    if before in _ALONE and word.text in _ARTICLES:
        # «فقط یه پیشنهاد» is a number, and no article.
        return Word("یک", word.shown)
    bare = word.text.removesuffix("ی")
    if before not in _ANY or bare == word.text:
        return word
    is_plural = bare.endswith(_PLURAL_ROWS)
    is_any = word.text == _ANY_COMPANY or ((is_plural or lexicon.match([word]) is None) and lexicon.names_rows(bare))
    return Word(bare, word.shown) if is_any else word


def _plural(lexicon: Lexicon, words: Sequence[Word], at: int) -> Word:
    """A word; «پارکها» behind «سازمان» is «پارک‌ها», as a name has it that holds both."""
    word = words[at]
    ending = next((each for each in _PLURAL[:2] if word.text.endswith(each)), "")
    stem = word.text.removesuffix(ending)
    if not at or not ending or len(stem) < SHORTEST_STEM or lexicon.names.is_word(word.text):
        return word
    held = lexicon.names.with_words((words[at - 1].text, stem))
    return Word(stem, word.shown, plural=True) if held else word


def _written(lexicon: Lexicon, word: Word) -> Word:
    """A word; «ساختمون», which means nothing by itself, is «ساختمان», so that forms of several words are met by it."""
    if not word.text.endswith(_SPOKEN) or lexicon.match([word]) is not None or lexicon.names.is_word(word.text):
        return word
    written = Word(word.text.removesuffix(_SPOKEN) + _WRITTEN, word.shown, word.plural)
    return written if lexicon.is_word(written) else word


def _verb(words: Sequence[Word], at: int) -> Word:
    """A word; "pay" behind "did" is a verb: what was paid, and nobody's pay."""
    word = words[at]
    before = {each.text for each in words[:at]}
    if word.text == "pay" and before & _AUXILIARIES:
        spent = any(each.text == "for" for each in words[at + 1 : at + 3])
        return Word("spend" if spent else "paid", word.shown)
    is_place = word.text in ("area", "areas") and at > 0 and words[at - 1].text in _OF_EACH
    if is_place and not any(each.text.startswith("district") for each in words):
        # "Permits in each area": any other area is how large something is.
        return Word("district", word.shown, word.plural)
    if word.text in ("change", "changed") and "how" in before and before & _DOING:
        # "How did spending change": its course.
        return Word("trend", word.shown)
    return word


def _numbers(lexicon: Lexicon, words: Sequence[Word]) -> list[Word]:
    """The words without «شماره» between what is named and its number: «قرارداد شمارهٔ ۱۴۰۴-۰۰۵۸»."""
    return [
        word
        for at, word in enumerate(words)
        if not (
            word.text in _NUMBER
            and 0 < at < len(words) - 1
            and words[at + 1].is_number
            and "-" in words[at + 1].text
            and _names_dataset(lexicon, words[at - 1])
        )
    ]
