"""How a text names the unit of money: «مبلغ (میلیون ریال)», "in thousand tomans", «ارقام به میلیارد»."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from ayan.core.values.label import Label
from ayan.core.values.limits import LONGEST_UNIT_CELL, LONGEST_UNIT_TEXT
from ayan.core.values.money import MONEY_UNITS, UNIT_LABELS
from ayan.core.values.text import fold

Currency: TypeAlias = Literal["rial", "toman", "other"]

_RIAL_IN: Final[dict[Currency, int]] = {"rial": 1, "toman": 10}
_CURRENCIES: Final[dict[Currency, Label]] = {
    "rial": Label("ریال", "rial"),
    "toman": Label("تومان", "toman"),
    "other": Label("پول دیگر", "another currency"),
}
_MULTIPLES: Final[dict[int, Label]] = {
    10**3: Label("هزار", "thousand"),
    10**6: Label("میلیون", "million"),
    10**9: Label("میلیارد", "billion"),
    10**12: Label("هزار میلیارد", "trillion"),
}

# Texts are folded first: letters, digits and spaces in one spelling, half-spaces as spaces.
_RIAL: Final = r"(?:ریال(?:ی|ات)?|rials?|rls|irr)"
_TOMAN: Final = r"(?:تومان(?:ی)?|تومن|tomans?|tmn|irt)"
# A dollar before a point and a name begins the path to a member of a document: «$.releases.date».
_OTHER: Final = (
    r"(?:دلار|یورو|پوند|درهم|دینار|یوان|dollars?|usd|euros?|eur|pounds? sterling|gbp|aed|[€£]|\$(?!\.[^\W\d]|\.@))"
)
_MONEY: Final = rf"(?P<rial>{_RIAL})|(?P<toman>{_TOMAN})|(?P<other>{_OTHER})"
_TIMES: Final = (
    (10**12, r"هزار ?میلیارد|تریلیون|thousand ?billions?|trillions?"),
    (10**9, r"میلیارد|بیلیون|milliards?|billions?|bn"),
    (10**6, r"میلیون|ملیون|میلون|هزار ?هزار|millions?|mln|م ?\. ?|م (?=ریال|تومان)|m(?= ?(?:rial|toman|ir[rt]))"),
    (10**3, r"هزار|thousands?|'?000(?: s)?|k(?= ?(?:rial|toman|ir[rt]))"),
)
_MANY: Final = "|".join(f"(?P<m{len(str(times)) - 1}>{words})" for times, words in _TIMES)
_WORD: Final = r"(?<![^\W\d_])"
_END: Final = r"(?![^\W\d_])"
_HEMAT: Final = rf"{_WORD}همت{_END}"
# «£000», "$m", "€ bn": the multiple right behind a sign of money.
_SIGN_TIMES: Final[dict[str, int]] = {"000": 10**3, "k": 10**3, "m": 10**6, "b": 10**9}
_BEHIND_SIGN: Final = r"(?:(?<=[$€£]) ?(?P<sign>'?000'?s?|k|mn?|bn)(?![^\W_]))"
# The multiple before the currency, after it («ریال (میلیون)», "rials in millions"), or none.
# Folded text has single spaces, and every repetition is bounded: what is looked at comes from strangers.
_NAMED: Final = re.compile(
    rf"{_WORD}(?:(?P<digits>1[0,.]{{0,16}}0)? ?(?:{_MANY})? ?(?:of )?(?:{_MONEY})(?:{_BEHIND_SIGN}|{_END}"
    rf"(?: ?[(\[-]? ?(?:in |به )?(?P<after>هزار ?میلیارد|میلیارد|میلیون|هزار|thousands?|millions?|billions?){_END})?))"
)
_BARE: Final = re.compile(rf"(?:[(\[] ?(?:به |in )?|{_WORD}(?:به|in) |^)(?:{_MANY})(?:ها|s)? ?(?:[)\]]|$|[-.,:،])")
_LED_IN: Final = re.compile(r"[(\[]|به |in ")
_COUNTED: Final = (
    "یک|دو|سه|چهار|پنج|شش|هفت|هشت|نه|ده|یازده|دوازده|سیزده|چهارده|پانزده|شانزده|هفده|هجده|نوزده|بیست|سی|چهل|پنجاه|شصت|"
    "هفتاد|هشتاد|نود|صد|یکصد|دویست|سیصد|چهارصد|پانصد|ششصد|هفتصد|هشتصد|نهصد|چند|one|two|three|four|five|six|seven|eight|"
    "nine|ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred"
)
_LED_BY: Final = re.compile(rf"(?:{_WORD}(?:به|in) )?{_NAMED.pattern}")
_UNIT_CELL: Final = re.compile(rf"[(\[]? ?(?:به |in )?(?:(?:{_MANY}) ?)?(?:{_MONEY}){_END} ?[)\]]?")
# How columns of amounts are headed whatever the dataset: with these words, whole, or with the name of a unit.
_HEADS: Final = re.compile(
    rf"{_WORD}(?:مبلغ|مبالغ|بها|بهای|قیمت|هزینه|هزینه ها|درآمد|درامد|اعتبار|پرداختی|دریافتی|پرداخت شده|بدهی|طلب|بدهکار|"
    r"بستانکار|مانده|کسور|مالیات|عوارض|جریمه|حقوق|دستمزد|کارمزد|ودیعه|سپرده|"
    rf"amounts?|prices?|costs?|fees?|paid|payment(?:s)?|salary|revenue(?:s)?|expenses?|expenditures?|balance|debit|credit|tax|"
    rf"fine|deposit|budget){_END}"
)
_SIDES: Final = tuple(
    frozenset(words.split())
    for words in (
        # Into an account, and out of it; several of a thing by one in English.
        "بد بدهکار debit dr db d دریافت دریافتی وصول واریز ورودی درامد منابع receipt received income revenue in",
        "بس بستانکار credit cr c پرداخت پرداختی برداشت خروجی هزینه مصارف payment paid expense expenditure out",
    )
)
_AMOUNT_BEFORE: Final = re.compile(rf"(?:\d[\d,./]{{0,30}}|{_WORD}(?:{_COUNTED})) ?$")


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """What a text says of the unit: how many times which currency; either may be left unsaid (None).

    ``times`` is 1 for a plain «ریال», and None for «ریالی», which says the currency alone.
    """

    times: int | None
    currency: Currency | None

    @property
    def factor(self) -> int | None:
        """Rials in one of it; None where one of both is not said, and for another currency."""
        return None if self.times is None or self.currency not in _RIAL_IN else self.times * _RIAL_IN[self.currency]

    @property
    def unit(self) -> str | None:
        """Its name among MONEY_UNITS; None where it is not said whole, or is none of them."""
        return next((name for name, factor in MONEY_UNITS.items() if factor == self.factor), None)

    @property
    def code(self) -> str:
        """One word for it, by which an answer is remembered: ``10^6 rial``, ``10^6 ?``, ``? toman``."""
        times = "?" if self.times is None else f"10^{len(str(self.times)) - 1}"
        return f"{times} {self.currency or '?'}"

    @property
    def label(self) -> Label:
        """It in words."""
        if self.unit is not None:
            return Label(*UNIT_LABELS[self.unit])
        if self.times is None and self.currency is None:
            return Label("بخشی از عدد", "a part of the number")
        times, money = _MULTIPLES.get(self.times or 1), self.currency and _CURRENCIES[self.currency]
        if times and money:
            return Label("{times} {money}", "{times} {money}").format(times=times, money=money)
        return times or money or Label("؟", "?")

    def fits(self, unit: str, thousands: int = 0) -> bool:
        """Whether amounts that are kept in ``unit`` agree with it, shown divided by so many ``thousands``."""
        factor: int = MONEY_UNITS[unit] * 1000**thousands
        if self.factor is not None:
            return self.factor == factor
        if self.currency is not None:
            return self.currency in _RIAL_IN and _shown_as(factor, self.currency)
        return any(self.times == times for times in _times_of(factor))


def _times_of(factor: int) -> list[int]:
    """How many times a currency a unit of so many rials is: one of two answers is a power of a thousand."""
    times = [factor // each for each in _RIAL_IN.values() if factor % each == 0]
    return [each for each in times if (len(str(each)) - 1) % 3 == 0]


def _shown_as(factor: int, currency: Currency) -> bool:
    times, rest = divmod(factor, _RIAL_IN[currency])
    return not rest and (len(str(times)) - 1) % 3 == 0


def units_named(text: str, *, heading: bool = False) -> tuple[NamedUnit, ...]:
    """The units that a text names, in its order, each once; nothing for a text that speaks of none.

    Of a ``heading`` of a column a bare «(میلیون)» is one too, as are "in thousands" and «ارقام به میلیون» of any text.
    An amount («۵۰ میلیون ریال») is no unit.
    """
    plain = fold(text[:LONGEST_UNIT_TEXT])
    named: list[NamedUnit] = [NamedUnit(10**12, "toman") for _ in re.findall(_HEMAT, plain)]
    for match in _NAMED.finditer(plain):
        if not match["digits"] and _AMOUNT_BEFORE.search(plain[max(0, match.start() - 40) : match.start()]):
            continue
        digits = _digits(match["digits"])
        if digits is None:
            continue
        currency: Currency = "rial" if match["rial"] else "toman" if match["toman"] else "other"
        times = _times(match) * digits * _after(match["after"]) * _behind_sign(match["sign"])
        adjective = times == 1 and match[currency].endswith(("ریالی", "تومانی"))
        named.append(NamedUnit(None if adjective else times, currency))
    if not named:
        named = [
            NamedUnit(_times(match), None) for match in _BARE.finditer(plain) if heading or _LED_IN.match(match[0])
        ]
    return tuple(dict.fromkeys(named))


def unit_of_cell(text: str) -> NamedUnit | None:
    """The unit that a cell is and says nothing else than: «هزار ریال», "USD"; None for any other cell."""
    plain = fold(text) if len(text) <= LONGEST_UNIT_CELL else ""
    named = units_named(plain) if _UNIT_CELL.fullmatch(plain) else ()
    return named[0] if len(named) == 1 else None


def name_sides(texts: Iterable[str]) -> bool:
    """Whether texts are words for debit and for credit, or money in and out, some of either, and nothing else."""
    folded = {fold(text).strip(". ").removesuffix("s") for text in texts}
    return folded <= _SIDES[0] | _SIDES[1] and all(map(folded.intersection, _SIDES))


def heads_money(title: str) -> bool:
    """Whether a title of a column speaks of amounts: by a word for one, or by a unit."""
    return bool(_HEADS.search(fold(title[:LONGEST_UNIT_TEXT])) or units_named(title, heading=True))


def without_unit(title: str) -> str:
    """A title of a column without the unit that it names, folded."""
    plain = fold(title[:LONGEST_UNIT_TEXT])
    return " ".join(_BARE.sub(" ", _LED_BY.sub(" ", plain)).split())


def _times(match: re.Match[str]) -> int:
    return next((times for times, _ in _TIMES if match[f"m{len(str(times)) - 1}"]), 1)


def _digits(text: str | None) -> int | None:
    """What «۱٬۰۰۰٬۰۰۰» before a currency multiplies it by; None where it is an amount, as «۱۰۰ ریال» is."""
    number = int(re.sub("[,.]", "", text)) if text else 1
    return number if number == 1 or number in _MULTIPLES else None


def _behind_sign(text: str | None) -> int:
    return next((times for sign, times in _SIGN_TIMES.items() if text and text.lstrip("'").startswith(sign)), 1)


def _after(text: str | None) -> int:
    return next((times for times, words in _TIMES if text and re.fullmatch(words, text)), 1)
