"""The columns of a file beside the declared fields: guesses are offered, never used, and a choice is plain JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from tests.cli.city import Town, make_town
from tests.core.publish.submissions import issues_of

from ayan.core.custody.submission_folder import SubmissionFolder
from ayan.core.refine.column_mapping import BadChoice, ColumnChoice, ColumnProposal, header_fingerprint
from ayan.core.schema.issue import CannotRead

HEADERS = ("ش. درخت", "تاريخ كاشت", "گونه", "هزینه کل (ریال)", "کد کارنده", "یادداشت", "")
ROWS = (
    ("1", "۱۴۰۳/۵/۱", "كاج", "1,000", "0013542419", "بی‌اهمیت", ""),
    ("2", "1403-05-02", "علي", "2000", "0499370899", "", ""),
    ("3", "1403/05/03", " سرو", "۳۰۰۰", "", "", ""),
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return make_town(tmp_path_factory.mktemp("columns"))


def sent(town: Town, rows: Sequence[Sequence[str]], name: str = "a.csv") -> SubmissionFolder:
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
    submission = SubmissionFolder.receive(town.city.private_store, name, [text.encode()])
    submission.preview(town.city.registry.get("trees"))
    return submission


def seen(columns: ColumnProposal) -> dict[str, tuple[str, str | None]]:
    return {
        proposal.field.name: (proposal.how, proposal.column.letter if proposal.column else proposal.constant)
        for proposal in columns.ours
    }


def test_guesses_are_marked_and_count_only_when_confirmed(town: Town) -> None:
    trees = town.city.registry.get("trees")
    submission = sent(town, (HEADERS, *ROWS))
    columns = submission.columns(trees)
    assert seen(columns) == {
        "number": ("none", None),
        "planted": ("exact", "B"),
        "species": ("exact", "C"),
        "cost": ("guess", "D"),
        "planter_id": ("guess", "E"),
    }
    assert [(each.field, each.guess) for each in columns.theirs] == [
        (None, None),
        ("planted", None),
        ("species", None),
        (None, "cost"),
        (None, "planter_id"),
        (None, None),
    ]
    assert columns.ours[2].samples == ("كاج", "علي", " سرو")
    assert columns.unified == {"letters": 2, "digits": 2, "dates": 2, "numbers": 1, "spaces": 1}
    assert columns.choice().fields["cost"] is None
    assert columns.choice({"cost"}).fields == {
        "number": None,
        "planted": 2,
        "species": 3,
        "cost": 4,
        "planter_id": None,
    }
    issues = issues_of(town, submission, columns.choice({"cost"}))
    assert [cause.code for cause in issues.errors] == ["column-missing"]
    chosen = ColumnChoice({**columns.choice({"cost", "planter_id"}).fields, "number": 1})
    assert issues_of(town, submission, chosen).errors == ()


def test_a_choice_is_remembered_for_the_same_headers_however_spelt(town: Town) -> None:
    trees = town.city.registry.get("trees")
    submission = sent(town, (HEADERS, *ROWS))
    choice = ColumnChoice({"number": 1, "planted": 2, "species": "سرو", "cost": 4})
    other = sent(town, (("ش درخت", "تاریخ‌کاشت", "گونه", "هزینه کل  ریال", "کد کارنده", "يادداشت", ""), *ROWS))
    assert header_fingerprint(submission.table()) == header_fingerprint(other.table())
    assert header_fingerprint(submission.table()) != header_fingerprint(sent(town, (HEADERS[::-1], *ROWS)).table())
    kept = ColumnChoice.from_json(json.loads(json.dumps(choice.as_json())))
    columns = other.columns(trees, remembered=kept)
    assert seen(columns) == {
        "number": ("remembered", "A"),
        "planted": ("remembered", "B"),
        "species": ("remembered", "سرو"),
        "cost": ("remembered", "D"),
        "planter_id": ("none", None),
    }
    assert columns.choice() == ColumnChoice({**choice.fields, "planter_id": None})


def test_a_column_that_a_person_did_not_choose_is_left_out_whatever_it_is_called(town: Town) -> None:
    trees = town.city.registry.get("trees")
    submission = sent(town, (("شماره", "تاریخ کاشت", "گونه", "هزینه"), ("1", "1403/05/01", "سرو", "x")))
    assert [cause.code for cause in issues_of(town, submission, submission.columns(trees).choice()).errors] == [
        "not-a-number"
    ]
    assert issues_of(town, submission, ColumnChoice({"number": 1, "planted": 2})).errors == ()


@pytest.mark.parametrize(
    "choice",
    [
        ColumnChoice({"nothing": 1}),
        ColumnChoice({"number": 9}),
        ColumnChoice({"number": 1, "species": 1}),
        ColumnChoice({"cost": 0}),
    ],
)
def test_a_choice_that_does_not_fit_is_refused(town: Town, choice: ColumnChoice) -> None:
    submission = sent(town, (HEADERS, *ROWS))
    with pytest.raises(BadChoice) as refused:
        issues_of(town, submission, choice)
    assert refused.value.fa


WORD = st.one_of(st.none(), st.booleans(), st.integers(-2, 3), st.text(max_size=3))


@given(st.recursive(WORD, lambda inner: st.dictionaries(st.sampled_from(["fields", "column", "constant", "a"]), inner)))
def test_json_that_is_no_choice_is_refused_and_any_other_comes_back(table: object) -> None:
    try:
        choice = ColumnChoice.from_json(table)
    except BadChoice:
        return
    assert ColumnChoice.from_json(choice.as_json()) == choice


def test_a_workbook_of_several_sheets_is_shown_before_one_is_chosen(town: Town, tmp_path: Path) -> None:
    trees = town.city.registry.get("trees")
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("فروردین", "اردیبهشت"):
            sheet = book.add_worksheet(name)
            sheet.write(0, 0, f"گزارش {name}")
            for at, row in enumerate((HEADERS, *ROWS), 2):
                sheet.write_row(at, 0, row)
        book.add_worksheet("پنهان").hide()
    submission = SubmissionFolder.receive(town.city.private_store, "book.xlsx", path)
    steps: list[tuple[str, float | None]] = []
    look = submission.preview(trees, progress=lambda stage, share: steps.append((stage, share)))
    assert look.refused is not None
    assert look.refused.code == "sheet-choose"
    assert [(sheet.name, sheet.rows, sheet.columns, sheet.hidden) for sheet in look.sheets] == [
        ("فروردین", 6, 6, False),
        ("اردیبهشت", 6, 6, False),
        ("پنهان", None, None, True),
    ]
    assert look.sheets[1].head[2].cells[:3] == HEADERS[:3]
    assert steps[-1][0] == "read"
    with pytest.raises(CannotRead):
        submission.columns(trees)
    look = submission.preview(trees, sheet="اردیبهشت")
    assert (look.sheet, look.header_row, look.rows) == ("اردیبهشت", 3, 3)
    assert look.head[0].cells[0] == "گزارش اردیبهشت"
    assert submission.stored_preview() == look
    # Somebody says that the header is another row; the columns and the choice follow.
    look = submission.preview(trees, sheet="اردیبهشت", header_row=4)
    assert (look.header_row, look.rows) == (4, 2)
    columns = submission.columns(trees, sheet="اردیبهشت", header_row=4)
    assert columns.choice().header_row == 4
