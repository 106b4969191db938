"""How personnel and the service desks write: staff, requests and licences, with the people who must vanish."""

from __future__ import annotations

from ayan_demo.layout import Layout
from ayan_demo.mess import spelled
from ayan_demo.offices.columns import COUNTER, MARKED, column


def staff() -> Layout:
    """The personnel workbook: names and numbers beside what may be shown."""
    return Layout(
        dataset="staff",
        source="default",
        form="xlsx",
        order="g, m",
        titles=(MARKED, "فهرست كاركنان"),
        blank_every=120,
        columns=(
            COUNTER,
            column("personnel_code", "شماره پرسنلی", "personnel_code", "code"),
            column("name", "نام و نام خانوادگي", "person_name(person)"),
            column("national_id", "كد ملي", "person_nid(person)"),
            column("father_name", "نام پدر", "person_father(person)"),
            column("post", "عنوان پست", "messy(post, z)"),
            column("grade", "گروه", "grade", "whole"),
            column("unit", "محل خدمت", "messy(unit, z)"),
            column("contract", "نوع استخدام", spelled("staff", "contract-kinds", "contract")),
            column("hired", "سال ورود", "hired", "whole"),
        ),
    )


def requests() -> Layout:
    """The telephone line's text file in windows-1256: tabs, years of two digits, who asked and how to reach them."""
    return Layout(
        dataset="requests",
        source="line",
        form="csv",
        order="year, j",
        encoding="cp1256",
        delimiter="\t",
        columns=(
            column("tracking", "کد رهگیری", "tracking"),
            column("kind", "موضوع", spelled("requests", "request-kinds", "kind")),
            column("unit", "ارجاع به", "unit"),
            column("applicant", "متقاضی", "applicant"),
            column("mobile", "همراه", "mobile"),
            column("received", "تاریخ ثبت", "j_short(received)"),
            column("due", "سررسید", "j_short(due)"),
            column("answered", "پاسخ", "absent(j_short(answered), z)"),
            column("outcome", "وضعیت", spelled("requests", "outcomes", "outcome")),
            column("ground", "ماده استنادی", "absent(ground, z)"),
            column("days", "مدت پاسخ", "absent(CAST(days AS VARCHAR), z + 1)"),
            column("service", "کد خدمت", "service"),
            *(
                column(name, title, f"absent(CAST({name} AS VARCHAR), z)")
                for name, title in (
                    ("queued", "روز در صف"),
                    ("worked", "روز در دست"),
                    ("waited", "روز در انتظار"),
                    ("returns", "برگشت"),
                    ("visits", "مراجعه"),
                )
            ),
        ),
    )


def service_steps() -> Layout:
    """What the citizens' office adds up of its finished requests, step by step."""
    return Layout(
        dataset="service-step-times",
        source="default",
        form="csv",
        order="service, unit, place, part",
        encoding="utf-8-sig",
        columns=(
            column("year", "سال", "fa(year)"),
            column("service", "کد خدمت", "service"),
            column("unit", "واحد", "unit"),
            column("part", "بخش زمان", spelled("service-step-times", "parts", "part")),
            column("step", "گام", "step"),
            column("step_en", "گام به انگلیسی", "step_en"),
            column("cases", "درخواست‌های پایان‌یافته", "fa(cases)"),
            column("days", "روز کاری در گام", "fa(days)"),
            column("cost", "هزینهٔ گام", "absent(grouped(cost), z)"),
        ),
    )


def licences() -> Layout:
    """The licensing office's text file: companies beside people who must vanish."""
    return Layout(
        dataset="licences-issued",
        source="default",
        form="csv",
        order="year, j",
        encoding="utf-8-sig",
        columns=(
            column("number", "شماره مجوز", "number"),
            column("kind", "عنوان مجوز", spelled("licences-issued", "licence-kinds", "kind")),
            column("issued_on", "تاریخ صدور", "j_any(issued_on, z)"),
            column("valid_until", "پایان اعتبار", "j_slash(valid_until)"),
            column("district", "منطقه", spelled("licences-issued", "districts", "district")),
            column("person", "نام دارنده", "person"),
            column("person_national_id", "کد ملی", "person_national_id"),
            column("holder", "نام شرکت", "absent(messy(holder, z), z)"),
            column("holder_id", "شناسه ملی", "absent(holder_id, z)"),
            column("fee", "عوارض", "grouped(fee)"),
            column("state", "آخرین وضعیت", spelled("licences-issued", "states", "state")),
        ),
    )
