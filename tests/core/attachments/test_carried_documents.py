"""Documents as a mirror takes them and others verify them: each comes once, and whatever was changed is named."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pytest
from tests.conftest import ROOT
from tests.core.attachments.document_city import DROPPED, LATER, PERMIT, PLAN, made

from ayan.cli.main import run
from ayan.core.attachments.document_files import document_name, text_name
from ayan.core.continuity.replay import fetch, lacking, put_back
from ayan.core.harvest.mirror import MirrorOutcome, follow
from ayan.core.harvest.mirror_folder import MirrorFolder
from ayan.core.ledger.note import Verifier
from ayan.core.ledger.tile_folder import in_folder
from ayan.core.ledger.tiles import LogReader
from ayan.core.ledger.trust_policy import Policy
from ayan.core.store.parquet import verify
from ayan.core.store.release_store import ReleaseStore
from ayan.core.transparency.evidence import Folder
from ayan.core.values.canonical import sha256_file
from ayan.core.values.clock import SystemClock

ONE_FILE = ROOT / "packages" / "ayan-verify" / "ayan_verify.py"
AT = "api/v1/datasets/trees-documents/releases/1403-05"


class Watched(Folder):
    """A folder that notes which files of it are asked for."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.asked: list[str] = []

    def fetch(self, path: str, target: Path, most: int) -> None:
        self.asked.append(path)
        super().fetch(path, target, most)

    @property
    def documents(self) -> Sequence[str]:
        """The names of the files of documents that were."""
        names = [path.rpartition("/")[2] for path in self.asked]
        return sorted(name for name in names if name.startswith(("document-", "text-")))


class Published:
    """The states of a city as they are served, and how a mirror follows them."""

    def __init__(self) -> None:
        root = made()
        self.key = (root / "city/ledger/vkey").read_text()
        self.proof = root / "release.tlog-proof"
        self.only, self.both, self.after = (root / name for name in ("only", "both", "after"))

    def size(self, state: Path) -> int:
        """How many leaves the log of a state has."""
        return int((state / "log/checkpoint").read_text("utf-8").split("\n")[1])

    def follow(self, source: Path, mirror: Path) -> tuple[MirrorOutcome, Watched]:
        evidence = Watched(source)
        return follow(evidence, Policy.of(Verifier.parse(self.key)), MirrorFolder(mirror), pauses=()), evidence


@pytest.fixture(scope="module")
def published() -> Published:
    return Published()


def files_of(*papers: object) -> list[str]:
    return sorted(
        name
        for each in (PERMIT, PLAN, DROPPED, LATER)
        if each in papers
        for name in (document_name(each.digest), text_name(each.facts.text_digest))
    )


def test_a_mirror_takes_each_document_once_from_the_first_run_on(published: Published, tmp_path: Path) -> None:
    _, whole = published.follow(published.both, tmp_path / "whole")
    assert whole.documents == files_of(PERMIT, PLAN, DROPPED, LATER)
    _, first = published.follow(published.only, tmp_path / "mirror")
    assert first.documents == files_of(PERMIT, PLAN, DROPPED)
    outcome, second = published.follow(published.both, tmp_path / "mirror")
    assert (outcome.came, second.documents) == (("trees-documents/1403-05/2",), files_of(LATER))
    releases = tmp_path / "mirror/current/api/v1/datasets/trees-documents/releases/1403-05"
    shared = document_name(PERMIT.digest)
    assert (releases / "1" / shared).samefile(releases / "2" / shared)
    outcome, third = published.follow(published.after, tmp_path / "mirror")
    assert (outcome.went, third.documents) == (("trees-documents/1403-05/1",), [])
    assert [path.name for path in (releases / "1").iterdir()] == ["tombstone.json"]
    assert (releases / "2" / shared).read_bytes() == PERMIT.content
    assert not list((tmp_path / "mirror").rglob(document_name(DROPPED.digest)))


def test_a_replay_from_a_copy_fetches_each_document_once(published: Published, tmp_path: Path) -> None:
    evidence, store = Watched(published.both), ReleaseStore(tmp_path / "store", SystemClock())
    entries = LogReader(in_folder(published.both / "log")).entries(0, published.size(published.both))
    wanted = lacking(store, entries)
    put_back(store, fetch(store, evidence, wanted, lambda _: None))
    assert evidence.documents == files_of(PERMIT, PLAN, DROPPED, LATER)
    fetched = [store.release("trees-documents", "1403-05", number) for number in (1, 2)]
    assert all(verify(release.whole(), release.manifest) == [] for release in fetched)
    first, second = (release.local(document_name(PERMIT.digest)) for release in fetched)
    assert first.samefile(second)


def test_a_damaged_file_of_ones_own_is_taken_anew_and_nothing_is_written_into_another_release(
    published: Published, tmp_path: Path
) -> None:
    mirror = tmp_path / "mirror"
    published.follow(published.only, mirror)
    releases = mirror / "current/api/v1/datasets/trees-documents/releases/1403-05"
    damaged = (releases / "1" / document_name(PERMIT.digest)).resolve()
    damaged.chmod(0o644)
    damaged.write_bytes(b"%PDF-1.7 other")
    _, second = published.follow(published.both, mirror)
    assert second.documents == sorted([*files_of(LATER), document_name(PERMIT.digest)])
    assert (releases / "2" / document_name(PERMIT.digest)).read_bytes() == PERMIT.content
    # A run that was killed between two steps left a draft that is the very file of another release.
    killed = tmp_path / "killed"
    published.follow(published.only, killed)
    whole = killed / "current/api/v1/datasets/trees-documents/releases/1403-05/1" / document_name(PLAN.digest)
    manifest = published.both / "api/v1/datasets/trees-documents/releases/1403-05/2/datapackage.json"
    coming = killed / "coming" / sha256_file(manifest)
    coming.mkdir(parents=True)
    (coming / f".{document_name(LATER.digest)}.draft").hardlink_to(whole)
    published.follow(published.both, killed)
    assert (
        killed / "current/api/v1/datasets/trees-documents/releases/1403-05/1" / whole.name
    ).read_bytes() == PLAN.content
    shutil.rmtree(killed)


