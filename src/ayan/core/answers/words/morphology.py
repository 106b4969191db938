"""Words of a question: how a text is parted, and which endings of Persian and English make no other word of one.

Forms of the lexicon and questions pass through the same functions, so whatever is done to one is done to the other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ayan.core.answers.limits import KEPT_FORMS, KEPT_WORDS, SHORTEST_STEM, SHORTEST_VERB
from ayan.core.values.text import fold

# Codes and dates keep what parts them, zones their letter, numbers their separators; digits and letters part words.
_TOKEN: Final = re.compile(
    r"(?<![a-z0-9])[a-z]{1,2}[0-9]{1,2}(?![a-z0-9])|[a-z]{1,3}-[0-9]+(?:-[0-9]+)*|[0-9]+-[a-z]{1,2}[0-9]+|[0-9]+(?:[-/.,:][0-9]+)+|[0-9]+|[a-z]+(?:'[a-z]+)?|[^\W\d_a-z]+|%"
)


def listed(text: str) -> frozenset[str]:
    """The words of a list that is written as one text."""
    return frozenset(text.split())


# --- Persian ----------------------------------------------------------------------------------------------------------

# Endings that a half-space parted from their word; they say nothing but the plural or the joining of two nouns.
_LOOSE: Final = listed(
    "ی ای یی ها های هیی هایش ام ات اش ایم اید اند مان تان شان ش هاش هام هات هاشو هامو هاتو هاشون هامون هاتون "
    "هایم هایت هایشان هایمان هایتان هاشونو هامونو"
)
_LOOSE_PLURAL: Final = frozenset(each for each in _LOOSE if each.startswith(("ها", "هیی")))
_DEGREE: Final = {"تر": "تر", "ترین": "ترین", "تره": "تر", "ترن": "تر"}
_VERBAL: Final = frozenset(("می", "نمی"))
_DONE: Final = listed("داده گرفته کرده زده گذاشته")
_ALL: Final = listed("همه بقیه همگی")

# Short words of the spoken language, and those that are typed as they are said.
_SAID: Final = {
    "چن": "چند", "چنتا": "چندتا", "چنتاس": "چندتاس", "چنتاست": "چندتاست", "چقد": "چقدر", "چقده": "چقدره",
    "کدم": "کدوم", "واس": "واسه", "ینی": "یعنی", "تموم": "تمام",
}  # fmt: skip

_PRESENT: Final = ("میگیر", "میده", "میکن", "میبند", "میرو", "میخر", "میدا", "میکش", "میشو", "نمیشو", "نمیده")
_PERSONS: Final = ("ند", "یم", "ید", "م", "ن", "ی", "ه")

_SAME: Final = (
    ("ء", ""),
    ("آتیش", "آتش"),
    ("اتیش", "اتش"),
    ("هیات", "هییت"),
    ("مسوول", "مسیول"),
    ("مساله", "مسیله"),
    ("ایی", "یی"),
    ("آ", "ا"),
)

# «حمل و نقل» is «حمل‌ونقل».
_PAIRED: Final = re.compile(r"\b(حمل|رفت|ساخت|شست|گفت|جست|رتق) و (نقل|روب|ساز|شو|شوی|گو|گوی|جو|جوی)\b")

# «تره‌بار» is no «‑تر» of the word before it.
_GREENS: Final = re.compile(r"\bتره بار\b")

_SINGULARS: Final = (
    "ارا رای|اعضا عضو|مناطق منطقه|نواحی ناحیه|محلات محله|معابر معبر|اماکن مکان|اراضی زمین|ابنیه بنا|"
    "اسناد سند|مدارک مدرک|مراحل مرحله|موارد مورد|اقلام قلم|ارقام رقم|اعداد عدد|مبالغ مبلغ|وجوه وجه|"
    "مخارج خرج|دیون بدهی|مطالبات طلب|معوقات معوق|ضرایب ضریب|ضوابط ضابطه|مقادیر مقدار|مواد ماده|"
    "قوانین قانون|لوایح لایحه|نتایج نتیجه|دلایل دلیل|سوابق سابقه|جرایم جریمه|حوادث حادثه|مشاغل شغل|"
    "اصناف صنف|اشخاص شخص|افراد فرد|روسا رییس|شرکا شریک|وظایف وظیفه|امور امر|خطوط خط|نقاط نقطه|فصول فصل|"
    "سنوات سال|قبوض قبض|طبقات طبقه|مشاورین مشاور|املاک ملک|تخلفات تخلف|مصارف مصرف|عواید عایدی|"
    "هدایا هدیه|هزینهها هزینه|شکایات شکایت|جلسات جلسه|مصوبات مصوبه|پروژهها پروژه"
)
_IRREGULAR: Final = dict(pair.split(" ") for pair in _SINGULARS.split("|"))

# What is said «‑ون» in the spoken language and written «‑ان», by what is written.
_SPOKEN: Final = listed(
    "خیابان میدان ساختمان تهران استان شهرستان بوستان ارامستان گورستان قبرستان دبستان دبیرستان بیمارستان تابستان "
    "زمستان زمان باران درمان جوان اسان ارزان گران دندان مهمان بیابان ناودان اسمان حیوان اصفهان دکان ویران تاوان نشان "
    "پایان"
)
_SPOKEN_ENDING: Final = re.compile(
    r"(.{2,})ون((?:ها|های|هیی|ا|ای|یی|ی)?(?:مون|تون|شون|مان|تان|شان|اش|ات|ام|م|ش|ت)?(?:رو|را|و|ه|س|ست|است)?)"
)
# «خونه», «خونمون», «خونشو»: the house, whosever it is.
_HOUSE_SAID: Final = "خون"
_HOUSE: Final = re.compile(
    r"خون(?:ه|ه?(ها|های|هیی)|)(?:م|ت|ش|ام|ات|اش|مون|تون|شون|مان|تان|شان|مو|تو|شو|)(?:رو|را|و|س|ست|)"
)

# Verbs that join a question together and say nothing of what it is about: their stems, and the endings of the written
# and of the spoken language.
_PAST: Final = (
    "کرد|شد|داشت|بود|داد|گرفت|رفت|امد|اومد|خورد|زد|کشید|برد|گذاشت|گفت|خواست|دید|دانست|دونست|ماند|موند|رسید|برداشت|"
    "یافت|بست|اورد|گشت|کشاند|پرداخت"
)
_NOW: Final = (
    "کن|ش|شو|دار|ده|د|گیر|ر|رو|ای|خور|زن|کش|بر|گذار|ذار|گ|گو|خوا|خواه|بین|دان|دون|مان|مون|رس|بردار|یاب|بند|ار|یار|گرد"
)
_LIGHT_VERB: Final = re.compile(
    rf"کن(?:م|ی|ید|ین|یم|ن)|ن?می(?:{_NOW})(?:م|ی|د|ه|یم|ید|ین|ند|ن)|(?:ن|ب)(?:{_NOW})(?:م|ی|د|ه|یم|ید|ین|ند|ن)|"
    rf"ن?(?:می)?(?:{_PAST})(?:ه?ام|ه?ای|ه?ایم|ه?اید|ه?اند|هان|م|ی|یم|ید|ین|ند|ن|ه)?|"
    r"ن?(?:دار|هست)(?:م|ی|د|ه|یم|ید|ین|ند|ن)?|نیستن?د?|باش(?:م|ی|د|ه|یم|ید|ین|ند|ن)"
)
# «شروع نشدن», «نشدند» are «نشده», «ندارن» is «ندارد», «داره» «دارد»: the lexicon has one person of each.
_PERFECT: Final = re.compile(r"(ن?شد)(?:ن|ند|هاند)")
_HAS_NONE: Final = "ندار"
"""What somebody has none of is a noun: «داده ندارند» are without data."""
_HAVING: Final = re.compile(r"(ن?دار)(?:ه|ن|ند)")
# Words that end as if they could be cut.
_WHOLE: Final = listed(
    "شهرداری سازمان تومان استان شهرستان بوستان ارامستان گورستان قبرستان دبستان بیمارستان تابستان "
    "زمستان خیابان میدان ساختمان پیمان پایان زمان مکان امکان جریان میزان درمان فرمان جبران بحران "
    "عمران تاوان باران ابان عنوان دوران نشان رایگان بازرگان ارگان یگان همگان پشتیبان پاکبان نگهبان "
    "باغبان جوان اسان ایران تهران اصفهان کرمان سمنان عیان اطلاعات مالیات تسهیلات تاسیسات تشکیلات "
    "تشریفات تبلیغات انتخابات ارتباطات تدارکات مقررات مخابرات ملاقات مطالعات عملیات جزییات ثبات نجات "
    "حیات صادرات درجات قانون میلیون تریلیون کمیسیون تلویزیون کنون بیرون ازمون پیرامون زمین پایین بین "
    "تعیین تامین تضمین تخمین ماشین دوربین میانگین نخستین چندمین قزوین سرزمین همین چنین بها انتها تنها "
    "رها انها اینها شورا اجرا بنا هوا صدا پیدا دریا مبنا بالا الان سهم رقم قلم تورم حکم متمم ترمیم "
    "اعلام انجام استخدام کدام تمام پیام نام نظام مقام حریم مردم سوم مستقیم اقدام شرکت پرداخت دریافت "
    "مدیریت جمعیت قیمت فعالیت معافیت شکایت درخواست ثبت غیبت بخش ارزش گزارش فروش کاهش افزایش اموزش "
    "منهای پژوهش ورزش پوشش نقش روش اتش پیش بیش شش دفتر دکتر دختر متر لیتر کمتر بیشتر چند سند روند پسماند "
    "بلند کارمند شهروند نیازمند مانند پیوند فرزند بند درامد حقوقی سرمایهگذاری حسابداری حسابرسی "
    "اتشنشانی نوسازی بهسازی بدهی اگهی گواهی خلافی دریافتی پرداختی وصولی مالی عمرانی جاری اداری تجاری "
    "مسکونی صنعتی خدماتی نقدی قطعی دولتی عمومی خصوصی تعاونی ساختمانی سازمانی شهری قانونی خارجی داخلی "
    "رسمی تاکسی پیمانی شرکتی قراردادی ساعتی کارگری بازرسی مرخصی خاص مناقصه مزایده"
)

# An ending, and what may stand in its place; the longest first.
_ENDINGS: Final = (
    ("هایشان", ("",)), ("هایمان", ("",)), ("هایش", ("",)), ("هیی", ("",)), ("های", ("",)), ("ها", ("",)),
    ("یان", ("", "ا")), ("گان", ("ه",)), ("جات", ("", "ه")), ("شان", ("",)), ("مان", ("",)),
    ("ات", ("", "ه", "ت")), ("ان", ("",)), ("ین", ("",)), ("ای", ("", "ا")), ("یی", ("", "ا")),
    ("اش", ("",)), ("ش", ("",)), ("ست", ("",)), ("ی", ("",)), ("ا", ("",)), ("و", ("",)),
)  # fmt: skip
# These are cut only of a word that is not known as it stands.
_CAUTIOUS: Final = frozenset(("ست", "ی", "ا", "و", "ش", "اش", "ای", "یی", "مان", "شان"))

# --- English ----------------------------------------------------------------------------------------------------------

_SPELLED: Final = (
    (re.compile("isation"), "ization"), (re.compile("(?<=[a-z]{3})is(e[ds]?|ing)$"), r"iz\1"),
    (re.compile("(?<=[a-z]{2})our(s?)$"), r"or\1"), (re.compile("^licence"), "license"),
    (re.compile("^programme"), "program"),
    (re.compile("^centre"), "center"), (re.compile("^storey"), "story"), (re.compile("^enquir"), "inquir"),
)  # fmt: skip
_ENGLISH_WHOLE: Final = listed(
    "news bus gas census status progress address business process access less is was has this does "
    "rights proceeds series species missing building parking zoning housing spending lighting funding meeting "
    "need red bed speed under other tender order vendor"
)
_ENGLISH_ENDINGS: Final = (
    ("'s", ("",)), ("sses", ("ss",)), ("ies", ("y",)), ("es", ("", "e")), ("s", ("",)),
    ("ing", ("", "e")), ("ed", ("", "e")), ("ly", ("",)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """One word, number or code of a text: as it is compared, as it was written, and whether it stood in the plural."""

    text: str
    shown: str
    plural: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it begins with a digit."""
        return self.text[0].isdigit()

    @property
    def is_latin(self) -> bool:
        """Whether it is written in Latin letters."""
        return self.text[0].isascii() and self.text[0].isalpha()


