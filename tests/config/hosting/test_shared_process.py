"""Two cities in one process: each answers as it would by itself, and nothing of one is reached from the other."""

from __future__ import annotations

import base64
import html
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.config.hosting.process import environment
from tests.conftest import ROOT
from tests.sampling import is_whole
from tests.upgrade.make import CITIES, unpack

from ayan.config.diagnosis.marks import HEARTBEAT
from ayan.config.hosting.installation import HostedCity, Installation
from ayan.core.system.files import locked, make_folder

LINK = re.compile(r'(?:href|src|action)="(/[^"#]*)')
PAGES = 30
"""Addresses of each city that are compared; in a long trial all of them."""
ELSEWHERE = ("/static/", "/log/tile/")


@dataclass
class Asked:
    """A process that answers."""

    process: subprocess.Popen[str]

    def __call__(self, **asked: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the process has ended"
        return json.loads(line)

    def get(self, code: str, address: str, **more: str) -> Any:
        """The answer of a city at an address."""
        return self(host=f"{code}.example", address=address, **more)


@contextmanager
def process(folder: Path, code: str = "") -> Iterator[Asked]:
    """A process of the installation, or of one of its cities alone."""
    words = [sys.executable, "-m", "tests.config.hosting.process", str(folder), *filter(None, [code])]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as begun:
        assert begun.stdout is not None
        assert json.loads(begun.stdout.readline()) == "ready"
        yield Asked(begun)
        assert begun.stdin is not None
        begun.stdin.close()


def named(home: Path, fa: str, en: str) -> None:
    """Give a city another name."""
    path = home / "ayan.toml"
    text = path.read_text(encoding="utf-8")
    text = re.sub(r'^fa = ".*"$', f'fa = "{fa}"', text, count=1, flags=re.MULTILINE)
    path.write_text(re.sub(r'^en = ".*"$', f'en = "{en}"', text, count=1, flags=re.MULTILINE), encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation of two cities, one of which has published less."""
    root = tmp_path_factory.mktemp("installation")
    lines = []
    for code, fa, en in (("tooba", "طوبی (ساختگی)", "Tooba (invented)"), ("sarvestan", "سروستان (ساختگی)", "Sarv")):
        home = unpack(CITIES / "0.2.0", tmp_path_factory.mktemp(code)).rename(root / code)
        named(home, fa, en)
        lines.append(f'[{code}]\nhosts = ["{code}.example", "www.{code}.example"]\n')
    shutil.rmtree(root / "sarvestan" / "store" / "releases" / "benches")
    (root / "cities.toml").write_text("\n".join(lines), encoding="utf-8")
    migrated = ayan(root, "migrate")
    assert migrated.returncode == 0, migrated.stderr
    return root


def ayan(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What becomes of the command for an installation."""
    return subprocess.run(
        [sys.executable, "-m", "ayan.cli.main", *words],
        env=environment(root), cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def shared(folder: Path) -> Iterator[Asked]:
    """The process that both cities share."""
    with process(folder) as asked:
        yield asked


def test_each_city_answers_as_it_would_by_itself(folder: Path, shared: Asked) -> None:
    most = 10_000 if is_whole() else PAGES
    with ExitStack() as stack:
        alone = {code: stack.enter_context(process(folder, code)) for code in ("tooba", "sarvestan")}
        known = {code: ["/", "/en/", "/api/v1/datasets", "/sitemap.xml", "/en/search?q=trees"] for code in alone}
        at, compared, differing = 0, 0, []
        while at < most and any(at < len(listed) for listed in known.values()):
            for code, listed in known.items():
                if at >= len(listed):
                    continue
                # The other one in between, so that whatever one of them leaves behind is met with.
                theirs, ours = alone[code].get(code, listed[at]), shared.get(code, listed[at])
                compared += 1
                if theirs != ours:
                    differing.append((code, listed[at], theirs["status"], ours["status"]))
                text = base64.b64decode(ours["body"]).decode(errors="replace")
                links = (html.unescape(link) for link in LINK.findall(text) if "<html" in text[:300])
                listed += [
                    link for link in dict.fromkeys(links) if link not in listed and not link.startswith(ELSEWHERE)
                ]
            at += 1
    assert compared >= 2 * PAGES
    assert not differing


def test_the_host_alone_says_which_city_it_is(shared: Asked) -> None:
    def name(**asked: str) -> tuple[str, bool, bool]:
        answer = shared(address="/en/", **asked)
        text = base64.b64decode(answer["body"]).decode()
        return answer["status"], "Tooba" in text, "Sarv" in text

    assert name(host="tooba.example") == ("200", True, False)
    assert name(host="WWW.Tooba.example.:8080") == ("200", True, False)
    assert name(host="sarvestan.example", forwarded="tooba.example") == ("200", False, True)
    strangers = [
        "",
        "other.example",
        "tooba.example.evil.example",
        "evil.example:80@tooba.example",
        "127.0.0.1",
        "[::1]",
    ]
    # Two dots, two ports, two names, a letter of full width, a name in the letters of IDN, a path, a byte of nothing.
    strangers += ["tooba.example..", "tooba.example:80:80", "tooba.example,sarvestan.example", "\uff54ooba.example"]
    strangers += [
        "xn--tooba-x.example",
        "tooba.example/../sarvestan",
        "tooba.example\0",
        "tooba",
        ".tooba.example",
        "*",
    ]
    for stranger in strangers:
        assert name(host=stranger) == ("421", False, False), stranger
    document = json.loads(base64.b64decode(shared(host="other.example", address="/api/v1/datasets")["body"]))
    assert (document["status"], document["type"]) == (421, "/developers#no-such-city")


def test_an_installation_is_ready_whatever_host_is_asked(shared: Asked) -> None:
    for host in ("", "127.0.0.1", "tooba.example"):
        for address in ("/healthz", "/readyz"):
            assert shared(host=host, address=address)["status"] == "200", (host, address)
    assert json.loads(base64.b64decode(shared(host="", address="/readyz")["body"])) == {"ready": True, "cities": "ok"}


def test_an_assistant_is_answered_by_the_city_whose_host_it_calls(shared: Asked) -> None:
    hosts = [f"{code}.example" for code in ("tooba", "sarvestan", "nobody")] * 3
    for each in shared(act="assist", tool="find_datasets", hosts=hosts):
        if each["host"] == "nobody.example":
            assert (each["status"], each["answer"]["error"]["data"]["code"]) == (421, "strange-host")
            continue
        datasets = each["answer"]["result"]["structuredContent"]["datasets"]
        own = shared.get(each["host"].partition(".")[0], "/api/v1/datasets")
        assert {dataset["slug"]: dataset["rows"] for dataset in datasets} == {
            dataset["slug"]: dataset["rows"] for dataset in json.loads(base64.b64decode(own["body"]))["datasets"]
        }
        assert all(dataset["page"]["fa"].startswith(f"http://{each['host']}/data/") for dataset in datasets)


def test_what_is_signed_or_signed_in_for_one_city_is_nothing_to_another(shared: Asked) -> None:
    cookie = shared(act="sign_in", code="tooba")["cookie"]
    at_home, elsewhere = (dict(shared.get(code, "/desk/", cookie=cookie)["headers"]) for code in ("tooba", "sarvestan"))
    assert "sign-in" not in at_home.get("location", "")
    assert "sign-in" in elsewhere["location"]
    assert shared(act="signed", code="tooba", other="sarvestan") == {"own": True, "other": False}
    assert shared(act="people", code="tooba", other="sarvestan") == {"tooba": 1, "sarvestan": 0}


def test_what_one_city_answered_is_never_another_ones_answer(shared: Asked) -> None:
    for address in ("/en/", "/api/v1/datasets", "/data/", "/sitemap.xml", "/en/search?q=benches"):
        ours = shared.get("tooba", address)
        tag = dict(ours["headers"]).get("etag", "")
        theirs = shared.get("sarvestan", address, HTTP_IF_NONE_MATCH=tag)
        assert (theirs["status"], theirs["digest"] != ours["digest"]) == ("200", True), address
        assert b"tooba.example" not in base64.b64decode(theirs["body"]), address
        again = shared.get("tooba", address, HTTP_IF_NONE_MATCH=tag) if tag else ours
        assert again["status"] == ("304" if tag else "200")


def test_a_form_of_one_city_is_not_taken_by_another(shared: Asked) -> None:
    page = shared.get("tooba", "/en/desk/sign-in")
    form = base64.b64decode(page["body"]).decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    cookie = next(
        value.split(";")[0] for name, value in page["headers"] if name == "set-cookie" and "ayan_form" in value
    )
    assert token is not None
    sent = {"method": "POST", "body": f"csrfmiddlewaretoken={token[1]}&username=a&password=b", "cookie": cookie}
    at_home = shared.get("tooba", "/en/desk/sign-in", HTTP_ORIGIN="http://tooba.example", **sent)
    assert at_home["status"] in ("200", "302", "422")
    for more in ({"HTTP_ORIGIN": "http://tooba.example"}, {"HTTP_ORIGIN": "null"}):
        assert shared.get("sarvestan", "/en/desk/sign-in", **sent, **more)["status"] == "403", more
    # Nor without the cookie, which a browser keeps for the host that gave it.
    bare = {**sent, "cookie": ""}
    assert (
        shared.get("sarvestan", "/en/desk/sign-in", HTTP_ORIGIN="http://sarvestan.example", **bare)["status"] == "403"
    )


def test_a_variable_of_one_city_is_never_anothers(shared: Asked) -> None:
    said = shared(act="secrets", code="tooba", other="sarvestan")
    assert said["tooba"]["secrets"][0].endswith("of-tooba@127.0.0.1/books")
    assert said["tooba"]["secrets"][1] == "secret-missing"
    # Neither what is the other's by whichever name, nor what is nobody's.
    assert said["sarvestan"]["secrets"] == ["secret-missing", "secret-missing"]
    assert [said[code]["origin"] for code in said] == ["https://tooba.example", "https://sarvestan.example"]
    assert said["sarvestan"]["key from the folder"]


def test_who_may_guess_no_more_in_one_city_may_in_another(shared: Asked) -> None:
    assert shared(act="guessed", code="tooba", other="sarvestan") == {"tooba": False, "sarvestan": True}


def test_readers_meet_with_no_city_that_is_just_being_closed(shared: Asked) -> None:
    addresses = ["/en/", "/en/search?q=trees", "/api/v1/datasets/trees/rows?_size=5", "/en/data/trees", "/data/"]
    addresses += ["/api/v1/datasets/trees/rows.csv", "/en/log/"]
    known = {(code, at): shared.get(code, at) for code in ("tooba", "sarvestan") for at in addresses}
    said = shared(act="crowd", code="tooba", other="sarvestan", addresses=addresses, times=84)
    assert said["looks"] > 10
    assert said["busy"] == 0
    differing = [each for each in said["answers"] if known[each[0], each[1]]["digest"] != each[3] or each[2] != "200"]
    assert not differing


def test_a_damaged_database_is_one_citys_alone_and_its_public_pages_stand(folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "cities"
    shutil.copytree(folder, root)
    (root / "sarvestan" / "db.sqlite3").write_bytes(b"no database" * 1000)
    for manifest in (root / "sarvestan" / "store" / "releases" / "trees").rglob("datapackage.json"):
        manifest.write_bytes(b"{")
    with process(root) as asked:
        sign_in, rows = "/en/desk/sign-in", "/api/v1/datasets/trees/rows?_size=1"
        for _ in range(2):
            assert asked.get("sarvestan", "/en/")["status"] == "200"
            assert asked.get("sarvestan", rows)["status"] != "200"
            assert [asked.get("tooba", address)["status"] for address in ("/en/", sign_in, rows)] == ["200"] * 3
        cookie = asked(act="sign_in", code="tooba")["cookie"]
        # An officer is told of a fault; readers after that are not.
        assert asked.get("sarvestan", "/en/desk/", cookie=cookie)["status"] in ("500", "503")
        assert [asked.get("sarvestan", "/en/data/benches")["status"], asked.get("sarvestan", "/en/")["status"]] == [
            "200",
            "200",
        ]
        assert asked.get("tooba", "/en/desk/", cookie=cookie)["status"] in ("200", "302")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with little room; only who may mount one can try this."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no file system may be mounted here")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_full_disk_of_one_city_is_not_anothers(folder: Path, tmp_path: Path, small_disk: Path) -> None:
    root = tmp_path / "cities"
    shutil.copytree(folder, root)
    shutil.move(root / "sarvestan", small_disk / "sarvestan")
    (root / "sarvestan").symlink_to(small_disk / "sarvestan")
    with pytest.raises(OSError, match="No space left"):
        (small_disk / "filler").write_bytes(bytes(12 << 20))
    with process(root) as asked:
        for address in ("/en/", "/en/search?q=trees", "/api/v1/datasets/trees/rows?_size=1", "/en/data/trees"):
            assert [asked.get(code, address)["status"] for code in ("sarvestan", "tooba")] == ["200"] * 2, address
        assert asked(act="guessed", code="tooba", other="tooba") == {"tooba": False}
        cookie = asked(act="sign_in", code="tooba")["cookie"]
        assert asked.get("tooba", "/en/desk/", cookie=cookie)["status"] in ("200", "302")
        assert asked(act="full", code="sarvestan") == {"fault": "OperationalError"}
        assert asked.get("sarvestan", "/en/")["status"] == "200"


def test_what_names_no_city_gets_nothing(shared: Asked) -> None:
    assert shared(act="careless", code="tooba", other="sarvestan") == {
        "city": "NoCityChosen",
        "secret": "NoCityInUse",
        "origin": "NoCityInUse",
        "rows": "NoCityInUse",
        "crossing": "TransactionElsewhere",
    }


def test_a_broken_city_and_a_closed_one_are_closed_and_others_answer(folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "cities"
    shutil.copytree(folder, root)
    (root / "sarvestan" / "ayan.toml").write_text("[name", encoding="utf-8")
    with process(root) as asked:
        assert [asked.get(code, "/en/")["status"] for code in ("sarvestan", "tooba", "sarvestan")] == [
            "503",
            "200",
            "503",
        ]
        listed = (root / "cities.toml").read_text(encoding="utf-8")
        (root / "cities.toml").write_text(listed.replace("[tooba]", "[tooba]\nclosed = true"), encoding="utf-8")
        assert asked.get("tooba", "/en/")["status"] == "503"
        # A list that cannot be read changes nothing.
        (root / "cities.toml").write_text("[tooba", encoding="utf-8")
        assert asked.get("tooba", "/en/")["status"] == "503"
        (root / "cities.toml").write_text(listed, encoding="utf-8")
        assert asked.get("tooba", "/en/")["status"] == "200"


def test_the_worker_does_what_was_put_off_for_each_city_it_may_work_for(folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "cities"
    shutil.copytree(folder, root)
    for code in ("held", "closed"):
        shutil.copytree(root / "tooba", root / code)
    (root / "sarvestan" / "ayan.toml").write_text("[name", encoding="utf-8")
    installation = Installation(root)
    with installation.changing() as listed:
        listed += [
            HostedCity(code, (f"{code}.example",), root / code, f"https://{code}.example", closed=code == "closed")
            for code in ("held", "closed")
        ]
    for city in installation.cities():
        installation.call(city)
    make_folder(root / "held" / "work")
    # Another process of this machine works for that one.
    with locked(root / "held" / "work" / "worker.lock"):
        ended = ayan(root, "worker", "--once")
    assert (ended.returncode, "Traceback" in ended.stderr) == (0, False), ended.stderr
    assert "nothing is done for the city sarvestan" in ended.stderr
    came = {city.code for city in installation.cities() if (city.home / HEARTBEAT).exists()}
    assert came == {"tooba"}
    assert {city.code for city in installation.cities() if installation.note(city).exists()} == {"held", "closed"}
    assert any((root / "tooba" / "index").rglob("*.postings"))
