"""ayan export: a copy that needs no server, whose every link resolves and whose every byte is vouched for."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pyarrow.parquet as pq
import pytest
from tests import sampling
from tests.apps.small_city import HOSTILE, NOW, ROWS, SECRET, build, publish, sheet

from ayan.apps.export.page_rewriter import CopyPaths
from ayan.apps.export.site_copy import CannotCopy, make_copy
from ayan.cli import main
from ayan.core.continuity.copy_seal import seal_copy
from ayan.core.ledger.note import Signer
from ayan.core.publish.sealing import withdraw
from ayan.datasets.registry import Registry
from ayan.ui.contract import step_name
from ayan.wiring import ledger
from ayan.wiring.city import City, in_use

GONE = "ردیف بازپس‌گرفته"
WHY = "توضیحی که شهر شاید روزی بردارد"
RECORDS = 12


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The small city, with a release that was withdrawn."""
    test_city = build(tmp_path_factory.mktemp("city"))
    gone = publish(test_city, sheet(4, year=1399).replace("کار ساختگی", GONE), "1399", "works-1399.csv")
    withdraw(test_city.publish_context, gone, "personal-data", "ناظر ساختگی", reason=WHY)
    return test_city


def own_settings() -> dict[str, str]:
    """The environment of an operator who has chosen nothing, so that the database is the city's own file."""
    chosen = ("AYAN_", "DJANGO_", "DATABASE_")
    return {key: value for key, value in os.environ.items() if not key.startswith(chosen)}


def copied(town: City, target: Path, records: int = RECORDS) -> Path:
    signer = ledger.signing(town.home, town.store, demo=True)
    make_copy(town, signer, target, records=records, tell=lambda stage, share: None)
    return target


@pytest.fixture(scope="module", autouse=True)
def database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The pages of the counter are read out of the database, whoever writes the copy."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="module")
def copy(town: City, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out") / "copy"
    with in_use(town):
        assert main.run(["export", str(folder), "--records", str(RECORDS)]) == 0
    return folder


@pytest.fixture
def verify(town: City, capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, str]]:
    """What ``ayan verify`` says is broken, with the key brought along."""

    def run(folder: Path, *more: str | Path) -> dict[str, str]:
        capsys.readouterr()
        key = str(town.home / "ledger" / "vkey")
        code = main.run(["verify", str(folder), "--key", key, "--format", "json", *map(str, more)])
        findings = json.loads(capsys.readouterr().out)["findings"]
        broken = {finding["where"]: finding["en"] for finding in findings if finding["level"] == "broken"}
        assert code == (1 if broken else 0)
        return broken

    return run


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("href", "src", "action") and value:
                self.links.append(value)
            if name == "id" and value:
                self.ids.add(value)


def test_every_link_leads_to_a_file_of_the_copy(copy: Path) -> None:
    pages = {path: _Page(path.read_text(encoding="utf-8")) for path in copy.rglob("*.html")}
    assert len(pages) > 60
    followed, elsewhere = 0, set()
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                elsewhere.add(parts.netloc or parts.scheme)
                continue
            assert not link.startswith("/"), (path, link)
            assert not parts.query, (path, link)
            target = Path(unquote(urlsplit(urljoin(path.as_uri(), link)).path))
            assert target.is_file(), (path, link)
            assert target.is_relative_to(copy)
            if parts.fragment and target in pages:
                assert unquote(parts.fragment) in pages[target].ids, (path, link)
            followed += 1
    assert followed > 1000
    sources = {urlsplit(each.source.address).netloc for each in Registry().tariffs().sound}
    assert elsewhere <= {"example.org", *sources}, "only addresses of the data and sources of tariffs lead out of it"
    assert not any("form" in page.tags for page in pages.values())


