"""What a proposal lets nobody add up: cells that rows repeat, two sides in one column, tables that only stand beside."""

from __future__ import annotations

from pathlib import Path

from tests.corpus.office_files import Cell, OfficeFile

from ayan.core.proposal.file_trial import tried
from ayan.core.proposal.proposal import Proposal, propose

MONTHS = ("فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور")
Rows = list[tuple[Cell, ...]]


def proposed(folder: Path, rows: Rows) -> Proposal:
    """What is proposed for a sheet."""
    folder.mkdir(exist_ok=True)
    return propose([OfficeFile(rows).written(folder, "xlsx")], workdir=folder / "look")


def test_the_sum_beside_months_is_left_out_of_their_rows(tmp_path: Path) -> None:
    months = [[n * 10 + at for at in range(6)] for n in range(1, 9)]
    table: Rows = [("عنوان", "مصوب", *MONTHS, "جمع")]
    table += [(f"درآمد {each[0]}", 5 * each[0], *each, sum(each)) for each in months]
    proposal = proposed(tmp_path, table)
    dataset, (seen,) = proposal.dataset(), proposal.files
    assert [step.do for step in dataset.sources["default"].steps] == ["ignore", "crosstab"]
    # What each of the six rows repeats would be added up six times.
    assert dataset.field("approved").nature is None
    with tried(seen.path, dataset, workdir=tmp_path / "read") as read:
        name = dataset.fields[-1].name
        (total,) = read.session.first_row(f"SELECT sum(v_{name}) FROM typed WHERE _class = 'record'")
    assert (int(str(total)), read.counts.good) == (sum(map(sum, months)), 48)


def test_money_in_and_out_in_one_column_is_not_added_up(tmp_path: Path) -> None:
    table: Rows = [
        ("شماره", "نوع", "مبلغ (ریال)"),
        *((f"A{n}", ("دریافت", "پرداخت")[n % 2], n * 1000) for n in range(1, 21)),
    ]
    assert proposed(tmp_path, table).dataset().field("amount").nature is None
    plain: Rows = [("شماره", "نوع", "مبلغ (ریال)"), *((f"A{n}", ("آب", "برق")[n % 2], n * 1000) for n in range(1, 21))]
    assert proposed(tmp_path / "plain", plain).dataset().field("amount").nature == "flow"


def test_of_two_tables_beside_each_other_the_first_is_proposed(tmp_path: Path) -> None:
    table: Rows = [
        ("کد", "درآمد (ریال)", None, "کد", "هزینه (ریال)"),
        *((f"1{n}", n, None, f"2{n}", n) for n in range(10, 22)),
    ]
    dataset = proposed(tmp_path, table).dataset()
    assert len(dataset.fields) == 2


def test_a_fire_service_is_no_address(tmp_path: Path) -> None:
    table: Rows = [("شرح", "آتش‌نشانی"), *((f"سال {n}", n * 7) for n in range(12))]
    assert [field.name for field in proposed(tmp_path, table).dataset().fields] == ["title", "fire_service"]
