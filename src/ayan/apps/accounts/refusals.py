"""Why something asked for at an account is refused: a form that is not right, and guessing."""

from __future__ import annotations

from ayan.apps.accounts.limits import ATTEMPTS_WINDOW
from ayan.core.values.refusal import Refusal, Wording


class AccountRefused(Refusal):
    """Something that may not be done to people, or that a form did not say right."""

    code = "account-refused"
    fa = "این کار انجام نشد."
    en = "This was not done."
    status = 422

    def __init__(self, wording: Wording, field: str = "") -> None:
        super().__init__(field=field)
        self.worded(wording)


class TooManyAttempts(AccountRefused):
    """The same was tried too often in the last quarter of an hour, with a right answer or a wrong one."""

    code = "too-many-attempts"
    fa = "بارها نادرست نوشته شد. کمی بعد دوباره بکوشید."
    en = "Too many wrong attempts. Try later."
    status = 429
    retry_after = int(ATTEMPTS_WINDOW.total_seconds())
