"""The page of a case for the person who brought it: all that stands on it, and what they may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import HttpRequest

from ayan.apps.counter import (
    case_delay,
    case_fee,
    case_history,
    case_messages,
    case_record,
    case_standing,
    case_strip,
    case_times,
    issued_records,
    receipt_text,
    rules,
    service_steps,
)
from ayan.apps.counter.case_encryption import open_text
from ayan.apps.counter.case_fee import OfferedTariff
from ayan.apps.counter.case_history import HistoryLine
from ayan.apps.counter.case_standing import unit_names
from ayan.apps.counter.case_subject import office_of
from ayan.apps.counter.models import Case, CaseValue
from ayan.apps.counter.subject_text import NoSuchSubject, SubjectText, subject_of
from ayan.core.casework.case_kind import CaseKind, CaseStep
from ayan.core.casework.case_words import STAGES, CaseStage
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.component_parts import FormBox, FormProblem
from ayan.ui.value_html import day_in_words
from ayan.wiring import city

SAY: Final = Label("متن", "Your words")
WHY: Final = Label("چرا؟", "Why?")
HINTS: Final[Mapping[str, Label]] = {
    "add": Label("موعد را عقب نمی‌برد.", "It does not move the due date."),
    "withdraw": Label(
        "رسیدگی پایان می‌یابد. شماره و روزها می‌مانند.", "It is dealt with no further. Its number and days stay."
    ),
    "reopen": Label("بنویسید چه چیزی در پاسخ کم یا نادرست است.", "Write what is missing or wrong in the answer."),
}
STARS: Final = (
    Label("۱، بسیار بد", "1, very bad"),
    Label("۲، بد", "2, bad"),
    Label("۳، میانه", "3, fair"),
    Label("۴، خوب", "4, good"),
    Label("۵، بسیار خوب", "5, very good"),
)


@dataclass(frozen=True, slots=True)
class PersonAct:
    """Something that the person may do: its step, the box of its text, whether files come with it."""

    step: CaseStep
    hint: str
    box: FormBox | None
    files: bool
    is_open: bool
    grave: bool


@dataclass(frozen=True, slots=True)
class SaidField:
    """What stands in one field of the form that was sent; ``is_erased`` once its time was over."""

    title: str
    text: str
    public: bool
    is_erased: bool


def whole(
    request: HttpRequest, case: Case, refusal: Refusal | None = None, failed: str = "", typed: str = ""
) -> dict[str, Any]:
    """Everything on the page of a case; ``failed`` is the step that was refused, with what was ``typed`` for it."""
    lang, kind, entries = language.of(request), rules.kind_of(case), case_times.entries_of(case)
    seen = set(case.seen.values_list("office", flat=True))
    slugs = {case.office, office_of(kind, case.dataset), *seen, *(str(each.facts.get("unit", "")) for each in entries)}
    names = unit_names(slugs, lang)
    lines = case_history.history(case, kind, entries, names, lang)
    problem = refusal.of(lang) if refusal else ""
    field = f"text-{failed}" if failed and refusal and refusal.field in ("text", "files", "") else ""
    return {
        "section": "counter",
        "case": case,
        "done": _done(kind, request.GET.get("done", "")[:40]),
        "kind": kind,
        "headline": case_standing.headline(case, kind, names[case.office], lang),
        "stage": STAGES[CaseStage(case.stage)].of(lang),
        "is_closed": case.stage == CaseStage.CLOSED,
        "is_late": case_standing.is_late(case),
        "unit": names[case.office],
        "left": case_standing.left(case, kind, lang),
        "way": case_standing.way(case, kind, entries, names, lang),
        "strip": case_strip.strip(case, kind, entries, lang),
        "held": _held(case, kind, lang),
        "question": case_history.question(entries, case, kind),
        "lapses_on": case_times.lapses_on(case, kind, entries),
        "wanted": case_standing.wanted_of(case, kind),
        "service_way": service_steps.way_of(case, kind, entries),
        "desks": names,
        "reckoned": [] if case.stage == CaseStage.CLOSED else _reckoned(case, kind, lines, lang),
        "fee": next((line.fee for line in lines if line.fee), None),
        "answer": case_history.answer(lines, entries, kind),
        "lines": lines,
        "becomes": case_record.published_columns(kind, lang),
        "record": issued_records.record_address(case, lang),
        "delays": [
            (each.words, case_history.said(each.entry, kind) if each.entry is not None else "")
            for each in case_delay.causes(case, kind, entries, names, lang, "person")
        ],
        "looks": case_history.looks(case, names),
        "acts": _acts(case, kind, lang, problem, failed, typed),
        "stars": [(number, words.of(lang)) for number, words in enumerate(STARS, 1)] if _may_rate(case) else [],
        "rated": STARS[case.rating - 1].of(lang) if case.rating else "",
        "appeal": _appeal(case, kind),
        "appeal_from": _appeal_from(case, kind),
        "appeals": list(Case.objects.filter(appeal_of=case).order_by("pk")),
        "fields": _fields(case, kind, lang),
        "public_fields": _titles(kind, lang, public=True),
        "closed_fields": _titles(kind, lang, public=False),
        "subject": _subject(case, lang),
        "reached": [channel.label for channel, _ in case_messages.contacts(case, kind)],
        "receipt": receipt_text.of(case, lang, request),
        "problems": [FormProblem(problem, field)] if refusal else [],
    }


def _reckoned(case: Case, kind: CaseKind, lines: list[HistoryLine], lang: Lang) -> list[OfferedTariff]:
    """The tariffs that what the person wrote can be worked out by, until the fee has been told."""
    if kind.record is None or any(line.fee for line in lines):
        return []
    return [each for each in case_fee.offered(case, kind, lang) if each.is_filled]


def _done(kind: CaseKind, code: str) -> CaseStep | None:
    """The step that the person has just done; a link of a stranger can name none of anybody else."""
    step = kind.step(code)
    return step if step is not None and "person" in step.by else None


def _held(case: Case, kind: CaseKind, lang: Lang) -> str:
    """Since when a case is on its desk, and how many days that is."""
    current_city = city.current()
    since, now = case.held_since.astimezone(TEHRAN).date(), today(current_city.clock)
    if since >= now:
        return case_standing.SINCE_TODAY.of(lang)
    days = case_standing.between(since, now, kind.clock, current_city.profile.workdays)
    return case_standing.SINCE.of(lang).format(
        on=day_in_words(since, lang), days=case_standing.counted(days, kind.clock, lang)
    )


def _acts(case: Case, kind: CaseKind, lang: Lang, problem: str, failed: str, typed: str) -> list[PersonAct]:
    acts = []
    for step in case_times.possible_steps(case, kind, "person"):
        wrong = step.code == failed
        label = WHY if step.code in ("withdraw", "reopen") else SAY
        has_text = "text" in step.needs | step.optional
        box = FormBox(
            f"text-{step.code}",
            label.of(lang),
            typed if wrong else "",
            problem=problem if wrong else "",
            required="text" in step.needs,
            lines=4,
        )
        hint = HINTS[step.code].of(lang) if step.code in HINTS else ""
        grave = "withdrawn" in step.outcomes
        is_open = wrong or (case.stage == CaseStage.ASKED and bool(step.to) and not grave)
        acts.append(PersonAct(step, hint, box if has_text else None, has_text and not grave, is_open, grave))
    return sorted(acts, key=lambda act: (not act.is_open, act.grave))


def _may_rate(case: Case) -> bool:
    return case.stage == CaseStage.CLOSED and case.rating is None and case.outcome not in ("withdrawn", "merged")


def _appeal(case: Case, kind: CaseKind) -> CaseKind | None:
    """The kind of the appeal that is open to the person now."""
    return rules.kinds().sound.get(kind.appeal) if case_times.may_appeal(case, kind) else None


def _appeal_from(case: Case, kind: CaseKind) -> date | None:
    """From which day an appeal is open if no answer comes in time."""
    if case.stage == CaseStage.CLOSED or case.due_on is None or kind.appeal not in rules.kinds().sound:
        return None
    day = city.current().profile.workdays.after(case.due_on, 1)
    return day if today(city.current().clock) <= case.due_on else None


def _fields(case: Case, kind: CaseKind, lang: Lang) -> list[SaidField]:
    kept = {value.field: value for value in CaseValue.objects.filter(case=case)}
    fields = []
    for each in kind.fields:
        value = kept.get(each.code)
        if value is None:
            continue
        text = open_text(value.locked)
        label = dict(each.choices).get(text)
        public = each.privacy == "public" and kind.publication != "never"
        fields.append(SaidField(each.title.of(lang), label.of(lang) if label else text, public, not value.locked))
    return fields


def _titles(kind: CaseKind, lang: Lang, *, public: bool) -> list[str]:
    return [
        each.title.of(lang)
        for each in kind.fields
        if (each.privacy == "public" and kind.publication != "never") == public
    ]


def _subject(case: Case, lang: Lang) -> SubjectText | None:
    if case.about.startswith("case:"):
        return None
    try:
        return subject_of(case.about, case.column, lang)
    except NoSuchSubject:
        return None
