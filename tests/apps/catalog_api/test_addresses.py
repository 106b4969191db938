"""The API's own addresses are tried first, and none of another app's is hidden behind them."""

from __future__ import annotations

import re

from django.urls import URLPattern, resolve

from ayan.apps.api import views
from ayan.config import urls

SAMPLES = {"int": "7", "path": "a/b", "record": "a"}


def written(route: str) -> str:
    """An address of a pattern."""
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda match: SAMPLES.get(match[1] or "", "a"), route)


def test_every_app_answers_at_its_own_addresses_of_the_api() -> None:
    apart = [each for each in urls.urlpatterns if isinstance(each, URLPattern) and str(each.pattern).startswith("api/")]
    assert len(apart) > 10
    for pattern in apart:
        address = written(str(pattern.pattern))
        assert resolve(address).func is pattern.callback, address


def test_what_no_app_declares_is_answered_by_the_api() -> None:
    for rest in ("", "nonsense", "datasets/works/nonsense", "audits/", "a\nb"):
        assert resolve(f"/api/v1/{rest}").func is views.nothing
