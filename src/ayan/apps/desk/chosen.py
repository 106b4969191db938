"""What holds of a submission: all that its officers decided and did not undo, in the order in which they did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ayan.apps.desk.models import Step
from ayan.core.refine.choosing import Choice
from ayan.core.refine.fixing import Fix


@dataclass(frozen=True, slots=True)
class Chosen:
    """The inputs of the computing.

    ``file`` is the id under which the engine keeps the file, ``name`` how it was called; ``sheet`` and ``header_row``
    say where its table stands, None where the engine may find it; ``choice`` what its columns are, None before an
    officer said so; ``partial`` the reason for leaving bad rows out.
    """

    file: str = ""
    name: str = ""
    sheet: str | None = None
    header_row: int | None = None
    choice: Choice | None = None
    fixes: tuple[Fix, ...] = ()
    partial: str = ""


def chosen(steps: Iterable[Step]) -> Chosen:
    """Fold the steps: another file makes everything after it void, another sheet the columns and the fixes."""
    made = Chosen()
    for step in steps:
        if step.undone_at is None:
            made = _with(made, step.kind, step.said)
    return made


def _with(made: Chosen, kind: str, said: dict[str, Any]) -> Chosen:
    match kind:
        case "file":
            return Chosen(file=said["id"], name=said["name"])
        case "sheet":
            return Chosen(made.file, made.name, said["sheet"], said["header_row"])
        case "columns":
            return replace(made, choice=Choice.from_json(said["choice"]), fixes=(), partial="")
        case "fix" if "emptied" in said:
            return made
        case "fix":
            return replace(made, fixes=(*made.fixes, *(Fix.from_json(one) for one in said["fixes"])))
        case "partial":
            return replace(made, partial=said["reason"])
    raise ValueError(f"no step is called {kind!r}")
