"""Files that readers downloaded here and hand in again: whole, saved again, changed, cut, renamed, and of strangers."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.test import Client
from tests.apps.catalog_pages.page_elements import links, shown
from tests.apps.small_city import HOSTILE, SECRET, build

from ayan.core.publish.erasure import erase
from ayan.core.publish.sealing import withdraw
from ayan.core.query.limits import LARGEST_COMPARED
from ayan.core.values.clock import FixedClock
from ayan.wiring import city
from ayan.wiring.city import City

ROWS = "/api/v1/datasets/works/rows"
SAME = "It is what was published."
RESAVED = "The values are what was published."
DIFFERS = "This file differs from what was published."
ROWS_HOLD = "The rows of this file are those that were sealed."


def fetched(reader: Client, address: str) -> tuple[bytes, str]:
    """A download, and the name that a browser gives it."""
    answer = reader.get(address)
    assert answer.status_code == 200, address
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]  # a stream has it
    named = re.search('filename="([^"]+)"', answer.headers.get("Content-Disposition", ""))
    return body, named[1] if named else "rows.json"


def said(reader: Client, body: bytes, name: str, typed: str = "") -> str:
    """What the English page says of a file, its tags apart."""
    file = io.BytesIO(body)
    file.name = name
    answer = reader.post("/en/verify", {"file": file, "q": typed}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        f"{ROWS}.csv",
        f"{ROWS}.csv?state=open&_sort_desc=amount&_fields=number,amount&_lang=fa&_calendar=jalali",
        f"{ROWS}.csv?_release=1403/1",
        f"{ROWS}.ndjson?amount__gte=20000000",
        f"{ROWS}.xlsx?_lang=en",
        f"{ROWS}.xlsx?amount__gte=20000000&_calendar=jalali&_lang=fa&_unit=toman",
        f"{ROWS}.parquet?state=open",
        f"{ROWS}.json?_size=7&_count=1&_lang=fa",
        "/api/v1/datasets/works/groups?by=state&sum=amount",
    ],
)
def test_every_download_is_asked_again_and_is_the_same(reader: Client, address: str) -> None:
    body, name = fetched(reader, address)
    whole = said(reader, body, name)
    assert SAME in whole
    assert "among the first" in shown(whole)
    assert "This log has no outside witness." in whole
    assert "everybody has the key this log is signed with" in whole
    assert "published so" not in whole
    assert SECRET not in whole


def test_the_second_page_of_an_answer_is_the_same(reader: Client) -> None:
    following = json.loads(fetched(reader, f"{ROWS}.json?_size=40")[0])["next"]
    assert SAME in said(reader, fetched(reader, following)[0], "download.json")


def test_documents_and_workbooks_say_how_they_came_about(reader: Client, small_city: City) -> None:
    log = small_city.transparency_log.log
    answer = json.loads(fetched(reader, f"{ROWS}.json?state=open&_size=2")[0])
    assert answer["address"] == f"{ROWS}.json?state=open&_size=2"
    assert answer["log"] == {"origin": log.origin, "size": 4, "root": log.root(4).hex()}
    metadata = pq.read_schema(io.BytesIO(fetched(reader, f"{ROWS}.parquet")[0])).metadata
    assert metadata[b"ayan.address"] == f"{ROWS}.parquet".encode()
    assert metadata[b"ayan.log"].decode() == f"{log.origin} 4 {log.root(4).hex()}"
    assert (metadata[b"ayan.state"].decode(), metadata[b"ayan.releases"]) == (answer["state"], b"1403/2")
    book = openpyxl.load_workbook(io.BytesIO(fetched(reader, f"{ROWS}.xlsx?number__contains={'x' * 150}")[0]))
    held = {each.name: each.value for each in book.custom_doc_props.props}
    assert held["ayan.state"] == answer["state"]
    assert f"{held['ayan.address']}{held.get('ayan.address.2', '')}".endswith("x" * 150)
    # The earlier release stands in the log before the later one came.
    assert json.loads(fetched(reader, f"{ROWS}.json?_release=1403/1")[0])["log"]["size"] == 3


@pytest.mark.parametrize("unit", ["rial", "toman", "mtoman"])
def test_rows_of_a_workbook_for_people_are_known_without_its_question(reader: Client, unit: str) -> None:
    body, _ = fetched(reader, f"{ROWS}.xlsx?_calendar=jalali&_lang=fa&_unit={unit}")
    book = openpyxl.load_workbook(io.BytesIO(body))
    for name in [each.name for each in book.custom_doc_props.props]:
        del book.custom_doc_props[name]
    book.worksheets[0].delete_rows(5, 9)
    saved = io.BytesIO()
    book.save(saved)
    assert ROWS_HOLD in said(reader, saved.getvalue(), "mine.xlsx")
    book.worksheets[0]["A2"] = "C-999"
    saved = io.BytesIO()
    book.save(saved)
    assert ROWS_HOLD not in said(reader, saved.getvalue(), "mine.xlsx")


def changed(body: bytes) -> bytes:
    """A CSV in which the amount of C-007 has another digit."""
    assert body.count(b",7000000,") == 1
    return body.replace(b",7000000,", b",1000000,")


def test_a_changed_digit_is_told_by_row_column_and_both_values(reader: Client) -> None:
    body, name = fetched(reader, f"{ROWS}.csv")
    whole = said(reader, changed(body), name)
    assert DIFFERS in whole
    assert "One cell differs" in shown(whole)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", whole.partition("Cells that differ, table")[2].partition("</table>")[0])
    assert [shown(cell).strip() for cell in cells] == ["Amount", "1000000", "7000000", "1403/2#8"]
    assert "/en/data/works/r/C-007" in links(whole, "/en/data/works/r/")
    persian = reader.post("/verify", {"file": _named(changed(body), name)}).content.decode()
    assert "این پرونده با آنچه منتشر شد فرق دارد." in persian
    assert "۱ خانه فرق دارد" in shown(persian).replace("\u061c", "")


def _named(body: bytes, name: str) -> io.BytesIO:
    file = io.BytesIO(body)
    file.name = name
    return file


def test_rows_taken_out_added_or_moved_are_told(reader: Client) -> None:
    body, name = fetched(reader, f"{ROWS}.csv?state=open")
    head, *lines = body.splitlines(keepends=True)
    without = b"".join([head, *lines[:3], *lines[4:]])
    whole = said(reader, without, name)
    assert DIFFERS in whole
    assert "One row is not in your file" in shown(whole)
    added = said(reader, body + lines[0], name)
    assert "One row of your file is not in what was published" in shown(added)
    moved = said(reader, b"".join([head, *reversed(lines)]), name)
    assert RESAVED in moved
    assert "another order" in moved


def test_what_a_spreadsheet_program_saves_again_has_the_same_values(reader: Client) -> None:
    body, name = fetched(reader, f"{ROWS}.csv")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    out = io.StringIO()
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)
    assert RESAVED in said(reader, out.getvalue().encode(), name)
    book = openpyxl.Workbook()
    for row in rows:
        assert book.active is not None
        book.active.append([int(cell) if cell.isdecimal() else cell for cell in row])
    saved = io.BytesIO()
    book.save(saved)
    assert RESAVED in said(reader, saved.getvalue(), name.replace(".csv", ".xlsx"))
    parquet, _ = fetched(reader, f"{ROWS}.parquet")
    table = pq.read_table(io.BytesIO(parquet))
    at = table.schema.get_field_index("amount")
    amounts: list[Any] = table["amount"].to_pylist()
    more = pa.array([value + (index == 4) for index, value in enumerate(amounts)], pa.int64())
    again = io.BytesIO()
    pq.write_table(table.set_column(at, table.schema.field(at), more), again)
    whole = said(reader, again.getvalue(), "anything.parquet")
    assert DIFFERS in whole
    assert "5000001" in whole


def test_a_renamed_file_is_compared_row_by_row_and_whole_with_its_address(reader: Client) -> None:
    body, _ = fetched(reader, f"{ROWS}.csv?state=open&_calendar=jalali&_lang=fa")
    assert ROWS_HOLD in said(reader, body, "mine.csv")
    # A browser that has one of this name already adds to it.
    whole, name = fetched(reader, f"{ROWS}.csv")
    assert SAME in said(reader, whole, name.replace(".", " (1).", 1))
    page = "/en/data/works?state=open"
    plain, _ = fetched(reader, f"{ROWS}.csv?state=open")
    assert SAME in said(reader, plain, "mine.csv", f"https://city.example{page}")
    cut = b"".join(plain.splitlines(keepends=True)[:9])
    assert ROWS_HOLD in said(reader, cut, "mine.csv")
    assert DIFFERS in said(reader, cut, "mine.csv", page)
    assert "7000000" in said(reader, changed(plain), "mine.csv")


def test_a_part_of_a_release_is_compared_with_the_sealed_one(reader: Client, small_city: City) -> None:
    (part,) = small_city.release_store.release("works", "1403", 2).parts()
    body, name = fetched(reader, f"/api/v1/datasets/works/releases/1403/2/{part.name}")
    assert "is the one that was sealed" in said(reader, body, name)
    table = pq.read_table(part)
    at = table.schema.get_field_index("amount")
    amounts: list[Any] = table["amount"].to_pylist()
    more = pa.array([value + (index == 6) for index, value in enumerate(amounts)], pa.int64())
    again = io.BytesIO()
    pq.write_table(table.set_column(at, table.schema.field(at), more), again)
    whole = said(reader, again.getvalue(), name)
    assert DIFFERS in whole
    assert "One cell differs" in shown(whole)
    assert "7000001" in whole


@pytest.mark.parametrize(
    ("body", "name"),
    [(b"number,_row\nC-001,1403/2\n", "works-1.csv"), (b'{"a":' * 50_000, "x.json"), (b"", "empty.csv")],
)
def test_what_is_no_table_of_ours_is_never_called_a_lie(reader: Client, body: bytes, name: str) -> None:
    whole = said(reader, body, name)
    assert "No sealed file has this digest." in whole
    assert "made anew for each question" in whole


def test_hostile_names_and_cells_run_nothing(reader: Client) -> None:
    body, name = fetched(reader, f"{ROWS}.csv")
    whole = said(reader, body.replace(b",7000000,", f',"{HOSTILE}",'.encode()), f"{name}{HOSTILE[:20]}.csv")
    assert HOSTILE not in whole


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A small city of its own."""
    own = build(tmp_path)
    monkeypatch.setattr(city, "current", lambda: own)
    return own


