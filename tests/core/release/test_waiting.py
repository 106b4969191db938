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

from ayan.core.refine.choosing import Choice
from ayan.core.refine.fixing import Fix, replaced
from ayan.core.release.approval import ReleaseRefused
from ayan.core.release.difference import difference
from ayan.core.release.draft import NotReady
from ayan.core.release.seal import withdraw
from ayan.core.release.submission import Submission
from ayan.core.release.waiting import (
    FOLDER,
    Waiting,
    discard_waiting,
    find_waiting,
    seal_waiting,
    still_true,
    take_back,
    take_back_until,
)
from ayan.core.store.folder import STALE_SECONDS
from ayan.core.store.manifest import Approval
from ayan.core.store.shelf import Shelf
from ayan.core.values.clock import FixedClock

NOW = datetime(2024, 8, 2, 8, 0, tzinfo=UTC)
CHOICE = Choice({name: at for at, name in enumerate(("number", "planted", "species", "cost", "planter_id"), 1)})


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return make_town(tmp_path)


def waits(town: Town, text: str = GOOD, fixes: Sequence[Fix] = ()) -> Waiting:
    """A draft made from ``text``; the submission itself is gone already."""
    place, trees = town.city.workplace, town.city.registry.get("trees")
    sent = Submission.receive(place, "trees.csv", [text.encode()])
    sent.look(trees)
    made = sent.draft(trees, "1403-05", CHOICE, fixes, sent_by=SENDER)
    sent.discard()
    return made


def yes(waiting: Waiting, *names: str) -> list[Approval]:
    return [Approval(name, NOW, "desk", waiting.digest) for name in names or (FIRST, SECOND)]


def drafts(town: Town) -> list[str]:
    """The names of the drafts that wait and can be read."""
    place, trees, found = town.city.workplace, town.city.registry.get("trees"), []
    for folder in sorted((town.home / "work" / FOLDER).iterdir()):
        with suppress(ReleaseRefused):
            found.append(find_waiting(place, trees, folder.name).id)
    return found


def refusal(code: str) -> pytest.RaisesContext[ReleaseRefused]:
    return pytest.raises(ReleaseRefused, check=lambda refused: refused.code == code and bool(refused.fa))


def test_a_draft_is_found_again_by_another_process_and_sealed_as_it_was_approved(town: Town) -> None:
    made = waits(town)
    place, trees = town.city.workplace, town.city.registry.get("trees")
    again = find_waiting(place, trees, made.id)
    assert (again.digest, again.draft.facts, again.base) == (made.digest, made.draft.facts, None)
    assert drafts(town) == [made.id]
    release = seal_waiting(place, again, yes(again))
    assert release.manifest["ayan"]["content"] == made.digest
    assert place.original_of(release.manifest) is not None, "the submission was discarded; the draft kept the original"
    assert drafts(town) == []
    assert list((town.home / "work" / FOLDER).iterdir()) == []
    with refusal("draft-gone"):
        find_waiting(place, trees, made.id)


def test_the_shelf_sweeps_nothing_of_a_draft_that_waits(town: Town) -> None:
    made = waits(town)
    old = datetime.now(UTC).timestamp() - 10 * STALE_SECONDS
    for path in (town.home / "work").rglob("*"):
        os.utime(path, (old, old))
    Shelf(town.home / "store", town.city.clock).sweep()
    with town.city.workplace.bench_folder():
        pass
    waits(town)
    place, trees = town.city.workplace, town.city.registry.get("trees")
    assert seal_waiting(place, find_waiting(place, trees, made.id), yes(made)).rows == 3


def test_approvals_are_for_the_digest_and_corrections_are_part_of_it(town: Town) -> None:
    place = town.city.workplace
    one, other = waits(town), waits(town, GOOD, [replaced("species", "سرو", "کاج")])
    with refusal("other-digest"):
        seal_waiting(place, other, yes(one))
    with refusal("too-few-approvals"):
        seal_waiting(place, one, yes(one, FIRST))
    with refusal("own-submission"):
        seal_waiting(place, one, yes(one, SENDER, FIRST))
    assert town.city.shelf.releases("trees") == []
    assert town.leftovers() == ["submissions", FOLDER]


