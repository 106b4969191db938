"""How somebody tells a trouble or a wish of their own, and how a question of data is put."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from ayan.core.answers.words.morphology import Word, is_light_verb, is_plural, listed, tokens
from ayan.core.answers.words.permissions import asks_permission
from ayan.core.answers.words.spoken_words import spoken
from ayan.core.answers.words.verbs import verb_root

_OF_MINE: Final = listed(
    "من خودم خودمون برام برامون واسم واسمون بهم بهمون ازم ازمون باهام هیشکی هیچکس همسایمون همسایم بغلیمون "
    "کردم کردیم دادم دادیم فرستادم نوشتم زدم گذاشتم خریدم ساختم گرفتم "
    "میخوام میخوایم میخواهم میخواهیم میخواستم دارم ندارم بگم بگیم کنم کنیم بکنم چیکار چکار بدم بدیم برم "
    "بریم بزنم بزنیم بذارم بذاریم بگیرم بگیریم میتونم میتونیم میتوانم نمیتونم نمیتونیم خونمون کوچمون محلمون ما واسه "
    "لازمه لازم میخواد میخواهد میخوان مجوزی چجوری چجوریه چطوری چطور شرایط باید میدن نمیدن میاد نمیاد نمیتونه میتونه "
    "i my me we our us need needs want can somebody someone nobody mine neighbour neighbours neighbor neighbors i'm"
)
_TROUBLE: Final = listed(
    "خراب خرابه داغون کثیف گند تاریک تاریکه خطرناک خطرناکه لق ناهموار لیز خاموش خاموشه کج کجه ولگرد اذیت مزاحم "
    "نمیبرن نبردن گرفته شکسته شکستن افتاده ریخته سوخته "
    "broken blocked clogged dark dangerous smells stinks flooded icy missing faded leaning fallen noisy loud rude "
    "stray dirty overflowing fell stuck damaged uneven slippery barking dumped faulty dying our us we"
)
_OF_DATA: Final = listed(
    "بودجه بودجه‌ی تعداد مجموع میانگین متوسط میانه بیشترین کمترین بزرگترین کوچکترین لیست فهرست آمار درصد روند "
    "رشد نمودار مقایسه چندتا چندمین نسبت "
    "many total sum average median most least largest smallest biggest list percent percentage trend per number budget"
)
_GROUPED: Final = ("به", "تفکیک")
_SUM: Final = "جمع"
"""A sum, and no verb: «زباله را جمع نمی‌کنند»."""
_NUMBER: Final = "number"
_SHORT: Final = 4
"""English words of no more letters that end like a plural are rarely one: "is", "was", "does"."""
_MUCH: Final = listed("چقدر چقدره چند چندتا چنده مقدار میزان مبلغ جمع هزینه much many amount cost total")
_COUNTED: Final = frozenset(("چند",))
_PIECES: Final = frozenset(("تا", "نفر", "عدد", "مورد", "فقره", "بار"))
_OF_SITE: Final = listed("سایت سایتو سایتتون سایته سایتش سامانه سامانتون وبسایت پورتال پرتال site website portal")
_TELL_ME: Final = listed("بگین بگید بدین بدید بگویید بدهید بفرمایید نشون بدین بدینش میخواین")
"""What is asked of whoever answers, and no wish of one's own."""
_YEAR: Final = re.compile(r"1[34][0-9]{2}(?:[-/].*)?|20[0-9]{2}")
_FIRST_PERSON: Final = re.compile(r"(?:ن?می|ب|ن)[^ ]{2,}(?:م|یم)")
_OF_OURS: Final = re.compile(r"[^ ]{3,}م(?:ون)?و")
"""What is somebody's own, of which something is told: «صورت‌وضعیتمو», «خونمونو»."""
_OF_ONE: Final = re.compile(r"[^ ]{2,}(?:مون|مونو|مو|ام|م|مان)")
_BELONGINGS: Final = listed(
    "خانه خونه منزل مغازه دکان کارگاه ماشین خودرو موتور ملک زمین حیاط ساختمان آپارتمان پارکینگ واحد کوچه خیابان محله "
    "پسر دختر بچه همسر شوهر خانم مادر پدر بابا مامان مادربزرگ پدربزرگ برادر خواهر همسایه شرکت تاکسی پول قبض گوشی کیف "
    "کارت پروانه سند پلاک درخواست شکایت عوارض بدهی طلب کار حقوق خط برق گاز آب تلفن اینترنت دفترچه گواهینامه گذرنامه"
)
"""What people have and speak of as theirs: «مغازم», «کوچمون»."""
_ORDERS: Final = listed("pay renew apply enrol enroll complain repair")
"""What somebody wants done, as the first word of an English text."""
_OF: Final = frozenset(("of", "to", "for", "by", "in"))
"""Behind these such a word is a noun: "pay of the mayor"."""
_PLEASE: Final = re.compile(r"(?:ب|ن|می)[^ ]{1,4}(?:ین|ید)(?:ش|شون)?|کنین|کنید|بیاین")
_DATA: Final = frozenset(word.text for each in _OF_DATA for word in tokens(each))


