"""Citations: a code that holds its question, still answers after corrections, and says what was withdrawn."""

from __future__ import annotations

import contextlib
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.apps.catalog_pages.page_elements import links, page, shown
from tests.apps.linked_city import copied, parts, publish

from ayan.apps.catalog.citation import citations
from ayan.apps.catalog.citation.citations import ALPHABET, Cited, NotACitation
from ayan.core.publish.sealing import withdraw
from ayan.core.values.clock import FixedClock
from ayan.wiring import city
from ayan.wiring.city import City

TEXT = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=60)
NAMES = st.text(st.characters(exclude_characters="\n=", exclude_categories=["Cs"]), min_size=1, max_size=20)
CITED = st.builds(
    Cited,
    st.from_regex("[a-z0-9][a-z0-9-]{0,30}", fullmatch=True),
    st.lists(st.tuples(NAMES, TEXT), max_size=6).map(tuple),
    st.binary(min_size=10, max_size=10),
)


@given(CITED)
def test_a_code_gives_back_what_it_holds(cited: Cited) -> None:
    code = citations.encode(cited)
    assert set(code) <= set(ALPHABET)
    assert citations.decode(code) == cited
    assert citations.decode(code.upper().replace("0", "O").replace("1", "l")) == cited


@given(CITED, st.data())
def test_a_letter_mistyped_is_noticed(cited: Cited, data: st.DataObject) -> None:
    code = citations.encode(cited)
    position = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from([letter for letter in ALPHABET if letter != code[position]]))
    with contextlib.suppress(NotACitation):
        assert citations.decode(code[:position] + other + code[position + 1 :]) != cited


@given(st.text(max_size=80))
def test_any_other_text_is_refused(text: str) -> None:
    try:
        citations.decode(text)
    except NotACitation:
        return
    assert citations.encode(citations.decode(text))


def test_a_code_cannot_blow_up() -> None:
    bomb = Cited("x", (("a", "0" * 1_000_000),), bytes(10))
    with pytest.raises(NotACitation):
        citations.decode(citations.encode(bomb))
    with pytest.raises(NotACitation):
        citations.decode("0" * 7_000)


def cited_at(address: str) -> str:
    """The address of the citation that a page offers, without its host."""
    return next(href for href in links(page(Client(), address)) if "/c/" in href).replace("http://testserver", "")


def correct(town: City) -> None:
    """A further release that changes one amount and leaves a row out."""
    assert isinstance(town.clock, FixedClock)
    town.clock.move(timedelta(days=1))
    publish(town, "parts", parts([n * 1000 for n in range(1, 41)], moved=9_000_000, left_out=[2, 9]), "parts-3.csv")


def test_a_citation_answers_the_same_after_a_correction(own: City) -> None:
    address = cited_at("/en/data/parts?cost__gte=1000&_by=unit")
    before = shown(page(Client(), address))
    assert "Still the same" in before
    correct(own)
    after = shown(page(Client(), address))
    assert "It has changed since" in after
    assert "Rows 39 38" in after
    frozen = next(href for href in links(page(Client(), address), "/en/data/parts?") if "_as_of" in href)
    text = shown(page(Client(), frozen))
    assert "39 rows" in text
    assert "_by=unit" in frozen


def test_a_citation_says_when_only_other_rows_changed(own: City) -> None:
    address = cited_at("/en/data/parts?work=C-020")
    correct(own)
    assert "The figures are the same" in shown(page(Client(), address))


def test_a_citation_of_withdrawn_rows_says_so(own: City) -> None:
    address = cited_at("/en/data/parts")
    correct(own)
    withdraw(own.publish_context, own.release_store.release("parts", "all", 2), "wrong-data", "ناظر ساختگی")
    text = shown(page(Client(), address, 410))
    assert "Some of these data have been withdrawn" in text
    assert "number 2" in text


def test_a_citation_of_one_release_stays_with_it(own: City) -> None:
    address = cited_at("/en/data/parts?_release=all/1")
    assert "Rows 40 40" in shown(page(Client(), address))
    withdraw(own.publish_context, own.release_store.release("parts", "all", 1), "wrong-data", "ناظر ساختگی")
    page(Client(), address, 410)


def test_a_citation_outlives_the_index_and_works_on_a_copy(
    own: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = cited_at("/en/data/parts?cost__gte=1000")
    copy = copied(own, tmp_path / "copy")
    shutil.rmtree(copy.home / "index")
    monkeypatch.setattr(city, "current", lambda: copy)
    assert "Still the same" in shown(page(Client(), address))


def test_a_record_is_cited_too(own: City) -> None:
    address = cited_at("/en/data/parts/r/P-7")
    assert "Part: P-7" in shown(page(Client(), address)).replace("\u2068", "").replace("\u2069", "")


def test_what_was_never_cited_is_not_found(own: City) -> None:
    forged = citations.encode(Cited("parts", (), bytes(10)))
    unknown = citations.encode(Cited("nothing", (), bytes(10)))
    for code in (forged, unknown, "made-up", "0"):
        page(Client(), f"/c/{code}", 404)


def test_a_question_that_can_no_longer_be_asked_is_told(own: City) -> None:
    mark = citations.mark_of(own.release_store.snapshot("parts"))
    code = citations.encode(Cited("parts", (("colour", "red"),), mark))
    assert "colour" in page(Client(), f"/c/{code}", 410)


def test_nothing_is_cited_where_nothing_is_published(own: City) -> None:
    assert not [href for href in links(page(Client(), "/data/unsent")) if "/c/" in href]


def test_the_words_of_a_citation_are_in_both_languages_and_in_bibtex(own: City) -> None:
    text = page(Client(), cited_at("/en/data/parts?unit__contains=<b>"))
    seen = shown(text)
    assert "شهر ساختگی، «تکه‌ها»" in seen
    assert "Invented city, “Parts”, where Unit contains" in seen.replace("\u2068", "").replace("\u2069", "")
    assert "@misc{parts-" in text
    assert "<b>" not in text.replace("<b></b>", "") or "&lt;b&gt;" in text
