"""How the city is, for administrators: the same checks as the doctor's, in their words, the worst first."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Protocol

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from ayan.apps.accounts import desk_layout
from ayan.apps.accounts.limits import HEALTH_SECONDS
from ayan.apps.accounts.policy import CITY, require
from ayan.apps.accounts.staff_middleware import officer
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.ui.code_html import from_the_left
from ayan.ui.value_html import plain_moment, plain_number
from ayan.wiring import city


class CheckResult(Protocol):
    """What a check finds, as `ayan.config.diagnosis` says it, whose list the settings name (``HEALTH_CHECKS``)."""

    @property
    def code(self) -> str:
        """Which check."""

    @property
    def state(self) -> str:
        """``ok``, ``warning`` or ``error``."""

    @property
    def words(self) -> Label:
        """What was found."""

    @property
    def advice(self) -> Label | None:
        """What to do."""


_STATES: Final = {
    "error": ("bad", Label("خطا", "Error")),
    "warning": ("late", Label("هشدار", "Warning")),
    "ok": ("ok", Label("درست", "Right")),
}
# Commands, settings, paths and moments of machines; and numbers that stand by themselves.
_CODE_OR_NUMBER: Final = re.compile(
    r"""
    (?P<code>(?:--|/)?(?=[\w./:+=@-]*[A-Za-z])[\w./+=@-]+(?::[\w./+=@-]+)*(?:\ --?[a-z-]+)*)
    |(?P<number>(?<![\w.])[0-9][0-9,]*(?:\.[0-9]+)?(?!\w|\.[0-9]))
    """,
    re.ASCII | re.VERBOSE,
)
_ORDER: Final = tuple(_STATES)
_looks: dict[Path, tuple[float, Any, Sequence[CheckResult]]] = {}
"""The last look of this process at each city: a page that is opened again and again reads no files again."""


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """The page; what it says was looked at within `HEALTH_SECONDS`."""
    require(officer(request), "health.view", CITY)
    lang = language.of(request)
    home = city.current().home
    if home not in _looks or time.monotonic() - _looks[home][0] > HEALTH_SECONDS:
        examine = import_string(settings.HEALTH_CHECKS)
        _looks[home] = (time.monotonic(), timezone.now(), tuple(examine()))
    _, at, findings = _looks[home]
    counted = {state: sum(finding.state == state for finding in findings) for state in _ORDER}
    context = {
        "at": at,
        "errors": counted["error"],
        "warnings": counted["warning"],
        "findings": [_texts(each, lang) for each in sorted(findings, key=lambda each: _ORDER.index(each.state))],
    }
    return desk_layout.page(request, "accounts/health.html", context)


def _texts(finding: CheckResult, lang: Lang) -> dict[str, str]:
    tone, state = _STATES[finding.state]
    advice = finding.advice.of(lang) if finding.advice else ""
    return {
        "code": finding.code, "tone": tone, "state": state.of(lang), "words": readable(finding.words.of(lang), lang),
        "advice": readable(advice, lang),
    }  # fmt: skip


def readable(text: str, lang: Lang) -> str:
    """What the command line prints, for a page: numbers in its digits, codes and places from left to right."""
    if locale.of(lang).is_ltr:
        return text

    def said(match: re.Match[str]) -> str:
        if (code := match["code"]) is not None:
            with suppress(ValueError):
                return plain_moment(datetime.fromisoformat(code), lang)
            return from_the_left(code)
        return plain_number(Decimal(match["number"].replace(",", "")), lang)

    return _CODE_OR_NUMBER.sub(said, text)
