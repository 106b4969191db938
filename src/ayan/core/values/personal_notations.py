"""How personal data stands in a text, in every notation: patterns and check digits as data, applied by SQL.

A `PersonalTrace` is one such notation. Its pattern is written in RE2 with two signs of our own: # for a digit, ~ for
what may part two groups of digits. `look` puts every notation into one pattern over text as files write it (digits
of four scripts, spaces of every width): a first look that misses nothing and is cheap. The patterns themselves are
applied to `plain` text, where digits are ASCII and parting signs few.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from ayan.core.values import identity, sql
from ayan.core.values.digits import ARABIC, LATIN, PERSIAN
from ayan.core.values.identity import CARD_DOUBLED, NATIONAL_ID_WEIGHTS, SHEBA_COUNTRY
from ayan.core.values.personal_trace import PersonalTrace
from ayan.core.values.place_traces import PLACES

FULL_WIDTH: Final = "０１２３４５６７８９"
_DIGITS: Final = LATIN + PERSIAN + ARABIC + FULL_WIDTH
_OTHER_SCRIPTS: Final = (0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6)
"""Where the ten digits of scripts begin that a pasted text may hold: Indian ones and those of mathematics."""

_PARTING: Final = " \u00a0\u1680\u2000-\u200f\u202a-\u202f\u205f-\u2064\u2066-\u206f\u3000\ufeff\t()./_|–—−‑‐ـ-"
# Without what stands between them in Unicode: digits, and the decimal sign, which makes no plate of a number.
_LETTERS: Final = "(?:الف|[آ-غف-يپچژکگی])"

AREAS: Final = (
    "11", "13", "17", "21", "23", "24", "25", "26", "28", "31", "34", "35", "38", "41", "44", "45", "51", "54", "56",
    "58", "61", "66", "71", "74", "76", "77", "81", "83", "84", "86", "87",
)  # fmt: skip
"""Area codes of the provinces without their zero."""

BANKS: Final = (
    "207177", "502229", "502806", "502908", "502910", "502937", "502938", "504172", "504706", "505416", "505785",
    "505801", "505809", "507677", "581874", "585947", "585949", "585983", "589210", "589463", "603769", "603770",
    "603799", "606256", "606373", "606737", "610433", "621986", "622106", "627353", "627381", "627412", "627488",
    "627648", "627760", "627884", "627961", "628023", "628157", "636214", "636795", "636797", "636949", "639194",
    "639217", "639346", "639347", "639370", "639599", "639607", "991975",
)  # fmt: skip
"""First six digits of the cards that banks of Iran issue."""


def _digit(position: int, of: int) -> str:
    """The digit at ``position`` (from 1) of the number ``k`` of ``of`` digits, by whole-number arithmetic."""
    return f"((TRY_CAST(k AS BIGINT) // {10 ** (of - position)}) % 10)"


def _luhn() -> str:
    doubled = "[" + ", ".join(map(str, CARD_DOUBLED)) + "]"
    terms = [f"({doubled})[{_digit(at, 16)} + 1]" if at % 2 else _digit(at, 16) for at in range(1, 17)]
    return f"(({' + '.join(terms)}) % 10 = 0 AND k <> repeat(left(k, 1), 16))"


def _national() -> str:
    weighted = " + ".join(f"{_digit(at, 10)} * {weight}" for at, weight in enumerate(NATIONAL_ID_WEIGHTS, 1))
    rest = f"(({weighted}) % 11)"
    check = f"CASE WHEN {rest} < 2 THEN {rest} ELSE 11 - {rest} END"
    return f"({_digit(10, 10)} = {check} AND k <> repeat(left(k, 1), 10))"


_BANK: Final = sql.is_among("left(k, 6)", BANKS)
_MOBILE_LABEL: Final = "تلفن|همراه|موبایل|شماره ?تماس|mobile|cell|phone"
_PHONE_LABEL: Final = "تلفن|تلفکس|فکس|دورنگار|نمابر|شماره ?تماس|phone|fax"
_POST_LABEL: Final = "(?:کد|کود) ?پستی|postal ?code|post ?code|zip ?code"
_ID_LABEL: Final = r"(?:کد|شماره|ش) ?[.]? ?ملی|national ?(?:id|code)"
_CERTIFICATE: Final = (
    r"(?:شماره|ش) ?[.]? ?شناسنامه|شناسنامه ?(?:به )?(?:شماره|:)|(?:^|[^\pL])ش ?[.] ?ش[^\pL]|birth ?certificate"
)
_BORN: Final = "متولد|تاریخ ?تولد|date of birth|birth ?date"
_GROUPS: Final = "9#{2}~#{3}~#{2}~#{2}"
_OPERATOR: Final = "regexp_matches(right(k, 10), '^9[0-49]')"
_AREA: Final = f"(?:{'|'.join(AREAS)})"
_NUMBER: Final = "[2-9]#{3}~#{4}"

TRACES: Final[tuple[PersonalTrace, ...]] = (
    PersonalTrace(
        code="email", pattern=r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", bounded=False, hint="@"
    ),
    PersonalTrace(code="bank-account", pattern="[Ii][Rr]~#{2}~(?:#{4}~){5}#{2}"),
    PersonalTrace(
        code="bank-account",
        pattern="#{24}",
        test=f"TRY_CAST(substr(k, 3) || '{SHEBA_COUNTRY}' || left(k, 2) AS HUGEINT) % 97 = 1",
        chance=1 / 97,
        peers="#{24}",
        lengths=(24,),
    ),
    PersonalTrace(code="card", pattern="#{4}~#{4}~#{4}~#{4}", test=f"{_BANK} AND {_luhn()}", lengths=(16,)),
    PersonalTrace(
        code="card",
        pattern="#{4}~#{4}~#{4}~#{4}",
        test=f"NOT {_BANK} AND left(k, 1) IN ('4', '5', '6') AND {_luhn()}",
        label="کارت|card",
        chance=0.03,
        peers="#{16}",
        lengths=(16,),
    ),
    PersonalTrace(
        code="mobile",
        pattern=f"0~{_GROUPS}",
        test=_OPERATOR,
        label=_MOBILE_LABEL,
        chance=0.06,
        peers="0#{10}",
        lengths=(11,),
    ),
    PersonalTrace(
        code="mobile",
        pattern=f"98~{_GROUPS}",
        test=_OPERATOR,
        label=_MOBILE_LABEL,
        chance=0.001,
        peers="#{12}",
        lengths=(12,),
    ),
    PersonalTrace(
        code="mobile",
        pattern=f"(?:0098|980)~{_GROUPS}",
        test=_OPERATOR,
        label=_MOBILE_LABEL,
        chance=0.001,
        peers="#{13,14}",
        lengths=(13, 14),
    ),
    PersonalTrace(
        code="mobile", pattern=_GROUPS, test=_OPERATOR, label=_MOBILE_LABEL, chance=0.06, peers="#{10}", lengths=(10,)
    ),
    PersonalTrace(
        code="landline", pattern=f"0~{_AREA}~{_NUMBER}", label=_PHONE_LABEL, chance=0.3, peers="0#{10}", lengths=(11,)
    ),
    PersonalTrace(
        code="landline",
        pattern=f"(?:0098|98)~{_AREA}~{_NUMBER}",
        label=_PHONE_LABEL,
        chance=0.003,
        peers="#{12}|#{14}",
        lengths=(12, 14),
    ),
    PersonalTrace(code="landline", pattern=f"[2-9]#{{7}}-0{_AREA}"),
    PersonalTrace(code="landline", pattern="[2-9]#{3}~#{3,4}", label=_PHONE_LABEL, labelled=True),
    PersonalTrace(
        code="national-id",
        pattern="#{10}",
        test=_national(),
        label=_ID_LABEL,
        chance=1 / 11,
        peers="#{10}",
        lengths=(10,),
    ),
    PersonalTrace(code="national-id", pattern="#{3}[ -]#{6}[ -]#", test=_national()),
    PersonalTrace(code="national-id", pattern="#{8,10}", label=_ID_LABEL, labelled=True),
    PersonalTrace(code="plate", pattern=f"#{{2}}~{_LETTERS}~#{{3}}~ایران~#{{2}}"),
    PersonalTrace(code="plate", pattern=f"#{{2}} ?{_LETTERS} ?#{{3}} ?[-|/] ?#{{2}}"),
    PersonalTrace(code="plate", pattern=f"#{{2}}{_LETTERS}#{{5}}"),
    PersonalTrace(code="plate", pattern=f"ایران~#{{2}}~#{{3}}~{_LETTERS}~#{{2}}", bounded=False, hint="ایران"),
    PersonalTrace(code="plate", pattern=f"ایران~#{{2}}~#{{2}}~{_LETTERS}~#{{3}}", bounded=False, hint="ایران"),
    PersonalTrace(code="postcode", pattern="[1-9]#{4} ?-? ?#{5}", label=_POST_LABEL, labelled=True),
    PersonalTrace(
        code="postcode",
        pattern="[1-9]#{4}-#{5}",
        test="regexp_full_match(k, '[13-9]{4}[1346-9][013-9]{5}')",
        chance=0.1,
        peers="#{5}-#{5}",
    ),
    PersonalTrace(code="birth-certificate", pattern="#{1,10}", label=_CERTIFICATE, labelled=True),
    PersonalTrace(
        code="birth-date",
        pattern="(?:#{4}[-/.]#{1,2}[-/.]#{1,2}|#{1,2}[-/.]#{1,2}[-/.]#{2,4})",
        label=_BORN,
        labelled=True,
    ),
    PersonalTrace(
        code="relatives",
        pattern=(
            r"(?:نام (?:پدر|مادر|همسر) ?[:=-] ?\pL{2,}"
            r"|فرزند \pL{2,}(?: \pL{2,})? (?:به |دارای |با )?(?:ش|کد|شماره|متولد))"
        ),
        bounded=False,
        hint="نام ?(?:پدر|مادر|همسر)|فرزند",
    ),
    PersonalTrace(
        code="home",
        pattern=r"(?:نشانی|ادرس) (?:محل )?(?:منزل|سکونت|خانه) ?[:=،-]? ?\pL{2,}",
        bounded=False,
        hint="منزل|سکونت|خانه",
    ),
    *PLACES,
    PersonalTrace(code="marital-status", pattern=r"(?:وضعیت )?تاهل ?[:=-] ?\pL{3,}", bounded=False, hint="تاهل"),
    PersonalTrace(code="marital-status", pattern="^(?:متاهل|مجرد|مطلقه)$", bounded=False, hint="تاهل|مجرد|مطلقه"),
)
"""Every notation, the surest first."""

REACH: Final = 12
"""How many signs may stand between a label and its number."""

OTHER_NUMBERS: Final = (
    "نامه|قرارداد|پیمان|سند|حواله|فاکتور|مناقصه|مزایده|پرونده|مجوز|پروانه|قبض|رهگیری|پیگیری|سریال|شناسه"
)
"""Words before a number that say it is no person's."""

