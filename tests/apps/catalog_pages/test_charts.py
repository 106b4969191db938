"""Charts at their doors: every month of a time axis, what is not whole or not there, ways to rows, files and frames."""

from __future__ import annotations

import re
import struct
from html import unescape
from typing import Final
from xml.etree import ElementTree

import pytest
from django.test import Client
from tests.apps.catalog_pages.page_elements import Elements, links, page, shown
from tests.apps.linked_city import publish
from tests.apps.small_city import declare

from ayan.datasets.registry import Registry
from ayan.wiring.city import City

PAY: Final = """
slug = "pay"
title.fa = "حقوق ساختگی"
title.en = "Invented pay"
description.fa = "ساختگی"
description.en = "Invented"
owner.fa = "واحد آزمون"
owner.en = "Trial unit"
topic = "money"
cadence = "yearly"
key = ["month"]

[[field]]
name = "month"
kind = "period"
label.fa = "ماه"
label.en = "Month"
required = true

[[field]]
name = "gross"
kind = "rial"
label.fa = "حقوق"
label.en = "Pay"
role = "amount"
nature = "flow"
"""
# Fifty-two months; nothing of three of them. What is sealed in Mordad 1403 speaks for no later month.
ABSENT: Final = ("1401-05", "1401-06", "1401-07")
MONTHS: Final = [f"{1399 + n // 12}-{n % 12 + 1:02}" for n in range(52)]
PAID: Final = {month: (100 + n) * 1_000_000 for n, month in enumerate(MONTHS) if month not in ABSENT}


@pytest.fixture
def paid(own: City) -> Client:
    """A visitor of the linked city with the pay of each month."""
    declare(own.home / "datasets", "pay", PAY)
    own.__dict__["registry"] = Registry((own.home / "datasets",))
    rows = "\n".join(f"{month.replace('-', '/')},{gross}" for month, gross in PAID.items())
    publish(own, "pay", f"ماه,حقوق\n{rows}\n", "pay.csv")
    return Client()


def figure(text: str, anchor: str) -> str:
    match = re.search(rf'<figure [^>]*id="{anchor}">.*?</figure>', text, re.DOTALL)
    assert match, anchor
    return match[0]


def drawing(text: str) -> str:
    """The wide drawing of a figure."""
    match = re.search(r"<svg xmlns.*?</svg>", text, re.DOTALL)
    assert match
    return match[0]


