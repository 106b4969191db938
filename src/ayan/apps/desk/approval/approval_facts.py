"""What an approver reads besides the difference: rows left out, cells, codes, waived hits, and since the return."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.urls import reverse

from ayan.apps.desk.access import keyed, release_of
from ayan.apps.desk.approval import draft_comparison
from ayan.apps.desk.limits import AMENDMENTS_PAGE, LONGEST_CELL, ROWS_NAMED
from ayan.apps.desk.models import Submission, SubmissionState, SubmissionStep
from ayan.apps.desk.releases import erasures, publication
from ayan.apps.desk.selectors import rows_apart
from ayan.apps.desk.submission_history import step_words
from ayan.apps.desk.submission_page import SubmissionPage
from ayan.core.publish.difference import SINCE_RETURN, stored_difference
from ayan.core.refine.amendments import AmendmentPage, CellGroup, CodeReading, LeftRow
from ayan.core.refine.issue_store import IssueCause, IssueStore
from ayan.core.refine.limits import MOST_CODES_TOLD
from ayan.core.refine.money_units import declared_units
from ayan.core.schema.field import Field
from ayan.core.schema.privacy import WAIVER_REASONS
from ayan.core.store.correction_reason import CORRECTION_REASONS
from ayan.core.transparency.entries.statement import REASONS
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import unit_label
from ayan.core.values.personal_notations import holds_personal
from ayan.ui.code_html import isolated
from ayan.ui.value_html import plain_change, plain_number, value_html

FEW: Final = 5
"""Groups of cells and rows left out that stand open on the page of the decision; the rest is folded."""
UNREAD: Final = Label("منتشر نمی‌شود", "not published")
PERSONAL: Final = Label("… (شاید دادهٔ شخصی)", "… (perhaps personal data)")
FALLEN: Final = {
    10: Label("یک‌دهم شد", "a tenth of it"),
    100: Label("یک‌صدم شد", "a hundredth of it"),
    1_000: Label("یک‌هزارم شد", "a thousandth of it"),
    1_000_000: Label("یک‌میلیونم شد", "a millionth of it"),
}
GROWN: Final = Label("{n} برابر شد", "{n} times as much")
HOWS: Final = {
    "mask": Label("بخشی از متن با «…» پوشانده شد", "hidden by “…”"),
    "clear": Label("خانه خالی شد", "emptied"),
    "drop": Label("ستون کنار گذاشته شد", "the column was dropped"),
}
ALL_BAD: Final = Label("ردیف‌های اشکال‌دار: {reason}", "Rows with errors: {reason}")


def amended(
    desk: SubmissionPage, groups: tuple[int, int] = (0, AMENDMENTS_PAGE), rows: tuple[int, int] = (0, AMENDMENTS_PAGE)
) -> dict[str, Any]:
    """What the sender's decisions made of the file; nothing where no file was read or an older version read it."""
    kept = desk.folder.amendments() if desk.folder else None
    if kept is None:
        return {}
    money = [field.name for field in desk.dataset.fields if field.kind.is_money]
    summary = kept.page(partial=bool(desk.inputs.partial), money=money, groups=groups, rows=rows)
    labels = {field.name: field for field in desk.dataset.fields}
    units = _units(desk)
    cells = [
        _cell_group(desk, group, labels.get(group.field), kept.rows_of(group, ROWS_NAMED))
        | {"unit": units.get(group.field, "")}
        for group in summary.shown
    ]
    return {
        "amended": summary,
        "cell_groups": cells,
        "few_cells": cells[:FEW],
        "more_cells": cells[FEW:],
        "left_groups": _left_groups(desk, summary),
        "left_rows": [_left_row(desk, row, labels) for row in summary.rows],
        "codes": [_code(desk, code, labels[code.field]) for code in summary.codes if code.field in labels],
        # Of a column with more texts than are kept the rarest are missing, which is said.
        "codes_cut": max(Counter(code.field for code in summary.codes).values(), default=0) >= MOST_CODES_TOLD,
        "redacted": [
            {"label": labels[name].label.of(desk.lang), "how": HOWS[how].of(desk.lang), "n": n}
            for name, how, n in summary.redacted
            if name in labels
        ],
        "next_cells": groups[0] + groups[1] if summary.groups > groups[0] + groups[1] else None,
        "next_rows": rows[0] + rows[1] if summary.left_out > rows[0] + rows[1] else None,
    }


