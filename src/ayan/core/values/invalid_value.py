"""A text that is no value of the kind asked for: a reason code, never the text itself."""

from __future__ import annotations


class InvalidValue(ValueError):
    """A text is not a value of the kind asked for.

    `reason` is a short stable code (each subclass lists its own). It is no `Refusal`: a cell, a parameter and a field
    of a form say the same reason in words of their own, and whoever reads the text chooses them. The text itself is
    deliberately not kept: it may be personal, and messages and logs travel far.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"{type(self).__name__}: {self.reason}"
