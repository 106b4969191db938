"""How values are written on a page: safe HTML that sighted readers, screen readers and both directions read right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from ayan.core.schema.field import Field, TextStyle
from ayan.core.values import digits, jalali, locale, money, period
from ayan.core.values.clock import TEHRAN
from ayan.core.values.label import Label
from ayan.core.values.locale import Calendar, Lang, Locale
from ayan.core.values.money import ShownUnit
from ayan.ui import formula_html
from ayan.ui.code_html import LRI, PDI, code, labels_of, markup, ordinal, plain_ordinal, words
from ayan.ui.limits import MOST_DAYS_KEPT
from ayan.ui.shape_words import shape_words

ALM: Final = "\u061c"
"""Arabic letter mark: keeps ٪ to the left of its number whatever letter stands before it."""

PERCENT: Final = frozenset({"٪", "%"})
NO_VALUE: Final = Label("خالی", "empty")
YES, NO = Label("بله", "yes"), Label("خیر", "no")
MOMENT: Final = Label("{weekday} {day}، ساعت {time}", "{weekday} {day}, {time}")
IN_TEHRAN: Final = Label("{day}، ساعت {time} به وقت تهران", "{day}, {time} Tehran time")
WEEKDAYS: Final = (
    Label("دوشنبه", "Monday"),
    Label("سه‌شنبه", "Tuesday"),
    Label("چهارشنبه", "Wednesday"),
    Label("پنجشنبه", "Thursday"),
    Label("جمعه", "Friday"),
    Label("شنبه", "Saturday"),
    Label("یکشنبه", "Sunday"),
)
EMPTY: Final = format_html('<span class="muted" aria-hidden="true">{}</span>', "—")


def plain_number(value: int | Decimal, lang: Lang, decimals: int | None = None) -> str:
    """'۱٬۲۵۰' or '1,250' as bare text, for titles and attributes."""
    return sign_on_the_left(_figure(value, lang, decimals))


def _figure(value: int | Decimal, lang: Lang, decimals: int | None = None) -> str:
    return locale.of(lang).number(value, decimals)


def sign_on_the_left(shown: str) -> str:
    """A negative number in an isolate from the left: a minus sign stands left of its number whatever surrounds it."""
    return f"{LRI}{shown}{PDI}" if shown.startswith(digits.MINUS) else shown


# A minus sign stands to the left of its number in both directions. A percentage is kept apart because Chromium swallows
# a blank or a bracket that comes between Latin letters and an element that begins with this mark.
SIDES: Final = {digits.MINUS: SafeString(' dir="ltr"'), ALM: SafeString(' dir="rtl"')}


def pair(shown: str, spoken: str) -> SafeString:
    """What the eye reads and what a Persian voice reads, where the two differ.

    Persian voices read a group mark aloud as a comma and stumble over / and −; so the written form is hidden from them
    and an ungrouped one, in words where there is a sign, is hidden from the eye.
    """
    if shown == spoken:
        return SafeString(markup(shown))
    side = SIDES.get(shown[0], "")
    return SafeString(f'<span aria-hidden="true"{side}>{markup(shown)}</span><span class="vh">{markup(spoken)}</span>')


class Number(SafeString):
    """A number as a page writes it, which knows what it counts: a sentence round it takes the plural for that."""

    value: int | Decimal


def number(value: int | Decimal, lang: Lang, decimals: int | None = None) -> Number:
    """A number, grouped for the eye."""
    shown = _figure(value, lang, decimals)
    written = Number(pair(shown, read_aloud(shown, lang)))
    written.value = value
    return written


def read_aloud(shown: str, lang: Lang) -> str:
    """What a voice should read for a number as the eye sees it: the same, but where it stumbles over signs."""
    language = locale.of(lang)
    if language.spoken is None:
        return shown
    minus, point, _ = language.spoken
    return shown.replace(language.group, "").replace(digits.MINUS, minus).replace(language.decimal, point)


def percent(share: float | Decimal, lang: Lang, decimals: int = 0) -> SafeString:
    """'۵۸٪' or '58%' for 0.58; whole percents, or as many decimals of them as are asked for."""
    language, whole = locale.of(lang), _figure(Decimal(share) * 100, lang, decimals)
    if language.is_ltr:
        return format_html("{}{}", whole, language.percent)
    shown = f"{ALM}{sign_on_the_left(whole)}{language.percent}"
    spoken = f"{read_aloud(whole, lang)} {language.spoken[2]}" if language.spoken else f"{whole}{language.percent}"
    return pair(shown, spoken)


def with_unit(field: Field, value: object, shown: SafeString, lang: Lang) -> SafeString:
    """A value by itself with the unit of its field; a sign of per cent is one with its number."""
    if field.unit is None:
        return shown
    unit = field.unit.of(lang)
    if unit not in PERCENT or isinstance(value, bool) or not isinstance(value, int | Decimal):
        return format_html("{} {}", shown, unit)
    language, figure, signed = locale.of(lang), _figure(value, lang), plain_with_unit(value, field.unit, lang)
    if language.is_ltr:
        return SafeString(escape(signed))
    said = read_aloud(figure, lang)
    return pair(signed, f"{said} {language.spoken[2]}" if language.spoken else f"{figure}{language.percent}")


def plain_with_unit(value: int | Decimal, unit: Label | None, lang: Lang) -> str:
    """The same as bare text: '۱۲ روز', '۵۸٪', '58%'."""
    words = unit.of(lang) if unit else ""
    if words not in PERCENT:
        return f"{plain_number(value, lang)} {words}".strip()
    language, figure = locale.of(lang), plain_number(value, lang)
    return f"{figure}{language.percent}" if language.is_ltr else f"{ALM}{sign_on_the_left(figure)}{language.percent}"


def plain_change(percents: Decimal, lang: Lang) -> str:
    """By how many per cent something grew or shrank, as bare text: '+2.5%'; in Persian ٪ stands at the left of it."""
    language, figure = locale.of(lang), _figure(percents, lang, 1)
    signed = f"+{figure}" if percents > 0 else figure
    return f"{signed}{language.percent}" if language.is_ltr else f"{ALM}{LRI}{signed}{PDI}{language.percent}"


def amount(rial: int, unit: ShownUnit, lang: Lang) -> SafeString:
    """Money in the unit that the column's header names; the exact rial stands in ``value``.

    Millions have the exact toman with them, for whoever rests on the number.
    """
    shown = money.listed(rial, unit, lang)
    exact = f' title="{money.show(rial, "toman", lang)}"' if unit == "mtoman" else ""
    return SafeString(f'<data value="{rial}"{exact}>{pair(shown, read_aloud(shown, lang))}</data>')


def header_unit(field: Field, unit: ShownUnit, lang: Lang) -> str:
    """The unit that the header of a column names, empty where it has none."""
    if field.kind.is_money:
        return money.unit_label(money.SHOWN_UNITS[unit], lang)
    return field.unit.of(lang) if field.unit else ""


def lines_up(field: Field) -> bool:
    """Whether the values of a column line up as numbers."""
    return field.kind.is_number and field.choices is None


def money_text(rial: int, unit: ShownUnit, lang: Lang) -> SafeString:
    """Money with its unit, for prose and for the facts of one record."""
    return format_html("{} {}", amount(rial, unit, lang), money.unit_label(money.SHOWN_UNITS[unit], lang))


def large_sum(rial: int, lang: Lang) -> SafeString:
    """A large sum in the largest toman unit that fits; the exact rial stands in ``value``."""
    shown, _, unit = money.headline(rial, lang).partition(" ")
    inner = pair(shown, read_aloud(shown, lang))
    return format_html('<data value="{}">{} {}</data>', rial, inner, unit)


def short_day(day: date, lang: Lang, calendar: Calendar | None = None) -> SafeString:
    """A day in a table: '۱۴۰۳/۰۵/۱۲', or '2024-08-02' in English, with the long form for the voice."""
    language = locale.of(lang)
    return _short_day(day, language, calendar or language.calendar)


@lru_cache(maxsize=MOST_DAYS_KEPT)
def _short_day(day: date, language: Locale, calendar: Calendar) -> SafeString:
    """A page may have a hundred of them, and most pages have the same ones."""
    inner = pair(*_short_long(day, language.code, calendar))
    return SafeString(f'<time datetime="{day.isoformat()}"><bdi dir="ltr" class="nw">{inner}</bdi></time>')


def _short_long(day: date, lang: Lang, calendar: Calendar) -> tuple[str, str]:
    numbers, words = day.isoformat(), _in(calendar, day, lang)
    if calendar == "jalali":
        with suppress(jalali.NotADate):
            numbers = str(jalali.from_gregorian(day))
    language = locale.of(lang)
    shown = language.numerals(numbers).replace("-", language.date_mark)
    return shown, words if language.spoken else shown


def _in(calendar: Calendar, day: date, lang: Lang) -> str:
    """The day in words of one calendar; outside the Jalali table in the Gregorian one."""
    language = locale.of(lang)
    if calendar == "jalali":
        with suppress(jalali.NotADate):
            parts = jalali.from_gregorian(day)
            return language.numerals(f"{parts.day} {language.month(calendar, parts.month)} {parts.year}")
    return language.numerals(f"{day.day} {language.month('gregorian', day.month)} {day.year}")


def plain_day(day: date, lang: Lang, calendar: Calendar | None = None) -> str:
    """'۱۲ مرداد ۱۴۰۳', or '2 August 2024 (12 Mordad 1403)', as bare text: with the other calendar where it may help."""
    usual = locale.of(lang).calendar
    first = calendar or usual
    if first == usual == "jalali":
        return _in(first, day, lang)
    other: Calendar = "gregorian" if first == "jalali" else "jalali"
    words, beside = _in(first, day, lang), _in(other, day, lang)
    return words if words == beside else f"{words} ({beside})"


def both_days(day: date, lang: Lang) -> str:
    """'۱۲ مرداد ۱۴۰۳ (۲ اوت ۲۰۲۴)', '2 August 2024 (12 Mordad 1403)': what is quoted elsewhere names both calendars."""
    usual = locale.of(lang).calendar
    other: Calendar = "gregorian" if usual == "jalali" else "jalali"
    words, beside = _in(usual, day, lang), _in(other, day, lang)
    return words if words == beside else f"{words} ({beside})"


def long_day(day: date | datetime, lang: Lang, calendar: Calendar | None = None) -> SafeString:
    """The day in words; of an instant, the day that the calendar in Tehran shows."""
    stamp = day.isoformat()
    if isinstance(day, datetime):
        stamp = day.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        day = day.astimezone(TEHRAN).date()
    return format_html('<time datetime="{}">{}</time>', stamp, plain_day(day, lang, calendar))


def day_in_words(day: date, lang: Lang) -> str:
    """'۱۲ مرداد ۱۴۰۳', '2 August 2024': the day in the reader's own calendar alone, as bare text."""
    return _in(locale.of(lang).calendar, day, lang)


