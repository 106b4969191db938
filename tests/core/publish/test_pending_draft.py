"""Drafts that wait: whole after any death, sealed once, and only while what they were compared with still stands."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.city import FIRST, GOOD, HEADER, SECOND, SENDER, Town, make_town
from tests.core.publish.submissions import draft_of
from tests.patience import PATIENCE

from ayan.core.custody.submission_folder import SubmissionFolder
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.difference import difference
from ayan.core.publish.draft import NotReady
from ayan.core.publish.pending_draft import (
    FOLDER,
    PendingDraft,
    discard_pending,
    find_pending,
    may_take_back,
    seal_pending,
    still_true,
    take_back_until,
)
from ayan.core.publish.sealing import ReleaseRefused, withdraw
from ayan.core.publish.submission_processing import draft_submission
from ayan.core.refine.column_mapping import ColumnChoice
from ayan.core.refine.corrections import Correction, replaced
from ayan.core.store.correction_reason import CorrectionReason
from ayan.core.store.limits import STALE_SECONDS
from ayan.core.store.manifest import Approval
from ayan.core.store.release_store import ReleaseStore

NOW = datetime(2024, 8, 2, 8, 0, tzinfo=UTC)
CHOICE = ColumnChoice({name: at for at, name in enumerate(("number", "planted", "species", "cost", "planter_id"), 1)})


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return make_town(tmp_path)


def waits(town: Town, text: str = GOOD, fixes: Sequence[Correction] = ()) -> PendingDraft:
    """A draft made from ``text``; the submission itself is gone already."""
    context, trees = town.city.publish_context, town.city.registry.get("trees")
    sent = SubmissionFolder.receive(context.private_store, "trees.csv", [text.encode()])
    sent.preview(trees)
    pending = draft_of(town.city, sent, CHOICE, fixes)
    sent.discard()
    return pending


def yes(pending: PendingDraft, *names: str) -> list[Approval]:
    return [Approval(name, NOW, "desk", pending.digest) for name in names or (FIRST, SECOND)]


def drafts(town: Town) -> list[str]:
    """The names of the drafts that wait and can be read."""
    context, trees, names = town.city.publish_context, town.city.registry.get("trees"), []
    for folder in sorted((town.home / "work" / FOLDER).iterdir()):
        with suppress(ReleaseRefused):
            names.append(find_pending(context, trees, folder.name).id)
    return names


def refusal(code: str) -> pytest.RaisesExc[ReleaseRefused]:
    return pytest.raises(ReleaseRefused, check=lambda refused: refused.code == code and bool(refused.fa))


def test_a_draft_is_found_again_by_another_process_and_sealed_as_it_was_approved(town: Town) -> None:
    pending = waits(town)
    context, trees = town.city.publish_context, town.city.registry.get("trees")
    again = find_pending(context, trees, pending.id)
    assert (again.digest, again.draft.facts, again.base) == (pending.digest, pending.draft.facts, None)
    assert drafts(town) == [pending.id]
    release = seal_pending(context, again, yes(again), reason=CorrectionReason("entry-error"))
    assert release.manifest["ayan"]["content"] == pending.digest
    assert context.private_store.original_of(release.manifest) is not None, (
        "the submission was discarded; the draft kept the original"
    )
    assert drafts(town) == []
    assert list((town.home / "work" / FOLDER).iterdir()) == []
    with refusal("draft-gone"):
        find_pending(context, trees, pending.id)


def test_the_store_sweeps_nothing_of_a_draft_that_waits(town: Town) -> None:
    pending = waits(town)
    old = datetime.now(UTC).timestamp() - 10 * STALE_SECONDS
    for path in (town.home / "work").rglob("*"):
        os.utime(path, (old, old))
    ReleaseStore(town.home / "store", town.city.clock).sweep()
    with town.city.private_store.scratch_folder():
        pass
    waits(town)
    context, trees = town.city.publish_context, town.city.registry.get("trees")
    assert (
        seal_pending(
            context, find_pending(context, trees, pending.id), yes(pending), reason=CorrectionReason("entry-error")
        ).rows
        == 3
    )


def test_approvals_are_for_the_digest_and_corrections_are_part_of_it(town: Town) -> None:
    context = town.city.publish_context
    pending, other = waits(town), waits(town, GOOD, [replaced("species", "سرو", "کاج")])
    with refusal("other-digest"):
        seal_pending(context, other, yes(pending), reason=CorrectionReason("entry-error"))
    with refusal("too-few-approvals"):
        seal_pending(context, pending, yes(pending, FIRST), reason=CorrectionReason("entry-error"))
    with refusal("own-submission"):
        seal_pending(context, pending, yes(pending, SENDER, FIRST), reason=CorrectionReason("entry-error"))
    assert town.city.release_store.releases("trees") == []
    assert sorted(town.leftovers()) == ["submissions", FOLDER]


def test_a_release_that_came_meanwhile_makes_the_difference_untrue(town: Town) -> None:
    context = town.city.publish_context
    pending, other = waits(town), waits(town, GOOD.replace("2000", "2500").replace("3000", "3500"))
    seal_pending(context, pending, yes(pending), reason=CorrectionReason("entry-error"))
    assert not still_true(context, other)
    with refusal("release-meanwhile"):
        seal_pending(context, other, yes(other), reason=CorrectionReason("entry-error"))
    anew = waits(town, GOOD.replace("2000", "2500").replace("3000", "3500"))
    assert still_true(context, anew)
    withdraw(context, town.city.release_store.current("trees")["1403-05"], "wrong-data", FIRST)
    with refusal("release-meanwhile"):
        seal_pending(context, anew, yes(anew), reason=CorrectionReason("entry-error"))
    assert len(town.city.release_store.releases("trees")) == 1


def test_two_who_seal_the_same_draft_at_once_publish_it_once(town: Town) -> None:
    pending = waits(town)
    trees = town.city.registry.get("trees")

    def attempt(_: int) -> str:
        context = town.city.publish_context
        try:
            return seal_pending(
                context, find_pending(context, trees, pending.id), yes(pending), reason=CorrectionReason("entry-error")
            ).ref
        except ReleaseRefused as refused:
            return refused.code

    with ThreadPoolExecutor(4) as threads:
        outcomes = sorted(threads.map(attempt, range(4)))
    assert set(outcomes) <= {"trees/1403-05/1", "draft-gone"}
    assert "trees/1403-05/1" in outcomes
    assert len(town.city.release_store.releases("trees")) == 1


def test_two_drafts_of_one_period_sealed_at_once_give_one_release(town: Town) -> None:
    drafts = [waits(town), waits(town, GOOD.replace("سرو", "بید"))]

    def attempt(pending: PendingDraft) -> str:
        try:
            return seal_pending(
                town.city.publish_context, pending, yes(pending), reason=CorrectionReason("entry-error")
            ).ref
        except ReleaseRefused as refused:
            return refused.code

    with ThreadPoolExecutor(2) as threads:
        outcomes = sorted(threads.map(attempt, drafts))
    assert outcomes == ["release-meanwhile", "trees/1403-05/1"]


def test_a_draft_that_was_sealed_before_a_crash_is_not_sealed_twice(town: Town) -> None:
    pending = waits(town)
    context = town.city.publish_context
    kept = pending.folder.with_name("0" * 32)
    subprocess.run(["cp", "-r", pending.folder, kept], check=True)
    first = seal_pending(context, pending, yes(pending), reason=CorrectionReason("entry-error"))
    again = find_pending(context, town.city.registry.get("trees"), kept.name)
    assert seal_pending(context, again, yes(again), reason=CorrectionReason("entry-error")).ref == first.ref
    assert not kept.exists()
    assert len(town.city.release_store.releases("trees")) == 1


def test_a_changed_declaration_has_to_be_approved_anew(town: Town) -> None:
    pending = waits(town)
    trees = replace(town.city.registry.get("trees"), digest="0" * 64)
    again = find_pending(town.city.publish_context, trees, pending.id)
    assert again.outdated
    with refusal("declaration-changed"):
        seal_pending(town.city.publish_context, again, yes(pending), reason=CorrectionReason("entry-error"))


@pytest.mark.parametrize(("what", "spot"), [("note", 0), ("sum", 0), ("part", 20), ("part", -1), ("original", 20)])
def test_a_draft_that_was_tampered_with_is_not_published(town: Town, what: str, spot: int) -> None:
    pending = waits(town)
    context, trees = town.city.publish_context, town.city.registry.get("trees")
    note = pending.folder / "draft.json"
    if what == "note":
        note.write_text("{", encoding="utf-8")
    elif what == "sum":
        table = json.loads(note.read_text("utf-8"))
        table["facts"]["totals"]["cost"] = "1"
        note.write_text(json.dumps(table), encoding="utf-8")
    else:
        path = pending.parts()[0] if what == "part" else pending.draft.original.file
        data = bytearray(path.read_bytes())
        data[spot] ^= 1
        path.write_bytes(data)
    with refusal("draft-damaged"):
        seal_pending(
            context, find_pending(context, trees, pending.id), yes(pending), reason=CorrectionReason("entry-error")
        )
    assert town.city.release_store.releases("trees") == []


def test_a_draft_is_discarded_once_and_a_name_leads_nowhere(town: Town) -> None:
    pending = waits(town)
    context, trees = town.city.publish_context, town.city.registry.get("trees")
    for name in ("..", "../submissions", "", pending.id.upper(), "a" * 32):
        discard_pending(context, name)
        with refusal("draft-gone"):
            find_pending(context, trees, name)
    discard_pending(context, pending.id)
    discard_pending(context, pending.id)
    with refusal("draft-gone"):
        seal_pending(context, pending, yes(pending), reason=CorrectionReason("entry-error"))


def test_while_an_error_stands_there_is_no_draft_and_nothing_is_left(town: Town) -> None:
    with pytest.raises(NotReady):
        waits(town, f"{HEADER}\n1,1403/05/32,سرو,1,\n")
    assert list((town.home / "store/staging").glob("*")) == []


def test_it_can_be_taken_back_for_ten_minutes(town: Town) -> None:
    pending = waits(town)
    release = seal_pending(town.city.publish_context, pending, yes(pending), reason=CorrectionReason("entry-error"))
    last = take_back_until(release)
    assert last - release.sealed_at == timedelta(minutes=10)
    assert may_take_back(release, last)
    assert not may_take_back(release, last + timedelta(milliseconds=1))
    withdraw(town.city.publish_context, release, "taken-back", SENDER)
    assert not may_take_back(town.city.release_store.release("trees", release.period, release.number), last)


def test_the_difference_is_told_by_key_with_sums_and_says_when_a_note_is_needed(town: Town) -> None:
    context, trees = town.city.publish_context, town.city.registry.get("trees")
    first = waits(town)
    with difference(context, trees, first) as change:
        assert (change.against, change.tally.added, change.needs_note) == (None, 3, False)
    seal_pending(context, first, yes(first), reason=CorrectionReason("entry-error"))
    text = f"{HEADER}\n1,1403/05/01,چنار,1000,\n2,1403/05/02,سرو,2500,\n4,1403/05/04,بید,200,\n"
    second = waits(town, text)
    with difference(context, trees, second) as change:
        assert (change.tally.changed, change.tally.added, change.tally.removed, change.tally.same) == (1, 1, 1, 1)
        (cost,) = change.totals
        assert (cost.before, cost.after, str(cost.percent), cost.above) == (3000, 3700, "23.3", True)
        (changed,) = change.page("changed").rows
        assert (changed.before["cost"], changed.after["cost"], changed.fields) == (2000, 2500, ("cost",))
        page = change.page(None, 0, 2)
        assert [row.what for row in page.rows] == ["changed", "added"]
        rest = change.page(None, page.next or 0, 2)
        assert ([row.what for row in rest.rows], rest.next) == (["removed"], None)
    with difference(context, replace(trees, note_above=24), second) as change:
        assert not change.needs_note


def test_without_a_key_equal_rows_are_matched_one_to_one(town: Town) -> None:
    context, benches = town.city.publish_context, town.city.registry.get("benches")

    def made(text: str) -> PendingDraft:
        sent = SubmissionFolder.receive(context.private_store, "benches.csv", [text.encode()])
        sent.preview(benches)
        decisions = ClerkDecisions(choice=ColumnChoice({"number": 1, "cost": 2}))
        return draft_submission(context, sent, benches, decisions, sent_by=SENDER)

    first = made("شماره,هزینه\n1,10\n1,10\n2,20\n")
    seal_pending(context, first, yes(first, FIRST), reason=CorrectionReason("entry-error"))
    with difference(context, benches, made("شماره,هزینه\n1,10\n3,20\n2,20\n")) as change:
        assert (change.tally.changed, change.tally.added, change.tally.removed, change.tally.same) == (0, 1, 1, 2)


KILLED = """
    # Forks one that makes a draft for every number on standard input, and says how it ended and how many steps it took:
    # each is killed at the step of that number.
    import os, signal, sys
    from pathlib import Path
    from tests.cli.city import Town
    from ayan.core.publish import pending_draft
    from tests.core.publish.test_pending_draft import waits

    def run(at):
        seen = 0

        def step(frame, event, argument):
            nonlocal seen
            if event == "line":
                seen += 1
                if seen == at:
                    os.kill(os.getpid(), signal.SIGKILL)
            return step

        kept = pending_draft._stored

        def traced(*arguments):
            sys.settrace(lambda frame, event, argument: step if frame.f_code is kept.__code__ else None)
            try:
                return kept(*arguments)
            finally:
                sys.settrace(None)

        pending_draft._stored = traced
        waits(Town(Path(sys.argv[1])))
        os.write(told, str(seen).encode())

    for line in sys.stdin:
        seen_by, told = os.pipe()
        child = os.fork()
        if child == 0:
            run(int(line))
            os._exit(0)
        os.close(told)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(code, os.read(seen_by, 16).decode() or 0, flush=True)
        os.close(seen_by)
