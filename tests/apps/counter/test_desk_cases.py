"""The officers' pages of cases: the queue, one case with its steps, moderation, filing for somebody, what is late."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from tests.apps.accounts.people import FINANCE, WORKS, officer, signed_in, unit

from ayan.apps.accounts.models import Grant, User
from ayan.apps.accounts.verbs import Role
from ayan.apps.counter import filing
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.models import Case, CaseEntry, CaseView, TextBlock
from ayan.apps.outbox.models import OutboxMessage
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


def last(case: Case) -> CaseEntry:
    return case.entries.latest("number")


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
    text = client.get("/desk/counter/", {"q": "تازه"}).content.decode()
    assert (old.number in text, new.number in text) == (False, True)
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


def test_a_form_that_comes_twice_is_one_entry_and_an_old_page_is_told_what_happened(handler: User) -> None:
    case = filed()
    client, mate = signed_in(handler), signed_in(officer("mate", Role.REQUESTS))
    form = {"choice": "ask", "seen": "1", "text": "کدام سال؟"}
    assert [client.post(address(case), form).status_code for _ in range(2)] == [302, 302]
    assert case.entries.count() == 2
    late = mate.post(address(case), {"choice": "note", "seen": "1", "private": "نیمه‌کارهٔ من"})
    assert late.status_code == 409
    assert "نیمه‌کارهٔ من" in late.content.decode()
    assert case.entries.count() == 2
    assert step(mate, case, "note", private="نیمه‌کارهٔ من") == 302
    case.refresh_from_db()
    assert case.holder == handler, "a note leaves a case where it is"


def test_a_step_that_is_not_the_officers_is_refused(handler: User) -> None:
    case, client = filed(), signed_in(handler)
    for choice in ("lapse", "reply", "send-back", "nothing", "answer:refused", "take' or 1=1"):
        assert step(client, case, choice, text="x", private="x") == 403
    case.refresh_from_db()
    assert (case.state, case.entries.count()) == ("received", 1)


def test_who_may_open_and_do_what(handler: User) -> None:
    case = filed()
    people = {
        "other": officer("other", Role.REQUESTS, unit_slug=WORKS),
        "clerk": officer("clerk", Role.CLERK),
        "auditor": officer("auditor", Role.AUDITOR),
        "approver": officer("approver", Role.APPROVER),
        "privacy": officer("privacy", Role.PRIVACY),
        "administrator": officer("administrator", Role.ADMINISTRATOR),
    }
    places = ["", f"case/{case.number}", "late", "check/", f"check/{case.number}", "sentences/", "new"]
    seen = {}
    for name, user in {"handler": handler, **people}.items():
        client = signed_in(user)
        seen[name] = "".join(
            "x" if client.get(f"/desk/counter/{place}").status_code == 403 else "o" for place in places
        )
        took = step(client, case, "take")
        assert took == (302 if name == "handler" else 403), name
        if took == 302:
            take_step(case, "hand-over", "handler", handler, Said(unit=FINANCE))
    assert seen == {
        "handler": "ooxoooo",
        "other": "oxxoxoo",
        "clerk": "xxxxxxx",
        "auditor": "ooxxxxx",
        "approver": "oooxxxx",
        "privacy": "ooxooxx",
        "administrator": "xxxxxxx",
    }
    assert Client().get(address(case)).status_code == 302
    assert signed_in(handler).get("/desk/counter/case/R-1405-99999").status_code == 404


def test_whoever_wrote_a_draft_does_not_read_it_a_second_time(handler: User, client: Client) -> None:
    case = filed()
    Grant.objects.create(user=handler, role=Role.APPROVER, unit=unit(FINANCE))
    reader = officer("reader", Role.APPROVER)
    browser = signed_in(handler)
    assert step(browser, case, "draft", text="پیش‌نویس محرمانه", reader=str(handler.pk)) == 422
    assert step(browser, case, "draft", text="پیش‌نویس محرمانه", reader=str(reader.pk)) == 302
    receivers = OutboxMessage.objects.filter(kind="case.to-read").values_list("user", flat=True)
    assert list(receivers) == [reader.pk]
    assert step(browser, case, "send-back", private="خودم") == 403
    assert not case.entries.get(step="draft").shown
    assert step(signed_in(reader), case, "answer", text="پاسخ") == 302


def test_taking_a_case_before_an_earlier_one_wants_a_reason(handler: User, later: Callable[[int], None]) -> None:
    filed()
    later(1)
    case = filed()
    client = signed_in(handler)
    refused = client.post(address(case), {"choice": "take", "seen": "1"})
    assert refused.status_code == 422
    assert 'href="#order"' in refused.content.decode()
    assert step(client, case, "take", order="because") == 422
    assert step(client, case, "note", private="دیدم") == 302
    assert step(client, case, "take", order="urgent") == 302
    case.refresh_from_db()
    assert case.order_reason == "urgent"
    assert step(client, filed(WORKS), "take") == 403


def test_an_answer_points_only_to_what_is_published(handler: User) -> None:
    case, client = filed(), signed_in(handler)
    for link in ("/data/nothing", "/data/unsent", "/desk/", "https://else.example/data/works", "x" * 600):
        assert step(client, case, "point", text="منتشر شده است", evidence=link) == 422
    form = {"choice": "point", "seen": "1", "aid": "search", "words": "کارها", "text": "نیمه"}
    looked = client.post(address(case), form).content.decode()
    assert 'value="/data/works"' in looked
    assert "نیمه" in looked
    assert step(client, case, "point", text="این‌جاست", evidence="http://testserver/en/data/works\n/data/works") == 302
    assert last(case).facts["evidence"] == ["/data/works"]
    assert 'href="/en/data/works"' in client.get(f"/en{address(case)}").content.decode()


def test_a_ready_sentence_is_kept_for_the_unit_and_put_into_the_words(handler: User) -> None:
    client, case = signed_in(handler), filed()
    kept = {"office": FINANCE, "title": "سال را بنویسید", "words": "کدام سال را می‌خواهید؟"}
    assert client.post("/desk/counter/sentences/", kept).status_code == 302
    assert client.post("/desk/counter/sentences/", kept).status_code == 422
    assert client.post("/desk/counter/sentences/", {**kept, "office": WORKS}).status_code == 403
    block = TextBlock.objects.get()
    form = {"choice": "ask", "seen": "1", "text": "سلام", "aid": "block", "block": str(block.pk)}
    page = client.post(address(case), form).content.decode()
    assert re.search(r"سلام\s+کدام سال را می‌خواهید؟</textarea>", page)
    assert case.entries.count() == 1
    stranger = signed_in(officer("stranger", Role.REQUESTS, unit_slug=WORKS))
    assert stranger.post(f"/desk/counter/sentences/{block.pk}", {"act": "drop"}).status_code == 403
    assert client.post(f"/desk/counter/sentences/{block.pk}", {"act": "drop"}).status_code == 302
    assert not TextBlock.objects.exists()
