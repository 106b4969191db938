"""Why the counter refuses a code that somebody typed."""

from __future__ import annotations

from ayan.apps.accounts.limits import ATTEMPTS_WINDOW
from ayan.core.values.refusal import Refusal


class LetterCodeUnknown(Refusal):
    """What was typed is the code of no letter that still holds."""

    code = "letter-code-unknown"
    fa = "این رمز چیزی را باز نمی‌کند: نادرست است، نامهٔ تازه‌تری جایش را گرفته، یا یافته پایان یافته است."
    en = "This code opens nothing: it is mistyped, a later letter took its place, or the finding has ended."
    status = 422
    field = "code"


class NotInLetter(Refusal):
    """The reply is to a finding that the letter does not show, or no longer: it ended while the reply was written."""

    code = "not-in-letter"
    fa = "این نامه آن یافته را نشان نمی‌دهد، یا آن یافته پایان یافته است؛ پاسخی ثبت نشد."
    en = "The letter does not show that finding, or the finding has ended; no reply was taken."
    status = 422


class CaseCodeUnknown(Refusal):
    """What was typed is the code of no case."""

    code = "case-code-unknown"
    fa = "پرونده‌ای با این کد نیست."
    en = "There is no case with this code."
    status = 422
    field = "code"


class NoSuchCase(Refusal):
    """The address is of no case."""

    code = "no-such-case"
    fa = "پرونده‌ای با این کد نیست."
    en = "There is no case with this code."
    status = 404
    field = "code"


class TooManyCodes(Refusal):
    """From one place too many codes were tried in the last quarter of an hour, right or wrong."""

    code = "too-many-codes"
    fa = "از این نشانی بارها رمز نوشته شده است. یک ربع بعد دوباره بکوشید."
    en = "Codes were tried many times from here. Try again in a quarter of an hour."
    status = 429
    retry_after = int(ATTEMPTS_WINDOW.total_seconds())
    field = "code"
