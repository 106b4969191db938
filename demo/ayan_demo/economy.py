"""What the invented city spends money on: trades, subjects of contracts, costs without a contract, and stated gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

TRADES: Final[Mapping[str, Sequence[str]]] = {
    "راه و باند": ("راه‌گستر", "پل‌آوران", "خاک‌برداران", "گذرساز", "سنگ‌چین"),
    "ابنیه": ("آبادسازان", "سازه‌پرداز", "بام‌ساز", "آجرنما"),
    "فضای سبز": ("سبزآفرین", "باغ‌پیرا", "بذرافشان"),
    "تنظیف و جمع‌آوری پسماند": ("پاک‌ساز", "نگین‌شهر", "پاکیزه‌گستر"),
    "روشنایی و برق": ("نورافشان", "فانوس‌کار"),
    "نرم‌افزار و شبکه": ("داده‌پرداز", "مهرافزار"),
    "تجهیزات ایمنی": ("کیمیاکار", "ایمن‌پوش"),
    "آب و فاضلاب": ("آب‌روان", "چشمه‌سار"),
    "مشاوره و نظارت": ("نقش‌پرداز", "پی‌افکن", "اندیشه‌طرح"),
    "حمل‌ونقل": ("روان‌ترافیک", "ریل‌گستر"),
    "خدمات عمومی": ("خدمت‌آور", "یاری‌گستر"),
    "تجهیزات ترافیکی": ("ایمن‌راه", "رنگین‌کار"),
    "چاپ و رسانه": ("پیام‌نگار", "رسانه‌ورز"),
}
"""What companies trade in, and how those begin that do: a name fits its trade."""


def heads() -> Iterator[tuple[str, str]]:
    """Every beginning of a company's name with its trade, the trades in turn, so that each has vendors early."""
    longest = max(map(len, TRADES.values()))
    for place in range(longest):
        for trade, names in TRADES.items():
            if place < len(names):
                yield names[place], trade


TECHNICAL: Final = ("معاونت فنی و عمرانی",)
DISTRICT_UNITS: Final = (
    "شهرداری منطقه یک", "شهرداری منطقه دو", "شهرداری منطقه سه", "شهرداری منطقه چهار", "شهرداری منطقه پنج",
)  # fmt: skip
SERVICES: Final = ("معاونت خدمات شهری",)
TRAFFIC: Final = ("معاونت حمل‌ونقل و ترافیک",)
PLANNING: Final = ("معاونت شهرسازی و معماری",)
FINANCE: Final = ("معاونت مالی و اقتصادی",)
PARKS: Final = ("سازمان پارک‌ها و فضای سبز",)
WASTE: Final = ("سازمان مدیریت پسماند",)
FIRE: Final = ("سازمان آتش‌نشانی",)
CULTURE: Final = ("سازمان فرهنگی و ورزشی",)
DIGITAL: Final = ("سازمان فناوری اطلاعات",)
LET: Final = "140101"
"""The line of resources that leases bring money to."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a contract may be about: its budget line, the trade that does it, who orders it, how often it is drawn.

    ``costs`` are the least and the most that it costs at the prices of 1399, in million tomans. ``place`` is "main" for
    what lies on wide streets alone, "historic" for what lies in the old town.
    """

    kind: str
    words: str
    code: str
    costs: tuple[int, int]
    trade: str
    units: tuple[str, ...]
    weight: int = 1
    place: str = "any"


