"""A real site with its worker, many hands at once: nothing lost, nothing double, whoever is killed or leaves."""

from __future__ import annotations

import http.client
import os
import re
import secrets
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import pytest
from tests.apps.desk.town import GOOD, workbook
from tests.browser.desk_site import Site, running

from ayan.core.store.shelf import Shelf
from ayan.core.values.clock import SystemClock

PATIENCE = 90
COLUMNS = {"column:number": "1", "column:subject": "2", "column:amount": "3", "column:day": "4"}


@dataclass
class Browser:
    """One officer's browser, without a script."""

    site: Site
    name: str
    token: str = ""

    def get(self, path: str) -> tuple[int, str, str]:
        """Status, text and where it leads."""
        return self._ask("GET", path, None, {})

    def post(
        self, path: str, fields: dict[str, str], file: tuple[str, str, bytes] | None = None
    ) -> tuple[int, str, str]:
        """Send a form, with a file where there is one."""
        if not self.token:
            self.token = _found(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get("/desk/")[1])
        fields = {"csrfmiddlewaretoken": self.token, **fields}
        if file is None:
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            return self._ask("POST", path, urlencode(fields).encode(), kind)
        kind_name, body = form(fields, *file)
        return self._ask("POST", path, body, {"Content-Type": kind_name})

    def headers(self) -> dict[str, str]:
        """Who asks, and with which token."""
        cookie = f"ayan_desk={self.site.sessions[self.name]}"
        return {
            "Cookie": f"{cookie}; ayan_form={self._cookie}" if self._cookie else cookie,
            "Referer": self.site.address,
        }

    _cookie: str = ""

    def _ask(self, method: str, path: str, body: bytes | None, more: dict[str, str]) -> tuple[int, str, str]:
        connection = http.client.HTTPConnection(urlsplit(self.site.address).netloc, timeout=60)
        try:
            connection.request(method, path, body, {**self.headers(), **more})
            answer = connection.getresponse()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie" and value.startswith("ayan_form="):
                    self._cookie = value.split("=", 1)[1].split(";")[0]
            return answer.status, answer.read().decode("utf-8", "replace"), answer.getheader("Location", "")
        finally:
            connection.close()


def form(fields: dict[str, str], name: str, file: str, data: bytes) -> tuple[str, bytes]:
    """A form with a file, as a browser writes it: its kind and its bytes."""
    mark = secrets.token_hex(12)
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n\r\n'.encode()
    return f"multipart/form-data; boundary={mark}", b"".join([*parts, head, data, f"\r\n--{mark}--\r\n".encode()])


def _found(pattern: str, text: str) -> str:
    hit = re.search(pattern, text)
    assert hit, text[:2_000]
    return hit[1]


def seen(browser: Browser, path: str) -> str:
    """The revision on a page."""
    return _found(r'name="seen" value="([0-9]+)"', browser.get(path)[1])


def until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(0.1)


def idle(browser: Browser, path: str) -> str:
    """The page once nothing is being computed any more."""
    until(lambda: "data-busy" not in browser.get(path)[1], "the work is done")
    return browser.get(path)[1]


def begun(browser: Browser, period: str) -> str:
    status, text, where = browser.post("/desk/u/new", {"dataset": "deals", "period": period})
    assert status == 302, text
    return where.removesuffix("/file")


def give(browser: Browser, path: str, data: bytes) -> None:
    fields = {"seen": seen(browser, f"{path}/file")}
    assert browser.post(f"{path}/file", fields, ("file", "deals.xlsx", data))[0] == 302


def ready(browser: Browser, period: str) -> tuple[str, str, str]:
    """A submission that can be sent: its address, its digest, its revision."""
    path = begun(browser, period)
    give(browser, path, workbook(GOOD))
    idle(browser, f"{path}/file")
    assert browser.post(f"{path}/columns", {"seen": seen(browser, f"{path}/columns"), **COLUMNS})[0] == 302
    idle(browser, f"{path}/fix")
    page = browser.get(f"{path}/send")[1]
    return path, _found(r'name="digest" value="([0-9a-f]+)"', page), _found(r'name="seen" value="([0-9]+)"', page)


def releases(site: Site, period: str) -> list[str]:
    shelf = Shelf(site.home / "store", SystemClock())
    return [one.ref for one in shelf.releases("deals") if one.period == period]


def together(*acts: Callable[[], tuple[int, str, str]]) -> list[int]:
    """Do several things at once; the statuses that came back."""
    with ThreadPoolExecutor(len(acts)) as threads:
        return sorted(one.result()[0] for one in [threads.submit(act) for act in acts])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("desk"), workers=2) as made:
        yield made


@pytest.fixture
def clerk(site: Site) -> Browser:
    return Browser(site, "clerk")


def test_two_clerks_on_one_period_get_one_submission(site: Site, clerk: Browser) -> None:
    colleague = Browser(site, "colleague")
    fields = {"dataset": "deals", "period": "1390"}
    for browser in (clerk, colleague):
        browser.post("/desk/u/new", {"dataset": "", "period": ""})
    said = together(*(lambda one=one: one.post("/desk/u/new", fields) for one in (clerk, colleague)))  # type: ignore[misc]  # a lambda with a default
    assert said == [302, 422]
    assert "پروندهٔ دیگری در جریان است" in colleague.post("/desk/u/new", fields)[1]


