"""A code that is retired is offered for no later period, wherever one is chosen; for earlier ones it stays."""

from __future__ import annotations

import io
from typing import Any

import duckdb
import openpyxl
import pytest
from tests.apps.desk.deals import DEALS, workbook
from tests.apps.desk.town import Officers, approve, post, started, the, upload, work

from ayan.apps.desk.models import Submission
from ayan.wiring.city import City

COLUMNS = {"column:number": "1", "column:subject": "2", "column:amount": "3", "column:day": "4", "column:state": "5"}
BEFORE, AFTER = "1402", "1403"


@pytest.fixture(autouse=True)
def retired(town: City) -> None:
    """The first value of the list is taken up to the last day of a year."""
    text = (DEALS % 2).replace('en = "Open" }', 'en = "Open", until = "1402-12-29" }')
    (town.home / "datasets" / "deals" / "dataset.toml").write_text(text, encoding="utf-8")


def offered(town: City, browser: Any, query: str) -> set[str]:
    answer = browser.get(f"/desk/templates/deals.xlsx{query}")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return {str(row[0].value) for row in book["فهرست‌ها"].iter_rows(min_row=3)}


def test_templates_and_tables_offer_what_the_period_takes(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    assert offered(town, clerk, f"?period={BEFORE}") == {"جاری", "خاتمه‌یافته"}
    for query in (f"?period={AFTER}", "", "?period=never"):
        assert offered(town, clerk, query) == {"خاتمه‌یافته"}
    for period, there in ((BEFORE, True), (AFTER, False)):
        submission = started(clerk, period)
        assert ('<option value="open"' in clerk.get(f"/desk/u/{submission.pk}/table").content.decode()) is there
        assert f"deals.xlsx?period={period}" in clerk.get(f"/desk/u/{submission.pk}/file").content.decode()


def unlisted(town: City, browser: Any, period: str) -> Submission:
    submission = started(browser, period)
    rows = [(f"C-{at}", "ساخت", "1000", f"{period}/02/11", state) for at, state in enumerate(("جاری", "دیگر"))]
    post(browser, submission, "file", file=upload(workbook(rows)))
    work(town)
    post(browser, submission, "columns", **COLUMNS)
    work(town)
    return the(submission)


def test_the_page_of_problems_offers_no_retired_value(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    for period, there in ((BEFORE, True), (AFTER, False)):
        submission = unlisted(town, clerk, period)
        page = clerk.get(f"/desk/u/{submission.pk}/fix").content.decode()
        assert '<option value="خاتمه‌یافته"' in page
        assert ('<option value="جاری"' in page) is there


def test_a_row_of_an_earlier_period_keeps_its_value_when_it_is_corrected(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = started(clerk, BEFORE)
    cells = {"number": "C-1", "subject": "ساخت", "amount": "1000", "day": "1402/02/11", "state": "open"}
    fields = {"seen:00000001": "0"} | {f"cell:00000001:{name}": text for name, text in cells.items()}
    post(clerk, submission, "table", do="check", **fields)
    work(town)
    post(clerk, submission, "sent", digest=the(submission).digest, note="")
    approve(town, officers, submission)
    part = dict(town.release_store.current("deals"))[BEFORE].parts()[0]
    [(number,)] = duckdb.execute("SELECT _row FROM read_parquet($1)", [str(part)]).fetchall()
    address = f"/en/desk/correct?release=deals/{BEFORE}/1&row={number}"
    assert '<option value="open" selected>Open</option>' in clerk.get(address).content.decode()
    changed = {f"cell:{name}": text for name, text in {**cells, "amount": "2000"}.items()}
    assert clerk.post(address, {**changed, "code": "entry-error"}).status_code == 302
    work(town)
    assert Submission.objects.get(state="draft").digest


def test_a_template_for_the_file_of_a_chosen_dataset(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    asked = {"dataset": "deals", "period": "سال ۱۴۰۲", "how": "template"}
    assert clerk.post("/desk/u/new", asked)["Location"] == f"/desk/templates/deals.xlsx?period={BEFORE}"
    assert not Submission.objects.exists()
    assert clerk.post("/desk/u/new", {**asked, "period": "۱۴۰۲ یا ۱۴۰۳"}).status_code == 422


@pytest.mark.parametrize("typed", ["۱۴۰۳", "1403", "سال ۱۴۰۳"])
def test_a_period_is_taken_as_it_is_written(officers: Officers, typed: str) -> None:
    clerk = officers.browser("clerk")
    page = clerk.get("/desk/u/new?dataset=deals").content.decode()
    assert 'list="periods-deals"' in page
    assert '<option value="1402">' in page
    assert started(clerk, typed).period == "1403"