def plain(text: str) -> str:
    """A text in one spelling: folded, and old and half-right ways of writing made one."""
    folded = fold(text)
    for old, new in _SAME:
        folded = folded.replace(old, new)
    return _GREENS.sub("ترهبار", _PAIRED.sub(r"\1 و\2", folded))


def tokens(text: str) -> list[Word]:
    """The words of a text; endings that a half-space parted off are gone, those that make a degree are joined."""
    words: list[Word] = []
    joins = ""
    for piece in _TOKEN.findall(plain(text)):
        if piece in _LOOSE and words and not words[-1].is_number and not words[-1].is_latin and not joins:
            before = words[-1]
            words[-1] = Word(before.text, before.shown, before.plural or piece in _LOOSE_PLURAL)
        elif piece in _DEGREE and words:
            words[-1] = _of_all(words, _DEGREE[piece])
        elif piece in _VERBAL:
            joins = piece
            continue
        else:
            word = _spelled(piece) if piece[0].isascii() and piece[0].isalpha() else _written(_SAID.get(piece, piece))
            words.append(Word(_third_person(joins + word), joins + piece))
        joins = ""
    if joins:
        words.append(Word(joins, joins))
    return _shortened(words)


@lru_cache(KEPT_FORMS)
def form_words(form: str) -> tuple[Word, ...]:
    """The words of a form of the lexicon or a label, which are asked for again and again."""
    return tuple(tokens(form))


