"""What the pages of one submission show of it, in the page's language: sheets, columns, causes and checks."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Final

from django.urls import reverse

from ayan.apps.desk import submission_history
from ayan.apps.desk.access import release_of
from ayan.apps.desk.fixing import money_unit_choice
from ayan.apps.desk.inputs import Inputs
from ayan.apps.desk.limits import CAUSES_SHOWN, FEWEST_HEADERS, ISSUES_PAGE, VALUES_SHOWN
from ayan.apps.desk.releases import publication
from ayan.apps.desk.submission_page import SubmissionPage
from ayan.core.intake.preview import Preview
from ayan.core.intake.reading_notes import SheetPreview
from ayan.core.intake.table import RawTable
from ayan.core.publish.pending_draft import take_back_until
from ayan.core.refine import code_nods, date_orders
from ayan.core.refine.column_mapping import ColumnChoice, ColumnProposal, FieldProposal
from ayan.core.refine.header_matching import header_key
from ayan.core.refine.issue_store import IssueCause, IssueStore, in_one_column
from ayan.core.refine.privacy_guard import HIDDEN
from ayan.core.schema.catalogue import PRIVACY_HITS, entry_of
from ayan.core.schema.privacy import WAIVER_REASONS
from ayan.core.schema.steps.step import STRIDE
from ayan.core.values.canonical import canonical_json, sha256_hex
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money_unit_names import heads_money
from ayan.core.values.refusal import Refusal
from ayan.ui.component_parts import FormProblem, Status

_MONEY: Final = Label(
    "گویا مبلغ است؛ ببینید کنار ماندنش درست است", "Seems to hold amounts; see whether it is to be left out"
)
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


def sheets(look: Preview, inputs: Inputs, known: frozenset[str]) -> list[dict[str, Any]]:
    """The sheets of a workbook to choose from, the one in use marked, hidden ones said to be so.

    Where none is in use, the only one whose headers are those of ``known`` is marked, and said to fit.
    """
    fitting = [sheet.name for sheet in look.sheets if _fits(sheet, known)]
    fits = fitting[0] if len(fitting) == 1 and len(look.sheets) > 1 else ""
    current_sheet = look.sheet or inputs.sheet or fits
    return [
        {
            "name": sheet.name,
            "rows": sheet.rows,
            "hidden": sheet.hidden,
            "current": sheet.name == current_sheet,
            "fits": sheet.name == fits,
            "first": next((row.cells[:4] for row in sheet.head if any(row.cells)), ()),
        }
        for sheet in look.sheets
        if sheet.name
    ]


def _fits(sheet: SheetPreview, known: frozenset[str]) -> bool:
    """Whether a row at the head of a sheet has headers of the dataset, and more of them than other cells."""
    rows = ([header_key(cell) for cell in row.cells if cell.strip()] for row in sheet.head)
    hits = ((sum(cell in known for cell in cells), len(cells)) for cells in rows)
    return any(count >= FEWEST_HEADERS and 2 * count > cells for count, cells in hits)


def columns(
    desk: SubmissionPage, offered: ColumnProposal, raw: RawTable, known: ColumnChoice | None, post: Mapping[str, Any]
) -> dict[str, Any]:
    """Ours beside theirs: for each field the column proposed, its samples, its unit, and where these come from."""
    options = [
        (str(file_column.column.index), f"{file_column.column.letter} · {file_column.column.header or '—'}")
        for file_column in offered.theirs
    ]
    samples = {str(file_column.column.index): file_column.samples for file_column in offered.theirs}
    confirmed = desk.inputs.choice is not None
    lines = [_column(desk, proposal, options, samples, post, confirmed) for proposal in offered.ours]
    for line, proposal in zip(lines, offered.ours, strict=True):
        line["unit"] = money_unit_choice.question(desk.dataset, proposal, line["chosen"], raw, known, post, desk.lang)
    used = {line["chosen"] for line in lines}
    money = _MONEY.of(desk.lang)
    ignored = [
        {"column": each.column, "samples": each.samples, "money": money if heads_money(each.column.header) else ""}
        for each in offered.theirs
        if str(each.column.index) not in used
    ]
    unified = [
        {"words": UNIFIED[key].of(desk.lang), "count": count}
        for key, count in offered.unified.items()
        if count and key in UNIFIED
    ]
    return {"lines": lines, "ignored": ignored, "unified": unified, "confirmed": confirmed}


def _column(
    desk: SubmissionPage,
    proposal: FieldProposal,
    options: list[tuple[str, str]],
    samples: Mapping[str, tuple[str, ...]],
    post: Mapping[str, Any],
    confirmed: bool,
) -> dict[str, Any]:
    name = proposal.field.name
    chosen = str(proposal.column.index) if proposal.column else "same" if proposal.constant is not None else ""
    chosen = str(post.get(f"column:{name}", chosen))
    how = "chosen" if confirmed and chosen else proposal.how
    tone, words = HOW[how]
    choices = [{"value": value, "words": text, "chosen": value == chosen} for value, text in options]
    if proposal.constant is not None:
        choices.insert(0, {"value": "same", "words": f"= {proposal.constant}", "chosen": chosen == "same"})
    return {
        "field": proposal.field,
        "label": proposal.field.label.of(desk.lang),
        "hint": proposal.field.description.of(desk.lang) if proposal.field.description else "",
        "options": choices,
        "chosen": chosen,
        "samples": samples.get(chosen, ()),
        "status": Status(tone, words.of(desk.lang)),  # type: ignore[arg-type]  # the tones of the table are tones
    }


def causes(
    desk: SubmissionPage, issues: IssueStore, wanted: str, after: int, typed: Mapping[str, str]
) -> dict[str, Any]:
    """The groups of what is wrong, blocking ones first; of the one that is opened, its cells, page by page."""
    apart = rows_apart(desk)
    groups = [_group(desk, issues, cause, typed, apart) for cause in issues.causes[:CAUSES_SHOWN]]
    context: dict[str, Any] = {
        "errors": [group for group in groups if group["cause"].severity == "error"],
        "warnings": [group for group in groups if group["cause"].severity == "warning"],
        "more_causes": len(issues.causes) - len(groups),
        "tally": issues.tally,
        "structural": any(error.structural for error in issues.errors),
        "may_waive": desk.submission.editable and desk.may("privacy.waive"),
        "reasons": [(code, label.of(desk.lang)) for code, label in WAIVER_REASONS.items()],
    }
    opened = next((candidate for candidate in issues.causes if candidate.id == wanted), None)
    if opened is not None:
        rows = issues.rows(opened.id, after=after, limit=ISSUES_PAGE)
        labels = {field.name: field.label.of(desk.lang) for field in desk.dataset.fields}
        shown = [
            {
                "row": row.row % apart,
                "number": row.row,
                "beside": row.beside,
                "cells": [
                    {
                        "name": f"cell:{row.row}:{cell.field}",
                        "label": labels.get(cell.field, cell.field),
                        "column": cell.column or "",
                        "text": cell.text,
                        "typed": typed.get(f"cell:{row.row}:{cell.field}", ""),
                    }
                    for cell in row.cells
                ],
            }
            for row in rows.rows
        ]
        context |= {
            "opened": _group(desk, issues, opened, typed, apart),
            "rows": shown,
            "after": after,
            "next": rows.next,
        }
    return context


def rows_apart(desk: SubmissionPage) -> int:
    """What the number of a row is divided by for its row in the file, where steps made several rows of one."""
    look = desk.folder.stored_preview() if desk.folder else None
    return STRIDE if look and look.table and look.table.places else sys.maxsize


def mark_of(cause: IssueCause, text: str | None = None) -> str:
    """By what a form names a group of issues, or a text in one, so that what was typed is found again after a check.

    The groups are numbered anew by each.
    """
    return sha256_hex(canonical_json([cause.code, cause.field, [*cause.fields], text]))[:12]


def _group(
    desk: SubmissionPage, issues: IssueStore, cause: IssueCause, typed: Mapping[str, str], rows_apart: int
) -> dict[str, Any]:
    """One cause with the texts that stand in it, each to be written anew at once wherever it stands."""
    mark = mark_of(cause)
    values = issues.values(cause.id, limit=VALUES_SHOWN) if cause.field and cause.rows else None
    label = next((field.label.of(desk.lang) for field in desk.dataset.fields if field.name == cause.field), "")
    return {
        "cause": cause,
        "title": cause.title.of(desk.lang),
        "expected": cause.expected.of(desk.lang) if cause.expected else "",
        "label": label,
        "values": [
            {
                "text": wrong_value.text,
                "count": wrong_value.count,
                "row": wrong_value.first_row % rows_apart,
                "beside": wrong_value.beside,
                "mark": mark_of(cause, wrong_value.text),
                "typed": typed.get(f"value:{mark_of(cause, wrong_value.text)}", ""),
            }
            for wrong_value in (values.values if values else ())
        ],
        "mark": mark,
        "typed": {name: typed.get(f"{name}:{mark}", "") for name in ("unit", "order", "reason")},
        "why": typed.get(f"why:{(cause.fingerprint or '')[:12]}", ""),
        "units": money_unit_choice.asked_again(cause, desk.lang),
        "orders": _orders(cause, desk.lang),
        "together": len(in_one_column(issues.causes, cause)) > 1,
        "redactable": _redactable(desk, issues, cause),
        "hidden": cause.code in HIDDEN and cause.severity == "error",
        "asked": entry_of(cause.code).stands == "suspected",
        "nod": cause.code == code_nods.CODE,
        "more_values": values is not None and values.next is not None,
    }


def _orders(cause: IssueCause, lang: Lang) -> list[tuple[str, str]]:
    """The orders of day and month to choose from where a group of issues asks for one."""
    if cause.code != date_orders.CODE or cause.field is None:
        return []
    return [(order, label.of(lang)) for order, label in date_orders.ORDERS.items()]


def _redactable(desk: SubmissionPage, issues: IssueStore, cause: IssueCause) -> list[str]:
    """How personal data of a privacy hit can be taken out by one decision; a required column is never dropped."""
    field = next((candidate for candidate in desk.dataset.fields if candidate.name == cause.field), None)
    if not cause.fingerprint or cause.severity != "error" or field is None:
        return []
    if cause.code not in PRIVACY_HITS:
        return ["drop"] if cause.code == "columns-hidden" and not field.required else []
    ways = ["mask"] if issues.masks(cause.id) else []
    if not field.required:
        ways += (["clear"] if cause.rows else []) + ["drop"]
    return ways


def published(desk: SubmissionPage) -> dict[str, Any]:
    """Of what was published: its public page, and whether and until when it can be taken back."""
    submission = desk.submission
    if not submission.release:
        return {}
    slug, period, number = submission.release.split("/")
    release = release_of(submission.release)
    back = publication.can_take_back(submission) and desk.may("release.take-back")
    return {
        "page": reverse(f"{desk.lang}:release", args=(slug, period, int(number))),
        "public": reverse(f"{desk.lang}:dataset", args=(slug,)),
        "until": take_back_until(release) if back and release else None,
        "standing": release is not None and not release.withdrawn,
        "number": int(number),
        "may_correct": desk.may("release.correct"),
        "may_withdraw": desk.may("release.withdraw"),
    }


def checks(desk: SubmissionPage) -> dict[str, Any]:
    """What the approver should know of how the file was read: warnings that stand, fixes, rows left out."""
    issues = desk.folder.issues() if desk.folder and desk.submission.counts else None
    if issues is None:
        return {}
    apart = rows_apart(desk)
    decided = list(desk.submission.steps.filter(kind__in=set(submission_history.UNDOABLE) - {"layout"}, undone_at=None))
    return {
        "tally": issues.tally,
        "warnings": [_group(desk, issues, cause, {}, apart) for cause in issues.warnings],
        "left": [_group(desk, issues, cause, {}, apart) for cause in issues.errors],
        "decided": [submission_history.step_words(step, desk.lang) for step in decided],
        "corrected": sum(issues.corrected.values()),
        "partial": desk.inputs.partial,
        "issues": issues,
    }


def problem(refusal: Refusal | None, lang: Lang) -> dict[str, Any]:
    """The error summary of a page that is about no submission yet."""
    return {"problems": [FormProblem(refusal.of(lang), refusal.field)] if refusal else []}
