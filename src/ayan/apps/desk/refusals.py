"""The words with which the desk refuses an act: what stands in the way, and what to do."""

from __future__ import annotations

from datetime import datetime

from ayan.core.values.refusal import Refusal


class DeskRefused(Refusal):
    """An act that cannot be done as things stand; says at which field of the form, where it is about one."""

    code = "desk-refused"
    fa = "این کار انجام نشد."
    en = "This was not done."
    status = 422


class SubmissionMoved(DeskRefused):
    """Somebody else has acted since the page was drawn."""

    code = "submission-moved"
    fa = "پس از باز شدن این صفحه کس دیگری روی این پرونده کار کرده است. وضع تازه را ببینید و دوباره انجام دهید."
    en = "Somebody else has worked on this since the page was opened. Look at what holds now and do it again."
    status = 409


class MovedByYourself(SubmissionMoved):
    """The same officer has acted since the page was drawn, as in a second tab."""

    code = "submission-moved-by-yourself"
    fa = "این پرونده را خودتان در برگهٔ دیگری تغییر داده‌اید. وضع تازه را ببینید و دوباره انجام دهید."
    en = "You have changed this yourself in another tab. Look at what holds now and do it again."
    status = 409


class PeriodTaken(DeskRefused):
    """Another submission of the same dataset and period is under way; ``who`` holds it, ``since`` a moment.

    ``other`` is its id, for whoever may see it. None of it stands in the words, which programs are told too.
    """

    code = "period-taken"
    fa = "برای این داده و دوره پروندهٔ دیگری در جریان است. همان را ادامه دهید یا بخواهید کنار گذاشته شود."
    en = "Another submission for this dataset and period is under way. Go on with it, or have it set aside."
    status = 409
    field = "period"

    def __init__(self, other: str, who: str = "", since: datetime | None = None) -> None:
        super().__init__()
        self.other, self.who, self.since = other, who, since


class SubmissionClosed(DeskRefused):
    """What is no longer in the sender's hands cannot be changed."""

    code = "submission-closed"
    fa = "این پرونده دیگر در دست شما نیست و اکنون نمی‌توان آن را تغییر داد."
    en = "This submission is no longer in your hands and cannot be changed now."
    status = 422


class SubmissionBusy(DeskRefused):
    """The computing is not done."""

    code = "submission-busy"
    fa = "هنوز در حال خواندن و سنجیدن پرونده‌ایم. کمی صبر کنید."
    en = "The file is still being read and checked. Wait a little."
    status = 422


class UploadTooLarge(DeskRefused):
    """The file is larger than the city takes."""

    code = "upload-too-large"
    fa = "پرونده بزرگ‌تر از اندازه‌ای است که پذیرفته می‌شود."
    en = "The file is larger than what is taken."
    status = 413


class TooLargeToShow(DeskRefused):
    """The file was taken, but a page cannot hold what was asked of it."""

    code = "too-large-to-show"
    fa = "این پرونده برای نشان دادن در صفحه بسیار بزرگ است. آن را در خود پرونده درست کنید یا به مدیر سامانه بگویید."
    en = "This file is too large to be shown on a page. Put it right in the file itself, or tell the administrator."
    status = 422


class OriginalUnopened(DeskRefused):
    """A locked file cannot be opened with the keys of this machine."""

    code = "original-unopened"
    fa = "پرونده با کلیدهای این دستگاه باز نشد. به مدیر سامانه بگویید."
    en = "No key of this machine opens the file. Tell the administrator."
    status = 503
