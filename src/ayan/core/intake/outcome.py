"""How a look at what others send, or a fetch, ended."""

from __future__ import annotations


class FetchOutcome(Exception):
    """An end in one word; raised where it ends the work. ``about`` is for the operator's log alone."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(code)
        self.code, self.about = code, about
