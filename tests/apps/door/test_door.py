"""The door: kept answers are always the present ones, nobody gets another's, and slow readers keep nobody waiting."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, StreamingHttpResponse
from tests.apps.door.doorway import Counted, Reply, ask, door, environ_of, opened
from tests.apps.small_city import build, publish, sheet

from ayan.config import compression, wsgi
from ayan.config.response_cache import OVERHEAD, ResponseCache
from ayan.core.publish.sealing import withdraw
from ayan.core.store.release_store import ReleaseStore
from ayan.ui.responses import keep
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts

PAGES = ("/", "/en/data/works", "/data/works?amount__gte=1", "/data/works/releases", "/api/v1/datasets/works/rows")


@pytest.fixture
def own_city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A city that the test may change."""
    test_city = build(tmp_path)
    monkeypatch.setattr(city, "current", lambda: test_city)
    return test_city


def made_by(answer: Any) -> Any:
    """A site that gives whatever ``answer`` makes."""

    def site(environ: dict[str, Any], start: Any) -> Any:
        response = answer(environ)
        start(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return response

    return site


def marked(body: bytes = b"x" * 1000, **headers: str) -> HttpResponse:
    given = {
        "ETag": '"1"',
        "Cache-Control": "public",
        **{name.replace("_", "-"): text for name, text in headers.items()},
    }
    return keep(HttpResponse(body, content_type="text/plain", headers=given))


# --- what is kept ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", PAGES)
def test_the_second_reader_gets_the_same_answer_without_the_site(small_city: City, address: str) -> None:
    site = Counted()
    front = door(site)
    first, second = ask(front, address), ask(front, address)
    assert first.status == second.status == 200
    assert (first.headers, first.sent) == (second.headers, second.sent)
    assert site.asked == 1
    assert first.sent == ask(door(Counted()), address).sent
    assert int(first.headers["content-length"]) == len(first.sent)


@pytest.mark.parametrize("most", [0, OVERHEAD + 10])
def test_nobody_looks_twice_at_what_is_published_for_an_answer_that_is_not_kept(small_city: City, most: int) -> None:
    site, looks = Counted(), list[str]()

    def looked() -> str:
        looks.append(wsgi.site_version())
        return looks[-1]

    front = ResponseCache(site, looked, "ayan_desk", most, 2)
    first, second = ask(front, PAGES[-1]), ask(front, PAGES[-1])
    assert (first.status, first.sent) == (second.status, second.sent)
    assert site.asked == 2
    assert len(looks) == (2 if most else 0)


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("accepted", ["gzip", "br", "gzip, deflate, br, zstd", "identity", "br;q=0, gzip;q=0.5", "*"])
def test_each_reader_gets_the_form_that_is_asked_for(small_city: City, address: str, accepted: str) -> None:
    front = door(Counted())
    plain = ask(front, address)
    packed = ask(front, address, accept_encoding=accepted)
    assert packed.body == plain.sent
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    expected = {"gzip": "gzip", "br;q=0, gzip;q=0.5": "gzip", "identity": None}.get(accepted, "br")
    assert packed.headers.get("content-encoding") == expected
    if expected:
        assert packed.headers["etag"] == f"W/{plain.headers['etag']}"
        assert len(packed.sent) < len(plain.sent) / 2


@pytest.mark.parametrize("weak", ["", "W/"])
@pytest.mark.parametrize("kept", [True, False])
def test_who_has_it_already_gets_no_body(small_city: City, weak: str, kept: bool) -> None:
    site = Counted()
    front = door(site)
    first = ask(front, "/data/works", accept_encoding="gzip")
    etag = weak + first.headers["etag"].removeprefix("W/")
    again = ask(front if kept else door(site), "/data/works", if_none_match=f'"other", {etag}', accept_encoding="gzip")
    assert (again.status, again.sent) == (304, b"")
    assert again.headers["vary"] == "Accept-Encoding"
    assert again.headers["cache-control"] == first.headers["cache-control"]
    assert again.headers["etag"].removeprefix("W/") == etag.removeprefix("W/")
    assert "content-length" not in again.headers or not kept
    assert site.asked == (1 if kept else 2)


def test_head_has_the_headers_and_no_body(small_city: City) -> None:
    front = door(Counted())
    for _ in range(2):
        head, whole = ask(front, "/data/works", "HEAD"), ask(front, "/data/works")
        assert head.sent == b""
        assert head.headers == whole.headers
        assert whole.sent


def test_one_question_in_two_spellings_is_one_answer(small_city: City) -> None:
    site = Counted()
    front = door(site)
    spellings = [
        "subject__contains=%DA%A9%D8%A7%D8%B1",
        "subject__contains=%da%a9%d8%a7%d8%b1",
        "%73ubject__contains=%DA%A9%D8%A7%D8%B1",
    ]
    answers = {ask(front, f"/api/v1/datasets/works/rows?{spelling}").sent for spelling in spellings}
    assert (len(answers), site.asked) == (1, 1)


def test_another_host_and_plain_http_are_other_addresses(small_city: City, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    front = door(Counted(get_wsgi_application()))
    assert ask(front, "/", x_forwarded_proto="https").status == 200
    assert ask(front, "/").status == 301
    assert ask(front, "/", x_forwarded_proto="https", host="evil.example").status == 400


# --- never an old one -----------------------------------------------------------------------------------------------


def test_after_every_change_the_kept_answers_are_those_of_the_site(own_city: City) -> None:
    front, bare = door(Counted()), door(Counted(), most=0)
    # Another process seals and withdraws: its store is not the one that the site reads.
    parts = CityParts(registry=own_city.registry, profile=own_city.profile)
    elsewhere = City(own_city.home, own_city.store, own_city.clock, parts=parts)
    addresses = (*PAGES, "/data/works?_release=1404/1", "/api/v1/datasets/works/releases/1404/1", "/data/works/r/C-001")

    def answers(through: Any) -> list[tuple[int, bytes]]:
        return [(reply.status, reply.sent) for reply in (ask(through, address) for address in addresses)]

    def gone(number: int) -> None:
        withdraw(
            elsewhere.publish_context,
            elsewhere.release_store.release("works", "1404", number),
            "wrong-data",
            "ناظر ساختگی",
        )

    steps: list[Any] = [
        lambda: None,
        lambda: publish(elsewhere, sheet(4, year=1404), "1404", "a.csv"),
        lambda: publish(elsewhere, sheet(6, year=1404), "1404", "b.csv"),
        lambda: gone(1),
        lambda: gone(2),
    ]
    seen = []
    for step in steps:
        step()
        seen.append(answers(front))
        assert seen[-1] == answers(bare) == answers(front)
    assert len({json.dumps([status for status, _ in replies]) for replies in seen}) >= 3
    assert all(earlier != other for earlier, other in pairwise(seen))


def test_a_tag_from_before_a_withdrawal_does_not_hold(own_city: City) -> None:
    publish(own_city, sheet(4, year=1404), "1404", "a.csv")
    publish(own_city, sheet(6, year=1404), "1404", "b.csv")
    front = door(Counted())
    address = "/api/v1/datasets/works/rows?_release=1404/1"
    first = ask(front, address)
    withdraw(own_city.publish_context, own_city.release_store.release("works", "1404", 1), "wrong-data", "ناظر ساختگی")
    again = ask(front, address, if_none_match=first.headers["etag"])
    assert again.status == 410
    assert again.headers["cache-control"] == "no-store"


def test_an_answer_made_while_something_is_published_is_not_kept(own_city: City) -> None:
    def slow(_environ: dict[str, Any]) -> HttpResponse:
        seen = len(own_city.release_store.releases("works"))
        if seen < 4:
            publish(own_city, sheet(4, year=1404), "1404", "a.csv")
        return marked(str(seen).encode() * 1000)

    front = door(made_by(slow))
    assert ask(front, "/").sent[:1] == b"3"
    assert ask(front, "/").sent[:1] == b"4"


def test_a_damaged_store_is_the_sites_to_tell_of(own_city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    front = door(Counted())

    def broken(_store: ReleaseStore) -> str:
        raise OSError("the disk is gone")

    monkeypatch.setattr(ReleaseStore, "mark", broken)
    assert ask(front, "/brand.css").status == 200


# --- never another's ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": "a=1; ayan_desk=abc"},
        {"authorization": "Bearer x"},
        {"range": "bytes=0-1"},
        {"if_match": '"1"'},
    ],
)
def test_a_particular_reader_is_asked_for_afresh(small_city: City, headers: dict[str, str]) -> None:
    site = Counted(made_by(lambda environ: marked()))
    front = door(site)
    ask(front, "/")
    ask(front, "/", **headers)
    ask(front, "/", **headers)
    assert site.asked == 3


def cookie() -> HttpResponse:
    answer = marked()
    answer.set_cookie("ayan_form", "1")
    return answer


@pytest.mark.parametrize(
    "answer",
    [
        lambda: HttpResponse(b"x" * 1000, headers={"ETag": '"1"', "Cache-Control": "public"}),  # not marked
        lambda: keep(HttpResponse(b"x" * 1000)),  # without a tag
        lambda: keep(HttpResponse(b"x" * 1000, status=404, headers={"ETag": '"1"'})),
        lambda: keep(HttpResponse(b"x" * 1000, status=500, headers={"ETag": '"1"'})),
        lambda: marked(Vary="Cookie"),
        lambda: marked(Vary="Accept-Encoding, HX-Request"),
        lambda: marked(Set_Cookie="a=1"),
        lambda: keep(StreamingHttpResponse([b"x" * 1000], headers={"ETag": '"1"'})),
        cookie,
        lambda: marked(b"x" * 2_000_000),
    ],
)
def test_what_is_never_kept(small_city: City, answer: Any) -> None:
    site = Counted(made_by(lambda environ: answer()))
    front = door(site)
    first, second = ask(front, "/"), ask(front, "/")
    assert site.asked == 2
    assert first.body == second.body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_only_reading_is_kept(small_city: City, method: str) -> None:
    site = Counted(made_by(lambda environ: marked()))
    front = door(site)
    ask(front, "/")
    ask(front, "/", method)
    assert site.asked == 2


def test_the_packed_length_of_a_private_answer_tells_nothing(small_city: City) -> None:
    front = door(made_by(lambda environ: HttpResponse(b"secret" * 1000)))
    replies = [ask(front, "/", accept_encoding="gzip, br") for _ in range(20)]
    assert {reply.headers["content-encoding"] for reply in replies} == {"gzip"}
    assert {reply.body for reply in replies} == {b"secret" * 1000}
    assert len({len(reply.sent) for reply in replies}) > 1


# --- bounds ---------------------------------------------------------------------------------------------------------


def test_memory_is_bounded_and_the_longest_unasked_goes_first(small_city: City) -> None:
    site = Counted(made_by(lambda environ: marked(environ["PATH_INFO"].encode() * 10_000)))
    front = door(site, most=3 * (OVERHEAD + 30_000))
    for path in ("/a", "/b", "/c", "/a", "/d"):
        ask(front, path)
    assert site.asked == 4
    assert ask(front, "/a").sent[:2] == b"/a"
    assert site.asked == 4
    ask(front, "/b")
    assert site.asked == 5


def test_an_address_without_end_is_not_kept(small_city: City) -> None:
    site = Counted(made_by(lambda environ: marked()))
    front = door(site)
    for _ in range(2):
        ask(front, "/?" + "x" * 3_000)
    assert site.asked == 2


# --- streams --------------------------------------------------------------------------------------------------------


def streamed(_environ: dict[str, Any]) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        (f"{number}\n".encode() * 100_000 for number in range(9)), content_type="text/csv", headers={"ETag": '"1"'}
    )


