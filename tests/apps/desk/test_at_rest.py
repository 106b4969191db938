"""What stands on the disk while nobody works at it: nothing that was sent can be read without the key."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.apps.desk.deals import BAD, HEADER
from tests.apps.desk.town import Officers, approve, found_in, mapped, post, the, upload, work

from ayan.apps.desk import tasks as put_off
from ayan.apps.desk.models import Submission, SubmissionState, TaskState
from ayan.cli import main
from ayan.core.continuity.backup import LivingCity, back_up
from ayan.core.continuity.folder_backup import FolderBackups
from ayan.core.custody.private_files import is_locked, name_of
from ayan.wiring import original_keys
from ayan.wiring.city import City

SECRET = "شرح محرمانهٔ ساختگی"
LETTER = b"%PDF-1.4 a letter that nobody reads on the disk"
OLD, NEW = "1" * 64, "2" * 64


def rows() -> list[tuple[str, ...]]:
    """Bad rows, with a text in a column that is never published."""
    return [(*row[:4], SECRET) for row in BAD]


def telling(home: Path) -> list[str]:
    """The files in which the secret text or the letter stands in the open."""
    wanted = (SECRET.encode(), SECRET.encode("utf-16-le"), LETTER)
    files = (path for path in home.rglob("*") if path.is_file())
    return [path.relative_to(home).as_posix() for path in files if any(piece in path.read_bytes() for piece in wanted)]


def private(town: City) -> list[Path]:
    context = town.publish_context
    return [
        *context.private_store.kept_originals(),
        *context.private_store.kept_letters(),
        *context.private_store.under_way(),
    ]


def csv() -> bytes:
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in (HEADER, *rows())).encode()


def sent_in(town: City, officers: Officers) -> Submission:
    """A submission with bad rows, read and looked through, with a letter beside it."""
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk, rows())
    post(clerk, submission, "file", file=upload(csv(), "قراردادها.csv"))
    work(town)
    columns = {"column:number": "1", "column:subject": "2", "column:amount": "3", "column:day": "4"}
    post(clerk, submission, "columns", **columns)
    work(town)
    return the(submission)


def test_nothing_that_was_sent_stands_in_the_open_while_nobody_works_at_it(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = sent_in(town, officers)
    # The texts that stand in a cause are shown, and the bad rows given out, out of the lock.
    assert "نامعلوم" in clerk.get(f"/desk/u/{submission.pk}/fix").content.decode()
    cause = next(cause for cause in found_in(submission).errors if cause.field == "amount")
    assert SECRET not in clerk.get(f"/desk/u/{submission.pk}/fix?cause={cause.id}").content.decode()
    assert clerk.get(f"/desk/u/{submission.pk}/fix/rows.xlsx").getvalue()[:2] == b"PK"
    for cause in found_in(submission).errors:
        post(clerk, submission, "fix/mend", cause=cause.id, do="leave", reason="ناخوانا")
        work(town)
    assert the(submission).digest
    answer = post(clerk, submission, "letter", letter=upload(LETTER, "نامه.pdf"), note="")
    assert answer.status_code == 302
    given = clerk.get(f"/desk/u/{submission.pk}/letter")
    assert given.getvalue() == LETTER
    assert telling(town.home) == []
    assert len(private(town)) > 5
    assert all(is_locked(path) for path in private(town))
    assert not [path.name for path in (town.home / "work").glob("scratch-*")]
    post(clerk, submission, "sent", digest=the(submission).digest, note="x")
    approve(town, officers, submission)
    assert the(submission).state == SubmissionState.PUBLISHED
    assert telling(town.home) == []


def test_one_command_puts_all_of_it_under_another_key_and_locks_what_older_versions_left(
    town: City, officers: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(original_keys.VARIABLE, OLD)
    clerk = officers.browser("clerk")
    submission = sent_in(town, officers)
    post(clerk, submission, "letter", letter=upload(LETTER, "نامه.pdf"), note="")
    for path in private(town):
        # As an earlier version kept it.
        plain = town.private_store.locker.read(path)
        path.write_bytes(plain)
    assert telling(town.home) != []
    assert "نامعلوم" in clerk.get(f"/desk/u/{submission.pk}/fix").content.decode()
    monkeypatch.setenv(original_keys.VARIABLE, f"{NEW},{OLD}")
    assert main.run(["original", "lock"]) == 0
    assert telling(town.home) == []
    name = original_keys.lock(town.home).name
    assert {name_of(path) for path in private(town)} == {name}
    monkeypatch.setenv(original_keys.VARIABLE, NEW)
    assert "نامعلوم" in clerk.get(f"/desk/u/{submission.pk}/fix").content.decode()
    assert clerk.get(f"/desk/u/{submission.pk}/letter").getvalue() == LETTER


def test_a_letter_goes_when_nothing_came_of_the_submission(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = sent_in(town, officers)
    post(clerk, submission, "letter", letter=upload(LETTER, "نامه.pdf"), note="")
    (kept,) = town.private_store.kept_letters()
    put_off.expire_originals.enqueue()
    work(town)
    assert kept.is_file()
    post(clerk, submission, "act/set-aside")
    os.utime(kept, (1, 1))
    put_off.expire_originals.enqueue()
    work(town)
    assert (kept.exists(), the(submission).letter) == (False, "")
    assert clerk.get(f"/desk/u/{submission.pk}/letter").status_code == 404


def test_what_is_under_way_comes_back_from_a_backup_and_goes_on(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission, other = mapped(town, clerk), mapped(town, clerk, rows(), period="1402")
    post(clerk, submission, "sent", digest=the(submission).digest, note="x")
    living = LivingCity(town.home, town.store, town.release_store, town.clock, lambda _folder: None, lambda _home: None)
    backup = back_up(living, FolderBackups(town.home.parent / f"{town.home.name}-backups"))
    held = [name for name in backup.files if "/work/" in name]
    assert not [name for name in held if "/table" in name or "/issues" in name]
    shutil.rmtree(town.home / "work")
    shutil.copytree(backup.root / "home" / "work", town.home / "work")
    for path in (town.home / "work").rglob("*"):
        path.chmod(0o700)
    assert clerk.get(f"/desk/u/{other.pk}/fix").status_code in (200, 302)
    put_off.look_again.enqueue()
    work(town)
    assert the(other).work == TaskState.IDLE
    assert "نامعلوم" in clerk.get(f"/desk/u/{other.pk}/fix").content.decode()
    approve(town, officers, submission)
    assert the(submission).state == SubmissionState.PUBLISHED


def test_a_file_whose_key_is_gone_is_told_of_in_words_and_opens_again_with_it(
    town: City, officers: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(original_keys.VARIABLE, OLD)
    clerk = officers.browser("clerk")
    submission = sent_in(town, officers)
    monkeypatch.setenv(original_keys.VARIABLE, NEW)
    for page in ("", "/file", "/columns", "/fix"):
        answer = clerk.get(f"/desk/u/{submission.pk}{page}")
        assert (answer.status_code, "پرونده باز نشد" in answer.content.decode()) == (503, True), page
    monkeypatch.setenv(original_keys.VARIABLE, f"{NEW},{OLD}")
    assert clerk.get(f"/desk/u/{submission.pk}/fix").status_code == 200