def test_a_release_that_came_meanwhile_makes_the_difference_untrue(town: Town) -> None:
    place = town.city.workplace
    one, other = waits(town), waits(town, GOOD.replace("2000", "2500").replace("3000", "3500"))
    seal_waiting(place, one, yes(one))
    assert not still_true(place, other)
    with refusal("release-meanwhile"):
        seal_waiting(place, other, yes(other))
    anew = waits(town, GOOD.replace("2000", "2500").replace("3000", "3500"))
    assert still_true(place, anew)
    withdraw(place, town.city.shelf.current("trees")["1403-05"], "wrong-data", FIRST)
    with refusal("release-meanwhile"):
        seal_waiting(place, anew, yes(anew))
    assert len(town.city.shelf.releases("trees")) == 1


def test_two_who_seal_the_same_draft_at_once_publish_it_once(town: Town) -> None:
    made = waits(town)
    trees = town.city.registry.get("trees")

    def attempt(_: int) -> str:
        place = town.city.workplace
        try:
            return seal_waiting(place, find_waiting(place, trees, made.id), yes(made)).ref
        except ReleaseRefused as refused:
            return refused.code

    with ThreadPoolExecutor(4) as threads:
        told = sorted(threads.map(attempt, range(4)))
    assert set(told) <= {"trees/1403-05/1", "draft-gone"}
    assert "trees/1403-05/1" in told
    assert len(town.city.shelf.releases("trees")) == 1


def test_two_drafts_of_one_period_sealed_at_once_give_one_release(town: Town) -> None:
    drafts = [waits(town), waits(town, GOOD.replace("سرو", "بید"))]

    def attempt(one: Waiting) -> str:
        try:
            return seal_waiting(town.city.workplace, one, yes(one)).ref
        except ReleaseRefused as refused:
            return refused.code

    with ThreadPoolExecutor(2) as threads:
        told = sorted(threads.map(attempt, drafts))
    assert told == ["release-meanwhile", "trees/1403-05/1"]


def test_a_draft_that_was_sealed_before_a_crash_is_not_sealed_twice(town: Town) -> None:
    made = waits(town)
    place = town.city.workplace
    kept = made.folder.with_name("0" * 32)
    subprocess.run(["cp", "-r", made.folder, kept], check=True)
    first = seal_waiting(place, made, yes(made))
    again = find_waiting(place, town.city.registry.get("trees"), kept.name)
    assert seal_waiting(place, again, yes(again)).ref == first.ref
    assert not kept.exists()
    assert len(town.city.shelf.releases("trees")) == 1


def test_a_changed_declaration_has_to_be_approved_anew(town: Town) -> None:
    made = waits(town)
    trees = replace(town.city.registry.get("trees"), digest="0" * 64)
    again = find_waiting(town.city.workplace, trees, made.id)
    assert again.outdated
    with refusal("declaration-changed"):
        seal_waiting(town.city.workplace, again, yes(made))


@pytest.mark.parametrize(("what", "spot"), [("note", 0), ("sum", 0), ("part", 20), ("part", -1), ("original", 20)])
def test_a_draft_that_was_tampered_with_is_not_published(town: Town, what: str, spot: int) -> None:
    made = waits(town)
    place, trees = town.city.workplace, town.city.registry.get("trees")
    note = made.folder / "draft.json"
    if what == "note":
        note.write_text("{", encoding="utf-8")
    elif what == "sum":
        table = json.loads(note.read_text("utf-8"))
        table["facts"]["totals"]["cost"] = "1"
        note.write_text(json.dumps(table), encoding="utf-8")
    else:
        path = made.parts()[0] if what == "part" else made.draft.original.file
        data = bytearray(path.read_bytes())
        data[spot] ^= 1
        path.write_bytes(data)
    with refusal("draft-damaged"):
        seal_waiting(place, find_waiting(place, trees, made.id), yes(made))
    assert town.city.shelf.releases("trees") == []


def test_a_draft_is_discarded_once_and_a_name_leads_nowhere(town: Town) -> None:
    made = waits(town)
    place, trees = town.city.workplace, town.city.registry.get("trees")
    for name in ("..", "../submissions", "", made.id.upper(), "a" * 32):
        discard_waiting(place, name)
        with refusal("draft-gone"):
            find_waiting(place, trees, name)
    discard_waiting(place, made.id)
    discard_waiting(place, made.id)
    with refusal("draft-gone"):
        seal_waiting(place, made, yes(made))


def test_while_an_error_stands_there_is_no_draft_and_nothing_is_left(town: Town) -> None:
    with pytest.raises(NotReady):
        waits(town, f"{HEADER}\n1,1403/05/32,سرو,1,\n")
    assert list((town.home / "store/staging").glob("*")) == []