SUBJECTS: Final = (
    Subject(
        "works", "بهسازی و روکش آسفالت {street}", "250101", (40, 15_000), "راه و باند", TECHNICAL + DISTRICT_UNITS, 6
    ),
    Subject("works", "احداث پیاده‌رو {street}", "250101", (40, 6000), "راه و باند", DISTRICT_UNITS, 4),
    Subject("works", "ساخت پل عابر پیاده در {street}", "250102", (1500, 8000), "راه و باند", TECHNICAL, 3, "main"),
    Subject("works", "بازسازی تقاطع {street}", "250102", (800, 15_000), "راه و باند", TECHNICAL, 4, "main"),
    Subject("works", "اجرای جدول و کانیو {street}", "250103", (40, 5000), "آب و فاضلاب", TECHNICAL + DISTRICT_UNITS, 2),
    Subject("works", "ساخت کانال آب‌های سطحی {street}", "250103", (100, 8000), "آب و فاضلاب", TECHNICAL, 1),
    Subject("works", "مرمت و کف‌سازی سنتی {street}", "270101", (80, 4000), "ابنیه", PLANNING, 1, "historic"),
    Subject("works", "ساخت ایستگاه آتش‌نشانی {street}", "230101", (2500, 12_000), "ابنیه", FIRE, 1),
    Subject("works", "ساخت انبار امداد {street}", "230102", (500, 4000), "ابنیه", SERVICES, 1),
    Subject("works", "ساخت سرای محله {street}", "260101", (800, 7000), "ابنیه", CULTURE, 1),
    Subject("works", "ساخت زمین ورزشی {street}", "260102", (300, 6000), "ابنیه", CULTURE, 1),
    Subject("works", "ساخت پارکینگ همسطح {street}", "240103", (150, 6000), "ابنیه", TRAFFIC, 2),
    Subject(
        "services", "رفت‌وروب و جمع‌آوری پسماند {street}", "220101", (20, 10_000), "تنظیف و جمع‌آوری پسماند", WASTE, 6
    ),
    Subject("services", "تنظیف نهرهای {street}", "220101", (20, 3000), "تنظیف و جمع‌آوری پسماند", SERVICES, 2),
    Subject("services", "نگهداری فضای سبز {street}", "220102", (20, 8000), "فضای سبز", PARKS, 6),
    Subject("services", "نگهداری روشنایی {street}", "240102", (20, 4000), "روشنایی و برق", TRAFFIC, 2),
    Subject("services", "بهره‌برداری از خط اتوبوس {street}", "240101", (300, 12_000), "حمل‌ونقل", TRAFFIC, 3, "main"),
    Subject("services", "نگهبانی ساختمان {street}", "210101", (60, 1500), "خدمات عمومی", FINANCE, 2),
    Subject("services", "پشتیبانی شبکه ساختمان {street}", "210103", (30, 1200), "نرم‌افزار و شبکه", DIGITAL, 2),
    Subject("services", "نگهداری قطعه‌های {part} آرامستان", "220103", (40, 2000), "خدمات عمومی", SERVICES, 1),
    Subject("services", "برگزاری جشنواره محله {street}", "260101", (20, 600), "خدمات عمومی", CULTURE, 1),
    Subject("services", "پذیرایی و پشتیبانی {hall} شورا", "210102", (20, 500), "خدمات عمومی", FINANCE, 1),
    Subject("goods", "خرید قطعات چراغ راهنمایی {street}", "240102", (15, 3000), "تجهیزات ترافیکی", TRAFFIC, 2),
    Subject("goods", "خرید رنگ ترافیکی برای {street}", "240102", (15, 1500), "تجهیزات ترافیکی", TRAFFIC, 2),
    Subject("goods", "خرید نهال برای {street}", "220102", (10, 1000), "فضای سبز", PARKS, 3),
    Subject("goods", "خرید نیمکت برای بوستان {street}", "220102", (10, 500), "فضای سبز", PARKS, 2),
    Subject("goods", "خرید تجهیزات ایستگاه آتش‌نشانی {street}", "230101", (20, 4000), "تجهیزات ایمنی", FIRE, 3),
    Subject("goods", "خرید لوازم امداد پایگاه {street}", "230102", (15, 2500), "تجهیزات ایمنی", SERVICES, 2),
    Subject("goods", "خرید رایانه برای ساختمان {street}", "210103", (20, 1500), "نرم‌افزار و شبکه", DIGITAL, 2),
    Subject("goods", "خرید قطعات اتوبوس پایانه {street}", "240101", (20, 5000), "حمل‌ونقل", TRAFFIC, 2),
    Subject("consulting", "نظارت بر بهسازی {street}", "250101", (10, 2500), "مشاوره و نظارت", TECHNICAL, 3),
    Subject("consulting", "مطالعه ترافیکی {street}", "240102", (15, 800), "مشاوره و نظارت", TRAFFIC, 2),
    Subject("consulting", "طراحی مرمت بافت {street}", "270101", (15, 1200), "مشاوره و نظارت", PLANNING, 1, "historic"),
    Subject("consulting", "نقشه‌برداری {street}", "250101", (8, 600), "مشاوره و نظارت", TECHNICAL, 1),
    Subject("lease", "بهره‌برداری از بازار روز {street}", LET, (30, 600), "خدمات عمومی", FINANCE, 1),
    Subject("lease", "بهره‌برداری از واحد تجاری {street}", LET, (10, 250), "خدمات عمومی", FINANCE, 2),
    Subject("partnership", "مشارکت در ساخت پارکینگ طبقاتی {street}", "240103", (2500, 8000), "ابنیه", TRAFFIC, 1),
)
"""What contracts are about. A street stands last, and nothing in it that windows-1256 cannot hold.

``{part}`` is a part of the graveyard and ``{hall}`` a room of the council: no two contracts of a year are one.
"""


