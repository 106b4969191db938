"""A subscriber of feeds as others write one: a server of its own, which confirms what it meant and checks signatures."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.test import Client
from tests.http_servers import answering

SITE = "https://shahr.example"
HUB = f"{SITE}/websub"
CHANGES = f"{SITE}/changes.atom"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Delivered:
    """One POST that came: where, with which headers, and what."""

    target: str
    headers: Mapping[str, str]
    body: bytes

    def is_signed(self, secret: str) -> bool:
        """Whether the signature is that of the secret over the very bytes."""
        method, _, given = self.headers.get("X-Hub-Signature", "").partition("=")
        return method == "sha256" and hmac.compare_digest(
            given, hmac.new(secret.encode(), self.body, hashlib.sha256).hexdigest()
        )


@dataclass
class Subscriber:
    """What it meant, what it was asked, and what it was sent; ``status``, ``echo`` and ``delay`` are how it answers."""

    port: int = 0
    asked: list[dict[str, str]] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    came: list[Delivered] = field(default_factory=list)
    meant: set[tuple[str, str]] = field(default_factory=set)
    status: int = 200
    confirmed: int = 200
    echo: str = "{challenge}"
    redirect: str = ""
    delay: float = 0.0

    def callback(self, name: str = "feed", query: str = "", host: str = "127.0.0.1") -> str:
        """An address of its own."""
        return f"http://{host}:{self.port}/{name}{query}"

    def ask(self, topic: str = CHANGES, mode: str = "subscribe", **more: str) -> Any:
        """Ask the hub, as somebody who means it."""
        self.meant.add((mode, topic))
        return ask(topic=topic, mode=mode, **{"callback": self.callback(), **more})


def ask(**fields: str) -> Any:
    """A request to the hub with these fields, by whoever."""
    return Client().post("/websub", urlencode({f"hub.{name}": text for name, text in fields.items()}), FORM)


@contextmanager
def subscriber() -> Iterator[Subscriber]:
    """A subscriber that listens on this machine until the block ends."""
    here = Subscriber()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {name: texts[-1] for name, texts in parse_qs(urlsplit(self.path).query).items()}
            here.asked.append(asked)
            here.targets.append(self.path)
            meant = (asked.get("hub.mode", ""), asked.get("hub.topic", "")) in here.meant
            body = here.echo.format(challenge=asked.get("hub.challenge", "")).encode() if meant else b""
            self._answer(here.confirmed if meant else 404, body)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(here.delay)
            here.came.append(Delivered(self.path, dict(self.headers), body))
            self._answer(here.status, b"thanks" * 100_000)

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            if here.redirect:
                self.send_header("Location", here.redirect)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            # Nobody reads so much.
            with suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with answering(ThreadingHTTPServer(("127.0.0.1", 0), Answers)) as server:
        here.port = server.server_port
        yield here
