"""Names of months as offices of many countries write them: the calendar of each and its place in the year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, NamedTuple
from unicodedata import combining, normalize

MonthCalendar = Literal["jalali", "gregorian"]

_JALALI: Final = (
    "فروردین حمل وری farvardin hamal",
    "اردیبهشت ثور غویی ordibehesht sawr saur",
    "خرداد جوزا غبرګولی khordad jawza jauza",
    "تیر سرطان چنګاښ tir saratan",
    "مرداد امرداد اسد زمری mordad asad",
    "شهریور سنبله وږی shahrivar sunbula",
    "مهر میزان تله mehr mizan",
    "آبان عقرب لړم aban aqrab",
    "آذر قوس لیندۍ azar qaws qaus",
    "دی جدی مرغومی dey jadi",
    "بهمن دلو سلواغه bahman dalw",
    "اسفند حوت کب esfand hut",
)
_GREGORIAN: Final = (
    "january jan ژانویه جنوری يناير januar jänner jan janvier janv enero ene janeiro",
    "february feb فوریه فبروری فبراير februar feber février févr febrero fevereiro fev",
    "march mar مارس مارچ märz maerz mrz mars marzo março",
    "april apr آوریل اپریل أبريل avril avr abril abr",
    "may مه می مئی مايو mai mayo maio",
    "june jun ژوئن جون يونيو juni juin junio junho",
    "july jul ژوئیه جولای يوليو juli juillet juil julio julho",
    "august aug اوت آگوست اگست أغسطس août agosto ago",
    "september sep sept سپتامبر سپتمبر سبتمبر septembre septiembre setiembre setembro set",
    "october oct اکتبر اکتوبر أكتوبر oktober okt octobre octubre outubro out",
    "november nov نوامبر نومبر نوفمبر novembre noviembre novembro",
    "december dec دسامبر دسمبر ديسمبر dezember dez décembre déc diciembre dic dezembro",
)
WEEKDAYS: Final = (
    *("شنبه", "یکشنبه", "دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "پنج‌شنبه", "جمعه"),
    *("saturday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday"),
    *("sat", "sun", "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri"),
)
"""Names of days of the week that may stand before a day."""

# Signs of which each is written as another before names are compared; what is mapped to nothing is left away.
_SPELT: Final = {
    **dict.fromkeys("يىئۍ", "ی"),
    "ك": "ک", "ؤ": "و", "ة": "ه", "ۀ": "ه", "\u200c": "",
    **dict.fromkeys("آأإ", "ا"),
}  # fmt: skip
_LATIN: Final = "áàâäãåéèêëíìîïóòôöõúùûüçñ"
SPELT: Final[Mapping[str, str]] = _SPELT | {
    sign: next(part for part in normalize("NFKD", sign) if not combining(part)) for sign in _LATIN
}
"""How signs are spelt in names that are compared, after all letters are small."""

_TABLE: Final = str.maketrans(dict(SPELT))


class NamedMonth(NamedTuple):
    """A month of one calendar."""

    calendar: MonthCalendar
    number: int


def spelt(name: str) -> str:
    """A name as names are compared: small letters, without marks and half-spaces."""
    return name.lower().translate(_TABLE)


def _named() -> Iterable[tuple[str, NamedMonth]]:
    calendars: tuple[tuple[MonthCalendar, tuple[str, ...]], ...] = (("jalali", _JALALI), ("gregorian", _GREGORIAN))
    for calendar, months in calendars:
        for number, names in enumerate(months, 1):
            for name in names.split():
                yield spelt(name), NamedMonth(calendar, number)


MONTHS: Final[Mapping[str, NamedMonth]] = dict(_named())
"""Every name as `spelt` writes it. No name is of two months."""
