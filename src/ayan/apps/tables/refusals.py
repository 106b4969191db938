"""Why a change of a table is refused."""

from __future__ import annotations

from collections.abc import Iterable

from ayan.core.schema.problem import DeclarationProblem
from ayan.core.values.refusal import Refusal, Wording


class TableRefused(Refusal):
    """A change that cannot be made as it was asked for; says at which field, where it is about one."""

    code = "table-refused"
    fa = "این تغییر انجام نشد."
    en = "This change was not made."
    status = 422

    def __init__(self, wording: Wording | None = None, field: str = "") -> None:
        super().__init__(field=field)
        if wording is not None:
            self.worded(wording)


class DeclarationNotTaken(TableRefused):
    """The loader does not take the table as it would be; ``faults`` are all that it found."""

    code = "table-not-taken"
    fa = "جدول با این تغییر درست نیست."
    en = "The table would not be right with this change."
    status = 422

    def __init__(self, faults: Iterable[DeclarationProblem]) -> None:
        super().__init__()
        self.faults = tuple(faults)


class ChangeMoved(TableRefused):
    """The change is no longer where it was when the page was drawn."""

    code = "table-change-moved"
    fa = "دربارهٔ این تغییر در این میان تصمیم گرفته شده است. صفحه را دوباره ببینید."
    en = "This change has been decided meanwhile. Look at the page again."
    status = 409


class NothingChanges(TableRefused):
    """What is asked for is there already."""

    code = "table-unchanged"
    fa = "چیزی تغییر نکرده است."
    en = "Nothing is changed."
    status = 422
