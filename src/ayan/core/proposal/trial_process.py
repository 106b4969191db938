"""A stranger's file tried in a process of its own: read against a declaration or a proposal, and forgotten."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal

from ayan.core.intake.table import IntakeLimits, StepNote
from ayan.core.proposal.answers import BadAnswer, option_label
from ayan.core.proposal.file_trial import tried
from ayan.core.proposal.limits import (
    LONGEST_VALUE,
    MOST_PLACES,
    MOST_TOLD,
    MOST_VALUES,
    TRIAL_ADDRESSES,
    TRIAL_CELLS,
    TRIAL_MEMORY,
    TRIAL_SECONDS,
)
from ayan.core.proposal.proposal import ProposedFile, propose
from ayan.core.proposal.proposed_field import OpenQuestion, mark_of
from ayan.core.refine.pipeline import Refined
from ayan.core.refine.refine_session import RefiningTooSlow, ResourceLimits
from ayan.core.schema.field import Field
from ayan.core.schema.issue import ORDER, CannotRead, Issue
from ayan.core.schema.loader import load_dataset
from ayan.core.schema.steps.registry import FIRST
from ayan.core.system import child, processor_budget
from ayan.core.values import period as periods
from ayan.core.values.jalali import en_date_gregorian
from ayan.core.values.label import Label, day_label, in_each, label_of, number_label
from ayan.core.values.money import UNIT_LABELS
from ayan.core.values.refusal import Refusal

_CONVERTED: Final = Label("{unit} (در پرونده {written})", "{unit} (in the file {written})")


@dataclass(frozen=True, slots=True)
class TrialRemark:
    """One cause of issues: how grave, how often, what is said of it, and the first places."""

    code: str
    level: Literal["error", "warning", "info"]
    count: int
    words: Label
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrialQuestion:
    """What cannot be read off the file: the key of the answer, what is asked, and the answers that may be chosen."""

    key: str
    words: Label
    options: tuple[tuple[str, Label], ...]


@dataclass(frozen=True, slots=True)
class TrialColumn:
    """One column as it was read: its title in the file, its label, kind and unit, and the first values.

    A column that is ``withheld`` shows none.
    """

    header: str
    label: Label
    kind: Label
    unit: Label | None
    withheld: bool
    values: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class TrialStep:
    """One layout step that the table gives a reason for: what it does, and the table after it.

    ``mark`` names it where somebody does not want it, and is "" for one that no proposal can do without. A step that
    is ``undone`` has no rows. ``rows`` are the first after it, each with its number in the file.
    """

    mark: str
    label: Label
    particulars: Label
    undone: bool
    before: int = 0
    after: int = 0
    left: int = 0
    filled: int = 0
    headers: tuple[str, ...] = ()
    rows: tuple[tuple[int, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class TrialOutcome:
    """What was made of a file that was tried.

    ``refused`` says why it could not be read at all. ``read``, ``good`` and ``totals`` count its rows, ``columns`` are
    what was made of each. Where it was read against a proposal, ``questions`` are what is open and ``texts`` the files
    of the declaration; ``steps`` are what was done to its table, and what somebody did not want done.
    """

    refused: Label | None = None
    read: int = 0
    good: int = 0
    totals: int = 0
    remarks: tuple[TrialRemark, ...] = ()
    columns: tuple[TrialColumn, ...] = ()
    questions: tuple[TrialQuestion, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    steps: tuple[TrialStep, ...] = ()


class TrialTooCostly(Refusal):
    """The file takes more time or memory than a trial may."""

    code = "trial-too-costly"
    fa = "خواندن این پرونده بیش از سهم یک آزمایش طول کشید یا جا برد. بخشی از آن را بفرستید."
    en = "Reading this file took more time or memory than a trial may. Send a part of it."
    status = 422


def try_apart(
    file: Path,
    folder: Path,
    *,
    declaration: Path | None,
    source: str,
    period: str,
    answers: Mapping[str, str] | None = None,
    seconds: float | None = None,
) -> TrialOutcome:
    """Read ``file`` as the declaration in the folder ``declaration`` has it, or as one that is proposed for it.

    ``answers`` are what its sender said to the questions of an earlier trial. It may take ``seconds``, by
    default those of a stranger.
    Everything happens in a process that ends with it and writes into ``folder`` alone, which the caller throws away.
    What it takes counts as the caller's own. Raises TrialTooCostly.
    """
    budget, began = processor_budget.current(), time.monotonic()
    seconds = seconds or TRIAL_SECONDS
    seconds = seconds if budget is None else max(1.0, min(seconds, budget.left))
    request = {
        "file": str(file),
        "folder": str(folder),
        "declaration": str(declaration) if declaration else "",
        "source": source,
        "period": period,
        "answers": dict(answers or {}),
        "seconds": seconds,
    }
    try:
        answer = child.ask(__name__, request, memory=TRIAL_ADDRESSES, seconds=seconds)
    except child.ChildFailed as failed:
        raise TrialTooCostly from failed
    finally:
        if budget is not None:
            budget.charge(time.monotonic() - began)
    return _outcome(answer)


def _outcome(answer: Mapping[str, Any]) -> TrialOutcome:
    refused = answer["refused"]
    return TrialOutcome(
        refused=label_of(refused) if refused else None,
        read=answer["read"],
        good=answer["good"],
        totals=answer["totals"],
        remarks=tuple(
            TrialRemark(each["code"], each["level"], each["count"], label_of(each["words"]), tuple(each["places"]))
            for each in answer["remarks"]
        ),
        columns=tuple(
            TrialColumn(
                header=each["header"],
                label=label_of(each["label"]),
                kind=label_of(each["kind"]),
                unit=label_of(each["unit"]) if each["unit"] else None,
                withheld=each["withheld"],
                values=tuple(label_of(value) for value in each["values"]),
            )
            for each in answer["columns"]
        ),
        questions=tuple(
            TrialQuestion(key, label_of(words), tuple((value, label_of(said)) for value, said in options))
            for key, words, options in answer["questions"]
        ),
        texts=tuple((name, text) for name, text in answer["texts"]),
        steps=tuple(
            TrialStep(
                **each
                | {
                    "label": label_of(each["label"]),
                    "particulars": label_of(each["particulars"]),
                    "headers": tuple(each["headers"]),
                    "rows": tuple((row, tuple(cells)) for row, cells in each["rows"]),
                }
            )
            for each in answer["steps"]
        ),
    )


# --- in the other process ---------------------------------------------------------------------------------------------


def _work(request: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "refused": None, "read": 0, "good": 0, "totals": 0, "remarks": [], "columns": [], "questions": [],
        "texts": [], "steps": [],
    }  # fmt: skip
    try:
        _try(request, said)
    except (CannotRead, RefiningTooSlow, BadAnswer) as refusal:
        said["refused"] = refusal.label.words()
    return said


def _try(request: dict[str, Any], said: dict[str, Any]) -> None:
    file, folder, source = Path(request["file"]), Path(request["folder"]), request["source"]
    seconds = request["seconds"]
    limits = IntakeLimits(cells=TRIAL_CELLS, unpacked=TRIAL_MEMORY, seconds=seconds, memory=TRIAL_ADDRESSES)
    named, sheet, seen = request["period"], None, None
    if request["declaration"]:
        dataset = load_dataset(Path(request["declaration"]))
    else:
        proposal = propose([file], answers=request["answers"], workdir=folder / "look", limits=limits)
        (seen,) = proposal.files
        dataset, source, sheet, named = proposal.dataset(), seen.source, seen.sheet, named or seen.period or ""
        labels = {field.name: field.label for field in dataset.fields}
        said["questions"] = [_question(each, labels) for each in proposal.questions]
        said["texts"] = list(proposal.texts.items())
    period = None
    with suppress(periods.NotAPeriod):
        period = periods.parse(named) if named and dataset.period != "none" else None
    resources = ResourceLimits(memory=TRIAL_MEMORY, threads=1, seconds=seconds)
    with tried(
        file, dataset, workdir=folder / "read", source=source, sheet=sheet, period=period, limits=limits,
        resource_limits=resources,
    ) as refined:  # fmt: skip
        said["read"], said["good"], said["totals"] = (
            refined.counts.read, refined.counts.good, refined.counts.totals,
        )  # fmt: skip
        said["remarks"] = _remarks(refined.issues)
        said["columns"] = _columns(refined)
        said["steps"] = _steps(seen, refined.raw.facts.steps) if seen else []


def _steps(file: ProposedFile, notes: Sequence[StepNote]) -> list[dict[str, Any]]:
    """The steps of the proposal with what each did, and behind them those that somebody did not want."""
    done = {mark_of(note.step): note for note in notes}
    listed = []
    for each in (*file.steps, *file.undone):
        wanted = not isinstance(each.step, FIRST)
        step = {
            "mark": each.mark if wanted else "", "label": each.step.label.words(),
            "particulars": each.step.particulars.words(),
            "undone": each in file.undone, "headers": [], "rows": [],
        }  # fmt: skip
        if (note := done.get(each.mark)) is not None and not step["undone"]:
            rows = [[row, [_short(cell) for cell in cells]] for row, *cells in note.first]
            step |= {
                "before": note.rows_before, "after": note.rows_after, "left": note.left, "filled": note.filled,
                "headers": list(note.headers), "rows": rows,
            }  # fmt: skip
        listed.append(step)
    return listed


def _short(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _columns(refined: Refined) -> list[dict[str, Any]]:
    """What was made of each column, with its first values; of what stays inside none."""
    present = refined.session.present[:MOST_TOLD]
    cells = ", ".join(f"CAST(v_{each.field.name} AS VARCHAR)" for each in present) or "NULL"
    rows = refined.session.con.execute(
        f"SELECT {cells} FROM typed WHERE _class = 'record' AND _row NOT IN (SELECT _row FROM left_out) "
        f"ORDER BY _row LIMIT {MOST_VALUES}"
    ).fetchall()
    return [
        {
            "header": each.column.header if each.column else "",
            "label": each.field.label.words(),
            "kind": each.field.kind.short_label.words(),
            "unit": unit.words() if (unit := _unit(each.field)) else None,
            "withheld": not each.field.published,
            "values": [_in_words(each.field, row[at]).words() for row in rows] if each.field.shown == "public" else [],
        }
        for at, each in enumerate(present)
    ]


def _unit(field: Field) -> Label | None:
    """What the numbers of a field are in, and for money in which unit the file has them."""
    if not field.kind.is_money:
        return field.unit
    rial, written = Label(*UNIT_LABELS["rial"]), Label(*UNIT_LABELS[field.money_unit])
    return rial if field.money_unit == "rial" else _CONVERTED.format(unit=rial, written=written)


def _in_words(field: Field, text: str | None) -> Label:
    """A value as pages write it."""
    if text is None:
        return Label("–", "–")
    if field.kind.is_number:
        number = Decimal(text)
        return number_label(number)
    if field.kind.is_day:
        day = date.fromisoformat(text[:10])
        return replace(day_label(day), en=en_date_gregorian(day))
    if (choices := field.choices) is not None:
        return in_each(lambda lang: choices.label(text, lang))
    return Label(_short(text), _short(text))


def _question(question: OpenQuestion, labels: Mapping[str, Label]) -> list[Any]:
    """A question as the other process is told of it, each option with the words by which a person knows it.

    ``labels`` are those of the fields, for a question whose answers are fields.
    """
    options = [(option, option_label(option, question.key, labels)) for option in question.options]
    return [
        question.key,
        question.text.words(),
        [[option, label.words()] for option, label in options],
    ]


def _remarks(issues: Sequence[Issue]) -> list[dict[str, Any]]:
    """The issues by their cause, the gravest first."""
    causes: dict[tuple[str, str | None], list[Issue]] = {}
    for issue in issues:
        causes.setdefault((issue.code, issue.field), []).append(issue)
    ordered = sorted(causes.items(), key=lambda cause: ORDER[cause[1][0].level])[:MOST_TOLD]
    return [
        {
            "code": code,
            "level": members[0].level,
            "count": sum(each.count for each in members),
            "words": members[0].label.words(),
            "places": [_place(each) for each in members if each.row is not None][:MOST_PLACES],
        }
        for (code, _), members in ordered
    ]


def _place(issue: Issue) -> str:
    """A cell as a spreadsheet names it, or a row."""
    return f"{(issue.column or '').partition(' ')[0]}{issue.row}"


if __name__ == "__main__":
    child.answer(_work)