def plain_short_day(day: date, lang: Lang) -> str:
    """'۱۴۰۳/۰۵/۱۲', '2024-08-02': the day in digits, as bare text."""
    return _short_long(day, lang, locale.of(lang).calendar)[0]


def own_day(day: date, lang: Lang, calendar: Calendar | None = None) -> SafeString:
    """The day in words of the reader's own calendar alone: '۱۲ مرداد ۱۴۰۳', '2 August 2024'."""
    return format_html(
        '<time datetime="{}">{}</time>', day.isoformat(), _in(calendar or locale.of(lang).calendar, day, lang)
    )


def plain_moment(instant: date | datetime, lang: Lang) -> str:
    """A day, or an instant as the clock in Tehran shows it, as bare text."""
    if isinstance(instant, datetime):
        return moment_in_words(instant, lang)
    return plain_day(instant, lang)


def moment_in_words(instant: datetime, lang: Lang) -> str:
    """'پنجشنبه ۳۰ اسفند ۱۴۰۳، ساعت ۲۳:۳۰', 'Thursday 30 Esfand 1403, 23:30': an instant by the clock in Tehran."""
    local, language = instant.astimezone(TEHRAN), locale.of(lang)
    return MOMENT.of(lang).format(
        weekday=WEEKDAYS[local.weekday()].of(lang),
        day=_in("jalali", local.date(), lang),
        time=language.numerals(f"{local:%H:%M}"),
    )


