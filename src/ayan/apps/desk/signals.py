"""What the desk tells of its submissions to whoever listens: rooms that it knows nothing of."""

from __future__ import annotations

from typing import Final

from ayan.ui import contract

SUBMISSION_WORKED: Final = "submission worked"
"""The work on a submission, whose id is the subject, has come to an end, well or not."""


def send(key: str) -> None:
    """Say that the work on a submission has come to an end, well or not."""
    contract.announce(SUBMISSION_WORKED, key)
