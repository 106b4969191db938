"""Many files at once: periods from their names, one nod, one act of sending, approvals each on its own record."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import pytest
import xlsxwriter
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.apps.accounts.people import officer
from tests.apps.desk.deals import GOOD, workbook
from tests.apps.desk.town import Officers, approve, published, sent, started, the, upload, work
from tests.clocks import let_pass

from ayan.apps.accounts.models import Grant
from ayan.apps.accounts.verbs import Role
from ayan.apps.desk import tasks
from ayan.apps.desk.batches import file_batches
from ayan.apps.desk.batches.batch_lines import APART, CLEAN
from ayan.apps.desk.limits import BATCH_LASTS, MOST_FILES
from ayan.apps.desk.models import BatchFile, FileBatch, Submission
from ayan.apps.outbox.models import OutboxMessage
from ayan.wiring.city import City

MOST_QUERIES: Final = 30


def rows(first: int) -> list[list[str]]:
    return [[f"C-{first}-{at}", "خرید لامپ", str(1_000_000 * at), "1403/02/10"] for at in (1, 2, 3)]


def given(browser: Client, files: Mapping[str, bytes]) -> FileBatch:
    """A batch of these files, given through the page."""
    answer = browser.post(
        "/desk/many", {"dataset": "deals", "files": [upload(data, name) for name, data in files.items()]}
    )
    assert answer.status_code == 302, answer.content.decode()
    return FileBatch.objects.get(pk=answer["Location"].split("/")[-1])


def page(browser: Client, batch: FileBatch) -> str:
    return browser.get(f"/desk/many/{batch.pk}").content.decode()


def form(page: str, do: str) -> dict[str, Any]:
    """What a form of the page would send."""
    held = next(part for part in re.findall(r"<form.*?</form>", page, re.DOTALL) if f'value="{do}"' in part)
    fields = dict(re.findall(r'name="(seen:[^"]+|period-\d+)"[^>]*? value="([^"]*)"', held))
    return fields | {"left": re.findall(r'name="left" value="(\d+)" checked', held), "do": do}


def press(browser: Client, batch: FileBatch, do: str, **more: Any) -> Any:
    return browser.post(f"/desk/many/{batch.pk}", form(page(browser, batch), do) | more)


def receivers(together: str, alone: str) -> list[str]:
    """Who is told of many at once, each in one message; nobody of each by itself."""
    assert not OutboxMessage.objects.filter(kind=alone, about__in=_of_batches()).exists()
    return sorted(OutboxMessage.objects.filter(kind=together).values_list("user__username", flat=True))


def _of_batches() -> list[str]:
    begun = BatchFile.objects.exclude(submission=None).values_list("submission", flat=True)
    return [f"submission/{key.hex}" for key in begun]


def standing(batch: FileBatch) -> dict[str, str]:
    begun = batch.files.exclude(submission=None)
    return dict(begun.values_list("submission__period", "submission__state"))


def sheets(named: Mapping[str, Sequence[Sequence[str]]], header: Sequence[str]) -> bytes:
    """A workbook with a sheet for each name, and one of notes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name, lines in named.items():
        sheet = book.add_worksheet(name)
        for at, line in enumerate([header, *lines]):
            sheet.write_row(at, 0, line)
    notes = book.add_worksheet("راهنما")
    notes.write_row(0, 0, ["این کارپوشه", "چگونه", "پر می‌شود"])
    notes.write_row(1, 0, ["هر سال", "یک برگه", "دارد"])
    book.close()
    return out.getvalue()


HEADER = ["شماره قرارداد", "موضوع", "مبلغ", "تاریخ"]