def test_what_the_contract_names_is_there(copy: Path, town: City) -> None:
    for front in ("", "en/"):
        for page in (
            *("", "data/", "data/works/", "data/unsent/", "data/works/releases/", "data/works/releases/1403/2/"),
            *("answers/", "answers/largest-works/", "glossary/"),
            *("activities/", "missing/", "withheld/", "flags/", "flags/works/too-large/", "audits/"),
            *("data/works/releases/1402/1/", "changes/", "log/", "log/0/", "about/", "help/", "privacy/", "contact/"),
        ):
            assert (copy / f"{front}{page}index.html").is_file(), front + page
    api = copy / "api/v1/datasets"
    release = town.release_store.release("works", "1403", 2)
    for name in ("datapackage.json", *release.names, *release.beside):
        assert (api / "works/releases/1403/2" / name).read_bytes() == release.local(name).read_bytes()
    assert (copy / "log/checkpoint").read_bytes() == (town.home / "ledger/checkpoint").read_bytes()
    assert len((api / "works/rows.csv").read_text(encoding="utf-8").splitlines()) == ROWS + 1
    assert json.loads((api / "works.json").read_bytes())["slug"] == "works"
    feed = (copy / "changes.atom").read_text(encoding="utf-8")
    assert 'href="data/works/releases/1403/2/index.html"' in feed
    for feed in ("flags.atom", "en/flags/works.atom", "flags/works/too-large.atom", "missing.atom"):
        assert (copy / feed).read_text(encoding="utf-8").startswith("<?xml"), feed
    for name in ("missing.json", "missing/history.csv", "withheld.csv", "findings.csv"):
        assert (copy / "api/v1" / name).is_file(), name
    listed = json.loads((copy / "export.json").read_bytes())
    assert listed["states"] == {"works": town.release_store.snapshot("works").digest}
    assert listed["log"]["size"] == town.log.size if town.log else 0
    assert {file["path"] for file in listed["files"]} == {
        path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()
    } - {"export.json", "export.note"}


def documents(copy: Path) -> dict[str, Any]:
    """The documents of standards by their names, as they stand in the copy."""
    works = "api/v1/datasets/works"
    names = (".well-known/api-catalog", "catalog.jsonld", "data.json")
    own = ("dcat.jsonld", "croissant.json", "rows.csv-metadata.json")
    return {name: json.loads((copy / name).read_bytes()) for name in (*names, *(f"{works}/{each}" for each in own))}


def values_of(document: Any, name: str) -> Iterator[Any]:
    """What the members of one name hold, wherever they stand."""
    for each in document.values() if isinstance(document, dict) else document if isinstance(document, list) else ():
        yield from values_of(each, name)
    if isinstance(document, dict) and name in document:
        yield document[name]


def test_documents_of_standards_lead_to_files_of_the_copy_and_call_things_as_the_portal_does(
    copy: Path, town: City
) -> None:
    by_name = documents(copy)
    led = {"catalog.jsonld": "dcat:downloadURL", "dcat.jsonld": "dcat:downloadURL", "api-catalog": "href"}
    led |= {"croissant.json": "contentUrl", "rows.csv-metadata.json": "url"}
    followed = set()
    for name, document in by_name.items():
        links = [
            each["@id"] if isinstance(each, dict) else each
            for each in values_of(document, led.get(name.rpartition("/")[2], "nothing"))
        ]
        for link in links:
            if urlsplit(link).scheme:
                # What a copy does not have is fetched from the portal.
                assert not (copy / unquote(urlsplit(link).path).strip("/")).is_file(), (name, link)
            else:
                target = (copy / name).parent / unquote(link)
                assert target.is_file(), (name, link)
                followed.add(target.resolve().relative_to(copy).as_posix())
    works = "api/v1/datasets/works"
    (part,) = town.release_store.release("works", "1403", 2).names
    assert {f"{works}/rows.csv", f"{works}/releases/1403/2/{part}", "api/v1/openapi.json"} <= followed
    # The other writing of the catalogue leads to the same.
    turtle = set(re.findall(r"dcat:downloadURL <([^>]*)>", (copy / "catalog.ttl").read_text(encoding="utf-8")))
    assert turtle == {each["@id"] for each in values_of(by_name["catalog.jsonld"], "dcat:downloadURL")}
    names = [node["@id"] for node in by_name["catalog.jsonld"]["@graph"]]
    assert all(urlsplit(name).scheme for name in names)
    addresses = list(values_of(by_name["data.json"], "downloadURL"))
    assert addresses
    assert all(urlsplit(address).scheme for address in addresses), "its schema wants whole addresses"
    assert not (copy / "api/v1/ocds.json").exists(), "this city declares no contracting"
    assert not (copy / "api/v1/datasets/unsent/croissant.json").exists()


def test_as_many_records_as_asked_for_have_a_page(copy: Path) -> None:
    listed = json.loads((copy / "export.json").read_bytes())["record_pages"]
    assert listed == {"at_most": RECORDS, "by_dataset": {"unsent": 0, "works": RECORDS}}
    assert len(list((copy / "data/works/r").iterdir())) == RECORDS
    # They are those that the list shows first.
    listed_first = re.findall(
        r'<th scope="row"[^>]*>\s*<a href="([^"]+)"', (copy / "en/data/works/index.html").read_text()
    )
    assert len(listed_first) > RECORDS
    for address in listed_first[:RECORDS]:
        assert (copy / "en/data/works" / address).is_file(), address


