"""The invented city, published: what the offices wrote badly stands in the store as it truly is, and secrets nowhere."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest
from django.test import Client
from tests.flow.hamlet import HAMLET, Published, same
from tests.flow.held import Held
from tests.flow.visitors import (
    Open,
    Visitor,
    citizen,
    council_member,
    journalist,
    to_payment_by_map,
    to_payment_by_street,
)

from ayan.apps.catalog.deflator import prices
from ayan.cli import balances, demo
from ayan.core.audit.flags.computation import compute
from ayan.core.query.question import Question
from ayan.core.query.statistics import statistics
from ayan.core.store.release import Release
from ayan.wiring import city
from ayan.wiring.city import City
from ayan_demo import neighbour
from ayan_demo.build import BUILDING, NotADemo, Unexpected, build, is_built, publish
from ayan_demo.post import Submission
from ayan_demo.scale import SCALES
from ayan_demo.submissions import SEED, count, planted, submissions
from ayan_demo.world import World


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    folder = tmp_path_factory.mktemp("city")
    steps: list[tuple[int, int]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SCALES, "hamlet", HAMLET)
        built = build(folder / "home", "hamlet", lambda done, total, _: steps.append((done, total)))
    world = World(HAMLET, SEED, folder / "world")
    yield Published(City(folder / "home", folder / "home" / "store"), world, steps, built.releases, built.refused)
    world.close()


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


# --- what stands in the store -----------------------------------------------------------------------------------------


def test_contracts_of_three_offices_are_published_as_they_are(published: Published) -> None:
    columns = (
        "number, subject, kind, contractor_id, amount, signed_on, start_on, end_on, duration_days, selection, credit, "
        "budget_code, unit, district, tender_number, resolution, setad_number, state"
    )
    same(published, f"SELECT {columns} FROM contracts", "contracts", columns)


def test_payments_are_published_as_they_are_in_rial(published: Published) -> None:
    columns = "number, paid_on, payee_id, amount, kind, contract, budget_code, unit, payment_id"
    same(published, f"SELECT {columns} FROM payments", "payments", columns)


def test_the_other_tables_are_published_as_they_are(published: Published) -> None:
    votes = "resolution, member, voted_on, vote"
    same(published, "SELECT number, member, voted_on, vote FROM votes", "council-votes", votes)
    resolutions = (
        "number, term, CAST(session AS VARCHAR), session_kind, decided_on, title, text, commission, votes_for, present, "
        "outcome, follow_up, answer"
    )
    same(published, f"SELECT {resolutions} FROM resolutions", "council-resolutions", resolutions)
    amendments = (
        "contract, number, signed_on, kind, change, initial_amount, running_change, extra_days, new_end_on, reason"
    )
    same(published, f"SELECT {amendments} FROM amendments", "contract-amendments", amendments)
    pay = "month, name, post, level, grade, unit, decree_pay, allowances, overtime, bonuses, gross, tax, insurance, net"
    same(published, f"SELECT {pay} FROM pay", "managers-pay", pay)
    streets = "year, district, postal_patrol, street, q, k"
    same(published, "SELECT CAST(year AS VARCHAR), * EXCLUDE (year, n) FROM street_values", "street-values", streets)
    vendors = "legal_id, name, kind, activity, city, registered_on, standing, barred_until"
    same(published, f"SELECT {vendors} FROM vendors", "vendors", vendors)
    names = ("approved", "amended", "actual", "current_share", "capital_share", "heading_approved")
    money = ", ".join(f"CAST({name} AS BIGINT) * 1000000 AS {name}" for name in names)
    budget = (
        "fiscal_year, code, title, side, resource_class, approved, amended, actual, current_share, "
        "capital_share, heading_approved"
    )
    transfers = "number, kind, from_code, to_code, decided_on, decided_by, decision, reason, amount"
    truth = "SELECT * EXCLUDE (year, amount), amount * 1000000 AS amount FROM transfers"
    same(published, truth, "budget-transfers", transfers)
    same(
        published,
        f"SELECT CAST(year AS VARCHAR), code, title, side, resource_class, {money} FROM budget",
        "budget",
        budget,
    )


def test_the_catalogue_of_activities_is_published_as_composed(published: Published) -> None:
    columns = "code, title, title_en, domain, indicator, indicator_en, evidence, standing"
    same(published, f"SELECT {columns} FROM activities", "activities", columns)


def test_what_contracts_hang_on_is_published_as_it_is(published: Published) -> None:
    """From the tender and its bids to the project and its statements, over every year and whoever wrote it."""
    units = "code, title, parent, kind, head_post, phone, founded_on"
    same(published, f"SELECT {units} FROM units", "organisation-chart", units)
    # The names of people bear digits, which the former system could not write in Persian.
    tenders = (
        "number, title, kind, unit, district, budget_code, setad_number, published_on, documents_until, bids_until, "
        "opened_on, minimum_qualification, estimate, guarantee, bids, winner_id, winner_price, second_id, state"
    )
    same(published, f"SELECT {tenders} FROM tenders", "tenders", tenders)
    bids = "tender, number, opened_on, bidder_id, bidder, price, state, rank, reason"
    same(published, f"SELECT {bids} FROM bids", "bids", bids)
    projects = (
        "number, title, contract, contractor_id, contractor, unit, district, place, amount, approved, last_statement, "
        "started_on, planned_end_on, state"
    )
    same(published, f"SELECT {projects} FROM projects", "projects", projects)
    statements = "project, contract, number, kind, issued_on, period, claimed, approved, previous, cumulative, state"
    same(published, f"SELECT {statements} FROM statements", "progress-statements", statements)


def test_revenues_debts_and_registers_are_published_as_they_are(published: Published) -> None:
    year = "CAST(year AS VARCHAR)"
    same(published, f"SELECT {year}, month, code, amount FROM revenues", "revenues", "fiscal_year, month, code, amount")
    debts = "number, as_of, side, kind, party_id, subject, contract, amount, overdue, due_on, state"
    same(published, f"SELECT {debts} FROM debts", "debts-and-claims", debts)
    people = "district, people, households, basis, source"
    same(published, f"SELECT {year}, {people} FROM population", "population", f"year, {people}")
    ads = "number, ordered_on, medium, party_id, party, subject, unit, budget_code, amount, purpose"
    same(published, f"SELECT {ads} FROM advertising", "advertising-spend", ads)
    studies = "number, title, contract, party_id, party, unit, agreed_on, delivered_on, amount, state, report"
    same(published, f"SELECT {studies} FROM studies", "studies-bought", studies)
    trips = "number, name, post, unit, country, city, purpose, left_on, returned_on, days, tickets, allowance, paid_by"
    same(published, f"SELECT {trips} FROM trips", "foreign-trips", trips)
    calls = "number, title, kind, district, place, estimate, published_on, offers_until, offers, investor_id, state"
    same(published, f"SELECT {calls} FROM investment_calls", "investment-calls", calls)
    owned = (
        "number, title, kind, district, place, registration, ownership, acquired_how, acquired_from, acquired_on, unit, "
        "operator, rent, contract"
    )
    same(published, f"SELECT {owned} FROM properties", "municipal-properties", owned)
    stalls = (
        "number, name, district, place, plaque, structure, guild, contract_state, operator, until, monthly_fee, arrears"
    )
    same(published, f"SELECT {stalls} FROM kiosks", "kiosks-and-markets", stalls)


def test_the_council_sits_as_it_votes(published: Published) -> None:
    members = "name, term, office, commission, since"
    same(published, f"SELECT {members} FROM council_members", "council-members", members)
    sessions = "term, held_on, kind, present, absent, items"
    same(
        published,
        f"SELECT session::VARCHAR, {sessions} FROM council_sessions",
        "council-sessions",
        f"number, {sessions}",
    )
    roll = "session::VARCHAR, member, held_on, attendance"
    same(published, f"SELECT {roll} FROM council_attendance", "council-attendance", roll)


def test_parcels_rulings_and_receipts_are_published_as_they_are(published: Published) -> None:
    parcels = "renovation_code, district, street, zone, permitted_use, density, storeys"
    same(published, f"SELECT {parcels} FROM parcels", "parcels", parcels)
    shapes = [
        {code: json.loads(shape) for code, shape in published.world.con.execute(query).fetchall()}
        for query in (f"SELECT renovation_code, geometry FROM {at}" for at in ("parcels", published.current("parcels")))
    ]
    assert shapes[0] == shapes[1]
    numbers = "area * 100, coefficient * 100"
    rulings = (
        "number, file_number, renovation_code, ruled_on, violation, transaction_value, fine, ruling, principle, panel"
    )
    truth = f"SELECT {rulings}, area_centi, coefficient_centi FROM rulings"
    same(published, truth, "article-100-rulings", f"{rulings}, {numbers}")
    receipts = "number, received_on, kind, file_number, ruling, amount, channel"
    same(published, f"SELECT {receipts} FROM receipts", "levy-receipts", receipts)
    decisions = (
        "number, title, decided_on, renovation_code, district, from_use, to_use, from_density, to_density, outcome"
    )
    same(published, f"SELECT {decisions} FROM decisions", "article-5-decisions", decisions)


def test_what_the_desks_count_is_published_as_it_is(published: Published) -> None:
    requests = "kind, unit, received, due, answered, outcome, ground, days"
    same(published, f"SELECT {requests} FROM requests", "requests", requests)
    licences = "number, kind, issued_on, valid_until, district, holder_id, fee, state"
    same(published, f"SELECT {licences} FROM licences", "licences-issued", licences)
    performance = "activity, indicator, note"
    truth = f"SELECT year::VARCHAR, target, actual, {performance} FROM performance"
    same(published, truth, "performance", f"year, target * 100, actual * 100, {performance}")
    staff = "post, grade, unit, contract"
    same(published, f"SELECT hired::VARCHAR, {staff} FROM staff", "staff", f"hired, {staff}")
    services = "code, title, unit, audience, documents, steps, fee, days, channel"
    same(published, f"SELECT {services} FROM services", "services", services)
    tariffs = "code, item, kind, formula, variables, coefficients, since"
    same(published, f"SELECT year::VARCHAR, {tariffs} FROM tariffs", "fees-and-tariffs", f"year, {tariffs}")
    exemptions = "district, use, exemptions, ended"
    same(published, f"SELECT year::VARCHAR, {exemptions} FROM exemptions", "safety-exemptions", f"year, {exemptions}")


def test_no_ceiling_of_a_year_that_is_not_established_is_published(published: Published) -> None:
    ceilings = published.current("transaction-ceilings")
    rows = published.world.con.execute(f"SELECT year, invented, source FROM {ceilings} ORDER BY year").fetchall()
    assert [row[0] for row in rows] == ["1399", "1400", "1401"]
    assert all(invented and "ساختگی" in source for _, invented, source in rows)


def test_permits_lie_on_parcels(published: Published) -> None:
    con = published.world.con
    permits, parcels = published.current("building-permits"), published.current("parcels")
    strays = con.execute(f"FROM {permits} WHERE renovation_code NOT IN (SELECT renovation_code FROM {parcels})")
    assert strays.fetchall() == []


def test_a_month_sent_again_supersedes_and_both_stay(published: Published) -> None:
    first, second = [
        release for release in published.city.release_store.releases("payments") if release.period == "1404-11"
    ]
    assert (first.number, second.number) == (1, 2)
    assert (first.rows, second.rows) == (HAMLET.payments + 1, HAMLET.payments)
    assert published.city.release_store.current("payments")["1404-11"].number == 2
    changed = duckdb.execute(
        f"SELECT number FROM read_parquet({_paths(first)}) a JOIN read_parquet({_paths(second)}) b USING (number) "
        "WHERE a.amount <> b.amount"
    ).fetchall()
    assert 0 < len(changed) < 10


def test_one_release_says_what_it_leaves_out_and_why(published: Published) -> None:
    store = published.city.release_store
    partial = [
        release.ref
        for slug in store.datasets()
        for release in store.releases(slug)
        if "ناخواناست" in json.dumps(release.manifest, ensure_ascii=False)
    ]
    assert partial == ["building-permits/1403/1"]
    assert store.snapshot("building-permits").rows == 2 * HAMLET.permits - 1


def test_what_must_vanish_is_nowhere_public(published: Published) -> None:
    """Withheld columns have no name in any part, and the numbers of the people concerned occur in no public byte."""
    registry = published.city.registry
    for slug in published.city.release_store.datasets():
        withheld = {field.name for field in registry.get(slug).fields if not field.published}
        for release in published.city.release_store.releases(slug):
            shown = duckdb.execute(f"SELECT * FROM read_parquet({_paths(release)}) LIMIT 0").description
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


def _paths(release: Release) -> list[str]:
    return [str(part) for part in release.parts()]


def _texts(published: Published) -> Iterator[str]:
    """Everything public as text: manifests, and every row of every release."""
    for slug in published.city.release_store.datasets():
        for release in published.city.release_store.releases(slug):
            yield json.dumps(release.manifest, ensure_ascii=False, default=str)
            for row in duckdb.execute(f"SELECT * FROM read_parquet({_paths(release)})").fetchall():
                yield "|".join(str(cell) for cell in row)


# --- what must come to the same ---------------------------------------------------------------------------------------


def test_every_balance_holds_over_the_city(published: Published) -> None:
    outcomes = list(published.city.auditor.outcomes(published.city.registry.balances().sound))
    assert {
        f"{outcome.balance.owner}/{outcome.balance.code}": outcome.failed for outcome in outcomes if not outcome.holds
    } == {}
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
    assert balances.run_audit(argparse.Namespace(slug=["payments"], format="json")) == 0
    said = json.loads(capsys.readouterr().out)
    assert [balance["code"] for balance in said] == ["payments/within-contracts", "progress-statements/payments"]
    assert all(balance["holds"] is True and balance["groups"] > 0 for balance in said)


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


# --- what people come for, with a browser -----------------------------------------------------------------------------

READERS = pytest.mark.parametrize(("prefix", "width"), [("", 390), ("/en", 1440)])


@pytest.fixture
def site(published: Published, server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the invented city's site."""
    monkeypatch.setattr(city, "current", lambda: published.city)
    return server


