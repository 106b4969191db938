"""Following by mail: confirmed twice, at most one letter a day, one click to leave, and an address that shows nowhere."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.apps.catalog_pages.page_elements import links, page, shown
from tests.apps.linked_city import parts, publish
from tests.apps.small_city import FLAG, FOUND, HOSTILE, TOLD, sheet
from tests.apps.small_city import publish as publish_works
from tests.clocks import let_pass

from ayan.apps.accounts.models import Act
from ayan.apps.follow import actions, letters
from ayan.apps.follow.letters import send_digests
from ayan.apps.follow.limits import LEAVING_DAYS, MOST_REFUSALS
from ayan.apps.follow.models import Follower, FollowRequest, Subscription
from ayan.apps.outbox.delivery import deliver_due
from ayan.config.tasks import regular
from ayan.core.audit.flags.register import Register
from ayan.core.values.clock import today
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db

ADDRESS = "reader@example.org"
COSTS = [n * 1000 for n in range(1, 41)]


def advance(own: City, **step: int) -> None:
    let_pass(own, timedelta(**step))


def ask(about: str, address: str = ADDRESS, prefix: str = "") -> int:
    answer = Client(enforce_csrf_checks=True).post(f"{prefix}/follow", {"about": about, "email": address})
    assert not answer.cookies
    letters.answer_requests.call()
    deliver_due()
    return answer.status_code


def posted() -> int:
    """Put together what is due and let it leave; how many letters left."""
    before = len(mail.outbox)
    letters.send_all()
    deliver_due()
    return len(mail.outbox) - before


def link_in(letter: mail.EmailMessage, what: str) -> str:
    match = re.search(rf"http://testserver(/\S*follow/{what}/\S+)", str(letter.body))
    assert match, letter.body
    return match[1]


def followed(about: str, address: str = ADDRESS, prefix: str = "") -> Subscription:
    """Ask and confirm."""
    assert ask(about, address, prefix) == 200
    assert Client().post(link_in(mail.outbox.pop(), "confirm")).status_code == 200
    return Subscription.objects.order_by("-pk")[0]


# --- in and out -------------------------------------------------------------------------------------------------------


def test_nothing_is_sent_before_a_press_on_the_page_behind_the_link(own: City) -> None:
    assert ask("dataset:works") == 200
    (letter,) = mail.outbox
    assert letter.to == [ADDRESS]
    confirm = link_in(letter, "confirm")
    assert "«کارها»" in str(letter.body)
    # A program that opens every link of a letter confirms nothing.
    opened = Client().get(confirm)
    assert (opened.status_code, opened.headers["Cache-Control"]) == (200, "no-store")
    assert Subscription.objects.get().confirmed_at is None
    advance(own, hours=1)
    publish_works(own, sheet(4, year=1404), "1404", "1404.csv")
    assert posted() == 0
    assert Client().post(confirm).status_code == 200
    assert Subscription.objects.get().confirmed_at is not None


def test_what_is_not_confirmed_in_two_days_is_erased(own: City) -> None:
    ask("dataset:works")
    confirm = link_in(mail.outbox[0], "confirm")
    advance(own, hours=49)
    posted()
    assert not Follower.objects.exists()
    assert Client().get(confirm).status_code == 410
    assert Client().get("/follow/confirm/made-up").status_code == 410


def test_the_answer_does_not_tell_whether_an_address_is_known(own: City) -> None:
    followed("dataset:works")
    known = Client().post("/follow", {"about": "dataset:works", "email": ADDRESS})
    unknown = Client().post("/follow", {"about": "dataset:works", "email": "other@example.org"})
    assert known.content == unknown.content
    # Nor does its time: no letter leaves, and nothing is looked up, while anybody waits for the answer.
    assert not mail.outbox
    assert FollowRequest.objects.count() == 2
    letters.answer_requests.call()
    deliver_due()
    assert [message.to for message in mail.outbox] == [["other@example.org"]]
    assert not FollowRequest.objects.exists()


def test_asking_takes_the_same_steps_whatever_is_known_of_an_address(own: City) -> None:
    followed("dataset:works")
    # What somebody asked for from here before is counted, whoever follows it.
    for address in (ADDRESS, "other@example.org"):
        Client().post("/follow", {"about": "dataset:works", "email": address})
    counts = []
    for address in (ADDRESS, "other@example.org"):
        with CaptureQueriesContext(connection) as asked:
            assert Client().post("/follow", {"about": "dataset:works", "email": address}).status_code == 200
        counts.append([query["sql"].split(" ")[0] for query in asked.captured_queries])
    assert counts[0] == counts[1]


def test_nobody_fills_the_places_of_somebody_else(own: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_EACH", 2)
    for number in range(4):
        advance(own, minutes=16)
        assert ask(f"rows:works?number=C-{number:03}") == 200, "by whoever"
    mail.outbox.clear()
    advance(own, minutes=16)
    followed("dataset:works")
    followed("dataset:parts")
    # The owner, and nobody else, is told that there are as many as there may be.
    assert ask("all") == 200
    confirm = link_in(mail.outbox.pop(), "confirm")
    answer = Client().post(confirm)
    assert (answer.status_code, "چیزی را کم کنید" in answer.content.decode()) == (422, True)
    assert Subscription.objects.filter(confirmed_at__isnull=False).count() == 2
    assert "C-001" not in Client().get(f"/follow/leave/{actions.farewell(Follower.objects.get())}").content.decode()


def test_whoever_asks_elsewhere_leaves_others_their_letters(own: City) -> None:
    for _ in range(5):
        Client(REMOTE_ADDR="192.0.2.7").post("/follow", {"about": "dataset:works", "email": ADDRESS})
    assert ask("dataset:works") == 200


def test_a_mail_server_that_is_away_gets_the_letter_later(own: City, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", lambda *_: (_ for _ in ()).throw(OSError()))
        assert ask("dataset:works") == 200
    assert not mail.outbox
    advance(own, minutes=2)
    deliver_due()
    assert len(mail.outbox) == 1


def test_a_link_to_leave_ends_and_the_next_letter_has_a_new_one(own: City) -> None:
    follower = followed("dataset:works").follower
    before = int(time.time())
    with patch("django.core.signing.time.time", return_value=before - (LEAVING_DAYS + 1) * 86_400):
        old = f"/follow/leave/{actions.farewell(follower)}"
    for answer in (Client().get(old), Client().post(old, {"List-Unsubscribe": "One-Click"})):
        assert (answer.status_code, "نامه‌ای کهنه" in answer.content.decode()) == (410, True)
    assert Follower.objects.exists()
    assert Client().post(f"/follow/leave/{actions.farewell(follower)}").status_code == 200
    assert not Follower.objects.exists()


def test_one_click_of_a_mail_program_leaves_everything_and_erases_the_address(own: City) -> None:
    followed("dataset:works")
    followed("dataset:parts", ADDRESS.upper())
    assert Follower.objects.count() == 1
    advance(own, hours=1)
    publish_works(own, sheet(4, year=1404), "1404", "1404.csv")
    assert posted() == 1
    (letter,) = mail.outbox
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    header = letter.extra_headers["List-Unsubscribe"]
    assert header == f"<http://testserver{link_in(letter, 'leave')}>"
    out = header.removeprefix("<http://testserver").removesuffix(">")
    assert Client().get(out).status_code == 200
    assert Follower.objects.exists()
    answer = Client(enforce_csrf_checks=True).post(out, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not answer.cookies
    assert not Follower.objects.exists()
    assert not Subscription.objects.exists()
    assert Client().post(out).status_code == 200
    assert Client().post("/follow/leave/made-up").status_code == 200


def test_one_thing_can_be_left_and_the_others_stay(own: City) -> None:
    first, second = followed("dataset:works"), followed("dataset:parts")
    out = f"/en/follow/leave/{actions.farewell(first.follower)}"
    assert "Releases and corrections of “Parts”" in page(Client(), out)
    assert "Releases and corrections of “Parts”" in Client().post(out, {"only": first.code}).content.decode()
    assert list(Subscription.objects.all()) == [second]
    Client().post(out, {"only": second.code})
    assert not Follower.objects.exists()


# --- the address ------------------------------------------------------------------------------------------------------


def test_an_address_is_in_no_table_page_log_or_line_of_the_trail(
    own: City, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise SMTPServerDisconnected(ADDRESS)

    subscription = followed("dataset:works")
    kept = Follower.objects.values().get()
    assert actions.address_of(subscription.follower) == ADDRESS
    assert not [value for value in kept.values() if "reader" in str(value) or "example.org" in str(value)]
    advance(own, hours=1)
    publish_works(own, sheet(4, year=1404), "1404", "1404.csv")
    monkeypatch.setattr("django.core.mail.EmailMessage.send", away)
    assert posted() == 0
    assert ask("dataset:parts", "third@example.org") == 200
    pages = [
        Client().get(f"/follow/leave/{actions.farewell(subscription.follower)}"),
        Client().get("/follow?about=dataset:works"),
    ]
    said = [
        caplog.text,
        *(response.content.decode() for response in pages),
        *map(str, Act.objects.values_list("facts", "subject")),
    ]
    assert "SMTPServerDisconnected" in caplog.text
    assert not [text for text in said if "example.org" in text and "name@example.org" not in text]


def test_an_address_that_is_refused_day_after_day_is_erased_and_told_again_until_then(
    own: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed("dataset:works")
    advance(own, hours=1)
    publish_works(own, sheet(4, year=1404), "1404", "1404.csv")
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", lambda *_: (_ for _ in ()).throw(OSError()))
        for _ in range(MOST_REFUSALS - 1):
            assert posted() == 0
            assert posted() == 0
            advance(own, days=1)
    # The letter of the last day still waits.
    assert Follower.objects.get().failures == MOST_REFUSALS - 2
    assert posted() == 1
    assert Follower.objects.get().failures == 0


@pytest.mark.parametrize("address", ["", "nobody", "a@b", "a@b.example\nBcc: c@d.example", f"{'a' * 300}@example.org"])
def test_what_is_no_address_is_refused_in_words_and_nothing_is_kept(own: City, address: str) -> None:
    answer = Client().post("/en/follow", {"about": "dataset:works", "email": address})
    assert answer.status_code == 422
    assert "whole address" in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()
    assert not Follower.objects.exists()
    assert not mail.outbox


def test_letters_of_confirmation_are_few_to_one_address_and_from_one_place(own: City) -> None:
    assert [ask(f"rows:works?number=C-{n:03}") for n in range(4)] == [200, 200, 200, 429]
    assert len(mail.outbox) == 3
    codes = [ask("dataset:works", f"a{n}@example.org") for n in range(12)]
    assert codes.count(429) >= 3
    assert codes[0] == 200
    advance(own, minutes=16)
    assert ask("dataset:works") == 200


# --- what is told -----------------------------------------------------------------------------------------------------


def next_letter(prefix: str = "") -> str:
    """The text of the one letter that a run of the worker sends now, or "" for none."""
    before = len(mail.outbox)
    send_digests.call()
    letters.send_letters.call()
    deliver_due()
    assert len(mail.outbox) - before <= 1
    return str(mail.outbox[-1].body) if len(mail.outbox) > before else ""


def test_a_digest_comes_once_a_day_at_most_and_never_tells_twice(own: City) -> None:
    followed("dataset:works", prefix="/en")
    assert next_letter() == ""
    advance(own, hours=1)
    publish_works(own, sheet(4, year=1404), "1404", "1404.csv")
    text = next_letter()
    assert "New release: Works" in text
    assert "http://testserver/en/data/works/releases/1404/1" in text
    advance(own, hours=1)
    publish_works(own, sheet(5, year=1404), "1404", "1404-2.csv")
    assert next_letter() == ""
    advance(own, days=1)
    text = next_letter()
    assert "Correction: Works" in text
    assert "New release" not in text
    advance(own, days=1)
    assert next_letter() == ""
    assert [task for task, _ in regular()].count(send_digests) == 1


def test_a_saved_search_tells_of_new_and_changed_rows_alone(own: City) -> None:
    followed("rows:parts?unit=معاونت فنی&_sort=cost", prefix="/en")
    advance(own, hours=1)
    # P-4 belongs to the unit and changes, P-1 to another; the file comes whole.
    costs = [cost + 7 if n == 4 else cost for n, cost in enumerate(COSTS, 1)]
    publish(own, "parts", parts([*costs, 5000, 6000, 7000, 8000], moved=7, left_out=[9]), "parts-3.csv")
    text = next_letter()
    assert "Changed: تکهٔ 4 " in text
    assert "New: تکهٔ 44 " in text
    assert text.count("•") == 2


def test_a_record_tells_of_what_belongs_to_it(own: City) -> None:
    followed("record:works/C-012", prefix="/en")
    advance(own, hours=1)
    costs = [cost + 5 if n == 12 else cost for n, cost in enumerate(COSTS, 1)]
    publish(own, "parts", parts(costs, moved=7, left_out=[9]), "parts-3.csv")
    text = next_letter()
    assert "Changed: تکهٔ 12 " in text
    assert text.count("•") == 1


def test_a_limit_that_is_passed_is_told_once(own: City) -> None:
    followed("beyond:parts.growth", prefix="/en")
    advance(own, hours=1)
    # A part of 30 per cent of its work, which is of 12 million.
    costs = [3_600_000 if n == 12 else cost for n, cost in enumerate(COSTS, 1)]
    publish(own, "parts", parts(costs, moved=7, left_out=[9]), "parts-3.csv")
    text = next_letter()
    assert "Beyond the limit (30" in text
    assert text.count("•") == 1
    advance(own, days=1)
    publish(own, "parts", parts([*costs, 1], moved=7, left_out=[9]), "parts-4.csv")
    assert next_letter() == ""


def test_what_was_overdue_is_told_when_it_comes(own: City) -> None:
    send_digests.call()
    followed("missing", prefix="/en")
    advance(own, days=1)
    publish_works(own, sheet(4, year=1402), "1402", "1402-2.csv")
    assert "Came: Works, 1402" in next_letter()


def test_a_search_over_all_data_tells_of_new_rows_wherever_they_are(own: City) -> None:
    followed("search:ساختگي 4", prefix="/en")
    advance(own, hours=1)
    assert next_letter() == ""
    publish_works(own, sheet(4, year=1404), "1404", "1404.csv")
    publish(own, "parts", parts([*COSTS, 5000], moved=7, left_out=[9]), "parts-3.csv")
    advance(own, days=1)
    text = next_letter()
    assert "New: کار ساختگی 4 · Works" in text
    assert "Works" in text
    assert "Anything" not in text
    advance(own, days=1)
    assert next_letter() == ""
    answer = Client().get("/en/search.atom?q=ساختگي 4")
    assert "کار ساختگی 4" in answer.content.decode()
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    advance(own, days=200)
    assert "<entry>" not in Client().get("/en/search.atom?q=ساختگي 4&").content.decode()
    assert Client().get("/search.atom?q=").status_code == Client().get("/search.atom").status_code == 400


def test_lateness_of_one_dataset_is_followed_by_itself(own: City) -> None:
    send_digests.call()
    followed("missing:works", prefix="/en")
    followed("missing:parts", "other@example.org", prefix="/en")
    advance(own, days=1)
    publish_works(own, sheet(4, year=1402), "1402", "1402-2.csv")
    assert "Came: Works, 1402" in next_letter()
    assert len([message for message in mail.outbox if "Came" in str(message.body)]) == 1


def test_findings_are_told_once_their_day_is_over(own: City) -> None:
    followed("findings:works/too-large", prefix="/en")
    followed("findings", prefix="/en")
    own.flag_register.write(Register({FLAG: TOLD}, (replace(FOUND, published_on=today(own.clock).isoformat()),)))
    assert next_letter() == ""
    advance(own, days=1)
    assert next_letter().count("New finding") == 2, "once for the flag, once for all flags"
    advance(own, days=1)
    assert next_letter() == ""


# --- pages and feeds --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_pages_lead_to_following_what_they_show(own: City, prefix: str) -> None:
    for address, about in (
        ("/data/works", "rows%3Aworks"),
        ("/data/works?state__in=open&_sort_desc=amount", "rows%3Aworks%3Fstate__in%3Dopen"),
        ("/data/works/r/C-002", "record%3Aworks/C-002"),
        ("/changes", "all"),
        ("/flags", "findings"),
        ("/flags/works/too-large", "findings:works/too-large"),
        ("/search?q=C-001", "search:C-001"),
    ):
        hrefs = links(page(Client(), prefix + address), f"{prefix}/follow?about=")
        assert hrefs[0].startswith(f"{prefix}/follow?about={about}"), address
        answer = Client().get(hrefs[0])
        assert answer.status_code == 200
        assert not answer.cookies
        assert 'role="alert"' not in answer.content.decode()
        (feed,) = {href for href in links(answer.content.decode()) if ".atom" in href}
        assert Client().get(feed).status_code == 200, feed
    start = page(Client(), f"{prefix}/follow")
    assert "beyond:parts.growth" in "".join(links(start))
    assert ("گذشتن از سقف" if not prefix else "going beyond") in shown(
        page(Client(), f"{prefix}/follow?about=beyond:parts.growth")
    )


@pytest.mark.parametrize(
    "about",
    [
        "x",
        "dataset:nothing",
        "rows:works?nothing=1",
        "record:works/none",
        "beyond:parts.none",
        "missing:nothing",
        "findings:nothing",
        "findings:works/nothing",
        "search:",
        "search:" + "a " * 30,
        "all:x",
        "rows:",
        HOSTILE,
        "rows:works?_search=" + "a" * 2000,
    ],
)
def test_what_cannot_be_followed_is_not_found(own: City, about: str) -> None:
    assert Client().get("/follow", {"about": about}).status_code == 404
    assert Client().get("/follow.atom", {"about": about}).status_code == 404
    assert Client().post("/follow", {"about": about, "email": ADDRESS}).status_code == 404
    assert not mail.outbox


def test_a_feed_of_a_record_names_each_thing_once_and_for_ever(own: City) -> None:
    def entries() -> dict[str, str]:
        text = Client().get("/en/follow.atom?about=record:works/C-012").content.decode()
        return dict(zip(re.findall(r"<id>(urn:[^<]+)", text), re.findall(r"<title>([^<]+)", text)[1:], strict=True))

    before = entries()
    assert any("C-012" in title or "کار ساختگی 12" in title for title in before.values())
    advance(own, hours=1)
    publish(own, "parts", parts(COSTS, moved=9, left_out=[9]), "parts-3.csv")
    assert entries().keys() == before.keys()


STRANGE = "testserver:41234"


@pytest.mark.parametrize(
    "address",
    [
        "/changes.atom",
        "/en/changes.atom",
        "/follow.atom?about=all",
        "/follow?about=all",
        "/data/works",
        "/missing.atom",
    ],
)
def test_a_port_of_the_askers_choice_is_in_no_page_feed_or_letter(own: City, address: str, settings: Any) -> None:
    answer = Client(HTTP_HOST=STRANGE).get(address)
    assert answer.status_code == 200
    assert ":41234" not in answer.content.decode()
    # The port that is listened on is one that a reader can use; behind a server in front it is not.
    own_port = Client(HTTP_HOST=STRANGE).get(address, SERVER_PORT="41234").content.decode()
    settings.FRONTED = True
    fronted = Client(HTTP_HOST=STRANGE).get(address, SERVER_PORT="41234").content.decode()
    assert ("http://testserver:41234/" in own_port, ":41234" in fronted) == (True, False)


def test_a_letter_leads_to_the_site_and_to_no_port_of_the_askers_choice(own: City, settings: Any) -> None:
    for origin, site in (("", "http://testserver"), ("https://shafaf.example:8443", "https://shafaf.example:8443")):
        settings.ORIGIN = origin
        Follower.objects.all().delete()
        Client(HTTP_HOST=STRANGE).post("/follow", {"about": "dataset:works", "email": ADDRESS})
        letters.answer_requests.call()
        deliver_due()
        assert f"\n{site}/follow/confirm/" in str(mail.outbox.pop().body)
        assert Follower.objects.get().site == site
