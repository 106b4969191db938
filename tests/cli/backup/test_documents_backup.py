"""A city with documents, backed up and restored: all of them, each taking its room once, with what waits for approval."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.backup.commands import Desk, environment, kept
from tests.cli.city import Town
from tests.core.attachments.document_city import DROPPED, LATER, NAME, NEWEST, ORIGINAL, PERMIT, PLAN, WAITING, made
from tests.core.attachments.published_documents import documents_of, paper, publish
from tests.flow.test_killed_mirror import laid_out
from tests.object_store import ObjectStore

from ayan.cli import main
from ayan.core.attachments.document_files import document_name
from ayan.core.attachments.page_texts import text_bytes
from ayan.core.bucket.bucket import Bucket
from ayan.core.continuity.bucket_backup import FILES
from ayan.core.continuity.snapshot import whole
from ayan.core.custody.prepared_documents import DocumentOriginals, PreparedDocuments
from ayan.core.document_index.asked_words import read
from ayan.core.values.canonical import sha256_hex
from ayan.wiring.city import City
from ayan.wiring.document_words import find_documents, follow_documents

RELEASES = "store/releases/trees-documents/1403-05"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    shutil.copytree(made() / "city", tmp_path / "city", symlinks=True)
    for name in ("DATABASE_URL", "AYAN_STORE", "AYAN_ORIGIN", "AYAN_LOG_KEY"):
        monkeypatch.delenv(name, raising=False)
    # The keys are kept elsewhere, and brought to wherever the city goes.
    monkeypatch.setenv("AYAN_ORIGINALS_KEY", (tmp_path / "city/keys/originals.key").read_text(encoding="ascii").strip())
    return Desk(Town(tmp_path / "city"), monkeypatch, capsys)


def check_same(city: City, folder: Path) -> None:
    """All that was published, and what waits, is there; nothing that was taken back is, and no original is public."""
    documents = documents_of(city)
    for each in (PERMIT, PLAN, LATER, NEWEST):
        published = documents.document(each.digest)
        assert published is not None
        assert documents.bytes_of(published, checked=True).read_bytes() == each.content
        assert documents.text_of(published) == each.page_texts
    assert documents.document(DROPPED.digest) is None
    follow_documents(city)
    hits = find_documents(city, read("نقشه"), 10).documents
    assert [each.published.digest for each in hits] == [PLAN.digest]
    folder.mkdir()
    prepared = PreparedDocuments(city.publish_context.private_store)
    text = sha256_hex(text_bytes(WAITING.page_texts))
    assert prepared.copy_into(WAITING.digest, folder, "copy").read_bytes() == WAITING.content
    assert prepared.has(WAITING.digest, text)
    scratch = folder / "scratch"
    scratch.mkdir()
    original = DocumentOriginals(city.publish_context.private_store).open_into(NAME, scratch)
    assert original.read_bytes() == ORIGINAL
    held = [path for path in (city.home / "store").rglob("*") if path.is_file()]
    assert not any(ORIGINAL in path.read_bytes() or WAITING.digest in path.name for path in held)
    names = [path.name for path in (city.home / "store/releases/trees-documents").rglob("document-*")]
    assert document_name(DROPPED.digest) not in names
    # One and the same file for all releases that have it.
    shared = {path.stat().st_ino for path in (city.home / "store").rglob(document_name(PERMIT.digest))}
    assert len(shared) == 1
    served = laid_out(city, folder / "served")
    assert main.run(["verify", str(served), "--key", str(city.home / "ledger" / "vkey")]) == 0


def test_a_folder_holds_each_document_once_and_gives_all_back(desk: Desk, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    said = desk.ayan("backup", backups)
    assert said.code == 0, said.words
    publish(desk.city, paper("2", "باز هم تازه"))
    assert desk.ayan("backup", backups).code == 0
    first, second = whole(backups)
    name = document_name(PERMIT.digest)
    inodes = {path.stat().st_ino for root in (first, second) for path in (root / RELEASES).rglob(name)}
    assert len(inodes) == 1
    new = desk.at(tmp_path / "again" / "city")
    said = new.ayan("restore", second)
    assert said.code == 0, said.words
    assert kept(new.home) == kept(desk.home)
    check_same(new.city, tmp_path / "looked")


@pytest.mark.soak
def test_a_bucket_holds_each_document_once_and_gives_all_back(
    desk: Desk, bucket_server: ObjectStore, tmp_path: Path
) -> None:
    place = bucket_server.place()
    for name, value in bucket_server.variables(place).items():
        if name != "AYAN_STORE":
            desk.patch.setenv(name, value)
    said = desk.ayan("backup", place.url)
    assert said.code == 0, said.words
    before = {each.key for each in Bucket(place).listing(FILES)}
    publish(desk.city, paper("2", "باز هم تازه"))
    assert desk.ayan("backup", place.url).code == 0
    sizes = [each.size for each in Bucket(place).listing(FILES) if each.key not in before]
    assert sizes
    new = desk.at(tmp_path / "again" / "city")
    said = new.ayan("restore", place.url)
    assert said.code == 0, said.words
    assert kept(new.home) == kept(desk.home)
    check_same(new.city, tmp_path / "looked")


@pytest.mark.soak
def test_a_killed_restore_leaves_nothing_and_the_next_one_is_whole(desk: Desk, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    assert desk.ayan("backup", backups).code == 0
    new = desk.at(tmp_path / "again" / "city")
    killing = (
        "import os, sys\nfrom ayan.core.system import files\nfrom ayan.core.continuity import snapshot\n"
        "snapshot.link = lambda *_: os.kill(os.getpid(), 9)\n"
        f"from ayan.cli import main\nmain.run(['restore', {str(backups)!r}])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", killing], env=environment(desk) | {"AYAN_HOME": str(new.home)}, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    assert not new.home.exists()
    said = new.ayan("restore", backups)
    assert said.code == 0, said.words
    check_same(new.city, tmp_path / "looked")
    assert not list(new.home.parent.glob(".city.restoring-*"))
