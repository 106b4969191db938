"""Every kind of layout step by its name in TOML, and the list of steps of a layout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ayan.core.schema.limits import MOST_LAYOUT_STEPS
from ayan.core.schema.problem import DeclarationProblems
from ayan.core.schema.steps import cell_steps, number_steps, row_steps, shape_steps
from ayan.core.schema.steps.step import BadStep, Step
from ayan.core.schema.tables import TomlTable
from ayan.core.values.canonical import Json

STEPS: Final[Mapping[str, type[Step]]] = {
    kind.do: kind
    for kind in (
        shape_steps.Sheets,
        shape_steps.Members,
        shape_steps.TableOf,
        shape_steps.Header,
        row_steps.Start,
        row_steps.End,
        row_steps.LeaveOut,
        row_steps.Carry,
        row_steps.FillDown,
        shape_steps.Crosstab,
        shape_steps.SideBySide,
        cell_steps.Split,
        cell_steps.ChildRows,
        row_steps.Ignore,
        number_steps.Signs,
        number_steps.DecimalComma,
        number_steps.Grouping,
        number_steps.Round,
        number_steps.Factor,
    )
}


FIRST: Final = (shape_steps.Sheets, shape_steps.Members, shape_steps.TableOf)
"""Steps that say which table is read at all: one of them, before anything else is done to it."""


def read_steps(table: TomlTable) -> tuple[Step, ...]:
    """The steps that a layout declares as ``[[step]]``, in their order."""
    steps: list[Step] = []
    tables = table.tables("step", "do")
    if len(tables) > MOST_LAYOUT_STEPS:
        table.refuse("step", "out-of-range", low=0, high=MOST_LAYOUT_STEPS)
    for position, each in enumerate(tables[:MOST_LAYOUT_STEPS]):
        step = _read(each)
        if isinstance(step, FIRST) and position:
            each.refuse("do", "step-first")
        elif step is not None:
            steps.append(step)
    return tuple(steps)


def _read(table: TomlTable) -> Step | None:
    kind = table.one_of("do", STEPS) if table.needed("do") else None
    return STEPS[kind].read(table) if kind else None


def step_from_json(said: object) -> Step:
    """The step that `Step.as_json` wrote; BadStep, which says what is wrong, for anything else."""
    if not isinstance(said, Mapping):
        raise BadStep(BadStep.nothing)
    problems = DeclarationProblems()
    step = _read(TomlTable({str(key): value for key, value in said.items()}, "", "", problems))
    if step is None or problems.listed:
        if not problems.listed:
            raise BadStep(BadStep.nothing)
        raise BadStep(problems.listed[0].label, problems.listed[0].key)
    return step


def steps_from_json(said: object) -> tuple[Step, ...]:
    """A list of steps as it was kept; BadStep for anything else."""
    if not isinstance(said, Sequence) or isinstance(said, str) or len(said) > MOST_LAYOUT_STEPS:
        raise BadStep(BadStep.nothing)
    return tuple(step_from_json(each) for each in said)


def in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Steps as they can be done: which table is read comes before anything that is done to it."""
    return tuple(sorted(steps, key=lambda step: not isinstance(step, FIRST)))


def steps_as_json(steps: Sequence[Step]) -> list[Json]:
    """A list of steps as it may be kept."""
    return [step.as_json() for step in steps]
