"""What happened to a submission, step by step, in the page's language; which steps can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ayan.apps.desk.models import SubmissionStep
from ayan.apps.desk.submission_page import SubmissionPage
from ayan.core.refine import date_orders, row_ranges
from ayan.core.refine.shape_mends import DRAWN_CODES
from ayan.core.schema.catalogue_summaries import summary
from ayan.core.schema.steps.registry import STEPS
from ayan.core.values.label import Label, joined, label_of
from ayan.core.values.locale import Lang
from ayan.core.values.money import UNIT_LABELS
from ayan.ui.component_parts import PartEvent
from ayan.ui.value_html import plain_number

DONE: Final = {
    "data": Label("منتشر شد", "Published"),
    "withdrawal": Label("برداشته شد", "Withdrawn"),
    "erasure": Label("ردیف‌ها پاک شد", "Rows erased"),
}
UNDOABLE: Final = ("fix", "partial", "unit", "day-order", "nod", "layout")
"""The steps that the page of problems offers to undo."""
STEP_WORDS: Final = {
    "file": Label("پروندهٔ «{name}» داده شد", "The file “{name}” was given"),
    "entered": Label("جدولی با دست نوشته شد", "A table was entered by hand"),
    "appended": Label("ردیف‌های «{name}» افزوده شد", "Rows of “{name}” were added"),
    "sheet": Label("برگه یا ردیف سرستون برگزیده شد", "Sheet or header row chosen"),
    "columns": Label("ستون‌ها تعیین شد", "Columns set"),
    "layout": Label("گام چیدمان افزوده شد: {layout}", "Layout step added: {layout}"),
    "fix": Label("{n} تصمیم دربارهٔ خانه‌ها", "Decisions on cells: {n}"),
    "mended": Label("شکل‌ها درست شد ({why})", "Shapes put right ({why})"),
    "redact": Label("دادهٔ شخصی برداشته شد ({n} متن)", "Personal data taken out ({n} texts)"),
    "leave": Label("{rows} ردیف کنار گذاشته شد: {why}", "{rows} rows left out: {why}"),
    "left": Label("ردیف‌هایی کنار گذاشته شد", "Rows left out"),
    "accept": Label("هشداری پذیرفته شد", "A warning accepted"),
    "partial": Label("ردیف‌های خراب کنار گذاشته می‌شود: {reason}", "Bad rows are left out: {reason}"),
    "unit": Label("واحد «{label}» گفته شد: {unit}", "Unit of “{label}” said: {unit}"),
    "day-order": Label(
        "ترتیب روز و ماه «{label}» گفته شد: {order}", "Order of day and month of “{label}” said: {order}"
    ),
    "nod": Label("نوشته‌های «{label}» تأیید شد", "Texts of “{label}” nodded to"),
    "stop": Label("کنار گذاشتن ردیف‌های خراب برداشته شد", "Bad rows are no longer left out"),
}


def fixes(desk: SubmissionPage) -> list[dict[str, Any]]:
    """What was decided in this step and can be undone, newest first."""
    return [
        {
            "number": step.number,
            "words": step_words(step, desk.lang),
            "undone": step.undone_at is not None,
            "at": step.at,
        }
        for step in desk.submission.steps.filter(kind__in=UNDOABLE).order_by("-number")[:20]
    ]


def step_words(step: SubmissionStep, lang: Lang) -> str:
    """One step in words."""
    kind = "stop" if step.kind == "partial" and not step.payload.get("reason") else step.kind
    kind = next((how for how in ("entered", "appended") if how in step.payload), kind)
    named = step.payload.get("appended", step.payload)
    said: dict[str, Any] = {"name": named.get("name", ""), "reason": step.payload.get("reason", "")}
    if kind == "fix":
        kind, more = _sort_of_fix(step.payload.get("fixes", ()), lang)
        cause = str(step.payload.get("cause", ""))
        if kind == "fix" and cause in DRAWN_CODES:
            why = summary(cause)
            kind, more = "mended", {"why": why.of(lang) if why else cause}
        said |= more
    words = STEP_WORDS[kind].of(lang)
    n = plain_number(len(step.payload.get("fixes", ())), lang)
    unit = Label(*UNIT_LABELS[step.payload["unit"]]).of(lang) if kind == "unit" else ""
    order = date_orders.ORDERS[step.payload["order"]].of(lang) if kind == "day-order" else ""
    label = label_of(step.payload["label"]).of(lang) if "label" in step.payload else ""
    said["layout"] = joined(STEPS[each["do"]].label for each in step.payload.get("steps", ())).of(lang)
    return words.format(n=n, unit=unit, order=order, label=label, **said)


def _sort_of_fix(fixes: Sequence[Mapping[str, Any]], lang: Lang) -> tuple[str, dict[str, str]]:
    """Of which sort a step of decisions over cells is, and what its words name; its texts may be gone by now."""
    kinds = {str(fix.get("kind", "")) for fix in fixes}
    if "redact" in kinds:
        return "redact", {}
    if kinds == {"leave"}:
        runs = [str(fix["rows"]) for fix in fixes if fix.get("rows")]
        if not runs:
            return "left", {}
        rows = sum(row_ranges.count(row_ranges.read(run)) for run in runs)
        return "leave", {"rows": plain_number(rows, lang), "why": str(fixes[0].get("reason", ""))}
    return ("accept" if kinds == {"accept"} else "fix"), {}


@dataclass(frozen=True, slots=True)
class StepEvent:
    """One thing that happened to a submission; ``number`` is the step that can be undone or done again."""

    event: PartEvent
    number: int | None = None
    undone: bool = False


def events(desk: SubmissionPage) -> list[StepEvent]:
    """Everything that happened, newest first, each step with its own undo."""
    submission, lang = desk.submission, desk.lang
    past: list[StepEvent] = [
        StepEvent(PartEvent(step.at, step_words(step, lang), str(step.by)), step.number, step.undone_at is not None)
        for step in submission.steps.select_related("by")
    ]
    past.append(
        StepEvent(PartEvent(submission.started_at, Label("آغاز شد", "Begun").of(lang), str(submission.started_by)))
    )
    if submission.sent_at and submission.sent_by:
        past.append(
            StepEvent(
                PartEvent(
                    submission.sent_at,
                    Label("برای تأیید فرستاده شد", "Sent for approval").of(lang),
                    str(submission.sent_by),
                )
            )
        )
    yes, back = Label("تأیید شد", "Approved").of(lang), Label("برگردانده شد", "Returned").of(lang)
    past += [StepEvent(PartEvent(given.at, yes, str(given.by))) for given in submission.approvals.select_related("by")]
    past += [
        StepEvent(PartEvent(remark.at, back, f"{remark.words} — {remark.by}" if remark.words else str(remark.by)))
        for remark in submission.remarks.select_related("by")
    ]
    if submission.sealed_at:
        done = DONE[submission.kind]
        past.append(StepEvent(PartEvent(submission.sealed_at, done.of(lang))))
    if submission.taken_back_by is not None:
        back = Label("پس گرفته شد", "Taken back").of(lang)
        past.append(StepEvent(PartEvent(submission.changed_at, back, str(submission.taken_back_by))))
    return sorted(past, key=lambda past: past.event.when, reverse=True)
