"""Logs without secrets: what an address holds back is taken out of every line, whoever writes it and wherever it goes.

An address that is a key itself, such as an invitation, says so where it is declared: ``<secret:name>`` in the place
of ``<str:name>``. `learn` reads that from all addresses, so a new one is not to be named a second time. What somebody
asked, behind the question mark, is theirs and stands in no log either.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.urls import URLPattern, URLResolver, register_converter
from django.urls.converters import StringConverter
from django.urls.resolvers import RoutePattern

HIDDEN: Final = "…"
CONVERTER: Final = "secret"
_PART: Final = r"[^/\s?#\"'<>]+"
_WORD: Final = re.compile(r"[^\s\"'<>]+")
# Tokens of uploads, what follows the name of a scheme of HTTP, and passwords in addresses of databases and servers.
_SHAPES: Final = re.compile(
    r"(\bayan_)[\w-]{20,}|(\b(?:[Bb]earer|[Bb]asic) )[\w.~+/=-]{8,}|(://[^\s:/@]*:)[^\s/@]+(?=@)"
)


class SecretConverter(StringConverter):
    """A part of an address that opens something for whoever knows it: it stands in no log."""


register_converter(SecretConverter, CONVERTER)


class _Learnt:
    """The pattern of all addresses that hold a secret; none before the addresses are known."""

    pattern: re.Pattern[str] | None = None


def learn(addresses: Iterable[URLPattern | URLResolver]) -> None:
    """Know the addresses that hold a secret, in whatever language they are asked for."""
    routes = sorted({route for route in _routes(addresses) if f"<{CONVERTER}:" in route})
    alternatives = "|".join(_before_secret(route) for route in routes)
    _Learnt.pattern = re.compile(f"(/(?:{alternatives})){_PART}") if routes else None


def redacted(text: str) -> str:
    """A text without questions, secret addresses, tokens and passwords; for whoever writes down an address."""
    text = _WORD.sub(_without_question, text)
    if _Learnt.pattern is not None:
        text = _Learnt.pattern.sub(rf"\1{HIDDEN}", text)
    return _SHAPES.sub(lambda match: next(filter(None, match.groups())) + HIDDEN, text)


def _without_question(word: re.Match[str]) -> str:
    """An address without its question; any other word as it is."""
    path, mark, question = word[0].partition("?")
    return f"{path}{mark}{HIDDEN}" if question and "/" in path else word[0]


def install() -> None:
    """Let every record of this process be made without secrets, before any handler or formatter sees it."""
    make = logging.getLogRecordFactory()
    if isinstance(make, _Factory):
        return
    logging.setLogRecordFactory(_Factory(make))


class _Factory:
    """Makes records as before, and takes the secrets out of their message and of the fault they tell."""

    def __init__(self, make: Any) -> None:
        self._make = make

    def __call__(self, *args: Any, **more: Any) -> logging.LogRecord:
        record: logging.LogRecord = self._make(*args, **more)
        try:
            _clean(record)
        except (TypeError, ValueError, KeyError):
            # Blanks that do not fit: the handler tells, as ever.
            return record
        if record.exc_info and record.exc_info[0] is not None:
            # Formatters take this text where it stands, and do not look at the fault again.
            record.exc_text = redacted(_PLAIN.formatException(record.exc_info))
        return record


def _clean(record: logging.LogRecord) -> None:
    """Take the secrets out of what fills the blanks of a message, or, where they lie between, out of the whole."""
    said = record.getMessage()
    if redacted(said) == said:
        return
    given = record.args if isinstance(record.args, tuple) else ()
    if given:
        record.args = tuple(redacted(value) if isinstance(value, str) else value for value in given)
        said = record.getMessage()
        if redacted(said) == said:
            return
        # A fault that is quoted is named by its kind: its own words may hold anything.
        record.args = tuple(_kind(value) if isinstance(value, BaseException) else value for value in given)
        said = record.getMessage()
    elif isinstance(record.msg, BaseException):
        said = _kind(record.msg)
    record.msg, record.args = redacted(said), None


def _kind(fault: BaseException) -> str:
    return type(fault).__name__


_PLAIN: Final = logging.Formatter()


def _routes(addresses: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    """The route of every address, without what stands before it: a language, or nothing."""
    for address in addresses:
        if isinstance(address, URLResolver):
            yield from _routes(address.url_patterns)
        elif isinstance(address.pattern, RoutePattern):
            yield str(address.pattern)


def _before_secret(route: str) -> str:
    """What stands before the secret in a route, as a pattern."""
    before = route[: route.index(f"<{CONVERTER}:")]
    return "".join(_PART if index % 2 else re.escape(part) for index, part in enumerate(re.split(r"<[^>]+>", before)))
