"""Decisions about cells: carried out on the file they give what a file with those cells would give, and undone, nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from tests import sampling
from tests.cli.city import BAD, HEADER, Town, make_town
from tests.core.publish.submissions import PERIOD, issues_of, returned

from ayan.core.custody.submission_folder import NoSubmission, SubmissionFolder
from ayan.core.intake.table import IntakeLimits
from ayan.core.intake.table_reader import read_table
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.submission_processing import examine_submission, write_bad_rows
from ayan.core.refine import row_ranges
from ayan.core.refine.column_mapping import ColumnChoice
from ayan.core.refine.corrections import (
    BadCorrection,
    Correction,
    accepted,
    bare,
    left_out,
    replaced,
    set_cells,
)
from ayan.core.refine.roundtrip import SHEET
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import CannotRead

NAMES = ("number", "planted", "species", "cost", "planter_id")
CHOICE = ColumnChoice({name: at for at, name in enumerate(NAMES, 1)})
CELLS = {
    "number": ("1", "2", "3", " 2", "نمونه"),
    "planted": ("1403/05/01", "1403/05/32", "", "۱۴۰۳/۰۵/۰۲", "x"),
    "species": ("سرو", "كاج", "", " چنار "),
    "cost": ("1000", "x", "", "-5", "۱٬۰۰۰"),
    "planter_id": ("0013542419", "0013542418", ""),
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return make_town(tmp_path_factory.mktemp("town"))


def text_of(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([HEADER.split(","), *rows])
    return out.getvalue()


def sent(town: Town, text: str, name: str = "file.csv") -> SubmissionFolder:
    submission = SubmissionFolder.receive(town.city.private_store, name, [text.encode()])
    submission.preview(town.city.registry.get("trees"))
    return submission


def carried_out(rows: list[list[str]], fixes: Sequence[Correction]) -> list[list[str]]:
    """The decisions carried out one by one on plain lists: row 2 of the file is the first."""
    rows = [list(row) for row in rows]
    for correction in fixes:
        at = NAMES.index(correction.field or "number")
        for number, row in enumerate(rows, 2):
            if (correction.kind == "replace" and bare(row[at]) == correction.old) or (
                correction.kind == "set" and row_ranges.holds(correction.rows, number)
            ):
                row[at] = correction.new
    return rows


ROWS = st.lists(st.tuples(*(st.sampled_from(CELLS[name]) for name in NAMES)).map(list), min_size=2, max_size=9)
FIELD = st.sampled_from(NAMES)
WORDS = st.sampled_from(sorted({bare(cell) for cells in CELLS.values() for cell in cells} | {"0013542419", "42"}))
FIXES = st.lists(
    st.one_of(
        st.builds(replaced, FIELD, WORDS, WORDS),
        st.builds(set_cells, FIELD, st.lists(st.integers(2, 8), min_size=1, max_size=3), WORDS),
    ),
    min_size=2,
    max_size=9,
)


@sampling.examples(4, 20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, fixes=FIXES)
def test_mending_is_the_same_as_sending_a_mended_file(
    town: Town, rows: list[list[str]], fixes: list[Correction]
) -> None:
    context, trees = town.city.publish_context, town.city.registry.get("trees")
    submission = sent(town, text_of(rows))
    fixes = [Correction.from_json(fix.as_json()) for fix in fixes]
    mended = sent(town, text_of(carried_out(rows, fixes)))
    # A row without any cell is no record, so a file that is mended to one has fewer; that is not compared.
    if any(not any(map(bare, row)) for row in (*rows, *carried_out(rows, fixes))):
        return
    with (
        examine_submission(context, submission, trees, ClerkDecisions(PERIOD, CHOICE, tuple(fixes))) as left,
        examine_submission(context, mended, trees, ClerkDecisions(PERIOD, CHOICE)) as right,
    ):
        results = [
            [(issue.code, issue.row, issue.field, issue.count, issue.message("fa")) for issue in side.refined.issues]
            for side in (left, right)
        ]
        assert results[0] == results[1]
        rows_of = [
            side.refined.session.all(
                "SELECT _row, _class, v_number, v_planted, v_species, v_cost, v_planter_id FROM typed"
            )
            for side in (left, right)
        ]
        assert rows_of[0] == rows_of[1]
    for each in (submission, mended):
        each.discard()


def test_a_row_that_is_left_out_still_counts_in_the_sum_of_its_file(town: Town) -> None:
    submission = sent(
        town,
        text_of([["1", "1403/05/01", "سرو", "1000", ""], ["2", "x", "سرو", "500", ""], ["جمع", "", "", "1500", ""]]),
    )
    issues = issues_of(town, submission, CHOICE, [left_out(3, "تاریخ معلوم نیست")])
    assert issues.errors == ()
    assert (issues.tally.read, issues.tally.left_out, issues.tally.totals) == (1, 1, 1)
    issues = issues_of(town, submission, CHOICE, [left_out([3, 4, 99], "تاریخ معلوم نیست")])
    assert (issues.tally.read, issues.tally.left_out, issues.tally.totals, issues.unplaced) == (1, 2, 0, 1)


def test_two_rows_of_one_key_are_shown_together_and_leaving_one_out_mends_them(town: Town) -> None:
    rows = [[number, "1403/05/01", "سرو", "1", ""] for number in ("1", "2", "1", "2", "3")]
    submission = sent(town, text_of(rows))
    issues = issues_of(town, submission, CHOICE)
    (cause,) = issues.errors
    page = issues.rows(cause.id, limit=3)
    assert [(row.row, row.group, row.cells[0].text) for row in page.rows] == [(2, 2, "1"), (4, 2, "1"), (3, 3, "2")]
    rest = issues.rows(cause.id, after=page.next or 0)
    assert [row.row for row in rest.rows] == [5]
    assert rest.next is None
    assert issues_of(town, submission, CHOICE, [left_out([4, 5], "تکراری")]).errors == ()


def test_every_bad_cell_is_reached_page_by_page(town: Town) -> None:
    submission = sent(
        town, text_of([[str(at), "1403/05/01", "سرو", "x" if at % 2 else "y", ""] for at in range(1, 1301)])
    )
    issues = issues_of(town, submission, CHOICE)
    (cause,) = issues.errors
    assert (cause.cells, cause.rows, cause.values) == (1300, 1300, 2)
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        page = issues.rows(cause.id, after, 200)
        seen += [row.row for row in page.rows]
        after = page.next
    assert seen == list(range(2, 1302)) == issues.row_numbers(cause.id)
    values = issues.values(cause.id, 0, 1)
    assert [(distinct.text, distinct.count) for distinct in values.values] == [("x", 650)]
    assert [(distinct.text, distinct.count) for distinct in issues.values(cause.id, values.next or 0, 1).values] == [
        ("y", 650)
    ]


def test_a_warning_that_was_accepted_is_accepted_until_there_are_more(town: Town) -> None:
    submission = sent(town, text_of([["1", "1403/05/01", "سرو", "1", ""], ["جمع", "", "", "", ""]]))
    issues = issues_of(town, submission, CHOICE)
    (warning,) = issues.warnings
    assert not warning.accepted
    fix = accepted(warning.code, warning.field, warning.cells)
    assert issues_of(town, submission, CHOICE, [fix]).warnings[0].accepted
    assert not issues.with_accepted([accepted(warning.code, "cost", warning.cells)]).warnings[0].accepted


@pytest.mark.parametrize(
    "table",
    [
        None,
        {},
        {"kind": "erase"},
        {"kind": "set", "field": "cost", "new": "1", "rows": "5-2"},
        {"kind": "set", "field": "cost", "new": "1", "rows": "1-9999999"},
        {"kind": "set", "field": "cost", "new": 5, "rows": "1"},
        {"kind": "replace", "old": "x", "new": "y"},
        {"kind": "leave", "rows": "3", "reason": "\u200f "},
        {"kind": "replace", "field": "cost", "old": "x", "new": "y" * 30_000},
        {"kind": "accept", "code": "", "count": 1},
    ],
)
def test_a_decision_that_is_none_is_refused(table: object) -> None:
    with pytest.raises(BadCorrection) as refused:
        Correction.from_json(table)
    assert refused.value.fa


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "..", "a" * 300 + ".csv", "س" * 200 + ".xlsx", "*?[x].csv", "a\0b.csv"]
)
def test_a_file_name_leads_nowhere(town: Town, name: str) -> None:
    submission = SubmissionFolder.receive(town.city.private_store, name, [b"x"])
    assert submission.file.parent == submission.folder / "file"
    assert town.city.private_store.locker.read(submission.file) == b"x"
    assert submission.file.stat().st_mode & 0o077 == 0
    assert submission.folder.stat().st_mode & 0o077 == 0
    submission.discard()
    with pytest.raises(NoSubmission):
        SubmissionFolder.opened(town.city.private_store, submission.id)


def test_a_file_beyond_the_limit_leaves_nothing(town: Town) -> None:
    before = sorted((town.home / "work/submissions").glob("*"))
    with pytest.raises(CannotRead) as refused:
        SubmissionFolder.receive(town.city.private_store, "big.csv", iter([b"x" * 600] * 3), IntakeLimits(bytes=1000))
    assert refused.value.issue.code == "file-too-large"
    assert sorted((town.home / "work/submissions").glob("*")) == before


# --- the bad rows, there and back -----------------------------------------------------------------------------------


def bad_rows(
    town: Town, submission: SubmissionFolder, fixes: Sequence[Correction] = ()
) -> tuple[Path, list[list[str]]]:
    """The workbook that is given out, and its cells."""
    path = submission.folder / "bad.xlsx"
    city, decisions = town.city, ClerkDecisions(PERIOD, CHOICE, tuple(fixes))
    write_bad_rows(city.publish_context, submission, city.registry.get("trees"), decisions, path)
    table = read_table(path, source=Layout(sheet=SHEET, header_row=1), workdir=submission.folder / "look")
    rows = duckdb.execute(f"SELECT * EXCLUDE (_row, _line) FROM {table.relation}").fetchall()
    return path, [[column.header for column in table.columns], *([cell or "" for cell in row] for row in rows)]


def book(path: Path, rows: Sequence[Sequence[str]], sheet: str = SHEET) -> Path:
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as workbook:
        page = workbook.add_worksheet(sheet)
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
    return path


def test_only_bad_rows_are_given_out_and_come_back_mended(town: Town) -> None:
    submission = sent(town, BAD)
    path, cells = bad_rows(town, submission)
    assert [row[0] for row in cells[1:]] == ["3", "4"]
    assert "تقویم" in cells[1][1]
    assert returned(town, submission, CHOICE, path).fixes == (), "what was not touched is no decision"
    cells[1][4], cells[1][6], cells[1][7], cells[2][6] = "1403/05/30", "12", "", "7"
    back = returned(town, submission, CHOICE, book(submission.folder / "mended.xlsx", cells))
    assert (back.cells, back.rows, back.refused) == (4, 2, ())
    assert issues_of(town, submission, CHOICE, back.fixes).errors == ()
    assert {fix.batch for fix in back.fixes} != {""}
    assert len({fix.batch for fix in back.fixes}) == 1, "what came back together is taken back together"


def test_what_does_not_match_is_refused_with_its_address(town: Town) -> None:
    submission, other = sent(town, BAD), sent(town, BAD.replace("چنار", "سرو"))
    _, cells = bad_rows(town, submission)
    _, foreign = bad_rows(town, other)
    cells[1][6] = "12"
    rows = [cells[0], cells[1], [*cells[2]], [*cells[2]], foreign[1], ["99", *cells[1][1:]], ["", "", "", "", "", "x"]]
    back = returned(town, submission, CHOICE, book(submission.folder / "odd.xlsx", rows))
    assert [(issue.code, issue.row) for issue in back.refused] == [
        ("returned-row-twice", 3),
        ("returned-row-twice", 4),
        ("returned-row-other", 5),
        ("returned-row-unknown", 6),
        ("returned-row-other", 7),
    ]
    assert [(fix.field, fix.new) for fix in back.fixes] == [("cost", "12")]
    with pytest.raises(CannotRead) as refused:
        returned(town, submission, CHOICE, book(submission.folder / "none.xlsx", [["a", "b"], ["1", "2"]]))
    assert refused.value.issue.code == "returned-other"
    wide = [[*cells[0], "یادداشت"], [*cells[1], "سلام"]]
    back = returned(town, submission, CHOICE, book(submission.folder / "wide.xlsx", wide))
    assert [(issue.code, issue.column) for issue in back.refused] == [("returned-column", "I یادداشت")]


ODD = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from("\t\r\n\"'=_x000D_"), max_size=12
)


@sampling.examples(4, 20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(ODD, min_size=4, max_size=30))
def test_whatever_a_cell_holds_it_comes_back_unchanged(town: Town, texts: list[str]) -> None:
    context, trees = town.city.publish_context, town.city.registry.get("trees")
    submission = sent(town, text_of([[str(at), "x", text, "y", ""] for at, text in enumerate(texts, 1)]))
    path = submission.folder / "bad.xlsx"
    assert write_bad_rows(context, submission, trees, ClerkDecisions(PERIOD, CHOICE), path) == len(texts)
    back = returned(town, submission, CHOICE, path)
    assert (back.fixes, back.refused, back.rows) == ((), (), len(texts))
    submission.discard()
