"""The decisions of the page of problems that are about more than one group, or about rows picked by their boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ayan.apps.desk.fixing import fix_aids, known_fixes
from ayan.apps.desk.limits import MOST_PICKED
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.desk.selectors import mark_of
from ayan.apps.desk.submission_page import SubmissionPage, whole
from ayan.core.refine import corrections, row_ranges
from ayan.core.refine.column_operations import FILL_DOWN
from ayan.core.refine.corrections import Correction
from ayan.core.refine.issue_store import IssueCause, IssueStore

WHY_NONE: Final = "ردیف داده نیست (عنوان، جمع، یادداشت یا امضا)"
"""The reason, which is published, for rows that are none."""
WHOLE: Final = frozenset({"offers", "recipe", "operation", "leave-none"})
"""Decisions that name no group."""
OF_GROUP: Final = frozenset({"fill-down", "not-rows", "picked", "picked-leave", "mend-shapes"})
"""Decisions about one group, or about rows of the one that stands open."""


def of_page(desk: SubmissionPage, issues: IssueStore, what: str) -> list[Correction]:
    """The corrections that a decision about the whole page comes to. Raises BadCorrection and DeskRefused."""
    post = desk.request.POST
    match what:
        case "offers":
            return [
                corrections.replaced(offer.field.name, offer.old, offer.new)
                for offer in fix_aids.offers(desk, issues)
                if post.get(f"seen:{offer.mark}")
            ]
        case "recipe":
            return fix_aids.recipe(desk, known_fixes.remembered(desk.submission))
        case "leave-none":
            causes = [cause for cause in issues.errors if cause.code in fix_aids.NOT_RECORDS and cause.rows]
            rows = sorted({row for cause in causes for row in issues.row_numbers(cause.id)})
            return [corrections.left_out(rows, WHY_NONE)] if rows else []
        case "operation":
            return [_operation(desk, post)]
    return []


def _operation(desk: SubmissionPage, post: Mapping[str, str]) -> Correction:
    """The operation that the form asks for, on a column of the file."""
    name, code = post.get("op-field", ""), post.get("op-kind", "")
    if name not in {field.name for field in desk.dataset.fields}:
        raise DeskRefused("ستون را برگزینید.", "Choose the column.", "op-field")
    if not code:
        raise DeskRefused("بگویید با این ستون چه باید کرد.", "Say what is to be done to the column.", "op-kind")
    if code == "multiply":
        if next(field for field in desk.dataset.fields if field.name == name).kind.is_money:
            raise DeskRefused(
                "واحد پول این ستون را در گام «ستون‌ها» بگویید تا در صفحهٔ انتشار هم بیاید.",
                "Say the unit of money of this column at the step “Columns”, so that the release says it too.",
                "op-kind",
            )
        return corrections.operated(name, code, "", post.get("op-factor", ""))
    new = post.get("op-new", "") if code == "replace-part" else ""
    old = post.get("op-old", "") if code in ("replace-part", "before", "after") else ""
    if code in ("replace-part", "before", "after") and not old:
        raise DeskRefused("بنویسید کدام متن یا نشانه.", "Write which text or sign.", "op-old")
    return corrections.operated(name, code, old, new)


def of_group(desk: SubmissionPage, issues: IssueStore, cause: IssueCause, what: str) -> list[Correction]:
    """The corrections that a decision about one group, or about the rows of it that were picked, comes to."""
    post = desk.request.POST
    match what:
        case "fill-down" if cause.field:
            return [corrections.operated(cause.field, FILL_DOWN)]
        case "mend-shapes" if cause.field:
            return _of_shapes(issues, cause.id, cause.field)
        case "not-rows":
            return [corrections.left_out(issues.row_numbers(cause.id), WHY_NONE)]
        case "picked" if cause.field and post.get("picked-new", "").strip():
            return [corrections.set_cells(cause.field, _picked(post, issues, cause), post["picked-new"])]
        case "picked-leave":
            return [corrections.left_out(_picked(post, issues, cause), WHY_NONE)]
    return []


def _picked(post: Mapping[str, str], issues: IssueStore, cause: IssueCause) -> list[int]:
    """The rows of a group whose boxes are ticked."""
    names = [name.removeprefix("pick:") for name, said in post.items() if name.startswith("pick:") and said]
    numbers = {int(whole(name) or 0) for name in names[:MOST_PICKED]}
    rows = sorted(numbers & set(issues.row_numbers(cause.id)))
    if not rows:
        raise DeskRefused("ردیفی را علامت بزنید.", "Tick a row.", "opened")
    return rows


def _of_shapes(issues: IssueStore, name: str, field: str) -> list[Correction]:
    """What puts the shapes of a group right where it is certain: an operation on the column, or each of them anew."""
    wrong = issues.shapes(name)
    if wrong is None:
        return []
    if wrong.operation:
        return [corrections.operated(field, wrong.operation)]
    return [corrections.replaced(field, old, new) for old, new in wrong.mends]


def empty_rows(issues: IssueStore, mark: str) -> list[int]:
    """The rows of the group whose empty cells a form names by a mark; none where no group is named so any more."""
    named = (cause for cause in issues.causes if cause.field and mark_of(cause, "") == mark)
    return next((issues.row_numbers(cause.id, "") for cause in named), [])


def of_clusters(desk: SubmissionPage) -> list[Correction]:
    """What is written where one of several similar spellings was chosen: that one for all others."""
    post, fixes = desk.request.POST, []
    if not any(name.startswith("cluster:") and said for name, said in post.items()):
        return []
    for cluster in fix_aids.spellings(desk):
        right = str(post.get(f"cluster:{fix_aids.cluster_mark(cluster)}", "")).strip()
        if right:
            fixes += [corrections.replaced(cluster.field, text, right) for text, _ in cluster.texts if text != right]
    return fixes


def ticked(desk: SubmissionPage, issues: IssueStore) -> list[tuple[str, str]]:
    """The fields and texts of the offers whose boxes are ticked."""
    return [
        (offer.field.name, offer.old)
        for offer in fix_aids.offers(desk, issues)
        if desk.request.POST.get(f"seen:{offer.mark}")
    ]


def sent_with(post: Mapping[str, str], what: str) -> set[str]:
    """The names of what a decision took from the form, which is kept no longer."""
    taken = {
        "write": ("value:", "cell:", "cluster:"),
        "operation": ("op-",),
        "picked": ("pick:", "picked-new"),
        "picked-leave": ("pick:",),
    }
    return {name for name in post if name.startswith(taken.get(what, ()))}


def decided(issues: IssueStore | None, fixes: Sequence[Correction], cause: IssueCause | None) -> list[str]:
    """The marks of the groups that corrections settle: the one that is named, and those of which all is written."""
    if issues is None:
        return []
    texts = {(fix.field, fix.old) for fix in fixes if fix.kind in ("replace", "redact")}
    cells = [fix for fix in fixes if fix.kind == "set"]
    # Of a group rows may have been picked; every other decision about one is about all of it.
    marks = [mark_of(cause)] if cause is not None and not cells else []
    for each in issues.errors:
        if any(field == each.field for field, _ in texts):
            values = issues.values(each.id, limit=MOST_PICKED).values
            settled = all((each.field, value.text) in texts for value in values)
        else:
            rows = {row for fix in cells if fix.field in each.fields for row in row_ranges.each(fix.rows)}
            settled = bool(rows) and rows.issuperset(issues.row_numbers(each.id))
        if settled:
            marks.append(mark_of(each))
    return marks
