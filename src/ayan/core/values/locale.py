"""Languages in use and what each writes in its own way: direction, digits, marks, quotes, calendar, plural, sentences.

This is the only module that names a language. Every other asks a `Locale` for what it needs to know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from ayan.core.values import digits, jalali
from ayan.core.values.messages import NO_MESSAGES, MessageCatalogue

if TYPE_CHECKING:
    from babel import Locale as CldrLocale

Lang: TypeAlias = str
"""The code of a language in use, as it stands in addresses and declarations: 'fa', 'en', 'az'."""
Calendar: TypeAlias = Literal["jalali", "gregorian"]
Direction: TypeAlias = Literal["rtl", "ltr"]

_CATEGORIES: Final = ("zero", "one", "two", "few", "many", "other")
_DIGITS: Final = {"latn": digits.LATIN, "arab": digits.ARABIC, "arabext": digits.PERSIAN}


@dataclass(frozen=True, slots=True, eq=False)
class Locale:
    """One language and its way of writing.

    ``digits`` are the ten from zero up, ``comma`` and ``semicolon`` part the members of a list (blank included),
    ``quotes`` stand round a name, ``date_mark`` parts a date in digits. ``months`` and ``jalali_months`` are twelve
    names each. ``spoken`` are the words that a voice needs in the place of a minus sign, a decimal sign and a
    percent sign; None where voices read the signs right. ``categories`` are the forms that a noun takes after a number,
    in the order of a catalogue's ``msgstr[0]``, ``msgstr[1]`` …, and ``plural`` says which of them a number asks for.
    ``fallback`` is the language in which a sentence is shown that ``catalogue`` does not hold.
    """

    code: Lang
    name: str
    direction: Direction
    months: tuple[str, ...]
    jalali_months: tuple[str, ...]
    categories: tuple[str, ...] = ("other",)
    plural: Callable[[int | Decimal], str] = lambda _: "other"
    digits: str = digits.LATIN
    group: str = ","
    decimal: str = "."
    percent: str = "%"
    comma: str = ", "
    semicolon: str = "; "
    quotes: tuple[str, str] = ("“", "”")
    calendar: Calendar = "gregorian"
    date_mark: str = "-"
    spoken: tuple[str, str, str] | None = None
    fallback: Lang = "en"
    catalogue: MessageCatalogue = NO_MESSAGES
    _numerals: Mapping[int, str] = field(init=False, repr=False)
    _number: Mapping[int, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        numerals = str.maketrans(digits.LATIN, self.digits)
        object.__setattr__(self, "_numerals", numerals)
        object.__setattr__(self, "_number", numerals | str.maketrans({",": self.group, ".": self.decimal}))

    @property
    def is_ltr(self) -> bool:
        """Whether it is written from left to right."""
        return self.direction == "ltr"

    def numerals(self, text: str) -> str:
        """The text with its ASCII digits in the language's own; nothing else changes."""
        return text.translate(self._numerals)

    def number(self, value: int | Decimal, decimals: int | None = None) -> str:
        """'۱٬۲۵۰', '1,250', '1.250', '−69.51' (minus U+2212); ``decimals`` as in `digits.en_number`."""
        return digits.en_number(value, decimals).translate(self._number)

    def grouped(self, value: int | Decimal) -> str:
        """As `number`, with the hyphen that files and spreadsheets write for a minus."""
        return (f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}").translate(self._number)

    def quoted(self, text: str) -> str:
        """The text in the language's quotes."""
        return f"{self.quotes[0]}{text}{self.quotes[1]}"

    def short_day(self, day: date) -> str:
        """'۱۴۰۳/۰۵/۱۲', '2024-08-02': a Gregorian day in digits, in the calendar of the language."""
        written = jalali.from_gregorian(day) if self.calendar == "jalali" else day
        return self.numerals(str(written).replace("-", self.date_mark))

    def month(self, calendar: Calendar, number: int) -> str:
        """The name of a month, from 1, of one of the calendars."""
        return (self.jalali_months if calendar == "jalali" else self.months)[number - 1]

    def form(self, count: int | Decimal) -> int:
        """The place of the form for ``count`` among `categories`."""
        return self.categories.index(self.plural(count))


