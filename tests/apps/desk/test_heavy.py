"""What a page does not wait for: comparisons are told by the worker, and what is too large is refused in words."""

from __future__ import annotations

import io
import shutil

import pytest
from openpyxl import load_workbook
from tests.apps.desk.deals import BAD, GOOD
from tests.apps.desk.town import Officers, approve, mapped, post, published, sent, the, upload, work, yes

from ayan.apps.desk.models import SubmissionState
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
    monkeypatch.setattr(columns_and_fixes, "RETURNED", IntakeLimits(cells=3))
    back = post(clerk, submission, "fix/returned", rows=upload(book))
    assert (back.status_code, the(submission).steps.filter(kind="fix").count()) == (422, 0)
    monkeypatch.setattr(columns_and_fixes, "MOST_READ", 1)
    refused = clerk.get(f"/desk/u/{submission.pk}/fix/rows.xlsx")
    assert (refused.status_code, "بسیار بزرگ است" in refused.content.decode()) == (422, True)
