"""A table that is entered by hand: kept while it is typed, checked and published like a file, and said to be one."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse
from tests.apps.desk.town import Officers, approve, counts, found_in, post, published, started, the, work, yes
from tests.apps.small_city import declare
from tests.clocks import let_pass

from ayan.apps.accounts.models import Duty, Unit
from ayan.apps.desk import tasks as put_off
from ayan.apps.desk.entry.entry_table import rows_of
from ayan.apps.desk.limits import MOST_ENTERED
from ayan.apps.desk.models import EntryTable, Submission
from ayan.wiring.city import City

ROWS = [
    ["C-1", "خرید لامپ", "۱٬۲۰۰٬۰۰۰", "۱۴۰۳/۰۲/۱۰"],
    ["C-2", "نقاشی جدول", "3500000", "1403/03/05"],
    ["C-3", "آب‌پاشی", "900000", "1403/04/01"],
]
NAMES = ("number", "subject", "amount", "day")


def typed(rows: Sequence[Sequence[str]], first: int = 1, seen: int = 0) -> dict[str, str]:
    """What the form sends of rows, under ids that the script or the page made."""
    said: dict[str, str] = {}
    for at, row in enumerate(rows, first):
        said[f"seen:{at:08x}"] = str(seen)
        said |= {f"cell:{at:08x}:{name}": text for name, text in zip(NAMES, row, strict=False)}
    return said


def table(browser: Client, submission: Submission) -> str:
    return browser.get(f"/desk/u/{submission.pk}/table").content.decode()


def save(browser: Client, submission: Submission, rows: Sequence[Sequence[str]], **more: Any) -> Any:
    """Keep rows as the script does while they are typed."""
    return browser.post(f"/desk/u/{submission.pk}/table/kept", typed(rows, **more))


def checked(town: City, browser: Client, rows: Sequence[Sequence[str]] = ROWS, period: str = "1403") -> Submission:
    """A submission whose table was typed and checked."""
    submission = started(browser, period)
    assert post(browser, submission, "table", do="check", **typed(rows)).status_code == 302
    work(town)
    return the(submission)


def test_a_typed_table_is_published_like_a_file_and_the_release_says_so(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    answer = clerk.post("/desk/u/new", {"dataset": "deals", "period": "1403", "how": "table"})
    submission = Submission.objects.get()
    assert answer["Location"].endswith(f"{submission.pk}/table")
    assert post(clerk, submission, "table", do="check", **typed(ROWS))["Location"].endswith("/diff")
    work(town)
    done = the(submission)
    assert (counts(done)["read"], counts(done)["errors"]) == (3, 0)
    assert "با دست" in clerk.get(f"/desk/u/{submission.pk}").content.decode()
    post(clerk, submission, "sent", digest=done.digest, note="")
    assert "با دست" in officers.browser("first").get(f"/desk/approve/{submission.pk}").content.decode()
    approve(town, officers, submission)
    release = dict(town.release_store.current("deals"))["1403"]
    source = release.manifest["ayan"]["source"]
    assert (source["entered"], source["format"], release.rows) == ("desk", "csv", 3)
    assert "با دست در میز کار" in Client().get(reverse("fa:release", args=("deals", "1403", 1))).content.decode()
    put_off.tidy.call()
    assert not EntryTable.objects.exists()


def test_what_is_wrong_is_marked_in_its_cell(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = checked(town, clerk, [ROWS[0], ["C-2", "نقاشی", "سه میلیون", "1403/03/05"]])
    assert counts(submission)["errors"] == 1
    assert clerk.get(f"/desk/u/{submission.pk}/diff")["Location"].endswith("/fix")
    assert f'href="/desk/u/{submission.pk}/table"' in clerk.get(f"/desk/u/{submission.pk}/fix").content.decode()
    marked = re.findall(r'id="(cell:[0-9a-f]+:\w+)-wrong"', table(clerk, submission))
    assert marked == ["cell:00000002:amount"]
    # Once it is written anew, the row is no longer the one that was checked.
    save(clerk, submission, [["C-2", "نقاشی", "3000000", "1403/03/05"]], first=2, seen=1)
    page = table(clerk, submission)
    assert "-wrong" not in page
    assert "دوباره بررسی کنید" in page
    post(clerk, submission, "table", do="check")
    work(town)
    assert counts(submission)["errors"] == 0


def test_personal_data_in_a_typed_cell_is_held_as_in_a_file(town: City, officers: Officers) -> None:
    submission = checked(town, officers.browser("clerk"), [["C-1", "واریز به 09121234567", "100", "1403/02/10"]])
    assert any(cause.fingerprint for cause in found_in(submission).errors)


def test_nothing_typed_stands_in_the_open(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = started(clerk)
    save(clerk, submission, ROWS)
    kept = EntryTable.objects.get()
    assert "لامپ" not in kept.locked
    assert json.loads(json.dumps(rows_of(submission).rows[0].cells))["subject"] == "خرید لامپ"
    assert "خرید لامپ" in table(clerk, submission)


def test_a_table_of_another_key_is_told_in_words(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = started(clerk)
    save(clerk, submission, ROWS)
    EntryTable.objects.update(locked="gAAAA" + "x" * 100)
    assert clerk.get(f"/desk/u/{submission.pk}/table").status_code == 503
    assert save(clerk, submission, ROWS).status_code == 503


def test_two_tabs_lose_nothing(town: City, officers: Officers) -> None:
    clerk, colleague = officers.browser("clerk"), officers.browser("colleague")
    submission = started(clerk)
    assert save(clerk, submission, ROWS).json() == {"kept": True, "seen": {f"{at:08x}": 1 for at in (1, 2, 3)}}
    # The other tab changes the second row, this one the first and, from an older page, the second.
    assert save(colleague, submission, [["C-2", "نقاشی تازه", "3500000", "1403/03/05"]], first=2, seen=1).json()["kept"]
    mine = [["C-1", "خرید چراغ", *ROWS[0][2:]], ["C-2", "نوشتهٔ من", *ROWS[1][2:]]]
    answer = save(clerk, submission, mine, seen=1)
    assert answer.status_code == 409
    assert [row.cells["subject"] for row in rows_of(submission).rows] == ["خرید چراغ", "نقاشی تازه", "آب‌پاشی"]
    # Without a script: the page shows both, and saving it again is meant.
    answer = post(clerk, submission, "table", do="save", **typed(mine, seen=1))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "نوشتهٔ من" in page
    assert "نقاشی تازه" in page
    assert post(clerk, submission, "table", do="save", **typed(mine[1:], first=2, seen=2)).status_code == 302
    assert rows_of(submission).rows[1].cells["subject"] == "نوشتهٔ من"
    # Both had a hand in it.
    assert the(submission).contributors.count() == 2


def test_a_page_that_is_left_while_it_saves_is_in_nobodys_way(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = started(clerk)
    for subject, status in (("خرید", 200), ("خرید لامپ", 200)):
        said = typed([["C-1", subject]]) | {"tab": "0badcafe"}
        assert clerk.post(f"/desk/u/{submission.pk}/table/kept", said).status_code == status
    assert rows_of(submission).rows[0].cells["subject"] == "خرید لامپ"
    said = typed([["C-1", "دیگری"]]) | {"tab": "deadbeef"}
    assert clerk.post(f"/desk/u/{submission.pk}/table/kept", said).status_code == 409
    assert re.search(r'name="tab" value="[0-9a-f]{8}"', table(clerk, submission))


def test_a_session_that_ends_while_a_table_is_sent_loses_no_cell(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = started(clerk)
    let_pass(town, timedelta(hours=1))
    address = f"/desk/u/{submission.pk}/table"
    form = "application/x-www-form-urlencoded"
    answer = clerk.post(
        address, urlencode(typed(ROWS)), content_type=form, headers={"referer": f"http://testserver{address}"}
    )
    assert "sign-in" in answer["Location"]
    assert not rows_of(submission).rows
    again = officers.browser("clerk")
    session = again.session
    session["kept"] = dict(clerk.session["kept"])
    session.save()
    assert "خرید لامپ" in again.get(address).content.decode()
    assert len(rows_of(submission).rows) == 3
    assert "kept" not in again.session


def test_a_table_begins_with_what_is_published_and_changes_nothing_else(town: City, officers: Officers) -> None:
    published(town, officers, ROWS)
    clerk = officers.browser("clerk")
    submission = started(clerk)
    assert 'value="start:published"' in table(clerk, submission)
    assert post(clerk, submission, "table", do="start:published").status_code == 302
    rows = rows_of(submission).rows
    assert [row.cells["number"] for row in rows] == ["C-1", "C-2", "C-3"]
    changed = {f"seen:{rows[1].id}": str(rows[1].version), f"cell:{rows[1].id}:amount": "4000000"}
    added = typed([["C-4", "تازه", "1", "1403/05/01"]], first=9)
    post(clerk, submission, "table", do="check", **changed, **added)
    work(town)
    tally = the(submission).difference
    assert tally is not None
    assert (tally["changed"], tally["added"], tally["removed"], tally["same"]) == (1, 1, 0, 2)


def test_a_table_begins_with_the_period_before(town: City, officers: Officers) -> None:
    published(town, officers, ROWS, "1402")
    clerk = officers.browser("clerk")
    submission = started(clerk)
    assert "start:published" not in table(clerk, submission)
    post(clerk, submission, "table", do="start:last")
    assert len(rows_of(submission).rows) == 3
    row = rows_of(submission).rows[0].id
    post(clerk, submission, "table", do=f"copy:{row}")
    post(clerk, submission, "table", do=f"remove:{row}")
    assert [each.cells["number"] for each in rows_of(submission).rows] == ["C-1", "C-2", "C-3"]
    assert rows_of(submission).rows[0].id != row


def test_a_table_has_so_many_rows_and_no_more(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = started(clerk)
    full = [[f"C-{at}", "", "", ""] for at in range(MOST_ENTERED - 1)]
    for first in range(0, len(full), 200):
        assert save(clerk, submission, full[first : first + 200], first=first + 1).status_code == 200
    answer = save(clerk, submission, ROWS, first=2000)
    assert answer.status_code == 413
    assert "ردیف بیشتری نمی‌گیرد" in answer.json()["why"]
    assert len(rows_of(submission).rows) == MOST_ENTERED - 1


def test_nobody_else_types_and_nobody_types_into_what_was_sent(town: City, officers: Officers) -> None:
    submission = checked(town, officers.browser("clerk"))
    for name in ("first", "stranger"):
        assert save(officers.browser(name), submission, ROWS).status_code == 404
    clerk = officers.browser("clerk")
    post(clerk, submission, "sent", digest=the(submission).digest, note="")
    assert save(clerk, submission, [["C-9"]], first=9).status_code == 422
    assert post(clerk, submission, "table", do="check", **typed(ROWS)).status_code == 302
    assert len(rows_of(submission).rows) == 3
    assert yes(submission)["digest"]


KINDS = """
slug = "kinds"
title.fa = "هر گونه"
title.en = "All kinds"
description.fa = "برای آزمون"
description.en = "For the test"
owner.fa = "امور مالی"
owner.en = "Finance"
topic = "council"
cadence = { every = "yearly", grace_days = 30 }
period = "none"
key = ["name"]
approvals = 2
field = [
  { name = "name", kind = "text", label = { fa = "نام", en = "Name" }, required = true },
  { name = "toman", kind = "rial", money_unit = "thousand_toman", label = { fa = "مبلغ", en = "Amount" } },
  { name = "day", kind = "date", calendar = "gregorian", label = { fa = "روز", en = "Day" } },
  { name = "odd", kind = "date", calendar = "gregorian", formats = ["%d.%m.%Y"], label = { fa = "روز دیگر", en = "Other day" } },
  { name = "share", kind = "decimal", scale = 3, label = { fa = "سهم", en = "Share" } },
  { name = "paid", kind = "boolean", label = { fa = "پرداخت شد", en = "Paid" } },
  { name = "sort", kind = "text", choices = [{ code = "a", fa = "یکم", en = "First" }], label = { fa = "گونه", en = "Sort" } },
]
"""


def test_what_is_published_is_entered_again_as_the_same(town: City, officers: Officers) -> None:
    declare(town.home / "datasets", "kinds", KINDS)
    Duty.objects.create(dataset="kinds", unit=Unit.objects.get(slug="finance"))
    clerk = officers.browser("clerk")
    rows = [
        ["الف، «ب»; \"پ\"", "۱٫۵", "2024-08-05", "05.08.2024", "0.125", "بله", "یکم"],
        ["جمع‌آوری", "-2", "", "", "۱۲", "خیر", ""],
    ]  # fmt: skip
    names = ("name", "toman", "day", "odd", "share", "paid", "sort")

    def begun() -> Submission:
        clerk.post("/desk/u/new", {"dataset": "kinds", "period": "", "how": "table"})
        return Submission.objects.get(dataset="kinds", state="draft")

    submission = begun()
    said: dict[str, str] = {}
    for at, row in enumerate(rows, 1):
        said |= {f"cell:{at:08x}:{name}": text for name, text in zip(names, row, strict=True)}
    post(clerk, submission, "table", do="check", **said)
    work(town)
    assert the(submission).digest, [cause.code for cause in found_in(submission).errors]
    post(clerk, submission, "sent", digest=the(submission).digest, note="")
    approve(town, officers, submission)
    second = begun()
    post(clerk, second, "table", do="start:published")
    post(clerk, second, "table", do="check")
    work(town)
    tally = the(second).difference
    assert tally is not None
    assert (tally["same"], tally["changed"], tally["added"], tally["removed"]) == (2, 0, 0, 0)
