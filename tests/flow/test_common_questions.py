"""The questions of the invented city: each page's figures are those of the API and of its published files."""

from __future__ import annotations

import re
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from tests.flow.hamlet import Published

from ayan.core.values import jalali
from ayan.core.values.digits import to_latin
from ayan.wiring import city

OUT = "kind IN ('works', 'services', 'goods', 'consulting')"


@pytest.fixture
def visitor(published: Published, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Somebody who reads the invented city."""
    monkeypatch.setattr(city, "current", lambda: published.city)
    return Client()


def read(visitor: Client, code: str, lang: str = "") -> str:
    response = visitor.get(f"{lang}/answers/{code}")
    assert response.status_code == 200, code
    return response.content.decode()


def table(page: str, after: str = 'id="h-table"') -> list[list[str]]:
    """The rows of the first table under the charts, as they are seen, in Latin digits."""
    body = page.partition(after)[2].partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [seen(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    ]


def seen(markup: str) -> str:
    shown = re.sub(r'<span class="vh">.*?</span>|<[^>]+>', "", markup)
    return to_latin(unescape(shown)).replace("\u061c", "").replace("٬", "").replace(",", "").replace("٪", "%").strip()


def seen_links(markup: str) -> str:
    """Markup of which only links are left."""
    return unescape(re.sub(r"<(?!/?a\b)[^>]+>", "", re.sub(r'<span class="vh">.*?</span>', "", markup)))


def millions(page: str) -> list[tuple[int, Decimal]]:
    """The amounts of the first table that are told in millions of toman: the exact rial, and what is seen."""
    amounts = re.findall(r'<data value="(\d+)" title="[^"]+">(.*?)</data>', page.partition('id="h-table"')[2])
    return [(int(exact), Decimal(seen(shown).replace("٫", "."))) for exact, shown in amounts]


def tenth(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def year(day: Any) -> str:
    return str(jalali.from_gregorian(day).year)


def rows(published: Published, slug: str, columns: str, where: str = "TRUE") -> list[tuple[Any, ...]]:
    return published.world.con.execute(f"SELECT {columns} FROM {published.current(slug)} WHERE {where}").fetchall()


def test_every_question_is_answered_in_both_languages_and_leads_to_the_api(
    published: Published, visitor: Client
) -> None:
    shown = [each for each in published.city.registry.questions().sound if not each.hidden]
    for lang in ("", "/en"):
        listed = re.findall(rf'href="{lang}/answers/([a-z-]+)"', visitor.get(f"{lang}/answers/").content.decode())
        assert listed == [each.code for each in shown]
    for each in shown:
        for lang in ("", "/en"):
            page = read(visitor, each.code, lang)
            heading = seen(re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)[1])  # type: ignore[index]  # it has a heading
            assert any(sign.isdigit() for sign in heading), (each.code, heading)
            assert "{" not in heading
            asked = {unescape(link) for link in re.findall(r'href="(/api/v1/datasets/[^"]+)"', page)}
            assert asked, each.code
            for link in asked:
                assert visitor.get(link).status_code == 200, link


def test_the_biggest_contractors_are_those_of_the_files(published: Published, visitor: Client) -> None:
    money: dict[str, Counter[str]] = {}
    for name, amount, day in rows(published, "contracts", "contractor, amount, signed_on", OUT):
        money.setdefault(year(day), Counter())[name] += amount
    page = read(visitor, "biggest-contractors")
    heading = re.search(r"<h1>(.*?)</h1>", page)
    assert heading is not None
    period = re.search(r"1[34][0-9]{2}", to_latin(heading[1]))
    assert period is not None
    assert period[0] in sorted(money)[-2:], "the newest year, or the one before where that is not over"
    whole = money[period[0]]
    expected = [(amount // 10, round(amount * 100 / whole.total())) for _, amount in whole.most_common(10)]
    assert [int(row[3].strip("%")) for row in table(page)] == [part for _, part in expected]
    # In millions, each with the exact amount.
    assert millions(page) == [(amount * 10, tenth(Decimal(amount) / 10**6)) for amount, _ in expected]


def test_single_bids_are_those_of_the_files(published: Published, visitor: Client) -> None:
    where = "kind IN ('public-tender', 'limited-tender') AND bids >= 1"
    every, single = Counter[str](), Counter[str]()
    for bids, day in rows(published, "tenders", "bids, published_on", where):
        every[year(day)] += 1
        single[year(day)] += bids == 1
    by_year = {row[0]: (int(row[1]), int(row[3])) for row in table(read(visitor, "competition"))[:-1]}
    assert by_year == {name: (every[name], single[name]) for name in every}
    # One tile for each tender of the newest whole year, by the number of its bids.
    english = read(visitor, "competition", "/en")
    newest = re.findall(r"In (\d{4}),? \d+ of \d+ tenders", seen(english))[0]
    figure = english.partition('id="single-spread"')[2].partition("</figure>")[0]
    heads = re.findall(r"<th[^>]*>(.*?)</th>", figure.partition("<thead>")[2].partition("</thead>")[0])
    # Beside them those of the first whole year.
    assert heads[-1] == newest
    for at, name in enumerate(heads[1:], start=1):
        tenders = rows(published, "tenders", "bids, published_on", where)
        bids = Counter(each for each, day in tenders if year(day) == name)
        tiles = {row[0]: int(row[at]) for row in table(figure, "<table")}
        assert {number: count for number, count in tiles.items() if number.isdigit() and count} == {
            str(number): count for number, count in bids.items() if str(number) in tiles
        }
        assert sum(tiles.values()) == bids.total()


def test_a_table_of_shares_ends_with_the_whole_city(published: Published, visitor: Client) -> None:
    page = read(visitor, "competition", "/en")
    whole = table(page.partition('id="single-by"')[2].partition("</figure>")[0], "<table")[-1]
    shares = {row[0]: int(row[-1].strip("%")) for row in table(page)}
    years = re.findall(r"<th[^>]*>(\d{4})", page.partition('id="single-by"')[2].partition("</thead>")[0])
    assert whole[0] == "Whole city"
    assert [round(float(value.strip("%"))) for value in whole[1:]] == pytest.approx(
        [shares[year] for year in years], abs=1
    )


def test_home_names_services_with_their_promise(published: Published, visitor: Client) -> None:
    page = visitor.get("/en/").content.decode().partition('class="served"')[2].partition("</ul>")[0]
    shown = re.findall(r'<a href="([^"]+)">(.*?)</a>.*?in (\d+) working day', seen_links(page), re.DOTALL)
    listed = {code: (title, days) for code, title, days in rows(published, "services", "code, title_en, days")}
    assert len(shown) >= 5
    for address, title, days in shown:
        assert listed[address.rpartition("/")[2]] == (title, int(days))
        assert visitor.get(address).status_code == 200


def test_bids_and_prices_of_tenders_are_those_of_the_files(published: Published, visitor: Client) -> None:
    where = "kind IN ('public-tender', 'limited-tender') AND bids >= 1"
    page = read(visitor, "competition", "/en")
    averages = {row[0]: Decimal(row[2]) for row in table(page)[:-1]}
    con, tenders = published.world.con, published.current("tenders")
    by_year: dict[str, list[int]] = {}
    for bids, day in rows(published, "tenders", "bids, published_on", where):
        by_year.setdefault(year(day), []).append(bids)
    assert averages == {name: tenth(Decimal(sum(each)) / len(each)) for name, each in by_year.items()}
    # By another road: the database's own median, of every band by itself.
    cells_of = {row[0]: row[1:] for row in table(page.partition('id="h-table"')[2].partition("</table>")[2], "<h3>")}
    for name, band in (("1", "bids = 1"), ("2", "bids = 2"), ("3 to 4", "bids IN (3, 4)"), ("5 or more", "bids >= 5")):
        count, ratio = con.execute(
            f"SELECT count(*), median(winner_price::DECIMAL(38, 12) * 100 / estimate) FROM {tenders}"
            f" WHERE {where} AND state = 'awarded' AND {band}"
        ).fetchall()[0]
        assert int(cells_of[name][0]) == count, name
        shown = cells_of[name][1]
        assert (shown == "–") if count < 10 else abs(Decimal(shown.strip("%")) - Decimal(ratio)) <= Decimal("0.51"), (
            name
        )


def test_a_cell_of_shares_leads_to_the_rows_that_it_counts(published: Published, visitor: Client) -> None:
    figure = read(visitor, "competition", "/en").partition('id="single-by"')[2].partition("</figure>")[0]
    cells = re.findall(r'href="/en/data/tenders\?([^"]+)" aria-label="[^"]*\((\d+) of \d+\)', figure)
    assert cells
    for query, count in dict(cells).items():
        assert int(count) > 0, query
        answer = visitor.get(f"/api/v1/datasets/tenders/rows.json?{unescape(query)}").json()
        assert len(answer["rows"]) == int(count), query


def test_events_and_the_reply_of_the_city_stand_beside_the_figures(published: Published, visitor: Client) -> None:
    notes = published.city.registry.question_notes().of["competition"]
    assert notes.reply is not None
    for lang, page in (("fa", read(visitor, "competition")), ("en", read(visitor, "competition", "/en"))):
        assert notes.reply.words.of(lang) in unescape(page)
        assert notes.reply.office.of(lang) in unescape(page)
        for event in notes.events:
            assert event.words.of(lang) in unescape(page)
            # One of a year that has a column is told beside it, too, for those who do not see the drawing.
            beside = event.words.of(lang) in unescape(page.partition('id="single"')[2].partition("</figure>")[0])
            assert beside == (str(event.when) in [row[0] for row in table(page)]), (lang, event)
    answer = visitor.get("/api/v1/answers/competition").json()
    assert [event["when"] for event in answer["events"]] == [str(event.when) for event in notes.events]
    assert answer["reply"]["words"]["en"] == notes.reply.words.en


def test_late_projects_are_those_of_the_files(published: Published, visitor: Client) -> None:
    sealed = published.city.release_store.snapshot("projects").sealed_at
    assert sealed is not None
    past = rows(published, "projects", "state", f"planned_end_on < DATE '{sealed.date()}'")
    last = table(read(visitor, "late-projects"))[-1]
    assert (int(last[1]), int(last[2])) == (len(past), sum(state != "done" for (state,) in past))


@pytest.mark.parametrize("code", ["district-per-head", "late-projects"])
def test_an_answer_by_district_is_a_map_too(visitor: Client, code: str) -> None:
    """Every district of the table has its figure on the map, the same for each person as in the table of the answer."""
    page = read(visitor, code, "/en")
    drawn = page[page.index('<section class="by-district"') : page.index("</section>", page.index("by-district"))]
    lines = table(drawn, "<summary>")
    assert len(lines) >= 5
    assert all("/en/map/district/" in each for each in re.findall(r'<th scope="row">(.*?)</th>', drawn))
    assert "% per cent" not in seen(drawn)
    assert ("For each person" in drawn) == (code == "district-per-head")
    if code == "district-per-head":
        per_head = {cells[0]: Decimal(cells[-1]) for cells in table(page)}
        assert all(head.endswith(" million toman") for _, _, head, _ in lines)
        drawn_heads = {name: Decimal(head.split()[0]) * 1_000_000 for name, _, head, _ in lines}
        assert drawn_heads == pytest.approx(per_head, rel=Decimal("0.05"))
        # Who asks what each person gets sees that first.
        assert re.search(r'class="by-head"[^>]* checked', drawn)


def test_what_was_paid_is_the_month_of_the_files(published: Published, visitor: Client) -> None:
    months = Counter[str]()
    payees: dict[str, Counter[str]] = {}
    for payee, amount, day in rows(published, "payments", "payee, amount, paid_on"):
        when = jalali.from_gregorian(day)
        name = f"{when.year}-{when.month:02}"
        months[name] += amount
        payees.setdefault(name, Counter())[payee] += amount
    newest = max(months)
    expected = sorted(payees[newest].values(), reverse=True)[:10]
    assert [exact for exact, _ in millions(read(visitor, "paid-this-month"))] == expected


def test_votes_are_those_of_the_files(published: Published, visitor: Client) -> None:
    money = {
        number: year(day)
        for number, day in rows(published, "council-resolutions", "number, decided_on", "commission = 'برنامه و بودجه'")
    }
    page = read(visitor, "votes-on-money")
    last = max(money.values())
    cast = Counter(
        (member, vote)
        for member, vote, resolution in rows(published, "council-votes", "member, vote, resolution")
        if money.get(resolution) == last
    )
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    total = sum(
        int(seen(cell))
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
        for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)[:-1]
    )
    assert total == cast.total()


def test_a_stock_is_told_at_its_last_date_and_never_added(published: Published, visitor: Client) -> None:
    balances: dict[Any, int] = {}
    for day, amount in rows(published, "debts-and-claims", "as_of, amount", "side = 'debt'"):
        balances[day] = balances.get(day, 0) + amount
    newest = balances[max(balances)]
    page = read(visitor, "debts", "/en")
    heading = seen(re.search(r"<h1>(.*?)</h1>", page)[1])  # type: ignore[index]  # it has a heading
    billions = float(re.search(r"owed ([0-9.]+) billion", heading)[1])  # type: ignore[index]  # it says how much
    # It is written with one decimal, and without any from a hundred on.
    assert abs(billions - newest / 10**10) < (0.51 if billions >= 100 else 0.06)


def test_home_has_six_doors_with_figures(visitor: Client) -> None:
    for lang in ("", "/en"):
        page = visitor.get(f"{lang}/").content.decode()
        doors = re.findall(r'<li class="door">(.*?)</li>', page, re.DOTALL)
        assert len(doors) == 6
        for door in doors:
            address = re.search(r'href="([^"]+)"', door)
            assert address is not None
            assert visitor.get(address[1]).status_code == 200
            assert re.search(r"<b>[^<]*[0-9۰-۹]", door)
            assert "<svg" in door
        assert len(page.encode()) < 60_000
