"""The second and third step: what the columns are, and putting right what could not be read."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from ayan.apps.accounts import audit, policy
from ayan.apps.accounts.sessions import is_typed
from ayan.apps.desk import selectors, sender_acts, submission_history
from ayan.apps.desk.access import subject
from ayan.apps.desk.approval import decisions
from ayan.apps.desk.files import returned_rows, uploads
from ayan.apps.desk.fixing import fix_aids, fix_forms, known_fixes, money_unit_choice, new_values, other_tables
from ayan.apps.desk.inputs import decisions_of
from ayan.apps.desk.limits import MOST_READ, MOST_VALUES
from ayan.apps.desk.refusals import DeskRefused, SubmissionBusy, TooLargeToShow, UploadTooLarge
from ayan.apps.desk.submission_page import (
    SubmissionPage,
    expected_revision,
    of_submission,
    officer,
    onward,
    page,
    visible_page,
    whole,
)
from ayan.core.intake.header import letter
from ayan.core.intake.table import RawTable
from ayan.core.publish.submission_processing import write_bad_rows
from ayan.core.refine import corrections
from ayan.core.refine.column_mapping import BadChoice, ColumnChoice, ColumnPlace, ColumnProposal
from ayan.core.refine.corrections import Correction
from ayan.core.refine.issue_store import IssueCause, IssueStore, ValueIssue, in_one_column
from ayan.core.refine.refine_session import RefiningTooSlow
from ayan.core.values.refusal import Refusal
from ayan.wiring import city


@of_submission("GET", "HEAD", "POST")
def columns(desk: SubmissionPage) -> HttpResponse:
    if desk.inputs.entered:
        return onward(desk, "table")
    if desk.inputs.appended:
        return onward(desk, "diff")
    folder = desk.folder
    look = folder.stored_preview() if folder else None
    if folder is None or look is None or look.refused is not None or not desk.submission.previewed:
        return onward(desk, "file")
    offered = folder.columns(desk.dataset)
    known = desk.inputs.choice or sender_acts.remembered(desk.submission, offered.fingerprint)
    if known is not None:
        offered = folder.columns(desk.dataset, remembered=known)
    refusal, raw = None, folder.table()
    if desk.request.method == "POST":
        policy.require(desk.request.user, "submission.edit", subject(desk.submission))
        try:
            choice = _choice(desk, offered, raw, known)
            sender_acts.set_columns(
                officer(desk.request), desk.submission.id, choice, offered.fingerprint, expected_revision(desk.request)
            )
            return onward(desk, "fix")
        except Refusal as wrong:
            refusal = wrong
    kept = sender_acts.typed_by(desk.submission, officer(desk.request), "columns")
    typed = {**kept, **desk.request.POST.dict()}
    context = {"step": "columns", **selectors.columns(desk, offered, raw, known, typed)}
    if known is None:
        context |= other_tables.misfit(desk, raw)
    return page(desk, "desk/columns.html", context, refusal)


def _choice(desk: SubmissionPage, offered: ColumnProposal, raw: RawTable, known: ColumnChoice | None) -> ColumnChoice:
    """What the form says of each field: a column by its number, a text for all rows, or nothing; and of its unit.

    What is ``known`` of the order of its days holds on.
    """
    places: dict[str, ColumnPlace] = {}
    taken: dict[int, str] = {}
    for ours in offered.ours:
        name, label = ours.field.name, ours.field.label
        said = desk.request.POST.get(f"column:{name}", "")
        column = whole(said)
        if said == "same" and ours.constant is not None:
            places[name] = ours.constant
        elif column:
            if column in taken:
                raise BadChoice(
                    "ستون {letter} را برای دو چیز برگزیده‌اید: «{taken}» و «{label}».",
                    "Column {letter} is chosen twice, the second time for “{label}”.",
                ).format(label=label, letter=letter(column), taken=taken[column])
            taken[column] = label.fa
            places[name] = column
        elif ours.field.required:
            raise BadChoice(
                "برای «{label}» ستونی برگزینید؛ بدون آن این داده منتشر نمی‌شود.",
                "Choose a column for “{label}”; without it these data cannot be published.",
            ).format(label=label)
        else:
            places[name] = None
    units = money_unit_choice.answers(desk.dataset, offered, places, raw, desk.request.POST)
    kept = known.date_orders if known else {}
    orders = {name: order for name, order in kept.items() if isinstance(places.get(name), int)}
    return ColumnChoice(
        places, sheet=desk.inputs.sheet, header_row=desk.inputs.header_row, units=units, date_orders=orders
    )


@of_submission()
def fix(desk: SubmissionPage) -> HttpResponse:
    return _fix_page(desk)


@of_submission("POST", verb="submission.edit")
def mend(desk: SubmissionPage) -> HttpResponse:
    """One decision: new texts for values or cells, all emptied, rows left out, a column said, or a warning accepted.

    The page is one form: what was typed about other groups comes with every decision, and is kept where it is not the
    one that is made now.
    """
    post, who, key = desk.request.POST, officer(desk.request), desk.submission.id
    what, _, named = post.get("do", "write").partition(":")
    named = named or post.get("cause", "")
    seen, mark, fixes = expected_revision(desk.request), "", list[Correction]()
    try:
        # What was typed can be sent while the file is being checked; all else is about a group of the last check.
        issues = _issues(desk, needed=what != "write" or bool(named))
        cause = _cause(issues, named) if issues and named else None
        mark = selectors.mark_of(cause) if cause else ""
        match what:
            case "unit" if cause:
                sender_acts.state_unit(who, key, cause, post.get("unit", "") or post.get(f"unit:{mark}", ""), seen)
            case "date-order" if cause:
                order = post.get("order", "") or post.get(f"order:{mark}", "")
                sender_acts.state_date_order(who, key, cause, order, seen)
            case "nod" if cause:
                sender_acts.nod(who, key, cause, seen)
            case "forget" if issues:
                known_fixes.forget(who, key, fix_forms.ticked(desk, issues), seen)
            case _:
                fixes = _decided(desk, issues, cause, what, mark)
                sender_acts.mend(who, key, fixes, seen, cause.code if cause else "", "fix" if what == "write" else "")
    except Refusal as wrong:
        return _fix_page(desk, wrong)
    sent = {f"unit:{mark}", f"order:{mark}", f"reason:{mark}"} if cause else set()
    keep_rest(desk, done=sent | fix_forms.sent_with(post, what))
    following = fix_aids.next_group(issues.causes, fix_forms.decided(issues, fixes, cause)) if issues else ""
    return onward(desk, "fix", f"?at={following}#at" if following else "")


def _decided(
    desk: SubmissionPage, issues: IssueStore | None, cause: IssueCause | None, what: str, mark: str
) -> list[Correction]:
    """The corrections that a decision comes to."""
    post = desk.request.POST
    if what == "write" or issues is None:
        return _written(desk, issues, cause) + fix_forms.of_clusters(desk)
    if what in fix_forms.WHOLE:
        return fix_forms.of_page(desk, issues, what)
    if cause is None:
        return []
    if what in fix_forms.OF_GROUP:
        return fix_forms.of_group(desk, issues, cause, what)
    return _fixes(issues, cause, what, post.get("reason", "") or post.get(f"reason:{mark}", ""))


def keep_rest(desk: SubmissionPage, done: Collection[str] = ()) -> None:
    """Keep what was typed into the page of problems beside the decision that was sent."""
    texts = {name: str(text) for name, text in desk.request.POST.items() if is_typed(name)}
    texts |= dict.fromkeys(set(done) & set(texts), "")
    if texts:
        # What is too long to be kept was never kept before either, and the decision stands.
        with suppress(Refusal):
            sender_acts.keep_typed(officer(desk.request), desk.submission.id, "fix", texts)


@of_submission("POST", verb="submission.edit")
def cell(desk: SubmissionPage) -> HttpResponse:
    """Write one cell that the approver returned the submission for."""
    post, row = desk.request.POST, whole(desk.request.POST.get("row", ""))
    new = post.get("new", "") or post.get(f"new:{post.get('remark', '')}", "")
    try:
        fixes = [corrections.set_cells(post.get("field", ""), row or 0, new)]
        sender_acts.mend(
            officer(desk.request), desk.submission.id, fixes, expected_revision(desk.request), "returned", "remark"
        )
    except Refusal as wrong:
        return _fix_page(desk, wrong)
    return onward(desk, "fix")


def _issues(desk: SubmissionPage, *, needed: bool) -> IssueStore | None:
    issues = desk.folder.issues() if desk.folder and desk.submission.counts is not None else None
    if issues is None and needed:
        raise SubmissionBusy
    return issues


def _cause(issues: IssueStore, key: str) -> IssueCause:
    try:
        return issues.cause(key)
    except KeyError:
        raise DeskRefused(
            "این گروه دیگر نیست؛ شاید درست شده است.", "This group is no more; perhaps it was put right."
        ) from None


def _fixes(issues: IssueStore, cause: IssueCause, what: str, reason: str) -> list[Correction]:
    """The decisions about one group that need no new text."""
    match what:
        case "accept":
            return [corrections.accepted(cause.code, cause.field, cause.cells)]
        case "empty":
            return [
                corrections.emptied(cause.field or "", wrong_value.text) for wrong_value in _values(issues, cause.id)
            ]
        case "mask":
            pairs = issues.masks(cause.id)
            if not pairs:
                raise DeskRefused(
                    "در این گروه نمی‌توان تنها بخشی از متن را پوشاند.", "No part of these texts can be hidden."
                )
            return [corrections.masked(cause.field or "", old, new) for old, new in pairs]
        case "clear" if cause.fingerprint:
            return [
                corrections.cleared(cause.field or "", text)
                for text in dict.fromkeys(
                    wrong_value.text
                    for each in in_one_column(issues.causes, cause)
                    for wrong_value in _values(issues, each.id)
                )
                if text
            ]
        case "drop" if cause.fingerprint:
            return [corrections.dropped(cause.field or "")]
        case "leave":
            return [corrections.left_out(issues.row_numbers(cause.id), reason)]
    return []


def _written(desk: SubmissionPage, issues: IssueStore | None, cause: IssueCause | None) -> list[Correction]:
    """Every new text of the form: for values wherever they stand, and for single cells.

    A value says of which field it is; where it does not, it is of the field of ``cause``. What is written for an empty
    cell is for the rows of its group alone: a title or a sum lacks that cell too, and would become a record by it.
    """
    post, fixes = desk.request.POST, []
    for name, new in post.items():
        if not str(new).strip():
            continue
        if name.startswith("value:"):
            mark = name.removeprefix("value:")
            field = post.get(f"of:{mark}", "") or (cause.field if cause else "") or ""
            old = post.get(f"old:{mark}", "")
            rows = fix_forms.empty_rows(issues, mark) if not old and issues else []
            fixes.append(
                corrections.set_cells(field, rows, str(new)) if rows else corrections.replaced(field, old, str(new))
            )
        elif name.startswith("cell:"):
            row, _, field = name.removeprefix("cell:").partition(":")
            fixes.append(corrections.set_cells(field, int(whole(row) or 0), str(new)))
    return fixes


def _values(issues: IssueStore, key: str) -> list[ValueIssue]:
    """Every text that stands in a group, up to what one decision may name."""
    value_page = issues.values(key, limit=MOST_VALUES)
    if value_page.next is not None:
        raise DeskRefused(
            "این گروه بسیار بزرگ است. ستون را در خود پرونده درست کنید و دوباره بفرستید.",
            "This group is very large. Put the column right in the file itself and send it again.",
        )
    return list(value_page.values)


def _fix_page(desk: SubmissionPage, refusal: Refusal | None = None) -> HttpResponse:
    if desk.inputs.choice is None:
        return onward(desk, "columns" if desk.submission.previewed else "file")
    context: dict[str, Any] = {"step": "fix", "partial": desk.inputs.partial, "done": submission_history.fixes(desk)}
    issues = desk.folder.issues() if desk.folder and desk.submission.counts is not None else None
    if issues is not None:
        chosen_cause = desk.request.GET.get("cause", "")
        after = whole(desk.request.GET.get("after", "")) or 0
        typed = sender_acts.typed_by(desk.submission, officer(desk.request), "fix")
        typed = {**typed, **desk.request.POST.dict()}
        context |= selectors.causes(desk, issues, chosen_cause, after, typed)
        context |= fix_aids.aids(desk, issues, context, typed)
        context["at"] = fix_aids.at(context["errors"], desk.request.GET.get("at", ""))
        new_values.offer(desk, [*context["errors"], *context["warnings"]])
        context["without_extent"] = _without_extent(desk)
        context["partial_typed"] = typed.get("partial", "") or desk.inputs.partial
    return page(desk, "desk/fix.html", context, refusal)


def _without_extent(desk: SubmissionPage) -> bool:
    """Whether the file has shapes, and nobody says where the city lies."""
    shapes = [field for field in desk.dataset.fields if field.kind.is_shape]
    return bool(shapes) and city.current().profile.extent is None and any(field.extent is None for field in shapes)


@of_submission("POST", verb="submission.edit")
def partial(desk: SubmissionPage) -> HttpResponse:
    """Leave the bad rows out, with a reason; or no longer."""
    post = desk.request.POST
    reason = (post.get("reason", "") or post.get("partial", "")).strip()
    if not reason and desk.request.POST.get("do") != "stop":
        wrong = DeskRefused(
            "بنویسید چرا این ردیف‌ها کنار گذاشته می‌شوند.", "Write why these rows are left out.", "partial"
        )
        return _fix_page(desk, wrong)
    try:
        sender_acts.leave_out_bad_rows(
            officer(desk.request), desk.submission.id, reason, expected_revision(desk.request)
        )
    except Refusal as wrong:
        return _fix_page(desk, wrong)
    keep_rest(desk, done={"partial"})
    return onward(desk, "fix")


@of_submission()
def bad_rows(desk: SubmissionPage) -> HttpResponse:
    """The bad rows as a workbook with remarks, to be put right in a spreadsheet and sent back."""
    if not desk.may("submission.edit"):
        policy.require(desk.request.user, "original.read", subject(desk.submission))
    sent, decisions = desk.folder, decisions_of(desk.submission, desk.inputs)
    if sent is None or not sent.has_file or decisions.choice is None:
        raise Http404
    if (desk.submission.counts or {}).get("read", 0) > MOST_READ:
        return _fix_page(desk, TooLargeToShow())
    audit.record(officer(desk.request), "original.read", subject(desk.submission), bad_rows=True, reason="repair")
    with city.current().private_store.scratch_folder() as folder:
        path = folder / "rows.xlsx"
        try:
            write_bad_rows(city.current().publish_context, sent, desk.dataset, decisions, path, desk.lang)
        except RefiningTooSlow:
            return _fix_page(desk, TooLargeToShow())
        answer = FileResponse(
            path.open("rb"), as_attachment=True, filename=f"{desk.submission.dataset}-{desk.submission.period}.xlsx"
        )
    answer.headers["Cache-Control"] = "no-store"
    return answer  # type: ignore[return-value]  # Django's two kinds of answer share no class but their base


@csrf_exempt
def returned(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take the workbook of bad rows back."""
    if request.method != "POST":
        raise Http404
    desk = visible_page(request, key, "submission.edit")
    with uploads.receiving(request, uploads.incoming(), _most_returned()) as handler:
        return _returned(request, desk, handler)


