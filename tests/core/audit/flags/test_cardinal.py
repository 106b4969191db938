"""The indicators of Cardinal, held against what its documentation says of examples of the same making.

Each world is written for these tests after a documented case: who bid, what became of each bid, who won; and the
expected result is the documented one. Ratios are thousandths here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.core.audit.flags.world import Rows, day, outcome_of, subjects

Bid = tuple[str, str, int | None]
"""Who bid, what became of it, at what price."""

F = "F"
CALM = {"least": 1}


def tenders(
    *cases: tuple[str, str | None, Sequence[Bid]], kind: str = "public-tender", unit: str | None = None
) -> Rows:
    """Tenders by number, winner and bids; the winner's price is that of the winner's bid."""
    tender_rows: list[dict[str, Any]] = []
    bid_rows: list[dict[str, Any]] = []
    for number, winner, bids in cases:
        price = next((price for who, _, price in bids if who == winner), None)
        tender_rows.append(
            {
                "number": number, "kind": kind, "state": "awarded" if winner else "renewed", "winner_id": winner,
                "winner": winner, "winner_price": price, "unit": unit or f"unit {number}",
            }
        )  # fmt: skip
        for bid_number, (who, state, price) in enumerate(bids, 1):
            bid_rows.append(
                {
                    "tender": number,
                    "number": bid_number,
                    "bidder_id": who,
                    "bidder": who,
                    "state": state,
                    "price": price,
                }
            )
    everybody = dict.fromkeys(who for _, _, bids in cases for who, _, _ in bids)
    vendors = [{"legal_id": who, "name": who} for who in everybody]
    chart = [
        {"code": str(number), "title": unit}
        for number, unit in enumerate(dict.fromkeys(r["unit"] for r in tender_rows))
    ]
    return {"tenders": tender_rows, "bids": bid_rows, "vendors": vendors, "organisation-chart": chart}


def won(second: int, first: int = 1) -> list[Bid]:
    return [("W", "valid", first), ("L", "valid", second)]


@pytest.mark.parametrize(("until", "fires"), [("2024-01-02", True), ("2024-01-15", True), ("2024-01-16", False)])
def test_r003_fewer_than_fifteen_days(tmp_path: Path, until: str, fires: bool) -> None:
    row = {"number": F, "kind": "public-tender", "published_on": day("2024-01-01"), "bids_until": day(until)}
    outcome = outcome_of(tmp_path, "tenders/short-notice", {"tenders": [row]})
    assert set(subjects(outcome)) == ({F} if fires else set())


def test_r003_looks_at_open_procedures_alone_and_not_without_dates(tmp_path: Path) -> None:
    dates = {"published_on": day("2024-01-01"), "bids_until": day("2024-01-02")}
    rows: list[dict[str, Any]] = [
        {"number": "1", "kind": "limited-tender", **dates},
        {"number": "2", "kind": "public-tender"},
    ]
    outcome = outcome_of(tmp_path, "tenders/short-notice", {"tenders": rows})
    assert (outcome.judged, outcome.fired, outcome.unknown) == (0, 0, {"no-deadline": 1})


def test_r018_one_bidder_of_a_competitive_procedure(tmp_path: Path) -> None:
    world = tenders(
        (F, "W", [("W", "valid", 5)]), ("1", "W", won(6)), ("2", "W", [("W", "valid", 5), ("L", "withdrawn", 6)])
    )
    outcome = outcome_of(tmp_path, "bids/single-bid", world)
    assert set(subjects(outcome)) == {F, "2"}
    assert outcome.judged == 3


def test_r018_leaves_auctions_alone(tmp_path: Path) -> None:
    world = tenders((F, "W", [("W", "valid", 5)]), kind="auction")
    assert outcome_of(tmp_path, "bids/single-bid", world).judged == 0


def test_r024_the_gap_is_a_low_outlier(tmp_path: Path) -> None:
    """One tender whose second price is twice the first, among four where it is a hundredfold: the first is close."""
    world = tenders((F, "W", won(2)), *((str(n), "W", won(100)) for n in range(1, 5)))
    assert subjects(outcome_of(tmp_path, "bids/close-price", world)) == {F: 1000.0}
    assert subjects(outcome_of(tmp_path, "bids/heavy-discount", world)) == {}


def test_r058_the_gap_is_a_high_outlier(tmp_path: Path) -> None:
    world = tenders((F, "W", won(100)), *((str(n), "W", won(2)) for n in range(1, 5)))
    assert subjects(outcome_of(tmp_path, "bids/heavy-discount", world)) == {F: 99_000.0}
    assert subjects(outcome_of(tmp_path, "bids/close-price", world)) == {}


def test_r024_leaves_out_tenders_that_the_lowest_bid_did_not_win(tmp_path: Path) -> None:
    world = tenders(("1", "W", won(1, first=2)), *((str(n), "W", won(100)) for n in range(2, 7)))
    assert outcome_of(tmp_path, "bids/close-price", world).judged == 5


def test_an_outlier_among_too_few_is_not_judged(tmp_path: Path) -> None:
    world = tenders((F, "W", won(2)), *((str(n), "W", won(100)) for n in range(1, 4)))
    outcome = outcome_of(tmp_path, "bids/close-price", world)
    assert (outcome.judged, outcome.fired, outcome.unknown) == (0, 0, {"too-few": 4})


def test_r025_a_top_bidder_that_hardly_wins(tmp_path: Path) -> None:
    """F bids in eight tenders and wins the first; every other bidder wins the one tender it bid for."""
    others = [(str(n), str(n), [(F, "valid", 2), (str(n), "valid", 1)]) for n in range(1, 8)]
    world = tenders(("0", F, [(F, "valid", 1)]), *others)
    assert subjects(outcome_of(tmp_path, "bids/always-losing", world)) == {F: 125.0}


def test_r025_counts_valid_bids_alone(tmp_path: Path) -> None:
    others = [(str(n), str(n), [(F, "disqualified", 2), (str(n), "valid", 1)]) for n in range(1, 8)]
    assert subjects(outcome_of(tmp_path, "bids/always-losing", tenders(*others))) == {}


def test_r028_two_bidders_with_one_price(tmp_path: Path) -> None:
    world = tenders(
        (F, "V", [("V", "valid", 1), ("D", "disqualified", 1)]), ("1", "V", [("V", "valid", 1), ("D", "valid", 2)])
    )
    assert subjects(outcome_of(tmp_path, "bids/same-price", world)) == {F: 1.0}


def test_r028_one_bidder_twice_is_no_match(tmp_path: Path) -> None:
    world = tenders((F, "V", [("V", "valid", 1), ("V", "valid", 1)]))
    assert outcome_of(tmp_path, "bids/same-price", world).fired == 0


def test_r030_does_not_guess_when_a_bid_came(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, "bids/late-winner", tenders((F, "W", won(2))))
    assert (outcome.judged, outcome.unknown) == (0, {"no-deadline": 1})


@pytest.mark.parametrize(("winner", "fires"), [("2024-01-02", True), ("2024-01-01", False)])
def test_r030_the_winners_valid_bid_came_after_the_deadline(tmp_path: Path, winner: str, fires: bool) -> None:
    """The winner's valid bid counts; that a loser was late does not matter."""
    world = {slug: [dict(row) for row in rows] for slug, rows in tenders((F, "W", won(2))).items()}
    world["tenders"][0]["bids_until"] = day("2024-01-01")
    world["bids"][0]["received_on"], world["bids"][1]["received_on"] = day(winner), day("2024-02-01")
    outcome = outcome_of(tmp_path, "bids/late-winner", world)
    assert set(subjects(outcome)) == ({F} if fires else set())


