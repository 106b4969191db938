"""Every address of the counter, as the table of addresses has it, asked by whoever has no right to a case.

A new address is tested by itself: it is read from the table, and its blanks are filled in from `BLANKS`.
"""

from __future__ import annotations

import logging
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from django.urls.converters import IntConverter
from tests.apps.accounts.people import FINANCE, WORKS, officer, signed_in, unit
from tests.apps.counter.test_uploads import kept_file, on_disk
from tests.sampling import sampled

from ayan.apps.accounts.models import User
from ayan.apps.accounts.roles import Role
from ayan.apps.counter import filing, urls
from ayan.apps.counter.case_access import COOKIE
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.codes import new_code
from ayan.apps.counter.limits import OPEN_LASTS
from ayan.apps.counter.models import (
    Case,
    CaseEntry,
    CaseFile,
    CaseValue,
    FindingNotice,
    LetterReply,
    ReplyState,
    TextBlock,
)
from ayan.core.values.clock import today
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db

SUMMARY, OFFICE, NAME, PHONE = "جمله‌ای که کسی نخوانده", "فقط برای کارشناس بود", "نام نگفته‌ای", "09121234567"
NOTE, DRAFT, REPLY, BLOCK, FILE = "یادداشت پنهان", "پیش‌نویس پنهان", "پاسخ نامه‌ای پنهان", "متن آمادهٔ پنهان", "سند پنهان"
SECRETS = (SUMMARY, OFFICE, NAME, PHONE, NOTE, DRAFT, REPLY, BLOCK, FILE)


@dataclass(frozen=True)
class Stage:
    """A case with all that may be hidden in it, its code, and what stands beside it."""

    case: Case
    code: str
    file: CaseFile
    block: TextBlock
    reply: LetterReply
    handler: User


@pytest.fixture
def stage(town: City) -> Stage:
    unit(FINANCE)
    unit(WORKS)
    said = {"summary": SUMMARY, "private": OFFICE, "name": NAME, "phone": PHONE}
    receipt = filing.file(filing.Filing(kind="access", said=said, key=filing.new_key()))
    case, handler = receipt.case, officer("handler", Role.REQUESTS)
    Case.objects.filter(pk=case.pk).update(office=FINANCE)
    case.refresh_from_db()
    officer("reader", Role.APPROVER)
    file = kept_file(case, FILE.encode())
    take_step(case, "note", "handler", handler, Said(private=NOTE))
    take_step(case, "draft", "handler", handler, Said(text=DRAFT))
    now = town.clock.now()
    block = TextBlock.objects.create(office=FINANCE, title="عنوان", words=BLOCK, changed_by=handler, changed_at=now)
    notice = FindingNotice.objects.create(digest="d", created_on=today(town.clock), created_by=handler)
    reply = LetterReply.objects.create(
        kind="finding", digest="e", notice=notice, finding="f" * 16, office=FINANCE, text=REPLY,
        received_on=today(town.clock), due_on=today(town.clock),
    )  # fmt: skip
    return Stage(case, receipt.code, file, block, reply, handler)


def blanks(stage: Stage) -> dict[str, list[object]]:
    """What stands in the blanks of addresses, by their name; of a number that is no case’s, `addresses` sees to it."""
    return {
        "number": [stage.case.number],
        "code": [new_code(), "R-1403-99999"],
        "kind": ["access", "appeal"],
        "sort": ["pdf", "ics"],
        "file_id": [stage.file.pk],
        "page": [1],
        "key": [stage.file.pk, stage.block.pk],
        "name": ["confirm", "return"],
        "output": ["json", "xml"],
    }


def addresses(stage: Stage, lang: str) -> Iterator[str]:
    known = blanks(stage)
    for pattern in (*urls.pages, *urls.officers, *urls.programs):
        assert isinstance(pattern, URLPattern)
        name = pattern.name if pattern in urls.programs else f"{lang}:{pattern.name}"
        assert name is not None
        converters = pattern.pattern.converters
        unknown = set(converters) - set(known)
        assert not unknown, f"{pattern.name}: say in blanks() what stands for {unknown}"
        values = dict(known)
        if isinstance(converters.get("number"), IntConverter):
            values["number"] = [stage.reply.pk]
        if name == "georeport_token":
            values["code"] = [f"{new_code()}.json", f"{new_code()}.xml"]
        tries = max((len(values[name]) for name in converters), default=1)
        for turn in range(tries):
            filled = {name: values[name][min(turn, len(values[name]) - 1)] for name in converters}
            yield reverse(name, kwargs=filled)


FORM = {
    "_do": "withdraw", "_as": "pdf", "as": "pdf", "_key": "x" * 32, "key": "x" * 32, "choice": "take", "seen": "3", "text": "x",
    "act": "drop", "unit": WORKS, "reason": "identity", "do": "hide", "step": "confirm", "consent": "1", "channel": "desk",
    "f-summary": "", "text-withdraw": "x", "hide": "spam",
}  # fmt: skip


