"""A reply that comes by the code of a letter: seen by nobody before its time, confirmed, and with a clock."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from tests.apps.accounts.people import letters_leave, officer, signed_in
from tests.apps.flags.test_finding_replies import PUBLIC, listed, of, tell
from tests.apps.small_city import FLAG, HOSTILE

from ayan.apps.accounts.models import Act, User
from ayan.apps.accounts.verbs import Role
from ayan.apps.counter import case_reminders
from ayan.apps.counter.codes import digest_of, new_code
from ayan.apps.counter.models import Case, LetterReply
from ayan.apps.counter.replies import actions
from ayan.apps.flags import computation
from ayan.core.values.clock import today
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db

NEW = "/counter/new/finding"
REPLY = f"ما تنها شرکت با این ماشینیم {HOSTILE}"
CODE = re.compile(r"[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}")


@pytest.fixture(autouse=True)
def computed(town: City) -> None:
    computation.compute()


def letter(asker: Client, *keys: str) -> str:
    page = asker.post("/desk/counter/replies/letter", {"findings": [of(key).public_id for key in keys]})
    assert page.status_code == 200
    code: str
    (code,) = set(CODE.findall(page.content.decode()))
    return code


def reply(client: Client, code: str, text: str = REPLY, key: str = "C-060", **headers: str) -> tuple[int, str]:
    form = {"code": code, "finding": of(key).public_id, "text": text}
    answer = client.post(NEW, form, headers=headers)
    return answer.status_code, answer.content.decode()


def public(client: Client) -> str:
    """Everything that a stranger can read, the list of cases and the log among it."""
    places = (*PUBLIC, "/counter", "/en/counter", "/log/", "/search?q=C-060")
    return "".join(client.get(address).content.decode() for address in places)


def test_a_letter_opens_its_findings_and_a_reply_is_published_with_them(
    client: Client, asker: Client, later: Callable[[int], None]
) -> None:
    code = letter(asker, "C-060")
    page = client.post(NEW, {"code": f" {code.lower().replace('-', ' ')} "}).content.decode()
    assert of("C-060").public_id in page
    assert of("C-059").public_id not in page
    tell(asker, "C-060")
    status, receipt = reply(client, code)
    assert status == 200
    (tracking,) = set(CODE.findall(receipt))
    assert tracking != code
    case = LetterReply.objects.get()
    counted = Case.objects.get(reply=case)
    assert (counted.number[:2], counted.due_on, counted.stage) == ("F-", case.due_on, "received")
    assert not any(text in public(client) for text in (of("C-060").public_id, "ما تنها شرکت", code, tracking))
    assert "در انتظار تأیید" in client.get("/counter").content.decode()
    followed = client.get(f"/counter/{tracking}")
    assert followed.status_code == 200
    assert "ما تنها شرکت" not in followed.content.decode()
    assert HOSTILE not in asker.get(f"/desk/counter/replies/{case.pk}").content.decode()
    later(2)
    colleague = signed_in(officer("colleague", Role.REQUESTS, unit_slug=""))
    assert (
        colleague.post(f"/desk/counter/replies/{case.pk}/confirm").headers["Location"]
        == f"/desk/counter/replies/{case.pk}"
    )
    counted.refresh_from_db()
    assert (counted.stage, counted.outcome) == ("closed", "answered")
    assert "ما تنها شرکت" not in public(client)
    later(40)
    computation.compute()
    (shown,) = listed(client)["C-060"]["replies"]
    assert (shown["by"], shown["text"], shown["on"]) == ("party", REPLY, case.received_on.isoformat())
    assert f"/flags/{FLAG}#f-{of('C-060').public_id}" in client.get("/counter").content.decode()
    assert HOSTILE not in public(client)
    assert LetterReply.objects.get().text == ""


def test_a_publication_says_that_a_reply_waits_and_what_is_late_is_shown(
    client: Client, asker: Client, later: Callable[[int], None]
) -> None:
    code = letter(asker, "C-060")
    tell(asker, "C-060")
    reply(client, code)
    later(60)
    computation.compute()
    page = client.get(f"/flags/{FLAG}").content.decode()
    assert "پاسخی نرسیده" not in page
    assert "به پیشخان رسید" in page
    assert "ما تنها شرکت" not in page
    assert "دیر شده" in client.get("/counter").content.decode()
    assert "Overdue" in client.get("/en/counter").content.decode()
    colleague = signed_in(officer("colleague", Role.REQUESTS, unit_slug=""))
    number = LetterReply.objects.get().pk
    assert colleague.post(f"/desk/counter/replies/{number}/return", {"reason": "nothing"}).status_code == 422
    assert colleague.post(f"/desk/counter/replies/{number}/return", {"reason": "identity"}).status_code == 302
    later(0)
    assert "پاسخی نرسیده" in client.get(f"/flags/{FLAG}").content.decode()
    again = client.post(NEW, {"code": code}).content.decode()
    assert "معلوم نشد" in again
    assert reply(client, code, "بار دوم")[0] == 200


def test_wrong_replaced_and_ended_codes_get_the_same_answer_and_are_counted(client: Client, asker: Client) -> None:
    old = letter(asker, "C-060")
    new = letter(asker, "C-060")
    answers = [client.post(NEW, {"code": typed}) for typed in (old, new_code(), "بد", "")]
    assert {answer.status_code for answer in answers} == {422}
    said = [re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in answers]
    assert len(set(said)) == 1
    assert client.post(NEW, {"code": new}).status_code == 200
    assert client.get(f"/counter/{new}").status_code == 404, "a code of a letter follows no case"
    for _ in range(60):
        last = client.post(NEW, {"code": new_code()})
    assert last.status_code == 429
    assert client.post(NEW, {"code": new}).status_code == 429


def test_codes_are_kept_as_keyed_digests_however_they_are_typed() -> None:
    code = "0O1IL-ABCDE-FGHJK-MNPQR"
    typed = ("00111abcdefghjkmnpqr", "۰۰۱۱۱ ABCDE fghjk mnpqr")
    assert {digest_of("letter", spelling) for spelling in typed} == {digest_of("letter", code)}
    assert digest_of("case", code) != digest_of("letter", code)
    assert digest_of("letter", code + "X") == digest_of("letter", code[:-1]) == digest_of("letter", "U" * 20) == ""


@pytest.mark.parametrize("text", ["", "x" * 4001, "کد ملی من ۰۴۹۹۳۷۰۸۹۹ است"])
def test_a_text_that_cannot_be_published_is_asked_for_anew(client: Client, asker: Client, text: str) -> None:
    code = letter(asker, "C-060")
    status, page = reply(client, code, text)
    assert status == 422
    assert "خطا:" in page
    assert not LetterReply.objects.exists()


def test_a_second_reply_waits_for_the_first(client: Client, asker: Client) -> None:
    code = letter(asker, "C-060")
    assert reply(client, code)[0] == 200
    assert reply(client, code, "و این")[0] == 422
    assert LetterReply.objects.count() == 1


@pytest.mark.parametrize("headers", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_form_of_another_site_is_refused(client: Client, asker: Client, headers: dict[str, str]) -> None:
    assert reply(client, letter(asker, "C-060"), **headers)[0] == 403
    assert not LetterReply.objects.exists()


def test_each_act_needs_its_role_and_leaves_its_line(client: Client, asker: Client, auditor: Client) -> None:
    clerk = signed_in(officer("clerk", Role.CLERK))
    form = {"findings": [of("C-060").public_id]}
    assert auditor.post("/desk/counter/replies/letter", form).status_code == 403
    both = {"findings": [of("C-060").public_id, of("C-059").public_id]}
    assert [asker.post("/desk/counter/replies/letter", fields).status_code for fields in ({}, both)] == [422, 422]
    code = letter(asker, "C-060")
    reply(client, code)
    number = LetterReply.objects.get().pk
    for address in ("/desk/counter/replies/", f"/desk/counter/replies/{number}"):
        assert clerk.get(address).status_code == 403
        assert asker.get(address).status_code == auditor.get(address).status_code == 200
    assert auditor.post(f"/desk/counter/replies/{number}/confirm").status_code == 403
    waiting = asker.post(f"/desk/counter/replies/{number}/confirm")
    assert waiting.status_code == 422, "nobody has recorded that the letter was delivered"
    tell(asker, "C-060")
    assert asker.post(f"/desk/counter/replies/{number}/confirm").status_code == 302
    assert asker.post(f"/desk/counter/replies/{number}/return", {"reason": "identity"}).status_code == 422
    done = (
        Act.objects.exclude(verb="policy.refused")
        .exclude(verb__startswith="session.")
        .order_by("number")
        .values_list("verb", flat=True)
    )
    assert list(done) == [
        "finding.notice", "notice.open", "reply.receive", "finding.tell", "reply.confirm", "finding.reply",
    ]  # fmt: skip
    assert code not in "".join(Act.objects.values_list("facts", flat=True))


def test_nothing_opens_and_no_text_is_kept_once_a_finding_has_ended(
    client: Client, town: City, asker: Client, later: Callable[[int], None]
) -> None:
    code = letter(asker, "C-060")
    tell(asker, "C-060")
    reply(client, code)
    later(40)
    computation.compute()
    later(731)
    computation.compute()
    actions.tidy.call()
    assert client.post(NEW, {"code": code}).status_code == 422
    case = LetterReply.objects.get()
    assert (case.state, case.text) == ("returned", "")


def test_a_kind_that_is_not_declared_has_no_form(client: Client, town: City) -> None:
    assert client.get("/counter/new/moon").status_code == 404
    assert client.get(NEW).status_code == client.get("/en" + NEW).status_code == 200


def test_officers_are_reminded_once_a_working_day_of_what_waits_and_of_nobodys_name(
    town: City, asker: Client, later: Callable[[int], None]
) -> None:
    User.objects.update(email="officer@city.example")
    assert case_reminders.send_all() == 0, "it was found today"
    later(1)
    assert case_reminders.send_all() == case_reminders.send_all() + 1 == 1
    later(1)
    assert case_reminders.send_all() == 0, "nothing new, nothing late"
    later(20)
    for _ in range(7):
        later(1)
        assert case_reminders.send_all() == town.profile.workdays.works(today(town.clock))
    letters_leave()
    assert "۵ یافته" in mail.outbox[-1].body
    assert not any(word in mail.outbox[-1].body for word in ("C-060", "کار ساختگی"))
    page = signed_in(User.objects.get(username="asker")).get("/en/desk/").content.decode()
    assert "5 findings" in page.replace('<span aria-hidden="true">', "")
