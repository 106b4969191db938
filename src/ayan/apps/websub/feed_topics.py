"""What can be subscribed to: the feeds of whose changes the worker learns, and what stands in one of them now."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpResponse
from django.urls import reverse

from ayan.core.system.call_stack import with_room
from ayan.core.values import locale
from ayan.ui.api.responses import root_of
from ayan.ui.own_request import own_environ
from ayan.wiring import city

_FEEDS: Final = ("changes_feed", "changes_json_feed", "declared_changes_feed")
_GONE: Final = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class FeedNow:
    """A feed as anybody is answered who asks for it now."""

    path: str
    body: bytes
    media_type: str
    digest: str


class TopicGone(Exception):
    """There is no such feed any more."""


class FeedAway(Exception):
    """The feed cannot be told at the moment."""


def path_of(topic: str) -> str | None:
    """The path of the feed that an address names; None where it names none of ours that can be subscribed to."""
    try:
        asked, own = urlsplit(topic), urlsplit(str(settings.ORIGIN))
        same = (asked.scheme, asked.hostname, asked.port) == (own.scheme, own.hostname, own.port)
    except ValueError:
        return None
    if not same or "@" in asked.netloc or "?" in topic or "#" in topic:
        return None
    path = unquote(asked.path)
    return path if is_topic(path) else None


def address_of(path: str) -> str:
    """The address by which a feed names itself."""
    return f"{settings.ORIGIN}{path}"


def is_topic(path: str) -> bool:
    """Whether a feed stands there of whose changes the worker learns."""
    of_city = {reverse(f"{lang}:{feed}") for lang in locale.codes() for feed in _FEEDS}
    return path in of_city or path in {f"{root_of(dataset)}/releases.atom" for dataset in city.current().registry.all()}


def feed_now(path: str) -> FeedNow:
    """The feed as the site answers a stranger, through all that stands before its views.

    So nothing is sent that is not public at this moment. Raises TopicGone, and FeedAway where the answer is another.
    """
    # Not by calling the handler: the end of a request closes the database, on which the worker holds its lock.
    answer = with_room(WSGIHandler().get_response)(WSGIRequest(own_environ(path)))
    if answer.status_code in _GONE:
        raise TopicGone
    if answer.status_code != HTTPStatus.OK or not isinstance(answer, HttpResponse):
        raise FeedAway
    body = answer.content
    return FeedNow(path, body, answer.headers["Content-Type"], sha256(body).hexdigest())
