"""What looks like personal data in a text that somebody wrote: which kind, and where it stands.

It is asked before a text may be public: of the person who files it as a warning, of the officer who checks it as marks.
It may be wrong both ways: a number that passes a check by chance is marked, a name that nothing announces is not. So
it decides nothing by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from ayan.core.values import identity
from ayan.core.values.label import Label
from ayan.core.values.personal_notations import (
    BANKS,
    OTHER_JUST_BEFORE,
    OTHER_NUMBERS,
    REACH,
    TRACES,
    in_plain,
    plain_text,
)
from ayan.core.values.personal_trace import PersonalTrace

KINDS: Final[Mapping[str, Label]] = {
    "national-id": Label("کد ملی", "National ID"),
    "mobile": Label("تلفن همراه", "Mobile phone"),
    "landline": Label("تلفن", "Phone"),
    "email": Label("رایانامه", "E-mail address"),
    "card": Label("شمارهٔ کارت بانکی", "Bank card"),
    "bank-account": Label("شمارهٔ حساب", "Bank account"),
    "postcode": Label("کد پستی", "Postal code"),
    "plate": Label("پلاک خودرو", "Number plate of a car"),
    "birth-certificate": Label("شمارهٔ شناسنامه", "Number of a birth certificate"),
    "birth-date": Label("تاریخ تولد", "Date of birth"),
    "relatives": Label("نام بستگان", "Name of a relative"),
    "marital-status": Label("وضعیت تأهل", "Marital status"),
    "home": Label("نشانی منزل", "Home address"),
    "coordinates": Label("مختصات یک جا", "Coordinates of a place"),
    "name": Label("نام شخص", "Name of a person"),
}
"""What each kind is called."""

REDACTION_REASONS: Final[Mapping[str, Label]] = {
    **KINDS,
    "child": Label("نام یا نشان کودک", "Name or trait of a child"),
    "signature": Label("امضا یا اثر انگشت", "Signature or fingerprint"),
    "health": Label("دادهٔ پزشکی", "Medical data"),
    "personal": Label("دادهٔ شخصی دیگر", "Other personal data"),
    "trade-secret": Label("راز تجاری", "Trade secret"),
    "security": Label("امنیت شهر یا سامانه", "Security of the city or a system"),
    "judicial": Label("پروندهٔ قضایی", "Judicial file"),
    "law": Label("محرمانه به حکم قانون", "Confidential by law"),
}
"""Why something is taken out of a document: personal data by their kinds, and what law protects besides."""


@dataclass(frozen=True, slots=True, order=True)
class PersonalWord:
    """A piece of a text that looks like personal data: from ``start`` to before ``end``, and its ``kind``."""

    start: int
    end: int
    kind: str


def personal_words(text: str) -> tuple[PersonalWord, ...]:
    """What looks like personal data in a text, in its order; none overlaps another."""
    plain, places = _plain(text)
    matched = sorted(_all(plain), key=lambda piece: (piece[0], -piece[1]))
    words: list[PersonalWord] = []
    for start, end, kind in matched:
        first, last = places[start], places[end - 1] + 1
        if words and first < words[-1].end:
            # Two names of one piece: it is as long as both, and bears the first.
            words[-1] = PersonalWord(words[-1].start, max(last, words[-1].end), words[-1].kind)
        else:
            words.append(PersonalWord(first, last, kind))
    return tuple(words)


def _plain(text: str) -> tuple[str, list[int]]:
    """The text as the patterns read it, and where each of its signs stands in what was written."""
    signs, places = [], []
    for place, sign in enumerate(text):
        for plain in _plain_sign(sign):
            signs.append(plain)
            places.append(place)
    return "".join(signs), places


_plain_sign: Final = lru_cache(maxsize=4096)(plain_text)


# --- what is looked for -----------------------------------------------------------------------------------------------

_LETTER: Final = r"[^\W\d_]"
_MAIL: Final = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_SPREAD: Final = re.compile(r"(?<![0-9])(?:[Ii][Rr][ .-]?)?[0-9](?:[ ./_-]{1,3}[0-9]|[0-9]){8,27}(?![0-9])")
"""A number whose digits somebody set apart, so that no program should know it."""

_HOUSE: Final = re.compile(
    r"پلاک ?:? ?[0-9]{1,4}(?:[ ،,/]{1,3}(?:زنگ|واحد|طبقه|بلوک) ?:? ?(?:[0-9]{1,3}|اول|دوم|سوم|چهارم|همکف)){1,3}"
    r"|(?:منزل|خانه) ?(?:ما|ام|بنده|اینجانب|شخصی) ?(?:در|واقع در) ?[:،-]? ?[^\n.،؛]{3,60}"
)
_NAMED: Final = re.compile(
    rf"(?:اینجانب|نام و نام خانوادگی ?:|نام من|اسم من) ?:? ?{_LETTER}{{2,20}} {_LETTER}{{2,20}}"
    rf"|\b(?:[Mm]y name is|[Ff]ull name ?:) {_LETTER}{{2,20}} {_LETTER}{{2,20}}"
)


def _all(plain: str) -> Iterator[tuple[int, int, str]]:
    for pattern, kind in ((_MAIL, "email"), (_HOUSE, "home"), (_NAMED, "name")):
        for matched in pattern.finditer(plain):
            yield matched.start(), matched.end(), kind
    for trace in TRACES:
        if trace.code != "email":
            yield from _traced(trace, plain)
    for matched in _SPREAD.finditer(plain):
        number = re.sub(r"[^0-9A-Za-z]", "", matched[0])
        known = next((code for code, read in _NUMBERS.items() if _reads(read, number)), "")
        if known and number != matched[0] and not _of_something_else(plain, matched.start()):
            yield matched.start(), matched.end(), known


def _traced(trace: PersonalTrace, plain: str) -> Iterator[tuple[int, int, str]]:
    for matched in _pattern(trace).finditer(plain):
        start, end = matched.span("piece")
        compact = re.sub(r"[ ()./_|+-]", "", matched["piece"])
        if not _passes(trace, compact):
            continue
        if trace.chance and not _labelled(trace, plain, start):
            chained = re.match(r"[-/._][0-9]", plain[end:]) or re.search(
                r"[0-9][-/._]\Z", plain[max(0, start - 2) : start]
            )
            if chained or _of_something_else(plain, start):
                continue
        yield start, end, trace.code


@cache
def _pattern(trace: PersonalTrace) -> re.Pattern[str]:
    piece = f"(?P<piece>{in_plain(trace.pattern, bounded=trace.bounded)})"
    if trace.labelled:
        piece = f"(?:{trace.label})[^0-9]{{0,{REACH}}}{piece}"
    return re.compile(_in_python(piece), re.IGNORECASE)


def _in_python(pattern: str) -> str:
    """A pattern of RE2 as Python writes it."""
    return pattern.replace(r"[^\pL]", r"[\W\d_]").replace(r"\pL", _LETTER)


def _labelled(trace: PersonalTrace, plain: str, start: int) -> bool:
    before = plain[max(0, start - 30) : start]
    return bool(trace.label) and re.search(_in_python(trace.label), before, re.IGNORECASE) is not None


def _of_something_else(plain: str, start: int) -> bool:
    """Whether the words before a number say that it is one of a contract, a letter or the like."""
    before = re.split(r"[0-9]", plain[max(0, start - 30) : start])[-1]
    return bool(re.search(OTHER_NUMBERS, before) or re.search(OTHER_JUST_BEFORE, before, re.IGNORECASE))


# --- check digits -----------------------------------------------------------------------------------------------------


def _reads(read: Callable[[str], str], number: str) -> bool:
    try:
        read(number)
    except ValueError:
        return False
    return True


def _card(number: str) -> str:
    read = identity.card_number(number)
    if number[:6] not in BANKS and number[0] not in "456":
        raise identity.NotAnIdentity("shape")
    return read


def _account(number: str) -> str:
    return identity.sheba(number if number[:2].upper() == "IR" else f"IR{number}")


def _mobile(number: str) -> str:
    if re.match(r"9[0-49]", number[-10:]) is None:
        raise identity.NotAnIdentity("shape")
    return number


def _ten(number: str) -> str:
    if len(number) != 10:
        raise identity.NotAnIdentity("shape")
    return identity.national_id(number)


def _whole_mobile(number: str) -> str:
    return identity.mobile(_mobile(number)) if number.startswith(("0", "98")) else _fail()


def _fail() -> str:
    raise identity.NotAnIdentity("shape")


_NUMBERS: Final[Mapping[str, Callable[[str], str]]] = {
    "mobile": _whole_mobile,
    "card": _card,
    "bank-account": _account,
    "national-id": _ten,
}
_CHECKS: Final[Mapping[str, Callable[[str], str]]] = {"national-id": _ten, "card": _card, "mobile": _mobile}


def _passes(trace: PersonalTrace, compact: str) -> bool:
    """Whether a piece passes what the notation's own test (SQL) says of it."""
    if trace.code == "bank-account":
        return not trace.lengths or _reads(_account, compact)
    if trace.test == "TRUE":
        return True
    if trace.code == "postcode":
        return re.fullmatch("[13-9]{4}[1346-9][013-9]{5}", compact) is not None
    if trace.code == "coordinates":
        return (
            re.search("[CFGHJMPQRVWX]", compact, re.IGNORECASE) is not None and re.search("[2-9]", compact) is not None
        )
    return _reads(_CHECKS[trace.code], compact)
