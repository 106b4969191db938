"""How answers leave as HTTP: a refusal with its own status, and whether an answer may be kept whole for everybody."""

from __future__ import annotations

from typing import TypeVar

from django.http import HttpResponseBase

from ayan.core.values.refusal import Refusal

Answer = TypeVar("Answer", bound=HttpResponseBase)


def refused(answer: Answer, refusal: Refusal) -> Answer:
    """The answer that tells of a refusal, with its status and, where waiting helps, ``Retry-After`` in seconds."""
    answer.status_code = refusal.status
    if refusal.retry_after is not None:
        answer.headers["Retry-After"] = str(refusal.retry_after)
    # The kind alone: the refusal itself would keep alive whatever its traceback passed through.
    answer.refusal = type(refusal)  # type: ignore[attr-defined]  # Django's class has no place for a mark of ours
    return answer


def tells_of(answer: object, *kinds: type[Refusal]) -> bool:
    """Whether an answer tells of a refusal of one of these kinds."""
    kind = getattr(answer, "refusal", None)
    return kind is not None and issubclass(kind, kinds)


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
