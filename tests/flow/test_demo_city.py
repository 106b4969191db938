"""The invented city as a whole: every file meets its fate, balances hold, flags fire, and secrets stand nowhere."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from django.test import Client
from tests.flow.hamlet import HAMLET, Published, paths
from tests.flow.held import Held

from ayan.apps.catalog.explorer.figures import prices
from ayan.cli import balances, demo
from ayan.core.audit.flags.computation import compute
from ayan.core.query.question import Question
from ayan.core.query.statistics import statistics
from ayan.wiring import city
from ayan.wiring.city import City
from ayan_demo import neighbour
from ayan_demo.build import BUILDING, NotADemo, Unexpected, build, is_built, publish
from ayan_demo.post import Submission
from ayan_demo.scale import SCALES
from ayan_demo.submissions import SEED, count, planted, submissions

# --- the way in -------------------------------------------------------------------------------------------------------


def test_every_file_met_its_fate(published: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SCALES, "hamlet", HAMLET)
    assert published.told == [(done, count("hamlet")) for done in range(count("hamlet"))]
    assert published.refused == planted("hamlet")
    assert published.releases == count("hamlet") - planted("hamlet")


def test_a_city_is_recognised_and_never_built_over(published: Published, tmp_path: Path) -> None:
    home = published.city.home
    assert published.city.profile.demo
    assert published.city.profile.name.en == "Sample City"
    assert is_built(home)
    assert not is_built(tmp_path / "nowhere")
    with pytest.raises(NotADemo):
        build(home, "small")
    (tmp_path / "somebody's.txt").write_text("mine")
    with pytest.raises(NotADemo):
        is_built(tmp_path)
    assert demo.run_demo(argparse.Namespace(home=tmp_path, scale="small", no_serve=True, port=0, officers=False)) == 1
    assert demo.run_demo(argparse.Namespace(home=home, scale="small", no_serve=True, port=0, officers=False)) == 0
    assert not home.with_name(home.name + BUILDING).exists()


def test_money_of_earlier_years_is_worth_more_at_the_prices_of_the_last(published: Published) -> None:
    index = prices(published.city)
    assert index is not None
    assert (index.base, index.index["1397"]) == ("1404", Decimal(100))
    dataset = published.city.registry.get("contracts")
    scope = Question(slug=dataset.slug)
    summary = statistics(
        published.city.query_service, dataset, scope, published.city.query_service.snapshot(dataset, scope)
    )
    assert [year.name for year in summary.years] == ["1402", "1403", "1404"]
    for year in summary.years:
        nominal = year.totals[0]
        real = index.real(nominal, year.name)
        assert nominal is not None
        assert real is not None
        assert real == nominal if year.name == index.base else real > nominal


def test_its_neighbour_is_harvested_and_stands_beside_it_person_by_person(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    neighbour.harvest(published.city)
    other = published.city.others.get(neighbour.CODE)
    assert other is not None
    assert other.about.vouched
    monkeypatch.setattr(city, "current", lambda: published.city)
    asked = "_data=revenues&_measure=sum_amount&_by=_city&_side=here&_side=neighbour&_per=person"
    document = json.loads(Client().get(f"/api/v1/compare?{asked}").content)
    assert [side["rows"] for side in document["sides"]] == [
        published.city.release_store.snapshot("revenues").rows,
        other.release_store.snapshot("revenues").rows,
    ]
    both = {line["key"]: line["values"] for line in document["lines"]}
    assert all(ours and theirs for year, (ours, theirs) in both.items() if year in ("1403", "1404"))


@pytest.fixture(scope="module")
def vendors(tmp_path_factory: pytest.TempPathFactory) -> tuple[Submission, Submission]:
    """The register with a planted error, and its corrected file."""
    files = submissions("small", SEED, tmp_path_factory.mktemp("vendors"))
    wrong, right = next(files), next(files)
    files.close()
    return wrong, right


def test_a_file_that_meets_another_fate_stops_the_build(tmp_path: Path, vendors: tuple[Submission, Submission]) -> None:
    wrong, right = vendors
    city = City(tmp_path, tmp_path / "store")
    with pytest.raises(Unexpected, match="meant nothing"):
        publish(city, replace(wrong, expected_codes=frozenset()))
    with pytest.raises(Unexpected, match="was refused"):
        publish(city, replace(wrong, expect="sealed"))
    with pytest.raises(Unexpected, match="was not refused"):
        publish(city, replace(right, expect="refused"))
    assert city.release_store.datasets() == []


# --- what must not be there ------------------------------------------------------------------------------------------


def test_what_must_vanish_is_nowhere_public(published: Published) -> None:
    """Withheld columns have no name in any part, and the numbers of the people concerned occur in no public byte."""
    registry = published.city.registry
    for slug in published.city.release_store.datasets():
        withheld = {field.name for field in registry.get(slug).fields if not field.published}
        for release in published.city.release_store.releases(slug):
            shown = duckdb.execute(f"SELECT * FROM read_parquet({paths(release)}) LIMIT 0").description
            assert not withheld & {column[0] for column in shown}
    con = published.world.con
    secrets = {
        str(value)
        for query in (
            "SELECT national_id FROM pay", "SELECT account FROM pay", "SELECT owner_national_id FROM permits",
            "SELECT contractor_national_id FROM contracts", "SELECT payee_national_id FROM payments",
            "SELECT manager_national_id FROM vendors", "SELECT contractor_mobile FROM contracts",
            "SELECT bidder_national_id FROM bids", "SELECT party_national_id FROM debts", "SELECT account FROM debts",
            "SELECT acquired_from_national_id FROM properties", "SELECT operator_national_id FROM kiosks",
            "SELECT operator_mobile FROM kiosks", "SELECT operator_home FROM kiosks", "SELECT passport FROM trips",
            "SELECT father_name FROM pay", "SELECT person_nid(owner) FROM parcels", "SELECT mobile FROM council_members",
            "SELECT person_nid(person) FROM staff", "SELECT mobile FROM requests", "SELECT person_national_id FROM licences",
            "SELECT owner_national_id FROM rulings", "SELECT payer_national_id FROM receipts",
        )
        for (value,) in con.execute(query).fetchall()
        if value is not None
    }  # fmt: skip
    assert len(secrets) > 200
    public = "\n".join(_texts(published))
    assert len(public) > 100_000
    assert [secret for secret in secrets if secret in public] == []


def _texts(published: Published) -> Iterator[str]:
    """Everything public as text: manifests, and every row of every release."""
    for slug in published.city.release_store.datasets():
        for release in published.city.release_store.releases(slug):
            yield json.dumps(release.manifest, ensure_ascii=False, default=str)
            for row in duckdb.execute(f"SELECT * FROM read_parquet({paths(release)})").fetchall():
                yield "|".join(str(cell) for cell in row)


# --- what must come to the same ---------------------------------------------------------------------------------------


STATED_GAPS = {"payments/budget-actual"}
"""What the invented city spends without a payment that anybody sees: wages, and all that is older than its payments."""


def test_every_balance_holds_over_the_city_but_those_whose_gap_is_stated(published: Published) -> None:
    outcomes = list(published.city.auditor.outcomes(published.city.registry.balances().sound))
    assert {
        f"{outcome.balance.owner}/{outcome.balance.code}" for outcome in outcomes if not outcome.holds
    } == STATED_GAPS
    assert all(outcome.groups for outcome in outcomes)


def test_one_rial_in_any_covered_cell_fails_exactly_the_equalities_that_contain_it(published: Published) -> None:
    """Cells of every covered column are moved by a rial, and each equality is run as its page prints it."""
    held = Held(published.city)
    tried = 0
    for covered in held.covered:
        for row in held.some_cells(covered):
            wanted = held.containing(covered, row)
            assert {balance for balance, groups in wanted.items() if groups} >= set(covered.whole), (
                covered.field.name,
                row,
            )
            assert held.failing(covered, row) == wanted, (covered.dataset.slug, covered.field.name, row)
            tried += bool(sum(map(len, wanted.values())))
    assert len([covered for covered in held.covered if covered.whole]) > 14
    assert tried > 80


def test_the_command_says_what_differs(
    published: Published, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ayan.wiring.city.current", lambda: published.city)
    assert balances.run_audit(argparse.Namespace(slug=["payments"], format="json")) == 1
    said = json.loads(capsys.readouterr().out)
    assert {balance["code"]: balance["holds"] for balance in said} == {
        "payments/budget-actual": False,
        "payments/within-contracts": True,
        "progress-statements/payments": True,
    }
    assert all(balance["groups"] > 0 for balance in said)


def test_every_sample_activity_stands_somewhere_and_gaps_are_those_of_the_true_tables(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ayan.wiring.city.current", lambda: published.city)
    document = json.loads(Client().get("/api/v1/activities").content)
    assert (len(document["listed"]), document["sample"], sum(document["counts"].values())) == (376, 376, 376)
    assert document["counts"]["absent"] == sum(not activity["datasets"] for activity in document["listed"])
    missing = json.loads(Client().get("/api/v1/missing").content)
    assert {register["dataset"] for register in missing["numbers"]} == {
        "building-permits",
        "contracts",
        "council-resolutions",
    }
    truth = "SELECT count(*), CAST(sum(amount) AS HUGEINT) FROM payments WHERE contract IS NULL"
    rows, rial = published.world.con.execute(truth).fetchall()[0]
    (year,) = missing["unnamed"]
    assert (year["rows"], year["rial"]) == (rows, rial)


# --- flags ------------------------------------------------------------------------------------------------------------


def test_the_city_holds_something_for_flags_that_look_for_what_is_rare(published: Published) -> None:
    demo_city = published.city
    datasets = {dataset.slug: dataset for dataset in demo_city.registry.all()}
    fired = set()
    for flag in demo_city.registry.flags().sound:
        releases = {slug: demo_city.release_store.snapshot(slug).releases for slug in flag.datasets}
        if compute(flag, datasets, releases, demo_city.profile.workdays).fired:
            fired.add(flag.name)
    assert fired >= {
        "article-100-rulings/fine-off-formula", "article-100-rulings/other-coefficient", "bids/late-winner",
        "bids/taking-turns", "contracts/every-trade", "contracts/one-winner", "payments/another-payee",
    }  # fmt: skip