def moment(instant: datetime, lang: Lang) -> SafeString:
    """An instant as the clock in Tehran shows it, in words."""
    local = instant.astimezone(TEHRAN)
    shown = (
        moment_in_words(instant, lang)
        if locale.of(lang).calendar == "jalali"
        else IN_TEHRAN.of(lang).format(day=plain_day(local.date(), lang), time=f"{local:%H:%M}")
    )
    stamp = instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return format_html('<time datetime="{}">{}</time>', stamp, shown)


def period_label(text: str, lang: Lang) -> str:
    """'مرداد ۱۴۰۳' for '1403-05'; the text itself where it is no period."""
    try:
        return period.parse(text).label(lang)
    except period.NotAPeriod:
        return text


SIZES: Final = (
    Label("{size} بایت", "{size} bytes"),
    Label("{size} کیلوبایت", "{size} KB"),
    Label("{size} مگابایت", "{size} MB"),
    Label("{size} گیگابایت", "{size} GB"),
)


def file_size(size: int, lang: Lang) -> str:
    """'۲۱۴ کیلوبایت', '1.7 MB': thousands of thousands, one decimal below ten."""
    value, step = Decimal(size), 0
    while value >= 1000 and step < len(SIZES) - 1:
        value, step = value / 1000, step + 1
    return SIZES[step].of(lang).format(size=plain_number(value, lang, 1 if step and value < 10 else 0))


