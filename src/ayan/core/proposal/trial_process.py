"""A stranger's file tried in a process of its own: read against a declaration or a proposal, and forgotten."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

if __name__ == "__main__":
    # Arrow takes numpy in wherever it finds it, which is half of what this program reads before it begins.
    sys.modules["numpy"] = None  # type: ignore[assignment]  # this is how an import is forbidden

from ayan.core.intake.table import IntakeLimits
from ayan.core.proposal.answers import BadAnswer, option_label
from ayan.core.proposal.file_trial import tried
from ayan.core.proposal.limits import MOST_PLACES, MOST_TOLD, TRIAL_ADDRESSES, TRIAL_CELLS, TRIAL_MEMORY, TRIAL_SECONDS
from ayan.core.proposal.proposal import propose
from ayan.core.proposal.proposed_field import OpenQuestion
from ayan.core.refine.refine_session import RefiningTooSlow, ResourceLimits
from ayan.core.schema.issue import ORDER, CannotRead, Issue
from ayan.core.schema.loader import load_dataset
from ayan.core.system import child, processor_budget
from ayan.core.values import period as periods
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal


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
class TrialOutcome:
    """What was made of a file that was tried.

    ``refused`` says why it could not be read at all. ``read``, ``good`` and ``totals`` count its rows. Where it was
    read against a proposal, ``questions`` are what is open and ``texts`` the files of the declaration.
    """

    refused: Label | None = None
    read: int = 0
    good: int = 0
    totals: int = 0
    remarks: tuple[TrialRemark, ...] = ()
    questions: tuple[TrialQuestion, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()


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
) -> TrialOutcome:
    """Read ``file`` as the declaration in the folder ``declaration`` has it, or as one that is proposed for it.

    ``answers`` are what its sender said to the questions of an earlier trial.
    Everything happens in a process that ends with it and writes into ``folder`` alone, which the caller throws away.
    What it takes counts as the caller's own. Raises TrialTooCostly.
    """
    budget, began = processor_budget.current(), time.monotonic()
    seconds = TRIAL_SECONDS if budget is None else max(1.0, min(TRIAL_SECONDS, budget.left))
    request = {
        "file": str(file),
        "folder": str(folder),
        "declaration": str(declaration) if declaration else "",
        "source": source,
        "period": period,
        "answers": dict(answers or {}),
    }
    try:
        answer = child.ask(__name__, request, memory=TRIAL_ADDRESSES, seconds=seconds)
    except child.ChildFailed as failed:
        raise TrialTooCostly from failed
    finally:
        if budget is not None:
            budget.charge(time.monotonic() - began)
    refused = answer["refused"]
    return TrialOutcome(
        refused=Label(*refused) if refused else None,
        read=answer["read"],
        good=answer["good"],
        totals=answer["totals"],
        remarks=tuple(
            TrialRemark(each["code"], each["level"], each["count"], Label(*each["words"]), tuple(each["places"]))
            for each in answer["remarks"]
        ),
        questions=tuple(
            TrialQuestion(key, Label(*words), tuple((value, Label(*said)) for value, said in options))
            for key, words, options in answer["questions"]
        ),
        texts=tuple((name, text) for name, text in answer["texts"]),
    )


# --- in the other process ---------------------------------------------------------------------------------------------


def _work(request: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "refused": None, "read": 0, "good": 0, "totals": 0, "remarks": [], "questions": [], "texts": [],
    }  # fmt: skip
    try:
        _try(request, said)
    except CannotRead as refusal:
        said["refused"] = [refusal.issue.message("fa"), refusal.issue.message("en")]
    except (RefiningTooSlow, BadAnswer) as refusal:
        said["refused"] = [refusal.fa, refusal.en]
    return said


def _try(request: dict[str, Any], said: dict[str, Any]) -> None:
    file, folder, source = Path(request["file"]), Path(request["folder"]), request["source"]
    limits = IntakeLimits(cells=TRIAL_CELLS, unpacked=TRIAL_MEMORY, seconds=TRIAL_SECONDS, memory=TRIAL_ADDRESSES)
    named, sheet = request["period"], None
    if request["declaration"]:
        dataset = load_dataset(Path(request["declaration"]))
    else:
        proposal = propose([file], answers=request["answers"], workdir=folder / "look", limits=limits)
        (seen,) = proposal.files
        dataset, source, sheet, named = proposal.dataset(), seen.source, seen.sheet, named or seen.period or ""
        said["questions"] = [_question(each) for each in proposal.questions]
        said["texts"] = list(proposal.texts.items())
    period = None
    with suppress(periods.NotAPeriod):
        period = periods.parse(named) if named and dataset.period != "none" else None
    resources = ResourceLimits(memory=TRIAL_MEMORY, threads=1, seconds=TRIAL_SECONDS)
    with tried(
        file, dataset, workdir=folder / "read", source=source, sheet=sheet, period=period, limits=limits,
        resource_limits=resources,
    ) as refined:  # fmt: skip
        said["read"], said["good"], said["totals"] = (
            refined.counts.read, refined.counts.good, refined.counts.totals,
        )  # fmt: skip
        said["remarks"] = _remarks(refined.issues)


def _question(question: OpenQuestion) -> list[Any]:
    """A question as the other process is told of it, each option with the words by which a person knows it."""
    options = [(option, option_label(option)) for option in question.options]
    return [
        question.key,
        [question.text.fa, question.text.en],
        [[option, [label.fa, label.en]] for option, label in options],
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
            "words": [members[0].message("fa"), members[0].message("en")],
            "places": [_place(each) for each in members if each.row is not None][:MOST_PLACES],
        }
        for (code, _), members in ordered
    ]


def _place(issue: Issue) -> str:
    """A cell as a spreadsheet names it, or a row."""
    return f"{(issue.column or '').partition(' ')[0]}{issue.row}"


if __name__ == "__main__":
    child.answer(_work)
