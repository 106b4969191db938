"""An objection to a published value: kept, or accepted and closed by the release that corrects it; all are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.apps.accounts.people import officer
from tests.apps.small_city import publish, sheet
from tests.clocks import let_pass

from ayan.apps.accounts.models import User
from ayan.apps.accounts.roles import Role
from ayan.apps.counter import accepted_objections, case_days, filing, published_changes, repeats, rules, supports
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.models import Case, CaseSupport, PublishTask
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.follow import topics
from ayan.apps.follow.news import news
from ayan.apps.outbox.models import OutboxMessage
from ayan.config.diagnosis.counter import examine_kinds
from ayan.core.values.clock import today
from ayan.wiring import accountability
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db

EVIDENCE = "/data/works/releases/1403/3"


@pytest.fixture
def handler(town: City) -> User:
    return officer("handler", Role.REQUESTS, unit_slug="")


def objection(key: str = "C-007", column: str = "amount", about: str = "") -> Case:
    said = {"summary": "مبلغ کار هفت نادرست است (ساختگی)", "text": "سند دارم", "mail": "someone@shahr.example"}
    form = filing.Filing(
        kind="objection",
        said=said,
        key=filing.new_key(),
        about=about or f"row:works/{key}",
        column=column,
        dataset="works",
    )
    return filing.file(form).case


def corrected(town: City) -> None:
    """Publish the same rows with another amount of the seventh."""
    publish(town, sheet().replace("7000000", "7500000"), "1403", "works-corrected.csv")


def test_an_accepted_objection_is_closed_by_the_release_that_corrects_it_and_followers_are_told(
    town: City, later: Callable[[int], None], handler: User
) -> None:
    case = objection()
    take_step(case, "accept", "handler", handler, Said(text="درست می‌گویید"))
    assert accepted_objections.close_corrected() == 0
    with pytest.raises(DeskRefused, match="still the one"):
        take_step(case, "correct", "handler", handler, Said(evidence=(EVIDENCE,)))
    later(1)
    before = town.clock.now()
    let_pass(town, timedelta(hours=1))
    corrected(town)
    assert (accepted_objections.close_corrected(), accepted_objections.close_corrected()) == (1, 0)
    case.refresh_from_db()
    assert (case.stage, case.outcome) == ("closed", "corrected")
    entry = case.entries.get(step="correct")
    assert entry.facts == {"evidence": [EVIDENCE], "outcome": "corrected", "changes": ["amount"]}
    assert published_changes.shown(case, "amount", "en") == ("Amount", "7,000,000 rial", "7,500,000 rial")
    assert published_changes.shown(case, "amount", "fa")[1] == "۷٬۰۰۰٬۰۰۰ ریال"
    assert published_changes.shown(case, "holder_id", "en") == ("holder_id", "—", "—"), "what is withheld stays so"
    assert OutboxMessage.objects.filter(about=f"case:{case.number}", stage__startswith="closed").count() == 1
    titles = [entry.title for entry in news(town, topics.read(town, "record:works/C-007"), before, "en")]
    assert [title for title in titles if "from “7,000,000 rial” to “7,500,000 rial”" in title]


def test_a_change_of_another_column_corrects_nothing(town: City, handler: User) -> None:
    case = objection(column="subject")
    take_step(case, "accept", "handler", handler, Said(text="درست می‌گویید"))
    let_pass(town, timedelta(hours=1))
    corrected(town)
    assert accepted_objections.close_corrected() == 0
    take_step(case, "keep", "handler", handler, Said(text="سند همین است", ground="source-agrees"))
    assert (case.outcome, case.ground) == ("kept", "source-agrees")


@pytest.mark.parametrize("about", ["dataset:works", "release:works/1403/2", "zone:north", "city"])
def test_what_is_no_record_is_corrected_by_a_release_that_came_since_or_kept_with_a_reason(
    town: City, handler: User, about: str
) -> None:
    case = objection(column="", about=about)
    take_step(case, "accept", "handler", handler, Said(text="درست می‌گویید"))
    for evidence in (
        "/data/works",
        "/data/works/r/C-007",
        "/data/works/releases/1403/2",
        "/data/works/releases/9999/1",
    ):
        with pytest.raises(DeskRefused, match="release that corrected it") as refused:
            take_step(case, "correct", "handler", handler, Said(evidence=(evidence,)))
        assert refused.value.field == "evidence"
    with pytest.raises(DeskRefused):
        take_step(case, "keep", "handler", handler, Said(text="همین است"))
    let_pass(town, timedelta(hours=1))
    corrected(town)
    take_step(case, "correct", "handler", handler, Said(evidence=("/data/works", EVIDENCE)))
    assert (case.outcome, case.stage) == ("corrected", "closed")


def test_a_zone_of_the_map_is_closed_by_itself_as_soon_as_it_is_published_otherwise(town: City, handler: User) -> None:
    case = objection(column="", about="zone:works/C-007")
    take_step(case, "accept", "handler", handler, Said(text="درست می‌گویید"))
    with pytest.raises(DeskRefused, match="still the one"):
        take_step(case, "correct", "handler", handler, Said(evidence=(EVIDENCE,)))
    let_pass(town, timedelta(hours=1))
    corrected(town)
    assert accepted_objections.close_corrected() == 1


def request(words: str, kind: str = "access") -> Case:
    return filing.file(filing.Filing(kind=kind, said={"summary": words}, key=filing.new_key())).case


def test_the_third_who_asks_for_the_same_opens_a_task_for_the_unit(town: City, handler: User) -> None:
    request("فهرست قراردادهای روشنایی خیابان‌ها در سال ۱۴۰۳")
    request("قراردادهای روشنايي خيابانها")
    request("درآمد پارکینگ‌های عمومی شهر")
    assert repeats.look_for_repeats() == 0
    request("لطفاً قراردادهای روشنایی خیابان‌ها را بدهید")
    assert (repeats.look_for_repeats(), repeats.look_for_repeats()) == (1, 0)
    (task,) = repeats.open_tasks(handler)
    assert (task.count, task.title) == (3, "فهرست قراردادهای روشنایی خیابان‌ها در سال ۱۴۰۳")
    request("قراردادهای روشنایی خیابان‌ها، همهٔ منطقه‌ها")
    assert repeats.look_for_repeats() == 0
    assert PublishTask.objects.get().count == 4
    with pytest.raises(DeskRefused):
        repeats.finish(handler, task)
    repeats.finish(handler, task, evidence="/data/works")
    assert not repeats.open_tasks(handler).exists()


def test_support_counts_once_a_day_from_one_place_and_leaves_no_trace(town: City, later: Callable[[int], None]) -> None:
    case = request("نیمکت در بوستان (ساختگی)", "suggestion")
    with pytest.raises(DeskRefused):
        supports.support(case, "192.0.2.1")
    Case.objects.filter(pk=case.pk).update(checked_at=town.clock.now())
    case.refresh_from_db()
    assert [supports.support(case, place) for place in ("192.0.2.1", "192.0.2.1", "192.0.2.2")] == [True, False, True]
    assert case.support == 2
    assert not any("192.0.2" in each.digest for each in CaseSupport.objects.all())
    later(1)
    assert supports.support(case, "192.0.2.1")


def test_the_day_of_the_counter_is_sealed_and_kinds_are_declared_in_the_log(
    town: City, later: Callable[[int], None], handler: User
) -> None:
    assert not case_days.keep_today(town)
    take_step(request("یک"), "refuse", "handler", handler, Said(text="نه", ground="article-14"))
    request("دو", "suggestion")
    assert (case_days.keep_today(town), case_days.keep_today(town)) == (True, False)
    counted = case_days.counts(today(town.clock))["kinds"]
    assert counted["access"] == {"filed": 1, "open": 0, "overdue": 0, "late": 0, "outcomes": {"refused": 1}}
    assert counted["suggestion"]["open"] == 1
    declared = accountability.declared(town).bodies
    assert {"cases/access.toml", "cases/shared.toml"} <= set(declared)
    own = town.home / "cases"
    own.mkdir()
    (own / "access.toml").write_text(
        (accountability.SHIPPED_CASES / "access.toml").read_text(encoding="utf-8").replace("days = 10", "days = 7")
    )
    assert accountability.declared(town).bodies["cases/access.toml"] != declared["cases/access.toml"]
    (own / "broken.toml").write_text('letter = "B"')
    assert {finding.code for finding in examine_kinds()} == {"case-kind"}
    assert not rules.kinds().sound.get("broken")
    assert request("سه").first_due_on < request("چهار", "question").first_due_on
    later(1)
    assert "cases" in accountability.parts_of(town, accountability.kept_days(town)[-1])
