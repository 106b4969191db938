"""A real site with its worker, many hands at once: nothing lost, nothing double, whoever is killed or leaves."""

from __future__ import annotations

import http.client
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from tests.apps.desk.deals import GOOD, workbook
from tests.browser.desk_hands import COLUMNS, Browser, begun, form, ready, until, value_of, what_is_seen
from tests.browser.desk_site import Site, running
from tests.conftest import ROOT
from tests.patience import PATIENCE

from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import SystemClock

# The site and its worker meet it in processes of their own.
pytestmark = pytest.mark.database


def releases(site: Site, period: str) -> list[str]:
    store = ReleaseStore(site.home / "store", SystemClock())
    return [release.ref for release in store.releases("deals") if release.period == period]


def together(*acts: Callable[[], tuple[int, str, str]]) -> list[int]:
    """Do several things at once; the statuses that came back."""
    with ThreadPoolExecutor(len(acts)) as threads:
        return sorted(future.result()[0] for future in [threads.submit(act) for act in acts])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("desk"), workers=2) as running_desk:
        yield running_desk


@pytest.fixture
def clerk(site: Site) -> Browser:
    return Browser(site, "clerk")


def test_two_clerks_on_one_period_get_one_submission(site: Site, clerk: Browser) -> None:
    colleague = Browser(site, "colleague")
    fields = {"dataset": "deals", "period": "1390"}
    for browser in (clerk, colleague):
        browser.prepare()
    said = together(*(lambda browser=browser: browser.post("/desk/u/new", fields) for browser in (clerk, colleague)))
    assert said == [302, 409]
    assert "پروندهٔ دیگری در جریان است" in colleague.post("/desk/u/new", fields)[1]


def test_what_two_send_and_two_approve_at_once_is_published_once(site: Site, clerk: Browser) -> None:
    path, digest, revision = ready(clerk, "1391")
    fields = {"expected_revision": revision, "digest": digest, "note": ""}
    assert together(*(lambda: clerk.post(f"{path}/sent", fields) for _ in range(3))) == [302, 409, 409]
    approving = path.replace("/u/", "/approve/") + "/yes"
    people = [Browser(site, "first"), Browser(site, "second"), Browser(site, "third")]
    for browser in people:
        browser.prepare()
    say = what_is_seen(people[0], path)
    assert say["digest"] == digest
    said = together(*(lambda browser=browser: browser.post(approving, say) for browser in [*people[:2], *people]))
    assert said[:2] == [302, 302]
    assert set(said) <= {302, 422}
    until(lambda: "منتشر شد" in clerk.get(path)[1], "it is published")
    assert releases(site, "1391") == ["deals/1391/1"]
    assert clerk.post(approving, say)[0] == 403, "their own"


def test_a_browser_closed_in_the_middle_of_a_file_leaves_nothing(site: Site, clerk: Browser) -> None:
    path = begun(clerk, "1392")
    kind, body = form(
        {"csrfmiddlewaretoken": clerk.token, "expected_revision": clerk.revision(f"{path}/file")},
        "file",
        "x.xlsx",
        os.urandom(3_000_000),
    )
    connection = http.client.HTTPConnection(urlsplit(site.address).netloc, timeout=PATIENCE)
    connection.putrequest("POST", f"{path}/file")
    for name, value in {**clerk.headers(), "Content-Type": kind, "Content-Length": str(len(body))}.items():
        connection.putheader(name, value)
    connection.endheaders(body[:2_000_000])
    incoming = site.home / "work" / "incoming"
    until(lambda: any(incoming.glob("coming-*")), "the file is coming")
    connection.close()
    until(lambda: not any(incoming.glob("*")), "what had come is gone")
    assert "هنوز نه" in clerk.get(f"{path}/file")[1]
    clerk.give(path, workbook(GOOD))
    assert "ساخت پیاده‌رو" in clerk.idle(f"{path}/file")


def test_a_worker_that_is_killed_loses_nothing_and_does_nothing_twice(site: Site, clerk: Browser) -> None:
    path = begun(clerk, "1393")
    many = [(f"C-{n}", f"کار {n}", str(n), "1403/02/11", "") for n in range(1, 4_000)]
    clerk.give(path, workbook(many))
    killed = kill_worker(site)
    assert "۳٬۹۹۹" in clerk.idle(f"{path}/file")
    clerk.post(f"{path}/columns", {"expected_revision": clerk.revision(f"{path}/columns"), **COLUMNS})
    time.sleep(0.7)
    kill_worker(site)
    clerk.idle(f"{path}/fix")
    page = clerk.get(f"{path}/send")[1]
    digest = value_of(r'name="digest" value="([0-9a-f]+)"', page)
    clerk.post(
        f"{path}/sent",
        {
            "expected_revision": value_of(r'name="expected_revision" value="([0-9]+)"', page),
            "digest": digest,
            "note": "",
        },
    )
    for name in ("first", "second"):
        approver = Browser(site, name)
        assert approver.post(path.replace("/u/", "/approve/") + "/yes", what_is_seen(approver, path))[0] == 302
    time.sleep(0.4)
    kill_worker(site)
    until(lambda: "منتشر شد" in clerk.get(path)[1], "it is published")
    assert releases(site, "1393") == ["deals/1393/1"]
    assert killed


