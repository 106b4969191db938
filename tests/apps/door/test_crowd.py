"""A crowd at the door: one rude reader keeps neither others nor officers nor the operator's checks waiting."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
from django.http import HttpResponse, StreamingHttpResponse
from tests.apps.door.doorway import Reply, ask, environ_of, opened
from tests.apps.door.test_door import made_by, marked
from tests.patience import PATIENCE

from ayan.config import wsgi
from ayan.config.health import Readiness, healthz
from ayan.config.limits import MOST_CREDIT, MOST_WAITING_OF_ONE
from ayan.config.response_cache import ResponseCache
from ayan.core.query.answer import TooSlow
from ayan.core.query.engines.deadline import Deadline, refusing
from ayan.core.store.release_store import ReleaseStore
from ayan.wiring.city import City

RUDE, OTHER = "192.0.2.1", "192.0.2.2"
ENDLESS = "SELECT count(*) FROM range(100000000) a, range(1000) b WHERE (a.range * b.range) % 7 = 3"
REFUSED = (429, 503)


def costly(_environ: dict[str, Any]) -> HttpResponse:
    """A question that has no end but the one that is made to it."""
    with duckdb.connect(config={"threads": 1}) as connection:
        deadline = Deadline(connection, PATIENCE)
        try:
            with refusing():
                connection.execute(ENDLESS)
        except TooSlow:
            return HttpResponse(b"", status=503)
        finally:
            deadline.cancel()
    return marked()


def site(environ: dict[str, Any]) -> HttpResponse:
    return costly(environ) if environ["PATH_INFO"].startswith(("/search", "/api")) else marked()


@pytest.fixture
def front(small_city: City) -> ResponseCache:
    """A door behind a proxy that says who asks."""
    apart: dict[str, Callable[[dict[str, Any], Any], list[bytes]]] = {"/healthz": healthz, "/readyz": Readiness()}
    desk = ("/desk/", "/en/desk/")
    return ResponseCache(
        made_by(site), wsgi.edition, "ayan_desk", 10_000_000, 4, streams_of_one=2, fronted=True, desk=desk, apart=apart
    )


@pytest.fixture
def rude(front: ResponseCache) -> Iterator[list[Reply]]:
    """A hundred questions without end from one address, under way when the test begins; the replies that came."""
    replies: list[Reply] = []

    def hammer(number: int) -> None:
        path = ("/search", "/api/v1/search")[number % 2]
        replies.append(ask(front, f"{path}?q={number}", x_real_ip=RUDE))

    # Whoever has asked for much already.
    front.readers.draw(RUDE, MOST_CREDIT + 1)
    threads = [threading.Thread(target=hammer, args=(number,)) for number in range(100)]
    for thread in threads:
        thread.start()
    yield replies
    # As soon as nobody else asks, one after the other would run to its end.
    while any(thread.is_alive() for thread in threads):
        ask(front, f"/page?{time.monotonic()}", x_real_ip=OTHER)
    for thread in threads:
        thread.join()


def test_an_ordinary_reader_and_the_checks_are_answered_while_a_rude_one_asks(
    front: ResponseCache, rude: list[Reply]
) -> None:
    began = time.process_time()
    for number in range(5):
        assert ask(front, f"/data/{number}", x_real_ip=OTHER).status == 200
        assert ask(front, "/healthz", x_real_ip=RUDE).sent == b"ok\n"
        assert ask(front, f"/en/desk/{number}", x_real_ip=RUDE).status == 200
    # One of the endless questions alone may take six seconds of the processor, and each of these five may meet one.
    assert time.process_time() - began < 40
    assert len(rude) >= 100 - MOST_WAITING_OF_ONE - 6
    assert {reply.status for reply in rude} == {429}
    assert all(int(reply.headers["retry-after"]) >= 1 for reply in rude)
    assert {reply.headers["cache-control"] for reply in rude} == {"no-store"}
    page = next(reply for reply in rude if reply.headers["content-type"].startswith("text/html"))
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert all(words in page.sent.decode() for words in ("دیگران در نوبت‌اند", "Ask again in a moment", 'lang="en"'))
    answer = next(reply for reply in rude if reply.headers["content-type"] == "application/problem+json")
    document = json.loads(answer.sent)
    assert (document["status"], document["type"]) == (429, "/developers#too-many-questions")
    assert {"detail_fa", "detail_en"} <= set(document)
    assert answer.headers["access-control-allow-origin"] == "*"


def test_few_downloads_run_to_one_address(small_city: City) -> None:
    def stream(_environ: dict[str, Any]) -> StreamingHttpResponse:
        return StreamingHttpResponse(iter([b"x" * 10] * 3), content_type="text/csv")

    front = ResponseCache(made_by(stream), wsgi.edition, "ayan_desk", 0, 4, streams_of_one=2, fronted=True)
    begun = [opened(front, environ_of("/api/v1/f", x_real_ip=RUDE)) for _ in range(3)]
    assert [status for status, _, _ in begun] == [200, 200, 503]
    assert opened(front, environ_of("/api/v1/f", x_real_ip=OTHER))[0] == 200
    for _, _, body in begun[:2]:
        body.close()  # type: ignore[attr-defined]  # a stream of the door has one
    assert opened(front, environ_of("/api/v1/f", x_real_ip=RUDE))[0] == 200


# --- the operator's checks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("host", ["127.0.0.1:8000", "10.0.0.7", "evil.example"])
def test_the_checks_answer_whoever_asks_by_whatever_name(path: str, host: str, small_city: City) -> None:
    reply = ask(wsgi.application, path, host=host)
    assert reply.status == 200
    assert reply.headers["cache-control"] == "no-store"
    assert ask(wsgi.application, path, "HEAD", host=host).sent == b""


def test_readiness_says_by_name_what_is_not_there(small_city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    def readiness() -> tuple[int, dict[str, Any]]:
        reply = ask(lambda environ, start: Readiness()(environ, start), "/readyz")
        assert str(small_city.home) not in reply.sent.decode()
        return reply.status, json.loads(reply.sent)

    # The database is refused to tests without its mark, as it is to a machine that cannot reach it.
    assert readiness() == (200, {"ready": True, "store": "ok", "log": "ok", "index": "ok", "database": "warning"})
    with monkeypatch.context() as patch:
        patch.setattr(type(small_city.index_store), "is_built", lambda _store, _state: False)
        assert readiness()[1]["index"] == "being built: works"
    with monkeypatch.context() as patch:

        def gone(_store: ReleaseStore) -> list[str]:
            raise OSError(f"{small_city.home} cannot be read")

        patch.setattr(ReleaseStore, "datasets", gone)
        status, said = readiness()
        assert (status, said["ready"], said["store"]) == (503, False, "unreadable")


@pytest.mark.django_db
def test_readiness_asks_the_database() -> None:
    assert json.loads(ask(Readiness(), "/readyz").sent)["database"] == "ok"
