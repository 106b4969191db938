"""What the catalogue says of a code is what becomes of the rows in which it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.core.refine.refined_cells import Table, field, refined, written

from ayan.core.refine.pipeline import affected
from ayan.core.schema.catalogue import CATALOGUE, STRUCTURAL, entry_of
from ayan.core.schema.catalogue_summaries import summary
from ayan.core.schema.definition import Bands, Check
from ayan.core.schema.field import Ref
from ayan.core.schema.privacy import PERSONAL_DATA_KINDS
from ayan.core.values.label import Label

BY_ROW = {"cell", "check", "key", "pointer", "suspected"}


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_code_contradicts_itself_in_nothing(code: str) -> None:
    entry = CATALOGUE[code]
    assert not (entry.leaves_out and entry.structural), "what leaving rows out cures is no fault of the whole file"
    assert not entry.leaves_out or entry.stands in BY_ROW, "only a row that can be looked up can be left out"
    assert entry.leaves_out or entry.stands not in BY_ROW
    assert entry.structural or not entry.holds
    assert entry.cause or entry.severity == "info", "who mends the file must hear of every error and warning"
    assert (entry.stands == "trace") is (
        code.removeprefix("personal-") in PERSONAL_DATA_KINDS and code.startswith("personal-")
    )
    assert (entry.hit is not None) is code.startswith("personal-")
    assert entry.stands != "trace" or entry.hit == "piece", "what is found again by its trace is a piece of a text"
    blanks = set(re.findall(r"\{(\w+)\}", entry.title.fa + entry.title.en)) if entry.title else set()
    assert blanks <= {"label"}, "a title speaks of every place, so it names the particulars of none"


@pytest.mark.parametrize("code", CATALOGUE)
def test_what_a_release_can_have_met_is_summed_up_without_a_blank(code: str) -> None:
    entry, said = CATALOGUE[code], summary(code)
    assert said is not None
    if entry.severity != "error" or entry.leaves_out or entry.holds:
        assert "{" not in said.fa + said.en, "its particulars were told to the sender, and nobody fills them in here"


def test_a_check_of_a_dataset_is_of_the_entry_of_checks() -> None:
    assert entry_of("check:whatever") is CATALOGUE["check"]
    with pytest.raises(KeyError):
        entry_of("whatever")


def test_the_rows_of_each_error_are_left_out_where_its_entry_says_so(tmp_path: Path) -> None:
    pq.write_table(pa.table({"code": ["p", "q"]}), tmp_path / "known.parquet")
    fields = [
        field("code", name="key", label=Label("کلید", "Key")),
        field("rial", name="a", label=Label("الف", "A"), required=True),
        field("ref", name="must", label=Label("باید", "Must"), ref=Ref("others", "code", required=True)),
        field("ref", name="may", label=Label("شاید", "May"), ref=Ref("others", "code")),
        field("text", name="words", label=Label("شرح", "Words")),
    ]
    table: Table = {
        "کلید": ["1", "2", "2", "3", "4", "5", "6", "7", "جمع"],
        "الف": ["1", "2", "3", "x", None, "99", "1", "1", "7777"],
        "باید": ["p", "p", "p", "p", "p", "p", "nobody", "p", None],
        "شاید": ["p", "p", "p", "p", "p", "p", "p", "nobody", None],
        "شرح": [None, None, None, None, None, None, None, "تلفن ۰۹۱۲۳۴۵۶۷۸۹", None],
    }
    message = Label("م", "M")
    checks = (Check("few", "a < 50", "error", message), Check("one", "a < 2", "warning", message))
    refs = {("others", "code"): [tmp_path / "known.parquet"]}
    with refined(fields, table, key=("key",), checks=checks, refs=refs) as refined_file:
        stand: dict[str, set[int]] = {}
        for issue in refined_file.issues:
            query = affected(refined_file.session, refs, issue.code, issue.field).rows
            rows = refined_file.session.all(query) if query else []
            stand.setdefault(issue.code, set()).update(int(str(row[0])) for row in rows)
        assert {code: stand[code] for code in ("not-a-number", "required", "key-duplicate", "ref-missing")} == {
            "not-a-number": {5},
            "required": {6},
            "key-duplicate": {3, 4},
            "ref-missing": {8, 9},
        }
        assert (stand["check:few"], stand["personal-mobile"]) == ({7}, {9})
        errors = {issue.code for issue in refined_file.errors}
        assert errors == {*stand} - {"check:one"}, "the warning is the only one that is none"
        # A pointer that need not lead anywhere is a warning, though it is of a code that may leave rows out.
        out = {issue.row for issue in refined_file.errors if entry_of(issue.code).leaves_out} | {4}
        assert out == {3, 4, 5, 6, 7, 8}
        assert {row["_row"] for row in written(refined_file, partial=True)} == {2, 9}
        assert (refined_file.counts.read, refined_file.counts.good) == (8, 2)
        assert {issue.code for issue in refined_file.structural} == errors & STRUCTURAL == {"personal-mobile"}
        assert {code for code in errors - STRUCTURAL if not entry_of(code).leaves_out} == {"total-mismatch"}


def test_a_gap_between_bands_leaves_nothing_out_and_cannot_be_passed_over() -> None:
    fields = [field("integer", name=name, label=Label(name, name)) for name in ("low", "high")]
    table = {"low": ["0", "20"], "high": ["10", "30"]}
    with refined(fields, table, bands=(Bands("low", "high"),)) as refined_file:
        assert [issue.code for issue in refined_file.structural] == ["band-gap"]
        assert refined_file.counts.good == 2
