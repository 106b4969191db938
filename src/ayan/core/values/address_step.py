"""A text as one step of an address that people read, say and paste: a slash in it is written as a comma.

Whatever escapes a slash by ``%2F`` is escaped once more on its way into an address, and half of all programs take
that for a fault and undo it. A comma stands in addresses, names of files and sentences as it is.
"""

from __future__ import annotations

import re
from typing import Final

_SIGNS: Final = re.compile("[%,/]")
_WRITTEN: Final = {"%": "%25", ",": "%2C", "/": ","}
# As they are written, and as addresses were written and pasted before.
_SPELLED: Final = re.compile("%25|%2C|%2F|,")
_READ: Final = {"%25": "%", "%2C": ",", "%2F": "/", ",": "/"}


def written(text: str) -> str:
    """The step, before it is quoted: ``1404/268`` as ``1404,268``."""
    return _SIGNS.sub(lambda sign: _WRITTEN[sign[0]], text)


def read(step: str) -> str:
    """The text of a step whose quoting was taken away; a slash that still stands in it is one of the text."""
    return _SPELLED.sub(lambda sign: _READ[sign[0]], step)


# A key of a record joins parts that have escaped what joins them, so only its slashes and commas are spelled anew.
_KEY_READ: Final = re.compile("%2C|,|/")


def written_key(key: str) -> str:
    """The key of a record (`keys.key_of`) as a step, before it is quoted."""
    return key.replace(",", "%2C").replace("%2F", ",")


def read_key(step: str) -> str:
    """The key that a step spells, also as addresses were written before, and with its slashes as they are."""
    return _KEY_READ.sub(lambda sign: "," if sign[0] == "%2C" else "%2F", step)
