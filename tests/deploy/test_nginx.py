"""The nginx configuration of deploy/, as it stands, before a real `ayan serve`."""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import selectors
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
import pytest
from tests.apps.small_city import build, publish, sheet
from tests.core.store.store_releases import seal
from tests.deploy.certificate import certify
from tests.deploy.nginx_front import (
    HOST,
    NGINX,
    SIX,
    Front,
    Reply,
    configured,
    needs_nginx,
    start_site,
    unpacked,
    wait_for,
)
from tests.patience import PATIENCE
from tests.ports import free_port

from ayan.core.publish.sealing import withdraw
from ayan.ui import static_files

# Of a table whose CSV is some 18 MB.
ROWS = 15_000
KEY = "0" * 8 + "-0000-4000-8000-" + "0" * 12
TAKES = (f"/desk/u/{KEY}/file", f"/en/desk/u/{KEY}/letter", f"/desk/u/{KEY}/fix/returned", "/desk/api/submissions")
"""The addresses of the desk that take a file."""
PAGES = ("/", "/en/data/works", "/api/v1/datasets/works/rows")

pytestmark = needs_nginx


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("front")
    city = build(folder / "city")
    many = pa.array(range(ROWS))
    seal(
        city.release_store,
        "1401",
        {"number": many.cast(pa.string()), "subject": ["کار ساختگی " * 60] * len(many)},
        "works",
    )
    # Nobody listens at the other group's port: every second request of every test meets it first.
    secure, plain, port, other = free_port(), free_port(), free_port(), free_port()
    certify(folder, HOST)
    assert NGINX is not None
    server = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(configured(folder, secure, plain, port, other))])
    site = start_site(city, port)
    try:
        wait_for(secure)
        wait_for(port)
        yield Front(secure, plain, other, city, folder, site)
    finally:
        for process in (site, server):
            process.terminate()
        for server_process in (site, server):
            server_process.wait(PATIENCE)


@pytest.mark.parametrize("path", PAGES)
def test_the_second_answer_is_kept_and_asked_about(front: Front, path: str) -> None:
    first, second = front.ask(path, Accept_Encoding="gzip"), front.ask(path, Accept_Encoding="gzip, deflate")
    assert first.status == second.status == 200
    assert unpacked(second) == unpacked(first) == front.ask(path).body
    assert [line[-1] for line in front.logged()][-3:] == ["MISS", "REVALIDATED", "MISS"]
    assert "x-accel-expires" not in second.headers
    assert second.headers["cache-control"] == "public, max-age=0, must-revalidate"
    assert front.ask(path, If_None_Match=second.headers["etag"], Accept_Encoding="gzip").status == 304


def test_what_somebody_searches_for_is_on_no_disk(front: Front) -> None:
    address = "/api/v1/datasets/works/groups?by=state&subject=%D8%B1%D8%A7%D8%B2"
    first, second = front.ask(address), front.ask(address)
    assert (first.status, first.body) == (200, second.body)
    assert front.ask(address, If_None_Match=first.headers["etag"]).status == 304
    assert [line[-1] for line in front.logged()][-3:] == ["BYPASS"] * 3
    front.ask("/en/data/works")
    kept = [path.read_bytes() for path in (front.folder / "cache").rglob("*") if path.is_file()]
    assert any(b"KEY: " in whole for whole in kept)
    assert not [
        whole for whole in kept if b"%D8%B1%D8%A7%D8%B2" in whole or (b"\nKEY: " in whole and b"?" in _key(whole))
    ]


def _key(kept: bytes) -> bytes:
    """The line of a kept answer that names its address."""
    return kept.partition(b"\nKEY: ")[2].partition(b"\n")[0]