def table(text: str) -> list[list[str]]:
    body = re.search(r"<tbody>(.*?)</tbody>", text, re.DOTALL)
    assert body
    return [
        [shown(cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", body[1], re.DOTALL)
    ]


def test_no_month_is_left_out_and_what_is_missing_is_a_gap(paid: Client) -> None:
    for address, anchor in (("/en/data/pay", "years"), ("/en/data/pay?_view=chart", "months-0")):
        drawn = figure(page(paid, address), anchor)
        rows = table(drawn)
        assert len(rows) == len(MONTHS)
        assert [n for n, row in enumerate(rows) if row[1] == "—"] == [MONTHS.index(month) for month in ABSENT]
        assert rows[0][0].startswith("Farvardin 1399")
        assert rows[-1][0].startswith("Tir 1403")
        wide = drawing(drawn)
        words = unescape(re.findall(r"<title>(.*?)</title>", wide)[0])
        assert "Farvardin 1399" in words
        assert "Tir 1403" in words
        # The line is cut where there is nothing, and a note says so.
        # The first line is nominal; of the real one there is as much as the index tells.
        stretches = [len(points.split()) for points in re.findall(r'<polyline points="([^"]+)"', wide)]
        assert stretches[:2] == [MONTHS.index(ABSENT[0]), len(MONTHS) - MONTHS.index(ABSENT[-1]) - 1]
        assert "Mordad 1401" in shown(drawn)


def test_a_year_of_which_months_are_missing_says_how_many_there_are(paid: Client) -> None:
    for prefix, words in (("/en", ("9 months", "4 months")), ("", ("۹ ماه", "۴ ماه"))):
        drawn = figure(page(paid, f"{prefix}/data/pay?_view=chart"), "years-0")
        labels = [row[0] for row in table(drawn)]
        assert [words[0] in labels[2], words[1] in labels[4]] == [True, True]
        assert not any("(" in label for label in (labels[0], labels[1], labels[3]))
        assert all(word in shown(drawn) for word in words)
    # The title compares whole years alone: 1399 and 1402.
    whole = [sum(gross for month, gross in PAID.items() if month.startswith(year)) for year in ("1399", "1402")]
    title = shown(re.findall(r"<h3>(.*?)</h3>", figure(page(paid, "/en/data/pay?_view=chart"), "years-0"))[0])
    assert "from 1399 to 1402" in title
    assert f"{(whole[1] - whole[0]) * 100 / whole[0]:.0f}%" in title


def test_columns_bars_and_cells_lead_to_exactly_their_rows(visitor: Client) -> None:
    text = page(visitor, "/en/data/parts?_view=chart")
    for anchor, condition in (("years-0", "/en/data/parts?paid="), ("by-unit", "/en/data/parts?unit=")):
        drawn = figure(text, anchor)
        behind = drawn[drawn.index("<tbody>") :]
        assert links(drawing(drawn)) == links(behind)
        assert len(links(behind)) == (3 if anchor == "years-0" else 4)
        for address, row in zip(links(behind, condition), table(drawn), strict=True):
            total = re.search(r'<dd class="big"><data value="(\d+)">', page(visitor, address))
            assert total
            # The explorer adds the rows up again: in rial, where the table says toman.
            assert int(total[1]) / 10 == float(row[1].replace(",", ""))


def test_what_leads_to_rows_is_reached_by_keyboard_and_is_no_picture(visitor: Client) -> None:
    root = ElementTree.fromstring(drawing(figure(page(visitor, "/en/data/parts?_view=chart"), "years-0")))
    assert root.get("role") == "group"
    assert root.get("aria-label")
    names = [str(link.get("aria-label")) for link in root if link.tag.endswith("}a")]
    assert len(names) == 3
    assert all(re.search(r"140[2-4]: \S+ .*toman", name) for name in names)


def test_every_figure_of_a_view_of_charts_has_one_unit_source_date_and_rows(visitor: Client) -> None:
    text = page(visitor, "/en/data/parts?_view=chart")
    figures = re.findall(r"<figure .*?</figure>", text, re.DOTALL)
    # How many parts each unit has by year is not drawn: not all of them have a day.
    assert re.findall(r'<figure [^>]*id="([^"]+)"', text) == ["years-0", "by-unit"]
    units = {unit for each in figures for unit in re.findall(r"(?:in |, )((?:\w+ )*toman)</span>", each)}
    assert len(units) == 1
    for each in figures:
        assert re.search(r"Source: .*Trial unit.* 39 rows\.", shown(each)), shown(each)


# --- what stands at dates, on two sides -------------------------------------------------------------------------------

DEBTS: Final = """
slug = "debts"
title.fa = "بدهی ساختگی"
title.en = "Invented debts"
description.fa = "ساختگی"
description.en = "Invented"
owner.fa = "واحد آزمون"
owner.en = "Trial unit"
topic = "money"
cadence = "yearly"
key = ["day", "number"]

[[field]]
name = "day"
kind = "date"
label.fa = "در تاریخ"
label.en = "As of"
role = "date"
required = true

[[field]]
name = "number"
kind = "code"
label.fa = "شماره"
label.en = "Number"
required = true

[[field]]
name = "way"
kind = "text"
label.fa = "بدهی یا طلب"
label.en = "Debt or claim"
choices = "ways"
required = true
role = "category"
side = { in = ["claim"], out = ["debt"] }

[[field]]
name = "class"
kind = "text"
label.fa = "دسته"
label.en = "Class"
choices = "classes"
required = true
role = "category"

[[field]]
name = "balance"
kind = "rial"
label.fa = "مانده"
label.en = "Balance"
role = "amount"
nature = "stock"
at = "day"
"""
WAYS: Final = """
[[entry]]
code = "debt"
fa = "بدهی"
en = "debt"

[[entry]]
code = "claim"
fa = "طلب"
en = "claim"
"""
CLASSES: Final = """
[[entry]]
code = "bank"
fa = "بانک"
en = "bank"

[[entry]]
code = "state"
fa = "دولت"
en = "state"
"""
# The last date of each year, and one of 1403 that is in no figure of the year.
ENDS: Final = ("1401/12/29", "1402/12/29", "1403/12/30")
BALANCES: Final = [
    (day, way, code, (n + 1) * size)
    for n, day in enumerate(sorted((*ENDS, "1403/06/31")))
    for way, size in (("debt", 70_000_000), ("claim", 20_000_000))
    for code, size in (("bank", size), ("state", size * 2))
]


@pytest.fixture
def owed(own: City) -> Client:
    """A visitor of the linked city with what it owes and is owed at three dates."""
    declare(own.home / "datasets", "debts", DEBTS, ways=WAYS, classes=CLASSES)
    own.__dict__["registry"] = Registry((own.home / "datasets",))
    rows = "\n".join(f"{day},{n},{way},{code},{rial}" for n, (day, way, code, rial) in enumerate(BALANCES))
    publish(own, "debts", f"در تاریخ,شماره,بدهی یا طلب,دسته,مانده\n{rows}\n", "debts.csv")
    return Client()


def balance(day: str, way: str, code: str = "") -> int:
    return sum(rial for at, side, each, rial in BALANCES if (at, side) == (day, way) and code in ("", each))


def test_each_side_of_a_stock_is_a_series_of_its_last_dates_whose_columns_lead_to_their_rows(owed: Client) -> None:
    text = page(owed, "/en/data/debts?_view=chart")
    for place, way in enumerate(("debt", "claim")):
        drawn = figure(text, f"years-{place}")
        assert f"Balance ({way}) at the last date of each year" in shown(drawn)
        ends = [balance(day, way) for day in ENDS]
        assert [float(row[1].replace(",", "")) for row in table(drawn)] == [end / 10 for end in ends]
        behind = drawn[drawn.index("<tbody>") :]
        for address, end in zip(links(behind, "/en/data/debts?"), ends, strict=True):
            assert re.findall(r'<dd class="big"><data value="(\d+)">', page(owed, address)) == [str(end)]


def test_each_side_of_a_stock_has_groups_of_its_own_at_the_last_date(owed: Client) -> None:
    text = page(owed, "/en/data/debts?_view=chart")
    for anchor, way in (("by-class", "debt"), ("by-class-1", "claim")):
        drawn = figure(text, anchor)
        ends = [balance("1403/12/30", way, code) for code in ("state", "bank")]
        assert [float(row[1].replace(",", "")) for row in table(drawn)] == [end / 10 for end in ends]
        assert "67%" in shown(drawn)
        assert "at the end of 1403" in shown(drawn)


def test_what_is_owed_and_what_is_claimed_are_no_parts_of_one_whole(owed: Client) -> None:
    for prefix in ("", "/en"):
        drawn = figure(page(owed, f"{prefix}/data/debts?_view=chart"), "by-way")
        heading = drawn[drawn.index("<figcaption>") : drawn.index("</figcaption>")]
        assert not re.search("[%٪]", heading), heading


def test_balances_of_one_date_are_compared_as_they_stand_and_along_dates_in_real_money(owed: Client) -> None:
    query = "_data=debts&_measure=sum_balance&_by=class&_side=bank&_side=state"
    at_once = owed.get(f"/en/compare?{query}&_over=none", follow=True)
    assert "_real" not in at_once.redirect_chain[-1][0]
    assert "100.0% above" in shown(at_once.content.decode())
    along = owed.get(f"/en/compare?{query}", follow=True)
    assert "&_real=1" in along.redirect_chain[-1][0]
    assert "At the latest date" in shown(along.content.decode())
    nominal = page(owed, f"/en/compare?{query}&_real=0")
    # The last line is the newest date and no sum over dates, so it stands there nominally too.
    assert "At the latest date" in shown(nominal)
    assert "other way round" not in shown(nominal)
    answer = owed.get(f"/api/v1/compare?{query}").json()
    assert answer["total"]["values"] == [balance("1403/12/30", "debt", code) for code in ("bank", "state")]


# --- by itself --------------------------------------------------------------------------------------------------------

CHART: Final = "/data/parts?_view=chart&cost__gte=9000"


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_any_figure_is_had_as_svg_and_as_png(visitor: Client, prefix: str) -> None:
    text = page(visitor, f"{prefix}{CHART}")
    files = [href for href in links(text) if "_figure=" in href]
    anchors = re.findall(r'<figure [^>]*id="([^"]+)"', text)
    assert len(files) == 4 * len(anchors)
    title = unescape(re.findall(r"<h3>(.*?)</h3>", figure(text, "years-0"))[0])
    svg = visitor.get(f"{prefix}{CHART}&_figure=years-0.svg")
    assert svg.headers["Content-Type"] == "image/svg+xml"
    root = ElementTree.fromstring(svg.content)
    seen = re.sub(
        "[\u2066-\u2069\u200f]",
        "",
        " ".join(" ".join(node.itertext()) for node in root.iter() if node.tag.endswith("text")),
    )
    # Finding, unit, source and city travel with it.
    for words in (
        *title.split()[:3],
        "Trial unit" if prefix else "واحد آزمون",
        "Invented city" if prefix else "شهر ساختگی",
    ):
        assert words in seen
    assert not [element for element in root.iter() if element.tag.endswith(("}a", "}script", "}style"))]
    sizes = {"png": None, "share.png": (1200, 630)}
    for ending, size in sizes.items():
        png = visitor.get(f"{prefix}{CHART}&_figure=years-0.{ending}")
        assert png.headers["Content-Type"] == "image/png"
        assert png.content.startswith(b"\x89PNG")
        if size:
            assert struct.unpack(">II", png.content[16:24]) == size


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_figure_in_a_frame_has_everything_in_it_and_runs_nothing(visitor: Client, prefix: str) -> None:
    whole = figure(page(visitor, f"{prefix}{CHART}"), "years-0")
    response = visitor.get(f"{prefix}{CHART}&_figure=years-0")
    text = response.content.decode()
    assert "X-Frame-Options" not in response.headers
    assert "frame-ancestors *" in response.headers["Content-Security-Policy"]
    assert "script-src" not in response.headers["Content-Security-Policy"]
    assert not [tag for tag, _ in Elements(text).tags if tag == "script"]
    alone = figure(text, "years-0")
    for part in (r"<h3>.*?</h3>", r'<p class="keys">.*?</p>', r"<svg xmlns.*</svg>", r"<tbody>.*</tbody>"):
        (among_others,), (by_itself,) = (re.findall(part, each, re.DOTALL)[:1] for each in (whole, alone))
        assert among_others == by_itself
    assert "Trial unit" in shown(alone) or "واحد آزمون" in shown(alone)
    back = next(href for href in links(text) if href.endswith("#years-0"))
    assert figure(page(visitor, back.partition("#")[0]), "years-0") == whole


@pytest.mark.parametrize(
    ("asked", "status"),
    [("_figure=nothing", 404), ("_figure=years-0.exe", 404), ("_figure=years-0.svg&nothing=1", 400)],
)
def test_a_figure_that_is_not_there_is_not_found(visitor: Client, asked: str, status: int) -> None:
    assert visitor.get(f"/data/parts?_view=chart&{asked}").status_code == status


def test_the_pages_of_all_kinds_give_their_figures(visitor: Client) -> None:
    for address, anchor in (
        ("/en/compare?_data=parts&_measure=sum_cost&_by=unit&_over=paid:year", "compared"),
        ("/en/data/works/r/C-001", "meter-parts-growth"),
    ):
        text = page(visitor, address)
        assert f'id="{anchor}"' in text
        where = next(href for href in links(text) if href.endswith(f"_figure={anchor}.svg"))
        assert visitor.get(where, follow=True).content.startswith(b"<svg")