def _shortened(words: Sequence[Word]) -> list[Word]:
    """Words without what says the same twice: «داده نشده» is «نشده», «دیرتر از همه» is «دیرترین»."""
    short: list[Word] = []
    at = 0
    while at < len(words):
        word, behind = words[at], [each.text for each in words[at + 1 : at + 3]]
        at += 1
        if word.text in _DONE and behind and is_negative(behind[0]) and not behind[0].startswith(_HAS_NONE):
            continue
        is_more = word.text.endswith("تر") and word.text not in _WHOLE
        if is_more and len(behind) == 2 and behind[0] == "از" and behind[1] in _ALL:
            word, at = Word(word.text + "ین", word.shown + "ین"), at + 2
        short.append(word)
    return short


def _of_all(words: list[Word], degree: str) -> Word:
    """A word with its degree; «از همه عقب‌تر» is «عقب‌ترین»."""
    last = words[-1]
    if degree == "تر" and [word.text for word in words[-3:-1]] == ["از", "همه"]:
        del words[-3:-1]
        degree = "ترین"
    return Word(last.text + degree, last.shown + degree)


def _third_person(word: str) -> str:
    """A verb of the present in the person that the lexicon has: «می‌گیرند», «میگیره», «می‌گیرم» are «می‌گیرد»."""
    if (perfect := _PERFECT.fullmatch(word)) is not None:
        return perfect[1] + "ه"
    if (having := _HAVING.fullmatch(word)) is not None:
        return having[1] + "د"
    if not word.startswith(_PRESENT) or len(word) < SHORTEST_VERB:
        return word
    for ending in _PERSONS:
        if word.endswith(ending) and not word.endswith("اد"):
            return word.removesuffix(ending) + "د"
    return word