def test_nothing_withheld_or_withdrawn_is_in_it(copy: Path) -> None:
    for path in copy.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert SECRET.encode() not in data, path
            assert GONE.encode() not in data, path
            assert WHY.encode() not in data, "nobody could take the words out of a copy again"
            if path.suffix == ".html":
                assert HOSTILE.encode() not in data, path
                assert b"<img src=x" not in data, path
    parts = list(copy.rglob("data-*.parquet"))
    assert {path.parent.relative_to(copy / "api/v1/datasets/works/releases").as_posix() for path in parts} == {
        "1403/1",
        "1403/2",
    }
    assert all("holder_id" not in pq.read_schema(path).names for path in parts)


def test_the_same_state_gives_the_same_bytes(town: City, copy: Path, tmp_path: Path) -> None:
    later = town.stopped(NOW + timedelta(days=400))
    again = copied(later, tmp_path / "again")
    first = {path.relative_to(copy): path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    second = {path.relative_to(again): path.read_bytes() for path in again.rglob("*") if path.is_file()}
    assert first == second


def test_a_copy_holds(verify: Callable[[Path], dict[str, str]], copy: Path) -> None:
    assert verify(copy) == {}


def test_every_changed_byte_is_named(verify: Callable[[Path], dict[str, str]], copy: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(copy, tmp_path / "copy")
    every = sorted(path for path in folder.rglob("*") if path.is_file())
    kinds = sorted({path.suffix or path.name: path for path in every}.values())
    draw = sampling.chance("changed bytes")
    for path in {*draw.sample(kinds, 5), *draw.sample(every, 2)}:
        kept = path.read_bytes()
        at = len(kept) // 3
        path.write_bytes(kept[:at] + bytes([kept[at] ^ 1]) + kept[at + 1 :])
        name = path.relative_to(folder).as_posix()
        broken = verify(folder)
        assert name in broken or (name.startswith("export.") and "export.json" in broken), (name, broken)
        path.write_bytes(kept)
    (folder / "data" / "more.html").write_text("x")
    (folder / "about" / "index.html").unlink()
    assert verify(folder) == {
        "data/more.html": "The folder has it, and the list does not.",
        "about/index.html": "The list has it, and the folder does not.",
    }


def test_the_log_alone_names_each_change_of_a_copy_without_its_list(
    verify: Callable[..., dict[str, str]], copy: Path, tmp_path: Path, town: City
) -> None:
    folder = shutil.copytree(copy, tmp_path / "copy")
    for name in ("export.json", "export.note"):
        (folder / name).unlink()
    missing = verify(folder)
    assert list(missing) == ["export.json"], "a copy without its list is broken, whatever else holds"
    assert "no signed list" in missing["export.json"]
    # What is left where only the log and what it vouches for stands is a mirror, and needs no list.
    mirror = tmp_path / "mirror"
    shutil.copytree(folder / "log", mirror / "log", ignore=shutil.ignore_patterns("*.html", "*.atom"))
    for manifest in folder.rglob("datapackage.json"):
        shutil.copytree(manifest.parent, mirror / manifest.parent.relative_to(folder))
    assert verify(mirror) == {}
    release = "api/v1/datasets/works/releases/1403/2"
    for name, where in (
        (f"{release}/data-0000.parquet", "works/1403/2/data-0000.parquet"),
        (f"{release}/salts.parquet", "works/1403/2/salts.parquet"),
        (f"{release}/datapackage.json", "works/1403/2/datapackage.json"),
        ("log/tile/0/000.p/6", "log"),
        ("log/tile/entries/000.p/6", "log"),
        ("log/checkpoint", "log/checkpoint"),
    ):
        kept = (mirror / name).read_bytes()
        (mirror / name).write_bytes(
            kept[: len(kept) // 2] + bytes([kept[len(kept) // 2] ^ 1]) + kept[len(kept) // 2 + 1 :]
        )
        assert where in verify(mirror), name
        (mirror / name).write_bytes(kept)
    # An older log in a later copy: whoever kept the later checkpoint sees it.
    newer = tmp_path / "newer"
    newer.write_bytes((mirror / "log/checkpoint").read_bytes())
    assert verify(mirror, "--since", newer) == {}
    shutil.rmtree(mirror / "log")
    older = build(tmp_path / "older")
    shutil.copytree(older.home / "ledger", mirror / "log", ignore=shutil.ignore_patterns(".private"))
    assert "does not continue what you saw before: a log of 6 leaves" in verify(mirror, "--since", newer)["log"]


def test_a_list_signed_by_somebody_else_is_refused(
    verify: Callable[[Path], dict[str, str]], copy: Path, tmp_path: Path, town: City
) -> None:
    folder = shutil.copytree(copy, tmp_path / "copy")
    (folder / "index.html").write_text("another")
    for name in ("export.json", "export.note"):
        (folder / name).unlink()
    stranger = Signer.generate(ledger.signing(town.home, town.store, demo=True).name)
    seal_copy(folder, {}, stranger)
    assert verify(folder) == {"export.json": "The list of files is refused: no log that is believed has signed it"}


def test_what_else_stands_there_is_left_alone(town: City, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("mine")
    with pytest.raises(CannotCopy, match="Something else stands"):
        copied(town, other)
    with pytest.raises(CannotCopy, match="outside the city"):
        copied(town, town.home / "copy")
    assert [path.name for path in tmp_path.iterdir()] == ["other"]
    assert (other / "letter.txt").read_text() == "mine"


def test_a_killed_export_leaves_the_earlier_copy(
    town: City, copy: Path, tmp_path: Path, verify: Callable[[Path], dict[str, str]]
) -> None:
    folder = shutil.copytree(copy, tmp_path / "copy")
    (town.home / "ayan.toml").write_text("demo = true\n")
    command = [sys.executable, "-m", "ayan.cli.main", "export", str(folder), "--records", "1"]
    settings = own_settings()
    with subprocess.Popen(command, env=settings | {"AYAN_HOME": str(town.home)}) as child:
        try:
            deadline = time.monotonic() + 240
            while not any((tmp_path / ".copy.new").rglob("*.html")):
                assert time.monotonic() < deadline
                assert child.poll() is None
                time.sleep(0.02)
        finally:
            child.kill()
        assert child.wait() == -signal.SIGKILL
    assert verify(folder) == {}
    assert len(list((folder / "data/works/r").iterdir())) == RECORDS
    # As after a death between the two renames at the end; and what helped the dead one is dead too.
    folder.rename(tmp_path / ".copy.before")
    subprocess.run([*command, "--processes", "2"], env=settings | {"AYAN_HOME": str(town.home)}, check=True)
    assert verify(folder) == {}
    assert len(list((folder / "data/works/r").iterdir())) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


@pytest.mark.soak
def test_two_processes_write_what_one_writes(town: City, tmp_path: Path) -> None:
    (town.home / "ayan.toml").write_text("demo = true\n")
    settings = own_settings()
    trees = []
    for processes in ("1", "2", "3"):
        folder = tmp_path / processes
        command = [sys.executable, "-m", "ayan.cli.main", "export", str(folder), "--processes", processes]
        subprocess.run(command, env=settings | {"AYAN_HOME": str(town.home)}, check=True)
        trees.append({path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()})
    assert trees[0] == trees[1] == trees[2]


def test_any_key_gets_a_name_of_its_own() -> None:
    for key in ("a/b", "..", ".", "a\\b", "a?b#c", "%2F", "نام", "x" * 400, "con.", "a b"):
        name = step_name(key)
        assert name not in (".", "..")
        assert not set(name) & set('/\\?#:*"<>| ')
        assert len(name.encode()) < 200
    places = CopyPaths(frozenset())
    assert places.put("/data/x/r/a").casefold() != places.put("/data/x/r/A").casefold()


@pytest.mark.browser
def test_a_browser_reads_it_from_the_disk(chromium: Any, copy: Path) -> None:
    context = chromium.new_context(viewport={"width": 1200, "height": 800})
    complaints: list[str] = []
    page = context.new_page()
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    # What the next page cuts off, such as the icon of the one before, is no fault of the copy.
    page.on(
        "requestfailed",
        lambda request: complaints.append(request.url) if request.failure != "net::ERR_ABORTED" else None,
    )
    page.goto((copy / "index.html").as_uri())
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px Vazirmatn'))")
    page.click('header nav a[href="data/index.html"]')
    page.click('main a[href="works/index.html"]')
    page.wait_for_url("**/data/works/index.html")
    newest = page.locator(":not(.behind) > .scroll tbody th a").first
    title = newest.text_content()
    newest.click()
    page.wait_for_url(re.compile(r"/data/works/r/[^/]+/index\.html$"))
    assert page.locator("h1").text_content() == title
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontWeight") == "700"
    page.goto((copy / "not-in-this-copy.html").as_uri())
    page.goto((copy / "en/developers/index.html").as_uri())
    context.close()
    assert complaints == []