def test_the_port_that_was_asked_reaches_the_site_and_leads_nobody_astray(front: Front) -> None:
    for host in (f"{HOST}:8443", f"{HOST}:1"):
        feed = front.ask("/changes.atom", Host=host)
        assert (feed.status, f"https://{HOST}/".encode() in feed.body, b":8443" in feed.body) == (200, True, False)
    # A form is held against the address in the browser's bar, with its port.
    line = http.client.HTTPConnection(HOST, timeout=PATIENCE)
    said = {}
    for origin in (f"https://{HOST}:8443", f"https://{HOST}"):
        page = front.ask("/desk/sign-in", Host=f"{HOST}:8443")
        cookie = page.headers["set-cookie"].partition(";")[0]
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)
        assert token
        line.sock = front.connected()
        body = f"csrfmiddlewaretoken={token[1].decode()}&username=x&password=y"
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        line.request(
            "POST", "/desk/sign-in", body, {**kind, "Host": f"{HOST}:8443", "Origin": origin, "Cookie": cookie}
        )
        said[origin] = line.getresponse().status
        line.close()
    assert said == {f"https://{HOST}:8443": 422, f"https://{HOST}": 403}


def test_no_header_stands_twice_and_protection_is_there(front: Front) -> None:
    line = http.client.HTTPConnection(HOST, timeout=PATIENCE)
    line.sock = front.connected()
    line.request("GET", "/")
    response = line.getresponse()
    names = [name.lower() for name, _ in response.getheaders()]
    response.read()
    line.close()
    assert len(names) == len(set(names))
    assert {"content-security-policy", "strict-transport-security", "x-content-type-options"} <= set(names)


def test_a_release_shows_at_once_and_a_withdrawn_one_is_gone_at_once(front: Front) -> None:
    address = "/api/v1/datasets/works/rows?_release=1404/1"
    assert front.ask(address).status == 404
    release = publish(front.city, sheet(4, year=1404), "1404", "works-1404.csv")
    first, again = front.ask(address), front.ask(address)
    assert (first.status, first.body) == (200, again.body)
    withdraw(front.city.publish_context, release, "wrong-data", "ناظر ساختگی")
    gone = front.ask(address, If_None_Match=first.headers["etag"])
    assert gone.status == front.ask(address).status == 410


def test_static_files_come_from_here(front: Front) -> None:
    path = static_files.url("css/site.css")
    first, second = front.ask(path), front.ask(path)
    assert first.body == second.body == static_files.all_files()["css/site.css"].plain
    assert front.logged()[-1][-1] == "HIT"


def test_ranges_of_a_file_of_a_release(front: Front) -> None:
    release = front.city.release_store.current("works")["1401"]
    path = f"/api/v1/datasets/works/releases/1401/1/{release.names[0]}"
    whole = front.ask(path)
    assert whole.body == release.parts()[0].read_bytes()
    part = front.ask(path, Range="bytes=4-99")
    assert (part.status, part.body) == (206, whole.body[4:100])
    assert front.ask(path, Range="bytes=999999999-").status == 416


