"""A load client over plain sockets: one connection for latency, sixteen kept alive for requests a second."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field


def request(path: str, accept: str = "") -> bytes:
    """The bytes of a GET."""
    coding = f"Accept-Encoding: {accept}\r\n" if accept else ""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{coding}\r\n".encode()


@dataclass
class Line:
    """One connection and what has come over it of the present answer."""

    socket: socket.socket
    waiting: bytes = b""
    left: int = -1
    chunked: bool = False
    body: list[bytes] = field(default_factory=list)

    def take(self, data: bytes) -> bool:
        """Whether the answer is complete with this."""
        self.waiting += data
        if self.left < 0:
            head, separator, rest = self.waiting.partition(b"\r\n\r\n")
            if not separator:
                return False
            status, *headers = head.split(b"\r\n")
            if b" 200 " not in status:
                raise RuntimeError(f"{status!r} {rest[:300]!r}")
            named = {name.lower(): value.strip() for name, _, value in (header.partition(b":") for header in headers)}
            self.chunked = b"chunked" in named.get(b"transfer-encoding", b"")
            self.left, self.waiting = int(named.get(b"content-length", 0)), rest
        done = self.waiting.endswith(b"0\r\n\r\n") if self.chunked else len(self.waiting) >= self.left
        if done:
            self.body, self.waiting, self.left = [self.waiting], b"", -1
        return done


def opened(port: int) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=120)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def get(port: int, path: str) -> bytes:
    """The body of one answer, its chunks joined."""
    with opened(port) as line:
        line.sendall(request(path))
        reader = Line(line)
        while not reader.take(line.recv(1 << 20)):
            pass
    data = b"".join(reader.body)
    if not reader.chunked:
        return data
    out = []
    while data:
        size, _, data = data.partition(b"\r\n")
        length = int(size, 16)
        out.append(data[:length])
        data = data[length + 2 :]
    return b"".join(out)


def latencies(port: int, paths: Sequence[str]) -> list[float]:
    """Seconds of each request, one after the other over one connection."""
    out = []
    with opened(port) as line:
        reader = Line(line)
        for path in paths:
            began = time.perf_counter()
            line.sendall(request(path))
            while not reader.take(line.recv(1 << 20)):
                pass
            out.append(time.perf_counter() - began)
    return out


def rate(port: int, paths: Sequence[str], clients: int = 16, seconds: float = 5.0) -> float:
    """Requests a second of so many connections, each asking again as soon as it is answered."""
    done, turn = 0, 0
    with selectors.DefaultSelector() as ready:
        lines = [Line(opened(port)) for _ in range(clients)]
        for connection in lines:
            ready.register(connection.socket, selectors.EVENT_READ, connection)
            connection.socket.sendall(request(paths[turn % len(paths)]))
            turn += 1
        began = time.perf_counter()
        while (passed := time.perf_counter() - began) < seconds:
            for key, _ in ready.select(1):
                if key.data.take(key.data.socket.recv(1 << 18)):
                    done += 1
                    key.data.socket.sendall(request(paths[turn % len(paths)]))
                    turn += 1
        for client in lines:
            client.socket.close()
    return done / passed


def download(port: int, path: str) -> tuple[int, float, float]:
    """Bytes on the line, seconds to the first and to the last of a streamed file."""
    began, first, total, tail = time.perf_counter(), 0.0, 0, b""
    with opened(port) as line:
        line.sendall(request(path))
        while not tail.endswith(b"0\r\n\r\n"):
            data = line.recv(1 << 20)
            if not data:
                break
            first = first or time.perf_counter() - began
            total += len(data)
            tail = data[-5:] if len(data) >= 5 else (tail + data)[-5:]
    return total, first, time.perf_counter() - began
