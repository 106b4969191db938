"""Short codes of citations: they lead where the long ones lead, and none is given for words that nobody published."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path

import openpyxl
import pytest
from django.test import Client
from tests.apps.catalog_pages.page_elements import links, page, shown

from ayan.apps.catalog.citation import citations, short_codes
from ayan.wiring import city
from ayan.wiring.city import City

HOST = "http://testserver"


def both(address: str) -> tuple[str, str]:
    """The long and the short address that a page offers; empty where it offers none."""
    whole = [href for href in links(page(Client(), address)) if re.search("^http.*/c/[0-9a-z]+$", href)]
    offered = [href.replace(HOST, "") for href in whole]
    long = next((href for href in offered if len(href.rpartition("/")[2]) > short_codes.LENGTH), "")
    return long, next((href for href in offered if len(href.rpartition("/")[2]) == short_codes.LENGTH), "")


@pytest.mark.parametrize(
    "address",
    ["/data/parts", "/en/data/parts?cost__gte=1000&_by=unit", "/data/parts?work=C-020", "/en/data/parts/r/P-2"],
)
def test_a_short_code_leads_to_the_page_of_the_long_one(own: City, address: str) -> None:
    long, short = both(address)
    answer = Client().get(short)
    assert (answer.status_code, answer.headers["Location"]) == (302, long)
    assert answer.headers["Cache-Control"] == "no-store"
    assert short.rpartition("/")[2] == short_codes.short_code(long.rpartition("/")[2])
    assert both(long)[1] == short
    typed = short.upper().replace("0", "O").replace("1", "I")
    assert Client().get(typed.replace("/C/", "/c/").replace("/EN/", "/en/")).headers["Location"] == long


def test_it_stands_in_the_words_that_are_copied_from_the_left(own: City) -> None:
    _, short = both("/data/parts")
    text = page(Client(), "/data/parts")
    assert re.search(rf'<bdi dir="ltr"[^>]*>{HOST}{short}</bdi>', text)
    assert rf"Short address: \url{{{HOST}{short}}}" in text
    assert "نشانی کوتاه" in shown(text)


@pytest.mark.parametrize("query", ["_search=0012345678", "work=no-such-work", "work__contains=C", "work__in=C-020,x"])
def test_words_that_nobody_published_are_not_kept(own: City, query: str) -> None:
    long, short = both(f"/data/parts?{query}")
    assert short == ""
    page(Client(), long)
    kept = own.home / short_codes.FOLDER
    assert not any(long.rpartition("/")[2] in path.read_text() for path in kept.glob("*"))
    assert Client().get(f"/c/{short_codes.short_code(long.rpartition('/')[2])}").status_code == 404


def test_two_that_collide_leave_the_second_without(own: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(short_codes, "short_code", lambda code: "000000000000")
    long, short = both("/data/parts")
    other, none = both("/data/parts?work=C-020")
    assert short
    assert none == ""
    assert Client().get(short).headers["Location"] == long != other


def test_a_line_that_is_cut_short_or_forged_is_none(own: City) -> None:
    # What other tests had kept in the city would share its file with it once in a thousand.
    shutil.rmtree(own.home / short_codes.FOLDER, ignore_errors=True)
    _, short = both("/data/parts")
    code = short.rpartition("/")[2]
    path = own.home / short_codes.FOLDER / f"{code[:2]}.txt"
    whole = path.read_text()
    path.write_text(whole[:-3])
    assert Client().get(short).status_code == 404
    assert both("/data/parts")[1] == short
    assert path.read_text() == whole
    path.write_text(f"{code} {citations.encode(citations.Cited('parts', (), bytes(10)))}\n")
    assert Client().get(short).status_code == 404


def test_copies_previews_and_full_disks_do_without(own: City, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(city, "current", lambda: own.stopped(own.clock.now()))
        assert both("/data/parts")[1] == ""
    shutil.rmtree(own.home / short_codes.FOLDER, ignore_errors=True)
    (own.home / short_codes.FOLDER).write_bytes(b"")
    assert both("/data/parts")[1] == ""


def test_the_second_sheet_of_a_file_for_people_names_it(own: City) -> None:
    answer = Client().get("/api/v1/datasets/parts/rows.xlsx?work=C-020&_lang=fa&_calendar=jalali&_unit=toman")
    about = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).worksheets[1]
    said = {row[0]: row[1] for row in about.iter_rows(values_only=True) if row[0]}
    long, short = (said[name].rpartition("/")[2] for name in ("نشانی ماندگار", "نشانی کوتاه"))
    assert Client().get(f"/c/{short}").headers["Location"] == f"/c/{long}"


def test_only_the_owner_reads_what_is_kept(own: City) -> None:
    both("/data/parts")
    folder: Path = own.home / short_codes.FOLDER
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
