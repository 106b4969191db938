"""The record on stderr: one line an event, in UTC, tied to its request; of faults kinds and places, never words."""

from __future__ import annotations

import logging
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final

import orjson

from ayan.config import env
from ayan.core.system import trace

FORMATS: Final = ("json", "text")


class _Discreet(logging.Formatter):
    """What both forms share: the parts of an event, of which none holds the words of a fault."""

    def parts(self, record: logging.LogRecord) -> dict[str, Any]:
        """Time, gravity, who says it, the message, the request, further facts, and the places of a fault."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        out: dict[str, Any] = {
            "time": at.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
            "process": record.process,
        }
        if name := trace.request_id():
            out["request"] = name
        if code := trace.city_code():
            out["city"] = code
        out |= getattr(record, "facts", {})
        fault = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if fault is not None:
            out["fault"] = trace.kind_of(fault)
            out["places"] = [place.strip() for place in trace.places_of(fault)]
        return out


class JsonLine(_Discreet):
    """An event as one JSON object on a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        return orjson.dumps(self.parts(record), default=str).decode()


class TextLine(_Discreet):
    """An event as one line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        parts = self.parts(record)
        head = f"{parts.pop('time')} {parts.pop('level').upper()} {parts.pop('logger')} {parts.pop('message')}"
        places = parts.pop("places", [])
        parts.pop("process")
        facts = "".join(f" {name}={_flat(str(value))}" for name, value in parts.items())
        return head + facts + "".join(f" < {place}" for place in places)


class StandardError(logging.Handler):
    """Writes to stderr, as it is at the moment.

    What cannot be written is lost: Python's own handler would print the words of the event and of its fault instead.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write one event."""
        with suppress(Exception):
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()


def _message(record: logging.LogRecord) -> str:
    """The message on one line. A fault that somebody wants to quote in it is named by its kind."""
    given = record.args
    if isinstance(given, tuple):
        given = tuple(trace.kind_of(value) if isinstance(value, BaseException) else value for value in given)
    message = record.msg
    if isinstance(message, BaseException):
        return trace.kind_of(message)
    try:
        return _flat(str(message) % given if given else str(message))
    except (TypeError, ValueError):
        return _flat(str(message))


def _flat(text: str) -> str:
    return " ".join(text.split())


def log_format(usual: str) -> str:
    """The form of what is written to stderr, ``usual`` where nothing is said; Misconfigured for one that is none."""
    value = env.read("AYAN_LOG_FORMAT") or usual
    if value not in FORMATS:
        raise env.Misconfigured(f"AYAN_LOG_FORMAT must be one of {', '.join(FORMATS)}, not {value!r}.")
    return value


def configuration(form: str) -> dict[str, Any]:
    """Python's logging for the whole program; ``form`` is one of `FORMATS`."""
    line = JsonLine if form == "json" else TextLine
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"{line.__module__}.{line.__qualname__}"}},
        "handlers": {"stderr": {"class": f"{StandardError.__module__}.StandardError", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            # Strangers ask for wrong addresses and hosts all day; that is no news for the operator.
            "django.request": {"level": "ERROR"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            # Says at every stop that it stops.
            "django_tasks_db": {"level": "ERROR"},
            # What it warns of quotes who asked, and what: a stranger's words.
            "mcp": {"level": "ERROR"},
            # What the server of the site says, which otherwise goes its own way, to stdout.
            "_granian": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        },
    }


def ended(kind: type[BaseException], fault: BaseException, trace_back: TracebackType | None) -> None:
    """Write down that the process ended by a fault, also where no logging was set up; Python would print its words."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, fault, trace_back)
        return
    message = "the process ended by a fault; with AYAN_DEBUG=1 it would be shown whole"
    record = _LOG.makeRecord(_LOG.name, logging.CRITICAL, __file__, 0, message, (), (kind, fault, trace_back))
    form = env.read("AYAN_LOG_FORMAT")
    sys.stderr.write((JsonLine() if form == "json" else TextLine()).format(record) + "\n")


def take_uncaught() -> None:
    """Write down in the same way what nobody catches in this process and its threads."""

    def thread_ended(args: threading.ExceptHookArgs) -> None:
        fault = args.exc_value or args.exc_type()
        _LOG.error("a thread ended by a fault", exc_info=(args.exc_type, fault, args.exc_traceback))

    def dropped(args: Any) -> None:
        fault = args.exc_value or args.exc_type()
        _LOG.error("a fault was met while clearing up", exc_info=(args.exc_type, fault, args.exc_traceback))

    sys.excepthook, threading.excepthook, sys.unraisablehook = ended, thread_ended, dropped


_LOG: Final = logging.getLogger("ayan.faults")
