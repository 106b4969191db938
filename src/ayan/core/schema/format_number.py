"""The number that a stored format carries: what a later version of the program wrote is refused, never guessed at."""

from __future__ import annotations

from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal


class NewerFormat(Refusal):
    """Something on the disk has a format of a later version: ``stored`` is its number, ``known`` the highest read here.

    The words tell an operator so. Nothing is changed when it is raised.
    """

    code = "newer-format"
    fa = (
        "{what} را نسخهٔ تازه‌تری از عیان نوشته است: قالب {stored}. این نسخه تا قالب {known} را می‌خواند. "
        "عیان را به‌روز کنید و دوباره اجرا کنید."
    )
    en = (
        "{what} was written by a later version of Ayan: format {stored}. This version reads up to format "
        "{known}. Update Ayan and run this again."
    )
    status = 500

    def __init__(self, what: Label, stored: int | str, known: int | str) -> None:
        self.what, self.stored, self.known = what, stored, known
        words = Label(self.fa, self.en).format(what=what, stored=stored, known=known)
        super().__init__(words.fa, words.en)
        self.further = words.further

    @property
    def label(self) -> Label:
        """The words in every language."""
        return Label(self.fa, self.en, self.further)
