"""Lists as people turn their pages, and filters as people type into them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from tests.apps.catalog_pages.page_elements import page, shown

from ayan.apps.catalog.explorer import typed_values
from ayan.core.values.asked_value import BadValue

RECORD = re.compile(r'<th scope="row"><a href="(?:/en)?/data/parts/r/([^"]+)"')


def parts(text: str) -> list[str]:
    return RECORD.findall(text)


def days(visitor: Client, text: str) -> list[str]:
    rows = {
        row["part"]: row["paid"] for row in visitor.get("/api/v1/datasets/parts/rows.json?_size=1000").json()["rows"]
    }
    return [rows[part] for part in parts(text)]


def test_the_newest_rows_come_first_and_the_address_need_not_say_so(visitor: Client) -> None:
    dates = [day for day in days(visitor, page(visitor, "/data/parts")) if day]
    assert dates == sorted(dates, reverse=True)
    again = visitor.get("/data/parts?_sort_desc=paid")
    assert (again.status_code, again.headers["Location"]) == (302, "/data/parts")


def test_pages_have_numbers_and_hold_every_row_once(visitor: Client) -> None:
    first = page(visitor, "/en/data/parts")
    total = int(re.search(r"Rows 1 to 25 of (\d+)", shown(first))[1])  # type: ignore[index]  # it is there
    seen = parts(first)
    address = "/en/data/parts?_page=2"
    assert f'href="{address}"' in first
    second = page(visitor, address)
    assert '<a rel="prev" href="/en/data/parts"' in second
    assert '<span aria-current="page">2</span>' in second
    seen += parts(second)
    assert len(seen) == len(set(seen)) == total
    # A page that is not there is told, and what is there is shown.
    answer = visitor.get("/en/data/parts?_page=40")
    assert answer.status_code == 400
    assert "no page of this number" in answer.content.decode()
    assert visitor.get("/en/data/parts?_page=0").status_code == 400


def test_another_page_of_sorted_and_filtered_rows_keeps_both(visitor: Client) -> None:
    text = page(visitor, "/en/data/parts?cost__gte=0&_sort=cost&_size=25&_page=2")
    before = re.search(r'rel="prev" href="([^"]+)"', text)
    assert before
    assert unescape(before[1]) == "/en/data/parts?cost__gte=0&_sort=cost"


def test_what_cannot_be_read_is_told_at_its_box_and_the_rest_holds(visitor: Client) -> None:
    before = "http://testserver/data/parts?cost__gte=10000&unit__contains=فنی"
    answer = visitor.get("/data/parts?cost__gte.toman=زیاد&unit__contains=فنی", headers={"Referer": before})
    text = answer.content.decode()
    assert answer.status_code == 400
    box = re.search(r'<input class="field" id="box-cost-gte"[^>]*>', text)
    assert box
    assert 'value="زیاد"' in box[0]
    assert 'aria-invalid="true" aria-describedby="wrong-cost-gte"' in box[0]
    assert 'id="wrong-cost-gte"' in text
    assert '<a href="#box-cost-gte">' in text
    assert 'role="alert" tabindex="-1"' in text
    # The rows are those of the page where it was typed.
    held = page(visitor, "/data/parts?cost__gte=10000&unit__contains=فنی")
    assert parts(text) == parts(held)
    alone = visitor.get("/data/parts?cost__gte.toman=زیاد&unit__contains=فنی").content.decode()
    assert parts(alone) == parts(page(visitor, "/data/parts?unit__contains=فنی"))


@pytest.mark.parametrize(
    ("box", "typed", "spelled"),
    [
        ("cost__gte.toman", "یک میلیارد", "cost__gte=10000000000"),
        ("cost__gte.mtoman", "۲٫۵ میلیارد تومان", "cost__gte=25000000000"),
        ("cost__lte.toman", "1 billion rial", "cost__lte=1000000000"),
        ("paid__gte", "۱۲/۵/۱۴۰۳", "paid__gte=1403-05-12"),
        ("paid__lte", "5/13/2024", "paid__lte=1403-02-24"),
    ],
)
def test_people_type_as_they_write(visitor: Client, box: str, typed: str, spelled: str) -> None:
    answer = visitor.get("/data/parts", {box: typed})
    assert answer.status_code == 302
    assert spelled in answer.headers["Location"]


def test_a_day_that_may_be_a_month_is_not_guessed(visitor: Client) -> None:
    text = visitor.get("/en/data/parts?paid__gte=5/6/2024").content.decode()
    assert "which number is the day and which the month" in text
    with pytest.raises(BadValue):
        typed_values.rial("یک میلیارد دلار", "toman")


def test_names_in_a_list_lead_to_what_they_name(visitor: Client) -> None:
    text = page(visitor, "/en/data/parts?part=P-7")
    assert '<a href="/en/data/works/r/C-007">' in text
    # Beside a number stands what it names.
    row = text[text.index("<tbody>\n", text.index("data-hx-get" if "tbody" not in text else "tbl")) :]
    assert "C-007" in row


def test_groups_say_what_part_of_the_whole_they_are(visitor: Client) -> None:
    text = page(visitor, "/en/data/parts?_by=unit")
    shares = re.findall(r'data-h="Share of all">([^<]+)<', text)
    percents = [float(share.rstrip("%")) for share in shares if share != "—"]
    assert percents
    assert 99 < sum(percents) < 101


def test_a_second_link_leads_past_the_filter(visitor: Client) -> None:
    text = page(visitor, "/en/data/parts")
    skips = re.findall(r'<a class="skip" href="#([a-z]+)"', text)
    assert skips == ["main", "count"]
    assert 'id="count"' in text
    assert re.search(r'<a class="to-res" href="#count">See ', text)


def test_a_long_page_begins_with_what_stands_on_it(visitor: Client) -> None:
    text = page(visitor, "/en/data/works/r/C-007")
    listed = re.search(r'<details class="contents">(.*?)</details>', text, re.DOTALL)
    assert listed
    anchors = re.findall(r'href="#([^"]+)"', listed[1])
    assert len(anchors) >= 4
    assert all(len(re.findall(rf'\bid="{re.escape(anchor)}"', text)) == 1 for anchor in anchors)


def test_a_page_has_a_picture_for_those_who_pass_its_address_on(visitor: Client) -> None:
    for address in ("/data/parts", "/en/data/works/r/C-007", "/en/data/parts?_view=chart", "/data/unsent"):
        answer = visitor.get(address)
        text = answer.content.decode()
        picture = re.search(r'<meta property="og:image" content="http://testserver([^"]+)"', text)
        assert picture, address
        image = visitor.get(unescape(picture[1]))
        assert (image.status_code, image.headers["Content-Type"]) == (200, "image/png")
        assert image.content[16:24] == (1200).to_bytes(4, "big") + (630).to_bytes(4, "big")
        assert '<meta name="twitter:card" content="summary_large_image">' in text
    assert visitor.get("/about?_figure=page.share.png").status_code == 404


def cells(text: str) -> tuple[set[str], set[str]]:
    """The headers of the cells of the first row that a phone shows, and of those that it does not."""
    heads, _, rest = text.partition("scrolls sideways")[2].partition("<tbody>")
    columns = re.findall(r'<th scope="col"(?: class="([^"]*)")?[^>]*>(.*?)</th>', heads, re.DOTALL)[1:]
    named = [(kind, re.sub(r"<[^>]+>", " ", words).split()[0]) for kind, words in columns]
    row = re.findall(r'<td(?: class="([^"]*)")?', rest.partition("</tr>")[0])
    assert len(row) == len(named)
    # A tablet shows the same columns as a phone, with their heads.
    assert ["far" in kind.split() for kind, _ in named] == ["x" in kind.split() for kind in row]
    every = [(kind, head) for kind, (_, head) in zip(row, named, strict=True)]
    return tuple({head for kind, head in every if ("x" in kind.split()) is further} for further in (False, True))  # type: ignore[return-value]  # there are two


def test_a_phone_shows_what_says_most_of_a_row_and_all_that_was_asked_for(visitor: Client) -> None:
    heads, further = cells(page(visitor, "/en/data/parts"))
    assert len(heads) == 3
    assert "Cost" in heads
    assert "Work" in further
    # Whoever sorts by a column sees it, and whoever chooses columns sees all of them.
    heads, _ = cells(page(visitor, "/en/data/parts?_sort=work"))
    assert "Work" in heads
    _, further = cells(page(visitor, "/en/data/parts?_fields=part,subject,work,unit,cost,plan,paid"))
    assert further == set()
