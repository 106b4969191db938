"""Real files that nobody wrote for us go the whole way: checked, published where they may be, and read back exactly."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.corpus.outcomes import Case, Outcome, cases, outcome
from tests.sampling import sampled


@pytest.fixture(scope="module")
def seen() -> dict[str, Outcome]:
    """Outcomes by case name, so that each file is read once."""
    return {}


@pytest.fixture(params=sampled("real files", cases(), 1, by=lambda case: case.slug), ids=lambda case: case.name)
def real(
    request: pytest.FixtureRequest,
    shared: Path,
    seen: dict[str, Outcome],
    tmp_path_factory: pytest.TempPathFactory,
) -> Outcome:
    """What the engine made of one file."""
    return _made(request.param, shared, seen, tmp_path_factory)


def _made(case: Case, shared: Path, seen: dict[str, Outcome], homes: pytest.TempPathFactory) -> Outcome:
    key = f"{case.name} {case.sheet} {case.period}"
    if key not in seen:
        seen[key] = outcome(case, shared / "data", homes.mktemp("city"))
    return seen[key]


def test_what_is_read_and_what_is_wrong(real: Outcome) -> None:
    """Every row is accounted for and every error and warning is expected, by code and count."""
    case = real.case
    if case.cannot:
        assert real.cannot is not None
        assert real.cannot.code == case.cannot
        return
    assert real.cannot is None, real.cannot
    assert real.counts is not None
    counted = (real.counts.read, real.counts.good, real.counts.totals, real.counts.empty)
    wrong = {**real.counted("error"), **real.counted("warning")}
    info = real.counted("info")
    wanted = {code: count for code, count in case.issues.items() if code in info or count == 0}
    assert (counted, wrong) == (
        (case.read, case.good, case.totals_rows, case.empty),
        {code: count for code, count in case.issues.items() if code not in wanted},
    )
    assert {code: info.get(code, 0) for code in wanted} == wanted
    if case.encoding:
        assert real.encoding == case.encoding


def test_where_it_is_wrong(real: Outcome) -> None:
    """Cells are named as a spreadsheet names them, and each message is complete in both languages."""
    for code, places in real.case.places.items():
        addresses = [f"{(issue.column or '').split(' ')[0]}{issue.row}" for issue in real.issues if issue.code == code]
        assert addresses == places
    for issue in real.issues:
        assert not re.search(r"\{\w+\}", issue.message("fa") + issue.message("en")), issue.code


def test_what_is_published(real: Outcome) -> None:
    """The sealed Parquet has the declared columns, the good rows and the sums; the manifest states the same totals."""
    case = real.case
    if case.cannot or case.refused:
        assert real.release is None
        return
    assert real.release is not None
    assert real.counts is not None
    assert real.release.rows == real.counts.good
    declared = [(field.name, field.storage.replace(" ", "")) for field in real.dataset.published]
    assert real.columns() == [("_row", "BIGINT"), ("_line", "BIGINT"), *declared]
    assert dict(zip(case.answers, real.ask(*case.answers), strict=True)) == case.answers
    stated = real.manifest["ayan"]["totals"]
    assert {name: stated.get(name) for name in case.totals} == case.totals


@pytest.mark.parametrize("case", [case for case in cases() if case.same_rows_as], ids=lambda case: case.name)
def test_the_same_table_in_another_encoding_publishes_the_same_rows(
    case: Case, shared: Path, seen: dict[str, Outcome], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Cell for cell, whatever bytes the sender's program wrote."""
    (other,) = [
        candidate for candidate in cases() if (candidate.slug, candidate.path) == (case.slug, case.same_rows_as)
    ]
    tables = [pq.read_table(_made(member, shared, seen, tmp_path_factory).parquet) for member in (case, other)]
    assert tables[0].num_rows
    assert tables[0].equals(tables[1])
