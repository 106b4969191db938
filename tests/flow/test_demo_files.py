"""The invented city's files: the same bytes for the same seed, one truth under all of them, and every trap in its place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice, pairwise
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from tests.sampling import sampled

from ayan.core.values import identity, period
from ayan.core.values.clock import TEHRAN
from ayan.core.values.workdays import Workdays
from ayan.datasets.registry import Registry
from ayan_demo.invented_words import SURNAME
from ayan_demo.offices import LAYOUTS
from ayan_demo.post import Submission
from ayan_demo.scale import SCALES
from ayan_demo.submissions import SEED, count, planted, submissions
from ayan_demo.world import World


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> list[Submission]:
    return list(submissions("small", SEED, tmp_path_factory.mktemp("sent")))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    new_world = World(SCALES["small"], SEED, tmp_path_factory.mktemp("world"))
    yield new_world
    new_world.close()


def first(sent: list[Submission], layout: str, expect: str = "sealed") -> Submission:
    """The first file of ``dataset/source`` that meets this fate."""
    return next(
        submission
        for submission in sent
        if f"{submission.dataset}/{submission.source}" == layout and submission.expect == expect
    )


def sheet(submission: Submission, name: str | None = None) -> Worksheet:
    book = openpyxl.load_workbook(submission.file)
    return book[name] if name else book.worksheets[0]


def cells(page: Worksheet) -> list[object]:
    return [cell for row in page.iter_rows(values_only=True) for cell in row if cell is not None]


# --- what is sent -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [40, pytest.param(None, marks=pytest.mark.soak)])
def test_the_same_seed_gives_the_same_bytes(sent: list[Submission], tmp_path: Path, first: int | None) -> None:
    again = [(it.file.name, it.file.read_bytes()) for it in islice(submissions("small", SEED, tmp_path), first)]
    assert again == [(it.file.name, it.file.read_bytes()) for it in sent[:first]]


def test_another_seed_gives_another_city(sent: list[Submission], tmp_path: Path) -> None:
    other = next(submissions("small", SEED + 1, tmp_path))
    assert other.file.read_bytes() != sent[0].file.read_bytes()


def test_there_are_as_many_files_as_announced(sent: list[Submission]) -> None:
    assert len(sent) == count("small")
    # A newcomer waits for them: sixty months of payments, five or six years of everything that comes by the year, and
    # what of that is sent more than once.
    assert sum(submission.expect == "sealed" for submission in sent) <= 215


def test_every_file_comes_in_its_time_and_in_office_hours(sent: list[Submission]) -> None:
    """Never before what it tells of is over, never on a Friday or at night, and each after the one before it."""
    workdays = Workdays()
    assert [later.at > earlier.at for earlier, later in pairwise(sent)] == [True] * (len(sent) - 1)
    for submission in sent:
        came = submission.at.astimezone(TEHRAN)
        assert workdays.works(came.date()), submission.file.name
        assert 8 <= came.hour < 15, submission.file.name
    monthly = [submission for submission in sent if submission.dataset == "payments" and submission.reason is None]
    for submission in monthly:
        over = period.parse(str(submission.period)).end
        assert timedelta(0) < submission.at.astimezone(TEHRAN).date() - over < timedelta(days=14), submission.file.name
    assert next(it.at for it in monthly if it.period == "1400-05").astimezone(TEHRAN).date() == date(2021, 8, 28)
    corrected = next(it for it in sent if it.dataset == "payments" and it.reason)
    first_sent = next(it for it in monthly if it.period == corrected.period)
    assert timedelta(days=21) < corrected.at - first_sent.at < timedelta(days=90)


def test_every_declared_sender_sends(sent: list[Submission]) -> None:
    used = {f"{submission.dataset}/{submission.source}" for submission in sent}
    assert used == set(LAYOUTS)
    declared = {f"{dataset.slug}/{source}" for dataset in Registry().all() for source in dataset.sources}
    assert used <= declared


def test_references_are_sent_before_what_refers_to_them(sent: list[Submission]) -> None:
    seen: set[str] = set()
    registry = Registry()
    for submission in sent:
        needed = {
            field.ref.dataset for field in registry.get(submission.dataset).fields if field.ref and field.ref.required
        }
        # A row's parent stands in the same file.
        assert needed - {submission.dataset} <= seen, submission.file.name
        if submission.expect == "sealed":
            seen.add(submission.dataset)


def test_every_planted_error_is_followed_by_the_corrected_file(sent: list[Submission]) -> None:
    wrong = [(index, submission) for index, submission in enumerate(sent) if submission.expect == "refused"]
    assert len(wrong) == planted("small")
    assert all(submission.expected_codes for _, submission in wrong)
    for index, submission in wrong:
        after = sent[index + 1]
        assert (after.dataset, after.period, after.expect) == (submission.dataset, submission.period, "sealed")
    assert {code for _, submission in wrong for code in submission.expected_codes} == {
        "company-wrong", "ref-missing", "outside-period", "number-ambiguous", "check:votes-present", "not-in-list",
        "money-not-whole", "identity-wrong", "total-mismatch", "date-impossible", "key-duplicate",
        "check:opened-after", "check:cumulative", "check:month-of-year", "check:sum", "not-geometry",
        "check:fine-present", "group-small",
    }  # fmt: skip


def test_a_month_of_payments_and_the_vendors_are_sent_again(sent: list[Submission]) -> None:
    """Whatever takes the place of something says why, and nothing else does."""
    sealed: dict[tuple[str, str | None], int] = {}
    for submission in sent:
        if submission.expect == "sealed":
            again = sealed.setdefault((submission.dataset, submission.period), 0) > 0
            assert (submission.reason is not None) == again, submission.file.name
            sealed[submission.dataset, submission.period] += 1
    often = {dataset for (dataset, _), times in sealed.items() if times > 1}
    assert often == {"budget", "contracts", "council-sessions", "payments", "projects", "vendors"}
    assert sealed["payments", "1404-11"] == sealed["vendors", None] == 2
    (corrected,) = [submission.reason for submission in sent if submission.dataset == "payments" and submission.reason]
    assert corrected.code == "entry-error"
    assert [submission.dataset for submission in sent if submission.partial_reason] == ["building-permits"]


def test_nobody_approves_what_they_send(sent: list[Submission]) -> None:
    registry = Registry()
    for submission in sent:
        assert submission.sent_by not in submission.approvals
        assert len(set(submission.approvals)) >= registry.get(submission.dataset).approvals
        assert all("ساختگی" in name for name in (submission.sent_by, *submission.approvals))


# --- the traps --------------------------------------------------------------------------------------------------------


def test_old_systems_write_windows_1256_with_arabic_letters(sent: list[Submission]) -> None:
    for layout in ("contracts/archive", "payments/treasury", "vendors/procurement"):
        data = first(sent, layout).file.read_bytes()
        with pytest.raises(UnicodeDecodeError):
            data.decode("utf-8")
        text = data.decode("cp1256")
        assert "ي" in text
        assert "ك" in text
        assert ";" in text.splitlines()[0]


def test_bom_tabs_and_commas(sent: list[Submission]) -> None:
    assert first(sent, "payments/accounting").file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert not first(sent, "street-values/default").file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert first(sent, "council-votes/tally").file.read_text(encoding="utf-8").splitlines()[0].count("\t") == 3


def test_money_in_other_units_and_negatives_in_brackets(sent: list[Submission]) -> None:
    treasury = first(sent, "payments/treasury").file.read_bytes().decode("cp1256")
    assert ";(" in treasury or ';"(' in treasury
    office = first(sent, "contract-amendments/office").file.read_text(encoding="utf-8")
    assert "(" in office
    page = cells(sheet(first(sent, "contract-amendments/default")))
    texts = [cell for cell in page if isinstance(cell, str)]
    assert any(text.startswith("(") and text.endswith(")") for text in texts)
    assert any(text.endswith("-") and len(text) > 2 for text in texts)


def test_dates_in_several_writings_in_one_column(sent: list[Submission]) -> None:
    text = first(sent, "contracts/default").file.read_text(encoding="utf-8-sig")
    assert "1399/" in text
    assert "1399-" in text
    assert "۱۳۹۹/" in text
    assert first(sent, "contracts/archive").file.read_bytes().decode("cp1256").splitlines()[1].count(";00-") >= 1
    gis = first(sent, "building-permits/gis").file.read_text(encoding="utf-8").splitlines()[1]
    assert gis.split(",")[3].isdecimal()
    assert len(gis.split(",")[3]) == 13


def test_true_dates_and_slashed_decimals_in_a_workbook(sent: list[Submission]) -> None:
    page = sheet(first(sent, "building-permits/engineering"))
    titles = [cell.value for cell in page[3]]
    dates, areas = titles.index("تاریخ صدور") + 1, titles.index("اعیان") + 1
    assert sum(page.cell(row, dates).is_date for row in range(4, 400)) > 300
    written = [page.cell(row, areas).value for row in range(4, 200)]
    assert any(isinstance(area, float) for area in written)
    assert any(isinstance(area, str) and "/" in area for area in written)


def test_workbooks_have_titles_merged_headers_units_totals_and_blank_rows(sent: list[Submission]) -> None:
    budget = first(sent, "budget/budget-book")
    book = openpyxl.load_workbook(budget.file)
    assert book.sheetnames == ["راهنما", "بودجه"]
    page = book["بودجه"]
    assert {str(span) for span in page.merged_cells.ranges} >= {"A1:P1", "A2:P2", "K3:M3"}
    assert [cell.value for cell in page[5]][10:15] == ["میلیون ریال"] * 5
    firsts = [page.cell(row, 1).value for row in range(1, page.max_row + 1)]
    assert "جمع منابع" in firsts
    assert "جمع مصارف" in firsts
    contracts = sheet(first(sent, "contracts/secretariat"))
    rows = list(contracts.iter_rows(values_only=True))
    assert rows[-1][0] == "جمع کل"
    assert any(all(cell is None for cell in row) for row in rows[5:-1]), "a blank row"
    assert any(row[0] is not None and all(cell is None for cell in row[1:]) for row in rows[5:-1]), "only a counter"


def test_numbers_and_texts_and_digits_and_letters_are_mixed(sent: list[Submission]) -> None:
    page = sheet(first(sent, "managers-pay/payroll"))
    column = [page.cell(row, 15).value for row in range(6, 60)]
    assert any(isinstance(cell, int) for cell in column)
    assert any(isinstance(cell, str) for cell in column)
    texts = "".join(cell for cell in cells(page) if isinstance(cell, str))
    assert all(mark in texts for mark in ("ي", "ك", "ی", "۱", "1", "٬"))
    assert any(cell.endswith(" ") for cell in cells(page) if isinstance(cell, str))
    minutes = "".join(str(cell) for cell in cells(sheet(first(sent, "council-resolutions/minutes"))))
    assert "ﻻ" in minutes, "a letter as a PDF keeps it"


def test_nothing_is_written_in_several_ways(sent: list[Submission]) -> None:
    text = first(sent, "contracts/default").file.read_text(encoding="utf-8-sig")
    assert all(f",{word}," in text for word in ("-", "--", "فاقد", "ندارد"))


def test_what_must_vanish_is_in_the_files(sent: list[Submission], world: World) -> None:
    person = str(world.value("SELECT national_id FROM managers m, pay p WHERE p.n = m.n ORDER BY m.n LIMIT 1"))
    page = cells(sheet(first(sent, "managers-pay/payroll")))
    assert person in page
    assert any("پدر" in str(cell) for cell in page)


def test_a_workbook_does_not_tell_when_it_was_made(sent: list[Submission]) -> None:
    with ZipFile(sent[0].file) as packed:
        assert b"2026-03-21T00:00:00Z" in packed.read("docProps/core.xml")


# --- one truth --------------------------------------------------------------------------------------------------------


def test_numbers_of_people_and_companies_are_right_and_of_nobody(world: World) -> None:
    for table, column in (("managers", "person_nid(n)"), ("permits", "owner_national_id")):
        for (number,) in world.con.execute(f"SELECT {column} FROM {table} LIMIT 200").fetchall():
            assert identity.national_id(number) == number
            assert number.startswith("999"), "the code of no place"
    for number, account in world.con.execute("SELECT legal_id, account FROM vendors").fetchall():
        assert identity.legal_id(number) == number
        assert number.startswith("99"), "no legal ID begins so"
        assert identity.sheba(account) == account
        assert account[4:7] == "099", "the bank of nobody"


def test_every_person_is_marked_as_invented(world: World) -> None:
    for query in (
        "SELECT name FROM managers",
        "SELECT member FROM votes",
        "SELECT owner_name FROM permits",
        "SELECT operator FROM kiosks WHERE operator IS NOT NULL",
        "SELECT acquired_from FROM properties",
        "SELECT name FROM trips",
    ):
        assert world.value(f"SELECT count(*) FROM ({query}) t(n) WHERE NOT contains(n, '{SURNAME}')") == 0
    assert world.value("SELECT count(*) FROM vendors WHERE NOT contains(name, 'نمونه')") == 0


@pytest.mark.parametrize(
    "query",
    [
        # payments: no contract is overpaid, none is paid before it is signed and no statement before it is issued, and
        # what is let brings money in
        (
            "SELECT p.contract FROM payments p JOIN contracts c ON c.number = p.contract GROUP BY ALL "
            "HAVING sum(p.amount) > any_value(c.amount)"
        ),
        "SELECT p.number FROM payments p JOIN contracts c ON c.number = p.contract WHERE paid_on <= signed_on",
        (
            "SELECT p.number FROM payments p JOIN first_statements s USING (contract) "
            "WHERE p.kind IN ('interim', 'final') AND paid_on < first_on"
        ),
        "SELECT number FROM payments WHERE contract IN (SELECT number FROM contracts WHERE kind = 'lease')",
        "SELECT number FROM payments WHERE contract NOT IN (SELECT number FROM contracts)",
        # the day from which a contract is paid is one after it was published, half a year at a time
        (
            "SELECT p.number FROM payments p JOIN contracts c ON c.number = p.contract JOIN days s ON s.day = signed_on "
            "JOIN days d ON d.day = paid_on WHERE (s.jy, s.jm > 6) >= (d.jy, d.jm > 6)"
        ),
        # a line of the budget is spent within its amended amount, on what it is for and by whom it is spent
        "SELECT code FROM budget WHERE actual > coalesce(amended, approved)",
        (
            "SELECT p.number FROM payments p JOIN contracts c ON c.number = p.contract "
            "WHERE (p.budget_code, p.unit) <> (c.budget_code, c.unit)"
        ),
        (
            "SELECT c.number FROM contracts c LEFT JOIN (SELECT DISTINCT kind, code, regexp_replace(words, '[{].*', '') AS words "
            "FROM subjects) s ON s.kind = c.kind AND code = budget_code AND starts_with(c.subject, words) "
            "WHERE words IS NULL AND c.unit <> 'مدیریت آمار و داده'"
        ),
        # what a contract costs fits what it is for: no footbridge for the price of a bench, no bench for that of a footbridge,
        # no dear works in a lane, and no two prices alike because both were cut off at one bound
        (
            "SELECT c.number FROM contracts c JOIN subjects s ON s.kind = c.kind AND s.code = c.budget_code "
            "AND starts_with(c.subject, regexp_replace(s.words, '[{].*', '')) WHERE c.selection <> 'direct-small' "
            "AND c.amount > s.most * 1e7 * pow(4 / 3.0, c.year - 1399) * 1.001"
        ),
        (
            "SELECT c.number FROM contracts c JOIN subjects s ON s.kind = c.kind AND s.code = c.budget_code "
            "AND starts_with(c.subject, regexp_replace(s.words, '[{].*', '')) WHERE c.kind IN ('works', 'partnership') "
            "AND c.amount < s.least * 1e7 * pow(4 / 3.0, c.year - 1399) * 0.6"
        ),
        "SELECT number FROM contracts WHERE amount > 50000000000 AND kind = 'works' AND regexp_matches(subject, ' (کوچه|گذر|میدان) ') AND district <> 'historic'",
        "SELECT any_value(number) FROM contracts GROUP BY year, amount HAVING count(*) > 2",
        # what is bought without quotations stays below the ceiling that was told for its year
        (
            "SELECT c.number FROM contracts c JOIN ceilings l USING (year) "
            "WHERE c.selection = 'direct-small' AND c.amount > l.small"
        ),
        "SELECT contract FROM payments WHERE kind = 'final' GROUP BY contract HAVING count(*) > 1",
        # no house is built anew twice within a few years
        "SELECT renovation_code FROM permits WHERE kind IN ('new', 'rebuild') GROUP BY ALL HAVING count(*) > 1",
        # a decision changes what it says that it changes
        "SELECT number FROM decisions WHERE from_use = to_use OR from_density >= to_density",
        # targets are told in hundredths: a share is a part of one, a percentage of a hundred, all else comes in whole numbers
        "SELECT activity FROM performance WHERE indicator LIKE 'سهم%' AND greatest(target, actual) > 100",
        "SELECT activity FROM performance WHERE indicator LIKE 'درصد%' AND greatest(target, actual) > 10000",
        "SELECT activity FROM performance WHERE indicator NOT LIKE 'سهم%' AND (target % 100 <> 0 OR actual % 100 <> 0)",
        # what another table lists is as many there
        (
            "SELECT p.year FROM performance p WHERE p.activity = 'PL-06' AND p.actual <> "
            "(SELECT 100 * count(*) FROM permits WHERE permits.year = p.year AND kind = 'repair')"
        ),
        # a street lies in one district, whoever names it
        (
            "SELECT c.number FROM contracts c JOIN street_values s ON ends_with(c.subject, ' ' || s.street) "
            "WHERE c.district <> 'city' AND c.district <> getvariable('districts')[1 + s.n % 6]"
        ),
        "SELECT number FROM contracts WHERE isodow(signed_on) IN (4, 5)",
        "SELECT number FROM payments WHERE isodow(paid_on) IN (4, 5)",
        "SELECT number FROM payments WHERE payee_id NOT IN (SELECT legal_id FROM vendors)",
        "SELECT number FROM payments WHERE budget_code NOT IN (SELECT code FROM budget WHERE side = 'use')",
        "SELECT number FROM payments GROUP BY number HAVING count(*) > 1",
        "SELECT p.number FROM payments p JOIN days ON day = paid_on WHERE days.month <> p.month",
        # contracts and amendments
        "SELECT number FROM contracts WHERE contractor_id NOT IN (SELECT legal_id FROM vendors)",
        "SELECT number FROM contracts WHERE (contractor_id IS NULL) = (contractor_national_id IS NULL)",
        "SELECT contract FROM amendments a JOIN contracts c ON c.number = a.contract WHERE a.signed_on <= c.signed_on",
        # leave of the council was adopted before, for this very contract; a parcel's street lies in its district
        (
            "SELECT c.number FROM contracts c LEFT JOIN resolutions r ON r.number = c.resolution WHERE c.resolution IS NOT NULL "
            "AND NOT coalesce(r.outcome = 'adopted' AND r.decided_on < c.signed_on AND contains(r.title, c.subject), false)"
        ),
        (
            "SELECT n FROM parcels p WHERE NOT EXISTS (SELECT 1 FROM street_values s WHERE s.street = p.street "
            "AND s.n % len(getvariable('districts')) = p.n % len(getvariable('districts')))"
        ),
        # a permit is for one parcel and says its district, its street and its place; land is drawn once
        (
            "SELECT file_number FROM permits f LEFT JOIN parcels p USING (renovation_code) "
            "WHERE p.n IS NULL OR f.district <> p.district OR (f.lon, f.lat) <> (p.lon, p.lat) "
            "OR NOT starts_with(f.address, p.street || '،')"
        ),
        "SELECT renovation_code FROM parcels GROUP BY ALL HAVING count(*) > 1",
        # a project lies before a parcel of the street that it names, where that has any
        (
            "SELECT number FROM projects j WHERE j.place IN (SELECT street || ' (ساختگی)' FROM parcels) AND NOT EXISTS "
            "(SELECT 1 FROM parcels p WHERE p.street || ' (ساختگی)' = j.place "
            "AND abs(p.lon - j.lon) < 110 AND abs(p.lat - j.lat) < 280)"
        ),
        # what the city owns, lets and offers lies in the district of its street
        *(
            f"SELECT number FROM {table} JOIN street_values s ON s.street || ' (ساختگی)' = place "
            f"WHERE {table}.district <> getvariable('districts')[1 + s.n % 6]"
            for table in ("properties", "kiosks", "investment_calls")
        ),
        # budgets balance
        (
            "SELECT year FROM budget GROUP BY year HAVING sum(approved) FILTER (WHERE side = 'use') "
            "<> sum(approved) FILTER (WHERE side = 'resource')"
        ),
        (
            "SELECT year FROM budget GROUP BY year "
            "HAVING sum(coalesce(amended, approved)) FILTER (WHERE side = 'use') "
            "<> sum(coalesce(amended, approved)) FILTER (WHERE side = 'resource') OR min(amended) < 0"
        ),
        # a tender is opened before its contract is signed, at the price of its winner; nobody bids twice, and all in time
        (
            "SELECT t.number FROM tenders t JOIN contracts c ON c.tender_number = t.number "
            "WHERE winner_price <> amount OR winner <> contractor OR t.opened_on >= c.signed_on"
        ),
        "SELECT number FROM tenders WHERE published_on > documents_until OR documents_until > bids_until",
        "SELECT number FROM tenders WHERE bids_until > opened_on",
        "SELECT tender FROM bids JOIN tenders t ON t.number = tender WHERE received_on > t.opened_on",
        "SELECT tender_number FROM contracts WHERE tender_number NOT IN (SELECT number FROM tenders)",
        "SELECT tender, bidder FROM bids GROUP BY ALL HAVING count(*) > 1",
        "SELECT tender FROM bids GROUP BY tender HAVING count(*) FILTER (WHERE rank = 1) <> 1",
        # projects and statements
        (
            "SELECT s.contract FROM statements s JOIN contracts c ON c.number = s.contract GROUP BY ALL "
            "HAVING sum(approved) > any_value(c.amount) OR min(issued_on) <= any_value(c.signed_on)"
        ),
        (
            "SELECT contract FROM (SELECT contract, sum(coalesce(approved, 0)) AS approved FROM statements GROUP BY ALL) "
            "JOIN (SELECT contract, sum(amount) AS paid FROM payments WHERE kind IN ('interim', 'final') GROUP BY ALL) "
            "USING (contract) WHERE paid > approved"
        ),
        "SELECT number FROM projects WHERE contract NOT IN (SELECT number FROM contracts WHERE kind = 'works')",
        # the months of a line of revenue come to its actual in the budget
        (
            "SELECT b.code FROM budget b LEFT JOIN revenues r USING (year, code) WHERE side = 'resource' GROUP BY b.year, b.code "
            "HAVING sum(amount) IS DISTINCT FROM any_value(actual) * 1000000 OR count(DISTINCT month) <> 12"
        ),
        # debts to contractors, studies and leases are of the contract they name
        (
            "SELECT d.number FROM debts d JOIN contracts c ON c.number = d.contract "
            "WHERE d.party <> c.contractor OR d.amount >= c.amount OR c.signed_on > d.as_of"
        ),
        "SELECT number FROM debts WHERE overdue > amount",
        "SELECT s.number FROM studies s JOIN contracts c ON c.number = s.contract WHERE s.amount <> c.amount OR party <> contractor",
        "SELECT p.number FROM properties p JOIN contracts c ON c.number = p.contract WHERE operator <> contractor OR c.kind <> 'lease'",
        # every unit that is named is in the organisation chart
        "SELECT unit FROM contracts WHERE unit NOT IN (SELECT title FROM units)",
        "SELECT unit FROM payments WHERE unit NOT IN (SELECT title FROM units)",
        "SELECT unit FROM managers WHERE unit NOT IN (SELECT title FROM units)",
        "SELECT title FROM units GROUP BY title HAVING count(*) > 1",
        # votes add up to the resolutions
        (
            "SELECT r.number FROM resolutions r JOIN votes v USING (number) GROUP BY r.number, votes_for, present "
            "HAVING count(*) FILTER (WHERE vote = 'for') <> votes_for OR count(*) FILTER (WHERE vote <> 'absent') <> present"
        ),
        "SELECT number FROM votes WHERE number NOT IN (SELECT number FROM resolutions)",
        # pay
        "SELECT n FROM pay WHERE net <> gross - deductions OR paid <> net - loan_deductions",
        "SELECT month, name, post FROM pay GROUP BY ALL HAVING count(*) > 1",
    ],
)
def test_nothing_contradicts_itself(world: World, query: str) -> None:
    assert world.con.execute(query).fetchall() == []


def test_there_is_something_to_find(world: World) -> None:
    over = world.value("SELECT count(*) FROM amendments WHERE abs(running_change) * 4 > initial_amount")
    within = world.value("SELECT count(*) FROM amendments WHERE abs(running_change) * 4 <= initial_amount")
    assert isinstance(over, int)
    assert isinstance(within, int)
    assert 0 < over < within
    assert world.value("SELECT count(DISTINCT outcome) FROM resolutions") == 4
    assert world.value("SELECT count(*) FROM vendors WHERE standing = 'barred'") != 0
    assert world.value("SELECT count(*) FROM payments WHERE amount < 0") != 0


@pytest.mark.parametrize(("name", "rows"), [("city", 1_000_020), ("big", 5_000_040)])
def test_the_larger_cities_pay_as_often_as_they_say(name: str, rows: int) -> None:
    scale = SCALES[name]
    assert scale.rows_of_payments == rows
    assert scale.years == (1400, 1401, 1402, 1403, 1404)


@pytest.mark.parametrize("name", sampled("larger cities", ["city", "big"], few=1))
def test_a_month_of_a_larger_city_is_whole(name: str, tmp_path: Path) -> None:
    world = World(SCALES[name], SEED, tmp_path)
    try:
        assert world.value("SELECT count(*) FROM payments WHERE month = '1400-01'") == SCALES[name].payments
        assert world.value("SELECT count(DISTINCT name) FROM vendors") == SCALES[name].vendors
        # Per mille: offices write no other figure, and a city of any size must be built to its end.
        assert world.value("SELECT count(*) FROM statements WHERE built NOT BETWEEN 0 AND 1000") == 0
    finally:
        world.close()
