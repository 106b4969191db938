"""How the council's secretariat writes: resolutions and votes."""

from __future__ import annotations

from ayan_demo.layout import Column, Layout
from ayan_demo.mess import spelled
from ayan_demo.offices.columns import COUNTER, MARKED, column


def minutes() -> Layout:
    """The council's minutes as a workbook: header over two rows, letters left by a PDF."""

    def votes(name: str, word: str) -> Column:
        return Column(name, ("آراء", word), name, "whole")

    return Layout(
        dataset="council-resolutions",
        source="minutes",
        form="xlsx",
        order="year, j",
        titles=(MARKED, "مصوبات شورا", ""),
        blank_every=51,
        columns=(
            COUNTER,
            Column("number", ("مصوبه", "شماره"), "CASE z % 2 WHEN 0 THEN fa(number) ELSE number END"),
            Column("title", ("مصوبه", "موضوع"), "messy(title, z)"),
            Column("text", ("مصوبه", "متن"), "messy(text, z)"),
            column("term", "دوره", "term", "whole"),
            Column("session", ("جلسه", "شماره"), "session", "whole"),
            Column("session_kind", ("جلسه", "نوع"), spelled("council-resolutions", "session-kinds", "session_kind")),
            Column("decided_on", ("جلسه", "تاریخ"), "j_any(decided_on, z)"),
            column("commission", "کمیسیون تخصصی", "messy(commission, z)"),
            votes("votes_for", "موافق"),
            votes("votes_against", "مخالف"),
            votes("abstained", "ممتنع"),
            votes("not_voting", "رأی نداده"),
            votes("present", "حاضرین"),
            column("outcome", "نتیجه رأی گیری", spelled("council-resolutions", "outcomes", "outcome")),
            column("follow_up", "پیگیری", f"absent({spelled('council-resolutions', 'follow-ups', 'follow_up')}, z)"),
            column("answer", "پاسخ شهرداری", "messy(answer, z)"),
        ),
    )


def tally() -> Layout:
    """The voting machine's text file: UTF-8, tabs."""
    return Layout(
        dataset="council-votes",
        source="tally",
        form="csv",
        order="year, j, member",
        delimiter="\t",
        columns=(
            column("resolution", "ش مصوبه", "number"),
            column("member", "نام عضو محترم شورا", "messy(member, z)"),
            column("voted_on", "تاریخ جلسه", "j_any(voted_on, z)"),
            column("vote", "نظر", spelled("council-votes", "votes", "vote")),
        ),
    )
