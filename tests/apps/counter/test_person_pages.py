"""A case at the doors of whoever brought it: nothing typed is lost, nobody else gets in, and nothing untold is shown."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from datetime import timedelta

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.apps.accounts.people import officer
from tests.apps.counter.test_filing_pages import CODE, form
from tests.apps.small_city import HOSTILE

from ayan.apps.accounts.roles import Role
from ayan.apps.counter import drafts, one_time_codes, prior_answers
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.codes import new_code
from ayan.apps.counter.models import Case, DraftFile, FilingDraft, OneTimeCode
from ayan.apps.counter.views import filing as filing_view
from ayan.apps.outbox.message_content import MessageContent
from ayan.apps.outbox.models import OutboxMessage
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db

PHONE = "09121112233"


def filed(client: Client, kind: str = "access", **said: str) -> tuple[Case, str]:
    """A case that came by the pages, and its code; this browser has it open."""
    words = {"f-summary": "یک چیز (ساختگی)", "f-phone": PHONE, **said}
    sent = form(client, kind) | words
    client.post(f"/counter/new/{kind}", sent | {"_do": "preview"})
    page = client.post(f"/counter/new/{kind}", {"_key": sent["_key"], "_do": "send"}).content.decode()
    case = Case.objects.order_by("-pk").first()
    assert case is not None
    return case, CODE.findall(page)[0]


def handler() -> object:
    return officer("handler", Role.REQUESTS, unit_slug="")


# --- who gets in ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_whoever_has_not_opened_a_case_learns_nothing_of_it(client: Client, town: City, prefix: str) -> None:
    case, _code = filed(client)
    other, code_of_other = filed(Client())
    client.get(f"/counter/{code_of_other}")
    stranger = Client()
    stranger.cookies["ayan_case"] = "WyJSLTE0MDMtMDAwMDEiXQ:1abcde:forged"
    for way in (f"mine/{case.number}", f"mine/{case.number}/do", f"mine/{case.number}/receipt.pdf"):
        missing = way.replace(case.number, "R-1399-99999")
        real, none = (
            (stranger.post if way.endswith("do") else stranger.get)(f"{prefix}/counter/{each}", {"_do": "withdraw"})
            for each in (way, missing)
        )
        assert real.status_code == none.status_code
        assert real.status_code in (403, 404)
        plain = real.content.decode().replace(case.number, "N"), none.content.decode().replace("R-1399-99999", "N")
        assert plain[0] == plain[1]
        assert "ساختگی)" not in plain[0]
    case.refresh_from_db()
    assert case.stage == "received"
    assert other.number != case.number


def test_what_opens_a_case_stops_after_its_time(client: Client, town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    case, _code = filed(client)
    assert client.get(f"/counter/mine/{case.number}").status_code == 200
    later = time.time() + timedelta(minutes=31).total_seconds()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert client.get(f"/counter/mine/{case.number}").status_code == 403


def test_a_wrong_number_code_or_pair_is_answered_alike(client: Client, town: City) -> None:
    case, code = filed(client)
    _other, code_of_other = filed(Client())
    stranger = Client()
    tries = [(case.number, new_code()), (case.number, code_of_other), ("R-1403-99999", code), (case.number, "")]
    pages = set()
    for number, typed in tries:
        answer = stranger.post("/counter/track", {"number": number, "code": typed})
        assert answer.status_code == 422
        pages.add(answer.content.decode().replace(f'value="{number}"', 'value="N"'))
    assert len(pages) == 1
    assert stranger.post("/counter/track", {"number": case.number, "code": code}).status_code == 302


def test_whoever_leaves_a_case_on_a_device_closes_it_there(client: Client, town: City) -> None:
    case, _code = filed(client)
    assert client.post(f"/counter/mine/{case.number}/do", {"_do": "leave"}).status_code == 302
    assert client.get(f"/counter/mine/{case.number}").status_code == 403


# --- one-time codes ---------------------------------------------------------------------------------------------------


def sent_codes() -> list[str]:
    """The codes that wait to be sent, the oldest first."""
    one_time_codes.answer_requests.call()
    waiting = OutboxMessage.objects.filter(kind="counter.one-time").order_by("pk")
    return [re.findall(r"\d{8}", MessageContent.opened(each.content).words)[0] for each in waiting]


def test_a_one_time_code_goes_to_the_phone_that_was_left_and_opens_once(
    client: Client, town: City, later: Callable[[int], None]
) -> None:
    case, _code = filed(client)
    stranger = Client()
    pages = set()
    for number, contact in ((case.number, "09129999999"), ("R-1403-99999", PHONE), (case.number, "۰۹۱۲ ۱۱۱ ۲۲۳۳")):
        asked = stranger.post("/counter/track", {"_do": "ask", "number-again": number, "contact": contact})
        assert asked.status_code == 200
        pages.add(asked.content.decode().replace(number, "N"))
    assert len(pages) == 1
    (code,) = sent_codes()
    opened = stranger.post("/counter/track", {"number": case.number, "code": code})
    assert (opened.status_code, opened["Location"]) == (302, f"/counter/mine/{case.number}")
    assert stranger.post("/counter/track", {"number": case.number, "code": code}).status_code == 422
    stranger.post("/counter/track", {"_do": "ask", "number-again": case.number, "contact": PHONE})
    *_, second = sent_codes()
    later(1)
    assert OneTimeCode.objects.exists()
    assert stranger.post("/counter/track", {"number": case.number, "code": second}).status_code == 422


# --- nothing typed is lost --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_refused_form_comes_back_whole_and_waits_at_the_server(
    client: Client, town: City, later: Callable[[int], None], prefix: str
) -> None:
    sent = form(client, prefix=prefix) | {
        "f-text": "شرح بلند من (ساختگی)",
        "f-mail": "not an address",
        "_do": "preview",
    }
    photo = SimpleUploadedFile("نامه.txt", "متن (ساختگی)".encode(), "text/plain")
    refused = client.post(f"{prefix}/counter/new/access", sent | {"f-files": photo})
    assert refused.status_code == 422
    for words in ("شرح بلند من", "not an address", "#f-summary", "#f-mail", "نامه.txt"):
        assert words in refused.content.decode()
    assert "شرح بلند من" in client.get(f"{prefix}/counter/new/access").content.decode()
    assert "شرح بلند من" not in Client().get(f"{prefix}/counter/new/access").content.decode()
    assert "شرح" not in FilingDraft.objects.get().locked
    assert DraftFile.objects.count() == 1
    later(10)
    drafts.sweep.call()
    assert not FilingDraft.objects.exists()
    assert not [each for each in (town.home / "counter" / "drafts").glob("*") if each.is_file()]


def test_too_many_from_one_address_wait_and_keep_their_words(
    client: Client, town: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filing_view, "MOST_FILINGS", 1)
    filed(client)
    sent = form(client) | {"f-summary": "دومی (ساختگی)"}
    client.post("/counter/new/access", sent | {"_do": "preview"})
    answer = client.post("/counter/new/access", {"_key": sent["_key"], "_do": "send"})
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert "دومی" in answer.content.decode()
    assert Case.objects.count() == 1


def test_a_form_that_was_not_given_out_here_is_told_so(client: Client, town: City) -> None:
    for key in ("", "0" * 32, f"{'0' * 32}:forged", HOSTILE):
        answer = client.post("/counter/new/access", {"_key": key, "_do": "send"})
        assert answer.status_code == 422
    assert not Case.objects.exists()


def test_hostile_forms_are_refused_or_taken_and_never_a_fault(client: Client, town: City) -> None:
    odd = (HOSTILE, "\0", "\u202e" * 50, "ﷺ" * 300, "9" * 400, "../../etc/passwd", "{number}{due}", "%s%n", "😀")
    for kind in ("access", "street", "appeal"):
        for text in odd:
            sent = form(client, kind) if kind != "appeal" else {"_key": drafts.new_form(), "_typed": "1"}
            fields = {
                f"f-{name}": text for name in ("summary", "text", "what", "place", "phone", "mail", "name", "nothing")
            }
            extra = {"_about": text, "_column": text, "_appeal": text, "_drop": text, "_move": text}
            for more in ({"_do": "preview"}, {"_do": "send"}, {"_do": text, **extra}):
                assert client.post(f"/counter/new/{kind}", sent | fields | more).status_code < 500
    for number in ("R-1403-00001", "x" * 300, "..."):
        assert client.post("/counter/track", {"number": number, "code": HOSTILE}).status_code in (422, 429)


# --- what is warned of, offered, shown --------------------------------------------------------------------------------


def test_what_looks_personal_is_warned_of_and_moved_to_the_office(client: Client, town: City) -> None:
    sent = form(client, prefix="/en") | {"f-summary": "یک چیز", "f-text": "تلفنم ۰۹۱۲۱۱۱۲۲۳۳", "_do": "preview"}
    seen = client.post("/en/counter/new/access", sent).content.decode()
    assert "Mobile phone" in seen
    moved = client.post("/en/counter/new/access", {"_key": sent["_key"], "_move": "text"}).content.decode()
    assert "Mobile phone" not in moved
    client.post("/en/counter/new/access", {"_key": sent["_key"], "_do": "send"})
    kept = {value.field: value.privacy for value in Case.objects.get().values.all()}
    assert kept == {"summary": "public", "private": "office"}


def test_public_cases_like_it_are_offered_and_only_numbers_are_counted(client: Client, town: City) -> None:
    case, _code = filed(Client(), **{"f-summary": "زرافه‌های خیابان بلند شهر"})
    hidden, _code = filed(Client(), **{"f-summary": "زرافه‌های خیابان بلند دیگر"})
    case.checked_at = case.received_at
    case.save()
    sent = form(client) | {"f-summary": "زرافه‌های خیابان کوتاه", "_do": "preview"}
    page = client.post("/counter/new/access", sent).content.decode()
    assert f"/counter/{case.number}" in page
    assert hidden.number not in page
    again = client.post("/counter/new/access", {"_key": sent["_key"], "_do": "unserved"}).content.decode()
    assert f"/counter/{case.number}" not in again
    client.post("/counter/new/access", {"_key": sent["_key"], "_do": "unserved"})
    share = prior_answers.served_share("access")
    assert (share.offered, share.served, share.unserved) == (1, 0, 1)


@pytest.mark.parametrize(
    ("about", "status", "said"),
    [("row:works/C-001", 200, "C-001"), ("row:works/C-999", 404, ""), ("row:nothing/1", 404, ""), (HOSTILE, 404, "")],
)
def test_a_form_about_a_record_names_it_only_where_it_is_published(
    client: Client, town: City, about: str, status: int, said: str
) -> None:
    answer = client.get("/counter/new/access", {"about": about})
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert HOSTILE not in answer.content.decode()


def test_a_value_in_question_is_read_from_what_is_published(client: Client, town: City) -> None:
    page = client.get("/en/counter/new/objection", {"about": "row:works/C-001", "column": "amount"})
    assert page.status_code == 200
    assert "<data value=" in page.content.decode()
    assert client.get("/counter/new/objection", {"about": "row:works/C-001", "column": "nothing"}).status_code == 404


# --- what the person does and is shown --------------------------------------------------------------------------------


def test_a_draft_is_shown_to_nobody_before_it_was_read_a_second_time(client: Client, town: City) -> None:
    case, _code = filed(client)
    officer("reader", Role.APPROVER, unit_slug="")
    take_step(case, "draft", "handler", handler(), Said(text="پیش‌نویس نگفته", private="یادداشت نگفته"))  # type: ignore[arg-type]  # an officer
    page = client.get(f"/counter/mine/{case.number}").content.decode()
    assert "نگفته" not in page
    assert "بازبینی" in page


def test_what_a_person_adds_stands_with_its_file_and_a_refused_word_comes_back(client: Client, town: City) -> None:
    case, _code = filed(client)
    do = f"/counter/mine/{case.number}/do"
    file = SimpleUploadedFile("سند.txt", "سند (ساختگی)".encode(), "text/plain")
    added = client.post(do, {"_do": "add", "text-add": "افزوده", "files": file})
    assert (added.status_code, added["Location"]) == (302, f"/counter/mine/{case.number}?done=add")
    page = client.get(added["Location"]).content.decode()
    # What the device kept of these words goes with their arrival.
    assert f'data-sent="case-{case.number}-add"' in page
    (address,) = set(re.findall(rf"/counter/mine/{case.number}/files/\d+", page))
    saved = client.get(address)
    assert saved["Content-Disposition"].startswith("attachment")
    assert Client().get(address).status_code == 404
    refused = client.post(do, {"_do": "reply", "text-reply": "پاسخ بی‌پرسش"})
    assert refused.status_code == 422
    assert client.post(do, {"_do": "answer", "text-answer": "x"}).status_code == 422
    assert client.post(do, {"_do": "withdraw"}).status_code == 302
    assert client.post(do, {"_do": "rate", "rating": "5"}).status_code == 302
    assert client.post(do, {"_do": "rate", "rating": "1"}).status_code == 422
    case.refresh_from_db()
    assert (case.outcome, case.rating) == ("withdrawn", 5)


def test_the_receipt_is_paper_and_a_day_in_a_calendar(client: Client, town: City) -> None:
    sent = form(client) | {"f-summary": "قراردادهای نورپردازی (ABC-12)"}
    client.post("/counter/new/access", sent | {"_do": "preview"})
    page = client.post("/counter/new/access", {"_key": sent["_key"], "_do": "send"}).content.decode()
    code, case = CODE.findall(page)[0], Case.objects.get()
    paper = client.post("/counter/receipt", {"_key": sent["_key"], "_as": "pdf"})
    text = pypdf.PdfReader(io.BytesIO(paper.content)).pages[0].extract_text()
    for words in (case.number, code, "نورپردازی", "قراردادهای"):
        assert words in text
    again = client.get(f"/counter/mine/{case.number}/receipt.pdf")
    assert code not in pypdf.PdfReader(io.BytesIO(again.content)).pages[0].extract_text()
    calendar = client.get(f"/counter/mine/{case.number}/receipt.ics").content
    lines = calendar.split(b"\r\n")
    assert case.due_on is not None
    assert f"DTSTART;VALUE=DATE:{case.due_on:%Y%m%d}".encode() in lines
    assert max(map(len, lines)) <= 75
    assert code.encode() not in calendar
