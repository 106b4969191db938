"""What people of the invented city brought to its counter over three years, and what became of it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from ayan.core.values.digits import to_persian
from ayan.core.values.jalali import from_gregorian
from ayan_demo.invented_words import WORDS
from ayan_demo.past_case import PastCase, PastStep, taken_in_turn
from ayan_demo.timeline import WORKDAYS, at, worked

YEARS: Final = 3
A_WEEK: Final = 5
"""Cases that come in a week, one year after the other a little more."""

ANSWER: Final = "پاسخ ساختگی: "
CORRECTED: Final = "payments"
AMOUNT: Final = "amount"
"""The dataset and the column of which a value was objected to and corrected."""


@dataclass(frozen=True, slots=True)
class CaseOffice:
    """A unit of the counter: its slug, its Persian and English names, and how many of its cases come too late."""

    slug: str
    fa: str
    en: str
    late: float


OFFICES: Final = (
    CaseOffice("civil-works", "معاونت فنی و عمرانی", "Civil Works", 0.16),
    CaseOffice("city-services", "معاونت خدمات شهری", "City Services", 0.08),
    CaseOffice("traffic", "معاونت حمل‌ونقل و ترافیک", "Transport and Traffic", 0.12),
    CaseOffice("planning", "معاونت شهرسازی و معماری", "Urban Planning", 0.34),
    CaseOffice("finance", "معاونت مالی و اقتصادی", "Finance", 0.22),
    CaseOffice("parks", "سازمان پارک‌ها و فضای سبز", "Parks", 0.05),
    CaseOffice("waste", "سازمان مدیریت پسماند", "Waste Management", 0.06),
    CaseOffice("mayor", "حوزهٔ شهردار", "Office of the Mayor", 0.1),
)


@dataclass(frozen=True, slots=True)
class _Theme:
    """What is brought again and again of one kind, with ``{street}``, ``{year}`` and ``{district}``."""

    kind: str
    office: str
    summaries: tuple[str, ...]
    answers: tuple[str, ...]
    weight: int
    what: str = ""
    dataset: str = ""
    address: str = ""


_THEMES: Final = (
    _Theme(
        "street", "civil-works",
        ("چالهٔ عمیق در {street}", "آسفالت {street} نشست کرده است", "چاله کنار دریچهٔ فاضلاب {street}"),
        ("اکیپ لکه‌گیری آن را پر کرد.", "روکش آن بخش انجام شد.", "دور دریچه دوباره آسفالت شد."), 9, "pothole",
    ),
    _Theme(
        "street", "civil-works",
        ("پیاده‌روی {street} شکسته است", "رمپ ویلچر {street} خراب است", "سنگ‌فرش لق در پیاده‌روی {street}"),
        ("سنگ‌فرش مرمت شد.", "رمپ دوباره ساخته شد.", "سنگ‌ها بسته شد."), 5, "pavement",
    ),
    _Theme(
        "street", "traffic",
        ("چراغ {street} خاموش است", "چراغ راهنمای تقاطع {street} کار نمی‌کند"),
        ("لامپ عوض شد و روشن است.", "کابل چراغ راهنما تعمیر شد."), 5, "lamp",
    ),
    _Theme(
        "street", "waste",
        ("سطل زبالهٔ {street} پر است", "نخالهٔ ساختمانی در {street} رها شده است"),
        ("برنامهٔ تخلیهٔ سطل‌ها هر شب شد.", "نخاله بار شد و مالکش اخطار گرفت."), 6, "waste",
    ),
    _Theme(
        "street", "city-services",
        ("آب در {street} جمع می‌شود", "جوی {street} گرفته است"),
        ("شیب آب‌رو اصلاح شد.", "جوی لایروبی شد."), 4, "water",
    ),
    _Theme(
        "street", "parks",
        ("درخت {street} خشک شده و خطر افتادن دارد", "شاخه‌های درخت {street} تابلو را پوشانده است"),
        ("درخت خشک برداشته و نهالی کاشته شد.", "شاخه‌ها هرس شد."), 3, "tree",
    ),
    _Theme(
        "street", "traffic",
        ("تابلوی ایست {street} افتاده است", "خط‌کشی گذرگاه {street} پاک شده است"),
        ("تابلو دوباره نصب شد.", "خط‌کشی تجدید شد."), 2, "sign",
    ),
    _Theme(
        "access", "finance",
        (
            "فهرست قراردادهای روکش آسفالت سال {year} با مبلغ و نام شرکت",
            "صورت پرداخت‌های نورپردازی نوروز {year}",
            "قرارداد خرید اتوبوس‌های برقی و الحاقیه‌هایش",
        ),
        (
            "این قراردادها با مبلغ و نام طرف در «قراردادها» آمده است.",
            "صورت پرداخت‌ها پیوست و منتشر شد.",
            "قرارداد و الحاقیه‌ها با مبلغ و تاریخ در «قراردادها» آمده است.",
        ),
        4, dataset="contracts", address="/data/contracts",
    ),
    _Theme(
        "access", "planning",
        (
            "پروانه‌های ساختمانی صادرشده در {street} در سال {year}",
            "صورت‌جلسهٔ کمیسیون مادهٔ ۵ دربارهٔ تغییر کاربری در {district}",
            "رأی‌های کمیسیون مادهٔ صد در {district}",
        ),
        (
            "پروانه‌ها با کد نوسازی در «پروانه‌های ساختمانی» هست.",
            "صورت‌جلسه با مصوبه‌اش منتشر شد.",
            "رأی‌ها بی نام مالک منتشر شد.",
        ),
        3, dataset="building-permits", address="/data/building-permits",
    ),
    _Theme(
        "access", "mayor", ("هزینهٔ سفرهای خارجی مدیران در سال {year}",),
        ("در «سفرهای خارجی» با مقصد و هزینه آمده است.",), 2, dataset="foreign-trips", address="/data/foreign-trips",
    ),
    _Theme(
        "access", "mayor", ("حقوق و مزایای معاونان شهردار در سال {year}",),
        ("در «حقوق مدیران» به تفکیک ماه آمده است.",), 2, dataset="managers-pay", address="/data/managers-pay",
    ),
    _Theme(
        "question", "finance",
        ("چرا مبلغ این پرداخت از مبلغ قرارداد بیشتر است؟", "ردیف‌های تبلیغات سال {year} شامل بنرها هم هست؟"),
        ("مابه‌التفاوت تعدیل است؛ بخشنامه‌اش پیوست قرارداد است.", "بله، بنر و تابلو هر دو در همین ردیف است."),
        3, dataset="payments", address="/data/payments",
    ),
    _Theme(
        "question", "parks",
        ("آبیاری بوستان {street} با آب شرب است؟", "هزینهٔ نگهداری بوستان‌ها کجا نوشته می‌شود؟"),
        ("با آب خام است؛ چاهش در فهرست دارایی‌ها آمده است.", "در برنامهٔ بودجه، ردیف فضای سبز."),
        2, dataset="budget", address="/data/budget",
    ),
    _Theme(
        "objection", "finance",
        ("مبلغ این پرداخت یک صفر کم دارد", "تاریخ این پرداخت پیش از تاریخ قرارداد است"),
        ("سند دوباره دیده شد؛ مبلغ همان است که منتشر شده.", "تاریخ، روز ثبت در دفتر کل است و درست است."),
        2, dataset="payments", address="/data/payments",
    ),
    _Theme(
        "suggestion", "traffic",
        ("ایستگاه اتوبوس {street} سایه‌بان می‌خواهد", "خط دوچرخه در {street} کشیده شود"),
        ("سایه‌بان نصب شد.", "در برنامهٔ سال بعد گذاشته شد."), 2,
    ),
    _Theme(
        "suggestion", "parks",
        ("در بوستان {street} آبخوری بگذارید", "وسایل بازی بوستان {street} برای کودکان معلول نیست"),
        ("آبخوری نصب شد.", "وسایل بازی مناسب سفارش داده شد."), 2,
    ),
    _Theme(
        "meeting", "mayor",
        ("گفت‌وگو دربارهٔ نوسازی بافت {district}", "مشکل سند خانه‌های {street}"),
        ("روز ملاقات مردمی وقت داده شد.",), 3,
    ),
    _Theme(
        "complaint", "planning",
        ("رسیدگی به درخواست پایان‌کار از موعد گذشته است", "برخورد ناشایست در شهرسازی {district}"),
        ("دلیل تأخیر کمبود ارزیاب بود؛ کار انجام شد.", "با کارمند گفت‌وگو و از شما عذرخواهی شد."), 4,
    ),
    _Theme(
        "service", "planning",
        ("گواهی پایان‌کار آپارتمان در {street}", "تغییر نقشهٔ پروانه در {street}"),
        ("گواهی صادر شد.", "نقشهٔ تازه تأیید شد."), 5,
    ),
)  # fmt: skip
_GROUNDS: Final = {
    "access": ("article-14", "article-16", "article-17"),
    "street": ("elsewhere", "not-found"),
    "suggestion": ("budget", "plan"),
    "question": ("under-way",),
    "objection": ("source-agrees", "no-evidence"),
    "complaint": ("no-evidence", "rule"),
    "meeting": ("lower",),
    "service": ("documents",),
}
_PUBLIC_ANSWERED: Final = frozenset({"access", "question"})
_WORKS: Final = frozenset({"street", "suggestion", "service"})
_INSTANCES: Final = {"access": "complaint", "service": "appeal"}
"""Of which kinds some go to the next instance, and of which kind that is."""
REFUSED: Final = ANSWER + "با ذکر دلیل پذیرفته نشد."


@dataclass(frozen=True, slots=True)
class PastCases:
    """Those of which all happened before a day, and those that came after it; each in the order in which they came."""

    before: list[PastCase]
    after: list[PastCase]


def past_cases(day: date, until: date, *further: PastCase) -> PastCases:
    """Every case up to ``until``, and ``further`` ones, parted at a day; the same for the same days.

    ``appeal_of`` is a place in the list of those before.
    """
    cases = _all_cases(until, further)
    begins = at(day, time(0))
    kept = [place for place, case in enumerate(cases) if _last(case) < begins]
    places = {place: number for number, place in enumerate(kept)}
    before = []
    for place in kept:
        case = cases[place]
        if case.appeal_of is None:
            before.append(case)
        else:
            before.append(replace(case, appeal_of=places[case.appeal_of]))
    after = [case for case in cases if case.came >= begins and case.appeal_of is None]
    return PastCases(before, after)


def _last(case: PastCase) -> datetime:
    return case.steps[-1].at if case.steps else case.came


def _all_cases(until: date, further: Sequence[PastCase]) -> list[PastCase]:
    chance = random.Random(f"cases {until.isoformat()}")  # noqa: S311 - an invention, no secret
    late = {office.slug: office.late for office in OFFICES}
    weights = [theme.weight for theme in _THEMES]
    day = until - timedelta(days=365 * YEARS)
    cases: list[PastCase] = []
    appeals: list[tuple[PastCase, PastCase]] = []
    while day < until - timedelta(days=1):
        for moment in sorted(_moment(chance, day) for _ in range(A_WEEK + YEARS - 1 - (until - day).days // 365)):
            if moment >= at(until, time(8)):
                continue
            theme = chance.choices(_THEMES, weights)[0]
            case = _case(chance, theme, moment, until, late[theme.office])
            cases.append(case)
            last = case.steps[-1] if case.steps else None
            if theme.kind in _INSTANCES and last is not None and last.ground and chance.random() < 0.4:
                appeals += [(appeal, case) for appeal in _appeal(chance, theme.kind, last, until)]
        day += timedelta(days=7)
    cases = sorted((*cases, *further, *(appeal for appeal, _ in appeals)), key=lambda case: case.came)
    places = {id(case): place for place, case in enumerate(cases)}
    against = {id(appeal): places[id(case)] for appeal, case in appeals}
    linked = [replace(case, appeal_of=against[id(case)]) if id(case) in against else case for case in cases]
    return taken_in_turn(chance, linked)


def _moment(chance: random.Random, monday: date) -> datetime:
    """When somebody brings something: mostly by day, on any day of the week."""
    return at(
        monday + timedelta(days=chance.randrange(7)),
        time(chance.choice((8, 9, 10, 11, 13, 16, 19, 22)), chance.randrange(60)),
    )


def _case(chance: random.Random, theme: _Theme, came: datetime, until: date, late: float) -> PastCase:
    kind, name = chance.randrange(3), chance.randrange(len(WORDS["streets"]))
    words = {
        "street": f"{WORDS['street_kinds'][kind]} {WORDS['streets'][name]}",
        # As the tables have it: the number of a street says its name and its district.
        "district": WORDS["district_words"][(kind + len(WORDS["street_kinds"]) * name) % len(WORDS["district_words"])],
        "year": to_persian(str(from_gregorian(came.date()).year - 1 - chance.randrange(2))),
    }
    which = chance.randrange(len(theme.summaries))
    summary = theme.summaries[which].format(**words)
    said = {"summary": summary}
    if theme.kind in ("objection", "complaint"):
        said["text"] = f"شرح ساختگی: {summary}."
    if theme.what:
        said |= {"what": theme.what, "place": words["street"]}
    if theme.kind == "meeting":
        said |= {"whom": "mayor", "name": "شهروند نمونه‌ای (ساختگی)"}
    if theme.kind == "service":
        said |= {"service": summary, "name": "شهروند نمونه‌ای (ساختگی)"}
    answer = ANSWER + theme.answers[min(which, len(theme.answers) - 1)].format(**words)
    return PastCase(
        kind=theme.kind,
        came=came,
        office=theme.office,
        said=tuple(said.items()),
        steps=tuple(_steps(chance, theme, came, until, late, answer)),
        place=said.get("place", ""),
        about=f"dataset:{theme.dataset}" if theme.dataset and theme.kind != "access" else "",
        dataset=theme.dataset,
        support=chance.randrange(60) if theme.kind == "suggestion" else 0,
        rating=chance.choice((2, 3, 4, 4, 5, 5)) if chance.random() < 0.25 else None,
    )


def _steps(
    chance: random.Random, theme: _Theme, came: datetime, until: date, late: float, answer: str
) -> Iterator[PastStep]:
    """What became of it, as far as it has come by ``until``."""
    days = {"street": 5, "complaint": 20, "suggestion": 20, "service": 20}.get(theme.kind, 10)
    spent = chance.randrange(1, days + 1) if chance.random() >= late else days + chance.randrange(1, 15)
    taken = _office(chance, WORKDAYS.after(came.date(), chance.randrange(1, min(3, spent) + 1)))
    closing = _office(chance, WORKDAYS.after(came.date(), spent + 1))
    planned: list[PastStep] = [PastStep("take", "handler", taken)]
    draw = chance.random()
    if draw < 0.03:
        planned.append(PastStep("withdraw", "person", closing, outcome="withdrawn"))
    elif draw < 0.12:
        asked = taken + timedelta(hours=1)
        planned.append(PastStep("ask", "handler", asked, "پرسش ساختگی: کدام بخش از آن را می‌خواهید؟"))
        back = _office(chance, WORKDAYS.after(asked.date(), 3))
        planned.append(PastStep("reply", "person", back, "پاسخ ساختگی: بخش نخست بس است."))
        closing = max(closing, back + timedelta(hours=3))
    if draw >= 0.03:
        planned.append(_end(chance, theme, closing, answer))
    for step in planned:
        if step.at >= at(until, time(8)):
            return
        yield step


def _end(chance: random.Random, theme: _Theme, closing: datetime, answer: str) -> PastStep:
    """How it ended."""
    refused = chance.random() < 0.12
    ground = chance.choice(_GROUNDS[theme.kind])
    if theme.kind == "access":
        if refused:
            return PastStep("refuse", "handler", closing, REFUSED, ground, "refused")
        if chance.random() < 0.2:
            return PastStep("part", "handler", closing, answer, ground, "partly", (theme.address,))
        if chance.random() < 0.3:
            return PastStep("point", "handler", closing, answer, "", "public_already", (theme.address,))
    if theme.kind in _PUBLIC_ANSWERED:
        if refused:
            return PastStep("refuse", "handler", closing, REFUSED, ground, "refused")
        return PastStep("answer", "handler", closing, answer, "", "answered", (theme.address,))
    if theme.kind in _WORKS:
        if refused:
            return PastStep("not-done", "handler", closing, REFUSED, ground, "not_done")
        return PastStep("done", "handler", closing, answer, "", "done")
    if theme.kind == "objection":
        return PastStep("keep", "handler", closing, answer, ground, "kept")
    if theme.kind == "meeting":
        return PastStep("answer", "handler", closing, answer, "", "answered")
    if refused or chance.random() < 0.3:
        return PastStep("dismiss", "handler", closing, REFUSED, ground, "dismissed")
    return PastStep("uphold", "handler", closing, answer, "", "upheld")


def _appeal(chance: random.Random, kind: str, last: PastStep, until: date) -> Iterator[PastCase]:
    """The same person goes to the next instance some days after the last step, if that day has come."""
    came = last.at + timedelta(days=chance.randrange(2, 10), hours=2)
    if came >= at(until, time(8)):
        return
    closing = _office(chance, WORKDAYS.after(came.date(), chance.randrange(4, 19)))
    end = (
        PastStep("uphold", "handler", closing, ANSWER + "به واحد گفته شد دوباره پاسخ دهد.", "", "upheld")
        if chance.random() < 0.5
        else PastStep("dismiss", "handler", closing, REFUSED, "rule", "dismissed")
    )
    said = (("summary", "اعتراض به پاسخ درخواست"), ("text", "شرح ساختگی: با دلیل گفته‌شده موافق نیستم."))
    steps = (PastStep("take", "handler", _office(chance, WORKDAYS.after(came.date(), 1))), end)
    reached = tuple(step for step in steps if step.at < at(until, time(8)))
    yield PastCase(kind=_INSTANCES[kind], came=came, office="mayor", said=said, steps=reached)


def _office(chance: random.Random, on: date) -> datetime:
    """A moment of a working day at which an officer gets to it."""
    return at(worked(on), time(9 + chance.randrange(5), chance.randrange(60)))
