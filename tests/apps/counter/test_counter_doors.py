"""The counter asked wrongly or too often, and by officers who may not: every door answers, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from tests.apps.accounts.people import letters_leave, officer, signed_in
from tests.apps.counter.test_counter import CODE, NEW, REPLY, letter, reply
from tests.apps.flags.test_finding_replies import of, tell
from tests.apps.small_city import HOSTILE

from ayan.apps.accounts.models import Act, User
from ayan.apps.accounts.verbs import Role
from ayan.apps.counter import case_reminders
from ayan.apps.counter.codes import new_code
from ayan.apps.counter.models import FindingNotice, LetterReply, ReplyState
from ayan.apps.counter.replies import actions
from ayan.apps.flags import computation
from ayan.config.tasks import regular
from ayan.core.values.clock import today
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def computed(town: City) -> None:
    computation.compute()


@pytest.fixture
def tracking(client: Client, asker: Client) -> str:
    """The code by which a reply is followed that came with a letter."""
    status, receipt = reply(client, letter(asker, "C-060"))
    assert status == 200
    (code,) = set(CODE.findall(receipt))
    return str(code)


def ended_by_time(later: Callable[[int], None]) -> None:
    """Let what was shown be published, and then expire."""
    for days in (40, 731):
        later(days)
        computation.compute()


def colleague() -> Client:
    return signed_in(officer("colleague", Role.REQUESTS, unit_slug=""))


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_tracking_code_leads_to_its_case_however_it_is_typed(client: Client, tracking: str, prefix: str) -> None:
    case = f"{prefix}/counter/{tracking}"
    spellings = (
        tracking,
        f"  {tracking.lower()}\n",
        tracking.replace("-", " "),
        f"{tracking}{' ' * 200}/../../desk/",
    )
    for typed in spellings:
        answer = client.post(f"{prefix}/counter", {"code": typed})
        assert (answer.status_code, answer["Location"]) == (302, case)
    assert client.get(case)["Cache-Control"] == "no-store"
    assert REPLY not in client.get(case).content.decode()
    assert client.post(f"{prefix}/counter/{tracking}").status_code == 405


@pytest.mark.parametrize(("prefix", "words"), [("", "موردی با این کد نیست"), ("/en", "no case with this code")])
def test_a_code_of_no_case_is_answered_alike_at_both_doors(
    client: Client, asker: Client, tracking: str, prefix: str, words: str
) -> None:
    for typed in (new_code(), letter(asker, "C-059"), "", "U" * 20, HOSTILE, "۱" * 30):
        answer = client.post(f"{prefix}/counter", {"code": typed})
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert HOSTILE not in answer.content.decode()
    for typed in (new_code(), "nonsense", "%00", "x" * 3000):
        answer = client.get(f"{prefix}/counter/{typed}")
        assert answer.status_code == 404
        assert words in answer.content.decode()


def test_whoever_tries_too_many_codes_waits_at_every_door(client: Client, tracking: str) -> None:
    statuses = [client.get(f"/counter/{new_code()}").status_code for _ in range(60)]
    assert set(statuses[:50]) == {404}
    for answer in (
        client.get(f"/counter/{tracking}"),
        client.post("/en/counter", {"code": tracking}),
        client.post(NEW, {"code": new_code()}),
    ):
        assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    elsewhere = Client(REMOTE_ADDR="127.0.0.9")
    assert elsewhere.get(f"/counter/{tracking}").status_code == 200


@pytest.mark.parametrize("address", ["/counter", NEW])
@pytest.mark.parametrize(
    "origin", ["https://elsewhere.example", "null", "http://[", "testserver", "http://testserver.example"]
)
def test_a_form_of_no_page_of_ours_is_refused(client: Client, tracking: str, address: str, origin: str) -> None:
    assert client.post(address, {"code": tracking}, headers={"Origin": origin}).status_code == 403
    assert client.post(address, {"code": tracking}, headers={"Sec-Fetch-Site": "same-site"}).status_code == 403


def test_a_form_of_a_page_of_ours_is_taken(client: Client, tracking: str) -> None:
    for headers in ({"Origin": "http://testserver"}, {"Origin": "https://testserver"}, {"Sec-Fetch-Site": "none"}):
        assert client.post("/counter", {"code": tracking}, headers=headers).status_code == 302


@pytest.mark.parametrize(("prefix", "words"), [("", "پاسخی ثبت نشد"), ("/en", "no reply was taken")])
def test_a_reply_to_what_the_letter_does_not_show_is_not_taken_in_silence(
    client: Client, asker: Client, prefix: str, words: str
) -> None:
    code = letter(asker, "C-060")
    for finding in (of("C-059").public_id, "", "f" * 16, HOSTILE):
        answer = client.post(prefix + NEW, {"code": code, "finding": finding, "text": REPLY})
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert HOSTILE not in answer.content.decode()
    assert not LetterReply.objects.exists()


def test_a_text_that_is_too_long_comes_back_whole(client: Client, asker: Client) -> None:
    code, text = letter(asker, "C-060"), "ا" * 4001
    status, page = reply(client, code, text)
    assert status == 422
    assert text in page
    assert reply(client, code, text[1:])[0] == 200


def test_a_letter_brings_so_many_replies_and_then_says_where_to_write(client: Client, asker: Client) -> None:
    code, other = letter(asker, "C-060"), colleague()
    for number in range(5):
        assert reply(client, code, f"بار {number}")[0] == 200
        case = LetterReply.objects.get(state=ReplyState.RECEIVED)
        assert other.post(f"/desk/counter/replies/{case.pk}/return", {"reason": "elsewhere"}).status_code == 302
    status, page = reply(client, code, "یک بار دیگر")
    assert (status, LetterReply.objects.count()) == (422, 5)
    assert "بیش از این نمی‌شود پاسخ نوشت" in page
    opened = client.post("/en" + NEW, {"code": code}).content.decode()
    assert opened.count("It is not about this finding.") == 5


def test_the_officers_doors_know_who_may(client: Client, tracking: str, auditor: Client) -> None:
    case = LetterReply.objects.get()
    outsider = signed_in(officer("outsider", Role.REQUESTS, unit_slug="elsewhere"))
    address = f"/desk/counter/replies/{case.pk}"
    assert outsider.get(address).status_code == 403
    assert address not in outsider.get("/desk/counter/replies/").content.decode()
    for step in ("confirm", "return"):
        assert outsider.post(f"{address}/{step}", {"reason": "identity"}).status_code == 403
        assert auditor.post(f"{address}/{step}", {"reason": "identity"}).status_code == 403
        assert auditor.get(f"{address}/{step}").status_code == 405
    assert LetterReply.objects.get().state == ReplyState.RECEIVED
    page = auditor.get(f"/en{address}").content.decode()
    assert "ما تنها شرکت" in page
    assert f'action="/en{address}/confirm"' not in page
    stranger = client.get(address)
    assert stranger.status_code == 302
    assert "/desk/counter/" not in stranger["Location"].split("?")[0]


def test_what_is_no_case_or_no_act_is_not_found(tracking: str) -> None:
    other, number = colleague(), LetterReply.objects.get().pk
    for address in ("/desk/counter/replies/99", f"/desk/counter/replies/{'9' * 30}", "/en/desk/counter/replies/0"):
        assert other.get(address).status_code == 404
        assert other.post(f"{address}/confirm").status_code == 404
    assert other.post(f"/desk/counter/replies/{number}/burn").status_code == 404
    assert LetterReply.objects.get().state == ReplyState.RECEIVED


def test_the_desk_says_why_a_reply_was_returned_and_offers_nothing_more(client: Client, tracking: str) -> None:
    other, number = colleague(), LetterReply.objects.get().pk
    for reason in ("", "ended", HOSTILE):
        answer = other.post(f"/en/desk/counter/replies/{number}/return", {"reason": reason})
        assert answer.status_code == 422
        assert "Choose the reason." in answer.content.decode()
    assert other.post(f"/en/desk/counter/replies/{number}/return", {"reason": "personal"}).status_code == 302
    page = other.get(f"/en/desk/counter/replies/{number}").content.decode()
    assert "It holds somebody’s personal data." in page
    assert f"/desk/counter/replies/{number}/confirm" not in page
    assert "Returned" in client.get(f"/en/counter/{tracking}").content.decode()
    assert "Returned" in client.get("/en/counter").content.decode()


def test_no_letter_is_made_of_what_has_ended_or_is_not_there(asker: Client, later: Callable[[int], None]) -> None:
    for findings in (["f" * 16], [HOSTILE], list[str]()):
        form = {"findings": findings}
        answer = asker.post("/en/desk/counter/replies/letter", form)
        assert answer.status_code == 422
        assert "Choose at least one finding." in answer.content.decode()
    assert asker.get("/desk/counter/replies/letter").status_code == 405
    tell(asker, "C-060")
    ended_by_time(later)
    answer = colleague().post("/en/desk/counter/replies/letter", {"findings": [of("C-060").public_id]})
    assert answer.status_code == 422
    assert "This finding calls for no letter." in answer.content.decode()
    assert not FindingNotice.objects.exists()


def test_the_list_of_cases_in_both_languages_counts_what_waits(client: Client, tracking: str) -> None:
    for prefix, kind, status in (
        ("", "پاسخ به یافتهٔ هشدار", "در انتظار تأیید"),
        ("/en", "Reply to a finding of a flag", "Waits to be confirmed"),
    ):
        for client_page in (client.get(f"{prefix}/counter"), client.get(f"{prefix}/counter/{tracking}")):
            text = client_page.content.decode()
            assert kind in text
            assert status in text
        assert tracking not in client.get(f"{prefix}/counter").content.decode()
    assert client.get("/counter")["X-Robots-Tag"] == "noindex"


def test_the_worker_reminds_and_tidies(town: City, asker: Client, client: Client, later: Callable[[int], None]) -> None:
    assert {case_reminders.remind, actions.tidy} <= {task for task, _ in regular()}
    User.objects.update(email="officer@city.example")
    User.objects.create_user(username="idle", email="idle@city.example")
    signed_in(officer("clerk", Role.CLERK))
    User.objects.filter(username="clerk").update(email="clerk@city.example")
    tell(asker, "C-060")
    reply(client, letter(asker, "C-060"))
    later(1)
    while not town.profile.workdays.works(today(town.clock)):
        later(1)
    counts = case_reminders.waiting(User.objects.get(username="asker"), today(town.clock))
    assert (counts.findings, counts.replies) == (4, 1)
    assert "۴ یافته" in counts.words.fa
    assert "۱ پاسخ در پیشخان" in counts.words.fa
    case_reminders.remind.call()
    letters_leave()
    assert [message.to for message in mail.outbox] == [["officer@city.example"]]
    ended_by_time(later)
    actions.tidy.call()
    case = LetterReply.objects.get()
    assert (case.state, case.text) == (ReplyState.RETURNED, "")
    assert (
        "The finding ended before it was confirmed."
        in colleague().get(f"/en/desk/counter/replies/{case.pk}").content.decode()
    )
    assert Act.objects.filter(verb="reply.receive").count() == 1
