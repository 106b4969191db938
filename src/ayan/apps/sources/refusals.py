"""Why the door for systems refuses a request, each with the status of HTTP and the words."""

from __future__ import annotations

from typing import Final

from ayan.core.values.refusal import Refusal

DOOR: Final = "source-"
"""Begins the code of every refusal of this door: the words after it are common ones."""


class SendingRefused(Refusal):
    """A request of a system is refused."""

    code = "source-refused"
    fa = "درخواست پذیرفته نشد."
    en = "The request was refused."
    status = 422

    @property
    def word(self) -> str:
        """The code as the door's own documents write it."""
        return self.code.removeprefix(DOOR)


class NotTaken(SendingRefused):
    """A file that does not become a submission, though nothing is wrong with the request."""

    code = "source-not-taken"
    fa = "پرونده پذیرفته نشد."
    en = "The file was not taken."
    status = 409


class TokenRefused(SendingRefused):
    """No token, or none that holds."""

    code = "source-token"
    fa = "توکن نیست یا درست نیست، یا زمانش گذشته یا باطل شده است. توکن تازه‌ای از مدیر سامانه بگیرید."
    en = "The token is absent, wrong, expired or revoked. Ask the administrator for a new one."
    status = 401


class OutOfScope(SendingRefused):
    """The token, or its source, may not do this."""

    code = "source-scope"
    fa = "این توکن برای این داده یا این کار نیست. از مدیر سامانه بخواهید."
    en = "This token is not for this dataset or this act. Ask the administrator."
    status = 403


class DatasetUnknown(SendingRefused):
    """The dataset is none of the token's; one that is not there looks the same."""

    code = "source-dataset-unknown"
    fa = "چنین داده‌ای نیست یا از آن این توکن نیست."
    en = "There is no such dataset for this token."
    status = 404


class ArrivalUnknown(SendingRefused):
    """The number is of no file of this source."""

    code = "source-not-found"
    fa = "چنین پرونده‌ای از این منبع نرسیده است."
    en = "No such file came from this source."
    status = 404


class WrongMethod(SendingRefused):
    """The address takes no request of this method."""

    code = "source-method"
    fa = "این نشانی چنین درخواستی نمی‌پذیرد."
    en = "This address takes no such request."
    status = 405


class PeriodInHand(NotTaken):
    """Officers have another submission of the same dataset and period in hand."""

    code = "source-taken"
    fa = "برای این داده و دوره پروندهٔ دیگری در دست کارکنان است. پس از پایان آن دوباره بفرستید."
    en = "Officers have another submission of this dataset and period in hand. Send again when that is over."
    status = 409


class InProgress(NotTaken):
    """Another request with the same key is under way."""

    code = "source-in-progress"
    fa = "درخواست دیگری با همین کلید در جریان است. کمی بعد دوباره بپرسید."
    en = "Another request with this key is under way. Ask again in a moment."
    status = 409


class LengthMissing(SendingRefused):
    """The request does not say how long it is."""

    code = "source-length"
    fa = "اندازهٔ پرونده گفته نشده است. با سرآیند Content-Length بفرستید، نه تکه‌تکه."
    en = "The size is not told. Send with a Content-Length header and not in chunks."
    status = 411


class FileTooLarge(SendingRefused):
    """The file is larger than the city takes."""

    code = "source-too-large"
    fa = "پرونده بزرگ‌تر از اندازه‌ای است که پذیرفته می‌شود. آن را در چند بخش بفرستید."
    en = "The file is larger than what is taken. Send it in parts."
    status = 413


class FileEmpty(SendingRefused):
    """There is no file, or nothing in it."""

    code = "source-empty"
    fa = "پرونده خالی است."
    en = "The file is empty."
    status = 422


class FileCutShort(SendingRefused):
    """The file did not arrive whole."""

    code = "source-cut-short"
    fa = "پرونده نیمه‌کاره رسید. دوباره بفرستید."
    en = "The file did not arrive whole. Send it again."
    status = 400


class FormUnreadable(SendingRefused):
    """The request is none that could be read."""

    code = "source-form"
    fa = "درخواست خواندنی نیست."
    en = "The request cannot be read."
    status = 400


class NameMissing(SendingRefused):
    """The request does not say how the file is called."""

    code = "source-name"
    fa = "نام پرونده گفته نشده است (name)."
    en = "The name of the file is not told (name)."
    status = 422


class KeyOdd(SendingRefused):
    """The key of the request is not of the form that is taken."""

    code = "source-key"
    fa = "کلید Idempotency-Key از ۸ تا ۱۰۰ نویسهٔ لاتین، رقم و - _ . : باشد."
    en = "Idempotency-Key is 8 to 100 Latin letters, digits and - _ . :"
    status = 422


class KeyReused(NotTaken):
    """The key of the request was given to another file before."""

    code = "source-key-reused"
    fa = "این کلید پیش‌تر با پرونده یا دورهٔ دیگری به کار رفته است. برای هر پرونده کلیدی تازه بسازید."
    en = "This key was used with another file or period. Make a new key for each file."
    status = 422


class PeriodOdd(SendingRefused):
    """The period is none of the dataset's; said in the words of what is wrong with it."""

    code = "source-period"
    fa = "دوره درست نیست."
    en = "The period is not right."
    status = 422


class TooManyRequests(SendingRefused):
    """The token, or the address, has asked too often in the last quarter of an hour."""

    code = "source-too-many"
    fa = "درخواست‌ها بیش از اندازه است. پانزده دقیقه بعد دوباره بفرستید."
    en = "Too many requests. Send again in fifteen minutes."
    status = 429
    retry_after = 900
