"""The officers' pages of cases: the queue, one case with its steps, moderation, filing for somebody, what is late."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.apps.accounts.people import FINANCE, WORKS, officer, signed_in, unit

from ayan.apps.accounts.models import User
from ayan.apps.accounts.verbs import Role
from ayan.apps.counter import filing
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.models import Case, CaseView
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db

PHONE = "09121234567"


@pytest.fixture
def handler(town: City) -> User:
    unit(FINANCE)
    unit(WORKS)
    return officer("handler", Role.REQUESTS)


def filed(office: str = FINANCE, **said: str) -> Case:
    words = {"summary": "قراردادهای نورپردازی (ساختگی)", "phone": PHONE, **said}
    case = filing.file(filing.Filing(kind="access", said=words, key=filing.new_key())).case
    Case.objects.filter(pk=case.pk).update(office=office)
    case.refresh_from_db()
    return case


def address(case: Case) -> str:
    return f"/desk/counter/case/{case.number}"


def step(client: Client, case: Case, choice: str, **typed: str) -> int:
    seen = case.entries.order_by("-number").values_list("number", flat=True)[0]
    form = {"choice": choice, "seen": str(seen), **typed}
    return client.post(address(case), form).status_code


def test_the_queue_shows_what_is_late_first_and_only_of_the_unit(handler: User, later: Callable[[int], None]) -> None:
    old = filed(summary="کهنه (ساختگی)")
    later(40)
    new, other = filed(summary="تازه (ساختگی)"), filed(WORKS, summary="از واحد دیگر (ساختگی)")
    client = signed_in(handler)
    page = client.get("/desk/counter/").content.decode()
    assert page.index(old.number) < page.index(new.number)
    assert other.number not in page
    assert client.get(address(other)).status_code == 403
    late = client.get("/desk/counter/?late=1").content.decode()
    assert (old.number in late, new.number in late) == (True, False)
    found = client.get("/desk/counter/", {"q": "تازه"}).content.decode()
    assert (old.number in found, new.number in found) == (False, True)
    assert new.number in client.get("/desk/counter/", {"q": new.number.lower()}).content.decode()


def test_a_case_goes_from_the_queue_to_its_answer_by_posts_alone(handler: User) -> None:
    case = filed(private="فقط برای کارشناس")
    client = signed_in(handler)
    page = client.get(address(case)).content.decode()
    assert "فقط برای کارشناس" in page
    assert PHONE not in page
    assert step(client, case, "take") == 302
    assert step(client, case, "ask", text="کدام سال؟") == 302
    take_step(case, "reply", "person", None, Said(text="۱۴۰۳"))
    reader = signed_in(officer("reader", Role.APPROVER))
    assert step(client, case, "draft", text="پیش‌نویس پاسخ") == 302
    assert "پیش‌نویس پاسخ" in reader.get(address(case)).content.decode()
    assert step(reader, case, "send-back", private="سال را هم بنویسید") == 302
    assert step(client, case, "part", text="بخشی از آن", ground="article-14") == 302
    case.refresh_from_db()
    assert (case.stage, case.outcome, case.ground) == ("closed", "partly", "article-14")
    assert CaseView.objects.filter(case=case, user=handler).count() == 1
