"""Why a file that came with a case is not taken."""

from __future__ import annotations

from typing import Final

from ayan.apps.desk.refusals import DeskRefused
from ayan.core.values.label import Label


class AttachmentRefused(DeskRefused):
    """A file that is not taken; the words say why and what to do."""

    code = "attachment-refused"
    fa = "این پیوست پذیرفته نشد."
    en = "This file was not taken."
    status = 422
    field = "files"


class ScannerAway(DeskRefused):
    """The scanner for malware, which this city has, does not answer."""

    code = "scanner-away"
    fa = "بررسی پیوست‌ها اکنون ممکن نیست. پیوست را بردارید و بدون آن بفرستید، یا کمی بعد دوباره بفرستید."
    en = "Attachments cannot be checked at this moment. Send without the attachment, or again a little later."
    status = 503
    retry_after = 300
    field = "files"


def refused(words: Label) -> AttachmentRefused:
    """The refusal with closer words."""
    return AttachmentRefused().worded(words)


EMPTY: Final = Label("پیوست خالی است.", "The file is empty.")
UNKNOWN: Final = Label(
    "این نوع پیوست پذیرفته نمی‌شود. PDF، عکس JPEG، PNG یا WebP، سند docx، xlsx، odt یا ods، یا متن ساده بفرستید.",
    "This type of file is not taken. Send a PDF, a JPEG, PNG or WebP picture, docx, xlsx, odt or ods, or plain text.",
)
DAMAGED: Final = Label(
    "پیوست آسیب دیده است یا آن نیست که می‌نماید. آن را دوباره بسازید و بفرستید.",
    "The file is damaged, or is not what it seems. Make it again and send it.",
)
ACTIVE: Final = Label(
    "این پیوست ماکرو، برنامه یا پیوست دیگری در خود دارد. آن را بی آن‌ها ذخیره کنید، برای نمونه به شکل PDF ساده.",
    "The file holds macros, programs or another file. Save it without them, as a plain PDF for instance.",
)
LOCKED: Final = Label(
    "این پیوست رمز دارد و بررسی نمی‌شود. آن را بدون رمز ذخیره کنید.",
    "The file is locked with a password and cannot be checked. Save it without one.",
)
TOO_MUCH: Final = Label("این پیوست پس از باز شدن بیش از اندازه بزرگ است.", "The file is too large once it is opened.")
MALWARE: Final = Label(
    "بدافزاریاب این پیوست را خطرناک دانست. آن را نفرستید و دستگاه خود را بررسی کنید.",
    "The malware scanner calls this file dangerous. Do not send it, and have your device checked.",
)
