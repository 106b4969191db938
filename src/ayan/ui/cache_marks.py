"""Which answers may be kept whole and given to anybody: by address and what is published; and which by nobody."""

from __future__ import annotations

from typing import TypeVar

from django.http import HttpResponseBase

Answer = TypeVar("Answer", bound=HttpResponseBase)


def keep(answer: Answer) -> Answer:
    """Mark an answer that depends on its address and the site version (`ayan.wiring.site_version`) and on nothing else.

    Nothing else means: not on who asks, on a cookie, on the clock within a day, or on what stands in the database.
    """
    answer.may_be_kept = True  # type: ignore[attr-defined]  # Django's class has no place for a mark of ours
    return answer


def private(answer: Answer) -> Answer:
    """Mark an answer that changes from day to day or is for one reader: kept by nobody, found by no search engine."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def is_marked(answer: object) -> bool:
    """Whether an answer carries the mark."""
    return getattr(answer, "may_be_kept", False) is True
