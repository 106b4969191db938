"""Small invented files, each built around one trap of the spreadsheets that offices keep."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from tests.corpus.outcomes import publish, publish_context

from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import NotReady, write_draft
from ayan.core.publish.examination import Examined, examine
from ayan.core.publish.publish_context import PublishContext
from ayan.core.schema.loader import load_dataset
from ayan.core.store.release import Release

SMALL = Path(__file__).parent / "small"
# Made up for these tests: the last digit of the first three is right, that of the fourth is not.
PERSON, HEAD, OTHER, WRONG = "0012345679", "0087654326", "0498765431", "0012345670"


def csv_file(folder: Path, rows: Sequence[str]) -> Path:
    """A CSV file with the given lines."""
    path = folder / "پرداخت‌ها.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@contextmanager
def examined(context: PublishContext, slug: str, file: Path, partial: str | None = None) -> Iterator[Examined]:
    """The engine's look at ``file`` as the small dataset ``slug``."""
    with examine(context, load_dataset(SMALL / slug), file, ClerkDecisions(partial=partial)) as examination:
        yield examination


@pytest.fixture
def context(tmp_path: Path) -> PublishContext:
    """An empty city."""
    return publish_context(tmp_path / "city")


def published(context: PublishContext, examination: Examined) -> Release:
    """The release that comes of a submission."""
    return publish(context, write_draft(context, examination, sent_by="فرستنده (ساختگی)"))


def rows_of(release: Release) -> list[dict[str, object]]:
    """The published rows."""
    (part,) = release.parts()
    return list(pq.read_table(part).to_pylist())


@pytest.mark.parametrize(
    "written",
    ["(1,234)", "(۱٬۲۳۴)", "1,234-", "-1234", "۱٬۲۳۴−", "−۱۲۳۴", "\u200e-1,234", "(1234)", "-۱،۲۳۴", "- 1234"],
)
def test_a_negative_amount_keeps_its_sign(context: PublishContext, tmp_path: Path, written: str) -> None:
    """However a refund is written, it is subtracted: in the row, in the sum, and against the totals row."""
    file = csv_file(
        tmp_path,
        ["شمارهٔ سند,نام,مبلغ", '۰۰۱,فرد نمونه‌ای,"5,000"', f'۰۰۲,فرد دیگر نمونه‌ای,"{written}"', 'جمع,,"3,766"'],
    )
    with examined(context, "salary-list", file) as examination:
        assert examination.refined.errors == ()
        assert examination.refined.by_code()["total-agrees"] == 1
        release = published(context, examination)
    assert [(row["number"], row["amount"]) for row in rows_of(release)] == [("001", 5000), ("002", -1234)]
    assert release.manifest["ayan"]["totals"]["amount"] == "3766"


def test_a_total_that_differs_by_one_rial_stands_in_the_way(context: PublishContext, tmp_path: Path) -> None:
    """The difference is named with the cell, and the totals row is never a record."""
    file = csv_file(
        tmp_path,
        [
            "شمارهٔ سند,نام,مبلغ",
            "1,فرد نمونه‌ای,9000000000000001",
            "2,فرد نمونه‌ای,1",
            "جمع کل,,9000000000000003",
        ],
    )
    with examined(context, "salary-list", file) as examination:
        (issue,) = examination.refined.errors
        assert (issue.code, issue.row, issue.column) == ("total-mismatch", 4, "C مبلغ")
        assert "تفاوت ۱)" in issue.message("fa")
        assert "difference 1)" in issue.message("en")
        assert (examination.refined.counts.read, examination.refined.counts.totals) == (2, 1)
        with pytest.raises(NotReady):
            write_draft(context, examination, sent_by="فرستنده (ساختگی)")


def test_page_totals_and_a_grand_total_all_agree(context: PublishContext, tmp_path: Path) -> None:
    """A totals row may sum its own page or everything above it."""
    lines = ["شمارهٔ سند,نام,مبلغ", "1,فرد نمونه‌ای,10", "2,فرد نمونه‌ای,20", "جمع صفحه,,30"]
    lines += ["3,فرد نمونه‌ای,40", "جمع صفحه,,40", "جمع کل,,70"]
    with examined(context, "salary-list", csv_file(tmp_path, lines)) as examination:
        assert examination.refined.errors == ()
        assert examination.refined.by_code()["total-agrees"] == 3
        assert [row["amount"] for row in rows_of(published(context, examination))] == [10, 20, 40]


def test_a_withheld_number_reaches_nothing_that_is_kept_or_said(context: PublishContext, tmp_path: Path) -> None:
    """Neither rows, manifest, index file nor any issue holds it, not even where it is what is wrong."""
    file = csv_file(
        tmp_path,
        [
            "شمارهٔ سند,نام,کد ملی,کد ملی سرپرست,مبلغ",
            f"1,فرد نمونه‌ای,{PERSON},{HEAD},100",
            f"2,فرد دوم نمونه‌ای,{WRONG},{HEAD},200",
            f"3,فرد سوم نمونه‌ای,{OTHER},{WRONG},300",
            f"4,فرد چهارم نمونه‌ای,{OTHER},{OTHER},400",
            f"5,فرد پنجم نمونه‌ای,{PERSON},{OTHER},۵۰۰تومان",
        ],
    )
    secrets = (PERSON, HEAD, OTHER, WRONG)
    with examined(context, "salary-list", file, partial="ردیف‌های نادرست کنار گذاشته شد") as examination:
        codes = {issue.code for issue in examination.refined.errors}
        assert codes == {"identity-wrong", "check:not-to-oneself", "not-a-number"}
        said = json.dumps(examination.as_json(), ensure_ascii=False)
        assert '"value": "۵۰۰تومان"' in said
        release = published(context, examination)
    rows = rows_of(release)
    assert [(row["number"], row["masked_identity"]) for row in rows] == [("1", "***" + HEAD[-2:])]
    assert "identity" not in rows[0]
    (index,) = context.index_store.ensure("salary-list")
    with duckdb.connect(str(index), read_only=True) as con:
        served = str(con.execute("SELECT * FROM rows").fetchall())
        served += str(con.execute("SELECT * FROM meta").fetchall())
    texts = [said, str(rows), served, json.dumps(release.manifest, ensure_ascii=False)]
    kept = [path for root in ("store", "index", "scratch") for path in (tmp_path / "city" / root).rglob("*")]
    texts += [path.read_bytes().decode("latin-1") for path in kept if path.is_file()]
    assert [secret for secret in secrets if any(secret in text for text in texts)] == []


