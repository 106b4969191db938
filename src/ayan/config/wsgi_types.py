"""How a request and its answer are handed from one layer round the site to the next (PEP 3333)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

# The process that watches over the site's workers imports this, and does without Django.
if TYPE_CHECKING:
    from django.http import HttpResponseBase

Environ = dict[str, Any]
"""The request: its variables by name."""
Headers = list[tuple[str, str]]
StartResponse = Callable[[str, Headers], object]
"""Takes the status line and the headers of an answer."""
Site = Callable[[Environ, Any], Iterable[bytes]]
"""What answers a request, piece by piece."""
DjangoSite = Callable[[Environ, Any], "HttpResponseBase"]
"""What answers a request with Django's own answer, headers and all."""
AnswerBeside = Callable[[Environ, Any], list[bytes]]
"""What answers an address by itself, whatever state the site is in."""
