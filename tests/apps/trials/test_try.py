"""/try: anybody's file is read and remarked, and nothing is left of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.apps.small_city import sheet
from tests.corpus.office_files import OfficeFile

from ayan.core.proposal import trial_process
from ayan.core.proposal.limits import LARGEST_TRIAL
from ayan.wiring.city import City

PAY = "شماره سند,تاریخ پرداخت,مبلغ (تومان)\n" + "".join(f"A-{100 + n},1403/05/{n:02},{n}000\n" for n in range(1, 13))
Trying = Callable[..., HttpResponse]


@pytest.fixture
def trying(reader: Client) -> Trying:
    """Sends a file to the English page."""

    def send(body: bytes, name: str = "pay.csv", lang: str = "en", **form: str) -> HttpResponse:
        file = io.BytesIO(body)
        file.name = name
        address = "/en/try" if lang == "en" else "/try"
        return reader.post(address, {"file": file, **form})  # type: ignore[return-value]  # Django's test client has one of its own

    return send


@pytest.fixture
def left(small_city: City) -> Callable[[], list[Path]]:
    """What a trial left in the folder of work; what other tests did in the same city stands there before it."""

    def files() -> set[Path]:
        return {path for path in (small_city.home / "work").rglob("*") if path.is_file()}

    before = files()
    return lambda: sorted(files() - before)


def test_the_page_is_there_in_both_languages_without_a_cookie(reader: Client) -> None:
    for address, words in (("/try", "پرونده‌ای را بیازمایید"), ("/en/try", "Try a file")):
        answer = reader.get(address)
        assert answer.status_code == 200
        assert words in answer.content.decode()
        assert answer.headers["Cache-Control"] == "no-store"
        assert not answer.cookies


def test_a_file_is_read_against_a_proposal(trying: Trying, left: Callable[[], list[Path]]) -> None:
    page = trying(PAY.encode()).content.decode()
    assert "Rows without an error" in page
    assert "money_unit = &quot;toman&quot;" in page
    assert "A-101" not in page
    silent = trying(PAY.replace(" (تومان)", "").encode(), lang="fa")
    assert silent.headers["Cache-Control"] == "no-store"
    assert "واحد پول" in silent.content.decode()
    assert left() == []


def test_questions_are_answered_by_clicking(trying: Trying, left: Callable[[], list[Path]]) -> None:
    """The answers go with the same file once more, those given before among them; nothing is kept in between."""
    silent = PAY.replace(" (تومان)", "").encode()
    asked = trying(silent).content.decode()
    assert '<input type="radio" name="answer:unit" value="million_rial">' in asked
    assert "million rial" in asked
    done = trying(silent, **{"answer:unit": "toman"}).content.decode()
    assert "money_unit = &quot;toman&quot;" in done
    assert 'type="radio"' not in done
    assert '<input type="hidden" name="answer:unit" value="toman">' in done
    other = trying(silent, **{"answer:unit": "toman", "written:unit": "یورو/euro"}).content.decode()
    assert "euro" in other
    assert "money_unit" not in other
    refused = trying(silent, **{"answer:colour": "red"}).content.decode()
    assert "belongs to no question" in refused
    assert left() == []


def test_a_messy_workbook_is_read(tmp_path: Path) -> None:
    """A merged header of two rows below a title that names the unit, titles of sections, a hidden row, a sum."""
    lines = [(f"P-{n:03}", f"آسفالت {n}", n * 1000, n * 700) for n in range(1, 11)]
    rows = [
        ("پروژه‌های عمرانی (ارقام به تومان)", None, None, None), ("کد", "عنوان پروژه", "اعتبار", None),
        (None, None, "مصوب", "عملکرد"), ("منطقه ۱", None, None, None), *lines[:5], ("منطقه ۲", None, None, None),
        *lines[5:], ("جمع کل", None, 55_000, 38_500),
    ]  # fmt: skip
    spans = [(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 3)]
    file = OfficeFile(rows=rows, spans=spans, hidden=[7], stem="projects").written(tmp_path, "xlsx")
    (tmp_path / "work").mkdir()
    outcome = trial_process.try_apart(file, tmp_path / "work", declaration=None, source="default", period="")
    assert outcome.refused is None
    assert outcome.read == 10
    ((_, text), *_) = outcome.texts
    for said in ("header_rows = 2", 'do = "carry"', 'money_unit = "toman"'):
        assert said in text


def test_nothing_is_tried_without_a_file(reader: Client) -> None:
    for address, words in (("/try", "پرونده‌ای برگزیده نشده است"), ("/en/try", "No file was chosen")):
        for form in ({}, {"file": ""}, {"file": "a name alone"}):
            answer = reader.post(address, form)
            assert (answer.status_code, words in answer.content.decode()) == (422, True), form


def test_a_file_is_read_against_a_published_dataset(
    trying: Trying, small_city: City, left: Callable[[], list[Path]]
) -> None:
    good = trying(sheet(3, year=1403).encode(), "works.csv", dataset="works", period="1403").content.decode()
    assert "Rows without an error" in good
    assert "<strong>Error</strong>" not in good
    bad = trying(sheet(bad=True).encode(), "works.csv", dataset="works", period="1403").content.decode()
    assert "<strong>Error</strong>" in bad
    assert left() == []
    assert small_city.release_store.releases("unsent") == []


def test_what_is_not_taken_is_refused_with_its_reason(trying: Trying, reader: Client) -> None:
    assert trying(b"a,b\n1,2\n", dataset="no-such").status_code == 422
    assert reader.post("/en/try", {"dataset": ""}).status_code == 422
    assert trying(b"x" * (LARGEST_TRIAL + 1)).status_code == 413
    assert "could not be read" in trying(b"").content.decode() or trying(b"").status_code == 422
    unread = trying(b"%PDF-1.7 not a table", "report.pdf").content.decode()
    assert "The file could not be read." in unread


def test_a_form_of_another_site_is_turned_away(reader: Client) -> None:
    file = io.BytesIO(PAY.encode())
    file.name = "pay.csv"
    answer = reader.post("/en/try", {"file": file}, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
