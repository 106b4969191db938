"""A small city for the desk: one yearly dataset that needs two approvals, invented officers, and messy workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from tests.apps.accounts.people import officer, signed_in, unit
from tests.apps.desk.deals import DEALS, GOOD, ROUND, workbook
from tests.apps.small_city import declare

from ayan.apps.accounts.models import Duty, User
from ayan.apps.accounts.roles import Role
from ayan.apps.desk.access import reviewed_digest
from ayan.apps.desk.inputs import issues_of
from ayan.apps.desk.models import Submission, SubmissionStep
from ayan.config import tasks
from ayan.core.refine.issue_store import IssueStore
from ayan.core.values.clock import FixedClock
from ayan.core.values.label import Label
from ayan.datasets.registry import Registry
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts
from ayan.wiring.profile import Profile

NOW: Final = datetime(2024, 8, 5, 12, tzinfo=UTC)


def build(home: Path, approvals: int = 2) -> City:
    """The city, with nothing published yet."""
    parts = CityParts(
        registry=Registry((home / "datasets",)), profile=Profile(Label("شهر ساختگی", "Invented city"), demo=True)
    )
    town = City(home, home / "store", FixedClock(NOW), parts=parts)
    declare(home / "datasets", "deals", DEALS % approvals)
    return town


def in_place(monkeypatch: pytest.MonkeyPatch, town: City) -> None:
    """Let the town be the one in use wherever no other is held, as a preview is; also in a server's threads."""
    usual = city.current
    monkeypatch.setattr(city, "current", lambda: usual() if city._HELD.get() is not None else town)


def balanced(town: City, on_draft: str) -> None:
    """Declare that every amount is round, to warn or to block."""
    folder = town.home / "datasets" / "deals" / "audits"
    folder.mkdir(exist_ok=True)
    (folder / "round.toml").write_text(ROUND % on_draft, encoding="utf-8")


def upload(data: bytes, name: str = "قراردادها.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="application/octet-stream")


class Officers:
    """A clerk, a second one, and three approvers of the finance department, each with a browser."""

    def __init__(self) -> None:
        self.people: dict[str, User] = {
            "clerk": officer("clerk", Role.CLERK),
            "colleague": officer("colleague", Role.CLERK),
            "first": officer("first", Role.APPROVER),
            "second": officer("second", Role.APPROVER),
            "third": officer("third", Role.APPROVER),
            "stranger": officer("stranger", Role.CLERK, unit_slug="parks"),
        }
        Duty.objects.create(dataset="deals", unit=unit("finance"))

    def browser(self, name: str) -> Client:
        return signed_in(self.people[name])


def rest() -> None:
    """Let all that the worker does by itself have been done just now; whoever looks at some of it puts it into the queue."""
    now = timezone.now()
    DBTaskResult.objects.bulk_create(
        DBTaskResult(
            task_path=task.module_path,
            status=TaskResultStatus.SUCCESSFUL,
            args_kwargs={"args": [], "kwargs": {}},
            finished_at=now,
            run_after=now,
        )
        for task, _ in tasks.regular()
    )


def work(town: City) -> None:
    """Let the worker do all there is, in this process: it may not close the connection that holds the test's transaction."""
    with patch("django_tasks_db.management.commands.db_worker.close_old_connections"):
        tasks.run(town.home, town.home / "work", once=True)


def the(submission: Submission) -> Submission:
    """A submission as it stands now."""
    return Submission.objects.get(pk=submission.pk)


def counts(submission: Submission) -> dict[str, Any]:
    """What was counted in a submission's file."""
    counted = the(submission).counts
    assert counted is not None, "the file has not been checked"
    return dict(counted)


def last_step(submission: Submission) -> SubmissionStep:
    """What was decided last about a submission."""
    step = the(submission).steps.last()
    assert step is not None, "nothing has been decided"
    return step


def post(browser: Client, submission: Submission, name: str, **fields: Any) -> Any:
    """Send a form of a submission's page, from the revision that stands; a correction says that it mends an error."""
    if name == "sent":
        fields = {"code": "entry-error"} | fields
    return browser.post(f"/desk/u/{submission.pk}/{name}", {"expected_revision": the(submission).revision, **fields})


def started(browser: Client, period: str = "1403") -> Submission:
    """Begin a submission through the page."""
    answer = browser.post("/desk/u/new", {"dataset": "deals", "period": period})
    assert answer.status_code == 302, answer.content.decode()
    return Submission.objects.get(pk=answer["Location"].split("/")[-2])


def mapped(
    town: City, browser: Client, rows: Sequence[Sequence[str]] = GOOD, period: str = "1403", file: bytes = b""
) -> Submission:
    """A submission whose file, of these rows or a workbook at hand, is read and whose columns are said."""
    submission = started(browser, period)
    post(browser, submission, "file", file=upload(file or workbook(rows)))
    work(town)
    columns = {"column:number": "1", "column:subject": "2", "column:amount": "3", "column:day": "4"}
    post(browser, submission, "columns", **columns)
    work(town)
    return the(submission)


def sent(town: City, browser: Client, rows: Sequence[Sequence[str]] = GOOD, period: str = "1403") -> Submission:
    """A submission that waits for approval."""
    submission = mapped(town, browser, rows, period)
    answer = post(browser, submission, "sent", digest=submission.digest, note="یادداشت")
    assert answer.status_code == 302, answer.content.decode()
    return the(submission)


def yes(submission: Submission) -> dict[str, str]:
    """What the form of the approver's page sends for what stands now."""
    now = the(submission)
    return {"digest": now.digest, "reviewed_digest": reviewed_digest(now)}


def approve(town: City, officers: Officers, submission: Submission) -> None:
    """Let both approvers say yes to what waits, and the worker do it."""
    for name in ("first", "second"):
        answer = officers.browser(name).post(f"/desk/approve/{submission.pk}/yes", yes(submission))
        assert answer.status_code == 302, answer.content.decode()
    work(town)


def published(town: City, officers: Officers, rows: Sequence[Sequence[str]], period: str = "1403") -> Submission:
    """A submission that was published."""
    submission = sent(town, officers.browser("clerk"), rows, period)
    approve(town, officers, submission)
    done = the(submission)
    assert done.state == "published", done.trouble
    return done


def found_in(submission: Submission) -> IssueStore:
    """What the engine found in a submission's file."""
    issues = issues_of(submission)
    assert issues is not None
    return issues
