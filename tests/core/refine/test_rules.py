"""What must hold between cells and rows: checks, keys, references, totals rows, bands, and rows that hold nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.core.refine.refined_cells import N, Table, codes, field, refined, written

from ayan.core.refine import refine_session
from ayan.core.refine.limits import MOST_SHOWN_PER_CAUSE
from ayan.core.schema.definition import Bands, Check, Layout
from ayan.core.schema.field import Field, Ref
from ayan.core.schema.issue import Issue
from ayan.core.values.label import Label

NAME = field("code", name="name", label=Label("نام", "Name"), required=True)
A = field("rial", name="a", label=Label("الف", "A"))
B = field("rial", name="b", label=Label("ب", "B"))
COUNTER = field("integer", name="row", label=Label("ردیف", "Row"), role="counter")


def check(sql: str, severity: Any = "error", code: str = "rule") -> Check:
    return Check(code, sql, severity, Label("نمی‌خواند.", "It does not agree."))


def table(**cells: Sequence[str | None]) -> dict[str, list[str | None]]:
    heads = {"name": "نام", "a": "الف", "b": "ب", "row": "ردیف"}
    return {heads[key]: list(value) for key, value in cells.items()}


# --- checks ---------------------------------------------------------------------------------------------------------


def test_a_check_names_the_rows_that_break_it_in_the_datasets_own_words() -> None:
    rules = (check("a <= b"), check("a > 1", "warning", "small"))
    with refined([NAME, A, B], table(name="xyz", a=["1", "2", "3"], b=["2", "1", "3"]), checks=rules) as result:
        assert codes(result) == [("check:rule", 3), ("check:small", 2)]
        assert [issue.level for issue in result.issues] == ["error", "warning"]
        assert result.issues[0].message("fa") == "نمی‌خواند."
        assert result.counts.good == 2


def test_an_empty_value_passes_a_check() -> None:
    with refined(
        [NAME, A, B], table(name="xyz", a=["1", None, "9"], b=[None, "1", None]), checks=(check("a < b"),)
    ) as result:
        assert not result.issues


def test_a_check_over_a_column_the_file_does_not_have_is_passed_over() -> None:
    with refined([NAME, A, B], table(name="x", a=["1"]), checks=(check("a < b"),)) as result:
        assert not result.errors


@pytest.mark.parametrize(
    "sql", ["a * b > 0", "a + b > 0", "a - b < 0", "a / 0 > 1", "a * a * a * b > 0", "CAST(name AS INTEGER) > 0"]
)
def test_values_as_large_as_can_be_stop_no_check(sql: str) -> None:
    huge = ["9000000000000000000", "-9000000000000000000", "1"]
    with refined([NAME, A, B], table(name="xyz", a=huge, b=huge), checks=(check(sql),)) as result:
        assert {code for code, _ in codes(result)} <= {"check:rule"}
        assert ("check:rule", 4) not in codes(result) or sql.startswith(("a - b", "a / 0"))


def test_a_check_may_read_a_withheld_field_and_tells_nothing_of_it() -> None:
    secret = field("rial", name="a", label=Label("الف", "A"), shown="withheld")
    with refined(
        [NAME, secret, B], table(name="xy", a=["777", "x777"], b=["1", "1"]), checks=(check("a < b"),)
    ) as result:
        assert {code for code, _ in codes(result)} == {"check:rule", "not-a-number"}
        issues_text = repr([issue.as_json() for issue in result.issues])
        assert "777" not in issues_text
        assert "a" not in written(result, partial=True)[0] if written(result, partial=True) else True


# --- keys -----------------------------------------------------------------------------------------------------------


def test_repeated_keys_are_told_with_every_row() -> None:
    cells = table(name=["x", "y", "x", "z", "X", "x"], a=["1"] * 6)
    with refined([NAME, A], cells, key=("name",)) as result:
        (issue,) = result.errors
        assert (issue.code, issue.row, issue.count, issue.value) == ("key-duplicate", 2, 3, "x")
        assert "2, 4, 7" in issue.message("en")
        assert result.counts.good == 3
        assert [row["name"] for row in written(result, partial=True)] == ["y", "z", "X"]


def test_keys_of_several_fields_and_of_one_spelling() -> None:
    cells = table(name=["علي", "علی", "علی", None], a=["۱", "1", "2", "1"])
    with refined([NAME, A], cells, key=("name", "a")) as result:
        assert [(issue.code, issue.row, issue.value) for issue in result.errors if issue.code == "key-duplicate"] == [
            ("key-duplicate", 2, "علی~1")
        ]
        assert ("required", 5) in codes(result)


def test_rows_without_a_whole_key_are_not_each_others_duplicates() -> None:
    cells = table(name=["x", "x"], a=["bad", "bad"])
    with refined([NAME, A], cells, key=("name", "a")) as result:
        assert [code for code, _ in codes(result)] == ["not-a-number"] * 2


# --- references -----------------------------------------------------------------------------------------------------


def published(folder: Path, values: list[str | None]) -> Path:
    path = folder / "published.parquet"
    pq.write_table(
        pa.table({"_row": pa.array(range(len(values)), pa.int64()), "code": pa.array(values, pa.string())}), path
    )
    return path


def pointing(required: bool) -> Field:
    return field("ref", name="to", label=Label("قرارداد", "Contract"), ref=Ref("contracts", "code", required))


@pytest.mark.parametrize(("required", "level"), [(False, "warning"), (True, "error")])
def test_a_pointer_to_nothing(tmp_path: Path, required: bool, level: str) -> None:
    refs = {("contracts", "code"): [published(tmp_path, ["10", "20", None])]}
    cells: Table = {"قرارداد": ["10", "30", "۲۰", "30", None], "نام": list("abcde")}
    with refined([NAME, pointing(required)], cells, refs=refs) as result:
        (issue,) = result.issues
        assert (issue.code, issue.level, issue.row, issue.value, issue.count) == ("ref-missing", level, 3, "30", 2)
        assert result.counts.good == (3 if required else 5)
        rows = written(result, partial=bool(result.errors))
        assert [row["name"] for row in rows] == (["a", "c", "e"] if required else list("abcde"))


def test_pointers_to_nothing_are_counted_whole_and_named_up_to_a_number(tmp_path: Path) -> None:
    refs = {("contracts", "code"): [published(tmp_path, ["10"])]}
    astray = [f"x{at}" for at in range(MOST_SHOWN_PER_CAUSE + 37)]
    cells: Table = {"قرارداد": ["10", *astray, astray[-1]], "نام": [f"n{at}" for at in range(len(astray) + 2)]}
    with refined([NAME, pointing(False)], cells, refs=refs) as result:
        assert sum(issue.count for issue in result.issues) == len(astray) + 1
        assert result.by_code() == {"ref-missing": len(astray) + 1}
        assert len(result.issues) == MOST_SHOWN_PER_CAUSE + 1


@pytest.mark.parametrize("refs", [{}, {("trees", "name"): []}])
def test_a_pointer_into_the_dataset_itself_means_a_row_of_the_same_file(refs: Any) -> None:
    parent = field("ref", name="to", label=Label("بالادست", "Parent"), ref=Ref("trees", "name", required=True))
    cells: Table = {"نام": ["a", "b", "c"], "بالادست": [None, "a", "z"]}
    with refined([NAME, parent], cells, refs=refs) as result:
        assert [(issue.code, issue.row, issue.value) for issue in result.issues] == [("ref-missing", 4, "z")]
        assert [row["name"] for row in written(result, partial=True)] == ["a", "b"]


@pytest.mark.parametrize("refs", [{}, {("contracts", "code"): []}])
def test_a_target_that_is_not_published_yet_is_not_judged(refs: Any) -> None:
    with refined([NAME, pointing(True)], {"قرارداد": ["10"], "نام": ["a"]}, refs=refs) as result:
        assert not result.issues


# --- totals rows ----------------------------------------------------------------------------------------------------


def totals(names: Sequence[str | None], amounts: Sequence[str], source: Layout | None = None) -> tuple[Issue, ...]:
    with refined([NAME, A], table(name=names, a=amounts), source=source) as result:
        rows = written(result, partial=bool(result.errors))
        assert all(row["name"] not in ("جمع", "جمع کل", "Total") for row in rows)
        return result.issues


def told(issues: Sequence[Issue]) -> list[tuple[str, int | None]]:
    return [(issue.code, issue.row) for issue in issues]


def test_a_grand_total_that_agrees() -> None:
    assert told(totals(["x", "y", "جمع کل"], ["1", "2", "3"])) == [("total-agrees", 4)]


def test_a_total_that_differs_by_one_rial_is_told_exactly() -> None:
    (issue,) = totals(["x", "y", "جمع"], ["5,000,000,000,000,000,001", "2", "5,000,000,000,000,000,004"])
    assert (issue.code, issue.row, issue.level) == ("total-mismatch", 4, "error")
    assert "5,000,000,000,000,000,003" in issue.message("en")
    assert "difference 1)" in issue.message("en")
    assert "تفاوت ۱)" in issue.message("fa")


def test_subtotals_of_pages_and_a_grand_total() -> None:
    names = ["x", "y", "جمع صفحه", "z", "جمع صفحه", "جمع کل"]
    assert told(totals(names, ["1", "2", "3", "4", "4", "7"])) == [
        ("total-agrees", 4),
        ("total-agrees", 6),
        ("total-agrees", 7),
    ]
    running = totals(names, ["1", "2", "3", "4", "7", "7"])
    assert told(running) == [("total-agrees", 4), ("total-agrees", 6), ("total-agrees", 7)]


def test_a_wrong_grand_total_after_subtotals_is_held_against_everything() -> None:
    issues = totals(["x", "جمع صفحه", "z", "جمع صفحه", "جمع کل"], ["1", "1", "4", "4", "6"])
    (issue,) = (candidate for candidate in issues if candidate.level == "error")
    assert issue.row == 6
    assert "stated as 6 but the rows add up to 5 (difference 1)" in issue.message("en")


@pytest.fixture(params=["named one by one", "by what they have in common"])
def telling(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """How a statement tells which rows are totals: where they are few, and where they are many."""
    if request.param != "named one by one":
        monkeypatch.setattr(refine_session, "MOST_ROWS_LISTED", -1)


@pytest.mark.usefixtures("telling")
@pytest.mark.parametrize(
    "word", ["جمع", "جمع کل:", "جمع\u200cکل", "جمـع", "ﺟﻤﻊ", "مجموع", "سرجمع", "TOTAL", "Grand  Total", "  جمع كل "]
)
def test_words_for_a_total(word: str) -> None:
    assert told(totals(["x", word], ["1", "1"])) == [("total-agrees", 3)]


@pytest.mark.usefixtures("telling")
@pytest.mark.parametrize("word", ["جمعه‌بازار", "جمعیت", "شرکت جمع", "summit"])
def test_words_that_only_look_like_a_total(word: str) -> None:
    with refined([NAME, A], table(name=["x", word], a=["1", "1"])) as result:
        assert result.counts.totals == 0
        assert len(written(result)) == 2


def test_a_layouts_own_words_for_a_total() -> None:
    source = Layout(totals=("نقل به صفحهٔ بعد", "[Σ", "a|b"))
    issues = totals(["x", "نقل به صفحه بعد", "y", "[Σ"], ["1", "1", "2", "3"], source)
    assert told(issues) == [("total-agrees", 3), ("total-agrees", 5)]


def test_a_total_of_a_withheld_column_tells_no_number() -> None:
    secret = field("rial", name="a", label=Label("الف", "A"), shown="withheld")
    with refined([NAME, secret], table(name=["x", "جمع"], a=["777", "778"])) as result:
        (issue,) = result.errors
        assert issue.code == "total-mismatch"
        assert "77" not in repr(issue.as_json())


def test_a_totals_row_that_states_no_number_is_named() -> None:
    assert told(totals(["x", "جمع"], ["1", ""])) == [("total-empty", 3)]


def test_a_total_that_is_no_number_is_named_without_its_text() -> None:
    issues = totals(["x", "جمع"], ["1", "یک میلیون"])
    assert sorted(told(issues)) == [("total-empty", 3), ("total-unread", 3)]
    assert all(issue.value is None and issue.level == "warning" for issue in issues)


# --- bands ----------------------------------------------------------------------------------------------------------

LOW, HIGH = (field("integer", name=name, label=Label(name, name)) for name in ("low", "high"))
PLACE = field("text", name="place", label=Label("place", "place"))


def bands(rows: Sequence[tuple[Any, ...]], **more: Any) -> list[tuple[str, int | None]]:
    heads = ("low", "high", "place")
    cells = {
        head: [None if row[i] is None else str(row[i]) for row in rows] for i, head in enumerate(heads[: len(rows[0])])
    }
    fields = [LOW, HIGH, PLACE][: len(rows[0])]
    with refined(fields, cells, bands=(Bands("low", "high", **more),)) as result:
        return codes(result)


def test_bands_without_gap_or_overlap_in_any_order() -> None:
    assert bands([(60, 100), (0, 60), (100, None)]) == []


def test_a_gap_and_an_overlap_are_told_at_the_row_where_they_begin() -> None:
    assert bands([(0, 400), (400, 500), (600, None)]) == [("band-gap", 4)]
    assert bands([(0, 400), (300, 500)]) == [("band-overlap", 3)]
    assert bands([(0, None), (300, None)]) == [("band-overlap", 3)]
    assert bands([(0, 10), (0, 10)]) == [("band-overlap", 3), ("rows-repeated", 3)]


def test_an_inclusive_upper_bound_is_followed_by_the_next_number() -> None:
    assert bands([(1, 10), (11, 20)], inclusive=True) == []
    assert bands([(1, 10), (10, 20)], inclusive=True) == [("band-overlap", 3)]
    assert bands([(1, 10), (12, 20)], inclusive=True) == [("band-gap", 3)]


def test_bands_are_held_within_their_group() -> None:
    rows = [(0, 10, "a"), (0, 5, "b"), (10, None, "a"), (6, None, "b")]
    assert bands(rows, by=("place",)) == [("band-gap", 5)]


def test_a_band_that_ends_before_it_begins() -> None:
    assert bands([(0, 10), (10, 5), (5, None)]) != []


# --- empty rows, partial, the cap -----------------------------------------------------------------------------------


def test_a_row_that_holds_only_its_number_is_not_counted() -> None:
    with refined([COUNTER, NAME, A], table(row=["1", "2", "3"], name=["x", None, "y"], a=["1", None, "2"])) as result:
        assert codes(result) == [("row-empty", 3)]
        assert (result.counts.read, result.counts.empty) == (2, 1)
        assert [row["_row"] for row in written(result)] == [2, 4]
        assert "row" not in written(result)[0], "the counter is the sender's own and is not published"


def test_a_file_of_empty_rows_has_no_rows() -> None:
    with refined([COUNTER, NAME], table(row=["1"], name=[None])) as result:
        assert [issue.code for issue in result.structural] == ["no-rows"]


def test_partial_leaves_out_exactly_the_rows_with_errors(tmp_path: Path) -> None:
    refs = {("contracts", "code"): [published(tmp_path, ["10"])]}
    names = ["x", None, "y", "z", "z", "w", "q", "جمع"]
    amounts = ["1", "1", "bad", "1", "1", "9", "2", "16"]
    cells = {**table(name=names, a=amounts), "قرارداد": ["10", "10", "10", "10", "10", "10", "11", None]}
    rules = (check("a < 5"), check("a > 5", "warning", "low"))
    with refined([NAME, A, pointing(True)], cells, key=("name",), checks=rules, refs=refs) as result:
        rows = written(result, partial=True)
        assert [row["name"] for row in rows] == ["x"]
        assert (result.counts.read, result.counts.good, result.counts.totals) == (7, 1, 1)
        assert {issue.code for issue in result.errors} == {
            "required", "not-a-number", "key-duplicate", "check:rule", "ref-missing", "total-mismatch",
        }  # fmt: skip


def test_five_hundred_places_of_a_cause_are_told_and_the_rest_counted() -> None:
    more = 37
    many = MOST_SHOWN_PER_CAUSE + more
    names = [str(number) for number in range(many)]
    cells = {**table(row=names, name=[None if int(n) % 1 else n for n in names], a=["bad"] * many, b=["9"] * many)}
    with refined([COUNTER, NAME, A, B], cells, checks=(check("b < 5"), check("b < 6", "warning", "second"))) as result:
        for code in ("not-a-number", "check:rule", "check:second"):
            cause_issues = [issue for issue in result.issues if issue.code == code]
            alone = [issue for issue in cause_issues if issue.row is not None]
            (rest,) = (issue for issue in cause_issues if issue.row is None)
            assert (len(alone), rest.count) == (MOST_SHOWN_PER_CAUSE, more), code
            assert [issue.row for issue in alone] == list(range(2, MOST_SHOWN_PER_CAUSE + 2)), code
        assert result.by_code() == {"not-a-number": many, "check:rule": many, "check:second": many}
        assert result.counts.good == 0


def test_the_cap_also_holds_for_keys_references_and_empty_rows(tmp_path: Path) -> None:
    many = MOST_SHOWN_PER_CAUSE + 11
    refs = {("contracts", "code"): [published(tmp_path, ["10"])]}
    names = [str(number) for number in range(many)]
    cells: Table = {
        "نام": [*names, *names, *[None] * many],
        "قرارداد": [*names, *names, *[None] * many],
        "ردیف": [str(number) for number in range(3 * many)],
    }
    with refined([COUNTER, NAME, pointing(False)], cells, key=("name",), refs=refs) as result:
        counts = result.by_code()
        for code, count in (("key-duplicate", many * 2), ("ref-missing", many * 2 - 2), ("row-empty", many)):
            listed = [issue for issue in result.issues if issue.code == code]
            assert len(listed) <= MOST_SHOWN_PER_CAUSE + 1, code
            assert counts[code] >= count - 22, code


# --- what may not be seen -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shown", ["withheld", "masked"])
def test_what_is_not_public_is_in_no_issue_and_in_no_file(shown: Any) -> None:
    secret = field(
        "code",
        name="account",
        label=Label("حساب", "Account"),
        shown=shown,
        pattern="IR[0-9]+",
        required=True,
        max_length=12,
    )
    cells: Table = {"نام": ["x", "y", "z", "w"], "حساب": ["IR123456789", "SECRET-77", "IR99999999999999", None]}
    with refined([NAME, secret], cells, checks=(check("account <> 'IR123456789'"),)) as result:
        assert {code for code, _ in codes(result, "account")} == {"pattern", "too-long", "required"}
        said = repr([(issue.as_json(), issue.params) for issue in result.issues])
        path = result.session.workdir / "all.parquet"
        result.write_parquet(path)
        held = path.read_bytes()
        rows = pq.read_table(path).to_pylist()
    for secret_text in ("123456789", "SECRET", "9999"):
        assert secret_text not in said
        assert secret_text.encode() not in held
    if shown == "withheld":
        assert all("account" not in row for row in rows)
    else:
        assert [row["account"] for row in rows] == ["***89", "***77", "***99", None]


def test_bands_of_days_are_told_as_days() -> None:
    fields = [field("date", name="low"), field("date", name="high")]
    cells: Table = {"low": ["1403/01/01", "1403/03/01"], "high": ["1403/02/01", None]}
    with refined(fields, cells, bands=(Bands("low", "high"),)) as result:
        (issue,) = result.issues
    assert issue.code == "band-gap"
    assert "۱۴۰۳" in issue.message("fa")
    assert "2024-04-20" in issue.message("en")


def test_bands_of_withheld_columns_tell_neither_their_ends_nor_their_group() -> None:
    fields = [
        field("integer", name="low", shown="withheld"),
        field("integer", name="high", shown="withheld"),
        field("text", name="group", shown="withheld"),
    ]
    cells: Table = {"low": ["777", "888"], "high": ["799", None], "group": ["راز", "راز"]}
    with refined(fields, cells, bands=(Bands("low", "high", ("group",)),)) as result:
        (issue,) = result.issues
    for lang in ("fa", "en"):
        assert not any(secret in issue.message(lang) for secret in ("777", "799", "888", "۷", "۸", "راز"))


# --- a field that is the first filled one of others -------------------------------------------------------------------


def test_a_field_of_others_is_read_from_no_column_and_filled_in_every_row() -> None:
    old, new = (field("rial", name=name, label=Label(name, name)) for name in ("old", "new"))
    either = field("rial", name="either", label=Label("either", "either"), first_of=("new", "old"))
    cells = {"ش": ["1", "2", "3", "4"], "old": ["10", "20", "", ""], "new": ["", "25", "30", ""], "either": ["9"] * 4}
    with refined((N, old, new, either), cells) as result:
        assert {issue.code for issue in result.issues} == {"column-ignored"}, "what a file says of it is not believed"
        assert [row["either"] for row in written(result)] == [10, 25, 30, None]
        assert "either" not in result.columns()
    # A layout that lacks one of them takes the other.
    with refined((N, old, new, either), {"ش": ["1"], "old": ["10"]}) as result:
        assert [row["either"] for row in written(result)] == [10]
        assert [issue.field for issue in result.issues if issue.code == "column-absent"] == ["new"]
