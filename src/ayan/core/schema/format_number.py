"""The number that a stored format carries: what a later version of the program wrote is refused, never guessed at."""

from __future__ import annotations

from ayan.core.schema.definition import Label


class NewerFormat(Exception):
    """Something on the disk has a format of a later version: ``stored`` is its number, ``known`` the highest read here.

    ``label`` tells an operator so, in both languages. Nothing is changed when it is raised.
    """

    def __init__(self, what: Label, stored: int | str, known: int | str) -> None:
        self.what, self.stored, self.known = what, stored, known
        self.label = Label(
            f"{what.fa} را نسخهٔ تازه‌تری از عیان نوشته است: قالب {stored}. این نسخه تا قالب {known} را می‌خواند. "
            "عیان را به‌روز کنید و دوباره اجرا کنید.",
            f"{what.en} was written by a later version of Ayan: format {stored}. This version reads up to format "
            f"{known}. Update Ayan and run this again.",
        )
        super().__init__(self.label.en)