@csrf_protect
def _returned(request: HttpRequest, desk: SubmissionPage, handler: uploads.PrivateUpload) -> HttpResponse:
    request.POST  # noqa: B018 - reading it is what brings the file in
    try:
        if handler.too_large:
            raise UploadTooLarge(
                "پرونده بزرگ‌تر از {most} مگابایت است.", "The file is larger than {most} MB.", "rows"
            ).format(most=_most_returned() >> 20)
        if not handler.received:
            raise DeskRefused("پرونده‌ای انتخاب نشده است.", "No file was chosen.", "rows")
        sent = handler.received[-1]
        returned_rows.receive(officer(request), desk.submission, sent.path, sent.name, expected_revision(request))
    except Refusal as wrong:
        return _fix_page(desk, wrong)
    return onward(desk, "fix")


def _most_returned() -> int:
    return min(int(settings.UPLOAD_BYTES), returned_rows.LIMITS.bytes)


@of_submission("POST", verb="privacy.waive")
def waive(desk: SubmissionPage) -> HttpResponse:
    """The privacy officer waives a privacy hit."""
    post = desk.request.POST
    hit = post.get("fingerprint", "") or post.get("hit", "")
    try:
        decisions.waive(
            officer(desk.request),
            desk.submission.id,
            hit,
            post.get("reason", "") or post.get(f"why:{hit[:12]}", ""),
            expected_revision(desk.request),
        )
    except Refusal as wrong:
        return _fix_page(desk, wrong)
    keep_rest(desk, done={f"why:{hit[:12]}"})
    return onward(desk, "fix")
