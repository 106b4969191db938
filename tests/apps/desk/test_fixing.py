"""Fixing fast: lists of codes, offers, similar spellings, operations on columns, picked rows, and what is remembered."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.test import Client
from tests.apps.desk.deals import HEADER, workbook
from tests.apps.desk.town import Officers, approve, found_in, last_step, post, sent, started, the, upload, work, yes

from ayan.apps.desk.models import KnownFixes, Submission
from ayan.wiring.city import City

COLUMNS = {"column:number": "1", "column:subject": "2", "column:amount": "3", "column:day": "4", "column:state": "5"}
WITH_STATE = (*HEADER[:4], "وضعیت")
ROWS = (
    ("C-1", "ساخت پل", "10", "1403/02/11", "جاری"),
    ("C-2", "خرید نهال", "20", "1403/02/12", "پایان موقت"),
    ("C-3", "تعمیر جدول", "30", "1403/02/13", "پایان موقت"),
    ("C-4", "رنگ‌آمیزی", "40", "1403/02/14", "خاتمه ایافته"),
)


def checked(
    town: City, browser: Client, period: str, rows: Sequence[Sequence[str]] = ROWS, header: Sequence[str] = WITH_STATE
) -> Submission:
    """A submission of these rows, read and checked."""
    submission = started(browser, period)
    dated = [[cell.replace("1403/", f"{period}/") for cell in row] for row in rows]
    post(browser, submission, "file", file=upload(workbook(dated, header)))
    work(town)
    assert post(browser, submission, "columns", **COLUMNS).status_code == 302
    work(town)
    return the(submission)


def page_of(browser: Client, submission: Submission, query: str = "") -> str:
    return str(browser.get(f"/en/desk/u/{submission.pk}/fix{query}").content.decode())


def decide(town: City, browser: Client, submission: Submission, do: str, **fields: str) -> str:
    """Send the form of the page; where it leads."""
    answer = post(browser, submission, "fix/mend", do=do, **fields)
    assert answer.status_code == 302, answer.content.decode()
    work(town)
    return str(answer["Location"])


def mark_of(page: str, text: str) -> str:
    """By what the form names a text of a group."""
    hit = re.search(rf'name="old:([0-9a-f]+)" value="{text}"', page)
    assert hit, text
    return hit[1]


def ticks(page: str) -> dict[str, str]:
    """The boxes of all offers, ticked as the page has them."""
    return dict.fromkeys(re.findall(r'name="(seen:[0-9a-f]+)" value="1" checked', page), "1")


def test_codes_are_chosen_from_a_list_and_the_row_stands_beside(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = checked(town, clerk, "1403")
    page = page_of(clerk, submission)
    assert '<option value="خاتمه‌یافته">Finished</option>' in page
    assert "خرید نهال" in page
    old = "پایان موقت"
    mark = mark_of(page, old)
    fields = {f"old:{mark}": old, f"of:{mark}": "state", f"value:{mark}": "خاتمه‌یافته"}
    decide(town, clerk, submission, "write", **fields)
    assert [value.text for value in found_in(submission).values(found_in(submission).errors[0].id).values] == [
        "خاتمه ایافته"
    ]


def test_a_text_that_is_near_to_one_code_alone_is_offered_and_never_written_by_itself(
    town: City, officers: Officers
) -> None:
    clerk = officers.browser("clerk")
    submission = checked(town, clerk, "1403")
    page = page_of(clerk, submission)
    assert "the nearest of the list" in page
    assert found_in(submission).errors[0].cells == 3
    decide(town, clerk, submission, "offers", **ticks(page))
    assert found_in(submission).errors[0].cells == 2
    assert last_step(submission).payload["fixes"] == [
        {"kind": "replace", "field": "state", "old": "خاتمه ایافته", "new": "خاتمه‌یافته"}
    ]


def test_what_was_written_is_offered_for_the_next_file_and_told_to_the_approver(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    first = checked(town, clerk, "1402")
    page = page_of(clerk, first)
    fields: dict[str, str] = {}
    for old in ("پایان موقت", "خاتمه ایافته"):
        mark = mark_of(page, old)
        fields |= {f"old:{mark}": old, f"of:{mark}": "state", f"value:{mark}": "خاتمه‌یافته"}
    decide(town, clerk, first, "write", **fields)
    assert KnownFixes.objects.count() == 0
    assert post(clerk, first, "sent", digest=the(first).digest, note="یادداشت").status_code == 302
    assert "پایان" not in KnownFixes.objects.get().locked

    second = checked(town, officers.browser("colleague"), "1403")
    colleague = officers.browser("colleague")
    page = page_of(colleague, second)
    assert page.count("as the last time") == 2
    assert found_in(second).errors[0].cells == 3
    decide(town, colleague, second, "offers", **ticks(page))
    assert not found_in(second).errors
    post(colleague, second, "sent", digest=the(second).digest, note="یادداشت")
    seen = officers.browser("first").get(f"/en/desk/approve/{second.pk}").content.decode()
    assert "پایان موقت" in seen
    assert "The sender changed" in seen


def test_what_is_not_wanted_is_offered_no_more(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    first = checked(town, clerk, "1402", ROWS[:3])
    mark = mark_of(page_of(clerk, first), "پایان موقت")
    fields = {f"old:{mark}": "پایان موقت", f"of:{mark}": "state", f"value:{mark}": "خاتمه‌یافته"}
    decide(town, clerk, first, "write", **fields)
    post(clerk, first, "sent", digest=the(first).digest, note="یادداشت")
    second = checked(town, clerk, "1403", ROWS[:3])
    page = page_of(clerk, second)
    decide(town, clerk, second, "forget", **ticks(page))
    assert "as the last time" not in page_of(clerk, second)
    assert found_in(second).errors[0].cells == 2


def test_an_operation_on_a_column_is_undone_and_offered_for_the_same_header(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    rows = [
        ("C-1", "ساخت  پل", "10 قطعی", "2024/05/01", "جاری"),
        ("C-2", "خرید نهال", "20 قطعی", "2024/05/02", "جاری"),
    ]
    first = checked(town, clerk, "1403", rows)
    assert {cause.field for cause in found_in(first).errors} >= {"amount", "day"}
    decide(town, clerk, first, "operation", **{"op-field": "amount", "op-kind": "before", "op-old": " قطعی"})
    decide(town, clerk, first, "operation", **{"op-field": "day", "op-kind": "to-jalali"})
    assert not found_in(first).errors
    number = last_step(first).number
    post(clerk, first, "act/undo", number=number, onto="fix")
    work(town)
    assert [cause.field for cause in found_in(first).errors] == ["day"]
    post(clerk, first, "act/redo", number=number, onto="fix")
    work(town)
    post(clerk, first, "sent", digest=the(first).digest, note="یادداشت")
    seen = officers.browser("first").get(f"/en/desk/approve/{first.pk}").content.decode()
    assert "10 قطعی" in seen
    assert "1403/02/12" in seen

    for who in ("first", "second"):
        officers.browser(who).post(f"/desk/approve/{first.pk}/yes", yes(first))
    work(town)
    second = checked(town, clerk, "1403", rows)
    assert {cause.field for cause in found_in(second).errors} >= {"amount", "day"}
    assert "Gregorian days to Jalali ones" in page_of(clerk, second)
    decide(town, clerk, second, "recipe")
    assert not found_in(second).errors
    assert 'id="recipe"' not in page_of(clerk, second)


def test_money_is_not_multiplied_behind_its_unit(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = checked(town, clerk, "1403")
    said = {"op-field": "amount", "op-kind": "multiply", "op-factor": "10"}
    answer = post(clerk, submission, "fix/mend", do="operation", **said)
    assert answer.status_code == 422
    assert "ستون‌ها" in answer.content.decode()


def test_what_is_written_for_an_empty_cell_makes_no_record_of_a_title(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    rows = [("C-1", "ساخت پل", "10", "1403/02/11", "جاری"), ("", "خرید نهال", "20", "1403/02/12", "جاری")]
    submission = checked(town, clerk, "1403", rows)
    (cause,) = (each for each in found_in(submission).errors if each.field == "number")
    page = page_of(clerk, submission)
    mark = mark_of(page, "")
    decide(town, clerk, submission, "write", **{f"old:{mark}": "", f"of:{mark}": "number", f"value:{mark}": "C-2"})
    (fix,) = last_step(submission).payload["fixes"]
    assert (fix["kind"], fix["new"]) == ("set", "C-2")
    assert cause.rows == 1


def test_empty_cells_take_the_value_above_and_picked_rows_one_text(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    rows = [
        ("C-1", "ساخت پل", "10", "1403/02/11", "جاری"),
        ("C-2", "خرید نهال", "", "1403/02/12", "جاری"),
        ("C-3", "تعمیر جدول", "نامعلوم", "1403/02/13", "جاری"),
        ("C-4", "تعمیر پل", "نامعلوم", "1403/02/13", "جاری"),
    ]
    submission = checked(town, clerk, "1403", rows)
    (unread,) = (each for each in found_in(submission).errors if each.code == "not-a-number")
    opened = page_of(clerk, submission, f"?cause={unread.id}")
    boxes = re.findall(r'name="(pick:[0-9]+)"', opened)
    assert len(boxes) == 2
    where = decide(town, clerk, submission, f"picked:{unread.id}", **{boxes[0]: "1", "picked-new": "55"})
    # The group is not settled yet, so the page goes on with the next one.
    assert "at=" in where
    assert where.endswith("#at")
    page = page_of(clerk, submission, "?" + where.partition("?")[2].partition("#")[0])
    assert 'id="at"' in page
    assert "groups are left" in page
    (unread,) = (each for each in found_in(submission).errors if each.code == "not-a-number")
    assert unread.cells == 1
    decide(town, clerk, submission, f"picked-leave:{unread.id}", **{boxes[1]: "1"})
    (empty,) = found_in(submission).errors
    decide(town, clerk, submission, f"fill-down:{empty.id}")
    assert not found_in(submission).errors
    assert found_in(submission).tally.left_out == 1


def test_rows_that_are_none_are_left_out_by_one_decision(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    rows = [
        *ROWS[:1],
        ("جمع این بخش", "", "10", "", ""),
        WITH_STATE,
        *ROWS[1:2],
        ("تهیه‌کننده: امور مالی", "", "", "", ""),
    ]
    submission = checked(town, clerk, "1403", rows)
    page = page_of(clerk, submission)
    assert "seem to be titles" in page or "seems to be a title" in page
    decide(town, clerk, submission, "leave-none")
    assert 'id="none"' not in page_of(clerk, submission)
    assert found_in(submission).tally.read <= 3


def test_another_unit_is_offered_nothing(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    first = sent(town, clerk)
    approve(town, officers, first)
    assert KnownFixes.objects.count() == 0
    assert officers.browser("stranger").get(f"/desk/u/{first.pk}/fix").status_code == 404
