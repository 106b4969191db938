"""The organisation chart of the invented city: the units that contracts and payments name, and their offices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

TOP: Final = "حوزهٔ شهردار"

_DEPUTIES: Final = {
    "معاونت فنی و عمرانی": ("طراحی و نظارت", "کنترل پروژه", "آزمایشگاه مصالح"),
    "معاونت خدمات شهری": ("رفت‌وروب", "ساماندهی مشاغل", "رفع سد معبر"),
    "معاونت حمل‌ونقل و ترافیک": ("مهندسی ترافیک", "علائم و چراغ‌ها"),
    "معاونت شهرسازی و معماری": ("صدور پروانه", "طرح تفصیلی", "کنترل ساختمان"),
    "معاونت مالی و اقتصادی": ("درآمد", "حسابداری", "املاک", "قراردادها و پیمان‌ها"),
    "معاونت برنامه‌ریزی و توسعهٔ سرمایهٔ انسانی": ("بودجه", "منابع انسانی", "آمار و داده"),
}
_ORGANISATIONS: Final = (
    "سازمان پارک‌ها و فضای سبز", "سازمان مدیریت پسماند", "سازمان آتش‌نشانی", "سازمان فرهنگی و ورزشی",
    "سازمان فناوری اطلاعات",
)  # fmt: skip
_DISTRICTS: Final = (
    "شهرداری منطقه یک", "شهرداری منطقه دو", "شهرداری منطقه سه", "شهرداری منطقه چهار", "شهرداری منطقه پنج",
)  # fmt: skip
_IN_A_DISTRICT: Final = ("عمران", "شهرسازی", "خدمات شهری", "درآمد")


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: its code, name, the code of the unit above it (None for the top), its kind and the post of its head."""

    code: str
    title: str
    parent: str | None
    kind: str
    head_post: str


def units() -> Iterator[Unit]:
    """Every unit, each after the one it stands under; names are unique."""
    yield Unit("10", TOP, None, "mayor", "شهردار")
    for number, (title, offices) in enumerate(_DEPUTIES.items(), 11):
        yield Unit(f"{number}", title, "10", "deputy", "معاون شهردار")
        for at, office in enumerate(offices, 1):
            yield Unit(f"{number}{at:02}", f"مدیریت {office}", f"{number}", "department", f"مدیر {office}")
    for organisation_number, title in enumerate(_ORGANISATIONS, 21):
        yield Unit(f"{organisation_number}", title, "10", "organisation", "رئیس سازمان")
        yield Unit(
            f"{organisation_number}01", f"امور مالی {title}", f"{organisation_number}", "office", "رئیس امور مالی"
        )
    for district_number, title in enumerate(_DISTRICTS, 31):
        yield Unit(f"{district_number}", title, "10", "district", "شهردار منطقه")
        for at, office in enumerate(_IN_A_DISTRICT, 1):
            yield Unit(
                f"{district_number}{at:02}",
                f"{office} {title.removeprefix('شهرداری ')}",
                f"{district_number}",
                "office",
                f"رئیس {office}",
            )