def kept(stage: Stage) -> list[Any]:
    """Everything that nobody without a right may have changed."""
    return [
        Case.objects.values().get(pk=stage.case.pk),
        list(CaseEntry.objects.order_by("pk").values()),
        list(CaseValue.objects.order_by("pk").values()),
        list(CaseFile.objects.order_by("pk").values()),
        list(TextBlock.objects.values()),
        list(LetterReply.objects.values()),
        Case.objects.count(),
    ]


def expired(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A browser that opened the case with its code, too long ago."""
    browser, then = Client(), time.time() - OPEN_LASTS.total_seconds() - 60
    with monkeypatch.context() as before:
        before.setattr("django.core.signing.time.time", lambda: then)
        assert browser.get(f"/counter/{stage.code}").status_code == 302
    return browser


def wrong(_stage: Stage) -> Client:
    """A browser that opened a case, but another one."""
    other = filing.file(filing.Filing(kind="access", said={"summary": "دیگری"}, key=filing.new_key()))
    browser = Client()
    assert browser.get(f"/counter/{other.code}").status_code == 302
    return browser


def forged(stage: Stage) -> Client:
    browser = Client()
    browser.cookies[COOKIE] = f'["{stage.case.number}"]:1abcde:forged'
    return browser


def left(_stage: Stage) -> Client:
    """An officer of the unit who is signed in on some device, and was let go."""
    browser = signed_in(officer("left", Role.REQUESTS))
    User.objects.filter(username="left").update(is_active=False)
    return browser


WHO = ("nobody", "wrong", "forged", "expired", "clerk", "elsewhere", "head elsewhere", "privacy elsewhere", "left")


def browser_of(who: str, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Client:
    roles = {
        "clerk": (Role.CLERK, FINANCE),
        "elsewhere": (Role.REQUESTS, WORKS),
        "head elsewhere": (Role.APPROVER, WORKS),
        "privacy elsewhere": (Role.PRIVACY, WORKS),
    }
    if who in roles:
        role, where = roles[who]
        return signed_in(officer(who.replace(" ", "-"), role, unit_slug=where))
    if who == "expired":
        return expired(stage, monkeypatch)
    return {"nobody": lambda _: Client(), "wrong": wrong, "forged": forged, "left": left}[who](stage)


def looked_at(response: Any, address: str) -> None:
    """No answer tells what is hidden, breaks, or lets a browser guess what it is."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    text = content.decode("utf-8", "replace")
    assert response.status_code < 500, address
    assert [secret for secret in SECRETS if secret in text] == [], address
    assert response.headers["X-Content-Type-Options"] == "nosniff", address


@pytest.mark.parametrize("who", sampled("who has no right to a case", WHO, 3))
def test_no_address_tells_or_changes_a_case_for_whoever_has_no_right_to_it(
    stage: Stage, who: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    browser = browser_of(who, stage, monkeypatch)
    before = kept(stage)
    langs = ("fa", "en") if WHO.index(who) % 2 else ("en", "fa")
    for lang, method in zip(langs, ("get", "post"), strict=True):
        for address in addresses(stage, lang):
            form = FORM | {"cases": stage.case.number, "number": stage.case.number, "code": new_code()}
            response = getattr(browser, method)(address, form if method == "post" else {})
            looked_at(response, f"{method} {address}")
            if "/desk/" in address and who in ("nobody", "wrong", "forged", "expired", "left"):
                assert response.status_code in (302, 403), f"{method} {address}"
    assert kept(stage) == before
    assert [secret for secret in (*SECRETS, stage.code) if secret in caplog.text] == []


def test_whoever_has_the_right_finds_all_that_the_others_did_not(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    person, handler = Client(), signed_in(stage.handler)
    person.get(f"/counter/{stage.code}")
    person.post("/counter/track", {"number": stage.case.number, "code": stage.code})
    desk = [handler.get(address) for address in addresses(stage, "fa") if "/desk/" in address]
    mine = [person.get(address) for address in addresses(stage, "fa") if "/mine/" in address]
    seen = "".join(answer.content.decode("utf-8", "replace") for answer in [*desk, *mine])
    assert [secret for secret in SECRETS if secret not in seen] == []
    assert not any(PHONE in answer.content.decode("utf-8", "replace") for answer in desk), "the office never sees it"
    assert [secret for secret in (*SECRETS, stage.code) if secret in caplog.text] == []


def test_a_file_is_saved_never_run_and_never_guessed(stage: Stage) -> None:
    person, handler = Client(), signed_in(stage.handler)
    person.get(f"/counter/{stage.code}")
    answers = [
        person.get(f"/counter/mine/{stage.case.number}/files/{stage.file.pk}"),
        handler.get(f"/desk/counter/case/{stage.case.number}/file/{stage.file.pk}"),
    ]
    for answer in answers:
        assert answer.content.decode() == FILE
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "no-store" in answer.headers["Cache-Control"]
    for path in on_disk():
        assert not stat.S_IMODE(path.stat().st_mode) & 0o177, "only the server reads it, and nobody runs it"
    assert LetterReply.objects.get().state == ReplyState.RECEIVED
