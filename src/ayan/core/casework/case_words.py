"""The two things that are told of every case in the same words whatever its kind: where it is, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from ayan.core.values.label import Label


class CaseStage(StrEnum):
    """Where a case is. While it is ``asked`` the person has to answer, and a clock that pauses stands still."""

    RECEIVED = "received"
    WORKING = "working"
    ASKED = "asked"
    REVIEW = "review"
    CLOSED = "closed"


STAGES: Final[Mapping[CaseStage, Label]] = {
    CaseStage.RECEIVED: Label("رسیده، در نوبت", "Received, in the queue"),
    CaseStage.WORKING: Label("در دست بررسی", "Being worked on"),
    CaseStage.ASKED: Label("منتظر پاسخ شما", "Waits for your answer"),
    CaseStage.REVIEW: Label("در بازبینی", "Being read a second time"),
    CaseStage.CLOSED: Label("بسته", "Closed"),
}


class Outcome(StrEnum):
    """What came of a case; a kind declares which of these it may come to."""

    ANSWERED = "answered"
    PARTLY = "partly"
    REFUSED = "refused"
    PUBLIC_ALREADY = "public_already"
    REFERRED = "referred"
    CORRECTED = "corrected"
    KEPT = "kept"
    DONE = "done"
    NOT_DONE = "not_done"
    ARRANGED = "arranged"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    LAPSED = "lapsed"
    ENDED = "ended"


OUTCOMES: Final[Mapping[Outcome, Label]] = {
    Outcome.ANSWERED: Label("پاسخ داده شد", "Answered"),
    Outcome.PARTLY: Label("بخشی از آن داده شد", "Answered in part"),
    Outcome.REFUSED: Label("رد شد", "Refused"),
    Outcome.PUBLIC_ALREADY: Label("پیش‌تر منتشر شده بود", "Published already"),
    Outcome.REFERRED: Label("نزد دستگاه دیگری است", "Held elsewhere"),
    Outcome.CORRECTED: Label("اصلاح شد", "Corrected"),
    Outcome.KEPT: Label("همان‌گونه ماند", "Kept as it was"),
    Outcome.DONE: Label("انجام شد", "Done"),
    Outcome.NOT_DONE: Label("انجام نمی‌شود", "Will not be done"),
    Outcome.ARRANGED: Label("وقت داده شد", "A time was given"),
    Outcome.UPHELD: Label("وارد دانسته شد", "Upheld"),
    Outcome.DISMISSED: Label("وارد دانسته نشد", "Not upheld"),
    Outcome.WITHDRAWN: Label("پس گرفته شد", "Withdrawn"),
    Outcome.MERGED: Label("با مورد دیگری یکی شد", "Joined with another case"),
    Outcome.LAPSED: Label("پاسخی به پرسش نرسید", "The question was not answered"),
    Outcome.ENDED: Label("موضوع آن پایان یافت", "What it was about has ended"),
}
REFUSING: Final = frozenset({Outcome.REFUSED, Outcome.NOT_DONE, Outcome.DISMISSED, Outcome.KEPT})
"""Outcomes against the person, which need a reason."""
APPEALABLE: Final = REFUSING | {Outcome.PARTLY, Outcome.PUBLIC_ALREADY, Outcome.REFERRED, Outcome.LAPSED}
"""Outcomes against which the person may turn to the next instance."""
