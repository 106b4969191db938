"""What officers see beyond one case: what several asked for, cases that are alike, and what is for them alone."""

from __future__ import annotations

import pytest
from tests.apps.accounts.people import FINANCE, WORKS, officer, signed_in
from tests.apps.counter.test_desk_cases import address, filed, handler, step

from ayan.apps.accounts.models import User
from ayan.apps.accounts.roles import Role
from ayan.apps.counter import filing, repeats
from ayan.apps.counter.models import Case, PublishTask

__all__ = ["handler"]
pytestmark = pytest.mark.django_db


def same(count: int) -> list[Case]:
    spellings = (
        "فهرست قراردادهای روشنایی خیابان‌ها",
        "قراردادهای روشنايي خيابانها",
        "قراردادهای روشنایی خیابان‌ها را بدهید",
    )
    return [filed(summary=spellings[number % 3]) for number in range(count)]


def test_what_several_asked_for_waits_at_the_desk_until_it_is_published_or_refused_with_a_reason(handler: User) -> None:
    cases, desk = same(3), signed_in(handler)
    assert "desk/counter/publish/" not in desk.get("/desk/counter/").content.decode()
    assert repeats.look_for_repeats() == 1
    place = f"/desk/counter/publish/{PublishTask.objects.get().pk}"
    assert "Asked for by several, to be published: 1" in desk.get("/en/desk/counter/").content.decode()
    assert place in desk.get("/desk/counter/publish/").content.decode()
    assert place in desk.get(address(cases[0])).content.decode()
    page = desk.get(f"/en{place}").content.decode()
    assert all(case.number in page for case in cases)
    for wrong in (
        {},
        {"evidence": "/data/nothing"},
        {"evidence": "https://elsewhere.example/"},
        {"reason": "آ" * 9000},
    ):
        assert desk.post(place, wrong).status_code == 422
    stranger, auditor = (
        signed_in(officer("stranger", Role.REQUESTS, unit_slug=WORKS)),
        signed_in(officer("auditor", Role.AUDITOR)),
    )
    assert stranger.get(place).status_code == 404
    assert "publish/" not in stranger.get("/desk/counter/").content.decode()
    assert (auditor.get(place).status_code, auditor.post(place, {"reason": "نه"}).status_code) == (200, 403)
    assert desk.post(place, {"evidence": "http://testserver/data/works"}).status_code == 302
    task = PublishTask.objects.get()
    assert (task.evidence, task.done_by) == ("/data/works", handler)
    assert desk.post(place, {"reason": "دوباره"}).status_code == 422
    assert place not in desk.get("/desk/counter/publish/").content.decode()


def test_cases_like_one_are_found_within_reach_and_joined(handler: User) -> None:
    first, second, third = same(3)
    Case.objects.filter(pk=third.pk).update(office=WORKS)
    filed(summary="درآمد پارکینگ‌های عمومی شهر")
    desk = signed_in(handler)
    seen = {"choice": "join", "seen": "1", "aid": "alike"}
    page = desk.post(f"/en{address(second)}", seen).content.decode()
    assert f'name="like" value="{first.number}"' in page
    assert page.count('name="like"') == 1, "neither another unit’s, nor another subject, nor itself"
    assert step(desk, second, "join", like=first.number) == 302
    second.refresh_from_db()
    assert (second.outcome, second.joined_to) == ("merged", first)
    alone = filed(summary="نیمکت‌های بوستان سرو")
    assert "No other open case" in desk.post(f"/en{address(alone)}", seen).content.decode()


def test_the_queue_names_a_case_by_its_sentence_also_where_only_officers_may_read_it(handler: User) -> None:
    said = {"summary": "رفتار تند در باجهٔ سه (ساختگی)", "text": "شرح"}
    case = filing.file(filing.Filing(kind="complaint", said=said, key=filing.new_key())).case
    Case.objects.filter(pk=case.pk).update(office=FINANCE, holder=officer("gone", Role.REQUESTS))
    User.objects.filter(username="gone").update(is_active=False)
    desk = signed_in(handler)
    for page in (desk.get("/en/desk/counter/"), desk.get(f"/en{address(case)}")):
        assert "رفتار تند در باجهٔ سه (ساختگی)" in page.content.decode()
        assert "(has left)" in page.content.decode()
    assert case.number in desk.get("/en/desk/counter/?whose=nobody").content.decode()


def test_whoever_has_a_case_is_not_offered_to_take_it_again(handler: User) -> None:
    case, desk = filed(), signed_in(handler)
    assert step(desk, case, "take") == 302
    assert 'value="take"' not in desk.get(address(case)).content.decode()
    assert 'value="take"' in signed_in(officer("other", Role.REQUESTS)).get(address(case)).content.decode()