OTHER_JUST_BEFORE: Final = (
    r"\b(?:invoice|inv|voucher|receipt|order|contract|reference|ref|transaction|document|doc|cheque|check|permit|case|po)"
    r"(?:[ .]{0,2}(?:no|num|number|nr|id))?[ .:#№-]{0,3}$"
)
"""The same in English, where such words are common in any sentence: they stand right before the number."""

DOCUMENTS: Final = (
    r"\b(?:فاکتور|صورت ?حساب|سند|حواله|قرارداد|پیمان|سفارش|درخواست|پرونده|پروانه|مجوز|قبض|رهگیری|پیگیری|سریال|شناسه|چک"
    r"|بارنامه|رسید|نامه|ردیف|نوسازی|ثبتی|مناقصه|مزایده"
    r"|invoice|inv|voucher|order|transaction|reference|ref|document|doc|contract|receipt|serial|ticket|case"
    r"|permit|parcel|payment (?:no|id|number))\b"
)
"""Words of a header that say that numbers of documents stand under it."""


def heads_documents(header: str) -> bool:
    """Whether ``header`` (plain text) says that the numbers under it are those of documents."""
    return re.search(DOCUMENTS, header, re.IGNORECASE) is not None


@cache
def trace_patterns() -> tuple[str, ...]:
    """Patterns of which every text matches one in which a trace may stand, as files write it.

    Those of places are one of their own: RE2 keeps the states of a pattern in a room that both together would not fit
    into, and it takes five times as long, and up to forty, for a text without one. Of a trace with a label a pattern
    holds the label alone: a label with its number after it would be too slow to look for.
    """
    others = "".join(f"{chr(first)}-{chr(first + 9)}" for first in _OTHER_SCRIPTS)
    elsewhere = [trace for trace in TRACES if trace not in PLACES]
    return _any_of(elsewhere, f"[{others}]"), _any_of(PLACES)


