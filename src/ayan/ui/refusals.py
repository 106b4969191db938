"""How a refusal leaves as HTTP: its own status, when to ask again, and a mark for whoever asks within the process."""

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
    answer.refusal = refusal  # type: ignore[attr-defined]  # Django's class has no place for a mark of ours
    return answer


def refusal_of(answer: object) -> Refusal | None:
    """The refusal that an answer tells of; None for any other answer."""
    refusal = getattr(answer, "refusal", None)
    return refusal if isinstance(refusal, Refusal) else None
