"""A question that is unclear is refused, with the place of every fault; a city has those that its tables can answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from ayan.core.common_questions.common_question import led_to, meant
from ayan.core.common_questions.declaration import load_question, load_questions
from ayan.core.schema.definition import Dataset
from ayan.core.schema.problem import DeclarationError
from ayan.datasets.registry import BUILTIN, Registry

HEAD = """
title = { fa = "چند؟", en = "How many?" }
finding = { fa = "جمع {all.last_value}", en = "The sum is {all.last_value}" }
"""
PART = """
[[part]]
code = "all"
shape = "series"
name = { fa = "جمع", en = "sum" }
time = "signed_on:year"
measure = "amount"
where = "kind=works"
"""
RATIO = """
[[part]]
code = "price"
shape = "ratio"
dataset = "tenders"
name = { fa = "قیمت", en = "Price" }
against_name = { fa = "برآورد", en = "Estimate" }
each = { fa = "مناقصه", en = "Tenders" }
measure = "winner_price"
against = "estimate"
by = "bids"
bands = [1, 2, 5]
"""
DOOR = """
[door]
order = 1
value = "all.last_value"
says = { fa = "در {all.last}", en = "in {all.last}" }
picture = "all"
"""


@pytest.fixture(scope="module")
def datasets() -> dict[str, Dataset]:
    return {dataset.slug: dataset for dataset in Registry().all()}


def written(folder: Path, text: str, code: str = "sums", owner: str = "contracts") -> Path:
    path = folder / owner / "questions" / f"{code}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("not toml", ""),
        (PART, "title"),
        (HEAD, "part"),
        (HEAD + "surprise = 1\n" + PART, "surprise"),
        (HEAD + PART.replace('"series"', '"riddle"'), "part[all].shape"),
        (HEAD + PART.replace('measure = "amount"', ""), "part[all].measure"),
        (HEAD + PART.replace('measure = "amount"', 'measure = "subject"'), "part[all].measure"),
        (HEAD + PART.replace('measure = "amount"', 'measure = "contractor_mobile"'), "part[all].measure"),
        (HEAD + PART.replace("signed_on:year", "contractor_mobile"), "part[all].where"),
        (HEAD + PART + RATIO.replace("[1, 2, 5]", "[1, 5, 2]"), "part[price].bands"),
        (HEAD + PART + RATIO.replace("[1, 2, 5]", "[1]"), "part[price].bands"),
        (HEAD + PART + RATIO.replace("[1, 2, 5]", '["1", "2"]'), "part[price].bands"),
        (HEAD + PART + RATIO.replace('"estimate"', '"nothing"'), "part[price].against"),
        (HEAD + PART + RATIO.replace('"estimate"', '"bids"'), "part[price].against"),
        (HEAD + PART + RATIO.replace('"winner_price"', '"title"'), "part[price].measure"),
        (HEAD + PART.replace("kind=works", "kind=nothing"), "part[all].where"),
        (HEAD + PART.replace("kind=works", "contractor_mobile=1"), "part[all].where"),
        # Money in and money out never stand in one sum.
        (HEAD + PART.replace('where = "kind=works"', ""), "part[all].measure"),
        (HEAD.replace("all.last_value", "all.riches") + PART, "finding"),
        (HEAD.replace("all.last_value", "nobody.last_value") + PART, "finding"),
        (HEAD.replace("{all.last_value}", "{}") + PART, "finding"),
        (HEAD + DOOR.replace('"all.last_value"', '"all.riches"') + PART, "door.value"),
        (HEAD + DOOR.replace('picture = "all"', 'picture = "none"') + PART, "door.picture"),
        (HEAD + DOOR.replace('en = "in {all.last}"', 'en = "in {all.nought}"') + PART, "door.says"),
    ],
)
def test_refused(tmp_path: Path, datasets: dict[str, Dataset], text: str, key: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        load_question(written(tmp_path, text), datasets)
    assert key in {problem.key for problem in refused.value.problems}
    assert all(problem.message.fa and problem.message.en for problem in refused.value.problems)


def test_read(tmp_path: Path, datasets: dict[str, Dataset]) -> None:
    question = load_question(written(tmp_path, HEAD + DOOR + PART), datasets)
    assert (question.code, question.owner, set(question.datasets)) == ("sums", "contracts", {"contracts"})
    assert question.door is not None
    assert question.part("all").dataset == "contracts"


def test_a_later_folder_wins_and_a_city_without_a_table_has_no_question_of_it(
    tmp_path: Path, datasets: dict[str, Dataset]
) -> None:
    written(tmp_path / "own", HEAD.replace("How many?", "How much?") + PART)
    written(tmp_path / "shipped", HEAD + PART)
    written(tmp_path / "shipped", "broken", code="broken")
    folders = [tmp_path / "shipped" / "contracts", tmp_path / "own" / "contracts"]
    loaded = load_questions(folders, datasets)
    assert [question.title.en for question in loaded.sound] == ["How much?"]
    assert {problem.file for problem in loaded.problems} == {"contracts/questions/broken.toml"}
    assert load_questions(folders[:1], {"bids": datasets["bids"]}).sound == ()


def test_a_city_adds_a_question_beside_a_table_that_comes_with_ayan(tmp_path: Path) -> None:
    written(tmp_path, HEAD + PART, code="own-question")
    questions = Registry((BUILTIN, tmp_path)).questions()
    assert questions.problems == ()
    assert questions.named("own-question") is not None


def test_what_comes_with_ayan_is_sound() -> None:
    questions = Registry().questions()
    assert questions.problems == ()
    assert len(questions.sound) == len(list(BUILTIN.glob("*/questions/*.toml")))
    shown = [question for question in questions.sound if not question.hidden]
    assert len(shown) >= 12
    assert all(question.finding and question.method for question in shown)
    assert len([question for question in questions.sound if question.door]) == 6


@pytest.mark.parametrize(
    ("typed", "is_meant"),
    [
        ("sums per head", True),
        ("سرانهٔ جمع", True),
        # What the page sets side by side may be named by its number, a year may not.
        ("سرانهٔ جمع ۱ و ۲", True),
        ("sums 3 and 4 per head", True),
        ("sums per head 1401 1402", False),
        ("per", False),
    ],
)
def test_a_question_is_known_by_its_further_ways_of_asking(
    tmp_path: Path, datasets: dict[str, Dataset], typed: str, is_meant: bool
) -> None:
    further = 'also = [{ fa = "سرانهٔ جمع", en = "sums per head" }]\n'
    question = load_question(written(tmp_path, HEAD + further + PART), datasets)
    assert meant([question], typed) == ((question, True) if is_meant else None)


def test_a_question_is_led_to_by_the_concepts_that_it_is_about(tmp_path: Path, datasets: dict[str, Dataset]) -> None:
    question = load_question(written(tmp_path, HEAD + 'about = ["of-heads share"]\n' + PART), datasets)
    assert led_to([question], frozenset({"of-heads", "share", "other"})) == question
    assert led_to([question], frozenset({"share"})) is None
