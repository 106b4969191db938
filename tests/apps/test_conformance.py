"""Every kind of page is valid HTML: the Nu checker, which browsers' makers and the W3C use, finds no error."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.test import Client
from tests.apps.addresses import CIVIC_PAGES, CIVIC_REFUSALS, PAGES, REFUSALS, filled
from tests.conftest import ROOT

from ayan.wiring import city
from ayan.wiring.city import City

CHECKER = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
JAVA = shutil.which("java")


@pytest.fixture
def checker() -> list[str]:
    if not CHECKER.is_file():
        pytest.skip("the Nu checker is not fetched: run `npm ci`")
    if JAVA is None:
        pytest.skip("the Nu checker needs Java: install the package default-jre-headless")
    return [JAVA, "-Xss8m", "-jar", str(CHECKER), "--format", "json", "--stdout", "--errors-only"]


def errors(checker: list[str], *files: Path) -> list[str]:
    """What the checker says of the files, each with the file's name and the place in it."""
    done = subprocess.run([*checker, *map(str, files)], capture_output=True, text=True, check=False)
    return [
        f"{Path(message['url']).name}: {message['message']} | {message.get('extract', '')[:160]}"
        for message in json.loads(done.stdout)["messages"]
    ]


def test_no_page_has_an_error(reader: Client, tmp_path: Path, checker: list[str]) -> None:
    files = []
    for address in (prefix + path for prefix in ("", "/en") for path in (*PAGES, *REFUSALS)):
        answer = reader.get(filled(address, lambda path: reader.get(path).content.decode()))
        assert address.endswith(REFUSALS) or answer.status_code == 200, address
        files.append(tmp_path / f"{re.sub(r'[^a-z0-9]+', '-', address)}.html")
        files[-1].write_bytes(answer.content)
    assert errors(checker, *files) == []


def test_no_special_page_has_an_error(
    built_civic: City, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, checker: list[str]
) -> None:
    monkeypatch.setattr(city, "current", lambda: built_civic)
    files: list[Path] = []
    for address in (prefix + path for prefix in ("", "/en") for path in (*CIVIC_PAGES, *CIVIC_REFUSALS)):
        answer = Client().get(address)
        assert answer.status_code == (404 if address.endswith(CIVIC_REFUSALS) else 200), address
        files.append(tmp_path / f"{len(files)}.html")
        files[-1].write_bytes(answer.content)
    assert errors(checker, *files) == []


def test_the_checker_sees_an_error(tmp_path: Path, checker: list[str]) -> None:
    page = tmp_path / "page.html"
    page.write_text('<!doctype html><html lang="fa"><title>x</title><p><div></div></p><img>', encoding="utf-8")
    assert errors(checker, page)
