"""The pages as a citizen meets them: both languages, without script or cookie, with hostile text made harmless."""

from __future__ import annotations

import io
import re
from html import unescape

import openpyxl
import pytest
from django.test import Client
from tests.apps.catalog_pages.page_elements import Elements, is_run_from_elsewhere, shown
from tests.apps.small_city import HOSTILE, ROWS, SECRET

from ayan.wiring.city import City

PAGES = [
    "/",
    "/data/",
    "/data/works",
    "/data/works?_view=columns",
    "/data/works?amount__gte=1000000&state__in=done&_sort_desc=amount&_unit=toman",
    "/data/works?_search=%3Cscript%3E",
    "/data/works?_release=1403/2",
    "/data/works/r/C-001",
    "/data/works/releases",
    "/data/works/releases/1403/1",
    "/data/works/releases/1403/2",
    "/data/unsent",
    "/data/unsent/releases",
    "/about",
    "/accessibility",
    "/privacy",
    "/developers",
]
REFUSALS = [
    ("/nothing", 404),
    ("/data/nothing", 404),
    ("/data/works/r/C-000", 404),
    ("/data/works/r/a~b~c", 404),
    ("/data/works/releases/1403/9", 404),
    ("/data/works/releases/..%2F..%2Fetc/1", 404),
    ("/data/works/releases/1402/1", 410),
    ("/data/works?_release=1402/1", 410),
    ("/data/works?_release=1399/1", 404),
    ("/data/works?nothing=1", 400),
    ("/data/works?_next=made-up", 400),
]
EVERYWHERE = [*PAGES, *(address for address, _ in REFUSALS)]
BOTH = ["", "/en"]


@pytest.mark.parametrize("prefix", BOTH)
@pytest.mark.parametrize("address", PAGES)
def test_every_page_opens_in_both_languages(reader: Client, prefix: str, address: str) -> None:
    response = reader.get(prefix + address)
    text = response.content.decode()
    assert response.status_code == 200
    assert response.headers["Content-Language"] == ("en" if prefix else "fa")
    assert f'<html lang="{"en" if prefix else "fa"}" dir="{"ltr" if prefix else "rtl"}">' in text
    assert "{%" not in text
    assert "{{" not in text


@pytest.mark.parametrize("prefix", BOTH)
@pytest.mark.parametrize(("address", "status"), REFUSALS)
def test_what_cannot_be_shown_is_a_page_with_its_status(reader: Client, prefix: str, address: str, status: int) -> None:
    response = reader.get(prefix + address)
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers
    assert "<h1>" in response.content.decode()


@pytest.mark.parametrize("prefix", BOTH)
@pytest.mark.parametrize("address", EVERYWHERE)
def test_a_page_sets_no_cookie_and_allows_no_foreign_or_inline_script(
    reader: Client, prefix: str, address: str
) -> None:
    response = reader.get(prefix + address)
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    for tag, attributes in Elements(response.content.decode()).tags:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        assert not is_run_from_elsewhere(tag, attributes)
        for name in ("href", "src", "action"):
            assert not str(attributes.get(name, "")).lower().startswith(("javascript:", "data:", "//")), attributes


@pytest.mark.parametrize("prefix", BOTH)
@pytest.mark.parametrize("address", EVERYWHERE)
def test_hostile_text_is_inert_and_withheld_values_are_nowhere(reader: Client, prefix: str, address: str) -> None:
    text = reader.get(prefix + address).content.decode()
    assert HOSTILE not in text
    assert "<script>" not in text
    assert not any(tag == "img" for tag, _ in Elements(text).tags)
    assert SECRET not in text


def test_hostile_text_is_shown_as_text(reader: Client) -> None:
    assert HOSTILE in unescape(reader.get("/data/works/r/C-001").content.decode())
    release = unescape(reader.get("/data/works/releases/1403/2").content.decode())
    assert "works <img src=x onerror=alert(3)>.csv" in release
    assert f"یک ردیف خراب {HOSTILE}" in release


def test_the_explorer_says_how_many_rows_and_what_they_come_to(reader: Client) -> None:
    text = shown(reader.get("/data/works").content.decode())
    assert "۶۰ ردیف" in text
    total = sum(n * 1_000_000 for n in range(1, ROWS + 1)) // 10
    assert total == 183_000_000
    assert "جمع مبلغ ۱۸۳ میلیون تومان" in text
    english = shown(reader.get("/en/data/works").content.decode())
    assert "60 rows" in english
    assert "183 million toman" in english


