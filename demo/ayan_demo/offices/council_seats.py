"""How the council's secretariat writes of itself: members, sessions and who came."""

from __future__ import annotations

from ayan_demo.layout import Layout
from ayan_demo.mess import spelled
from ayan_demo.offices.columns import COUNTER, MARKED, column


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
            column("name", "نام و نام خانوادگي", "messy(name, z)"),
            column("term", "دوره", "term", "whole"),
            column("office", "سمت", spelled("council-members", "offices", "office")),
            column("commission", "کمیسیون تخصصی", "messy(commission, z)"),
            column("since", "از تاریخ", "j_any(since, z)"),
            column("until", "تا تاریخ", "absent(NULL, z)"),
            column("national_id", "كد ملي", "national_id", "code"),
            column("mobile", "تلفن همراه", "mobile"),
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
            column("number", "ش جلسه", "CASE z % 3 WHEN 0 THEN fa(session) ELSE CAST(session AS VARCHAR) END"),
            column("term", "دوره", "term"),
            column("held_on", "تاریخ برگزاری", "j_any(held_on, z)"),
            column("kind", "نوع", spelled("council-sessions", "session-kinds", "kind")),
            column("present", "تعداد حاضرین", "present"),
            column("absent", "تعداد غایبین", "absent"),
            column("items", "تعداد دستور", "items"),
            column("minutes", "صورت‌جلسه", "absent(NULL, z)"),
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
            column("session", "ش جلسه", "session"),
            column("member", "نام عضو محترم", "messy(member, z)"),
            column("held_on", "تاریخ", "j_short(held_on)"),
            column("attendance", "وضعیت حضور", spelled("council-attendance", "attendances", "attendance")),
        ),
    )
