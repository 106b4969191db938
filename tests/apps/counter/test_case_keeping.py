"""What is sent and what is kept of cases: nothing leaves within a page, words follow the declaration, counts outlive."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from django.core import mail, serializers
from django.test import Client
from tests.apps.accounts.people import FINANCE, letters_leave, officer, signed_in, unit
from tests.apps.counter.test_case_times import brought
from tests.apps.counter.test_desk_cases import address, step
from tests.apps.counter.test_person_pages import filed

from ayan.apps.accounts.models import User
from ayan.apps.accounts.roles import Role
from ayan.apps.counter import anonymous_cases, case_dataset, case_days, case_figures, one_time_codes, retention, uploads
from ayan.apps.counter.case_encryption import open_text
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.models import Case, CaseEntry, CaseFigures, CaseFile, CaseValue, KindVersion
from ayan.apps.outbox.message_content import MessageContent
from ayan.apps.outbox.models import MessageState, OutboxMessage
from ayan.config.tasks import regular
from ayan.core.values.clock import today
from ayan.wiring import accountability
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db

MAIL = "someone@shahr.example"
Later = Callable[[int], None]


@pytest.fixture
def handler(town: City) -> User:
    unit(FINANCE)
    return officer("handler", Role.REQUESTS)


@pytest.fixture
def no_line(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No page can reach a mail server or a gateway: whoever tries fails."""

    def refuse(*_args: Any, **_more: Any) -> NoReturn:
        raise AssertionError("a page sends something itself")

    with monkeypatch.context() as cut:
        cut.setattr(socket.socket, "connect", refuse)
        cut.setattr(socket, "create_connection", refuse)
        yield


@pytest.mark.usefixtures("no_line")
def test_no_page_sends_anything_itself_and_the_worker_sends_all_of_it(handler: User, settings: Any) -> None:
    settings.SMS_GATEWAY = "http://127.0.0.1:9/send"
    User.objects.update(email="officer@city.example")
    officer("reader", Role.APPROVER)
    person, desk = Client(), signed_in(handler)
    case, code = filed(person, **{"f-mail": MAIL})
    Case.objects.filter(pk=case.pk).update(office=FINANCE)
    person.post("/counter/track", {"number": case.number, "code": code})
    for number, contact in ((case.number, MAIL), (case.number, "nobody@shahr.example"), ("R-1399-99999", MAIL)):
        person.post("/counter/track", {"number": number, "contact": contact, "_do": "ask"})
    assert step(desk, case, "take") == 302
    assert step(desk, case, "ask", text="کدام سال؟") == 302
    person.post(f"/counter/mine/{case.number}/do", {"_do": "reply", "text-reply": "۱۴۰۳"})
    assert step(desk, case, "draft", text="پیش‌نویس") == 302
    assert step(desk, case, "answer", text="پاسخ") == 302
    assert desk.get(address(case)).status_code == 200
    assert mail.outbox == []
    waiting = OutboxMessage.objects.filter(about=f"case:{case.number}", state=MessageState.QUEUED)
    stages = {message.stage.rstrip("0123456789-") for message in waiting if message.kind == "counter.person"}
    assert stages == {"filed", "ask", "closed"}
    officers = set(OutboxMessage.objects.filter(state=MessageState.QUEUED).values_list("kind", flat=True))
    assert officers >= {"counter.person", "case.to-read", "case.person-acted"}


def test_what_was_put_in_leaves_by_the_worker_and_is_kept_no_longer(handler: User) -> None:
    case, code = filed(Client(), **{"f-mail": MAIL, "f-phone": ""})
    assert mail.outbox == []
    one_time_codes.answer_requests.call()
    letters_leave()
    (letter,) = mail.outbox
    assert letter.to == [MAIL]
    assert code in letter.body
    sent = OutboxMessage.objects.get(about=f"case:{case.number}", kind="counter.person")
    assert (sent.state, sent.content, sent.address) == (MessageState.SENT, "", "")


def words(case: Case) -> list[str]:
    waiting = OutboxMessage.objects.filter(about=f"case:{case.number}", kind="counter.person").order_by("pk")
    return [MessageContent.opened(message.content).words for message in waiting]