def _units(desk: SubmissionPage) -> dict[str, str]:
    """In which unit the file writes each column of money, in words: its cells are shown as they are written there."""
    choice = desk.inputs.choice
    if choice is None:
        return {}
    named = {name: stated.unit for name, stated in choice.units.items()}
    units = declared_units(desk.dataset, choice.source) | named
    return {name: unit_label(unit, desk.lang) for name, unit in units.items() if unit}


def _cell_group(desk: SubmissionPage, group: CellGroup, field: Field | None, rows: Sequence[int]) -> dict[str, Any]:
    shown = field is not None and field.published and field.shown == "public"
    money = field is not None and field.kind.is_money
    return {
        "label": field.label.of(desk.lang) if field else group.field,
        "old": _text(group.old, desk.lang) if shown else UNREAD.of(desk.lang),
        "new": _text(group.new, desk.lang) if shown else UNREAD.of(desk.lang),
        "count": group.count,
        "rows": list(rows),
        "more": group.count - len(rows),
        "money": money,
        "ratio": _ratio(group, desk.lang) if money and shown else "",
    }


def _text(text: str | None, lang: Lang) -> str:
    """A cell as it is shown: short, and without what looks like personal data, which was perhaps why it was changed."""
    if text is None:
        return ""
    if holds_personal(text):
        return PERSONAL.of(lang)
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"


