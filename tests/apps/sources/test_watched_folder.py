"""A watched folder: whole files are taken once, half-written and odd ones are not, and nothing leads out of it."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult
from tests.apps.desk.deals import BAD, GOOD, workbook
from tests.apps.desk.town import mapped
from tests.apps.sources.senders import FILE, Senders
from tests.clocks import let_pass
from tests.other_process import by_another

from ayan.apps.accounts.models import Duty
from ayan.apps.desk.models import Submission, SubmissionState
from ayan.apps.outbox.models import OutboxMessage
from ayan.apps.sources import tasks
from ayan.apps.sources.limits import SETTLED_SECONDS
from ayan.apps.sources.models import Arrival, Source, SourceRun
from ayan.wiring.city import City

NAME = "قراردادها-۱۴۰۳.xlsx"


class Share:
    """A folder that somebody else writes into, and time that passes."""

    def __init__(self, senders: Senders, root: Path) -> None:
        self.senders, self.folder = senders, root / "fin"
        self.folder.mkdir(parents=True)
        self.source: Source = senders.source("folder", where="fin", period="name", every=1)

    def put(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def look(self) -> tuple[str, ...]:
        let_pass(self.senders.town, timedelta(seconds=SETTLED_SECONDS + 1))
        return tasks.run_due(self.source.slug)[0].codes

    def looked(self) -> tuple[str, ...]:
        """See it, let it settle, take it."""
        self.look()
        return self.look()

    def inside(self, name: str = ".") -> set[str]:
        folder = self.folder / name
        return (
            {file.name for file in folder.iterdir() if file.is_file() or file.is_symlink()}
            if folder.is_dir()
            else set()
        )

    def note(self, name: str) -> str:
        (path,) = (self.folder / name).glob("*.note.txt")
        return path.read_text(encoding="utf-8")


@pytest.fixture
def share(senders: Senders, tmp_path: Path, settings: Any) -> Share:
    settings.ARRIVALS = tmp_path / "arrivals"
    return Share(senders, tmp_path / "arrivals")


def test_a_whole_file_goes_on_and_is_put_among_the_done_with_a_note(town: City, share: Share, senders: Senders) -> None:
    senders.confirmed()
    share.put(NAME, FILE)
    assert share.look() == ()
    assert share.look() == ("arrived",)
    assert (share.inside(), share.inside("checking")) == (set(), {senders.arrival().spot})
    senders.work()
    assert senders.submission().state == SubmissionState.SENT
    assert NAME in share.inside("done")
    assert not share.inside("checking")
    note = share.note("done")
    assert "برای تأیید فرستاده شد" in note
    assert f"/desk/u/{senders.submission().pk}" in note
    # The same file once more is known, and makes nothing new.
    share.put(NAME, FILE)
    assert share.looked() == ("duplicate",)
    assert Submission.objects.filter(period="1403").count() == 1
    assert len([name for name in share.inside("done") if name.endswith(".xlsx")]) == 2
    assert SourceRun.objects.filter(source=share.source, code="duplicate").get().details == {"file": NAME}


def test_a_file_with_errors_is_put_among_the_failed_and_its_note_tells_no_value(share: Share, senders: Senders) -> None:
    senders.confirmed()
    share.put(NAME, workbook(BAD))
    share.looked()
    senders.work()
    assert NAME in share.inside("failed")
    note = share.note("failed")
    assert "اشکال دارد" in note
    assert "- amount (2)" in note
    assert "نامعلوم" not in note
    assert senders.submission().state == SubmissionState.DRAFT


def test_a_file_that_still_grows_is_left_until_it_does_not(share: Share) -> None:
    path = share.put(NAME, workbook(GOOD)[:100])
    share.look()
    path.write_bytes(workbook(GOOD)[:2_000])
    assert share.look() == ()
    path.write_bytes(workbook(GOOD))
    assert share.look() == ()
    assert not Arrival.objects.exists()
    assert share.look() == ("arrived",)
    for name in (".x-1403.csv", "~$a-1403.xlsx", "a-1403.csv.part", "a-1403.csv.tmp", "a-1403.xlsx.filepart"):
        share.put(name, b"x")
    assert share.looked() == ()
    assert len(share.inside()) == 5


def test_links_and_what_is_no_file_are_not_followed(share: Share, tmp_path: Path, senders: Senders) -> None:
    secret = tmp_path / "secret-1403.csv"
    secret.write_bytes(b"kept")
    (share.folder / "link-1403.csv").symlink_to(secret)
    (share.folder / "hard-1403.csv").hardlink_to(secret)
    os.mkfifo(share.folder / "pipe-1403.csv")
    (share.folder / "folder-1403").mkdir()
    assert share.looked() == ("file-odd", "file-odd", "file-odd")
    assert not Arrival.objects.exists()
    assert secret.read_bytes() == b"kept"
    assert share.inside() == set()
    assert {"link-1403.csv", "hard-1403.csv"} <= share.inside("failed")
    assert (share.folder / "folder-1403").is_dir()


def test_a_sub_folder_that_leads_elsewhere_takes_nothing(share: Share, tmp_path: Path, senders: Senders) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (share.folder / "checking").symlink_to(outside)
    share.put(NAME, workbook(GOOD))
    assert share.look() == ("folder-missing",)
    (share.folder / "checking").unlink()
    (share.folder / "failed").symlink_to(outside)
    share.put("nothing.csv", b"a,b\n1,2\n")
    # The link is an odd entry like any other, and makes room for a folder.
    assert share.looked() == ("period-unclear", "period-unclear", "arrived")
    assert not list(outside.iterdir())
    assert not (share.folder / "failed").is_symlink()
    # The watched folder itself may not be a link either.
    share.folder.rename(tmp_path / "moved")
    share.folder.symlink_to(tmp_path / "moved")
    assert share.look() == ("folder-missing",)
    assert Source.objects.get(pk=share.source.pk).last_code == "folder-missing"


def test_names_that_play_tricks_lead_nowhere(share: Share, senders: Senders, town: City) -> None:
    names = ["-rf 1403.xlsx", "1403 \u202egpj.xlsx", "a'; DROP 1403 --.xlsx", f"{'ا' * 100}1403.xlsx", "CON 1403"]
    for at, name in enumerate(names):
        share.put(name, workbook(GOOD[: 1 + at % 3], sheets=(f"ب{at}",)))
    share.put("b.csv", b"x").rename(share.folder / os.fsdecode(b"\xff\xfe-1403.csv"))
    codes = share.looked()
    assert len(codes) == len(names) + 1
    assert set(codes) <= {"arrived", "taken"}
    assert not share.inside()
    for arrival in Arrival.objects.all():
        assert "\u202e" not in arrival.name
        assert "/" not in arrival.name
    senders.work()
    share.look()
    assert not share.inside("checking")
    assert (
        len([name for name in share.inside("done") | share.inside("failed") if "note.txt" not in name])
        == len(names) + 1
    )


def test_what_tells_no_period_or_is_too_large_fails_with_a_note(share: Share, settings: Any) -> None:
    share.put("deals.xlsx", workbook(GOOD))
    share.put("1402-1403.xlsx", workbook(GOOD))
    assert share.looked() == ("period-unclear", "period-unclear")
    assert "1403-05" in (next((share.folder / "failed").glob("deals*.note.txt"))).read_text()
    settings.UPLOAD_BYTES = 100
    share.put("big-1403.xlsx", workbook(GOOD))
    assert share.looked() == ("too-large",)
    assert not Arrival.objects.exists()


def test_a_period_in_officers_hands_is_tried_again_later(share: Share, senders: Senders, town: City) -> None:
    clerk = senders.officers.browser("clerk")
    submission = mapped(town, clerk, GOOD[:1])
    share.put(NAME, workbook(GOOD))
    assert share.looked() == ("taken",)
    assert share.inside() == {NAME}
    clerk.post(
        f"/desk/u/{submission.pk}/act/set-aside",
        {"expected_revision": Submission.objects.get(pk=submission.pk).revision},
    )
    assert share.look() == ("arrived",)


def test_what_a_crash_left_half_way_is_taken_up(share: Share, senders: Senders) -> None:
    """Killed after the file was moved and before anything else, and once more before it was put away."""
    senders.confirmed()
    (share.folder / "checking").mkdir(exist_ok=True)
    share.put(NAME, workbook(GOOD)).rename(share.folder / "checking" / NAME)
    assert share.look() == ()
    assert share.inside() == {NAME}
    assert share.look() == ("arrived",)
    senders.work()
    (share.folder / "done" / NAME).rename(share.folder / "checking" / senders.arrival().spot)
    share.look()
    assert NAME in share.inside("done")
    assert Arrival.objects.count() == 1
    # Another night, another file of that name, and the same crash.
    share.put(NAME, workbook(GOOD[:2])).rename(share.folder / "checking" / f"0123abcd-{NAME}")
    share.look()
    assert share.inside() == {NAME}


def test_the_worker_looks_by_itself_and_two_at_once_take_a_file_once(
    share: Share, senders: Senders, town: City
) -> None:
    share.put(NAME, workbook(GOOD))
    # Every round of the worker is due.
    DBTaskResult.objects.all().delete()
    senders.work()
    let_pass(town, timedelta(minutes=2))
    with by_another(f"source {share.source.pk}"):
        assert tasks.run_due() == []
    assert [report.codes for report in tasks.run_due()] == [("arrived",)]
    assert [report.codes for report in tasks.run_due()] == []


def test_a_source_that_fails_and_works_again_is_told_to_who_can_act(share: Share, senders: Senders) -> None:
    owner = senders.officers.people["clerk"]
    Duty.objects.filter(dataset="deals").update(owner=owner)

    def new_messages() -> set[tuple[str, str]]:
        rows = set(OutboxMessage.objects.filter(kind__startswith="source.").values_list("kind", "user__username"))
        OutboxMessage.objects.all().update(kind="seen")
        return rows

    kept = share.folder.rename(share.folder.with_name("away"))
    assert share.look() == ("folder-missing",)
    assert new_messages() == {("source.failing", senders.admin.username), ("source.failing", "clerk")}
    let_pass(senders.town, timedelta(hours=1))
    assert share.look() == ("folder-missing",)
    assert new_messages() == set(), "once a week"
    let_pass(senders.town, timedelta(days=7))
    share.look()
    assert {kind for kind, _ in new_messages()} == {"source.failing"}
    kept.rename(share.folder)
    share.look()
    assert new_messages() == {("source.well", senders.admin.username), ("source.well", "clerk")}
