"""An administrator's first page says which sources need them, and nobody else's does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.accounts.people import signed_in
from tests.apps.sources.senders import Senders

from ayan.apps.sources.models import Source, SourceToken
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db


def _first(senders: Senders) -> str:
    return signed_in(senders.admin).get("/en/desk/").text


def test_a_source_that_fails_or_whose_tokens_end_is_told_of(town: City, senders: Senders) -> None:
    source = senders.source()
    assert "Sources that need you" not in _first(senders)
    first, _secret = senders.token(source, days=30)
    assert "Sources that need you" not in _first(senders)
    now = town.clock.now()
    SourceToken.objects.filter(pk=first.pk).update(until=now + timedelta(days=3))
    page = _first(senders)
    assert "within 7 days" in page
    assert f"/en/desk/sources/{source.slug}" in page
    assert "One thing waits for you" in page
    second, _secret = senders.token(source, days=30)
    assert "Sources that need you" not in _first(senders)
    SourceToken.objects.filter(pk__in=(first.pk, second.pk)).update(until=now - timedelta(minutes=1))
    assert "None of its tokens holds" in _first(senders)
    Source.objects.filter(pk=source.pk).update(last_code="folder-missing")
    assert "In trouble" in _first(senders)
    assert "Sources that need you" not in senders.officers.browser("clerk").get("/en/desk/").text
    Source.objects.filter(pk=source.pk).update(active=False)
    assert "Sources that need you" not in _first(senders)