def test_what_two_send_and_two_approve_at_once_is_published_once(site: Site, clerk: Browser) -> None:
    path, digest, revision = ready(clerk, "1391")
    fields = {"seen": revision, "digest": digest, "note": ""}
    assert together(*(lambda: clerk.post(f"{path}/sent", fields) for _ in range(3))) == [302, 409, 409]
    approving = path.replace("/u/", "/approve/") + "/yes"
    people = [Browser(site, "first"), Browser(site, "second"), Browser(site, "third")]
    for one in people:
        one.token = _found(r'name="csrfmiddlewaretoken" value="([^"]+)"', one.get(path.replace("/u/", "/approve/"))[1])
    said = together(
        *(lambda one=one: one.post(approving, {"digest": digest}) for one in [*people[:2], *people])  # type: ignore[misc]  # a lambda with a default
    )
    assert said[:2] == [302, 302]
    assert set(said) <= {302, 422}
    until(lambda: "منتشر شد" in clerk.get(path)[1], "it is published")
    assert releases(site, "1391") == ["deals/1391/1"]
    assert own_approval_is_refused(clerk, approving, digest)


def own_approval_is_refused(clerk: Browser, approving: str, digest: str) -> bool:
    return clerk.post(approving, {"digest": digest})[0] == 403


def test_a_browser_closed_in_the_middle_of_a_file_leaves_nothing(site: Site, clerk: Browser) -> None:
    path = begun(clerk, "1392")
    kind, body = form(
        {"csrfmiddlewaretoken": clerk.token, "seen": seen(clerk, f"{path}/file")},
        "file",
        "x.xlsx",
        os.urandom(3_000_000),
    )
    connection = http.client.HTTPConnection(urlsplit(site.address).netloc, timeout=60)
    connection.putrequest("POST", f"{path}/file")
    for name, value in {**clerk.headers(), "Content-Type": kind, "Content-Length": str(len(body))}.items():
        connection.putheader(name, value)
    connection.endheaders(body[:2_000_000])
    incoming = site.home / "work" / "incoming"
    until(lambda: any(incoming.glob("coming-*")), "the file is coming")
    connection.close()
    until(lambda: not any(incoming.glob("*")), "what had come is gone")
    assert "هنوز نه" in clerk.get(f"{path}/file")[1]
    give(clerk, path, workbook(GOOD))
    assert "ساخت پیاده‌رو" in idle(clerk, f"{path}/file")


def test_a_worker_that_is_killed_loses_nothing_and_does_nothing_twice(site: Site, clerk: Browser) -> None:
    path = begun(clerk, "1393")
    many = [(f"C-{n}", f"کار {n}", str(n), "1403/02/11", "") for n in range(1, 4_000)]
    give(clerk, path, workbook(many))
    killed = kill_worker(site)
    assert "۳٬۹۹۹" in idle(clerk, f"{path}/file")
    clerk.post(f"{path}/columns", {"seen": seen(clerk, f"{path}/columns"), **COLUMNS})
    time.sleep(0.7)
    kill_worker(site)
    idle(clerk, f"{path}/fix")
    page = clerk.get(f"{path}/send")[1]
    digest = _found(r'name="digest" value="([0-9a-f]+)"', page)
    clerk.post(f"{path}/sent", {"seen": _found(r'name="seen" value="([0-9]+)"', page), "digest": digest, "note": ""})
    for name in ("first", "second"):
        assert Browser(site, name).post(path.replace("/u/", "/approve/") + "/yes", {"digest": digest})[0] == 302
    for wait in (0.2, 0.9):
        time.sleep(wait)
        kill_worker(site)
    until(lambda: "منتشر شد" in clerk.get(path)[1], "it is published")
    assert releases(site, "1393") == ["deals/1393/1"]
    assert killed


def kill_worker(site: Site) -> list[int]:
    """Kill the worker without a word; whoever attends it starts another."""
    until(lambda: bool(site.workers()), "there is a worker")
    found = site.workers()
    for one in found:
        os.kill(one, signal.SIGKILL)
    return found


def test_a_hostile_name_and_a_strange_officer_get_nowhere(site: Site, clerk: Browser) -> None:
    path = begun(clerk, "1394")
    fields = {"seen": seen(clerk, f"{path}/file")}
    name = "..%2f..\\..\\x<img src=x onerror=alert(1)>\u202e.xlsx"
    assert clerk.post(f"{path}/file", fields, ("file", name, workbook(GOOD)))[0] == 302
    page = idle(clerk, f"{path}/file")
    assert "<img src=x" not in page
    outside = [one for one in site.home.rglob("*") if "onerror" in one.name and "work" not in one.parts]
    assert outside == []
    stranger = Browser(site, "stranger")
    stranger.token = clerk.token
    for address in (path, f"{path}/file", f"{path}/fix", f"{path}/preview", path.replace("/u/", "/approve/")):
        assert stranger.get(address)[0] == 404
    without = Browser(site, "clerk")
    without.token = "x"
    assert without.post(f"{path}/act/set-aside", {"seen": "1"})[0] == 403
