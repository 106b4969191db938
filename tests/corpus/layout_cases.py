"""The layouts of the corpus: what an office writes, the steps that read it, and what must come of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.corpus.office_files import Cell, OfficeFile


@dataclass(frozen=True, kw_only=True)
class LayoutCase:
    """One sheet (and ``more``), its ``[source]``, and the published rows by ``fields``.

    ``errors`` are (code, sheet, row, letter), ``said`` other codes with their counts, ``places`` the place numbers and
    rows in the file of what is published.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    source: str
    fields: tuple[str, ...]
    expected: Sequence[Sequence[Any]]
    sheet: str = "Sheet1"
    more: Mapping[str, Sequence[Sequence[Cell]]] = field(default_factory=dict)
    errors: Sequence[tuple[str, str | None, int | None, str]] = ()
    said: Mapping[str, int] = field(default_factory=dict)
    places: Sequence[tuple[int, int]] = ()

    @property
    def file(self) -> OfficeFile:
        """What is written."""
        return OfficeFile(self.rows, sheet=self.sheet, more=self.more)


def step(**said: Any) -> str:
    """A step in TOML."""
    return "[[source.step]]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in said.items())


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return str(value) if isinstance(value, int) else "'" + value + "'"


MONEY: Final = ("title", "amount")
PARTS: Final = ("title", "part", "amount")
CROSS: Final = ("title", "month", "amount")
HEAD: Final = ("شرح", "مبلغ")

STACKED: Final[list[tuple[Cell, ...]]] = [
    ("جدول ۱: کارکنان", None), ("واحد", "تعداد"), ("فنی", 7), ("مالی", 5), (None, None),
    ("جدول ۲: هزینه", None), HEAD, ("آب", 1), ("برق", 2), ("جمع", 3),
]  # fmt: skip

