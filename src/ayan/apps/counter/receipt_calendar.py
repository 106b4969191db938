"""The day on which an answer is due as an entry of a calendar (RFC 5545), for programs on phones and desks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from ayan.core.values.label import Label

if TYPE_CHECKING:
    from ayan.apps.counter.receipt_text import ReceiptText

SUMMARY: Final = Label("موعد پاسخ {number}: {title}", "Answer due: {number}, {title}")
WORDS: Final = Label(
    "اگر تا پایان این روز پاسخی نرسید، از صفحهٔ مورد پیگیری کنید: {where}",
    "If no answer has come by the end of this day, look at the page of the case: {where}",
)
_LONGEST_LINE: Final = 75
_ESCAPES: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})


def calendar(receipt: ReceiptText, now: datetime) -> bytes:
    """One entry of a whole day, with a reminder in its morning. The code of the case is not in it: calendars are shared."""
    due = receipt.due_on
    assert due is not None  # noqa: S101 - whoever calls has looked
    # Where the address holds the code it stays away.
    where = "" if receipt.code else receipt.address
    words = WORDS.of(receipt.lang).format(where=where).strip()
    host = receipt.address.partition("://")[2].partition("/")[0].partition(":")[0]
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Ayan//Counter//EN",
        "BEGIN:VEVENT",
        f"UID:{receipt.number}@{host}",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{due:%Y%m%d}",
        f"DTEND;VALUE=DATE:{due + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(SUMMARY.of(receipt.lang).format(number=receipt.number, title=receipt.title))}",
        f"DESCRIPTION:{_text(words)}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(receipt.number)}",
        "TRIGGER:PT9H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _text(words: str) -> str:
    return words.translate(_ESCAPES)


def _folded(line: str) -> str:
    """A line of at most 75 bytes, and further ones that begin with a blank; no letter is cut in two."""
    pieces, room = [""], _LONGEST_LINE
    for letter in line:
        size = len(letter.encode())
        if size > room:
            pieces.append(" ")
            room = _LONGEST_LINE - 1
        pieces[-1] += letter
        room -= size
    return "\r\n".join(pieces)