def test_it_can_be_taken_back_for_ten_minutes(town: Town) -> None:
    made = waits(town)
    release = seal_waiting(town.city.workplace, made, yes(made))
    clock = FixedClock(take_back_until(release) + timedelta(milliseconds=1))
    late = replace(town.city.workplace, clock=clock)
    with refusal("too-late"):
        take_back(late, release, SENDER)
    clock.move(-timedelta(milliseconds=1))
    assert take_back(late, release, SENDER).code == "taken-back"
    assert town.city.shelf.current("trees") == {}


def test_the_difference_is_told_by_key_with_sums_and_says_when_a_note_is_needed(town: Town) -> None:
    place, trees = town.city.workplace, town.city.registry.get("trees")
    first = waits(town)
    with difference(place, trees, first) as told:
        assert (told.against, told.tally.added, told.needs_note) == (None, 3, False)
    seal_waiting(place, first, yes(first))
    text = f"{HEADER}\n1,1403/05/01,چنار,1000,\n2,1403/05/02,سرو,2500,\n4,1403/05/04,بید,200,\n"
    second = waits(town, text)
    with difference(place, trees, second) as told:
        assert (told.tally.changed, told.tally.added, told.tally.removed, told.tally.same) == (1, 1, 1, 1)
        (cost,) = told.totals
        assert (cost.before, cost.after, str(cost.percent), cost.above) == (3000, 3700, "23.3", True)
        (changed,) = told.page("changed").rows
        assert (changed.before["cost"], changed.after["cost"], changed.fields) == (2000, 2500, ("cost",))
        page = told.page(None, 0, 2)
        assert [one.what for one in page.rows] == ["changed", "added"]
        rest = told.page(None, page.next or 0, 2)
        assert ([one.what for one in rest.rows], rest.next) == (["removed"], None)
    with difference(place, replace(trees, note_above=24), second) as told:
        assert not told.needs_note


def test_without_a_key_equal_rows_are_matched_one_to_one(town: Town) -> None:
    place, benches = town.city.workplace, town.city.registry.get("benches")

    def made(text: str) -> Waiting:
        sent = Submission.receive(place, "benches.csv", [text.encode()])
        sent.look(benches)
        return sent.draft(benches, None, Choice({"number": 1, "cost": 2}), sent_by=SENDER)

    first = made("شماره,هزینه\n1,10\n1,10\n2,20\n")
    seal_waiting(place, first, yes(first, FIRST))
    with difference(place, benches, made("شماره,هزینه\n1,10\n3,20\n2,20\n")) as told:
        assert (told.tally.changed, told.tally.added, told.tally.removed, told.tally.same) == (0, 1, 1, 2)


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from tests.cli.city import GOOD, SENDER, Town
    from ayan.core.release import waiting
    from tests.core.release.test_waiting import waits

    at, seen = int(sys.argv[2]), 0

    def step(frame, event, argument):
        global seen
        if event == "line":
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)
        return step

    kept = waiting._kept

    def traced(*arguments):
        sys.settrace(lambda frame, event, argument: step if frame.f_code is kept.__code__ else None)
        try:
            return kept(*arguments)
        finally:
            sys.settrace(None)

    waiting._kept = traced
    waits(Town(Path(sys.argv[1])))
    print(seen)
"""


def test_killed_at_any_step_a_draft_waits_whole_or_not_at_all(town: Town) -> None:
    program = textwrap.dedent(KILLED)

    def run(at: int) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-c", program, str(town.home), str(at)]
        return subprocess.run(words, capture_output=True, text=True, check=False, timeout=120, cwd=Path.cwd())

    whole = run(0)
    assert whole.returncode == 0, whole.stderr
    steps = int(whole.stdout)
    place, trees = town.city.workplace, town.city.registry.get("trees")
    before = set(drafts(town))
    assert len(before) == 1
    for at in range(1, steps + 1, max(1, steps // 4)):
        assert run(at).returncode == -signal.SIGKILL
        found = set(drafts(town)) - before
        for name in found:
            assert find_waiting(place, trees, name).draft.rows == 3
        before |= found
    folder = town.home / "work" / FOLDER
    for path in folder.iterdir():
        os.utime(path, (1, 1))
    last = waits(town)
    assert {path.name for path in folder.iterdir()} == before | {last.id}, "what the dead left is swept by the next"
    assert seal_waiting(place, last, yes(last)).rows == 3
