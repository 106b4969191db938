"""ayan replay: an older copy of the city catches up from what is public, and believes nothing that is not in the log."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import current_thread, main_thread
from typing import Any
from wsgiref.simple_server import make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.test import Client
from tests.apps.small_city import build, build_anew, publish, sheet
from tests.flow.test_verify import _Quiet, change, flip
from tests.http_servers import answering

from ayan.apps.export.site_copy import make_copy
from ayan.cli import main
from ayan.core.ledger.proof import check_proof
from ayan.core.ledger.refusal import Forked
from ayan.core.ledger.trust_policy import Policy
from ayan.core.publish.erasure import erase
from ayan.core.publish.sealing import withdraw
from ayan.core.store.release_store import ReleaseStore
from ayan.core.transparency.entries.trail_day import TrailDay
from ayan.core.values.clock import FixedClock
from ayan.datasets.registry import Registry
from ayan.wiring import city, ledger
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts

BY = "ناظر ساختگی"


@dataclass
class Two:
    """The city as it went on, as it was restored from an older copy, and a static copy of it."""

    town: City
    older: City
    copy: Path


def opened(home: Path, town: City) -> City:
    """A city afresh, as another process finds it."""
    parts = CityParts(registry=Registry((home / "datasets",)), profile=town.profile)
    return City(home, home / "store", FixedClock(town.clock.now()), parts=parts)


@pytest.fixture(scope="module", autouse=True)
def database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A copy has the pages of the counter, which are read out of the database."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="module")
def gone_on(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Homes of the city and of its older copy, and a static copy; every kind of act came between."""
    root = tmp_path_factory.mktemp("two")
    town = build(root / "city")
    context, store = town.publish_context, town.release_store
    publish(town, sheet(4, year=1401), "1401", "works-1401.csv")
    shutil.copytree(town.home, root / "older")
    assert isinstance(town.clock, FixedClock)
    town.clock.move(timedelta(hours=1))
    works = town.registry.get("works")
    withdraw(context, store.release("works", "1401", 1), "wrong-data", BY, reason="چنین بود")
    erase(context, store.release("works", "1403", 2), [5, 7], "personal-data", BY, dataset=works)
    erase(context, store.release("works", "1403", 2), [9], "personal-data", BY, dataset=works)
    publish(town, sheet(6, year=1404), "1404", "works-1404.csv")
    never_kept = publish(town, sheet(3, year=1400), "1400", "works-1400.csv")
    withdraw(context, never_kept, "taken-back", BY)
    town.transparency_log.seal_day(
        TrailDay(day="2024-08-04", at="2024-08-04T20:30:00.000Z", acts=3, last=3, head="ab" * 32)
    )
    signer = ledger.signing(town.home, town.store, demo=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(city, "current", lambda: town)
        make_copy(town, signer, root / "copy", records=1, tell=lambda stage, share: None)
    return town.home, root / "older", root / "copy"


@pytest.fixture
def two(gone_on: tuple[Path, Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Two:
    home, older, copy = gone_on
    shutil.copytree(older, tmp_path / "older")
    reference = build(tmp_path / "named")
    pair = Two(opened(home, reference), opened(tmp_path / "older", reference), copy)
    # The portal answers in threads of its own; the command is run in this one.
    monkeypatch.setattr(city, "current", lambda: pair.older if current_thread() is main_thread() else pair.town)
    return pair


@pytest.fixture
def portal(two: Two) -> Iterator[str]:
    with answering(make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=_Quiet)) as server:
        yield f"http://127.0.0.1:{server.server_port}"


def files(some_city: City) -> dict[str, bytes]:
    """Log and releases, byte for byte, without what is not public."""
    roots = (some_city.home / "ledger", some_city.store / "releases")
    return {
        str(path.relative_to(some_city.home)): path.read_bytes()
        for root in roots
        for path in root.rglob("*")
        if path.is_file() and ".private" not in path.parts
    }


def caught_up(two: Two, by: str = BY) -> None:
    """Everything is as it was, but for the manifest that nobody outside had."""
    now, then = files(two.older), files(two.town)
    gone = "store/releases/works/1400/1/datapackage.json"
    # The partial tiles of the sizes in between are nobody's need: any of them is cut from the present one.
    assert {name for name in then.keys() ^ now.keys() if ".p/" not in name} == set()
    assert {name for name in now if now[name] != then[name]} <= {gone, *(name for name in now if "tombstone" in name)}
    for period in ("1400", "1401"):
        ours, theirs = (side.release_store.release("works", period, 1) for side in (two.older, two.town))
        assert ours.withdrawn
        tombstone, other = two.older.release_store.tombstone(ours), two.town.release_store.tombstone(theirs)
        assert (tombstone.code, tombstone.at, tombstone.manifest, tombstone.reason_digest, tombstone.rows) == (
            (other.code, other.at, other.manifest, other.reason_digest, other.rows)
        )
        assert tombstone.by == by
    assert two.older.release_store.snapshot("works").digest == two.town.release_store.snapshot("works").digest


@pytest.mark.parametrize("way", ["portal", "copy"])
def test_what_was_missed_comes_back_from_what_is_public(
    two: Two, portal: str, way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["replay", portal if way == "portal" else str(two.copy)]) == 0
    said = capsys.readouterr().out
    assert "7 leaves and 4 releases are back" in said
    assert "What is not public does not come back" in said
    caught_up(two)
    again = opened(two.older.home, two.older)
    log = again.log
    assert log is not None
    log.audit()
    # The pages of a release whose manifest is only a stand-in, a row's proof, and the next act.
    city_now = two.older
    client = Client()
    for address in ("/data/works/releases/1400/1", "/en/data/works/releases/1401/1"):
        assert client.get(address).status_code == 410
    for address in (
        "/data/works/releases",
        "/changes",
        "/changes.atom",
        "/log/",
        "/data/works",
        "/verify?q=works/1400/1",
    ):
        assert client.get(address).status_code == 200, address
    assert b"/log/" in client.get("/verify?q=works/1400/1").content
    proof = client.get("/log/proof/works/1404/1/3").content
    assert check_proof(proof, Policy.of(*ledger.all_keys(city_now.home))).row is not None
    assert publish(again, sheet(7, year=1404), "1404", "works-1404b.csv").number == 2
    assert main.run(["replay", str(two.copy)]) == 0, "an older copy gives nothing, and takes nothing"


def test_a_copy_that_was_tampered_with_gives_nothing(
    two: Two, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(two.older)
    bad = shutil.copytree(two.copy, tmp_path / "bad")
    releases = bad / "api/v1/datasets/works/releases"
    spoiled: list[tuple[Path, Callable[[bytes], bytes], int]] = [
        (releases / "1404/1/data-0000.parquet", flip, 1),
        (releases / "1404/1/salts.parquet", flip, 1),
        (releases / "1403/2/datapackage.json", lambda data: data.replace(b'"sent_by"', b'"sent_bY"'), 1),
        (bad / "log/checkpoint", flip, 2),
        (bad / "log/tile/entries/000.p/12", flip, 2),
    ]
    for path, alter, code in spoiled:
        kept = path.read_bytes()
        change(path, alter)
        assert main.run(["replay", str(bad)]) == code, path
        assert files(two.older) == before, path
        assert list((two.older.store / "staging").iterdir()) == []
        path.write_bytes(kept)
    (releases / "1404/1/rows.tree").unlink()
    assert main.run(["replay", str(bad)]) == 1
    assert "works/1404/1" in capsys.readouterr().err
    assert files(two.older) == before
    # Another city's log, signed by the same key, continues nothing here.
    forked = build_anew(tmp_path / "forked")
    publish(forked, sheet(2, year=1399), "1399", "works-1399.csv")
    shutil.rmtree(bad / "log")
    shutil.copytree(forked.home / "ledger", bad / "log")
    assert main.run(["replay", str(bad)]) == 1
    assert files(two.older) == before


def test_nothing_is_signed_while_releases_are_not_all_back(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    put_back, seen = ReleaseStore.put_back, []

    def dies(self: ReleaseStore, *words: object) -> object:
        seen.append(words)
        if len(seen) == 3:
            raise KeyboardInterrupt
        return put_back(self, *words)  # type: ignore[arg-type]  # handed on as they came

    with monkeypatch.context() as patch:
        patch.setattr(ReleaseStore, "put_back", dies)
        assert main.run(["replay", str(two.copy)]) == 130
    again = opened(two.older.home, two.older)
    with pytest.raises(Forked, match="not all back"):
        publish(again, sheet(7, year=1404), "1404", "works-1404b.csv")
    assert main.run(["replay", str(two.copy)]) == 0
    caught_up(two)
    assert publish(opened(two.older.home, two.older), sheet(7, year=1404), "1404", "works-1404b.csv").number == 2
