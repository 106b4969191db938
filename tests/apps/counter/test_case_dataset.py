"""The dataset of cases: it comes by the ordinary way, says what happened, and names nobody."""

from __future__ import annotations

import csv
import io
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.apps.accounts.people import officer
from tests.apps.desk.town import Officers, build, in_place, rest
from tests.apps.sources.senders import Senders
from tests.clocks import let_pass

import ayan
from ayan.apps.accounts.verbs import Role
from ayan.apps.counter import anonymous_cases, case_dataset, filing
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.limits import DATASET_EVERY_DAYS, SMALLEST_GROUP
from ayan.apps.counter.models import Case
from ayan.apps.desk.models import Submission, SubmissionState
from ayan.apps.sources.made_files import as_csv
from ayan.apps.sources.models import Arrival
from ayan.core.values.clock import today
from ayan.core.values.jalali import from_gregorian
from ayan.datasets.registry import Registry
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db
SAID = {"summary": "قراردادهای نورپردازی", "name": "رستم ساختگی", "phone": "09121234567"}


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    test_city = build(tmp_path / "city", approvals=1)
    datasets = test_city.home / "datasets"
    shutil.copytree(Path(ayan.__file__).parent / "datasets" / "requests", datasets / "requests")
    test_city.__dict__["registry"] = Registry((datasets,))
    in_place(monkeypatch, test_city)
    return test_city


@pytest.fixture
def senders(town: City, db: None) -> Senders:
    rest()
    return Senders(town, Officers())


def brought(kind: str = "access", **said: str) -> Case:
    return filing.file(filing.Filing(kind=kind, said={**SAID, **said}, key=filing.new_key())).case


def year(town: City) -> int:
    return from_gregorian(today(town.clock)).year


def test_nothing_is_sent_until_an_administrator_has_set_it_up(senders: Senders) -> None:
    brought()
    assert case_dataset.send_changed() == []
    assert not Arrival.objects.exists()


def test_cases_become_a_submission_that_people_approve_and_names_nobody(town: City, senders: Senders) -> None:
    open_case, refused = brought(), brought()
    handler = officer("handler", Role.REQUESTS, unit_slug="")
    take_step(refused, "refuse", "handler", handler, Said(text="نه", ground="article-14"))
    senders.source(slug=case_dataset.SOURCE, unit="", datasets=["requests"])
    assert case_dataset.send_changed() == [str(year(town))]
    senders.work()
    submission = Submission.objects.get(dataset="requests")
    assert submission.by_machine
    assert submission.state == SubmissionState.DRAFT, "a clerk confirms the columns the first time"
    rows = list(case_dataset.rows(year(town)))
    assert [row[5:7] for row in rows] == [("open", ""), ("refused", "14")]
    sent = as_csv(list(case_dataset.COLUMNS), rows).decode()
    assert not [each for each in (*SAID.values(), open_case.number, refused.number) if each in sent]
    assert case_dataset.send_changed() == [], "not again on the same day"
    let_pass(town, timedelta(days=DATASET_EVERY_DAYS + 1))
    assert case_dataset.send_changed() == [], "nor while nothing has changed"
    take_step(open_case, "refuse", "handler", handler, Said(text="نه", ground="article-13"))
    assert case_dataset.send_changed() == [str(year(town))]


def test_every_row_fits_the_dataset_it_is_sent_for(town: City, senders: Senders) -> None:
    """Each kind and each outcome that there may be, against the choices and the checks of the declaration."""
    dataset = town.registry.get("requests")
    fields = {field.name: field for field in dataset.fields}
    assert set(case_dataset.COLUMNS) <= set(fields)
    choices = {name: fields[name].choices for name in ("kind", "outcome")}
    known = {name: {entry.code for entry in each.entries} if each else set() for name, each in choices.items()}
    assert {*case_dataset._KINDS.values(), case_dataset._OTHER} <= known["kind"]
    assert {*case_dataset._OUTCOMES.values(), "open"} <= known["outcome"]


def test_a_unit_of_few_is_not_named_where_the_kind_is_never_published(town: City, senders: Senders) -> None:
    said: dict[str, Any] = {"summary": "شکایت", "text": "شرح"}
    for office, count in (("finance", SMALLEST_GROUP), ("parks", 1)):
        for _ in range(count):
            case = brought("complaint", **said)
            Case.objects.filter(pk=case.pk).update(office=office)
    case = brought()
    Case.objects.filter(pk=case.pk).update(office="parks")
    rows = list(csv.reader(io.StringIO(as_csv(["k"], case_dataset.rows(year(town))).decode())))[1:]
    units = [(row[0], row[1]) for row in rows]
    assert ("complaint", anonymous_cases.SEVERAL) in units
    assert sum(unit == anonymous_cases.SEVERAL for _, unit in units) == 1
    assert units[-1][0] == "information"
    assert units[-1][1] != anonymous_cases.SEVERAL


def test_the_days_of_a_case_are_parted_as_its_entries_say(town: City, senders: Senders) -> None:
    handler = officer("handler", Role.REQUESTS, unit_slug="")
    case = brought()
    let_pass(town, timedelta(days=7))
    for step, said in (("take", Said()), ("ask", Said(text="کدام سال؟"))):
        case.refresh_from_db()
        take_step(case, step, "handler", handler, said)
    let_pass(town, timedelta(days=14))
    case.refresh_from_db()
    take_step(case, "reply", "person", None, Said(text="۱۴۰۲"))
    let_pass(town, timedelta(days=7))
    case.refresh_from_db()
    take_step(case, "refuse", "handler", handler, Said(text="نه", ground="article-14"))
    case.refresh_from_db()
    (row,) = case_dataset.rows(year(town))
    case_row = dict(zip(case_dataset.COLUMNS, row, strict=True))
    workdays = town.profile.workdays
    queued, worked, waited = (int(case_row[name]) for name in ("queued", "worked", "waited"))
    assert min(queued, worked, waited) > 0
    assert case.closed_on is not None
    assert queued + worked + waited == workdays.between(case.receipt_on, case.closed_on)
    assert waited > worked
    assert (case_row["returns"], case_row["visits"], case_row["service"]) == ("1", "0", "")


def test_a_service_that_few_asked_for_is_not_named(town: City, senders: Senders) -> None:
    said: dict[str, Any] = {"summary": "شکایت", "text": "شرح"}
    for number in range(SMALLEST_GROUP + 1):
        case = brought("complaint", **said)
        Case.objects.filter(pk=case.pk).update(about=f"service:S-{1 if number else 2}")
    services = [dict(zip(case_dataset.COLUMNS, row, strict=True))["service"] for row in case_dataset.rows(year(town))]
    assert services == ["", *["S-1"] * SMALLEST_GROUP]