# --- as others verify them --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def one_file() -> ModuleType:
    """The verifier of one file, as a module of its own name."""
    spec = importlib.util.spec_from_file_location("ayan_verify", ONE_FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["ayan_verify"] = module
    spec.loader.exec_module(module)
    return module


def said(one_file: ModuleType, capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, list[list[str]]]:
    """Its exit code, and where and by which codes it found what is of documents, or is broken."""
    code = one_file.main([*map(str, words), "--format", "json"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert all(each["fa"] and each["en"] for each in findings)
    reported = [each for each in findings if each["level"] == "broken" or each["code"].startswith("document")]
    return code, [[each["where"], each["code"]] for each in reported]


def by_row(one_file: ModuleType, capsys: pytest.CaptureFixture[str], *words: str | Path) -> list[str]:
    one_file.main([*map(str, words), "--format", "json"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    rows = [each for each in findings if each["code"] == "document-row"]
    return [f"{each['where'].partition(', ')[0]}: {each['en'].partition(': ')[2]}" for each in rows]


def test_one_file_says_whether_a_document_is_published_and_of_which_row(
    published: Published, one_file: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mirror = tmp_path / "mirror"
    published.follow(published.both, mirror)
    source = (mirror / "current", "--key", published.key)
    got = tmp_path / "what-somebody-sent.pdf"
    got.write_bytes(PLAN.content)
    ref = "trees-documents/1403-05"
    assert by_row(one_file, capsys, *source, "--document", got) == [
        f"{ref}/1: number 1",
        f"{ref}/2: number 1",
    ]
    assert said(one_file, capsys, *source, "--document", got, "--release", f"{ref}/2")[0] == 0
    got.write_bytes(LATER.content)
    assert by_row(one_file, capsys, *source, "--document", got) == [f"{ref}/2: number 2"]
    absent = [[got.name, "document-absent"]]
    assert said(one_file, capsys, *source, "--document", got, "--release", f"{ref}/1") == (1, absent)
    got.write_bytes(PLAN.content + b" ")
    assert said(one_file, capsys, *source, "--document", got) == (1, absent)
    # Without a network: the proof of a release, its manifest beside the document, with and without the rows.
    bundle = tmp_path / "bundle"
    shutil.copytree(published.both / AT / "2", bundle)
    proof = bundle / "release.tlog-proof"
    shutil.copyfile(published.proof, proof)
    got = bundle / document_name(LATER.digest)
    offline = (proof, "--key", published.key, "--document", got)
    assert by_row(one_file, capsys, *offline) == [f"{ref}/2: number 2"]
    for part in bundle.glob("data-*.parquet"):
        part.unlink()
    codes = [code for _, code in said(one_file, capsys, *offline)[1]]
    assert codes == ["document-published", "document-unread"]
    got.write_bytes(b"%PDF-1.7 forged")
    assert said(one_file, capsys, *offline) == (1, [[got.name, "document-absent"]])


def _forge(release: Path) -> None:
    _write(release / document_name(PERMIT.digest), b"%PDF-1.7 " + b"x" * (len(PERMIT.content) - 9))


def _shorten(release: Path) -> None:
    _write(release / document_name(PERMIT.digest), PERMIT.content[:-1])


def _lengthen(release: Path) -> None:
    _write(release / document_name(PERMIT.digest), PERMIT.content + b" ")


def _write(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


CHANGES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "forged": (_forge, document_name(PERMIT.digest), "file-hash"),
    "shorter": (_shorten, document_name(PERMIT.digest), "file-hash"),
    "longer": (_lengthen, document_name(PERMIT.digest), "file-long"),
    "missing": (lambda at: (at / document_name(PERMIT.digest)).unlink(), document_name(PERMIT.digest), "file-missing"),
    "text missing": (
        lambda at: (at / text_name(PERMIT.facts.text_digest)).unlink(),
        text_name(PERMIT.facts.text_digest),
        "file-missing",
    ),
    "extra": (
        lambda at: (at / document_name(LATER.digest)).write_bytes(LATER.content),
        document_name(LATER.digest),
        "file-extra",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_of_a_copys_documents_is_named_by_both_verifiers(
    published: Published, one_file: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str
) -> None:
    change_it, name, code = CHANGES[change]
    copy = tmp_path / "copy"
    shutil.copytree(published.both, copy)
    change_it(copy / AT / "1")
    key = tmp_path / "vkey"
    key.write_text(published.key)
    assert said(one_file, capsys, copy, "--key", key) == (1, [[f"trees-documents/1403-05/1/{name}", code]])
    assert run(["verify", str(copy), "--key", str(key), "--format", "json"]) == 1
    broken = [each for each in json.loads(capsys.readouterr().out)["findings"] if each["level"] == "broken"]
    assert broken
    assert all(name in f"{each['where']} {each['en']}" for each in broken), broken


def test_a_release_that_holds_is_told_so_by_both(
    published: Published, one_file: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "vkey"
    key.write_text(published.key)
    for state in (published.only, published.both, published.after):
        assert said(one_file, capsys, state, "--key", key)[1] == []
        assert run(["verify", str(state), "--key", str(key)]) == 0
        capsys.readouterr()
