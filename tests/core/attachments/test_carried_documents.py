"""Documents as a mirror takes them and others verify them: each comes once, and whatever was changed is named."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.core.attachments.shelved import city_with_documents, paper, publish
from tests.flow.test_killed_mirror import laid_out

from ayan.core.attachments.document_files import document_name, text_name
from ayan.core.harvest.mirror import MirrorOutcome, follow
from ayan.core.harvest.mirror_folder import MirrorFolder
from ayan.core.ledger.note import Verifier
from ayan.core.ledger.policy import Policy
from ayan.core.publish.sealing import withdraw
from ayan.core.transparency.evidence import Folder

PERMIT, PLAN, LATER = paper(), paper("1", "نقشه", kind="plan"), paper("2", "دیگری")


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
    """A city with two releases of documents, then one of them withdrawn: both states as they are served."""

    def __init__(self, root: Path) -> None:
        town = city_with_documents(root / "town").city
        self.key = (town.home / "ledger" / "vkey").read_text()
        publish(town, PERMIT, PLAN)
        self.only = laid_out(town, root / "only")
        first = town.release_store.release("trees-documents", "1403-05", 1)
        publish(town, LATER)
        self.both = laid_out(town, root / "both")
        withdraw(town.publish_context, first, "wrong-data", "ناظر ساختگی")
        self.after = laid_out(town, root / "after")

    def follow(self, source: Path, mirror: Path) -> tuple[MirrorOutcome, Watched]:
        evidence = Watched(source)
        return follow(evidence, Policy.of(Verifier.parse(self.key)), MirrorFolder(mirror), pauses=()), evidence


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return Published(tmp_path_factory.mktemp("published"))


def files_of(*papers: object) -> list[str]:
    return sorted(
        name
        for each in (PERMIT, PLAN, LATER)
        if each in papers
        for name in (document_name(each.digest), text_name(each.facts.text_digest))
    )


def test_a_mirror_takes_each_document_once_from_the_first_run_on(published: Published, tmp_path: Path) -> None:
    _, whole = published.follow(published.both, tmp_path / "whole")
    assert whole.documents == files_of(PERMIT, PLAN, LATER)
    _, first = published.follow(published.only, tmp_path / "mirror")
    assert first.documents == files_of(PERMIT, PLAN)
    outcome, second = published.follow(published.both, tmp_path / "mirror")
    assert (outcome.came, second.documents) == (("trees-documents/1403-05/2",), files_of(LATER))
    releases = tmp_path / "mirror/current/api/v1/datasets/trees-documents/releases/1403-05"
    shared = document_name(PERMIT.digest)
    assert (releases / "1" / shared).samefile(releases / "2" / shared)
    outcome, third = published.follow(published.after, tmp_path / "mirror")
    assert (outcome.went, third.documents) == (("trees-documents/1403-05/1",), [])
    assert [path.name for path in (releases / "1").iterdir()] == ["tombstone.json"]
    assert (releases / "2" / shared).read_bytes() == PERMIT.content


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
    from ayan.core.values.canonical import sha256_file

    coming = killed / "coming" / sha256_file(manifest)
    coming.mkdir(parents=True)
    (coming / f".{document_name(LATER.digest)}.draft").hardlink_to(whole)
    published.follow(published.both, killed)
    assert (
        killed / "current/api/v1/datasets/trees-documents/releases/1403-05/1" / whole.name
    ).read_bytes() == PLAN.content
    shutil.rmtree(killed)
