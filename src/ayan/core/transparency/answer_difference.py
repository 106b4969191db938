"""What an answer says otherwise than the sealed files, by a stable code and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ayan.core.transparency.limits import LONGEST_QUOTE
from ayan.core.values.label import Label

_SAME_ROWS: Final = Label(
    "{apart} ردیف از پاسخ سامانه با انتشارها سازگار نیست.",
    "{apart} rows that the portal answers with are not those of the releases.",
)
_SAME_WORDS: Final = Label(
    "{what}: «{shown}» نوشته و «{sealed}» مهر شده است.", "{what}: it says “{shown}”, and “{sealed}” was sealed."
)
_WORDS: Final[Mapping[str, Label]] = {
    "rows-apart": _SAME_ROWS,
    "csv-apart": _SAME_ROWS,
    "json-apart": Label("ردیف {what} آن نیست که مهر شد.", "The row {what} is not the one that was sealed."),
    "count-apart": Label(
        "تعداد ردیف‌ها {shown} گفته شده و {sealed} است.", "It counts {shown} rows, and there are {sealed}."
    ),
    "state-apart": Label(
        "وضعیتی را نام می‌برد که از انتشارهای ثبت عمومی به دست نمی‌آید.",
        "It names a state that does not follow from the releases of the log.",
    ),
    "groups-apart": Label(
        "گروه {what} از ردیف‌های مهرشده به دست نمی‌آید.", "The group {what} does not follow from the sealed rows."
    ),
    "column-dropped": Label("ستون {what} مهر شده و نیامده است.", "The column {what} was sealed and is left out."),
    "column-added": Label(
        "ستون {what} در هیچ انتشاری نیست و مقدار دارد.", "The column {what} is in no release, and it has values."
    ),
    "column-new": Label(
        "ستون {what} هنوز در هیچ انتشاری نیست.", "The column {what} is in no release yet; it is empty."
    ),
    "column-past": Label(
        "ستون {what} فقط در انتشارهای کهنه‌تر هست و نیامده است.",
        "The column {what} is in older releases only, and is left out.",
    ),
    "label-other": _SAME_WORDS,
    "title-other": _SAME_WORDS,
    "description-other": Label(
        "{what}: «{shown}» نوشته و در آخرین انتشار «{sealed}» است.",
        "{what}: it says “{shown}”, and the newest release says “{sealed}”.",
    ),
    "page-apart": Label(
        "{what}: صفحه «{shown}» نشان می‌دهد و «{sealed}» مهر شده است.",
        "{what}: the page shows “{shown}”, and “{sealed}” was sealed.",
    ),
    "page-of-nothing": Label("ردیف {what} در هیچ انتشار جاری نیست.", "The record {what} is in no current release."),
    "page-lacks": Label("{what} بر صفحه نیست.", "{what} is not on the page."),
    "answer-unread": Label(
        "سنجیده نشد: بیش از حافظهٔ مجاز می‌خواهد ({what}).", "It was not compared: it asks for more memory ({what})."
    ),
    "answer-unreadable": Label("خوانا نیست ({what}).", "It cannot be read ({what})."),
}
_NOTES: Final = frozenset({"answer-unread", "column-new", "column-past", "description-other"})


@dataclass(frozen=True, slots=True)
class AnswerDifference:
    """Something that an answer says otherwise than the sealed files: a stable code and words."""

    code: str
    words: Label

    @property
    def broken(self) -> bool:
        """Whether it is wrong, and not only worth a look."""
        return self.code not in _NOTES


def difference(
    code: str, what: object = "", shown: object = "", sealed: object = "", **more: object
) -> AnswerDifference:
    """A difference in words; whatever a stranger wrote stands in them in one short line."""
    return AnswerDifference(
        code, _WORDS[code].format(what=quoted(what), shown=quoted(shown), sealed=quoted(sealed), **more)
    )


def quoted(value: object) -> str:
    """A text of others on one line, without what could command a terminal."""
    text = " ".join("".join(char if char.isprintable() else " " for char in str(value)).split())
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"
