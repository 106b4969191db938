"""The turn of a question that is sent by POST: it is taken once the body is there, and not while that is on its way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.http import HttpRequest

TURN: Final = "ayan.turn"
"""Under which name the door hands on, with what is sent, how its sender's turn among the readers is taken."""


@contextmanager
def in_turn(request: HttpRequest) -> Iterator[None]:
    """Answer a question in its sender's turn, with the share and the bounds of every reader.

    Raises TooManyQuestions or SiteBusy where the turn does not come, or was cut short. Whatever is asked by GET is in
    its turn already.
    """
    take = request.META.get(TURN)
    if take is None:
        yield
        return
    with take() as turn:
        try:
            yield
        finally:
            if turn.cut:
                # Whatever the answer is now, some of it was not looked at.
                raise turn.refusal
