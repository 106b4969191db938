"""What a page does not wait for: comparisons are told by the worker, and what is too large is refused in words."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db.models.signals import pre_save
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from openpyxl import load_workbook
from tests.apps.desk.deals import BAD, GOOD
from tests.apps.desk.town import Officers, approve, mapped, post, published, sent, the, upload, work, yes

from ayan.apps.desk import tasks
from ayan.apps.desk.files import returned_rows
from ayan.apps.desk.models import Submission, SubmissionState, TaskState
from ayan.apps.desk.views import columns_and_fixes
from ayan.core.intake.table import IntakeLimits
from ayan.core.publish import difference
from ayan.wiring.city import City

CORRECTED = (
    ("C-1", "ساخت پیاده‌رو", "1,500,000", "1403/02/11", ""),
    ("C-2", "خرید نهال و کود", "2500000", "1403/03/01", ""),
    ("C-4", "نورپردازی پارک", "100", "1403/05/20", ""),
)


def test_a_difference_is_told_once_by_the_worker_and_read_from_then_on(town: City, officers: Officers) -> None:
    published(town, officers, GOOD)
    clerk, first = officers.browser("clerk"), officers.browser("first")
    submission = mapped(town, clerk, CORRECTED)
    pages = {
        what: clerk.get(f"/desk/u/{submission.pk}/diff?what={what}").content.decode()
        for what in ("", "changed", "added")
    }
    assert all(word in pages[""] for word in ("C-2", "C-3", "C-4", "خرید نهال و کود"))
    assert ("C-2" in pages["changed"], "C-4" in pages["changed"]) == (True, False)
    assert ("C-2" in pages["added"], "C-4" in pages["added"]) == (False, True)
    # Where nothing was told, as an older version left a draft, nothing is computed for the page and nobody says yes.
    post(clerk, submission, "sent", digest=the(submission).digest, note="x")
    shutil.rmtree(town.home / "work" / "waiting" / the(submission).draft / difference.FOLDER)
    page = first.get(f"/desk/approve/{submission.pk}").content.decode()
    assert "آماده نیست" in page
    assert "تأیید می‌کنم" not in page
    assert first.post(f"/desk/approve/{submission.pk}/yes", yes(submission)).status_code == 422
    assert the(submission).approvals.count() == 0
    post(clerk, submission, "act/call-back")
    assert "آماده نیست" in clerk.get(f"/desk/u/{submission.pk}/diff").content.decode()
    assert post(clerk, submission, "act/try-again", onto="diff").status_code == 302
    work(town)
    assert "خرید نهال و کود" in clerk.get(f"/desk/u/{submission.pk}/diff").content.decode()
    post(clerk, submission, "sent", digest=the(submission).digest, note="x")
    approve(town, officers, submission)
    assert the(submission).state == SubmissionState.PUBLISHED


def test_more_rows_than_can_be_looked_at_are_counted_and_said_to_be_more(
    town: City, officers: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(difference, "MOST_CHANGES_KEPT", 2)
    submission = sent(town, officers.browser("clerk"))
    page = officers.browser("first").get(f"/desk/approve/{submission.pk}").content.decode()
    assert ("C-2" in page, "C-3" in page) == (True, False)
    assert "ردیف نخست را یک‌به‌یک می‌بینید" in page


def test_bad_rows_and_their_workbook_are_bounded(
    town: City, officers: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk, BAD)
    answer = clerk.get(f"/desk/u/{submission.pk}/fix/rows.xlsx")
    book = answer.getvalue()
    answer.close()
    assert load_workbook(io.BytesIO(book)).active is not None
    monkeypatch.setattr(returned_rows, "LIMITS", IntakeLimits(cells=3))
    back = post(clerk, submission, "fix/returned", rows=upload(book))
    work(town)
    assert (back.status_code, the(submission).steps.filter(kind="fix").count()) == (302, 0)
    assert "کار انجام نشد" in clerk.get(f"/desk/u/{submission.pk}/fix").content.decode()
    monkeypatch.setattr(columns_and_fixes, "MOST_READ", 1)
    refused = clerk.get(f"/desk/u/{submission.pk}/fix/rows.xlsx")
    assert (refused.status_code, "بسیار بزرگ است" in refused.content.decode()) == (422, True)


def test_two_readings_of_one_submission_never_stand_side_by_side(town: City, officers: Officers) -> None:
    submission = mapped(town, officers.browser("clerk"))
    now = timezone.now()
    begun = DBTaskResult.objects.filter(task_path=tasks.compute.module_path).latest("enqueued_at")
    DBTaskResult.objects.filter(pk=begun.pk).update(status="RUNNING", started_at=now - timedelta(minutes=1))
    Submission.objects.filter(pk=submission.pk).update(work=TaskState.WAITING)
    context = SimpleNamespace(attempt=1, task_result=SimpleNamespace(id=uuid4(), started_at=now))
    run: Any = tasks.compute.func
    run(context, str(submission.pk), the(submission).inputs)
    assert the(submission).work == TaskState.WAITING
    put_off = DBTaskResult.objects.get(status="READY", task_path=tasks.compute.module_path)
    assert (put_off.queue_name, put_off.run_after > now) == ("files", True)
    # What somebody still reads is not taken away from under it.
    Submission.objects.filter(pk=submission.pk).update(state=SubmissionState.SET_ASIDE, draft="x")
    tasks.tidy.func()
    assert not the(submission).tidied


class CutOff(BaseException):
    """The process ends here."""


@contextmanager
def queue_cut_off() -> Iterator[None]:
    """Whoever puts work into its queue gets no further in this block."""

    def end(**_: Any) -> None:
        raise CutOff

    pre_save.connect(end, sender=DBTaskResult)
    try:
        yield
    finally:
        pre_save.disconnect(end, sender=DBTaskResult)


def test_what_waits_for_others_stands_in_queues_of_its_own(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk, BAD)
    answer = clerk.get(f"/desk/u/{submission.pk}/fix/rows.xlsx")
    book = answer.getvalue()
    answer.close()
    # Who is killed before the work is in its queue leaves nothing that waits for it.
    with queue_cut_off(), pytest.raises(CutOff):
        post(clerk, submission, "fix/returned", rows=upload(book))
    assert not the(submission).busy
    post(clerk, submission, "fix/returned", rows=upload(book))
    waiting = DBTaskResult.objects.get(status="READY", task_path=returned_rows.compare.module_path)
    assert waiting.queue_name == "files"
    assert "در نوبت" in clerk.get(f"/desk/u/{submission.pk}/fix").content.decode()
    # A second one while the first waits is refused, and so is any act that the page could not have seen.
    assert post(clerk, submission, "fix/returned", rows=upload(book)).status_code == 422
    work(town)
    assert not the(submission).busy
