"""An issued permit becomes a record of the data by the ordinary way, once, and its certificate changes that record."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client, TestCase
from tests.apps.accounts.people import officer, signed_in
from tests.apps.counter.permit_town import PERMIT, SAID, STATED, approved, build_permit_town, issued, published
from tests.apps.desk.town import Officers, in_place, rest
from tests.apps.sources.senders import Senders
from tests.clocks import let_pass

from ayan.apps.accounts.models import User
from ayan.apps.accounts.roles import Role
from ayan.apps.counter import case_fee, case_record, filing, issued_records, rules
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.limits import RECORDS_REST_DAYS
from ayan.apps.counter.models import CaseRecord
from ayan.apps.desk.models import Submission, SubmissionState
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.flags.computation import compute
from ayan.apps.flags.models import FindingCase
from ayan.apps.outbox.message_content import MessageContent
from ayan.apps.outbox.models import OutboxMessage
from ayan.apps.sources import made_files
from ayan.apps.sources.models import Arrival, Source
from ayan.config.diagnosis.counter import examine_kinds
from ayan.core.casework.case_record import RecordColumn
from ayan.core.publish.sealing import withdraw
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    built = build_permit_town(tmp_path / "city")
    in_place(monkeypatch, built)
    return built


@pytest.fixture
def senders(town: City, db: None) -> Senders:
    rest()
    senders = Senders(town, Officers())
    senders.source(slug=issued_records.SOURCE, unit="", datasets=["building-permits"])
    return senders


@pytest.mark.soak
def test_a_permit_becomes_a_record_and_its_certificate_changes_it(town: City, senders: Senders) -> None:
    case = issued()
    assert issued_records.record_address(case, "en") == ""
    assert issued_records.send_records() == 1
    approved(senders)
    (row,) = published(town)
    assert (row["file_number"], row["fee"], row["state"], row["use"]) == ("1403/7", 240_000, "issued", "residential")
    assert not {name for name, value in row.items() if value and "ساختگی" in str(value)}
    assert issued_records.send_records() == 0
    assert CaseRecord.objects.get().published_on is not None
    # From the case to the record and back, for everybody.
    thread = Client().get(f"/en/counter/{case.number}").content.decode()
    address = issued_records.record_address(case, "en")
    assert f'href="{address}"' in thread
    page = Client().get(address).content.decode()
    (cases,) = re.findall(r'href="(/en/counter\?about=row[^"]*)"', page)
    assert case.number in Client().get(html.unescape(cases)).content.decode()
    assert "/en/tariffs/permit-fee?area=240" in page, "its fee can be worked out from the record"
    # Issued anew under its number it changes the record, and what changes nothing is not handed in.
    kept = case_record.keep(case, rules.kind_of(case), list(case.entries.order_by("number")))
    assert kept is not None
    assert (kept.changes, kept.published_on) == (True, None)
    assert issued_records.send_records() == 0
    # A second permit is added, and a certificate changes the first record alone.
    other = issued(number="1403/8")
    finished = issued("completion", number="A-1", stated={"file_number": "1403/7"}, code="1403/7")
    assert issued_records.send_records() == 2
    approved(senders)
    assert {str(row["file_number"]): row["state"] for row in published(town)} == {
        "1403/7": "completed",
        "1403/8": "issued",
    }
    assert issued_records.record_address(finished, "fa") == issued_records.record_address(case, "fa")
    assert issued_records.record_address(other, "fa").endswith("/1403,8")
    assert issued_records.send_records() == 0
    assert Arrival.objects.count() == 2


@pytest.mark.soak
def test_what_was_charged_is_held_against_the_tariff_of_the_day(town: City, senders: Senders) -> None:
    """The officer computed the fee for another floor area than the permit states."""
    issued(stated={**STATED, "floor_area": "300"})
    issued_records.send_records()
    approved(senders)
    assert compute(["building-permits/tariff-permit-fee"]) == ["building-permits/tariff-permit-fee"]
    (finding,) = FindingCase.objects.all()
    assert (finding.key, finding.value, finding.threshold) == ("1403%2F7", "240000", "300000")


def test_a_round_that_is_cut_short_anywhere_hands_a_record_in_once(
    town: City, senders: Senders, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued()

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for name in ("arrive", "ReceivedFile"):
        with monkeypatch.context() as cut:
            cut.setattr(made_files, name, killed)
            with pytest.raises(KeyboardInterrupt):
                issued_records.send_records()
    assert not Submission.objects.filter(dataset="building-permits").exists()
    assert issued_records.send_records() == 1
    # Killed after the file was handed in and before that was written down, and done again at once.
    CaseRecord.objects.update(submission=None)
    for _ in range(3):
        assert issued_records.send_records() == 1
    assert Submission.objects.filter(dataset="building-permits").count() == 1
    approved(senders)
    CaseRecord.objects.update(submission=None, published_on=None)
    assert issued_records.send_records() == 0
    assert (len(published(town)), Arrival.objects.count()) == (1, 1)


@pytest.mark.soak
def test_the_record_is_kept_with_the_step_and_handed_in_by_the_worker(town: City, senders: Senders) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        issued()
    senders.work()
    assert senders.submission().state == SubmissionState.SENT


def test_what_was_turned_down_rests_until_it_is_handed_in_again(town: City, senders: Senders) -> None:
    issued()
    issued_records.send_records()
    Submission.objects.filter(dataset="building-permits").update(state=SubmissionState.REFUSED)
    assert issued_records.send_records() == 0
    let_pass(town, timedelta(days=RECORDS_REST_DAYS + 1))
    assert issued_records.send_records() == 1
    assert Submission.objects.filter(dataset="building-permits").count() == 2


@pytest.mark.soak
def test_a_record_that_the_city_has_taken_out_or_brought_in_itself_is_left_alone(town: City, senders: Senders) -> None:
    issued()
    issued_records.send_records()
    submission = approved(senders)
    release = town.release_store.current("building-permits")["1403"]
    assert release.ref == submission.release
    withdraw(town.publish_context, release, "wrong-data", "ناظر ساختگی")
    assert published(town) == []
    assert issued_records.send_records() == 0


def test_without_a_source_or_a_dataset_nothing_is_sent_and_nothing_is_lost(
    town: City, senders: Senders, monkeypatch: pytest.MonkeyPatch
) -> None:
    Source.objects.update(active=False)
    issued()
    assert issued_records.send_records() == 0
    Source.objects.update(active=True)
    assert issued_records.send_records() == 1


WRONG = (
    ("district", ""), ("district", "99"), ("floor_area", "بزرگ"), ("floor_area", "-3"), ("storeys", "101"),
    ("renovation_code", "1-1"), ("floor_area", "1" * 300),
)  # fmt: skip


def test_a_column_takes_only_what_its_dataset_takes(town: City) -> None:
    kind = rules.kind_named("permit")
    for column, text in WRONG:
        with pytest.raises(DeskRefused) as wrong:
            case_record.checked(kind, {**STATED, column: text})
        assert wrong.value.field == f"record-{column}", text
        assert wrong.value.of("fa") != wrong.value.of("en")


def test_no_column_that_is_withheld_is_asked_or_kept(town: City) -> None:
    kind = rules.kind_named("permit")
    assert kind.record is not None
    withheld = RecordColumn("owner_name", "name")
    own = replace(kind, record=replace(kind.record, columns=(*kind.record.columns, withheld)))
    assert "owner_name" not in case_record.checked(own, {**STATED, "owner_name": "رستم ساختگی"})
    case = issued()
    kept = case_record.keep(case, own, list(case.entries.order_by("number")))
    assert kept is not None
    assert "owner_name" not in kept.texts
    offered = case_record.offered(filing.file(filing.Filing(kind="permit", said=SAID, key=filing.new_key())).case, own)
    assert offered == {
        "renovation_code": "1-1-1-1-0-0-0",
        "use": "residential",
        "floor_area": "240",
        "storeys": "2",
    }


def test_the_officer_and_the_person_find_what_the_form_says_filled_in(town: City, senders: Senders) -> None:
    case = filing.file(filing.Filing(kind="permit", said=SAID, key=filing.new_key())).case
    handler = officer("handler", Role.REQUESTS, unit_slug="")
    assert [each.address for each in case_fee.offered(case, rules.kind_of(case), "en")] == [
        "/en/tariffs/permit-fee?area=240"
    ]
    for step in PERMIT[: PERMIT.index("bill")]:
        take_step(case, step, "handler", handler, Said(text="شرح گام"))
    desk, address = signed_in(handler), f"/en/desk/counter/case/{case.number}"
    page = desk.get(address).content.decode()
    assert 'value="/en/tariffs/permit-fee?area=240"' in page
    assert "Step 7 of 11: Structural check" in page
    assert "The city’s counter" in page.partition("Step 7 of 11")[2]
    assert "Structural check" in desk.get("/en/desk/counter/").content.decode()
    seen = {"seen": str(case.entries.latest("number").number), "text": "شناسهٔ پرداخت ۱"}
    assert desk.post(address, {"choice": "bill", "fee": "/en/tariffs/permit-fee?area=240", **seen}).status_code == 302
    take_step(case, "pay", "person", None, Said(text="رسید"))
    take_step(case, "receipt-right", "handler", handler)
    page = desk.get(address).content.decode()
    assert '<option value="residential" selected>' in page
    assert 'name="record-floor_area" value="240"' in page
    form = {f"record-{name}": text for name, text in STATED.items()}
    seen = {"choice": "drafted", "seen": str(case.entries.latest("number").number)}
    refused = desk.post(address, {**seen, **form, "record-district": ""})
    assert refused.status_code == 422
    assert 'id="record-district-problem"' in refused.content.decode()
    assert 'name="record-land_area" value="۲۰۰"' in refused.content.decode(), "nothing that was typed is lost"
    assert desk.post(address, {**seen, **form}).status_code == 302
    assert "District 3" in desk.get(address).content.decode()


def test_a_completion_begins_with_its_permit_and_asks_for_money_by_its_name(town: City, senders: Senders) -> None:
    issued()
    issued_records.send_records()
    approved(senders)
    about = "row:building-permits/1403%2C7"
    assert (
        f'href="/en/counter/new/completion?about={about}"'
        in Client().get("/en/data/building-permits/r/1403,7").content.decode()
    )
    form = Client().get(f"/en/counter/new/completion?about={about}").content.decode()
    assert re.search(r'id="f-code"[^>]*value="1403/7"', form)
    case = filing.file(filing.Filing(kind="completion", said={**SAID, "code": "1403/7"}, key=filing.new_key())).case
    handler = User.objects.get(username="handler")
    for step in ("to-reports", "reported"):
        take_step(case, step, "handler", handler, Said(text="شرح گام"))
    desk, address = signed_in(handler), f"/en/desk/counter/case/{case.number}"
    sent = {"choice": "bill-ruling", "seen": str(case.entries.latest("number").number), "text": "رأی ۱۲"}
    for wrong in ({"charge": "", "amount": "5"}, {"charge": "article-100", "amount": "پنج"}, {"charge": "article-100"}):
        assert desk.post(address, {**sent, **wrong}).status_code == 422
    assert desk.post(address, {**sent, "charge": "article-100", "amount": "۱۲٬۵۰۰٬۰۰۰"}).status_code == 302
    assert case.entries.latest("number").facts["fee"] == {"charge": "article-100", "amount": 12_500_000}
    assert "Fine by a ruling of the Article 100 commission: 12,500,000" in re.sub(
        r"<[^>]+>", "", desk.get(address).content.decode()
    )
    message = OutboxMessage.objects.filter(kind="counter.person", about=f"case:{case.number}").latest("pk")
    assert "۱۲٬۵۰۰٬۰۰۰ ریال" in MessageContent.opened(message.content).words


def test_a_rule_that_does_not_fit_the_dataset_is_told_to_the_operator(town: City) -> None:
    kind = rules.kind_named("permit")
    assert kind.record is not None
    assert case_record.rule_faults(kind) == []
    own = replace(kind, record=replace(kind.record, number="", fee="owner_name"))
    texts = [fault.en for fault in case_record.rule_faults(own)]
    assert len(texts) == 2
    assert "owner_name" in texts[0]
    assert "become no record" in texts[1]
    folder = town.home / rules.OWN
    folder.mkdir(exist_ok=True)
    shipped = (rules.SHIPPED / "permit.toml").read_text("utf-8")
    (folder / "permit.toml").write_text(shipped.replace('fee = "fee"', 'fee = "owner_name"'), "utf-8")
    assert [each.code for each in examine_kinds()] == ["case-record", "case-kinds"]
