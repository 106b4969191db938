"""How a page is written down for lists of literature, in BibTeX."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

# Signs that mean something to TeX; a title without them is still found by its other words.
_TEX: Final = re.compile(r'["{}\\%#&$_^~]')


def bibtex(
    key: str, title: str, author: str, address: str, day: date, *, year: int | None = None, note: str = ""
) -> str:
    """An entry by its ``key``: the page at ``address``, read on ``day``; a ``note`` may hold commands of TeX."""
    fields = {
        # The inner braces keep the capitals and keep a city's name from being taken for a surname.
        "title": f'"{{{_TEX.sub("", title)}}}"',
        "author": f'"{{{_TEX.sub("", author)}}}"',
        **({"year": f"{{{year}}}"} if year is not None else {}),
        "howpublished": f"{{{url(address)}}}",
        **({"note": f"{{{note}}}"} if note else {}),
        "urldate": f"{{{day.isoformat()}}}",
    }
    lines = ",\n".join(f"  {name} = {value}" for name, value in fields.items())
    return f"@misc{{{key},\n{lines}\n}}"


def url(address: str) -> str:
    """An address as TeX takes it."""
    return f"\\url{{{address}}}"
