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

LINK = re.compile(r'(?:href|src|action)="(/[^"#]*)')
PAGES = 30
"""Addresses of each city that are compared; in a long trial all of them."""
ELSEWHERE = ("/static/", "/log/tile/")


@dataclass
class Asked:
    """A process that answers."""

    process: subprocess.Popen[str]

    def __call__(self, **asked: str) -> Any:
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
    migrated = subprocess.run(
        [sys.executable, "-m", "ayan.cli.main", "migrate"],
        env=environment(root), cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert migrated.returncode == 0, migrated.stderr
    return root


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
                found = (html.unescape(link) for link in LINK.findall(text) if "<html" in text[:300])
                listed += [
                    link for link in dict.fromkeys(found) if link not in listed and not link.startswith(ELSEWHERE)
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
    for stranger in ("", "other.example", "tooba.example.evil.example", "evil.example:80@tooba.example", "127.0.0.1"):
        assert name(host=stranger) == ("421", False, False), stranger
    document = json.loads(base64.b64decode(shared(host="other.example", address="/api/v1/datasets")["body"]))
    assert (document["status"], document["type"]) == (421, "/developers#no-such-city")


def test_what_is_signed_or_signed_in_for_one_city_is_nothing_to_another(shared: Asked) -> None:
    cookie = shared(act="sign_in", code="tooba")["cookie"]
    at_home, elsewhere = (dict(shared.get(code, "/desk/", cookie=cookie)["headers"]) for code in ("tooba", "sarvestan"))
    assert "sign-in" not in at_home.get("location", "")
    assert "sign-in" in elsewhere["location"]
    assert shared(act="signed", code="tooba", other="sarvestan") == {"own": True, "other": False}
    assert shared(act="people", code="tooba", other="sarvestan") == {"tooba": 1, "sarvestan": 0}


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