@READERS
def test_from_a_street_to_the_payment_for_its_pavement_in_three_clicks(
    published: Published, open_page: Open, axe: str, prefix: str, width: int
) -> None:
    """By the name of the street in the search, and by the place of the works on the map."""
    contract, subject, project, longitude, latitude = published.world.con.execute(
        f"SELECT c.number, c.subject, j.number, j.longitude, j.latitude FROM {published.current('contracts')} c "
        f"JOIN {published.current('payments')} p ON p.contract = c.number JOIN {published.current('projects')} j "
        "ON j.contract = c.number WHERE c.subject LIKE 'احداث پیاده%' OR c.subject LIKE '%آسفالت%' "
        "GROUP BY ALL ORDER BY count(*) DESC, 1 LIMIT 1"
    ).fetchall()[0]
    reader = Visitor(open_page, axe, prefix, width)
    street = " ".join(subject.split()[-2:])
    assert to_payment_by_street(reader, street, contract) <= 3
    assert to_payment_by_map(reader, project, longitude, latitude) <= 3


@READERS
def test_a_citizen_a_journalist_and_a_council_member_find_their_way(
    published: Published, open_page: Open, axe: str, prefix: str, width: int
) -> None:
    con = published.world.con
    parcel, vendor, decision, unit = (
        con.execute(query).fetchall()[0][0]
        for query in (
            "SELECT renovation_code FROM permits GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
            "SELECT contractor_id FROM contracts WHERE contractor_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
            "SELECT min(resolution) FROM contracts",
            "SELECT code FROM units JOIN managers ON unit = title WHERE kind = 'deputy' GROUP BY 1 ORDER BY 1 LIMIT 1",
        )
    )
    reader = Visitor(open_page, axe, prefix, width)
    citizen(reader, parcel)
    journalist(reader, vendor)
    council_member(reader, quote(decision.replace("/", "%2F"), safe=""), unit)
