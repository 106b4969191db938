"""The declaration that is proposed from a real file reads it as the one that was written by hand: rows, kinds, sums."""

from __future__ import annotations

import json
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from tests.corpus.outcomes import REAL, Case, cases

from ayan.core.proposal.file_trial import tried
from ayan.core.proposal.proposal import Proposal, propose
from ayan.core.refine.pipeline import Refined
from ayan.core.schema.issue import CannotRead
from ayan.core.schema.loader import load_dataset
from ayan.core.values import period as periods

MOST_ANSWERS: Final = 3
# Read in every run; all others with the long trials, for a proposal counts every cell for every kind.
IN_EVERY_RUN: Final = (
    "arak-street-values:street-values.csv",
    "uk-payments-harrogate:2022-07-Brimhams-Active.csv",
)
# Readings of a file of which the corpus has another one that is read off it, or that nobody would propose.
OTHERS: Final = (
    "arak-park-properties:park-properties.csv",
    "arak-street-values-declared-cp1256:street-values-cp1256.csv",
    "arak-traffic-plan-below-the-merged-cells:smart-traffic-plan-1399.csv",
    # These refuse the rows that a step of the other one leaves out, and the proposal with it.
    "iran-revenues-english-1404:1404-tables-1-2-5-7.xlsx",
    "iran-subsidies-resources:1404-tables-1-2-5-7.xlsx",
)


def _answers() -> dict[tuple[str, str], dict[str, str]]:
    table = tomllib.loads(Path(__file__).with_name("proposals.toml").read_text("utf-8"))
    return {(entry["path"], entry.get("source", "default")): entry["answers"] for entry in table["file"]}


ANSWERS: Final = _answers()


def _cases() -> list[object]:
    able = [case for case in cases() if not case.cannot and not case.refused and case.name not in OTHERS]
    return [
        pytest.param(case, id=case.name, marks=[] if case.name in IN_EVERY_RUN else [pytest.mark.soak]) for case in able
    ]


class ColumnReading(NamedTuple):
    """What was made of one column: its kind (words of any sort are one), its filled cells and their sum."""

    kind: str
    filled: int
    total: Decimal | None


def _readings(refined: Refined) -> dict[str, ColumnReading]:
    """By letter, the columns of which anything was read, in the rows that would be published."""
    readings = {}
    for mapped in refined.session.present:
        if mapped.column is None:
            continue
        kind, value = mapped.field.kind, f"v_{mapped.field.name}"
        filled, total = refined.session.first_row(
            f"SELECT count({value}), {f'CAST(sum({value}) AS VARCHAR)' if kind.is_number else 'NULL'} "
            "FROM typed WHERE _class = 'record' AND _row NOT IN (SELECT _row FROM left_out)"
        )
        if filled:
            name = "words" if kind.is_words else kind.name
            number = Decimal(str(total)).normalize() if total is not None else None
            readings[mapped.column.letter] = ColumnReading(name, int(str(filled)), number)
    return readings


def _proposed(case: Case, file: Path, folder: Path) -> Proposal:
    answers = ANSWERS.get((case.path, case.source), {})
    assert len(answers) <= MOST_ANSWERS
    return propose([file], answers=answers, workdir=folder)


@pytest.mark.parametrize("case", _cases())
def test_the_proposal_reads_the_file_as_its_declaration_does(case: Case, shared: Path, tmp_path: Path) -> None:
    file = shared / "data" / case.path
    declared = load_dataset(REAL / case.slug)
    period = periods.parse(case.period) if case.period else None
    with tried(
        file, declared, source=case.source, sheet=case.sheet, period=period, workdir=tmp_path / "declared"
    ) as read:
        wanted, counts = _readings(read), read.counts
    proposal = _proposed(case, file, tmp_path / "look")
    assert len(proposal.questions) <= MOST_ANSWERS
    (seen,) = proposal.files
    dataset = proposal.dataset()
    when = periods.parse(seen.period) if seen.period and dataset.period != "none" else None
    with tried(file, dataset, source=seen.source, period=when, workdir=tmp_path / "proposed") as read:
        got, again = _readings(read), read.counts
    assert (again.read, again.good, again.totals) == (counts.read, counts.good, counts.totals)
    assert {letter: got.get(letter) for letter in wanted} == wanted