def test_rows_keep_the_order_of_their_file_when_some_are_left_out(context: PublishContext, tmp_path: Path) -> None:
    """Enough rows that several threads write them, and every published row still leads to its line."""
    lines = [f"{number},فرد نمونه‌ای,{number * 10}" for number in range(1, 40_001)]
    lines[30_000] = "30001,فرد نمونه‌ای,نامعلوم"
    with examined(
        context, "salary-list", csv_file(tmp_path, ["شمارهٔ سند,نام,مبلغ", *lines]), partial="یک مبلغ خوانده نشد"
    ) as examination:
        assert [(issue.code, issue.row, issue.line) for issue in examination.refined.errors] == [
            ("not-a-number", 30_002, 30_002)
        ]
        rows = rows_of(published(context, examination))
    expected = [number for number in range(1, 40_001) if number != 30_001]
    assert [(row["_row"], row["amount"]) for row in rows] == [(number + 1, number * 10) for number in expected]


BANDS = [
    (0, 60, 50),
    (60, 100, 100),
    (100, 150, 180),
    (150, 200, 300),
    (200, 300, 450),
    (300, 400, 650),
    (400, 500, 900),
]


def band_lines(bands: Sequence[tuple[int, int | str, int]]) -> list[str]:
    """A table of bands as a CSV file has it."""
    return ["از متراژ,تا متراژ,ضریب (در هزار)", *(",".join(map(str, band)) for band in bands)]


def test_the_table_with_nothing_between_500_and_600_is_refused_by_name(context: PublishContext, tmp_path: Path) -> None:
    """As Tehran published it: up to 500 square metres, then from 600."""
    file = csv_file(tmp_path, band_lines([*BANDS, (600, "", 1200)]))
    with examined(context, "area-bands", file) as examination:
        (issue,) = examination.refined.errors
        assert (issue.code, issue.row) == ("band-gap", 9)
        assert "میان ۵۰۰ و ۶۰۰" in issue.message("fa")
        assert "between 500 and 600" in issue.message("en")
        with pytest.raises(NotReady):
            write_draft(context, examination, sent_by="فرستنده (ساختگی)")


def test_a_whole_table_of_bands_is_published(context: PublishContext, tmp_path: Path) -> None:
    """The open end at the top is no fault, and the order of the rows does not matter."""
    file = csv_file(tmp_path, band_lines([(500, "", 1200), *reversed(BANDS)]))
    with examined(context, "area-bands", file) as examination:
        assert examination.refined.errors == ()
        assert len(rows_of(published(context, examination))) == 8


def test_bands_that_overlap_are_refused_by_name(context: PublishContext, tmp_path: Path) -> None:
    """One square metre that belongs to two bands is enough."""
    file = csv_file(tmp_path, band_lines([*BANDS, (499, "", 1200)]))
    with examined(context, "area-bands", file) as examination:
        assert [(issue.code, issue.row) for issue in examination.refined.errors] == [("band-overlap", 9)]
        assert "499" in examination.refined.errors[0].message("en")


def test_a_header_of_two_levels_with_merged_cells_is_read_as_parent_and_child(
    context: PublishContext, tmp_path: Path
) -> None:
    """The same child stands under two parents; each column goes to its own field and nothing is guessed."""
    path = tmp_path / "اعتبارات.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("اعتبارات")
        sheet.right_to_left()
        sheet.merge_range("A1:E1", "جدول اعتبارات (ساختگی) - ارقام به میلیون ریال")
        sheet.merge_range("A2:A3", "واحد")
        sheet.merge_range("B2:C2", "مصوب")
        sheet.merge_range("D2:E2", "عملکرد")
        sheet.write_row("B3", ["جاری", "عمرانی", "جاري", "عمراني"])
        sheet.write_row("A4", ["خدمات شهری", "۱٬۲۰۰", 300, 1100.5, 0])
        sheet.write_row("A5", ["عمران", 800, "(50)", 790, "۲۵"])
        sheet.write_row("A6", ["جمع", 2000, 250, 1890.5, 25])
    with examined(context, "credit-table", path) as examination:
        assert examination.refined.errors == ()
        assert examination.refined.by_code()["total-agrees"] == 4
        letters = {name: column["letter"] for name, column in examination.refined.columns().items()}
        rows = rows_of(published(context, examination))
    names = ("unit", "approved_current", "approved_capital", "actual_current", "actual_capital")
    assert letters == dict(zip(names, "ABCDE", strict=True))
    million = 10**6
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("خدمات شهری", 1200 * million, 300 * million, 1_100_500_000, 0),
        ("عمران", 800 * million, -50 * million, 790 * million, 25 * million),
    ]