def test_the_words_of_messages_are_those_of_the_declaration_under_which_a_case_came(town: City, handler: User) -> None:
    old = brought()
    own = town.home / "cases"
    own.mkdir()
    shared = (accountability.SHIPPED_CASES / "shared.toml").read_text(encoding="utf-8")
    assert "چیزی از شما پرسیده شده است" in shared
    (own / "shared.toml").write_text(shared.replace("چیزی از شما پرسیده شده است", "پرسشی از شما داریم"), "utf-8")
    new = brought(summary="پس از تغییر (ساختگی)")
    for case in (old, new):
        Case.objects.filter(pk=case.pk).update(office=FINANCE)
        take_step(case, "ask", "handler", handler, Said(text="کدام سال؟"))
    assert ("چیزی از شما پرسیده شده است" in words(old)[-1], "پرسشی از شما داریم" in words(old)[-1]) == (
        True,
        False,
    )
    assert ("چیزی از شما پرسیده شده است" in words(new)[-1], "پرسشی از شما داریم" in words(new)[-1]) == (
        False,
        True,
    )
    assert KindVersion.objects.filter(kind="access").count() == 2
    assert old.kind_digest != new.kind_digest


# --- kept for its time ------------------------------------------------------------------------------------------------


def counted(day: Any) -> list[Any]:
    """All that is counted of cases: the day's leaf, the comparison of units, and the rows of the dataset."""
    case_figures.refresh()
    figures = CaseFigures.objects.order_by("office", "kind").values("office", "kind", "received", "in_time")
    rows = [row for year in anonymous_cases.years_of_cases() for row in case_dataset.rows(year)]
    return [case_days.counts(day)["kinds"], list(figures), rows]


def closed_case(handler: User) -> tuple[Case, Path, CaseFile]:
    case = brought(private="نشانی خانه‌ام (ساختگی)")
    Case.objects.filter(pk=case.pk).update(office=FINANCE)
    entry = case.entries.get(number=1)
    kept = uploads.keep(case, entry, uploads.checked(uploads.SentAttachment("a.txt", b"plain")))
    take_step(case, "answer", "handler", handler, Said(text="پاسخ", private="یادداشت"))
    return case, uploads._path(kept.digest), kept


def is_forgotten(case: Case, path: Path) -> bool:
    values = CaseValue.objects.filter(case=case, field__in=("phone", "name"))
    return not path.exists() and not any(open_text(value.locked) for value in values)


def test_the_counts_stay_when_the_daily_task_erases(town: City, later: Later, handler: User) -> None:
    assert retention.erase in {task for task, _ in regular()}
    case, path, _file = closed_case(handler)
    later(1)
    before = counted(today(town.clock))
    assert len(before[2]) == 1
    later(180)
    assert not is_forgotten(case, path)
    retention.erase.call()
    assert is_forgotten(case, path)
    assert counted(today(town.clock)) == before
    later(1000)
    retention.erase.call()
    case.refresh_from_db()
    assert case.erased == "contacts files texts"
    after = counted(today(town.clock))
    assert after[0] == before[0]
    assert after[2] == before[2]
    assert (case.number, case.kind, case.office, case.outcome) == (case.number, "access", FINANCE, "answered")
    assert not OutboxMessage.objects.filter(about=f"case:{case.number}").exclude(address="").exists()


def test_a_city_that_comes_back_from_an_older_backup_erases_again(town: City, later: Later, handler: User) -> None:
    case, path, _file = closed_case(handler)
    older = town.home.parent / "older"
    older.mkdir()
    shutil.copy(path, older / path.name)
    models = (Case, CaseValue, CaseEntry, CaseFile)
    rows = serializers.serialize("json", [row for model in models for row in model.objects.order_by("pk")])
    later(181)
    retention.erase.call()
    assert is_forgotten(case, path)
    CaseEntry.objects.filter(case=case, step="erased").delete()
    for row in serializers.deserialize("json", rows):
        row.save()
    shutil.copy(older / path.name, path)
    assert not is_forgotten(case, path)
    retention.erase.call()
    assert is_forgotten(case, path)
    case.refresh_from_db()
    assert case.erased == "contacts files"
