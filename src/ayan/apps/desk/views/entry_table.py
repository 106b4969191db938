"""A table that is entered by hand: its page of rows, what is saved of it while somebody types, and checking it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import sessions
from ayan.apps.desk.entry import entry_table
from ayan.apps.desk.entry.entry_table import EntryRow, EntryRows, RowsMoved, SentRow
from ayan.apps.desk.limits import EMPTY_ROWS, ENTERED_SHOWN, MORE_ROWS, MOST_CODES, MOST_ENTERED
from ayan.apps.desk.refusals import OriginalUnopened
from ayan.apps.desk.submission_page import (
    SubmissionPage,
    expected_revision,
    officer,
    onward,
    page,
    visible_page,
    whole,
)
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.issue import CannotRead
from ayan.core.schema.layouts import entry_fields
from ayan.core.values import locale
from ayan.core.values.digits import LATIN
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import unit_label
from ayan.core.values.refusal import Refusal
from ayan.ui.component_parts import Pagination
from ayan.ui.responses import refused
from ayan.ui.value_html import plain_number

YES_NO: Final = (("بله", Label("بله", "Yes")), ("خیر", Label("خیر", "No")))
# Of each group of issues so many rows are marked; the page of issues has all.
_MARKED: Final = 500


@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, key: UUID) -> HttpResponse:
    """The rows of a submission to be typed; POST saves them, and does what the button says (``do``)."""
    desk = visible_page(request, key, "submission.edit" if request.method == "POST" else "submission.view")
    if not desk.submission.takes_data:
        return onward(desk, "overview")
    try:
        entry_table.rows_of(desk.submission)
    except OriginalUnopened as wrong:
        return page(desk, "desk/refused.html", {}, wrong)
    if request.method != "POST":
        return _drawn(desk, kept_from_session(desk))
    sent = entry_table.sent_rows(request.POST)
    try:
        entry_table.save(officer(request), key, sent)
        return _done(desk, request.POST.get("do", ""))
    except CannotRead as wrong:
        return _drawn(desk, sent, wrong.at("table"))
    except Refusal as wrong:
        return _drawn(visible_page(request, key), sent, wrong)


def _done(desk: SubmissionPage, do: str) -> HttpResponse:
    """What a button asks for, after what was typed is saved."""
    who, key, (act, _, name) = officer(desk.request), desk.submission.id, do.partition(":")
    number = whole(desk.request.GET.get("page", "")) or 1
    match act:
        case "check":
            entry_table.check(who, key, expected_revision(desk.request))
            return onward(desk, "diff")
        case "start":
            entry_table.begin_with(who, key, name)
        case "copy":
            entry_table.copy_row(who, key, name)
        case "remove":
            entry_table.remove_row(who, key, name)
        case "empty":
            entry_table.empty(who, key)
        case "more":
            return onward(desk, "table", f"?page={number}&more=1#more")
    return onward(desk, "table", f"?page={number}")


@require_http_methods(["POST"])
def kept(request: HttpRequest, key: UUID) -> HttpResponse:
    """Keep rows while they are typed; the answer gives the version of each, by which the page goes on."""
    desk = visible_page(request, key, "submission.edit")
    sent = entry_table.sent_rows(request.POST)
    try:
        rows = entry_table.save(officer(request), key, sent)
    except Refusal as wrong:
        return refused(JsonResponse({"kept": False, "why": wrong.of(desk.lang)}), wrong)
    return JsonResponse({"kept": True, "seen": {each.id: _version(rows, each.id) for each in sent}})


def _version(rows: EntryRows, name: str) -> int:
    row = rows.row(name)
    return row.version if row else 0


def kept_from_session(desk: SubmissionPage) -> list[SentRow]:
    """What was sent from this page as the session was over: saved now; what cannot be is to be shown, unsaved."""
    who, session = officer(desk.request), desk.request.session
    draft = sessions.draft_of(session, who)
    if draft is None or draft["path"].partition("?")[0] != desk.request.path:
        return []
    fields = QueryDict(mutable=True)
    for name, text in draft["fields"]:
        fields.appendlist(name, text)
    sent = entry_table.sent_rows(fields)
    with suppress(Refusal):
        entry_table.save(who, desk.submission.id, sent)
        sent = []
    del session[sessions.DRAFT]
    return sent


def _drawn(desk: SubmissionPage, sent: list[SentRow], refusal: Refusal | None = None) -> HttpResponse:
    rows, fields, lang = entry_table.rows_of(desk.submission), entry_fields(desk.dataset), desk.lang
    taking = desk.taking
    typed = {row.id: row for row in sent}
    last = max(1, -(-len(rows.rows) // ENTERED_SHOWN))
    number = min(last, whole(desk.request.GET.get("page", "")) or 1)
    first = (number - 1) * ENTERED_SHOWN
    shown = rows.rows[first : first + ENTERED_SHOWN]
    unsaved = [EntryRow(row.id, 0, {}) for row in sent if rows.row(row.id) is None] if number == last else []
    room = MOST_ENTERED - len(rows.rows)
    wanted = MORE_ROWS if desk.request.GET.get("more") or not rows.rows else EMPTY_ROWS
    empty = min(room, wanted) if number == last else 0
    blank = [EntryRow(entry_table.fresh_id(), 0, {}) for _ in range(max(0, empty - len(unsaved)))]
    wrong = _wrong(desk, rows)
    lines = [
        _line(at, row, typed.get(row.id), (fields, taking), wrong, lang)
        for at, row in enumerate([*shown, *unsaved, *blank], first + 1)
    ]
    moved = isinstance(refusal, RowsMoved)
    context: dict[str, Any] = {
        "step": "table",
        "heads": [_head(field, lang) for field in fields],
        "lines": lines,
        "page": number,
        "pages": _pages(desk, number, last),
        "count": len(rows.filled),
        "most": MOST_ENTERED,
        "starts": [] if rows.filled else _starts(desk),
        "replaces": "published" in entry_table.starts(desk.dataset, desk.submission.period) and not rows.begun_with,
        "begun_with": rows.begun_with,
        "changed": bool(rows.checked) and rows.checked != rows.version,
        "moved": moved,
        "tab": entry_table.fresh_id(),
        "fixes": bool(desk.inputs.fixes) and desk.inputs.entered,
    }
    return page(desk, "desk/table.html", context, refusal)


def _head(field: Field, lang: Lang) -> dict[str, Any]:
    return {
        "label": field.label.of(lang),
        "required": field.required,
        "unit": unit_of(field, lang),
        "closed": not field.published,
        "hint": "" if field.kind.free or field.choices is not None else _example(field, lang),
        "wide": field.kind.is_words,
    }


def unit_of(field: Field, lang: Lang) -> str:
    """The unit in which the numbers of a field are entered; empty for none."""
    if field.kind.is_money:
        return unit_label(field.money_unit, lang)
    return field.unit.of(lang) if field.unit else ""


def _example(field: Field, lang: Lang) -> str:
    text = field.kind.example_of(field)
    written = field.kind.is_number or field.kind.is_day or field.kind.is_period
    return text.translate(str.maketrans(LATIN, locale.of(lang).digits)) if written else text


def _line(
    number: int,
    row: EntryRow,
    typed: SentRow | None,
    columns: tuple[tuple[Field, ...], Dataset],
    wrong: Mapping[tuple[str, str], str],
    lang: Lang,
) -> dict[str, Any]:
    cells = []
    fields, taking = columns
    for field in fields:
        stored = entry_table.clean(row.cells.get(field.name, ""))
        text = typed.cells.get(field.name, stored) if typed else stored
        other = stored if typed and row.version and text.strip() != stored else None
        cells.append(_cell(row.id, field, text, other, wrong.get((row.id, field.name), ""), lang, taking))
    return {"number": number, "id": row.id, "seen": row.version, "cells": cells, "kept": bool(row.cells)}


def _cell(
    row: str, field: Field, text: str, other: str | None, wrong: str, lang: Lang, taking: Dataset
) -> dict[str, Any]:
    """A cell of the form; ``other`` is what stands in it by now, where something else was typed into it here."""
    return {
        "name": f"cell:{row}:{field.name}",
        "field": field.name,
        "label": field.label.of(lang),
        "unit": unit_of(field, lang),
        "required": field.required,
        "text": text,
        "other": other,
        "wrong": wrong,
        "options": options(field, text, lang, taking),
        "ltr": field.kind.is_number or field.kind.is_day or field.kind.is_code or field.kind.is_period,
        "numeric": field.kind.is_number,
    }


def options(field: Field, text: str, lang: Lang, taking: Dataset) -> list[tuple[str, str, bool]]:
    """What a cell is chosen from: value, words and whether it is chosen; nothing for a cell that is typed.

    ``taking`` is the dataset as the period takes it: codes that were retired before are not offered.
    """
    taken = taking.field(field.name).choices
    if taken is not None and len(taken.entries) <= MOST_CODES:
        offered = [(entry.code, entry.label.of(lang)) for entry in taken.entries]
    elif field.kind.storage(field) == "BOOLEAN":
        offered = [(value, words.of(lang)) for value, words in YES_NO]
    else:
        return []
    if text and text not in dict(offered):
        # As it was pasted, or a code that is retired by now; whether it is taken is judged as in a file.
        offered.append((text, field.choices.label(text, lang) if field.choices is not None else text))
    return [(value, words, value == text) for value, words in offered]


def _wrong(desk: SubmissionPage, rows: EntryRows) -> dict[tuple[str, str], str]:
    """What is wrong in cells by the last check, where the row is still the one that was checked."""
    folder = desk.folder
    issues = folder.issues() if folder and desk.inputs.entered and desk.submission.counts else None
    if issues is None:
        return {}
    marks: dict[tuple[str, str], str] = {}
    for cause in issues.causes:
        if cause.severity == "info" or cause.accepted or not cause.rows:
            continue
        for row in issues.rows(cause.id, limit=_MARKED).rows:
            # The first row of the file is its header.
            at = row.row - 2
            name = rows.written[at] if 0 <= at < len(rows.written) else ""
            known = rows.row(name)
            if known is not None and known.version <= rows.checked:
                for each in row.cells:
                    marks.setdefault((name, each.field), cause.title.of(desk.lang))
    return marks


def _starts(desk: SubmissionPage) -> list[dict[str, Any]]:
    return [
        {"name": name, "period": release.period, "rows": release.rows, "fits": release.rows <= MOST_ENTERED}
        for name, release in entry_table.starts(desk.dataset, desk.submission.period).items()
    ]


def _pages(desk: SubmissionPage, number: int, last: int) -> list[Pagination]:
    if last == 1:
        return []
    return [
        Pagination(
            plain_number(each, desk.lang), "" if each == number else f"{desk.request.path}?page={each}", each == number
        )
        for each in range(1, last + 1)
    ]
