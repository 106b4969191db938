"""The invented city as a whole: every file meets its fate, balances hold, flags fire, and secrets stand nowhere."""

from __future__ import annotations

import argparse
import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from django.test import Client
from tests.apps.standards.popolo_schemas import popolo_schemas
from tests.flow.hamlet import HAMLET, Published, paths
from tests.flow.rows_in_memory import Held
from tests.sampling import chance

from ayan.apps.accounts import audit
from ayan.apps.accounts.models import Act, Grant
from ayan.apps.catalog.explorer.figures import prices
from ayan.apps.catalog.front.views import tries
from ayan.apps.catalog.prose.views import tour_stop
from ayan.apps.catalog.record import records
from ayan.apps.counter.models import LetterReply
from ayan.apps.flags.models import FindingCase, FindingReply
from ayan.apps.standards import croissant, csv_metadata, open_data_list
from ayan.apps.standards.contracting import Contracting
from ayan.apps.standards.council_tables import council_tables
from ayan.apps.standards.data_catalogue import DataCatalogue
from ayan.apps.standards.linked_data import as_turtle
from ayan.apps.standards.popolo import PopoloCouncil
from ayan.cli import balances, demo
from ayan.core.audit.flags.computation import compute
from ayan.core.ledger.checkpoint import cosigned
from ayan.core.query.question import Question
from ayan.core.query.statistics import statistics
from ayan.core.store.release import Release
from ayan.core.transparency.entries.declaration import Declaration
from ayan.core.transparency.entries.diary_day import DiaryDay
from ayan.core.transparency.entries.entry import UnknownEntry, read_entry
from ayan.core.transparency.entries.statement import Statement
from ayan.core.transparency.entries.trail_day import TrailDay
from ayan.core.values import locale, period
from ayan.core.values.canonical import JsonObject
from ayan.core.values.clock import TEHRAN
from ayan.wiring import city, ledger
from ayan.wiring.city import City, in_use
from ayan_demo import economy, neighbour, witness
from ayan_demo.build import BUILDING, NotADemo, Unexpected, build, is_built, publish
from ayan_demo.post import Submission
from ayan_demo.scale import SCALES
from ayan_demo.submissions import SEED, count, planted, submissions
from ayan_demo.timeline import CityClock, RunsBackwards

# --- the way in -------------------------------------------------------------------------------------------------------


def test_every_file_met_its_fate(published: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SCALES, "hamlet", HAMLET)
    assert published.progress == [(done, count("hamlet")) for done in range(count("hamlet"))]
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
    # A mean has parts of a toman, beside itself at the prices of its own year too.
    assert index.real(Decimal("393088833.3"), index.base) == 393_088_830


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
    clock = CityClock(wrong.at - timedelta(days=1))
    city = City(tmp_path, tmp_path / "store", clock)
    with pytest.raises(Unexpected, match="meant nothing"):
        publish(city, clock, replace(wrong, expected_codes=frozenset()))
    with pytest.raises(Unexpected, match="was refused"):
        publish(city, clock, replace(wrong, expect="sealed"))
    with pytest.raises(Unexpected, match="was not refused"):
        publish(city, clock, replace(right, expect="refused"))
    assert city.release_store.datasets() == []
    with pytest.raises(RunsBackwards):
        clock.to(wrong.at - timedelta(days=2))


# --- in time --------------------------------------------------------------------------------------------------------


