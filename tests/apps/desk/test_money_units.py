"""The unit of each column of money, as a clerk is asked for it at the desk, in pages without a script."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow.parquet as pq
from tests.apps.desk.deals import GOOD, HEADER, workbook
from tests.apps.desk.town import (
    Officers,
    approve,
    found_in,
    last_step,
    mapped,
    post,
    published,
    started,
    the,
    upload,
    work,
)

from ayan.apps.desk.models import KnownHeader, Submission
from ayan.wiring.city import City

COLUMNS = {"column:number": "1", "column:subject": "2", "column:amount": "3", "column:day": "4"}
MILLIONS = (*HEADER[:2], "مبلغ (میلیون ریال)", *HEADER[3:])
SMALL = [(f"C-{n}", "خرید نهال", str(n), "1403/03/01", "") for n in range(11, 20)]


def given(town: City, officers: Officers, data: bytes, period: str = "1403") -> Submission:
    """A submission whose file is read."""
    submission = started(officers.browser("clerk"), period)
    post(officers.browser("clerk"), submission, "file", file=upload(data))
    work(town)
    return the(submission)


def page(officers: Officers, submission: Submission, name: str, prefix: str = "") -> str:
    """A page of it as the clerk sees it."""
    return officers.browser("clerk").get(f"{prefix}/desk/u/{submission.pk}/{name}").content.decode()


def chosen(text: str, name: str) -> str:
    """The option that a list of the page has chosen."""
    (inside,) = re.findall(rf'<select[^>]*name="{name}"[^>]*>(.*?)</select>', text, re.DOTALL)
    return next(iter(re.findall(r'<option value="([^"]*)" selected', inside)), "")


def amounts(town: City, release: str) -> list[int]:
    """The published amounts."""
    slug, period, number = release.split("/")
    (part,) = town.release_store.release(slug, period, int(number)).parts()
    return [int(amount) for amount in pq.read_table(part)["amount"].to_pylist() if amount is not None]


def send(town: City, officers: Officers, submission: Submission) -> Submission:
    """Send it on and publish it."""
    now = the(submission)
    assert now.digest, [cause.title.en for cause in found_in(submission).errors]
    answer = post(officers.browser("clerk"), submission, "sent", digest=now.digest, note="یادداشت")
    assert answer.status_code == 302, answer.content.decode()
    approve(town, officers, submission)
    return the(submission)


def test_the_unit_is_proposed_from_the_header_and_converted_and_remembered(town: City, officers: Officers) -> None:
    rows: Sequence[Sequence[str]] = [
        ("C-1", "ساخت پل", "1.5", "1403/02/11", ""),
        ("C-2", "نهال", "2", "1403/02/12", ""),
    ]
    submission = given(town, officers, workbook(rows, MILLIONS))
    asked = page(officers, submission, "columns")
    assert chosen(asked, "unit:amount") == "million_rial"
    assert "سرستون: میلیون ریال" in asked
    assert "در تعریف ریال است" in asked
    assert "the header: million rial" in page(officers, submission, "columns", "/en")
    # The browser sends what the page has chosen.
    said = {"unit:amount": "million_rial", "unit-seen:amount": "3"}
    assert post(officers.browser("clerk"), submission, "columns", **COLUMNS, **said).status_code == 302
    work(town)
    done = send(town, officers, submission)
    assert amounts(town, done.release) == [1_500_000, 2_000_000]
    facts = town.release_store.release("deals", "1403", 1).manifest["ayan"]
    assert facts["source"]["units"] == {"amount": {"unit": "million_rial", "rial": 1_000_000}}
    assert facts["corrections"]["units"] == {"amount": {"declared": "rial", "said": "million_rial"}}
    clerk = officers.browser("clerk")
    record = clerk.get("/en/data/deals/r/C-1").content.decode()
    assert "in the file: 1.5 million rial" in record
    assert "multiplied by 1,000,000" in clerk.get("/en/data/deals/releases/1403/1").content.decode()
    other = given(town, officers, workbook(rows, MILLIONS), period="1404")
    again = page(officers, other, "columns")
    assert (chosen(again, "unit:amount"), "مانند دفعهٔ پیش" in again) == ("million_rial", True)


def test_a_unit_that_the_file_leaves_open_has_to_be_chosen(town: City, officers: Officers) -> None:
    header = (*HEADER[:2], "مبلغ (میلیون)", *HEADER[3:])
    submission = given(town, officers, workbook(GOOD, header))
    assert chosen(page(officers, submission, "columns"), "unit:amount") == ""
    wrong = post(officers.browser("clerk"), submission, "columns", **COLUMNS, **{"unit:amount": ""})
    assert wrong.status_code == 422
    assert "واحد پول «مبلغ» را برگزینید" in wrong.content.decode()
    assert 'href="#unit-amount"' in wrong.content.decode()


def test_who_chooses_another_column_is_shown_what_that_one_says(town: City, officers: Officers) -> None:
    header = ("شماره قرارداد", "شرح کار", "مبلغ", "تاريخ", "مبلغ دیگر (تومان)")
    rows = [(*row[:4], "5000") for row in GOOD]
    submission = given(town, officers, workbook(rows, header))
    clerk, other = officers.browser("clerk"), {**COLUMNS, "column:amount": "5"}
    wrong = post(clerk, submission, "columns", **other, **{"unit:amount": "rial", "unit-seen:amount": "3"})
    assert wrong.status_code == 422
    text = wrong.content.decode()
    assert "سرستون: تومان" in text
    assert 'name="unit-seen:amount" value="5"' in text
    said = {"unit:amount": "toman", "unit-seen:amount": "5"}
    assert post(clerk, submission, "columns", **other, **said).status_code == 302
    work(town)
    assert not found_in(submission).errors


def test_a_form_that_says_nothing_of_a_unit_passes_nothing_over(town: City, officers: Officers) -> None:
    submission = given(town, officers, workbook(GOOD, MILLIONS))
    assert post(officers.browser("clerk"), submission, "columns", **COLUMNS).status_code == 422


def test_what_the_file_says_may_be_contradicted_and_is_told_to_the_approver(town: City, officers: Officers) -> None:
    submission = given(town, officers, workbook(GOOD, MILLIONS))
    said = {"unit:amount": "rial", "unit-seen:amount": "3"}
    assert post(officers.browser("clerk"), submission, "columns", **COLUMNS, **said).status_code == 302
    work(town)
    (warning,) = (cause for cause in found_in(submission).warnings if cause.code == "unit-mismatch")
    assert "میلیون ریال" in warning.title.fa
    now = the(submission)
    post(officers.browser("clerk"), submission, "sent", digest=now.digest, note="ستون به ریال است")
    approver = officers.browser("first").get(f"/desk/approve/{submission.pk}").content.decode()
    assert "جز این آمده است" in approver


def test_amounts_that_jump_by_a_thousand_are_asked_about_and_the_answer_can_be_undone(
    town: City, officers: Officers
) -> None:
    clerk = officers.browser("clerk")
    rows = [(f"C-{n}", "خرید نهال", str(n * 1_000_000), "1403/03/01", "") for n in range(11, 20)]
    published(town, officers, rows)
    submission = mapped(town, clerk, SMALL, period="1404")
    (cause,) = found_in(submission).errors
    assert (cause.code, cause.field, the(submission).digest) == ("unit-jump", "amount", "")
    asked = page(officers, submission, "fix")
    assert "۱٬۰۰۰٬۰۰۰ برابر کوچک‌تر" in asked
    assert "دورهٔ ۱۴۰۳" in asked
    assert "1,000,000 times smaller" in page(officers, submission, "fix", "/en")
    none = post(clerk, submission, "fix/mend", cause=cause.id, do="unit", unit="")
    assert none.status_code == 422
    assert post(clerk, submission, "fix/mend", cause=cause.id, do="unit", unit="million_rial").status_code == 302
    work(town)
    assert not found_in(submission).errors
    step = last_step(submission)
    assert (step.kind, step.payload["unit"]) == ("unit", "million_rial")
    assert KnownHeader.objects.get().columns["units"]["amount"] == {"unit": "million_rial", "over": []}
    assert "میلیون ریال" in page(officers, submission, "fix")
    post(clerk, submission, "act/undo", number=step.number)
    work(town)
    (cause,) = found_in(submission).errors
    # They are small indeed: the same unit, said in the face of the jump.
    assert post(clerk, submission, "fix/mend", cause=cause.id, do="unit", unit="rial").status_code == 302
    work(town)
    assert [warning.code for warning in found_in(submission).warnings] == ["unit-jump"]
    done = send(town, officers, submission)
    assert amounts(town, done.release) == list(range(11, 20))
    # The next file is asked about anew, for the answer was about these amounts alone.
    assert KnownHeader.objects.get().columns["units"]["amount"] == {"unit": "rial", "over": []}