PERSIAN: Final = Locale(
    code="fa",
    name="فارسی",
    direction="rtl",
    # After a number Persian has one form; CLDR's second is for sentences that this program does not have.
    months=jalali.GREGORIAN_MONTHS_FA,
    jalali_months=jalali.MONTHS_FA,
    digits=digits.PERSIAN,
    group=digits.GROUP_FA,
    decimal=digits.DECIMAL_FA,
    percent="٪",
    comma="، ",
    semicolon="؛ ",
    quotes=("«", "»"),
    calendar="jalali",
    date_mark="/",
    spoken=("منفی ", " ممیز ", "درصد"),
    fallback="fa",
)
ENGLISH: Final = Locale(
    code="en",
    name="English",
    direction="ltr",
    months=jalali.GREGORIAN_MONTHS_EN,
    jalali_months=jalali.MONTHS_EN,
    categories=("one", "other"),
    plural=lambda n: "one" if n == 1 else "other",
    fallback="fa",
)

BUILT_IN: Final = (PERSIAN.code, ENGLISH.code)
"""The languages in which everything is written in the source, in the order of a `Label`."""
DEFAULT: Final = PERSIAN
"""The language of an address that names none."""

_in_use: dict[Lang, Locale] = {PERSIAN.code: PERSIAN, ENGLISH.code: ENGLISH}


def use(further: Iterable[Locale]) -> None:
    """Set the languages in use beside Persian and English, for the whole process; those set before are dropped."""
    locales = {locale.code: locale for locale in (PERSIAN, ENGLISH, *further)}
    _in_use.clear()
    _in_use.update(locales)


def in_use() -> tuple[Locale, ...]:
    """The languages in use: Persian, English, and the city's further ones."""
    return tuple(_in_use.values())


def codes() -> tuple[Lang, ...]:
    """The codes of the languages in use."""
    return tuple(_in_use)


def of(lang: Lang) -> Locale:
    """The language with this code; KeyError for one that is not in use."""
    return _in_use[lang]


def known(lang: object) -> Lang:
    """The code itself where such a language is in use, else that of the default."""
    return lang if isinstance(lang, str) and lang in _in_use else DEFAULT.code


def pick(lang: Lang, fa: str, en: str, further: Iterable[tuple[Lang, str]] = ()) -> str:
    """One of the wordings of a sentence; see `pick_with_language`."""
    if lang == "fa":
        return fa
    if lang == "en":
        return en
    return pick_with_language(lang, fa, en, further)[0]


def pick_with_language(
    lang: Lang, fa: str, en: str, further: Iterable[tuple[Lang, str]] = (), count: int | Decimal | None = None
) -> tuple[str, Lang]:
    """The sentence in a language, and the language that it is really in.

    A third language has it in ``further``, or in its catalogue under the English sentence, there in the form for
    ``count``; where it has neither, the sentence comes from its fallback.
    """
    if lang == "fa":
        return fa, lang
    if lang == "en":
        return en, lang
    locale = _in_use.get(lang, DEFAULT)
    own = own_words(locale, en, further, count)
    return pick_with_language(locale.fallback, fa, en, further, count) if own is None else (own, lang)


def own_words(
    locale: Locale, en: str, further: Iterable[tuple[Lang, str]] = (), count: int | Decimal | None = None
) -> str | None:
    """The sentence in a third language itself; None where nobody has translated it."""
    for code, words in further:
        if code == locale.code:
            return words
    return locale.catalogue.find(en, None if count is None else locale.form(count))


class UnknownLanguage(ValueError):
    """A language that cannot be described: its code, or something said of it, is not understood."""


_OWN: Final = frozenset({"name", "calendar", "digits", "comma", "quotes", "fallback"})


