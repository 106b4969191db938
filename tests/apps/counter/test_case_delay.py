"""Why a case is late or stands still, as the person and everybody read it: what is so, and nothing that is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.apps.accounts.people import officer
from tests.apps.counter.test_person_pages import filed

from ayan.apps.accounts.verbs import Role
from ayan.apps.counter import moderation, rules
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.models import Case
from ayan.apps.counter.moderation import TextVerdict
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db

Later = Callable[[int], None]


def delays(client: Client, case: Case, prefix: str = "") -> tuple[str, str]:
    """What the person and everybody read of what holds a case up; empty where nothing is said to."""
    pages = (client.get(f"{prefix}/counter/mine/{case.number}"), Client().get(f"{prefix}/counter/{case.number}"))
    mine, everybody = (page.content.decode().partition('id="why"')[2].partition("</ul>")[0] for page in pages)
    return mine, everybody


def opened(client: Client, code: str) -> None:
    """Open the case anew: what opened it before has lapsed."""
    client.get(f"/counter/{code}")


def test_nothing_holds_a_case_up_that_is_in_time_or_closed(client: Client, town: City, later: Later) -> None:
    case, code = filed(client, "street", **{"f-what": "lamp", "f-place": "خیابان بلند"})
    assert delays(client, case) == ("", "")
    later(30)
    take_step(case, "done", "handler", officer("handler", Role.REQUESTS, unit_slug=""), Said(text="شد."))
    opened(client, code)
    assert delays(client, case) == ("", "")


@pytest.mark.parametrize(
    ("prefix", "untaken", "on_desk", "no_reason"),
    [
        ("", "هنوز کسی رسیدگی به آن را آغاز نکرده", "روی میز پیشخان شهرداری", "دلیل دیگری برای دیرکرد ننوشته‌اند"),
        ("/en", "nobody has begun with it yet", "on the desk of the city’s counter", "No other reason"),
    ],
)
def test_a_late_case_says_on_whose_desk_it_waits(
    client: Client, town: City, later: Later, prefix: str, untaken: str, on_desk: str, no_reason: str
) -> None:
    case, code = filed(client, "street", **{"f-what": "lamp", "f-place": "خیابان بلند"})
    later(30)
    opened(client, code)
    for words in delays(client, case, prefix):
        assert untaken in words
        assert no_reason in words
        assert on_desk not in words
    take_step(case, "take", "handler", officer("handler", Role.REQUESTS, unit_slug=""))
    for words in delays(client, case, prefix):
        assert on_desk in words
        assert untaken not in words


def test_what_was_made_longer_says_why_once_that_is_public(client: Client, town: City, later: Later) -> None:
    who = officer("handler", Role.REQUESTS, unit_slug="")
    case, code = filed(client, "street", **{"f-what": "lamp", "f-place": "خیابان بلند"})
    take_step(case, "extend", "handler", who, Said(text="قطعه در راه است."))
    assert delays(client, case) == ("", "")
    later(60)
    opened(client, code)
    mine, everybody = delays(client, case)
    assert "موعد تمدید شد" in mine
    assert "قطعه در راه است" in mine
    assert "دلیل دیگری" not in mine
    assert "موعد تمدید شد" in everybody
    assert "قطعه در راه است" not in everybody
    verdicts = {text.key: TextVerdict(text.original) for text in moderation.texts_of(case, rules.kind_of(case))}
    moderation.let_public(who, case, verdicts)
    assert "قطعه در راه است" in delays(client, case)[1]


def test_a_case_that_waits_for_the_person_says_so_and_counts_the_days_after(
    client: Client, town: City, later: Later
) -> None:
    who = officer("handler", Role.REQUESTS, unit_slug="")
    case, code = filed(client, "street", **{"f-what": "lamp", "f-place": "خیابان بلند"})
    take_step(case, "ask", "handler", who, Said(text="کجا؟"))
    mine, everybody = delays(client, case)
    assert "منتظر شماست" in mine
    assert "منتظر درخواست‌کننده است" in everybody
    assert "دلیل دیگری" not in mine + everybody
    later(8)
    take_step(case, "reply", "person", None, Said(text="آنجا"))
    opened(client, code)
    assert delays(client, case) == ("", "")
    later(40)
    opened(client, code)
    mine, everybody = delays(client, case)
    assert "منتظر پاسخ شما بود" in mine
    assert "منتظر پاسخ درخواست‌کننده بود" in everybody
    assert "شما بود" not in everybody


def test_nothing_is_said_to_everybody_of_a_case_that_is_never_published(
    client: Client, town: City, later: Later
) -> None:
    case, _code = filed(client, "complaint", **{"f-text": "شرح (ساختگی)"})
    later(90)
    assert delays(client, case)[1] == ""
