"""What an object store may be in the way with, as operators and readers are told it."""

from __future__ import annotations

from typing import Final, Self

from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal

ODD: Final = Label(
    "پاسخ آن: {said}. ayan doctor را اجرا کنید و گزارش کارساز را ببینید.",
    "Its answer: {said}. Run ayan doctor and look at the server's record.",
)
AWAY: Final = Label(
    "AYAN_S3_ENDPOINT (برای پشتیبان AYAN_BACKUP_S3_ENDPOINT) و کارساز را ببینید.",
    "Look at AYAN_S3_ENDPOINT (of backups AYAN_BACKUP_S3_ENDPOINT) and at the server.",
)
MISSING: Final = Label(
    "سطل «{bucket}» آنجا نیست. نام آن را ببینید (AYAN_STORE، یا نشانی پشتیبان)، یا سطل را بسازید.",
    "There is no bucket “{bucket}”. Look at its name (AYAN_STORE, or the address of backups), or make it.",
)
REFUSED: Final = Label(
    "پاسخ آن: {said}. AYAN_S3_KEY و AYAN_S3_SECRET را ببینید (برای پشتیبان AYAN_BACKUP_S3_KEY و "
    "AYAN_BACKUP_S3_SECRET)؛ آن کلید باید بخواند، بنویسد، فهرست کند و پاک کند.",
    "Its answer: {said}. Look at AYAN_S3_KEY and AYAN_S3_SECRET (of backups AYAN_BACKUP_S3_KEY and "
    "AYAN_BACKUP_S3_SECRET); that key must be allowed to read, write, list and delete.",
)
UNCONDITIONAL: Final = Label(
    "به «If-None-Match» و «If-Match» اعتنا نمی‌کند و دو ماشین می‌توانند انتشار یکدیگر را بنویسند. کارساز دیگری به کار "
    "برید یا آن را به‌روز کنید.",
    "It does not heed If-None-Match and If-Match, so two machines could overwrite each other's releases. Use another "
    "server, or update this one.",
)


class BucketFault(Refusal):
    """The object store did not do what was asked. What it said in its own words is never repeated.

    Its words are for everybody who meets with it, readers and officers too. ``advice`` names settings and is for the
    operator: commands and the doctor tell it, and no page does.
    """

    code = "bucket-fault"
    fa = "انبار شیئی (S3) پاسخی داد که انتظارش نمی‌رفت. چیزی از دست نرفت."
    en = "The object store (S3) gave an answer that was not expected. Nothing was lost."
    status = 503
    retry_after: int | None = 30
    advice: Label | None = None

    def advised(self, advice: Label) -> Self:
        """The same fault with what its operator may do."""
        self.advice = advice
        return self

    @property
    def for_operator(self) -> Label:
        """The words with the advice behind them."""
        if self.advice is None:
            return self.label
        return Label("{words} {advice}", "{words} {advice}").format(words=self.label, advice=self.advice)


class BucketAway(BucketFault):
    """It does not answer, or answers with faults of its own, for longer than it is waited for."""

    code = "bucket-away"
    fa = "انبار شیئی (S3) پاسخ نمی‌دهد. چیزی از دست نرفت. کمی بعد دوباره تلاش کنید."
    en = "The object store (S3) does not answer. Nothing was lost. Try again in a while."
    status = 503
    retry_after = 30
    advice = AWAY


class BucketBusy(BucketFault):
    """It asked to be asked less often, for longer than it is waited for."""

    code = "bucket-busy"
    fa = "انبار شیئی (S3) بیش از اندازه سرگرم است و درخواست‌ها را پس می‌زند. چیزی از دست نرفت. کمی بعد دوباره تلاش کنید."
    en = "The object store (S3) is too busy and turns requests away. Nothing was lost. Try again in a while."
    status = 503
    retry_after = 60


class BucketMissing(BucketFault):
    """There is no such bucket; none is made, for its name may be misspelt."""

    code = "bucket-missing"
    fa = "جای داده‌ها در انبار شیئی (S3) پیدا نشد. به گردانندهٔ سامانه بگویید."
    en = "The place of the data in the object store (S3) is not found. Tell the operator of this portal."
    status = 500
    retry_after = None


class BucketKeyRefused(BucketFault):
    """It does not know the key, or the key may not do this."""

    code = "bucket-key"
    fa = "انبار شیئی (S3) این سامانه را نپذیرفت. به گردانندهٔ سامانه بگویید."
    en = "The object store (S3) refused this portal. Tell the operator."
    status = 500
    retry_after = None


class BucketUnconditional(BucketFault):
    """It overwrites what it was told to leave: two machines would overwrite each other's releases."""

    code = "bucket-unconditional"
    fa = "انبار شیئی (S3) برای این سامانه مناسب نیست و چیزی در آن نوشته نمی‌شود. به گردانندهٔ سامانه بگویید."
    en = "The object store (S3) does not suit this portal, and nothing is written to it. Tell the operator."
    status = 500
    retry_after = None
    advice = UNCONDITIONAL


class Moved(Exception):
    """The object is not, or no longer, the one that was to be replaced; it was not touched."""