def test_pages_follow_each_other_without_loss_or_repetition(reader: Client) -> None:
    address, seen = "/data/works?_sort_desc=amount", []
    for _ in range(10):
        text = reader.get(address).content.decode()
        seen += re.findall(r'href="/data/works/r/(C-\d{3})"', text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        if following is None:
            break
        address = unescape(following[1])
    assert seen == [f"C-{n:03}" for n in range(ROWS, 0, -1)]


@pytest.mark.parametrize(
    ("unit", "shown_amount"), [("rial", "60,000,000"), ("toman", "6,000,000"), ("mtoman", "6.0"), ("", "6.0")]
)
def test_money_is_shown_in_one_unit_that_the_header_names(reader: Client, unit: str, shown_amount: str) -> None:
    query = f"&_unit={unit}" if unit else ""
    text = reader.get(f"/en/data/works?number=C-060{query}", follow=True).content.decode()
    # Lists are told in millions, the exact figure with each of them.
    exact = ' title="6,000,000 toman"' if unit in ("", "mtoman") else ""
    assert f'<data value="60000000"{exact}>{shown_amount}</data>' in text
    names = {"rial": "rial", "toman": "toman"}
    assert f'<span class="unit">{names.get(unit, "million toman")}</span>' in text
    assert f"Amount ({'rial' if unit == 'rial' else 'toman'})" in text, "what is typed is toman, whatever is shown"


def test_money_is_typed_in_the_unit_shown_and_asked_in_rial(reader: Client) -> None:
    text = reader.get("/data/works?amount__gte.toman=۵٬۹۰۰٬۰۰۰&amount__lte.toman=", follow=True).content.decode()
    assert "۲ ردیف" in shown(text)
    assert "/api/v1/datasets/works/rows.csv?amount__gte=59000000" in text
    refused = reader.get("/data/works?amount__gte.toman=زیاد")
    assert refused.status_code == 400
    assert "amount__gte" in refused.content.decode()


def test_a_result_is_offered_in_the_formats_that_have_a_button(reader: Client) -> None:
    text = reader.get("/en/data/works?state=open").content.decode()
    offered = re.findall(r'href="/api/v1/datasets/works/rows\.(\w+)\?state=open([^"]*)"><bdi>(\w+)</bdi>', text)
    as_read = "&amp;_calendar=gregorian&amp;_lang=en&amp;_unit=toman"
    assert offered == [
        ("csv", "", "CSV"),
        ("xlsx", as_read, "Excel"),
        ("ndjson", "", "JSON"),
        ("parquet", "", "Parquet"),
    ]
    persian = reader.get("/data/works?state=open&_unit=rial").content.decode()
    assert "rows.xlsx?state=open&amp;_calendar=jalali&amp;_lang=fa&amp;_unit=rial" in persian


def test_a_workbook_says_in_the_readers_language_where_it_is_from(reader: Client) -> None:
    address = "/api/v1/datasets/works/rows.xlsx?state=open&_calendar=jalali&_lang=fa&_unit=toman"
    book = openpyxl.load_workbook(io.BytesIO(b"".join(reader.get(address).streaming_content)))  # type: ignore[attr-defined]  # a stream has it
    rows, about = book.worksheets
    by_label = {label: text for label, text in about.iter_rows(min_col=1, max_col=2, values_only=True) if label}
    assert by_label["منبع"].startswith("شهر")
    assert "تومان" in by_label["واحد پول"]
    assert reader.get(by_label["نشانی ماندگار"].removeprefix("http://testserver")).status_code == 200
    assert reader.get(by_label["آیا این نتیجه همان است که مهر شد؟"]).status_code == 200
    assert by_label["همین نتیجه برای برنامه‌ها"].endswith(address)
    assert by_label["پروانهٔ استفاده"] == "ODC-BY-1.0"
    heads = [cell.value for cell in rows[1]]
    assert {"مبلغ (تومان)"} <= set(heads)
    assert SECRET not in "".join(
        str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row
    )


def test_links_on_a_page_keep_the_conditions_in_force(reader: Client) -> None:
    text = reader.get("/en/data/works?state__in=open&_unit=rial&_search=ساختگی").content.decode()
    sorting = [unescape(href) for href in re.findall(r'<th [^>]*><a href="([^"]+)"', text) if "_sort" in href]
    assert sorting
    for address in sorting:
        assert "state__in=open" in address
        assert "_unit=rial" in address
        assert "_search=" in address
        assert "_lang" not in address
        assert reader.get(address).status_code == 200
    assert '<link rel="alternate" hreflang="fa" href="/data/works?state__in=open&amp;_unit=rial&amp;_search=' in text


def test_a_sorted_column_says_so(reader: Client) -> None:
    text = reader.get("/data/works?_sort=amount").content.decode()
    assert text.count("aria-sort") == 1
    assert 'aria-sort="ascending"' in text


def test_counts_beside_choices_add_up_to_the_rows(reader: Client) -> None:
    text = reader.get("/en/data/works").content.decode()
    counts = re.findall(r'<span class="n">(\d+)</span>', text)
    assert sum(map(int, counts)) == ROWS


@pytest.mark.parametrize("prefix", BOTH)
def test_a_bad_question_names_every_parameter_that_is_wrong(reader: Client, prefix: str) -> None:
    response = reader.get(f"{prefix}/data/works?nothing=1&amount=many&holder_id=1")
    text = shown(response.content.decode())
    assert response.status_code == 400
    # A column by its label; what is no column here by what the reader wrote.
    for name in ("nothing", {"": "مبلغ:", "/en": "Amount:"}[prefix], "holder_id"):
        assert f" {name} " in text
    assert ("Error:" if prefix else "خطا:") in text


def test_a_record_leads_to_its_cell(reader: Client) -> None:
    text = shown(reader.get("/en/data/works/r/C-002").content.decode())
    assert "Row in the file 3" in text
    assert "Column A , header “ شماره ”" in text
    assert "This column is not published" in text


def test_a_release_says_what_was_left_out_and_who_approved_it(reader: Client) -> None:
    text = shown(reader.get("/en/data/works/releases/1403/2").content.decode())
    assert "1 row was left out" in text
    assert "تأییدکنندهٔ ساختگی" in text
    assert "Partial" in text


def test_a_superseded_release_says_so_and_can_still_be_read(reader: Client) -> None:
    assert "Superseded" in shown(reader.get("/en/data/works/releases/1403/1").content.decode())
    assert "5 rows" in shown(reader.get("/en/data/works?_release=1403/1").content.decode())


def test_a_withdrawn_release_leaves_its_mark(reader: Client) -> None:
    text = shown(reader.get("/en/data/works/releases/1402/1").content.decode())
    assert "The data were wrong" in text
    assert "ناظر ساختگی" in text
    assert "Withdrawn" in shown(reader.get("/en/data/works/releases").content.decode())


def test_an_unsent_dataset_says_who_owes_it(reader: Client) -> None:
    text = shown(reader.get("/en/data/unsent").content.decode())
    assert "No row of this dataset has been published yet" in text
    assert "Trial unit" in text


@pytest.mark.parametrize("prefix", BOTH)
@pytest.mark.parametrize("address", EVERYWHERE[:9])
def test_a_demo_says_that_it_is_invented_on_every_page(reader: Client, prefix: str, address: str) -> None:
    assert ("invented" if prefix else "ساختگی است") in reader.get(prefix + address).content.decode()


@pytest.mark.django_db
def test_every_link_within_the_site_leads_somewhere(reader: Client) -> None:
    waiting = ["/", "/en/"]
    seen: set[str] = set()
    while waiting:
        address = waiting.pop().split("#")[0]
        if address in seen or not address or len(seen) > 150:
            continue
        seen.add(address)
        response = reader.get(address)
        assert response.status_code in (200, 301, 302, 410), address
        if address.startswith("/static/") or "text/html" not in response.headers["Content-Type"]:
            continue
        elements = Elements(response.content.decode()).tags
        links = [str(attributes.get("href", "")) for tag, attributes in elements if tag in ("a", "link")]
        waiting += [href for href in links if href.startswith("/") and "_sort" not in href]
    assert len(seen) > 40


def test_numbers_have_a_form_for_the_voice(reader: Client) -> None:
    text = reader.get("/data/works?number=C-060&_unit=rial").content.decode()
    assert '<span aria-hidden="true">۶۰٬۰۰۰٬۰۰۰</span><span class="vh">۶۰۰۰۰۰۰۰</span>' in text


def test_the_address_with_a_second_spelling_leads_to_the_first(reader: Client) -> None:
    response = reader.get("/data")
    assert (response.status_code, response.headers["Location"]) == (301, "/data/")


def test_nothing_can_be_sent_to_a_public_page(reader: Client) -> None:
    assert reader.post("/data/works", {"a": "b"}).status_code == 405


def test_the_city_in_use_is_the_one_of_the_test(small_city: City, reader: Client) -> None:
    assert small_city.profile.name.fa in reader.get("/").content.decode()