def test_everything_in_the_log_and_in_the_store_is_dated_in_its_order(published: Published) -> None:
    """By the very rules that hold for a city, and release for release by the days on which it would publish."""
    demo_city = published.city
    assert demo_city.log is not None
    entries = [read_entry(leaf) for leaf in demo_city.log.leaves(0, demo_city.log.size)]
    moments = [datetime.fromisoformat(entry.at) for entry in entries if not isinstance(entry, UnknownEntry)]
    assert moments == sorted(moments)
    assert not demo_city.log_replay.now().violations
    # What is declared is there before the first release.
    assert [type(entry) for entry in entries[:2]] == [Declaration, Declaration]
    sealed: dict[str, Release] = {}
    for release in published_releases(demo_city):
        assert isinstance(entries[demo_city.log_replay.now().releases[release.ref].index], Statement)
        approved = [datetime.fromisoformat(approval["at"]) for approval in release.manifest["ayan"]["approvals"]]
        assert approved == sorted(approved)
        assert max(approved) < release.sealed_at
        over = None if release.period == "all" else period.parse(release.period).end
        on = release.sealed_at.astimezone(TEHRAN).date()
        first = sealed.setdefault(f"{release.slug}/{release.period}", release)
        if over and release.slug == "payments" and release is first:
            assert timedelta(0) < on - over < timedelta(days=14), release.ref
        elif release is not first:
            assert release.sealed_at - first.sealed_at > timedelta(days=21), release.ref
    opened = published.city.release_store.releases("organisation-chart")[0].sealed_at
    assert opened.astimezone(TEHRAN).date() - date(2023, 3, 21) < timedelta(days=30)
    assert max(moments) < datetime.now(UTC)


def published_releases(demo_city: City) -> list[Release]:
    """Every release of the city, in the order of the seals."""
    every = (
        release for slug in demo_city.release_store.datasets() for release in demo_city.release_store.releases(slug)
    )
    return sorted(every, key=lambda release: release.sealed_at)


def test_what_was_known_on_a_day_is_what_was_published_by_then(published: Published) -> None:
    store = published.city.release_store
    first, second = (release for release in store.releases("payments") if release.period == "1404-11")
    between = store.as_of("payments", first.sealed_at + timedelta(days=1))
    assert first in between.releases
    assert {release.period for release in between.releases} == {"1404-10", "1404-11"}
    assert second in store.snapshot("payments").releases
    half, whole = (release for release in store.releases("contracts") if release.period == "1404")
    assert 0 < half.rows < whole.rows
    (approved,) = [release for release in store.releases("budget") if release.period == "1404"][:1]
    assert duckdb.execute(f"SELECT count(actual), count(amended) FROM read_parquet({paths(approved)})").fetchall() == [
        (0, 0)
    ]


@pytest.mark.either
@pytest.mark.django_db
def test_findings_and_replies_follow_the_releases_they_are_about(published: Published) -> None:
    """The play goes by one clock: whatever an officer does, and whatever is sealed of it, stands in its order."""
    last = max(release.sealed_at for release in published_releases(published.city))
    clock, now = CityClock(last), datetime.now(UTC)
    played = City(published.city.home, published.city.store, clock)
    size = played.log.size if played.log else 0
    with in_use(played):
        demo.play_findings(clock, now)
        witness.settle_in(played)
        acts = list(Act.objects.order_by("number"))
        assert [act.at for act in acts] == sorted(act.at for act in acts)
        assert acts[0].at > last
        assert acts[-1].at <= now == clock.now()
        assert audit.check() is None
        assert {grant.given_at for grant in Grant.objects.all()} <= {act.at for act in acts}
    assert played.log is not None
    entered = [read_entry(leaf) for leaf in played.log.leaves(size, played.log.size)]
    moments = [datetime.fromisoformat(entry.at) for entry in entered if not isinstance(entry, UnknownEntry)]
    assert moments == sorted(moments)
    assert {type(entry) for entry in entered} == {TrailDay, DiaryDay}
    assert not played.log_replay.now().violations
    sealed_on = {
        release.ref: release.sealed_at.astimezone(TEHRAN).date() for release in published_releases(published.city)
    }
    findings = list(FindingCase.objects.all())
    assert len(findings) > 50
    for finding in findings:
        assert max(sealed_on[ref] for ref in finding.releases) < finding.found_on
        days = [finding.found_on, finding.told_on, finding.published_on, finding.cleared_on]
        if finding.names and finding.published_on and not finding.cleared_on:
            assert finding.due_on is not None
            assert finding.due_on < finding.published_on
        assert [day for day in days if day] == sorted(day for day in days if day)
        for reply in finding.replies.all():
            assert finding.told_on is not None
            assert finding.told_on < reply.on <= reply.entered_at.astimezone(TEHRAN).date()
    assert FindingReply.objects.count() > 10
    for case in LetterReply.objects.exclude(decided_on=None):
        assert case.decided_on is not None
        assert case.received_on <= case.decided_on <= case.due_on
    (seen,) = verified(played)
    assert abs(datetime.fromtimestamp(seen, UTC) - now) < timedelta(seconds=2)


