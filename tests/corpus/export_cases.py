"""The exports of the corpus: treasuries, revenue offices, councils, portals and ledgers, in Persian and abroad."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from tests.corpus.export_case import ExportCase, book, text
from tests.corpus.office_files import Cell, Day, OfficeFile
from tests.corpus.xlsb_file import xlsb

PEOPLE: Final = ("آقای احمدی", "خانم رضایی", "آقای کریمی", "آقای موسوی", "خانم صادقی")
BALLOTS: Final = ("موافق", "مخالف", "ممتنع", "غایب")


def _zipped(name: str, members: Mapping[str, str]) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            for member, lines in members.items():
                package.writestr(member, lines.encode("utf-8"))
        return path

    return write


def _binary(folder: Path) -> Path:
    rows: list[tuple[Cell, ...]] = [
        ("شماره پروانه", "منطقه", "زیربنا", "عوارض (ریال)"),
        *((f"1402-{n:04}", n % 3 + 1, n * 100, n * 1_250_000) for n in range(1, 9)),
    ]
    path = folder / "parvaneh.xlsb"
    xlsb(OfficeFile(rows), path)
    return path


def _gzipped(folder: Path) -> Path:
    lines = "شناسه,عنوان,مبلغ (ریال)\n" + "".join(f"K{n:03},خرید {n},{n * 7}00000\n" for n in range(1, 9))
    path = folder / "kharid.csv.gz"
    path.write_bytes(gzip.compress(lines.encode("utf-8-sig")))
    return path


def _page(folder: Path) -> Path:
    rows = "".join(
        f"<tr><td>{to_fa(n)}</td><td>قرارداد {to_fa(n)}</td><td>۱۴۰۲/۰{to_fa(n)}/۱۲</td><td>{to_fa(f'{n * 1234567:,}')}</td></tr>"
        for n in range(1, 8)
    )
    path = folder / "gozaresh.xls"
    path.write_text(
        "<html dir=rtl><meta charset=utf-8><body><h3>گزارش قراردادها</h3><table border=1><tr><th>ردیف</th><th>موضوع</th>"
        f"<th>تاریخ عقد</th><th>مبلغ به ریال</th></tr>{rows}</table></body></html>",
        "utf-8",
    )
    return path


def to_fa(text: object) -> str:
    """With Persian digits."""
    return str(text).translate(str.maketrans("0123456789,", "۰۱۲۳۴۵۶۷۸۹٬"))


def _spreadsheetml(folder: Path) -> Path:
    def line(*cells: object) -> str:
        return "<Row>" + "".join(
            f'<Cell><Data ss:Type="{"Number" if isinstance(cell, int) else "String"}">{cell}</Data></Cell>'
            for cell in cells
        ) + "</Row>"  # fmt: skip

    rows = line("کد نوسازی", "نام محله", "بدهی (ریال)") + "".join(
        line(f"01-{n:02}-003-{n:04}", f"محله {n}", n * 330_000) for n in range(1, 9)
    )
    path = folder / "nosazi.xls"
    path.write_text(
        '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook '
        'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="گزارش"><Table>{rows}</Table></Worksheet></Workbook>',
        "utf-8",
    )
    return path


def _ndjson(folder: Path) -> Path:
    path = folder / "releases.ndjson"
    lines = [
        {
            "ocid": f"ocds-x-{n:03}", "id": f"r{n}", "date": f"2023-05-{n:02}T10:00:00Z", "tag": ["award"],
            "buyer": {"name": "Ambridge"}, "awards": [{"id": f"a{n}", "value": {"amount": n * 100.5, "currency": "EUR"}}],
        }
        for n in range(1, 9)
    ]  # fmt: skip
    path.write_text("".join(json.dumps(each) + "\n" for each in lines), "utf-8")
    return path


XML: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<export created="2023-06-01"><contracts>'
    + "".join(
        f'<contract no="C-{n:03}"><title>Works {n}</title><amount currency="GBP">{n * 999.5:.2f}</amount></contract>'
        for n in range(1, 9)
    )
    + "</contracts></export>"
)
# The rows of a sum that is carried from a page to the next count each record twice.
CARRIED: Final = (
    "ردیف,شرح,مبلغ (ریال)\n"
    + "".join(f"{n},هزینه {n},{n * 1000}\n" for n in range(1, 5))
    + ",نقل به صفحه بعد,10000\n,نقل از صفحه قبل,10000\n"
    + "".join(f"{n},هزینه {n},{n * 1000}\n" for n in range(5, 9))
    + ",جمع کل,36000\n"
)
SUMS: Final[list[tuple[Cell, ...]]] = [
    ("منطقه", "عنوان", "مبلغ (ریال)"),
    *(("منطقه ۱", f"درآمد {n}", n * 100) for n in range(1, 5)), ("جمع منطقه ۱", None, 1000),
    *(("منطقه ۲", f"درآمد {n}", n * 200) for n in range(1, 5)), ("جمع منطقه ۲", None, 2000),
    ("جمع کل شهرداری", None, 3000),
]  # fmt: skip

CASES: Final = [
    ExportCase(
        name="contracts of an old system in windows-1256",
        write=text(
            "gharardad.csv",
            "شماره قرارداد;تاريخ قرارداد;طرف قرارداد;مبلغ (ريال)\r\n"
            + "".join(f"{n:05}/ق;1402/{n:02}/0{n};شركت راه {n};{n * 1_000_500}\r\n" for n in range(1, 9)),
            "cp1256",
        ),
        titles=("شماره قرارداد", "طرف قرارداد", "مبلغ"),
        records=[(f"{n:05}/ق", f"شرکت راه {n}", n * 1_000_500) for n in range(1, 9)],
    ),
    ExportCase(
        name="a trial balance of the treasury in million rials with signatures",
        write=book("taraz", [
            ("شهرداری نمونه — خزانه‌داری",), ("تراز آزمایشی منتهی به ۱۴۰۲/۱۲/۲۹",), ("مبالغ به میلیون ریال",), (None,),
            ("ردیف", "کد حساب", "شرح حساب", "گردش بدهکار", "گردش بستانکار", "مانده"),
            *((n, f"11{n:02}", f"حساب {n}", n * 10, n * 4, n * 6 if n % 2 else f"({n * 6})") for n in range(1, 9)),
            ("جمع کل", None, None, 360, 144, 6 * (1 - 2 + 3 - 4 + 5 - 6 + 7 - 8)), (None,),
            ("امضاء ذیحساب", None, None, "امضاء شهردار"),
        ]),
        titles=("کد حساب", "گردش بدهکار", "گردش بستانکار", "مانده"),
        records=[
            (f"11{n:02}", n * 10**7, n * 4 * 10**6, (n * 6 if n % 2 else -n * 6) * 10**6) for n in range(1, 9)
        ],
    ),
    ExportCase(
        name="payments to contractors in toman",
        write=book("pardakht", [
            ("لیست پرداخت به پیمانکاران - مبالغ به تومان",), ("نام پیمانکار", "شماره صورت وضعیت", "تاریخ", "مبلغ پرداختی"),
            *((f"شرکت {n}", f"{n}/موقت", f"1402/0{n}/15", n * 5_000_000) for n in range(1, 9)),
        ]),
        titles=("نام پیمانکار", "تاریخ", "مبلغ پرداختی"),
        records=[
            (f"شرکت {n}", _day, n * 50_000_000)
            for n, _day in enumerate((
                "2023-04-04", "2023-05-05", "2023-06-05", "2023-07-06", "2023-08-06", "2023-09-06", "2023-10-07",
                "2023-11-06",
            ), 1)
        ],
    ),
    ExportCase(
        name="a merged header of two levels",
        write=book("budje", [
            ("کد", "عنوان", "درآمد (ریال)", None, "هزینه (ریال)", None), (None, None, "مصوب", "وصولی", "مصوب", "عملکرد"),
            *((f"{n}01", f"برنامه {n}", n * 100, n * 90, n * 80, n * 70) for n in range(1, 9)),
        ], spans=[(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 0, 5)]),
        titles=("کد", "عنوان", "درآمد (ریال) › مصوب", "درآمد (ریال) › وصولی", "هزینه (ریال) › مصوب", "هزینه (ریال) › عملکرد"),
        records=[(f"{n}01", f"برنامه {n}", n * 100, n * 90, n * 80, n * 70) for n in range(1, 9)],
    ),
    ExportCase(
        name="Jalali days in many spellings",
        write=text("jalali.csv", "شماره نامه,تاریخ,موضوع\n101,1402/3/5,یک\n102,۱۴۰۲/۰۳/۰۶,دو\n103,1402-03-07,سه\n104,14020308,چهار\n105,1402.3.9,پنج\n106,۱۰ خرداد ۱۴۰۲,شش\n"),
        titles=("شماره نامه", "تاریخ"),
        records=[(str(n), f"2023-05-{n - 75}") for n in range(101, 107)],
    ),
    ExportCase(
        name="Jalali days of two-digit years",
        write=text("jalasat.csv", "شماره جلسه,تاریخ جلسه,تعداد مصوبه\n" + "".join(f"{n},02/{n:02}/10,{n + 3}\n" for n in range(1, 9))),
        answers={"date.century": "1400"},
        titles=("شماره جلسه", "تعداد مصوبه", "تاریخ جلسه"),
        records=[
            (str(n), n + 3, _day) for n, _day in enumerate((
                "2023-03-30", "2023-04-30", "2023-05-31", "2023-07-01", "2023-08-01", "2023-09-01", "2023-10-02",
                "2023-11-01",
            ), 1)
        ],
    ),
    ExportCase(
        name="tab-separated text in UTF-16",
        write=text("vosuli.txt", "کد درآمد\tعنوان\tوصولی (هزار ریال)\n" + "".join(f"1{n:03}\tعوارض {n}\t{n * 1500}\n" for n in range(1, 9)), "utf-16"),
        titles=("کد درآمد", "عنوان", "وصولی"),
        records=[(f"1{n:03}", f"عوارض {n}", n * 1_500_000) for n in range(1, 9)],
    ),
    ExportCase(
        name="tab-separated text in windows-1256 with a total",
        write=text("hazine.txt", "رديف\tواحد\tمبلغ(ريال)\r\n" + "".join(f"{n}\tاداره كل {n}\t{n * 900:,}\r\n" for n in range(1, 9)) + "\tجمع كل\t32,400\r\n", "cp1256"),
        titles=("واحد", "مبلغ"),
        records=[(f"اداره کل {n}", n * 900) for n in range(1, 9)],
    ),
    ExportCase(
        name="a page named .xls with Persian digits",
        write=_page,
        titles=("موضوع", "مبلغ به ریال"),
        records=[(f"قرارداد {to_fa(n)}", n * 1_234_567) for n in range(1, 8)],
    ),
    ExportCase(
        name="SpreadsheetML with codes of properties",
        write=_spreadsheetml,
        titles=("کد نوسازی", "بدهی"),
        records=[(f"01-{n:02}-003-{n:04}", n * 330_000) for n in range(1, 9)],
    ),
    ExportCase(
        name="permits in XLSB",
        write=_binary,
        titles=("شماره پروانه", "زیربنا", "عوارض"),
        records=[(f"1402-{n:04}", n * 100, n * 1_250_000) for n in range(1, 9)],
    ),
    ExportCase(
        name="days as spreadsheets keep them",
        write=book("mojavez", [
            ("شماره مجوز", "تاریخ صدور", "هزینه (ریال)"),
            *((f"M{n:03}", Day(date(2023, 4, n), "yyyy/mm/dd"), n * 1000) for n in range(1, 9)),
        ]),
        titles=("شماره مجوز", "تاریخ صدور", "هزینه"),
        records=[(f"M{n:03}", f"2023-04-{n:02}", n * 1000) for n in range(1, 9)],
    ),
    ExportCase(
        name="semicolons and decimal commas",
        write=text("zahlungen.csv", "Beleg-Nr.;Empfänger;Buchungsdatum;Betrag (EUR)\r\n" + "".join(f"{n:06};Firma {n};{n:02}.03.2023;{'-' if n == 3 else ''}{n}.{n:03},{n:02}\r\n" for n in range(1, 9)), "cp1252"),
        titles=("Beleg-Nr.", "Buchungsdatum", "Betrag (EUR)"),
        records=[(f"{n:06}", f"2023-03-{n:02}", f"{'-' if n == 3 else ''}{n}{n:03}.{n:02}") for n in range(1, 9)],
        answers={"encoding": "windows-1252"},
    ),
    ExportCase(
        name="awards of OCDS releases in NDJSON",
        write=_ndjson,
        titles=("id", "value.amount"),
        records=[(f"a{n}", f"{n * 100.5}") for n in range(1, 9)],
        answers={"sheet": "awards", "unit": "یورو/euro"},
        unasked=True,
    ),
    ExportCase(
        name="contracts in XML",
        write=text("contracts.xml", XML),
        titles=("@no", "title", "amount"),
        records=[(f"C-{n:03}", f"Works {n}", f"{n * 999.5}") for n in range(1, 9)],
        answers={"unit": "پوند/pound"},
    ),
    ExportCase(
        name="an archive of years",
        write=_zipped("ghararda.zip", {
            f"contracts-{year}.csv": "شماره,موضوع,مبلغ (ریال)\n" + "".join(f"{year}-{n},کار {n},{year * n * n}\n" for n in range(1, 7))
            for year in (1400, 1401, 1402)
        }),
        titles=("شماره", "مبلغ"),
        records=[(f"{year}-{n}", year * n * n) for year in (1400, 1401, 1402) for n in range(1, 7)],
    ),
    ExportCase(
        name="an archive of unlike tables",
        write=_zipped("data.zip", {
            "people.csv": "کد,پست\n" + "".join(f"P{n},پست {n}\n" for n in range(1, 7)),
            "payments.csv": "شماره,مبلغ (ریال)\n" + "".join(f"N{n},{n * 10}\n" for n in range(1, 7)),
        }),
        titles=("شماره", "مبلغ"),
        records=[(f"N{n}", n * 10) for n in range(1, 7)],
        answers={"member": "payments.csv"},
    ),
    ExportCase(
        name="purchases in gzip",
        write=_gzipped,
        titles=("شناسه", "مبلغ"),
        records=[(f"K{n:03}", n * 700_000) for n in range(1, 9)],
    ),
    ExportCase(
        name="votes with members as columns",
        write=book("ara", [
            ("شماره مصوبه", "موضوع", *PEOPLE),
            *((f"{n}/1402", f"لایحه {n}", *(BALLOTS[(n + at) % 4] for at in range(5))) for n in range(1, 9)),
        ]),
        titles=("شماره مصوبه", "عضو", "رأی"),
        records=[
            (f"{n}/1402", person, BALLOTS[(n + at) % 4]) for n in range(1, 9) for at, person in enumerate(PEOPLE)
        ],
    ),
    ExportCase(
        name="votes with councillors as columns",
        write=text("votes.csv", "Motion,Date,Cllr Adams,Cllr Brown,Cllr Clark,Cllr Davis,Cllr Evans,Cllr Ford\n" + "".join(
            f"M{n:02},2023-0{n}-11," + ",".join(("For", "Against", "Abstain", "Absent")[(n * at) % 4] for at in range(1, 7)) + "\n" for n in range(1, 9)
        )),
        titles=("Motion", "Member", "Vote"),
        records=[
            (f"M{n:02}", f"Cllr {name}", ("For", "Against", "Abstain", "Absent")[(n * at) % 4])
            for n in range(1, 9) for at, name in enumerate(("Adams", "Brown", "Clark", "Davis", "Evans", "Ford"), 1)
        ],
    ),
    ExportCase(
        name="several tables below each other under titles",
        write=book("amar", [
            ("جدول ۱ — درآمدها",), ("کد", "عنوان", "مبلغ (ریال)"), *((f"1{n}", f"درآمد {n}", n * 100) for n in range(1, 7)), (None,),
            ("جدول ۲ — کارکنان",), ("واحد", "تعداد"), *((f"واحد {n}", n * 3) for n in range(1, 7)),
        ]),
        titles=("کد", "عنوان", "مبلغ"),
        records=[(f"1{n}", f"درآمد {n}", n * 100) for n in range(1, 7)],
        answers={"table": "جدول ۱ — درآمدها"},
    ),
    ExportCase(
        name="the second of several tables",
        write=book("amar", [
            ("جدول ۱ — درآمدها",), ("کد", "عنوان", "مبلغ (ریال)"), *((f"1{n}", f"درآمد {n}", n * 100) for n in range(1, 7)), (None,),
            ("جدول ۲ — کارکنان",), ("واحد", "تعداد"), *((f"واحد {n}", n * 3) for n in range(1, 7)),
        ]),
        titles=("واحد", "تعداد"),
        records=[(f"واحد {n}", n * 3) for n in range(1, 7)],
        answers={"table": "جدول ۲ — کارکنان"},
    ),
    ExportCase(
        name="thousands of pounds",
        write=text("capital.csv", "Scheme,Budget (£000),Spend (£000)\n" + "".join(f"Scheme {n},\"{n * 1250:,}\",{n * 900}\n" for n in range(1, 9))),
        titles=("Scheme", "Budget (£000)", "Spend (£000)"),
        # As written, and the declaration says that they are thousands.
        records=[(f"Scheme {n}", n * 1250, n * 900) for n in range(1, 9)],
        units={"Budget (£000)": "thousand pound", "Spend (£000)": "thousand pound"},
    ),
    ExportCase(
        name="credits and debits behind amounts",
        write=text("gl.csv", "Journal,Account,Amount\n" + "".join(f"J{n:04},4{n:03},\"{n * 1000:,}.25 {'CR' if n % 3 == 0 else 'DR'}\"\n" for n in range(1, 10))),
        titles=("Journal", "Amount"),
        records=[(f"J{n:04}", f"{'-' if n % 3 == 0 else ''}{n * 1000}.25") for n in range(1, 10)],
        answers={"minus": "CR", "unit": "پوند/pound"},
    ),
    ExportCase(
        name="the side of an account in a column beside",
        write=book("moein", [
            ("شماره سند", "شرح", "مانده (ریال)", "تشخیص"),
            *((n, f"سند {n}", n * 10_000, "بس" if n % 2 else "بد") for n in range(1, 9)),
        ]),
        titles=("شماره سند", "مانده", "تشخیص"),
        records=[(str(n), n * 10_000, "بس" if n % 2 else "بد") for n in range(1, 9)],
    ),
    ExportCase(
        name="sums of districts",
        write=book("manategh", SUMS),
        titles=("منطقه", "عنوان", "مبلغ"),
        records=[
            (f"منطقه {to_fa(district)}", f"درآمد {n}", n * 100 * district) for district in (1, 2) for n in range(1, 5)
        ],
    ),
    ExportCase(
        name="codes of eighteen digits that a spreadsheet kept as numbers",
        write=book("shenase", [
            ("شناسه پرداخت", "شرح", "مبلغ (ریال)"), *((123456789012345670 + n, f"قبض {n}", n * 10) for n in range(1, 9)),
        ]),
        titles=("شرح", "مبلغ"),
        records=[],
        errors=frozenset({"code-lost-digits"}),
    ),
    ExportCase(
        name="milliards of toman in a title",
        write=book("bozorg", [
            ("بودجه پروژه‌های عمرانی (ارقام: میلیارد تومان)",), ("پروژه", "اعتبار مصوب", "تخصیص"),
            *((f"پروژه {n}", n * 12, f"{n}/5") for n in range(1, 9)),
        ]),
        titles=("پروژه", "اعتبار مصوب", "تخصیص"),
        records=[(f"پروژه {n}", n * 12 * 10**10, n * 10**10 + 5 * 10**9) for n in range(1, 9)],
        answers={"column_3.kind": "decimal"},
    ),
    ExportCase(
        name="minus signs behind and Persian separators",
        write=text("eslahi.csv", "سند,شرح,مبلغ (ریال)\n" + "".join(f"{n},اصلاح {n},{to_fa(f'{n * 1234:,}')}{'−' if n % 4 == 0 else ''}\n" for n in range(1, 9))),
        titles=("سند", "مبلغ"),
        records=[(str(n), -n * 1234 if n % 4 == 0 else n * 1234) for n in range(1, 9)],
    ),
    ExportCase(
        name="a Gregorian day among Jalali ones",
        write=text("makhlut.csv", "شماره,تاریخ,شرح\n" + "".join(f"{n},{'2023/06/08' if n == 5 else f'1402/03/{n:02}'},نامه {n}\n" for n in range(1, 12))),
        titles=("شماره",),
        records=[],
        errors=frozenset({"date-other-calendar"}),
    ),
    ExportCase(
        name="printed pages with headers and numbers",
        write=text("chapi.csv", "گزارش هزینه‌ها,,\n" + "".join(
            "کد,شرح,مبلغ (ریال)\n" + "".join(f"{page}{n},هزینه {n},{page * n * 10}\n" for n in range(1, 6)) + f"صفحه {to_fa(page)} از ۳,,\n" for page in (1, 2, 3)
        )),
        titles=("کد", "مبلغ"),
        records=[(f"{page}{n}", page * n * 10) for page in (1, 2, 3) for n in range(1, 6)],
    ),
    ExportCase(
        name="two units beside each other",
        write=book("dovahed", [
            ("شماره پیمان", "مبلغ پیمان (میلیون ریال)", "ضمانت‌نامه (ریال)"), *((f"P-{n}", n * 45, n * 2_250_000) for n in range(1, 9)),
        ]),
        titles=("شماره پیمان", "مبلغ پیمان", "ضمانت‌نامه"),
        records=[(f"P-{n}", n * 45 * 10**6, n * 2_250_000) for n in range(1, 9)],
    ),
    ExportCase(
        name="a row of units under the header",
        write=book("vahedha", [
            ("پارک", "مساحت", "هزینه نگهداری"), (None, "(متر مربع)", "(هزار ریال)"), *((f"پارک {n}", n * 1500, n * 77) for n in range(1, 9)),
        ]),
        titles=("پارک", "مساحت › (متر مربع)", "هزینه نگهداری › (هزار ریال)"),
        records=[(f"پارک {n}", n * 1500, n * 77_000) for n in range(1, 9)],
    ),
    ExportCase(
        name="sums carried from page to page",
        write=text("naghl.csv", CARRIED),
        titles=("شرح", "مبلغ"),
        records=[(f"هزینه {n}", n * 1000) for n in range(1, 9)],
    ),
    ExportCase(
        name="areas with a slash and shares in percent",
        write=book("zamin", [
            ("پلاک ثبتی", "مساحت (متر مربع)", "سهم شهرداری"), *((f"14/{8300 + n}", f"{n * 100}/25", f"{n * 5}%") for n in range(1, 9)),
        ]),
        titles=("پلاک ثبتی", "مساحت"),
        records=[(f"14/{8300 + n}", f"{n * 100}.25") for n in range(1, 9)],
    ),
    ExportCase(
        name="line ends within cells, and a mark of UTF-8",
        write=text("mosavabat.csv", "\ufeffشماره,متن مصوبه,اعتبار (ریال)\r\n" + "".join(f'{n}/ش,"بند یک، ""الف""\r\nبند دو {n}",{n * 11000}\r\n' for n in range(1, 9))),
        titles=("شماره", "اعتبار"),
        records=[(f"{n}/ش", n * 11000) for n in range(1, 9)],
    ),
    ExportCase(
        name="an OpenDocument sheet of negative amounts in parentheses",
        write=book("ods", [
            ("سرفصل", "تفاوت (ریال)"), *((f"سرفصل {n}", f"({to_fa(f'{n * 1100:,}')})" if n % 2 else to_fa(f"{n * 1100:,}")) for n in range(1, 9)),
        ], "ods"),
        titles=("سرفصل", "تفاوت"),
        records=[(f"سرفصل {n}", -n * 1100 if n % 2 else n * 1100) for n in range(1, 9)],
    ),
]  # fmt: skip