def test_what_was_read_then_is_asked_again_as_of_then(town: City, publish_more: Callable[[City], None]) -> None:
    reader = Client()
    files = [fetched(reader, f"{ROWS}.{form}") for form in ("csv", "xlsx")]
    publish_more(town)
    for body, name in files:
        whole = said(reader, body, name)
        assert SAME in whole
        assert "It is no longer so today." in whole
    # Its reader knows where it came from, and not when.
    assert SAME in said(reader, files[0][0], "mine.csv", "/data/works")
    assert "One cell differs" in shown(said(reader, changed(files[0][0]), "mine.csv", "/data/works"))
    release = town.release_store.current("works")["1403"]
    erase(town.publish_context, release, [5], "personal-data", "ناظر ساختگی", dataset=town.registry.get("works"))
    for body, name in files:
        whole = said(reader, body, name)
        assert "It can no longer be checked as a whole." in whole
        assert "are still kept are those that were sealed" in whole
        assert "One row is no longer kept" in whole
    assert DIFFERS in said(reader, changed(files[0][0]), files[0][1])
    withdraw(town.publish_context, town.release_store.current("works")["1403"], "wrong-data", "ناظر ساختگی")
    for body, name in files:
        assert "It can no longer be checked as a whole." in said(reader, body, name)