def test_a_download_begins_before_it_is_made_and_a_slow_reader_holds_nobody(front: Front) -> None:
    slow = front.connected()
    slow.sendall(f"GET /api/v1/datasets/works/rows.csv HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
    head = slow.recv(4096)
    assert head.startswith(b"HTTP/1.1 200")
    assert front.ask("/en/data/works?_size=50").status == 200
    whole = front.ask("/api/v1/datasets/works/rows.csv")
    assert whole.body.startswith(b"\xef\xbb\xbf")
    assert whole.body.count(b"\n") > ROWS
    left = len(head)
    while piece := slow.recv(1 << 20):
        left += len(piece)
    assert left > len(whole.body)
    slow.close()
    assert not any(path.is_file() and path.stat().st_size > 10_000_000 for path in (front.folder / "cache").rglob("*"))


def test_a_signed_in_officer_gets_an_own_answer(front: Front) -> None:
    front.ask("/en/about")
    front.ask("/en/about", Cookie="ayan_desk=abc")
    assert front.logged()[-1][-1] == "BYPASS"


def test_plain_http_and_other_names_are_sent_away(front: Front) -> None:
    line = http.client.HTTPConnection("127.0.0.1", front.plain, timeout=PATIENCE)
    line.request("GET", "/data/?q=1", headers={"Host": HOST})
    response = line.getresponse()
    response.read()
    line.close()
    assert (response.status, response.headers["Location"]) == (301, f"https://{HOST}/data/?q=1")
    trust = ssl.create_default_context(cafile=str(front.folder / "fullchain.pem"))
    with pytest.raises(ssl.SSLError), socket.create_connection(("127.0.0.1", front.secure)) as bare:
        trust.wrap_socket(bare, server_hostname="other.example")


def test_refusals_of_the_site_are_passed_on(front: Front) -> None:
    assert front.ask("/nothing").status == 404
    refused = front.ask("/api/v1/datasets/works/rows?nothing=1")
    assert (refused.status, refused.headers["content-type"]) == (400, "application/problem+json")


def test_a_file_of_some_size_can_be_sent_to_be_verified_and_nowhere_else(front: Front) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    body = head + b"a" * 3_000_000 + b"\r\n--x--\r\n"
    answers = []
    for path in ("/en/verify", "/en/about"):
        line = http.client.HTTPConnection(HOST, timeout=PATIENCE)
        line.sock = front.connected()
        line.request("POST", path, body, {"Content-Type": "multipart/form-data; boundary=x"})
        response = line.getresponse()
        response.read()
        answers.append((response.status, response.headers.get("Location", "")))
        line.close()
    digest = hashlib.sha256(b"a" * 3_000_000).hexdigest()
    assert answers[0] == (303, f"/en/verify?q={digest}")
    assert answers[1][0] == 413


def sending(front: Front, path: str) -> http.client.HTTPConnection:
    """A line by which a file of some size is announced; none of it is sent."""
    line = http.client.HTTPConnection(HOST, timeout=PATIENCE)
    line.sock = front.connected()
    line.putrequest("POST", path)
    line.putheader("Content-Length", str(3_000_000))
    line.endheaders()
    return line


def test_only_the_addresses_of_the_desk_that_take_a_file_let_one_pass(front: Front) -> None:
    """The site, which knows who is signed in, answers where nginx lets it pass."""
    for path in (
        *TAKES,
        "/desk/",
        "/desk/sign-in",
        f"/desk/u/{KEY}/columns",
        f"/desk/u/{KEY}/file/x",
        "/desk/u/x/file",
    ):
        line = sending(front, path)
        if path in TAKES:
            line.send(b"a" * 3_000_000)
        response = line.getresponse()
        response.read()
        line.close()
        assert (response.status == 413) is (path not in TAKES), (path, response.status)


def test_a_request_has_one_name_for_its_reader_and_in_the_log_and_a_kept_answer_has_its_own(front: Front) -> None:
    names = [front.ask("/data/", Accept_Encoding="gzip").headers["x-request-id"] for _ in range(2)]
    refused = front.ask("/data/works?nothing=1", X_Request_ID="a-name-of-a-stranger").headers["x-request-id"]
    assert [line[-2] for line in front.logged()][-3:] == [*names, refused]
    assert len({*names, refused, "a-name-of-a-stranger"}) == 4


def test_the_log_keeps_no_question_and_no_whole_address(front: Front) -> None:
    front.ask("/data/works?_search=%D8%B1%D8%A7%D8%B2")
    assert front.logged()[-1][0] == "127.0.0.0"
    keyed = [f"{prefix}/{name}/" for prefix in ("", "/en", "/ckb")
             for name in ("counter", "desk/join", "follow/confirm", "follow/leave")]  # fmt: skip
    for path in keyed:
        front.ask(f"{path}A-KEY?and=more")
    assert [line[3] for line in front.logged()[-len(keyed) :]] == keyed
    # The same in spellings that the site may take for it.
    for odd in ("/follow%2Fleave/A-KEY", "/fol%6Cow/leave/A-KEY", "//follow/leave/A-KEY", "/en/./follow/leave/A-KEY",
                "/en//counter/A-KEY", "/follow/l%65ave/A-KEY", "/desk/jo%69n/A-KEY", "/en/c%6Funter/A-KEY"):  # fmt: skip
        front.ask(odd)
    front.ask("/data/works/r/%D8%B1")
    assert front.logged()[-1][3] == "/data/works/r/%D8%B1"
    text = front.log.read_text()
    assert "A-KEY" not in text
    assert "_search" not in text
    assert "127.0.0.1" not in text


@pytest.mark.skipif(not SIX, reason="this machine has no IPv6")
def test_readers_of_the_newer_addresses_are_served_too(front: Front) -> None:
    line = http.client.HTTPConnection(HOST, timeout=PATIENCE)
    line.sock = front.connected("::1")
    line.request("GET", "/en/about")
    assert line.getresponse().status == 200
    line.close()


@contextmanager
def dying(port: int) -> Iterator[list[str]]:
    """A group of processes that takes every request and ends before it answers; the methods that it was asked with."""
    taken: list[str] = []
    with socket.create_server(("127.0.0.1", port)) as server:

        def take() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                with line:
                    taken.append(line.recv(65536).partition(b" ")[0].decode())

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield taken
        server.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def test_the_other_group_is_asked_for_what_may_be_asked_twice(front: Front) -> None:
    assert [front.ask("/healthz").status for _ in range(6)] == [200] * 6, "one group is gone"
    with dying(front.other) as taken:
        assert [front.ask("/healthz").status for _ in range(8)] == [200] * 8, "one group dies at every question"
        assert taken.count("GET") >= 2
        sent = [front.ask("/en/about", method="POST").status for _ in range(8)]
        assert taken.count("POST") == sent.count(502), "a form that was sent is not sent again"
        assert 1 <= sent.count(502) < 8


def hasty(front: Front, path: str) -> None:
    """Ask and go before there is an answer: nginx counts the request when it comes, however busy the site is."""
    line = front.connected()
    line.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
    line.close()


def refused(front: Front, path: str, most: int) -> Reply:
    """The answer to one of at most ``most`` questions of one address within moments that is a refusal."""
    for turn in range(most // 4):
        for way in range(3):
            hasty(front, path.format(f"{turn}-{way}"))
        if (reply := front.ask(path.format(turn))).status == 429:
            return reply
    raise AssertionError(f"nobody refused {path}")


def test_who_asks_too_often_is_told_so(front: Front) -> None:
    reply = refused(front, "/api/v1/datasets/works/rows.csv?number=0", 200)
    assert reply.headers["retry-after"] == "5"
    assert reply.headers["content-type"] == "application/problem+json"
    assert {"detail_fa", "detail_en"} <= set(json.loads(reply.body))


def test_costly_questions_are_few_from_one_address_and_pages_are_not(front: Front) -> None:
    paths = ("/en/search?q={}", "/api/v1/search?q={}", "/search.atom?q={}", "/api/v1/datasets/works/groups?by=state&_={}",
             "/api/v1/datasets/works/changes.csv?_={}", "/data/works/changes?_={}", "/compare?_={}")  # fmt: skip
    replies = [refused(front, path, 40) for path in paths]
    assert {reply.headers["retry-after"] for reply in replies} == {"5"}
    assert {reply.headers["content-type"].partition(";")[0] for reply in replies} == {
        "text/html",
        "application/problem+json",
    }
    assert [front.ask(f"/en/data/works?_size={turn}").status for turn in range(3, 23)] == [200] * 20
    assert front.ask("/en/about").status == 200


def test_who_sends_too_many_files_at_once_is_told_so_and_not_that_they_are_too_large(front: Front) -> None:
    lines = [sending(front, TAKES[0]) for _ in range(7)]
    with selectors.DefaultSelector() as waiting:
        for line in lines:
            waiting.register(line.sock, selectors.EVENT_READ, line)
        refused = waiting.select(60)[0][0].data.getresponse()
    assert (refused.status, refused.headers["retry-after"]) == (429, "5")
    for line in lines:
        line.close()


def test_the_checks_come_through(front: Front) -> None:
    assert front.ask("/healthz").body == b"ok\n"
    checked = front.ask("/readyz")
    said = json.loads(checked.body)
    assert (checked.status, said["store"], said["log"]) == (200 if said["ready"] else 503, "ok", "ok")


def test_z_while_the_site_is_away_a_page_says_so(front: Front) -> None:
    front.site.terminate()
    front.site.wait(30)
    away = front.ask("/")
    assert (away.status, away.headers["retry-after"]) == (502, "30")
    assert "سامانه برای چند لحظه" in away.body.decode()
    form = front.ask("/desk/sign-in", method="POST")
    assert (form.status, form.body) == (502, away.body)
    line = sending(front, TAKES[0])
    line.send(b"a" * 3_000_000)
    file = line.getresponse()
    assert (file.status, file.read()) == (502, away.body), "nor is it too large"
    line.close()