ALPHABET: Final = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
_PLACES: Final = {ord(letter): chr(0xE000 + offset) for offset, letter in enumerate(ALPHABET)}


def alphabetical(text: str) -> str:
    """What to sort titles by: code points put پ چ ژ گ behind ی, where nobody looks; half-spaces do not count."""
    return text.translate(_PLACES).replace("\u200c", "").casefold()


def value_plain(field: Field, value: object, lang: Lang, unit: ShownUnit, calendar: Calendar | None = None) -> str:
    """One value as bare text: for chips, titles and attributes."""
    if value is None:
        return (field.empty or NO_VALUE).of(lang)
    if isinstance(value, bool):
        return _truth(value, lang)
    if field.kind.is_money and isinstance(value, int):
        shown = sign_on_the_left(money.amount(value, unit, lang))
        return f"{shown} {money.unit_label(money.SHOWN_UNITS[unit], lang)}"
    if isinstance(value, int | Decimal):
        return plain_number(value, lang)
    if isinstance(value, date):
        return _in(calendar or locale.of(lang).calendar, value, lang)
    text = str(value)
    if (labels := labels_of(field, text, lang)) is not None:
        return labels
    if field.role == "formula":
        return formula_html.plain_formula(text)
    if field.role == "ordinal":
        return plain_ordinal(text, lang)
    if field.role == "terms":
        return formula_html.plain_terms(text, locale.of(lang).semicolon)
    return period_label(text, lang) if field.kind.is_period else text


def _truth(value: bool, lang: Lang) -> str:
    return (YES if value else NO).of(lang)


def value_html(
    field: Field, value: object, lang: Lang, unit: ShownUnit, calendar: Calendar | None = None
) -> SafeString:
    """One value of a record as its kind asks for, escaped; where it is empty, the field's word for that or a dash that
    voices skip."""
    if value is None or value == "":
        return EMPTY if field.empty is None else format_html('<span class="muted">{}</span>', field.empty.of(lang))
    if isinstance(value, bool):
        return format_html("{}", _truth(value, lang))
    if field.kind.is_money and isinstance(value, int):
        return amount(value, unit, lang)
    if isinstance(value, int | Decimal):
        return number(value, lang)
    if isinstance(value, date):
        return short_day(value, lang, calendar)
    return _text_html(field, str(value), lang)


def _text_html(field: Field, text: str, lang: Lang) -> SafeString:
    if field.role == "formula":
        return formula_html.formula(text)
    if field.role == "ordinal":
        return ordinal(text, lang)
    if field.role == "terms":
        return formula_html.terms(text, locale.of(lang).semicolon)
    labels = labels_of(field, text, lang)
    return words(labels) if labels is not None else _STYLES[field.kind.style](text, lang)


def _link(text: str) -> SafeString:
    host = _web_host(text)
    if not host:
        return code(text)
    return format_html('<a href="{}" rel="nofollow noopener" title="{}">{}</a>', text, text, code(host))


# How a value that is text is written, by the style of its kind.
_STYLES: Final[Mapping[TextStyle, Callable[[str, Lang], SafeString]]] = {
    "words": lambda text, _: words(text),
    "code": lambda text, _: code(text),
    "link": lambda text, _: _link(text),
    "period": lambda text, lang: words(period_label(text, lang)),
    "shape": lambda text, lang: words(shape_words(text, lang)),
}


def _web_host(address: str) -> str:
    """The host that a web address leads to; empty for one that leads to none, which is then shown as it was written.

    The scheme is checked again here: a javascript: address must not pass even if the guard before it fails.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return parts.netloc if parts.scheme in ("http", "https") else ""
