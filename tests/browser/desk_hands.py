"""Officers' browsers without a script, for a real site: pages asked for, forms sent, files given."""

from __future__ import annotations

import http.client
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode, urlsplit

from tests.apps.desk.deals import GOOD, workbook
from tests.browser.desk_site import Site

PATIENCE: Final = 300
COLUMNS: Final = {"column:number": "1", "column:subject": "2", "column:amount": "3", "column:day": "4"}


@dataclass
class Browser:
    """One officer's browser."""

    site: Site
    name: str
    token: str = ""
    _cookie: str = field(default="", init=False)

    def get(self, path: str) -> tuple[int, str, str]:
        """Status, text and where it leads."""
        return self._ask("GET", path, None, {})

    def looks(self, path: str) -> tuple[int, str]:
        """Status and text as the script of a page asks for it while work is under way."""
        return self._ask("GET", path, None, {"Accept": "text/html", "X-Ayan-Looks": "1"})[:2]

    def post(
        self, path: str, fields: dict[str, str], file: tuple[str, str, bytes] | None = None
    ) -> tuple[int, str, str]:
        """Send a form, with a file (field, name, bytes) where there is one."""
        self.prepare()
        fields = {"csrfmiddlewaretoken": self.token, **fields}
        if file is None:
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            return self._ask("POST", path, urlencode(fields).encode(), kind)
        kind_name, body = form(fields, *file)
        return self._ask("POST", path, body, {"Content-Type": kind_name})

    def prepare(self) -> None:
        """Fetch the token that forms are sent with, once."""
        if not self.token:
            self.token = value_of(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get("/desk/")[1])

    def headers(self) -> dict[str, str]:
        """Who asks, and with which token."""
        cookie = f"ayan_desk={self.site.sessions[self.name]}"
        return {
            "Cookie": f"{cookie}; ayan_form={self._cookie}" if self._cookie else cookie,
            "Referer": self.site.address,
        }

    def revision(self, path: str) -> str:
        """The revision on a page."""
        return value_of(r'name="expected_revision" value="([0-9]+)"', self.get(path)[1])

    def idle(self, path: str) -> str:
        """The page once nothing is being computed any more."""
        until(lambda: "data-busy" not in self.get(path)[1], "the work is done")
        return self.get(path)[1]

    def give(self, path: str, data: bytes) -> None:
        """Send a workbook as the file of a submission."""
        answer = self.post(
            f"{path}/file", {"expected_revision": self.revision(f"{path}/file")}, ("file", "deals.xlsx", data)
        )
        assert answer[0] == 302, answer

    def _ask(self, method: str, path: str, body: bytes | None, more: dict[str, str]) -> tuple[int, str, str]:
        connection = http.client.HTTPConnection(urlsplit(self.site.address).netloc, timeout=PATIENCE)
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


def value_of(pattern: str, text: str) -> str:
    """What a pattern's group stands for in a page."""
    hit = re.search(pattern, text)
    assert hit, text[:2_000]
    return hit[1]


def what_is_seen(approver: Browser, path: str) -> dict[str, str]:
    """What the form of the approver's page sends."""
    page = approver.get(path.replace("/u/", "/approve/"))[1]
    return {name: value_of(rf'name="{name}" value="([0-9a-f]+)"', page) for name in ("digest", "reviewed_digest")}


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait for something to be so."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(0.25)


def begun(browser: Browser, period: str) -> str:
    """Begin a submission; its address."""
    status, text, where = browser.post("/desk/u/new", {"dataset": "deals", "period": period})
    assert status == 302, text
    return where.removesuffix("/file")


def ready(browser: Browser, period: str) -> tuple[str, str, str]:
    """A submission that can be sent: its address, its digest, its revision."""
    path = begun(browser, period)
    browser.give(path, workbook(GOOD))
    browser.idle(f"{path}/file")
    assert (
        browser.post(f"{path}/columns", {"expected_revision": browser.revision(f"{path}/columns"), **COLUMNS})[0] == 302
    )
    browser.idle(f"{path}/fix")
    page = browser.get(f"{path}/send")[1]
    return (
        path,
        value_of(r'name="digest" value="([0-9a-f]+)"', page),
        value_of(r'name="expected_revision" value="([0-9]+)"', page),
    )
