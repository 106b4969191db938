"""Why a document is not read; whoever asked for it has the words."""

from __future__ import annotations

from typing import Literal

Hindrance = Literal["damaged", "locked", "large", "long", "full"]
"""Broken, locked with a password, too many bytes, too many pages, or too much text on one page."""


class UnreadableDocument(Exception):
    """A document that is not read; ``page`` (from 1) says where, if it is about one page."""

    def __init__(self, hindrance: Hindrance, page: int | None = None) -> None:
        super().__init__(hindrance)
        self.hindrance = hindrance
        self.page = page
