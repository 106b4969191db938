"""The number that a stored format carries: what a later version of the program wrote is refused, never guessed at."""

from __future__ import annotations

from typing import Final

from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal

_CLOSER: Final = Label(
    "{what} را نسخهٔ تازه‌تری از عیان نوشته است: قالب {stored}. این نسخه تا قالب {known} را می‌خواند. "
    "عیان را به‌روز کنید و دوباره اجرا کنید.",
    "{what} was written by a later version of Ayan: format {stored}. This version reads up to format "
    "{known}. Update Ayan and run this again.",
)


class NewerFormat(Refusal):
    """Something on the disk has a format of a later version: ``stored`` is its number, ``known`` the highest read here.

    The words tell an operator so. Nothing is changed when it is raised.
    """

    code = "newer-format"
    fa = "نسخهٔ تازه‌تری از عیان این را نوشته است. عیان را به‌روز کنید و دوباره اجرا کنید."
    en = "A later version of Ayan wrote this. Update Ayan and run this again."
    status = 500

    def __init__(self, what: Label, stored: int | str, known: int | str) -> None:
        self.what, self.stored, self.known = what, stored, known
        words = _CLOSER.format(what=what, stored=stored, known=known)
        super().__init__()
        self.worded(words)
