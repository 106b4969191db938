"""What holds of a submission: all that its officers decided and did not undo, in the order in which they did."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ayan.apps.accounts.roles import ROLES, Role
from ayan.apps.desk.access import keyed
from ayan.apps.desk.models import KnownCode, Submission, SubmissionStep
from ayan.core.custody.submission_folder import SubmissionFolder
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.refine import row_ranges
from ayan.core.refine.column_mapping import ColumnChoice
from ayan.core.refine.corrections import Correction
from ayan.core.refine.issue_store import IssueStore
from ayan.core.schema.layouts import ENTERED
from ayan.core.schema.steps.registry import in_order, step_from_json
from ayan.core.schema.steps.step import Step
from ayan.core.store.manifest import AppendedRows, BalanceOverride
from ayan.core.values.canonical import Json
from ayan.core.values.locale import PERSIAN
from ayan.wiring import city


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of the computing.

    ``file`` is the id under which the engine keeps the file, ``name`` how it was called; ``sheet`` and ``header_row``
    say where its table stands, None where the engine may find it; ``layout`` are steps to be done to it, each with the
    number of the decision; ``choice`` is what its columns are, None before an officer said so of the table as these
    steps leave it; ``entered`` whether the file is a table that was entered by hand; ``appended`` what of a file was
    added to what is published, where it is that; ``partial`` the reason for leaving bad rows out.
    """

    file: str = ""
    name: str = ""
    sheet: str | None = None
    header_row: int | None = None
    layout: tuple[tuple[int, Json], ...] = ()
    chosen_of: tuple[Json, ...] = ()
    choice: ColumnChoice | None = None
    entered: bool = False
    appended: Mapping[str, Any] = field(default_factory=dict)
    fixes: tuple[Correction, ...] = ()
    partial: str = ""

    @property
    def source(self) -> str:
        """The layout by which the file is read."""
        return ENTERED if self.entered or self.appended else "default"

    @property
    def layout_steps(self) -> tuple[Step, ...]:
        """The steps, in the order in which they are done."""
        return in_order(step_from_json(said) for _, said in self.layout)

    @property
    def layout_said(self) -> tuple[Json, ...]:
        """The steps as they are kept."""
        return tuple(said for _, said in self.layout)

    @property
    def seen_as(self) -> tuple[Json, ...]:
        """How the table is read whose columns an officer sees: sheet, header row, steps."""
        return (self.sheet, self.header_row, *self.layout_said)

    @property
    def folder(self) -> SubmissionFolder:
        """Where the engine keeps the file; NoSubmission before there is one, and after it was removed."""
        return SubmissionFolder.opened(city.current().private_store, self.file)


def inputs_of(steps: Iterable[SubmissionStep]) -> Inputs:
    """Fold the steps: another file voids everything after it, another sheet or layout step columns and fixes."""
    inputs = Inputs()
    for step in steps:
        if step.undone_at is None:
            inputs = _with(inputs, step.kind, step.payload, step.number)
    if inputs.choice is not None and inputs.chosen_of != inputs.seen_as:
        # A step was undone since, or the choice of a sheet: what was said of columns would be read from others.
        inputs = replace(inputs, choice=None, fixes=(), partial="")
    return inputs


def _with(inputs: Inputs, kind: str, payload: dict[str, Any], number: int) -> Inputs:
    match kind:
        case "file":
            return _of_file(payload)
        case "sheet":
            return Inputs(inputs.file, inputs.name, payload["sheet"], payload["header_row"], inputs.layout)
        case "layout":
            layout = (*inputs.layout, *((number, said) for said in payload["steps"]))
            return replace(inputs, layout=layout, choice=None, fixes=(), partial="")
        case "columns":
            choice = ColumnChoice.from_json(payload["choice"])
            # What was written down before sheets were says nothing of them.
            place = payload.get("place", [inputs.sheet, inputs.header_row])
            of = (*place, *payload.get("layout", ()))
            return replace(inputs, choice=choice, chosen_of=of, fixes=(), partial="")
        case "unit" if inputs.choice is not None:
            return replace(inputs, choice=inputs.choice.in_unit(payload["field"], payload["unit"], payload["over"]))
        case "day-order" if inputs.choice is not None:
            return replace(inputs, choice=inputs.choice.in_order(payload["field"], payload["order"]))
        case "unit" | "day-order":
            return inputs
        case "fix" if "emptied" in payload:
            return inputs
        case "nod":
            return inputs
        case "fix":
            return replace(inputs, fixes=(*inputs.fixes, *(Correction.from_json(fix) for fix in payload["fixes"])))
        case "partial":
            return replace(inputs, partial=payload["reason"])
    raise ValueError(f"no step is called {kind!r}")


