"""The flags of Ayan's own making: each fires on what it names, on nothing beside it, and says what it cannot judge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.core.audit.flags.world import DATASETS, FLAGS, day, outcome_of, subjects

CEILINGS = [{"year": "1403", "small": 1_000, "medium": 10_000}]
SMALL = {"selection": "direct-small", "contractor_id": "A", "contractor": "A", "unit": "u"}


def contracts(*rows: dict[str, Any], **same: Any) -> list[dict[str, Any]]:
    return [{"number": str(number), **same, **row} for number, row in enumerate(rows, 1)]


def test_purchases_split_below_the_ceiling_are_one_finding_at_the_one_that_crosses_it(tmp_path: Path) -> None:
    rows = contracts(
        {"amount": 600, "signed_on": day("2024-08-01")},
        {"amount": 300, "signed_on": day("2024-08-05")},
        {"amount": 200, "signed_on": day("2024-08-09")},
        {"amount": 100, "signed_on": day("2024-08-10")},
        **SMALL,
    )
    outcome = outcome_of(tmp_path, "contracts/split-purchases", {"contracts": rows, "transaction-ceilings": CEILINGS})
    assert subjects(outcome) == {"3": 1_100.0}
    (finding,) = outcome.findings
    assert finding.behind == {"contract": ("1", "2", "3")}
    assert finding.threshold == "1000"
    assert finding.releases == ("contracts/all/1",)


@pytest.mark.parametrize(
    "other",
    [
        {"signed_on": day("2024-09-15")},
        {"unit": "v"},
        {"contractor_id": "B", "contractor": "B"},
        {"selection": "public-tender"},
    ],
)
def test_purchases_far_apart_or_of_others_are_not_put_together(tmp_path: Path, other: dict[str, Any]) -> None:
    rows = contracts(
        {"amount": 600, "signed_on": day("2024-08-01")},
        {"amount": 600, "signed_on": day("2024-08-05"), **other},
        **SMALL,
    )
    assert (
        outcome_of(tmp_path, "contracts/split-purchases", {"contracts": rows, "transaction-ceilings": CEILINGS}).fired
        == 0
    )


def test_a_year_without_ceilings_is_not_guessed(tmp_path: Path) -> None:
    rows = contracts(
        {"amount": 600, "signed_on": day("2023-01-01")}, {"amount": 600, "signed_on": day("2023-01-02")}, **SMALL
    )
    outcome = outcome_of(tmp_path, "contracts/split-purchases", {"contracts": rows, "transaction-ceilings": CEILINGS})
    assert (outcome.judged, outcome.fired, outcome.unknown) == (0, 0, {"no-ceiling": 2})


@pytest.mark.parametrize(
    ("changes", "value"),
    [([250], None), ([251], 251.0), ([200, 100, -200], 300.0), ([-260], 260.0), ([100, 100], None)],
)
def test_a_contract_amended_beyond_a_quarter_on_some_day(
    tmp_path: Path, changes: list[int], value: float | None
) -> None:
    rows = [
        {
            "contract": "1",
            "number": number,
            "kind": "quantity",
            "signed_on": day(f"2024-08-{number:02}"),
            "change": change,
        }
        for number, change in enumerate(changes, 1)
    ]
    rows.append({"contract": "1", "number": 9, "kind": "time", "signed_on": day("2024-09-01")})
    world = {"contracts": contracts({"amount": 1_000}), "contract-amendments": rows}
    assert subjects(outcome_of(tmp_path, "contract-amendments/over-quarter", world)) == ({"1": value} if value else {})


def test_an_amendment_without_its_amount_leaves_the_contract_unjudged(tmp_path: Path) -> None:
    rows = [{"contract": "1", "number": 1, "kind": "quantity", "signed_on": day("2024-08-01")}]
    outcome = outcome_of(
        tmp_path,
        "contract-amendments/over-quarter",
        {"contracts": contracts({"amount": 10}), "contract-amendments": rows},
    )
    assert (outcome.judged, outcome.unknown) == (0, {"no-change": 1})


@pytest.mark.parametrize(("paid", "fires"), [(1_100, False), (1_101, True)])
def test_more_paid_than_the_contract_and_its_changes(tmp_path: Path, paid: int, fires: bool) -> None:
    world = {
        "contracts": contracts({"amount": 1_000}, {"amount": 5_000}),
        "contract-amendments": [{"contract": "1", "number": 1, "change": 100}],
        "payments": [
            {"number": "a", "contract": "1", "amount": paid - 400},
            {"number": "b", "contract": "1", "amount": 400},
            {"number": "c", "contract": "2", "amount": 1},
        ],
    }
    outcome = outcome_of(tmp_path, "payments/above-contract", world)
    assert subjects(outcome) == ({"1": float(paid)} if fires else {})
    assert outcome.judged == 2


def test_money_of_a_contract_paid_to_another(tmp_path: Path) -> None:
    world = {
        "contracts": contracts({"contractor_id": "A"}, {}),
        "payments": [
            {"number": "a", "contract": "1", "payee_id": "A", "amount": 1},
            {"number": "b", "contract": "1", "payee_id": "B", "payee": "B", "amount": 2},
            {"number": "c", "contract": "2", "payee_id": "B", "amount": 3},
            {"number": "d", "contract": "9", "payee_id": "B", "amount": 4},
            {"number": "e", "payee_id": "B", "amount": 5},
        ],
    }
    outcome = outcome_of(tmp_path, "payments/another-payee", world)
    assert subjects(outcome) == {"b": 2.0}
    assert (outcome.judged, outcome.unknown) == (2, {"no-contract": 1, "no-id": 1})


def test_money_paid_before_the_contract_was_signed(tmp_path: Path) -> None:
    world = {
        "contracts": contracts({"signed_on": day("2024-08-10")}),
        "payments": [
            {"number": "a", "contract": "1", "paid_on": day("2024-08-09")},
            {"number": "b", "contract": "1", "paid_on": day("2024-08-10")},
        ],
    }
    assert subjects(outcome_of(tmp_path, "payments/before-signature", world)) == {"a": 1.0}


PAID = {
    "payee_id": "A", "payee": "A", "amount": 20_000_000, "paid_on": day("2024-08-01"), "kind": "interim", "contract": "1",
    "budget_code": "210101",
}  # fmt: skip


@pytest.mark.parametrize(
    ("other", "fires"),
    [
        ({"paid_on": day("2024-08-04")}, True),
        ({"paid_on": day("2024-08-05")}, False),
        ({"amount": 20_000_001}, False),
        ({"payee_id": "B"}, False),
        ({"contract": "2"}, False),
        ({"kind": "final"}, False),
        ({"payee_id": None}, False),
    ],
)
def test_the_same_amount_paid_twice_within_days(tmp_path: Path, other: dict[str, Any], fires: bool) -> None:
    rows = [{**PAID, "number": "a"}, {**PAID, "number": "b", **other}]
    outcome = outcome_of(tmp_path, "payments/paid-twice", {"payments": rows})
    assert set(subjects(outcome)) == ({"b"} if fires else set())
    if fires:
        assert outcome.findings[0].behind == {"payment": ("a", "b")}


def test_small_change_and_natural_persons_are_not_looked_at_twice(tmp_path: Path) -> None:
    small = [{**PAID, "number": name, "amount": 9_999_999} for name in "ab"]
    aid = [{**PAID, "number": name, "payee_id": None} for name in "cd"]
    assert outcome_of(tmp_path, "payments/paid-twice", {"payments": [*small, *aid]}).judged == 0


def test_one_company_with_most_of_the_money_of_a_unit_in_a_year(tmp_path: Path) -> None:
    mine = [{"contractor_id": "A", "amount": 50}] * 4
    others = [{"contractor_id": name, "amount": 60} for name in "BCD"]
    rows = contracts(*mine, *others, signed_on=day("2024-08-01"), unit="u")
    vendors = [{"legal_id": name, "name": name} for name in "ABCD"]
    outcome = outcome_of(tmp_path, "contracts/one-winner", {"contracts": rows, "vendors": vendors})
    assert subjects(outcome) == {"A": 526.3}
    assert outcome.findings[0].unit == "u"


def test_few_companies_or_few_contracts_make_no_concentration(tmp_path: Path) -> None:
    rows = contracts(
        *[{"contractor_id": "A", "amount": 50}] * 3,
        {"contractor_id": "B", "amount": 1},
        signed_on=day("2024-08-01"),
        unit="u",
    )
    vendors = [{"legal_id": name, "name": name} for name in "AB"]
    assert outcome_of(tmp_path, "contracts/one-winner", {"contracts": rows, "vendors": vendors}).fired == 0


@pytest.mark.parametrize(("winners", "fires"), [("AB A", False), ("ABA", True), ("AAA", False), ("AB", False)])
def test_the_same_bidders_who_win_in_turn(tmp_path: Path, winners: str, fires: bool) -> None:
    awarded = [winner for winner in winners if winner != " "]
    if " " in winners:
        awarded = awarded[:2]
    tenders = [
        {
            "number": str(n), "state": "awarded", "winner_id": winner, "winner": winner, "opened_on": day(f"2024-08-0{n}"),
        }
        for n, winner in enumerate(awarded, 1)
    ]  # fmt: skip
    bids = [
        {"tender": str(n), "number": bid_number, "bidder_id": who, "bidder": who, "state": "valid"}
        for n in range(1, len(awarded) + 1)
        for bid_number, who in enumerate("AB", 1)
    ]
    outcome = outcome_of(tmp_path, "bids/taking-turns", {"tenders": tenders, "bids": bids})
    assert set(subjects(outcome)) == ({"3"} if fires else set())


@pytest.mark.parametrize(
    ("amount", "registered", "fires"),
    [(10_001, "2024-07-01", True), (10_000, "2024-07-01", False), (10_001, "2024-01-01", False)],
)
def test_a_large_contract_with_a_new_company(tmp_path: Path, amount: int, registered: str, fires: bool) -> None:
    world = {
        "contracts": contracts({"contractor_id": "A", "amount": amount, "signed_on": day("2024-08-01")}),
        "vendors": [{"legal_id": "A", "registered_on": day(registered)}],
        "transaction-ceilings": CEILINGS,
    }
    assert set(subjects(outcome_of(tmp_path, "contracts/new-company", world))) == ({"1"} if fires else set())


def test_a_new_company_is_not_judged_without_ceiling_or_registration(tmp_path: Path) -> None:
    rows = contracts(
        {"contractor_id": "A", "amount": 99_999, "signed_on": day("2022-08-01")},
        {"contractor_id": "B", "amount": 99_999, "signed_on": day("2024-08-01")},
    )
    world = {
        "contracts": rows,
        "vendors": [{"legal_id": "A", "registered_on": day("2022-07-01")}],
        "transaction-ceilings": CEILINGS,
    }
    outcome = outcome_of(tmp_path, "contracts/new-company", world)
    assert (outcome.judged, outcome.unknown) == (0, {"no-ceiling": 1, "no-registration": 1})


@pytest.mark.parametrize(
    ("fine", "fires"), [(3_000_000, False), (3_002_000, False), (3_004_000, True), (1_500_000, True)]
)
def test_a_fine_off_its_formula(tmp_path: Path, fine: int, fires: bool) -> None:
    row = {"number": "1", "ruling": "fine", "area": 10, "transaction_value": 100_000, "coefficient": 3, "fine": fine}
    outcome = outcome_of(tmp_path, "article-100-rulings/fine-off-formula", {"article-100-rulings": [row]})
    assert set(subjects(outcome)) == ({"1"} if fires else set())
    if fires:
        assert outcome.findings[0].threshold.rstrip("0").rstrip(".") == "3000000".rstrip("0")


def test_a_coefficient_unlike_that_of_like_rulings(tmp_path: Path) -> None:
    same = {
        "ruling": "fine",
        "district": "1",
        "use": "residential",
        "violation": "extra-area",
        "ruled_on": day("2024-08-01"),
    }
    rows = [{"number": str(n), "coefficient": 1, **same} for n in range(9)]
    rows += [{"number": "x", "coefficient": 2, **same}, {"number": "y", "coefficient": 2, **same, "district": "2"}]
    outcome = outcome_of(tmp_path, "article-100-rulings/other-coefficient", {"article-100-rulings": rows})
    assert subjects(outcome) == {"x": 2.0}
    assert (outcome.judged, outcome.unknown) == (10, {"too-few": 1})


def test_a_contract_signed_before_its_bids_were_opened(tmp_path: Path) -> None:
    rows = contracts(
        {"tender_number": "t", "signed_on": day("2024-08-01")},
        {"tender_number": "t", "signed_on": day("2024-08-02")},
        {"tender_number": "gone", "signed_on": day("2024-08-02")},
    )
    world = {"contracts": rows, "tenders": [{"number": "t", "opened_on": day("2024-08-02")}]}
    outcome = outcome_of(tmp_path, "contracts/before-opening", world)
    assert subjects(outcome) == {"1": 1.0}
    assert (outcome.judged, outcome.unknown) == (2, {"no-tender": 1})


def test_a_contract_signed_on_a_public_holiday(tmp_path: Path) -> None:
    rows = contracts({"signed_on": day("2024-02-11")}, {"signed_on": day("2024-02-12")}, {})
    outcome = outcome_of(tmp_path, "contracts/signed-on-holiday", {"contracts": rows})
    assert set(subjects(outcome)) == {"1"}
    assert (outcome.judged, outcome.unknown) == (2, {"no-date": 1})
    assert "2024-02-11" in outcome.calendar


def test_every_flag_that_comes_with_ayan_says_all_it_should() -> None:
    for flag in FLAGS.values():
        assert flag.innocent, flag.name
        assert flag.datasets <= DATASETS.keys(), flag.name
        assert flag.about in DATASETS, flag.name
        assert all(each.source.fa for each in flag.thresholds), flag.name
        assert {each.name for each in flag.thresholds} == {
            each.name for each in flag.thresholds if f"${each.name}" in flag.query
        }, flag.name


def test_eleven_of_the_flags_are_those_of_the_catalogue() -> None:
    wanted = {"R003", "R018", "R024", "R025", "R028", "R030", "R035", "R036", "R038", "R048", "R058"}
    assert {flag.standard for flag in FLAGS.values()} - {""} == wanted
