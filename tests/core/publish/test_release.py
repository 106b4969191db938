"""Draft, approval, seal: what people approve is what is published, and a failure leaves nothing behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.cli.city import BAD, FIRST, GOOD, SECOND, SENDER, Town, make_town

from ayan.core.custody.private_store import OriginalChanged
from ayan.core.ledger.commitments import BLOCKS, SALTS
from ayan.core.publish import sealing as sealing
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import PART, Draft, NotReady, write_draft
from ayan.core.publish.examination import EXAMPLES, examine, resolve_period
from ayan.core.publish.sealing import ReleaseRefused, check_approvals, seal, withdraw
from ayan.core.schema.issue import CannotRead
from ayan.core.store.correction_reason import CorrectionReason
from ayan.core.store.manifest import Approval
from ayan.core.system.files import replacing
from ayan.core.transparency.entries.statement import REASONS

NOW = datetime(2024, 8, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return make_town(tmp_path)


@contextmanager
def drafted(town: Town, text: str = GOOD, **decided: Any) -> Iterator[Draft]:
    city = town.city
    file = town.file(text)
    with examine(
        city.publish_context, city.registry.get("trees"), file, ClerkDecisions("1403-05", **decided)
    ) as examined:
        draft = write_draft(city.publish_context, examined, sent_by=SENDER)
        try:
            yield draft
        finally:
            if draft.staged.exists():
                city.release_store.discard(draft.staged)


def yes(draft: Draft, *names: str, digest: str | None = None) -> list[Approval]:
    return [Approval(name, NOW, "desk", digest or draft.digest) for name in names]


def test_an_approval_is_for_one_exact_content(town: Town) -> None:
    with drafted(town) as draft:
        check_approvals(draft, yes(draft, FIRST, SECOND))
        with pytest.raises(ReleaseRefused) as refused:
            check_approvals(draft, [*yes(draft, FIRST), *yes(draft, SECOND, digest="0" * 64)])
        assert refused.value.code == "other-digest"
        digest = draft.digest
    with drafted(town) as again:
        assert again.digest != digest, "an approval is for one draft: another has a salt, and so a digest, of its own"
    with drafted(town, GOOD.replace("2000", "2000.0")) as other:
        assert other.digest != digest, "another file is other content, even where its values are equal"
    with drafted(town, BAD, partial="دلیل") as first_draft, drafted(town, BAD, partial="دلیل دیگر") as two:
        assert first_draft.digest != two.digest, "the reason is part of what is approved"


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ((FIRST,), "too-few-approvals"),
        ((FIRST, FIRST.replace("ی", "ي")), "too-few-approvals"),
        ((FIRST, SENDER), "own-submission"),
        ((FIRST, SENDER.upper().replace(" ", "\u200c")), "own-submission"),
        ((FIRST, SECOND, "\u200f"), "approver-missing"),
    ],
)
def test_who_may_not_approve(town: Town, names: tuple[str, ...], code: str) -> None:
    with drafted(town) as draft, pytest.raises(ReleaseRefused) as refused:
        seal(town.city.publish_context, draft, yes(draft, *names), reason=CorrectionReason("entry-error"))
    assert refused.value.code == code
    assert refused.value.fa
    assert town.city.release_store.releases("trees") == []


def test_a_draft_holds_only_what_will_be_published(town: Town) -> None:
    with drafted(town) as draft:
        names = {path.name for path in draft.staged.iterdir()}
        assert names == {PART, SALTS, BLOCKS}
        part = draft.staged / PART
        assert pq.read_schema(part).names == ["_row", "_line", "number", "planted", "species", "cost"]
        assert draft.rows == 3
        assert draft.facts.totals == {"cost": "3000", "trees": "3"}
        assert "planter_id" not in draft.facts.source.columns
        assert town.city.release_store.releases("trees") == []


def test_a_submission_with_errors_makes_no_draft(town: Town) -> None:
    with pytest.raises(NotReady) as refused, drafted(town, BAD):
        pass
    assert {issue.code for issue in refused.value.issues} >= {"date-impossible", "not-a-number"}
    assert town.leftovers() == []


def test_a_fault_while_the_draft_is_written_leaves_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for fault in (OSError("disk"), KeyboardInterrupt()):

        def fail(*_: Any, fault: BaseException = fault) -> None:
            raise fault

        monkeypatch.setattr("ayan.core.publish.staged_part.commit_passing", fail)
        with pytest.raises(type(fault)), drafted(town):
            pass
        assert town.leftovers() == []


def test_a_file_that_changed_after_it_was_read_is_not_published(town: Town) -> None:
    with drafted(town) as draft:
        draft.original.file.write_text("something else", encoding="utf-8")
        with pytest.raises(OriginalChanged):
            seal(town.city.publish_context, draft, yes(draft, FIRST, SECOND), reason=CorrectionReason("entry-error"))
    assert town.city.release_store.releases("trees") == []
    assert (town.city.transparency_log.log.size, town.city.transparency_log.log.intents()) == (0, []), (
        "nothing is said of what never was"
    )
    assert not list(town.city.private_store.kept_originals())
    assert town.leftovers() == []


def test_parts_that_changed_after_the_approval_are_not_published(town: Town) -> None:
    with drafted(town) as draft:
        part = draft.staged / "data-0000.parquet"
        table = pq.read_table(part)
        pq.write_table(table.slice(0, 2), part)
        with pytest.raises(Exception, match="not the one that the manifest describes"):
            seal(town.city.publish_context, draft, yes(draft, FIRST, SECOND), reason=CorrectionReason("entry-error"))
    assert town.city.release_store.releases("trees") == []


def test_nothing_is_sealed_when_what_serves_it_cannot_be_built(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    context = town.city.publish_context

    def fail(*_: Any) -> None:
        raise OSError("disk")

    with drafted(town) as draft, monkeypatch.context() as patch:
        patch.setattr(type(context.index_store), "build", fail)
        with pytest.raises(OSError, match="disk"):
            seal(context, draft, yes(draft, FIRST, SECOND), reason=CorrectionReason("entry-error"))
        assert town.city.release_store.releases("trees") == []
        patch.undo()
        assert seal(context, draft, yes(draft, FIRST, SECOND), reason=CorrectionReason("entry-error")).rows == 3, (
            "the same draft can be sealed later"
        )


def test_a_withdrawal_needs_a_known_reason(town: Town) -> None:
    context = town.city.publish_context
    with drafted(town) as draft:
        release = seal(context, draft, yes(draft, FIRST, SECOND), reason=CorrectionReason("entry-error"))
    with pytest.raises(ReleaseRefused) as refused:
        withdraw(context, release, "because", FIRST)
    assert refused.value.code == "reason-unknown"
    for code in REASONS:
        assert code in refused.value.fa
    assert not town.city.release_store.release("trees", "1403-05", 1).withdrawn


def test_periods_of_a_submission(town: Town) -> None:
    trees = town.city.registry.get("trees")
    for kind, example in EXAMPLES.items():
        dataset = replace(trees, period=kind)
        assert str(resolve_period(dataset, example)) == example
        for other, wrong in EXAMPLES.items():
            if other != kind:
                with pytest.raises(CannotRead) as refused:
                    resolve_period(dataset, wrong)
                assert refused.value.issue.code == "period-wrong"
        for nonsense in ("", "../..", "1403-13", "x" * 5000):
            with pytest.raises(CannotRead):
                resolve_period(dataset, nonsense)
    assert str(resolve_period(replace(trees, period="none"), None)) == "all"
    with pytest.raises(CannotRead) as refused:
        resolve_period(trees, None)
    assert refused.value.issue.code == "period-needed"


def test_texts_from_outside_are_published_on_one_plain_line(town: Town) -> None:
    city = town.city
    folder = town.file(BAD).parent
    odd = folder / os.fsdecode(b"trees\n\xe2\x80\xae\xff.csv")
    odd.write_text(BAD, encoding="utf-8")
    decisions = ClerkDecisions("1403-05", partial=" دلیل\n\u202eوارونه ")
    with examine(city.publish_context, city.registry.get("trees"), odd, decisions) as examined:
        draft = write_draft(city.publish_context, examined, sent_by=f"{SENDER}\x1b[2J\udcff")
        release = seal(city.publish_context, draft, yes(draft, FIRST, SECOND), reason=CorrectionReason("entry-error"))
    facts = release.manifest["ayan"]
    assert facts["source"]["name"] == "trees .csv"
    assert facts["sent_by"] == f"{SENDER} [2J"
    assert facts["partial"]["reason"] == "دلیل وارونه"


def test_a_reason_that_nobody_can_see_is_none(town: Town) -> None:
    with pytest.raises(NotReady), drafted(town, BAD, partial="\u200f\u202e"):
        pass


def test_an_approver_is_named_plainly(town: Town) -> None:
    with drafted(town) as draft, pytest.raises(ReleaseRefused) as refused:
        check_approvals(draft, yes(draft, FIRST, f"{SECOND}\x1b[31m"))
    assert refused.value.code == "approver-odd"


def test_what_killed_work_left_behind_goes_with_the_next(town: Town) -> None:
    context = town.city.publish_context
    dead, other = (context.private_store.scratch / name for name in ("scratch-dead", "note"))
    for folder in (dead, other):
        folder.mkdir(parents=True)
        (folder / "raw.parquet").write_text("somebody's account")
    with context.private_store.scratch_folder() as busy:
        (busy / "x").write_text("work")
        assert not dead.exists()
        with context.private_store.scratch_folder():
            assert (busy / "x").exists(), "work that is still going on keeps its folder"
    assert sorted(path.name for path in context.private_store.scratch.iterdir()) == ["note"]


def test_a_copy_of_an_original_that_was_never_finished_goes_with_the_next(town: Town) -> None:
    context = town.city.publish_context
    dead = context.private_store.originals / "ab" / ".dead.0123456789abcdef.draft"
    dead.parent.mkdir(parents=True)
    dead.write_text("somebody's account")
    with replacing(dead.with_name("letter")) as busy, drafted(town) as draft:
        busy.write(b"what somebody is writing this moment")
        kept = context.private_store.keep_original(draft.original)
    assert not dead.exists()
    assert dead.with_name("letter").read_bytes() == b"what somebody is writing this moment"
    assert kept.is_file()
