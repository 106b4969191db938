"""How one look at a source, or at one of its files, ended."""

from __future__ import annotations


class Ended(Exception):
    """An end in a word of `words.RUNS`; raised where it ends the look. ``about`` is for the operator's log alone."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(code)
        self.code, self.about = code, about
