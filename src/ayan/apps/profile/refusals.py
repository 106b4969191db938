"""Why a change of the city's profile is refused."""

from __future__ import annotations

from ayan.core.values.refusal import Refusal, Wording


class ProfileRefused(Refusal):
    """A change that cannot be made as it was asked for; says at which field, where it is about one."""

    code = "profile-refused"
    fa = "این تغییر انجام نشد."
    en = "This change was not made."
    status = 422

    def __init__(self, wording: Wording | None = None, field: str = "") -> None:
        super().__init__(field=field)
        if wording is not None:
            self.worded(wording)


class ProfileMoved(ProfileRefused):
    """The file, or the change, is no longer what it was when the page was drawn."""

    code = "profile-moved"
    fa = "در این میان مشخصات شهر یا همین درخواست تغییر کرده است. صفحه را دوباره ببینید."
    en = "The city's profile, or this request, has changed meanwhile. Look at the page again."
    status = 409


class OneWaits(ProfileRefused):
    """Another change waits for its decision: two at once would be written over one another."""

    code = "profile-change-waits"
    fa = "تغییر دیگری منتظر تصمیم است. نخست دربارهٔ آن تصمیم بگیرید، یا پسش بگیرید."
    en = "Another change waits to be decided. Decide it first, or take it back."
    status = 409
