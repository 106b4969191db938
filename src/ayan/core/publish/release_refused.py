"""Why something is not sealed, withdrawn or erased."""

from __future__ import annotations

from ayan.core.values.refusal import Refusal, Wording


class ReleaseRefused(Refusal):
    """Policy stands in the way of sealing, withdrawing or erasing; the code says which rule of it."""

    code = "release-refused"
    fa = "این کار با قاعده‌های انتشار سازگار نیست."
    en = "The rules of publication do not allow this."
    status = 422

    def __init__(self, code: str, wording: Wording) -> None:
        super().__init__(code=code)
        self.worded(wording)
