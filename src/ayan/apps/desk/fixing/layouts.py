"""Layout steps at the desk: the short form of each kind, what was done and may be undone, and what is remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.http import QueryDict

from ayan.apps.accounts.models import User
from ayan.apps.desk.inputs import Inputs, inputs_of
from ayan.apps.desk.limits import MOST_KNOWN
from ayan.apps.desk.models import KnownLayout, Submission
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.desk.submission_page import SubmissionPage
from ayan.core.intake.preview import Preview
from ayan.core.intake.table import RawTable
from ayan.core.refine.column_mapping import titles_fingerprint
from ayan.core.schema.steps.registry import FIRST, STEPS, step_from_json
from ayan.core.schema.steps.shape_steps import Header
from ayan.core.schema.steps.step import BadStep, Step
from ayan.core.values.canonical import Json
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.wiring import city

Widget = Literal["columns", "column", "text", "texts", "number", "numbers", "choice", "rule"]


@dataclass(frozen=True, slots=True)
class StepInput:
    """One thing that a form asks: the key of the step, how it is asked, and in which words."""

    key: str
    widget: Widget
    label: Label
    options: tuple[tuple[str, Label], ...] = ()


_COLUMNS: Final = StepInput("columns", "columns", Label("ستون‌ها", "Columns"))
_RULE: Final = StepInput("when", "rule", Label("کدام ردیف‌ها؟", "Which rows?"))
_INTO: Final = Label("نام ستون تازه", "Name of the new column")
_TITLES: Final = Label("ستونی برای عنوان هر جدول، اگر دارد", "Column for the title of each table, if it has one")
_LIST: Final = Label("نام ستون‌های تازه، با ؛ جدا", "Names of the new columns, parted by ;")

FORMS: Final[Mapping[str, tuple[StepInput, ...]]] = {
    "sheets": (
        StepInput("sheets", "texts", Label("نام برگه‌ها، با ؛ جدا (* یعنی همه)", "Sheets, parted by ; (* means all)")),
        StepInput("into", "text", Label("ستونی برای نام برگه", "Column for the name of the sheet")),
    ),
    "members": (
        StepInput("members", "texts", Label("نام پرونده‌ها، با ؛ جدا (* یعنی همه)", "Files, parted by ; (* means all)")),
        StepInput("into", "text", Label("ستونی برای نام پرونده", "Column for the name of the file")),
    ),
    "table": (
        StepInput("title", "text", Label("عنوان بالای جدول", "The title above the table")),
        StepInput("number", "number", Label("یا جدول چندم برگه؟", "or which table of the sheet is it?")),
    ),
    "header": (StepInput("rows", "number", Label("سرستون چند ردیف است؟", "How many rows has the header?")),),
    "start": (_RULE,),
    "end": (_RULE,),
    "leave_out": (_RULE,),
    "carry": (StepInput("into", "text", _INTO), _RULE),
    "fill_down": (_COLUMNS,),
    "crosstab": (
        _COLUMNS,
        StepInput("into", "texts", Label("ستون‌هایی برای عنوان‌ها، با ؛ جدا", "Columns for the headers, parted by ;")),
        StepInput("value", "text", Label("ستونی برای مقدار", "Column for the value")),
        StepInput(
            "values",
            "texts",
            Label("یا عنوان‌های سطح آخر سرستون، با ؛ جدا", "or the titles of the last header level, parted by ;"),
        ),
    ),
    "side_by_side": (
        StepInput("width", "number", Label("هر جدول چند ستون دارد؟", "How many columns has each table?")),
        StepInput("into", "text", _TITLES),
    ),
    "split": (
        StepInput("column", "column", Label("ستون", "Column")),
        StepInput("into", "texts", _LIST),
        StepInput("by", "text", Label("جداکننده", "Separator")),
        StepInput("at", "numbers", Label("یا پس از چند نویسه (۳؛ ۷)", "or after how many characters (3; 7)")),
        StepInput("pattern", "text", Label("یا الگویی با پرانتز", "or a pattern with groups")),
    ),
    "child_rows": (
        _COLUMNS,
        StepInput("by", "text", Label("جداکننده", "Separator")),
        StepInput(
            "once", "texts", Label("ستون‌هایی که تنها در ردیف نخست می‌ماند", "Columns that stay in the first row only")
        ),
    ),
    "ignore": (_COLUMNS,),
    "signs": (
        _COLUMNS,
        StepInput(
            "minus",
            "choice",
            Label("کدام منفی است؟", "Which is minus?"),
            (("DR", Label("بدهکار (DR)", "DR")), ("CR", Label("بستانکار (CR)", "CR"))),
        ),
    ),
    "decimal_comma": (_COLUMNS,),
    "grouping": (_COLUMNS,),
    "round": (_COLUMNS, StepInput("scale", "number", Label("چند رقم اعشار بماند؟", "How many decimals stay?"))),
    "factor": (_COLUMNS, StepInput("by", "text", Label("ضریب (توانی از ده)", "Factor (a power of ten)"))),
}
DEEPER: Final = "header-deeper"
"""A file refused for this is read once somebody has nodded to the number of rows that its merged titles take."""
OPENING: Final = (*FIRST, Header)
"""Steps without which a file may be refused as it is read."""
RULES: Final[tuple[tuple[str, Label], ...]] = (
    ("filled_at_most", Label("خانه‌های پر، دست بالا", "filled cells, at most")),
    ("is", Label("متن برابر است با (چند تا با ؛)", "text equal to (several by ;)")),
    ("matches", Label("متن با این الگو می‌خواند", "text matches this pattern")),
    ("empty", Label("خانه خالی است", "cell is empty")),
    ("header", Label("سرستون تکرار شده است", "the header is repeated")),
    ("gap", Label("پیش از آن ردیفی خالی است", "an empty row stands before it")),
)


def step_of(kind: str, post: QueryDict) -> Step:
    """The step that a form says. Raises DeskRefused, which names what is to be filled in, where it says none."""
    if kind not in FORMS:
        raise DeskRefused("برگزینید چه باید کرد.", "Choose what is to be done.", "layout-do")
    said: dict[str, Json] = {"do": kind}
    for part in FORMS[kind]:
        value = _value(part, post)
        if value not in (None, "", []):
            said[part.key] = value
    try:
        return step_from_json(said)
    except BadStep as wrong:
        key = wrong.field.partition(".")[0]
        label = next((part.label for part in FORMS[kind] if part.key == key), STEPS[kind].label)
        at = f"layout-{key}"
        raise DeskRefused("«{label}» را پر یا درست کنید.", "Fill in or correct “{label}”.", at).format(
            label=label
        ) from None


def _value(part: StepInput, post: QueryDict) -> Json:
    text = post.get(part.key, "")
    match part.widget:
        case "columns":
            return list[Json](post.getlist(part.key))
        case "texts":
            return list[Json](_parts(text))
        case "number":
            return _number(text)
        case "numbers":
            return [_number(each) for each in _parts(text)]
        case "rule":
            return _rule(post)
        case _:
            # A separator may begin or end with a blank.
            return text if part.key == "by" else text.strip()


def _rule(post: QueryDict) -> Json:
    kind, text = post.get("rule", ""), post.get("rule_text", "").strip()
    column = post.get("rule_column", "")
    rule: dict[str, Json] = {"column": column} if column else {}
    match kind:
        case "filled_at_most":
            return {**rule, kind: _number(text or "1")}
        case "is":
            return {**rule, kind: list[Json](_parts(text))}
        case "matches":
            return {**rule, kind: text}
        case "empty" | "header" | "gap":
            return {**rule, kind: True}
        case _:
            return None


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace("؛", ";").split(";") if part.strip()]


def _number(text: str) -> Json:
    digits = to_latin(text).strip()
    return int(digits) if digits.isdecimal() and len(digits) < 6 else digits


# --- what the page shows ----------------------------------------------------------------------------------------------


def shown(desk: SubmissionPage, look: Preview) -> dict[str, Any]:
    """The steps with what each did, the form of the kind that is asked for, and what was done the last time."""
    lang, inputs = desk.lang, desk.inputs
    kind = desk.request.POST.get("do") or desk.request.GET.get("do", "")
    headers = [column.header for column in look.columns if column.header]
    return {
        "steps": [_done(desk, look, at, lang) for at in range(len(_steps(desk, inputs)))],
        "kinds": [{"name": name, "label": STEPS[name].label.of(lang), "current": name == kind} for name in FORMS],
        "kind": kind if kind in FORMS else "",
        "label": STEPS[kind].label.of(lang) if kind in FORMS else "",
        "inputs": [_asked(part, headers, desk.request.POST, lang) for part in FORMS.get(kind, ())],
        "rules": [(name, label.of(lang)) for name, label in RULES],
        "headers": headers,
        "deeper": int(str(look.refused.params["rows"])) if look.refused and look.refused.code == DEEPER else None,
        "known": [STEPS[str(said["do"])].label.of(lang) for said in known_steps(desk.submission, inputs, look)],
        "same_titles": look.table is not None,
    }


def _steps(desk: SubmissionPage, inputs: Inputs) -> list[tuple[int | None, Step]]:
    """Every step in the order in which it is done, those of an officer with the number by which they are undone."""
    declared: list[tuple[int | None, Step]] = [(None, step) for step in desk.dataset.sources["default"].steps]
    added: list[tuple[int | None, Step]] = [(number, step_from_json(said)) for number, said in inputs.layout]
    return sorted([*declared, *added], key=lambda pair: not isinstance(pair[1], FIRST))


def _done(desk: SubmissionPage, look: Preview, at: int, lang: Lang) -> dict[str, Any]:
    number, step = _steps(desk, desk.inputs)[at]
    done: dict[str, Any] = {"number": number, "label": step.label.of(lang), "said": step.particulars.of(lang)}
    # A sheet is read before there is a table that a note could speak of; it is noted like any other step all the same.
    notes = look.facts.steps if look.facts else ()
    if at < len(notes):
        note = notes[at]
        done |= {
            "before": note.rows_before,
            "after": note.rows_after,
            "left": note.left,
            "filled": note.filled,
            "headers": note.headers,
            "rows": [{"row": row, "cells": cells} for row, *cells in note.first],
        }
    return done


def _asked(part: StepInput, headers: list[str], post: QueryDict, lang: Lang) -> dict[str, Any]:
    """One input of the form, with what was written into it."""
    picked = post.getlist(part.key)
    return {
        "key": part.key,
        "widget": part.widget,
        "label": part.label.of(lang),
        "written": post.get(part.key, ""),
        "options": [(value, label.of(lang)) for value, label in part.options],
        "columns": [(header, header in picked) for header in headers],
    }


# --- remembered by the titles of the file -----------------------------------------------------------------------------


def remember(submission: Submission, actor: User, steps: list[Json]) -> None:
    """Keep the steps for the next file of this unit with the same titles; none takes back what was kept."""
    table = _table(submission)
    if table is None:
        return
    fingerprint = titles_fingerprint(table)
    if steps:
        KnownLayout.objects.update_or_create(
            unit=submission.unit,
            dataset=submission.dataset,
            fingerprint=fingerprint,
            defaults={"steps": steps, "by": actor, "at": city.current().clock.now()},
        )
    else:
        KnownLayout.objects.filter(unit=submission.unit, dataset=submission.dataset, fingerprint=fingerprint).delete()


def _table(submission: Submission) -> RawTable | None:
    try:
        return inputs_of(submission.steps.all()).folder.table()
    except LookupError:
        return None


def known_steps(submission: Submission, inputs: Inputs, look: Preview | None) -> list[dict[str, Json]]:
    """The steps of the last file with these titles, where none is done to this one yet.

    A file that cannot be read has no titles: of such a one the steps by which the last of its kind was read.
    """
    if look is None or inputs.layout:
        return []
    layouts = KnownLayout.objects.filter(unit=submission.unit, dataset=submission.dataset)
    if look.table is not None:
        known = layouts.filter(fingerprint=titles_fingerprint(look.table)).first()
        return list(known.steps) if known else []
    opened = (known.steps for known in layouts.order_by("-at")[:MOST_KNOWN] if _opens(known.steps))
    return list(next(opened, ()))


def _opens(steps: Sequence[Mapping[str, Json]]) -> bool:
    """Whether steps say which table of a file is read, or how deep its header is: without them it may be refused."""
    return any(issubclass(STEPS[str(step["do"])], OPENING) for step in steps if step["do"] in STEPS)
