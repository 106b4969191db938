"""A pull from an address: what is public is fetched, whatever leads inside is refused, and nothing waits for ever."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from tests.apps.desk.deals import GOOD, workbook
from tests.apps.sources.senders import Senders, browser
from tests.http_servers import answering

from ayan.apps.desk.models import SubmissionState
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.sources import tasks
from ayan.apps.sources.models import Arrival, Source, SourceRun
from ayan.core.intake.http_fetch import FetchLimits, FetchOutcome, fetch
from ayan.core.intake.special_addresses import is_open
from ayan.wiring.city import City

HERE = (ip_network("127.0.0.1/32"),)


class Site(BaseHTTPRequestHandler):
    """A server that is told by the path what to do."""

    asked: list[dict[str, str]]
    body = workbook(GOOD)

    def do_GET(self) -> None:
        type(self).asked.append({"path": self.path, **{name.lower(): value for name, value in self.headers.items()}})
        getattr(self, f"_{self.path.strip('/').split('?')[0].split('.')[0]}", self._file)()

    def _head(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def _file(self) -> None:
        if self.headers.get("If-None-Match") == '"one"':
            self._head(304)
            return
        # A server may say what it likes of the type.
        self._head(200, Content_Length=str(len(self.body)), ETag='"one"', Content_Type="text/html")
        self.wfile.write(self.body)

    def _large(self) -> None:
        self._head(200, Content_Length="99999999")

    def _endless(self) -> None:
        self._head(200)
        while True:
            self.wfile.write(b"x" * 65536)

    def _slow(self) -> None:
        self._head(200, Content_Length="1000")
        for _ in range(600):
            self.wfile.write(b"x")
            time.sleep(0.1)

    def _silent(self) -> None:
        time.sleep(60)

    def _short(self) -> None:
        self._head(200, Content_Length="1000")
        self.wfile.write(b"x" * 10)

    def _packed(self) -> None:
        self._head(200, Content_Encoding="gzip", Content_Length="0")

    def _error(self) -> None:
        self._head(500)

    def _onward(self) -> None:
        self._head(302, Location=self.path.partition("?")[2])

    def _loop(self) -> None:
        self._head(302, Location="/loop")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    Site.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a reader that left is no news
    with answering(server):
        yield f"http://127.0.0.1:{server.server_address[1]}"


def ended(address: str, folder: Path, **more: Any) -> str:
    """How a fetch that must not succeed ends."""
    bounds = FetchLimits(**{"size": 1_000_000, "seconds": 2.0, "networks": HERE, "plain": True, **more})
    with pytest.raises(FetchOutcome) as end:
        fetch(address, bounds, folder)
    assert not list(folder.glob("*"))
    return end.value.code


def test_a_file_is_fetched_and_its_tags_are_shown_the_next_time(site: str, tmp_path: Path) -> None:
    bounds = FetchLimits(1_000_000, 5, HERE, plain=True)
    got = fetch(f"{site}/deals.xlsx", bounds, tmp_path, secret="Bearer secret")
    assert got.path is not None
    assert got.path.read_bytes() == Site.body
    assert got.tags == {"etag": '"one"'}
    assert Site.asked[-1]["authorization"] == "Bearer secret"
    assert fetch(f"{site}/deals.xlsx", bounds, tmp_path, got.tags).path is None


@pytest.mark.parametrize(
    "inside",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "::127.0.0.1", "fe80::1", "fe80::1%lo", "fc00::1", "fd00:ec2::254", "ff02::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:db8::1",
        # Blocks that releases of Python call public: kept for NAT64, site-local, relays of 6to4, segment routing.
        "64:ff9b:1::808:808", "64:ff9b:1:7f00:0:100::", "fec0::1", "feff::1", "192.88.99.1", "5f00::1", "100::1",
        "3fff::1", "4000::1", "::808:808:1:1", "233.252.0.1", "240.0.0.1", "192.0.0.170",
        "198.51.100.7", "203.0.113.7", "192.0.2.7", "100.127.255.255", "0.1.2.3",
        # An inner address inside an outer one: 6to4, Teredo, mapped, translated, compatible, ISATAP.
        "2002:c0a8:101::1", "2002:6440:1::", "2001:0:7f00:1::f5ff:fffe", "2001:0:808:808::f5ff:fffe",
        "::ffff:100.64.0.1", "::ffff:0:10.0.0.1", "::10.0.0.1", "2a00:1450::5efe:10.0.0.1", "2a00:1450::200:5efe:127.0.0.1",
    ],
)  # fmt: skip
def test_addresses_inside_are_closed(inside: str) -> None:
    assert not is_open(inside, ())


def test_public_addresses_are_open_and_inner_ones_where_they_are_named() -> None:
    assert is_open("8.8.8.8", ())
    assert is_open("2001:4860:4860::8888", ())
    assert is_open("64:ff9b::808:808", ())
    assert is_open("2002:808:808::1", ())
    assert is_open("2a00:1450::5efe:8.8.8.8", ())
    assert is_open("192.31.196.1", ())
    assert is_open("10.1.2.3", (ip_network("10.1.0.0/16"),))
    assert is_open("::ffff:10.1.2.3", (ip_network("10.1.0.0/16"),))
    assert not is_open("10.2.2.3", (ip_network("10.1.0.0/16"),))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0"],
)
def test_every_spelling_of_this_machine_is_refused(site: str, tmp_path: Path, host: str) -> None:
    port = site.rsplit(":", 1)[1]
    # Some spellings are no address to the resolver at all, which is as well.
    assert ended(f"http://{host}:{port}/x", tmp_path, networks=()) in ("address-refused", "unreachable")
    assert not Site.asked


def test_a_redirect_inside_is_refused_before_anything_is_sent(site: str, tmp_path: Path) -> None:
    for onward in (
        "http://169.254.169.254/latest/meta-data/", "http://2852039166/", "http://[fd00:ec2::254]/", "http://10.0.0.1/",
    ):  # fmt: skip
        assert ended(f"{site}/onward?{onward}", tmp_path) == "address-refused", onward
    for odd in ("file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/", "http://a@127.0.0.1/"):
        assert ended(f"{site}/onward?{odd}", tmp_path) == "address-odd", odd
    assert ended(f"{site}/loop", tmp_path) == "redirects"


def test_a_name_that_changes_its_meaning_is_connected_to_as_it_was_judged(
    site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name means a public address when it is asked first, and this machine from then on."""
    port = int(site.rsplit(":", 1)[1])
    asked: list[str] = []
    tried: list[Any] = []

    def resolve(host: str, number: int, **_: Any) -> list[Any]:
        asked.append(host)
        address = "203.0.114.7" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, number))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    connect = socket.socket.connect

    def noted(self: socket.socket, address: Any) -> None:
        tried.append(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", noted)
    assert ended(f"http://rebinds.example:{port}/x", tmp_path, networks=()) == "unreachable"
    assert (asked, tried) == (["rebinds.example"], [("203.0.114.7", port)])
    # Asked again, it means this machine, and is refused; as it is where both stand beside each other.
    assert ended(f"http://rebinds.example:{port}/x", tmp_path, networks=()) == "address-refused"
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("203.0.114.7", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    tried.clear()
    assert ended(f"http://both.example:{port}/x", tmp_path, networks=()) == "address-refused"
    assert not tried
    assert not Site.asked


def test_a_secret_goes_to_its_own_origin_alone(site: str, tmp_path: Path) -> None:
    other = site.replace("127.0.0.1", "localhost")
    bounds = FetchLimits(1_000_000, 5, (ip_network("127.0.0.0/8"), ip_network("::1/128")), plain=True)
    fetch(f"{site}/onward?{other}/deals.xlsx", bounds, tmp_path, secret="Bearer secret")
    assert "authorization" in Site.asked[0]
    assert "authorization" not in Site.asked[1]


def test_a_handshake_that_drags_on_ends_at_the_deadline(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:

        def drag() -> None:
            line, _ = door.accept()
            with line, suppress(OSError):
                # The head of a record of TLS, and then byte by byte what it promised.
                for byte in b"\x16\x03\x03\x40\x00" + bytes(600):
                    line.send(bytes([byte]))
                    time.sleep(0.1)

        threading.Thread(target=drag, daemon=True).start()
        began = time.monotonic()
        assert ended(f"https://127.0.0.1:{door.getsockname()[1]}/", tmp_path, seconds=0.6) == "too-slow"
        assert time.monotonic() - began < 30


def test_what_is_too_large_too_slow_or_broken_ends_and_leaves_nothing(site: str, tmp_path: Path) -> None:
    assert ended(f"{site}/large", tmp_path) == "too-large"
    assert ended(f"{site}/endless", tmp_path) == "too-large"
    for path in ("slow", "silent"):
        began = time.monotonic()
        assert ended(f"{site}/{path}", tmp_path, seconds=0.6) == "too-slow"
        # Either would go on for a minute.
        assert time.monotonic() - began < 30
    assert ended(f"{site}/short", tmp_path) == "unreachable"
    assert ended(f"{site}/packed", tmp_path) == "status"
    assert ended(f"{site}/error", tmp_path) == "status"
    assert ended("http://127.0.0.1:1/", tmp_path) == "unreachable"


def test_plain_http_is_refused_unless_it_is_declared(site: str, tmp_path: Path) -> None:
    assert ended(f"{site}/x", tmp_path, plain=False) == "address-odd"
    for odd in (
        "https://a:b@example.com/",
        "https:///x",
        "javascript:x",
        "https://exa mple.com",
        "https://h/\r\nX: y",
        "//h/x",
    ):
        assert ended(odd, tmp_path) == "address-odd", odd


def test_a_source_pulls_when_it_is_due_and_a_file_that_stayed_the_same_only_once(
    town: City, senders: Senders, site: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    senders.confirmed()
    with pytest.raises(DeskRefused):
        senders.source("url", where=f"{site}/deals.xlsx")
    monkeypatch.setenv("AYAN_SOURCE_WEB_NAME_HOST", f"finance.example, {site}")
    source = senders.source("url", where=f"{site}/deals.xlsx", plain=True, secret="AYAN_SOURCE_WEB_NAME")
    assert tasks.run_due()[0].codes == ("secret-missing",)
    monkeypatch.setenv("AYAN_SOURCE_WEB_NAME", "Bearer secret")
    assert tasks.run_due(source.slug)[0].codes == ("address-refused",)
    settings.PULL_NETWORKS = ["127.0.0.1/32"]
    assert tasks.run_due(source.slug)[0].codes == ("arrived",)
    senders.work()
    assert senders.submission().state == SubmissionState.SENT
    assert tasks.run_due() == []
    assert tasks.run_due(source.slug)[0].codes == ("nothing",)
    assert Arrival.objects.count() == 1
    assert list(SourceRun.objects.order_by("pk").values_list("code", flat=True)) == [
        "secret-missing",
        "address-refused",
        "arrived",
    ]
    assert "Bearer" not in str(list(Source.objects.values()))
    assert "نشانی به شبکه‌ای درونی می‌رسد" in browser(senders.admin).get(f"/desk/sources/{source.slug}").content.decode()


def test_no_secret_goes_where_the_operator_did_not_let_it(
    town: City, senders: Senders, site: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An administrator could read the address of a database, password and all, at a server of their own."""
    settings.PULL_NETWORKS = ["127.0.0.1/32"]
    stolen = "postgresql://reader:hunter2@10.20.5.7/finance"
    monkeypatch.setenv("AYAN_SOURCE_DB_NAME", stolen)
    monkeypatch.setenv("AYAN_SOURCE_WEB_NAME", "Bearer secret")
    wanted = {"where": f"{site}/deals.xlsx", "plain": True}
    for name in ("AYAN_SOURCE_DB_NAME", "AYAN_SOURCE_WEB_NAME_HOST"):
        with pytest.raises(DeskRefused, match="AYAN_SOURCE_WEB_"):
            senders.source("url", secret=name, **wanted)
    # Bound to nobody, to somebody else, to another port, and to the same host under TLS.
    for bound in ("", "finance.example", "http://127.0.0.1:1", site.removeprefix("http://")):
        monkeypatch.setenv("AYAN_SOURCE_WEB_NAME_HOST", bound)
        with pytest.raises(DeskRefused, match="AYAN_SOURCE_WEB_NAME_HOST"):
            senders.source("url", secret="AYAN_SOURCE_WEB_NAME", **wanted)
    monkeypatch.setenv("AYAN_SOURCE_WEB_NAME_HOST", site.upper().replace("HTTP", "http"))
    source = senders.source("url", secret="AYAN_SOURCE_WEB_NAME", **wanted)
    # What is judged at the form is judged at each run: the operator takes the leave back, or puts the wrong thing there.
    monkeypatch.setenv("AYAN_SOURCE_WEB_NAME", stolen)
    assert tasks.run_due(source.slug)[0].codes == ("header-odd",)
    monkeypatch.setenv("AYAN_SOURCE_WEB_NAME_HOST", "finance.example")
    assert tasks.run_due(source.slug)[0].codes == ("secret-host",)
    Source.objects.filter(pk=source.pk).update(secret="AYAN_SOURCE_DB_NAME")
    assert tasks.run_due(source.slug)[0].codes == ("secret-missing",)


def test_names_of_before_are_put_under_the_prefix_of_their_kind(
    town: City, senders: Senders, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AYAN_SOURCE_WEB_NAME_HOST", site)
    source = senders.source("url", where=f"{site}/deals.xlsx", plain=True, secret="AYAN_SOURCE_WEB_NAME")
    rename = import_module("ayan.apps.sources.migrations.0002_secrets_by_kind").name_by_kind
    old = {("url", "secret"): "AYAN_SOURCE_WEB_", ("database", "where"): "AYAN_SOURCE_DB_"}
    for (kind, field), prefix in old.items():
        for before, after in (("AYAN_SOURCE_" + "SITE", "SITE"), (prefix + "SITE", "SITE")):
            Source.objects.filter(pk=source.pk).update(kind=kind, **{field: before})
            rename(apps, None)
            assert getattr(Source.objects.get(pk=source.pk), field) == prefix + after
    Source.objects.filter(pk=source.pk).update(kind="url", secret="")
    rename(apps, None)
    assert Source.objects.get(pk=source.pk).secret == ""
