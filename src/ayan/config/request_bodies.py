"""What is sent to the site comes at its sender's pace; here is how long, and how many, the threads of a process wait.

Not needed behind nginx, which takes a whole body before it asks. Without it a stranger could hold every thread of a
process with bodies that never end.
"""

from __future__ import annotations

import io
import os
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from threading import Condition, Lock, Thread
from typing import Any, Final

from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseBase

from ayan.config.limits import (
    BODIES_AT_ONCE,
    BODIES_OF_ONE,
    BODY_GRACE_SECONDS,
    BODY_LOOK_SECONDS,
    BODY_PLACE_SECONDS,
    BODY_RATE,
    RETRY_SECONDS,
)
from ayan.config.wsgi_types import DjangoSite, Environ
from ayan.core.values.refusal import Refusal

PIECE: Final = 1 << 16
OnCut = Callable[[str, float], None]


class BodyTooSlow(Refusal):
    """What is being sent did not come in time."""

    code = "body-too-slow"
    fa = "آنچه فرستادید در زمان مجاز نرسید. با خط بهتری دوباره بفرستید."
    en = "What you sent did not arrive in time. Send it again over a better line."
    status = 408


class TooManyBodies(Refusal):
    """As many are sending slowly as one process waits for."""

    code = "too-many-bodies"
    fa = "اکنون بسیاری در حال فرستادن‌اند. کمی بعد دوباره بفرستید."
    en = "Many are sending at this moment. Send it again a little later."
    status = 503
    retry_after = RETRY_SECONDS


class BodyPlaces:
    """Who may keep a thread waiting for what they send: so many at once, and fewer of one address."""

    def __init__(self, most: int = BODIES_AT_ONCE, of_one: int = BODIES_OF_ONE) -> None:
        self._most, self._of_one = most, of_one
        self._free = Condition()
        self._taken: Counter[str] = Counter()

    def take(self, address: str) -> bool:
        """Have one place more; False where none becomes free for this address in a moment: most bodies are short."""
        with self._free:
            if not self._free.wait_for(lambda: self._has_room(address), BODY_PLACE_SECONDS):
                return False
            self._taken[address] += 1
            return True

    def leave(self, address: str) -> None:
        """Give one place back."""
        with self._free:
            self._taken[address] -= 1
            if not self._taken[address]:
                del self._taken[address]
            self._free.notify_all()

    def _has_room(self, address: str) -> bool:
        return self._taken.total() < self._most and self._taken[address] < self._of_one


class BoundedBodies:
    """The site (WSGI), which reads what is sent to it within bounds of time; else the answer says why it did not.

    ``cut`` ends the line of a sender who is too slow, so that whoever waits for it goes on.
    """

    def __init__(
        self, site: DjangoSite, places: BodyPlaces, grace: float = BODY_GRACE_SECONDS, cut: OnCut | None = None
    ) -> None:
        self._site, self._places = site, places
        self._watch = _BodyWatch(grace, cut or cut_lines)

    def __call__(self, environ: Environ, start: Any) -> HttpResponseBase:
        length = str(environ.get("CONTENT_LENGTH") or "0")
        if length == "0" or not (length.isascii() and length.isdecimal()):
            return self._site(environ, start)
        body = _Body(environ["wsgi.input"], int(length), self._places, self._watch, environ.get("REMOTE_ADDR", ""))
        environ["wsgi.input"] = io.BufferedReader(body, PIECE)
        try:
            answer = self._site(environ, start)
        finally:
            body.end()
        if body.refusal is None:
            return answer
        answer.close()
        return _answer_to(body.refusal, start)


def _answer_to(refusal: type[Refusal], start: Any) -> HttpResponse:
    headers = {"Cache-Control": "no-store", "Connection": "close"}
    if refusal.retry_after is not None:
        headers["Retry-After"] = str(refusal.retry_after)
    words = f"{refusal.fa}\n{refusal.en}\n"
    answer = HttpResponse(words, status=refusal.status, content_type="text/plain; charset=utf-8", headers=headers)
    start(f"{answer.status_code} {answer.reason_phrase}", list(answer.items()))
    return answer


