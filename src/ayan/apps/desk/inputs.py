"""What holds of a submission: all that its officers decided and did not undo, in the order in which they did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ayan.apps.desk.models import SubmissionStep
from ayan.core.refine.column_mapping import ColumnChoice
from ayan.core.refine.corrections import Correction


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of the computing.

    ``file`` is the id under which the engine keeps the file, ``name`` how it was called; ``sheet`` and ``header_row``
    say where its table stands, None where the engine may find it; ``choice`` what its columns are, None before an
    officer said so; ``partial`` the reason for leaving bad rows out.
    """

    file: str = ""
    name: str = ""
    sheet: str | None = None
    header_row: int | None = None
    choice: ColumnChoice | None = None
    fixes: tuple[Correction, ...] = ()
    partial: str = ""


def inputs_of(steps: Iterable[SubmissionStep]) -> Inputs:
    """Fold the steps: another file makes everything after it void, another sheet the columns and the fixes."""
    inputs = Inputs()
    for step in steps:
        if step.undone_at is None:
            inputs = _with(inputs, step.kind, step.payload)
    return inputs


def _with(inputs: Inputs, kind: str, payload: dict[str, Any]) -> Inputs:
    match kind:
        case "file":
            return Inputs(file=payload["id"], name=payload["name"])
        case "sheet":
            return Inputs(inputs.file, inputs.name, payload["sheet"], payload["header_row"])
        case "columns":
            return replace(inputs, choice=ColumnChoice.from_json(payload["choice"]), fixes=(), partial="")
        case "fix" if "emptied" in payload:
            return inputs
        case "fix":
            return replace(inputs, fixes=(*inputs.fixes, *(Correction.from_json(fix) for fix in payload["fixes"])))
        case "partial":
            return replace(inputs, partial=payload["reason"])
    raise ValueError(f"no step is called {kind!r}")
