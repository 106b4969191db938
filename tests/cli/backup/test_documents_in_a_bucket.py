"""A city with documents whose releases stand in a bucket: published, read elsewhere, erased, withdrawn, backed up."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.cli.backup.commands import Desk
from tests.cli.city import FIRST, Town
from tests.core.attachments.document_city import LATER, NEWEST, PERMIT, PLAN, made
from tests.core.attachments.published_documents import documents_of, paper, publish
from tests.flow.test_killed_mirror import laid_out
from tests.object_store import ObjectStore

from ayan.cli import main
from ayan.core.attachments.document_files import document_name
from ayan.core.bucket.bucket import Bucket
from ayan.core.publish.erasure import erase
from ayan.core.publish.sealing import withdraw
from ayan.wiring import city as wiring
from ayan.wiring.city import City

OTHER = paper("2", "در سطل")


@pytest.fixture
def desk(
    tmp_path: Path, bucket_server: ObjectStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """The city, brought into a bucket with its log."""
    shutil.copytree(made() / "city", tmp_path / "city", symlinks=True)
    for name in ("DATABASE_URL", "AYAN_ORIGIN", "AYAN_LOG_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AYAN_ORIGINALS_KEY", (tmp_path / "city/keys/originals.key").read_text(encoding="ascii").strip())
    for name, value in bucket_server.variables(bucket_server.place()).items():
        monkeypatch.setenv(name, value)
    desk = Desk(Town(tmp_path / "city"), monkeypatch, capsys)
    said = desk.ayan("store", desk.home / "store")
    assert said.code == 0, said.words
    shutil.rmtree(desk.home / "store")
    return desk


def opened(desk: Desk, home: Path) -> City:
    """A city's folder as a new process of some machine sees it."""
    desk.patch.setenv("AYAN_HOME", str(home))
    wiring._cities.close()
    return wiring.current()


def kept(server: ObjectStore) -> list[str]:
    bucket = Bucket(server.place(f"{os.environ['AYAN_STORE'].rpartition('/')[2]}/"))
    return sorted(
        name for each in bucket.listing("documents") if (name := each.key.rpartition("/")[2]).startswith("document-")
    )


def names(*papers: object) -> list[str]:
    return sorted(document_name(each.digest) for each in (PERMIT, PLAN, LATER, NEWEST, OTHER) if each in papers)


def check_read(city: City, folder: Path, *papers: object) -> None:
    documents = documents_of(city)
    for each in (PERMIT, PLAN, LATER, NEWEST, OTHER):
        published = documents.document(each.digest)
        assert (published is not None) == (each in papers)
        if published is not None:
            assert documents.bytes_of(published, checked=True).read_bytes() == each.content
            assert documents.text_of(published) == each.page_texts
    for slug in city.release_store.datasets():
        for release in city.release_store.releases(slug):
            if not release.withdrawn:
                release.whole()
    # The leaves that another machine appended come here when they are asked for.
    log = city.log
    assert log is not None
    log.complete_folder()
    assert main.run(["verify", str(laid_out(city, folder)), "--key", str(city.home / "ledger" / "vkey")]) == 0


def test_documents_of_a_city_in_a_bucket(desk: Desk, bucket_server: ObjectStore, tmp_path: Path) -> None:
    city = opened(desk, desk.home)
    assert kept(bucket_server) == names(PERMIT, PLAN, LATER, NEWEST)
    last = publish(city, OTHER)
    assert kept(bucket_server) == names(PERMIT, PLAN, LATER, NEWEST, OTHER)
    left = ("store", "store-cache", "index", "work")
    other_home = tmp_path / "other" / "city"
    shutil.copytree(desk.home, other_home, ignore=lambda _, names: [name for name in names if name in left])
    other = opened(desk, other_home)
    check_read(other, tmp_path / "served", PERMIT, PLAN, LATER, NEWEST, OTHER)
    document = documents_of(other).document(OTHER.digest)
    assert document is not None
    erase(other.publish_context, last, {document.row}, "personal-data", FIRST, dataset=other.registry.get(last.slug))
    assert kept(bucket_server) == names(PERMIT, PLAN, LATER, NEWEST)
    check_read(opened(desk, desk.home), tmp_path / "erased", PERMIT, PLAN, LATER, NEWEST)
    for release in reversed(other.release_store.releases(last.slug)):
        if not release.withdrawn:
            withdraw(other.publish_context, release, "wrong-data", FIRST)
    assert kept(bucket_server) == []
    check_read(opened(desk, desk.home), tmp_path / "withdrawn")
    for home in (desk.home, other_home):
        assert not list((home / "store-cache").rglob("document-*"))