@dataclass(frozen=True, slots=True)
class Running:
    """What a line is spent on without a contract: words, who is paid, in what trade, and how often it is drawn.

    With ``payee`` it is a public body or a group of people, which bears no legal ID; with ``trade`` a vendor of it.
    """

    words: str
    payee: str | None = None
    trade: str | None = None
    weight: int = 1
    bill: bool = False


_WAGES: Final = Running("حقوق و مزایای ماه", "کارکنان شهرداری (جمع)", weight=4)
_POWER: Final = Running("بهای برق مصرفی", "شرکت برق نمونه", bill=True)
_WATER: Final = Running("بهای آب مصرفی", "شرکت آب نمونه", bill=True)
_FUEL: Final = Running("سوخت خودروها", "پخش سوخت نمونه")
_UPKEEP: Final = Running("تعمیر و نگهداری ساختمان", trade="ابنیه")
_ROADS: Final = Running("تعمیر موضعی معابر", trade="راه و باند", weight=2)

RUNNING: Final[Mapping[str, tuple[tuple[Running, ...], tuple[str, ...]]]] = {
    "210101": ((_WAGES, _POWER, _WATER, Running("حق بیمه کارکنان", "شعبه بیمه نمونه", weight=2)), FINANCE),
    "210102": ((_WAGES, Running("چاپ و پذیرایی جلسه‌ها", trade="خدمات عمومی")), FINANCE),
    "210103": ((_WAGES, Running("اشتراک پهنای باند", trade="نرم‌افزار و شبکه", weight=2)), DIGITAL),
    "220101": ((_WAGES, _FUEL, Running("حمل پسماند تا پسماندگاه", trade="تنظیف و جمع‌آوری پسماند")), WASTE),
    "220102": ((_WAGES, _WATER, Running("کود و سم", trade="فضای سبز")), PARKS),
    "220103": ((_WAGES, _WATER, _UPKEEP), SERVICES),
    "230101": ((_WAGES, _FUEL, Running("شارژ خاموش‌کننده‌ها", trade="تجهیزات ایمنی")), FIRE),
    "230102": ((_WAGES, Running("نگهداری انبار امداد", trade="تجهیزات ایمنی")), SERVICES),
    "240101": ((_WAGES, _FUEL, Running("تعمیر اتوبوس‌ها", trade="حمل‌ونقل", weight=2)), TRAFFIC),
    "240102": ((_POWER, Running("تعمیر چراغ و علائم", trade="تجهیزات ترافیکی", weight=2)), TRAFFIC),
    "240103": ((_POWER, Running("خط‌کشی و تعمیر پارکینگ", trade="تجهیزات ترافیکی")), TRAFFIC),
    "250101": ((_ROADS, Running("قیر و مصالح", trade="راه و باند", weight=2)), TECHNICAL),
    "250102": ((Running("تعمیر درز و نرده پل‌ها", trade="راه و باند"),), TECHNICAL),
    "250103": ((Running("لایروبی کانال‌ها", trade="آب و فاضلاب"),), TECHNICAL),
    "260101": ((_WAGES, _POWER, Running("خرید کتاب و لوازم هنری", trade="خدمات عمومی")), CULTURE),
    "260102": ((_WAGES, _POWER, Running("داوری و لوازم مسابقه‌ها", trade="خدمات عمومی")), CULTURE),
    "270101": ((Running("آجر و مصالح سنتی", trade="ابنیه"),), PLANNING),
    "270102": ((Running("بهای املاک در طرح", "مالکان املاک در طرح (جمع)"),), PLANNING),
}
"""By use of the budget what it is spent on without a contract, and the units that spend it."""

AID: Final = ("260101", "260102")
"""The lines that aid to people is paid from."""

GAPS: Final = (
    ("270102", 40, "۴٪ آن با واگذاری زمین تهاتر شد و پرداخت نقدی ندارد (ساختگی)."),
    ("250101", 25, "۲٫۵٪ آن دیون سال پیش است که با کد همان سال پرداخت شد (ساختگی)."),
    ("240101", 30, "۳٪ آن یارانهٔ بلیت است که مستقیم از خزانه به ناوگان رسید (ساختگی)."),
)
"""Lines of the budget of which a part (in thousandths) was spent without a payment under their code, and why."""

BEFORE_PAYMENTS: Final = "پرداخت‌های این سال منتشر نشده است (ساختگی)."
"""What a line of uses says of its actual in a year before payments were published."""