def _any_of(traces: Iterable[PersonalTrace], *more: str) -> str:
    not_digit = f"[^{_DIGITS}]"
    numbers, words = [], []
    for trace in traces:
        if trace.bounded and not trace.labelled:
            numbers.append(_as_written(trace.pattern))
        else:
            words.append(_as_written(trace.label if trace.labelled else trace.hint or trace.pattern))
    bounded = f"(?:^|{not_digit})(?:{'|'.join(dict.fromkeys(numbers))})(?:$|{not_digit})"
    return f"(?i:{'|'.join([bounded, *dict.fromkeys(words), *more])})"


def alone(header: str) -> str:
    """A pattern of cells that are a number and no more, which ``header`` (plain text) labels; '' where it does not."""
    forms = [_as_written(trace.pattern) for trace in TRACES if trace.labelled and trace.labels(header)]
    return f"^[{_PARTING}]*(?:{'|'.join(forms)})[{_PARTING}]*$" if forms else ""


_PART: Final = re.compile(r"\[[^\]]*\]|\{[^}]*\}|\\.|\(\?:| \?|.", re.DOTALL)
_WRITTEN: Final = {"ی": "[یيى]", "ک": "[کك]", "ا": "[اأآإ]", "-": "[–—−‑‐ـ-]"}