class _Body(io.RawIOBase):
    """A body on its way in. Raises BadRequest where it does not come as it should; ``refusal`` then says why."""

    def __init__(self, source: Any, length: int, places: BodyPlaces, watch: _BodyWatch, address: str) -> None:
        super().__init__()
        self.refusal: type[Refusal] | None = None
        self.address = address
        self.late = False
        self._source, self._places, self._watch = source, places, watch
        self._length, self._came = length, 0
        self._began = self._asked = self._waited = 0.0
        self._placed = self._over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer with what comes next; 0 at the end."""
        # Whoever asks for more than was announced would wait for what never comes.
        size = min(len(buffer), PIECE, self._length - self._came)
        if self._over or not size:
            return 0
        if not self._placed:
            if not self._places.take(self.address):
                self._refuse(TooManyBodies)
            self._placed, self._began = True, time.monotonic()
        self._asked = time.monotonic()
        self._watch.begin(self)
        try:
            piece = self._source.read(size)
        finally:
            self._watch.end(self)
            self._waited += time.monotonic() - self._asked
        if self.late:
            self._refuse(BodyTooSlow)
        self._came += len(piece)
        if not piece or self._came == self._length:
            self.end()
        buffer[: len(piece)] = piece
        return len(piece)

    def end(self) -> None:
        """Wait no longer, whether it has come or not."""
        self._over = True
        if self._placed:
            self._placed = False
            self._places.leave(self.address)

    def is_late(self, now: float, grace: float) -> bool:
        """Whether it was waited for longer than it may; what the site does between two pieces does not count."""
        return self._waited + now - self._asked > grace + self._came / BODY_RATE

    def age(self, now: float) -> float:
        """Seconds since it was first waited for."""
        return now - self._began

    def _refuse(self, refusal: type[Refusal]) -> None:
        self.refusal = refusal
        self.end()
        raise BadRequest(refusal.code)


class _BodyWatch:
    """Looks at the bodies that are being waited for, in a thread of its own that sleeps while there are none."""

    def __init__(self, grace: float, cut: OnCut) -> None:
        self._grace, self._cut = grace, cut
        self._lock = Lock()
        self._waiting: set[_Body] = set()
        self._looks = False

    def begin(self, body: _Body) -> None:
        with self._lock:
            self._waiting.add(body)
            if not self._looks:
                self._looks = True
                Thread(target=self._look, name="bodies", daemon=True).start()

    def end(self, body: _Body) -> None:
        with self._lock:
            self._waiting.discard(body)

    def _look(self) -> None:
        while True:
            time.sleep(min(BODY_LOOK_SECONDS, self._grace))
            now = time.monotonic()
            with self._lock:
                if not self._waiting:
                    self._looks = False
                    return
                late = [body for body in self._waiting if body.is_late(now, self._grace)]
                for body in late:
                    body.late = True
            for body in late:
                self._cut(body.address, body.age(now))


# struct tcp_info of Linux: milliseconds since data were last sent and last received.
_TCP_INFO: Final = struct.Struct("=44xI4xI4x")
# Milliseconds by which the clocks of the two may differ.
_SLACK: Final = 500


def cut_lines(address: str, seconds: float) -> None:
    """Let those lines from an address end of which a body is awaited: whoever reads from them gets no more.

    The server does not say by which socket a request came. It is one by which nothing was sent since the body was first
    waited for, ``seconds`` ago, while something has come since the last answer; an answer under way, and a line that
    rests between two requests, have sent after they received. Nothing happens where the system has no such sockets.
    """
    with suppress(OSError, ValueError):
        wanted = _plain(address)
        for entry in Path("/proc/self/fd").iterdir():
            with suppress(OSError, ValueError, struct.error), _socket_of(int(entry.name)) as line:
                # A socket of this machine alone has a path for its name, or nothing.
                peer = line.getpeername()
                if line.type != socket.SOCK_STREAM or not isinstance(peer, tuple) or _plain(str(peer[0])) != wanted:
                    continue
                sent, received = _TCP_INFO.unpack(line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO.size))
                if sent + _SLACK >= seconds * 1000 and received <= sent:
                    line.shutdown(socket.SHUT_RD)


@contextmanager
def _socket_of(number: int) -> Iterator[socket.socket]:
    """An open file of this process as the socket that it is, by a number of its own; raises OSError for another."""
    copy = os.dup(number)
    try:
        line = socket.socket(fileno=copy)
    except OSError:
        os.close(copy)
        raise
    with line:
        yield line


def _plain(address: str) -> str:
    ip = ip_address(address.partition("%")[0])
    return str(ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else str(ip)
