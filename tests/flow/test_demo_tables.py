"""The tables of the invented city: what the offices wrote badly stands in the store as it truly is."""

from __future__ import annotations

import json

import duckdb
from tests.flow.hamlet import HAMLET, Published, paths, same


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
        "number, term, CAST(session AS VARCHAR), session_kind, decided_on, title, text, commission, votes_for, not_voting, "
        "present, outcome, follow_up, answer"
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
    columns = "code, title, title_en, domain, indicator, indicator_en, evidence, proof, standing"
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
        "number, title, kind, district, place, renovation_code, registration, ownership, acquired_how, acquired_from, "
        "acquired_on, unit, operator, rent, contract"
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
    requests = (
        "kind, unit, received, due, answered, outcome, ground, days, service, queued, worked, waited, returns, visits"
    )
    same(published, f"SELECT {requests} FROM requests", "requests", requests)
    steps = "service, unit, part, step, step_en, cases, days, cost"
    same(published, f"SELECT year::VARCHAR, {steps} FROM service_steps", "service-step-times", f"year, {steps}")
    licences = "number, kind, issued_on, valid_until, district, holder_id, fee, state"
    same(published, f"SELECT {licences} FROM licences", "licences-issued", licences)
    performance = "activity, indicator, note"
    truth = f"SELECT year::VARCHAR, target, actual, {performance} FROM performance"
    same(published, truth, "performance", f"year, target * 100, actual * 100, {performance}")
    staff = "post, grade, unit, contract"
    same(published, f"SELECT hired::VARCHAR, {staff} FROM staff", "staff", f"hired, {staff}")
    services = (
        "code, title, title_en, called, event, unit, audience, documents, steps, fee, tariff, days, channel, visit"
    )
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
        f"SELECT number FROM read_parquet({paths(first)}) a JOIN read_parquet({paths(second)}) b USING (number) "
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
