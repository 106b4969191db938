"""The invented words of the sample city: nobody and nothing here exists, and every name says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

CITY_FA: Final = "شهر نمونه"
CITY_EN: Final = "Sample City"
NEIGHBOUR_FA: Final = "شهر همسایهٔ نمونه"
NEIGHBOUR_EN: Final = "Sample Neighbour"

SURNAME: Final = "نمونه‌ای"
"""The surname of every invented person; no register holds it."""

CONTACT: Final = """
[contact]
email = "data@sample-city.example"
office.fa = "شهر نمونه، میدان نمونه، پلاک ۱ (ساختگی)"
office.en = "1 Sample Square, Sample City (invented)"
hours.fa = "شنبه تا چهارشنبه، ۸ تا ۱۴ (ساختگی)"
hours.en = "Saturday to Wednesday, 8:00 to 14:00 (invented)"
"""
"""How to reach the invented city: nobody answers there, and the domain can belong to no one."""

FIRST_PRICES: Final = 1397
"""The year of which the index of prices is 100."""
PRICE_CHANGES: Final = (20, 25, 30, 30, 35, 30, 25)
"""Percent by which prices rise in each year after it, over and over: round figures that belong to no country."""

OFFICER: Final = "کارشناس نمونه (ساختگی)"
FIRST_APPROVER: Final = "رئیس نمونه (ساختگی)"
SECOND_APPROVER: Final = "ناظر نمونه (ساختگی)"

WORDS: Final[Mapping[str, Sequence[str]]] = {
    "first_names": (
        "آذر", "آرش", "آناهیتا", "اردشیر", "افسانه", "بابک", "بهار", "بهرام", "پروانه", "پرویز", "تهمینه", "جمشید",
        "خسرو", "داریوش", "رودابه", "روشنک", "سپهر", "سهراب", "سودابه", "سیاوش", "شیرین", "فرانک", "فرهاد", "فریدون",
        "کاوه", "کتایون", "کیان", "گلنار", "گودرز", "مهتاب", "مهرداد", "منیژه", "نیلوفر", "هومان", "یلدا",
    ),
    "father_names": ("پدر نمونه‌ای الف", "پدر نمونه‌ای ب", "پدر نمونه‌ای پ", "پدر نمونه‌ای ت", "پدر نمونه‌ای ث"),
    "districts": ("1", "2", "3", "4", "5", "historic"),
    "district_words": ("منطقه ۱", "منطقه ۲", "منطقه ۳", "منطقه ۴", "منطقه ۵", "بافت تاریخی"),
    "units": (
        "معاونت فنی و عمرانی", "معاونت خدمات شهری", "معاونت حمل‌ونقل و ترافیک", "معاونت شهرسازی و معماری",
        "معاونت مالی و اقتصادی", "سازمان پارک‌ها و فضای سبز", "سازمان مدیریت پسماند", "سازمان آتش‌نشانی",
        "سازمان فرهنگی و ورزشی", "سازمان فناوری اطلاعات", "شهرداری منطقه یک", "شهرداری منطقه دو", "شهرداری منطقه سه",
        "شهرداری منطقه چهار", "شهرداری منطقه پنج",
    ),
    "cities": ("شهر نمونه", "شهر نمونه شرقی", "شهر نمونه غربی"),
    "streets": (
        "افرا", "ارغوان", "بید", "بلوط", "بنفشه", "پامچال", "ترنج", "توسکا", "چنار", "خرمالو", "داوودی", "زنبق",
        "زیتون", "سرو", "سپیدار", "سنجد", "شقایق", "شمشاد", "صنوبر", "کاج", "گردو", "لادن", "مریم", "نارنج", "نسترن",
        "نرگس", "نیلوفر", "یاس", "یاسمن", "نارون",
    ),
    "street_kinds": ("بلوار", "خیابان", "کوچه", "میدان", "گذر"),
    "commissions": ("برنامه و بودجه", "عمران و شهرسازی", "خدمات شهری", "حمل‌ونقل و ترافیک", "فرهنگی و اجتماعی"),
}  # fmt: skip
"""Lists from which every member is drawn equally often.

