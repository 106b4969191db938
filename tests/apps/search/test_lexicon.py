"""What a release costs the box: its own names alone, ahead of whoever asks; and names that are gone are in no answer and no file."""

from __future__ import annotations

import atexit
import json
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from threading import enumerate as enumerate_threads

import pytest
from django.test import Client
from tests.apps.answer_promise import promised
from tests.apps.built_city import copy_of
from tests.apps.small_city import SECRET, build, publish, sheet
from tests.patience import PATIENCE

from ayan.apps.search import box
from ayan.config.assistants import put_first_questions
from ayan.core.answers import facts, lexicon_store
from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.concepts.names import names_of
from ayan.core.publish.erasure import erase
from ayan.core.publish.sealing import withdraw
from ayan.core.query.answer import TooSlow
from ayan.core.query.query_service import QueryService
from ayan.core.schema.definition import Dataset
from ayan.wiring import city
from ayan.wiring.city import City

BY = "ناظر ساختگی"
NAME = "پل زرافهٔ آبی"
"""A title that one row alone has."""
QUESTION = "زرافهٔ آبی"


def _built(home: Path) -> City:
    own = build(home)
    publish(own, sheet(5, year=1404).replace("کار ساختگی 3", NAME), "1404", "works-1404.csv")
    return own


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A city of its own, in which one row has a name that no other has."""
    own = copy_of("city-with-a-name", _built, tmp_path)
    monkeypatch.setattr(city, "current", lambda: own)
    return own


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The datasets whose rows were read for names, one for each time."""
    seen: list[str] = []

    def counted(service: object, dataset: Dataset, rows: int) -> object:
        seen.append(dataset.slug)
        return names_of(service, dataset, rows)  # type: ignore[arg-type]  # as it is called

    monkeypatch.setattr(lexicon_store, "names_of", counted)
    return seen


def lexicon(town: City) -> Lexicon:
    return town.lexicons.make(town.registry.all(), keep=True)


def knows(lexicon: Lexicon, word: str = "زرافه") -> bool:
    return lexicon.names.is_word(word)


def kept(town: City) -> list[Path]:
    """The files of names."""
    return sorted((town.home / "index").rglob("*.kept"))


def another(town: City) -> City:
    """The same city in another process."""
    return City(town.home, town.store, town.clock, parts=town.parts)


def test_names_are_read_once_a_state_and_by_another_process_not_at_all(town: City, read: list[str]) -> None:
    assert knows(lexicon(town))
    assert read == ["works"]
    lexicon(town)
    assert read == ["works"]
    assert len(kept(town)) == 1
    assert knows(lexicon(another(town)))
    assert read == ["works"]
    publish(town, sheet(4, year=1405), "1405", "works-1405.csv")
    assert knows(lexicon(town))
    assert read == ["works"] * 2
    assert len(kept(town)) == 1


def test_a_file_of_names_that_is_none_is_read_from_the_rows_again(town: City, read: list[str]) -> None:
    lexicon(town)
    (file,) = kept(town)
    for content in (b"", b"{", b"[]", json.dumps({"fields": 3}).encode()):
        file.write_bytes(content)
        assert knows(lexicon(another(town)))
    assert read == ["works"] * 5


def test_nothing_withheld_is_in_a_file_of_names(town: City) -> None:
    lexicon(town)
    (file,) = kept(town)
    text = file.read_text(encoding="utf-8")
    assert NAME in text
    assert SECRET not in text
    assert {each["field"] for each in json.loads(text)["fields"]} == {"number", "subject"}


@pytest.fixture(params=["erased", "withdrawn"])
def gone(request: pytest.FixtureRequest, town: City) -> City:
    """The city after the row with the name has gone, its names having been kept before."""
    assert knows(lexicon(town))
    town.lexicons._wanted = Event()  # as where a thread makes them
    release = town.release_store.release("works", "1404", 1)
    if request.param == "erased":
        erase(town.publish_context, release, [4], "personal-data", BY, dataset=town.registry.get("works"))
    else:
        withdraw(town.publish_context, release, "personal-data", BY)
    return town


