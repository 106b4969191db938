"""Totals rows that no word gives away: arithmetic alone asks, and a row goes only by a word or by somebody's yes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq
import pytest
from tests.corpus.office_files import Cell, OfficeFile
from tests.corpus.other_formats import forms_of, written_as
from tests.corpus.outcomes import publish, publish_context
from tests.sampling import sampled

from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import write_draft
from ayan.core.publish.examination import examine
from ayan.core.schema.loader import load_dataset

SMALL: Final = Path(__file__).parent / "small" / "office-payments"
HEADER: Final = ("شماره", "گیرنده", "مبلغ")


@dataclass(frozen=True, kw_only=True)
class TotalsCase:
    """Rows under the header, the spreadsheet rows that are asked about, and the numbers of totals rows by words."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    asked: tuple[int, ...] = ()
    totals: int = 0


FIRST: Final = (("A-1", "شرکت نمونه", 700), ("A-2", "شرکت دیگر", 250), ("A-3", "شرکت سوم", 90))
CASES: Final = [
    TotalsCase(name="a word within the text", rows=(*FIRST, ("A-4", "TOTAL GENERAL FUND", 1040)), asked=(5,)),
    TotalsCase(name="an empty cell where all others have one", rows=(*FIRST, ("A-4", None, 1040)), asked=(5,)),
    TotalsCase(name="a known word with a colon", rows=(*FIRST, ("Grand Total:", None, 1040)), totals=1),
    TotalsCase(name="a known word with a hyphen", rows=(*FIRST, ("Sub-total", None, 1040)), totals=1),
    TotalsCase(
        name="a sum of each part and of all",
        rows=(
            *FIRST,
            ("A-4", None, 1040),
            ("B-1", "شرکت", 5),
            ("B-2", "شرکت", 6),
            ("B-3", None, 11),
            ("C", None, 1051),
        ),
        asked=(5, 8, 9),
    ),
    TotalsCase(name="a record that is the sum by chance", rows=(*FIRST, ("A-4", "شرکت چهارم", 1040))),
    TotalsCase(name="a company called Total that is no sum", rows=(*FIRST, ("A-4", "Total Energies", 1041))),
    TotalsCase(name="two rows are no sum of one", rows=(("A-1", "شرکت نمونه", 700), ("A-2", None, 700))),
]
EVERY: Final = [(case, form) for case in CASES for form in forms_of(OfficeFile([HEADER, *case.rows]))]


@pytest.mark.parametrize(
    ("case", "form"),
    sampled("suspected totals", EVERY, 1, by=lambda pair: pair[1]),
    ids=lambda part: getattr(part, "name", part),
)
def test_what_is_asked_about(case: TotalsCase, form: str, tmp_path: Path) -> None:
    context, dataset = publish_context(tmp_path / "city"), load_dataset(SMALL)
    file = written_as(OfficeFile([HEADER, *case.rows]), tmp_path, form)
    decisions = ClerkDecisions("1403", partial="ردیف‌های جمع کنار گذاشته شد")
    with examine(context, dataset, file, decisions) as examined:
        asked = [issue.row for issue in examined.refined.issues if issue.code == "total-suspected"]
        assert (tuple(asked), examined.refined.counts.totals) == (case.asked, case.totals)
        assert {issue.code for issue in examined.refined.errors} == ({"total-suspected"} if case.asked else set())
        release = publish(context, write_draft(context, examined, sent_by="فرستنده (ساختگی)"))
    (part,) = release.parts()
    left = {*case.asked} | ({5} if case.totals else set())
    kept = [row[2] for number, row in enumerate(case.rows, 2) if number not in left]
    assert pq.read_table(part)["amount"].to_pylist() == kept


def test_words_are_taken_away_for_a_dataset(tmp_path: Path) -> None:
    """Where a company is called so, neither its word nor its amount makes a total of it."""
    folder = tmp_path / "office-payments"
    folder.mkdir()
    declared = (SMALL / "dataset.toml").read_text(encoding="utf-8")
    (folder / "dataset.toml").write_text(
        f'{declared}\n[source]\nnot_totals = ["Total", "TOTAL GENERAL FUND"]\n', encoding="utf-8"
    )
    rows = (
        ("Total", "شرکت نمونه", 700),
        ("A-2", "شرکت دیگر", 250),
        ("A-3", "شرکت سوم", 90),
        ("A-4", "TOTAL GENERAL FUND", 1040),
    )
    file = OfficeFile([HEADER, *rows]).written(tmp_path, "xlsx")
    with examine(publish_context(tmp_path / "city"), load_dataset(folder), file, ClerkDecisions("1403")) as examined:
        assert (examined.refined.errors, examined.refined.counts.read) == ((), 4)