def _as_written(pattern: str, parting: str = f"[{_PARTING}]{{0,3}}") -> str:
    """A pattern over plain text as one over text as it comes: every spelling of letters, signs and digits."""
    pieces = []
    for part in _PART.findall(pattern):
        if part[0] == "[":
            pieces.append(_in_every_script(part))
        elif part in (" ?", " ", "~"):
            pieces.append(parting)
        elif part.isdigit():
            pieces.append(_in_every_script(f"[{part}]"))
        else:
            pieces.append(_WRITTEN.get(part, part))
    return "".join(pieces).replace("#", f"[{_DIGITS}]")


def _in_every_script(group: str) -> str:
    """A class of characters with its digits in the other scripts too, and a hyphen at its end in every width."""
    more = "".join(
        f"{row[int(match[1])]}-{row[int(match[2] or match[1])]}"
        for match in re.finditer(r"([0-9])(?:-([0-9]))?", group)
        for row in (_DIGITS[at : at + 10] for at in range(10, len(_DIGITS), 10))
    )
    return f"[{more}–—−‑‐ـ{group[1:]}" if group.endswith("-]") else f"[{more}{group[1:]}"


def plain(x: str) -> str:
    """``x`` (SQL) as the patterns read it: ASCII digits, one space, one hyphen, usual letters, nothing unseen."""
    return f"CASE WHEN {sql.is_ascii(x)} THEN {x} ELSE translate({x}, {sql.literal(_OLD)}, {sql.literal(_NEW)}) END"


def plain_text(text: str) -> str:
    """The same in Python."""
    return text.translate(str.maketrans(_OLD[: len(_NEW)], _NEW, _OLD[len(_NEW) :]))


_SCRIPTS: Final = _DIGITS[10:] + "".join(chr(first + at) for first in _OTHER_SCRIPTS for at in range(10))
_THIN: Final = "".join(map(chr, range(0x2000, 0x200B)))
_OLD: Final = (
    _SCRIPTS + "يىكأآإ" + "\u00a0\u1680\u202f\u205f\u3000\t" + "–—−‑‐ـ" + "\u200c" + _THIN
    + "\u200b\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad"
)  # fmt: skip
_NEW: Final = LATIN * (len(_SCRIPTS) // 10) + "ییکااا" + " " * 6 + "-" * 6 + " " + " " * len(_THIN)


def in_plain(pattern: str, *, bounded: bool) -> str:
    """A trace's pattern over plain text."""
    expression = pattern.replace("#", "[0-9]").replace("~", "[ ()./_|-]{0,3}")
    return rf"\b{expression}\b" if bounded else expression


def looks(x: str) -> str:
    """For each trace in turn, whether any of ``x`` (SQL, plain text) holds its form; others need no closer look."""
    forms = [in_plain(trace.pattern, bounded=trace.bounded) for trace in TRACES]
    return ", ".join(f"bool_or(regexp_matches({x}, {sql.literal(f'(?i){form}')}))" for form in forms)


def compact(x: str) -> str:
    """A piece (SQL) without its parting signs."""
    return f"regexp_replace({x}, '[ ()./_|+-]', '', 'g')"


def long_number(x: str) -> str:
    """The first number of ten digits or more in ``x`` (SQL, text as files write it), '' where there is none."""
    digit = f"[{_DIGITS}]"
    return f"regexp_extract({x}, '(?:^|[^{_DIGITS}])({digit}{{5}}-{digit}{{5}}|{digit}{{10,24}})(?:$|[^{_DIGITS}])', 1)"


def is_peer(form: str, start: str, length: int, *, hyphen: bool) -> bool:
    """Whether a number of ``length`` signs that starts so (four digits), with or without a hyphen, has the form."""
    if hyphen:
        return form.endswith("-#{5}")
    return _form(form).fullmatch(start.ljust(length, "0")) is not None


@cache
def _form(peers: str) -> re.Pattern[str]:
    return re.compile(peers.replace("#", "[0-9]"))


_RUN: Final = re.compile(r"(?:IR)?[0-9](?:[ ./_-]?[0-9]){8,25}", re.IGNORECASE)
_KINDS: Final = (identity.national_id, identity.mobile, identity.card_number, identity.sheba)


def holds_personal(text: str) -> bool:
    """Whether a national ID, a mobile phone, a bank card or an account number stands in ``text``.

    A legal ID of a company (11 digits) is none of these.
    """
    return any(_is_personal(re.sub(r"[^0-9IRir]", "", run)) for run in _RUN.findall(plain_text(text)))


def _is_personal(number: str) -> bool:
    for read in _KINDS:
        try:
            read(number)
        except ValueError:
            continue
        return True
    return False