What windows-1256 cannot hold (digits, a hamza over ه) stays out of names that several offices write, so that one vendor
or unit has one spelling whoever sends it.
"""

RESOLUTIONS: Final = (
    ("نام‌گذاری گذری در {street}", "فرهنگی و اجتماعی"),
    ("تصویب بهای خدمات پارکینگ {street}", "حمل‌ونقل و ترافیک"),
    ("اصلاح ردیف بودجه برای بهسازی {street}", "برنامه و بودجه"),
    ("کمک به ناوگان اتوبوس مسیر {street}", "حمل‌ونقل و ترافیک"),
    ("طرح تفصیلی محدودهٔ {street}", "عمران و شهرسازی"),
    ("مشارکت در ساخت بازارچهٔ {street}", "برنامه و بودجه"),
    ("تعیین تکلیف املاک در طرح {street}", "عمران و شهرسازی"),
    ("خرید تجهیزات آتش‌نشانی ایستگاه {street}", "خدمات شهری"),
    ("برگزاری جشنوارهٔ محلی {street}", "فرهنگی و اجتماعی"),
)
"""What the council decides on, and the commission that brings it; the street is filled in."""

WEIGHTS: Final[Mapping[str, Mapping[str, int]]] = {
    "legal_forms": {
        "private-joint-stock": 60, "limited": 25, "cooperative": 9, "public-joint-stock": 3, "institute": 3,
    },
    "standings": {"clear": 94, "review": 4, "barred": 2},
    "contract_kinds": {"works": 38, "services": 32, "goods": 17, "consulting": 8, "lease": 4, "partnership": 1},
    "large_selections": {"public-tender": 80, "limited-tender": 8, "waiver": 12},
    "credits": {"cash": 82, "non-cash": 10, "mixed": 8},
    "amendment_kinds": {"quantity": 50, "new-price": 15, "time": 30, "termination": 5},
    "permit_kinds": {"new": 45, "rebuild": 30, "extension": 14, "repair": 8, "wall": 3},
    "permit_states": {"issued": 60, "extended": 15, "revoked": 2, "completed": 23},
    "usual_votes": {"for": 76, "against": 9, "abstained": 6, "no-vote": 9},
    "contested_votes": {"for": 38, "against": 42, "abstained": 10, "no-vote": 10},
}  # fmt: skip
"""Codes of the datasets' lists and how often each is drawn."""

POINTS: Final[Mapping[str, int]] = {
    "mayor": 320,
    "deputy": 260,
    "district-mayor": 250,
    "head": 235,
    "director": 190,
    "chief": 150,
    "adviser": 170,
}
"""Invented points of decree pay by level."""

PAYMENT_WORDS: Final[Mapping[str, str]] = {
    "advance": "پیش‌پرداخت قرارداد",
    "interim": "صورت‌وضعیت قرارداد",
    "final": "صورت‌وضعیت قطعی قرارداد",
    "adjustment": "تعدیل قرارداد",
    "running-cost": "هزینه جاری",
    "aid": "کمک نقدی",
    "refund": "برگشت وجه",
}
"""What a payment's description begins with."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the invented budget: its weight on its side, and for uses the per mille that is current expense."""

    code: str
    title: str
    heading: str
    weight: int
    resource_class: str | None = None
    current: int | None = None


RESOURCES: Final = (
    Line("110101", "عوارض نوسازی", "عوارض عمومی", 60, resource_class="general-levies"),
    Line("110102", "عوارض خودرو", "عوارض عمومی", 35, resource_class="general-levies"),
    Line("110103", "سهم ارزش افزوده", "عوارض عمومی", 340, resource_class="general-levies"),
    Line("120101", "عوارض پروانهٔ ساختمانی", "عوارض اختصاصی", 80, resource_class="special-levies"),
    Line("120102", "عوارض حذف پارکینگ", "عوارض اختصاصی", 25, resource_class="special-levies"),
    Line("130101", "بهای خدمات پسماند", "بهای خدمات", 30, resource_class="service-charges"),
    Line("130102", "کرایهٔ اتوبوس", "بهای خدمات", 12, resource_class="service-charges"),
    Line("130103", "آزمایش و نظارت", "بهای خدمات", 8, resource_class="service-charges"),
    Line("140101", "اجارهٔ ساختمان و تأسیسات", "وجوه و اموال", 22, resource_class="funds-and-property"),
    Line("140102", "فروش اموال", "وجوه و اموال", 160, resource_class="funds-and-property"),
    Line("150101", "کمک عمرانی", "کمک‌های دولت", 70, resource_class="government-grants"),
    Line("150102", "کمک به حمل‌ونقل عمومی", "کمک‌های دولت", 28, resource_class="government-grants"),
    Line("160101", "هدایای نقدی اشخاص", "اعانات و هدایا", 4, resource_class="donations"),
    Line("170101", "تسهیلات بانکی", "سایر منابع", 80, resource_class="other-sources"),
    Line("170102", "مازاد سال پیش", "سایر منابع", 46, resource_class="other-sources"),
)

