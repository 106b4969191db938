"""A record's page as a dossier: what belongs to the record, its sums, its meter, and all of it on one line of time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.test import Client
from tests.apps.catalog_pages.page_elements import links, page, shown
from tests.apps.linked_city import BIDI, UNITS, parts, publish
from tests.apps.small_city import SECRET

from ayan.core.values.clock import FixedClock
from ayan.datasets.registry import Registry
from ayan.wiring.city import City

# The costs of the linked city's parts as they stand: P-n costs n thousand rial, P-1 seven more, and there is no P-9.
COSTS = {n: n * 1000 + (7 if n == 1 else 0) for n in range(1, 41) if n != 9}


def of_unit(unit: int) -> list[int]:
    """The numbers of the parts of a unit."""
    return [n for n in COSTS if n % len(UNITS) == unit]


def section(text: str, heading: str) -> str:
    """The part of a page under a heading of the second level."""
    start = re.search(rf"<h2[^>]*>\s*{re.escape(heading)}", text)
    assert start, heading
    rest = text[start.start() :]
    return rest[: rest.index("</section>")]


def test_rows_alike_stand_with_their_number_and_sum_and_a_link_to_exactly_them(visitor: Client) -> None:
    own = section(page(visitor, "/en/data/parts/r/P-4"), "Parts of the same unit")
    numbers = of_unit(0)
    assert f"All {len(numbers)} rows" in shown(own)
    assert f"Cost, sum: {sum(COSTS[n] for n in numbers) // 10:,} toman" in shown(own)
    address = next(href for href in links(own) if unquote(href) == f"/en/data/parts?unit={UNITS[0]}")
    assert f"{len(numbers)} rows" in shown(page(visitor, address))


def test_what_is_found_by_likeness_says_so(visitor: Client) -> None:
    assert "Found by the likeness of “Unit”, not by a key" in shown(page(visitor, "/en/data/parts/r/P-4"))
    assert "Found by the likeness" not in shown(page(visitor, "/en/data/works/r/C-004"))


def test_a_share_stands_beside_the_usual_one(visitor: Client) -> None:
    own = shown(section(page(visitor, "/en/data/parts/r/P-4"), "Parts of the same unit"))
    mine = [n for n in of_unit(0) if COSTS[n] >= 20_000]
    every = [n for n in COSTS if COSTS[n] >= 20_000]
    usual = round(100 * len(every) / len(COSTS))
    assert f"Dear parts: {len(mine)} of {len(of_unit(0))}" in own
    assert f"of all rows {usual}%" in own


def test_all_that_has_a_day_stands_on_one_line_newest_first(visitor: Client) -> None:
    line = section(page(visitor, "/en/data/works/r/C-007"), "Everything in date order")
    days = re.findall(r'<time datetime="([^"]+)"', line)
    assert days == sorted(days, reverse=True)
    assert "/en/data/parts/r/P-7" in links(line)
    # The record's own day is among them, by the name of its field.
    assert re.search(r'class="own".*?Day', line, re.DOTALL)


def test_a_line_is_bounded_and_says_what_it_leaves_out(visitor: Client) -> None:
    text = page(visitor, "/en/data/works/r/C-001")
    line = section(text, "Everything in date order")
    assert line.count("<li") <= 50
    assert re.search(r"\d+ older or undated rows are not on this line", shown(line))


@pytest.mark.parametrize(
    ("costs", "percent", "said"),
    [
        ([260_000], "26%", "Beyond the limit of 25%"),
        ([210_000], "21%", "Past 20%; the limit is 25%"),
        ([200_000], "20%", "Not past 20%"),
        ([250_000], "25%", "Past 20%; the limit is 25%"),
        ([-250_001], "−25%", "Beyond the limit of 25%"),
    ],
)
def test_a_meter_tells_how_near_a_limit_a_running_sum_has_come(
    own: City, costs: Sequence[int], percent: str, said: str
) -> None:
    assert isinstance(own.clock, FixedClock)
    own.clock.move(timedelta(days=1))
    publish(own, "parts", parts(costs), "parts-3.csv")
    meter = section(page(Client(), "/en/data/works/r/C-001"), "Cost against the work’s amount")
    assert said in shown(meter)
    assert percent in shown(meter)
    assert "An invented rule" in shown(meter)
    assert any("work=C-001" in href for href in links(meter, "/en/data/parts?"))


def test_a_meter_adds_up_with_signs_in_the_order_of_time(own: City) -> None:
    assert isinstance(own.clock, FixedClock)
    own.clock.move(timedelta(days=1))
    head, *rows = parts([300_000, -90_000]).splitlines()
    # Both belong to C-001, whose amount is a million rial.
    text = "\n".join([head, rows[0], rows[1].replace("C-002,", "C-001,", 1), ""])
    publish(own, "parts", text, "parts-3.csv")
    meter = section(page(Client(), "/en/data/works/r/C-001"), "Cost against the work’s amount")
    table = re.findall(r"<tr>\s*<th.*?</tr>", meter, re.DOTALL)
    assert len(table) == 3
    assert "21" in shown(table[-1])
    assert "Past 20%" in shown(meter)


def test_what_was_paid_is_drawn_under_the_amount_and_its_changes(own: City) -> None:
    assert isinstance(own.clock, FixedClock)
    own.clock.move(timedelta(days=1))
    file = own.home / "datasets" / "parts" / "dataset.toml"
    declared = file.read_text(encoding="utf-8")
    # What moves the amount and what is paid of it are the same rows here, so that both are known.
    file.write_text(declared.replace('against = "works.amount"', 'against = "works.amount"\nspent = "parts.cost"'))
    own.__dict__["registry"] = Registry((own.home / "datasets",))
    head, *rows = parts([300_000, -90_000]).splitlines()
    publish(own, "parts", "\n".join([head, rows[0], rows[1].replace("C-002,", "C-001,", 1), ""]), "parts-3.csv")
    text = page(Client(), "/en/data/works/r/C-001")
    # 210,000 of 1,000,000 + 210,000 rial.
    drawn = section(text, "17.3% of “Amount” with its changes has been paid")
    table = re.findall(r"<tr>\s*<th.*?</tr>", drawn, re.DOTALL)
    assert "21,000 121,000" in shown(table[-1])
    assert "Limit: 25% over “Amount”" in shown(drawn)
    assert any("work=C-001" in href for href in links(drawn, "/en/data/parts?"))
    assert "changes has been paid" not in page(Client(), "/en/data/works/r/C-005")


@pytest.fixture
def spending(own: City) -> City:
    """The city with two parts of C-001, which change its amount and are paid of it, and with its progress declared."""
    assert isinstance(own.clock, FixedClock)
    own.clock.move(timedelta(days=1))
    file = own.home / "datasets" / "parts" / "dataset.toml"
    declared = file.read_text(encoding="utf-8")
    file.write_text(declared.replace('against = "works.amount"', 'against = "works.amount"\nspent = "parts.cost"'))
    works = own.home / "datasets" / "works" / "dataset.toml"
    view = (
        '\n[[view]]\ncode = "progress"\nkind = "progress"\nbegins = "day"\nends = "day"\n'
        'moved = "parts.paid"\ndone = "parts.latitude"\n'
    )
    works.write_text(works.read_text(encoding="utf-8") + view, encoding="utf-8")
    own.__dict__["registry"] = Registry((own.home / "datasets",))
    head, *rows = parts([300_000, -90_000]).splitlines()
    publish(own, "parts", "\n".join([head, rows[0], rows[1].replace("C-002,", "C-001,", 1), ""]), "parts-3.csv")
    return own


@pytest.mark.usefixtures("spending")
def test_each_change_of_an_amount_stands_with_its_reason_and_leads_to_its_row() -> None:
    why = section(page(Client(), "/en/data/works/r/C-001"), "Why did “Amount” grow?")
    assert "Amount was 100,000 toman ; 2 changes ( 21,000 toman ) made it 121,000 toman" in shown(why)
    assert "30,000 toman" in shown(why)
    assert "-9,000 toman" in shown(why).replace("−", "-")
    assert {"/en/data/parts/r/P-1", "/en/data/parts/r/P-2"} <= set(links(why))
    assert any("work=C-001" in href for href in links(why, "/en/data/parts?"))
    # Nothing is said of the amount of a work that nothing changed.
    assert "Why did" not in page(Client(), "/en/data/works/r/C-005")


@pytest.mark.usefixtures("spending")
def test_a_record_tells_what_was_paid_how_much_time_has_passed_and_how_much_is_done() -> None:
    text = page(Client(), "/en/data/works/r/C-001")
    far = section(text, "Payments are")
    assert "17.3% 21,000 toman of 121,000 toman" in shown(far)
    assert "35.7%" in shown(far)
    assert "18.4 points behind the work reported" in shown(far)
    assert "the first end was" in shown(far)
    assert any("work=C-001" in href for href in links(far, "/en/data/parts?"))
    assert any(href.startswith("/en/data/parts/r/P-") for href in links(far))


@pytest.mark.usefixtures("spending")
def test_nothing_is_said_of_progress_that_no_row_tells() -> None:
    assert 'id="progress"' not in page(Client(), "/en/data/works/r/C-005")


def test_what_is_done_with_a_record_stands_under_its_sentence(visitor: Client) -> None:
    text = page(visitor, "/en/data/works/r/C-007")
    acts = text[text.index('<p class="acts">') :]
    acts = acts[: acts.index("</p>")]
    for act in (
        "Cite",
        "Download",
        "Excel",
        "Follow",
        "Verify",
        "Object to a value",
        "Ask about this",
        "Report an error",
    ):
        assert act in " ".join(shown(acts).split())
    excel = next(href for href in links(acts) if ".xlsx?" in href)
    assert visitor.get(excel.replace("&amp;", "&")).status_code == 200
    for href in links(acts):
        if not href.startswith(("#", "/api/")):
            assert visitor.get(href.replace("&amp;", "&")).status_code == 200


def test_rows_are_followed_through_those_that_name_the_record(own: City) -> None:
    """Parts of works in the state of this work: two steps away, by the works that hold the same state."""
    file = own.home / "datasets" / "works" / "dataset.toml"
    view = (
        '\n[[view]]\ncode = "steps"\nkind = "related"\ntitle.fa = "تکه‌ها"\ntitle.en = "Parts two steps away"\n'
        'rows = "parts.work"\nby = "state"\nthrough = "works.state"\n'
    )
    file.write_text(file.read_text(encoding="utf-8") + view, encoding="utf-8")
    own.__dict__["registry"] = Registry((own.home / "datasets",))
    text = section(page(Client(), "/en/data/works/r/C-003"), "Parts two steps away")
    done = [n for n in COSTS if n <= 20 and n % 3 == 0]
    assert f"All {len(done)} rows" in shown(text)
    assert f"Cost, sum: {sum(COSTS[n] for n in done) // 10:,} toman" in shown(text)


def test_words_of_a_record_find_the_rows_that_hold_them(own: City) -> None:
    file = own.home / "datasets" / "works" / "dataset.toml"
    view = (
        '\n[[view]]\ncode = "words"\nkind = "related"\ntitle.fa = "تکه‌ها"\ntitle.en = "Parts that name it"\n'
        'rows = "parts.subject"\nby = "number"\nmatch = "words"\n'
    )
    file.write_text(file.read_text(encoding="utf-8") + view, encoding="utf-8")
    own.__dict__["registry"] = Registry((own.home / "datasets",))
    text = section(page(Client(), "/en/data/works/r/C-025"), "Parts that name it")
    assert "/en/data/parts/r/P-25" in links(text)
    assert "Found by the likeness" in shown(text)


def test_a_chain_leads_from_the_first_step_to_the_last_and_says_what_is_missing(visitor: Client) -> None:
    own = section(page(visitor, "/en/data/parts/r/P-7"), "From the work to the part")
    assert own.count("<li") == 2
    assert "/en/data/works/r/C-007" in links(own)
    assert "This record" in shown(own)
    assert 'class="absent"' not in own
    without = section(page(visitor, "/en/data/parts/r/P-25"), "From the work to the part")
    assert without.count('class="absent"') == 1
    assert "Not written in this record" in shown(without)


def test_a_step_of_several_rows_tells_their_number_and_sum_with_a_link_to_them(own: City) -> None:
    file = own.home / "datasets" / "works" / "dataset.toml"
    view = (
        '\n[[view]]\ncode = "path"\nkind = "chain"\ntitle.fa = "راه"\ntitle.en = "The way of a work"\n'
        'steps = ["self", "parts.work", "works.state"]\n'
    )
    file.write_text(file.read_text(encoding="utf-8") + view, encoding="utf-8")
    own.__dict__["registry"] = Registry((own.home / "datasets",))
    text = page(Client(), "/en/data/works/r/C-001")
    chain = section(text, "The way of a work")
    # One row is led to by its name, several by where they stand below.
    assert f"{COSTS[1] / 10} toman" in shown(chain)
    assert {"/en/data/parts/r/P-1", "/en/data/parts?work=C-001"} <= set(links(chain))
    assert re.search(r"Works in the same state \d+ rows", shown(chain))
    assert "#works-state" in links(chain)
    # What the chain tells is not told once more.
    assert 'id="glance"' not in text
    assert "No row is published" in shown(section(page(Client(), "/en/data/works/r/C-025"), "The way of a work"))


def test_what_no_dataset_tells_and_where_nothing_was_found_is_said(visitor: Client) -> None:
    said = section(page(visitor, "/en/data/parts/r/P-7"), "What the data do not show")
    assert "Who made the part No dataset tells." in shown(said)
    nothing = section(page(visitor, "/en/data/works/r/C-025"), "What the data do not show")
    assert "/en/data/parts?work=C-025" in links(nothing)


def test_a_unit_shows_the_data_it_owes_and_how_late_they_are(own: City) -> None:
    """The trial unit owns every dataset of the city; works have a yearly cadence and are long late."""
    play = '\n[[view]]\ncode = "units"\nkind = "plays"\npart = "units"\n'
    play += '[view.fields]\ncode = "part"\ntitle = "unit"\nparent = "part"\n'
    parts_of = own.home / "datasets" / "parts" / "dataset.toml"
    parts_of.write_text(parts_of.read_text(encoding="utf-8") + play, encoding="utf-8")
    works = own.home / "datasets" / "works" / "dataset.toml"
    owner = works.read_text(encoding="utf-8").replace('owner.fa = "واحد آزمون"', f'owner.fa = "{UNITS[0]}"')
    works.write_text(owner, encoding="utf-8")
    own.__dict__["registry"] = Registry((own.home / "datasets",))
    assert isinstance(own.clock, FixedClock)
    own.clock.move(timedelta(days=900))
    owed = section(page(Client(), "/en/data/parts/r/P-4"), "Data that this unit must publish")
    assert re.search(r"Works To 1403 · \d+ periods missing", shown(owed))
    assert "/en/data/works" in links(owed)
    assert "Data that this unit must publish" not in page(Client(), "/en/data/parts/r/P-2")


def test_what_an_amount_is_made_of_is_drawn_with_its_parts(visitor: Client) -> None:
    own = section(page(visitor, "/en/data/parts/r/P-4"), "Parts of the same unit")
    # The title says what became of the part: what is left of the plan is the other one.
    assert re.search(r"Cost (went from \d+% in \d{4} to \d+% in \d{4}|stayed at \d+%)", shown(own))


@pytest.mark.parametrize("address", ["/data/parts/r/P-1", "/en/data/parts/r/P-3", "/data/works/r/C-002"])
def test_a_dossier_shows_no_withheld_value_and_runs_nothing(visitor: Client, address: str) -> None:
    text = page(visitor, address)
    assert SECRET not in text
    assert "<script>alert" not in text
    assert 'onmouseover="alert' not in text
    assert BIDI not in text


def test_a_record_that_is_gone_has_no_dossier(visitor: Client) -> None:
    text = page(visitor, "/en/data/parts/r/P-9", 410)
    assert "Parts of the same unit" not in text
