"""The words with which the desk refuses an act: what stands in the way, and what to do."""

from __future__ import annotations

from ayan.core.schema.definition import Label


class Refused(Exception):
    """An act that cannot be done as things stand; says why in both languages, and at which field of the form."""

    def __init__(self, fa: str, en: str, field: str = "") -> None:
        super().__init__(en)
        self.wording = Label(fa, en)
        self.field = field


class Moved(Refused):
    """Somebody else has acted since the page was drawn."""

    def __init__(self) -> None:
        super().__init__(
            "پس از باز شدن این صفحه کس دیگری روی این پرونده کار کرده است. وضع تازه را ببینید و دوباره انجام دهید.",
            "Somebody else has worked on this since the page was opened. Look at what holds now and do it again.",
        )


class Taken(Refused):
    """Another submission of the same dataset and period is under way; carries its id."""

    def __init__(self, other: str) -> None:
        super().__init__(
            "برای این داده و دوره پروندهٔ دیگری در جریان است. همان را ادامه دهید یا بخواهید کنار گذاشته شود.",
            "Another submission for this dataset and period is under way. Go on with it, or have it set aside.",
            field="period",
        )
        self.other = other


def closed() -> Refused:
    """What is no longer in the sender's hands cannot be changed."""
    return Refused(
        "این پرونده دیگر در دست شما نیست و اکنون نمی‌توان آن را تغییر داد.",
        "This submission is no longer in your hands and cannot be changed now.",
    )


def busy() -> Refused:
    """The computing is not done."""
    return Refused(
        "هنوز در حال خواندن و سنجیدن پرونده‌ایم. کمی صبر کنید.",
        "The file is still being read and checked. Wait a little.",
    )
