"""How personnel and the service desks write: staff, requests and licences, with the people who must vanish."""

from __future__ import annotations

from ayan_demo.layout import Layout
from ayan_demo.mess import spelled
from ayan_demo.offices.columns import COUNTER, MARKED, one


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
            one("personnel_code", "شماره پرسنلی", "personnel_code", "code"),
            one("name", "نام و نام خانوادگي", "person_name(person)"),
            one("national_id", "كد ملي", "person_nid(person)"),
            one("father_name", "نام پدر", "person_father(person)"),
            one("post", "عنوان پست", "messy(post, z)"),
            one("grade", "گروه", "grade", "whole"),
            one("unit", "محل خدمت", "messy(unit, z)"),
            one("contract", "نوع استخدام", spelled("staff", "contract-kinds", "contract")),
            one("hired", "سال ورود", "hired", "whole"),
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
            one("tracking", "کد رهگیری", "tracking"),
            one("kind", "موضوع", spelled("requests", "request-kinds", "kind")),
            one("unit", "ارجاع به", "unit"),
            one("applicant", "متقاضی", "applicant"),
            one("mobile", "همراه", "mobile"),
            one("received", "تاریخ ثبت", "j_short(received)"),
            one("due", "سررسید", "j_short(due)"),
            one("answered", "پاسخ", "absent(j_short(answered), z)"),
            one("outcome", "وضعیت", spelled("requests", "outcomes", "outcome")),
            one("ground", "ماده استنادی", "absent(ground, z)"),
            one("days", "مدت پاسخ", "absent(CAST(days AS VARCHAR), z + 1)"),
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
            one("number", "شماره مجوز", "number"),
            one("kind", "عنوان مجوز", spelled("licences-issued", "licence-kinds", "kind")),
            one("issued_on", "تاریخ صدور", "j_any(issued_on, z)"),
            one("valid_until", "پایان اعتبار", "j_slash(valid_until)"),
            one("district", "منطقه", spelled("licences-issued", "districts", "district")),
            one("person", "نام دارنده", "person"),
            one("person_national_id", "کد ملی", "person_national_id"),
            one("holder", "نام شرکت", "absent(messy(holder, z), z)"),
            one("holder_id", "شناسه ملی", "absent(holder_id, z)"),
            one("fee", "عوارض", "grouped(fee)"),
            one("state", "آخرین وضعیت", spelled("licences-issued", "states", "state")),
        ),
    )
