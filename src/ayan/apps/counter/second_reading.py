"""The draft of an answer and its second reader: what it proposes, who may read it, and which steps wait for that."""

from __future__ import annotations

from collections.abc import Collection

from ayan.apps.accounts import policy
from ayan.apps.accounts.models import User
from ayan.apps.counter.case_subject import about
from ayan.apps.counter.models import Case, CaseEntry
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.casework.case_kind import CaseKind, CaseStep
from ayan.core.casework.case_words import CaseStage


class NoSecondReader(DeskRefused):
    """A draft would wait for somebody who is not there."""

    code = "case-no-reader"
    fa = (
        "کسی نیست که پیش‌نویس شما را بخواند: خوانندهٔ دوم تأییدکننده یا مسئول حریم خصوصی همین واحد است و خود نویسنده "
        "نیست. از مدیر سامانه بخواهید کسی را بگمارد، یا مورد را به واحد دیگری بسپارید."
    )
    en = (
        "Nobody can read your draft: the second reader is an approver or privacy officer of this unit, and never "
        "whoever wrote it. Ask an administrator to appoint somebody, or hand the case to another unit."
    )
    status = 422


def readers_of(case: Case, writer: User) -> list[User]:
    """Who may read a second time what somebody writes for a case."""
    return policy.holders("case.review", about(case, frozenset({writer.pk})))


def proposals(kind: CaseKind) -> list[CaseStep]:
    """What a draft of a kind may propose: the steps that close a case once it was read."""
    reviewed = {state.code for state in kind.states if state.stage == CaseStage.REVIEW}
    closed = {state.code for state in kind.states if state.stage == CaseStage.CLOSED}
    return [step for step in kind.steps if "reviewer" in step.by and step.to in closed and step.sources & reviewed]


def withheld(kind: CaseKind, state: str, allowed: Collection[str]) -> list[CaseStep]:
    """The steps that an officer would have if they needed no second reader; ``allowed`` are those that they have."""
    steps = kind.steps_from(state, "handler")
    return [step for step in steps if step.code in kind.second_reader and step.code not in allowed]


def draft_of(case: Case) -> CaseEntry | None:
    """The draft that was written last for a case that is open."""
    if case.stage == CaseStage.CLOSED:
        return None
    return case.entries.filter(step="draft").order_by("-number").first()


def check_draft(case: Case, kind: CaseKind, actor: User | None, proposes: str, sent: Collection[str]) -> None:
    """Refuse a draft that nobody could read, or that lacks what its proposal needs; ``sent`` is what came with it."""
    if actor is not None and not readers_of(case, actor):
        raise NoSecondReader
    step = next((each for each in proposals(kind) if each.code == proposes), None)
    if step is None:
        if proposes:
            raise DeskRefused("پیشنهاد را از فهرست برگزینید.", "Choose the proposal from the list.", field="proposes")
        return
    if "ground" in step.needs and "ground" not in sent:
        raise DeskRefused("ماده یا دلیل را برگزینید.", "Choose the article or the reason.", field="ground")
    if "evidence" in step.needs and "evidence" not in sent:
        raise DeskRefused("پیوند آنچه منتشر شده را بنویسید.", "Give the link of what is published.", field="evidence")
