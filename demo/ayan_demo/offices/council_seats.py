"""How the council's secretariat writes of itself: members, sessions and who came."""

from __future__ import annotations

from ayan_demo.layout import Layout
from ayan_demo.mess import spelled
from ayan_demo.offices.columns import COUNTER, MARKED, one


def members() -> Layout:
    """The list of members as a workbook, with what must vanish."""
    return Layout(
        dataset="council-members",
        source="default",
        form="xlsx",
        order="n",
        titles=(MARKED, "اعضای شورا"),
        columns=(
            COUNTER,
            one("name", "نام و نام خانوادگي", "messy(name, z)"),
            one("term", "دوره", "term", "whole"),
            one("office", "سمت", spelled("council-members", "offices", "office")),
            one("commission", "کمیسیون تخصصی", "messy(commission, z)"),
            one("since", "از تاریخ", "j_any(since, z)"),
            one("until", "تا تاریخ", "absent(NULL, z)"),
            one("national_id", "كد ملي", "national_id", "code"),
            one("mobile", "تلفن همراه", "mobile"),
        ),
    )


def sessions() -> Layout:
    """The calendar of sessions as a text file: dates in several writings."""
    return Layout(
        dataset="council-sessions",
        source="default",
        form="csv",
        order="session",
        encoding="utf-8-sig",
        columns=(
            one("number", "ش جلسه", "CASE z % 3 WHEN 0 THEN fa(session) ELSE CAST(session AS VARCHAR) END"),
            one("term", "دوره", "term"),
            one("held_on", "تاریخ برگزاری", "j_any(held_on, z)"),
            one("kind", "نوع", spelled("council-sessions", "session-kinds", "kind")),
            one("present", "تعداد حاضرین", "present"),
            one("absent", "تعداد غایبین", "absent"),
            one("items", "تعداد دستور", "items"),
            one("minutes", "صورت‌جلسه", "absent(NULL, z)"),
        ),
    )


def roll() -> Layout:
    """The attendance machine's text file in windows-1256: years of two digits."""
    return Layout(
        dataset="council-attendance",
        source="roll",
        form="csv",
        order="session, member",
        encoding="cp1256",
        delimiter=";",
        columns=(
            one("session", "ش جلسه", "session"),
            one("member", "نام عضو محترم", "messy(member, z)"),
            one("held_on", "تاریخ", "j_short(held_on)"),
            one("attendance", "وضعیت حضور", spelled("council-attendance", "attendances", "attendance")),
        ),
    )
