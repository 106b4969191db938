"""Layout steps made by clicking: from a short form, previewed, undone singly, and offered for the next file."""

from __future__ import annotations

import io
import zipfile

import pyarrow.parquet as pq
import xlsxwriter
from tests.apps.desk.deals import HEADER, workbook
from tests.apps.desk.town import Officers, approve, found_in, last_step, post, started, the, upload, work

from ayan.apps.desk.inputs import inputs_of
from ayan.apps.desk.models import KnownLayout, Submission
from ayan.wiring.city import City

COLUMNS = {"column:number": "1", "column:subject": "2", "column:amount": "3", "column:day": "4"}
ROWS = [
    ("C-1", "ساخت پل", "5 DR", "1403/02/11", ""),
    ("C-2", "", "20", "1403/02/12", ""),
    ("مدیر مالی", "", "", "", ""),
]


def given(town: City, officers: Officers, period: str) -> Submission:
    """A submission whose file is read."""
    submission = started(officers.browser("clerk"), period)
    post(officers.browser("clerk"), submission, "file", file=upload(workbook(ROWS)))
    work(town)
    return the(submission)


def page(officers: Officers, submission: Submission, query: str = "", prefix: str = "") -> str:
    """The step of the file as the clerk sees it."""
    answer = officers.browser("clerk").get(f"{prefix}/desk/u/{submission.pk}/file{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_steps_are_added_shown_undone_and_remembered(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = given(town, officers, "1403")
    asked = page(officers, submission, "?do=fill_down")
    assert f'value="{HEADER[1]}"' in asked
    assert "Continue" in page(officers, submission, prefix="/en")

    refused = post(clerk, submission, "layout", do="leave_out")
    assert refused.status_code == 422
    assert 'href="#layout-when"' in refused.content.decode()
    assert the(submission).steps.count() == 1

    rule = {"do": "leave_out", "rule": "filled_at_most", "rule_text": "۱"}
    forms = (rule, {"do": "fill_down", "columns": [HEADER[1]]}, {"do": "signs", "columns": [HEADER[2]], "minus": "DR"})
    for form in forms:
        assert post(clerk, submission, "layout", **form).status_code == 302
        work(town)
    done = page(officers, submission, prefix="/en")
    assert "3 rows became 2" in done
    assert "1 row left out" in done
    assert "<bdi>-5</bdi>" in done

    # One of them is undone by itself, and done again.
    number = the(submission).steps.get(payload__steps__0__do="leave_out").number
    post(clerk, submission, "act/undo", number=number, onto="file")
    work(town)
    assert "rows became 2" not in page(officers, submission, prefix="/en")
    post(clerk, submission, "act/redo", number=number, onto="file")
    work(town)

    assert post(clerk, submission, "columns", **COLUMNS).status_code == 302
    work(town)
    now = the(submission)
    assert now.digest, [cause.title.en for cause in found_in(submission).errors]
    assert post(clerk, submission, "sent", digest=now.digest, note="یادداشت").status_code == 302
    approve(town, officers, submission)
    release = town.release_store.release("deals", "1403", 1)
    (part,) = release.parts()
    assert pq.read_table(part)["amount"].to_pylist() == [-5, 20]
    assert pq.read_table(part)["subject"].to_pylist() == ["ساخت پل", "ساخت پل"]
    assert [step["do"] for step in release.manifest["ayan"]["source"]["steps"]] == ["leave_out", "fill_down", "signs"]

    assert KnownLayout.objects.count() == 1
    other = given(town, officers, "1404")
    assert "Do the same" in page(officers, other, prefix="/en")
    post(clerk, other, "layout", known="1")
    work(town)
    assert "3 rows became 2" in page(officers, other, prefix="/en")
    assert "Do the same" not in page(officers, other, prefix="/en")


def test_columns_said_of_another_table_are_void(town: City, officers: Officers) -> None:
    """Places of columns mean nothing once the table is another one, also where it became so by an undoing."""
    clerk = officers.browser("clerk")
    submission = given(town, officers, "1403")
    post(clerk, submission, "layout", do="ignore", columns=[HEADER[1]])
    work(town)
    step = last_step(submission)
    post(clerk, submission, "columns", **{"column:number": "1", "column:amount": "2", "column:day": "3"})
    work(town)
    assert inputs_of(the(submission).steps.all()).choice is not None
    post(clerk, submission, "act/undo", number=step.number, onto="file")
    work(town)
    assert inputs_of(the(submission).steps.all()).choice is None
    assert the(submission).digest == ""


def test_a_merged_header_is_joined_by_one_nod(town: City, officers: Officers) -> None:
    """How many rows it takes is known already, so nobody types a number; undone, it is asked again."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("x")
        for column, title in enumerate((HEADER[0], HEADER[1])):
            sheet.merge_range(0, column, 1, column, title)
        sheet.merge_range(0, 2, 0, 3, "سند")
        sheet.write_row(1, 2, (HEADER[2], HEADER[3]))
        sheet.write_row(2, 0, ("C-1", "ساخت پل", "5", "1403/02/11"))
    clerk = officers.browser("clerk")
    submission = started(clerk, "1403")
    post(clerk, submission, "file", file=upload(out.getvalue()))
    work(town)
    asked = page(officers, submission, prefix="/en")
    assert "The header has 2 rows. Their titles will be joined." in asked
    assert asked.index("Their titles will be joined.") < asked.index("Is the sheet or the header row wrong?")
    assert 'name="rows" value="2"' in asked
    assert post(clerk, submission, "layout", do="header", rows="2").status_code == 302
    work(town)
    assert "Their titles will be joined" not in page(officers, submission, prefix="/en")
    assert post(clerk, submission, "columns", **COLUMNS).status_code == 302
    work(town)
    assert the(submission).digest, [cause.title.en for cause in found_in(submission).errors]
    number = the(submission).steps.get(kind="layout").number
    post(clerk, submission, "act/undo", number=number, onto="file")
    work(town)
    assert "Their titles will be joined" in page(officers, submission, prefix="/en")


def archive(members: dict[str, str]) -> bytes:
    """A zip of text files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, text in members.items():
            package.writestr(name, text)
    return out.getvalue()


def test_an_archive_is_read_as_one_table_and_the_next_one_by_a_nod(town: City, officers: Officers) -> None:
    """What a file was refused for without is offered for the next one, which is refused as well; undone, it is again."""
    clerk, head = officers.browser("clerk"), ",".join(HEADER)
    months = {f"{month}.csv": f"{head}\nC-{month},پل {month},{month}0,1403/02/1{month},\n" for month in (1, 2)}
    submission = started(clerk, "1403")
    post(clerk, submission, "file", file=upload(archive(months), "deals.zip"))
    work(town)
    assert "must hold one table" in page(officers, submission, prefix="/en")
    assert post(clerk, submission, "layout", do="members", into="پرونده").status_code == 302
    work(town)
    assert "C-2" in page(officers, submission)
    assert post(clerk, submission, "columns", **COLUMNS).status_code == 302
    work(town)
    other = started(clerk, "1404")
    post(clerk, other, "file", file=upload(archive(months), "deals.zip"))
    work(town)
    assert "was read by these steps" in page(officers, other, prefix="/en")
    assert post(clerk, other, "layout", known="1").status_code == 302
    work(town)
    assert "C-2" in page(officers, other)
    post(clerk, other, "act/undo", number=last_step(other).number, onto="file")
    work(town)
    assert "must hold one table" in page(officers, other, prefix="/en")


def test_one_of_several_tables_is_chosen_by_its_title(town: City, officers: Officers) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("x")
        rows = [("جدول ۱",), ("واحد", "تعداد"), ("فنی", 5), (), ("جدول ۲",), HEADER, *ROWS[:1]]
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    clerk = officers.browser("clerk")
    submission = started(clerk, "1403")
    post(clerk, submission, "file", file=upload(out.getvalue()))
    work(town)
    assert post(clerk, submission, "layout", do="table").status_code == 422
    assert post(clerk, submission, "layout", do="table", title="جدول 2").status_code == 302
    work(town)
    done = page(officers, submission, prefix="/en")
    assert "6 rows became 1" in done
    assert "3 rows left out" in done
    post(clerk, submission, "act/undo", number=last_step(submission).number, onto="file")
    work(town)
    assert "rows became 1" not in page(officers, submission, prefix="/en")
