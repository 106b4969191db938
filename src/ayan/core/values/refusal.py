"""The one way in which a value is refused: a reason code, never the value itself."""

from __future__ import annotations


class Refusal(ValueError):
    """A text is not a value of the kind asked for.

    `reason` is a short stable code (each subclass lists its own); wording for people is chosen by code elsewhere.
    The refused text is deliberately not kept: it may be personal, and messages and logs travel far.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"{type(self).__name__}: {self.reason}"