def test_r035_every_other_bidder_disqualified(tmp_path: Path) -> None:
    world = tenders(
        (F, "W", [("W", "valid", 1), ("D", "disqualified", 2)]),
        ("1", "W", [("W", "valid", 1), ("D", "disqualified", 2), ("L", "valid", 3)]),
        ("2", "W", [("W", "valid", 1)]),
        ("3", None, [("W", "valid", 1), ("D", "disqualified", 2)]),
        ("4", "W", [("L", "valid", 1), ("W", "disqualified", 2)]),
    )
    assert subjects(outcome_of(tmp_path, "bids/all-others-out", world)) == {F: 1.0}


def test_r036_the_lowest_bid_disqualified(tmp_path: Path) -> None:
    world = tenders(
        (F, "W", [("W", "valid", 2), ("D", "disqualified", 1)]),
        ("1", "W", [("W", "valid", 1), ("D", "disqualified", 2)]),
        ("2", None, [("W", "valid", 2), ("D", "disqualified", 1)]),
    )
    assert set(subjects(outcome_of(tmp_path, "bids/lowest-out", world))) == {F}


def test_r038_a_unit_whose_share_of_disqualified_bids_is_a_high_outlier(tmp_path: Path) -> None:
    """One of five units disqualified half of its bids, the others none."""
    calm = [(str(n), None, [("W", "valid", 1), ("L", "valid", 2)]) for n in range(1, 5)]
    world = tenders(("0", None, [("W", "valid", 1), ("D", "disqualified", 2)]), *calm)
    outcome = outcome_of(tmp_path, "bids/disqualifying-unit", world)
    assert [(finding.unit, float(finding.value)) for finding in outcome.findings] == [("unit 0", 500.0)]


