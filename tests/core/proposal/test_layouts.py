"""Which layout steps, tables and units are proposed for files as offices send them, and what is read then."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.corpus.office_files import Cell, OfficeFile

from ayan.core.proposal.answers import BadAnswer
from ayan.core.proposal.file_trial import tried
from ayan.core.proposal.proposal import Proposal, propose

WORKS = [("10", "پل", 120), ("11", "پارک", 340), ("12", "جاده", 55), ("13", "مدرسه", 71), ("14", "کتابخانه", 62)]
LINES = [f"{code},{name},{amount}" for code, name, amount in WORKS]
HEADER = "کد,شرح,مبلغ (ریال)"
TOTAL = sum(amount for *_, amount in WORKS)


def lines(*parts: str | list[str]) -> str:
    """The text of a file of which a part is a line or several."""
    return "\n".join(line for part in parts for line in ([part] if isinstance(part, str) else part)) + "\n"


@dataclass(frozen=True)
class LayoutCase:
    """A file, the steps that it gives a reason for, and how many records with which sum are read by them."""

    text: str
    steps: list[str]
    records: int
    total: int | None = None
    asks: list[str] = field(default_factory=list)
    name: str = "works.csv"
    answers: dict[str, str] = field(default_factory=dict)


BALLOTS = lines(
    "ردیف,موضوع,احمدی,براتی,چمنی",
    [f"{n},موضوع {n},موافق,{('مخالف', 'ممتنع')[n % 2]},{('موافق', 'غایب')[n % 2]}" for n in range(1, 7)],
)
LAYOUTS = {
    "pages of a print": LayoutCase(lines(HEADER, LINES[:2], "صفحهٔ ۱ از ۲,,", LINES[2:], "صفحهٔ ۲ از ۲,,"), ["leave_out"], 5, TOTAL),
    "sums carried over": LayoutCase(
        lines(HEADER, LINES[:3], "نقل به صفحهٔ بعد,,515", "نقل از صفحهٔ قبل,,515", LINES[3:]), ["leave_out"], 5, TOTAL
    ),
    "the header again": LayoutCase(lines(HEADER, LINES[:3], HEADER, LINES[3:]), ["leave_out"], 5, TOTAL),
    "notes behind a gap": LayoutCase(lines(HEADER, LINES, ",,", "تهیه‌کننده: دبیرخانه,,", "تاریخ تهیه: 1403,,"), ["end"], 5, TOTAL),
    "notes at once": LayoutCase(lines(HEADER, LINES, "توضیح: رقم‌ها نهایی نیست,,"), ["leave_out"], 5, TOTAL),
    "titles above groups": LayoutCase(
        lines(HEADER, "عمران,,", LINES[:3], "فرهنگ,,", LINES[3:]), ["carry"], 5, TOTAL
    ),
    "merged cells": LayoutCase(
        lines(
            "منطقه,طرح,مبلغ (ریال)", "یک,پل,120", ",پارک,340", ",جاده,55", "دو,مدرسه,71", ",کتابخانه,62", ",میدان,9"
        ),
        ["fill_down"],
        6,
        TOTAL + 9,
    ),
    "numbers before merged cells": LayoutCase(
        lines("ردیف,منطقه,طرح,مبلغ (ریال)", [
            f"{at + 1},{('یک' if at == 0 else 'دو' if at == 3 else '')},طرح {name},{amount}"
            for at, (_, name, amount) in enumerate(WORKS)
        ]),
        ["fill_down"],
        5,
        TOTAL,
    ),
    "signs of an account": LayoutCase(
        lines("Code,Amount (rial)", [f"A{n},{n}00 {'CR' if n % 2 else 'DR'}" for n in range(1, 13)]),
        ["signs"], 12, sum(n * (100 if n % 2 else -100) for n in range(1, 13)), ["minus"],
    ),
    "signs that were answered": LayoutCase(
        lines("Code,Amount (rial)", [f"A{n},{n}00 {'CR' if n % 2 else 'DR'}" for n in range(1, 13)]),
        ["signs"], 12, sum(n * (-100 if n % 2 else 100) for n in range(1, 13)), answers={"minus": "CR"},
    ),
    "commas for decimals": LayoutCase(
        lines("Code;Amount (rial)", [f"A{n};{n}.234,00" for n in range(1, 13)]),
        ["decimal_comma"], 12, sum(n * 1000 + 234 for n in range(1, 13)),
    ),
    "points that part thousands": LayoutCase(
        lines("Code;Amount (rial)", [f"A{n};{n}.234" for n in range(1, 13)]),
        ["decimal_comma"], 12, sum(n * 1000 + 234 for n in range(1, 13)), ["point"],
    ),
    "lakhs": LayoutCase(
        lines("Code,Amount (rial)", [f'A{n},"{n},23,456"' for n in range(1, 13)]),
        ["grouping"], 12, sum(n * 100_000 + 23_456 for n in range(1, 13)),
    ),
    "votes of those who head the columns": LayoutCase(BALLOTS, ["crosstab"], 18),
    "months as columns": LayoutCase(
        lines("طرح,فروردین,اردیبهشت,خرداد", [f"{name},{amount},{amount},{amount}" for _, name, amount in WORKS]),
        ["crosstab"], 15,
    ),
}  # fmt: skip


def proposed(folder: Path, layout: LayoutCase) -> Proposal:
    """What is proposed for the file."""
    path = folder / layout.name
    path.write_text(layout.text, "utf-8")
    return propose([path], answers=layout.answers, workdir=folder / "look")


def read(folder: Path, proposal: Proposal) -> tuple[int, int | None]:
    """Records that are read as it is proposed, and the sum of their amounts."""
    dataset, (seen,) = proposal.dataset(), proposal.files
    money = [each.name for each in dataset.fields if each.kind.is_money]
    with tried(seen.path, dataset, workdir=folder / "read", source=seen.source, sheet=seen.sheet) as refined:
        assert not refined.errors
        total = None
        if money:
            (total,) = refined.session.first_row(f"SELECT sum(v_{money[0]})::BIGINT FROM typed WHERE _class = 'record'")
        return refined.counts.good, None if total is None else int(str(total))


@pytest.mark.parametrize("case", LAYOUTS, ids=lambda case: case.replace(" ", "-"))
def test_a_file_as_offices_send_it_is_read_whole(case: str, tmp_path: Path) -> None:
    layout = LAYOUTS[case]
    proposal = proposed(tmp_path, layout)
    assert [step.do for step in proposal.dataset().sources["default"].steps] == layout.steps
    assert [question.key for question in proposal.questions] == layout.asks
    records, total = read(tmp_path, proposal)
    assert records == layout.records
    if layout.total is not None:
        assert total == layout.total


def test_a_step_that_was_not_wanted_is_not_done_and_still_told(tmp_path: Path) -> None:
    pages = LAYOUTS["pages of a print"]
    (tmp_path / "a").mkdir()
    mark = proposed(tmp_path / "a", pages).files[0].steps[0].mark
    (tmp_path / "b").mkdir()
    without = proposed(tmp_path / "b", LayoutCase(pages.text, [], 0, answers={"without": mark}))
    assert without.dataset().sources["default"].steps == ()
    assert [each.mark for each in without.files[0].undone] == [mark]
    (tmp_path / "c").mkdir()
    assert proposed(tmp_path / "c", LayoutCase(pages.text, [], 0, answers={"steps": "none"})).files[0].undone == ()


RECORDS = [{"id": f"A{n}", "amount": n * 10} for n in range(1, 9)]


@pytest.mark.parametrize(
    ("document", "path", "asks"),
    [
        (RECORDS, "$", []),
        ({"data": {"items": RECORDS}, "links": []}, "data.items", []),
        ({"rows": RECORDS, "others": RECORDS[:7]}, "rows", ["sheet"]),
    ],
    ids=["the document", "one list", "two lists"],
)  # fmt: skip
def test_the_list_of_records_is_told_or_asked_about(
    document: object, path: str, asks: list[str], tmp_path: Path
) -> None:
    text = json.dumps(document)
    proposal = proposed(tmp_path, LayoutCase(text, [], 0, name="works.json", answers={"unit": "rial"}))
    assert [question.key for question in proposal.questions] == asks
    assert proposal.dataset().sources["default"].path in (path, None if path == "$" else path)
    assert read(tmp_path, proposal) == (8, sum(10 * n for n in range(1, 9)))


def test_two_tables_of_a_sheet_are_asked_about_and_either_is_read(tmp_path: Path) -> None:
    rows: list[tuple[Cell, ...]] = [("کد", "شرح", "مبلغ (ریال)"), *WORKS, (None,), ("شماره", "نام شرکت", "امتیاز")]
    rows += [(f"C{n}", f"شرکت {n} (ساختگی)", n) for n in range(1, 8)]
    path = OfficeFile(rows).written(tmp_path, "xlsx")
    first = propose([path], workdir=tmp_path / "first")
    (question,) = [each for each in first.questions if each.key == "table"]
    assert len(question.options) == 2
    assert read(tmp_path / "1", first) == (5, TOTAL)
    second = propose([path], answers={"table": question.options[1]}, workdir=tmp_path / "second")
    assert read(tmp_path / "2", second)[0] == 7
    with pytest.raises(BadAnswer):
        propose([path], answers={"table": "سوم"}, workdir=tmp_path / "third")


def test_files_of_one_shape_in_an_archive_are_one_table_and_others_are_asked_about(tmp_path: Path) -> None:
    alike, other = tmp_path / "alike.zip", tmp_path / "other.zip"
    with zipfile.ZipFile(alike, "w") as archive:
        for month in ("فروردین", "اردیبهشت"):
            archive.writestr(f"{month}.csv", lines(HEADER, LINES))
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("works.csv", lines(HEADER, LINES))
        archive.writestr("staff.csv", lines("نام,نشانی,سمت", [f"کس {n},جا {n},کار {n}" for n in range(9)]))
    joined = propose([alike], workdir=tmp_path / "one")
    assert [step.do for step in joined.dataset().sources["default"].steps] == ["members"]
    assert read(tmp_path / "1", joined) == (10, 2 * TOTAL)
    asked = propose([other], workdir=tmp_path / "asked")
    assert [question.key for question in asked.questions] == ["member"]
    chosen = propose([other], answers={"member": "staff.csv"}, workdir=tmp_path / "chosen")
    assert chosen.dataset().sources["default"].member == "staff.csv"


def test_an_encoding_that_is_not_said_is_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "works.csv"
    path.write_bytes(
        "Kód;Popis\n".encode("cp1250") + "".join(f"{n};žluťoučký kůň\n" for n in range(9)).encode("cp1250")
    )
    proposal = propose([path], workdir=tmp_path / "look")
    (question,) = [each for each in proposal.questions if each.key == "encoding"]
    said = propose([path], answers={"encoding": question.options[0]}, workdir=tmp_path / "said")
    assert all(each.key != "encoding" for each in said.questions)


MONEY = lines("کد,Title,£ cost (000),واحد", [f"A{n},w{n},{n}.5,x" for n in range(1, 12)])


def test_another_currency_is_no_rial(tmp_path: Path) -> None:
    dataset = proposed(tmp_path, LayoutCase(MONEY, [], 0)).dataset()
    assert [each for each in dataset.fields if each.kind.is_money] == []


@pytest.mark.parametrize(
    ("header", "cells", "calendar"),
    [
        ("Payment date", [str(1_700_000_000 + n * 86_400) for n in range(12)], "epoch_s"),
        ("Payment date", [str(1_700_000_000_000 + n * 86_400_000) for n in range(12)], "epoch_ms"),
        ("Payment date", [str(45_000 + n) for n in range(12)], "excel"),
        ("تاریخ پرداخت", [f"140301{n:02}" for n in range(1, 13)], "jalali"),
        ("تاریخ پرداخت", [f"{n:02}/02/1403" for n in range(1, 31)], "jalali"),
    ],
)
def test_days_are_told_by_how_they_are_counted(header: str, cells: list[str], calendar: str, tmp_path: Path) -> None:
    text = lines(f"کد,{header}", [f"A{n},{cell}" for n, cell in enumerate(cells)])
    field_ = next(
        each for each in proposed(tmp_path, LayoutCase(text, [], 0)).dataset().fields if each.kind.name == "date"
    )
    assert field_.calendar == calendar


@pytest.mark.parametrize(
    ("cells", "key"),
    [
        ([f"{n:02}/02/03" for n in range(1, 13)], "century"),
        ([f"0{n % 9 + 1}/0{n % 7 + 1}/1403" for n in range(1, 20)], "date_order"),
    ],
)
def test_a_century_and_an_order_that_cells_leave_open_are_asked(cells: list[str], key: str, tmp_path: Path) -> None:
    text = lines("کد,تاریخ پرداخت", [f"A{n},{cell}" for n, cell in enumerate(cells)])
    proposal = proposed(tmp_path, LayoutCase(text, [], 0))
    assert [each.key.partition(".")[2] for each in proposal.questions] == [key]
    (question,) = proposal.questions
    answered = LayoutCase(text, [], 0, answers={question.key: question.options[1]})
    folder = tmp_path / "again"
    folder.mkdir()
    assert proposed(folder, answered).questions == ()


def test_per_cent_slashes_and_words_among_numbers(tmp_path: Path) -> None:
    text = lines(
        "کد,پیشرفت,کیفیت,تعداد",
        [f"A{n},{n}٪,{n}/5,{'اندک' if n == 7 else n * 3}" for n in range(1, 25)],
    )
    proposal = proposed(tmp_path, LayoutCase(text, [], 0))
    kinds = {each.name: each.kind.name for each in proposal.dataset().fields}
    assert list(kinds.values()) == ["code", "decimal", "decimal", "integer"]
    asked = {each.key.partition(".")[2] for each in proposal.questions}
    assert asked == {"kind", "null"}
    answers = {each.key: each.options[0] for each in proposal.questions}
    folder = tmp_path / "again"
    folder.mkdir()
    again = proposed(folder, LayoutCase(text, [], 0, answers=answers))
    assert again.questions == ()
    assert read(folder, again)[0] == 24