USES: Final = (
    Line("210101", "خدمات اداری", "مدیریت شهری", 90, current=1000),
    Line("210102", "پشتیبانی شورا", "مدیریت شهری", 12, current=1000),
    Line("210103", "فناوری اطلاعات", "مدیریت شهری", 25, current=400),
    Line("220101", "رفت‌وروب و پسماند", "خدمات شهری", 140, current=950),
    Line("220102", "نگهداری فضای سبز", "خدمات شهری", 95, current=850),
    Line("220103", "آرامستان", "خدمات شهری", 14, current=700),
    Line("230101", "آتش‌نشانی", "ایمنی", 60, current=800),
    Line("230102", "پیشگیری از بحران", "ایمنی", 22, current=300),
    Line("240101", "ناوگان اتوبوس", "حمل‌ونقل و ترافیک", 75, current=500),
    Line("240102", "چراغ و علائم", "حمل‌ونقل و ترافیک", 28, current=200),
    Line("240103", "پارکینگ عمومی", "حمل‌ونقل و ترافیک", 40, current=0),
    Line("250101", "آسفالت و بهسازی معابر", "کالبدی و عمرانی", 150, current=0),
    Line("250102", "پل و تقاطع", "کالبدی و عمرانی", 95, current=0),
    Line("250103", "هدایت آب‌های سطحی", "کالبدی و عمرانی", 38, current=0),
    Line("260101", "کتابخانه و فرهنگ‌سرا", "فرهنگی و اجتماعی", 30, current=600),
    Line("260102", "ورزش همگانی", "فرهنگی و اجتماعی", 22, current=500),
    Line("270101", "مرمت گذرها", "بافت تاریخی", 18, current=0),
    Line("270102", "تملک املاک در طرح", "بافت تاریخی", 46, current=0),
)


# What some lines say of themselves; the others leave it out, as budgets do.
EXPLANATIONS: Final = {
    "110101": "برآورد از تعداد ملک‌ها و نرخ سال پیش (ساختگی).",
    "110103": "سهم ماهانهٔ شهر از مالیات ارزش افزوده، بر پایهٔ دوازده ماه گذشته (ساختگی).",
    "120101": "برآورد از پروانه‌های دو سال گذشته؛ با رکود ساخت‌وساز کم می‌شود (ساختگی).",
    "140102": "فروش زمین‌هایی که شورا فروششان را تصویب کرده است (ساختگی).",
    "210101": "حقوق کارکنان ستاد، اجاره و قبض‌ها (ساختگی).",
    "220101": "قرارداد رفت‌وروب هر منطقه و هزینهٔ حمل تا پسماندگاه (ساختگی).",
    "220102": "آبیاری، هرس و کاشت در بوستان‌ها و میانهٔ خیابان‌ها (ساختگی).",
    "230101": "خرید تجهیزات و نگهداری ایستگاه‌ها (ساختگی).",
    "240101": "تعمیر اساسی و یارانهٔ بلیت (ساختگی).",
    "250101": "روکش خیابان‌ها به ترتیب فهرست مصوب شورا (ساختگی).",
    "250102": "ادامهٔ پل‌هایی که از سال‌های پیش قرارداد دارند (ساختگی).",
    "270102": "پرداخت به مالکانی که ملکشان در طرح افتاده است (ساختگی).",
}


def use_codes() -> tuple[str, ...]:
    """The six-digit codes of the budget's uses."""
    return tuple(line.code for line in USES)


def price_change(year: int) -> int:
    """Percent by which prices rise in a year after `FIRST_PRICES`."""
    return PRICE_CHANGES[(year - FIRST_PRICES - 1) % len(PRICE_CHANGES)]