def test_every_answer_belongs_to_a_file() -> None:
    assert set(ANSWERS) <= {(case.path, case.source) for case in cases()}


def test_the_payments_of_several_months_are_proposed_as_one(shared: Path, tmp_path: Path) -> None:
    """A header that is spelt anew is no new column, and dates in two styles are one field."""
    folder = shared / "data" / "uk-payments" / "harrogate"
    files = [folder / f"2022-{month}-Brimhams-Active.csv" for month in ("07", "08")]
    proposal = propose(files, workdir=tmp_path / "look")
    dataset = proposal.dataset()
    assert dataset.period == "month"
    assert [file.period for file in proposal.files] == ["2022-07", "2022-08"]
    read = []
    for at, file in enumerate(files):
        with tried(file, dataset, source=proposal.files[at].source, workdir=tmp_path / f"read{at}") as refined:
            assert not refined.errors
            read.append(refined.counts.good)
    assert read == [40, 61]


FOLDERS: Final = (
    "arak-1398", "chicago-salaries", "iran-budget", "iran-reference", "nashville-permits", "ocds/mexico-cdmx",
    "ocds/uk-contracts-finder", "planning-geometry", "setad-1402", "uk-payments/cabinetoffice",
    "uk-payments/calderdale", "uk-payments/darlington", "uk-payments/harrogate", "uk-payments/manchester",
    "uk-payments/newcastle",
)  # fmt: skip
# Shapes alone, without a table that could be proposed.
REFUSED: Final = {"conservation-shapefile.zip": "archive-choose"}


def test_no_folder_of_real_files_is_forgotten(shared: Path) -> None:
    data = shared / "data"
    assert {path.parent.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()} <= {".", *FOLDERS}


@pytest.mark.soak
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_real_file_is_proposed(folder: str, shared: Path, tmp_path: Path) -> None:
    """Each by itself and unanswered: at most three questions, and records are read; or it is refused by name."""
    refused: dict[str, str] = {}
    files = [path for path in sorted((shared / "data" / folder).iterdir()) if path.is_file()]
    for at, file in enumerate(files):
        try:
            proposal = propose([file], workdir=tmp_path / f"look{at}")
        except CannotRead as refusal:
            refused[file.name] = refusal.issue.code
            continue
        assert len(proposal.questions) <= MOST_ANSWERS, file.name
        (seen,) = proposal.files
        dataset = proposal.dataset()
        when = periods.parse(seen.period) if seen.period and dataset.period != "none" else None
        with tried(
            file, dataset, source=seen.source, sheet=seen.sheet, period=when, workdir=tmp_path / f"read{at}"
        ) as read:
            assert read.counts.read, file.name
    assert refused == {name: code for name, code in REFUSED.items() if name in {file.name for file in files}}


def _of_record(release: dict[str, Any], path: str) -> int:
    """How many records a list of a document has, counted without any reader of ours."""
    value: Any = release
    for name in [] if path == "$" else path.split("."):
        value = value[name]
    return len(value) if isinstance(value, list) else 1


@pytest.mark.parametrize(
    "path",
    [
        "releases",
        *(
            pytest.param(path, marks=pytest.mark.soak)
            for path in ("$", "compiledRelease.contracts", "compiledRelease.tender.items", "releases.awards")
        ),
    ],
)
def test_each_list_of_a_real_publisher_is_read_by_one_answer(path: str, shared: Path, tmp_path: Path) -> None:
    file = min((shared / "data" / "ocds" / "mexico-cdmx").glob("*2016.json"))
    record = json.loads(file.read_text("utf-8"))
    wanted = (
        sum(_of_record(each, "awards") for each in record["releases"])
        if path == "releases.awards"
        else _of_record(record, path)
    )
    proposal = propose([file], answers={"sheet": path}, workdir=tmp_path / "look")
    assert "sheet" not in {question.key for question in proposal.questions}
    with tried(file, proposal.dataset(), source=proposal.files[0].source, workdir=tmp_path / "read") as read:
        assert read.counts.read == wanted
