"""The door of assistants behind the nginx configuration of deploy/: a real `ayan mcp`, and a stand-in that streams."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.apps.small_city import build
from tests.deploy.certificate import certify
from tests.deploy.nginx_front import HOST, NGINX, Front, configured, needs_nginx, start_site, wait_for
from tests.patience import PATIENCE
from tests.ports import free_port

pytestmark = needs_nginx
HANDSHAKE = {
    "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "trial", "version": "1"},
}  # fmt: skip
MISSING = {"name": "missing", "arguments": {}}


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """nginx before `ayan mcp` alone: that needs no site beside it."""
    folder = tmp_path_factory.mktemp("assistants")
    city = build(folder / "city")
    secure, port = free_port(), free_port()
    certify(folder, HOST)
    assert NGINX is not None
    conf = led(folder, secure, port)
    server = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(conf)])
    assistants = start_site(city, port, "mcp")
    try:
        wait_for(secure)
        wait_for(port)
        yield Front(secure, 0, port, city, folder, assistants)
    finally:
        for process in (assistants, server):
            process.terminate()
        for process in (assistants, server):
            process.wait(PATIENCE)


def led(folder: Path, secure: int, assistants: int) -> Path:
    """The configuration with the door of assistants at a port; the site itself is away."""
    away = free_port()
    whole = configured(folder, secure, free_port(), away, away)
    own = folder / "ayan.conf"
    text = own.read_text(encoding="utf-8")
    assert "127.0.0.1:8010" in text
    own.write_text(text.replace("127.0.0.1:8010", f"127.0.0.1:{assistants}"), encoding="utf-8")
    return whole


@contextmanager
def line_to(front: Front) -> Iterator[http.client.HTTPConnection]:
    with closing(http.client.HTTPConnection(HOST, timeout=PATIENCE)) as line:
        line.sock = front.connected()
        yield line


def sent(front: Front, body: bytes, method: str = "POST", **headers: str) -> tuple[int, dict[str, str], bytes]:
    with line_to(front) as line:
        kind = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
        more = {name.replace("_", "-"): text for name, text in headers.items()}
        line.request(method, "/mcp", body, {**kind, **more})
        answer = line.getresponse()
        return answer.status, {name.lower(): text for name, text in answer.getheaders()}, answer.read()


def called(front: Front, method: str, parameters: dict[str, Any], **headers: str) -> Any:
    """The result of a request of the protocol."""
    request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
    status, _, body = sent(front, json.dumps(request).encode(), **headers)
    assert status == 200, body
    return json.loads(body)["result"]


def test_both_generations_of_the_protocol_come_through(front: Front) -> None:
    assert called(front, "initialize", HANDSHAKE)["serverInfo"]["name"] == "ayan"
    older = called(front, "tools/call", MISSING, MCP_Protocol_Version="2025-11-25")
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": HANDSHAKE["clientInfo"],
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    newer = called(
        front,
        "tools/call",
        {**MISSING, "_meta": meta},
        MCP_Protocol_Version="2026-07-28",
        Mcp_Method="tools/call",
        Mcp_Name="missing",
    )
    assert older["structuredContent"] == newer["structuredContent"]
    # What it leads to is the site as its readers reach it.
    assert f"https://{HOST}" in json.dumps(called(front, "tools/call", {"name": "find_datasets", "arguments": {}}))


def test_refusals_of_the_door_are_passed_on_and_nothing_of_a_question_is_written_down(front: Front) -> None:
    for method in ("GET", "DELETE"):
        status, headers, body = sent(front, b"", method)
        assert (status, headers["allow"], json.loads(body)["error"]["data"]["code"]) == (405, "POST", "only-post")
    status, _, body = sent(front, b"{}", Origin="https://elsewhere.example")
    assert (status, json.loads(body)["error"]["data"]["code"]) == (403, "strange-origin")
    assert sent(front, b"x" * 70_000)[0] == 413
    secret = {"name": "ask", "arguments": {"question": "a-question-of-mine"}}
    called(front, "tools/call", secret, MCP_Protocol_Version="2025-11-25")
    written = [path.read_bytes() for path in front.folder.glob("*.log")]
    assert written
    assert not any(b"a-question-of-mine" in text for text in written)
    kept = [path for path in (front.folder / "cache").rglob("*") if path.is_file()]
    assert kept == []


def test_an_event_goes_on_before_the_next_one_comes(front: Front, tmp_path: Path) -> None:
    """Older revisions stream; the configuration must not hold what an assistant waits for."""
    received, port, secure = threading.Event(), free_port(), free_port()
    certify(tmp_path, HOST)
    assert NGINX is not None

    def stream() -> None:
        with socket.create_server(("127.0.0.1", port)) as server, server.accept()[0] as line:
            while b"\r\n\r\n{}" not in line.recv(65536, socket.MSG_PEEK):
                pass
            line.recv(65536)
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: 1\n\n")
            assert received.wait(PATIENCE)
            line.sendall(b"data: 2\n\n")

    thread = threading.Thread(target=stream, daemon=True)
    thread.start()
    conf = led(tmp_path, secure, port)
    server = subprocess.Popen([NGINX, "-p", str(tmp_path), "-c", str(conf)])
    try:
        wait_for(secure)
        here = Front(secure, 0, port, front.city, tmp_path, front.site)
        with line_to(here) as line:
            line.request("POST", "/mcp", b"{}", {"Accept": "text/event-stream"})
            answer = line.getresponse()
            assert answer.headers["Content-Type"] == "text/event-stream"
            assert answer.read1(100) == b"data: 1\n\n"
            received.set()
            assert answer.read() == b"data: 2\n\n"
    finally:
        received.set()
        server.terminate()
        server.wait(PATIENCE)
        thread.join(PATIENCE)


def test_who_asks_too_often_is_told_so_in_its_own_language(front: Front) -> None:
    # On one line, one behind the other, so that a slow machine is fast enough.
    head = f"POST /mcp HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
    many = f"{head}\r\n{{}}" * 79 + f"{head}Connection: close\r\n\r\n{{}}"
    with front.connected() as line:
        line.sendall(many.encode())
        said = b"".join(iter(lambda: line.recv(65536), b""))
    assert said.count(b"HTTP/1.1 406") > 40, "nothing that they accept is said, by the door itself"
    _, _, refused = said.partition(b"HTTP/1.1 429")
    assert b"Retry-After: 5\r\n" in refused
    assert b"Content-Type: application/problem+json\r\n" in refused
    assert b'"detail_en"' in refused


def test_z_while_the_door_is_away_a_program_is_told_so(front: Front) -> None:
    front.site.terminate()
    front.site.wait(PATIENCE)
    for _ in range(50):
        status, headers, body = sent(front, b"{}")
        if status != 429:
            break
        threading.Event().wait(0.2)
    assert (status, headers["retry-after"], headers["content-type"]) == (502, "30", "application/problem+json")
    assert {"detail_fa", "detail_en"} <= set(json.loads(body))
    program = front.ask("/api/v1/datasets")
    assert (program.status, program.body) == (502, body)
    assert front.ask("/data/").headers["content-type"] == "text/html"
