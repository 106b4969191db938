"""The original of an attached document: who may take it, when it ends, and what `ayan doctor` says of it."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests.apps.desk.town import Officers, work
from tests.apps.documents.test_attaching import LINES, attached, contract, page_of, published

from ayan.apps.accounts.models import Act
from ayan.apps.desk.models import Submission
from ayan.apps.documents import document_originals
from ayan.config.diagnosis.originals import examine_document_originals
from ayan.core.custody.private_files import is_locked
from ayan.core.custody.retention import RetentionRule
from ayan.core.schema.release_terms import Retention
from ayan.core.values.clock import SystemClock
from ayan.wiring.city import City


def test_an_original_is_given_for_a_reason_and_deleted_when_its_time_is_over(
    town: City, officers: Officers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = officers.browser("clerk")
    attachment = attached(clerk, contract(tmp_path, *LINES))
    work(town)
    content = next((tmp_path).glob("permit.pdf")).read_bytes()
    door = f"{page_of(attachment)}/original"
    assert clerk.post(door, {"taken-for": ""}).status_code == 422
    assert officers.browser("stranger").post(door, {"taken-for": "audit"}).status_code == 404
    answer = clerk.post(door, {"taken-for": "audit"})
    assert answer.getvalue() == content
    assert answer["Content-Type"] == "application/octet-stream"
    assert Act.objects.filter(verb="original.read").count() == 1
    clerk.post(page_of(attachment), {"do": "send"})
    submission = Submission.objects.get()
    published(officers, town, submission)

    assert document_originals.end_due() == 0, "nothing is declared, so it stays"
    monkeypatch.setattr(City, "rule_of", lambda self, slug: RetentionRule("dataset", Retention(days=30)))
    assert "kept until" in clerk.get(page_of(attachment)).content.decode()
    assert document_originals.end_due() == 0, "not before its time"
    assert submission.sealed_at is not None
    with monkeypatch.context() as later:
        over = submission.sealed_at + timedelta(days=31)
        later.setattr(SystemClock, "now", lambda self: over)
        assert document_originals.end_due() == 1
        assert document_originals.end_due() == 0
    assert "was deleted on" in clerk.get(page_of(attachment)).content.decode()
    assert clerk.post(door, {"taken-for": "audit"}).status_code == 422
    assert not [path for path in (town.home / "originals" / "documents").rglob("*") if path.is_file()]
    (document,) = town.documents.of_row("trees", ["1"])
    assert Client().get(f"/api/v1/documents/{document.digest}/file").status_code == 200


def faults(town: City, *, deep: bool) -> dict[str, str]:
    return {each.code: each.words.en for each in examine_document_originals(town, deep)}


def test_the_doctor_says_which_originals_are_missing_altered_or_left_over(
    town: City, officers: Officers, tmp_path: Path
) -> None:
    assert faults(town, deep=True) == {}
    clerk = officers.browser("clerk")
    attachment = attached(clerk, contract(tmp_path, *LINES))
    other = attached(clerk, contract(tmp_path, *LINES), title="نقشهٔ کاشت")
    assert list(faults(town, deep=True)) == ["document-originals"]
    folder = town.private_store.originals / "documents"
    kept = folder / attachment.id.hex / "original"
    whole = kept.read_bytes()
    assert is_locked(kept)
    kept.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert list(faults(town, deep=False)) == ["document-originals"], "it is not read"
    assert str(attachment.id) in faults(town, deep=True)["document-original-altered"]
    kept.write_bytes(whole)
    gone = folder / other.id.hex / "original"
    gone.unlink()
    said = faults(town, deep=False)
    assert list(said) == ["document-original-missing"]
    assert str(other.id) in said["document-original-missing"]
    gone.write_bytes(whole)
    stray = folder / ("0" * 32)
    stray.mkdir()
    (stray / "original").write_bytes(whole)
    assert list(faults(town, deep=False)) == ["document-originals"], "somebody may be attaching it"
    os.utime(stray / "original", (0, 0))
    assert list(faults(town, deep=False)) == ["document-original-left", "document-originals"]
