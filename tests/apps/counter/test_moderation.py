"""Words are public only after an officer read them, whole or with parts taken out; and who stays anonymous, does."""

from __future__ import annotations

from typing import Final

import pytest
from tests.apps.accounts.people import FINANCE, officer, signed_in, unit
from tests.apps.counter.test_desk_cases import PHONE, address, filed, last, step

from ayan.apps.accounts.models import User
from ayan.apps.accounts.roles import Role
from ayan.apps.counter import filing, moderation
from ayan.apps.counter.models import Case
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db

TEXT = f"با {PHONE} زنگ بزنید. کوچهٔ ما آسفالت نیست."


@pytest.fixture
def checker(town: City) -> User:
    unit(FINANCE)
    return officer("checker", Role.REQUESTS)


def place(case: Case) -> str:
    return f"/desk/counter/check/{case.number}"


def form(case: Case, **changed: str) -> dict[str, str]:
    said = {"text-field-summary": case.summary, "text-field-text": TEXT.replace(PHONE, f"[[{PHONE}]]")}
    return {"act": "public", "reason-field-text": "personal", **said, **changed}


def test_what_looks_personal_is_taken_out_with_its_reason_and_the_original_stays(checker: User) -> None:
    case, client = filed(text=TEXT), signed_in(checker)
    assert case.number in client.get("/desk/counter/check/").content.decode()
    page = client.get(place(case)).content.decode()
    assert f"[[{PHONE}]]" in page
    assert client.post(place(case), form(case)).status_code == 302
    case.refresh_from_db()
    value = case.values.get(field="text")
    assert value.checked
    assert value.public == "با [حذف شد: دادهٔ شخصی] زنگ بزنید. کوچهٔ ما آسفالت نیست."
    assert case.checked_at is not None
    assert last(case).facts == {"cuts": {"personal": 1}}
    assert not last(case).shown
    assert PHONE in client.get(address(case)).content.decode(), "the original is there for the officer"
    assert case.number not in client.get("/desk/counter/check/").content.decode()
    assert step(client, case, "answer", text="پاسخ با نام مریم") == 302
    assert case.number in client.get("/desk/counter/check/").content.decode(), "the answer was read by nobody yet"
    assert client.post(place(case), form(case)).status_code == 422, "not without the text that came meanwhile"


WRONG: Final = (
    {"text-field-text": "چیز دیگری"},
    {"text-field-text": TEXT.replace(PHONE, f"[[{PHONE}")},
    {"text-field-text": f"[[{TEXT[:2]}[[{TEXT[2:9]}]]]]{TEXT[9:]}"},
    {"reason-field-text": ""},
    {"reason-field-text": "nothing"},
    {"whole-field-summary": "1"},
    {"text-entry-9": "x"},
)


def test_nobodys_words_are_changed_and_no_gap_is_without_a_reason(checker: User) -> None:
    case, client = filed(text=TEXT), signed_in(checker)
    for changed in WRONG:
        assert client.post(place(case), form(case, **changed)).status_code == 422
    case.refresh_from_db()
    assert (case.checked_at, case.values.filter(checked=True).count()) == (None, 0)


def test_the_sentence_that_everybody_sees_loses_the_same_parts(checker: User) -> None:
    case, client = filed(summary="به علی نمونه بدهکارم"), signed_in(checker)
    said = {"act": "public", "text-field-summary": "به [[علی نمونه]] بدهکارم", "reason-field-summary": "others"}
    preview = client.post(place(case), {**said, "act": "preview"}).content.decode()
    assert "به [حذف شد: حریم شخص دیگر] بدهکارم" in preview
    assert client.post(place(case), said).status_code == 302
    case.refresh_from_db()
    assert case.summary == "به [حذف شد: حریم شخص دیگر] بدهکارم"


def test_a_case_is_hidden_with_a_reason_and_shown_again(checker: User) -> None:
    case, client = filed(), signed_in(checker)
    assert client.post(place(case), {"act": "hide", "hidden": ""}).status_code == 422
    assert client.post(place(case), {"act": "hide", "hidden": "spam"}).status_code == 302
    case.refresh_from_db()
    assert (case.hidden, last(case).facts) == ("spam", {"reason": "spam"})
    assert moderation.waiting(checker).count() == 0
    assert client.post(place(case), {"act": "show"}).status_code == 302
    case.refresh_from_db()
    assert case.hidden == ""


def test_who_stays_anonymous_is_nameless_to_the_unit_and_contacts_are_shown_to_nobody(checker: User) -> None:
    said = {"summary": "بی‌نام (ساختگی)", "name": "مریم پنهان", "phone": PHONE, "private": "یادداشت من"}
    for anonymous in (False, True):
        filing_of = filing.Filing(kind="access", said=said, key=filing.new_key(), anonymous=anonymous)
        case = filing.file(filing_of).case
        Case.objects.filter(pk=case.pk).update(office=FINANCE)
        page = signed_in(checker, None).get(address(case)).content.decode()
        assert ("مریم پنهان" in page, PHONE in page, "یادداشت من" in page) == (not anonymous, False, True)