def test_a_name_that_is_gone_is_in_no_file_and_in_no_answer_at_once(gone: City) -> None:
    assert not kept(gone)
    meanwhile = gone.lexicons.lexicon(gone.registry.all())
    assert not knows(meanwhile)
    assert meanwhile.pending == {"works"}
    body = Client().get("/api/v1/search", {"q": QUESTION})
    assert NAME not in body.content.decode()
    assert promised(body)["pending"] is True
    assert body["Cache-Control"] == "no-store"
    after = lexicon(gone)
    assert not knows(after)
    assert not after.pending
    assert gone.lexicons.lexicon(gone.registry.all()) is after
    assert all(NAME not in file.read_text(encoding="utf-8") for file in kept(gone))
    assert promised(Client().get("/api/v1/search", {"q": QUESTION}))["pending"] is False


def test_what_is_no_longer_published_is_not_kept(town: City) -> None:
    """Whoever read names while a release was withdrawn comes too late to write them down."""
    before = town.release_store.snapshot("works")
    withdraw(town.publish_context, town.release_store.release("works", "1404", 1), "personal-data", BY)
    assert not town.index_store.keep(before, "names", NAME.encode())
    assert not kept(town)


def test_until_new_names_are_read_the_older_ones_answer(town: City) -> None:
    lexicon(town)
    town.lexicons._wanted = Event()
    publish(town, sheet(4, year=1405).replace("کار ساختگی 2", "پل فیل سبز"), "1405", "works-1405.csv")
    meanwhile = town.lexicons.lexicon(town.registry.all())
    assert knows(meanwhile)
    assert not knows(meanwhile, "فیل")
    assert meanwhile.pending == {"works"}
    assert town.lexicons._wanted.is_set()
    sure = promised(Client().get("/api/v1/search", {"q": "تعداد کارها"}))
    assert sure["answers"][0]["figures"][0]["value"] == town.release_store.snapshot("works").rows
    assert "خوانده می‌شود" not in Client().get("/search", {"q": "تعداد کارها"}).content.decode()
    assert "خوانده می‌شود" in Client().get("/search", {"q": "تعداد کارها فیل"}).content.decode()
    assert knows(lexicon(town), "فیل")


def test_before_the_first_lexicon_is_made_it_is_said_that_answers_come(town: City) -> None:
    town.lexicons._wanted = Event()
    page = Client().get("/en/search", {"q": "تعداد کارها"})
    assert "ask again in a moment" in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert town.lexicons._wanted.is_set()


def test_after_questions_that_are_put_ahead_whoever_comes_first_is_answered(town: City) -> None:
    put_first_questions(town)
    town.lexicons._wanted = Event()
    body = promised(Client().get("/api/v1/search", {"q": QUESTION}))
    assert (bool(body["answers"]), body["pending"]) == (True, False)
    assert not town.lexicons._wanted.is_set()


def test_a_damaged_city_keeps_no_process_from_beginning(town: City, caplog: pytest.LogCaptureFixture) -> None:
    (town.home / "store" / "releases").rename(town.home / "store" / "elsewhere")
    (town.home / "store" / "releases").write_text("damaged", encoding="utf-8")
    put_first_questions(town)
    assert "no question could be answered ahead: NotADirectoryError" in caplog.text


def test_a_thread_makes_all_of_it_and_what_is_published_later(town: City) -> None:
    opened, later = Event(), Event()

    def prime(dataset: Dataset) -> None:
        if dataset.slug == "works":
            (later if opened.is_set() else opened).set()

    town.lexicons.serve(town.registry.all, prime)
    assert opened.wait(PATIENCE)
    assert knows(town.lexicons.lexicon(town.registry.all()))
    publish(town, sheet(4, year=1405).replace("کار ساختگی 2", "پل فیل سبز"), "1405", "works-1405.csv")
    town.lexicons.lexicon(town.registry.all())
    assert later.wait(PATIENCE)
    assert knows(town.lexicons.lexicon(town.registry.all()), "فیل")


