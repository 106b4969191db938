"""The unit of money wherever offices write it: nothing that contradicts the declaration is sealed unasked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq
import pytest
from tests.corpus.office_files import FORMATS, Cell, OfficeFile, Shown
from tests.corpus.other_formats import forms_of, written_as
from tests.corpus.outcomes import publish, publish_context
from tests.sampling import sampled

from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import NotReady, write_draft
from ayan.core.publish.examination import examine
from ayan.core.refine.money_units import ANYTHING, StatedUnit
from ayan.core.schema.loader import load_dataset
from ayan.core.values.money import MONEY_UNITS

SMALL: Final = Path(__file__).parent / "small"
HEADER: Final = ("شماره", "گیرنده", "مبلغ")


@dataclass(frozen=True, kw_only=True)
class UnitCase:
    """A file whose amounts are in ``unit``; ``is_told`` says whether the file says so, against the declared rial."""

    name: str
    file: OfficeFile
    unit: str
    is_told: bool = True
    forms: tuple[str, ...] = FORMATS


def rows(*amounts: Cell) -> list[tuple[Cell, ...]]:
    """Records with these amounts."""
    return [(f"A-{number}", "شرکت نمونه (ساختگی)", amount) for number, amount in enumerate(amounts, 1)]


def headed(header: str, unit: str, *, is_told: bool = True) -> UnitCase:
    """The unit in the header of the column."""
    file = OfficeFile([("شماره", "گیرنده", header), *rows(12_000, 7)])
    return UnitCase(name=f"header {header}", file=file, unit=unit, is_told=is_told)


def titled(title: str, unit: str, *, is_told: bool = True) -> UnitCase:
    """The unit in a row above the table."""
    return UnitCase(
        name=f"title {title}", file=OfficeFile([(title,), (), HEADER, *rows(12_000, 7)]), unit=unit, is_told=is_told
    )


def formed(form: str, unit: str, *, header: str = "مبلغ", is_told: bool = True) -> UnitCase:
    """The unit in the number format of the cells, which a text file has not."""
    file = OfficeFile([("شماره", "گیرنده", header), *rows(Shown(12_000, form), Shown(7_000_000, form))])
    return UnitCase(name=f"format {form} {header}", file=file, unit=unit, is_told=is_told, forms=("xls", "xlsx", "ods"))


CASES: Final = [
    headed("مبلغ (تومان)", "toman"),
    headed("مبلغ (ريال)", "rial", is_told=False),
    headed("مبلغ ریالی", "rial", is_told=False),
    headed("مبلغ (میلیون ریال)", "million_rial"),
    headed("مبلغ (م.ریال)", "million_rial"),
    headed("مبلغ (هزارریال)", "thousand_rial"),
    headed("مبلغ (۱۰۰۰ ریال)", "thousand_rial"),
    headed("مبلغ (میلیون)", "million_rial"),
    headed("مبلغ (میلیارد ریال)", "billion_rial"),
    headed("مبلغ هزار تومان", "thousand_toman"),
    headed("مبلغ (همت)", "hemat"),
    headed("مبلغ (دلار)", "rial"),
    headed("Amount (million rials)", "million_rial"),
    headed("Amount in toman", "toman"),
    titled("صورت پرداخت‌ها - ارقام به میلیون ریال", "million_rial"),
    titled("صورت پرداخت‌ها (مبالغ به تومان)", "toman"),
    titled("ارقام به هزار ریال است", "thousand_rial"),
    titled("Payments, in millions of tomans", "million_toman"),
    titled("ارقام به میلیون", "million_rial"),
    titled("صورت پرداخت‌ها", "rial", is_told=False),
    titled("پرداخت‌های بالای ۵۰ میلیون ریال", "rial", is_told=False),
    titled("پروژهٔ صد میلیارد تومانی خیابان سوم", "rial", is_told=False),
    formed('#,##0 "تومان"', "toman"),
    formed('#,##0" میلیون ریال"', "million_rial"),
    formed('#,##0 "ریال"', "rial", is_told=False),
    formed("#,##0", "rial", is_told=False),
    formed("#,##0,", "rial"),
    # Shown divided by a million and headed so: what is kept is rial.
    formed("#,##0,,", "rial", header="مبلغ (میلیون ریال)", is_told=False),
    formed('#,##0,"هزار تومان"', "toman"),
    UnitCase(name="sheet", file=OfficeFile([HEADER, *rows(12_000, 7)], sheet="تومان"), unit="toman", forms=FORMATS[1:]),
    UnitCase(
        name="file", file=OfficeFile([HEADER, *rows(12_000, 7)], stem="payments_million_rial"), unit="million_rial"
    ),
    UnitCase(
        name="note under the table",
        file=OfficeFile([HEADER, *rows(12_000, 7), ("ارقام به هزار تومان است",)]),
        unit="thousand_toman",
    ),
    UnitCase(
        name="row of units",
        file=OfficeFile([HEADER, ("", "", "(میلیون ریال)"), *rows(12_000, 7)]),
        unit="million_rial",
    ),
    UnitCase(
        name="header and title that contradict each other",
        file=OfficeFile([("ارقام به میلیون ریال",), ("شماره", "گیرنده", "مبلغ (تومان)"), *rows(12_000, 7)]),
        unit="toman",
    ),
]
EVERY: Final = [(case, form) for case in CASES for form in forms_of(case.file, case.forms)]


@pytest.mark.parametrize(
    ("case", "form"),
    sampled("units of money", EVERY, 1, by=lambda pair: pair[1]),
    ids=lambda part: getattr(part, "name", part),
)
def test_a_unit_that_the_file_names_is_never_passed_over(case: UnitCase, form: str, tmp_path: Path) -> None:
    """Blocked until somebody says the unit, and then converted to the rial, with the unit told in the manifest."""
    context, dataset = publish_context(tmp_path / "city"), load_dataset(SMALL / "office-payments")
    file = written_as(case.file, tmp_path, form)
    partial = "آنچه مبلغی ندارد کنار گذاشته شد"
    with examine(context, dataset, file, ClerkDecisions("1403", partial=partial)) as examined:
        (*asked,) = (issue for issue in examined.refined.issues if issue.code == "unit-mismatch")
        assert len(asked) == int(case.is_told), [issue.message("en") for issue in examined.refined.issues]
        if case.is_told:
            assert (asked[0].level, asked[0].field) == ("error", "amount")
            with pytest.raises(NotReady):
                write_draft(context, examined, sent_by="فرستنده (ساختگی)")
    units = {"amount": StatedUnit(case.unit, (ANYTHING,))}
    with examine(context, dataset, file, ClerkDecisions("1403", partial=partial, units=units)) as examined:
        release = publish(context, write_draft(context, examined, sent_by="فرستنده (ساختگی)"))
    (part,) = release.parts()
    factor = MONEY_UNITS[case.unit]
    stated = [row[-1] for row in case.file.rows if row and str(row[0]).startswith("A-")]
    numbers = [each.number if isinstance(each, Shown) else each for each in stated]
    assert pq.read_table(part)["amount"].to_pylist() == [int(str(number)) * factor for number in numbers]
    facts = release.manifest["ayan"]
    if case.unit == "rial":
        assert "units" not in facts["source"]
        assert "corrections" not in facts
    else:
        assert facts["source"]["units"] == {"amount": {"unit": case.unit, "rial": factor}}
        assert facts["corrections"]["units"] == {"amount": {"declared": "rial", "said": case.unit}}
    assert facts["totals"]["amount"] == str(sum(int(str(number)) for number in numbers) * factor)