def verified(demo_city: City) -> list[int]:
    """The times at which the witnesses of the city cosigned its checkpoint."""
    assert demo_city.log is not None
    keys = [each.key for each in ledger.witnesses(demo_city.home)]
    return list(cosigned(demo_city.log.checkpoint(), keys).values())


# --- what a newcomer is shown ----------------------------------------------------------------------------------------


def test_each_step_of_the_tour_and_each_example_has_a_value(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(city, "current", lambda: published.city)
    stop = tour_stop(published.city, "/data/{slug}/", "fa")
    assert stop is not None
    told_of = published.current(stop.dataset.slug)
    ((largest,),) = duckdb.execute(f"SELECT max({stop.amount.name}) FROM {told_of}").fetchall()
    assert stop.row.values[stop.amount.name] == largest
    assert stop.title
    assert stop.cell
    assert stop.grouped is not None
    page = Client().get("/help/tour").content.decode()
    steps = page.partition('<ol class="steps">')[2].partition("</ol>")[0]
    assert "…" not in steps
    sentence = records.sentence(stop.dataset, stop.row.values, "fa", locale.of("fa").calendar)
    assert sentence in steps
    assert f'value="{largest}"' in sentence
    addresses = re.findall(r'<a href="(/data/[^"]+)">', steps)
    assert len(addresses) == 4
    for address in addresses:
        assert Client().get(html.unescape(address)).status_code == 200, address
    shown = tries(published.city, "fa")
    assert len(shown) == 3
    for example in shown:
        answer = json.loads(Client().get("/api/v1/search", {"q": example}).content)
        assert answer["answers"] or answer["total"], example


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
    yield from _in_the_words_of_standards(published.city)


def _in_the_words_of_standards(city: City) -> Iterator[str]:
    """The same by every door for other people's tools."""
    site = "https://city.example"
    yield as_turtle(DataCatalogue(city, site).nodes()).decode()
    yield json.dumps(open_data_list.listed(city, site), ensure_ascii=False)
    for slug in city.release_store.datasets():
        dataset, state = city.registry.get(slug), city.release_store.snapshot(slug)
        yield json.dumps(croissant.described(city, dataset, state, site), ensure_ascii=False)
        yield json.dumps(csv_metadata.described(dataset, site), ensure_ascii=False)
    contracting = Contracting.of(city, site)
    publisher = contracting.publisher
    releases = [piece.decode() for piece in contracting.lines(publisher.releases, None)]
    assert sum(piece.count("\n") for piece in releases) > 100
    yield from releases
    yield from (piece.decode() for piece in contracting.lines(lambda process: [publisher.record(process)], None))
    yield json.dumps(_council(city), ensure_ascii=False)


def _council(city: City) -> dict[str, list[JsonObject]]:
    """Everything of the council in Popolo, by class."""
    council = PopoloCouncil(council_tables(city), city.profile.name, "https://city.example")
    return {name: list(things()) for name, things in council.classes().items()}


@pytest.mark.parametrize("most", [25, pytest.param(10**9, marks=pytest.mark.soak)])
def test_the_council_holds_to_the_schemas_of_popolo(published: Published, shared: Path, most: int) -> None:
    council, schemas = _council(published.city), popolo_schemas(shared)
    assert council.keys() == schemas.keys()
    ids = {name: {thing["id"] for thing in things} for name, things in council.items()}
    for name, things in council.items():
        assert len(ids[name]) == len(things)
        for thing in chance(f"popolo {name}").sample(things, min(most, len(things))):
            schemas[name].validate(thing)
    assert {vote["voter_id"] for vote in council["votes"]} <= ids["persons"]
    assert {vote["vote_event_id"] for vote in council["votes"]} <= ids["vote_events"]
    assert {event["motion_id"] for event in council["vote_events"] if "motion_id" in event} <= ids["motions"]
    assert {vote["option"] for vote in council["votes"]} <= {"yes", "no", "abstain", "absent", "not voting"}


# --- what must come to the same ---------------------------------------------------------------------------------------


STATED_GAPS = {"payments/budget-actual"}
"""Spent without a payment that anybody sees: all that is older than the payments, and of three lines a part; each says so."""


def test_money_agrees_but_for_the_gaps_that_budget_lines_state(published: Published) -> None:
    """Reckoned from the sealed files: what is paid for a line is its actual, for a contract no more than was agreed."""
    con = duckdb.connect()
    for slug in ("budget", "payments", "contracts", "contract-amendments", "progress-statements", "tenders"):
        con.execute(f'CREATE VIEW "{slug}" AS FROM {published.current(slug)}')
    lines = con.execute(
        "WITH paid AS (SELECT budget_code, sum(amount) AS paid FROM payments GROUP BY 1) "
        "SELECT fiscal_year, code, actual, CASE WHEN fiscal_year = '1404' THEN coalesce(paid, 0) ELSE 0 END, "
        "coalesce(explanation, ''), coalesce(amended, approved) "
        "FROM budget LEFT JOIN paid ON budget_code = code WHERE side = 'use'"
    ).fetchall()
    stated = {code: (part, why) for code, part, why in economy.GAPS}
    seen = set()
    for year, code, actual, paid, says, most in lines:
        assert 0 < actual <= most, (year, code)
        if year != "1404":
            assert says.endswith(economy.BEFORE_PAYMENTS)
        elif paid != actual:
            part, why = stated[code]
            assert says.endswith(why)
            assert abs((actual - paid) * 1000 - actual * part) < 1000 * 1_000_000
            seen.add(code)
        else:
            assert code not in stated
            assert economy.BEFORE_PAYMENTS not in says
    assert seen == set(stated)
    (outcome,) = published.city.auditor.outcomes(
        [each for each in published.city.registry.balances().sound if each.name in STATED_GAPS]
    )
    assert outcome.failed == sum(paid != actual for _, _, actual, paid, *_ in lines)
    more_than_agreed = (
        "SELECT p.contract FROM payments p JOIN contracts c ON c.number = p.contract LEFT JOIN (SELECT contract, sum(change) AS "
        'change FROM "contract-amendments" GROUP BY 1) a ON a.contract = c.number GROUP BY 1 '
        "HAVING sum(p.amount) > any_value(c.amount) + coalesce(any_value(a.change), 0)"
    )
    in_order = (
        "SELECT c.number FROM contracts c LEFT JOIN tenders t ON t.number = c.tender_number LEFT JOIN (SELECT contract, "
        'min(issued_on) AS issued_on FROM "progress-statements" GROUP BY 1) s ON s.contract = c.number LEFT JOIN (SELECT contract, '
        "min(paid_on) FILTER (WHERE kind IN ('interim', 'final')) AS paid_on FROM payments GROUP BY 1) p ON p.contract = c.number "
        "WHERE t.opened_on >= signed_on OR issued_on < start_on OR paid_on < signed_on OR paid_on < issued_on"
    )
    more_than_approved = (
        'SELECT contract FROM payments JOIN (SELECT contract, sum(coalesce(approved, 0)) AS approved FROM "progress-statements" '
        "GROUP BY 1) USING (contract) WHERE kind IN ('interim', 'final') GROUP BY 1 HAVING sum(amount) > any_value(approved)"
    )
    for none_such in (more_than_agreed, in_order, more_than_approved):
        assert con.execute(none_such).fetchall() == []


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