CASES: Final = [
    LayoutCase(
        name="section titles carried down",
        rows=[HEAD, ("شهرداری", None), ("آب", 1), ("برق", 2), ("جمع", 3), ("سازمان", None), ("گاز", 4), ("جمع", 4)],
        source=step(do="carry", into="بخش"),
        fields=PARTS,
        expected=[("آب", "شهرداری", 1), ("برق", "شهرداری", 2), ("گاز", "سازمان", 4)],
        said={"total-agrees": 2},
    ),
    LayoutCase(
        name="a section title without rows is named",
        rows=[HEAD, ("شهرداری", None), ("سازمان", None), ("گاز", 4), ("پایان", None)],
        source=step(do="carry", into="بخش"),
        fields=PARTS,
        expected=[("گاز", "سازمان", 4)],
        said={"step-rows-left": 2},
    ),
    LayoutCase(
        name="section titles by a word",
        rows=[HEAD, ("بخش یک:", None), ("آب", 1), ("برق", None), ("بخش دو:", None), ("گاز", 4)],
        source=step(do="carry", into="بخش", when={"matches": ":$"}),
        fields=PARTS,
        expected=[("آب", "بخش یک:", 1), ("برق", "بخش یک:", None), ("گاز", "بخش دو:", 4)],
    ),
    LayoutCase(
        name="merged cells filled down",
        rows=[("بخش", "شرح", "مبلغ"), ("یک", "آب", 1), (None, "برق", 2), ("دو", "گاز", 3), (None, "نان", 4)],
        source=step(do="fill_down", columns=["بخش"]),
        fields=PARTS,
        expected=[("آب", "یک", 1), ("برق", "یک", 2), ("گاز", "دو", 3), ("نان", "دو", 4)],
        said={"step-filled": 2},
    ),
    LayoutCase(
        name="sums are not filled",
        rows=[("بخش", "شرح", "مبلغ"), ("یک", "آب", 1), (None, "برق", 2), (None, "جمع", 3), ("دو", "گاز", 5)],
        source=step(do="fill_down", columns=["بخش"]),
        fields=PARTS,
        expected=[("آب", "یک", 1), ("برق", "یک", 2), ("گاز", "دو", 5)],
        said={"step-filled": 1, "total-agrees": 1},
    ),
    LayoutCase(
        name="months to rows",
        rows=[("شرح", "فروردین", "اردیبهشت", "خرداد"), ("آب", 1, 2, 3), ("برق", 4, None, 6), ("جمع", 5, 2, 9)],
        source=step(do="crosstab", columns=["فروردین", "اردیبهشت", "خرداد"], into=["ماه"], value="مبلغ"),
        fields=CROSS,
        expected=[
            ("آب", "فروردین", 1),
            ("برق", "فروردین", 4),
            ("آب", "اردیبهشت", 2),
            ("آب", "خرداد", 3),
            ("برق", "خرداد", 6),
        ],
        said={"total-agrees": 3},
        places=[(0, 2), (0, 3), (1, 2), (2, 2), (2, 3)],
    ),
    LayoutCase(
        name="a wrong sum of one month",
        rows=[("شرح", "فروردین", "اردیبهشت"), ("آب", 1, 2), ("برق", 4, 5), ("جمع", 5, 8)],
        source=step(do="crosstab", columns=["فروردین", "اردیبهشت"], into=["ماه"], value="مبلغ"),
        fields=CROSS,
        expected=[("آب", "فروردین", 1), ("برق", "فروردین", 4), ("آب", "اردیبهشت", 2), ("برق", "اردیبهشت", 5)],
        errors=[("total-mismatch", None, 4, "C")],
    ),
    LayoutCase(
        name="a wrong cell in a crosstab is named in the file",
        rows=[("شرح", "فروردین", "اردیبهشت"), ("آب", "1", "2"), ("برق", "4", "ندانم")],
        source=step(do="crosstab", columns=["/ن$|ت$/"], into=["ماه"], value="مبلغ"),
        fields=CROSS,
        expected=[("آب", "فروردین", 1), ("برق", "فروردین", 4), ("آب", "اردیبهشت", 2)],
        errors=[("not-a-number", None, 3, "C")],
    ),
    LayoutCase(
        name="two header levels, values beside each other",
        rows=[
            ("شرح", "1402", "1402", "1403", "1403"),
            (None, "مبلغ", "عملکرد", "مبلغ", "عملکرد"),
            ("آب", 1, 2, 3, 4),
            ("برق", 5, 6, None, 8),
            ("هیچ", None, None, None, None),
        ],
        source="header_row = 1\nheader_rows = 2\n"
        + step(do="crosstab", columns=["/^140/"], into=["سال"], values=["مبلغ", "عملکرد"]),
        fields=("title", "year", "amount", "spent"),
        expected=[("آب", "1402", 1, 2), ("برق", "1402", 5, 6), ("آب", "1403", 3, 4), ("برق", "1403", None, 8)],
        said={"step-rows-left": 1},
    ),
    LayoutCase(
        name="two header levels, both names",
        rows=[("شرح", "1402", "1402", "1403"), (None, "فروردین", "مهر", "فروردین"), ("آب", 1, 2, 3)],
        source="header_row = 1\nheader_rows = 2\n"
        + step(do="crosstab", columns=["/^140/"], into=["سال", "ماه"], value="مبلغ"),
        fields=("title", "year", "month", "amount"),
        expected=[("آب", "1402", "فروردین", 1), ("آب", "1402", "مهر", 2), ("آب", "1403", "فروردین", 3)],
    ),
    LayoutCase(
        name="rows left out by their text",
        rows=[HEAD, ("آب", 1), ("تهیه‌کننده: امور مالی", None), ("برق", 2), ("تأیید", None)],
        source=step(do="leave_out", when={"column": "شرح", "is": ["تأیید", "تهیه كننده: امور مالی"]}),
        fields=MONEY,
        expected=[("آب", 1), ("برق", 2)],
        said={"step-rows-left": 2},
    ),
    LayoutCase(
        name="rows left out by an empty cell",
        rows=[HEAD, ("آب", 1), ("پانوشت", None), ("برق", 2)],
        source=step(do="leave_out", when={"column": "مبلغ", "empty": True}),
        fields=MONEY,
        expected=[("آب", 1), ("برق", 2)],
        said={"step-rows-left": 1},
    ),
    LayoutCase(
        name="repeated headers left out",
        rows=[HEAD, ("آب", 1), HEAD, ("برق", 2), HEAD, ("گاز", 3)],
        source=step(do="leave_out", when={"header": True}),
        fields=MONEY,
        expected=[("آب", 1), ("برق", 2), ("گاز", 3)],
        said={"step-rows-left": 2},
    ),
    LayoutCase(
        name="a table that ends at a word",
        rows=[HEAD, ("آب", 1), ("برق", 2), ("امضای ذی‌حساب", None), ("x", 77)],
        source=step(do="end", when={"matches": "^امضا"}),
        fields=MONEY,
        expected=[("آب", 1), ("برق", 2)],
        said={"step-rows-left": 2},
    ),
    LayoutCase(
        name="a table that ends at an empty row",
        rows=[HEAD, ("آب", 1), ("برق", 2), (None, None), ("جدول دوم", "نام"), ("x", "y")],
        source=step(do="end", when={"gap": True}),
        fields=MONEY,
        expected=[("آب", 1), ("برق", 2)],
        said={"step-rows-left": 2},
    ),
    LayoutCase(
        name="a table that starts after remarks under its header",
        rows=[HEAD, ("(شرح کامل)", "(به ریال)"), ("1", "2"), ("آب", 1), ("برق", 2)],
        source=step(do="start", when={"column": "شرح", "is": ["آب"]}),
        fields=MONEY,
        expected=[("آب", 1), ("برق", 2)],
        said={"step-rows-left": 2},
    ),
    LayoutCase(
        name="several tables on a sheet, below each other",
        rows=[HEAD, ("منطقه ۱", None), HEAD, ("آب", 1), (None, None), ("منطقه ۲", None), HEAD, ("برق", 2)],
        source="header_row = 1\n" + step(do="leave_out", when={"header": True}) + step(do="carry", into="بخش"),
        fields=PARTS,
        expected=[("آب", "منطقه ۱", 1), ("برق", "منطقه ۲", 2)],
        said={"step-rows-left": 2},
    ),
    LayoutCase(
        name="several tables on a sheet, beside each other",
        rows=[(*HEAD, None, *HEAD), ("آب", 1, None, "گاز", 3), ("برق", 2, None, None, None)],
        source="header_row = 1\n" + step(do="side_by_side", width=2),
        fields=MONEY,
        expected=[("آب", 1), ("برق", 2), ("گاز", 3)],
        places=[(0, 2), (0, 3), (1, 2)],
    ),
    LayoutCase(
        name="a wrong cell in the second table",
        rows=[(*HEAD, None, *HEAD), ("آب", "1", None, "گاز", "سه")],
        source="header_row = 1\n" + step(do="side_by_side", width=2),
        fields=MONEY,
        expected=[("آب", 1)],
        errors=[("not-a-number", None, 2, "E")],
    ),
    LayoutCase(
        name="several sheets of one shape",
        rows=[HEAD, ("آب", 1), ("جمع", 1)],
        sheet="1402",
        more={"1403": [("مبلغ", "شرح"), (5, "برق"), (6, "گاز")], "راهنما": [("توضیح",), ("متن",)]},
        source=step(do="sheets", sheets=["/^140/"], into="سال"),
        fields=("title", "year", "amount"),
        expected=[("آب", "1402", 1), ("برق", "1403", 5), ("گاز", "1403", 6)],
        said={"total-agrees": 1},
        places=[(0, 2), (1, 2), (1, 3)],
    ),
    LayoutCase(
        name="a wrong cell on the second sheet",
        rows=[HEAD, ("آب", "1")],
        sheet="1402",
        more={"1403": [HEAD, ("برق", "5"), ("گاز", "شش")], "خالی": []},
        source=step(do="sheets", into="سال"),
        fields=("title", "year", "amount"),
        expected=[("آب", "1402", 1), ("برق", "1403", 5)],
        errors=[("not-a-number", "1403", 3, "B")],
    ),
    LayoutCase(
        name="sheets of months, each a crosstab",
        rows=[("شرح", "فروردین", "مهر"), ("آب", 1, 2)],
        sheet="1402",
        more={"1403": [("شرح", "فروردین", "مهر"), ("آب", 3, 4)]},
        source=step(do="sheets", into="سال")
        + step(do="crosstab", columns=["فروردین", "مهر"], into=["ماه"], value="مبلغ"),
        fields=("title", "year", "month", "amount"),
        expected=[
            ("آب", "1402", "فروردین", 1),
            ("آب", "1402", "مهر", 2),
            ("آب", "1403", "فروردین", 3),
            ("آب", "1403", "مهر", 4),
        ],
        places=[(0, 2), (1, 2), (2, 2), (3, 2)],
    ),
    LayoutCase(
        name="the second table of a sheet, by its title",
        rows=STACKED,
        source=step(do="table", title="جدول ٢: هزينه"),
        fields=MONEY,
        expected=[("آب", 1), ("برق", 2)],
        said={"step-rows-left": 4, "total-agrees": 1},
        places=[(0, 8), (0, 9)],
    ),
    LayoutCase(
        name="a table of a sheet, by a pattern",
        rows=STACKED,
        source=step(do="table", title="/هزینه$/"),
        fields=MONEY,
        expected=[("آب", 1), ("برق", 2)],
        said={"step-rows-left": 4},
    ),
    LayoutCase(
        name="a table of a sheet, by its number and below a title of the sheet",
        rows=[("گزارش سال", None), (None, None), *STACKED],
        source=step(do="table", number=2),
        fields=MONEY,
        expected=[("آب", 1), ("برق", 2)],
        said={"step-rows-left": 5},
        places=[(0, 10), (0, 11)],
    ),
    LayoutCase(
        name="a table of a sheet with titles of its parts",
        rows=[*STACKED[:7], ("بخش یک", None), ("آب", 1), ("بخش دو", None), ("برق", 2), (None, None), ("جمع", 3)],
        source=step(do="table", number=2) + step(do="carry", into="بخش"),
        fields=PARTS,
        expected=[("آب", "بخش یک", 1), ("برق", "بخش دو", 2)],
        said={"total-agrees": 1},
    ),
    LayoutCase(
        name="a wrong cell in the table of a sheet",
        rows=[*STACKED[:8], ("برق", "دو")],
        source=step(do="table", number=2),
        fields=MONEY,
        expected=[("آب", 1)],
        errors=[("not-a-number", None, 9, "B")],
    ),
    LayoutCase(
        name="a table of a sheet under a header of two rows",
        rows=[*STACKED[:6], ("شرح", "مبلغ"), (None, "مبلغ"), ("آب", 1), ("برق", 2)],
        source="header_rows = 2\n" + step(do="table", number=2),
        fields=MONEY,
        expected=[("آب", 1), ("برق", 2)],
    ),
    LayoutCase(
        name="one column split by a separator",
        rows=[("بخش - شرح", "مبلغ"), ("یک - آب", 1), ("دو - برق", 2), ("جمع", 3)],
        source=step(do="split", column="بخش - شرح", into=["بخش", "شرح"], by=" - "),
        fields=PARTS,
        expected=[("آب", "یک", 1), ("برق", "دو", 2)],
    ),
    LayoutCase(
        name="one column split at a place",
        rows=[("ردیف", "مبلغ"), ("A1آب", 1), ("B2برق", 2)],
        source=step(do="split", column="ردیف", into=["بخش", "شرح"], at=[2]),
        fields=PARTS,
        expected=[("آب", "A1", 1), ("برق", "B2", 2)],
    ),
    LayoutCase(
        name="one column split by a pattern, and a cell that does not fit",
        rows=[("ردیف", "مبلغ"), ("آب (یک)", 1), ("برق [دو]", 2)],
        source=step(do="split", column="ردیف", into=["شرح", "بخش"], pattern=r"(.*) \((.*)\)"),
        fields=PARTS,
        expected=[("آب", "یک", 1)],
        errors=[("required", None, 3, "A"), ("step-unfit", None, 3, "A")],
    ),
    LayoutCase(
        name="several values in a cell",
        rows=[("شرح", "نام", "مبلغ"), ("آب", "الف؛ ب؛ ج", 10), ("برق", "د", 20)],
        source=step(do="child_rows", columns=["نام"], by="؛", once=["مبلغ"]),
        fields=("title", "person", "amount"),
        expected=[("آب", "الف", 10), ("برق", "د", 20), ("آب", "ب", None), ("آب", "ج", None)],
        places=[(0, 2), (0, 3), (1, 2), (2, 2)],
    ),
    LayoutCase(
        name="several values in two cells that belong together",
        rows=[("شرح", "نام", "مبلغ"), ("آب", "الف/ب", "1/2"), ("برق", "ج/د", "3/4/5")],
        source=step(do="child_rows", columns=["نام", "مبلغ"], by="/"),
        fields=("title", "person", "amount"),
        expected=[("آب", "الف", 1), ("آب", "ب", 2)],
        errors=[("number-ambiguous", None, 3, "C"), ("step-unfit", None, 3, "B")],
    ),
    LayoutCase(
        name="stray columns ignored by a pattern",
        rows=[("شرح", "Unnamed: 1", "مبلغ", "Unnamed: 2"), ("آب", "x", 1, None), ("برق", None, 2, "y")],
        source=step(do="ignore", columns=["/^Unnamed/"]),
        fields=MONEY,
        expected=[("آب", 1), ("برق", 2)],
        said={"step-columns-left": 2},
    ),
    LayoutCase(
        name="stray columns ignored without a step",
        rows=[("شرح", "Unnamed: 1", "مبلغ", "Unnamed: 2"), ("آب", "x", 1, None), ("برق", None, 2, "y")],
        source='ignore = ["/^Unnamed/"]\n',
        fields=MONEY,
        expected=[("آب", 1), ("برق", 2)],
    ),
    LayoutCase(
        name="signs of accounts",
        rows=[
            HEAD,
            ("a", "5 DR"),
            ("b", "1,250 CR"),
            ("c", "+7"),
            ("d", "(8)"),
            ("e", "9-"),
            ("f", "۱۰ بدهکار"),
            ("g", "11"),
        ],
        source=step(do="signs", columns=["مبلغ"]),
        fields=MONEY,
        expected=[("a", -5), ("b", 1250), ("c", 7), ("d", -8), ("e", -9), ("f", -10), ("g", 11)],
    ),
    LayoutCase(
        name="signs of accounts, the other way",
        rows=[HEAD, ("a", "5 DR"), ("b", "6CR")],
        source=step(do="signs", columns=["مبلغ"], minus="CR"),
        fields=MONEY,
        expected=[("a", 5), ("b", -6)],
    ),
    LayoutCase(
        name="decimal comma",
        rows=[("شرح", "اندازه"), ("a", "1.234,50"), ("b", "12,5"), ("c", "-7"), ("d", "1.234")],
        source=step(do="decimal_comma", columns=["اندازه"]),
        fields=("title", "measure"),
        expected=[("a", "1234.50"), ("b", "12.50"), ("c", "-7.00"), ("d", "1234.00")],
    ),
    LayoutCase(
        name="a point in a column of decimal commas",
        rows=[("شرح", "اندازه"), ("a", "12,5"), ("b", "1,234.5")],
        source=step(do="decimal_comma", columns=["اندازه"]),
        fields=("title", "measure"),
        expected=[("a", "12.50"), ("b", "1234.50")],
        errors=[("step-unfit", None, 3, "B")],
    ),
    LayoutCase(
        name="lakh and crore",
        rows=[HEAD, ("a", "1,23,456"), ("b", "12,34,56,789"), ("c", "1,234"), ("d", "1'234'567")],
        source=step(do="grouping", columns=["مبلغ"]),
        fields=MONEY,
        expected=[("a", 123456), ("b", 123456789), ("c", 1234), ("d", 1234567)],
    ),
    LayoutCase(
        name="tails of computed numbers",
        rows=[("شرح", "اندازه"), ("a", "12.000000001"), ("b", "11.999999998"), ("c", "0.30000000000000004")],
        source=step(do="round", columns=["اندازه"], scale=2),
        fields=("title", "measure"),
        expected=[("a", "12.00"), ("b", "12.00"), ("c", "0.30")],
    ),
    LayoutCase(
        name="real decimals are never cut",
        rows=[("شرح", "اندازه"), ("a", "12.345")],
        source=step(do="round", columns=["اندازه"], scale=2),
        fields=("title", "measure"),
        expected=[],
        errors=[("decimal-digits", None, 2, "B")],
    ),
    LayoutCase(
        name="a factor",
        rows=[HEAD, ("a", "1,250"), ("b", "12.5"), ("c", "(3)"), ("d", "0.0015")],
        source=step(do="factor", columns=["مبلغ"], by=1_000_000),
        fields=MONEY,
        expected=[("a", 1_250_000_000), ("b", 12_500_000), ("c", -3_000_000), ("d", 1_500)],
    ),
    LayoutCase(
        name="a tolerance of sums",
        rows=[HEAD, ("آب", 100), ("برق", 200), ("جمع", 301)],
        source="tolerance = 1\n",
        fields=MONEY,
        expected=[("آب", 100), ("برق", 200)],
        said={"total-near": 1},
    ),
    LayoutCase(
        name="a sum beyond its tolerance",
        rows=[HEAD, ("آب", 100), ("برق", 200), ("جمع", 302)],
        source="tolerance = 1\n",
        fields=MONEY,
        expected=[("آب", 100), ("برق", 200)],
        errors=[("total-mismatch", None, 4, "B")],
    ),
]
