"""Families of files that this city does not have, each in its own shape and language: what is proposed reads them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from tests.corpus.office_files import Cell, OfficeFile
from tests.sampling import sampled

from ayan.core.proposal.file_trial import tried
from ayan.core.proposal.proposal import propose

MOST_ANSWERS: Final = 3


@dataclass(frozen=True, kw_only=True)
class Family:
    """One file: how it is written, what is answered, and what must be read of it.

    ``kinds`` are kinds by field, ``sums`` by field what its numbers add up to (rials where it is money), ``asked``
    the questions before anything is answered, ``steps`` the layout steps.
    """

    name: str
    write: Callable[[Path], Path]
    rows: int
    kinds: Mapping[str, str]
    sums: Mapping[str, str] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)


def _text(name: str, text: str, encoding: str = "utf-8") -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


def _lines(count: int, line: Callable[[int], str]) -> str:
    return "".join(line(n) + "\n" for n in range(1, count + 1))


SPEND = (
    "Payments over £500\n\nBody Name,Service Area,Date Paid,Transaction No.,Supplier,Amount\n"
    + _lines(59, lambda n: f'Ambridge Council,{("Roads", "Waste")[n % 2]},{n % 28 + 1:02}/04/2023,{5100000 + n:08},Acme {n % 9},"£{n * 1234.5:,.2f}"')
    + f'Total,,,,,"£{1770 * 1234.5:,.2f}"\n'
)  # fmt: skip
SALARIES = "Personalnr.;Amt;Entgeltgruppe;Eintrittsdatum;Bruttogehalt (EUR)\n" + _lines(
    49, lambda n: f"{n:05};{('Bauamt', 'Kämmerei')[n % 2]};E{n % 9 + 5};{n % 28 + 1:02}.{n % 12 + 1:02}.2015;{n % 9 + 2}.{n * 7 % 1000:03},50"
)  # fmt: skip
GRANTS = "Nom du bénéficiaire;Date de convention;Objet;Montant (€)\n" + _lines(
    39, lambda n: f"Association {n};{n % 28 + 1:02}/03/2022;Aide {n};{n % 30 + 1} {n * 7 % 1000:03},50 €"
)
BUDGET = (
    "Aplicación;Descripción;Créditos iniciales;Obligaciones reconocidas\n"
    + _lines(39, lambda n: f"{100 + n}.{22600 + n};Partida {n};{n + 1}.{n:03},00;{n}.{n:03},10")
)  # fmt: skip
REVENUES = "گزارش درآمدها (میلیون ریال),,,,\n,,,,\nکد,شرح,فروردین,اردیبهشت,خرداد\n" + _lines(
    19, lambda n: f'{1100 + n},درآمد {n},{n * 10},,"{n * 1000:,}"'
)
PERMITS = "Permit #,Permit Type,Date Issued,Parcel,Const. Cost,Zip,Lat,Lon\n" + _lines(
    79, lambda n: f'2023{n:06},{("New", "Demolition")[n % 2]},{n % 12 + 1}/{n % 28 + 1}/2023 {n % 11 + 1}:05:00 PM,{n:011},"${n * 1500:,}",0{2100 + n % 50},36.{n:05},-86.{n:05}'
)  # fmt: skip
VOTES = "Meeting Date,Item No,Motion,Smith,Jones,Result\n" + _lines(
    39, lambda n: f"2023-02-{n % 28 + 1:02},{n // 3 + 1}.{n % 3 + 1},Motion {n},{('For', 'Against')[n % 2]},For,Carried"
)
FINES = "PCN Number,Contravention Code,Contravention Date Time,Charge,Status\n" + _lines(
    89, lambda n: f"AB{10000000 + n},{('01', '12r')[n % 2]},{n % 28 + 1:02}/05/2023 {n % 24:02}:{n % 60:02},{(70, 50)[n % 2]}.00,Paid"
)  # fmt: skip
TREES = {"meta": {"fields": [{"id": "a"}, {"id": "b"}]}, "records": [
    {"tree_id": f"T{n:04}", "species": ("Acer", "Quercus")[n % 2], "height_m": n / 10, "where": {"lat": 51 + n / 1000, "lon": -0.1}}
    for n in range(1, 51)
]}  # fmt: skip
ASSETS = (
    "فهرست املاک شهرداری\nمنطقه,ردیف,شرح,متراژ,ارزش کارشناسی (میلیون ریال)\n"
    + _lines(16, lambda n: f'{f"منطقه {n}" if n % 4 == 1 else ""},{n},ملک {n},"{n * 120:,}","{n * 2500:,}"')
    + f'جمع,,,"{136 * 120:,}","{136 * 2500:,}"\n\nتهیه کننده: دفتر املاک\n'
)
YEARS = "Service,Code,2019/20,2020/21,2021/22\n" + _lines(
    24, lambda n: f'Service {n},S{n:03},"{n * 1000:,}","{n * 1100:,}",({n * 10})'
)


# What programs print between the rows, and what spreadsheets leave where amounts cancel each other out.
PAGES = "Ref,Payee,Paid,Amount\n" + _lines(
    30,
    lambda n: (
        f"R{n:04},Firm {n % 7},{n % 28 + 1:02}/05/2023,{n * 100}.50"
        + (f"\nPage {n // 10} of 3,,,\nRef,Payee,Paid,Amount" if n % 10 == 0 and n < 30 else "")
    ),
)
TAILS = "Ref,Payee,Paid,Balance\n" + _lines(
    30, lambda n: f"R{n:04},Firm {n % 7},{n % 28 + 1:02}/05/2023,{'1.16415321826935E-10' if n == 7 else f'{n * 100}.5'}"
)
# Running numbers that seem to begin each other beside round amounts that add up, and names that many rows lack.
PROJECTS = "Número de proyecto,Clave de la entidad,Nombre del proyecto,Monto aprobado\n" + _lines(
    600,
    lambda n: f'{n},{n % 30 + 1},{"" if n % 5 == 0 else f"Pavimentación {n}"},"{(60, 20, 40)[n % 3] * 100:,},000"',
)
ADVANCE = (
    ",,Programa,,Avance financiero,,\nEjercicio,Municipio,Tipo,Clave,Aprobado,Modificado,Devengado\n"
    + _lines(120, lambda n: f'2016,Puebla,Obra,{n:04},{"N/R" if n == 77 else n * 100}.{n % 10},{n}.5,"{n}.25"'.replace("N/R.7", "N/R"))
)  # fmt: skip
FORWARD = "Portfolio,Program,2014-15,2015-16,2016-17\n" + _lines(
    40,
    lambda n: f"Portfolio {n % 4},Program {n},{n * 10},{'nfp' if n == 9 else n * 20},{'-' if n % 7 == 0 else n * 30}",
)
PERMIT_XML = (
    '<?xml version="1.0"?>\n<!DOCTYPE permits SYSTEM "permits.dtd">\n<permits>'
    + _lines(20, lambda n: f'<permit number="10-{n:03}"><fee>{n * 5}.00</fee><street>Main St {n}</street></permit>')
    + "</permits>"
)
FUNCTIONS = [{"apliOrgFunc": f"0{n % 4}.9{1200 + n}", "puesto": f"Puesto {n % 5}", "retribucionAnual": n * 1000} for n in range(1, 41)]  # fmt: skip


def _section(name: str) -> str:
    return f"{name},,,\n" + _lines(5, lambda n: f'{name[0]}{n},Officer {n},G{n},"{n * 21000:,}"')


SECTIONS = "Department,Post,Grade,Salary\n" + "".join(map(_section, ("Parks", "Libraries", "Roads")))
LEDGER = "Ref,Details,Value\n" + _lines(20, lambda n: f"R{n:03},Item {n},{n}.50{' CR' if n % 4 == 0 else ''}")
COUNTERS = ("گزارش عملکرد ۱۴۰۲", None, None), ("عنوان", "اعتبار (هزار ریال)", None), (None, "مصوب", "عملکرد")
SHORT_YEARS = "Supplier,Paid Date,Net\n" + _lines(
    30, lambda n: f"Café {n},{n % 28 + 1:02}-Jun-{(23, 99)[n % 2]},{n * 10}.50"
)
POINTS = "Bezirk;2019;2020;2021;2022*\n" + _lines(
    12, lambda n: f"Bezirk {n};{n}.{n * 37 % 1000:03};9{n % 10}.{n:03};{n * 11}.{n * 7:03};{n * 5}"
) + "* vorläufig\n"  # fmt: skip
BARE_LISTS = {
    "meta": {"view": {"columns": [{"name": "Ref", "dataTypeName": "text"}, {"name": "Payee"}, {"name": "Amount"}]}},
    "data": [[f"R-{n:03}", f"Firm {n}", n * 2] for n in range(1, 21)],
}
FUNDS = "Account,Description,Adopted\n" + "".join(
    "".join(f"{fund}{n},Line {n},{n * 1000}\n" for n in range(1, 6)) + f",TOTAL {name} FUND,15000\n"
    for fund, name in (("1", "GENERAL"), ("2", "WATER"))
)


def _beside(folder: Path) -> Path:
    head = [("منابع", None, None, "مصارف", None), ("شرح", "مبلغ (ریال)", None, "شرح", "مبلغ (ریال)")]
    rows = [*head, *((f"منبع {n}", n * 100, None, f"مصرف {n}", n * 90) for n in range(1, 12))]
    return OfficeFile(rows=rows, stem="تراز").written(folder, "xlsx")


def _years(folder: Path) -> Path:
    years = [cell for year in ("۱۴۰۱", "۱۴۰۲", "۱۴۰۳") for cell in (f"سال {year}", None)]
    head = [("ارقام به میلیون ریال",), ("کد", "شرح", *years), (None, None, *("مصوب", "عملکرد") * 3)]
    rows = [(f"{n}0000", f"فصل {n}", *(n * 10, n * 9) * 3) for n in range(1, 13)]
    sums = ("جمع کل", None, *(780, 702) * 3)
    return OfficeFile(rows=[*head, *rows, sums], stem="فصل‌ها").written(folder, "csv")


def _workbook(folder: Path) -> Path:
    head: Sequence[Cell] = ("Contract No", "Supplier", "Annual value (£)")
    years: dict[str, Sequence[Sequence[Cell]]] = {
        str(year): [head, *((f"C-{year}-{n:03}", f"Firm {n % 5}", n * 1000) for n in range(1, 16))]
        for year in (2021, 2022, 2023)
    }
    return OfficeFile(
        rows=years["2021"], sheet="2021", stem="contracts", more={"2022": years["2022"], "2023": years["2023"]}
    ).written(folder, "xlsx")


def _deep(folder: Path) -> Path:
    rows = [*COUNTERS, *((f"برنامه {n}", n * 100, n * 90) for n in range(1, 21)), ("جمع کل", 21000, 18900)]
    return OfficeFile(rows=rows, stem="عملکرد ۱۴۰۲").written(folder, "csv")


def _units(folder: Path) -> Path:
    head: Sequence[Sequence[Cell]] = [("Service", "Staff", "Budget", "Spend to date"), (None, "FTE", "£000", "%")]
    rows: Sequence[Sequence[Cell]] = [*head, *((f"Service {n}", n + 0.5, n * 100, n) for n in range(1, 13))]
    return OfficeFile(rows=rows, stem="services").written(folder, "xlsx")


NOTED = "Region,Households,Waste (t)\n" + _lines(
    20, lambda n: f"R{n},{n * 100}{'*' if n % 5 == 0 else ''},{n * 3}.5{'†' if n == 7 else ''}"
) + "* estimated\n† includes trade waste\n"  # fmt: skip
TRIAL_BALANCE = "Code,Debit,Credit\n" + _lines(
    30,
    lambda n: f'{n:04}," {n * 1200:,}.00 "," -   "' if n % 2 else f'{n:04}," -   "," {n * 1200:,}.00 "',
)
LAST_EMPTY = _lines(15, lambda n: json.dumps({"id": f"a{n}", "v": None if n % 5 == 0 else n * 1.5, "ok": n % 2 == 0}))
BOTH_CENTURIES = "شماره,تاریخ,مبلغ (ریال)\n" + _lines(
    16, lambda n: f"{n + 100},{(97 + n % 6) % 100:02}/{n % 12 + 1:02}/{n + 5:02},{n * 1000}"
)
YEAR_BEHIND = "شماره سند,تاریخ سند,مبلغ (ریال)\n" + _lines(
    20, lambda n: f"{n + 500},{n + 9:02}/{n % 12 + 1:02}/1402,{n * 1000}"
)
NAMED_DAYS = "شماره جلسه,تاریخ جلسه,هزینه (ریال)\n" + _lines(
    20, lambda n: f"{n + 100},{n} {('مهر', 'آبان', 'دی')[n % 3]} ۱۴۰{n % 3 + 1},{n * 1000}"
)
ACCOUNTS = "Account code,Label,Balance\n" + _lines(15, lambda n: f"{n:02}-10-20,Acc {n},{n * 3}.00")


FAMILIES: Final = [
    Family(
        name="a row of units", write=_units, rows=12,
        kinds={"staff": "decimal", "budget": "integer", "spend_to_date": "integer"},
        sums={"staff": "84.0", "budget": "7800", "spend_to_date": "78"},
    ),
    Family(
        name="marks of notes at numbers", write=_text("waste.csv", NOTED), rows=20, steps=("leave_out",), key=("region",),
        kinds={"households": "integer"}, sums={"households": "21000"},
    ),
    Family(
        name="two sides with dashes", write=_text("tb.csv", TRIAL_BALANCE), rows=30, key=("code",), asked=("unit",),
        kinds={"debit": "decimal", "credit": "decimal"}, sums={"debit": "270000.00", "credit": "288000.00"},
    ),
    Family(
        name="a last record without its number", write=_text("v.ndjson", LAST_EMPTY), rows=15, key=("id",),
        kinds={"v": "decimal", "ok": "boolean"}, sums={"v": "135.00"},
    ),
    Family(
        name="two digits of years on both sides of 1400", write=_text("sanad.csv", BOTH_CENTURIES), rows=16, key=("number",),
        kinds={"date": "date", "amount": "rial"}, sums={"amount": "136000"},
    ),
    Family(
        name="Jalali days with the year behind", write=_text("asnad.csv", YEAR_BEHIND), rows=20, key=("document_number",),
        kinds={"date": "date", "amount": "rial"}, sums={"amount": "210000"},
    ),
    Family(
        name="days by the names of months", write=_text("jalasat.csv", NAMED_DAYS), rows=20, key=("number",),
        kinds={"date": "date"}, sums={"amount": "210000"},
    ),
    Family(
        name="codes that look like days", write=_text("codes.csv", ACCOUNTS), rows=15, asked=("unit",), key=("expense_code",),
        answers={"unit": "پوند/pound"}, kinds={"balance": "decimal"}, sums={"balance": "360.00"},
    ),
    Family(
        name="spend over 500", write=_text("spend-2023-04.csv", SPEND), rows=59, key=("number",),
        kinds={"paid": "date", "number": "code", "amount": "decimal"}, sums={"amount": "2185065.00"},
    ),
    Family(
        name="salaries in German", write=_text("gehaelter.csv", SALARIES), rows=49, key=("personalnr",),
        kinds={"personalnr": "code", "date": "date", "amount": "decimal"}, steps=("decimal_comma",),
        sums={"amount": str(sum(Decimal((n % 9 + 2) * 1000 + n * 7 % 1000) + Decimal("0.5") for n in range(1, 50)))},
    ),
    Family(
        name="grants in French", write=_text("subventions.csv", GRANTS), rows=39, steps=("decimal_comma",),
        kinds={"supplier": "text", "signed": "date", "amount": "decimal"},
        sums={"amount": str(sum(Decimal((n % 30 + 1) * 1000 + n * 7 % 1000) + Decimal("0.5") for n in range(1, 40)))},
    ),
    Family(
        name="budget by code in Spanish", write=_text("presupuesto.csv", BUDGET), rows=39, steps=("decimal_comma",),
        kinds={"code": "code", "approved": "decimal", "spent": "decimal"}, asked=("unit",),
        answers={"unit": "یورو/euro"}, sums={"approved": "819780.00", "spent": "780783.90"}, key=("code",),
    ),
    Family(
        name="revenues by month in Persian", write=_text("درآمد 1402.csv", REVENUES), rows=38, steps=("crosstab",), key=("code", "month"),
        kinds={"month": "text", "amount": "rial"}, sums={"amount": str(190 * 1010 * 10**6)},
    ),
    Family(
        name="permits", write=_text("permits_2023.csv", PERMITS), rows=79, key=("number",),
        kinds={"issued": "date", "parcel": "code", "amount": "integer", "postcode": "code", "latitude": "decimal"},
        sums={"amount": "4740000"},
    ),
    Family(
        name="votes", write=_text("votes.csv", VOTES), rows=39, key=("number",),
        kinds={"date": "date", "number": "code", "smith": "text"},
    ),
    Family(
        name="parking fines", write=_text("fines.csv", FINES), rows=89, key=("number",), asked=(),
        kinds={"code": "code", "contravention_date_time": "date", "charge": "decimal"}, sums={"charge": "5330.00"},
    ),
    Family(
        name="trees", write=_text("trees.json", json.dumps(TREES)), rows=50, key=("id",),
        kinds={"id": "code", "height_m": "decimal", "latitude": "decimal"}, sums={"height_m": "127.50"},
    ),
    Family(
        name="assets in Persian", write=_text("amlak.csv", ASSETS), rows=16, steps=("end", "fill_down"),
        kinds={"district": "text", "area": "integer", "worth": "rial"},
        sums={"area": str(136 * 120), "worth": str(136 * 2500 * 10**6)},
    ),
    Family(
        name="budget by years", write=_text("by_service.csv", YEARS), rows=72, steps=("crosstab",),
        kinds={"year": "text"}, key=("code", "year"), sums={"figure": str(300 * 2090)},
    ),
    Family(
        name="sections", write=_text("staff.csv", SECTIONS), rows=15, key=("unit",), steps=("carry",),
        asked=("unit",), answers={"unit": "پوند/pound"},
        kinds={"section": "text", "salary": "integer"}, sums={"salary": str(45 * 21000)},
    ),
    Family(
        name="credits and debits", write=_text("ledger.csv", LEDGER), rows=20, key=("number",), steps=("signs",),
        kinds={"amount": "decimal"}, asked=("minus", "unit"), answers={"minus": "CR", "unit": "پوند/pound"},
        sums={"amount": "95.00"},
    ),
    Family(
        name="sheets of years", write=_workbook, rows=45, steps=("sheets",), kinds={"year": "integer"}, key=("contract_number",),
        sums={"annual_value": "360000"},
    ),
    Family(
        name="numbers of pages", write=_text("printed.csv", PAGES), rows=30, steps=("leave_out", "leave_out"),
        asked=("unit",), answers={"unit": "پوند/pound"}, kinds={"amount": "decimal"}, key=("number",),
        sums={"amount": "46515.00"},
    ),
    Family(
        name="traces of nothing", write=_text("balances.csv", TAILS), rows=30, steps=("round",), key=("number",),
        asked=("unit",), answers={"unit": "پوند/pound"}, kinds={"balance": "decimal"}, sums={"balance": "45814.50"},
    ),
    Family(
        name="projects in windows-1252", write=_text("proyectos.csv", PROJECTS, "cp1252"), rows=600, key=("number",),
        asked=("encoding", "unit"), answers={"encoding": "windows-1252", "unit": "rial"},
        kinds={"number": "code", "name": "text", "amount": "rial"}, sums={"amount": str(200 * 12_000_000)},
    ),
    Family(
        name="not reported", write=_text("avance.csv", ADVANCE), rows=120, asked=("unit",), answers={"unit": "پزو/peso"},
        kinds={"approved": "decimal", "revised": "decimal", "spent": "decimal"}, key=("code",),
        sums={"revised": str(Decimal(7260 + 60)), "spent": str(Decimal(7260 + 30))},
    ),
    Family(
        name="years ahead", write=_text("forward.csv", FORWARD), rows=120, steps=("crosstab",), asked=("figure.null",),
        answers={"figure.null": "nfp"}, kinds={"figure": "integer"},
        sums={"figure": str(820 * 10 + 820 * 20 - 180 + 820 * 30 - 105 * 30)},
    ),
    Family(
        name="a document type that is only named", write=_text("permits.xml", PERMIT_XML), rows=20,
        asked=("unit",), answers={"unit": "دلار/dollar"}, kinds={"amount": "decimal"}, sums={"amount": "1050.00"},
        key=("number",),
    ),
    Family(
        name="codes with a point", write=_text("puestos.json", json.dumps(FUNCTIONS)), rows=40,
        asked=("unit",), answers={"unit": "یورو/euro"}, kinds={"apli_org_func": "code"}, key=("apli_org_func",),
        sums={"salary": "820000"},
    ),
    Family(
        name="years of two digits", write=_text("spend-2023.csv", SHORT_YEARS, "cp1252"), rows=30,
        kinds={"date": "date", "net": "decimal"}, sums={"net": "4665.00"},
    ),
    Family(
        name="points of thousands", write=_text("bevoelkerung.csv", POINTS), rows=48, asked=("point",),
        answers={"point": "thousands"}, steps=("leave_out", "decimal_comma", "crosstab"), kinds={"figure": "integer"},
        sums={"figure": str(sum(n * 1000 + n * 37 % 1000 + 90000 + n % 10 * 1000 + n + n * 11000 + n * 7 + n * 5 for n in range(1, 13)))},
    ),
    Family(
        name="rows in bare lists", write=_text("payments.json", json.dumps(BARE_LISTS)), rows=20,
        asked=("unit",), answers={"unit": "دلار/dollar"}, kinds={"amount": "integer"},
        sums={"amount": "420"}, key=("number",),
    ),
    Family(
        name="titled tables beside each other", write=_beside, rows=22, steps=("side_by_side",),
        kinds={"amount": "rial"}, sums={"amount": str(66 * 190)},
    ),
    Family(
        name="years in words above two levels", write=_years, rows=36, steps=("crosstab",), key=("code", "year"),
        kinds={"approved": "rial", "spent": "rial"}, sums={"approved": "2340000000", "spent": "2106000000"},
    ),
    Family(
        name="a deep header in Persian", write=_deep, rows=20,
        kinds={"approved": "rial", "spent": "rial"}, sums={"approved": "21000000", "spent": "18900000"},
    ),
]  # fmt: skip


@pytest.mark.parametrize("family", sampled("families of files", FAMILIES, 5), ids=lambda family: family.name)
def test_what_is_proposed_reads_the_family(family: Family, tmp_path: Path) -> None:
    file = family.write(tmp_path)
    proposal = propose([file], workdir=tmp_path / "look")
    assert tuple(question.key for question in proposal.questions) == family.asked
    if family.answers:
        assert len(family.answers) <= MOST_ANSWERS
        proposal = propose([file], answers=family.answers, workdir=tmp_path / "again")
        assert not proposal.questions
    (seen,) = proposal.files
    dataset = proposal.dataset()
    assert tuple(step.do for step in dataset.sources[seen.source].steps) == family.steps
    with tried(file, dataset, source=seen.source, sheet=seen.sheet, workdir=tmp_path / "read") as refined:
        assert not refined.errors
        assert refined.counts.good == family.rows
        got = {
            name: refined.session.first_row(
                f"SELECT CAST(sum(v_{name}) AS VARCHAR) FROM typed WHERE _class = 'record'"
            )[0]
            for name in family.sums
        }
    assert {name: Decimal(str(total)) for name, total in got.items()} == {
        name: Decimal(total) for name, total in family.sums.items()
    }
    kinds = {each.name: each.kind.name for each in proposal.fields}
    assert {name: kinds.get(name) for name in family.kinds} == family.kinds
    assert dataset.key == family.key


def test_steps_can_be_refused(tmp_path: Path) -> None:
    """Whoever does not want what was seen in the rows says so once, for all steps or for all but some."""
    file = _text("amlak.csv", ASSETS)(tmp_path)
    for said, steps in (("none", ()), ("end", ("end",))):
        proposal = propose([file], answers={"steps": said}, workdir=tmp_path / said)
        assert tuple(step.do for step in proposal.dataset().sources["default"].steps) == steps


@pytest.mark.parametrize(("word", "totals", "errors"), [("TOTAL ", 2, set()), ("", 0, {"total-suspected"})])
def test_sums_of_sections_in_another_currency_are_known_by_words_or_asked_about(
    tmp_path: Path, word: str, totals: int, errors: set[str]
) -> None:
    """A number with the role of an amount may be a sum of those above it, whatever its currency."""
    file = _text("funds.csv", FUNDS.replace("TOTAL ", word))(tmp_path)
    proposal = propose([file], answers={"unit": "دلار/dollar"}, workdir=tmp_path / "look")
    with tried(file, proposal.dataset(), workdir=tmp_path / "read") as refined:
        assert (refined.counts.good, refined.counts.totals) == (12 - 2, totals)
        assert {issue.code for issue in refined.errors} == errors


def test_names_of_sheets_are_not_added_up_with_the_rows_of_sums(tmp_path: Path) -> None:
    """«1402» beside each row is a number; the sum of such years is no sum that a file states."""
    rows: Sequence[Sequence[Cell]] = [
        ("منطقه", "فروردین", "اردیبهشت"), ("۱", 10, 20), ("۲", 30, 40), ("۳", 5, 5), ("جمع", 45, 65),
    ]  # fmt: skip
    file = OfficeFile(rows=rows, sheet="1401", stem="پسماند", more={"1402": rows}).written(tmp_path, "xlsx")
    proposal = propose([file], workdir=tmp_path / "look")
    seen = proposal.files[0]
    with tried(file, proposal.dataset(), source=seen.source, workdir=tmp_path / "read") as refined:
        assert (refined.counts.good, refined.counts.totals) == (12, 4)
        assert "total-mismatch" not in {issue.code for issue in refined.issues}
