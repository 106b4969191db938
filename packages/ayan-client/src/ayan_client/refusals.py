"""What can go wrong, each with a code and its words in Persian and in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """One of several things that are wrong with a question: the parameter, its code, both wordings, what is allowed."""

    code: str
    parameter: str
    fa: str
    en: str
    allowed: tuple[str, ...] = ()


class PortalFault(Exception):
    """Something did not work out: ``code`` for programs, ``fa`` and ``en`` for people."""

    def __init__(self, code: str, fa: str, en: str) -> None:
        super().__init__(f"{en} [{code}]")
        self.code, self.fa, self.en = code, fa, en


class Refused(PortalFault):
    """The portal refused, in its own words.

    ``status`` is that of HTTP. Of a question that is not valid ``faults`` lists everything that is wrong with it;
    ``reason`` is the code of a withdrawal or an erasure, ``document`` the whole problem document (RFC 9457).
    """

    def __init__(self, status: int, document: Mapping[str, Any], address: str) -> None:
        words = [_text(document.get(name)) for name in ("detail_fa", "detail_en")]
        fallback = _text(document.get("detail")) or _text(document.get("title")) or f"HTTP {status}"
        # A question that is not valid names its fault, anything else its kind (`/developers#too-many-questions`).
        code = _text(document.get("code")) or _text(document.get("type")).rpartition("#")[2] or f"http-{status}"
        super().__init__(code, words[0] or fallback, words[1] or fallback)
        self.status, self.document, self.address = status, document, address
        self.parameter, self.reason = _text(document.get("parameter")), _text(document.get("reason"))
        self.faults = tuple(_faults(document.get("problems")))


class BadQuestion(Refused):
    """The question is not valid (400); ``faults`` says what is wrong with which parameter, and what is allowed."""


class NotThere(Refused):
    """There is no such dataset, row, release, file or format (404)."""


class Gone(Refused):
    """It was withdrawn or erased (410); ``reason`` is the code of why, where one thing was asked for.

    While rows are paged through (``cursor-expired``): a release of the state in which the first page was read is gone.
    What was read so far is of a state that nobody can be shown any more; begin again.
    """


class Busy(Refused):
    """Too much was asked for, or no answer came in time (429, 503), also after waiting; ``retry_after`` in seconds."""

    retry_after: float | None = None


class Unreachable(PortalFault):
    """The portal could not be reached, or broke off, however often it was tried."""


class Malformed(PortalFault):
    """What came is no answer as the API promises them: not readable, of another shape, too long, led elsewhere."""


class BrokenOff(Malformed):
    """A download ended before its end. Nothing of it is kept."""


class StateChanged(Malformed):
    """A later page is of another state than the first: the rows of both together were never published."""


class NotProved(PortalFault):
    """Something does not hold: a signature, a root, a digest, a row. ``code`` is the verifier's."""


class CannotVerify(PortalFault):
    """There is nothing to verify with: no key was given, or what is needed is not installed or not in the log."""


def refusal_of(status: int, document: Mapping[str, Any], address: str) -> Refused:
    """The refusal of a status and a problem document."""
    kinds: dict[int, type[Refused]] = {400: BadQuestion, 404: NotThere, 410: Gone, 429: Busy, 503: Busy}
    return kinds.get(status, Refused)(status, document, address)


def _text(value: object) -> str:
    return value[:2000] if isinstance(value, str) else ""


def _faults(problems: object) -> list[Fault]:
    faults = []
    for each in problems[:100] if isinstance(problems, list) else ():
        if isinstance(each, dict):
            listed = each.get("allowed")
            allowed = tuple(map(str, listed)) if isinstance(listed, list) else ()
            code, parameter, fa, en = (
                _text(each.get(name)) for name in ("code", "parameter", "detail_fa", "detail_en")
            )
            faults.append(Fault(code, parameter, fa, en, allowed))
    return faults