def tells_of_data(text: str) -> bool:
    """Whether a text asks for numbers or rows: it counts, orders, groups, or names a year."""
    words = [word.text for word in tokens(text)]
    # A number that is published is one, and how many there are is asked with "of".
    words = [word for word, behind in pairwise((*words, "")) if word != _NUMBER or behind == "of"]
    counted = any(word in _COUNTED and behind in _PIECES for word, behind in pairwise((*words, "")))
    if counted or _GROUPED in pairwise(words):
        return True
    summed = any(word == _SUM and not is_light_verb(behind) for word, behind in pairwise((*words, "")))
    return summed or any(word in _DATA or _YEAR.fullmatch(word) for word in words)


def tells_of_site(text: str) -> bool:
    """Whether a text is about this site itself, and not about the city."""
    return any(word.text in _OF_SITE for word in tokens(text))


def tells_of_oneself(text: str) -> bool:
    """Whether somebody tells what they want or suffer themselves, or asks whether they may do something."""
    words = tokens(text)
    is_order = len(words) > 1 and words[0].text in _ORDERS and words[1].text not in _OF
    # «خونمون» is read as «خانه»: whose it is only the text tells.
    is_of_ours = any(map(_is_belonging, text.split()))
    return is_order or is_of_ours or any(map(_is_own, words)) or asks_permission(words)


_HOW: Final = frozenset(("how", "way", "چطور", "چطوری", "چجوری", "چگونه", "کجا"))
_WHICH: Final = frozenset(("چه", "کدام", "کدوم", "کدامها", "کدومن", "which", "what"))
_FOR_WHAT: Final = frozenset(
    ("مدارکی", "مدرکی", "مدارک", "شرایطی", "کاری", "کار", "جوری", "طوری", "documents", "papers")
)


def asks_number(text: str) -> bool:
    """Whether a text asks how much or how many."""
    return not _MUCH.isdisjoint(word.text for word in tokens(text))


_RECKONED: Final = frozenset(word.text for word in tokens("محاسبه فرمول calculated calculate computed formula"))
_ACCOUNT: Final = "حساب"
_WORKED_OUT: Final = frozenset(
    word.text
    for word in tokens("می‌شد میشد می‌شود میشود می‌شه میشه شد شده می‌کنند می‌کنن میکنن می‌کنید میکنین می‌کنیم کنم کنیم کردن")
)


def asks_reckoning(text: str) -> bool:
    """Whether a text asks how an amount is worked out: «چطور حساب می‌شود»; an account alone is none."""
    words = [word.text for word in tokens(text)]
    is_done = any(word == _ACCOUNT and behind in _WORKED_OUT for word, behind in pairwise((*words, "")))
    return is_done or not _RECKONED.isdisjoint(words)


def asks_which(text: str) -> bool:
    """Whether a text asks which of some things there are: «چه مناقصه‌ای», "which auctions"; not with which documents."""
    words = [word.text for word in tokens(text)]
    return any(word in _WHICH and behind not in _FOR_WHAT for word, behind in pairwise((*words, "")))


def tells_of_several(text: str) -> bool:
    """Whether things are named in the plural, or which of them is asked."""
    words = (word for word in tokens(text) if not word.is_latin or len(word.text) > _SHORT)
    return asks_which(text) or any(word.plural or is_plural(word.text) for word in words)


_WHERE: Final = listed("کجان کجاهاست کجاهان کجا آدرس نشانی where locations places addresses")


def asks_where_several(text: str) -> bool:
    """Whether it is asked where several things are: «فرهنگسراها کجان»."""
    words = [word for word in tokens(text) if not word.is_latin or len(word.text) > _SHORT or word.text in _WHERE]
    is_plural = "کجان" in text or any(word.plural for word in words)
    return is_plural and any(word.text in _WHERE for word in words) and not tells_of_oneself(text)


def asks_how(text: str) -> bool:
    """Whether a text asks for the way to something."""
    return not _HOW.isdisjoint(word.text for word in tokens(text))


def tells_of_trouble(text: str) -> bool:
    """Whether something is told to be out of order."""
    return any(word.text in _TROUBLE for word in tokens(text))


def _is_belonging(text: str) -> bool:
    """Whether a word is something of somebody's own: «مغازم», «کوچمون»."""
    return _OF_ONE.fullmatch(text) is not None and not _BELONGINGS.isdisjoint(spoken(text))


def _is_own(word: Word) -> bool:
    if word.text in _OF_MINE or _OF_OURS.fullmatch(word.text) is not None or _is_belonging(word.text):
        return True
    if (
        word.text in _TELL_ME
        or word.is_latin
        or word.is_number
        or not (verb_root(word.text) or is_light_verb(word.text))
    ):
        return False
    return _FIRST_PERSON.fullmatch(word.text) is not None or _PLEASE.fullmatch(word.text) is not None
