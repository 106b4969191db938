"""Who has opened a case by its code: a signed cookie that lasts some minutes, so that the code leaves the address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from unicodedata import category

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from ayan.apps.counter import codes
from ayan.apps.counter.filing import CASE
from ayan.apps.counter.limits import MOST_OPEN_CASES, OPEN_LASTS
from ayan.apps.counter.models import FINDING, Case
from ayan.core.values.digits import to_latin
from ayan.ui.responses import private

COOKIE: Final = "ayan_case"
_NUMBER: Final = re.compile(r"[A-Z]-\d{4}-\d{5,9}")


def by_code(code: str) -> Case | None:
    """The case that a tracking code opens; None for what opens none, and for a reply, which has a page of its own."""
    digest = codes.digest_of(CASE, code)
    return Case.objects.exclude(kind=FINDING).filter(digest=digest).first() if digest else None


def number_of(typed: str) -> str:
    """A case's number however it was typed: Persian digits, small letters, blanks; empty for what is none."""
    seen = "".join(sign for sign in to_latin(typed[:60]) if category(sign) != "Cf")
    text = re.sub(r"[\s‐-―_]+", "-", seen.strip()).upper()
    text = re.sub(r"-{2,}", "-", text)
    return text if _NUMBER.fullmatch(text) else ""


def numbered(number: str) -> Case | None:
    """The case of a number, for whoever has looked that it may be known."""
    return Case.objects.filter(number=number).first() if number else None


def opened(request: HttpRequest, number: str) -> Case | None:
    """The case of a number, if this browser has opened it in the last minutes."""
    return Case.objects.filter(number=number).first() if number in _numbers(request) else None


def grant(request: HttpRequest, response: HttpResponse, case: Case) -> HttpResponse:
    """Let this browser see a case for some minutes more, beside those that it sees already."""
    numbers = [case.number, *(number for number in _numbers(request) if number != case.number)][:MOST_OPEN_CASES]
    response.set_cookie(
        COOKIE,
        signing.dumps(numbers, salt=COOKIE),
        max_age=OPEN_LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return private(response)


def leave(response: HttpResponse) -> HttpResponse:
    """Let this browser see no case any more."""
    response.delete_cookie(COOKIE, samesite="Lax")
    return private(response)


def _numbers(request: HttpRequest) -> list[str]:
    try:
        numbers: Any = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=OPEN_LASTS)
    except (signing.BadSignature, TypeError, ValueError):
        return []
    return [str(number) for number in numbers] if isinstance(numbers, list) else []


# --- an appeal is filed by whoever may see the case that it is about -------------------------------------------------


_APPEAL: Final = "ayan counter appeal 1"


def appeal_pass(case: Case) -> str:
    """What a form of an appeal carries: that whoever has it could see the case."""
    return signing.Signer(salt=_APPEAL).sign(case.number)


def appealed(said: Mapping[str, str]) -> Case | None:
    """The case that a form appeals, by the pass that it carries."""
    try:
        number = signing.Signer(salt=_APPEAL).unsign(said.get("_appeal", "")[:200])
    except signing.BadSignature:
        return None
    return Case.objects.filter(number=number).first()
