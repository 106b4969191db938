"""Files of documents in a folder that a mirror took: the manifests beside them vouch for them, and for nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.core.attachments.published_documents import city_with_documents, paper, publish

from ayan.core.continuity.copy_seal import check_copy
from ayan.core.ledger.trust_policy import Policy
from ayan.core.transparency.release_verification import VerificationReport


def test_documents_of_a_release_need_no_further_list_and_what_no_manifest_names_does(tmp_path: Path) -> None:
    town = city_with_documents(tmp_path / "town")
    release = publish(town.city, paper())
    folder = tmp_path / "copy"
    kept = folder / "api" / "v1" / "datasets" / "trees-documents" / "releases" / release.period / str(release.number)
    shutil.copytree(release.whole(), kept)
    assert _levels(folder) == ["note"]
    (kept / f"text-{'0' * 64}.json").write_text("{}", encoding="utf-8")
    assert _levels(folder) == ["broken"]


def _levels(folder: Path) -> list[str]:
    report = VerificationReport()
    check_copy(folder, Policy(), report)
    return [finding.level for finding in report.findings]
