"""What ties lines of a record together: the name of a request and its city; and a fault told by its places."""

from __future__ import annotations

import re
import secrets
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

# What a proxy may call a request: nginx writes 32 hexadecimal digits, others a UUID.
_NAME: Final = re.compile(r"[0-9A-Za-z-]{8,64}", re.ASCII)
_REQUEST: ContextVar[str] = ContextVar("request", default="")
_CITY: ContextVar[str] = ContextVar("city", default="")


def new_id() -> str:
    """A name for a request, as nginx makes them: 32 hexadecimal digits."""
    return secrets.token_hex(16)


def is_id(text: str) -> bool:
    """Whether a text may stand in a record as the name of a request."""
    return _NAME.fullmatch(text) is not None


def request_id() -> str:
    """The name of the request that this is done for; empty where none is under way."""
    return _REQUEST.get()


@contextmanager
def traced(name: str) -> Iterator[None]:
    """Do everything in the block for the request called ``name``."""
    token = _REQUEST.set(name)
    try:
        yield
    finally:
        _REQUEST.reset(token)


def city_code() -> str:
    """The city of an installation that this is done for; empty where there is none, or one alone."""
    return _CITY.get()


@contextmanager
def for_city(code: str) -> Iterator[None]:
    """Do everything in the block for the city of this code: lines of the record name it."""
    token = _CITY.set(code)
    try:
        yield
    finally:
        _CITY.reset(token)


def kind_of(fault: BaseException) -> str:
    """The full name of a fault's class."""
    return f"{type(fault).__module__}.{type(fault).__qualname__}"


def places_of(fault: BaseException | None) -> Iterator[str]:
    """A fault and those behind it, the last first: the kind of each, and every place it came through.

    Never its words: they may hold what stood in a cell, and records travel far.
    """
    met: set[int] = set()
    while fault is not None and id(fault) not in met:
        met.add(id(fault))
        yield kind_of(fault)
        for frame, line in traceback.walk_tb(fault.__traceback__):
            yield f"  {frame.f_code.co_filename}:{line} {frame.f_code.co_name}"
        fault = fault.__cause__ or fault.__context__
