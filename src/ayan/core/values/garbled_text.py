"""Text that some program has spoilt: letters read by the wrong table, letters it could not write, marks of web pages.

What is spoilt looks like text to everything else, and nobody can search or read it.
"""

from __future__ import annotations

import re
from typing import Final

# Letters of UTF-8 as the tables below show them; a text without any of these was not read by the wrong one.
_TRACES: Final = re.compile(r"[ÂÃâ\u00d8-\u00db][\u0080-\u2122]|[طظعغ][^\w\s.,،؛:()«»/\-]|\u00ef\u00bf\u00bd")
FIRST_LOOK: Final = (
    r"\x{fffd}|&(amp|nbsp|quot|apos|lt|gt|zwnj|#)|(?s:\?.*\?.*\?)|[\x{c2}\x{c3}\x{e2}\x{d8}-\x{db}][\x{80}-\x{2122}]"
    r"|[طظعغ][^\pL\pN_\s.,،؛:()«»/\-]|\x{ef}\x{bf}\x{bd}"
)
"""What RE2 finds in every text that is garbled, and in few others."""
_LOST: Final = re.compile(r"\?{2,}")
_ENTITIES: Final = re.compile(r"&(?:amp|nbsp|quot|apos|lt|gt|zwnj|#\d{2,6}|#x[0-9a-fA-F]{2,6});")
_TABLES: Final = ("cp1252", "latin-1", "cp1256")
_LETTERS: Final = re.compile("[\u00a0-\u017f\u0600-\u06ff\u200c\u2018-\u201d\u20ac]")


def is_garbled(text: str) -> bool:
    """Whether a text holds letters that were lost, read by the wrong table or written as a web page has them."""
    if "\ufffd" in text or _ENTITIES.search(text):
        return True
    # Somebody may wonder in three signs; where hardly anything else is left, they stand for letters.
    if text.count("?") > 2 and _LOST.search(text) and 3 * text.count("?") >= 2 * len(text.replace(" ", "")):
        return True
    return not text.isascii() and _TRACES.search(text) is not None and any(_was_utf8(text, table) for table in _TABLES)


def _was_utf8(text: str, table: str) -> bool:
    """Whether the text makes sense once its letters are taken for the bytes that the table shows as these."""
    try:
        # What the table has no letter for is shown as the byte itself.
        raw = b"".join(bytes((ord(sign),)) if "\u0080" <= sign <= "\u009f" else sign.encode(table) for sign in text)
        meant = raw.decode("utf-8")
    except UnicodeError:
        return False
    foreign = [sign for sign in meant if not sign.isascii()]
    return (
        len(foreign) < len(text)
        and bool(foreign)
        and all(map(_LETTERS.match, foreign))
        and (len(foreign) > 1 or table != "cp1256")
    )
