"""The steps of services: their days are those of the case log, to the day, and no step tells of a single case."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from tests.apps.accounts.people import officer
from tests.apps.desk.town import Officers, build, in_place, rest
from tests.apps.sources.senders import Senders
from tests.clocks import let_pass

import ayan
from ayan.apps.accounts.verbs import Role
from ayan.apps.counter import case_dataset, case_step_dataset, filing
from ayan.apps.counter.anonymous_cases import SEVERAL
from ayan.apps.counter.case_step_dataset import COLUMNS, OTHER_STEPS
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.limits import SMALLEST_GROUP
from ayan.apps.counter.models import Case, CaseEntry
from ayan.apps.desk.models import Submission
from ayan.core.values.clock import today
from ayan.core.values.jalali import from_gregorian
from ayan.datasets.registry import Registry
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db
DATASETS = Path(ayan.__file__).parent / "datasets"
SAID = {"summary": "قراردادهای نورپردازی", "name": "رستم ساختگی", "phone": "09121234567"}


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    test_city = build(tmp_path / "city", approvals=1)
    datasets = test_city.home / "datasets"
    for slug in ("requests", "service-step-times"):
        shutil.copytree(DATASETS / slug, datasets / slug)
    test_city.__dict__["registry"] = Registry((datasets,))
    in_place(monkeypatch, test_city)
    return test_city


@pytest.fixture
def senders(town: City, db: None) -> Senders:
    rest()
    return Senders(town, Officers())


def finished(town: City, cases: int, asked: int) -> int:
    """So many finished cases of one service, of which the first were asked for something; the year they came in."""
    handler = officer("handler", Role.REQUESTS, unit_slug="")
    for number in range(cases):
        case = filing.file(filing.Filing(kind="access", said=SAID, key=filing.new_key())).case
        Case.objects.filter(pk=case.pk).update(about="service:S-39")
        let_pass(town, timedelta(days=2 + number % 3))
        steps = [("take", "handler", Said())]
        if number < asked:
            steps += [("ask", "handler", Said(text="کدام سال؟")), ("reply", "person", Said(text="۱۴۰۲"))]
        steps.append(("refuse", "handler", Said(text="نه", ground="article-14")))
        for step, party, said in steps:
            case.refresh_from_db()
            take_step(
                case, step, "handler" if party == "handler" else "person", handler if party == "handler" else None, said
            )
            let_pass(town, timedelta(days=3))
    return from_gregorian(today(town.clock)).year


def step_rows(year: int) -> list[dict[str, str]]:
    return [dict(zip(COLUMNS, row, strict=True)) for row in case_step_dataset.rows(year)]


def test_the_days_of_all_steps_are_those_of_the_case_log(town: City, senders: Senders) -> None:
    """Reckoned once more from the entries alone: every working day of a case stands in one step, and in no other."""
    year = finished(town, SMALLEST_GROUP, asked=2)
    workdays, log = town.profile.workdays, 0
    for case in Case.objects.exclude(closed_on=None):
        last = CaseEntry.objects.filter(case=case).order_by("-number").values_list("on", flat=True)[0]
        log += workdays.between(case.receipt_on, last)
    steps = step_rows(year)
    assert sum(int(row["days"]) for row in steps) == log > 0
    requests = [dict(zip(case_dataset.COLUMNS, row, strict=True)) for row in case_dataset.rows(year)]
    by_part = Counter[str]()
    for row in steps:
        by_part[row["part"]] += int(row["days"])
    assert by_part == {part: sum(int(row[part]) for row in requests) for part in ("queued", "worked", "waited")}
    assert {(row["service"], row["unit"]) for row in steps} == {(row["service"], row["unit"]) for row in requests}


def test_units_with_few_cases_stand_together(town: City, senders: Senders) -> None:
    year = finished(town, SMALLEST_GROUP, asked=0)
    Case.objects.filter(pk=Case.objects.values_list("pk", flat=True)[0]).update(office="parks")
    steps = step_rows(year)
    assert {row["unit"] for row in steps} == {SEVERAL}
    assert {row["cases"] for row in steps} == {str(SMALLEST_GROUP)}


def test_a_step_that_few_passed_is_not_named(town: City, senders: Senders) -> None:
    steps = step_rows(finished(town, SMALLEST_GROUP, asked=SMALLEST_GROUP - 1))
    waited = [row for row in steps if row["part"] == "waited"]
    assert [(row["step"], row["step_en"], row["cases"]) for row in waited] == [
        (OTHER_STEPS.fa, OTHER_STEPS.en, str(SMALLEST_GROUP - 1))
    ]
    assert {row["cases"] for row in steps if row["part"] != "waited"} == {str(SMALLEST_GROUP)}


def test_cases_without_a_service_and_open_ones_have_no_steps(town: City, senders: Senders) -> None:
    filing.file(filing.Filing(kind="access", said=SAID, key=filing.new_key()))
    assert step_rows(from_gregorian(today(town.clock)).year) == []


def test_steps_are_sent_behind_the_cases(town: City, senders: Senders) -> None:
    year = str(finished(town, SMALLEST_GROUP, asked=0))
    assert case_step_dataset.send_changed([]) == [], "until an administrator has set it up"
    senders.source(slug=case_step_dataset.SOURCE, unit="", datasets=["service-step-times"])
    assert case_step_dataset.send_changed([]) == [year]
    senders.work()
    assert Submission.objects.get(dataset="service-step-times").by_machine
    assert case_step_dataset.send_changed([]) == [], "only behind the cases"
    assert case_step_dataset.send_changed([year]) == [], "not again while nothing has changed"