def test_files_of_three_years_are_begun_sent_and_approved_together(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    published(town, officers, GOOD, "1399")
    batch = given(clerk, {f"قراردادهای سال {year}.xlsx": workbook(rows(year)) for year in (1400, 1401, 1402)})
    work(town)
    shown = page(clerk, batch)
    assert re.findall(r'name="period-\d+" value="(\d+)"', shown) == ["1400", "1401", "1402"]
    assert shown.count("مانند دفعهٔ پیش") == 3
    assert press(clerk, batch, "begin").status_code == 302
    work(town)
    assert standing(batch) == dict.fromkeys(("1400", "1401", "1402"), "draft")
    # However many they are, the same is asked of the database.
    with CaptureQueriesContext(connection) as asked:
        shown = page(clerk, batch)
    assert len(asked) <= MOST_QUERIES
    assert shown.count(CLEAN.fa) == 3
    # Amounts stand beside each before it is sent.
    assert "۶٬۰۰۰٬۰۰۰" in shown
    assert press(clerk, batch, "send", note="سه سال یک‌جا").status_code == 302
    assert standing(batch) == dict.fromkeys(("1400", "1401", "1402"), "sent")
    assert set(batch.files.values_list("submission__note", flat=True)) == {"سه سال یک‌جا"}
    assert receivers("batch.sent", "submission.sent") == ["first", "second", "third"]
    # Nobody approves what they had a hand in, here neither.
    assert 'value="approve"' not in page(clerk, batch)
    for name in ("first", "second"):
        assert press(officers.browser(name), batch, "approve").status_code == 302
    assert receivers("batch.approved", "submission.approved") == ["clerk"]
    assert receivers("batch.sent", "submission.sent") == []
    work(town)
    assert receivers("batch.released", "submission.released") == ["clerk"]
    assert standing(batch) == dict.fromkeys(("1400", "1401", "1402"), "published")
    current = dict(town.release_store.current("deals"))
    assert all(len(current[year].manifest["ayan"]["approvals"]) == 2 for year in ("1400", "1401", "1402"))


def test_a_name_that_says_two_periods_or_none_is_asked(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    batch = given(clerk, {"1401 و 1402.xlsx": workbook(rows(1)), "تازه.xlsx": workbook(rows(2))})
    work(town)
    first, second = batch.files.all()
    assert (first.period, first.named, second.period, second.named) == ("", ["1401", "1402"], "", [])
    answer = press(clerk, batch, "begin")
    assert answer.status_code == 422
    assert f'href="#period-{first.pk}"' in answer.content.decode()
    # What is typed stays, in whichever digits.
    answer = press(clerk, batch, "begin", **{f"period-{first.pk}": "۱۴۰۱", f"period-{second.pk}": "1401"})
    assert "برای یک دوره‌اند" in answer.content.decode()
    assert not Submission.objects.exists()
    assert press(clerk, batch, "begin", **{f"period-{second.pk}": "۱۴۰۲"}).status_code == 302
    assert standing(batch) == {"1401": "draft", "1402": "draft"}


def test_clashes_are_said_before_anything_begins(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    published(town, officers, GOOD, "1400")
    started(officers.browser("colleague"), "1401")
    batch = given(
        clerk, {"1400.xlsx": workbook(rows(1)), "1401.xlsx": workbook(rows(2)), "نسخه 1400.xlsx": workbook(rows(1))}
    )
    work(town)
    shown = page(clerk, batch)
    assert "این پرونده اصلاح آن می‌شود" in shown
    assert "در دست colleague" in shown or "این دوره در دست" in shown
    assert "دو پرونده برای این دوره است" in shown
    assert "همان محتوای" in shown
    third = batch.files.last()
    assert third is not None
    assert press(clerk, batch, "begin", left=[str(third.pk)]).status_code == 302
    # The one that is held stays, with its reason.
    assert standing(batch) == {"1400": "draft"}
    assert "پروندهٔ دیگری در جریان است" in page(clerk, batch)
    work(town)
    # A correction says why, once for all of them.
    assert press(clerk, batch, "send", note="").status_code == 422
    assert press(clerk, batch, "send", note="", code="entry-error", why="رقم‌ها درست شد").status_code == 302
    sent_one = Submission.objects.get(period="1400", state="sent")
    assert (sent_one.code, sent_one.why) == ("entry-error", "رقم‌ها درست شد")
    # It takes the place of something published, so it is looked at by itself.
    shown = page(officers.browser("first"), batch)
    assert APART["correction"].fa in shown
    assert 'value="approve"' not in shown


@pytest.mark.soak
def test_columns_are_said_once_for_all_files_of_a_header(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    batch = given(clerk, {f"{year}.xlsx": workbook(rows(year)) for year in (1400, 1401, 1402)})
    work(town)
    assert page(clerk, batch).count("ستون‌ها یک بار پرسیده می‌شود") == 3
    press(clerk, batch, "begin")
    work(town)
    submission = Submission.objects.get(period="1401")
    columns = {"column:number": "1", "column:subject": "2", "column:amount": "3", "column:day": "4"}
    clerk.post(f"/desk/u/{submission.pk}/columns", columns | {"expected_revision": submission.revision})
    work(town)
    assert page(clerk, batch).count(CLEAN.fa) == 3


@pytest.mark.soak
def test_each_sheet_of_a_header_is_a_period(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    book = sheets({"سال ۱۴۰۰": rows(1), "سال ۱۴۰۱": rows(2)}, HEADER)
    batch = given(clerk, {"قراردادها.xlsx": book})
    work(town)
    lines = {line.sheet: (line.period, line.left_out) for line in batch.files.all()}
    assert lines == {"سال ۱۴۰۰": ("1400", False), "سال ۱۴۰۱": ("1401", False), "راهنما": ("", True)}
    assert press(clerk, batch, "begin").status_code == 302
    work(town)
    assert standing(batch) == {"1400": "draft", "1401": "draft"}
    submission = Submission.objects.get(period="1400")
    columns = {"column:number": "1", "column:subject": "2", "column:amount": "3", "column:day": "4"}
    clerk.post(f"/desk/u/{submission.pk}/columns", columns | {"expected_revision": submission.revision})
    work(town)
    assert page(clerk, batch).count(CLEAN.fa) == 2
    assert {each.counts["read"] for each in Submission.objects.all() if each.counts} == {3}


@pytest.mark.soak
def test_what_has_faults_is_not_sent_with_the_others(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    approve(town, officers, sent(town, clerk, GOOD, "1399"))
    bad = [["C-9", "خرید", "سه میلیون", "1403/02/10"]]
    batch = given(clerk, {"1400.xlsx": workbook(rows(1)), "1401.xlsx": workbook(bad), "1402.csv": b"\xff\xfe\x00"})
    work(town)
    shown = page(clerk, batch)
    assert "1402.csv" in shown
    press(clerk, batch, "begin")
    work(town)
    assert "۱ اشکال" in page(clerk, batch)
    press(clerk, batch, "send", note="")
    assert standing(batch) == {"1400": "sent", "1401": "draft"}
    # What was seen is what is sent: another digest is not taken.
    late = Submission.objects.get(period="1400")
    clerk.post(f"/desk/u/{late.pk}/act/call-back", {"expected_revision": the(late).revision})
    answer = clerk.post(f"/desk/many/{batch.pk}", {"do": "send", f"seen:{late.pk}": "0" * 64, "note": ""})
    assert answer.status_code == 422
    assert the(late).state == "draft"


@pytest.mark.soak
def test_what_nobody_may_approve_is_told_once(town: City, officers: Officers) -> None:
    clerk, chief = officers.browser("clerk"), officer("chief", Role.ADMINISTRATOR)
    published(town, officers, GOOD, "1399")
    batch = given(clerk, {"1400.xlsx": workbook(rows(1)), "1401.xlsx": workbook(rows(2))})
    work(town)
    press(clerk, batch, "begin")
    work(town)
    Grant.objects.filter(role=Role.APPROVER).delete()
    assert press(clerk, batch, "send", note="").status_code == 302
    assert receivers("batch.nobody", "submission.nobody") == [chief.username, "clerk"]


def test_whoever_may_not_sees_and_does_nothing(town: City, officers: Officers) -> None:
    clerk, stranger, first = (officers.browser(name) for name in ("clerk", "stranger", "first"))
    batch = given(clerk, {"1400.xlsx": workbook(rows(1))})
    assert stranger.get(f"/desk/many/{batch.pk}").status_code == 404
    assert stranger.post(f"/desk/many/{batch.pk}", {"do": "begin"}).status_code == 404
    answer = stranger.post("/desk/many", {"dataset": "deals", "files": [upload(workbook(rows(1)), "1400.xlsx")]})
    assert answer.status_code == 403
    assert first.get(f"/desk/many/{batch.pk}").status_code == 200
    assert first.post(f"/desk/many/{batch.pk}", {"do": "begin"}).status_code == 403
    assert FileBatch.objects.count() == 1
    assert not Submission.objects.exists()


def test_too_many_files_are_refused_in_words(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    files = [upload(b"a,b\n1,2\n", f"{number}.csv") for number in range(MOST_FILES + 1)]
    answer = clerk.post("/desk/many", {"dataset": "deals", "files": files})
    assert answer.status_code == 422
    assert "۸۰ پرونده" in answer.content.decode()
    assert not FileBatch.objects.exists()
    assert clerk.post("/desk/many", {"dataset": "deals"}).status_code == 422


@pytest.mark.soak
def test_files_that_nobody_begins_are_removed(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    batch = given(clerk, {"1400.xlsx": workbook(rows(1)), "1401.xlsx": workbook(rows(2))})
    work(town)
    last = batch.files.last()
    assert last is not None
    press(clerk, batch, "begin", left=[str(last.pk)])
    let_pass(town, BATCH_LASTS + timedelta(days=1))
    file_batches.sweep.call()
    tasks.tidy.call()
    assert [line.name for line in BatchFile.objects.all()] == ["1400.xlsx"]
    folders = list((town.private_store.scratch / "submissions").iterdir())
    assert len(folders) == 1


def test_a_begun_file_is_corrected_by_hand_like_any_other(town: City, officers: Officers) -> None:
    batch = given(officers.browser("clerk"), {"1400.xlsx": workbook(rows(1))})
    work(town)
    press(officers.browser("colleague"), batch, "begin")
    begun = Submission.objects.get(period="1400")
    assert begun.started_by == officers.people["colleague"]
    # Whoever gave the file has a hand in it, too, and may not approve.
    assert set(begun.contributors.all()) == {officers.people["clerk"], officers.people["colleague"]}
