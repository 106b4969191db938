"""One notation of one kind of personal data, as the guard looks for it."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalTrace:
    """One notation of one kind of personal data.

    ``pattern`` is the piece itself. ``bounded`` says that it stands between two ends of words. ``test`` is SQL over
    ``k``, the piece without parting signs, that it must pass. ``label`` is what must stand before the piece
    (``labelled``) or, where it does, makes it certain. ``chance`` is the share of numbers of the same form (``peers``,
    a pattern over digits) that pass by accident; 0 where the piece can hardly be anything else. ``lengths`` are those
    of the piece where it is digits and nothing else. ``hint`` stands for a pattern that is slow to look for.
    """

    code: str
    pattern: str
    test: str = "TRUE"
    bounded: bool = True
    label: str = ""
    labelled: bool = False
    chance: float = 0.0
    peers: str = ""
    lengths: tuple[int, ...] = ()
    hint: str = ""

    def labels(self, header: str) -> bool:
        """Whether ``header`` (plain text) says that what stands under it is this."""
        label = self.label.replace(r"[^\pL]", r"\W")
        return bool(label) and re.search(label, f" {header} ", re.IGNORECASE) is not None