@lru_cache(KEPT_WORDS)
def _written(word: str) -> str:
    """A word that is said «‑ون» as it is written, with its endings: «ساختمونا» is «ساختمانا»."""
    if word.startswith(_HOUSE_SAID) and word != _HOUSE_SAID and (house := _HOUSE.fullmatch(word)) is not None:
        return "خانه" + (house[1] or "")
    if "ون" not in word or (said := _SPOKEN_ENDING.fullmatch(word)) is None or said[1] + "ان" not in _SPOKEN:
        return word
    return said[1] + "ان" + said[2]


def _spelled(word: str) -> str:
    for pattern, replacement in _SPELLED:
        word = pattern.sub(replacement, word)
    return word


def surface_of(words: Sequence[Word]) -> str:
    """Words as one, so that it makes no difference where the blanks are."""
    return "".join(token.text for token in words)


def canonical(word: str, known: Collection[str]) -> str:
    """A word without its endings, as far as what is left is ``known``; otherwise as it is."""
    if word[0].isdigit() or word in _WHOLE or word in _ENGLISH_WHOLE:
        return word
    if (single := _IRREGULAR.get(word)) is not None or (single := _IRREGULAR.get(_joined(word))) is not None:
        return single
    for rest in _rests(word, known):
        if rest in known or rest in _IRREGULAR:
            return rest if rest == word else canonical(rest, known)
    return word