def describe(code: Lang, catalogue: MessageCatalogue = NO_MESSAGES, **own: object) -> Locale:
    """A third language by its code ('az', 'ckb', 'az-arab'), after the Unicode CLDR.

    ``own`` says what a city wants otherwise: ``name``, ``calendar``, ``digits`` (a CLDR numbering system: latn, arab,
    arabext), ``comma``, ``quotes`` (two characters), ``fallback`` (fa or en). Raises UnknownLanguage.
    """
    if unknown := set(own) - _OWN:
        raise UnknownLanguage(f"{code}: {', '.join(sorted(unknown))} is not known")
    if code in BUILT_IN or not all(isinstance(value, str) for value in own.values()):
        raise UnknownLanguage(f"{code}: fa and en are built in, and what is said of a language is text")
    cldr = _cldr(code)
    rtl = cldr.text_direction == "rtl"
    usual = {
        "name": cldr.display_name or code,
        "calendar": "gregorian",
        "digits": cldr.default_numbering_system,
        "comma": "، " if rtl else ", ",
        "quotes": "«»" if rtl else "“”",
        "fallback": PERSIAN.code if rtl else ENGLISH.code,
    }
    said = {**usual, **{key: str(value) for key, value in own.items()}}
    if said["digits"] not in _DIGITS:
        raise UnknownLanguage(f"{code}: digits is one of {', '.join(_DIGITS)}")
    if len(said["quotes"]) != 2 or said["calendar"] not in get_args(Calendar) or said["fallback"] not in BUILT_IN:
        raise UnknownLanguage(f"{code}: quotes are two characters, calendar is jalali or gregorian, fallback fa or en")
    jalali_calendar = said["calendar"] == "jalali"
    return Locale(
        code=code,
        name=said["name"],
        direction="rtl" if rtl else "ltr",
        categories=tuple(name for name in _CATEGORIES if name in cldr.plural_form.tags or name == "other"),
        plural=cldr.plural_form,
        months=tuple(cldr.months["stand-alone"]["wide"][number] for number in range(1, 13)),
        jalali_months=tuple(catalogue.find(name) or name for name in jalali.MONTHS_EN),
        comma=said["comma"],
        semicolon="؛ " if rtl else "; ",
        quotes=(said["quotes"][0], said["quotes"][1]),
        calendar="jalali" if jalali_calendar else "gregorian",
        date_mark="/" if jalali_calendar else "-",
        fallback=said["fallback"],
        catalogue=catalogue,
        digits=_DIGITS[said["digits"]],
        group=_mark(cldr, said["digits"], "group"),
        decimal=_mark(cldr, said["digits"], "decimal"),
        percent=_mark(cldr, said["digits"], "percentSign"),
    )


def _mark(cldr: CldrLocale, system: str, name: str) -> str:
    """A mark of a numbering system, without what turns the text round it: that is for the page to do."""
    latin = {"group": ",", "decimal": ".", "percentSign": "%"}
    arabic = {"group": digits.GROUP_FA, "decimal": digits.DECIMAL_FA, "percentSign": "٪"}
    usual = latin if system == "latn" else arabic
    mark = (cldr.number_symbols.get(system) or usual).get(name, usual[name])
    return str(mark).strip("\u061c\u200e\u200f")


def _cldr(code: Lang) -> CldrLocale:
    # Imported here, for it takes longer than many a command, and cities with two languages have no need of it.
    from babel import Locale as CldrLocale
    from babel import UnknownLocaleError
    from babel.localedata import locale_identifiers

    parts = code.split("-")
    name = "_".join([parts[0], *(part.title() for part in parts[1:])])
    if code != code.lower() or name not in locale_identifiers():
        raise UnknownLanguage(f"{code}: no such language in the Unicode CLDR; write it in small letters, such as az")
    try:
        return CldrLocale.parse(name)
    except (UnknownLocaleError, ValueError) as fault:
        raise UnknownLanguage(f"{code}: {fault}") from fault
