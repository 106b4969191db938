"""One environment variable, as settings, doctor and docs know it."""

from __future__ import annotations

from dataclasses import dataclass

from ayan.core.values.label import Label


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable.

    ``default`` is what holds when it is absent (None = nothing). ``required`` means production does not start
    without it. ``secret`` values are never printed.
    """

    name: str
    meaning: Label
    default: str | None = None
    required: bool = False
    secret: bool = False
    example: str = ""