def _joined(word: str) -> str:
    """A plural that ends in «ا» without the letter that joins it to the next word: «آرای»."""
    return word.removesuffix("ی") if word.endswith("ای") else ""


def is_light_verb(word: str) -> bool:
    """Whether a word is a verb that only joins others: «هستن», «برداشته», «نخوردن»."""
    return _LIGHT_VERB.fullmatch(word) is not None


ENDS: Final = frozenset(("تمام", "تموم"))
"""What says with a verb that something is done, and without one all of something."""


HAPPENED: Final = frozenset(("افتاده", "افتادن", "مانده", "مونده", "موندن", "ماندن", "گذشته", "گذشتن", "گذشت"))
"""Verbs of what is owed, behind which a number is any and not how much: «که اجاره‌شان عقب افتاده»."""


def is_having(word: str) -> bool:
    """Whether a word says that something has something: «دارند», «داشتن», "had"."""
    return re.fullmatch("(?:دار|داشت)(?:د|ند|ن|ه|هاند)?|گرفت(?:ن|ند|ه|هاند)?|have|has|had|got|with", word) is not None


def is_negative(word: str) -> bool:
    """Whether a word is such a verb that says no: «نشده», «ندارد», «نمی‌دهند»."""
    return word.startswith("ن") and is_light_verb(word)


_PERSON: Final = re.compile(
    r"(ن?)(کرد|شد|داد|گرفت|رفت|خورد|زد|برد|گذاشت|داشت|رسید|یافت|بست)"
    r"(?:ه?ام|ه?ایم|ه?اید|ه?اند|هان|یم|ید|ین|ند|ن|ه|م)?"
)


def persons(word: str) -> Iterator[str]:
    """A verb of the past in the other persons that a form may have: «مخالفت کردن» is «مخالفت کرد»."""
    verb = _PERSON.fullmatch(word)
    if verb is not None:
        yield from (each for ending in ("", "ه", "ند") if (each := verb[1] + verb[2] + ending) != word)


def is_plural(word: str) -> bool:
    """Whether a word ends as plurals do."""
    return word in _IRREGULAR or word.endswith(("ها", "های", "هیی")) or (word[0].isascii() and word.endswith("s"))


def _rests(word: str, known: Collection[str]) -> Iterator[str]:
    latin = word[0].isascii()
    for ending, heads in _ENGLISH_ENDINGS if latin else _ENDINGS:
        least = 2 if ending.startswith("ها") else SHORTEST_STEM
        if not word.endswith(ending) or len(word) - len(ending) < least:
            continue
        if ending in _CAUTIOUS and word in known:
            continue
        stem = word[: -len(ending)]
        yield from (stem + head for head in heads)
        if latin and ending in ("ing", "ed") and len(stem) > 3 and stem[-1] == stem[-2]:
            yield stem[:-1]
