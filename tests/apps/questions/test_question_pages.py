"""The home page and the pages of questions: what stands there is what the API says, and nothing leads nowhere."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from tests.apps.answer_promise import promised
from tests.apps.small_city import HOSTILE

from ayan.wiring.city import City

PAGES = ("/", "/answers/", "/answers/largest-works")


def read(reader: Client, address: str) -> str:
    response = reader.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def plain(markup: str) -> str:
    """What is seen of some markup."""
    return unescape(re.sub(r'<span class="vh">.*?</span>|<[^>]+>', "", markup)).strip()


@pytest.fixture(scope="module")
def followed() -> set[str]:
    """Links that lead somewhere: the menu and the foot of a page are those of every page."""
    return set()


@pytest.mark.django_db
@pytest.mark.parametrize("lang", ["", "/en"])
@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_ours_leads_somewhere(reader: Client, followed: set[str], lang: str, page: str) -> None:
    text = read(reader, lang + page)
    assert HOSTILE not in text
    links = {unescape(link).partition("#")[0] for link in re.findall(r'href="(/[^"]*)"', text)}
    for link in links - {"/static"} - followed:
        if not link.startswith("/static/"):
            # A release that was withdrawn says so.
            assert reader.get(link, follow=True).status_code in (200, 410), (page, link)
            followed.add(link)


def test_a_page_says_what_the_api_says(reader: Client) -> None:
    text = read(reader, "/en/answers/largest-works")
    table = re.findall(
        r'<tr>\s*<th scope="row">(.*?)</th>\s*<td[^>]*>(.*?)</td>', text.partition('id="h-table"')[2], re.DOTALL
    )
    # Told in millions, with the exact rial in the cell.
    exact = {name: re.search(r'<data value="(\d+)"', number) for name, number in table[:2]}
    shown = {plain(name).partition(" ")[0]: int(amount[1]) // 10 for name, amount in exact.items() if amount}
    query = "/api/v1/datasets/works/groups?by=state&sum=amount&day=1403"
    given = {group["state"]: group["sum_amount"] // 10 for group in reader.get(query).json()["groups"]}
    assert shown == given
    linked = [unescape(link) for link in re.findall(r'href="(/api/v1/datasets/works/groups\?[^"]+)"', text)]
    assert any(
        {group["state"]: group["sum_amount"] // 10 for group in reader.get(link).json()["groups"]} == given
        for link in linked
        if "by=state&" in link and "sum=amount" in link
    )


def test_the_sentence_has_the_figures_of_its_parts(reader: Client) -> None:
    text = read(reader, "/en/answers/largest-works")
    finding = re.sub(r"<[^>]+>", "", re.search(r"<h1>(.*?)</h1>", text)[1])  # type: ignore[index]  # it has a heading
    assert finding.startswith("In 1403, 183 million toman for 60 works; most in open")
    assert "{" not in finding
    large = reader.get("/api/v1/datasets/works/groups?amount__gte=30000000&day=1403-12").json()["groups"][0]["count"]
    every = reader.get("/api/v1/datasets/works/groups?day=1403-12").json()["groups"][0]["count"]
    assert f"Of {every} works {large} are large." in text


def test_a_question_has_its_chart_its_files_its_sources_and_its_citation(reader: Client) -> None:
    address = "/en/answers/largest-works"
    text = read(reader, address)
    assert re.search(r'<meta property="og:image" content="http://testserver/en/answers/largest-works\?_figure', text)
    for ending, kind in ((".svg", "image/svg+xml"), (".share.png", "image/png"), ("", "text/html")):
        response = reader.get(f"{address}?_figure=most{ending}")
        assert (response.status_code, response.headers["Content-Type"].partition(";")[0]) == (200, kind)
    lasting = re.search(r'href="(/en/c/[0-9a-z]+)"', text)
    assert lasting is not None
    assert reader.get(lasting[1]).status_code == 200
    assert "@misc{largest-works" in text


def test_what_is_not_declared_is_not_there(reader: Client) -> None:
    assert reader.get("/answers/nobody-asks").status_code == 404
    assert reader.get("/answers").headers["Location"] == "/answers/"


def test_a_question_whose_table_has_no_rows_is_absent(small_city: City, reader: Client) -> None:
    questions = small_city.registry.questions()
    assert [question.code for question in questions.sound] == ["largest-works"]
    folder = small_city.home / "datasets" / "unsent" / "questions"
    folder.mkdir(exist_ok=True)
    try:
        text = 'title = { fa = "نام‌ها", en = "Names of nobody" }\n[[part]]\nshape = "freshness"\n'
        (folder / "names.toml").write_text(text, encoding="utf-8")
        assert [question.code for question in small_city.registry.questions().sound] == ["largest-works", "names"]
        assert reader.get("/answers/names").status_code == 404
        assert "Names of nobody" not in read(reader, "/en/answers/")
    finally:
        (folder / "names.toml").unlink()
        folder.rmdir()


def test_home_leads_by_doors_with_a_figure_and_a_picture(reader: Client) -> None:
    text = read(reader, "/en/")
    door = re.search(r'<li class="door">(.*?)</li>', text, re.DOTALL)
    assert door is not None
    assert 'href="/en/answers/largest-works"' in door[1]
    assert "<b>183</b> million toman" in door[1]
    assert 'class="pic"' in door[1]
    assert "<title>" not in door[1], "the figure is said once"


def test_a_persian_name_on_an_english_page_says_so(reader: Client) -> None:
    assert re.search(r'<a href="[^"]+" lang="fa">فارسی</a>|<a [^>]*lang="fa"[^>]*>فارسی</a>', read(reader, "/en/"))
    assert re.search(r'<bdi lang="fa">[^<]*ساختگی', read(reader, "/en/data/works"))
    assert ' lang="fa">' not in read(reader, "/data/works").partition("<body>")[2].replace(
        '<p class="small" lang="fa">', ""
    )


def test_programs_get_the_exact_figures_of_the_page(reader: Client) -> None:
    listed = promised(reader.get("/api/v1/answers"))["questions"]
    asked = next(each for each in listed if each["code"] == "largest-works")
    answer = promised(reader.get(asked["url"]))
    assert answer["question"] == asked["question"]
    for lang, prefix in (("fa", ""), ("en", "/en")):
        heading = plain(re.search(r"<h1>(.*?)</h1>", read(reader, prefix + asked["page"]))[1])  # type: ignore[index]  # it has a heading
        assert heading == answer["answer"][lang]
    figures = {f"{each['part']}.{each['name']}": each for each in answer["figures"]}
    total = figures["most.total"]
    given = promised(reader.get("/api/v1/datasets/works/groups?sum=amount&day=1403"))["groups"][0]["sum_amount"]
    assert (total["value"], total["unit"], total["period"]) == (given, "rial", "1403")
    for each in answer["figures"]:
        assert each["text"]["fa"]
        assert each["text"]["en"]
        for link in each["api"]:
            assert reader.get(link).status_code == 200
    for table in answer["tables"]:
        assert all(len(row["cells"]) == len(table["columns"]) for row in table["rows"])
        for row in table["rows"]:
            assert row["page"] is None or reader.get(row["page"]).status_code == 200
    assert {source["dataset"] for source in answer["sources"]} == set(answer["datasets"])
    assert answer["method"]


def test_no_other_question_is_answered_for_programs(reader: Client) -> None:
    for code in ("nothing", "largest-works/x"):
        assert reader.get(f"/api/v1/answers/{code}").status_code == 404
    assert reader.get("/api/v1/answers/largest-works?x=1").status_code == 400
