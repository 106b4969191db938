"""What everybody sees of cases: nobody's name, no word that was not checked, and all of them in their order."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from tests.apps.accounts.people import officer

from ayan.apps.accounts.verbs import Role
from ayan.apps.counter import case_figures, filing, moderation
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.models import Case, CaseValue
from ayan.apps.counter.moderation import TextVerdict
from ayan.apps.counter.public_cases import CaseFilter, page

pytestmark = pytest.mark.django_db

NAME, PHONE, SECRET = "رستم ساختگی", "09121234567", "سخن‌محرمانه"
WORDS = {
    "summary": "قراردادهای نورپردازی كوچه",
    "text": f"شرح درخواست {SECRET}",
    "private": "یادداشت‌خصوصی",
    "name": NAME,
    "phone": PHONE,
}


def brought(**said: str) -> Case:
    return filing.file(filing.Filing(kind="access", said={**WORDS, **said}, key=filing.new_key())).case


def moderator() -> Any:
    return officer(f"moderator{timezone.now().timestamp()}", Role.REQUESTS, unit_slug="")


def checked(case: Case, who: Any, cut: str = SECRET) -> None:
    """Let the words of a case be public, without one of them."""
    from ayan.apps.counter import rules

    texts = moderation.texts_of(case, rules.kind_of(case))
    verdicts = {
        text.key: TextVerdict(text.original.replace(cut, f"[[{cut}]]"), "personal" if cut in text.original else "")
        for text in texts
    }
    moderation.let_public(who, case, verdicts)


def read(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200, address
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.content.decode()


def everywhere(case: Case) -> str:
    addresses = ("/counter", "/en/counter", "/counter?q=" + SECRET, f"/counter/{case.number}", f"/en/counter/{case.number}",
                 "/counter/units", "/counter/moderation", "/counter?about=city", "/counter?late=1")  # fmt: skip
    return "".join(read(each) for each in addresses) + Client().get("/counter/cases.atom").content.decode()


def test_no_name_contact_or_private_word_is_on_any_page_before_or_after_the_check(town: object) -> None:
    case, who = brought(), moderator()
    before = everywhere(case)
    assert case.number in before
    assert not [
        each for each in (*WORDS.values(), SECRET, "نورپردازی") if each in before.replace(f'value="{SECRET}"', "")
    ]
    checked(case, who)
    take_step(case, "ask", "handler", who, Said(text="پرسش‌تازه از شما", private="میان‌خودمان"))
    after = everywhere(case).replace(f'value="{SECRET}"', "")
    assert "قراردادهای نورپردازی" in after
    assert "شرح درخواست" in after
    assert "حذف شد" in after
    assert not [
        each for each in (NAME, PHONE, SECRET, "یادداشت‌خصوصی", "پرسش‌تازه", "میان‌خودمان", who.name) if each in after
    ]
    assert "هنوز بررسی نشده" in after
    moderation.hide(who, case, "insult")
    assert "نورپردازی" not in everywhere(case)


def test_search_finds_only_what_everybody_may_read_however_it_is_spelt(town: object) -> None:
    case, who = brought(), moderator()
    asked = ("نورپردازی", "كوچه", "کوچه", "قراردادهای کوچه")
    assert not [each for each in asked if page(CaseFilter(words=each)).cases]
    checked(case, who)
    assert all([hit.pk for hit in page(CaseFilter(words=each)).cases] == [case.pk] for each in asked)
    assert [hit.pk for hit in page(CaseFilter(words=case.number.lower())).cases] == [case.pk]
    assert not page(CaseFilter(words=SECRET)).cases
    moderation.hide(who, case, "person")
    assert not page(CaseFilter(words="نورپردازی")).cases


def test_the_pages_of_the_list_hold_every_case_once_the_open_ones_first(town: object) -> None:
    who = moderator()
    cases = [brought() for _ in range(9)]
    for case in cases[::2]:
        take_step(case, "refuse", "handler", who, Said(text="نه", ground="article-14"))
    for narrowed in (CaseFilter(), CaseFilter(kind="access"), CaseFilter(stage="open")):
        seen: list[Case] = []
        after = ""
        while True:
            part = page(narrowed, after, size=2)
            seen += part.cases
            after = part.after
            if not after:
                break
        wanted = [case for case in cases if narrowed.stage != "open" or case.stage != "closed"]
        assert sorted(case.pk for case in seen) == sorted(case.pk for case in wanted)
        stages = [case.stage == "closed" for case in seen]
        assert stages == sorted(stages)


def test_those_that_are_late_are_listed_the_one_that_waits_longest_first(town: object) -> None:
    cases = [brought() for _ in range(5)]
    for days, case in enumerate(cases[:4]):
        Case.objects.filter(pk=case.pk).update(due_on=date(2020, 1, 10) - timedelta(days=days))
    first = page(CaseFilter(late=True), size=3)
    rest = page(CaseFilter(late=True), first.after, size=3)
    assert [case.pk for case in (*first.cases, *rest.cases)] == [case.pk for case in reversed(cases[:4])]
    assert rest.after == ""
    assert "working days late" in read("/en/counter?late=1")


def test_the_feed_is_narrowed_as_the_list_is(town: object) -> None:
    case = brought()
    root = ElementTree.fromstring(Client().get("/en/counter/cases.atom?kind=access").content)
    titles = [each.text or "" for each in root.iter("{http://www.w3.org/2005/Atom}title")]
    assert any(case.number in each for each in titles)
    assert not [each for each in titles if "نورپردازی" in each]
    empty = ElementTree.fromstring(Client().get("/counter/cases.atom?kind=other").content)
    assert not list(empty.iter("{http://www.w3.org/2005/Atom}entry"))


def test_a_value_that_was_checked_as_the_wrong_sort_of_field_is_not_shown(town: object) -> None:
    case, who = brought(), moderator()
    checked(case, who)
    CaseValue.objects.filter(case=case, field="name").update(public=NAME, checked=True)
    assert NAME not in read(f"/counter/{case.number}")


def test_a_suggestion_is_supported_on_its_page_once_a_day_and_nothing_else_is(town: object) -> None:
    said = {"summary": "سایه‌بان برای ایستگاه (ساختگی)"}
    form = filing.Filing(kind="suggestion", said=said, key=filing.new_key())
    case = filing.file(form).case
    address, button = f"/counter/{case.number}", "من هم پشتیبانم"
    assert button not in read(address)
    assert Client().post(address).status_code >= 400
    checked(case, moderator())
    assert button in read(address)
    assert "شمرده شد" in Client().post(address).content.decode()
    assert "امروز پشتیبانی شده است" in Client().post(address).content.decode()
    assert Client().post(address, headers={"Origin": "https://elsewhere.example"}).status_code == 403
    case.refresh_from_db()
    assert case.support == 1


@pytest.mark.parametrize("address", ["/counter/R-1405-99999", "/counter/R-1405-999999999", "/counter/not-a-number"])
def test_a_number_of_no_case_is_not_found(town: object, address: str) -> None:
    assert Client().get(address).status_code == 404


def test_the_moderation_page_tells_reasons_and_counts_and_no_words(town: object) -> None:
    first, second, who = brought(), brought(), moderator()
    checked(first, who)
    checked(second, who, cut="درخواست")
    moderation.hide(who, second, "spam")
    case_figures.refresh()
    text = read("/en/counter/moderation")
    assert "personal data: 2" in text.replace("<bdi>", "")
    assert "Advertising, or nothing to the point" in text
    assert "درخواست" not in text.partition("<main")[2].partition("</main>")[0]


def test_the_page_of_units_tells_when_it_was_counted(town: object) -> None:
    assert "Nothing has been counted" in read("/en/counter/units")
    who = moderator()
    take_step(brought(), "refuse", "handler", who, Said(text="نه", ground="article-14"))
    case_figures.refresh()
    text = read("/en/counter/units")
    assert "Counted at" in text
    assert "100%" in text