"""


def test_killed_at_any_step_a_draft_waits_whole_or_not_at_all(town: Town) -> None:
    words = [sys.executable, "-c", textwrap.dedent(KILLED), str(town.home)]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path.cwd())
    asking, telling = process.stdin, process.stdout
    assert asking is not None
    assert telling is not None

    def run(at: int) -> tuple[int, int]:
        """How a run ended that was to be killed at a step, and after how many, if it came to its end."""
        asking.write(f"{at}\n")
        asking.flush()
        code, steps = telling.readline().split()
        return int(code), int(steps)

    code, steps = run(0)
    assert code == 0
    assert steps > 4
    context, trees = town.city.publish_context, town.city.registry.get("trees")
    before = set(drafts(town))
    assert len(before) == 1
    for at in range(1, steps + 1, max(1, steps // 4)):
        assert run(at)[0] == -signal.SIGKILL
        appeared = set(drafts(town)) - before
        for name in appeared:
            assert find_pending(context, trees, name).draft.rows == 3
        before |= appeared
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    folder = town.home / "work" / FOLDER
    for path in folder.iterdir():
        os.utime(path, (1, 1))
    last = waits(town)
    assert {path.name for path in folder.iterdir()} == before | {last.id}, "what the dead left is swept by the next"
    assert seal_pending(context, last, yes(last), reason=CorrectionReason("entry-error")).rows == 3
