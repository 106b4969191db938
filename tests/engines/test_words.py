"""On every engine words are found in every spelling, and sorted by the Persian alphabet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.engines.engines import ENGINES
from tests.engines.world import DATASET, Desk, World

ALPHABET = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
TITLES = [
    *ALPHABET[::-1],
    "کتاب‌های تازه",
    "کتاب های تازه",
    "کتابهای تازه",
    "کتابِ تازه",
    "مسئول ۱۴۰۳",
    "آیین‌نامه",
    "Elm Street",
    "نیم ½ و ㎡",
]


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world of titles, each numbered by its place in the list."""
    new_world = World(tmp_path_factory.mktemp("words"))
    new_world.publish("1403-05", [{"number": str(n), "title": title} for n, title in enumerate(TITLES)])
    yield new_world
    new_world.close()


@pytest.fixture(params=ENGINES)
def reader(request: pytest.FixtureRequest, words: World) -> Desk:
    return words.desk(request.param)


def titles(desk: Desk, *params: tuple[str, str]) -> list[object]:
    return [row.values["title"] for row in desk.page(*params).rows]


def test_letters_stand_in_the_order_of_the_alphabet(reader: Desk) -> None:
    letters = [title for title in titles(reader, ("_sort", "title")) if len(str(title)) == 1]
    assert letters == list(ALPHABET)
    assert [title for title in titles(reader, ("_sort_desc", "title")) if len(str(title)) == 1] == letters[::-1]
    groups = reader.groups(("by", "title"), ("_sort_desc", "title")).rows
    assert [group["title"] for group in groups if len(group["title"]) == 1] == letters[::-1]
    (facet,) = reader.facets(("by", "title"), ("_size", "100")).facets
    assert [facet_value.value for facet_value in facet.values if len(facet_value.value) == 1] == letters


@pytest.mark.parametrize(
    "asked",
    ["کتاب‌های", "کتاب های", "كتاب‌هاي", "كتاب هاي", "کتاب\u200cهای تازه", "کتابِ‌هایِ", "کتــاب های"],
)
@pytest.mark.parametrize("parameter", ["_search", "title__contains", "title__startswith"])
def test_one_word_in_every_spelling(reader: Desk, parameter: str, asked: str) -> None:
    assert titles(reader, (parameter, asked)) == ["کتاب‌های تازه", "کتاب های تازه", "کتابهای تازه"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("کتابهای", TITLES[-8:-5]),
        ("تازه کتاب", TITLES[-8:-4]),
        ("مسوول", []),
        ("مسئول", ["مسئول ۱۴۰۳"]),
        ("1403", ["مسئول ۱۴۰۳"]),
        ("١٤٠٣ مسئول", ["مسئول ۱۴۰۳"]),
        ("آیین نامه", ["آیین‌نامه"]),
        ("آییننامه", ["آیین‌نامه"]),
        ("elm STREET", ["Elm Street"]),
        ("1/2", ["نیم ½ و ㎡"]),
        ("m2", ["نیم ½ و ㎡"]),
        ("نیست", []),
        ("تازه نیست", []),
    ],
)
def test_all_words_must_be_found(reader: Desk, asked: str, expected: list[str]) -> None:
    assert sorted(map(str, titles(reader, ("_search", asked)))) == sorted(expected)
    assert reader.page(("_search", asked), ("_count", "1")).total == len(expected)


def test_a_search_finds_codes_and_the_labels_of_lists(desk: Desk) -> None:
    for asked, field, wanted in (
        ("پایان یافته", "state", "ended"),
        ("باطل", "state", "void"),
        ("پايه ۲", "grade", 2),
    ):
        rows = desk.page(("_search", asked), ("_size", "1000")).rows
        assert rows
        assert {row.values[field] for row in rows if field == "state"} <= {wanted}
    assert desk.numbers(("_search", "B-007")) == desk.numbers(("_search", "b-۰۰۷")) == ["B-007"]
    assert {row.values["person"] for row in desk.page(("_search", "8765")).rows} == {"***8765"}


def test_a_search_and_filters_hold_together(desk: Desk) -> None:
    both = set(desk.numbers(("_search", "پل"), ("state", "ended")))
    assert both == set(desk.numbers(("_search", "پل"))) & set(desk.numbers(("state", "ended"))) != set()


def test_nothing_withheld_is_searched(desk: Desk) -> None:
    assert not any(field.name == "nid" for field in DATASET.published)
    assert desk.numbers(("_search", "FeatureCollection")) == []
