"""The tables that come with Ayan: each can be read, guards people, and takes the real files it was drawn from."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import duckdb
import pytest

from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.examination import Examined, examine
from ayan.core.schema.definition import Dataset
from ayan.core.schema.view import SentenceView
from ayan.datasets.registry import BUILTIN, Registry
from ayan.wiring.city import City
from ayan.wiring.profile import read_topics

REGISTRY = Registry()
SLUGS = sorted(folder.parent.name for folder in BUILTIN.glob("*/dataset.toml"))
EVERY = pytest.mark.parametrize("slug", SLUGS)
PERSIAN = re.compile("[\u0600-\u06ff]")


def test_the_tables_are_there_and_nothing_is_wrong_with_them() -> None:
    # One a line, so that tables added side by side do not meet.
    assert SLUGS == [
        "activities",
        "advertising-spend",
        "article-100-rulings",
        "article-5-decisions",
        "bids",
        "budget",
        "budget-transfers",
        "building-permits",
        "consumer-prices",
        "contract-amendments",
        "contracts",
        "council-attendance",
        "council-members",
        "council-resolutions",
        "council-sessions",
        "council-votes",
        "debts-and-claims",
        "fees-and-tariffs",
        "foreign-trips",
        "investment-calls",
        "kiosks-and-markets",
        "levy-receipts",
        "licences-issued",
        "managers-pay",
        "municipal-properties",
        "organisation-chart",
        "parcels",
        "payments",
        "performance",
        "population",
        "progress-statements",
        "projects",
        "requests",
        "revenues",
        "safety-exemptions",
        "service-step-times",
        "services",
        "staff",
        "street-values",
        "studies-bought",
        "tenders",
        "transaction-ceilings",
        "vendors",
    ]
    assert REGISTRY.problems() == ()


@EVERY
def test_words_stand_in_both_languages(slug: str) -> None:
    dataset = REGISTRY.get(slug)
    labels = [dataset.title, dataset.description, dataset.owner]
    labels += [field.label for field in dataset.fields]
    labels += [total.label for total in dataset.totals] + [check.message for check in dataset.checks]
    labels += [entry.label for field in dataset.fields if field.choices for entry in field.choices.entries]
    for label in labels:
        assert PERSIAN.search(label.fa), label
        assert label.en.isascii() or not PERSIAN.search(label.en), label


@EVERY
def test_it_has_a_guide_an_owner_a_known_topic_and_a_licence(slug: str) -> None:
    dataset = REGISTRY.get(slug)
    guide = (BUILTIN / slug / "guide.fa.md").read_text(encoding="utf-8")
    assert guide.startswith("# ")
    assert 200 < len(guide) < 2500
    assert dataset.topic in read_topics(BUILTIN / "topics.toml")
    assert dataset.licence
    assert dataset.totals, "every release needs a sum that a stranger can recompute"


@EVERY
def test_no_identity_account_or_mobile_is_published(slug: str) -> None:
    private = re.compile("کد ملی|نام پدر|تلفن همراه|شبا|شمارهٔ حساب|پرسنلی|نشانی")
    for field in REGISTRY.get(slug).fields:
        if field.kind.name == "identity" or private.search(field.label.fa):
            assert field.shown == "withheld", field.name


@EVERY
def test_no_law_is_invented(slug: str) -> None:
    assert REGISTRY.get(slug).law is None


@EVERY
def test_a_spelling_belongs_to_one_code(slug: str) -> None:
    for field in REGISTRY.get(slug).fields:
        owners: dict[str, str] = {}
        for entry in field.choices.entries if field.choices else ():
            for spelling in (entry.code, entry.label.fa, entry.label.en, *entry.aliases):
                assert owners.setdefault(spelling, entry.code) == entry.code, (field.name, spelling)


@EVERY
def test_every_measure_says_what_its_sum_would_mean(slug: str) -> None:
    dataset = REGISTRY.get(slug)
    measures = [
        field
        for field in dataset.published
        if field.kind.summable and (field.kind.is_money or field.unit or field.role in ("amount", "quantity", "rate"))
    ]
    assert [field.name for field in measures if field.nature is None] == []


@EVERY
def test_no_sentence_says_a_unit_twice(slug: str) -> None:
    dataset = REGISTRY.get(slug)
    said = dataset.view(SentenceView)
    for field in dataset.fields:
        for lang in ("fa", "en") if field.unit and said else ():
            assert f"{{{field.name}}} {field.unit.of(lang)}" not in said.text.of(lang)  # type: ignore[union-attr]  # above


@EVERY
def test_every_amount_says_its_role_or_is_one_of_several(slug: str) -> None:
    dataset = REGISTRY.get(slug)
    amounts = [field for field in dataset.fields if field.kind.is_money]
    if amounts:
        roles = [field.role for field in amounts]
        # What stands in many rows alike is no amount: nobody may add it up.
        assert (roles.count("amount") or roles.count("rate")) == 1


def test_net_pay_does_not_tell_the_loans() -> None:
    """What reached the account, and the loans, stay private; otherwise a subtraction would tell them."""
    published = {field.name for field in REGISTRY.get("managers-pay").published}
    assert {"gross", "deductions", "net"} <= published
    assert not {"loan_deductions", "paid"} & published


def test_the_sample_catalogue_names_each_activity_once_and_establishes_nothing() -> None:
    with (BUILTIN / "activities" / "sample.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 350
    for column in ("code", "title", "title_en"):
        assert len({row[column] for row in rows}) == len(rows), column
    assert all(PERSIAN.search(row["title"]) and row["title_en"].isascii() for row in rows)
    assert not {"unit", "legal_basis", "cost"} & set(rows[0])
    assert {name for row in rows for name in row["evidence"].split()} <= set(SLUGS)
    assert {row["standing"] for row in rows} == {"proved", "dark"}
    declared = REGISTRY.get("activities")
    assert {name for name in ("unit", "legal_basis", "cost") if declared.field(name).empty} == {
        "unit", "legal_basis", "cost",
    }  # fmt: skip


def test_a_sample_row_claims_no_law_and_a_proved_one_names_its_data() -> None:
    assert breaks("activities", standing="dark", sample="true") == set()
    assert breaks("activities", standing="proved", sample="true") == {"proved"}
    assert breaks("activities", standing="dark", sample="true", legal_basis="x") == {"sample-empty"}
    assert breaks("activities", standing="dark", sample="false", legal_basis="x", cost=1) == set()


# --- rules ------------------------------------------------------------------------------------------------------------


def breaks(slug: str, **row: object) -> set[str]:
    """The checks of ``slug`` that a row breaks; fields not given are empty."""
    dataset = REGISTRY.get(slug)
    with duckdb.connect() as con:
        cells = ", ".join(f"{_literal(dataset, field.name, row)} AS {field.name}" for field in dataset.fields)
        con.execute(f"CREATE TABLE r AS SELECT {cells}")
        return {
            check.code
            for check in dataset.checks
            if con.execute(f"SELECT ({check.sql}) FROM r").fetchall() == [(False,)]
        }


def _literal(dataset: Dataset, name: str, row: dict[str, object]) -> str:
    field = dataset.field(name)
    kinds = {"date": "DATE", "boolean": "BOOLEAN"}
    kind = "BIGINT" if field.kind.is_number else kinds.get(field.kind.name, "VARCHAR")
    return f"CAST('{row[name]}' AS {kind})" if name in row else f"CAST(NULL AS {kind})"


def test_gross_and_net_must_hold() -> None:
    right = {"decree_pay": 70, "allowances": 20, "gross": 90, "tax": 9, "deductions": 9, "net": 81}
    assert breaks("managers-pay", **right) == set()
    assert breaks("managers-pay", **right | {"gross": 91}) == {"gross", "net"}
    assert breaks("managers-pay", **right | {"tax": 8}) == {"deductions"}
    assert breaks("managers-pay", **right, loan_deductions=5, paid=77) == {"paid"}


def test_a_contract_ends_after_it_starts() -> None:
    dates = {"signed_on": "2024-04-01", "start_on": "2024-04-05", "end_on": "2024-05-05", "duration_days": 30}
    assert breaks("contracts", contractor_id="x", **dates) == set()
    assert breaks("contracts", contractor_id="x", **dates | {"end_on": "2024-04-01"}) == {"start-end", "duration"}
    assert breaks("contracts", contractor_id="x", **dates | {"signed_on": "2024-04-06"}) == {"signed-start"}
    assert breaks("contracts", selection="public-tender") == {"party-known", "tender-number"}


@pytest.mark.parametrize(
    ("change", "broken"),
    [(0, set()), (200, set()), (201, {"near-quarter"}), (250, {"near-quarter"}), (251, {"over-quarter"}),
     (-250, {"near-quarter"}), (-251, {"over-quarter"})],
)  # fmt: skip
def test_amendments_warn_at_a_fifth_and_at_a_quarter(change: int, broken: set[str]) -> None:
    assert (
        breaks("contract-amendments", kind="quantity", change=1, initial_amount=1000, running_change=change) == broken
    )


def test_votes_add_up_and_decide() -> None:
    votes = {"votes_for": 6, "votes_against": 4, "abstained": 1, "present": 11}
    assert breaks("council-resolutions", outcome="adopted", **votes) == set()
    assert breaks("council-resolutions", outcome="rejected", **votes) == {"rejected"}
    assert breaks("council-resolutions", outcome="adopted", **votes | {"votes_for": 5}) == {"votes-present", "majority"}
    # Whoever is there and does not vote is counted among those present, and half of these decide.
    silent = votes | {"not_voting": 2, "present": 13}
    assert breaks("council-resolutions", outcome="rejected", **silent) == set()
    assert breaks("council-resolutions", outcome="adopted", **silent) == {"majority"}
    assert breaks("council-resolutions", outcome="rejected", **silent | {"present": 11}) == {"votes-present"}


def test_a_fine_is_area_by_value_by_coefficient() -> None:
    fine = {"ruling": "fine", "violation": "extra-area", "use": "residential", "area": 40, "transaction_value": 100}
    assert breaks("article-100-rulings", **fine, coefficient=2, fine=8000) == set()
    assert breaks("article-100-rulings", **fine, coefficient=2, fine=8001) == {"fine-computed"}
    assert breaks("article-100-rulings", **fine, coefficient=4, fine=16000) == {"coefficient-range"}
    shop = fine | {"use": "commercial"}
    assert breaks("article-100-rulings", **shop, coefficient=4, fine=16000) == set()
    assert breaks("article-100-rulings", **shop, coefficient=1, fine=4000) == {"coefficient-range"}
    assert breaks("article-100-rulings", **fine) == {"fine-present"}
    assert breaks("article-100-rulings", ruling="demolition") == {"principle-named"}


def test_a_receipt_says_what_it_is_for() -> None:
    assert breaks("levy-receipts", kind="permit", file_number="1") == set()
    assert breaks("levy-receipts", kind="permit", ruling="1") == {"levy-file"}
    assert breaks("levy-receipts", kind="fine", file_number="1") == {"fine-ruling"}


def test_a_refused_request_for_information_names_its_article_and_days_are_counted() -> None:
    dates = {"received": "2025-04-01", "answered": "2025-04-11"}
    assert breaks("requests", kind="information", outcome="done", days=10, **dates) == set()
    assert breaks("requests", kind="information", outcome="done", days=9, **dates) == {"days-counted"}
    assert breaks("requests", kind="information", outcome="refused", days=10, **dates) == {"refusal-ground"}
    assert breaks("requests", kind="repair", outcome="refused", days=10, **dates) == set()
    assert breaks("requests", kind="repair", outcome="open", days=10, **dates) == {"open-empty"}


def test_ceilings_of_years_that_are_not_established_need_a_source() -> None:
    sums = {"small": 10, "medium": 100}
    assert breaks("transaction-ceilings", year="1401", invented="true", **sums) == set()
    for year in ("1402", "1403", "1404", "1405"):
        for invented in ("true", "false"):
            broken = breaks("transaction-ceilings", year=year, invented=invented, **sums)
            assert broken == {"known-years"}, (year, invented)
    assert (
        breaks("transaction-ceilings", year="1404", invented="false", source_link="https://x.example", **sums) == set()
    )
    assert breaks("transaction-ceilings", year="1401", invented="true", small=10, medium=99) == {"ten-times"}


def test_staff_are_published_without_names_in_groups_of_five() -> None:
    staff = REGISTRY.get("staff")
    assert not {"name", "national_id", "personnel_code", "father_name"} & {field.name for field in staff.published}
    assert staff.anonymity is not None
    assert staff.anonymity.k == 5
    assert set(staff.anonymity.by) == {field.name for field in staff.published}


def test_only_a_correction_may_be_negative() -> None:
    assert breaks("payments", kind="refund", amount=-5) == set()
    assert breaks("payments", kind="interim", amount=-5, contract="1") == {"sign"}
    assert breaks("payments", kind="interim", amount=5) == {"contract-kind"}


def test_a_tender_runs_in_order_and_names_its_winner() -> None:
    days = {
        "published_on": "2024-04-01",
        "documents_until": "2024-04-07",
        "bids_until": "2024-04-17",
        "opened_on": "2024-04-18",
    }
    won = {"state": "awarded", "winner": "x", "winner_price": 5, "bids": 3}
    assert breaks("tenders", **days, **won) == set()
    assert breaks("tenders", **days | {"opened_on": "2024-04-16"}, state="open") == {"opened-after"}
    assert breaks("tenders", **days | {"bids_until": "2024-04-06"}, state="open") == {"bids-after"}
    assert breaks("tenders", **days | {"documents_until": "2024-03-31"}, state="open") == {"documents-after"}
    assert breaks("tenders", **won | {"state": "cancelled"}) == {"winner-state"}
    assert breaks("tenders", state="awarded", winner="x", bids=1) == {"winner-known", "single-bid"}


def test_only_a_valid_bid_has_a_rank() -> None:
    assert breaks("bids", bidder_id="x", state="valid", price=5, rank=1) == set()
    assert breaks("bids", bidder_id="x", state="withdrawn") == set()
    assert breaks("bids", bidder_id="x", state="withdrawn", rank=2) == {"rank-valid"}
    assert breaks("bids", state="valid") == {"price-valid", "bidder-known"}


def test_money_may_not_run_far_ahead_of_the_work() -> None:
    assert breaks("projects", financial_progress=60, physical_progress=40) == set()
    assert breaks("projects", financial_progress=61, physical_progress=40) == {"money-before-work"}
    assert breaks("projects", longitude=50) == {"point"}
    assert breaks("projects", state="done", physical_progress=99, financial_progress=99) == {"done"}


def test_a_statement_adds_to_what_was_approved_before() -> None:
    right = {"claimed": 12, "approved": 10, "previous": 30, "cumulative": 40, "state": "reduced"}
    assert breaks("progress-statements", **right) == set()
    assert breaks("progress-statements", **right | {"cumulative": 41}) == {"cumulative"}
    assert breaks("progress-statements", claimed=12, previous=30, cumulative=30, state="submitted") == set()
    assert breaks("progress-statements", **right | {"state": "submitted"}) == {"judged"}
    assert breaks("progress-statements", **right | {"claimed": 9}) == {"over-claim"}


def test_no_unit_stands_under_itself() -> None:
    assert breaks("organisation-chart", code="1", kind="mayor") == set()
    assert breaks("organisation-chart", code="1", kind="office") == {"top"}
    assert breaks("organisation-chart", code="1", parent="1", kind="office") == {"own-parent"}


def test_a_month_of_revenue_lies_in_its_year() -> None:
    assert breaks("revenues", fiscal_year="1404", month="1404-02", amount=5) == set()
    assert breaks("revenues", fiscal_year="1404", month="1403-12", amount=-5) == {"month-of-year", "negative"}


def test_a_transfer_has_two_lines_and_a_supplement_or_a_cut_one() -> None:
    moved = {"kind": "transfer", "from_code": "210101", "to_code": "250101"}
    assert breaks("budget-transfers", **moved) == set()
    assert breaks("budget-transfers", **moved | {"to_code": "210101"}) == {"both-lines"}
    assert breaks("budget-transfers", kind="transfer", to_code="250101") == {"both-lines"}
    assert breaks("budget-transfers", kind="supplement", to_code="250101") == set()
    assert breaks("budget-transfers", kind="cut", from_code="250101") == set()
    assert breaks("budget-transfers", **moved | {"kind": "cut"}) == {"one-line"}


def test_no_more_is_overdue_than_is_owed() -> None:
    assert breaks("debts-and-claims", amount=5, overdue=5, state="current") == set()
    assert breaks("debts-and-claims", amount=5, overdue=6, state="current") == {"overdue"}
    days = {"as_of": "2025-03-20", "due_on": "2025-03-21"}
    assert breaks("debts-and-claims", amount=5, state="overdue", **days) == {"overdue-state"}


def test_a_journey_costs_what_its_parts_cost() -> None:
    assert breaks("foreign-trips", tickets=5, allowance=3, amount=8, result="x") == set()
    assert breaks("foreign-trips", tickets=5, amount=8, result="x") == {"sum"}
    assert breaks("foreign-trips", amount=0, left_on="2025-03-20", returned_on="2025-03-19") == {
        "returned-after",
        "result-known",
    }


def test_who_got_something_is_named() -> None:
    assert breaks("investment-calls", state="failed") == set()
    assert breaks("investment-calls", state="agreed") == {"investor-state"}
    assert breaks("municipal-properties", rent=5, land_area=1) == {"rented"}
    assert breaks("municipal-properties") == {"some-area"}
    assert breaks("kiosks-and-markets", contract_state="current", operator="x", monthly_fee=5) == set()
    assert breaks("kiosks-and-markets", contract_state="current") == {"operated"}
    assert breaks("kiosks-and-markets", contract_state="vacant", monthly_fee=5) == {"vacant"}


def test_other_registers_hold_their_own_rules() -> None:
    assert breaks("studies-bought", state="published") == {"published-report"}
    assert breaks("studies-bought", agreed_on="2025-03-20", delivered_on="2025-03-19", state="delivered") == {
        "delivered-after"
    }
    assert breaks("population", people=5, households=6) == {"household-size"}
    assert breaks("advertising-spend") == {"purpose-known"}


# --- real files -------------------------------------------------------------------------------------------------------


def rows_of(examined: Examined, path: Path) -> list[tuple[object, ...]]:
    examined.refined.write_parquet(path)
    columns = "year, district, postal_patrol, street, q, k"
    return duckdb.execute(f"SELECT {columns} FROM '{path}' ORDER BY _row").fetchall()


def test_the_published_table_of_1398_is_read_whole_in_either_encoding(tmp_path: Path, shared: Path) -> None:
    context = City(tmp_path, tmp_path / "store").publish_context
    tables = []
    for name, encoding in (("street-values.csv", "utf-8"), ("street-values-cp1256.csv", "windows-1256")):
        file = shared / "data" / "arak-1398" / name
        with examine(
            context, REGISTRY.get("street-values"), file, ClerkDecisions("1398"), source="booklet-1398"
        ) as examined:
            assert examined.refined.raw.facts.encoding == encoding
            assert examined.refined.errors == ()
            assert examined.refined.counts.good == 351
            tables.append(rows_of(examined, examined.folder / "rows.parquet"))
    assert tables[0] == tables[1]
    assert tables[0][0][:3] == ("1398", "منطقه یک", "38186")
    assert tables[0][0][4:] == (48000, 400)