def written_since(steps: Iterable[SubmissionStep], moment: datetime, field: str, row: int) -> str | None:
    """What was last written into a cell after a moment, and not undone; None where nobody wrote into it alone."""
    text = None
    for step in steps:
        if step.kind == "fix" and step.undone_at is None and step.at > moment:
            for fix in map(Correction.from_json, step.payload["fixes"]):
                if fix.kind == "set" and fix.field == field and row_ranges.holds(fix.rows, row):
                    text = fix.new
    return text


def _of_file(payload: dict[str, Any]) -> Inputs:
    """Another file; one that was made here brings along what its columns are."""
    inputs = Inputs(file=payload["id"], name=payload["name"], entered="entered" in payload)
    if "appended" not in payload:
        return inputs
    choice = ColumnChoice.from_json(payload["choice"])
    return replace(inputs, appended=payload["appended"], choice=choice, chosen_of=(None, None))


def _appended(said: Mapping[str, Any]) -> AppendedRows | None:
    """What of a file was added to which release; every row of that stays, changes or stands in the file too."""
    if not said:
        return None
    before = said["changed"] + said["unchanged"] + said["kept"]
    return AppendedRows(said["to"], before, said["added"], said["changed"])


def decisions_of(submission: Submission, inputs: Inputs) -> ClerkDecisions:
    """What people decided about a submission, as publishing takes it."""
    return ClerkDecisions(
        period=submission.period,
        choice=inputs.choice,
        fixes=inputs.fixes,
        waivers=KeyedWaivers(dict(submission.waivers.values_list("fingerprint", "reason"))),
        partial=inputs.partial or None,
        appended=_appended(inputs.appended),
        overrides=tuple(_overrides(submission)),
        nods=KeyedNods(frozenset(KnownCode.objects.filter(dataset=submission.dataset).values_list("mark", flat=True))),
    )


def _overrides(submission: Submission) -> Iterator[BalanceOverride]:
    """What was said of balances that failed, by whom as the public is told it: by post, as of every officer."""
    by = PERSIAN.comma.join((ROLES[Role.AUDITOR].fa, city.current().profile.name.fa))
    for each in submission.overrides.all():
        yield BalanceOverride(each.balance, each.failed, each.off, each.reason, by)


def issues_of(submission: Submission) -> IssueStore | None:
    """What was found in the file of a submission; None before anything was, and where there is no file."""
    try:
        return inputs_of(submission.steps.all()).folder.issues()
    except LookupError:
        return None


class KeyedNods(Collection[str]):
    """The texts of code lists that were nodded to, to be asked by the engine's own marks; what is kept is keyed."""

    def __init__(self, kept: frozenset[str]) -> None:
        self._kept = kept

    def __contains__(self, mark: object) -> bool:
        return isinstance(mark, str) and (mark in self._kept or keyed("nod", mark) in self._kept)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._kept))

    def __len__(self) -> int:
        return len(self._kept)


class KeyedWaivers(Mapping[str, str]):
    """The privacy hits that were waived, with the code of each reason, to be asked by the guard's own fingerprints.

    What is kept of them is keyed, and that is also what whoever counts them is given.
    """

    def __init__(self, kept: Mapping[str, str]) -> None:
        self._kept = kept

    def __getitem__(self, mark: str) -> str:
        return self._kept[mark if mark in self._kept else keyed("hit", mark)]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._kept))

    def __len__(self) -> int:
        return len(self._kept)
