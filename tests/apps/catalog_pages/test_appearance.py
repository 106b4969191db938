"""Light or dark, without a script: chosen in a form, kept in one cookie, and nobody gets the page of another reader."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from tests.apps.door.doorway import Counted, ask, door

from ayan.ui.colour_scheme import COOKIE
from ayan.wiring.city import City


def scheme(page: str | bytes) -> str | None:
    text = page.decode() if isinstance(page, bytes) else page
    match = re.search(r'<html [^>]*data-scheme="([^"]*)"', text)
    return match[1] if match else None


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_choice_is_kept_and_led_back_from(reader: Client, prefix: str) -> None:
    form = reader.get(f"{prefix}/appearance", headers={"referer": f"http://testserver{prefix}/data/works?state=open"})
    assert form.headers["Cache-Control"] == "no-store"
    back = re.search(r'name="back" value="([^"]*)"', form.content.decode())
    assert back
    assert back[1] == f"{prefix}/data/works?state=open"
    assert scheme(reader.get(f"{prefix}/").content) is None
    sent = reader.post(f"{prefix}/appearance", {"scheme": "dark", "back": back[1]})
    assert (sent.status_code, sent.headers["Location"]) == (302, back[1])
    assert scheme(reader.get(f"{prefix}/").content) == "dark"
    assert 'value="dark" aria-pressed="true"' in reader.get(f"{prefix}/appearance").content.decode()
    reader.post(f"{prefix}/appearance", {"scheme": ""})
    assert scheme(reader.get(f"{prefix}/").content) is None


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "x" * 9000, ""]
)
def test_nobody_is_led_to_another_site(reader: Client, back: str) -> None:
    sent = reader.post("/appearance", {"scheme": "light", "back": back})
    assert sent.headers["Location"] == "/appearance"


def test_a_form_of_another_site_chooses_nothing(reader: Client) -> None:
    sent = reader.post("/appearance", {"scheme": "dark"}, headers={"origin": "https://evil.example"})
    assert sent.status_code == 403
    assert COOKIE not in sent.cookies


@pytest.mark.parametrize("said", ["night", '"><script>', "", "Dark"])
def test_no_other_word_is_kept_or_shown(reader: Client, said: str) -> None:
    assert not reader.post("/appearance", {"scheme": said}).cookies[COOKIE].value
    reader.cookies[COOKIE] = said
    assert scheme(reader.get("/about").content) is None


def test_each_reader_gets_the_page_as_chosen(small_city: City) -> None:
    front = door(Counted())
    chosen: dict[str, Any] = {}
    for _ in range(2):
        for cookie in ("", f"{COOKIE}=dark", f"other=1; {COOKIE}=light", f"{COOKIE}=x"):
            reply = ask(front, "/data/works", **({"cookie": cookie} if cookie else {}))
            assert reply.status == 200
            chosen[cookie] = scheme(reply.sent), reply.headers["etag"]
    assert [what for what, _ in chosen.values()] == [None, "dark", "light", None]
    assert len({tag for _, tag in chosen.values()}) == 3
    known = chosen[""][1]
    assert ask(front, "/data/works", cookie=f"{COOKIE}=dark", if_none_match=known).status == 200
    assert ask(front, "/data/works", if_none_match=known).status == 304
