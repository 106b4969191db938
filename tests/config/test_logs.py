"""No log holds what opens something, nor what somebody asked: whichever logger writes, and whatever handler takes it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import StringConverter
from tests.apps.accounts.people import person

from ayan.apps.accounts import actions
from ayan.ui.log_redaction import SecretConverter, redacted

LOGGERS = (
    "django.security.csrf",
    "django.request",
    "django.server",
    "gunicorn.access",
    "granian.access",
    "ayan.apps.follow.views",
    "a library of somebody",
)
PUBLIC = {
    "c/<str:code>",
    "data/<slug:slug>/r/<record:key>",
    "data/<slug:slug>/releases/<str:period>/<int:number>",
    "datasets/<slug:slug>/rows/<record:key>",
    "datasets/<slug:slug>/releases/<str:period>/<int:number>",
    "datasets/<slug:slug>/releases/<str:period>/<int:number>/<str:name>",
    "datasets/<slug:slug>/iceberg/metadata/<str:name>",
    "emblem/<str:name>",
    "services/<str:code>",
    "services/<str:code>/times",
    "api/v1/services/<str:code>",
    "desk/city/emblem/<str:name>",
    "budget/<path:steps>",
    "council/member/<path:name>",
    "map/district/<path:code>",
    "map/street/<path:name>",
    "map/tiles/<slug:slug>/<str:period>/<int:number>/<slug:tag>/<int:first>-<int:length>",
    "council/session/<path:number>",
    "council/resolution/<path:number>",
    "desk/originals/<slug:slug>/<str:period>/<int:number>",
    "desk/withdraw/<slug:slug>/<str:period>/<int:number>",
    "desk/erase/<slug:slug>/<str:period>/<int:number>",
    "desk/counter/case/<str:number>",
    "desk/counter/case/<str:number>/file/<int:key>",
    "desk/counter/check/<str:number>",
    "desk/counter/check/<str:number>/file/<int:key>",
    "desk/counter/check/<str:number>/file/<int:key>/<int:page>.png",
    "desk/findings/<str:key>",
    "desk/findings/<str:key>/<slug:name>",
    "api/v1/citations/<str:code>",
    "api/v1/features/collections/<slug:slug>/items/<record:key>",
    "api/3/action/<str:name>",
    "api/action/<str:name>",
    "api/v1/ocds/releases/<path:ocid>",
    "api/v1/ocds/records/<path:ocid>",
    "log/anchor/<str:name>",
    "log/row-check/<str:lang>",
    "log/proof/<slug:slug>/<str:period>/<int:number>/<int:row>",
    "static/<str:stamp>/<path:name>",
}
"""Addresses with free text in them that opens nothing; one more belongs here, or is declared with ``<secret:…>``."""


def addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[tuple[str, URLPattern]]:
    """Every address with all that stands before it."""
    for each in patterns:
        whole = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, whole)
        else:
            yield whole, each


def every() -> list[tuple[str, URLPattern]]:
    return list(addresses(get_resolver().url_patterns))


def test_every_address_with_free_text_says_whether_it_is_a_secret() -> None:
    free = {
        str(pattern.pattern)
        for _whole, pattern in every()
        if any(
            isinstance(each, StringConverter) or type(each).__name__ == "PathConverter"
            for each in pattern.pattern.converters.values()
        )
        and not any(isinstance(each, SecretConverter) for each in pattern.pattern.converters.values())
        and not all(type(each).__name__ == "SlugConverter" for each in pattern.pattern.converters.values())
    }
    texts = {route for route in free if re.search(r"<(str|path|record):|<\w+>", route)}
    assert texts == PUBLIC


def test_no_logger_writes_down_a_secret_of_any_address(caplog: pytest.LogCaptureFixture) -> None:
    secrets = [
        re.sub(r"<(\w+):\w+>", lambda match: "s3cret-" + "x" * 9 if match[1] == "secret" else "7", whole)
        for whole, pattern in every()
        if any(isinstance(each, SecretConverter) for each in pattern.pattern.converters.values())
    ]
    assert len(secrets) >= 8, "four addresses in two languages"
    for logger in map(logging.getLogger, LOGGERS):
        for address in secrets:
            logger.error("Forbidden (%s): %s", "no cookie", address)
            logger.error('"GET %s?q=abc HTTP/1.1" 200', f"https://shafaf.example{address}")
            try:
                raise ValueError(f"cannot read {address}")
            except ValueError:
                logger.exception("Internal Server Error: %s", address)
    assert len(caplog.records) == 3 * len(LOGGERS) * len(secrets)
    assert "s3cret" not in caplog.text
    assert "abc" not in caplog.text
    assert "/counter/…" in caplog.text


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("GET /search?q=%D8%B9%D9%84%DB%8C HTTP/1.1", "GET /search?… HTTP/1.1"),
        (
            "Referer checking failed - https://a.example/data/works?name=Ali does not",
            "Referer checking failed - https://a.example/data/works?… does not",
        ),
        ("token ayan_" + "A" * 43 + " is over", "token ayan_… is over"),
        ("Authorization: Bearer abcdefghij", "Authorization: Bearer …"),
        (
            "cannot reach postgresql://reader:hunter2@10.0.0.1/finance",
            "cannot reach postgresql://reader:…@10.0.0.1/finance",
        ),
        ("Why? /data/works and ayan_demo stay, 10:20 too", "Why? /data/works and ayan_demo stay, 10:20 too"),
    ],
)
def test_questions_tokens_and_passwords_are_taken_out_and_nothing_else(said: str, written: str) -> None:
    assert redacted(said) == written


@pytest.mark.django_db
def test_an_invitation_sent_without_its_cookie_leaves_no_key_behind(caplog: pytest.LogCaptureFixture) -> None:
    secret = actions.invite(None, person("sara"))
    assert Client(enforce_csrf_checks=True).post(f"/desk/join/{secret}", {}).status_code == 403
    assert Client().get(f"/desk/join/{secret}").status_code == 200, "it still opens"
    assert "/desk/join/…" in caplog.text
    assert secret not in caplog.text