def test_the_thread_is_gone_before_the_interpreter_is(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is inside DuckDB then would end the process by an abort; it leaves after the dataset that it is at."""
    at_exit: list[Callable[[], object]] = []
    monkeypatch.setattr(atexit, "register", lambda call, *words: at_exit.append(lambda: call(*words)))
    begun, go_on = Event(), Event()

    def prime(_dataset: Dataset) -> None:
        begun.set()
        go_on.wait(PATIENCE)

    town.lexicons.serve(town.registry.all, prime)
    (thread,) = [thread for thread in enumerate_threads() if thread.name == "lexicon" and thread.is_alive()][-1:]
    assert begun.wait(PATIENCE)
    monkeypatch.setattr(lexicon_store, "LEAVE_SECONDS", 0.01)
    at_exit[0]()
    assert thread.is_alive()
    go_on.set()
    monkeypatch.setattr(lexicon_store, "LEAVE_SECONDS", 60)
    at_exit[0]()
    assert not thread.is_alive()


def test_a_question_that_has_no_time_left_is_told_so(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    town.lexicons.is_primed = True
    monkeypatch.setattr(box, "ANSWERS_PROCESSOR", 0.0)
    monkeypatch.setattr(box, "QUESTION_PROCESSOR", 0.0)
    answer = Client().get("/api/v1/search", {"q": "تعداد کارها"})
    body = promised(answer)
    assert (body["answers"], body["pending"], body["unanswered"]) == ([], True, ["works"])
    assert answer["Cache-Control"] == "no-store"
    assert "Time was up" in Client().get("/en/search", {"q": "تعداد کارها"}).content.decode()
    # A whole sentence has not too many words: nobody has read it yet.
    sentence = "سلام می‌خواستم بدانم که تعداد همهٔ کارهای شهر در این سال و سال پیش چند تا بوده است"
    later = Client().get("/api/v1/search", {"q": sentence})
    assert (later.status_code, promised(later)["pending"]) == (200, True)
    assert "Time was up" in Client().get("/en/search", {"q": sentence}).content.decode()


def test_what_is_opened_once_for_all_is_in_no_question_s_purse(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cold process: to read the names takes longer than a question may, and whoever comes first is answered all the same."""

    def slowly(service: QueryService, dataset: Dataset, rows: int) -> object:
        until = time.thread_time() + 0.6
        while time.thread_time() < until:
            pass
        return names_of(service, dataset, rows)

    monkeypatch.setattr(lexicon_store, "names_of", slowly)
    monkeypatch.setattr(box, "SEARCH_PROCESSOR", 0.5)
    body = promised(Client().get("/api/v1/search", {"q": "تعداد کارها"}))
    assert (body["pending"], body["unanswered"]) == (False, [])
    assert [answer["kind"] for answer in body["answers"]][:1] == ["figure"]


def test_names_that_a_busy_table_did_not_tell_are_asked_for_again(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> object:
        raise TooSlow

    monkeypatch.setattr(lexicon_store, "names_of", busy)
    assert lexicon(town).pending == {"works"}
    assert promised(Client().get("/api/v1/search", {"q": f"تعداد کارها {QUESTION}"}))["pending"]
    monkeypatch.setattr(lexicon_store, "names_of", names_of)
    assert not knows(town.lexicons.lexicon(town.registry.all()))
    town.lexicons._again_at = 0
    again = town.lexicons.lexicon(town.registry.all())
    assert knows(again)
    assert not again.pending


def test_where_time_was_up_nothing_is_called_unpublished(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    lexicon(town)

    def slow(*_: object, **__: object) -> object:
        raise TooSlow

    monkeypatch.setattr(facts, "answer_groups", slow)
    response = Client().get("/en/search", {"q": "تعداد کارها"})
    text = response.content.decode()
    assert response["Cache-Control"] == "no-store"
    assert "Time was up" in text
    assert "is in no dataset" not in text
    assert "not published yet" not in text
    assert promised(Client().get("/api/v1/search", {"q": "تعداد کارها"}))["pending"]
