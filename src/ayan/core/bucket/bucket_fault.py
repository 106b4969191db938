"""What an object store may be in the way with, as operators and readers are told it."""

from __future__ import annotations

from typing import Final

from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal

ODD: Final = Label(
    "انبار شیئی (S3) پاسخی داد که انتظارش نمی‌رفت: {said}. چیزی از دست نرفت. ayan doctor را اجرا کنید "
    "و گزارش کارساز را ببینید.",
    "The object store (S3) gave an answer that was not expected: {said}. Nothing was lost. Run ayan doctor and "
    "look at the server's record.",
)
MISSING: Final = Label(
    "سطل «{bucket}» در انبار شیئی (S3) نیست. نام آن را ببینید (AYAN_STORE، یا نشانی پشتیبان)، یا سطل را بسازید.",
    "There is no bucket “{bucket}” in the object store (S3). Look at its name (AYAN_STORE, or the "
    "address of backups), or make it.",
)
REFUSED: Final = Label(
    "انبار شیئی (S3) کلید را نپذیرفت ({said}). AYAN_S3_KEY و AYAN_S3_SECRET را ببینید (برای پشتیبان "
    "AYAN_BACKUP_S3_KEY و AYAN_BACKUP_S3_SECRET)؛ آن کلید باید بخواند، بنویسد، فهرست کند و پاک کند.",
    "The object store (S3) refused the key ({said}). Look at AYAN_S3_KEY and AYAN_S3_SECRET (of backups "
    "AYAN_BACKUP_S3_KEY and AYAN_BACKUP_S3_SECRET); that key must be "
    "allowed to read, write, list and delete.",
)


class BucketFault(Refusal):
    """The object store did not do what was asked. What it said in its own words is never repeated."""

    code = "bucket-fault"
    fa = "انبار شیئی (S3) پاسخی داد که انتظارش نمی‌رفت. چیزی از دست نرفت."
    en = "The object store (S3) gave an answer that was not expected. Nothing was lost."
    status = 503
    retry_after: int | None = 30


class BucketAway(BucketFault):
    """It does not answer, or answers with faults of its own, for longer than it is waited for."""

    code = "bucket-away"
    fa = (
        "انبار شیئی (S3) پاسخ نمی‌دهد. چیزی از دست نرفت. کمی بعد دوباره تلاش کنید؛ اگر ماند، AYAN_S3_ENDPOINT "
        "و کارساز را ببینید."
    )
    en = (
        "The object store (S3) does not answer. Nothing was lost. Try again in a while; if it stays so, look at "
        "AYAN_S3_ENDPOINT and the server."
    )
    status = 503
    retry_after = 30


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
    fa = "سطلی که AYAN_STORE نام می‌برد در انبار شیئی (S3) نیست."
    en = "The bucket that AYAN_STORE names is not in the object store (S3)."
    status = 500
    retry_after = None


class BucketKeyRefused(BucketFault):
    """It does not know the key, or the key may not do this."""

    code = "bucket-key"
    fa = "انبار شیئی (S3) کلید را نپذیرفت. AYAN_S3_KEY و AYAN_S3_SECRET را ببینید."
    en = "The object store (S3) refused the key. Look at AYAN_S3_KEY and AYAN_S3_SECRET."
    status = 500
    retry_after = None


class BucketUnconditional(BucketFault):
    """It overwrites what it was told to leave: two machines would overwrite each other's releases."""

    code = "bucket-unconditional"
    fa = (
        "این انبار شیئی (S3) به «If-None-Match» و «If-Match» اعتنا نمی‌کند و دو ماشین می‌توانند انتشار "
        "یکدیگر را بنویسند. چیزی در آن نوشته نمی‌شود. کارساز دیگری به کار برید یا آن را به‌روز کنید."
    )
    en = (
        "This object store (S3) does not heed If-None-Match and If-Match, so two machines could overwrite each other's "
        "releases. Nothing is written to it. Use another server, or update this one."
    )
    status = 500
    retry_after = None


class Moved(Exception):
    """The object is not, or no longer, the one that was to be replaced; it was not touched."""
