"""What the pages of one submission show of it, in the page's language: sheets, columns, causes, checks and history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse

from ayan.apps.desk import sealing
from ayan.apps.desk.chosen import Chosen
from ayan.apps.desk.framing import Bench
from ayan.core.intake.look import Look
from ayan.core.refine.columns import Columns, Ours
from ayan.core.refine.findings import Cause, Findings
from ayan.core.release.seal import REASONS
from ayan.core.release.waiting import take_back_until
from ayan.core.schema.guarding import RELEASES
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui.parts import Event, Problem, Status
from ayan.ui.writing import plain_number

CAUSES_SHOWN: Final = 60
VALUES_SHOWN: Final = 8
PAGE: Final = 50
UNIFIED: Final = {
    "letters": Label("حرف عربی (ي، ك) به فارسی", "Arabic letters (ي, ك) to Persian"),
    "digits": Label("رقم به یک خط", "digits to one script"),
    "dates": Label("تاریخ به یک شکل", "dates to one form"),
    "numbers": Label("عدد بی ویرگول", "numbers without separators"),
    "spaces": Label("فاصلهٔ اضافی", "surplus spaces"),
}
HOW: Final = {
    "exact": ("ok", Label("از روی عنوان ستون", "By its title")),
    "remembered": ("ok", Label("مانند دفعهٔ پیش", "As the last time")),
    "guess": ("late", Label("حدس؛ ببینید درست است", "A guess; see whether it is right")),
    "none": ("off", Label("پیدا نشد", "Not found")),
    "chosen": ("ok", Label("انتخاب شما", "Your choice")),
}
STEP_WORDS: Final = {
    "file": Label("پروندهٔ «{name}» داده شد", "The file “{name}” was given"),
    "sheet": Label("برگه یا ردیف سرستون برگزیده شد", "Sheet or header row chosen"),
    "columns": Label("ستون‌ها تعیین شد", "Columns set"),
    "fix": Label("{n} مورد درست شد", "{n} put right"),
    "redact": Label("دادهٔ شخصی برداشته شد ({n} متن)", "Personal data taken out ({n} texts)"),
    "partial": Label("ردیف‌های خراب کنار گذاشته می‌شود: {reason}", "Bad rows are left out: {reason}"),
    "stop": Label("کنار گذاشتن ردیف‌های خراب برداشته شد", "Bad rows are no longer left out"),
}


def sheets(look: Look, held: Chosen) -> list[dict[str, Any]]:
    """The sheets of a workbook to choose from, the one in use marked, hidden ones said to be so."""
    here = look.sheet or held.sheet
    return [
        {
            "name": one.name,
            "rows": one.rows,
            "hidden": one.hidden,
            "here": one.name == here,
            "first": next((row.cells[:4] for row in one.head if any(row.cells)), ()),
        }
        for one in look.sheets
        if one.name
    ]


def columns(desk: Bench, offered: Columns, post: Mapping[str, Any]) -> dict[str, Any]:
    """Ours beside theirs: for each field the column proposed, its samples, and where the proposal comes from."""
    options = [(str(one.column.index), f"{one.column.letter} · {one.column.header or '—'}") for one in offered.theirs]
    samples = {str(one.column.index): one.samples for one in offered.theirs}
    confirmed = desk.held.choice is not None
    lines = [_column(desk, one, options, samples, post, confirmed) for one in offered.ours]
    used = {line["chosen"] for line in lines}
    ignored = [one for one in offered.theirs if str(one.column.index) not in used]
    unified = [
        {"words": UNIFIED[key].of(desk.lang), "count": count}
        for key, count in offered.unified.items()
        if count and key in UNIFIED
    ]
    return {"lines": lines, "ignored": ignored, "unified": unified, "confirmed": confirmed}


def _column(
    desk: Bench,
    one: Ours,
    options: list[tuple[str, str]],
    samples: Mapping[str, tuple[str, ...]],
    post: Mapping[str, Any],
    confirmed: bool,
) -> dict[str, Any]:
    name = one.field.name
    chosen = str(one.column.index) if one.column else "same" if one.constant is not None else ""
    chosen = str(post.get(f"column:{name}", chosen))
    how = "chosen" if confirmed and chosen else one.how
    tone, words = HOW[how]
    made = [{"value": value, "words": text, "chosen": value == chosen} for value, text in options]
    if one.constant is not None:
        made.insert(0, {"value": "same", "words": f"= {one.constant}", "chosen": chosen == "same"})
    return {
        "field": one.field,
        "label": one.field.label.of(desk.lang),
        "hint": one.field.description.of(desk.lang) if one.field.description else "",
        "options": made,
        "chosen": chosen,
        "samples": samples.get(chosen, ()),
        "status": Status(tone, words.of(desk.lang)),  # type: ignore[arg-type]  # the tones of the table are tones
    }


def causes(desk: Bench, findings: Findings, wanted: str, after: int, typed: Mapping[str, str]) -> dict[str, Any]:
    """The groups of what is wrong, blocking ones first; of the one that is opened, its cells, page by page."""
    groups = [_group(desk, findings, one, typed) for one in findings.causes[:CAUSES_SHOWN]]
    made: dict[str, Any] = {
        "errors": [one for one in groups if one["cause"].severity == "error"],
        "warnings": [one for one in groups if one["cause"].severity == "warning"],
        "more_causes": len(findings.causes) - len(groups),
        "tally": findings.tally,
        "structural": any(one.structural for one in findings.errors),
        "may_release": desk.one.editable and desk.may("guard.release"),
        "reasons": [(code, label.of(desk.lang)) for code, label in RELEASES.items()],
    }
    opened = next((one for one in findings.causes if one.id == wanted), None)
    if opened is not None:
        rows = findings.rows(opened.id, after=after, limit=PAGE)
        labels = {one.name: one.label.of(desk.lang) for one in desk.dataset.fields}
        shown = [
            {
                "row": row.row,
                "cells": [
                    {
                        "name": f"cell:{row.row}:{cell.field}",
                        "label": labels.get(cell.field, cell.field),
                        "column": cell.column or "",
                        "found": cell.found,
                        "typed": typed.get(f"cell:{row.row}:{cell.field}", ""),
                    }
                    for cell in row.cells
                ],
            }
            for row in rows.rows
        ]
        made |= {"opened": _group(desk, findings, opened, typed), "rows": shown, "after": after, "next": rows.next}
    return made


def _group(desk: Bench, findings: Findings, cause: Cause, typed: Mapping[str, str]) -> dict[str, Any]:
    """One cause with the texts that stand in it, each to be written anew at once wherever it stands."""
    values = findings.values(cause.id, limit=VALUES_SHOWN) if cause.field and cause.rows else None
    label = next((one.label.of(desk.lang) for one in desk.dataset.fields if one.name == cause.field), "")
    return {
        "cause": cause,
        "title": cause.title.of(desk.lang),
        "expected": cause.expected.of(desk.lang) if cause.expected else "",
        "label": label,
        "values": [
            {"text": one.text, "count": one.count, "row": one.first_row, "n": n, "typed": typed.get(f"value:{n}", "")}
            for n, one in enumerate(values.values if values else ())
        ],
        "redactable": _redactable(desk, findings, cause),
        "more_values": values is not None and values.next is not None,
    }


def _redactable(desk: Bench, findings: Findings, cause: Cause) -> list[str]:
    """How personal data of a finding can be taken out by one decision; a required column is never dropped."""
    field = next((one for one in desk.dataset.fields if one.name == cause.field), None)
    if not cause.fingerprint or cause.severity != "error" or field is None or not cause.code.startswith("personal-"):
        return []
    ways = ["mask"] if findings.masks(cause.id) else []
    if not field.required:
        ways += (["clear"] if cause.rows else []) + ["drop"]
    return ways


def fixes(desk: Bench) -> list[dict[str, Any]]:
    """What was decided in this step and can be undone, newest first."""
    return [
        {"number": one.number, "words": step_words(one, desk.lang), "undone": one.undone_at is not None, "at": one.at}
        for one in desk.one.steps.filter(kind__in=("fix", "partial")).order_by("-number")[:20]
    ]


def step_words(step: Any, lang: Lang) -> str:
    """One step in words."""
    kind = "stop" if step.kind == "partial" and not step.said.get("reason") else step.kind
    if kind == "fix" and any(fix.get("kind") == "redact" for fix in step.said.get("fixes", ())):
        kind = "redact"
    words = STEP_WORDS[kind].of(lang)
    n = plain_number(len(step.said.get("fixes", ())), lang)
    return words.format(name=step.said.get("name", ""), n=n, reason=step.said.get("reason", ""))


@dataclass(frozen=True, slots=True)
class Past:
    """One thing that happened to a submission; ``number`` is the step that can be undone or done again."""

    event: Event
    number: int | None = None
    undone: bool = False


def events(desk: Bench) -> list[Past]:
    """Everything that happened, newest first, each step with its own undo."""
    one, lang = desk.one, desk.lang
    found: list[Past] = [
        Past(Event(step.at, step_words(step, lang), str(step.by)), step.number, step.undone_at is not None)
        for step in one.steps.select_related("by")
    ]
    found.append(Past(Event(one.started_at, Label("آغاز شد", "Begun").of(lang), str(one.started_by))))
    if one.sent_at and one.sent_by:
        found.append(
            Past(Event(one.sent_at, Label("برای تأیید فرستاده شد", "Sent for approval").of(lang), str(one.sent_by)))
        )
    yes, back = Label("تأیید شد", "Approved").of(lang), Label("برگردانده شد", "Returned").of(lang)
    found += [Past(Event(given.at, yes, str(given.by))) for given in one.approvals.select_related("by")]
    found += [
        Past(Event(remark.at, back, f"{remark.words} — {remark.by}" if remark.words else str(remark.by)))
        for remark in one.remarks.select_related("by")
    ]
    if one.sealed_at:
        found.append(Past(Event(one.sealed_at, Label("منتشر شد", "Published").of(lang))))
    return sorted(found, key=lambda past: past.event.when, reverse=True)


def published(desk: Bench) -> dict[str, Any]:
    """Of what was published: its public page, and whether and until when it can be taken back."""
    one = desk.one
    if not one.release:
        return {}
    slug, period, number = one.release.split("/")
    release = sealing.release_of(one.release)
    back = sealing.can_take_back(one) and desk.may("release.take-back")
    return {
        "page": reverse(f"{desk.lang}:release", args=(slug, period, int(number))),
        "public": reverse(f"{desk.lang}:dataset", args=(slug,)),
        "until": take_back_until(release) if back and release else None,
        "standing": release is not None and not release.withdrawn,
        "number": int(number),
        "may_correct": desk.may("release.correct"),
        "may_withdraw": desk.may("release.withdraw"),
    }


def checks(desk: Bench) -> dict[str, Any]:
    """What the approver should know of how the file was read: warnings that stand, fixes, rows left out."""
    findings = desk.parcel.findings() if desk.parcel and desk.one.found else None
    if findings is None:
        return {}
    decided = list(desk.one.steps.filter(kind__in=("fix", "partial"), undone_at=None))
    return {
        "tally": findings.tally,
        "warnings": [_group(desk, findings, one, {}) for one in findings.warnings],
        "left": [_group(desk, findings, one, {}) for one in findings.errors],
        "decided": [step_words(one, desk.lang) for one in decided],
        "corrected": sum(findings.corrected.values()),
        "partial": desk.held.partial,
        "pardons": [
            {"words": RELEASES[one.reason].of(desk.lang), "by": one.by, "at": one.at}
            for one in desk.one.pardons.select_related("by")
        ],
    }


def withdrawal(desk: Bench) -> dict[str, Any]:
    """Of a withdrawal: which release goes, and why."""
    one = desk.one
    if one.kind != "withdrawal":
        return {}
    slug, period, number = one.withdraws.split("/")
    return {
        "goes": reverse(f"{desk.lang}:release", args=(slug, period, int(number))),
        "reason": REASONS[one.code].of(desk.lang),
        "ref": one.withdraws,
    }


def problem(refusal: Refusal | None, lang: Lang) -> dict[str, Any]:
    """The error summary of a page that is about no submission yet."""
    return {"problems": [Problem(refusal.of(lang), refusal.field)] if refusal else []}