def _ratio(group: CellGroup, lang: Lang) -> str:
    """By how much an amount changed, in words; empty where one of the texts is no number."""
    old, new = (_number(text) for text in (group.old, group.new))
    if not old or not new:
        return ""
    if new % old == 0 and new // old > 1:
        return GROWN.of(lang).format(n=plain_number(int(new // old), lang))
    if old % new == 0 and int(old // new) in FALLEN:
        return FALLEN[int(old // new)].of(lang)
    return isolated(plain_change(round((new - old) * 100 / old, 1), lang)) if new != old else ""


def _number(text: str | None) -> Decimal | None:
    bare = "".join(to_latin(text or "").replace("٫", ".").translate(_PARTING).split())
    try:
        number = Decimal(bare) if bare and len(bare) <= 30 else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() and number > 0 else None


_PARTING: Final = str.maketrans("", "", ",٬،'_")


def _left_groups(desk: SubmissionPage, summary: AmendmentPage) -> list[dict[str, Any]]:
    fields = {field.name: field for field in desk.dataset.fields}
    return [
        {
            "reason": group.reason or ALL_BAD.of(desk.lang).format(reason=desk.inputs.partial),
            "count": group.count,
            "sums": [
                {"label": fields[name].label.of(desk.lang), "value": value_html(fields[name], total, desk.lang, "rial")}
                for name, total in group.sums
                if name in fields
            ],
        }
        for group in summary.left
    ]


def _left_row(desk: SubmissionPage, row: LeftRow, fields: dict[str, Field]) -> dict[str, Any]:
    texts = [(fields[name], text) for name, text in row.texts if name in fields]
    return {
        "row": row.row,
        "reason": row.reason or ALL_BAD.of(desk.lang).format(reason=desk.inputs.partial),
        "texts": [
            {"label": field.label.of(desk.lang), "text": _text(text, desk.lang), "money": field.kind.is_money}
            for field, text in texts
        ],
    }


def _code(desk: SubmissionPage, code: CodeReading, field: Field) -> dict[str, Any]:
    words = field.choices.label(code.code, desk.lang) if field.choices else code.code
    listed = field.choices is not None and any(
        code.text in (entry.code, entry.label.fa, entry.label.en)
        for entry in field.choices.entries
        if entry.code == code.code
    )
    return {
        "label": field.label.of(desk.lang),
        "text": _text(code.text, desk.lang),
        "code": code.code,
        "words": words,
        "count": code.count,
        "otherwise": not listed,
    }


def waived(desk: SubmissionPage, issues: IssueStore) -> list[dict[str, Any]]:
    """Which privacy hits were waived: what was hit, in which rows, for what reason, by whom and when."""
    given = {waiver.fingerprint: waiver for waiver in desk.submission.waivers.select_related("by")}
    apart = rows_apart(desk)
    hits = []
    for cause in issues.causes:
        waiver = given.pop(keyed("hit", cause.fingerprint), None) if cause.fingerprint else None
        if waiver is not None and cause.severity != "error":
            hits.append(_waived(desk, issues, cause, apart) | _by(desk, waiver))
    # What was waived in a file that has been given anew since, or for a hit that is no more, binds nobody.
    return hits


def _waived(desk: SubmissionPage, issues: IssueStore, cause: IssueCause, apart: int) -> dict[str, Any]:
    rows = [row.row % apart for row in issues.rows(cause.id, limit=ROWS_NAMED).rows] if cause.rows else []
    label = next((field.label.of(desk.lang) for field in desk.dataset.fields if field.name == cause.field), "")
    where = f"{reverse(f'{desk.lang}:desk_fix', args=(desk.submission.id,))}?cause={cause.id}#opened"
    return {
        "title": cause.title.of(desk.lang),
        "label": label,
        "cells": cause.cells,
        "rows": rows,
        "more": max(0, cause.rows - len(rows)),
        "address": where if rows else "",
    }


def _by(desk: SubmissionPage, waiver: Any) -> dict[str, Any]:
    return {"words": WAIVER_REASONS[waiver.reason].of(desk.lang), "by": waiver.by, "at": waiver.at}


def since_return(desk: SubmissionPage) -> dict[str, Any]:
    """What changed since the submission was returned last: rows, decisions, what had been asked; {} if it never was.

    ``unknown`` says that the two drafts could not be compared.
    """
    submission = desk.submission
    asked = list(submission.remarks.select_related("by").order_by("-at"))
    if not asked:
        return {}
    at = asked[0].at
    waiting = draft_comparison.waiting_of(submission)
    same = bool(submission.draft) and submission.draft == submission.returned_draft
    compared = stored_difference(waiting, desk.dataset, SINCE_RETURN) if waiting and not same else None
    tally = compared.tally if compared else None
    return {
        "at": at,
        "asked": [remark for remark in asked if remark.at == at],
        "same": same or (tally is not None and not (tally.changed or tally.added or tally.removed)),
        "tally": tally,
        "unknown": not same and compared is None,
        "rows": [
            draft_comparison.shown_row(desk, pair, compared.columns)
            for pair in compared.page(None, 0, AMENDMENTS_PAGE).rows
        ]
        if compared
        else [],
        "steps": [
            {
                "words": step_words(step, desk.lang),
                "undone": step.undone_at is not None,
                "at": step.undone_at or step.at,
            }
            for step in _steps_since(desk, at)
        ],
    }


def _steps_since(desk: SubmissionPage, at: Any) -> list[SubmissionStep]:
    steps = desk.submission.steps.order_by("number")
    return [step for step in steps if step.at > at or (step.undone_at is not None and step.undone_at > at)]


def stated_reason(desk: SubmissionPage) -> str:
    """Why a correction takes the place of what is published, as its sender chose; empty for anything else."""
    label = CORRECTION_REASONS.get(desk.submission.code) if desk.submission.kind == "data" else None
    return label.of(desk.lang) if label else ""


def of_release(desk: SubmissionPage) -> dict[str, Any]:
    """Of a withdrawal or an erasure: which release or rows of it go, and why; of what waits for its day, until when."""
    submission = desk.submission
    due = submission.due_at if submission.state == SubmissionState.APPROVED else None
    if submission.kind == "data":
        return {"due": due, "may_stop": desk.may("release.withdraw")}
    slug, period, number = submission.withdraws.split("/")
    return {
        "goes": reverse(f"{desk.lang}:release", args=(slug, period, int(number))),
        "reason": REASONS[submission.code].of(desk.lang),
        "ref": submission.withdraws,
        "large": publication.is_large(submission),
        "rows": _rows_of(submission),
        "due": due,
        "erases": submission.rows if submission.kind == "erasure" else None,
        "erased_rows": erasures.shown_rows(submission) if submission.kind == "erasure" else (),
        "elsewhere": erasures.elsewhere(submission) if submission.kind == "erasure" else (),
        "may_stop": desk.may("release.withdraw"),
    }


def _rows_of(submission: Submission) -> int:
    """How many rows go with a withdrawal; 0 where the release is no more."""
    release = release_of(submission.withdraws)
    return int(release.manifest["ayan"]["rows"]) if release is not None else 0