def test_r038_a_unit_with_fewer_than_two_bids_is_left_out(tmp_path: Path) -> None:
    single = [(str(n), None, [("W", "valid", 1)]) for n in range(1, 5)]
    outcome = outcome_of(tmp_path, "bids/disqualifying-unit", tenders(("0", None, won(2)), *single), least=1)
    assert (outcome.judged, outcome.fired) == (1, 0)


def test_r038_a_bidder_disqualified_more_than_all_others(tmp_path: Path) -> None:
    calm = [(str(n), None, [(f"B{n}", "valid", 1), (f"B{n % 5 + 1}", "valid", 2)]) for n in range(1, 6)]
    world = tenders(*calm, ("a", None, [("D", "disqualified", 1)]), ("b", None, [("D", "disqualified", 1)]))
    assert subjects(outcome_of(tmp_path, "bids/often-disqualified", world)) == {"D": 1000.0}


def test_r048_counts_no_contract_without_a_code(tmp_path: Path) -> None:
    rows = [{"number": str(n), "contractor_id": F} for n in range(5)]
    outcome = outcome_of(
        tmp_path, "contracts/every-trade", {"contracts": rows, "vendors": [{"legal_id": F, "name": F}]}
    )
    assert (outcome.missing, outcome.judged, outcome.fired) == ((), 0, 0)


def test_r048_a_company_of_two_branches_among_four_of_one(tmp_path: Path) -> None:
    """One company supplies two branches, four others one each: the first two digits make a branch."""
    codes = [(F, "10000000"), (F, "11000000"), *((str(n), "10000000") for n in range(1, 5)), ("4", "10990000")]
    world = {
        "contracts": [
            {"number": str(number), "contractor_id": who, "item_code": code} for number, (who, code) in enumerate(codes)
        ],
        "vendors": [{"legal_id": who, "name": who} for who in dict.fromkeys(who for who, _ in codes)],
    }
    outcome = outcome_of(tmp_path, "contracts/every-trade", world)
    assert subjects(outcome) == {F: 2.0}


def test_quartiles_are_those_of_the_median_unbiased_estimate(tmp_path: Path) -> None:
    """Five gaps 1, 99, 99, 99, 99: the eighth method puts the first quartile at 66⅓, so the fence stands at 17⅓."""
    world = tenders((F, "W", won(2)), *((str(n), "W", won(100)) for n in range(1, 5)))
    (finding,) = outcome_of(tmp_path, "bids/close-price", world).findings
    assert float(finding.threshold) == pytest.approx(17_333.333, abs=0.01)
