"""A request sees the declarations as they are when it first asks for them, and nobody looks for them twice."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from ayan.datasets.registry import one_look


class DeclarationCache:
    """Holds the declarations still while a page is made; what is streamed after it looks for itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with one_look():
            return self.get_response(request)