def kill_worker(site: Site) -> list[int]:
    """Kill the worker without a word; whoever attends it starts another."""
    until(lambda: bool(site.workers()), "there is a worker")
    pids = site.workers()
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    return pids


def wide_and_empty() -> bytes:
    """A workbook of three cells, the last so far from the others that reading what lies between takes many seconds."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(GOOD))) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                far = b'<row r="25000"><c r="BXX25000"><v>1</v></c></row></sheetData>'
                data = data.replace(b"</sheetData>", far)
            new.writestr(name, data)
    return out.getvalue()


@pytest.mark.soak
def test_a_file_that_takes_long_keeps_neither_files_nor_publications_waiting(site: Site, clerk: Browser) -> None:
    path, digest, revision = ready(clerk, "1383")
    slow = begun(clerk, "1384")
    clerk.give(slow, wide_and_empty())
    until(lambda: "خواندن پرونده" in clerk.get(f"{slow}/file")[1], "the slow one is being read")
    colleague = Browser(site, "colleague")
    quick = begun(colleague, "1385")
    colleague.give(quick, workbook(GOOD))
    assert clerk.post(f"{path}/sent", {"expected_revision": revision, "digest": digest, "note": ""})[0] == 302
    for name in ("first", "second"):
        approver = Browser(site, name)
        assert approver.post(path.replace("/u/", "/approve/") + "/yes", what_is_seen(approver, path))[0] == 302
    until(lambda: "منتشر شد" in clerk.get(path)[1], "it is published")
    assert "ساخت پیاده‌رو" in colleague.idle(f"{quick}/file")
    # What was begun first is still being read, and stops when nobody wants it any more.
    assert "data-busy" in clerk.get(f"{slow}/file")[1]
    clerk.give(slow, workbook(GOOD))
    assert "ساخت پیاده‌رو" in clerk.idle(f"{slow}/file")


def test_a_hostile_name_and_a_strange_officer_get_nowhere(site: Site, clerk: Browser) -> None:
    path = begun(clerk, "1394")
    fields = {"expected_revision": clerk.revision(f"{path}/file")}
    name = "..%2f..\\..\\x<img src=x onerror=alert(1)>\u202e.xlsx"
    assert clerk.post(f"{path}/file", fields, ("file", name, workbook(GOOD)))[0] == 302
    page = clerk.idle(f"{path}/file")
    assert "<img src=x" not in page
    outside = [path for path in site.home.rglob("*") if "onerror" in path.name and "work" not in path.parts]
    assert outside == []
    stranger = Browser(site, "stranger")
    stranger.token = clerk.token
    for address in (path, f"{path}/file", f"{path}/fix", f"{path}/preview", path.replace("/u/", "/approve/")):
        assert stranger.get(address)[0] == 404
    without = Browser(site, "clerk")
    without.token = "x"
    assert without.post(f"{path}/act/set-aside", {"expected_revision": "1"})[0] == 403


TOKEN: Final = """
import django
django.setup()
from tests.apps.accounts.people import officer
from ayan.apps.accounts.roles import Role
from ayan.apps.sources import actions
from ayan.apps.sources.source_type import SourceForm
admin = officer("admin", Role.ADMINISTRATOR)
source = actions.add(admin, SourceForm("سامانهٔ مالی (ساختگی)", "finance", "upload", "finance", ["deals"]))
print(actions.make_token(admin, source, "آزمون", ["deals"], ["submission.create", "submission.view"], 30)[1])
"""


def test_a_system_that_sends_one_file_many_times_at_once_makes_one_submission(site: Site) -> None:
    process = subprocess.run(
        [sys.executable, "-c", TOKEN], env=site.environment, cwd=ROOT, check=True, capture_output=True, text=True
    )
    token, data = process.stdout.strip(), workbook(GOOD)

    def asked(method: str, path: str, body: bytes | None = None) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection(urlsplit(site.address).netloc, timeout=PATIENCE)
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "night-1397"}
        connection.request(method, path, body, headers if body else {"Authorization": headers["Authorization"]})
        answer = connection.getresponse()
        reply = answer.status, json.loads(answer.read())
        connection.close()
        return reply

    door = "/desk/api/submissions?dataset=deals&period=1397&name=deals.xlsx"
    with ThreadPoolExecutor(5) as threads:
        answers = [future.result() for future in [threads.submit(asked, "POST", door, data) for _ in range(5)]]
    statuses = [status for status, _ in answers]
    assert statuses.count(201) == 1, answers
    assert set(statuses) <= {200, 201, 409}
    again = asked("POST", door, data)
    assert (again[0], again[1]["again"]) == (200, True)
    assert {said["id"] for status, said in answers if status < 300} == {again[1]["id"]}
    path = f"/desk/api/submissions/{again[1]['id']}"
    # The worker inside the site reads it and, as this token may not have it sent on, leaves it to a clerk.
    until(lambda: asked("GET", path)[1]["state"] != "checking", "it is read")
    assert asked("GET", path)[1]["reason"] in ("new-header", "ready")
    assert asked("POST", door.replace("1397", "1398"), b"")[0] in (411, 422)