@pytest.fixture
def publish_more() -> Callable[[City], None]:
    """Publish one year more."""
    from tests.apps.small_city import publish, sheet

    def more(town: City) -> None:
        clock = town.clock
        assert isinstance(clock, FixedClock)
        clock.move(timedelta(hours=1))
        publish(town, sheet(4, year=1404), "1404", "works-1404.csv")

    return more


def test_a_file_for_which_nothing_is_left_to_compare_says_so(town: City) -> None:
    reader = Client()
    body, name = fetched(reader, f"{ROWS}.csv")
    (part,) = town.release_store.release("works", "1403", 2).parts()
    part.chmod(0o644)
    part.write_bytes(part.read_bytes()[:-8] + b"12345678")
    whole = said(reader, body, name)
    assert "What is kept is not what was sealed." in whole
    assert part.name in whole


def test_a_larger_file_is_compared_as_a_whole(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    body, name = fetched(reader, f"{ROWS}.csv")
    assert len(body) < LARGEST_COMPARED
    monkeypatch.setattr("ayan.apps.logbook.views.LARGEST_COMPARED", 1000)
    assert SAME in said(reader, body, name)
    assert "was not compared cell by cell" in said(reader, changed(body), name)


def test_nothing_of_what_is_sent_stays(town: City) -> None:
    reader = Client()
    body, name = fetched(reader, f"{ROWS}.csv")
    before = sorted(town.home.rglob("*"))
    answer = reader.post("/verify", {"file": _named(changed(body), name)})
    assert answer["Cache-Control"] == "no-store"
    assert reader.cookies == {}
    assert [path for path in town.home.rglob("*") if path not in before and path.is_file()] == []


LISTS = ("/api/v1/missing.csv", "/api/v1/withheld.csv", "/api/v1/datasets/works/changes.csv?from=1403/1&to=1403/2")


@pytest.mark.parametrize("address", [*LISTS, "/api/v1/compare.csv?_data=works&_by=state&_side=open&_side=done"])
def test_a_list_that_is_computed_is_ours_too(reader: Client, address: str) -> None:
    body, name = fetched(reader, address)
    assert "It is what this site gives." in said(reader, body, name)
    assert "It is what this site gives." in said(reader, body, "renamed.csv", address)
    head, _, rest = body.partition(b"\n")
    if rest.strip():
        assert "This file differs from what this site gives." in said(reader, head + b"\nother,\n" + rest, name)


def test_a_list_of_another_time_is_not_called_false(town: City, publish_more: Callable[[City], None]) -> None:
    reader = Client()
    body, name = fetched(reader, "/api/v1/withheld.csv")
    publish_more(town)
    whole = said(reader, body.replace(b"works", b"wirks"), name)
    assert "This list is of another time." in whole
    assert "differs" not in whole


@pytest.mark.parametrize(
    "typed", ["/desk/", "/api/v1/datasets/works/rows.csv?nothing=1", "/metrics", "/healthz", "//x"]
)
def test_no_other_address_is_asked_for_a_reader(reader: Client, typed: str) -> None:
    assert "No sealed file has this digest." in said(reader, b"a,b\n1,2\n", "mine.csv", typed)