@pytest.mark.parametrize(("accepted", "coding"), [("", None), ("gzip", "gzip"), ("gzip, br, zstd", "zstd")])
def test_a_stream_is_packed_on_its_way(small_city: City, accepted: str, coding: str | None) -> None:
    reply = ask(door(made_by(streamed)), "/", accept_encoding=accepted)
    assert reply.headers.get("content-encoding") == coding
    assert reply.headers["vary"] == "Accept-Encoding"
    assert reply.body == b"".join(f"{number}\n".encode() * 100_000 for number in range(9))
    assert reply.headers["etag"] == ('"1"' if coding is None else 'W/"1"')


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_what_is_packed_is_sent_on_before_more_is_asked_for(coding: compression.Coding) -> None:
    asked = []

    def source() -> Iterator[bytes]:
        for number in range(3):
            asked.append(number)
            yield b"some text of a piece " * 1_000

    pieces = compression.packed_stream(source(), coding)
    assert len(next(pieces)) > 20
    assert asked == [0]


def test_a_slow_reader_keeps_nobody_waiting(small_city: City) -> None:
    front = door(made_by(lambda environ: streamed(environ) if environ["PATH_INFO"] == "/file" else marked()))
    status, _, body = opened(front, environ_of("/file"))
    pieces = iter(body)
    assert status == 200
    assert len(next(pieces)) <= 1 << 18
    assert ask(front, "/page").status == 200
    assert next(pieces)
    body.close()  # type: ignore[attr-defined]  # a stream of the door has one


@pytest.mark.parametrize("leave", ["close", "forget", "finish"])
def test_more_downloads_than_threads_are_told_to_wait(small_city: City, leave: str) -> None:
    closed: list[int] = []

    def answer(_environ: dict[str, Any]) -> StreamingHttpResponse:
        response = streamed(_environ)
        closers: list[Callable[[], None]] = vars(response)["_resource_closers"]
        closers.append(lambda: closed.append(1))
        return response

    front = door(made_by(answer), streams=2)
    under_way: list[Any] = [opened(front, environ_of("/"))[2] for _ in range(2)]
    refused = ask(front, "/api/v1/file")
    assert (refused.status, refused.headers["retry-after"]) == (503, "10")
    assert refused.headers["cache-control"] == "no-store"
    assert {"detail_fa", "detail_en"} <= set(json.loads(refused.sent))
    assert len(closed) == 1
    for body in under_way:
        if leave == "finish":
            assert b"".join(body)
        if leave != "forget":
            body.close()
    under_way.clear()
    del body
    gc.collect()
    assert len(closed) == 3
    replies: list[Reply] = [ask(front, "/"), ask(front, "/")]
    assert [reply.status for reply in replies] == [200, 200]
